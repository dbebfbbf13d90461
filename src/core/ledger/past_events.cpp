#include "core/ledger/past_events.h"

namespace amends {
namespace {

void tell(PastEvent& event, const char* name, std::string_view text) {
  event.facts.set(history_schema().find(name), Value::of_string(event.facts.keep(text)));
}

}  // namespace

PastEvent past_grant(const Grant& grant) {
  PastEvent event{HistoryRule::Of::grants, grant.case_key, grant.person, grant.record_id, grant.due, grant.money, {}};
  tell(event, "table", grant.table);
  tell(event, "rule", grant.rule);
  tell(event, "kind", grant.kind);
  event.facts.set(history_schema().find("what"), grant.what.empty() ? Value::null() : Value::of_string(event.facts.keep(grant.what)));
  event.facts.set(history_schema().find("guarantee"), Value::null());
  return event;
}

PastEvent past_miss(const std::string& case_key, const std::string& person, const std::string& order, Instant due,
                    const std::string& guarantee, std::string_view kind) {
  PastEvent event{HistoryRule::Of::misses, case_key, person, order, due, std::nullopt, {}};
  tell(event, "guarantee", guarantee);
  tell(event, "kind", kind);
  for (const char* name : {"table", "rule", "what"}) event.facts.set(history_schema().find(name), Value::null());
  return event;
}

void History::add(PastEvent event) {
  if (!event.person.empty()) by_person_.emplace(event.person, events_.size());
  by_order_.emplace(event.order, events_.size());
  events_.push_back(std::move(event));
}

Value History::told(const HistoryRule& rule, const Miss& miss, const Zone& zone) const {
  const auto [first, last] = rule.per_order ? by_order_.equal_range(miss.record_id) : by_person_.equal_range(miss.person);
  std::int64_t count = 0;
  Ratio sum;
  for (auto at = first; at != last; ++at) {
    const PastEvent& event = events_[at->second];
    const bool is_before = event.of == rule.of && event.case_key != miss.key && event.due < miss.due_instant;
    if (!is_before || !lies_in(rule.within, event.due, miss.due_instant, miss.facts, zone) || holds(rule.when, event.facts) != Truth::yes) continue;
    ++count;
    if (event.money && event.money->currency == miss.facts.money) sum = sum + units(*event.money);
  }
  return rule.is_sum ? Value::of_money(sum, miss.facts.money) : Value::of_number(count);
}

}  // namespace amends
