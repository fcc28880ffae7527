# Processes, pipes, here-documents, /dev and /proc as shells use them.
seq 1 200 | tee numbers | awk '{ s += $1 } END { print s }'
sort -rn numbers | head -n 3 | tr '\n' ' '
cat <<TEXT >here
a here-document with $((1 + 1)) lines
TEXT
bash -c 'cat <(echo from) <(echo two) >>/dev/stdout; wc -l <<<"one"'
find . -type f -name 'n*' -print0 | xargs -0 grep -c 1
(sleep 0.1; echo background) & wait
echo to-stderr >/dev/stderr
test -r /proc/self/status && grep -c Name /proc/self/status
head -c 4 /dev/zero | wc -c
cat missing-file
