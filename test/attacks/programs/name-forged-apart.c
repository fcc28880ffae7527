/* SPDX-License-Identifier: Apache-2.0 */
/* The same in a network of its own, where nobody else is the name server at port 53. */
#define ATTACK "name-forged-apart"
#include "attack.h"
#include <net/if.h>
#include <sys/ioctl.h>

#include "names.h"

int main(int count, char **argument)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	pid_t child = fork();
	int status;

	if (!child) {
		int fd;

		become_namespace_root(CLONE_NEWNET);
		fd = prepare("socket", socket(AF_INET, SOCK_DGRAM, 0));
		prepare("loopback", ioctl(fd, SIOCSIFFLAGS, &loopback));
		forge("granted.example.org", DNS_PORT);
		_exit(SUCCEEDED);
	}
	prepare("waitpid", waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : BROKEN);
	reach(FAR, argument[count - 1]);
}
