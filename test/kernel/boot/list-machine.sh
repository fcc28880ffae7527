#!/bin/sh
# Everything that a product can leave on a machine, a line each: files where packages and services put theirs, users, groups.
find /etc /opt /sys/fs/bpf /usr/lib/systemd /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/local /usr/share/dbus-1 /usr/share/polkit-1 \
  /var /run -xdev 2>/dev/null | sed 's/^/file /'
find /run /var /sys/fs/cgroup /dev/shm -name '*ringfence*' 2>/dev/null | sed 's/^/file /'
cut -d: -f1 /etc/passwd | sed 's/^/user /'
cut -d: -f1 /etc/shadow | sed 's/^/password /'
cut -d: -f1 /etc/group | sed 's/^/group /'
