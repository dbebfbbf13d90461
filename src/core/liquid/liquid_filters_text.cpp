// Filters on text.
#include <array>
#include <optional>

#include "core/base/code_points.h"
#include "core/base/text.h"
#include "core/liquid/liquid_filters.h"
#include "core/liquid/liquid_value.h"
#include "core/time/locale.h"

namespace amends::liquid {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string text(const Value& value, const FilterContext& context) {
  return text_of(value, context.locale);
}

std::string_view without_left(std::string_view s) {
  const auto first = s.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{} : s.substr(first);
}
std::string_view without_right(std::string_view s) {
  return s.substr(0, s.find_last_not_of(blanks) + 1);
}

enum class Which { all, first, last };

class Replaced {
 public:
  Replaced(std::string_view in, std::string_view sought, std::string_view by, Work& work)
      : in_(in), sought_(sought), by_(by) {
    work.spend((in.size() / 64 + 1) * (sought.size() / 64 + 1));
  }

  std::string run(Which which) {
    if (sought_.empty()) return between(which);
    if (which == Which::last) return at(in_.rfind(sought_));
    if (which == Which::first) return at(in_.find(sought_));
    std::string out;
    std::size_t from = 0;
    for (auto i = in_.find(sought_); i != std::string_view::npos; i = in_.find(sought_, from)) {
      add(out, in_.substr(from, i - from));
      add(out, by_);
      from = i + sought_.size();
    }
    add(out, in_.substr(from));
    return out;
  }

 private:
  static void add(std::string& out, std::string_view text) {
    Work::require_size(out.size() + text.size());
    out += text;
  }

  std::string at(std::size_t place) const {
    if (place == std::string_view::npos) return std::string(in_);
    std::string out(in_.substr(0, place));
    add(out, by_);
    add(out, in_.substr(place + sought_.size()));
    return out;
  }

  // The empty text is found before, after and between all characters.
  std::string between(Which which) const {
    if (which == Which::first) return std::string(by_) + std::string(in_);
    if (which == Which::last) return std::string(in_) + std::string(by_);
    std::string out(by_);
    for (std::size_t i = 0; i < in_.size(); i += code_point_length(in_, i)) {
      add(out, in_.substr(i, code_point_length(in_, i)));
      add(out, by_);
    }
    return out;
  }

  std::string_view in_, sought_, by_;
};

template <Which which>
Value replace(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string by = a.size() > 1 ? text(a[1], c) : "";
  return c.string(Replaced(text(input, c), text(a[0], c), by, c.work).run(which));
}

template <Which which>
Value remove(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(Replaced(text(input, c), text(a[0], c), "", c.work).run(which));
}

Value upcase(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(upper_case(text(input, c), c.locale.name));
}
Value downcase(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(lower_case(text(input, c), c.locale.name));
}
Value capitalize(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  if (s.empty()) return c.string("");
  const std::size_t first = code_point_length(s, 0);
  return c.string(upper_case(s.substr(0, first), c.locale.name) + lower_case(s.substr(first), c.locale.name));
}

Value strip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_left(without_right(text(input, c)))));
}
Value lstrip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_left(text(input, c))));
}
Value rstrip(const Value& input, const Arguments&, const FilterContext& c) {
  return c.string(std::string(without_right(text(input, c))));
}
Value strip_newlines(const Value& input, const Arguments&, const FilterContext& c) {
  const std::string s = text(input, c);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i)
    if (s[i] != '\n' && !(s[i] == '\r' && i + 1 < s.size() && s[i + 1] == '\n')) out += s[i];
  return c.string(out);
}

Value append(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(text(input, c) + text(a[0], c));
}
Value prepend(const Value& input, const Arguments& a, const FilterContext& c) {
  return c.string(text(a[0], c) + text(input, c));
}

