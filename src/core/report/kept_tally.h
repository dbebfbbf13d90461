// Orders that kept their promise, as they are told in passing (kept_order.h), counted: those alike once, with their
// number. For report and incidents. Parts of the orders add up to the same in any order.
#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/judging/kept_order.h"
#include "core/report/case_groups.h"
#include "core/report/report_counts.h"
#include "core/risk/calibration.h"
#include "core/risk/track_record.h"
#include "core/risk/traits.h"

namespace amends {

class KeptTally {
 public:
  // Keeps a reference.
  explicit KeptTally(const Project& project) : project_(&project) {}

  void add(std::span<const KeptOrder> orders);
  void add(const KeptTally& other);
  // `groups`: what the orders were told with; its facts begin with kept_facts() of `to`.
  void add_to(CaseGroups& to, const KeptGroups& groups) const;
  // Its facts hold carrier, region and country.
  void add_to(KeptCounts& to, const KeptGroups& groups) const;

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: none
    std::uint32_t count = 0;
  };
  void add(std::uint64_t key, std::uint32_t count);
  void grow();

  const Project* project_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::size_t used_ = 0;
  std::vector<std::uint64_t> keys_;  // of the orders at hand
};

// The traits of kept orders, of which there are few unlike.
class KeptTraits {
 public:
  // Keeps references.
  KeptTraits(const KeptGroups& groups, const Project& project) : groups_(&groups), project_(&project) {}
  // Numbered from 0 as they come.
  std::uint32_t number(const KeptOrder& kept, bool has_left);
  const Traits& of(std::uint32_t number) const { return known_[number]; }
  // So many that they are better forgotten.
  bool are_many() const;
  void forget();

 private:
  const KeptGroups* groups_;
  const Project* project_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::deque<Traits> known_;
};

// The times of kept orders on their way into a track record and its trials: many at once, sorted, since an order alone
// would be looked for among all.
class KeptCourses {
 public:
  KeptCourses(const KeptGroups& groups, const Project& project, Instant as_of) : traits_(groups, project), as_of_(as_of) {}
  void add(const KeptOrder& kept, TrackRecord& record, Trials& trials);
  // What was added is in both from now on.
  void flush(TrackRecord& record, Trials& trials);

 private:
  KeptTraits traits_;
  Instant as_of_;
  std::vector<std::uint64_t> courses_;  // number of traits, then the course
  std::vector<std::uint64_t> trials_;   // likewise, then the look and where it stood
};

}  // namespace amends
