/* SPDX-License-Identifier: Apache-2.0 */
/* Inside bubblewrap, the container engine’s socket by another name. */
#define ATTACK "bubblewrap-docker"
#include "attack.h"
#include "bubblewrap.h"
#include "local.h"

int main(int count, char **argument)
{
	if (is_inside(count, argument))
		reach_stream("/tmp/engine");
	GO_INSIDE(argument, "--tmpfs", "/tmp", "--bind", "/run/docker.sock", "/tmp/engine");
}
