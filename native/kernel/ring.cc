// SPDX-License-Identifier: Apache-2.0
// The event ring, consumed by hand: the consumer position moves only when the caller says that the records are durable.
// Layout: Linux Documentation/bpf/ringbuf.rst.
#include <bpf/bpf.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>

#include "addon.h"

namespace ringfence {

namespace {

constexpr uint32_t kBusy = 1u << 31;
constexpr uint32_t kDiscarded = 1u << 30;
constexpr size_t kHeaderBytes = 8;

// While records wait to be committed the descriptor always counts as readable, so their room is looked at instead.
constexpr int kLookMilliseconds = 5;

std::atomic<uint64_t>& position(void* page) { return *static_cast<std::atomic<uint64_t>*>(page); }

// The mapped ring. Shared with waits on other threads, so that closing never takes it from under them.
struct Mapping {
  int fd = -1;
  size_t page = 0;
  size_t bytes = 0;
  void* consumer = MAP_FAILED;
  void* producer = MAP_FAILED;

  ~Mapping() {
    if (consumer != MAP_FAILED) munmap(consumer, page);
    if (producer != MAP_FAILED) munmap(producer, page + 2 * bytes);
    if (fd >= 0) close(fd);
  }
};

class Wait : public Napi::AsyncWorker {
 public:
  Wait(Napi::Env env, std::shared_ptr<Mapping> mapping, uint64_t cursor, int milliseconds)
      : Napi::AsyncWorker(env),
        mapping_(std::move(mapping)),
        cursor_(cursor),
        milliseconds_(milliseconds),
        deferred_(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise promise() { return deferred_.Promise(); }

  void Execute() override {
    while (!(ready_ = hasUnread()) && milliseconds_ > 0) {
      bool allCommitted = position(mapping_->consumer).load(std::memory_order_acquire) == cursor_;
      int step = allCommitted ? milliseconds_ : std::min(milliseconds_, kLookMilliseconds);
      pollfd entry = {mapping_->fd, POLLIN, 0};
      poll(&entry, allCommitted ? 1 : 0, step);
      milliseconds_ -= step;
    }
  }

  void OnOK() override { deferred_.Resolve(Napi::Boolean::New(Env(), ready_)); }

 private:
  bool hasUnread() const { return position(mapping_->producer).load(std::memory_order_acquire) > cursor_; }

  std::shared_ptr<Mapping> mapping_;
  uint64_t cursor_;
  int milliseconds_;
  bool ready_ = false;
  Napi::Promise::Deferred deferred_;
};

class Ring : public Napi::ObjectWrap<Ring> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Ring",
                       {InstanceMethod<&Ring::read>("read"), InstanceMethod<&Ring::commit>("commit"),
                        InstanceMethod<&Ring::wait>("wait"), InstanceMethod<&Ring::close>("close")});
  }

  // new Ring(pin)
  explicit Ring(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Ring>(info), mapping_(std::make_shared<Mapping>()) {
    Napi::Env env = info.Env();
    std::string path = info[0].As<Napi::String>();
    Mapping& ring = *mapping_;
    ring.fd = bpf_obj_get(path.c_str());
    if (ring.fd < 0) fail(env, "cannot open ring " + path, errno);
    bpf_map_info details = {};
    __u32 length = sizeof details;
    if (bpf_obj_get_info_by_fd(ring.fd, &details, &length)) fail(env, "cannot ask for ring " + path, errno);
    ring.page = sysconf(_SC_PAGESIZE);
    ring.bytes = details.max_entries;
    ring.consumer = mmap(nullptr, ring.page, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, 0);
    ring.producer = mmap(nullptr, ring.page + 2 * ring.bytes, PROT_READ, MAP_SHARED, ring.fd, ring.page);
    if (ring.consumer == MAP_FAILED || ring.producer == MAP_FAILED) fail(env, "cannot map ring " + path, errno);
    cursor_ = position(ring.consumer).load(std::memory_order_acquire);
  }

 private:
  Mapping& mapping(Napi::Env env) {
    if (!mapping_) fail(env, "the ring is closed", EBADF);
    return *mapping_;
  }

  // read(most): {records: Buffer[], position: bigint} of what follows the last read, null when there is nothing
  Napi::Value read(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Mapping& ring = mapping(env);
    uint32_t most = info[0].As<Napi::Number>();
    uint64_t end = position(ring.producer).load(std::memory_order_acquire);
    const char* data = static_cast<const char*>(ring.producer) + ring.page;
    Napi::Array records = Napi::Array::New(env);
    while (cursor_ < end && records.Length() < most) {
      const char* record = data + (cursor_ & (ring.bytes - 1));
      uint32_t header = reinterpret_cast<const std::atomic<uint32_t>*>(record)->load(std::memory_order_acquire);
      if (header & kBusy) break;
      uint32_t length = header & ~kDiscarded;
      if (!(header & kDiscarded)) {
        records.Set(records.Length(), Napi::Buffer<char>::Copy(env, record + kHeaderBytes, length));
      }
      cursor_ += (length + kHeaderBytes + 7) / 8 * 8;
    }
    if (records.Length() == 0) return env.Null();
    Napi::Object result = Napi::Object::New(env);
    result.Set("records", records);
    result.Set("position", Napi::BigInt::New(env, cursor_));
    return result;
  }

  // commit(position): everything before it is durable and its room may be used again
  void commit(const Napi::CallbackInfo& info) {
    Mapping& ring = mapping(info.Env());
    bool lossless = false;
    uint64_t value = info[0].As<Napi::BigInt>().Uint64Value(&lossless);
    if (!lossless || value > cursor_) fail(info.Env(), "position was never read", EINVAL);
    position(ring.consumer).store(value, std::memory_order_release);
  }

  // wait(milliseconds): Promise<boolean>, true when there is something to read
  Napi::Value wait(const Napi::CallbackInfo& info) {
    mapping(info.Env());
    Wait* worker = new Wait(info.Env(), mapping_, cursor_, info[0].As<Napi::Number>());
    Napi::Promise promise = worker->promise();
    worker->Queue();
    return promise;
  }

  void close(const Napi::CallbackInfo&) { mapping_.reset(); }

  std::shared_ptr<Mapping> mapping_;
  uint64_t cursor_ = 0;
};

}  // namespace

void exportRing(Napi::Env env, Napi::Object exports) { exports.Set("Ring", Ring::define(env)); }

}  // namespace ringfence
