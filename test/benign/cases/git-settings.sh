# Settings of the project's own repository: the file that can name commands.
# needs: git
# form: long
# asks: create $WORKSPACE/.git/config -- every starter asks before the project's .git/config is written
cd ..
git remote add upstream ./git-settings
git config --get remote.upstream.url
git remote remove upstream && git status --short --branch --untracked-files=no
