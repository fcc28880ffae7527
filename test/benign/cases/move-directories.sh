# Refactoring: directories move within the workspace, also by exchange of names.
mkdir -p src/a/deep src/b
printf '1\n' >src/a/deep/one
mv src/a src/c
mv src/c src/b/
mkdir -p lib && mv src/b/c lib/a
cp -a lib lib2
rm -rf src
ln -s lib2/a/deep/one pointer && cat pointer
find . | sort
