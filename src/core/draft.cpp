#include "core/draft.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/case_letter.h"
#include "core/derived.h"

namespace amends {
namespace {

constexpr std::string_view notice = "notice";
constexpr std::string_view resolved = "resolved";

bool was_said(const std::vector<Said>& said, std::string_view purpose) {
  return std::any_of(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose; });
}

class Desk {
 public:
  Desk(const SaidBefore& said, const std::vector<Grant>& earlier, const Project& project, Letters& letters, const DraftOptions& options)
      : project_(project), letters_(letters), options_(options) {
    for (const auto& [key, list] : said)
      for (const Said& s : list) {
        said_.insert(s.grants.begin(), s.grants.end());
        if (!s.person.empty()) last_word_[s.person] = std::max(last_word_[s.person], s.as_of);
      }
    for (const Grant& grant : earlier) earlier_[grant.case_key].push_back(grant);
  }

  void write_to(const NightCase& c, std::string_view purpose, Drafts& drafts) {
    const MessageRule* rule = message_rule(project_.messages, purpose, DerivedFacts(c.miss->facts, project_.derived));
    if (rule == nullptr) return;
    const std::vector<Grant> told = grants_to_tell(c);
    if (waits(told)) {
      ++drafts.waiting;
      return;
    }
    const auto before = last_word_.find(c.miss->person);
    const auto last_apology = before == last_word_.end() ? std::nullopt : std::optional(project_.shop.zone.date_at(before->second));
    const LetterInput input{project_, *c.miss, told, options_.as_of, last_apology, !c.accruing.empty()};
    const auto find = [this](const std::string& name, const std::string& locale) { return letters_.find(name, locale); };
    CaseLetter letter = case_letter(input, {*rule, options_.secret, options_.automatic}, find);
    if (letter.message) drafts.messages.push_back(std::move(*letter.message));
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
  std::unordered_set<std::string> said_;                        // grant keys told before
  std::unordered_map<std::string, Instant> last_word_;          // by person
  std::unordered_map<std::string, std::vector<Grant>> earlier_;  // by case
};

}  // namespace

std::vector<std::string> purposes_due(const Miss& miss, const std::vector<Said>& said, const Project& project) {
  std::vector<std::string> due;
  if (!was_said(said, notice)) due.emplace_back(notice);
  const bool said_open = std::any_of(said.begin(), said.end(), [](const Said& s) { return s.open; });
  if (said_open && miss.closed && !was_said(said, resolved)) due.emplace_back(resolved);
  for (const MessageRule& rule : project.messages) {
    const bool own = rule.purpose != notice && rule.purpose != resolved;
    if (own && !was_said(said, rule.purpose) && std::find(due.begin(), due.end(), rule.purpose) == due.end()) due.push_back(rule.purpose);
  }
  return due;
}

Drafts drafts_of(const Night& night, const SaidBefore& said, const std::vector<Grant>& earlier, const Project& project,
                 Letters& letters, const DraftOptions& options) {
  Drafts drafts;
  if (project.messages.empty()) return drafts;
  if (project.shop.signatory.email.empty() && project.shop.email.empty())
    throw Error{{project.file}, "letters have no sender", "write signatory = { name = \"Maya Chen\", email = \"maya@shop.example\" } under [shop]"};
  Desk desk(said, earlier, project, letters, options);
  static const std::vector<Said> nothing;
  for (const NightCase& c : night.cases) {
    if (c.standing != standing::decided || !c.decision.judged) continue;
    const auto found = said.find(c.miss->key);
    for (const std::string& purpose : purposes_due(*c.miss, found == said.end() ? nothing : found->second, project))
      desk.write_to(c, purpose, drafts);
  }
  return drafts;
}

}  // namespace amends
