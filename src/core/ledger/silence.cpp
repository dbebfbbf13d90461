#include "core/ledger/silence.h"

#include <algorithm>

#include "core/ledger/open_offer.h"

namespace amends {
namespace {

std::optional<Instant> offered_at(const std::string& case_key, const Given& given) {
  const auto found = given.by_case.find(case_key);
  if (found == given.by_case.end()) return std::nullopt;
  std::optional<Instant> first;
  for (const Grant& grant : found->second)
    if (is_offer(grant)) first = first ? std::min(*first, grant.as_of) : grant.as_of;
  return first;
}

}  // namespace

Date silent_from(const std::string& case_key, const LettersOfCases& letters, const Given& given, const Zone& zone, Instant as_of) {
  const std::optional<Instant> offered = offered_at(case_key, given);
  if (!offered) return zone.date_at(as_of);
  bool is_waiting = false;
  std::optional<Instant> left;
  const auto of_case = letters.find(case_key);
  if (of_case != letters.end())
    for (const LetterOfCase& letter : of_case->second) {
      if (letter.as_of < *offered) continue;  // it told of something else
      is_waiting = is_waiting || !letter.left;
      if (letter.left) left = left ? std::min(*left, *letter.left) : *letter.left;
    }
  if (left) return zone.date_at(*left);
  return zone.date_at(is_waiting ? as_of : *offered);
}

}  // namespace amends
