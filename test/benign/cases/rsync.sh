# needs: rsync
mkdir -p from/deep && printf '1\n' >from/one && printf '2\n' >from/deep/two && ln -s one from/link
# long ago: what is changed below differs in its time as well, whatever second it is
touch -d '2026-01-01 12:00' from/one from/deep from
rsync -a from/ to/
printf '3\n' >>from/one && rm from/deep/two
rsync -a --delete --itemize-changes --checksum from/ to/
find to | sort
