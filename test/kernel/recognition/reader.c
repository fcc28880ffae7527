/*
 * Stands in for a native agent: its first statement reads the key. `reader [wait]` says “read” or “refused”, and with `wait` says so once more
 * when its input ends. `reader repeat N PROGRAM …` starts a program so often and counts what its first statement came to.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY "/home/dev/.ssh/id_rsa"
#define READ 0
#define REFUSED 3
#define OTHER 4

static int look(void)
{
	char byte;
	int file = open(KEY, O_RDONLY);
	int outcome = file >= 0 && read(file, &byte, 1) == 1 ? READ : errno == EPERM ? REFUSED : OTHER;

	if (file >= 0)
		close(file);
	return outcome;
}

static const char *word(int outcome)
{
	return outcome == READ ? "read" : outcome == REFUSED ? "refused" : "other";
}

static int repeat(int times, char **command)
{
	int counts[OTHER + 1] = {0};

	for (int i = 0; i < times; i++) {
		int status = 0;
		pid_t child = fork();

		if (child == 0) {
			int nowhere = open("/dev/null", O_WRONLY);

			dup2(nowhere, 1);
			execv(command[0], command);
			_exit(OTHER);
		}
		waitpid(child, &status, 0);
		counts[WIFEXITED(status) && WEXITSTATUS(status) <= OTHER ? WEXITSTATUS(status) : OTHER]++;
	}
	printf("read %d refused %d other %d\n", counts[READ], counts[REFUSED], counts[OTHER]);
	return 0;
}

int main(int count, char **words)
{
	char line[64];
	int outcome = look();

	if (count > 3 && !strcmp(words[1], "repeat"))
		return repeat(atoi(words[2]), words + 3);
	prctl(PR_SET_NAME, "renamed");
	printf("%s\n", word(outcome));
	fflush(stdout);
	if (count > 1 && !strcmp(words[1], "wait")) {
		while (fgets(line, sizeof(line), stdin))
			;
		printf("%s\n", word(look()));
	}
	return outcome;
}
