#include "core/records/kinds.h"

#include <algorithm>
#include <iterator>

namespace amends {
namespace {

constexpr std::string_view names[kind_count] = {"lost", "misdelivered", "damaged", "out_of_stock", "short", "overdue", "late", "at_risk", "early"};

}  // namespace

std::string_view name_of(Kind kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_named(std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Kind>(found - std::begin(names));
}

}  // namespace amends
