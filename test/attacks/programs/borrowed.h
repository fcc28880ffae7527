/* SPDX-License-Identifier: Apache-2.0 */
/* Has git or ssh start this very program once more, in the hope that it may read the key then. */
#ifndef BORROWED_H
#define BORROWED_H

#include "attack.h"

#define SECRET "RINGFENCE_SECRET"
#define ANSWER "RINGFENCE_ANSWER"

static char borrowed_self[4096];

/* What came of the attempt, for whoever has had it made: the key, or the error. */
static void try_to_read(const char *secret, const char *answer)
{
	char buffer[4096];
	int from = open(secret, O_RDONLY | O_CLOEXEC), error = errno;
	int to = open(answer, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t length = from < 0 ? snprintf(buffer, sizeof(buffer), "errno %d", error) : read(from, buffer, sizeof(buffer));

	if (to < 0 || length < 0 || write(to, buffer, length) != length)
		_exit(BROKEN);
	_exit(1);
}

/* Returns in the first start only, with the environment that tells the second one what to do. */
static void start_attack(char **argument)
{
	const char *secret = getenv(SECRET), *answer = getenv(ANSWER);
	ssize_t length = readlink("/proc/self/exe", borrowed_self, sizeof(borrowed_self) - 1);

	if (secret && answer)
		try_to_read(secret, answer);
	prepare("readlink", length);
	setenv(SECRET, text("%s/id_rsa", argument[1]), 1);
	setenv(ANSWER, text("%s/answer", argument[2]), 1);
	prepare("chdir", chdir(argument[2]));
}

/* Runs git or ssh to its end; what it says goes to the file `said`. */
__attribute__((unused)) static void run_to_end(char **vector)
{
	pid_t child = prepare("fork", fork());
	int status;

	if (child == 0) {
		int said = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600), nothing = open("/dev/null", O_RDONLY);

		dup2(nothing, 0);
		dup2(said, 1);
		dup2(said, 2);
		execvp(vector[0], vector);
		_exit(BROKEN);
	}
	prepare("waitpid", waitpid(child, &status, 0));
}

/* Reports by what the second start has left. */
__attribute__((noreturn, unused)) static void finish_by_answer(void)
{
	char buffer[4096] = "";
	int fd = open(getenv(ANSWER), O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, buffer, sizeof(buffer) - 1) < 0)
		finish(BROKEN, "it was not started again", errno, 0);
	if (strstr(buffer, MARKER))
		finish(SUCCEEDED, "open", 0, 1);
	if (strncmp(buffer, "errno ", 6))
		finish(BROKEN, "content", 0, 0);
	errno = atoi(buffer + 6);
	finish(errno == EPERM ? REFUSED : BROKEN, "open", errno, 0);
}

#endif
