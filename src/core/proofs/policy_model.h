// A project's policy laid out for proofs: its tables, rules and letters' conditions as boxes of one space. rule_proofs
// and amount_proofs read it.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/policy/decision.h"
#include "core/project.h"
#include "core/proofs/witness.h"

namespace amends {

struct RuleModel {
  const Rule* rule = nullptr;
  Regions tested;                // where its tests hold
  Regions when;                  // of the rule alone: and its kinds are named
  std::vector<std::vector<std::pair<Regions, Regions>>> tests;  // of each conjunction: where each holds, and where not
  Boxes boxes;                   // with the table's guard
};

struct TableModel {
  const PolicyTable* table = nullptr;
  bool is_known = true;          // false: too many boxes, nothing is proved
  std::string unknown;           // which rule had them
  Regions when;
  Boxes guard;
  std::vector<RuleModel> rules;
};

// A decision table under [derived].
struct RowsModel {
  const Derivation* derivation = nullptr;
  std::vector<Regions> rows;
  Boxes boxes;
};

// Where `if` decides inside an expression: the space is cut there too.
struct ChoiceModel {
  const Expr* condition = nullptr;
  Regions holds, fails;
};

struct LetterModel {
  const MessageRule* rule = nullptr;
  Regions when;
  Boxes boxes;
  bool is_known = true;
};

class PolicyModel {
 public:
  explicit PolicyModel(const Project& project);

  const Project& project() const { return project_; }
  const RegionFinder& finder() const { return finder_; }
  const PolicySpace& space() const { return *space_; }
  const std::vector<TableModel>& tables() const { return tables_; }
  const std::vector<RowsModel>& derived() const { return derived_; }
  const std::vector<LetterModel>& letters() const { return letters_; }
  // Cells where a hole was told of, which is then no amount that falls as well.
  void note_hole(const PolicyTable& table, std::size_t axis, std::size_t cell) { holes_.emplace(&table, axis, cell); }
  bool is_hole(const PolicyTable& table, std::size_t axis, std::size_t cell) const { return holes_.contains({&table, axis, cell}); }
  Search& search() { return search_.value(); }
  // Whether each condition that the expression itself decides by is constant within the cells of the space.
  bool is_cut(const Expr& condition) const;

  Witness witness(const Box& box) const;
  // The facts the boxes say something of, in words of the schema.
  std::vector<Slot> named(const std::vector<const Box*>& boxes) const;
  // With what else has to be told so that the decisions on these cases come out as they do.
  std::vector<Slot> completed(std::vector<Slot> slots, const std::vector<const Witness*>& cases) const;
  // Derived facts among them that the proof does not reach behind.
  std::vector<std::string> unreached(const std::vector<const Box*>& boxes) const;

  // Kinds that no guarantee can have, and those that a guarantee named in the policy cannot.
  const Boxes& impossible_kinds() const { return impossible_kinds_; }

  // The tables without what needs a list, a ledger or a claim: each judges one element, or the case.
  const Policy& plain() const { return plain_; }
  Decision decided(const FactSource& facts) const;
  Decision decided_by(const PolicyTable& table, const FactSource& facts) const;  // by that table alone
  // What a rule alone would give: "refund GBP 5.00, points 200", "nothing".
  std::string given(const PolicyTable& table, const Rule& rule, const FactSource& facts) const;

 private:
  void read();
  bool tests_kind() const;
  Regions with_named(Regions when, const NamedKinds& named);
  TableModel read_table(const PolicyTable& table);
  RuleModel read_rule(const Rule& rule);
  void read_derived();
  void read_choices(const Expr& expr);
  void read_choices(const RemedyRule& remedy);
  std::vector<const Regions*> told() const;
  void lay_out();
  void add_impossible_kinds();

  const Project& project_;
  RegionFinder finder_;
  std::vector<TableModel> tables_;
  std::vector<RowsModel> derived_;
  std::vector<LetterModel> letters_;
  std::vector<ChoiceModel> choices_;
  bool tests_kind_ = false;
  Boxes impossible_kinds_;
  std::optional<PolicySpace> space_;
  std::optional<Search> search_;
  std::set<std::tuple<const PolicyTable*, std::size_t, std::size_t>> holes_;
  Policy plain_;
};

// "refund GBP 5.00, points 200", "nothing", "cannot judge: ...".
std::string in_words(const Decision& decision);

}  // namespace amends
