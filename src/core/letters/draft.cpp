#include "core/letters/draft.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/ledger/forgotten.h"
#include "core/ledger/open_offer.h"
#include "core/ledger/told_of_goods.h"
#include "core/letters/call_lines.h"
#include "core/letters/case_letter.h"
#include "core/letters/draft_lint.h"

namespace amends {
namespace {

int revision_of(const std::vector<Said>& said, std::string_view purpose) {
  return 1 + static_cast<int>(std::count_if(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose; }));
}

// What became of something held, told to who was written to before.
bool is_afterthought(std::string_view name) { return name == purpose::granted || name == purpose::declined; }

bool is_own(std::string_view name) {
  return name != purpose::notice && name != purpose::resolved && name != purpose::followup && name != purpose::incident && !is_afterthought(name);
}

bool has_rule(const Project& project, std::string_view purpose) {
  return std::any_of(project.messages.begin(), project.messages.end(), [&](const MessageRule& r) { return r.purpose == purpose; });
}

// A second letter of a case that has closed.
bool writes_again(const Project& project) {
  return std::any_of(project.messages.begin(), project.messages.end(), [](const MessageRule& r) { return r.purpose == purpose::followup || is_own(r.purpose); });
}

// A letter whose turn it is: of a case, for a purpose.
struct NextLetter {
  const NightCase* of = nullptr;
  std::string purpose;
  const MessageRule* rule = nullptr;
  int revision = 1;
  const MessageRule* otherwise = nullptr;  // where the rule's template has no words for the case: that of purpose resolved
};
using NextLetters = std::vector<NextLetter>;

bool reads_held(const LetterTemplate& letter) {
  const std::vector<TemplatePath>& paths = letter.body.paths();
  return std::any_of(paths.begin(), paths.end(), [](const TemplatePath& p) { return p.path == "held" || p.path.ends_with(".held"); });
}

// A letter told of the open case and never left, since the case had changed.
bool was_told_of_unsent(const std::vector<Said>& said) {
  return std::any_of(said.begin(), said.end(), [](const Said& s) { return s.open && s.withdrawn; });
}

std::size_t orders_in(const std::vector<const NextLetter*>& group) {
  std::unordered_set<std::string_view> orders;
  for (const NextLetter* due : group) orders.insert(due->of->miss->record_id);
  return orders.size();
}

class Desk {
 public:
  Desk(const SaidBefore& said, const Given& given, const Project& project, Letters& letters, const DraftOptions& options)
      : project_(project), letters_(letters), options_(options), is_last_word_(!writes_again(project)), earlier_(given.by_case), history_(said, project.shop.zone) {
    for (const DoneCall& call : options.called) {
      done_.insert(call.key);
      called_.insert(call.case_key);
      called_for_[call.key].insert(call.grants.begin(), call.grants.end());
      told_by_call_.insert(call.grants.begin(), call.grants.end());
    }
  }

  Drafts drafts(const Night& night) {
    const NextLetters due = due_letters(night);
    const std::vector<Group> groups = groups_of(due);
    std::unordered_set<const NextLetter*> written;
    std::unordered_map<const NextLetter*, const Group*> begins;
    for (const Group& group : groups) begins[group.letters.front()] = &group;
    for (const NextLetter& one : due) {
      if (const auto group = begins.find(&one); group != begins.end() && write_several(*group->second))
        written.insert(group->second->letters.begin(), group->second->letters.end());
      if (!written.contains(&one)) write_one(one);
    }
    std::erase_if(drafts_.unwritten, [&](const Unwritten& one) { return one.call && !is_afterthought(one.purpose) && done_.contains(call_key(one)); });
    in_order(night, drafts_.unwritten);
    std::erase_if(drafts_.unsettled, [&](const std::string& key) { return settled_.contains(key); });
    return std::move(drafts_);
  }

 private:
  struct Group {
    const MessageRule* rule = nullptr;
    std::vector<const NextLetter*> letters;  // by (due, case key)
  };

