#include "core/time/locale.h"

#include <unicode/ucal.h>
#include <unicode/ucasemap.h>
#include <unicode/udat.h>
#include <unicode/udateintervalformat.h>
#include <unicode/udatpg.h>
#include <unicode/uidna.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>

#include "core/base/code_points.h"

namespace amends {
namespace {

using U16 = std::u16string;

template <auto close>
struct Closer {
  template <class T>
  void operator()(T* object) const {
    close(object);
  }
};
using Numbers = std::unique_ptr<UNumberFormatter, Closer<unumf_close>>;
using FormattedNumber = std::unique_ptr<UFormattedNumber, Closer<unumf_closeResult>>;
using Dates = std::unique_ptr<UDateFormat, Closer<udat_close>>;
using Intervals = std::unique_ptr<UDateIntervalFormat, Closer<udtitvfmt_close>>;
using Patterns = std::unique_ptr<UDateTimePatternGenerator, Closer<udatpg_close>>;
using Lists = std::unique_ptr<UListFormatter, Closer<ulistfmt_close>>;
using Plurals = std::unique_ptr<UPluralRules, Closer<uplrules_close>>;
using Cases = std::unique_ptr<UCaseMap, Closer<ucasemap_close>>;
using Idna = std::unique_ptr<UIDNA, Closer<uidna_close>>;

// ICU fails only for want of memory or of its data, which is a fault of the installation.
void check(UErrorCode status) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: ") + u_errorName(status));
}

U16 wide(std::string_view text) {
  U16 out(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  check(status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string narrow(std::u16string_view text) {
  std::string out(text.size() * 3, '\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                     static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  check(status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

// Calls an ICU function that fills a buffer, again with the size it asks for.
template <class Fill>
U16 filled(Fill fill) {
  U16 out(64, u'\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = fill(out.data(), static_cast<std::int32_t>(out.size()), &status);
    if (status != U_BUFFER_OVERFLOW_ERROR) check(status);
    const bool fits = static_cast<std::size_t>(length) <= out.size();
    out.resize(static_cast<std::size_t>(length));
    if (fits) return out;
  }
}

std::string icu_name(std::string_view locale) {
  char name[ULOC_FULLNAME_CAPACITY] = {};
  UErrorCode status = U_ZERO_ERROR;
  // ICU takes a Portuguese of no country for Brazil's.
  const std::string tag(locale == "pt" ? "pt-PT" : locale);
  uloc_forLanguageTag(tag.c_str(), name, sizeof name, nullptr, &status);
  return U_SUCCESS(status) ? name : tag;
}

// One formatter per key and thread: ICU's date and list formatters may not be shared between threads.
template <class T, class Make>
T& made_once(const std::string& key, Make make) {
  thread_local std::map<std::string, T, std::less<>> known;
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known.emplace(key, make()).first->second;
}

std::string key_of(std::string_view kind, std::string_view locale) {
  return std::string(kind) + '\n' + std::string(locale);
}

FormattedNumber formatted(const std::string& decimal, std::string_view skeleton, std::string_view locale) {
  UErrorCode status = U_ZERO_ERROR;
  Numbers& formatter = made_once<Numbers>(key_of(skeleton, locale), [&] {
    const U16 words = wide(skeleton);
    Numbers made(unumf_openForSkeletonAndLocale(words.c_str(), static_cast<std::int32_t>(words.size()),
                                                icu_name(locale).c_str(), &status));
    check(status);
    return made;
  });
  FormattedNumber result(unumf_openResult(&status));
  unumf_formatDecimal(formatter.get(), decimal.data(), static_cast<std::int32_t>(decimal.size()),
                      result.get(), &status);
  check(status);
  return result;
}

std::string text_of(const FormattedNumber& number) {
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* status) {
    return unumf_resultToString(number.get(), out, size, status);
  }));
}

// At most nine decimals: nobody reads more, and ICU wants a finite decimal.
std::string decimal(const Ratio& number) {
  return print(rounded(number, Rounding::half_even, Ratio(1, 1'000'000'000)));
}

Dates open_style(UDateFormatStyle style, const std::string& locale, const U16& zone) {
  UErrorCode status = U_ZERO_ERROR;
  Dates made(udat_open(UDAT_NONE, style, locale.c_str(), zone.data(), static_cast<std::int32_t>(zone.size()),
                       nullptr, 0, &status));
  check(status);
  return made;
}

// A skeleton says what to show; the language says in which order.
Dates open_skeleton(std::u16string_view skeleton, const std::string& locale, const U16& zone) {
  UErrorCode status = U_ZERO_ERROR;
  Patterns patterns(udatpg_open(locale.c_str(), &status));
  check(status);
  const U16 pattern = filled([&](char16_t* out, std::int32_t size, UErrorCode* error) {
    return udatpg_getBestPattern(patterns.get(), skeleton.data(), static_cast<std::int32_t>(skeleton.size()),
                                 out, size, error);
  });
  Dates made(udat_open(UDAT_PATTERN, UDAT_PATTERN, locale.c_str(), zone.data(),
                       static_cast<std::int32_t>(zone.size()), pattern.data(),
                       static_cast<std::int32_t>(pattern.size()), &status));
  check(status);
  return made;
}

Dates open_dates(DateStyle style, const std::string& locale, const U16& zone) {
  switch (style) {
    case DateStyle::long_:
      return open_style(UDAT_LONG, locale, zone);
    case DateStyle::short_:
      return open_style(UDAT_MEDIUM, locale, zone);
    case DateStyle::full:
      return open_style(UDAT_FULL, locale, zone);
    case DateStyle::weekday:
      return open_skeleton(u"EEEEMMMMd", locale, zone);
    case DateStyle::time:
      return open_skeleton(u"jm", locale, zone);
  }
  throw std::logic_error("a date style without a form");
}

std::string format_at(std::int64_t ms, std::string_view zone, DateStyle style, std::string_view locale) {
  const std::string key = key_of(zone, locale) + '\n' + static_cast<char>('a' + static_cast<int>(style));
  Dates& dates = made_once<Dates>(key, [&] { return open_dates(style, icu_name(locale), wide(zone)); });
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* status) {
    return udat_format(dates.get(), static_cast<UDate>(ms), out, size, nullptr, status);
  }));
}

UCaseMap* cases(std::string_view locale) {
  return made_once<Cases>(std::string(locale),
                          [&] {
                            UErrorCode status = U_ZERO_ERROR;
                            Cases made(ucasemap_open(icu_name(locale).c_str(), 0, &status));
                            check(status);
                            return made;
                          })
      .get();
}

template <class Map>
std::string mapped(std::string_view text, std::string_view locale, Map map) {
  std::string out(text.size() * 3 + 8, '\0');
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = map(cases(locale), out.data(), static_cast<std::int32_t>(out.size()),
                                  text.data(), static_cast<std::int32_t>(text.size()), &status);
  check(status);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Idna open_idna() {
  constexpr std::uint32_t rules =
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES;
  UErrorCode status = U_ZERO_ERROR;
  Idna idna(uidna_openUTS46(rules, &status));
  check(status);
  return idna;
}

// Lower-case letters, digits and single hyphens: already as it goes on the wire. Most domains are.
bool is_wire_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  if (label.find("--") != std::string_view::npos) return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_wire_domain(std::string_view domain) {
  if (domain.size() > 253) return false;
  for (std::size_t at = 0; at <= domain.size();) {
    const std::size_t end = std::min(domain.find('.', at), domain.size());
    if (!is_wire_label(domain.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

bool is_known_locale(std::string_view locale) {
  const std::string language = language_of(locale);
  for (std::int32_t i = 0; i < uloc_countAvailable(); ++i)
    if (language == uloc_getAvailable(i)) return true;
  return false;
}

std::vector<std::string> fallback_chain(std::string_view locale) {
  std::string tag(locale);
  std::replace(tag.begin(), tag.end(), '_', '-');
  std::vector<std::string> chain;
  while (!tag.empty()) {
    chain.push_back(tag);
    const auto dash = tag.rfind('-');
    tag.resize(dash == std::string::npos ? 0 : dash);
  }
  return chain;
}

std::string language_of(std::string_view locale) {
  return std::string(locale.substr(0, locale.find_first_of("-_")));
}

std::string format_money(const Money& money, std::string_view locale) {
  return text_of(formatted(amount(money), "currency/" + std::string(money.currency.name()), locale));
}

std::string format_number(const Ratio& number, std::string_view locale) {
  return text_of(formatted(decimal(number), ".###", locale));
}

std::optional<DateStyle> date_style_named(std::string_view name) {
  if (name == "long") return DateStyle::long_;
  if (name == "short") return DateStyle::short_;
  if (name == "weekday") return DateStyle::weekday;
  if (name == "full") return DateStyle::full;
  if (name == "time") return DateStyle::time;
  return std::nullopt;
}

std::string format_date(Date date, DateStyle style, std::string_view locale) {
  return format_at(date.days * ms_per_day, "UTC", style, locale);
}

std::string format_instant(Instant at, const Zone& zone, DateStyle style, std::string_view locale) {
  if (style != DateStyle::time) return format_date(zone.date_at(at), style, locale);
  // The wall clock comes from our own zone, so that ICU's zone data never disagrees with it.
  return format_at(zone.ms_of_day(at), "UTC", style, locale);
}

std::string weekday_name(int weekday, std::string_view locale) {
  constexpr std::int64_t first_monday = 4;  // days since 1970-01-01
  Dates& dates = made_once<Dates>(key_of("weekday", locale), [&] { return open_skeleton(u"ccc", icu_name(locale), u"UTC"); });
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* status) {
    return udat_format(dates.get(), static_cast<UDate>((first_monday + weekday) * ms_per_day), out, size, nullptr, status);
  }));
}

std::string format_hours(int from, int to, std::string_view locale) {
  Intervals& intervals = made_once<Intervals>(std::string(locale), [&] {
    constexpr std::u16string_view skeleton = u"jm";  // of hours alone some languages leave out what they are
    UErrorCode status = U_ZERO_ERROR;
    Intervals made(udtitvfmt_open(icu_name(locale).c_str(), skeleton.data(), static_cast<std::int32_t>(skeleton.size()), u"UTC", 3, &status));
    check(status);
    return made;
  });
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* status) {
    return udtitvfmt_format(intervals.get(), static_cast<UDate>(from * ms_per_minute), static_cast<UDate>(to * ms_per_minute), out, size, nullptr, status);
  }));
}

std::string format_list(const std::vector<std::string>& items, std::string_view locale) {
  UErrorCode status = U_ZERO_ERROR;
  Lists& lists = made_once<Lists>(std::string(locale), [&] {
    Lists made(ulistfmt_open(icu_name(locale).c_str(), &status));
    check(status);
    return made;
  });
  std::vector<U16> texts;
  std::vector<const UChar*> starts;
  std::vector<std::int32_t> lengths;
  for (const std::string& item : items) texts.push_back(wide(item));
  for (const U16& text : texts) {
    starts.push_back(text.data());
    lengths.push_back(static_cast<std::int32_t>(text.size()));
  }
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* error) {
    return ulistfmt_format(lists.get(), starts.data(), lengths.data(),
                           static_cast<std::int32_t>(starts.size()), out, size, error);
  }));
}

