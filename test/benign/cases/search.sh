# Looking through a tree, and for something in JSON.
# needs: find grep rg jq
mkdir -p tree/a/b tree/.hidden && for n in 1 2 3; do printf 'line %s\nneedle %s\n' "$n" "$n" >"tree/a/file$n"; done
printf 'needle\n' >tree/.hidden/x && printf 'needle\n' >tree/a/b/y
find tree -type f -newermt 2000-01-01 -size -10k -print | sort
grep -rn --include='file*' needle tree | sort
grep -rlZ needle tree | xargs -0 -n 1 basename | sort
rg --sort path -n needle tree
rg --files --hidden tree | sort
find /usr/include -maxdepth 1 -name 'std*.h' | sort
printf '{"items":[{"name":"a","size":3},{"name":"b","size":4}]}' >data.json
jq -r '.items[] | "\(.name)=\(.size)"' data.json
jq '{total: ([.items[].size] | add)}' data.json >sum.json && cat sum.json
