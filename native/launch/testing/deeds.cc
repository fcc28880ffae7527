// SPDX-License-Identifier: Apache-2.0
// Tries one system call, free or confined, and prints `ok`, the name of the errno, or dies of the filter.
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "../confine.h"

namespace {

constexpr size_t kGigabyte = 1UL << 30;

long in_a_child(long pid) {
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(static_cast<pid_t>(pid), nullptr, __WALL);
  return pid;
}

long clone3_process() {
  clone_args args = {};
  args.exit_signal = SIGCHLD;
  return in_a_child(syscall(SYS_clone3, &args, sizeof args));
}

long allocate(size_t bytes) {
  void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}

long run(const std::string &deed, int pipe_end) {
  char byte = 0;
  iovec vector = {&byte, 1};
  char *const argv[] = {const_cast<char *>("true"), nullptr};
  bpf_attr attribute = {};
  if (deed == "open") return syscall(SYS_open, "/etc/passwd", O_RDONLY);
  if (deed == "openat") return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
  if (deed == "creat") return syscall(SYS_creat, "/tmp/ringfence-deed", 0600);
  if (deed == "unlink") return syscall(SYS_unlink, "/tmp/ringfence-no-such-deed") == 0 || errno == ENOENT ? 0 : -1;
  if (deed == "socket") return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (deed == "socketpair") return syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, &vector);
  if (deed == "ptrace") return syscall(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr);
  if (deed == "kill") return syscall(SYS_kill, getppid(), 0);
  if (deed == "tgkill") return syscall(SYS_tgkill, getppid(), getppid(), 0);
  if (deed == "tgkill-itself") return syscall(SYS_tgkill, getpid(), gettid(), 0);
  if (deed == "fork") return in_a_child(syscall(SYS_fork));
  if (deed == "clone") return in_a_child(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (deed == "clone3") return clone3_process();
  if (deed == "process_vm_readv") return syscall(SYS_process_vm_readv, getpid(), &vector, 1, &vector, 1, 0);
  if (deed == "pidfd_open") return syscall(SYS_pidfd_open, getpid(), 0);
  if (deed == "memfd_create") return syscall(SYS_memfd_create, "deed", 0);
  if (deed == "bpf") return syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attribute, sizeof attribute);
  if (deed == "unshare") return syscall(SYS_unshare, CLONE_NEWUTS);
  if (deed == "write") return write(pipe_end, &byte, 1);
  if (deed == "allocate") return allocate(kGigabyte);
  if (deed == "execve") return syscall(SYS_execve, "/bin/true", argv, nullptr);
  fprintf(stderr, "no such deed\n");
  exit(2);
}

} // namespace

int main(int count, char **words) {
  if (count != 3) return 2;
  const std::string deed = words[1];
  const bool caged = strcmp(words[2], "confined") == 0;
  int ends[2];
  if (pipe(ends) != 0) return 2;
  bool started = false;
  long result = -1;
  if (deed == "open-in-other-thread") {
    // The thread exists before the cage does.
    int error = 0;
    std::thread other([&] {
      while (!__atomic_load_n(&started, __ATOMIC_ACQUIRE)) sched_yield();
      result = syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
      error = errno;
    });
    if (caged && ringfence::confine(64UL << 20).step != nullptr) return 2;
    __atomic_store_n(&started, true, __ATOMIC_RELEASE);
    other.join();
    errno = error;
  } else {
    if (caged && ringfence::confine(64UL << 20).step != nullptr) return 2;
    result = run(deed, ends[1]);
  }
  puts(result >= 0 ? "ok" : strerrorname_np(errno));
  return 0;
}
