#include "core/time/value.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::missing: return "missing";
    case Type::null: return "null";
    case Type::boolean: return "boolean";
    case Type::number: return "number";
    case Type::percent: return "percent";
    case Type::money: return "money";
    case Type::string: return "string";
    case Type::date: return "date";
    case Type::instant: return "instant";
    case Type::time: return "time";
    case Type::monthday: return "monthday";
    case Type::duration: return "duration";
    case Type::span: return "span";
    case Type::list: return "list";
    case Type::record: return "record";
  }
  return "";
}

Value Value::of_list(List items) {
  Value v;
  v.type = Type::list;
  v.list = std::make_shared<const List>(std::move(items));
  return v;
}

Value Value::of_record(Record fields) {
  Value v;
  v.type = Type::record;
  v.record = std::make_shared<const Record>(std::move(fields));
  return v;
}

namespace {

std::string print_money(const Value& v) {
  const std::string units = amount(v.ratio, v.currency);
  return v.currency.is_none() ? units : fmt::format("{} {}", v.currency.name(), units);
}

std::string print_duration(std::int64_t ms) {
  if (ms % ms_per_day == 0) return fmt::format("{} d", ms / ms_per_day);
  if (ms % ms_per_hour == 0) return fmt::format("{} h", ms / ms_per_hour);
  if (ms % ms_per_minute == 0) return fmt::format("{} min", ms / ms_per_minute);
  return fmt::format("{} s", static_cast<double>(ms) / 1000.0);
}

}  // namespace

std::string print(const Value& v, const Zone& zone) {
  switch (v.type) {
    case Type::missing: return "missing";
    case Type::null: return "nothing";
    case Type::boolean: return v.whole != 0 ? "true" : "false";
    case Type::number: return print(v.ratio);
    case Type::percent: return print(v.ratio * 100) + "%";
    case Type::money: return print_money(v);
    case Type::string: return quoted(v.text);
    case Type::date: return print(v.date());
    case Type::instant: return print(v.instant(), zone);
    case Type::time: return print_time_of_day(v.whole);
    case Type::monthday: return fmt::format("{:02}-{:02}", v.whole / 100, v.whole % 100);
    case Type::duration: return print_duration(v.whole);
    case Type::span: return print(Instant{v.whole}, zone) + "/" + print(Instant{v.until}, zone);
    case Type::list: return fmt::format("{} items", v.list ? v.list->size() : 0);
    case Type::record: return "a record";
  }
  return {};
}

}  // namespace amends