  // By (due, case key), though some are known before the first letter is written.
  static void in_order(const Night& night, std::vector<Unwritten>& unwritten) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (const NightCase& c : night.cases) places.emplace(c.miss->key, places.size());
    std::stable_sort(unwritten.begin(), unwritten.end(), [&](const Unwritten& a, const Unwritten& b) { return places[a.case_key] < places[b.case_key]; });
  }

  NextLetters due_letters(const Night& night) {
    NextLetters due;
    for (const NightCase& c : night.cases) {
      if (c.standing != standing::decided || !c.decision.judged) continue;
      // That nothing is written to who was forgotten is said on the night when there is something to tell.
      if (is_forgotten_name(c.miss->person) && c.known != nullptr && c.grants.empty()) continue;
      const std::vector<Said>& before = history_.of_case(c.miss->key);
      const std::vector<std::string> turns = purposes_due(*c.miss, before, project_);
      if (was_told(c, before) && !tells_of_case(turns, c) && (add_granted(c, before, due) || add_declined(c, before, due))) continue;
      for (const std::string& turn : turns) {
        const std::string purpose = is_of_incident(c, turn, before) ? std::string(amends::purpose::incident) : turn;
        if (was_told_by_call(c, purpose)) continue;
        const std::size_t known = due.size();
        const bool is_answered = look_at(c, purpose, before, due);
        const bool ends_unsent = purpose == amends::purpose::notice && c.miss->closed && was_told_of_unsent(before);
        if (!ends_unsent) continue;
        if (!is_answered) look_at(c, std::string(amends::purpose::resolved), before, due);
        else if (due.size() > known) due.back().otherwise = rule_for(c, amends::purpose::resolved).rule;
      }
    }
    return due;
  }

  // Somebody called in the letter's place, since it had nowhere to go, and told all there is. A call that was owed, or that
  // amends.toml asks for, comes beside the letter.
  bool was_told_by_call(const NightCase& c, const std::string& purpose) const {
    const auto call = called_for_.find(call_key({c.miss->key, c.miss->record_id, purpose, {}, true}));
    if (call == called_for_.end()) return false;
    const std::vector<Grant>& given = given_to(c);
    const auto is_carried_out = [&](const Grant& g) { return g.kind == name_of(Channel::call) && call->second.contains(g.key); };
    if (std::any_of(given.begin(), given.end(), is_carried_out)) return false;
    const std::vector<Grant> told = grants_to_tell(c);
    if (std::any_of(told.begin(), told.end(), [&](const Grant& g) { return is_news(g) && !told_by_call_.contains(g.key); })) return false;
    const RuleFacts facts(*c.miss, project_, history_.gravest_told(c.miss->key));
    return message_rule(project_.messages, purpose, facts.facts(), RuleFor::call).rule == nullptr;
  }

  bool was_told(const NightCase& c, const std::vector<Said>& before) const { return last_said(before) != nullptr || called_.contains(c.miss->key); }

  // A first word, or that it is over, is written anyway and tells what is granted. Who was called has no address for it.
  bool tells_of_case(const std::vector<std::string>& turns, const NightCase& c) const {
    if (called_.contains(c.miss->key)) return false;
    return std::any_of(turns.begin(), turns.end(), [&](const std::string& turn) {
      return (turn == purpose::notice || turn == purpose::resolved) && rule_for(c, turn).rule != nullptr;
    });
  }

  // False: nothing that was held is granted since, or it is known.
  bool add_granted(const NightCase& c, const std::vector<Said>& before, NextLetters& due) {
    const std::vector<Grant> told = grants_to_tell(c);
    const auto is_new = [&](const Grant& g) { return g.was_held && is_news(g) && !told_by_call_.contains(g.key); };
    if (std::none_of(told.begin(), told.end(), is_new)) return false;
    if (look_at(c, std::string(purpose::granted), before, due)) return true;
    drafts_.unsettled.push_back(c.miss->key);
    drafts_.unwritten.push_back({c.miss->key, c.miss->record_id, std::string(purpose::granted), std::string(untold_reason), true});
    return true;
  }

