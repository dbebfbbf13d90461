#include "core/liquid/liquid_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/base/code_points.h"
#include "core/base/text.h"
#include "core/liquid/liquid_words.h"
#include "core/time/locale.h"

namespace amends::liquid {
namespace {

Value null_marked(std::int64_t mark) {
  return Value::of(Type::null, mark);
}

bool has_no_items(const Value& value) {
  if (value.type == Type::string) return value.text.empty();
  if (value.type == Type::list) return value.list->empty();
  if (value.type == Type::record) return value.record->empty();
  return false;
}

bool is_white(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

bool is_like_blank(const Value& value) {
  if (is_nothing(value)) return true;
  if (value.type == Type::boolean) return value.whole == 0;
  if (value.type == Type::string) return is_white(value.text);
  return has_no_items(value);
}

bool lists_equal(const List& a, const List& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Value& x, const Value& y) { return equal(x, y); });
}

bool records_equal(const Record& a, const Record& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&](const auto& field) {
    const auto other =
        std::find_if(b.begin(), b.end(), [&](const auto& f) { return f.first == field.first; });
    return other != b.end() && equal(field.second, other->second);
  });
}

Value pair_of(const std::pair<std::string, Value>& field) {
  return Value::of_list({Value::of_string(field.first), field.second});
}

Value item_at(const Value& value, std::int64_t index) {
  const auto pick = [&](std::int64_t size) { return index < 0 ? size + index : index; };
  if (is_range(value)) {
    const std::int64_t size = size_of_range(value);
    const std::int64_t i = pick(size);
    return i >= 0 && i < size ? Value::of_number(value.whole + i) : Value{};
  }
  if (value.type == Type::list) {
    const std::int64_t i = pick(static_cast<std::int64_t>(value.list->size()));
    return i >= 0 && i < static_cast<std::int64_t>(value.list->size())
               ? (*value.list)[static_cast<std::size_t>(i)]
               : Value{};
  }
  return {};
}

Value size_of(const Value& value) {
  if (value.type == Type::string)
    return Value::of_number(static_cast<std::int64_t>(count_code_points(value.text)));
  if (value.type == Type::list) return Value::of_number(static_cast<std::int64_t>(value.list->size()));
  if (value.type == Type::record) return Value::of_number(static_cast<std::int64_t>(value.record->size()));
  if (is_range(value)) return Value::of_number(size_of_range(value));
  return {};
}

}  // namespace

Value first_of(const Value& value) {
  if (value.type == Type::string)
    return value.text.empty() ? Value{}
                              : Value::of_string(value.text.substr(0, code_point_length(value.text, 0)));
  if (value.type == Type::record) return value.record->empty() ? Value{} : pair_of(value.record->front());
  return item_at(value, 0);
}

Value last_of(const Value& value) {
  if (value.type != Type::string) return item_at(value, -1);
  if (value.text.empty()) return {};
  std::size_t at = value.text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(value.text[at]) & 0xC0U) == 0x80) --at;
  return Value::of_string(value.text.substr(at));
}

namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        (out += '\\') += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

void append_inspected_list(std::string& out, const List& list, const LetterLocale& locale) {
  out += '[';
  for (const Value& item : list) {
    if (&item != list.data()) out += ", ";
    append_inspected(out, item, locale);
    Work::require_size(out.size());
  }
  out += ']';
}

void append_inspected_record(std::string& out, const Record& record, const LetterLocale& locale) {
  out += '{';
  for (const auto& field : record) {
    if (&field != record.data()) out += ", ";
    append_quoted(out, field.first);
    out += "=>";
    append_inspected(out, field.second, locale);
    Work::require_size(out.size());
  }
  out += '}';
}

// No decimal ends it: the shortest that tells it from its neighbours among 53-bit numbers, as Liquid prints it.
std::string print_endless(const Ratio& ratio) {
  return fmt::format("{}", static_cast<double>(static_cast<long double>(ratio.numerator()) /
                                               static_cast<long double>(ratio.denominator())));
}

}  // namespace

Value empty_literal() {
  return null_marked(1);
}
Value blank_literal() {
  return null_marked(2);
}
bool is_empty_literal(const Value& value) {
  return value.is_null() && value.whole == 1;
}
bool is_blank_literal(const Value& value) {
  return value.is_null() && value.whole == 2;
}

Value range_of(std::int64_t from, std::int64_t to) {
  Value value = Value::of(Type::span, from);
  value.until = to;
  value.ratio = Ratio(1);
  return value;
}
bool is_range(const Value& value) {
  return value.type == Type::span && value.ratio == Ratio(1);
}

