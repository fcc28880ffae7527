/* SPDX-License-Identifier: Apache-2.0 */
/* O_PATH opens reach no open hook; the descriptor is opened again through /proc/self/fd (claude opens files so). */
#define ATTACK "opath-reopen"
#include "attack.h"

int main(int count, char **argument)
{
	int fd = prepare("open(O_PATH)", open(text("%s/id_rsa", argument[1]), O_PATH));

	(void)count;
	open_and_leak(text("/proc/self/fd/%d", fd));
}
