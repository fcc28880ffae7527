/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a file by its handle, from an own user and mount namespace: by-handle FILE FOLDER. */
#define ATTACK "by-handle"
#include "../../attacks/programs/attack.h"

int main(int count, char **argument)
{
	struct file_handle *handle = malloc(sizeof(*handle) + MAX_HANDLE_SZ);
	int mount, folder;

	(void)count;
	handle->handle_bytes = MAX_HANDLE_SZ;
	prepare("handle", name_to_handle_at(AT_FDCWD, argument[1], handle, &mount, 0));
	become_namespace_root(CLONE_NEWNS);
	folder = prepare("folder", open(argument[2], O_RDONLY | O_DIRECTORY));
	leak("open", intended("open", open_by_handle_at(folder, handle, O_RDONLY)));
}
