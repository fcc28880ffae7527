# needs: git
mkdir origin && cd origin && git init -q -b main . && printf 'x\n' >x && mkdir d && printf 'y\n' >d/y && git add . && git commit -q -m x
cd ..
git clone -q origin copy
cd copy
printf 'z\n' >z && git add z && git commit -q -m z
git fetch -q origin
git log --format=%s
git rev-parse HEAD origin/main
git grep -n y
