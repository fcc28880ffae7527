/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs. Called once for a script and once more for its interpreter, before the point of no return. */
#ifndef RINGFENCE_EXEC_H
#define RINGFENCE_EXEC_H

#include "verdict.h"

SEC("lsm/bprm_check_security")
int BPF_PROG(rf_bprm_check_security, struct linux_binprm *bprm, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_one(task, RF_CALL_EXEC, OPERATION(RF_EXEC), bprm->file->f_path.dentry);
}

#endif
