#include "core/policy/table_program.h"

#include <algorithm>
#include <limits>

namespace amends {
namespace {

constexpr std::size_t lines_of_block = 64;
constexpr std::size_t most_comparisons = 1 << 20;  // to make a column's places; above, in long lists, asking is cheaper

bool is_by_ratio(Type type) { return type == Type::number || type == Type::percent || type == Type::money; }

// Two such ratios can always be compared.
bool is_short(Int128 n) { return n == static_cast<std::int64_t>(n); }
bool is_short(const Ratio& ratio) { return is_short(ratio.numerator()) && is_short(ratio.denominator()); }

bool has_places(Type type) { return type != Type::span && type != Type::list && type != Type::record && type != Type::null; }

// Of two values of one type and currency.
bool is_less(const Value& a, const Value& b) {
  if (is_by_ratio(a.type)) return a.ratio < b.ratio;
  return a.type == Type::string ? a.text < b.text : a.whole < b.whole;
}

bool is_same(const Value& a, const Value& b) {
  return a.type == b.type && a.currency == b.currency && a.whole == b.whole && a.until == b.until && a.ratio == b.ratio && a.text == b.text;
}

// Of two tests of one fact.
bool is_same(const Expr& a, const Expr& b) {
  return a.op == b.op && a.low_open == b.low_open && a.high_open == b.high_open && is_same(a.literal, b.literal) &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), [](const Expr& c, const Expr& d) { return is_same(c, d); });
}

template <class Key>
std::size_t place_among(const std::vector<Value>& named, const Key& wanted, Key Value::*key) {
  const auto at = std::lower_bound(named.begin(), named.end(), wanted, [&](const Value& v, const Key& k) { return v.*key < k; });
  const auto number = static_cast<std::size_t>(at - named.begin());
  return at != named.end() && (*at).*key == wanted ? 2 * number + 1 : 2 * number;
}

}  // namespace

void TableProgram::Lines::take(std::uint64_t lines, Truth truth) {
  if (truth == Truth::no) possible &= ~lines;
  if (truth != Truth::yes) certain &= ~lines;
}

void TableProgram::Lines::both(const Lines& other) {
  possible &= other.possible;
  certain &= other.certain;
}

TableProgram::TableProgram(const std::vector<Rule>& rules) {
  const std::vector<std::vector<Test>> always(1);
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    const Condition& when = rules[rule].when;
    for (const std::vector<Test>& conjunction : when.is_always() ? always : when.any) {
      if (blocks_.empty() || blocks_.back().rules.size() == lines_of_block) {
        if (!blocks_.empty()) blocks_.back().rule_after = rule;
        blocks_.emplace_back();
      }
      add(blocks_.back(), conjunction);
      blocks_.back().rules.push_back(rule);
    }
  }
  if (!blocks_.empty()) blocks_.back().rule_after = rules.size();
  for (Block& block : blocks_)
    for (Column& column : block.columns) find_places(column);
}

void TableProgram::add(Block& block, const std::vector<Test>& conjunction) {
  const std::uint64_t line = std::uint64_t{1} << block.rules.size();
  for (const Test& test : conjunction) {
    auto column = std::find_if(block.columns.begin(), block.columns.end(), [&](const Column& c) { return c.slot == test.slot; });
    if (column == block.columns.end()) {
      column = block.columns.emplace(column);
      column->slot = test.slot;
    }
    column->asking |= line;
    auto same = std::find_if(column->tests.begin(), column->tests.end(), [&](const LineTest& t) { return is_same(t.expr, test.expr); });
    if (same == column->tests.end()) same = column->tests.insert(same, LineTest{0, test.expr});
    same->lines |= line;
  }
}

// Whether all values it names have one type and currency, so that they stand in one order.
bool TableProgram::name_values(Column& column, const Expr& test) {
  switch (test.op) {
    case Op::anything:
    case Op::is_null: return true;
    case Op::opposite:
    case Op::either: return std::all_of(test.children.begin(), test.children.end(), [&](const Expr& child) { return name_values(column, child); });
    default: break;
  }
  for (std::size_t i = 1; i < test.children.size(); ++i) {
    const Value& value = test.children[i].literal;
    if (test.children[i].op != Op::literal || !value.is_known() || !has_places(value.type) || !is_short(value.ratio)) return false;
    if (column.named.empty()) {
      column.type = value.type;
      column.currency = value.currency;
    }
    if (value.type != column.type || !(value.currency == column.currency)) return false;
    column.named.push_back(value);
  }
  return true;
}

