// Unary tests and expressions: any text is read or refused with an Error; what was read can be evaluated on
// any facts without anything escaping.
#include <fuzzer/FuzzedDataProvider.h>

#include "core/language/expr.h"
#include "core/records/fields.h"
#include "fuzz.h"

using namespace amends;

namespace {

constexpr std::pair<const char*, const char*> own[] = {
    {"n", "number?"}, {"fee", "money?"}, {"share", "percent?"}, {"ok", "boolean?"}, {"day", "date?"}, {"at", "instant?"},
    {"hour", "time?"}, {"season", "monthday?"}, {"lasting", "duration?"}, {"word", "string?"}, {"euros", "money EUR?"}};

struct World {
  World() {
    for (const auto& [name, type] : own) slots.push_back(schema.add(read_field(Entry{name, 1, 1, fuzz::string_node(type)})));
    for (const char* name : {"kind", "late_days", "order_value", "placed_at", "promised_at", "service"})
      slots.push_back(schema.find(name));
  }
  Language language() const { return Language{&schema, &sets, zone}; }

  Zone zone = *Zone::named("America/New_York");
  Schema schema = standard_schema();
  std::map<std::string, std::vector<std::string>> sets{{"warm", {"red", "orange"}}, {"primes", {"2", "3", "5"}}};
  std::vector<Slot> slots;
};

// A few bytes choose each fact: missing, null, an ordinary value or an extreme one.
Facts facts_of(const World& world, FuzzedDataProvider& bytes) {
  static constexpr const char* values[] = {"0", "1", "-3.50", "99999999999999999999999999999999999999", "12.5%", "true", "2026-03-31",
                                           "2024-02-29", "9999-12-31", "2026-03-29T01:30:00", "0001-01-01T00:00:00Z", "23:59",
                                           "02-29", "3 days", "late", "red", "9223372036854775807"};
  Facts facts;
  facts.money = *currency_named(bytes.ConsumeBool() ? "GBP" : "JPY");
  for (const Slot slot : world.slots) {
    const auto choice = bytes.ConsumeIntegralInRange<std::size_t>(0, std::size(values));
    if (choice == std::size(values)) facts.set(slot, Value::null());
    else if (const auto value = read_value(values[choice], world.schema.at(slot).type, facts.money, world.zone)) facts.set(slot, *value);
  }
  return facts;
}

void check_expression(const World& world, const Node& text, const Facts& facts, Type wanted) {
  const Expr expr = read_expression(text, world.language(), wanted);
  std::vector<Slot> slots;
  collect(expr, slots);
  Fault fault;
  const Value value = evaluate(expr, facts, fault);
  fuzz::require(!value.is_missing() || fault.any(), "what cannot be known says why", text.text);
  print(value, world.zone);
}

void check_condition(const World& world, const Node& text, const Facts& facts, Slot slot) {
  Node when;
  when.source = text.source;
  when.line = when.column = 1;
  when.entries.push_back(Entry{world.schema.at(slot).name, 1, 1, text});
  const Condition condition = read_condition(when, world.language());
  const Truth truth = holds(condition, facts);
  const Fault fault = fault_of(condition, facts);
  fuzz::require((truth == Truth::unknown) == fault.any(), "an unknown condition says why", text.text);
  if (truth == Truth::no) fuzz::require(!why_not(condition, facts, world.zone).empty(), "a condition that fails says why", text.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  FuzzedDataProvider bytes(data, size);
  const Facts facts = facts_of(world, bytes);
  static constexpr Type types[] = {Type::number, Type::money, Type::boolean, Type::date, Type::instant, Type::percent, Type::missing};
  const Type wanted = types[bytes.ConsumeIntegralInRange<std::size_t>(0, std::size(types) - 1)];
  const Slot slot = world.slots[bytes.ConsumeIntegralInRange<std::size_t>(0, world.slots.size() - 1)];
  const Node text = fuzz::string_node(bytes.ConsumeRemainingBytesAsString());
  fuzz::answers([&] { check_expression(world, text, facts, wanted); });
  fuzz::answers([&] { check_condition(world, text, facts, slot); });
  return 0;
}
