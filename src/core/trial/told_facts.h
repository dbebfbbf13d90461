// The facts of one case as plain JSON tells them, without any order records: `compensate --facts`.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/records/fields.h"

namespace amends {

class ToldFacts : public FactSource {
 public:
  Value at(Slot slot) const override { return facts.at(slot); }
  Currency currency() const override { return facts.money; }
  std::string lacks(Slot slot, std::vector<Slot>& missing) const override;

  Facts facts;
  std::vector<std::pair<Slot, std::string>> unreadable;  // what was told, but is no value of its type, and why
};

// What the keys of the JSON stand for, where that is not the fact of their own name: [sources.facts] columns.
using FactNames = std::map<std::string, std::string>;  // key -> fact

// An absent key and null are the same: null where the fact may be, its default, or missing. Keys that are no facts
// are left alone. `currency` tells the case's currency; else it is `currency`.
ToldFacts told_facts(const Node& object, const Schema& schema, const FactNames& names, Currency currency, const Zone& zone);

}  // namespace amends
