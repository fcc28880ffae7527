# How most editors and agents save: a temporary file beside it, then rename over it; with a backup by link.
printf 'old\n' >document.txt
for turn in 1 2 3; do
  printf 'version %s\n' "$turn" >.document.txt.tmp
  chmod 644 .document.txt.tmp
  ln -f document.txt document.txt~
  mv .document.txt.tmp document.txt
done
cat document.txt document.txt~
