#!/bin/busybox sh
# First program of the guest, in the initramfs: puts the machine's userland together and goes over to it.
# settings.sh (written for each boot) says what is bound where; start.sh or desktop.sh goes on in the new root.
export PATH=/bin
/bin/busybox --install -s /bin

fail() {
  echo "guest: $*" >/dev/console
  [ -n "$CONTROL" ] && echo "fail $*" >&3
  poweroff -f
}

must() {
  "$@" 2>/tmp/error || fail "'$*' failed: $(tail -n 1 /tmp/error)"
}

mkdir -p /dev /proc /sys /tmp /machine /disk /layers /root
mount -t devtmpfs devtmpfs /dev
mount -t proc proc /proc
mount -t sysfs sysfs /sys
. /settings.sh

for module in /modules/*; do
  [ -e "$module" ] || continue
  must insmod "$module"
done

# virtio ports are found by the name they were given, their numbers vary.
CONTROL=
for port in /sys/class/virtio-ports/*; do
  [ "$(cat "$port/name")" = ringfence.control ] && CONTROL=/dev/${port##*/}
done
[ -n "$CONTROL" ] || fail "there is no control port"
exec 3<>"$CONTROL"
echo "kernel $(uname -r)" >&3

# A user's file server cannot say who owns a program: set-user-ID would make it nobody's.
machine_options=ro
[ "$FILE_SERVER" = root ] || machine_options=ro,nosuid
must mount -t virtiofs -o "$machine_options" machine /machine
must mount -t ext4 /dev/vda /disk
must mount -t tmpfs -o mode=700 layers /layers
must mount -t tmpfs -o mode=755 root /root
mkdir -p /root/run /root/var /root/dev /root/proc /root/sys /root/mnt /root/tmp /root/root
chmod 700 /root/root
# systemd leaves a /run that is mounted already as it is.
[ "$GUEST_PROFILE" = desktop ] && must mount -t tmpfs -o mode=755 run /root/run

# layer SOURCE TARGET: shows the folder SOURCE at TARGET, writable for the guest alone.
layer() {
  layers=$((layers + 1))
  mkdir -p "$2" "/layers/$layers/upper" "/layers/$layers/work"
  if [ "$FILE_SERVER" = root ]; then
    must mount -t overlay -o "lowerdir=$1,upperdir=/layers/$layers/upper,workdir=/layers/$layers/work" overlay "$2"
  else
    # What the file server's user may not read is not there for it.
    cp -a "$1/." "/layers/$layers/upper" 2>/dev/null
    must mount --bind "/layers/$layers/upper" "$2"
  fi
}

# software NAME: overlayfs opens files with O_NOATIME, which is denied to a file server that does not own them. Then
# programs are shown as they are, and of all of them only /usr/local/bin takes a new one.
software() {
  if [ "$FILE_SERVER" = root ] || [ "$1" = /etc ]; then
    layer "/machine$1" "/root$1"
  else
    mkdir -p "/root$1"
    must mount --bind "/machine$1" "/root$1"
    [ "$1" = /usr ] && link_local_programs
    [ "$1" = /opt ] && link_opt
  fi
}

link_local_programs() {
  mkdir -p /layers/programs /root/mnt/local-programs
  must mount --bind /machine/usr/local/bin /root/mnt/local-programs
  for program in /machine/usr/local/bin/*; do
    [ -e "$program" ] && ln -s "/mnt/local-programs/${program##*/}" /layers/programs/
  done
  must mount --bind /layers/programs /root/usr/local/bin
}

# /opt/ringfence must be made where nothing can be made.
link_opt() {
  mkdir -p /layers/opt
  for place in /machine/opt/*; do
    [ -d "$place" ] || continue
    mkdir -p "/layers/opt/${place##*/}"
  done
  must mount --bind /layers/opt /root/opt
  for place in /machine/opt/*; do
    [ -d "$place" ] && must mount --bind "$place" "/root/opt/${place##*/}"
  done
}

# Only the machine's software is shown; all else of the machine's root does not exist here.
for part in $SOFTWARE; do
  if [ -L "/machine$part" ]; then
    ln -s "$(readlink "/machine$part")" "/root$part"
  elif [ -d "/machine$part" ]; then
    software "$part"
  fi
done
hide_secrets

# bind SOURCE TARGET: shows SOURCE at TARGET of the new root.
bind() {
  if [ -d "$1" ]; then
    mkdir -p "/root$2"
  else
    mkdir -p "/root${2%/*}"
    [ -e "/root$2" ] || : >"/root$2"
  fi
  must mount --bind "$1" "/root$2"
}

# bind_writable SOURCE TARGET: the same, writable for the guest alone.
bind_writable() {
  if [ -d "$1" ]; then
    layer "$1" "/root$2"
  else
    mkdir -p "/root${2%/*}" && must cp -p "$1" "/root$2"
  fi
}

for place in home workspace tmp; do bind "/disk/$place" "/$place"; done
bind /disk/out /mnt/out
[ -d /disk/ringfence ] && bind /disk/ringfence /opt/ringfence
bind_machine

must mount --move /dev /root/dev
must mount --move /proc /root/proc
must mount --move /sys /root/sys
mkdir -p /root/run/guest
cp /bin/busybox /*.sh /root/run/guest/
chmod 700 /root/run/guest
# Nothing but the binds made above must lead to these.
for place in /machine /disk /layers; do umount -l $place; done
start=start.sh
[ "$GUEST_PROFILE" = desktop ] && start=desktop.sh
exec switch_root /root /run/guest/busybox sh "/run/guest/$start"
