# /home, /workspace and /tmp on another file system than the disk's: sourced by start.sh. On btrfs as installers lay it out, with
# a subvolume @home beside the one that holds everything else, @. By their paths, as this shell has programs of its own for most names.
IMAGE_BYTES=4G

on_image() {
  "$@" >/run/guest/filesystem 2>&1 || fail "'$*' failed: $($BOX tail -n 1 /run/guest/filesystem)"
}

move_to_image() {
  place=/run/guest/image
  on_image /usr/bin/truncate -s "$IMAGE_BYTES" /tmp/.image
  on_image "/usr/sbin/mkfs.$GUEST_FILESYSTEM" -q /tmp/.image
  loop=$(/usr/sbin/losetup --find --show /tmp/.image) || fail "there is no loop device"
  $BOX mkdir -p "$place"
  on_image /usr/bin/mount -t "$GUEST_FILESYSTEM" "$loop" "$place"
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then
    for subvolume in @ @home; do on_image /usr/bin/btrfs subvolume create "$place/$subvolume"; done
    on_image /usr/bin/umount "$place"
    on_image /usr/bin/mount -t btrfs -o subvol=@ "$loop" "$place"
  fi
  $BOX mkdir -p "$place/home" "$place/workspace" "$place/tmp"
  on_image /usr/bin/cp -a /workspace/. "$place/workspace"
  $BOX chmod 1777 "$place/tmp"
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then
    on_image /usr/bin/mount -t btrfs -o subvol=@home "$loop" "$place/home"
  fi
  on_image /usr/bin/cp -a /home/. "$place/home"
  for shown in home workspace tmp; do on_image /usr/bin/mount --bind "$place/$shown" "/$shown"; done
  if [ "$GUEST_FILESYSTEM" = btrfs ]; then on_image /usr/bin/umount "$place/home"; fi
  on_image /usr/bin/umount "$place"
}
