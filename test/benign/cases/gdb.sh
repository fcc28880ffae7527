# A program of one's own under the debugger, after it has been run once.
# needs: gdb gcc
# form: long
# asks: exec $WORKSPACE/gdb/program -- what a session has written it runs only after a person has agreed
printf '#include <stdio.h>\nstatic int add(int a, int b) { return a + b; }\nint main(void) { printf("%%d\\n", add(2, 3)); return 0; }\n' >program.c
gcc -g -O0 -o program program.c && ./program
gdb -nx -batch -iex 'set debuginfod enabled off' -ex 'break add' -ex run -ex 'print a' -ex backtrace -ex finish -ex continue ./program 2>&1 | grep -v '^\[\|^Using host\|^Download'
sleep 30 & 
gdb -nx -batch -iex 'set debuginfod enabled off' -p $! -ex 'print 1 + 1' 2>/dev/null | grep '^\$1'
kill $!
