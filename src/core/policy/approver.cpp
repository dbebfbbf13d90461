#include "core/policy/approver.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

Approver read_approver(const Node& node, Currency currency) {
  only_keys(node, {"name", "limit"}, "approver");
  Approver approver;
  const Node* name = node.find("name");
  if (name == nullptr) fail(node, "an approver needs a name", "add name = \"Maya Chen\"");
  approver.name = string_of(*name, "name");
  approver.where = node.where();
  const Node* limit = node.find("limit");
  if (limit == nullptr) return approver;
  const std::optional<std::int64_t> minor = read_minor(scalar_of(*limit, "limit"), currency);
  if (!minor || *minor < 0) fail(*limit, fmt::format("{} is not an amount in {}", quoted(limit->text), currency.name()), "write limit = \"100.00\"");
  approver.limit = Money{*minor, currency};
  return approver;
}

const Approver* approver_named(const std::vector<Approver>& approvers, const std::string& name) {
  if (approvers.empty()) return nullptr;
  std::vector<std::string> names;
  for (const Approver& approver : approvers) {
    if (approver.name == name) return &approver;
    names.push_back(approver.name);
  }
  throw Error{{}, fmt::format("{} is no approver", quoted(name)), suggestion(name, names)};
}

bool may_approve(const Approver& approver, const std::vector<Money>& sums) {
  if (!approver.limit) return true;
  return std::all_of(sums.begin(), sums.end(), [&](const Money& sum) {
    return sum.currency == approver.limit->currency && sum.minor <= approver.limit->minor;
  });
}

std::string words_of(const Approver& approver) {
  return approver.limit ? fmt::format("{} ({})", approver.name, print(*approver.limit)) : approver.name;
}

}  // namespace amends