  // False: no letter said that it is still looked at, or what came of it is known. While something else is held, that stays true.
  bool add_declined(const NightCase& c, const std::vector<Said>& before, NextLetters& due) {
    if (declined_to_tell(c).empty() || is_something_held(given_to(c)) || is_something_held(c.grants)) return false;
    if (look_at(c, std::string(purpose::declined), before, due)) return true;
    drafts_.unsettled.push_back(c.miss->key);
    drafts_.unwritten.push_back({c.miss->key, c.miss->record_id, std::string(purpose::declined), std::string(undeclined_reason), true});
    return true;
  }

  // What was held when a letter said so, and was declined since.
  std::vector<std::string> declined_to_tell(const NightCase& c) {
    std::vector<std::string> keys;
    for (const Grant& g : given_to(c))
      if (g.was_held && is_news(g) && is_declined(g) && was_called_open(g) && !history_.is_told(g.key) && !told_by_call_.contains(g.key)) keys.push_back(g.key);
    return keys;
  }

  // A letter that left while it was held said so.
  bool was_called_open(const Grant& g) {
    const std::vector<Said>& said = history_.of_case(g.case_key);
    return std::any_of(said.begin(), said.end(), [&](const Said& s) { return s.left && g.run <= s.run && s.run < g.last_run && may_tell_what_is_held(s); });
  }

  // By the templates of today: the ledger does not keep which one a letter was written by.
  bool may_tell_what_is_held(const Said& s) {
    return std::any_of(project_.messages.begin(), project_.messages.end(), [&](const MessageRule& rule) {
      if (rule.several != s.several || rule.purpose != s.purpose || !is_written(rule.channel)) return false;
      const LetterTemplate* letter = letters_.find(rule.template_name, project_.shop.locale, rule.channel);
      return letter != nullptr && reads_held(*letter);
    });
  }

  // What no [[message]] of the incident fits gets its notice.
  bool is_of_incident(const NightCase& c, const std::string& purpose, const std::vector<Said>& before) const {
    const bool is_first_word = purpose == amends::purpose::notice || purpose == amends::purpose::resolved;
    if (options_.incident == nullptr || !is_first_word || last_said(before) != nullptr || !options_.incident->cases.contains(c.miss->key)) return false;
    const RuleFacts facts(*c.miss, project_, history_.gravest_told(c.miss->key));
    const RuleChoice choice = message_rule(project_.messages, amends::purpose::incident, facts.facts());
    return choice.rule != nullptr;
  }

  RuleChoice rule_for(const NightCase& c, std::string_view purpose) const {
    const RuleFacts facts(*c.miss, project_, history_.gravest_told(c.miss->key));
    return message_rule(project_.messages, purpose, facts.facts());
  }

  // False: no rule is for it.
  bool look_at(const NightCase& c, const std::string& purpose, const std::vector<Said>& before, NextLetters& due) {
    const RuleChoice choice = rule_for(c, purpose);
    if (choice.rule != nullptr || !choice.missing.empty() || !choice.unnamed.empty()) drafts_.unsettled.push_back(c.miss->key);
    if (!choice.missing.empty()) {
      drafts_.unwritten.push_back({c.miss->key, c.miss->record_id, purpose, missing_words(choice.missing), false});
      return true;
    }
    const std::vector<Grant> told = grants_to_tell(c);
    if (choice.rule == nullptr) {
      if (!choice.unnamed.empty() && std::any_of(told.begin(), told.end(), is_news))
        drafts_.unwritten.push_back({c.miss->key, c.miss->record_id, purpose, choice.unnamed + ": write a [[message]] that does", false});
      return false;
    }
    if (!is_time(*choice.rule, before, options_.as_of)) return true;
    if (waits(told) || is_braked(c)) ++drafts_.waiting;
    else due.push_back({&c, purpose, choice.rule, revision_of(before, purpose), nullptr});
    return true;
  }

