// SPDX-License-Identifier: Apache-2.0
// Loads a program that refuses this process one file in memory, opens that file, and sees the refusal.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "addon.h"

namespace ringfence {

namespace {

// In memory, so that it needs no folder that can be written to; opened again it is judged like any other file.
struct Target {
  int fd = memfd_create("ringfence-self-test", MFD_CLOEXEC);
  std::string path = "/proc/self/fd/" + std::to_string(fd);
  ~Target() {
    if (fd >= 0) close(fd);
  }
};

bool opens(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

struct Outcome {
  std::string step;
  int error = 0;
};

Outcome run(const std::string& file) {
  Target target;
  struct stat status = {};
  if (target.fd < 0 || fstat(target.fd, &status)) return {"cannot make a file in memory", errno};
  bpf_object* object = bpf_object__open_file(file.c_str(), nullptr);
  if (!object) return {"cannot read " + file, errno};
  Outcome outcome;
  bpf_link* link = nullptr;
  __u32 zero = 0;
  struct {
    __u64 pid;
    __u64 inode;
  } subject = {static_cast<__u64>(getpid()), status.st_ino};
  bpf_program* program = bpf_object__find_program_by_name(object, "rf_self_test");
  bpf_map* map = bpf_object__find_map_by_name(object, "subject");
  if (!program || !map) {
    outcome = {"the self-test program is incomplete", EINVAL};
  } else if (int error = bpf_object__load(object)) {
    outcome = {"the kernel refused to load a BPF-LSM program", error};
  } else if (bpf_map_update_elem(bpf_map__fd(map), &zero, &subject, BPF_ANY)) {
    outcome = {"cannot tell the program its subject", errno};
  } else if (!opens(target.path.c_str())) {
    outcome = {"the file cannot be opened even without the program", errno};
  } else if (!(link = bpf_program__attach_lsm(program))) {
    outcome = {"the kernel refused to attach a BPF-LSM program", errno};
  } else if (opens(target.path.c_str())) {
    outcome = {"the program is attached, but its refusal has no effect: bpf is not among the active LSMs", EPERM};
  } else if (errno != EPERM) {
    outcome = {"the refusal came with the wrong error", errno};
  }
  bpf_link__destroy(link);
  bpf_object__close(object);
  return outcome;
}

// selfTest(objectFile): {ok, step, error, log}
Napi::Value selfTest(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  LibbpfLog log;
  Outcome outcome = run(info[0].As<Napi::String>());
  Napi::Object result = Napi::Object::New(env);
  result.Set("ok", outcome.error == 0);
  result.Set("step", outcome.step);
  result.Set("error", outcome.error ? strerror(outcome.error < 0 ? -outcome.error : outcome.error) : "");
  result.Set("log", log.text());
  return result;
}

}  // namespace

void exportSelfTest(Napi::Env env, Napi::Object exports) {
  exports.Set("selfTest", Napi::Function::New(env, selfTest));
}

}  // namespace ringfence
