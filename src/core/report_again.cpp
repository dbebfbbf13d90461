#include "core/report_again.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace amends {
namespace {

constexpr std::int64_t within_ms = again_days * ms_per_day;

// Somebody who was let down, until they buy again.
struct Awaited {
  Instant due;
  BoughtAgain::Side* side = nullptr;  // null: they have

  void see(Instant bought) {
    if (side == nullptr || bought <= due || bought.ms > due.ms + within_ms) return;
    ++side->again;
    side = nullptr;
  }
};

bool is_in_time(const std::optional<Instant>& at, Instant due) { return at && at->ms <= due.ms + within_ms; }

}  // namespace

std::uint64_t person_number(std::string_view person) { return std::hash<std::string_view>{}(person); }

BoughtAgain bought_again(const std::vector<ReportCase>& cases, const std::vector<Purchase>& purchases, Instant as_of) {
  std::vector<const ReportCase*> first;
  for (const ReportCase& c : cases)
    if (!c.person.empty() && !c.person.starts_with("order:")) first.push_back(&c);
  std::stable_sort(first.begin(), first.end(), [](const ReportCase* a, const ReportCase* b) { return std::tie(a->due, a->key) < std::tie(b->due, b->key); });
  BoughtAgain again;
  std::unordered_set<std::string_view> seen;
  std::unordered_multimap<std::uint64_t, Awaited> awaited;  // by person
  for (const ReportCase* c : first) {
    if (!seen.insert(c->person).second) continue;
    if (c->due.ms + within_ms > as_of.ms) {
      ++again.too_new;
      continue;
    }
    BoughtAgain::Side& side = is_in_time(c->told, c->due) || is_in_time(c->granted, c->due) ? again.recovered : again.left;
    ++side.people;
    awaited.emplace(person_number(c->person), Awaited{c->due, &side});
  }
  for (const Purchase& purchase : purchases) {
    const auto [begin, end] = awaited.equal_range(purchase.person);
    for (auto one = begin; one != end; ++one) one->second.see(purchase.at);
  }
  return again;
}

}  // namespace amends
