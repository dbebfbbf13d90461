#include "core/language/functions.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/moment_functions.h"
#include "core/language/typing.h"
#include "core/time/spans.h"

namespace amends {
namespace {

constexpr std::size_t any_number = 99;

Value with_ratio(Value value, const Ratio& ratio) {
  value.ratio = ratio;
  return value;
}

// coalesce, min, max

Type check_same(Typing& typing) {
  const Type type = typing.unify();
  for (std::size_t i = 0; i < typing.count(); ++i)
    if (typing.argument(i).type == Type::list || typing.argument(i).type == Type::record) typing.gives(typing.argument(i).shape);
  return type;
}

Type check_ordered(Typing& typing) {
  const Expr& first = typing.argument(0);
  const bool is_list = typing.count() == 1 && first.type == Type::list;
  const Type type = is_list ? first.shape->element->base : typing.unify();
  if (!has_order(type))
    typing.fail(0, fmt::format("a {} has no smallest or largest", name_of(type)), "");
  return type;
}

// The first of equals stays.
Value extreme(std::span<const Value> arguments, Setting& setting, bool largest) {
  if (arguments.size() == 1 && arguments[0].type == Type::list) arguments = *arguments[0].list;
  if (arguments.empty()) return Value::null();
  const Value* best = &arguments[0];
  for (const Value& value : arguments.subspan(1)) {
    const std::partial_ordering order = compare(value, *best, &setting.zone);
    if (order == std::partial_ordering::unordered) {
      setting.reason = fmt::format("{} and {} cannot be compared", print(*best, setting.zone), print(value, setting.zone));
      return {};
    }
    if (largest ? order > 0 : order < 0) best = &value;
  }
  return *best;
}
Value smallest(std::span<const Value> a, Setting& setting) { return extreme(a, setting, false); }
Value largest(std::span<const Value> a, Setting& setting) { return extreme(a, setting, true); }

// count, sum

Type check_count(Typing& typing) {
  typing.adapt(0, {Type::list});
  return Type::number;
}
Value count_of(std::span<const Value> a, Setting&) { return Value::of_number(static_cast<std::int64_t>(a[0].list->size())); }

Type check_sum(Typing& typing) {
  typing.adapt(0, {Type::list});
  const Type type = typing.argument(0).shape->element->base;
  if (type != Type::number && type != Type::money && type != Type::percent && type != Type::duration)
    typing.fail(0, fmt::format("a list of {} has no sum", print(*typing.argument(0).shape->element)), "add up one part of it, such as sum(items.price)");
  typing.gives(typing.argument(0).shape->element);  // of what type nothing sums to 0
  return type;
}

Value sum_of(std::span<const Value> a, Setting& setting) {
  const List& all = *a[0].list;
  if (all.empty()) return Value::of_number(0);  // made the right type by the caller
  Value sum = all[0];
  for (const Value& value : std::span(all).subspan(1)) {
    if (!(value.currency == sum.currency)) {
      setting.reason = fmt::format("{} and {} cannot be added", print(sum, setting.zone), print(value, setting.zone));
      return {};
    }
    sum.ratio = sum.ratio + value.ratio;
    sum.whole = whole_of(Ratio(sum.whole) + Ratio(value.whole));
  }
  return sum;
}

// floor, ceiling, abs, round

Type check_quantity(Typing& typing) { return typing.adapt(0, {Type::number, Type::money}); }
Type check_signed(Typing& typing) { return typing.adapt(0, {Type::number, Type::money, Type::percent, Type::duration}); }

Value floor_of(std::span<const Value> a, Setting&) { return with_ratio(a[0], floor(a[0].ratio)); }
Value ceiling_of(std::span<const Value> a, Setting&) { return with_ratio(a[0], ceiling(a[0].ratio)); }
Value abs_of(std::span<const Value> a, Setting&) {
  Value v = a[0];
  if (v.ratio.is_negative()) v.ratio = -v.ratio;
  if (v.whole == std::numeric_limits<std::int64_t>::min()) throw Overflow{};
  if (v.whole < 0) v.whole = -v.whole;
  return v;
}

Type check_round(Typing& typing) {
  const Type type = typing.adapt(0, {Type::number, Type::money, Type::percent});
  const Expr& mode = typing.argument(1);
  if (mode.op != Op::literal || mode.type != Type::string || !rounding_named(mode.literal.text))
    typing.fail(1, fmt::format("{} is not a rounding", mode.text), "write half_up, half_even, half_down, up or down");
  typing.adapt(2, {type});
  return type;
}

Value rounded_of(std::span<const Value> a, Setting& setting) {
  if (a[2].ratio.is_zero() || a[2].ratio.is_negative()) {
    setting.reason = fmt::format("cannot round to steps of {}", print(a[2], setting.zone));
    return {};
  }
  return with_ratio(a[0], rounded(a[0].ratio, rounding_named(a[1].text).value_or(Rounding::half_up), a[2].ratio));
}

// span, merge, without, buckets

void need_spans(Typing& typing, std::size_t i) {
  const Expr& spans = typing.argument(i);
  const bool is_list = spans.type == Type::list && spans.shape->element->base == Type::span;
  if (!is_list && spans.type != Type::span)
    typing.fail(i, fmt::format("{} is no list of spans", spans.text), "make them with: for x in list return span(x.from, x.until)");
}

Type check_span(Typing& typing) {
  typing.adapt(0, {Type::instant});
  typing.adapt(1, {Type::instant});
  return Type::span;
}
Value span_of(std::span<const Value> a, Setting& setting) {
  const Value span = Value::of_span(instant_in(a[0], setting.zone).ms, instant_in(a[1], setting.zone).ms);
  if (span.until >= span.whole) return span;
  setting.reason = "it ends before it starts";
  return {};
}

Type check_merge(Typing& typing) {
  need_spans(typing, 0);
  if (typing.count() == 2) typing.adapt(1, {Type::duration});
  typing.gives(list_of(plain_type(Type::span)));
  return Type::list;
}
Value merge(std::span<const Value> a, Setting&) {
  return Value::of_list(merged(spans_of(a[0]), a.size() == 2 ? a[1].whole : 0));
}

Type check_without(Typing& typing) {
  need_spans(typing, 0);
  need_spans(typing, 1);
  typing.gives(list_of(plain_type(Type::span)));
  return Type::list;
}
Value rest_of(std::span<const Value> a, Setting&) { return Value::of_list(without(spans_of(a[0]), spans_of(a[1]))); }

// One record for each hour (day, month) of the clock that the spans touch.
Type check_buckets(Typing& typing) {
  need_spans(typing, 0);
  const Expr& unit = typing.argument(1);
  const bool is_unit = unit.op == Op::literal && unit.type == Type::string &&
                       (unit.literal.text == "hour" || unit.literal.text == "day" || unit.literal.text == "month");
  if (!is_unit) typing.fail(1, fmt::format("{} is no hour of the clock, day or month", unit.text), "write \"hour\", \"day\" or \"month\"");
  auto bucket = std::make_shared<FieldType>();
  bucket->base = Type::record;
  bucket->members = {{"start", *plain_type(Type::instant)}, {"end", *plain_type(Type::instant)}, {"minutes", *plain_type(Type::number)}};
  typing.gives(list_of(std::move(bucket)));
  return Type::list;
}

Value buckets(std::span<const Value> a, Setting& setting) {
  List all;
  for (const Bucket& bucket : buckets_of(spans_of(a[0]), a[1].text, setting.zone))
    all.push_back(Value::of_record({{"start", Value::of_instant(bucket.start)},
                                    {"end", Value::of_instant(bucket.end)},
                                    {"minutes", Value::of_number(Ratio(bucket.covered, ms_per_minute))}}));
  return Value::of_list(std::move(all));
}

// distinct, starts_with, contains

Type check_distinct(Typing& typing) {
  typing.adapt(0, {Type::list});
  typing.gives(typing.argument(0).shape);
  return Type::list;
}
bool is_equal(const Value& a, const Value& b, const Zone& zone);
bool is_equal(const Record& a, const Record& b, const Zone& zone) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const auto& x, const auto& y) { return x.first == y.first && is_equal(x.second, y.second, zone); });
}
bool is_equal(const Value& a, const Value& b, const Zone& zone) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.record && b.record) return is_equal(*a.record, *b.record, zone);
  if (a.list && b.list) return std::equal(a.list->begin(), a.list->end(), b.list->begin(), b.list->end(), [&](const Value& x, const Value& y) { return is_equal(x, y, zone); });
  return compare(a, b, &zone) == 0;
}
// Each once, where it first stood.
Value distinct_of(std::span<const Value> a, Setting& setting) {
  List once;
  for (const Value& value : *a[0].list)
    if (std::none_of(once.begin(), once.end(), [&](const Value& known) { return is_equal(known, value, setting.zone); })) once.push_back(value);
  return Value::of_list(std::move(once));
}

