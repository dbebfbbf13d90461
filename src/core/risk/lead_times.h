// How long orders took from their start until what was promised them was met, as counts of days by lane, and what
// promise could have been kept in so many percent of them. An order still open counts for as long as it was seen
// (Kaplan and Meier), so that slow ones are not overlooked for being unfinished.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/judging/case_times.h"

namespace amends {

class DayCounts {
 public:
  void add(std::int32_t days, bool is_met);
  void add(const DayCounts& other);
  // The fewest days within which this share was met; nothing when so many never were.
  std::optional<std::int32_t> within(double share) const;
  std::int32_t longest() const { return days_.empty() ? 0 : days_.rbegin()->first; }

 private:
  struct Ends {
    std::size_t met = 0, unmet = 0;
  };
  std::map<std::int32_t, Ends> days_;
};

struct LaneTimes {
  std::size_t orders = 0;           // met, or unmet so far
  std::size_t met = 0;
  std::size_t in_time = 0, missed = 0;  // as promised today
  DayCounts days, business_days;

  void add(const CaseTimes& times);
  void add(const LaneTimes& other);
};

// What lanes can be told apart by.
inline constexpr const char* lane_facts[] = {"carrier", "service", "warehouse", "country", "region", "postcode", "weekday"};

class LeadTimes {
 public:
  // `by`: of lane_facts. Orders begun before `since` are left out.
  LeadTimes(std::vector<std::string> by, Instant since) : by_(std::move(by)), since_(since) {}

  void add(const Table& orders, const std::vector<CaseTimes>& times, const Zone& shop_zone);
  void add(const LeadTimes& other);

  // By guarantee (index in file order), then by the facts' values, in the order asked for. A weekday is 1 (Monday) to 7.
  using Key = std::pair<std::size_t, std::vector<std::string>>;
  const std::map<Key, LaneTimes>& lanes() const { return lanes_; }

 private:
  std::vector<std::string> by_;
  Instant since_;
  std::map<Key, LaneTimes> lanes_;
};

// Below this many met orders a share cannot be told: the slowest of so many is, with 95 percent certainty, among the
// slowest 1 - share (Wilks, 1941): 29 for 90 percent, 59 for 95, 299 for 99.
std::size_t fewest_for(double share);

}  // namespace amends
