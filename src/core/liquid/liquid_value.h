// How Liquid looks at values: truth, equality, order, text. Core's Value with four conventions: a number
// written with a decimal point has whole = 1 (so that 10 | divided_by: 4.0 is 2.5 and not 2); `empty` and
// `blank` are nulls with whole 1 and 2; a range (1..5) is a span with ratio 1; a string with whole = 1 is
// markup already and is not escaped again where HTML is written.
#pragma once
#include <string>
#include <string_view>

#include "core/liquid/liquid_work.h"
#include "core/liquid/template.h"
#include "core/time/value.h"

namespace amends::liquid {

Value empty_literal();
Value blank_literal();
Value range_of(std::int64_t from, std::int64_t to);
Value decimal_of(const Ratio& ratio);  // a number with a decimal point
Value markup(std::string_view text);

bool is_empty_literal(const Value& value);
bool is_blank_literal(const Value& value);
bool is_range(const Value& value);
bool is_decimal(const Value& value);
bool is_markup(const Value& value);
inline bool is_nothing(const Value& value) { return value.type == Type::missing || value.type == Type::null; }

bool is_true(const Value& value);  // all but false and nothing
bool equal(const Value& a, const Value& b);
bool contains(const Value& whole, const Value& part, Work& work);
// Negative, zero, positive; throws FilterFault when the two have no order.
int compare(const Value& a, const Value& b);

const Value* field_of(const Record& record, std::string_view name);  // null when there is none
// A member of a record, or size, first, last; missing when there is none.
Value member(const Value& value, std::string_view name);
Value element(const Value& value, const Value& index);
Value first_of(const Value& value);
Value last_of(const Value& value);
std::int64_t size_of_range(const Value& range);

// The steps it takes to look at all of it: an element, or 64 bytes of a text, is one.
std::size_t weight(const Value& value);

// What {{ }} prints: money, dates and instants by the letter's locale, the elements of a list one after the other. FilterFault once a
// list has made the text longer than a letter may be; likewise below.
void append_text(std::string& out, const Value& value, const LetterLocale& locale);
// What a filter takes for text: as printed, but a list in brackets.
std::string text_of(const Value& value, const LetterLocale& locale);
void append_inspected(std::string& out, const Value& value, const LetterLocale& locale);
std::string print_number(const Value& number);

// What a number filter makes of it: the number a text begins with, and 0 of anything else.
Value number_of(const Value& value);
std::int64_t whole_part(const Value& value);  // likewise, without its decimals
// Where Liquid wants a whole number and nothing else; throws FilterFault.
std::int64_t integer_of(const Value& value);
List items_of(const Value& value);  // what a loop runs over

}  // namespace amends::liquid
