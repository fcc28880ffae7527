// SPDX-License-Identifier: Apache-2.0
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ringfence {
namespace {

constexpr unsigned kX32 = 0x40000000;

// Instructions of a value test, and of one test of an argument around them.
constexpr size_t kPerValue = 1;
constexpr size_t kAround = 3;

} // namespace

Filter::Filter() {
  load(offsetof(seccomp_data, arch));
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  load(offsetof(seccomp_data, nr));
  add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

void Filter::load(size_t offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset))); }

// The lower half: the kernel takes no more of an int.
void Filter::load_argument(int argument) { load(offsetof(seccomp_data, args) + sizeof(__u64) * argument); }

void Filter::answer(int call, unsigned action) {
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
  add(BPF_STMT(BPF_RET | BPF_K, action));
}

void Filter::allow_where(int call, std::initializer_list<Wanted> wanted, int otherwise) {
  size_t length = 1;
  for (const Wanted &one : wanted) length += kAround + kPerValue * one.values.size();
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, static_cast<unsigned char>(length)));
  for (const Wanted &one : wanted) {
    load_argument(one.argument);
    add(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, one.bits));
    auto left = static_cast<unsigned char>(one.values.size());
    for (unsigned value : one.values) add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, left--, 0));
    add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(otherwise)));
  }
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

// clone3 hides its flags behind a pointer, so it "does not exist" and libc falls back to clone.
void Filter::allow_threads() {
  answer(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
  load_argument(0);
  add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

void Filter::allow_only_on_itself(int call, int argument) {
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 4));
  load_argument(argument);
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(getpid()), 0, 1));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

ConfineProblem Filter::install(int otherwise) {
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(otherwise)));
  const sock_fprog whole = {static_cast<unsigned short>(program_.size()), program_.data()};
  const long done = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &whole);
  if (done < 0) return {"seccomp", errno};
  // A positive answer is the thread that could not be taken along.
  return done == 0 ? ConfineProblem{} : ConfineProblem{"seccomp on every thread", ESRCH};
}

} // namespace ringfence