std::string plural_form(const Ratio& number, std::string_view locale) {
  UErrorCode status = U_ZERO_ERROR;
  Plurals& plurals = made_once<Plurals>(std::string(locale), [&] {
    Plurals made(uplrules_open(icu_name(locale).c_str(), &status));
    check(status);
    return made;
  });
  const FormattedNumber shown = formatted(decimal(number), ".###", locale);
  return narrow(filled([&](char16_t* out, std::int32_t size, UErrorCode* error) {
    return uplrules_selectFormatted(plurals.get(), shown.get(), out, size, error);
  }));
}

std::string upper_case(std::string_view text, std::string_view locale) {
  return mapped(text, locale, ucasemap_utf8ToUpper);
}
std::string lower_case(std::string_view text, std::string_view locale) {
  return mapped(text, locale, ucasemap_utf8ToLower);
}

// Below U+0300, whose first byte is CC, nothing combines and nothing changes.
bool is_surely_nfc(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & 0x8080808080808080U) == 0) continue;
    for (std::size_t i = 0; i < sizeof eight; ++i)
      if (static_cast<unsigned char>(text[at + i]) >= 0xCC) return false;
  }
  return std::none_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0xCC; });
}

// Putting the marks on one letter in order takes the square of their number; no language has more than a few.
bool has_endless_marks(std::string_view text) {
  constexpr int most_marks = 100;
  int marks = 0;
  for (std::size_t i = 0; i < text.size(); i += code_point_length(text, i)) {
    marks = u_getCombiningClass(static_cast<UChar32>(code_point_at(text, i))) == 0 ? 0 : marks + 1;
    if (marks > most_marks) return true;
  }
  return false;
}

