#include "core/risk/track_record.h"

#include <algorithm>
#include <array>

namespace amends {
namespace {

constexpr std::size_t most_courses = 4'000'000;  // of all groups, 8 bytes each; more, and the finest level is given up for good
constexpr double drawn_by = 100;                 // orders of the coarser group that count beside a finer one's own

}  // namespace

bool Tally::add(const Course& course, std::uint32_t count) {
  const auto place = std::lower_bound(counts_.begin(), counts_.end(), course, [](const auto& known, const Course& wanted) { return known.first < wanted; });
  if (place != counts_.end() && place->first == course) {
    place->second += count;
    return false;
  }
  counts_.insert(place, {course, count});
  return true;
}

std::size_t Tally::add(const Tally& other) {
  if (counts_.empty()) return counts_ = other.counts_, counts_.size();
  // A few among many are looked for; many are merged.
  std::size_t fresh = 0;
  if (other.counts_.size() * 8 < counts_.size()) {
    for (const auto& [course, count] : other.counts_) fresh += add(course, count) ? 1 : 0;
    return fresh;
  }
  std::vector<std::pair<Course, std::uint32_t>> sum;
  sum.reserve(counts_.size() + other.counts_.size());
  auto mine = counts_.begin();
  for (const auto& theirs : other.counts_) {
    while (mine != counts_.end() && mine->first < theirs.first) sum.push_back(*mine++);
    sum.push_back(theirs);
    if (mine != counts_.end() && mine->first == theirs.first) sum.back().second += mine++->second;
  }
  sum.insert(sum.end(), mine, counts_.end());
  fresh = sum.size() - counts_.size();
  counts_ = std::move(sum);
  return fresh;
}

void TrackRecord::add(const Traits& traits, const CaseTimes& times) {
  const std::optional<Course> course = course_of(times, seen_at_);
  if (!course) return;
  const std::size_t level = std::min(traits.depth, depth_) - 1;
  add(traits.group(level), *course, 1);
  coarsen();
}

void TrackRecord::add(const Traits& traits, const Tally& courses) {
  add(traits.group(std::min(traits.depth, depth_) - 1), courses);
  coarsen();
}

void TrackRecord::add(std::string_view group, const Course& course, std::uint32_t count) {
  courses_ += tally_to_add_to(group).add(course, count) ? 1 : 0;
}

void TrackRecord::add(std::string_view group, const Tally& tally) { courses_ += tally_to_add_to(group).add(tally); }

Tally& TrackRecord::tally_to_add_to(std::string_view group) {
  const auto known = groups_.find(group);
  return known != groups_.end() ? known->second : groups_[std::string(group)];
}

void TrackRecord::add(const TrackRecord& other) {
  for (const auto& [key, tally] : other.groups_) {
    Traits traits = traits_in(key);
    traits.cut(depth_);
    add(traits.key, tally);
  }
  coarsen();
}

// What is given up depends on which groups there are in all, not on which came first.
void TrackRecord::coarsen() {
  while (courses_ > most_courses && depth_ > 1) {
    --depth_;
    const Groups finer = std::move(groups_);
    groups_ = {};
    courses_ = 0;
    for (const auto& [key, tally] : finer) {
      Traits traits = traits_in(key);
      traits.cut(depth_);
      add(traits.key, tally);
    }
  }
}

void TrackRecord::settle() {
  std::array<std::vector<std::string>, trait_levels + 1> keys;  // by depth
  for (const auto& [key, tally] : groups_) keys[traits_in(key).depth].push_back(key);
  for (std::size_t depth = trait_levels; depth > 1; --depth)
    for (const std::string& key : keys[depth]) {
      const Traits traits = traits_in(key);
      const std::string_view around = traits.group(depth - 2);
      if (!groups_.contains(around)) keys[depth - 1].emplace_back(around);
      add(around, groups_.find(key)->second);
    }
}

const Tally& TrackRecord::tally_of(const std::string& group) const {
  static const Tally none;
  const auto found = groups_.find(group);
  return found == groups_.end() ? none : found->second;
}

// Those that have kept or missed their time.
std::size_t TrackRecord::count_known(const Tally& tally) {
  std::size_t known = 0;
  for (const auto& [course, count] : tally) known += course.met || course.end == course_steps ? count : 0;
  return known;
}

TrackRecord::Summary TrackRecord::summary(const std::string& guarantee) const {
  Summary summary;
  const std::string root = group_of_all(guarantee);
  std::array<std::size_t, trait_levels + 1> groups{};  // by depth
  for (const auto& [key, tally] : groups_)
    if (key.starts_with(root)) ++groups[traits_in(key).depth];
  summary.groups = *std::max_element(groups.begin(), groups.begin() + carrier_level + 2);
  const Tally& all = tally_of(root);
  summary.known = count_known(all);
  for (const auto& [course, count] : all) summary.missed += course.end == course_steps ? count : 0;
  return summary;
}

TrackRecord::Share TrackRecord::share(const std::string& group, Standpoint at) const {
  const auto [remembered, is_new] = asked_.try_emplace({group, at});
  Share& share = remembered->second;
  if (!is_new) return share;
  std::array<std::size_t, course_steps + 1> met{}, gone{};  // by step
  for (const auto& [course, count] : tally_of(group)) {
    const bool is_like = at.phase == Phase::any || phase_at(course.shipped, at.step) == at.phase;
    const bool was_seen_on = course.end > at.step || (course.end == at.step && course.met);
    if (!was_seen_on || !is_like) continue;
    share.orders += count;
    (course.met ? met : gone)[course.end] += count;
  }
  std::size_t open = share.orders;
  share.missed = 1;
  for (std::size_t step = at.step; step < course_steps && open > 0; ++step) {
    share.missed *= 1 - static_cast<double>(met[step]) / static_cast<double>(open);
    open -= met[step] + gone[step];
  }
  return share;
}

bool TrackRecord::is_unknown(const std::string& root) const {
  const auto [remembered, is_new] = unknown_.try_emplace(root, false);
  if (is_new) remembered->second = count_known(tally_of(root)) < fewest_known;
  return remembered->second;
}

// Where too few stood at the step in the phase: those in any phase, and at the step before, and so on.
bool TrackRecord::root_share(const std::string& group, Standpoint& at, Share& found) const {
  found = share(group, at);
  for (int step = at.step; found.orders < fewest_of_group && step >= 0; --step) {
    at = {static_cast<std::uint8_t>(step), Phase::any};
    found = share(group, at);
  }
  return found.orders >= fewest_of_group;
}

Estimate TrackRecord::estimate(const Traits& traits, Standpoint at) const {
  Estimate estimate;
  const std::string root(traits.group(0));
  Share share_of_all;
  Standpoint root_at = at;
  if (is_unknown(root) || !root_share(root, root_at, share_of_all)) return estimate;
  estimate.push_back({root, share_of_all.orders, share_of_all.missed, share_of_all.missed, root_at});
  for (std::size_t level = 1; level < traits.depth; ++level) {
    std::string group(traits.group(level));
    const Share own = share(group, at);
    if (own.orders < fewest_of_group) break;
    const GroupShare& around = estimate.back();
    if (own.orders == around.orders) continue;  // the same orders
    const auto n = static_cast<double>(own.orders);
    const double drawn = (n * own.missed + drawn_by * around.estimate) / (n + drawn_by);
    estimate.push_back({std::move(group), own.orders, own.missed, drawn, at});
  }
  return estimate;
}

}  // namespace amends
