# needs: ed
printf 'alpha\nbeta\n' >list
printf '1s/alpha/omega/\nw\nq\n' | ed -s list
cat list
