/* SPDX-License-Identifier: Apache-2.0 */
/* As root: makes a control group, to put others' processes into it and freeze them, below a path that the manifest grants. */
#define ATTACK "control-group"
#include "attack.h"

#define GROUP "/home/shared/attacks/groups/ringfence-attack"

int main(void)
{
	intended("mkdir", mkdir(GROUP, 0755));
	prepare("rmdir", rmdir(GROUP));
	succeed("mkdir");
}
