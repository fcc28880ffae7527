// SPDX-License-Identifier: Apache-2.0
// What a new build of the programs takes over from the one in force: its maps themselves, so that no label is ever copied.
#pragma once

#include <bpf/libbpf.h>

#include <string>

namespace ringfence {

// The name of a map that the two builds mean different things by; empty: each map in force can serve the object's programs.
std::string firstDifference(bpf_object* object, const std::string& pins);

// Before the object is loaded. Returns 0 or -errno. Maps that are not in force are made anew.
int shareMaps(bpf_object* object, const std::string& pins);

}  // namespace ringfence
