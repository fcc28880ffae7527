/* SPDX-License-Identifier: Apache-2.0 */
/* As root: opens the folder of the evidence log, to cut it short. */
#define ATTACK "guard-log"
#include "attack.h"

int main(void)
{
	intended("open", open("/var/lib/ringfence", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	succeed("open");
}
