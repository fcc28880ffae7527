// SPDX-License-Identifier: Apache-2.0
// What a service tells the service manager that started it: sd_notify(3)'s protocol, one datagram to a Unix socket.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "addon.h"

namespace ringfence {

namespace {

// notifyServiceManager(address, state): an address that begins with @ is an abstract one
void notifyServiceManager(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string address = info[0].As<Napi::String>();
  std::string state = info[1].As<Napi::String>();
  sockaddr_un target = {};
  target.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof target.sun_path) fail(env, "the service manager's address", EINVAL);
  memcpy(target.sun_path, address.data(), address.size());
  if (address[0] == '@') target.sun_path[0] = '\0';
  socklen_t length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(env, "cannot open a socket to the service manager", errno);
  // one that does not listen must not hold up whoever beats
  ssize_t sent = sendto(fd, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                        reinterpret_cast<sockaddr*>(&target), length);
  int error = errno;
  close(fd);
  if (sent < 0) fail(env, "cannot tell the service manager", error);
}

}  // namespace

void exportNotify(Napi::Env env, Napi::Object exports) {
  exports.Set("notifyServiceManager", Napi::Function::New(env, notifyServiceManager));
}

}  // namespace ringfence
