#include "core/ledger/letter_history.h"

#include <algorithm>

namespace amends {

bool was_said(const std::vector<Said>& said, std::string_view purpose) {
  return std::any_of(said.begin(), said.end(), [&](const Said& s) { return s.purpose == purpose && !s.withdrawn; });
}

const Said* last_said(const std::vector<Said>& said) {
  const Said* last = nullptr;
  for (const Said& s : said)
    if (!s.withdrawn && !s.dropped && (last == nullptr || last->as_of <= s.as_of)) last = &s;
  return last;
}

LetterHistory::LetterHistory(const SaidBefore& said, const Zone& zone) : said_(said), zone_(zone) {
  for (const auto& [key, list] : said)
    for (const Said& s : list)
      if (!s.withdrawn) add(s);
}

// A follow-up asks how it went and is no apology, and neither is what became of something held; what never left nobody has read.
void LetterHistory::add(const Said& s) {
  grants_.insert(s.grants.begin(), s.grants.end());
  if (!s.left || s.person.empty() || s.purpose == purpose::followup || s.purpose == purpose::granted || s.purpose == purpose::declined) return;
  OfPerson& person = people_[s.person];
  const bool is_first = person.messages.empty();
  person.messages.insert(s.message);
  if (!is_first && s.last_at < person.last) return;
  const bool is_as_old = !is_first && s.last_at == person.last && person.kind && s.kind;
  person.kind = is_as_old ? std::min(*person.kind, *s.kind) : s.kind;
  person.last = s.last_at;
}

const std::vector<Said>& LetterHistory::of_case(const std::string& case_key) const {
  static const std::vector<Said> nothing;
  const auto found = said_.find(case_key);
  return found == said_.end() ? nothing : found->second;
}

std::optional<Apologies> LetterHistory::apologies_to(const std::string& person) const {
  const auto found = people_.find(person);
  if (found == people_.end()) return std::nullopt;
  return Apologies{zone_.date_at(found->second.last), found->second.kind, found->second.messages.size()};
}

std::optional<Date> LetterHistory::first_told(const std::string& case_key) const {
  std::optional<Instant> first;
  for (const Said& s : of_case(case_key))
    if (!s.withdrawn && s.left) first = first ? std::min(*first, s.last_at) : s.last_at;
  return first ? std::optional(zone_.date_at(*first)) : std::nullopt;
}

// Kinds stand gravest first.
std::optional<Kind> LetterHistory::gravest_told(const std::string& case_key) const {
  std::optional<Kind> gravest;
  for (const Said& s : of_case(case_key))
    if (!s.withdrawn && (s.left || s.waiting) && s.kind) gravest = gravest ? std::min(*gravest, *s.kind) : s.kind;
  return gravest;
}

namespace {

std::vector<std::pair<Slot, Value>> told_kind_of(const Project& project, std::optional<Kind> told_kind) {
  const Slot slot = project.schema.find("told_kind");
  if (slot == no_slot) return {};
  return {{slot, told_kind ? Value::of_string(name_of(*told_kind)) : Value::null()}};
}

}  // namespace

RuleFacts::RuleFacts(const Miss& miss, const Project& project, std::optional<Kind> told_kind)
    : told_(miss.facts.with(told_kind_of(project, told_kind))), derived_(*told_, project.derived) {}

}  // namespace amends
