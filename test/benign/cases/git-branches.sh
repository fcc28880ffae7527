# needs: git
git init -q -b main .
printf 'base\n' >base
git add base && git commit -q -m base
git switch -q -c feature
printf 'feature\n' >feature && git add feature && git commit -q -m feature
git switch -q main
printf 'more\n' >>base && git commit -q -a -m more
git rebase -q main feature
git switch -q main && git merge -q --no-ff -m merged feature
git stash list
git branch -v
git tag -a v1 -m v1
git log --graph --format=%s
git ls-files --stage
