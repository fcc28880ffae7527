#!/bin/sh
# What a guest can see of itself and of the machine it runs on: one line for each fact. Runs as root, so that nothing is
# hidden by rights alone. Arguments: paths of the machine, to be looked for at the same place in here.
echo "release $(uname -r)"
echo "lsm $(cat /sys/kernel/security/lsm)"
for interface in /sys/class/net/*; do echo "interface ${interface##*/}"; done
if grep -q '^[^:]*:[$]' /etc/shadow; then echo 'passwords some'; else echo 'passwords none'; fi
for place in /home /workspace /tmp; do echo "filesystem $place $(findmnt -n -o FSTYPE -T "$place")"; done

# The machine's files a second time, as anyone with root can mount them.
again=$(mktemp -d)
mount -t virtiofs machine "$again" || echo "again failed"

# An empty file stands in for one that is covered.
look() {
  if [ -n "$(head -c 1 "$2" 2>/dev/null)" ]; then echo "$1 readable $3"; else echo "$1 hidden $3"; fi
}
for path in "$@"; do
  look here "$path" "$path"
  look again "$again$path" "$path"
done
umount "$again"
rmdir "$again"
