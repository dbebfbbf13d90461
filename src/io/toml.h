// TOML text as a tree of Nodes with places. The only user of toml++.
#pragma once
#include <memory>

#include "core/base/node.h"

namespace amends {

// Throws Error at the first fault of syntax.
Node read_toml(std::shared_ptr<const Source> source);

}  // namespace amends
