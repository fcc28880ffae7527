# A sandbox of the agent's own, and one within it.
# needs: bwrap
sandbox() {
  bwrap --unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib \
    --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp --bind "$PWD" "$PWD" --chdir "$PWD" "$@"
}
sandbox sh -c 'echo inside >made && cat made && id -u && echo scratch >/tmp/scratch && ls /tmp && ls / && echo quiet >/dev/null'
sandbox sh -c 'test -e /etc/passwd || echo no users; ls /proc | grep -c "^[0-9]*$"; echo over >>made'
sandbox bwrap --ro-bind / / --dev-bind /dev /dev --tmpfs /tmp --bind "$PWD" "$PWD" sh -c 'echo nested >deeper && cat deeper; echo no >/usr/no'
cat made
