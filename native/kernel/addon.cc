// SPDX-License-Identifier: Apache-2.0
#include "addon.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ringfence {

namespace {

std::string* activeLog = nullptr;

int collect(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || !activeLog) return 0;
  char* line = nullptr;
  if (vasprintf(&line, format, arguments) < 0) return 0;
  activeLog->append(line);
  free(line);
  return 0;
}

}  // namespace

void fail(Napi::Env env, const std::string& what, int error, const std::string& log) {
  int code = error < 0 ? -error : error;
  Napi::Error thrown = Napi::Error::New(env, what + ": " + strerror(code));
  const char* name = strerrorname_np(code);
  thrown.Set("code", Napi::String::New(env, name ? name : "EUNKNOWN"));
  if (!log.empty()) thrown.Set("log", Napi::String::New(env, log));
  throw thrown;
}

LibbpfLog::LibbpfLog() {
  activeLog = new std::string();
  libbpf_set_print(collect);
}

LibbpfLog::~LibbpfLog() {
  delete activeLog;
  activeLog = nullptr;
}

std::string LibbpfLog::text() const { return *activeLog; }

}  // namespace ringfence

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  ringfence::exportPrograms(env, exports);
  ringfence::exportMaps(env, exports);
  ringfence::exportRing(env, exports);
  ringfence::exportPeer(env, exports);
  ringfence::exportNotify(env, exports);
  ringfence::exportSelfTest(env, exports);
  return exports;
}

NODE_API_MODULE(kernel, initialise)
