#include "core/report/report_again.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>
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

// Those awaited, in a table with gaps: each purchase of all there are is looked for in it.
class People {
 public:
  void await(std::uint64_t person, Awaited awaited) { awaited_.push_back({person, awaited}); }

  void settle() {
    slots_.assign(std::bit_ceil(awaited_.size() * 2 + 1), none);
    for (std::uint32_t i = 0; i < awaited_.size(); ++i) {
      std::size_t at = place_of(awaited_[i].first);
      while (slots_[at] != none) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = i;
    }
  }

  // Soon to be seen.
  void expect(const Purchase& purchase) const { __builtin_prefetch(&slots_[place_of(purchase.person)]); }

  void see(const Purchase& purchase) {
    for (std::size_t at = place_of(purchase.person); slots_[at] != none; at = (at + 1) & (slots_.size() - 1))
      if (auto& [person, awaited] = awaited_[slots_[at]]; person == purchase.person) awaited.see(purchase.at);
  }

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  std::size_t place_of(std::uint64_t person) const { return static_cast<std::size_t>(person) & (slots_.size() - 1); }

  std::vector<std::pair<std::uint64_t, Awaited>> awaited_;
  std::vector<std::uint32_t> slots_;  // indices
};

bool is_in_time(const std::optional<Instant>& at, Instant due) { return at && at->ms <= due.ms + within_ms; }

}  // namespace

std::uint64_t person_number(std::string_view person) { return std::hash<std::string_view>{}(person); }

BoughtAgain bought_again(const std::vector<ReportCase>& cases, const std::deque<Purchase>& purchases, Instant as_of) {
  std::vector<const ReportCase*> first;
  for (const ReportCase& c : cases)
    if (!c.person.empty() && !c.person.starts_with("order:")) first.push_back(&c);
  std::stable_sort(first.begin(), first.end(), [](const ReportCase* a, const ReportCase* b) { return std::tie(a->due, a->key) < std::tie(b->due, b->key); });
  BoughtAgain again;
  std::unordered_set<std::string_view> seen;
  People people;
  for (const ReportCase* c : first) {
    if (!seen.insert(c->person).second) continue;
    if (c->due.ms + within_ms > as_of.ms) {
      ++again.too_new;
      continue;
    }
    BoughtAgain::Side& side = is_in_time(c->told, c->due) || is_in_time(c->granted, c->due) ? again.recovered : again.left;
    ++side.people;
    people.await(person_number(c->person), {c->due, &side});
  }
  people.settle();
  constexpr std::size_t ahead = 16;
  for (std::size_t i = 0; i < purchases.size(); ++i) {
    if (i + ahead < purchases.size()) people.expect(purchases[i + ahead]);
    people.see(purchases[i]);
  }
  return again;
}

}  // namespace amends
