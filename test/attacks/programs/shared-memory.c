/* SPDX-License-Identifier: Apache-2.0 */
/* Maps the System V shared memory of another program of the user: databases, browsers and X servers have such. */
#define ATTACK "shared-memory"
#include "attack.h"
#include "stranger.h"
#include <sys/ipc.h>
#include <sys/shm.h>

static void use_own_memory(void)
{
	int own = prepare("own shmget", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
	char *memory = shmat(own, NULL, 0);

	prepare("own shmat", memory == (void *)-1 ? -1 : 0);
	memory[0] = 'x';
	prepare("own shmctl", shmctl(own, IPC_RMID, NULL));
}

int main(void)
{
	const char *memory;
	int id;

	use_own_memory();
	id = shmget(STRANGERS_MEMORY, 0, 0);
	refused_as_access();
	memory = shmat(intended("shmget", id), NULL, SHM_RDONLY);
	intended("shmat", memory == (void *)-1 ? -1 : 0);
	finish(strstr(memory, MARKER) ? SUCCEEDED : BROKEN, "shmat", 0, 1);
}
