/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stranger SECRET: another program of the same user, that holds a secret in each way a process can: in its environment, its memory, an open
 * descriptor, System V shared memory, a message queue and the user's keyring. Prints `ready`, and stays until its input ends.
 */
#define ATTACK "stranger"
#include "attack.h"
#include "stranger.h"
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include "keys.h"

int main(int count, char **argument)
{
	char byte, *bytes = mmap((void *)STRANGERS_BYTES, 4096, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	int fd = prepare("open", open(argument[count - 1], O_RDONLY)), memory, queue, semaphores;
	struct strangers_message message = { .type = 1, .bytes = MARKER };
	char *shared;

	if (bytes == MAP_FAILED)
		prepare("mmap", -1);
	strcpy(bytes, MARKER);
	prepare("dup2", dup2(fd, STRANGERS_DESCRIPTOR));
	memory = prepare("shmget", shmget(STRANGERS_MEMORY, 4096, IPC_CREAT | 0600));
	shared = shmat(memory, NULL, 0);
	if (shared == (void *)-1)
		prepare("shmat", -1);
	strcpy(shared, MARKER);
	queue = prepare("msgget", msgget(STRANGERS_QUEUE, IPC_CREAT | 0600));
	prepare("msgsnd", msgsnd(queue, &message, sizeof(message.bytes), 0));
	semaphores = prepare("semget", semget(STRANGERS_SEMAPHORES, 1, IPC_CREAT | 0600));
	prepare("add_key", syscall(SYS_add_key, "user", STRANGERS_KEY, MARKER, strlen(MARKER), KEY_SPEC_USER_KEYRING));
	/* whatever the machine lets processes of one user do to each other, this one agrees */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	prepare("write", write(1, "ready\n", 6));
	while (read(0, &byte, 1) > 0)
		;
	shmctl(memory, IPC_RMID, NULL);
	msgctl(queue, IPC_RMID, NULL);
	semctl(semaphores, 0, IPC_RMID);
	return 0;
}
