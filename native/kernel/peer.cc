// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a Unix socket, by the kernel's word (unix(7), SO_PEERCRED).
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

}  // namespace

void exportPeer(Napi::Env env, Napi::Object exports) {
  exports.Set("peerCredentials", Napi::Function::New(env, peerCredentials));
  exports.Set("openPidfd", Napi::Function::New(env, openPidfd));
}

}  // namespace ringfence
