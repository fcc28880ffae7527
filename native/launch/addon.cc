// SPDX-License-Identifier: Apache-2.0
// N-API face of held_child and confine; index.ts gives it its types.
#include <errno.h>
#include <napi.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "confine.h"
#include "held_child.h"

namespace ringfence {
namespace {

Napi::Error system_error(Napi::Env env, const char *call, int error) {
  Napi::Error value = Napi::Error::New(env, std::string(call) + ": " + strerror(error));
  value.Set("errno", Napi::Number::New(env, error));
  value.Set("syscall", Napi::String::New(env, call));
  return value;
}

std::vector<std::string> strings(const Napi::Value &value) {
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<std::string> result;
  for (uint32_t at = 0; at < array.Length(); at++) result.push_back(array.Get(at).As<Napi::String>().Utf8Value());
  return result;
}

// What the waiting thread has to say, one after the other.
struct News {
  enum { kStarted, kFailed, kEnded } kind;
  ExecFailure failure;
  int status;
};

void tell(Napi::Env env, Napi::Function listener, News *news) {
  std::unique_ptr<News> owned(news);
  const Napi::HandleScope scope(env);
  Napi::Object said = Napi::Object::New(env);
  switch (owned->kind) {
  case News::kStarted:
    said.Set("kind", "started");
    break;
  case News::kFailed:
    said.Set("kind", "failed");
    said.Set("syscall", kExecSteps[owned->failure.step]);
    said.Set("errno", owned->failure.error);
    said.Set("message", strerror(owned->failure.error));
    break;
  case News::kEnded:
    said.Set("kind", "ended");
    if (WIFSIGNALED(owned->status)) said.Set("signal", WTERMSIG(owned->status));
    else said.Set("code", WEXITSTATUS(owned->status));
    break;
  }
  listener.Call({said});
}

ssize_t read_whole(int fd, void *into, size_t size) {
  ssize_t got;
  do got = read(fd, into, size);
  while (got < 0 && errno == EINTR);
  return got;
}

// Runs in a thread of its own: says how exec went, then how the child ended. Never reaps any other child.
void watch(HeldChild child, Napi::ThreadSafeFunction listener) {
  ExecFailure failure = {};
  const ssize_t got = read_whole(child.failure, &failure, sizeof failure);
  close(child.failure);
  const auto say = [&](News news) { listener.BlockingCall(new News(news), tell); };
  if (got == static_cast<ssize_t>(sizeof failure)) say({News::kFailed, failure, 0});
  else say({News::kStarted, {}, 0});
  int status = 0;
  pid_t reaped;
  do reaped = waitpid(child.pid, &status, 0);
  while (reaped < 0 && errno == EINTR);
  say({News::kEnded, {}, status});
  listener.Release();
}

// spawn(file, argv, env, cwd, listener) -> {pid, go(): void, end(): void}
Napi::Value spawn(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Program program = {info[0].As<Napi::String>().Utf8Value(), strings(info[1]), strings(info[2]),
                           info[3].As<Napi::String>().Utf8Value()};
  HeldChild child = {};
  if (const int error = fork_held(program, &child); error != 0) {
    system_error(env, "fork", error).ThrowAsJavaScriptException();
    return env.Undefined();
  }
  auto listener = Napi::ThreadSafeFunction::New(env, info[4].As<Napi::Function>(), "ringfence child", 0, 1);
  std::thread(watch, child, listener).detach();

  const auto gate = std::make_shared<int>(child.go);
  const auto shut = [gate] {
    if (*gate >= 0) close(*gate);
    *gate = -1;
  };
  Napi::Object held = Napi::Object::New(env);
  held.Set("pid", child.pid);
  held.Set("go", Napi::Function::New(env, [gate, shut](const Napi::CallbackInfo &) {
             if (*gate < 0) return;
             const char go = 1;
             // A child that is gone already is told of by the watching thread (Node ignores SIGPIPE).
             ssize_t ignored = write(*gate, &go, 1);
             (void)ignored;
             shut();
           }));
  held.Set("end", Napi::Function::New(env, [shut](const Napi::CallbackInfo &) { shut(); }));
  return held;
}

// confine(memoryBytes): undefined, or throws
Napi::Value confine_process(const Napi::CallbackInfo &info) {
  const double memory = info[0].As<Napi::Number>().DoubleValue();
  const ConfineProblem problem = confine(static_cast<uint64_t>(memory));
  if (problem.step != nullptr) system_error(info.Env(), problem.step, problem.error).ThrowAsJavaScriptException();
  return info.Env().Undefined();
}

// confineToConnections(): undefined, or throws
Napi::Value confine_process_to_connections(const Napi::CallbackInfo &info) {
  const ConfineProblem problem = confine_to_connections();
  if (problem.step != nullptr) system_error(info.Env(), problem.step, problem.error).ThrowAsJavaScriptException();
  return info.Env().Undefined();
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("spawn", Napi::Function::New(env, spawn));
  exports.Set("confine", Napi::Function::New(env, confine_process));
  exports.Set("confineToConnections", Napi::Function::New(env, confine_process_to_connections));
  return exports;
}

} // namespace

NODE_API_MODULE(launch, initialise)

} // namespace ringfence
