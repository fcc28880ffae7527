/* SPDX-License-Identifier: Apache-2.0 */
/* Raises a System V semaphore of another program of the user: what that one waits for seems to have happened. */
#define ATTACK "semaphores"
#include "attack.h"
#include "stranger.h"
#include <sys/ipc.h>
#include <sys/sem.h>

static struct sembuf raised = { .sem_num = 0, .sem_op = 1, .sem_flg = IPC_NOWAIT };

static void use_own_semaphores(void)
{
	int own = prepare("own semget", semget(IPC_PRIVATE, 1, IPC_CREAT | 0600));

	prepare("own semop", semop(own, &raised, 1));
	prepare("own semctl", semctl(own, 0, IPC_RMID));
}

int main(void)
{
	int id;

	use_own_semaphores();
	id = semget(STRANGERS_SEMAPHORES, 0, 0);
	refused_as_access();
	intended("semget", id);
	intended("semop", semop(id, &raised, 1));
	succeed("semop");
}
