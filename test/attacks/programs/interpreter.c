/* SPDX-License-Identifier: Apache-2.0 */
/* An interpreter that no manifest declares; `script` names it in its first line. */
#define ATTACK "exec-shebang"
#include "attack.h"

int main(void)
{
	succeed("exec");
}
