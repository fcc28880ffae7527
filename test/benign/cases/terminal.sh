# needs: script python3
script -qec 'test -t 0 && echo a terminal; stty rows 30 cols 90; stty size; echo done' typescript </dev/null | tr -d '\r'
rm typescript
python3 -c '
import os, pty
pty.spawn(["sh", "-c", "test -t 1 && echo a terminal too; exit 3"], lambda fd: os.read(fd, 1024))
' </dev/null | tr -d '\r'