  // Letters of one person that may become one: same address, language, purpose and channel.
  std::vector<Group> groups_of(const NextLetters& due) const {
    const bool has_rule = std::any_of(project_.messages.begin(), project_.messages.end(), [](const MessageRule& rule) { return rule.several; });
    if (!has_rule) return {};
    using Key = std::tuple<std::string, std::string_view, std::string, std::string, Channel>;
    std::map<Key, std::vector<const NextLetter*>> together;
    for (const NextLetter& one : due) {
      const Miss& miss = *one.of->miss;
      const Channel channel = one.rule->channel;
      together[{miss.person, address_of(miss, project_, channel), locale_of(miss, project_), one.purpose, channel}].push_back(&one);
    }
    std::vector<Group> groups;
    for (auto& [key, letters] : together) {
      if (orders_in(letters) < 2) continue;
      if (const MessageRule* rule = rule_of_several(letters)) groups.push_back({rule, std::move(letters)});
    }
    return groups;
  }

  // The first whose `when` holds for each of them.
  const MessageRule* rule_of_several(const std::vector<const NextLetter*>& letters) const {
    for (const MessageRule& rule : project_.messages) {
      if (!rule.several || rule.purpose != letters.front()->purpose || rule.channel != letters.front()->rule->channel) continue;
      const auto is_for = [&](const NextLetter* due) {
        const RuleFacts facts(*due->of->miss, project_, history_.gravest_told(due->of->miss->key));
        return holds(rule.when, facts.facts()) == Truth::yes && rule.named.takes(facts.facts());
      };
      if (std::all_of(letters.begin(), letters.end(), is_for)) return &rule;
    }
    return nullptr;
  }

  // False: it cannot be written, and each case gets a letter of its own.
  bool write_several(const Group& group) {
    const std::vector<std::vector<Grant>> told = grants_of(group.letters);
    LetterInput input = input_for(*group.letters.front());
    for (std::size_t i = 0; i < group.letters.size(); ++i) input.cases.push_back(letter_case(*group.letters[i]->of, told[i]));
    CaseLetter letter = case_letter(input, order_for(*group.rule, *group.letters.front()), finder(*group.rule));
    check(letter, input, *group.rule);
    if (letter.message) {
      take(std::move(*letter.message));
      return true;
    }
    if (!letter.unwritten->call) note_apart(group, *letter.unwritten);
    return false;
  }

  void note_apart(const Group& group, const Unwritten& why) {
    LetterApart& apart = drafts_.apart.emplace_back();
    for (const NextLetter* letter : group.letters) apart.case_keys.push_back(letter->of->miss->key);
    apart.reason = reason_words(why);
  }

  void write_one(const NextLetter& due) {
    const std::vector<Grant> told = grants_to_tell(*due.of);
    LetterInput input = input_for(due);
    input.cases.push_back(letter_case(*due.of, told));
    CaseLetter letter = case_letter(input, order_for(*due.rule, due), finder(*due.rule));
    check(letter, input, *due.rule);
    if (letter.message) {
      const std::vector<std::string> declined = due.purpose == purpose::declined ? declined_to_tell(*due.of) : std::vector<std::string>{};
      letter.message->grants.insert(letter.message->grants.end(), declined.begin(), declined.end());
      take(std::move(*letter.message));
    } else if (!letter.unwritten->call && due.otherwise != nullptr)
      return write_one({due.of, std::string(purpose::resolved), due.otherwise, revision_of(history_.of_case(due.of->miss->key), purpose::resolved), nullptr});
    if (letter.unwritten) drafts_.unwritten.push_back(std::move(*letter.unwritten));
  }

