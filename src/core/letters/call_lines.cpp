#include "core/letters/call_lines.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/ledger/open_offer.h"
#include "core/letters/case_letter.h"
#include "core/letters/draft.h"

namespace amends {
namespace {

constexpr Channel carried_out[] = {Channel::call, Channel::note};

std::string_view what_is_owed(Channel channel) { return channel == Channel::call ? "a call" : "a note by hand"; }

std::string line_key(std::string_view case_key, std::string_view purpose, Channel channel) {
  return fmt::format("{}/{}/{}", case_key, purpose, name_of(channel));
}

bool is_told_by(std::string_view purpose, const Grant& grant) {
  if (!is_news(grant)) return false;
  if (purpose == purpose::declined) return grant.was_held && is_declined(grant);
  return grant.state == GrantState::granted || grant.state == GrantState::issued;
}

class CallSheet {
 public:
  CallSheet(const CallsAsked& asked, Letters& letters, const std::vector<Unwritten>& unwritten)
      : asked_(asked), letters_(letters), history_(asked.said, asked.project.shop.zone) {
    for (const Unwritten& one : unwritten)
      if (one.call) without_address_[call_key(one)] = one.reason;
  }

  std::vector<CallLine> lines() {
    std::unordered_set<std::string_view> tonight;
    for (const NightCase& c : asked_.night.cases) {
      tonight.insert(c.miss->key);
      if (c.standing == standing::decided && c.decision.judged) look_at(c);
    }
    for (const auto& [key, grants] : asked_.given.by_case)
      if (!tonight.contains(key)) add_absent(grants);
    return std::move(lines_);
  }

 private:
  using GrantList = std::vector<Grant>;

  GrantList all_grants(const NightCase& c) const {
    GrantList all;
    if (const auto found = asked_.given.by_case.find(c.miss->key); found != asked_.given.by_case.end()) all = found->second;
    all.insert(all.end(), c.grants.begin(), c.grants.end());
    return all;
  }

  // The purposes a person would speak about today: what was said stays true until another word is due.
  std::vector<std::string> purposes_of(const NightCase& c) const {
    const std::vector<Said>& said = history_.of_case(c.miss->key);
    std::vector<std::string> now = purposes_due(*c.miss, said, asked_.project);
    const auto is_there = [&](std::string_view purpose) { return std::find(now.begin(), now.end(), purpose) != now.end(); };
    if (!is_there(purpose::notice) && !is_there(purpose::resolved))
      now.insert(now.begin(), std::string(was_said(said, purpose::resolved) ? purpose::resolved : purpose::notice));
    for (const Said& s : said) {
      const bool is_past = s.purpose == purpose::notice || s.purpose == purpose::resolved;
      if (!s.withdrawn && !is_past && !is_there(s.purpose)) now.push_back(s.purpose);
    }
    for (const std::string_view one : {purpose::granted, purpose::declined})
      if (!is_there(one) && without_address_.contains(line_key(c.miss->key, one, Channel::call))) now.emplace_back(one);
    return now;
  }

  void look_at(const NightCase& c) {
    const GrantList grants = all_grants(c);
    bool is_first = true;  // granted calls belong to the word that is due, notice or resolved
    for (const std::string& purpose : purposes_of(c)) {
      for (const Channel channel : carried_out) look_at(c, purpose, channel, grants, is_first);
      is_first = false;
    }
  }

  void look_at(const NightCase& c, const std::string& purpose, Channel channel, const GrantList& grants, bool with_grants) {
    const RuleFacts facts(*c.miss, asked_.project, history_.gravest_told(c.miss->key));
    const RuleChoice choice = message_rule(asked_.project.messages, purpose, facts.facts(), channel == Channel::call ? RuleFor::call : RuleFor::note);
    const MessageRule* rule = choice.rule;
    if (rule != nullptr && !is_time(*rule, history_.of_case(c.miss->key), asked_.as_of)) rule = nullptr;
    CallLine line = line_of(*c.miss, purpose, channel);
    std::vector<std::string> reasons;
    if (with_grants) take_grants(grants, line);
    for (const Grant& grant : grants)
      if (is_told_by(purpose, grant)) line.tells.push_back(grant.key);
    if (!line.grants.empty()) reasons.push_back(fmt::format("{} is owed", what_is_owed(channel)));
    else if (rule != nullptr) reasons.push_back(fmt::format("amends.toml asks for {}", what_is_owed(channel)));
    if (const auto found = without_address_.find(line.key); found != without_address_.end()) reasons.push_back(found->second);
    if (reasons.empty()) return;
    line.reason = fmt::format("{}", fmt::join(reasons, "; "));
    if (rule == nullptr) rule = message_rule(asked_.project.messages, purpose, facts.facts()).rule;
    if (purpose == purpose::granted || purpose == purpose::declined) write(c, rule == nullptr ? purpose : rule->template_name, channel, not_told(grants), line);
    else if (rule != nullptr) write(c, rule->template_name, channel, grants, line);
    lines_.push_back(std::move(line));
  }

