/* SPDX-License-Identifier: Apache-2.0 */
/* Keyrings of the kernel. */
#ifndef KEYS_H
#define KEYS_H

#include <linux/keyctl.h>

__attribute__((unused)) static long keyctl(int command, unsigned long first, unsigned long second, unsigned long third, unsigned long fourth)
{
	return syscall(SYS_keyctl, command, first, second, third, fourth);
}

#endif
