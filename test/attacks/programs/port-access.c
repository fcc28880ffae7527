/* SPDX-License-Identifier: Apache-2.0 */
/* As root: the right to speak to hardware past the kernel. */
#define ATTACK "port-access"
#include "attack.h"
#include <sys/io.h>

int main(void)
{
	intended("iopl", iopl(3));
	succeed("iopl");
}
