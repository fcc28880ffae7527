# needs: gcc make
# asks: exec $WORKSPACE/make-c/program -- what a session has written it runs only after a person has agreed
mkdir src
printf 'int add(int a, int b);\n' >src/add.h
printf '#include "add.h"\nint add(int a, int b) { return a + b; }\n' >src/add.c
printf '#include <stdio.h>\n#include "add.h"\nint main(void) { printf("%%d\\n", add(2, 3)); return 0; }\n' >src/main.c
printf 'OBJECTS = src/add.o src/main.o\nprogram: $(OBJECTS)\n\t$(CC) -o $@ $(OBJECTS)\n%%.o: %%.c src/add.h\n\t$(CC) -Wall -O2 -c -o $@ $<\nclean:\n\trm -f program $(OBJECTS)\n' >Makefile
make
./program
make -q && echo 'nothing to do'
