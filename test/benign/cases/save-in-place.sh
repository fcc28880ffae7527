# How the others do: truncate and write.
printf 'a long old text\n' >document.txt
printf 'short\n' >document.txt
truncate -s 3 document.txt
printf 'more\n' >>document.txt
cp document.txt copy.txt
dd if=copy.txt of=part.txt bs=2 count=2 conv=notrunc status=none
cat document.txt part.txt
