// SPDX-License-Identifier: Apache-2.0
// The cages of processes that read hostile input. Fail closed: the caller ends itself when a step fails.
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filter.h"

namespace ringfence {
namespace {

// What a JavaScript engine needs that computes on memory it has.
constexpr int kComputing[] = {
    // What is open, and waiting for it.
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_poll, SYS_ppoll, SYS_epoll_wait, SYS_epoll_pwait,
    SYS_epoll_pwait2, SYS_epoll_ctl, SYS_fstat, SYS_shutdown,
    // Memory.
    SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_mincore, SYS_membarrier,
    // Threads that exist, and time.
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler, SYS_rseq,
    SYS_set_robust_list, SYS_restart_syscall, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep,
    SYS_gettimeofday, SYS_getrandom,
    // Itself.
    SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrusage, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_exit, SYS_exit_group,
};

// Memory as a compiler of JavaScript wants it.
constexpr int kMapping[] = {SYS_mmap, SYS_mprotect, SYS_pkey_mprotect};

// What no honest process of either kind tries, not even by accident: it ends at once.
constexpr int kFatal[] = {
    SYS_execve, SYS_execveat, SYS_fork, SYS_vfork, SYS_bind, SYS_listen, SYS_accept, SYS_ptrace, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_kill, SYS_tkill,
    SYS_rt_sigqueueinfo, SYS_bpf, SYS_perf_event_open, SYS_io_uring_enter, SYS_io_uring_register, SYS_userfaultfd,
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_by_handle_at, SYS_memfd_create,
    SYS_keyctl, SYS_add_key, SYS_init_module, SYS_finit_module, SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid,
};

// The event loop's own io_uring exists in a worker and would open files past its filter, so nothing may be submitted to it: a
// confined worker reads and writes its pipes synchronously.
constexpr int kFatalToWorkers[] = {SYS_socket,  SYS_connect, SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_recvmsg};

// Connections that come in, and those that go out; what libc looks at to find addresses of names.
constexpr int kConnecting[] = {
    SYS_accept4, SYS_connect, SYS_sendto, SYS_sendmmsg, SYS_recvfrom, SYS_setsockopt, SYS_getsockopt, SYS_getsockname,
    SYS_getpeername, SYS_stat, SYS_lstat, SYS_newfstatat, SYS_statx, SYS_lseek, SYS_uname,
};

constexpr unsigned kAll = ~0U;
constexpr unsigned kForReading = ~static_cast<unsigned>(O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_LARGEFILE);
constexpr unsigned kSocketFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;

Filter worker_filter() {
  Filter filter;
  for (int call : kComputing) filter.answer(call, SECCOMP_RET_ALLOW);
  for (int call : kMapping) filter.answer(call, SECCOMP_RET_ALLOW);
  filter.allow_threads();
  filter.allow_only_on_itself(SYS_tgkill, 0);
  for (int call : kFatal) filter.answer(call, SECCOMP_RET_KILL_PROCESS);
  for (int call : kFatalToWorkers) filter.answer(call, SECCOMP_RET_KILL_PROCESS);
  return filter;
}

// No code comes to be that was not there: the engine interprets (--jitless), and what libc would load is left out.
Filter proxy_filter() {
  Filter filter;
  for (int call : kComputing) filter.answer(call, SECCOMP_RET_ALLOW);
  for (int call : kConnecting) filter.answer(call, SECCOMP_RET_ALLOW);
  for (int call : kMapping) filter.allow_where(call, {{2, PROT_EXEC, {0}}}, EPERM);
  // libc asks a cache and the routes first, and goes on without them
  filter.allow_where(SYS_socket,
                     {{0, kAll, {AF_INET, AF_INET6}},
                      {1, ~kSocketFlags, {SOCK_STREAM, SOCK_DGRAM}},
                      {2, kAll, {0, IPPROTO_TCP, IPPROTO_UDP}}},
                     EAFNOSUPPORT);
  filter.allow_where(SYS_openat, {{2, kForReading, {O_RDONLY}}}, EPERM);
  filter.allow_where(SYS_open, {{1, kForReading, {O_RDONLY}}}, EPERM);
  filter.allow_where(SYS_ioctl, {{1, kAll, {FIONREAD, FIONBIO, FIOCLEX}}}, EPERM);
  filter.allow_where(SYS_fcntl, {{1, kAll, {F_GETFD, F_SETFD, F_GETFL, F_SETFL}}}, EPERM);
  filter.allow_where(SYS_prctl, {{0, kAll, {PR_SET_NAME}}}, EPERM);
  // to look at its own limits, which no thread can be started without
  filter.allow_where(SYS_prlimit64, {{0, kAll, {0}}, {2, kAll, {0}}}, EPERM);
  filter.allow_threads();
  filter.allow_only_on_itself(SYS_tgkill, 0);
  for (int call : kFatal) filter.answer(call, SECCOMP_RET_KILL_PROCESS);
  return filter;
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

// The helper is killed last when memory runs out, which is inherited. Whoever cannot change that is confined all the same.
void be_killed_before_the_helper() {
  FILE *file = fopen("/proc/self/oom_score_adj", "we");
  if (file == nullptr) return;
  fputs("500", file);
  fclose(file);
}

ConfineProblem keep_to_itself() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {"no_new_privs", errno};
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return {"dumpable", errno};
  return {};
}

} // namespace

ConfineProblem confine(uint64_t memory_bytes) {
  be_killed_before_the_helper();
  if (const auto problem = keep_to_itself(); problem.step) return problem;
  if (const auto problem = limit_resources(memory_bytes); problem.step) return problem;
  if (const auto problem = forbid_files(); problem.step) return problem;
  return worker_filter().install(EPERM);
}

ConfineProblem confine_to_connections() {
  if (const auto problem = keep_to_itself(); problem.step) return problem;
  return proxy_filter().install(EPERM);
}

} // namespace ringfence
