# /home, /workspace and /tmp on another file system than the disk's: sourced by start.sh. On btrfs as installers lay it out, with
# a subvolume @home beside the one that holds everything else, @.
IMAGE_BYTES=4G

on_image() {
  "$@" >/run/guest/filesystem 2>&1 || fail "'$*' failed: $($BOX tail -n 1 /run/guest/filesystem)"
}

move_to_image() {
  place=/run/guest/image
  on_image truncate -s "$IMAGE_BYTES" /tmp/.image
  on_image "mkfs.$GUEST_FILESYSTEM" -q /tmp/.image
  loop=$(losetup --find --show /tmp/.image) || fail "there is no loop device"
  $BOX mkdir -p "$place"
  on_image mount -t "$GUEST_FILESYSTEM" "$loop" "$place"
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then
    for subvolume in @ @home; do on_image btrfs subvolume create "$place/$subvolume"; done
    on_image umount "$place"
    on_image mount -t btrfs -o subvol=@ "$loop" "$place"
  fi
  $BOX mkdir -p "$place/home" "$place/workspace" "$place/tmp"
  on_image cp -a /workspace/. "$place/workspace"
  $BOX chmod 1777 "$place/tmp"
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then
    on_image mount -t btrfs -o subvol=@home "$loop" "$place/home"
  fi
  on_image cp -a /home/. "$place/home"
  for shown in home workspace tmp; do on_image mount --bind "$place/$shown" "/$shown"; done
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then on_image umount "$place/home"; fi
  on_image umount "$place"
}
