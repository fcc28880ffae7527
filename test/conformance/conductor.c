/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays a history: one line in for each step, one line out for each deed of the session. Lines, fields parted by tabs:
 *
 *   outside make KIND PATH [TARGET]   outside remove PATH   outside empty PATH KEPT
 *   session OPERATION PATH [OTHER [MORE]]
 *   end
 *
 * Out: the process to be labelled; then after its label ("go") for each deed: errno, CLOCK_MONOTONIC in ns before and after,
 * whether PATH and OTHER exist after it; "end" for "end". What is outside is done here. The session is a nursery that does
 * nothing but start the worker, which does the deeds; when the worker is killed, it starts another.
 */
#define OPERATIONS_ONLY
#include "../kernel/performer.c"

#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <time.h>

/* Reported when the worker itself was killed. */
#define WORKER_KILLED 4097
#define MOST_LISTENERS 256
#define MOST_CHILDREN 64

static int listeners[MOST_LISTENERS];
static int listener_count;

/* The smallest program there is: exit(0). */
static const unsigned char nothing[] = {
	0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0, 0x78, 0, 0x40, 0, 0, 0, 0, 0, 64, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0,
	0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05,
};

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "conductor: %s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

static void make_program(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);

	if (fd < 0 || write(fd, nothing, sizeof(nothing)) != sizeof(nothing))
		fail("cannot make", path);
	close(fd);
}

/* Listens until the history is over. */
static void make_listener(const char *path)
{
	struct sockaddr_un address;
	int fd = local_socket("stream", path, &address);

	if (strlen(path) >= sizeof(address.sun_path) || listener_count == MOST_LISTENERS)
		fail("too long or too many sockets", path);
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) || listen(fd, 8))
		fail("cannot listen at", path);
	listeners[listener_count++] = fd;
}

static void make(const char *kind, const char *path, const char *target)
{
	if (!strcmp(kind, "file"))
		make_program(path);
	else if (!strcmp(kind, "directory") && mkdir(path, 0755))
		fail("cannot make directory", path);
	else if (!strcmp(kind, "symlink") && symlink(target, path))
		fail("cannot make symbolic link", path);
	else if (!strcmp(kind, "pipe") && mkfifo(path, 0644))
		fail("cannot make pipe", path);
	else if (!strcmp(kind, "socket"))
		make_listener(path);
}

static void remove_all(const char *path);

/* Removes what is in a folder, but for one name, of which only the content goes. */
static void empty(const char *path, const char *kept)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char below[8192];

	if (!folder)
		fail("cannot list", path);
	while ((entry = readdir(folder))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >= (int)sizeof(below))
			fail("too long a path", path);
		if (!strcmp(entry->d_name, kept))
			empty(below, "");
		else
			remove_all(below);
	}
	closedir(folder);
}

static void remove_all(const char *path)
{
	struct stat status;

	if (lstat(path, &status))
		fail("cannot look at", path);
	if (!S_ISDIR(status.st_mode)) {
		if (unlink(path))
			fail("cannot remove", path);
		return;
	}
	empty(path, "");
	if (rmdir(path))
		fail("cannot remove", path);
}

static void outside(char *rest)
{
	char *what = strsep(&rest, "\t"), *first = strsep(&rest, "\t"), *second = strsep(&rest, "\t");

	if (!strcmp(what, "make"))
		make(first, second, rest);
	else if (!strcmp(what, "remove"))
		remove_all(first);
	else if (!strcmp(what, "empty"))
		empty(first, second ? second : "");
}

/* Whatever comes of it but a refusal shows that it was let in: most of the addresses lead nowhere. */
static int on_address(const char *operation, const char *text, const char *port, const char *more)
{
	static char bytes[4096];
	struct sockaddr_storage address;
	socklen_t length = address_of(text, port, &address);
	int fd = socket_for(&address, (strcmp(more, "tcp") ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK), result;

	if (fd < 0)
		return errno;
	if (!strcmp(operation, "connect-address"))
		result = connect(fd, (void *)&address, length);
	else
		result = sendto(fd, bytes, atoi(more), 0, (void *)&address, length) < 0;
	result = result ? errno : 0;
	close(fd);
	return result;
}

static pid_t children[MOST_CHILDREN];
static int child_count;

static int started_child(void)
{
	pid_t worker = getpid(), child;

	if (child_count == MOST_CHILDREN)
		return EAGAIN;
	child = fork();
	if (child < 0)
		return errno;
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* the worker may be gone already, and nobody would tell */
		while (getppid() == worker)
			pause();
		_exit(0);
	}
	children[child_count++] = child;
	return 0;
}

