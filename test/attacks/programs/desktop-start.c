/* SPDX-License-Identifier: Apache-2.0 */
/* A program that the desktop starts at the next log-in. */
#define ATTACK "desktop-start"
#include "attack.h"

int main(void)
{
	intended("create", open("/home/dev/.config/autostart/helper.desktop", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	succeed("create");
}
