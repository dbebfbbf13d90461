// Lost parcels that a policy table or a choice of letters cannot judge. A loss that nobody dated has no lateness: a
// rule that asks for it, and that such a case reaches, leaves the case undecided every night.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/proofs/rule_proofs.h"

namespace amends {
namespace {

bool promises_all_goods(const Guarantee& guarantee, RecordKind on) { return guarantee.promises_goods() && guarantee.on == on && guarantee.when.is_always(); }

// Beside a promise of the goods themselves a loss is that one's case, which always has a day.
bool may_lose(const Project& project, const Guarantee& guarantee) {
  if (guarantee.promises_goods() || !guarantee.awaits_arrival()) return false;
  return std::none_of(project.guarantees.begin(), project.guarantees.end(), [&](const Guarantee& other) { return promises_all_goods(other, guarantee.on); });
}

class LostProof {
 public:
  LostProof(PolicyModel& model, Findings& findings) : model_(model), findings_(findings), schema_(model.project().schema) {
    for (std::size_t i = 0; i < schema_.size(); ++i)
      if (const auto slot = static_cast<Slot>(i); schema_.at(slot).origin == Origin::judged && schema_.at(slot).name.starts_with("late_")) lateness_.push_back(slot);
  }

  void run() {
    for (const Guarantee& guarantee : model_.project().guarantees)
      if (may_lose(model_.project(), guarantee)) losing_.push_back(&guarantee);
    for (const TableModel& table : model_.tables())
      if (table.is_known) ask(table);
    std::vector<std::string> purposes;
    for (const LetterModel& letter : model_.letters())
      if (std::find(purposes.begin(), purposes.end(), letter.rule->purpose) == purposes.end()) purposes.push_back(letter.rule->purpose);
    for (const std::string& purpose : purposes) ask(purpose);
  }

 private:
  struct Known {
    const char* fact;
    Value value;
  };

  std::vector<Known> known_of(const Guarantee& guarantee) const {
    return {{"kind", Value::of_string(name_of(Kind::lost))},
            {"open", Value::of_boolean(false)},
            {"met_at", Value::null()},
            {"guarantee", Value::of_string(guarantee.name)}};
  }

  // False: the box has no such case.
  bool narrow(Box& box, const Known& known) const {
    const std::optional<std::size_t> axis = model_.space().axis_of(schema_.find(known.fact));
    if (!axis) return true;
    const std::vector<Cell>& cells = model_.space().axes()[*axis].cells;
    const auto is_in = [&](const Cell& cell) {
      if (known.value.is_null() || cell.is_null) return known.value.is_null() && cell.is_null;
      return cell.part.contains(model_.finder().place(known.value, known.value.type));
    };
    const auto cell = std::find_if(cells.begin(), cells.end(), is_in);
    const auto number = static_cast<std::size_t>(cell - cells.begin());
    if (cell == cells.end() || !model_.space().has(box, *axis, number)) return false;
    model_.space().keep_only(box, *axis, number);
    return true;
  }

  std::optional<Witness> lost_in(const Boxes& boxes, const std::vector<const Boxes*>& earlier) {
    for (const Guarantee* guarantee : losing_)
      for (const Box& box : boxes) {
        Box part = box;
        const std::vector<Known> all = known_of(*guarantee);
        const bool is_there = std::all_of(all.begin(), all.end(), [&](const Known& known) { return narrow(part, known); });
        if (!is_there || model_.search().outside(part, others_of(model_, earlier)) != Search::Answer::found) continue;
        Witness witness = model_.witness(model_.search().found());
        for (const Known& known : all) witness.set(schema_.find(known.fact), known.value);
        witness.set(schema_.find("kinds"), Value::of_list({Value::of_string(name_of(Kind::lost))}));
        for (const Slot slot : lateness_) witness.set(slot, Value{});
        part_ = std::move(part);
        return witness;
      }
    return std::nullopt;
  }

