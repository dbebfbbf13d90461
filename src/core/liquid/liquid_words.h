// Money, dates and plurals as the letter's language writes them, by what ICU said before: the form of an
// amount depends on its currency, its sign and its number of digits only, and the days and counts of one
// night are few. One memory for each thread.
#pragma once
#include <string>
#include <string_view>

#include "core/base/money.h"
#include "core/base/number.h"
#include "core/time/locale.h"
#include "core/time/time.h"

namespace amends::liquid {

// Rounded to the currency's minor units, if it is finer.
void append_amount(std::string& out, const Ratio& units, Currency currency, std::string_view locale);
void append_money(std::string& out, const Money& money, std::string_view locale);
void append_date(std::string& out, Date date, DateStyle style, std::string_view locale);
void append_number(std::string& out, const Ratio& number, std::string_view locale);
std::string_view plural_of(const Ratio& number, std::string_view locale);

}  // namespace amends::liquid
