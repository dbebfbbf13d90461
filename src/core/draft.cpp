#include "core/draft.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/case_letter.h"
#include "core/derived.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::string_view notice = "notice";
constexpr std::string_view resolved = "resolved";

bool was_said(const std::vector<Said>& said, std::string_view purpose) {
  return std::any_of(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose && !s.withdrawn; });
}

int revision_of(const std::vector<Said>& said, std::string_view purpose) {
  return 1 + static_cast<int>(std::count_if(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose; }));
}

bool has_rule(const Project& project, std::string_view purpose) {
  return std::any_of(project.messages.begin(), project.messages.end(), [&](const MessageRule& r) { return r.purpose == purpose; });
}

class Desk {
 public:
  Desk(const SaidBefore& said, const Given& given, const Project& project, Letters& letters, const DraftOptions& options)
      : project_(project), letters_(letters), options_(options), earlier_(given.by_case) {
    for (const auto& [key, list] : said)
      for (const Said& s : list) {
        if (s.withdrawn) continue;
        said_.insert(s.grants.begin(), s.grants.end());
        if (!s.person.empty()) last_word_[s.person] = std::max(last_word_[s.person], s.as_of);
      }
  }

  void write_to(const NightCase& c, std::string_view purpose, int revision, Drafts& drafts) {
    const RuleChoice choice = message_rule(project_.messages, purpose, DerivedFacts(c.miss->facts, project_.derived));
    if (!choice.missing.empty()) {
      drafts.unwritten.push_back({c.miss->key, c.miss->record_id, std::string(purpose), missing_words(choice.missing), false});
      return;
    }
    const std::vector<Grant> told = grants_to_tell(c);
    if (choice.rule == nullptr) {
      const auto is_news = [](const Grant& grant) { return grant.money || grant.quantity || !grant.duration.empty(); };
      if (!choice.unnamed.empty() && std::any_of(told.begin(), told.end(), is_news))
        drafts.unwritten.push_back({c.miss->key, c.miss->record_id, std::string(purpose), choice.unnamed + ": write a [[message]] that does", false});
      return;
    }
    if (waits(told) || is_braked(c)) {
      ++drafts.waiting;
      return;
    }
    const auto before = last_word_.find(c.miss->person);
    const auto last_apology = before == last_word_.end() ? std::nullopt : std::optional(project_.shop.zone.date_at(before->second));
    const LetterInput input{project_, *c.miss, told, options_.as_of, last_apology, !c.accruing.empty()};
    const auto find = [this](const std::string& name, const std::string& locale) {
      const LetterTemplate* letter = letters_.find(name, locale);
      if (letter != nullptr && checked_.insert(letter).second) require_known_paths(*letter, project_.schema);
      return letter;
    };
    CaseLetter letter = case_letter(input, {*choice.rule, options_.secret, options_.automatic, revision}, find);
    if (letter.message) {
      said_.insert(letter.message->grants.begin(), letter.message->grants.end());
      drafts.messages.push_back(std::move(*letter.message));
    }
    if (letter.unwritten) drafts.unwritten.push_back(std::move(*letter.unwritten));
  }

 private:
  // Granted or issued, tonight or before, and not told yet.
  std::vector<Grant> grants_to_tell(const NightCase& c) const {
    std::vector<Grant> told;
    const auto add = [&](const std::vector<Grant>& grants) {
      for (const Grant& g : grants)
        if ((g.state == GrantState::granted || g.state == GrantState::issued) && !said_.contains(g.key)) told.push_back(g);
    };
    if (const auto found = earlier_.find(c.miss->key); found != earlier_.end()) add(found->second);
    add(c.grants);
    return told;
  }

  std::string missing_words(const std::vector<Slot>& missing) const {
    std::vector<std::string> names;
    for (const Slot slot : missing) names.push_back(project_.schema.at(slot).name);
    return fmt::format("{} {} missing, which the [[message]] rule tests", joined(names, ", "), names.size() == 1 ? "is" : "are");
  }

