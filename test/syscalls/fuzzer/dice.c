/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzzer.h"

/* splitmix64, so that neighbouring seeds have nothing in common. */
uint64_t mixed(uint64_t a, uint64_t b)
{
	uint64_t value = a + 0x9e3779b97f4a7c15ull * (b + 1);

	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
	value ^= value >> 31;
	return value ? value : 1;
}

/* xorshift64* */
uint64_t draw(struct dice *dice)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return dice->state * 0x2545f4914f6cdd1dull;
}
