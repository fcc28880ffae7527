/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify OPTIONS PREFIX COMMAND ...: runs COMMAND under a seccomp filter that hands every open to a supervisor, as a hold that
 * blocks only the calling thread would. The supervisor lets each go on (the LSM hook judges the object); what begins with PREFIX
 * it keeps for HOLD_MS first. OPTIONS: a word of letters, - for none: p no_new_privs (what a user's launcher has to set),
 * d the supervisor dies when it is asked for PREFIX. Signals of the command's end become its status.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOLD_MS 400
#define CALL(NUMBER) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NUMBER, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)

static int install(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		CALL(SYS_openat), CALL(SYS_open), CALL(SYS_openat2), CALL(SYS_creat),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(rules) / sizeof(rules[0]), .filter = rules };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int pass(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = "", byte = 0;
	struct iovec text = { &byte, 1 };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0);
}

static int receive(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = "", byte;
	struct iovec text = { &byte, 1 };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static int begins_with(const struct seccomp_notif *asked, const char *prefix)
{
	int is_at = asked->data.nr == SYS_openat || asked->data.nr == SYS_openat2;
	char path[256] = "";
	struct iovec here = { path, sizeof(path) - 1 };
	struct iovec there = { (void *)asked->data.args[is_at], sizeof(path) - 1 };

	process_vm_readv(asked->pid, &here, 1, &there, 1, 0);
	return !strncmp(path, prefix, strlen(prefix));
}

static void supervise(int listener, const char *prefix, int dies)
{
	struct seccomp_notif asked;
	struct seccomp_notif_resp answer;

	for (;;) {
		memset(&asked, 0, sizeof(asked));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			_exit(0);
		}
		if (begins_with(&asked, prefix)) {
			if (dies)
				_exit(0);
			usleep(HOLD_MS * 1000);
		}
		memset(&answer, 0, sizeof(answer));
		answer.id = asked.id;
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}

int main(int count, char **words)
{
	int channel[2], status, listener;
	pid_t supervisor, command;

	if (count < 4 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		return 2;
	command = fork();
	if (command == 0) {
		if (strchr(words[1], 'p'))
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		listener = install();
		if (listener < 0 || pass(channel[0], listener) != 1) {
			fprintf(stderr, "no filter: %s\n", strerror(errno));
			_exit(3);
		}
		close(listener);
		execvp(words[3], words + 3);
		_exit(4);
	}
	/* the command itself must not keep the listener alive, nor this process */
	supervisor = fork();
	if (supervisor == 0) {
		close(channel[0]);
		listener = receive(channel[1]);
		if (listener < 0)
			_exit(1);
		supervise(listener, words[2], strchr(words[1], 'd') != NULL);
	}
	close(channel[0]);
	close(channel[1]);
	waitpid(command, &status, 0);
	kill(supervisor, SIGKILL);
	waitpid(supervisor, NULL, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