U16 normalized(std::string_view text, const UNormalizer2* normalizer) {
  const U16 source = wide(text);
  return filled([&](char16_t* out, std::int32_t size, UErrorCode* error) {
    return unorm2_normalize(normalizer, source.data(), static_cast<std::int32_t>(source.size()), out, size,
                            error);
  });
}

std::string nfc(std::string_view text) {
  if (is_surely_nfc(text) || has_endless_marks(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFCInstance(&status);
  check(status);
  return narrow(normalized(text, normalizer));
}

std::string without_accents(std::string_view text) {
  if (has_endless_marks(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFDInstance(&status);
  check(status);
  U16 apart = normalized(text, normalizer);
  std::erase_if(apart, [](char16_t c) { return u_getCombiningClass(c) != 0; });
  return narrow(apart);
}

std::optional<std::string> ascii_domain(std::string_view domain) {
  if (is_wire_domain(domain)) return std::string(domain);
  UErrorCode status = U_ZERO_ERROR;
  static const Idna idna = open_idna();  // may be shared between threads
  std::string out(512, '\0');
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const std::int32_t length =
      uidna_nameToASCII_UTF8(idna.get(), domain.data(), static_cast<std::int32_t>(domain.size()), out.data(),
                             static_cast<std::int32_t>(out.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string zone_of_windows(std::string_view name) {
  const U16 own = wide(name);
  UErrorCode status = U_ZERO_ERROR;
  char16_t zone[128];
  const std::int32_t length = ucal_getTimeZoneIDForWindowsID(own.data(), static_cast<std::int32_t>(own.size()), nullptr, zone, std::size(zone), &status);
  return U_FAILURE(status) ? std::string{} : narrow({zone, static_cast<std::size_t>(length)});
}

}  // namespace amends