  // What the brake holds is in doubt: nobody is written to before a person has looked.
  bool is_braked(const NightCase& c) const {
    const auto braked = [](const Grant& g) { return g.state == GrantState::held && g.reason.starts_with(brake_reason); };
    const auto before = earlier_.find(c.miss->key);
    return std::any_of(c.grants.begin(), c.grants.end(), braked) ||
           (before != earlier_.end() && std::any_of(before->second.begin(), before->second.end(), braked));
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
  std::unordered_set<const LetterTemplate*> checked_;
  std::unordered_set<std::string> said_;                        // grant keys told before
  std::unordered_map<std::string, Instant> last_word_;          // by person
  const std::map<std::string, std::vector<Grant>>& earlier_;    // by case
};

}  // namespace

std::vector<std::string> purposes_due(const Miss& miss, const std::vector<Said>& said, const Project& project) {
  std::vector<std::string> due;
  const bool wrote_of_open = std::any_of(said.begin(), said.end(), [](const Said& s) { return s.open; });
  const bool resolves = wrote_of_open && miss.closed && has_rule(project, resolved);
  if (resolves && !was_said(said, resolved)) due.emplace_back(resolved);
  if (!resolves && !was_said(said, notice)) due.emplace_back(notice);
  for (const MessageRule& rule : project.messages) {
    const bool own = rule.purpose != notice && rule.purpose != resolved;
    if (own && !was_said(said, rule.purpose) && std::find(due.begin(), due.end(), rule.purpose) == due.end()) due.push_back(rule.purpose);
  }
  return due;
}

namespace {

// Cases with something granted that no letter tells. What is told only once it is issued does not count before.
std::unordered_set<std::string> cases_with_more(const SaidBefore& said, const Given& given, const Night& night) {
  std::unordered_set<std::string_view> told;
  for (const auto& [key, list] : said)
    for (const Said& s : list)
      if (!s.withdrawn) told.insert(s.grants.begin(), s.grants.end());
  std::unordered_set<std::string> more;
  const auto note = [&](const Grant& g) {
    if ((g.state == GrantState::granted || g.state == GrantState::issued) && !told.contains(g.key)) more.insert(g.case_key);
  };
  for (const auto& [key, grants] : given.by_case)
    for (const Grant& grant : grants) note(grant);
  for (const NightCase& c : night.cases)
    for (const Grant& grant : c.grants) note(grant);
  return more;
}

}  // namespace

std::vector<std::string> stale_letters(const std::vector<WaitingLetter>& waiting, const SaidBefore& said, const Given& given,
                                       const Judgement& judgement, const Night& night) {
  std::unordered_map<std::string_view, bool> closed;  // by case
  for (const std::string& key : judgement.seen) closed[key] = true;
  std::unordered_set<std::string_view> missed;
  for (const Miss& miss : judgement.misses) {
    closed[miss.key] = miss.closed;
    missed.insert(miss.key);
  }
  for (const Unjudged& unjudged : judgement.unjudged) closed.erase(unjudged.key);  // nothing is known against it
  const std::unordered_set<std::string> more = cases_with_more(said, given, night);
  std::vector<std::string> stale;
  for (const WaitingLetter& letter : waiting) {
    const auto found = closed.find(letter.case_key);
    if (found == closed.end()) continue;
    const bool is_untrue = !missed.contains(letter.case_key) || (letter.open && found->second);
    if (is_untrue || more.contains(letter.case_key)) stale.push_back(letter.key);
  }
  return stale;
}

Drafts drafts_of(const Night& night, const SaidBefore& said, const Given& given, const Project& project,
                 Letters& letters, const DraftOptions& options) {
  Drafts drafts;
  if (project.messages.empty()) return drafts;
  if (project.shop.signatory.email.empty() && project.shop.email.empty())
    throw Error{{project.file}, "letters have no sender", "write signatory = { name = \"Maya Chen\", email = \"maya@shop.example\" } under [shop]"};
  Desk desk(said, given, project, letters, options);
  static const std::vector<Said> nothing;
  for (const NightCase& c : night.cases) {
    if (c.standing != standing::decided || !c.decision.judged) continue;
    const auto found = said.find(c.miss->key);
    const std::vector<Said>& before = found == said.end() ? nothing : found->second;
    for (const std::string& purpose : purposes_due(*c.miss, before, project))
      desk.write_to(c, purpose, revision_of(before, purpose), drafts);
  }
  return drafts;
}

}  // namespace amends
