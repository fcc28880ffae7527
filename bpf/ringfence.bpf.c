// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of Ringfence. A task that is no agent's leaves each hook after one flag and one look-up; for an agent
 * a hook reads like a sentence: who calls, on what, what the policy says.
 */
#include "files.h"
#include "exec.h"
#include "ioctls.h"
#include "local.h"
#include "bytes.h"
#include "answers.h"
#include "processes.h"
#include "tasks.h"
#include "superblocks.h"
#include "self.h"
#include "machine.h"
#include "belongings.h"
#include "distrusted.h"

char LICENSE[] SEC("license") = "GPL";
