/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the container engine, which is root, to act. */
#define ATTACK "docker-socket"
#include "attack.h"
#include "local.h"

int main(void)
{
	reach_stream("/run/docker.sock");
}
