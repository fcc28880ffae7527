# needs: tar gzip
mkdir -p tree/deep/er && printf 'content\n' >tree/deep/er/file && ln -s deep/er/file tree/link && chmod 750 tree/deep
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf archive.tar.gz tree
tar -tzf archive.tar.gz
mkdir out && tar -C out -xzpf archive.tar.gz
cmp tree/deep/er/file out/tree/deep/er/file && readlink out/tree/link
rm -r tree
