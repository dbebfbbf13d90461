// How the shop's orders fared up to a moment: counts of their courses (course.h) by groups of like orders (traits.h).
// Memory goes by the courses there are in each group, at most a few thousand, and not by the orders; where there are too
// many in all, the finest trait is given up. Records of parts of the orders add up to the same in any order.
//
// What share of open orders will miss their time is estimated by Kaplan and Meier's method from the orders of the group
// that stood at the same step in the same phase: an order still open counts for as long as it was seen. A finer group
// is drawn to the coarser one around it as if a hundred orders of that one stood beside its own, and one with fewer
// than ten such orders is left out. (Rejected: a ridge logistic regression over the same facts. On the data of
// amends-check(1) it is as good at purchase and worse three days before due, 0.0742 and 0.2025 against 0.0743 and 0.1991,
// and it needs a model for every moment to ask at, iterations over rows, and has no group to name.)
#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/risk/course.h"
#include "core/risk/traits.h"

namespace amends {

struct GroupShare {
  std::string group;       // its key, see words_of()
  std::size_t orders = 0;  // that stood there
  double missed = 0;       // the share of them that missed their time
  double estimate = 0;     // drawn to the coarser ones
  Standpoint at;           // where: as asked, or of the coarsest group the nearest before where enough stood
};

// How often each course was taken.
class Tally {
 public:
  // Whether the course is new.
  bool add(const Course& course, std::uint32_t count = 1);
  // One that stands behind all there are.
  void append(const Course& course, std::uint32_t count) { counts_.emplace_back(course, count); }
  // How many are new.
  std::size_t add(const Tally& other);
  auto begin() const { return counts_.begin(); }
  auto end() const { return counts_.end(); }

 private:
  std::vector<std::pair<Course, std::uint32_t>> counts_;  // by course
};

// From the coarsest group to the finest that had orders enough.
using Estimate = std::vector<GroupShare>;

class TrackRecord {
 public:
  explicit TrackRecord(Instant seen_at) : seen_at_(seen_at) {}

  void add(const Traits& traits, const CaseTimes& times);
  void add(const Traits& traits, const Tally& courses);
  void add(const TrackRecord& other);
  Instant seen_at() const { return seen_at_; }
  // Coarser groups become the sums of the finer ones; then it can be asked.
  void settle();

  struct Summary {
    std::size_t known = 0;   // orders that have kept or missed their time
    std::size_t missed = 0;
    std::size_t groups = 0;  // unlike in service, place, promise or carrier
  };
  Summary summary(const std::string& guarantee) const;
  // Empty when fewer than thirty orders under the guarantee have kept or missed their time. Remembers: one thread at a time.
  Estimate estimate(const Traits& traits, Standpoint standpoint) const;

  static constexpr std::size_t fewest_known = 30, fewest_of_group = 10;

 private:
  struct Share {
    std::size_t orders = 0;
    double missed = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Groups = std::unordered_map<std::string, Tally, Hash, std::equal_to<>>;
  const Tally& tally_of(const std::string& group) const;
  static std::size_t count_known(const Tally& tally);
  Share share(const std::string& group, Standpoint standpoint) const;
  bool is_unknown(const std::string& root) const;
  bool root_share(const std::string& group, Standpoint& standpoint, Share& found) const;
  void add(std::string_view group, const Course& course, std::uint32_t count);
  void add(std::string_view group, const Tally& tally);
  Tally& tally_to_add_to(std::string_view group);
  void coarsen();

  Instant seen_at_;
  std::size_t depth_ = trait_levels;
  Groups groups_;
  std::size_t courses_ = 0;  // in all groups
  mutable std::map<std::pair<std::string, Standpoint>, Share> asked_;
  mutable std::unordered_map<std::string, bool> unknown_;
};

}  // namespace amends
