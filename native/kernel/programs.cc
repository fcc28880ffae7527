// SPDX-License-Identifier: Apache-2.0
// Loading, attaching and pinning the programs, and taking them down again.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <map>
#include <vector>

#include "addon.h"
#include "shared_maps.h"

namespace ringfence {

namespace {

void makeDirectory(Napi::Env env, const std::string& path) {
  if (mkdir(path.c_str(), 0700) && errno != EEXIST) fail(env, "cannot make " + path, errno);
}

std::vector<std::string> entries(const std::string& directory) {
  std::vector<std::string> names;
  DIR* stream = opendir(directory.c_str());
  if (!stream) return names;
  while (dirent* entry = readdir(stream)) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(stream);
  return names;
}

// Programs of these names lie on busy ways: attached by attachOnDemand() alone, when they are first needed.
constexpr const char* ON_DEMAND[] = {"rf_bytes_", "rf_names_", "rf_skills_", "rf_everyone_"};

// Those of them that count pages are needed where files hand pages to sockets, which Linux 6.5 has put an end to.
constexpr char OF_PAGES[] = "rf_bytes_pages_";
constexpr char HANDING_PAGES[] = "inet_sendpage";

bool beginsWith(const std::string& name, const std::string& prefix) { return name.rfind(prefix, 0) == 0; }

bool isOnDemand(const std::string& name) {
  return std::any_of(std::begin(ON_DEMAND), std::end(ON_DEMAND),
                     [&](const char* prefix) { return beginsWith(name, prefix); });
}

// Run when they are asked for.
bool isCalled(const bpf_program* program) {
  return bpf_program__expected_attach_type(program) == BPF_TRACE_ITER ||
         bpf_program__type(program) == BPF_PROG_TYPE_SYSCALL;
}

// Where the hierarchy is mounted nowhere: takes CAP_SYS_ADMIN. -1 with errno.
int openUnmountedRootCgroup() {
  int context = static_cast<int>(syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC));
  if (context < 0) return -1;
  int mount = -1;
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0)
    mount = static_cast<int>(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0));
  int error = errno;
  close(context);
  if (mount < 0) {
    errno = error;
    return -1;
  }
  int root = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  error = errno;
  close(mount);
  errno = error;
  return root;
}

