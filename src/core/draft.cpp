#include "core/draft.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/derived.h"
#include "core/letter_facts.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::string_view notice = "notice";
constexpr std::string_view resolved = "resolved";

bool was_said(const std::vector<Said>& said, std::string_view purpose) {
  return std::any_of(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose; });
}

std::string text_fact(const Miss& miss, const Project& project, std::string_view name) {
  const Slot slot = project.schema.find(name);
  const Value value = slot == no_slot ? Value{} : miss.facts.at(slot);
  return value.type == Type::string ? std::string(value.text) : std::string{};
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
    Unwritten unwritten{c.miss->key, c.miss->record_id, std::string(purpose), {}, false};
    std::optional<Message> message = written(c, *rule, told, unwritten);
    if (message) drafts.messages.push_back(std::move(*message));
    else drafts.unwritten.push_back(std::move(unwritten));
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

  const LetterTemplate* template_for(const MessageRule& rule, const std::string& locale, Unwritten& unwritten) {
    const LetterTemplate* letter = letters_.find(rule.template_name, locale);
    if (letter == nullptr)
      unwritten.reason = fmt::format("there is no template {} for {}; write templates/{}/{}.liquid", rule.template_name, locale, locale,
                                     rule.template_name);
    return letter;
  }

  std::optional<Message> written(const NightCase& c, const MessageRule& rule, const std::vector<Grant>& told, Unwritten& unwritten) {
    const Miss& miss = *c.miss;
    const std::string email = text_fact(miss, project_, "email");
    std::string why = "no e-mail address is known";
    const std::optional<std::string> address = email.empty() ? std::nullopt : usable_address(email, why);
    if (!address) {
      unwritten.reason = why;
      unwritten.call = true;
      return std::nullopt;
    }
    const std::string locale = letter_locale(text_fact(miss, project_, "locale"), project_.shop.locale);
    const LetterTemplate* letter = template_for(rule, locale, unwritten);
    if (letter == nullptr) return std::nullopt;
    const std::optional<Words> words = words_of(*letter, c, told, locale, unwritten);
    if (!words) return std::nullopt;
    Message m = addressed(miss, rule.purpose, locale, *address);
    m.subject = words->subject;
    m.text = words->text;
    m.html = html_of(words->text, locale);
    for (const Grant& g : told) m.grants.push_back(g.key);
    return m;
  }

  std::optional<Words> words_of(const LetterTemplate& letter, const NightCase& c, const std::vector<Grant>& told,
                                const std::string& locale, Unwritten& unwritten) const {
    const auto before = last_word_.find(c.miss->person);
    const std::optional<Date> last_apology =
        before == last_word_.end() ? std::nullopt : std::optional(project_.shop.zone.date_at(before->second));
    const LetterFacts facts = letter_facts({project_, *c.miss, told, options_.as_of, last_apology, !c.accruing.empty()});
    try {
      Words words = write(letter, facts.record, {locale, c.miss->zone});
      if (const std::optional<std::string> fault = fault_of(words)) {
        unwritten.reason = *fault;
        return std::nullopt;
      }
      return words;
    } catch (const Held& held) {
      unwritten.reason = held.reason;
    } catch (const Error& fault) {
      unwritten.reason = fmt::format("{}:{}: {}", fault.where.file, fault.where.line, fault.message);
    }
    return std::nullopt;
  }

  Message addressed(const Miss& miss, const std::string& purpose, const std::string& locale, const std::string& address) const {
    const Shop& shop = project_.shop;
    Message m;
    m.case_key = miss.key;
    m.record_id = miss.record_id;
    m.purpose = purpose;
    m.key = fmt::format("{}/{}/{}", miss.key, purpose, m.revision);
    m.person = miss.person;
    m.locale = locale;
    m.from = {shop.signatory.name.empty() ? shop.name : fmt::format("{} ({})", shop.signatory.name, shop.name), sender()};
    m.reply_to = {shop.signatory.name, sender()};
    m.to = {text_fact(miss, project_, "customer_name"), address};
    m.automatic = options_.automatic;
    m.open = !miss.closed;
    m.message_id = message_id(options_.secret, miss.key, purpose, m.revision, m.from.address);
    return m;
  }

  std::string sender() const {
    const Shop& shop = project_.shop;
    return shop.signatory.email.empty() ? shop.email : shop.signatory.email;
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