// A value below the named one of this number, and above those before it; none where nothing lies there. Not of words.
std::optional<Value> TableProgram::between(const Column& column, std::size_t gap) {
  const std::vector<Value>& named = column.named;
  if (named.empty()) return Value::of_boolean(true);  // known, which is all that is asked
  const bool is_above = gap == named.size();
  Value value = named[is_above ? gap - 1 : gap];
  if (is_by_ratio(column.type)) {
    if (is_above) value.ratio = value.ratio + Ratio(1);
    else value.ratio = gap == 0 ? value.ratio - Ratio(1) : (value.ratio + named[gap - 1].ratio) / Ratio(2);
    return value;
  }
  if (is_above && value.whole == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (!is_above && value.whole == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  value.whole += is_above ? 1 : -1;
  if (gap > 0 && !is_above && value.whole == named[gap - 1].whole) return std::nullopt;
  return value;
}

TableProgram::Lines TableProgram::asked(const Column& column, const Value& value, Currency currency) {
  Lines lines;
  for (const LineTest& test : column.tests) {
    if ((lines.possible & test.lines) == 0) continue;
    try {
      lines.take(test.lines, passes(test.expr, value, currency));
    } catch (const Overflow&) {
      lines.take(test.lines, Truth::unknown);
    }
  }
  return lines;
}

void TableProgram::find_places(Column& column) {
  const bool is_ordered = std::all_of(column.tests.begin(), column.tests.end(), [&](const LineTest& t) { return name_values(column, t.expr); });
  if (!is_ordered) return;
  std::vector<Value>& named = column.named;
  const std::size_t mentions = named.size();
  std::sort(named.begin(), named.end(), is_less);
  named.erase(std::unique(named.begin(), named.end(), [](const Value& a, const Value& b) { return !is_less(a, b); }), named.end());
  if (mentions * named.size() > most_comparisons) return;
  for (std::size_t i = 0; i <= named.size(); ++i) {
    const std::string after = i == 0 ? std::string() : std::string(named[i - 1].text) + '\0';
    const std::optional<Value> gap = column.type == Type::string ? Value::of_string(after) : between(column, i);
    column.places.push_back(gap ? asked(column, *gap, column.currency) : Lines{});
    if (i < named.size()) column.places.push_back(asked(column, named[i], column.currency));
  }
  column.places.push_back(asked(column, Value::null(), Currency{}));
  column.places.push_back(asked(column, Value{}, Currency{}));
}

std::optional<std::size_t> TableProgram::place_of(const Column& column, const Value& value, Currency currency) {
  if (column.places.empty()) return std::nullopt;
  if (value.is_missing()) return column.places.size() - 1;
  if (value.is_null()) return column.places.size() - 2;
  if (column.named.empty()) return 0;
  if (value.type != column.type) return std::nullopt;
  if (value.type == Type::money) {
    const Currency wanted = column.currency.is_none() ? currency : column.currency;
    if (!wanted.is_none() && !(value.currency == wanted)) return std::nullopt;
  }
  if (!is_short(value.ratio)) return std::nullopt;
  if (is_by_ratio(value.type)) return place_among(column.named, value.ratio, &Value::ratio);
  return value.type == Type::string ? place_among(column.named, value.text, &Value::text) : place_among(column.named, value.whole, &Value::whole);
}

TableProgram::Lines TableProgram::lines_of(const Block& block, const FactSource& facts) {
  Lines lines;
  if (block.rules.size() < lines_of_block) lines.possible = (std::uint64_t{1} << block.rules.size()) - 1;
  for (const Column& column : block.columns) {
    if ((column.asking & lines.possible) == 0) continue;
    const Value value = facts.at(column.slot);
    const Currency currency = value.type == Type::money ? facts.currency() : Currency{};
    const std::optional<std::size_t> place = place_of(column, value, currency);
    lines.both(place ? column.places[*place] : asked(column, value, currency));
  }
  return lines;
}

}  // namespace amends