  // What is untrue never leaves.
  void check(CaseLetter& letter, const LetterInput& input, const MessageRule& rule) {
    if (!letter.message) return;
    const Message& m = *letter.message;
    LetterInput written = input;
    written.locale = m.locale;
    const LetterFacts facts = letter_facts(written);
    const std::vector<DraftFinding> findings = lint_draft(m, facts_of_draft(input, facts.record), legal_duty(input, &rule, m.locale));
    const auto wrong = std::find_if(findings.begin(), findings.end(), puts_aside);
    if (wrong == findings.end()) {
      drafts_.notes += findings.size();
      return;
    }
    letter.unwritten = Unwritten{m.case_key, m.record_id, m.purpose, finding_words(*wrong), false, wrong->found.code};
    letter.message.reset();
  }

  std::vector<std::vector<Grant>> grants_of(const std::vector<const NextLetter*>& letters) const {
    std::vector<std::vector<Grant>> told;
    for (const NextLetter* due : letters) told.push_back(grants_to_tell(*due->of));
    return told;
  }

  LetterInput input_for(const NextLetter& due) const { return {project_, {}, options_.as_of, history_.apologies_to(due.of->miss->person)}; }

  LetterOrder order_for(const MessageRule& rule, const NextLetter& due) const { return {rule, options_.secret, options_.automatic, due.revision, &options_.refused}; }

  LetterCase letter_case(const NightCase& c, const std::vector<Grant>& told) const {
    const bool is_held = is_something_held(given_to(c)) || is_something_held(c.grants);
    return {*c.miss, told, !c.accruing.empty(), open_offer(c.decision, given_to(c), c.grants), history_.first_told(c.miss->key), history_.gravest_told(c.miss->key),
            is_held};
  }

  FindLetter finder(const MessageRule& rule) {
    return [this, several = rule.several](const std::string& name, const std::string& locale, Channel channel) {
      const LetterTemplate* letter = letters_.find(name, locale, channel);
      if (letter != nullptr && checked_.insert({letter, several}).second) require_known_paths(*letter, project_.schema, several);
      return letter;
    };
  }

  void take(Message message) {
    history_.tell(message.grants);
    if (is_last_word_) settled_.insert(message.case_key);
    if (options_.incident != nullptr && message.purpose == purpose::incident) message.incident = options_.incident->name;
    drafts_.messages.push_back(std::move(message));
  }

  // Granted or issued, tonight or before, and not told yet.
  std::vector<Grant> grants_to_tell(const NightCase& c) const {
    std::vector<Grant> told;
    const auto add = [&](const std::vector<Grant>& grants) {
      for (const Grant& g : grants)
        if ((g.state == GrantState::granted || g.state == GrantState::issued) && !history_.is_told(g.key)) told.push_back(g);
    };
    add(given_to(c));
    add(c.grants);
    return told;
  }

  const std::vector<Grant>& given_to(const NightCase& c) const {
    static const std::vector<Grant> nothing;
    const auto found = earlier_.find(c.miss->key);
    return found == earlier_.end() ? nothing : found->second;
  }

  std::string missing_words(const std::vector<Slot>& missing) const {
    std::vector<std::string> names;
    for (const Slot slot : missing) names.push_back(project_.schema.at(slot).name);
    return fmt::format("{} {} missing, which the [[message]] rule tests", joined(names, ", "), names.size() == 1 ? "is" : "are");
  }

  // What the brake holds is in doubt: nobody is written to before a person has looked.
  bool is_braked(const NightCase& c) const {
    const auto braked = [](const Grant& g) { return g.state == GrantState::held && g.reason.starts_with(brake_reason); };
    const std::vector<Grant>& before = given_to(c);
    return std::any_of(c.grants.begin(), c.grants.end(), braked) || std::any_of(before.begin(), before.end(), braked);
  }

  bool waits(const std::vector<Grant>& told) const {
    return std::any_of(told.begin(), told.end(), [&](const Grant& g) {
      if (g.state == GrantState::issued) return false;
      return std::any_of(project_.policy.kinds.begin(), project_.policy.kinds.end(),
                         [&](const KindOfRemedy& kind) { return kind.name == g.kind && kind.told == "issued"; });
    });
  }

