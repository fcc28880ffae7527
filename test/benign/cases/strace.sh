# needs: strace
printf 'content\n' >file
strace -f -e trace=openat,execve -o trace sh -c 'cat file | wc -l; true'
grep -c 'openat.*"file"' trace && rm trace
strace -c -o summary true && head -n 1 summary | cut -c1-6 && rm summary
