// Orders that kept their promise, as they are told in passing (kept_order.h), counted: those alike once, with their
// number. For report and incidents. Parts of the orders add up to the same in any order.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/case_groups.h"
#include "core/kept_order.h"
#include "core/report_counts.h"
#include "core/traits.h"

namespace amends {

class KeptTally {
 public:
  // Keeps a reference.
  explicit KeptTally(const Project& project) : project_(&project) {}

  void add(const KeptOrder& kept);
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
};

// The traits of kept orders, of which there are few unlike.
class KeptTraits {
 public:
  // Keeps references.
  KeptTraits(const KeptGroups& groups, const Project& project) : groups_(&groups), project_(&project) {}
  // Until it is asked again.
  const Traits& of(const KeptOrder& kept, bool has_left);

 private:
  const KeptGroups* groups_;
  const Project* project_;
  std::unordered_map<std::uint64_t, Traits> known_;
};

}  // namespace amends
