/* SPDX-License-Identifier: Apache-2.0 */
/*
 * besieger STOP ROUNDS PAUSE CLOSED WORK PROGRAM [GREY]: attacks in turn, allowed work beside them, and calls that a person is asked about, each in a
 * process of its own, until the file STOP appears or the rounds are over, with PAUSE milliseconds between rounds. In CLOSED lies `key`, in WORK `allowed`, in GREY
 * `document`; PROGRAM may not be executed. Begins when a line comes in. What succeeds is undone. Prints how often each call was
 * refused, what succeeded, and what ended otherwise, as JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES 4096

static char key[PATH_BYTES], planted[PATH_BYTES], closed[PATH_BYTES], linked[PATH_BYTES], gone[PATH_BYTES];
static char allowed[PATH_BYTES], written[PATH_BYTES], document[PATH_BYTES];
static const char *stop, *program;
static int pause_ms;

static struct counts {
	long rounds, succeeded, odd, last_odd, worked, broken, granted, withheld, held_odd;
	long refused[16];
} *counts;

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int read_key(void)
{
	return opened(key, O_RDONLY);
}

static int write_key(void)
{
	return opened(key, O_WRONLY);
}

static int plant(void)
{
	int error = opened(planted, O_WRONLY | O_CREAT | O_EXCL);

	if (!error)
		unlink(planted);
	return error;
}

static int hard_link(void)
{
	if (link(key, linked))
		return errno;
	unlink(linked);
	return 0;
}

static int move(void)
{
	if (rename(closed, gone))
		return errno;
	rename(gone, closed);
	return 0;
}

static int erase(void)
{
	if (unlink(key))
		return errno;
	opened(key, O_WRONLY | O_CREAT);
	return 0;
}

/* That nobody listens is told by whom the call has reached. */
static int call_out(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error = connect(fd, (void *)&to, sizeof(to)) ? errno : 0;

	close(fd);
	return error == ECONNREFUSED ? 0 : error;
}

static int in_child(int (*deed)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		return 1000 + errno;
	if (child == 0)
		_exit(deed());
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 2000 + status;
	return WEXITSTATUS(status);
}

static int executed(void)
{
	execl(program, program, NULL);
	return errno;
}

static int execute(void)
{
	return in_child(executed);
}

static int read_in_child(void)
{
	return in_child(read_key);
}

static const struct attack {
	const char *call;
	int (*deed)(void);
} ATTACKS[] = {
	{ "open", read_key }, { "open", write_key }, { "create", plant }, { "link", hard_link }, { "rename", move },
	{ "unlink", erase }, { "connect", call_out }, { "exec", execute }, { "open", read_in_child },
};
#define ATTACK_COUNT (int)(sizeof(ATTACKS) / sizeof(*ATTACKS))

static void attack_once(void)
{
	for (int i = 0; i < ATTACK_COUNT; i++) {
		int error = ATTACKS[i].deed();

		if (error == EPERM)
			counts->refused[i]++;
		else if (!error)
			counts->succeeded++;
		else {
			counts->odd++;
			counts->last_odd = i * 10000 + error;
		}
	}
	counts->rounds++;
}

static void work_once(void)
{
	int error = opened(allowed, O_RDONLY) ? 1 : opened(written, O_WRONLY | O_CREAT);

	if (error)
		counts->broken++;
	else
		counts->worked++;
	unlink(written);
}

static void ask_once(void)
{
	int error = opened(document, O_RDONLY);

	if (!error)
		counts->granted++;
	else if (error == EPERM)
		counts->withheld++;
	else
		counts->held_odd++;
}

static void repeat(void (*deed)(void), long rounds)
{
	for (long i = 0; i < rounds && access(stop, F_OK); i++) {
		deed();
		usleep(1000 * pause_ms);
	}
}

static pid_t beside(void (*deed)(void), long rounds)
{
	pid_t child = fork();

	if (child)
		return child;
	repeat(deed, rounds);
	_exit(0);
}

static void report(void)
{
	for (int i = 0; i < ATTACK_COUNT; i++) {
		long sum = 0;
		int is_first = 1;

		for (int k = 0; k < ATTACK_COUNT; k++) {
			if (strcmp(ATTACKS[k].call, ATTACKS[i].call))
				continue;
			is_first = is_first && k >= i;
			sum += counts->refused[k];
		}
		if (is_first)
			printf("%s\"%s\": %ld", i ? ", " : "{\"refused\": {", ATTACKS[i].call, sum);
	}
	printf("}, \"rounds\": %ld, \"succeeded\": %ld, \"odd\": %ld, \"lastOdd\": %ld, \"worked\": %ld, \"broken\": %ld, "
	       "\"granted\": %ld, \"withheld\": %ld, \"heldOdd\": %ld}\n",
	       counts->rounds, counts->succeeded, counts->odd, counts->last_odd, counts->worked, counts->broken,
	       counts->granted, counts->withheld, counts->held_odd);
}

static void join(char *path, const char *folder, const char *name)
{
	snprintf(path, PATH_BYTES, "%s/%s", folder, name);
}

int main(int count, char **words)
{
	pid_t worker, asker = 0;
	long rounds;

	if (count < 7)
		return 2;
	stop = words[1];
	rounds = atol(words[2]);
	pause_ms = atoi(words[3]);
	program = words[6];
	snprintf(closed, sizeof(closed), "%s", words[4]);
	join(key, closed, "key");
	join(planted, closed, "planted");
	join(linked, words[5], "linked");
	join(gone, words[5], "gone");
	join(allowed, words[5], "allowed");
	join(written, words[5], "written");
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED || getchar() == EOF)
		return 2;
	worker = beside(work_once, rounds);
	if (count > 7) {
		join(document, words[7], "document");
		asker = beside(ask_once, rounds);
	}
	repeat(attack_once, rounds);
	waitpid(worker, NULL, 0);
	if (asker)
		waitpid(asker, NULL, 0);
	report();
	return 0;
}
