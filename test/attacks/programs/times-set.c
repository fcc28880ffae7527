/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a file look older than it is: make(1) and backups then pass it over, and traces of a change are gone. */
#define ATTACK "times-set"
#include "attack.h"

int main(int count, char **argument)
{
	struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	(void)count;
	intended("utimensat", utimensat(AT_FDCWD, text("%s/id_rsa", argument[1]), times, 0));
	succeed("utimensat");
}
