/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the names in the victim's directory. */
#define ATTACK "list-directory"
#include "attack.h"
#include <dirent.h>

int main(int count, char **argument)
{
	struct dirent *entry;
	DIR *directory = opendir(argument[1]);

	(void)count;
	intended("open", directory ? 0 : -1);
	while ((entry = readdir(directory)))
		if (!strcmp(entry->d_name, "id_rsa"))
			finish(SUCCEEDED, "open", 0, 1);
	return BROKEN;
}