  std::vector<std::string> lateness_in(const std::vector<std::string>& missing) const {
    std::vector<std::string> names;
    for (const Slot slot : lateness_)
      if (std::find(missing.begin(), missing.end(), schema_.at(slot).name) != missing.end()) names.push_back(schema_.at(slot).name);
    return names;
  }

  void ask(const TableModel& table) {
    std::vector<const Boxes*> earlier;
    for (const RuleModel& rule : table.rules) {
      const std::optional<Witness> witness = lost_in(rule.boxes, earlier);
      if (witness) {
        const Decision decision = model_.decided_by(*table.table, *witness);
        const std::vector<std::string> names = lateness_in(decision.missing);
        if (!names.empty()) return tell(table, rule, names, *witness, in_words(decision));
      }
      if (table.table->hit == HitPolicy::first) earlier.push_back(&rule.boxes);
    }
  }

  void tell(const TableModel& table, const RuleModel& rule, const std::vector<std::string>& names, const Witness& witness, const std::string& outcome) {
    Finding finding{rule.rule->where, "warning", "lost", "", "", {}};
    finding.message = fmt::format("policy.{} cannot judge a parcel whose loss nobody dated: {} asks for {}, which it has not", table.table->name, quoted(rule.rule->name), joined(names, " and "));
    const std::string& file = rule.rule->where.file;
    const bool is_sheet = file != table.table->where.file;
    finding.hint = is_sheet ? fmt::format("say what a lost parcel is worth in a row of {} before it: kind = \"lost\"", file)
                            : fmt::format("say what a lost parcel is worth, however late, in a rule before it:\n[[policy.{}.rule]]\nname = \"lost\"\nwhen = {{ kind = \"lost\" }}\ngive = []", table.table->name);
    finding.example = example_of(witness, fmt::format("{}: {}", table.table->name, outcome));
    findings_.push_back(std::move(finding));
  }

  void ask(const std::string& purpose) {
    std::vector<const Boxes*> earlier;
    for (const LetterModel& letter : model_.letters()) {
      if (letter.rule->purpose != purpose) continue;
      if (!letter.is_known) return;
      if (const std::optional<Witness> witness = lost_in(letter.boxes, earlier)) {
        const RuleChoice choice = message_rule(model_.project().messages, purpose, *witness);
        std::vector<std::string> missing;
        for (const Slot slot : choice.missing) missing.push_back(schema_.at(slot).name);
        const std::vector<std::string> names = lateness_in(missing);
        if (!names.empty()) return tell(*letter.rule, names, *witness);
      }
      earlier.push_back(&letter.boxes);
    }
  }

  void tell(const MessageRule& rule, const std::vector<std::string>& names, const Witness& witness) {
    Finding finding{rule.where, "warning", "lost", "", "", {}};
    finding.message = fmt::format("of a parcel whose loss nobody dated it cannot be told which {} it gets: this letter's when asks for {}", rule.purpose, joined(names, " and "));
    finding.hint = fmt::format("name the letter of what is lost before it:\n[[message]]\npurpose = \"{}\"\nwhen = {{ kind = \"lost\" }}\ntemplate = \"lost\"", rule.purpose);
    finding.example = example_of(witness, fmt::format("{}: cannot be told, {} {} missing", rule.purpose, joined(names, " and "), names.size() == 1 ? "is" : "are"));
    findings_.push_back(std::move(finding));
  }

  Counterexample example_of(const Witness& witness, std::string outcome) const {
    std::vector<Slot> told = {schema_.find("kind")};
    for (const Slot slot : model_.named({&part_}))
      if (std::find(lateness_.begin(), lateness_.end(), slot) == lateness_.end() && slot != told[0]) told.push_back(slot);
    return {witness.facts(told, model_.project().shop.zone), {std::move(outcome)}};
  }

  PolicyModel& model_;
  Findings& findings_;
  const Schema& schema_;
  std::vector<Slot> lateness_;
  std::vector<const Guarantee*> losing_;
  Box part_;  // of the last case found
};

}  // namespace

void prove_lost(PolicyModel& model, Findings& findings) { LostProof(model, findings).run(); }

}  // namespace amends
