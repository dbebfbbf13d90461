// The one typed tree behind conditions and expressions (amends-policy.5): unary tests and S-FEEL parse into
// it; it alone knows types, missing facts and exact numbers. Its readers are the judge, lint and explain.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/node.h"
#include "core/records/fields.h"
#include "core/time/value.h"

namespace amends {

class Calendar;

enum class Truth : std::uint8_t { no, yes, unknown };
Truth operator&&(Truth a, Truth b) = delete;
Truth both(Truth a, Truth b);
Truth either(Truth a, Truth b);
Truth opposite(Truth a);

// What the parsers know: facts, named sets, the shop's zone and calendars.
struct Language {
  const Schema* schema = nullptr;
  const std::map<std::string, std::vector<std::string>>* sets = nullptr;  // [sets]
  Zone zone = {};
  const std::map<std::string, Calendar>* calendars = nullptr;             // [calendars]
  // Told each name of a fact before it is looked up, with its place: derived facts are read when first spoken of.
  std::function<void(std::string_view name, const Where& where)> before_fact = {};
};

enum class Op : std::uint8_t {
  literal,
  fact,
  add, subtract, multiply, divide, negate,
  less, less_equal, greater, greater_equal, equal, not_equal,
  both, either, opposite,
  within,        // children: value, low, high; flags say which bounds are open
  any_of,        // value is one of the literals
  is_null,
  anything,      // "-"
  choose,        // if c then a else b
  call,          // a function by number (functions.h)
  in_currency,   // a bare number where money is wanted: an amount in the case's currency
  local,         // the element a filter, quantifier or loop has in hand; `index` counts them from the outside in
  member,        // the part of a record or span (child 0) that `words` names; of a list, that part of each
  list,          // [a, b, c]
  in_list,       // child 0 is one of the elements of child 1
  filter,        // those elements of child 0 for which child 1 holds
  item_at,       // element number child 1 of child 0, from 1; from the end when negative
  some, every,   // whether child 1 holds of some, of every element of child 0
  each,          // child 1 for each element of child 0
  rows,          // a decision table: condition and output in turn; the first row that holds
};

struct Expr {
  Op op = Op::literal;
  Type type = Type::missing;       // static type; missing when it depends on the facts
  // op literal (its string lives in `words`). Money without a currency is in the case's. The period of
  // add(): a duration with months in `ratio`, days in `until` and milliseconds in `whole`.
  Value literal;
  Slot slot = no_slot;             // op fact
  std::uint16_t function = 0;      // op call
  std::uint16_t index = 0;         // op local
  bool low_open = false, high_open = false;
  std::vector<Expr> children;
  std::shared_ptr<const std::string> words;
  std::shared_ptr<const Zone> zone;  // where dates and instants meet: comparisons and time functions
  std::shared_ptr<const Calendar> calendar;  // of a call that counts business days
  std::shared_ptr<const FieldType> shape;    // of a list or record what it is made of; else the declared type, if there is one
  std::string text;                // as the user wrote this part, for explain
  std::uint32_t at = 0;            // where it stands in the text read, in bytes
};

// A test on one fact: `"> 3"`, `["late", "overdue"]`, `"[1..3]"`, `"not(null)"`, true.
struct Test {
  std::string fact;
  Slot slot = no_slot;
  Expr expr;          // of type boolean; its fact nodes all stand for the value tested
  std::string text;   // as a sentence goes on: `>= 3`, `is "late" or "overdue"`, `in outside_rail`
  Where where;
};

// `when`: any of these conjunctions; none at all is true.
struct Condition {
  std::vector<std::vector<Test>> any;
  bool is_always() const { return any.empty(); }
};

Condition read_condition(const Node& node, const Language& language);
Expr read_test(const Node& node, const Field& fact, Slot slot, const Language& language);
// One cell of a sheet as `when` has it: "late, overdue" is a list of tests.
Node tests_of_cell(const Node& cell);
// An expression; `wanted` is the type the place needs (a bare number where money is wanted is an amount).
Expr read_expression(const Node& node, const Language& language, Type wanted);
// The same of one cell of a decision table: a single word that is no fact stands for itself.
Expr read_cell(const Node& node, const Language& language);

// A scalar as a test or expression writes it: like a cell of a file, but a percent carries its sign, a
// boolean is true or false, and money without a currency of its own is in the case's.
std::optional<Value> read_literal(std::string_view text, const FieldType& type, const Zone& zone);

// The slots an expression or condition may ask for.
void collect(const Expr& expr, std::vector<Slot>& slots);
void collect(const Condition& condition, std::vector<Slot>& slots);

// Why an evaluation could not be done; the case becomes "cannot judge".
struct Fault {
  std::vector<Slot> missing;          // facts that were missing
  std::vector<std::string> elements;  // parts of list elements that were: "bags.minutes"
  std::string reason;                 // otherwise: overflow, division by zero, arithmetic with null, two currencies
  bool any() const { return !missing.empty() || !elements.empty() || !reason.empty(); }
  void add_element(const std::string& part);
  void add(Slot missing_fact, const FactSource& facts);  // what it lacks, once each
  void add(const Fault& other);                          // the first reason stays
};

// The value; Value{} (missing) with `fault` told when it cannot be known.
Value evaluate(const Expr& expr, const FactSource& facts, Fault& fault);
// What a unary test says of a value. Nothing is allocated; `currency` is the case's.
Truth passes(const Expr& test, const Value& value, Currency currency);
Truth holds(const Test& test, const FactSource& facts);
Truth holds(const Condition& condition, const FactSource& facts);
// What left the condition unknown: missing facts, or money of another currency. Nothing when it is known.
Fault fault_of(const Condition& condition, const FactSource& facts);
// Missing facts that left the condition unknown.
std::vector<Slot> missing_for(const Condition& condition, const FactSource& facts);

// The first test of each conjunction that does not hold, for explain: "late_days >= 3, but it is 2",
// "service is "express", not "standard"".
std::string why_not(const Condition& condition, const FactSource& facts, const Zone& zone);

bool is_cyclic(Type type);  // time of day, day of the year: intervals may wrap
bool has_order(Type type);  // < and > mean something
// Order of two values of one type, or of a date (its first moment in `zone`) and an instant; unordered when
// they cannot be compared: two currencies, or different types.
std::partial_ordering compare(const Value& a, const Value& b, const Zone* zone);

}  // namespace amends
