// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ringfence {

// What a child is to become. Kept whole in the parent's memory before the fork: the child may not allocate.
struct Program {
  std::string file;
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string cwd;
};

// A child that has been forked and waits to be told to go on.
struct HeldChild {
  pid_t pid;
  int go;      // write one byte: exec; close: the child ends without exec
  int failure; // after exec: end of file, or the step and errno that failed
};

// How a child stopped short of its program. `step` names the call.
struct ExecFailure {
  int step; // index in kExecSteps
  int error;
};

inline constexpr const char *kExecSteps[] = {"chdir", "execve"};

// Forks a child that waits before exec. Returns 0, or the errno of pipe2 or fork.
int fork_held(const Program &program, HeldChild *child);

} // namespace ringfence
