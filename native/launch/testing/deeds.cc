// SPDX-License-Identifier: Apache-2.0
// Tries one system call, free, confined or confined to connections (`connected`), and prints `ok`, the name of the errno, or dies of the filter.
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
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

long map(int protection) {
  return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

long start_thread() {
  bool ran = false;
  std::thread([&] { ran = true; }).join();
  return ran ? 0 : -1;
}

long allocate(size_t bytes) {
  void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}

// By a function of its own for each kind of socket; -1 when it is none of these.
long open_socket(const std::string &kind) {
  if (kind == "unix") return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (kind == "netlink") return syscall(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (kind == "packet") return syscall(SYS_socket, AF_PACKET, SOCK_DGRAM, 0);
  if (kind == "vsock") return syscall(SYS_socket, AF_VSOCK, SOCK_STREAM, 0);
  if (kind == "alg") return syscall(SYS_socket, AF_ALG, SOCK_SEQPACKET, 0);
  if (kind == "raw") return syscall(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (kind == "ping") return syscall(SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  if (kind == "mptcp") return syscall(SYS_socket, AF_INET, SOCK_STREAM, 262);
  if (kind == "tcp") return syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (kind == "tcp6") return syscall(SYS_socket, AF_INET6, SOCK_STREAM, IPPROTO_TCP);
  if (kind == "udp") return syscall(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);
  fprintf(stderr, "no such kind\n");
  exit(2);
}

// What is open before the cage closes.
struct Open {
  int pipe_end;
  int socket;
  void *page;
  sockaddr_in any;
};

long connect_on(int socket) {
  sockaddr_in there = {};
  there.sin_family = AF_INET;
  there.sin_port = htons(9);
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // nobody is there, which is an answer of the network
  return syscall(SYS_connect, socket, &there, sizeof there) == 0 || errno == ECONNREFUSED ? 0 : -1;
}

long set_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, nullptr);
}

long run(const std::string &deed, const Open &open) {
  char byte = 0;
  iovec vector = {&byte, 1};
  char *const argv[] = {const_cast<char *>("true"), nullptr};
  bpf_attr attribute = {};
  rlimit limits[2] = {};
  io_uring_params ring = {};
  int count = 0;
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
  if (deed == "write") return write(open.pipe_end, &byte, 1);
  if (deed.starts_with("socket-")) return open_socket(deed.substr(7));
  if (deed == "connect") return connect_on(open.socket);
  if (deed == "bind") return bind(open.socket, reinterpret_cast<const sockaddr *>(&open.any), sizeof open.any);
  if (deed == "listen") return listen(open.socket, 1);
  if (deed == "open-to-write") return syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY);
  if (deed == "open-to-truncate") return syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_TRUNC);
  if (deed == "open-to-create") return syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CREAT, 0600);
  if (deed == "open-path") return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_PATH);
  if (deed == "map-code") return map(PROT_READ | PROT_EXEC);
  if (deed == "map-data") return map(PROT_READ | PROT_WRITE);
  if (deed == "make-code") return mprotect(open.page, 4096, PROT_READ | PROT_EXEC);
  if (deed == "make-data") return mprotect(open.page, 4096, PROT_READ);
  if (deed == "name-thread") return prctl(PR_SET_NAME, "deed");
  if (deed == "outlive-parent") return prctl(PR_SET_PDEATHSIG, 0);
  if (deed == "look-at-limit") return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, &limits);
  if (deed == "set-limit") return set_limit();
  if (deed == "own-signals") return fcntl(open.socket, F_SETOWN, getppid());
  if (deed == "duplicate") return fcntl(open.socket, F_DUPFD, 0);
  if (deed == "not-block") return fcntl(open.socket, F_SETFL, O_NONBLOCK);
  if (deed == "count-bytes") return ioctl(open.socket, FIONREAD, &count) == 0 || errno == EINVAL ? 0 : -1;
  if (deed == "ask-for-routes") return ioctl(open.socket, SIOCGIFCONF, &limits);
  if (deed == "io_uring_setup") return syscall(SYS_io_uring_setup, 1, &ring);
  if (deed == "start-thread") return start_thread();
  if (deed == "allocate") return allocate(kGigabyte);
  if (deed == "execve") return syscall(SYS_execve, "/bin/true", argv, nullptr);
  fprintf(stderr, "no such deed\n");
  exit(2);
}

} // namespace

int main(int count, char **words) {
  if (count != 3) return 2;
  const std::string deed = words[1];
  const std::string how = words[2];
  const auto cage = [&] {
    if (how == "confined") return ringfence::confine(64UL << 20).step == nullptr;
    return how != "connected" || ringfence::confine_to_connections().step == nullptr;
  };
  int ends[2];
  if (pipe(ends) != 0) return 2;
  Open open = {ends[1], socket(AF_INET, SOCK_STREAM, 0), nullptr, {}};
  open.page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  open.any.sin_family = AF_INET;
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
    if (!cage()) return 2;
    __atomic_store_n(&started, true, __ATOMIC_RELEASE);
    other.join();
    errno = error;
  } else {
    if (!cage()) return 2;
    result = run(deed, open);
  }
  puts(result >= 0 ? "ok" : strerrorname_np(errno));
  return 0;
}