  const Project& project_;
  Letters& letters_;
  const DraftOptions& options_;
  std::set<std::pair<const LetterTemplate*, bool>> checked_;  // a template is read for its locale and channel; bool: of several orders
  const bool is_last_word_;                  // nothing is written of a closed case after its letter
  std::unordered_set<std::string> settled_;  // cases
  std::unordered_map<std::string, std::unordered_set<std::string>> called_for_;  // grants, by line of the call sheet
  std::unordered_set<std::string> done_, called_, told_by_call_;  // lines of the call sheet; cases; grants
  const std::map<std::string, std::vector<Grant>>& earlier_;  // by case
  LetterHistory history_;
  Drafts drafts_;
};

}  // namespace

std::vector<std::string> purposes_due(const Miss& miss, const std::vector<Said>& said, const Project& project) {
  std::vector<std::string> due;
  const bool wrote_of_open = std::any_of(said.begin(), said.end(), [](const Said& s) { return s.open && !s.withdrawn && !s.dropped; });
  const Said* const last = last_said(said);
  const bool turned_up = last != nullptr && last->kind == Kind::lost && miss.kind != Kind::lost && !miss.met.is_none();
  const auto tells_end = [](const Said& s) { return s.purpose == purpose::incident && !s.withdrawn && !s.open; };
  const bool was_resolved = was_said(said, purpose::resolved) || std::any_of(said.begin(), said.end(), tells_end);
  const bool resolves = ((wrote_of_open && miss.closed) || turned_up) && has_rule(project, purpose::resolved);
  if (resolves && (turned_up || !was_resolved)) due.emplace_back(purpose::resolved);
  const bool was_first_told = was_said(said, purpose::notice) || was_said(said, purpose::incident);
  if (!resolves && !was_first_told && !was_said(said, purpose::resolved)) due.emplace_back(purpose::notice);
  const bool was_told = last != nullptr && (was_first_told || was_said(said, purpose::resolved));
  if (miss.closed && was_told && due.empty() && !was_said(said, purpose::followup)) due.emplace_back(purpose::followup);
  for (const MessageRule& rule : project.messages)
    if (is_own(rule.purpose) && !was_said(said, rule.purpose) && std::find(due.begin(), due.end(), rule.purpose) == due.end()) due.push_back(rule.purpose);
  return due;
}

bool is_time(const MessageRule& rule, const std::vector<Said>& said, Instant as_of) {
  if (!rule.after) return true;
  const Said* const last = last_said(said);
  const bool waits = std::any_of(said.begin(), said.end(), [](const Said& s) { return s.waiting && !s.withdrawn; });
  return last != nullptr && !waits && as_of.ms >= last->last_at.ms + *rule.after;
}

Drafts drafts_of(const Night& night, const SaidBefore& told, const Given& given, const Project& project,
                 Letters& letters, const DraftOptions& options) {
  if (project.messages.empty() && !options.with_calls) return {};
  if (!project.messages.empty() && project.shop.signatory.email.empty() && project.shop.email.empty())
    throw Error{{project.file}, "letters have no sender", "write signatory = { name = \"Maya Chen\", email = \"maya@shop.example\" } under [shop]"};
  const SaidBefore said = with_goods_that_came(told, night, project);
  Drafts drafts = Desk(said, given, project, letters, options).drafts(night);
  std::vector<const Message*> written;
  for (const Message& m : drafts.messages) written.push_back(&m);
  drafts.alike = alike_letters(written);
  if (!options.with_calls) return drafts;
  std::vector<Unwritten> unreached = options.undelivered;
  unreached.insert(unreached.end(), drafts.unwritten.begin(), drafts.unwritten.end());
  drafts.calls = call_lines({night, said, given, project, options.as_of}, letters, unreached);
  return drafts;
}

}  // namespace amends
