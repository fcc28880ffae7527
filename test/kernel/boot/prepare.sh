#!/bin/sh
# Before the product is installed and systemd starts: what the machine has, and a user whose own programs run as early as any can.
# Arguments: the folder of compiled programs; `masked` where the service is not to start.
set -e
HOME_OF_DEV=/home/dev
READER=$1/reader

mkdir -p $HOME_OF_DEV/.ssh $HOME_OF_DEV/bin $HOME_OF_DEV/work $HOME_OF_DEV/.local/share/claude/versions
echo 'a secret' >$HOME_OF_DEV/.ssh/id_rsa
cp "$READER" $HOME_OF_DEV/bin/unlisted
cp "$READER" $HOME_OF_DEV/.local/share/claude/versions/2.1.330

cat >$HOME_OF_DEV/first.sh <<'END'
for program in bin/unlisted .local/share/claude/versions/2.1.330; do
  echo "$program $(/home/dev/$program) $(cut -d' ' -f1 /proc/uptime)"
done >/home/dev/first.new
mv /home/dev/first.new /home/dev/first.txt
END
UNITS=$HOME_OF_DEV/.config/systemd/user
mkdir -p $UNITS/default.target.wants
printf '%s\n' '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=oneshot' "ExecStart=/bin/sh $HOME_OF_DEV/first.sh" >$UNITS/first.service
ln -s ../first.service $UNITS/default.target.wants/first.service
chown -R 1000:1000 $HOME_OF_DEV
# logind starts their user manager with the machine
touch /var/lib/systemd/linger/dev

# Makes root of whoever asks, of agents too: sudo's own settings are closed to them.
cp /usr/bin/env /usr/local/bin/asroot
chmod 4755 /usr/local/bin/asroot

/bin/sh "${0%/*}/list-machine.sh" >/home/before-installation

# A machine that has been set up: programs that are no agents are held as well.
mkdir -p -m 700 /var/lib/ringfence
echo '{"v":1,"stage":"enforcing","since":"2026-01-01T00:00:00.000Z","until":null,"overrides":[],"accepted":[]}' \
  >/var/lib/ringfence/everyone.json
chmod 600 /var/lib/ringfence/everyone.json

[ "$2" != masked ] || ln -s /dev/null /etc/systemd/system/ringfenced.service
