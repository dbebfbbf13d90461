// One JSON text as a tree of Nodes; numbers keep their raw token. The only user of simdjson beside json_rows.
#pragma once
#include <cstddef>
#include <string_view>

#include "core/base/node.h"

namespace amends {

// `name` and `line` are where the text stands, for errors.
Node read_json(std::string_view text, std::string_view name, std::size_t line);

}  // namespace amends
