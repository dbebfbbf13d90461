// What happened to a person or order before a case: the events that the facts of [history.*] count. night.cpp tells
// each miss its history before it is decided.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/language/history.h"
#include "core/ledger/settlement.h"

namespace amends {

// Something that happened to a person or order.
struct PastEvent {
  HistoryRule::Of of = HistoryRule::Of::grants;
  std::string case_key, person, order;
  Instant due;
  std::optional<Money> money;  // of a grant
  Facts facts;                 // of history_schema()
};
PastEvent past_grant(const Grant& grant);
PastEvent past_miss(const std::string& case_key, const std::string& person, const std::string& order, Instant due,
                    const std::string& guarantee, std::string_view kind);

class History {
 public:
  void add(PastEvent event);
  // The fact of one case: of what happened to others before its due time.
  Value told(const HistoryRule& rule, const Miss& miss, const Zone& zone) const;

 private:
  std::vector<PastEvent> events_;
  std::unordered_multimap<std::string, std::size_t> by_person_, by_order_;
};

}  // namespace amends
