// [derived]: facts computed from other facts, by an expression or a decision table. A derived fact may speak of
// others in any order; a cycle is an error. DerivedFacts lays them over the facts of a case, so that guarantees and
// policy ask for them like for any other fact, and computes each when it is first asked for.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/language/expr.h"

namespace amends {

struct Derivation {
  std::string name;
  Slot slot = no_slot;
  Expr expr;
  Where where;
};

// In an order in which each speaks only of earlier ones.
struct Derivations {
  std::vector<Derivation> all;
  const Derivation* of(Slot slot) const;
};

// Reads [derived] of the project file and adds its facts to the schema that `language` names, with those of the
// elements that policy tables go through (`for_each`). A name already known from a record is replaced: it is
// computed from then on.
Derivations read_derived(const Node& root, Schema& schema, const Language& language);

// The slots, and those of the facts that derived ones among them are computed from.
std::vector<Slot> with_derived(std::vector<Slot> slots, const Derivations& derivations);

// Keeps what it has computed until restart(), which a judge calls for every row. One thread at a time.
class DerivedFacts : public FactSource {
 public:
  DerivedFacts(const FactSource& facts, const Derivations& derivations);
  Value at(Slot slot) const override;
  Currency currency() const override { return facts_.currency(); }
  std::string lacks(Slot slot, std::vector<Slot>& missing) const override;
  std::unique_ptr<FactSource> with(std::vector<std::pair<Slot, Value>> element) const override;
  void restart();

 private:
  const FactSource& facts_;
  const Derivations& derivations_;
  mutable std::vector<std::optional<Value>> computed_;  // beside derivations_.all
};

}  // namespace amends
