/* SPDX-License-Identifier: Apache-2.0 */
/* A program with a library of its own, as installed ones have: what that library is decides what the program does. */
int plugged(void);

int main(void)
{
	return plugged() < 0;
}
