/* SPDX-License-Identifier: Apache-2.0 */
/* A service of the user's systemd, as Clinejection's gateway (February 2026) was: started at the next log-in, outside of any session. */
#define ATTACK "user-service"
#include "attack.h"

int main(void)
{
	intended("create", open("/home/dev/.config/systemd/user/gateway.service", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	succeed("create");
}
