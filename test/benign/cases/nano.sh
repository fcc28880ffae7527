# An editor on a terminal, with keys that are typed into it.
# needs: nano python3
# form: long
printf 'alpha\n' >list
cat >type.py <<'P'
import os, pty, select, time
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    os.execvp('nano', ['nano', '--ignorercfiles', 'list'])
def until_quiet():
    while select.select([terminal], [], [], 3)[0]:
        try:
            if not os.read(terminal, 65536): return
        except OSError: return
for keys in (b'first ', b'\x0f', b'\r', b'\x18'):
    until_quiet()
    os.write(terminal, keys)
until_quiet()
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
P
python3 type.py
cat list
