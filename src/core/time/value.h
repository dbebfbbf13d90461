// One fact's value, for conditions, expressions and letters. Strings are views: they live in the records'
// buffers, in the expression tree, or in the Facts that hold them.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/money.h"
#include "core/base/number.h"
#include "core/time/time.h"

namespace amends {

enum class Type : std::uint8_t {
  missing,   // a required fact nobody told: tests on it are unknown
  null,      // an optional fact that is absent: known to be nothing
  boolean,
  number,
  percent,   // 25% is 1/4
  money,
  string,
  date,
  instant,
  time,      // of day, cyclic
  monthday,  // cyclic
  duration,
  span,      // two instants
  list,
  record,
};
std::string_view name_of(Type type);

struct Value;
using List = std::vector<Value>;
using Record = std::vector<std::pair<std::string, Value>>;

struct Value {
  Type type = Type::missing;
  Currency currency;       // money
  std::int64_t whole = 0;  // boolean; date: days; instant, time: ms; monthday: month*100+day; duration, span: ms
  std::int64_t until = 0;  // span: end, ms
  Ratio ratio;             // number; percent (1/4); money, in units of the currency, exact
  std::string_view text;   // string
  std::shared_ptr<const List> list;
  std::shared_ptr<const Record> record;

  static Value null() { return of(Type::null, 0); }
  static Value of_boolean(bool b) { return of(Type::boolean, b ? 1 : 0); }
  static Value of_number(Ratio r) { return of_ratio(Type::number, r); }
  static Value of_percent(Ratio r) { return of_ratio(Type::percent, r); }
  static Value of_money(Ratio units, Currency c) {
    Value v = of_ratio(Type::money, units);
    v.currency = c;
    return v;
  }
  static Value of_money(const Money& m) { return of_money(units(m), m.currency); }
  static Value of_string(std::string_view s) {
    Value v = of(Type::string, 0);
    v.text = s;
    return v;
  }
  static Value of_date(Date d) { return of(Type::date, d.days); }
  static Value of_instant(Instant i) { return of(Type::instant, i.ms); }
  static Value of_moment(Moment m) {
    if (m.is_none()) return {};
    return m.is_date() ? of_date(m.date()) : of_instant(m.instant());
  }
  static Value of(Type t, std::int64_t whole) {
    Value v;
    v.type = t;
    v.whole = whole;
    return v;
  }
  static Value of_span(std::int64_t from_ms, std::int64_t until_ms) {
    Value v = of(Type::span, from_ms);
    v.until = until_ms;
    return v;
  }
  static Value of_list(List items);
  static Value of_record(Record fields);

  bool is_missing() const { return type == Type::missing; }
  bool is_null() const { return type == Type::null; }
  bool is_known() const { return type != Type::missing && type != Type::null; }
  Date date() const { return Date{static_cast<std::int32_t>(whole)}; }
  Instant instant() const { return Instant{whole}; }

 private:
  static Value of_ratio(Type t, const Ratio& r) {
    Value v;
    v.type = t;
    v.ratio = r;
    return v;
  }
};

// As a person reads it in explain and messages: GBP 12.34, 25%, 2026-03-31, "express", 3, true, nothing.
std::string print(const Value& value, const Zone& zone);

}  // namespace amends