static int reaped(void)
{
	if (!child_count)
		return 0;
	child_count--;
	kill(children[child_count], SIGKILL);
	return waitpid(children[child_count], NULL, 0) < 0 ? errno : 0;
}

static int deed(const char *operation, const char *path, const char *other, const char *more)
{
	if (!strcmp(operation, "connect-address") || !strcmp(operation, "send-bytes"))
		return on_address(operation, path, other, more);
	if (!strcmp(operation, "listen-address"))
		return listening(path, other) % 1000;
	if (!strcmp(operation, "unix-connect"))
		return connected_locally("stream", path);
	if (!strcmp(operation, "write-or-create"))
		return opened(path, O_WRONLY | O_CREAT);
	if (!strcmp(operation, "list"))
		return opened(path, O_RDONLY | O_DIRECTORY);
	if (!strcmp(operation, "fork"))
		return started_child();
	if (!strcmp(operation, "reap"))
		return reaped();
	return perform(operation, path, other);
}

static void answer(int to, int result)
{
	if (write(to, &result, sizeof(result)) != sizeof(result))
		_exit(1);
}

static void work(int from, int to)
{
	static char line[65536];
	FILE *lines = fdopen(from, "r");

	while (lines && fgets(line, sizeof(line), lines)) {
		char *rest = line, *operation = strsep(&rest, "\t\n"), *path = strsep(&rest, "\t\n");
		char *other = strsep(&rest, "\t\n"), *more = strsep(&rest, "\t\n");

		answer(to, deed(operation, path, other ? other : "", more ? more : ""));
	}
	_exit(0);
}

/* Waits for its label, then keeps one worker alive until that ends of its own accord. */
static void nurse(int go, int from, int to)
{
	char sign;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (read(go, &sign, 1) != 1)
		_exit(1);
	for (;;) {
		pid_t worker = fork();

		if (worker < 0)
			_exit(2);
		if (worker == 0)
			work(from, to);
		if (waitpid(worker, &status, 0) != worker || !WIFSIGNALED(status))
			_exit(0);
		/* whoever it has started ends with it */
		while (wait(NULL) > 0)
			;
		answer(to, WORKER_KILLED);
	}
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int exists(const char *path)
{
	struct stat status;

	return path && *path == '/' && !lstat(path, &status);
}

static void session(char *rest, int requests, int answers)
{
	int result;
	int64_t before = now(), after;
	char *path, *other;

	if (dprintf(requests, "%s\n", rest) < 0 || read(answers, &result, sizeof(result)) != sizeof(result))
		fail("the session is gone at", rest);
	after = now();
	strsep(&rest, "\t");
	path = strsep(&rest, "\t");
	other = strsep(&rest, "\t");
	printf("%d\t%" PRId64 "\t%" PRId64 "\t%d\t%d\n", result, before, after, exists(path), exists(other));
}

int main(void)
{
	static char line[65536];
	int go[2], requests[2], answers[2];
	pid_t nursery;

	umask(0);
	if (pipe(go) || pipe(requests) || pipe(answers))
		fail("no pipes", "");
	nursery = fork();
	if (nursery == 0) {
		close(go[1]);
		close(requests[1]);
		close(answers[0]);
		/* only the lines of others come by the standard input */
		close(0);
		nurse(go[0], requests[0], answers[1]);
	}
	close(go[0]);
	close(requests[0]);
	close(answers[1]);
	printf("%d\n", nursery);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line, *who;

		line[strcspn(line, "\n")] = 0;
		who = strsep(&rest, "\t");
		if (!strcmp(who, "go") && write(go[1], "g", 1) != 1)
			fail("the session is gone", "");
		if (!strcmp(who, "outside"))
			outside(rest);
		if (!strcmp(who, "session"))
			session(rest, requests[1], answers[0]);
		if (!strcmp(who, "end")) {
			printf("end\n");
			fflush(stdout);
		}
	}
	close(requests[1]);
	waitpid(nursery, NULL, 0);
	return 0;
}
