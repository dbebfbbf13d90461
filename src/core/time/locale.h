// What a language does with money, numbers, dates, lists, plurals and capitals, by the CLDR data of ICU, and
// the Unicode forms that addresses and letters need. locale.cpp alone includes ICU. All functions may be
// called from several threads; formatters are made once per thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/money.h"
#include "core/time/time.h"

namespace amends {

// Whether ICU has data for the language of this BCP 47 tag.
bool is_known_locale(std::string_view locale);
// "en-GB" to en-GB, en; "zh-Hant-TW" to zh-Hant-TW, zh-Hant, zh. Underscores count as hyphens.
std::vector<std::string> fallback_chain(std::string_view locale);
std::string language_of(std::string_view locale);  // "en"

std::string format_money(const Money& money, std::string_view locale);    // £1,234.50; 1.234,50 €
std::string format_number(const Ratio& number, std::string_view locale);  // at most three decimals, half even

enum class DateStyle {
  long_,    // 22 November 2026
  short_,   // 22 Nov 2026
  weekday,  // Sunday 22 November
  full,     // Sunday, 22 November 2026
  time,     // 14:05, of an instant
};
std::optional<DateStyle> date_style_named(std::string_view name);
std::string format_date(Date date, DateStyle style, std::string_view locale);
std::string format_instant(Instant at, const Zone& zone, DateStyle style, std::string_view locale);

std::string weekday_name(int weekday, std::string_view locale);  // 0: Monday; short, standing alone: Mo, lun.
std::string format_hours(int from, int to, std::string_view locale);  // minutes of one day: 08:00–20:00 Uhr

std::string format_list(const std::vector<std::string>& items, std::string_view locale);  // A, B and C
std::string plural_form(const Ratio& number, std::string_view locale);  // zero, one, two, few, many, other

std::string upper_case(std::string_view text, std::string_view locale);
std::string lower_case(std::string_view text, std::string_view locale);

bool is_surely_nfc(std::string_view text);  // at one look; nfc leaves it as it is
std::string nfc(std::string_view text);  // as it is where a letter bears over 100 marks
std::string without_accents(std::string_view text);  // "Lemanair" of "Lémanair"; likewise
// A host name as it goes on the wire (UTS 46, A-labels); nullopt when it is not one.
std::optional<std::string> ascii_domain(std::string_view domain);

// The IANA name of a zone that Windows and Outlook name by their own list (CLDR windowsZones); empty: none of theirs.
std::string zone_of_windows(std::string_view name);

}  // namespace amends
