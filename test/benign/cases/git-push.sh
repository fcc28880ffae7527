# A push over ssh, by a key that only ssh under git may read.
# needs: git ssh
# form: long
# asks: exec /usr/bin/ssh -- every starter asks before ssh is started
# asks: connect 127.0.0.1:2222 -- a host that no starter names
# asks: read ~/.ssh/id_ed25519 -- the right of ssh under git, decision 0013
git init -q -b main . && printf 'x\n' >x && git add x && git commit -q -m x
git push --porcelain "$BENIGN_REMOTE" main:benign