// The root of the unified hierarchy. That of a container's view has another number (kernfs: the first inode is the root's).
int openRootCgroup() {
  constexpr ino_t ROOT_INODE = 1;
  int root = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct statfs system = {};
  struct stat status = {};
  if (root >= 0 && fstatfs(root, &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC && fstat(root, &status) == 0 &&
      status.st_ino == ROOT_INODE)
    return root;
  if (root >= 0) close(root);
  return openUnmountedRootCgroup();
}

// Packets pass the programs of every control group above their socket's, so the root's sees all of them.
int attachToRootCgroup(int program) {
  int root = openRootCgroup();
  if (root < 0) return -1;
  int link = bpf_link_create(program, root, BPF_CGROUP_INET_INGRESS, nullptr);
  int error = errno;
  close(root);
  errno = error;
  return link;
}

bool isForPackets(int program) {
  bpf_prog_info details = {};
  __u32 length = sizeof details;
  return bpf_obj_get_info_by_fd(program, &details, &length) == 0 && details.type == BPF_PROG_TYPE_CGROUP_SKB;
}

// How what a section names is found in the kernel. (libbpf gives a section's name without the question mark.)
const std::map<std::string, bpf_attach_type> KINDS = {
    {"lsm/", BPF_LSM_MAC}, {"fentry/", BPF_TRACE_FENTRY}, {"fexit/", BPF_TRACE_FEXIT}};

__u32 idOfProgram(const std::string& pin) {
  int program = bpf_obj_get(pin.c_str());
  if (program < 0) return 0;
  bpf_prog_info details = {};
  __u32 length = sizeof details;
  bpf_obj_get_info_by_fd(program, &details, &length);
  close(program);
  return details.id;
}

constexpr int LOOKS = 10000;
constexpr useconds_t BETWEEN_LOOKS_US = 1000;

// The kernel detaches some time after the pin is gone, and lets go of the program when that is done. False: it never did.
bool awaitEnd(__u32 id) {
  for (int i = 0; i < LOOKS; i++) {
    int program = bpf_prog_get_fd_by_id(id);
    if (program < 0) return true;
    close(program);
    usleep(BETWEEN_LOOKS_US);
  }
  return false;
}

// One after another: parallel detaching of LSM programs has crashed kernels.
void removeLinks(const std::string& pins, const std::string& prefix) {
  bool isOurs = true;
  for (const std::string& name : entries(pins + "/links")) {
    if (!beginsWith(name, prefix)) continue;
    std::string program = pins + "/programs/" + name;
    __u32 id = idOfProgram(program);
    unlink(program.c_str());
    unlink((pins + "/links/" + name).c_str());
    // somebody else who holds the programs is not waited for again and again
    if (isOurs && id) isOurs = awaitEnd(id);
  }
}

void removePins(const std::string& pins) {
  removeLinks(pins, "");
  for (const char* kind : {"links", "programs", "maps"}) {
    std::string directory = pins + "/" + kind;
    for (const std::string& name : entries(directory)) unlink((directory + "/" + name).c_str());
    rmdir(directory.c_str());
  }
  rmdir(pins.c_str());
}

// Attaches a pinned program and pins the link. Null, or what failed, with errno.
const char* attachPinned(const std::string& pins, const std::string& name) {
  int program = bpf_obj_get((pins + "/programs/" + name).c_str());
  if (program < 0) return "cannot open program ";
  // in spite of its name this attaches tracing and LSM programs, as their own loading says where
  int link = isForPackets(program) ? attachToRootCgroup(program) : bpf_raw_tracepoint_open(nullptr, program);
  int error = errno;
  close(program);
  errno = error;
  if (link < 0) return "cannot attach ";
  int pinned = bpf_obj_pin(link, (pins + "/links/" + name).c_str());
  error = errno;
  close(link);
  errno = error;
  return pinned ? "cannot pin the link of " : nullptr;
}

struct Loading {
  Napi::Env env;
  std::string pins;
  // Pins of a build in force whose maps these programs take over; empty: there is none.
  std::string before;
  LibbpfLog log;
  bpf_object* object = nullptr;
  std::vector<bpf_link*> links;

  ~Loading() { letGo(); }

  // The links' pins keep the programs attached; our own descriptors may go.
  void letGo() {
    for (bpf_link* link : links) {
      // disconnected it is freed without being detached, and without its descriptor being closed
      close(bpf_link__fd(link));
      bpf_link__disconnect(link);
      bpf_link__destroy(link);
    }
    links.clear();
    bpf_object__close(object);
    object = nullptr;
  }

  [[noreturn]] void abandon(const std::string& what, int error) {
    letGo();
    removePins(pins);
    fail(env, what, error, log.text());
  }

  // Hooks that only some kernels have are marked with a question mark, which leaves them out: in with those that are there.
  void chooseOptional() {
    bpf_program* program;
    bpf_object__for_each_program(program, object) {
      std::string section = bpf_program__section_name(program);
      size_t slash = section.find('/') + 1;
      auto kind = KINDS.find(section.substr(0, slash));
      if (bpf_program__autoload(program) || kind == KINDS.end()) continue;
      bool present = libbpf_find_vmlinux_btf_id(section.substr(slash).c_str(), kind->second) > 0;
      if (beginsWith(bpf_program__name(program), OF_PAGES))
        present = present && libbpf_find_vmlinux_btf_id(HANDING_PAGES, BPF_TRACE_FEXIT) > 0;
      if (present) bpf_program__set_autoload(program, true);
    }
  }

  void pinMaps() {
    bpf_map* map;
    bpf_object__for_each_map(map, object) {
      if (bpf_map__is_internal(map)) continue;
      std::string path = pins + "/maps/" + bpf_map__name(map);
      if (int error = bpf_map__pin(map, path.c_str())) abandon("cannot pin map " + path, error);
    }
  }

  void pinPrograms() {
    bpf_program* program;
    bpf_object__for_each_program(program, object) {
      if (!bpf_program__autoload(program)) continue;
      std::string path = pins + "/programs/" + bpf_program__name(program);
      if (int error = bpf_program__pin(program, path.c_str())) abandon("cannot pin program " + path, error);
    }
  }

  void attach() {
    bpf_program* program;
    bpf_object__for_each_program(program, object) {
      std::string name = bpf_program__name(program);
      if (!bpf_program__autoload(program) || isCalled(program) || isOnDemand(name)) continue;
      bpf_link* link = bpf_program__attach(program);
      if (!link) abandon("cannot attach " + name, errno);
      links.push_back(link);
      std::string path = pins + "/links/" + name;
      if (int error = bpf_link__pin(link, path.c_str())) abandon("cannot pin link " + path, error);
    }
  }

  // What is attached on demand and has been asked for is so in this build as well.
  void attachAsBefore() {
    for (const std::string& name : entries(before + "/links")) {
      if (!isOnDemand(name) || access((pins + "/programs/" + name).c_str(), F_OK)) continue;
      if (const char* failed = attachPinned(pins, name)) abandon(failed + name, errno);
    }
  }
};

bpf_object* openObject(Napi::Env env, const std::string& file) {
  bpf_object* object = bpf_object__open_file(file.c_str(), nullptr);
  if (!object) fail(env, "cannot read " + file, errno);
  return object;
}

// load(objectFile, pinDirectory, before)
void load(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string file = info[0].As<Napi::String>();
  Loading loading{.env = env,
                  .pins = info[1].As<Napi::String>(),
                  .before = info[2].As<Napi::String>(),
                  .log = {},
                  .object = nullptr,
                  .links = {}};
  loading.object = openObject(env, file);
  makeDirectory(env, loading.pins);
  for (const char* kind : {"/maps", "/programs", "/links"}) makeDirectory(env, loading.pins + kind);
  loading.chooseOptional();
  if (!loading.before.empty())
    if (int error = shareMaps(loading.object, loading.before)) loading.abandon("cannot take over the maps", error);
  if (int error = bpf_object__load(loading.object)) loading.abandon("the kernel refused " + file, error);
  loading.pinMaps();
  loading.pinPrograms();
  loading.attach();
  if (!loading.before.empty()) loading.attachAsBefore();
}

// differsFrom(objectFile, pinDirectory): the name of a map, empty when the object's programs can take over all of them
Napi::Value differsFrom(const Napi::CallbackInfo& info) {
  bpf_object* object = openObject(info.Env(), info[0].As<Napi::String>());
  std::string name = firstDifference(object, info[1].As<Napi::String>());
  bpf_object__close(object);
  return Napi::String::New(info.Env(), name);
}

// exchange(one, other): each directory of bpffs gets the other's name, at once
void exchange(const Napi::CallbackInfo& info) {
  std::string one = info[0].As<Napi::String>(), other = info[1].As<Napi::String>();
  if (renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE))
    fail(info.Env(), "cannot exchange " + one + " and " + other, errno);
}

