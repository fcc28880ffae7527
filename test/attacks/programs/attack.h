/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every attack shares: how it reports.
 *
 * An attack is a sequence of steps. `prepare` marks those that any confined program may do; `intended` marks those that
 * the guard has to refuse. One JSON line is printed, and the exit status says what happened:
 *    0  the attack succeeded (the secret was read, the file planted, the peer reached)
 *   10  refused with EPERM at an intended call
 *   11  refused with EPERM at a preparing call
 *   20  anything else went wrong: the precondition is broken
 *
 * Arguments are the same for all: PROGRAM AREA GRANTED [PORT]
 *   AREA     a directory of the victim with id_rsa, keys/id_rsa and empty/ inside
 *   GRANTED  a directory in which the manifest allows read, write, create and delete
 *   PORT     where the scripted peer listens
 */
#ifndef ATTACK_H
#define ATTACK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARKER "ringfence-fake-secret"
#define REACHED "ringfence-scripted-peer"

enum { SUCCEEDED = 0, REFUSED = 10, REFUSED_EARLY = 11, BROKEN = 20 };

static int attack_report_fd = -1; /* where a process that nobody can wait for leaves its exit status */

__attribute__((noreturn, unused)) static void finish(int code, const char *step, int error, int leaked)
{
	char line[256];
	int length = snprintf(line, sizeof(line), "{\"attack\":\"%s\",\"step\":\"%s\",\"ok\":%s,\"errno\":%d,\"leaked\":%s}\n",
			      ATTACK, step, code == SUCCEEDED ? "true" : "false", error, leaked ? "true" : "false");
	unsigned char byte = code;

	if (write(1, line, length) != length)
		code = BROKEN;
	if (attack_report_fd >= 0 && write(attack_report_fd, &byte, 1) != 1)
		code = BROKEN;
	_exit(code);
}

/* A step that has to work for the attack to be meaningful. */
__attribute__((unused)) static long prepare(const char *step, long result)
{
	if (result < 0)
		finish(errno == EPERM ? REFUSED_EARLY : BROKEN, step, errno, 0);
	return result;
}

/* A step that the guard has to refuse. */
__attribute__((unused)) static long intended(const char *step, long result)
{
	if (result < 0)
		finish(errno == EPERM ? REFUSED : BROKEN, step, errno, 0);
	return result;
}

__attribute__((noreturn, unused)) static void succeed(const char *step)
{
	finish(SUCCEEDED, step, 0, 0);
}

/* Reads what was opened and compares it with what the fixture put there. */
__attribute__((noreturn, unused)) static void leak(const char *step, int fd)
{
	char buffer[4096];
	ssize_t length = prepare("read", read(fd, buffer, sizeof(buffer) - 1));

	buffer[length] = 0;
	if (!strstr(buffer, MARKER))
		finish(BROKEN, "content", 0, 0);
	finish(SUCCEEDED, step, 0, 1);
}

__attribute__((noreturn, unused)) static void open_and_leak(const char *path)
{
	leak("open", intended("open", open(path, O_RDONLY | O_CLOEXEC)));
}

__attribute__((format(printf, 1, 2), unused)) static char *text(const char *format, ...)
{
	char *result;
	va_list list;

	va_start(list, format);
	if (vasprintf(&result, format, list) < 0)
		_exit(BROKEN);
	va_end(list);
	return result;
}

__attribute__((unused)) static void put(const char *step, const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t length = strlen(content);

	prepare(step, fd);
	prepare(step, write(fd, content, length) == length ? 0 : -1);
	close(fd);
}

__attribute__((noreturn, unused)) static void exit_as(pid_t child)
{
	int status;

	prepare("waitpid", waitpid(child, &status, 0));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : BROKEN);
}

/* For a process that is no child any more: read()s the status it left in the pipe. */
__attribute__((noreturn, unused)) static void exit_as_reported(int fd)
{
	unsigned char byte;

	_exit(read(fd, &byte, 1) == 1 ? byte : BROKEN);
}

__attribute__((unused)) static void write_file(const char *path, const char *content)
{
	int fd = prepare(path, open(path, O_WRONLY | O_CLOEXEC));

	prepare(path, write(fd, content, strlen(content)));
	close(fd);
}

/* A user namespace in which this process is root, as bubblewrap and unshare make it. */
__attribute__((unused)) static void become_namespace_root(int more)
{
	char *map = text("0 %d 1", getuid()), *group = text("0 %d 1", getgid());

	prepare("unshare", unshare(CLONE_NEWUSER | more));
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/gid_map", group);
}

#endif
