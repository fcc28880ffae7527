# A commit signed by a key of the project.
# needs: git ssh-keygen
# form: long
# asks: exec /usr/bin/ssh-keygen -- a program that no starter names
cp ../.signing/project_signing* . && chmod 600 project_signing
git init -q -b main .
git config gpg.format ssh && git config user.signingkey "$PWD/project_signing.pub"
printf 'dev@example.org %s\n' "$(cat project_signing.pub)" >signers && git config gpg.ssh.allowedSignersFile "$PWD/signers"
printf 'x\n' >x && git add x && git commit -q -S -m signed
git log --format='%G? %GS %s'
