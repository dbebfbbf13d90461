// [history.NAME]: facts of a case that other cases tell: how many grants or misses its person or order had before,
// or how much money. past_events.h counts them.
#pragma once
#include <string>
#include <vector>

#include "core/language/window.h"

namespace amends {

struct HistoryRule {
  std::string name;
  Slot slot = no_slot;
  enum class Of { grants, misses } of = Of::grants;
  bool is_sum = false;         // of money
  bool per_order = false;      // else per person
  Window within;
  Condition when;              // over the facts of history_schema()
};

// Reads [history.*] and adds their facts to the schema that `language` names.
std::vector<HistoryRule> read_history(const Node& history, Schema& schema, const Language& language);

// What `when` of a history fact may test: table, rule, kind and what of a grant, guarantee and kind of a miss.
const Schema& history_schema();

}  // namespace amends
