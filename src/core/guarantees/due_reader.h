// Reads due and the lengths of time that count like it: grace, and by how much an exception moves a promise.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/guarantees/guarantee.h"

namespace amends {

inline constexpr std::int64_t most_days = 3650;  // of a deadline

// Whether a fact can be known of records of this kind: their own, and those of their order.
bool is_known_of(const Field& field, RecordKind on);
// The name of a date or instant that records of this kind, or their order's, tell.
std::string read_moment_fact(const Node& node, std::string_view key, const Language& language, RecordKind on);

// `due` into guarantee.due, choices and dues.
void read_due(const Node& due, Guarantee& guarantee, const Language& language, const Calendars& calendars);

// "30 min", "2 business hours", "1 business day", or { business_days = 1, calendar = "uk" }. `calendar`: of business
// time in words; null: Monday to Friday.
Due read_length(const Node& node, std::string_view key, const std::shared_ptr<const Calendar>& calendar, const Language& language,
                const Calendars& calendars);

}  // namespace amends
