#include "core/report_again.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_set>

namespace amends {
namespace {

constexpr std::int64_t within_ms = again_days * ms_per_day;

bool has_bought(const std::vector<Purchase>& purchases, std::uint64_t person, Instant after) {
  const auto next = std::upper_bound(purchases.begin(), purchases.end(), Purchase{person, after}, [](const Purchase& a, const Purchase& b) {
    return std::tie(a.person, a.at) < std::tie(b.person, b.at);
  });
  return next != purchases.end() && next->person == person && next->at.ms <= after.ms + within_ms;
}

bool is_in_time(const std::optional<Instant>& at, Instant due) { return at && at->ms <= due.ms + within_ms; }

}  // namespace

std::uint64_t person_number(std::string_view person) { return std::hash<std::string_view>{}(person); }

BoughtAgain bought_again(const std::vector<ReportCase>& cases, std::vector<Purchase> purchases, Instant as_of) {
  std::sort(purchases.begin(), purchases.end(), [](const Purchase& a, const Purchase& b) { return std::tie(a.person, a.at) < std::tie(b.person, b.at); });
  std::vector<const ReportCase*> first;
  for (const ReportCase& c : cases)
    if (!c.person.empty() && !c.person.starts_with("order:")) first.push_back(&c);
  std::stable_sort(first.begin(), first.end(), [](const ReportCase* a, const ReportCase* b) { return std::tie(a->due, a->key) < std::tie(b->due, b->key); });
  BoughtAgain again;
  std::unordered_set<std::string_view> seen;
  for (const ReportCase* c : first) {
    if (!seen.insert(c->person).second) continue;
    if (c->due.ms + within_ms > as_of.ms) {
      ++again.too_new;
      continue;
    }
    BoughtAgain::Side& side = is_in_time(c->told, c->due) || is_in_time(c->granted, c->due) ? again.recovered : again.left;
    ++side.people;
    side.again += has_bought(purchases, person_number(c->person), c->due) ? 1 : 0;
  }
  return again;
}

}  // namespace amends
