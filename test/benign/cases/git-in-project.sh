# At the top of the project, which is a repository: branches, a rebase, a merge with a conflict, a stash, a worktree of its own.
# needs: git
# form: long
cd ..
printf 'one\n' >story && git add story && git commit -q -m story
git switch -q -c feature && printf 'feature\n' >feature && git add feature && git commit -q -m feature
git switch -q main && printf 'two\n' >>story && git commit -q -a -m two
git rebase -q main feature && git switch -q main && git merge -q --no-ff -m merged feature
git switch -q -c other HEAD~1 && printf 'three\n' >>story && git commit -q -a -m three
git switch -q main && printf 'four\n' >>story && git commit -q -a -m four
git merge -q other || { git diff --name-only --diff-filter=U; printf 'one\ntwo\nall\n' >story; git commit -q -a -m resolved; }
printf 'unfinished\n' >>story && git stash -q && git stash list && git stash pop -q && git checkout -q -- story
git worktree add -q tree other 2>&1 && git worktree remove tree
git tag v1 && git log --graph --format=%s
git status --short --untracked-files=no
