#include "core/report/incident_rules.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr const char* standard_groups[] = {"guarantee", "carrier", "service", "warehouse", "lane", "region", "country", "item", "seller", "cause"};

// What tells one order or person from all others puts nothing together.
constexpr std::string_view apart[] = {"order_id", "customer_id", "person_id", "email", "customer_name", "first_name", "phone", "tracking", "cause_told"};

bool is_group(const std::string& name, const Schema& schema) {
  if (std::find(std::begin(apart), std::end(apart), name) != std::end(apart)) return false;
  for (const std::string_view own : {lane_group, item_group, guarantee_group, cause_group})
    if (name == own) return true;
  const Slot slot = schema.find(name);
  if (slot == no_slot) return false;
  const Field& field = schema.at(slot);
  return field.type.base == Type::string && (field.origin == Origin::record || field.origin == Origin::own);
}

std::string group_of(const Node& node, const Schema& schema) {
  const std::string& name = string_of(node, "by");
  if (is_group(name, schema)) return name;
  std::vector<std::string> known;
  for (const std::string& fact : schema.names())
    if (is_group(fact, schema)) known.push_back(fact);
  for (const std::string_view own : {lane_group, item_group}) known.emplace_back(own);
  fail(node, fmt::format("misses are not put together by {}", quoted(name)), suggestion(name, known));
}

std::size_t fewest_of(const Node& node) {
  const std::optional<Ratio> number = read_decimal(scalar_of(node, "fewest"));
  if (!number || !number->is_whole() || *number < Ratio(2) || *number > Ratio(1'000'000)) fail(node, "fewest is a number of misses, 2 or more", "write fewest = 5");
  return static_cast<std::size_t>(whole_of(*number));
}

Ratio times_of(const Node& node) {
  const std::string& text = string_of(node, "times");
  const std::optional<Ratio> times = text.ends_with('x') ? read_decimal(std::string_view(text).substr(0, text.size() - 1)) : std::nullopt;
  if (!times || *times <= Ratio(1)) fail(node, fmt::format("{} is not how many times the usual rate", quoted(text)), "write times = \"2x\"");
  return *times;
}

Ratio chance_of(const Node& node) {
  const std::string& text = string_of(node, "chance");
  const std::optional<Ratio> percent = text.ends_with('%') ? read_decimal(trimmed(std::string_view(text).substr(0, text.size() - 1))) : std::nullopt;
  if (!percent || *percent <= Ratio(0) || *percent > Ratio(50))
    fail(node, fmt::format("{} is not a share of the incidents told, up to 50%", quoted(text)), "write chance = \"1%\"");
  return *percent / Ratio(100);
}

bool is_per_day(const Node& node) {
  const std::string& text = string_of(node, "per");
  if (text != "day" && text != "week") fail(node, fmt::format("misses are not put together per {}", quoted(text)), "write per = \"week\" or per = \"day\"");
  return text == "day";
}

}  // namespace

IncidentRules read_incidents(const Node& node, const Schema& schema) {
  only_keys(node, {"by", "fewest", "times", "chance", "per"}, "incidents");
  IncidentRules rules;
  if (const Node* by = node.find("by")) {
    if (!by->is_array() || by->items.empty()) fail(*by, "by is a list of facts", "write by = [\"carrier\", \"lane\"]");
    for (const Node& name : by->items) rules.by.push_back(group_of(name, schema));
  }
  if (const Node* fewest = node.find("fewest")) rules.fewest = fewest_of(*fewest);
  if (const Node* times = node.find("times")) rules.times = times_of(*times);
  if (const Node* chance = node.find("chance")) rules.chance = chance_of(*chance);
  if (const Node* per = node.find("per")) rules.per_day = is_per_day(*per);
  return rules;
}

std::vector<std::string> groups_of(const IncidentRules& rules, const Schema& schema) {
  if (!rules.by.empty()) return rules.by;
  std::vector<std::string> groups;
  for (const char* name : standard_groups)
    if (is_group(name, schema)) groups.emplace_back(name);
  return groups;
}

}  // namespace amends
