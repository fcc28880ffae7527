# needs: git
git init -q -b main .
printf 'one\n' >a.txt
printf 'two\n' >b.txt
git add a.txt b.txt
git commit -q -m 'first'
printf 'three\n' >>a.txt
git diff --stat
git commit -q -a -m 'second'
git mv b.txt c.txt
git commit -q -m 'moved'
git log --format='%H %an %ad %s' --date=iso
git status --short --branch
git show --stat HEAD
git ls-files --stage