  GrantList not_told(GrantList grants) const {
    std::erase_if(grants, [&](const Grant& grant) { return history_.is_told(grant.key); });
    return grants;
  }

  CallLine line_of(const Miss& miss, const std::string& purpose, Channel channel) const {
    CallLine line;
    line.key = line_key(miss.key, purpose, channel);
    line.case_key = miss.key;
    line.record_id = miss.record_id;
    line.person = miss.person;
    line.purpose = purpose;
    line.channel = channel;
    line.locale = locale_of(miss, asked_.project);
    line.name = text_of(miss, "customer_name");
    line.phone = text_of(miss, "phone");
    line.email = text_of(miss, "email");
    line.since = asked_.as_of;
    line.miss = &miss;
    return line;
  }

  std::string text_of(const Miss& miss, std::string_view name) const {
    const Slot slot = asked_.project.schema.find(name);
    const Value value = slot == no_slot ? Value{} : miss.facts.at(slot);
    return value.type == Type::string ? std::string(value.text) : std::string();
  }

  // The first deadline counts.
  static void take_grants(const GrantList& grants, CallLine& line) {
    for (const Grant& grant : grants) {
      if (grant.kind != name_of(line.channel) || grant.state != GrantState::granted) continue;
      if (line.grants.empty()) {
        line.since = grant.as_of;
        line.within = grant.within;
      }
      line.grants.push_back(grant.key);
    }
  }

  // By a rule for such lines its own template; else the one beside the written letter's, if there is one.
  void write(const NightCase& c, const std::string& name, Channel channel, const GrantList& grants, CallLine& line) {
    const LetterTemplate* letter = letters_.find(name, line.locale, channel);
    if (letter == nullptr) {
      line.no_text = fmt::format("there is no template {}{} for locale {}", name, template_ending(channel), line.locale);
      return;
    }
    require_known_paths(*letter, asked_.project.schema);
    const LetterCase one{*c.miss, grants, !c.accruing.empty(), open_offer(c.decision, grants, {}), history_.first_told(c.miss->key), history_.gravest_told(c.miss->key), is_something_held(grants)};
    SpokenText words = spoken_words({asked_.project, {one}, asked_.as_of, history_.apologies_to(c.miss->person)}, *letter, line.locale);
    line.text = std::move(words.text);
    line.no_text = std::move(words.fault);
  }

  // Of an order that is not in tonight's records what was granted is owed all the same.
  void add_absent(const GrantList& grants) {
    for (const Channel channel : carried_out) {
      CallLine line;
      line.channel = channel;
      take_grants(grants, line);
      if (line.grants.empty()) continue;
      const Grant& first = *std::find_if(grants.begin(), grants.end(), [&](const Grant& g) { return g.key == line.grants.front(); });
      line.key = line_key(first.case_key, purpose::notice, channel);
      line.case_key = first.case_key;
      line.record_id = first.record_id;
      line.person = first.person;
      line.purpose = purpose::notice;
      line.reason = fmt::format("{} is owed", what_is_owed(channel));
      line.no_text = "the order is not in the records any more";
      line.locale = asked_.project.shop.locale;
      lines_.push_back(std::move(line));
    }
  }

  const CallsAsked& asked_;
  Letters& letters_;
  LetterHistory history_;
  std::unordered_map<std::string, std::string> without_address_;  // reasons, by the line's key
  std::vector<CallLine> lines_;
};

}  // namespace

std::string call_key(const Unwritten& unwritten) { return line_key(unwritten.case_key, unwritten.purpose, Channel::call); }

std::vector<CallLine> call_lines(const CallsAsked& asked, Letters& letters, const std::vector<Unwritten>& unwritten) {
  return CallSheet(asked, letters, unwritten).lines();
}

}  // namespace amends
