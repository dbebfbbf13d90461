// How Liquid looks at values: truth, equality, order, text. Core's Value with three conventions: a number
// written with a decimal point has whole = 1 (so that 10 | divided_by: 4.0 is 2.5 and not 2); `empty` and
// `blank` are nulls with whole 1 and 2; a range (1..5) is a span with ratio 1.
#pragma once
#include <string>
#include <string_view>

#include "core/template.h"
#include "core/value.h"

namespace amends::liquid {

Value empty_literal();
Value blank_literal();
Value range_of(std::int64_t from, std::int64_t to);
Value decimal_of(const Ratio& ratio);  // a number with a decimal point

bool is_empty_literal(const Value& value);
bool is_blank_literal(const Value& value);
bool is_range(const Value& value);
bool is_decimal(const Value& value);
bool is_nothing(const Value& value);  // missing or null

bool is_true(const Value& value);  // all but false and nothing
bool equal(const Value& a, const Value& b);
bool contains(const Value& whole, const Value& part);
// Negative, zero, positive; throws FilterFault when the two have no order.
int compare(const Value& a, const Value& b);

// A member of a record or list, or size, first, last; missing when there is none.
Value member(const Value& value, std::string_view name);
Value element(const Value& value, const Value& index);

// What {{ }} prints: money, dates and instants by the letter's locale.
void append_text(std::string& out, const Value& value, const LetterLocale& locale);
std::string text_of(const Value& value, const LetterLocale& locale);
std::string print_number(const Value& number);

Value number_of(const Value& value);  // what a number filter makes of it: text is read, anything else is 0
std::int64_t whole_part(const Value& value);
List items_of(const Value& value);  // what a loop runs over
inline constexpr std::int64_t most_items = 10000;

}  // namespace amends::liquid
