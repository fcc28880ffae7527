/* SPDX-License-Identifier: Apache-2.0 */
/* Takes away the access list that keeps somebody out of the victim's folder. */
#define ATTACK "access-list-remove"
#include "attack.h"
#include <sys/xattr.h>

int main(int count, char **argument)
{
	(void)count;
	intended("removexattr", removexattr(text("%s/keys", argument[1]), "system.posix_acl_access"));
	succeed("removexattr");
}
