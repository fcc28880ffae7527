/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs, and what is mapped to be executed. */
#ifndef RINGFENCE_EXEC_H
#define RINGFENCE_EXEC_H

#include "recognise.h"

/* Called once, with what is named: for a script that is the script. */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(rf_bprm_creds_for_exec, struct linux_binprm *bprm, int ret)
{
	struct labelled_task *task = caller();

	if (ret)
		return ret;
	if (!task)
		return expect_agent(bprm);
	secure_loading(task, bprm);
	return 0;
}

/* Called once for a script and once more for its interpreter, before the point of no return. */
SEC("lsm/bprm_check_security")
int BPF_PROG(rf_bprm_check_security, struct linux_binprm *bprm, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	if (has_skills(task)) {
		ret = meet_executed(task, bprm);
		if (ret)
			return ret;
	}
	return judge_one(task, RF_CALL_EXEC, OPERATION(RF_EXEC), bprm->file->f_path.dentry);
}

/* Only an explicit rule against executing counts: reading is enough for a library. */
static __always_inline int judge_mapping(struct file *file, unsigned long protection)
{
	struct labelled_task *task = caller();
	struct request request = { .task = task, .operations = OPERATION(RF_EXEC), .call = RF_CALL_MAP,
				   .shown_as = RF_OPERATIONS, .refusals_only = 1, .rules_only = 1 };
	struct pt_regs *registers;

	if (!task || !(protection & PROT_EXEC))
		return 0;
	registers = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	/* what execve maps was judged as such, and must not be refused any more */
	if (registers->orig_ax == CALL_EXECVE || registers->orig_ax == CALL_EXECVEAT)
		return 0;
	/* the argument may be NULL although its type does not say so */
	if (!BPF_CORE_READ(file, f_inode))
		return 0;
	return judge(&request, file->f_path.dentry);
}

SEC("lsm/mmap_file")
int BPF_PROG(rf_mmap_file, struct file *file, unsigned long requested, unsigned long protection, unsigned long flags, int ret)
{
	return ret ? ret : judge_mapping(file, protection);
}

SEC("lsm/file_mprotect")
int BPF_PROG(rf_file_mprotect, struct vm_area_struct *area, unsigned long requested, unsigned long protection, int ret)
{
	return ret ? ret : judge_mapping(area->vm_file, protection);
}

#endif
