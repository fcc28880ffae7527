// SPDX-License-Identifier: Apache-2.0
// Other processes, by descriptors that cannot pass to another: who is at the end of a Unix socket (unix(7), SO_PEERCRED), and
// signals to them (pidfd_send_signal(2)).
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "addon.h"

namespace ringfence {

namespace {

// peerCredentials(fd): {pid, uid, gid}
Napi::Value peerCredentials(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  ucred credentials = {};
  socklen_t length = sizeof credentials;
  if (getsockopt(info[0].As<Napi::Number>(), SOL_SOCKET, SO_PEERCRED, &credentials, &length)) {
    fail(env, "cannot ask for the peer's credentials", errno);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("pid", credentials.pid);
  result.Set("uid", credentials.uid);
  result.Set("gid", credentials.gid);
  return result;
}

// openPidfd(pid): a descriptor that stays with this very process (pidfd_open(2))
Napi::Value openPidfd(const Napi::CallbackInfo& info) {
  int fd = static_cast<int>(syscall(SYS_pidfd_open, info[0].As<Napi::Number>().Int32Value(), 0));
  if (fd < 0) fail(info.Env(), "cannot open the process", errno);
  return Napi::Number::New(info.Env(), fd);
}

// signalPidfd(fd, signal)
void signalPidfd(const Napi::CallbackInfo& info) {
  int fd = info[0].As<Napi::Number>().Int32Value();
  int signal = info[1].As<Napi::Number>().Int32Value();
  if (syscall(SYS_pidfd_send_signal, fd, signal, nullptr, 0)) fail(info.Env(), "cannot signal the process", errno);
}

}  // namespace

void exportPeer(Napi::Env env, Napi::Object exports) {
  exports.Set("peerCredentials", Napi::Function::New(env, peerCredentials));
  exports.Set("openPidfd", Napi::Function::New(env, openPidfd));
  exports.Set("signalPidfd", Napi::Function::New(env, signalPidfd));
}

}  // namespace ringfence
