// SPDX-License-Identifier: Apache-2.0
// A child that is forked, named to the helper and labelled, and only then becomes its program.
#include "held_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ringfence {
namespace {

constexpr int kGo = 3;
constexpr int kFailure = 4;
constexpr int kAbove = 10;
constexpr int kHeldEnded = 125;

// Everything in here runs between fork and exec in a copy of a multi-threaded process: only async-signal-safe calls
// (signal-safety(7)), no allocation, no locks.

void default_signals() {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void report(int step) {
  const ExecFailure failure = {step, errno};
  ssize_t ignored = write(kFailure, &failure, sizeof failure);
  (void)ignored;
  _exit(126);
}

// Leaves 0, 1, 2, the two pipe ends and nothing else. Node marks its own standard streams as close-on-exec.
void keep_only(int go, int failure) {
  const int high_go = fcntl(go, F_DUPFD_CLOEXEC, kAbove);
  const int high_failure = fcntl(failure, F_DUPFD_CLOEXEC, kAbove);
  if (high_go < 0 || high_failure < 0) _exit(kHeldEnded);
  if (dup3(high_go, kGo, O_CLOEXEC) < 0 || dup3(high_failure, kFailure, O_CLOEXEC) < 0) _exit(kHeldEnded);
  if (syscall(SYS_close_range, kFailure + 1, ~0U, 0) != 0) _exit(kHeldEnded);
  for (int standard = 0; standard < kGo; standard++) fcntl(standard, F_SETFD, 0);
}

void wait_for_release() {
  char go;
  ssize_t got;
  do got = read(kGo, &go, 1);
  while (got < 0 && errno == EINTR);
  // End of file: the parent is gone or has thought better of it.
  if (got != 1) _exit(kHeldEnded);
}

[[noreturn]] void become(const Program &program, char *const *argv, char *const *env, int go, int failure) {
  default_signals();
  keep_only(go, failure);
  wait_for_release();
  if (!program.cwd.empty() && chdir(program.cwd.c_str()) != 0) report(0);
  execve(program.file.c_str(), argv, env);
  report(1);
}

std::vector<char *> pointers(const std::vector<std::string> &strings) {
  std::vector<char *> result;
  for (const std::string &each : strings) result.push_back(const_cast<char *>(each.c_str()));
  result.push_back(nullptr);
  return result;
}

} // namespace

int fork_held(const Program &program, HeldChild *child) {
  const std::vector<char *> argv = pointers(program.argv);
  const std::vector<char *> env = pointers(program.env);
  int go[2];
  int failure[2];
  if (pipe2(go, O_CLOEXEC) != 0) return errno;
  if (pipe2(failure, O_CLOEXEC) != 0) {
    const int error = errno;
    close(go[0]);
    close(go[1]);
    return error;
  }

  // No handler of Node's may run in the child before its signals are reset.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) {
    close(go[1]);
    become(program, argv.data(), env.data(), go[0], failure[1]);
  }
  const int error = pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  close(go[0]);
  close(failure[1]);
  if (error != 0) {
    close(go[1]);
    close(failure[0]);
    return error;
  }
  *child = {pid, go[1], failure[0]};
  return 0;
}

} // namespace ringfence
