// Facts of a case, of which most are null and few are stored.
#include <map>
#include <random>

#include <doctest/doctest.h>

#include "core/records/fields.h"

using namespace amends;

namespace {

Value random_value(std::mt19937& dice) {
  if (dice() % 4 == 0) return {};
  return dice() % 2 == 0 ? Value::null() : Value::of_number(Ratio(static_cast<std::int64_t>(dice() % 100)));
}

void check_same(const Facts& facts, const std::map<Slot, Value>& told) {
  for (Slot slot = 0; slot < 24; ++slot) {
    const auto found = told.find(slot);
    CHECK(print(facts.at(slot), Zone::utc()) == print(found == told.end() ? Value{} : found->second, Zone::utc()));
  }
  auto next = told.begin();
  const auto skip_missing = [&] {
    while (next != told.end() && next->second.is_missing()) ++next;
  };
  facts.each([&](Slot slot, const Value& value) {
    skip_missing();
    REQUIRE(next != told.end());
    CHECK(slot == next->first);
    CHECK(print(value, Zone::utc()) == print(next->second, Zone::utc()));
    ++next;
  });
  skip_missing();
  CHECK(next == told.end());
}

}  // namespace

TEST_CASE("facts are what was told last, null ones too, by slot") {
  std::mt19937 dice(5);
  for (int round = 0; round < 300; ++round) {
    Facts facts;
    std::map<Slot, Value> told;
    std::vector<std::pair<Slot, Value>> first;
    for (Slot slot = 0; slot < 20; ++slot)
      if (dice() % 2 == 0) first.emplace_back(slot, told[slot] = random_value(dice));
    facts.take_all(first);
    check_same(facts, told);
    for (int change = 0; change < 12; ++change) {
      const auto slot = static_cast<Slot>(dice() % 24);
      facts.set(slot, told[slot] = random_value(dice));
      check_same(facts, told);
    }
  }
}
