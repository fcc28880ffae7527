# Settings of the project's own repository: the file that can name commands.
# needs: git
# form: long
# asks: create $WORKSPACE/.git/config.lock -- every starter asks before the project's .git/config is written, by a new file in its place
cd ..
git remote add upstream ./git-settings
git config --get remote.upstream.url
git remote remove upstream && git status --short --branch --untracked-files=no
