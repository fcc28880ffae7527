# What both profiles' starts are made of: sourced by start.sh, desktop.sh and session.sh, in the new root.
# Descriptor 3 is the control port: one line for each thing that happened.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LANG=C.UTF-8
BOX=/run/guest/busybox
. /run/guest/settings.sh

fail() {
  echo "guest: $*" >/dev/console
  echo "fail $*" >&3
  $BOX poweroff -f
}

port() {
  for candidate in /sys/class/virtio-ports/*; do
    [ "$($BOX cat "$candidate/name")" = "ringfence.$1" ] && echo "/dev/${candidate##*/}"
  done
}

make_devices() {
  $BOX mkdir -p /dev/pts /dev/shm
  $BOX mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
  $BOX mount -t tmpfs -o mode=1777 shm /dev/shm
  $BOX ln -sf /proc/self/fd /dev/fd
  $BOX ln -sf fd/0 /dev/stdin
  $BOX ln -sf fd/1 /dev/stdout
  $BOX ln -sf fd/2 /dev/stderr
  $BOX chmod 666 /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx
  [ -e /dev/fuse ] && $BOX chmod 666 /dev/fuse
}

mount_kernel_filesystems() {
  $BOX mount -t securityfs securityfs /sys/kernel/security
  $BOX mount -t bpf -o mode=700 bpf /sys/fs/bpf
  $BOX mount -t cgroup2 cgroup2 /sys/fs/cgroup
}

make_directories() {
  $BOX mkdir -p /run/lock /run/user/1000 /var/lib /var/log /var/cache /var/spool /var/tmp
  $BOX chmod 1777 /tmp /var/tmp /run/lock /mnt/out
  $BOX chmod 700 /run/user/1000
  $BOX chown 1000:1000 /run/user/1000
  $BOX ln -s /run /var/run
  $BOX ln -s /run/lock /var/lock
}

make_users() {
  $BOX sed -i -e '/^dev:/d' -e '/^[^:]*:[^:]*:1000:/d' /etc/passwd
  $BOX sed -i -e '/^dev:/d' -e '/^[^:]*:[^:]*:1000:/d' /etc/group
  echo 'dev:x:1000:1000:Developer:/home/dev:/bin/bash' >>/etc/passwd
  echo 'dev:x:1000:' >>/etc/group
  # Locked passwords for everyone; root and dev are entered without one.
  $BOX sed 's/^\([^:]*\):.*/\1:*:1::::::/' /etc/passwd >/etc/shadow
  $BOX sed 's/^\([^:]*\):.*/\1:*::/' /etc/group >/etc/gshadow
  $BOX chmod 640 /etc/shadow /etc/gshadow
  $BOX chown -R 1000:1000 /home/dev /workspace
}

make_network() {
  $BOX hostname ringfence-guest
  echo ringfence-guest >/etc/hostname
  printf '127.0.0.1 localhost ringfence-guest\n::1 localhost ip6-localhost\n' >/etc/hosts
  $BOX ip link set lo up
}

# as USER PROGRAM…: runs it in a session of its own, with that user's environment and nothing else.
as() {
  user=$1 home=/home/dev directory=/workspace
  shift
  [ "$user" = root ] && home=/root
  cd "$directory" || cd /
  set -- /usr/bin/env -i HOME="$home" USER="$user" LOGNAME="$user" SHELL=/bin/bash LANG="$LANG" TERM="$GUEST_TERM" \
    PATH="$PATH:$MORE_PATH" "$@"
  [ "$user" = root ] || set -- /usr/bin/setpriv --reuid 1000 --regid 1000 --init-groups -- "$@"
  exec "$@"
}

# The program writes to pipes, since a virtio port takes 32 KiB at a time and not every program goes on after that.
run_piped() {
  $BOX mkfifo /run/guest/stdout /run/guest/stderr
  $BOX cat /run/guest/stdout >"$(port stdout)" 3>&- &
  out=$!
  $BOX cat /run/guest/stderr >"$(port stderr)" 3>&- &
  err=$!
  input=/dev/null
  [ "$GUEST_INPUT" = yes ] && input=$(port stdin)
  (as "$GUEST_USER" /usr/bin/setsid --wait /bin/sh /run/guest/command.sh) \
    <"$input" >/run/guest/stdout 2>/run/guest/stderr 3>&-
  status=$?
  # Left-over background programs may still hold the pipes: they get a second, then they are cut off.
  ($BOX sleep 1; $BOX kill $out $err) 2>/dev/null &
  wait $out $err
}

run_on_terminal() {
  # Held open: a terminal that nobody has open forgets its size.
  exec 4<>/dev/hvc0
  # The other end tells when its window changes.
  while read -r rows columns; do $BOX stty -F /dev/hvc0 rows "$rows" cols "$columns"; done <&3 2>/dev/null &
  $BOX stty -F /dev/hvc0 rows "$GUEST_ROWS" cols "$GUEST_COLUMNS" 2>/dev/null
  $BOX chown "$GUEST_USER" /dev/hvc0
  (as "$GUEST_USER" /usr/bin/setsid --ctty --wait /bin/sh /run/guest/command.sh) \
    </dev/hvc0 >/dev/hvc0 2>&1 3>&- 4>&-
  status=$?
}

run_command() {
  echo started >&3
  if [ "$GUEST_TERMINAL" = yes ]; then run_on_terminal; else run_piped; fi
}

hand_back() {
  if [ "$GUEST_FILES" = yes ]; then
    # A port takes bytes before they have arrived, so the host is told how many to wait for.
    echo "files $($BOX tar -C /mnt/out -cf - . | $BOX wc -c)" >&3
    $BOX tar -C /mnt/out -cf - . >"$(port files)" || fail "the files in /mnt/out could not be handed back"
  fi
  echo "exit $status" >&3
  $BOX sleep 30
  $BOX poweroff -f
}
