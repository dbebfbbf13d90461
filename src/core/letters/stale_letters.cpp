// Which letters that wait in the outbox are no longer true: of draft.h.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/ledger/open_offer.h"
#include "core/letters/draft.h"

namespace amends {
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

// Whether a letter of that day names a last day to choose that is over.
bool names_a_day_that_is_over(Instant written, const NightCase& c, const Given& given, Instant as_of) {
  if (!c.silent_from || c.deciding == nullptr) return false;
  const auto before = given.by_case.find(c.miss->key);
  const std::optional<Offer> choice = open_offer(c.decision, before == given.by_case.end() ? std::vector<Grant>{} : before->second, c.grants);
  if (!choice || !choice->by) return false;
  const Zone& zone = c.deciding->shop.zone;
  const std::int32_t waited = c.silent_from->days - zone.date_at(written).days;
  return Date{choice->by->days - waited} < zone.date_at(as_of);
}

}  // namespace

std::vector<std::string> stale_letters(const std::vector<WaitingLetter>& waiting, const SaidBefore& said, const Given& given,
                                       const Judgement& judgement, const Night& night) {
  std::unordered_map<std::string_view, const Miss*> now;  // by case; null: in time after all
  for (const std::string& key : judgement.seen) now[key] = nullptr;
  for (const Miss& miss : judgement.misses) now[miss.key] = &miss;
  for (const Unjudged& unjudged : judgement.unjudged) now.erase(unjudged.key);  // nothing is known against it
  const std::unordered_set<std::string> more = cases_with_more(said, given, night);
  std::unordered_map<std::string_view, const NightCase*> decided;
  for (const NightCase& c : night.cases) decided[c.miss->key] = &c;
  std::unordered_map<std::string_view, bool> gone;  // grants that are void; whether they were declined
  for (const auto& [key, grants] : given.by_case)
    for (const Grant& grant : grants)
      if (grant.state == GrantState::void_) gone.emplace(grant.key, is_declined(grant));
  const auto is_untrue_of = [&](const std::string& purpose, const std::string& grant) {
    const auto found = gone.find(grant);
    return found != gone.end() && !(purpose == purpose::declined && found->second);
  };
  const auto tells_of_gone = [&](const std::string& letter, const std::string& case_key) {
    const auto found = said.find(case_key);
    return found != said.end() && std::any_of(found->second.begin(), found->second.end(), [&](const Said& s) {
             return s.message == letter && std::any_of(s.grants.begin(), s.grants.end(), [&](const std::string& key) { return is_untrue_of(s.purpose, key); });
           });
  };
  const auto is_stale = [&](const WaitingLetter& letter, const WaitingLetter::OfCase& one) {
    if (tells_of_gone(letter.key, one.key)) return true;
    const auto found = now.find(one.key);
    if (found == now.end()) return false;
    const Miss* const miss = found->second;
    const bool is_untrue = miss == nullptr || (one.open && miss->closed) || (one.kind && *one.kind != miss->kind);
    const auto of_case = decided.find(one.key);
    const bool is_over = of_case != decided.end() && names_a_day_that_is_over(letter.as_of, *of_case->second, given, judgement.as_of);
    return is_untrue || is_over || more.contains(one.key);
  };
  std::vector<std::string> stale;
  for (const WaitingLetter& letter : waiting) {
    if (letter.as_of > judgement.as_of) continue;  // an earlier night knows less than it did
    const auto is_one_stale = [&](const WaitingLetter::OfCase& one) { return is_stale(letter, one); };
    if (std::any_of(letter.cases.begin(), letter.cases.end(), is_one_stale)) stale.push_back(letter.key);
  }
  return stale;
}

}  // namespace amends
