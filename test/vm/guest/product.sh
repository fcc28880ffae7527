# The product in the guest, as the package will install it: sourced by start.sh.
HELPER_LOG=/var/log/ringfenced.log
SOCKET=/run/ringfence/control.sock
KEYS=/etc/ringfence/trusted-keys.d

# Also sent when nothing is started, so that `ringfence` is at hand.
link_product() {
  [ "$GUEST_PRODUCT_FOREIGN" = yes ] && $BOX chown -R 0:0 /opt/ringfence
  $BOX ln -sf /opt/ringfence/bin/ringfence /usr/local/bin/ringfence
}

# What a person does once: makes a publisher's key, and root trusts it.
trust_publishers() {
  $BOX mkdir -p "$KEYS"
  (as dev /usr/local/bin/ringfence manifest keygen) </dev/null >/run/guest/keygen 2>&1 3>&- \
    || fail "'ringfence manifest keygen' failed: $(last_lines /run/guest/keygen)"
  $BOX cp /home/dev/.config/ringfence/publisher.pub "$KEYS/dev.pub" || fail "keygen wrote no publisher.pub"
  for key in /mnt/share/*.pub; do
    [ -f "$key" ] && $BOX cp "$key" "$KEYS/"
  done
  $BOX chmod 644 "$KEYS"/*.pub
}

start_helper() {
  # as the unit has it
  (as root /usr/bin/nice -n -5 /opt/ringfence/bin/ringfenced) </dev/null >"$HELPER_LOG" 2>&1 3>&- &
  helper=$!
  tries=0
  until [ -S "$SOCKET" ]; do
    $BOX kill -0 "$helper" 2>/dev/null || helper_failed "ended at once"
    tries=$((tries + 1))
    [ "$tries" -lt 2400 ] || helper_failed "did not open $SOCKET within four minutes"
    $BOX sleep 0.1
  done
}

helper_failed() {
  $BOX cat "$HELPER_LOG" >/dev/console
  fail "the helper $1: $(last_lines "$HELPER_LOG")"
}

# Its own log must be one line of the control port.
last_lines() {
  $BOX tail -n 12 "$1" | $BOX tr '\n' '|'
}

# Where systemd is, as the package does it: the files outside of /opt, and what its scripts do.
install_product() {
  for file in $(cd /opt/ringfence/share && $BOX find systemd polkit-1 -type f); do
    target=$(shared_folder "${file%/*}") || fail "there is no place for $file"
    $BOX cp "/opt/ringfence/share/$file" "$target/" || fail "$file could not be installed"
  done
  /bin/sh /opt/ringfence/share/package/postinst configure </dev/null >/dev/console 2>&1 3>&- \
    || fail "the package's postinst failed"
}

# A machine's /usr cannot be written where its file server has a user's rights: units may lie in /etc as well.
shared_folder() {
  case $1 in
    systemd/*) folder=/usr/lib/$1 ;;
    *) folder=/usr/share/$1 ;;
  esac
  if ! $BOX mkdir -p "$folder" 2>/dev/null || ! $BOX test -w "$folder"; then folder=/etc/$1; fi
  $BOX mkdir -p "$folder" && echo "$folder"
}
