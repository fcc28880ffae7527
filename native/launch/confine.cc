// SPDX-License-Identifier: Apache-2.0
// The cage of a process that reads hostile input. Fails closed: the caller ends itself when a step fails.
#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iterator>
#include <vector>

namespace ringfence {
namespace {

// What a JavaScript engine needs that computes on memory it has and talks on pipes it has.
constexpr int kAllowed[] = {
    // Pipes, and waiting for them.
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_poll, SYS_ppoll, SYS_epoll_wait, SYS_epoll_pwait,
    SYS_epoll_pwait2, SYS_epoll_ctl, SYS_fstat, SYS_shutdown,
    // Memory.
    SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_mincore, SYS_pkey_mprotect,
    SYS_membarrier,
    // Threads that exist, and time.
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler, SYS_rseq, SYS_set_robust_list, SYS_restart_syscall,
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom,
    // Itself.
    SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrusage, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_exit, SYS_exit_group,
};

// What no honest worker tries, not even by accident: the process ends at once. The event loop's own io_uring exists
// by then and would open files past this filter, so nothing may be submitted to it: a confined process reads and
// writes its pipes synchronously.
constexpr int kFatal[] = {
    SYS_execve, SYS_execveat, SYS_fork, SYS_vfork, SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept,
    SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_recvmsg, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_bpf,
    SYS_perf_event_open, SYS_io_uring_enter, SYS_io_uring_register, SYS_userfaultfd, SYS_unshare, SYS_setns, SYS_mount,
    SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_by_handle_at, SYS_memfd_create, SYS_keyctl, SYS_add_key,
    SYS_init_module, SYS_finit_module, SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid,
};

constexpr unsigned kX32 = 0x40000000;

void add(std::vector<sock_filter> &program, sock_filter instruction) { program.push_back(instruction); }

void answer(std::vector<sock_filter> &program, int call, unsigned action) {
  add(program, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
  add(program, BPF_STMT(BPF_RET | BPF_K, action));
}

void load(std::vector<sock_filter> &program, size_t offset) {
  add(program, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
}

// tgkill of itself is how abort() works; aimed at any other process it is fatal.
void allow_only_on_itself(std::vector<sock_filter> &program, int call, size_t argument) {
  add(program, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 4));
  load(program, argument);
  add(program, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(getpid()), 0, 1));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

// A thread pool may still grow; a new process may not come to be. clone3 hides its flags behind a pointer, so it
// "does not exist" and libc falls back to clone.
void allow_threads(std::vector<sock_filter> &program) {
  answer(program, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  add(program, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
  load(program, offsetof(seccomp_data, args[0]));
  add(program, BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

std::vector<sock_filter> filter() {
  std::vector<sock_filter> program;
  load(program, offsetof(seccomp_data, arch));
  add(program, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  load(program, offsetof(seccomp_data, nr));
  add(program, BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1));
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  for (int call : kAllowed) answer(program, call, SECCOMP_RET_ALLOW);
  allow_threads(program);
  allow_only_on_itself(program, SYS_tgkill, offsetof(seccomp_data, args[0]));
  for (int call : kFatal) answer(program, call, SECCOMP_RET_KILL_PROCESS);
  add(program, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  return program;
}

ConfineProblem limit(int resource, const char *name, rlim_t most) {
  const rlimit both = {most, most};
  return setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0 ? ConfineProblem{} : ConfineProblem{name, errno};
}

// Bytes of address space in use (proc(5), /proc/pid/statm, first field in pages), or 0.
uint64_t address_space() {
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long pages = 0;
  const int fields = fscanf(file, "%lu", &pages);
  fclose(file);
  return fields == 1 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

ConfineProblem limit_resources(uint64_t memory_bytes) {
  const uint64_t used = address_space();
  if (used == 0) return {"read /proc/self/statm", EIO};
  if (const auto problem = limit(RLIMIT_AS, "RLIMIT_AS", used + memory_bytes); problem.step) return problem;
  return limit(RLIMIT_CORE, "RLIMIT_CORE", 0);
}

// No file of any kind may be opened from now on by this thread. A kernel without Landlock is no reason to fail: the
// filter, which holds every thread, refuses the same calls.
ConfineProblem forbid_files() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 0) return errno == ENOSYS || errno == EOPNOTSUPP ? ConfineProblem{} : ConfineProblem{"landlock", errno};
  landlock_ruleset_attr all = {};
  all.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; // the rights of the first version
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0));
  if (ruleset < 0) return {"landlock_create_ruleset", errno};
  const long done = syscall(SYS_landlock_restrict_self, ruleset, 0);
  const int error = errno;
  close(ruleset);
  return done == 0 ? ConfineProblem{} : ConfineProblem{"landlock_restrict_self", error};
}

ConfineProblem install_filter() {
  std::vector<sock_filter> program = filter();
  const sock_fprog whole = {static_cast<unsigned short>(program.size()), program.data()};
  const long done = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &whole);
  if (done < 0) return {"seccomp", errno};
  // A positive answer is the thread that could not be taken along.
  return done == 0 ? ConfineProblem{} : ConfineProblem{"seccomp on every thread", ESRCH};
}

} // namespace

ConfineProblem confine(uint64_t memory_bytes) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {"no_new_privs", errno};
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return {"dumpable", errno};
  if (const auto problem = limit_resources(memory_bytes); problem.step) return problem;
  if (const auto problem = forbid_files(); problem.step) return problem;
  return install_filter();
}

} // namespace ringfence
