#include "core/report/report_fairness.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t most_examples = 3;

std::string_view state_words(GrantState state) {
  switch (state) {
    case GrantState::held: return " held";
    case GrantState::void_: return " void";
    case GrantState::decided: return " on request";
    default: return "";
  }
}

// One remedy may be given in parts: the parts of a state are one sum.
std::string outcome_of(const LikeCase& c) {
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<Int128, Currency>> sums;  // remedy, state, currency
  for (const Grant* grant : c.grants) {
    const std::string currency = grant->money ? std::string(grant->money->currency.name()) : std::string();
    auto& sum = sums[{remedy_label(grant->kind, grant->what), std::string(state_words(grant->state)), currency}];
    if (grant->money) sum = {sum.first + grant->money->minor, grant->money->currency};
  }
  std::vector<std::string> words;
  for (const auto& [what, sum] : sums) {
    const auto& [remedy, state, currency] = what;
    const std::string money = currency.empty() ? "" : fmt::format("{} {} ", currency, amount(Ratio(sum.first, 1) * minor_unit(sum.second), sum.second));
    words.push_back(money + remedy + state);
  }
  return words.empty() ? "nothing" : joined(words, ", ");
}

void keep_example(std::vector<std::string>& examples, const std::string& one) {
  const bool is_known = one.empty() || std::find(examples.begin(), examples.end(), one) != examples.end();
  if (!is_known && examples.size() < most_examples) examples.push_back(one);
}

void add(const LikeCase& c, UnlikeRemedies::Outcome& outcome) {
  ++outcome.cases;
  keep_example(outcome.orders, c.record_id);
  keep_example(outcome.regions, c.region);
  for (const Grant* grant : c.grants) keep_example(outcome.reasons, grant->reason);
}

}  // namespace

std::vector<UnlikeRemedies> unlike_remedies(std::vector<LikeCase> cases) {
  std::sort(cases.begin(), cases.end(), [](const LikeCase& a, const LikeCase& b) {
    return std::tie(a.table, a.facts, a.record_id) < std::tie(b.table, b.facts, b.record_id);
  });
  std::vector<UnlikeRemedies> found;
  for (auto first = cases.begin(); first != cases.end();) {
    const auto last = std::find_if(first, cases.end(), [&](const LikeCase& c) { return c.table != first->table || c.facts != first->facts; });
    std::map<std::string, UnlikeRemedies::Outcome> outcomes;
    for (auto c = first; c != last; ++c) add(*c, outcomes[outcome_of(*c)]);
    if (outcomes.size() > 1) {
      UnlikeRemedies& unlike = found.emplace_back(UnlikeRemedies{first->table, first->facts, static_cast<std::size_t>(last - first), {}});
      for (auto& [words, outcome] : outcomes) {
        outcome.words = words;
        unlike.outcomes.push_back(std::move(outcome));
      }
      std::stable_sort(unlike.outcomes.begin(), unlike.outcomes.end(), [](const auto& a, const auto& b) { return a.cases > b.cases; });
    }
    first = last;
  }
  std::stable_sort(found.begin(), found.end(), [](const UnlikeRemedies& a, const UnlikeRemedies& b) { return a.cases > b.cases; });
  return found;
}

bool is_about_whom(std::string_view fact) {
  return is_one_of(fact, {"order_id", "person_id", "customer_id", "email", "phone", "first_name", "customer_name", "locale", "timezone", "country", "region",
                          "postcode", "city", "tracking", "shipment_id", "item_id", "contact_id"});
}

}  // namespace amends