Value decimal_of(const Ratio& ratio) {
  Value value = Value::of_number(ratio);
  value.whole = 1;
  return value;
}
bool is_decimal(const Value& value) {
  return value.type == Type::number && (value.whole == 1 || !value.ratio.is_whole());
}

Value markup(std::string_view text) {
  Value value = Value::of_string(text);
  value.whole = 1;
  return value;
}
bool is_markup(const Value& value) {
  return value.type == Type::string && value.whole == 1;
}

std::int64_t size_of_range(const Value& range) {
  if (range.until < range.whole) return 0;
  std::int64_t size = 0;
  if (__builtin_sub_overflow(range.until, range.whole, &size) || __builtin_add_overflow(size, 1, &size)) throw Overflow();
  return size;
}

bool is_true(const Value& value) {
  if (is_empty_literal(value) || is_blank_literal(value)) return true;
  return !is_nothing(value) && !(value.type == Type::boolean && value.whole == 0);
}

bool equal(const Value& a, const Value& b) {
  if (is_empty_literal(a) || is_empty_literal(b)) {
    const Value& other = is_empty_literal(a) ? b : a;
    return is_empty_literal(other) || has_no_items(other);
  }
  if (is_blank_literal(a) || is_blank_literal(b)) return is_like_blank(is_blank_literal(a) ? b : a);
  if (is_nothing(a) || is_nothing(b)) return is_nothing(a) && is_nothing(b);
  const bool amounts =
      (a.type == Type::money || a.type == Type::number) && (b.type == Type::money || b.type == Type::number);
  if (amounts)
    return a.ratio == b.ratio && (a.type != Type::money || b.type != Type::money || a.currency == b.currency);
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::string:
      return a.text == b.text;
    case Type::percent:
      return a.ratio == b.ratio;
    case Type::list:
      return lists_equal(*a.list, *b.list);
    case Type::record:
      return records_equal(*a.record, *b.record);
    case Type::span:
      return a.whole == b.whole && a.until == b.until;
    default:
      return a.whole == b.whole;
  }
}

bool contains(const Value& whole, const Value& part, Work& work) {
  if (!is_true(part)) return false;
  if (whole.type == Type::string) {
    const std::string sought = text_of(part, {"en", Zone::utc()});
    work.spend((whole.text.size() / 64 + 1) * (sought.size() / 64 + 1));
    return whole.text.find(sought) != std::string_view::npos;
  }
  if (whole.type == Type::record) return part.type == Type::string && field_of(*whole.record, part.text);
  if (is_range(whole))
    return part.type == Type::number && part.ratio.is_whole() && part.ratio >= Ratio(whole.whole) &&
           part.ratio <= Ratio(whole.until);
  if (whole.type != Type::list) return false;
  work.spend(part.type == Type::string || part.type == Type::list ? weight(whole) : whole.list->size());
  return std::any_of(whole.list->begin(), whole.list->end(), [&](const Value& item) { return equal(item, part); });
}

int compare(const Value& a, const Value& b) {
  const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
  const bool amounts =
      (a.type == Type::money || a.type == Type::number) && (b.type == Type::money || b.type == Type::number);
  if (amounts && a.type == Type::money && b.type == Type::money && a.currency != b.currency)
    throw FilterFault{"two currencies have no order", {}};
  if (amounts || (a.type == Type::percent && b.type == Type::percent)) return sign(a.ratio <=> b.ratio);
  if (a.type == Type::string && b.type == Type::string) return sign(a.text.compare(b.text));
  const bool moments =
      a.type == Type::date || a.type == Type::instant || a.type == Type::duration || a.type == Type::time;
  if (a.type == b.type && moments) return sign(a.whole <=> b.whole);
  throw FilterFault{std::string(name_of(a.type)) + " and " + std::string(name_of(b.type)) + " have no order",
                    {}};
}

const Value* field_of(const Record& record, std::string_view name) {
  for (const auto& [key, field] : record)
    if (key == name) return &field;
  return nullptr;
}

Value member(const Value& value, std::string_view name) {
  if (value.type == Type::record)
    if (const Value* field = field_of(*value.record, name)) return *field;
  if (name == "size") return size_of(value);
  if (name == "first") return first_of(value);
  if (name == "last") return last_of(value);
  return {};
}

Value element(const Value& value, const Value& index) {
  if (value.type == Type::record) {
    const Value* field = index.type == Type::string ? field_of(*value.record, index.text) : nullptr;
    return field ? *field : Value{};
  }
  if (index.type == Type::number && !is_decimal(index)) return item_at(value, whole_of(index.ratio));
  return {};
}

std::size_t weight(const Value& value) {
  if (value.type == Type::string) return value.text.size() / 64;
  std::size_t all = 0;
  if (value.type == Type::list)
    for (const Value& item : *value.list) all += 1 + weight(item);
  if (value.type == Type::record)
    for (const auto& [_, field] : *value.record) all += 1 + weight(field);
  return all;
}

