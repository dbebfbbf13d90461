// What amends lint proves of the policy, and remedies that no letter tells of.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/findings.h"
#include "core/base/text.h"
#include "core/proofs/amount_proofs.h"
#include "core/proofs/rule_proofs.h"

namespace amends {
namespace {

bool is_told_in_letters(const Policy& policy, const RemedyRule& remedy) {
  if (remedy.choice) return true;
  const KindOfRemedy* kind = policy.kind_named(remedy.kind);
  return kind != nullptr && kind->measure != KindOfRemedy::Measure::none;
}

// Looks for a case of a rule in which, of every purpose but granted and declined, which come seldom, the first letter that matches says nothing of remedies.
class SilenceProof {
 public:
  SilenceProof(PolicyModel& model, Letters& letters, Findings& findings) : model_(model), findings_(findings) {
    for (const LetterModel& letter : model.letters()) {
      const std::string& name = letter.rule->purpose;
      if (name != purpose::granted && name != purpose::declined && std::find(purposes_.begin(), purposes_.end(), name) == purposes_.end()) purposes_.push_back(name);
      is_known_ = is_known_ && letter.is_known;
      tells_.push_back(tells(letters, *letter.rule));
    }
  }

  void run() {
    if (!is_known_) findings_.push_back(unfinished({model_.project().file}, "whether every remedy is told in a letter"));
    for (const TableModel& table : model_.tables())
      for (std::size_t i = 0; is_known_ && i < table.rules.size(); ++i) ask(table, i);
  }

 private:
  // A template that cannot be read is a finding already, and counts as one that tells.
  bool tells(Letters& letters, const MessageRule& rule) const {
    try {
      const LetterTemplate* letter = letters.find(rule.template_name, model_.project().shop.locale, rule.channel);
      if (letter == nullptr) return true;
      const std::vector<TemplatePath>& paths = letter->body.paths();
      return std::any_of(paths.begin(), paths.end(), [](const TemplatePath& p) { return p.path == "total" || p.path.starts_with("remedies"); });
    } catch (const Error&) {
      return true;
    }
  }

  void ask(const TableModel& table, std::size_t number) {
    const RuleModel& rule = table.rules[number];
    const auto told = std::find_if(rule.rule->give.begin(), rule.rule->give.end(),
                                   [&](const RemedyRule& remedy) { return is_told_in_letters(model_.project().policy, remedy); });
    if (told == rule.rule->give.end()) return;
    std::vector<const Boxes*> others;
    for (std::size_t i = 0; i < number && table.table->hit == HitPolicy::first; ++i) others.push_back(&table.rules[i].boxes);
    for (const Box& box : rule.boxes)
      if (finds(0, box, others)) return tell(table, rule, *told, box);
  }

  bool finds(std::size_t purpose, const Box& box, const std::vector<const Boxes*>& others) {
    if (purpose == purposes_.size()) return model_.search().outside(box, others_of(model_, others)) == Search::Answer::found;
    std::vector<const Boxes*> earlier = others;
    Box common;
    for (std::size_t i = 0; i < model_.letters().size(); ++i) {
      const LetterModel& letter = model_.letters()[i];
      if (letter.rule->purpose != purposes_[purpose]) continue;
      for (const Box& part : letter.boxes)
        if (!tells_[i] && meet(model_.space(), box, part, common) && finds(purpose + 1, common, earlier)) return true;
      earlier.push_back(&letter.boxes);
    }
    return finds(purpose + 1, box, earlier);
  }

  void tell(const TableModel& table, const RuleModel& rule, const RemedyRule& remedy, const Box& box) {
    const Witness witness = model_.witness(model_.search().found());
    Counterexample example{witness.facts(model_.completed(model_.named({&box}), {&witness}), model_.project().shop.zone), {}};
    example.outcomes.push_back(fmt::format("{}/{}: {}", table.table->name, rule.rule->name, model_.given(*table.table, *rule.rule, witness)));
    for (const std::string& purpose : purposes_) {
      const RuleChoice choice = message_rule(model_.project().messages, purpose, witness);
      if (!choice.missing.empty()) return;
      example.outcomes.push_back(choice.rule == nullptr ? fmt::format("{}: no letter", purpose)
                                                        : fmt::format("{}: {}, which reads neither remedies nor total", purpose, choice.rule->template_name));
    }
    findings_.push_back({remedy.where, "warning", "untold", fmt::format("no letter tells of what {} of policy.{} gives{}", quoted(rule.rule->name), table.table->name, proviso(model_, {&box})),
                         "write {% render 'parts/remedies' %} in that letter, or a [[message]] for these cases", std::move(example)});
  }

  PolicyModel& model_;
  Findings& findings_;
  std::vector<std::string> purposes_;
  std::vector<bool> tells_;
  bool is_known_ = true;
};

}  // namespace

void find_in_policy(const Project& project, Letters& letters, Findings& findings) {
  if (project.policy.tables.empty()) return;
  try {
    PolicyModel model(project);
    for (const auto prove : {prove_overlaps, prove_never, prove_always, prove_gaps, prove_rows, prove_lost, prove_growth, prove_moderation, prove_parts})
      prove(model, findings);
    find_currency_mixes(model, findings);
    if (!project.messages.empty()) SilenceProof(model, letters, findings).run();
    tell_unreached(model, findings);
  } catch (const Overflow& e) {
    findings.push_back(unfollowed({project.file}, fmt::format("the policy, beyond this: {}", e.what())));
  }
}

}  // namespace amends
