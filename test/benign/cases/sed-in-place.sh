# needs: sed
printf 'alpha\nbeta\n' >list
sed -i.bak 's/beta/gamma/' list
cat list list.bak
