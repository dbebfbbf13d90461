#include "core/liquid_value.h"

#include <algorithm>

#include "core/code_points.h"
#include "core/liquid_filters.h"
#include "core/locale.h"
#include "core/text.h"

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
    const std::int64_t size = std::max<std::int64_t>(value.until - value.whole + 1, 0);
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
  if (is_range(value)) return Value::of_number(std::max<std::int64_t>(value.until - value.whole + 1, 0));
  return {};
}

Value first_of(const Value& value) {
  if (value.type == Type::string)
    return value.text.empty() ? Value{}
                              : Value::of_string(value.text.substr(0, code_point_length(value.text, 0)));
  if (value.type == Type::record) return value.record->empty() ? Value{} : pair_of(value.record->front());
  return item_at(value, 0);
}

Value last_of(const Value& value) {
  if (value.type != Type::string) return item_at(value, -1);
  const std::size_t n = count_code_points(value.text);
  return n == 0 ? Value{} : Value::of_string(value.text.substr(offset_of_code_point(value.text, n - 1)));
}

// A record as the lax mode shows it, for a template writer who looks for a fault.
void append_record(std::string& out, const Record& record, const LetterLocale& locale) {
  out += '{';
  for (const auto& [name, value] : record) {
    if (out.back() != '{') out += ", ";
    out += quoted(name) + "=>";
    out += value.type == Type::string ? quoted(value.text) : text_of(value, locale);
  }
  out += '}';
}

std::string print_endless(const Ratio& ratio) {
  Ratio step(1, 10'000'000'000'000'000LL);
  const Ratio size = ratio.is_negative() ? -ratio : ratio;
  for (Ratio limit(1); size >= limit; limit = limit * Ratio(10)) step = step * Ratio(10);
  return print(rounded(ratio, Rounding::half_even, step));
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

bool is_nothing(const Value& value) {
  return value.is_missing() || value.is_null();
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

bool contains(const Value& whole, const Value& part) {
  if (!is_true(part)) return false;
  if (whole.type == Type::string) {
    const bool sought = part.type == Type::string || part.type == Type::number;
    return sought &&
           whole.text.find(part.type == Type::string ? std::string(part.text) : print_number(part)) !=
               std::string_view::npos;
  }
  if (whole.type == Type::record) return part.type == Type::string && !member(whole, part.text).is_missing();
  if (whole.type != Type::list && !is_range(whole)) return false;
  const List items = items_of(whole);
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, part); });
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

Value member(const Value& value, std::string_view name) {
  if (value.type == Type::record)
    for (const auto& [key, field] : *value.record)
      if (key == name) return field;
  if (name == "size") return size_of(value);
  if (name == "first") return first_of(value);
  if (name == "last") return last_of(value);
  return {};
}

Value element(const Value& value, const Value& index) {
  if (index.type == Type::number && !is_decimal(index)) return item_at(value, whole_of(index.ratio));
  if (index.type != Type::string || value.type != Type::record) return {};
  for (const auto& [key, field] : *value.record)
    if (key == index.text) return field;
  return {};
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
      out += format_money(
          money_of(rounded(value.ratio, Rounding::half_up, minor_unit(value.currency)), value.currency),
          locale.name);
      return;
    case Type::date:
      out += format_date(value.date(), DateStyle::long_, locale.name);
      return;
    case Type::instant:
      out += format_instant(value.instant(), locale.zone, DateStyle::long_, locale.name);
      return;
    case Type::list:
      for (const Value& item : *value.list) append_text(out, item, locale);
      return;
    case Type::record:
      append_record(out, *value.record, locale);
      return;
    case Type::span:
      if (is_range(value)) out += print(Ratio(value.whole)) + ".." + print(Ratio(value.until));
      return;
    default:
      out += print(value, locale.zone);
  }
}

std::string text_of(const Value& value, const LetterLocale& locale) {
  std::string out;
  append_text(out, value, locale);
  return out;
}

Value number_of(const Value& value) {
  if (value.type == Type::number) return value;
  if (value.type == Type::string)
    if (const auto read = read_decimal(trimmed(value.text)))
      return value.text.find('.') != std::string_view::npos ? decimal_of(*read) : Value::of_number(*read);
  return Value::of_number(0);
}

std::int64_t whole_part(const Value& value) {
  return whole_of(floor(number_of(value).ratio));
}

List items_of(const Value& value) {
  if (value.type == Type::list) return *value.list;
  if (value.type == Type::string) return value.text.empty() ? List{} : List{value};
  List items;
  if (value.type == Type::record)
    for (const auto& field : *value.record) items.push_back(pair_of(field));
  if (is_range(value)) {
    if (value.until - value.whole >= most_items) throw FilterFault{"a range of more than 10000 numbers", {}};
    for (std::int64_t i = value.whole; i <= value.until; ++i) items.push_back(Value::of_number(i));
  }
  return items;
}

}  // namespace amends::liquid
