#include "core/report/kept_tally.h"

#include <algorithm>
#include <bit>
#include <span>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t most_traits = 50'000;      // that are remembered
constexpr std::size_t most_courses = 1'000'000;  // that wait

// What tells kept orders apart, in 64 bits. Days count from some thirty thousand years before 1970; the shop's day of a
// due is at most two from that of the due's own zone.
struct Alike {
  std::uint32_t group = 0;
  std::uint8_t guarantee = 0;
  bool is_over = false;
  Date day;       // in the due's zone
  Date shop_day;  // in the shop's

  static constexpr std::int32_t first_day = 12'000'000, most_apart = 3;

  std::uint64_t key() const {
    const auto apart = static_cast<std::uint64_t>(shop_day.days - day.days + most_apart);
    return std::uint64_t{group} << 40 | std::uint64_t{guarantee} << 32 | (is_over ? std::uint64_t{1} << 31 : 0) | apart << 28 | static_cast<std::uint64_t>(day.days + first_day);
  }
  static Alike of(std::uint64_t key) {
    const Date day{static_cast<std::int32_t>(key & 0xfffffff) - first_day};
    const auto apart = static_cast<std::int32_t>(key >> 28 & 7) - most_apart;
    return {static_cast<std::uint32_t>(key >> 40), static_cast<std::uint8_t>(key >> 32), (key >> 31 & 1) != 0, day, Date{day.days + apart}};
  }
};

// The highest bits of a product hang on all of its factor's.
std::size_t slot_of(std::uint64_t key, std::size_t slots) {
  return static_cast<std::size_t>(key * 0x9e3779b97f4a7c15u >> (64 - std::countr_zero(slots)));
}

// Calls `use` with each of them and how often it stands there, from the least; none is left.
template <typename Use>
void each_alike(std::vector<std::uint64_t>& all, Use use) {
  std::sort(all.begin(), all.end());
  for (auto first = all.begin(); first != all.end();) {
    const auto end = std::find_if(first, all.end(), [&](std::uint64_t other) { return other != *first; });
    use(*first, static_cast<std::size_t>(end - first));
    first = end;
  }
  all.clear();
}

}  // namespace

// The table is larger than the nearest memory: all places are fetched before the first is used.
void KeptTally::add(std::span<const KeptOrder> orders) {
  keys_.clear();
  for (const KeptOrder& kept : orders) {
    if (kept.guarantee == KeptOrder::no_guarantee) continue;
    keys_.push_back(Alike{kept.group, kept.guarantee, kept.is_over, kept.day, day_of(kept.due, project_->shop.zone)}.key());
    __builtin_prefetch(&slots_[slot_of(keys_.back(), slots_.size())]);
  }
  for (const std::uint64_t key : keys_) add(key, 1);
}

void KeptTally::add(const KeptTally& other) {
  for (const Slot& slot : other.slots_)
    if (slot.key != 0) add(slot.key, slot.count);
}

void KeptTally::add(std::uint64_t key, std::uint32_t count) {
  for (std::size_t at = slot_of(key, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.key == key) return slot.count += count, void();
    if (slot.key != 0) continue;
    slot = {key, count};
    if (++used_ * 3 > slots_.size() * 2) grow();
    return;
  }
}

void KeptTally::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  used_ = 0;
  for (const Slot& slot : old)
    if (slot.key != 0) add(slot.key, slot.count);
}

void KeptTally::add_to(CaseGroups& to, const KeptGroups& groups) const {
  std::unordered_map<std::uint64_t, std::vector<GroupValue>> known;  // by group and guarantee
  for (const Slot& slot : slots_) {
    const Alike alike = Alike::of(slot.key);
    if (slot.key == 0 || !alike.is_over) continue;
    std::vector<GroupValue>& values = known[slot.key >> 32];
    if (values.empty()) values = to.values_of_kept(groups.texts(alike.group), alike.guarantee, *project_);
    to.add_kept(values, alike.day, slot.count);
  }
}

