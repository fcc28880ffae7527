# Second half of the guest's start, first process of the new root: makes a small Debian of it, runs the command, reports.
. /run/guest/steps.sh

make_devices
mount_kernel_filesystems
make_directories
make_users
make_network
$BOX chmod 755 /run/guest
. /run/guest/filesystem.sh
[ -z "$GUEST_FILESYSTEM" ] || move_to_image
. /run/guest/product.sh
[ -d /opt/ringfence/bin ] && link_product
if [ "$GUEST_PRODUCT" = yes ]; then
  trust_publishers
  start_helper
fi
run_command
hand_back