std::string print_number(const Value& number) {
  const Ratio& ratio = number.ratio;
  if (ratio.is_whole()) return print(ratio) + (is_decimal(number) ? ".0" : "");
  Int128 rest = ratio.denominator();
  while (rest % 2 == 0) rest /= 2;
  while (rest % 5 == 0) rest /= 5;
  return rest == 1 ? print(ratio) : print_endless(ratio);
}

void append_text(std::string& out, const Value& value, const LetterLocale& locale) {
  switch (value.type) {
    case Type::missing:
    case Type::null:
      return;
    case Type::boolean:
      out += value.whole != 0 ? "true" : "false";
      return;
    case Type::number:
      out += print_number(value);
      return;
    case Type::string:
      out += value.text;
      return;
    case Type::money:
      append_amount(out, value.ratio, value.currency, locale.name);
      return;
    case Type::date:
      append_date(out, value.date(), DateStyle::long_, locale.name);
      return;
    case Type::instant:
      append_date(out, locale.zone.date_at(value.instant()), DateStyle::long_, locale.name);
      return;
    case Type::list:
      for (const Value& item : *value.list) {
        append_text(out, item, locale);
        Work::require_size(out.size());
      }
      return;
    case Type::record:
      append_inspected_record(out, *value.record, locale);
      return;
    case Type::span:
      if (is_range(value)) out += print(Ratio(value.whole)) + ".." + print(Ratio(value.until));
      return;
    default:
      out += print(value, locale.zone);
  }
}

void append_inspected(std::string& out, const Value& value, const LetterLocale& locale) {
  if (is_nothing(value))
    out += "nil";
  else if (value.type == Type::string)
    append_quoted(out, value.text);
  else if (value.type == Type::list)
    append_inspected_list(out, *value.list, locale);
  else
    append_text(out, value, locale);
}

std::string text_of(const Value& value, const LetterLocale& locale) {
  std::string out;
  if (value.type == Type::list)
    append_inspected_list(out, *value.list, locale);
  else
    append_text(out, value, locale);
  return out;
}

namespace {

// "-12 apples" begins with -12, "twelve" with 0.
Value leading_number(std::string_view text) {
  std::size_t n = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t digits = n;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
  if (n == digits) return Value::of_number(0);
  const auto read = read_decimal(text.substr(text[0] == '+' ? 1 : 0, text[0] == '+' ? n - 1 : n));
  if (!read) throw FilterFault{"a number of too many digits", {}};
  return Value::of_number(*read);
}

bool is_decimal_text(std::string_view text) {
  const auto point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (point == std::string_view::npos) return false;
  return digits(text.substr(text.starts_with('-') ? 1 : 0, point - (text.starts_with('-') ? 1 : 0))) &&
         digits(text.substr(point + 1));
}

}  // namespace

Value number_of(const Value& value) {
  if (value.type == Type::number) return value;
  if (value.type != Type::string) return Value::of_number(0);
  const std::string_view text = trimmed(value.text);
  if (!is_decimal_text(text)) return leading_number(text);
  const auto read = read_decimal(text);
  if (!read) throw FilterFault{"a number of too many digits", {}};
  return decimal_of(*read);
}

std::int64_t whole_part(const Value& value) {
  const Ratio number = number_of(value).ratio;
  return whole_of(number.is_negative() ? ceiling(number) : floor(number));
}

std::int64_t integer_of(const Value& value) {
  if (value.type == Type::number && !is_decimal(value)) return whole_of(value.ratio);
  const std::string_view text = value.type == Type::string ? trimmed(value.text) : std::string_view{};
  const auto read = text.find('.') == std::string_view::npos ? read_decimal(text.starts_with('+') ? text.substr(1) : text)
                                                             : std::nullopt;
  if (!read) throw FilterFault{fmt::format("{} is not a whole number", quoted(text_of(value, {"en", Zone::utc()}))), {}};
  return whole_of(*read);
}

List items_of(const Value& value) {
  if (value.type == Type::list) return *value.list;
  if (value.type == Type::string) return value.text.empty() ? List{} : List{value};
  List items;
  if (value.type == Type::record)
    for (const auto& field : *value.record) items.push_back(pair_of(field));
  if (is_range(value)) {
    if (value.until > value.whole && static_cast<std::uint64_t>(value.until) - static_cast<std::uint64_t>(value.whole) >=
                                         static_cast<std::uint64_t>(most_items))
      throw FilterFault{"a range of more than 10000 numbers", {}};
    for (std::int64_t i = value.whole; i <= value.until; ++i) items.push_back(Value::of_number(i));
  }
  return items;
}

}  // namespace amends::liquid