Type check_texts(Typing& typing) {
  for (std::size_t i = 0; i < 2; ++i) typing.adapt(i, {Type::string});
  return Type::boolean;
}
Value starts_with(std::span<const Value> a, Setting&) { return Value::of_boolean(a[0].text.starts_with(a[1].text)); }
Value contains(std::span<const Value> a, Setting&) { return Value::of_boolean(a[0].text.find(a[1].text) != std::string_view::npos); }

constexpr Function own_table[] = {
    {"coalesce", 1, any_number, check_same, nullptr, true},
    {"min", 1, any_number, check_ordered, smallest, true},
    {"max", 1, any_number, check_ordered, largest, true},
    {"count", 1, 1, check_count, count_of},
    {"sum", 1, 1, check_sum, sum_of},
    {"floor", 1, 1, check_quantity, floor_of, true},
    {"ceiling", 1, 1, check_quantity, ceiling_of, true},
    {"abs", 1, 1, check_signed, abs_of, true},
    {"round", 3, 3, check_round, rounded_of, true, 1},
    {"span", 2, 2, check_span, span_of},
    {"merge", 1, 2, check_merge, merge},
    {"without", 2, 2, check_without, rest_of},
    {"buckets", 2, 2, check_buckets, buckets},
    {"distinct", 1, 1, check_distinct, distinct_of},
    {"starts_with", 2, 2, check_texts, starts_with},
    {"contains", 2, 2, check_texts, contains},
};

}  // namespace

std::span<const Function> functions() {
  static const std::vector<Function> all = [] {
    std::vector<Function> both(std::begin(own_table), std::end(own_table));
    both.insert(both.end(), moment_functions().begin(), moment_functions().end());
    return both;
  }();
  return all;
}

}  // namespace amends