// attachOnDemand(pinDirectory, prefix): what is attached already stays so
void attachOnDemand(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string pins = info[0].As<Napi::String>();
  std::string prefix = info[1].As<Napi::String>();
  for (const std::string& name : entries(pins + "/programs")) {
    if (!isOnDemand(name) || !beginsWith(name, prefix)) continue;
    if (access((pins + "/links/" + name).c_str(), F_OK) == 0) continue;
    if (const char* failed = attachPinned(pins, name)) fail(env, failed + name, errno);
  }
}

// detach(pinDirectory, prefix): the programs whose names begin so, for good
void detach(const Napi::CallbackInfo& info) {
  removeLinks(info[0].As<Napi::String>(), info[1].As<Napi::String>());
}

// unload(pinDirectory)
void unload(const Napi::CallbackInfo& info) { removePins(info[0].As<Napi::String>()); }

// statistics(pinDirectory): [{name, runs, nanoseconds, recursionMisses}]
Napi::Value statistics(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string directory = info[0].As<Napi::String>().Utf8Value() + "/programs";
  Napi::Array result = Napi::Array::New(env);
  for (const std::string& name : entries(directory)) {
    int fd = bpf_obj_get((directory + "/" + name).c_str());
    if (fd < 0) fail(env, "cannot open program " + name, errno);
    bpf_prog_info details = {};
    __u32 length = sizeof details;
    int error = bpf_obj_get_info_by_fd(fd, &details, &length);
    close(fd);
    if (error) fail(env, "cannot ask for program " + name, error);
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", name);
    entry.Set("runs", Napi::BigInt::New(env, static_cast<uint64_t>(details.run_cnt)));
    entry.Set("nanoseconds", Napi::BigInt::New(env, static_cast<uint64_t>(details.run_time_ns)));
    entry.Set("recursionMisses", Napi::BigInt::New(env, static_cast<uint64_t>(details.recursion_misses)));
    result.Set(result.Length(), entry);
  }
  return result;
}

// run(programPin): what the program returned
Napi::Value run(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string path = info[0].As<Napi::String>();
  int program = bpf_obj_get(path.c_str());
  if (program < 0) fail(env, "cannot open " + path, errno);
  bpf_test_run_opts options = {};
  options.sz = sizeof options;
  int error = bpf_prog_test_run_opts(program, &options);
  int runError = errno;
  close(program);
  if (error) fail(env, "cannot run " + path, runError);
  return Napi::Number::New(env, static_cast<int32_t>(options.retval));
}

// iterate(programPin): what the iterator wrote
Napi::Value iterate(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::string path = info[0].As<Napi::String>();
  int program = bpf_obj_get(path.c_str());
  if (program < 0) fail(env, "cannot open " + path, errno);
  int link = bpf_link_create(program, 0, BPF_TRACE_ITER, nullptr);
  int linkError = errno;
  close(program);
  if (link < 0) fail(env, "cannot attach iterator " + path, linkError);
  int stream = bpf_iter_create(link);
  int streamError = errno;
  close(link);
  if (stream < 0) fail(env, "cannot start iterator " + path, streamError);
  std::string output;
  char buffer[16384];
  ssize_t count;
  while ((count = read(stream, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EAGAIN)) {
    if (count > 0) output.append(buffer, count);
  }
  int readError = errno;
  close(stream);
  if (count < 0) fail(env, "cannot read iterator " + path, readError);
  return Napi::Buffer<char>::Copy(env, output.data(), output.size());
}

}  // namespace

void exportPrograms(Napi::Env env, Napi::Object exports) {
  exports.Set("load", Napi::Function::New(env, load));
  exports.Set("differsFrom", Napi::Function::New(env, differsFrom));
  exports.Set("exchange", Napi::Function::New(env, exchange));
  exports.Set("detach", Napi::Function::New(env, detach));
  exports.Set("attachOnDemand", Napi::Function::New(env, attachOnDemand));
  exports.Set("unload", Napi::Function::New(env, unload));
  exports.Set("statistics", Napi::Function::New(env, statistics));
  exports.Set("iterate", Napi::Function::New(env, iterate));
  exports.Set("run", Napi::Function::New(env, run));
}

}  // namespace ringfence
