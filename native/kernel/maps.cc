// SPDX-License-Identifier: Apache-2.0
// Pinned maps by descriptor; keys and values are bytes, laid out as bpf/ringfence.h says.
#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "../../bpf/ringfence.h"
#include "addon.h"

namespace ringfence {

namespace {

using Bytes = Napi::Uint8Array;

bpf_map_info describe(Napi::Env env, int fd) {
  bpf_map_info details = {};
  __u32 length = sizeof details;
  if (bpf_obj_get_info_by_fd(fd, &details, &length)) fail(env, "cannot ask for a map", errno);
  return details;
}

// openMap(pin): {fd, id, keyBytes, valueBytes, entries}
Napi::Value openMap(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string path = info[0].As<Napi::String>();
  int fd = bpf_obj_get(path.c_str());
  if (fd < 0) fail(env, "cannot open map " + path, errno);
  bpf_map_info details = describe(env, fd);
  Napi::Object result = Napi::Object::New(env);
  result.Set("fd", fd);
  result.Set("id", details.id);
  result.Set("keyBytes", details.key_size);
  result.Set("valueBytes", details.value_size);
  result.Set("entries", details.max_entries);
  return result;
}

void closeMap(const Napi::CallbackInfo& info) { close(info[0].As<Napi::Number>()); }

// updateMany(fd, keys, keyBytes, values, valueBytes): entries lie one after another
void updateMany(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = info[0].As<Napi::Number>();
  Bytes keys = info[1].As<Bytes>();
  size_t keyBytes = info[2].As<Napi::Number>().Uint32Value();
  Bytes values = info[3].As<Bytes>();
  size_t valueBytes = info[4].As<Napi::Number>().Uint32Value();
  bpf_map_info details = describe(env, fd);
  if (details.key_size != keyBytes || details.value_size != valueBytes || keys.ByteLength() % keyBytes ||
      keys.ByteLength() / keyBytes * valueBytes != values.ByteLength()) {
    fail(env, std::string("wrong sizes for map ") + details.name, EINVAL);
  }
  for (size_t i = 0; i * keyBytes < keys.ByteLength(); i++) {
    if (bpf_map_update_elem(fd, keys.Data() + i * keyBytes, values.Data() + i * valueBytes, BPF_ANY)) {
      fail(env, std::string("cannot write to map ") + details.name, errno);
    }
  }
}

// removeMany(fd, keys, keyBytes): keys that are not there are passed over
void removeMany(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = info[0].As<Napi::Number>();
  Bytes keys = info[1].As<Bytes>();
  size_t keyBytes = info[2].As<Napi::Number>().Uint32Value();
  bpf_map_info details = describe(env, fd);
  if (details.key_size != keyBytes || keys.ByteLength() % keyBytes) fail(env, "wrong key size", EINVAL);
  for (size_t at = 0; at < keys.ByteLength(); at += keyBytes) {
    if (bpf_map_delete_elem(fd, keys.Data() + at) && errno != ENOENT) {
      fail(env, std::string("cannot remove from map ") + details.name, errno);
    }
  }
}

// lookup(fd, key): value or null
Napi::Value lookup(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = info[0].As<Napi::Number>();
  Bytes key = info[1].As<Bytes>();
  bpf_map_info details = describe(env, fd);
  if (details.key_size != key.ByteLength()) fail(env, "wrong key size", EINVAL);
  std::vector<uint8_t> value(details.value_size);
  if (bpf_map_lookup_elem(fd, key.Data(), value.data())) {
    if (errno == ENOENT) return env.Null();
    fail(env, std::string("cannot read map ") + details.name, errno);
  }
  return Napi::Buffer<uint8_t>::Copy(env, value.data(), value.size());
}

// keys(fd): all keys, one after another
Napi::Value keys(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = info[0].As<Napi::Number>();
  bpf_map_info details = describe(env, fd);
  std::vector<uint8_t> all, key(details.key_size), next(details.key_size);
  bool first = true;
  while (!bpf_map_get_next_key(fd, first ? nullptr : key.data(), next.data())) {
    all.insert(all.end(), next.begin(), next.end());
    if (all.size() / details.key_size > details.max_entries) break;
    key = next;
    first = false;
  }
  return Napi::Buffer<uint8_t>::Copy(env, all.data(), all.size());
}

// What the kernel takes the object at a path for, as it sees this thread open it.
Napi::Value observe(Napi::Env env, int probe, const std::string& path, int flags) {
  __u32 zero = 0;
  rf_probe order = {};
  order.tid = static_cast<__u32>(syscall(SYS_gettid));
  if (bpf_map_update_elem(probe, &zero, &order, BPF_ANY)) fail(env, "cannot arm the probe", errno);
  int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
  int openError = errno;
  rf_probe answer = {};
  int lookupError = bpf_map_lookup_elem(probe, &zero, &answer) ? errno : 0;
  order.tid = 0;
  bpf_map_update_elem(probe, &zero, &order, BPF_ANY);
  if (fd >= 0) close(fd);
  if (fd < 0) fail(env, "cannot open " + path, openError);
  if (lookupError) fail(env, "cannot read the probe", lookupError);
  if (!answer.valid) fail(env, "the kernel side did not see " + path + " opened", ENODATA);
  Napi::Object result = Napi::Object::New(env);
  result.Set("device", answer.object.device);
  result.Set("generation", answer.object.generation);
  result.Set("inode", Napi::BigInt::New(env, static_cast<uint64_t>(answer.object.inode)));
  result.Set("superblock", Napi::BigInt::New(env, static_cast<uint64_t>(answer.superblock)));
  result.Set("magic", answer.filesystem_magic);
  result.Set("mode", answer.mode);
  result.Set("writers", answer.writers);
  result.Set("links", answer.links);
  return result;
}

// identify(probeFd, path): never through a final symlink
Napi::Value identify(const Napi::CallbackInfo& info) {
  return observe(info.Env(), info[0].As<Napi::Number>(), info[1].As<Napi::String>(), O_NOFOLLOW);
}

// identifyOpen(probeFd, fd): of what is open already, also for O_PATH; by a second open of that very inode
Napi::Value identifyOpen(const Napi::CallbackInfo& info) {
  int fd = info[1].As<Napi::Number>();
  return observe(info.Env(), info[0].As<Napi::Number>(), "/proc/self/fd/" + std::to_string(fd), 0);
}

}  // namespace

void exportMaps(Napi::Env env, Napi::Object exports) {
  exports.Set("openMap", Napi::Function::New(env, openMap));
  exports.Set("closeMap", Napi::Function::New(env, closeMap));
  exports.Set("updateMany", Napi::Function::New(env, updateMany));
  exports.Set("removeMany", Napi::Function::New(env, removeMany));
  exports.Set("lookup", Napi::Function::New(env, lookup));
  exports.Set("keys", Napi::Function::New(env, keys));
  exports.Set("identify", Napi::Function::New(env, identify));
  exports.Set("identifyOpen", Napi::Function::New(env, identifyOpen));
}

}  // namespace ringfence
