// SPDX-License-Identifier: Apache-2.0
// The kernel side for the helper: load, attach, pin, maps, iterators, ring. No policy lives here.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace ringfence {

// Throws a JavaScript Error with `code` (the errno's name) and, where libbpf spoke, `log`.
[[noreturn]] void fail(Napi::Env env, const std::string& what, int error, const std::string& log = "");

// Collects what libbpf says while it lives.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;
  std::string text() const;
};

void exportPrograms(Napi::Env env, Napi::Object exports);
void exportMaps(Napi::Env env, Napi::Object exports);
void exportRing(Napi::Env env, Napi::Object exports);
void exportPeer(Napi::Env env, Napi::Object exports);
void exportNotify(Napi::Env env, Napi::Object exports);
void exportSelfTest(Napi::Env env, Napi::Object exports);

}  // namespace ringfence
