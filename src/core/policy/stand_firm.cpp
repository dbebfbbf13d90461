#include "core/policy/stand_firm.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/decision.h"

namespace amends {
namespace {

Date date_in(const Node& node, const char* key) {
  FieldType type;
  type.base = Type::date;
  const std::optional<Value> value = read_value(scalar_of(node, key), type, {}, Zone::utc());
  if (!value || value->type != Type::date) fail(node, fmt::format("{} is not a date", quoted(node.text)), fmt::format("write {} = 2026-12-31", key));
  return value->date();
}

const Node& wanted(const Node& node, const char* key, const char* example) {
  const Node* found = node.find(key);
  if (found == nullptr) fail(node, fmt::format("an exception needs {}", key), fmt::format("add {}", example));
  return *found;
}

// "stand firm, NAME: REASON (Maya Chen, until 2026-12-31)"
std::string words_of(const StandFirm& exception) {
  const std::string who = exception.by.empty() ? "" : exception.by + ", ";
  return fmt::format("stand firm, {}: {} ({}until {})", exception.name, exception.reason, who, print(exception.until));
}

// True when there was more.
bool keep_what_law_asks(Decision& decision) {
  const std::size_t before = decision.owed.size();
  std::erase_if(decision.owed, [](const OwedRemedy& remedy) { return remedy.basis != "law"; });
  return decision.owed.size() < before;
}

}  // namespace

StandFirm read_stand_firm(const Node& node, const Language& language) {
  only_keys(node, {"name", "when", "reason", "by", "from", "until"}, "stand_firm");
  StandFirm exception;
  exception.name = string_of(wanted(node, "name", "name = \"empty-box\""), "name");
  exception.when = read_condition(wanted(node, "when", "when = { order_id = \"4471\" }"), language);
  exception.reason = string_of(wanted(node, "reason", "reason = \"sent back an empty box twice\""), "reason");
  exception.until = date_in(wanted(node, "until", "until = 2026-12-31: no exception is for ever"), "until");
  if (const Node* from = node.find("from")) exception.from = date_in(*from, "from");
  if (const Node* by = node.find("by")) exception.by = string_of(*by, "by");
  exception.where = node.where();
  return exception;
}

bool is_in_force(const StandFirm& exception, Date due) {
  return due.days <= exception.until.days && (!exception.from || exception.from->days <= due.days);
}

void stand_firm(Decision& decision, const std::vector<StandFirm>& exceptions, Date due, const std::function<Truth(const Condition&)>& holds) {
  for (const StandFirm& exception : exceptions)
    if (is_in_force(exception, due) && holds(exception.when) == Truth::yes && keep_what_law_asks(decision))
      decision.why.push_back(words_of(exception));
}

}  // namespace amends
