/* SPDX-License-Identifier: Apache-2.0 */
/* Lets every user read the key, by an access list: chmod by another name. */
#define ATTACK "access-list-set"
#include "attack.h"
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/xattr.h>

#define ENTRIES 5

struct list {
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entries[ENTRIES];
};

int main(int count, char **argument)
{
	struct list list = { .header.a_version = POSIX_ACL_XATTR_VERSION,
			     .entries = { { ACL_USER_OBJ, 6, ACL_UNDEFINED_ID }, { ACL_USER, 4, 65534 },
					  { ACL_GROUP_OBJ, 0, ACL_UNDEFINED_ID }, { ACL_MASK, 4, ACL_UNDEFINED_ID },
					  { ACL_OTHER, 0, ACL_UNDEFINED_ID } } };

	(void)count;
	intended("setxattr", setxattr(text("%s/id_rsa", argument[1]), "system.posix_acl_access", &list, sizeof(list), 0));
	succeed("setxattr");
}
