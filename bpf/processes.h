/* SPDX-License-Identifier: GPL-2.0-only */
/* Other processes: who could steer one outside the session would no longer need rights of its own. */
#ifndef RINGFENCE_PROCESSES_H
#define RINGFENCE_PROCESSES_H

#include "verdict.h"

#define PTRACE_MODE_NOAUDIT 0x04
#define PTRACE_MODE_ATTACH 0x02

/* ptrace(2), process_vm_readv(2), pidfd_getfd(2), kcmp(2), and the files of /proc that show a process from inside. */
SEC("lsm/ptrace_access_check")
int BPF_PROG(rf_ptrace_access_check, struct task_struct *target, unsigned int mode, int ret)
{
	struct labelled_task *task = caller(), *other;
	struct decision decision = { .call = RF_CALL_PTRACE };
	__u8 reason = RF_REASON_FOREIGN_PROCESS;

	if (ret || !task)
		return ret;
	other = labelled(target);
	if (other && other->label.session == task->label.session) {
		if (is_outside_skill(task, other, target))
			reason = RF_REASON_OUTSIDE_SKILL;
		else if (is_closed_to(other, target))
			reason = RF_REASON_DELEGATED_PROCESS;
		else
			return 0;
	}
	/* `ps` asks for every process whether it may see more of it */
	if (mode & PTRACE_MODE_NOAUDIT)
		return -EPERM;
	refuse(&decision, RF_BLOCK, reason);
	decision.operation = mode & PTRACE_MODE_ATTACH ? RF_WRITE : RF_READ;
	ret = enforce(task, &decision, NULL);
	report(&decision, NULL);
	return ret;
}

#endif
