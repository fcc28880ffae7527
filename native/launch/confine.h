// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

namespace ringfence {

// What confinement could not do: the step and its errno. step is null when all was done.
struct ConfineProblem {
  const char *step;
  int error;
};

// Takes from this process, for good and for every thread: files, sockets, other processes, new programs, and memory
// beyond what it has now plus `memory_bytes`. What is open stays usable.
ConfineProblem confine(uint64_t memory_bytes);

} // namespace ringfence
