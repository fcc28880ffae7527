# needs: vim
printf 'alpha\nbeta\n' >list
vim -es -u NONE -i NONE -c 'set backup' -c '%s/beta/delta/' -c wq list </dev/null
cat list list~
