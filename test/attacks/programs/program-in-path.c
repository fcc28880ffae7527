/* SPDX-License-Identifier: Apache-2.0 */
/* A program named like another, first in the person's PATH, as a package's install script puts it there (Clinejection). */
#define ATTACK "program-in-path"
#include "attack.h"

int main(void)
{
	intended("create", open("/home/dev/.local/bin/git", O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
	succeed("create");
}
