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

// Leaves this process, on every thread, the connections that its sockets accept, those that it opens over IPv4 and IPv6, reading files,
// and nothing else: no new sockets to listen at, no other kinds, nothing to write, no programs, no other processes, no new code.
ConfineProblem confine_to_connections();

} // namespace ringfence
