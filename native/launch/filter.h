// SPDX-License-Identifier: Apache-2.0
// A filter of system calls, in the order in which its sentences are said: the first that speaks of a call decides.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "confine.h"

namespace ringfence {

// What an argument of a call must be: these bits of its lower half, one of these values.
struct Wanted {
  int argument;
  unsigned bits;
  std::initializer_list<unsigned> values;
};

class Filter {
public:
  // Ends whoever calls by another instruction set.
  Filter();

  // `action`: SECCOMP_RET_…
  void answer(int call, unsigned action);
  // Where all is as wanted; else the call fails with this errno.
  void allow_where(int call, std::initializer_list<Wanted> wanted, int otherwise);
  // Threads may come to be; processes may not.
  void allow_threads();
  // tgkill of itself is how abort() works; aimed at any other process it is the end.
  void allow_only_on_itself(int call, int argument);

  // Puts it over every thread of this process. What it does not speak of fails with `otherwise`.
  ConfineProblem install(int otherwise);

private:
  void add(sock_filter instruction) { program_.push_back(instruction); }
  void load(size_t offset);
  void load_argument(int argument);

  std::vector<sock_filter> program_;
};

} // namespace ringfence
