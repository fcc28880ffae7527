# needs: zip unzip diff patch
mkdir a && printf 'one\ntwo\n' >a/text && cp -r a b && printf 'one\n2\n' >b/text
diff -u --label a --label b a/text b/text >change.diff; cat change.diff
patch -s a/text <change.diff && cmp a/text b/text && echo same
zip -q -X -r both.zip a b && unzip -l both.zip | awk '{ print $1, $4 }' && unzip -q -d out both.zip && diff -r a out/a && rm both.zip
printf 'squeeze\n' | xz | xz -d; printf 'squeeze\n' | bzip2 | bzip2 -d