std::size_t length_argument(const Arguments& a, std::size_t standard) {
  if (a.empty()) return standard;
  const std::int64_t n = integer_of(a[0]);
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

std::string ending(const Arguments& a, const FilterContext& c) {
  return a.size() > 1 ? text(a[1], c) : "...";
}

Value truncate(const Value& input, const Arguments& a, const FilterContext& c) {
  if (is_nothing(input)) return {};
  const std::string s = text(input, c);
  const std::string end = ending(a, c);
  const std::size_t limit = length_argument(a, 50);
  if (count_code_points(s) <= limit) return c.string(s);
  const std::size_t kept = limit - std::min(limit, count_code_points(end));
  return c.string(s.substr(0, offset_of_code_point(s, kept)) + end);
}

std::vector<std::string_view> words_of(std::string_view s) {
  std::vector<std::string_view> words;
  for (std::size_t at = s.find_first_not_of(blanks); at != std::string_view::npos;
       at = s.find_first_not_of(blanks, at)) {
    const std::size_t end = std::min(s.find_first_of(blanks, at), s.size());
    words.push_back(s.substr(at, end - at));
    at = end;
    if (at >= s.size()) break;
  }
  return words;
}

Value truncatewords(const Value& input, const Arguments& a, const FilterContext& c) {
  if (is_nothing(input)) return {};
  const std::string s = text(input, c);
  c.work.spend(s.size() / 8);
  const auto words = words_of(s);
  const std::size_t limit = std::max<std::size_t>(length_argument(a, 15), 1);
  if (words.size() <= limit) return c.string(s);
  std::string out;
  for (std::size_t i = 0; i < limit; ++i) (out += i == 0 ? "" : " ") += words[i];
  return c.string(out + ending(a, c));
}

void add(List& parts, std::string_view part) {
  Work::require_items(parts.size() + 1);
  parts.push_back(Value::of_string(part));
}

List characters_of(std::string_view s) {
  List parts;
  for (std::size_t i = 0; i < s.size(); i += code_point_length(s, i)) add(parts, s.substr(i, code_point_length(s, i)));
  return parts;
}

Value split_(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::string_view s = c.work.keep(text(input, c));
  const std::string between = text(a[0], c);
  c.work.spend((s.size() / 64 + 1) * (between.size() / 64 + 1));
  if (between.empty()) return Value::of_list(characters_of(s));
  List parts;
  if (between == " ") {
    for (const std::string_view word : words_of(s)) add(parts, word);
    return Value::of_list(std::move(parts));
  }
  std::size_t from = 0;
  for (auto at = s.find(between); at != std::string_view::npos; at = s.find(between, from)) {
    add(parts, s.substr(from, at - from));
    from = at + between.size();
  }
  add(parts, s.substr(from));
  while (!parts.empty() && parts.back().text.empty()) parts.pop_back();
  c.work.spend(parts.size());
  return Value::of_list(std::move(parts));
}

// Of a text characters, of a list elements; a negative offset counts from the end.
struct Cut {
  std::size_t begin = 0, size = 0;
};
std::optional<Cut> cut(std::size_t whole, std::int64_t offset, std::int64_t length) {
  const auto size = static_cast<std::int64_t>(whole);
  const std::int64_t from = offset < 0 ? size + std::max(offset, -size - 1) : offset;
  if (from < 0 || from > size || length < 0) return std::nullopt;
  return Cut{static_cast<std::size_t>(from), static_cast<std::size_t>(std::min(length, size - from))};
}

Value slice(const Value& input, const Arguments& a, const FilterContext& c) {
  const std::int64_t offset = integer_of(a[0]);
  const std::int64_t length = a.size() > 1 && is_true(a[1]) ? integer_of(a[1]) : 1;
  if (input.type == Type::list) {
    const auto part = cut(input.list->size(), offset, length);
    if (!part) return Value::of_list({});
    c.work.spend(part->size);
    const auto begin = input.list->begin() + static_cast<std::ptrdiff_t>(part->begin);
    return Value::of_list(List(begin, begin + static_cast<std::ptrdiff_t>(part->size)));
  }
  const std::string s = text(input, c);
  const auto part = cut(count_code_points(s), offset, length);
  if (!part) return c.string("");
  const std::size_t begin = offset_of_code_point(s, part->begin);
  const std::string_view rest = std::string_view(s).substr(begin);
  return c.string(rest.substr(0, offset_of_code_point(rest, part->size)));
}

constexpr std::array table{
    Filter{"append", 1, 1, append},
    Filter{"capitalize", 0, 0, capitalize},
    Filter{"downcase", 0, 0, downcase},
    Filter{"lstrip", 0, 0, lstrip},
    Filter{"prepend", 1, 1, prepend},
    Filter{"remove", 1, 1, remove<Which::all>},
    Filter{"remove_first", 1, 1, remove<Which::first>},
    Filter{"remove_last", 1, 1, remove<Which::last>},
    Filter{"replace", 1, 2, replace<Which::all>},
    Filter{"replace_first", 1, 2, replace<Which::first>},
    Filter{"replace_last", 2, 2, replace<Which::last>},
    Filter{"rstrip", 0, 0, rstrip},
    Filter{"slice", 1, 2, slice},
    Filter{"split", 1, 1, split_},
    Filter{"strip", 0, 0, strip},
    Filter{"strip_newlines", 0, 0, strip_newlines},
    Filter{"truncate", 0, 2, truncate},
    Filter{"truncatewords", 0, 2, truncatewords},
    Filter{"upcase", 0, 0, upcase},
};

}  // namespace

std::span<const Filter> text_filters() {
  return table;
}

}  // namespace amends::liquid
