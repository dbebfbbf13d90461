// What the tests of conditions, expressions and policy share: TOML in a string, facts written as TOML.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/language/derived.h"
#include "core/language/expr.h"
#include "io/toml.h"

namespace amends::testing {

inline Node toml(const std::string& text) {
  return read_toml(std::make_shared<const Source>(Source{"amends.toml", text}));
}

// A schema, sets and facts to try the policy language on.
struct Bench {
  explicit Bench(const std::string& text = {}) : root(toml(text)), schema(standard_schema()) {
    facts.money = *currency_named("GBP");
    if (const Node* fields = root.find("fields"))
      for (const Entry& entry : fields->entries) schema.add(read_field(entry));
    if (const Node* named = root.find("sets"))
      for (const Entry& entry : named->entries) sets[entry.key] = strings_of(entry.value, "set");
    derivations = read_derived(root, schema, language());
  }

  Language language() const { return Language{&schema, &sets, zone}; }

  // "late_days = 3\nservice = \"express\"": null is told as the word null, without it a fact is missing.
  void tell(const std::string& facts_text) {
    const Node told = toml(facts_text);
    for (const Entry& entry : told.entries) {
      const Slot slot = schema.find(entry.key);
      if (slot == no_slot) throw std::logic_error("no fact " + entry.key);
      const std::string_view kept = facts.keep(entry.value.text);
      const auto value = kept == "null" ? Value::null() : read_value(kept, schema.at(slot).type, facts.money, zone);
      if (!value) throw std::logic_error("bad fact " + entry.key);
      facts.set(slot, *value);
    }
  }

  Zone zone = *Zone::named("Europe/London");
  Node root;
  Schema schema;
  std::map<std::string, std::vector<std::string>> sets;
  Derivations derivations;
  Facts facts;
};

// The message of the Error that `act` stops with, or "" when it does not.
template <class Act>
std::string fault_in(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message + (error.hint.empty() ? "" : " | " + error.hint);
  }
  return {};
}

}  // namespace amends::testing
