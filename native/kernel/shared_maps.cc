// SPDX-License-Identifier: Apache-2.0
#include "shared_maps.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <dirent.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace ringfence {

namespace {

// The variables of the programs have a map as well, which has no pin of its own.
constexpr char VARIABLES[] = ".bss";

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

void collectText(void* context, const char* format, va_list arguments) {
  char* piece = nullptr;
  if (vasprintf(&piece, format, arguments) < 0) return;
  static_cast<std::string*>(context)->append(piece);
  free(piece);
}

// A type with all that it is made of, as C.
std::string asText(const btf* types, __u32 id) {
  std::string text;
  btf_dump* dump = btf_dump__new(types, collectText, &text, nullptr);
  if (!dump) return "?";
  if (btf_dump__dump_type(dump, id)) text = "?";
  btf_dump__free(dump);
  const btf_type* type = btf__type_by_id(types, id);
  const char* name = type ? btf__name_by_offset(types, type->name_off) : nullptr;
  return text + (name ? name : "");
}

// The programs' variables: the name, place and size of each.
std::string variablesAsText(const btf* types, __u32 id) {
  const btf_type* section = btf__type_by_id(types, id);
  std::string text;
  if (!section || btf_kind(section) != BTF_KIND_DATASEC) return "?";
  const btf_var_secinfo* variables = btf_var_secinfos(section);
  for (int i = 0; i < btf_vlen(section); i++) {
    const btf_type* variable = btf__type_by_id(types, variables[i].type);
    text += std::string(btf__name_by_offset(types, variable->name_off)) + "@" + std::to_string(variables[i].offset) +
            ":" + std::to_string(variables[i].size) + " ";
  }
  return text;
}

bool isVariables(const bpf_map* map) { return bpf_map__is_internal(map) && strstr(bpf_map__name(map), VARIABLES); }

int openPin(const std::string& path) { return bpf_obj_get(path.c_str()); }

// The map that holds the variables of a program in force: -1, it has none.
int openVariablesOf(int program) {
  std::vector<__u32> ids(64);
  bpf_prog_info details = {};
  details.nr_map_ids = static_cast<__u32>(ids.size());
  details.map_ids = reinterpret_cast<__u64>(ids.data());
  __u32 length = sizeof details;
  if (bpf_obj_get_info_by_fd(program, &details, &length)) return -1;
  for (__u32 i = 0; i < details.nr_map_ids && i < ids.size(); i++) {
    int fd = bpf_map_get_fd_by_id(ids[i]);
    bpf_map_info map = {};
    __u32 size = sizeof map;
    if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &map, &size) == 0 && strstr(map.name, VARIABLES)) return fd;
    if (fd >= 0) close(fd);
  }
  return -1;
}

int openVariables(const std::string& pins) {
  std::string directory = pins + "/programs";
  DIR* stream = opendir(directory.c_str());
  int found = -1;
  if (!stream) return -1;
  while (dirent* entry = found < 0 ? readdir(stream) : nullptr) {
    Descriptor program{openPin(directory + "/" + entry->d_name)};
    if (program.fd >= 0) found = openVariablesOf(program.fd);
  }
  closedir(stream);
  return found;
}

// Of the map in force that answers to one of the object: -1, there is none.
int openInForce(const bpf_map* map, const std::string& pins) {
  if (isVariables(map)) return openVariables(pins);
  return bpf_map__is_internal(map) ? -1 : openPin(pins + "/maps/" + bpf_map__name(map));
}

bool sameTypes(const bpf_map* map, const bpf_map_info& inForce, const btf* own) {
  if (!inForce.btf_id || !inForce.btf_value_type_id) return true;
  btf* theirs = btf__load_from_kernel_by_id(inForce.btf_id);
  if (!theirs) return false;
  bool same;
  if (isVariables(map)) {
    int section = btf__find_by_name_kind(own, VARIABLES, BTF_KIND_DATASEC);
    same = section > 0 &&
           variablesAsText(own, static_cast<__u32>(section)) == variablesAsText(theirs, inForce.btf_value_type_id);
  } else {
    same = asText(own, bpf_map__btf_key_type_id(map)) == asText(theirs, inForce.btf_key_type_id) &&
           asText(own, bpf_map__btf_value_type_id(map)) == asText(theirs, inForce.btf_value_type_id);
  }
  btf__free(theirs);
  return same;
}

bool canServe(const bpf_map* map, int fd, const btf* own) {
  bpf_map_info details = {};
  __u32 length = sizeof details;
  if (bpf_obj_get_info_by_fd(fd, &details, &length)) return false;
  return details.type == bpf_map__type(map) && details.key_size == bpf_map__key_size(map) &&
         details.value_size == bpf_map__value_size(map) && details.max_entries == bpf_map__max_entries(map) &&
         details.map_flags == bpf_map__map_flags(map) && sameTypes(map, details, own);
}

}  // namespace

std::string firstDifference(bpf_object* object, const std::string& pins) {
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    Descriptor inForce{openInForce(map, pins)};
    if (inForce.fd < 0 && isVariables(map)) return bpf_map__name(map);
    if (inForce.fd >= 0 && !canServe(map, inForce.fd, bpf_object__btf(object))) return bpf_map__name(map);
  }
  return "";
}

int shareMaps(bpf_object* object, const std::string& pins) {
  bpf_map* map;
  bpf_object__for_each_map(map, object) {
    Descriptor inForce{openInForce(map, pins)};
    if (inForce.fd < 0) continue;
    if (int error = bpf_map__reuse_fd(map, inForce.fd)) return error;
  }
  return 0;
}

}  // namespace ringfence
