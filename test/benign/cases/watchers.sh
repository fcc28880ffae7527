# Programs that wait for files to change, and lock them from each other.
# needs: inotifywait flock python3
inotifywait -q -m -e close_write,moved_to --format '%e %f' . >events 2>/dev/null &
watcher=$!
until ls -l /proc/$watcher/fd | grep -q inotify; do sleep 0.1; done
sleep 1
printf 'x\n' >watched && mv watched moved
until grep -q MOVED events; do sleep 0.1; done
kill $watcher; wait $watcher 2>/dev/null
cat events
(flock 9; echo first >order; sleep 0.5; echo second >>order) 9>lock &
until [ -s order ]; do sleep 0.1; done
flock lock sh -c 'echo third >>order'; flock -n lock true && cat order
python3 -c '
import fcntl, os, mmap
with open("mapped", "w+b") as f:
    f.truncate(8192)
    fcntl.lockf(f, fcntl.LOCK_EX)
    with mmap.mmap(f.fileno(), 8192) as m:
        m[4096:4101] = b"write"
        m.flush()
print(open("mapped", "rb").read()[4096:4101].decode())
'