void KeptTally::add_to(KeptCounts& to, const KeptGroups& groups) const {
  const std::size_t carrier = groups.fact_named("carrier"), region = groups.fact_named("region"), country = groups.fact_named("country");
  std::unordered_map<std::uint32_t, std::size_t> counts;  // by group
  for (const Slot& slot : slots_) {
    const Alike alike = Alike::of(slot.key);
    if (slot.key != 0 && to.add(alike.shop_day, alike.guarantee, slot.count)) counts[alike.group] += slot.count;
  }
  for (const auto& [group, count] : counts) {
    const KeptGroups::Texts& texts = groups.texts(group);
    to.add_names(trimmed(texts[carrier]), place_of(trimmed(texts[region]), trimmed(texts[country])), count);
  }
}

std::uint32_t KeptTraits::number(const KeptOrder& kept, bool has_left) {
  const int begun_on = weekday(project_->shop.zone.date_at(kept.times.begun));
  const auto of_times = static_cast<std::uint64_t>(band_of(kept.times)) << 8 | static_cast<std::uint64_t>(begun_on) << 4 | (has_left ? 1u : 0u);
  const std::uint64_t key = std::uint64_t{kept.group} << 32 | std::uint64_t{kept.guarantee} << 16 | of_times;
  const auto [known, is_new] = numbers_.try_emplace(key, static_cast<std::uint32_t>(known_.size()));
  if (!is_new) return known->second;
  const KeptGroups::Texts& texts = groups_->texts(kept.group);
  const auto text = [&](std::string_view fact) { return trimmed(texts[groups_->fact_named(fact)]); };
  const TraitTexts told{text("service"), text("warehouse"), text("country"), text("region"), text("postcode"), text("carrier"),
                        groups_->is_held(groups_->fact_named("carrier"))};
  known_.push_back(traits_of(told, *project_, kept.times, has_left));
  return known->second;
}

bool KeptTraits::are_many() const { return known_.size() >= most_traits; }

void KeptTraits::forget() {
  numbers_.clear();
  known_.clear();
}

void KeptCourses::add(const KeptOrder& kept, TrackRecord& record, Trials& trials) {
  if (!kept.has_times) return;
  if (traits_.are_many() || std::max(courses_.size(), trials_.size()) >= most_courses) flush(record, trials);
  if (const std::optional<Course> course = course_of(kept.times, record.seen_at()))
    courses_.push_back(std::uint64_t{traits_.number(kept, true)} << 32 | std::uint64_t{course->shipped} << 16 |
                       std::uint64_t{course->end} << 8 | (course->met ? 1u : 0u));
  trials.each(kept.times, as_of_, [&](Look look, Standpoint at, bool) {
    const std::uint64_t traits = traits_.number(kept, Trials::has_left(at));
    trials_.push_back(traits << 32 | std::uint64_t{at.step} << 16 | static_cast<std::uint64_t>(at.phase) << 8 | static_cast<std::uint64_t>(look));
  });
}

void KeptCourses::flush(TrackRecord& record, Trials& trials) {
  Tally tally;
  std::optional<std::uint64_t> last;  // traits of the tally
  const auto add_tally = [&] {
    if (last) record.add(traits_.of(static_cast<std::uint32_t>(*last)), tally);
    tally = {};
  };
  each_alike(courses_, [&](std::uint64_t course, std::size_t count) {
    if (last != course >> 32) add_tally();
    last = course >> 32;
    tally.append({static_cast<std::uint8_t>(course >> 16), static_cast<std::uint8_t>(course >> 8), (course & 1) != 0}, static_cast<std::uint32_t>(count));
  });
  add_tally();
  each_alike(trials_, [&](std::uint64_t trial, std::size_t count) {
    const Standpoint at{static_cast<std::uint8_t>(trial >> 16), static_cast<Phase>(trial >> 8 & 0xff)};
    trials.add_kept(traits_.of(static_cast<std::uint32_t>(trial >> 32)), static_cast<Look>(trial & 0xff), at, count);
  });
  traits_.forget();
}

}  // namespace amends
