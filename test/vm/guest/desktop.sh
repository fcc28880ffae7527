# Second half of the start of a guest with a desktop's services: makes a small Debian of the new root and gives it to systemd,
# which starts session.sh when all else is up.
. /run/guest/steps.sh
. /run/guest/product.sh

UNITS=/etc/systemd/system

# What the machine has enabled is its own affair, and what needs devices or a console has none here.
make_units() {
  $BOX rm -rf "$UNITS" /etc/systemd/system-generators /etc/systemd/system.conf.d
  $BOX mkdir -p "$UNITS/multi-user.target.wants" /etc/systemd/system-generators /etc/systemd/system.conf.d \
    /etc/systemd/journald.conf.d
  for generator in /usr/lib/systemd/system-generators/*; do
    $BOX ln -s /dev/null "/etc/systemd/system-generators/${generator##*/}"
  done
  for unit in $NOT_NEEDED; do $BOX ln -s /dev/null "$UNITS/$unit"; done
  $BOX ln -s /usr/lib/systemd/system/multi-user.target "$UNITS/default.target"
  # Emulated, everything takes a multiple of its time.
  printf '[Manager]\nShowStatus=no\nDefaultTimeoutStartSec=600\n' >/etc/systemd/system.conf.d/guest.conf
  printf '[Journal]\nStorage=volatile\nForwardToConsole=yes\nTTYPath=/dev/ttyS0\nMaxLevelConsole=info\n' \
    >/etc/systemd/journald.conf.d/guest.conf
  $BOX mkdir -p "$UNITS/ringfenced.service.d"
  printf '[Service]\nTimeoutStartSec=600\nTimeoutStopSec=300\nWatchdogSec=90\n' >"$UNITS/ringfenced.service.d/guest.conf"
  printf '%s\n' "$GUEST_UNIT" >"$UNITS/guest.service"
  $BOX ln -s ../guest.service "$UNITS/multi-user.target.wants/guest.service"
}

GUEST_UNIT='[Unit]
Description=What this guest was booted for
After=multi-user.target

[Service]
ExecStart=/run/guest/busybox sh /run/guest/session.sh
KillMode=process
TasksMax=infinity'

NOT_NEEDED='
systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service
systemd-udev-settle.service systemd-hwdb-update.service systemd-modules-load.service systemd-sysctl.service
systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-firstboot.service systemd-machine-id-commit.service
systemd-random-seed.service systemd-repart.service systemd-sysusers.service systemd-update-utmp.service
systemd-update-utmp-runlevel.service systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-pstore.service
systemd-remount-fs.service systemd-timesyncd.service systemd-journal-flush.service systemd-journald-audit.socket
systemd-initctl.socket systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service systemd-tmpfiles-clean.timer
systemd-ask-password-console.path systemd-ask-password-wall.path kmod-static-nodes.service modprobe@drm.service
dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount
sys-kernel-tracing.mount getty.target getty-static.service'

make_devices
make_directories
# logind's to make, for each user who has come.
$BOX rm -rf /run/user
$BOX mkdir -p /run/systemd /var/lib/systemd/linger
make_users
make_network
: >/etc/fstab
: >/etc/environment
# A machine without a number is one that starts for the first time: systemd would enable all that there is.
$BOX tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
$BOX chmod 755 /run/guest
make_units
[ -d /opt/ringfence/bin ] && link_product
(. /run/guest/prepare.sh) </dev/null >/dev/console 2>&1 3>&- || fail "what was to be prepared failed"
[ "$GUEST_PRODUCT" = yes ] && install_product
exec 3>&-
exec /usr/lib/systemd/systemd
