// SPDX-License-Identifier: Apache-2.0
// The event ring, consumed by hand: the consumer position moves only when the caller says that the records are durable.
// Layout: Linux Documentation/bpf/ringbuf.rst.
#include <bpf/bpf.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "addon.h"

namespace ringfence {

namespace {

constexpr uint32_t kBusy = 1u << 31;
constexpr uint32_t kDiscarded = 1u << 30;
constexpr size_t kHeaderBytes = 8;

class Wait : public Napi::AsyncWorker {
 public:
  Wait(Napi::Env env, int fd, int milliseconds)
      : Napi::AsyncWorker(env), fd_(fd), milliseconds_(milliseconds), deferred_(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise promise() { return deferred_.Promise(); }
  void Execute() override {
    pollfd entry = {fd_, POLLIN, 0};
    ready_ = poll(&entry, 1, milliseconds_) > 0;
  }
  void OnOK() override { deferred_.Resolve(Napi::Boolean::New(Env(), ready_)); }

 private:
  int fd_;
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
  explicit Ring(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Ring>(info) {
    Napi::Env env = info.Env();
    std::string path = info[0].As<Napi::String>();
    fd_ = bpf_obj_get(path.c_str());
    if (fd_ < 0) fail(env, "cannot open ring " + path, errno);
    bpf_map_info details = {};
    __u32 length = sizeof details;
    if (bpf_obj_get_info_by_fd(fd_, &details, &length)) fail(env, "cannot ask for ring " + path, errno);
    page_ = sysconf(_SC_PAGESIZE);
    bytes_ = details.max_entries;
    consumer_ = mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    producer_ = mmap(nullptr, page_ + 2 * bytes_, PROT_READ, MAP_SHARED, fd_, page_);
    if (consumer_ == MAP_FAILED || producer_ == MAP_FAILED) fail(env, "cannot map ring " + path, errno);
    cursor_ = position(consumer_).load(std::memory_order_acquire);
  }

  ~Ring() override { release(); }

 private:
  static std::atomic<uint64_t>& position(void* page) { return *static_cast<std::atomic<uint64_t>*>(page); }

  void release() {
    if (fd_ < 0) return;
    munmap(consumer_, page_);
    munmap(producer_, page_ + 2 * bytes_);
    ::close(fd_);
    fd_ = -1;
  }

  void ensureOpen(Napi::Env env) {
    if (fd_ < 0) fail(env, "the ring is closed", EBADF);
  }

  // read(most): {records: Buffer[], position: bigint} of what follows the last read, null when there is nothing
  Napi::Value read(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    ensureOpen(env);
    uint32_t most = info[0].As<Napi::Number>();
    uint64_t end = position(producer_).load(std::memory_order_acquire);
    const char* data = static_cast<const char*>(producer_) + page_;
    Napi::Array records = Napi::Array::New(env);
    while (cursor_ < end && records.Length() < most) {
      const char* record = data + (cursor_ & (bytes_ - 1));
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
    ensureOpen(info.Env());
    bool lossless = false;
    uint64_t value = info[0].As<Napi::BigInt>().Uint64Value(&lossless);
    if (!lossless || value > cursor_) fail(info.Env(), "position was never read", EINVAL);
    position(consumer_).store(value, std::memory_order_release);
  }

  // wait(milliseconds): Promise<boolean>, true when there is something to read
  Napi::Value wait(const Napi::CallbackInfo& info) {
    ensureOpen(info.Env());
    Wait* worker = new Wait(info.Env(), fd_, info[0].As<Napi::Number>());
    Napi::Promise promise = worker->promise();
    worker->Queue();
    return promise;
  }

  void close(const Napi::CallbackInfo&) { release(); }

  int fd_ = -1;
  size_t page_ = 0;
  size_t bytes_ = 0;
  void* consumer_ = nullptr;
  void* producer_ = nullptr;
  uint64_t cursor_ = 0;
};

}  // namespace

void exportRing(Napi::Env env, Napi::Object exports) { exports.Set("Ring", Ring::define(env)); }

}  // namespace ringfence
