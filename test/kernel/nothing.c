/* SPDX-License-Identifier: Apache-2.0 */
/* A program that does nothing, to be executed. Static: its start opens nothing. */
int main(void)
{
	return 0;
}
