// How many promises were kept, by what they are compared by: counted while the records go by, by numbers and not by
// order. Parts add up to the same in any order.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/judging/miss.h"
#include "core/report/report_case.h"

namespace amends {

// Where something goes: the region, else the country.
inline std::string_view place_of(std::string_view region, std::string_view country) { return region.empty() ? country : region; }

class KeptCounts {
 public:
  using ByName = std::unordered_map<std::string, std::size_t>;

  KeptCounts(Period period, Zone shop_zone) : period_(period), zone_(std::move(shop_zone)) {}
  void add(const std::vector<KeptCase>& kept);
  // So many alike; whether they are of the period, so that their names count too. `day`: as day_of() has it.
  bool add(Date day, std::size_t guarantee, std::size_t count);
  void add_names(std::string_view carrier, std::string_view place, std::size_t count);
  void add(const KeptCounts& other);

  std::size_t all() const { return all_; }
  const std::map<std::int32_t, std::size_t>& by_day() const { return days_; }  // days as in Date
  const std::map<std::size_t, std::size_t>& by_guarantee() const { return guarantees_; }  // by index in file order
  const ByName& by_carrier() const { return carriers_; }
  const ByName& by_region() const { return regions_; }

 private:
  Period period_;
  Zone zone_;
  std::size_t all_ = 0;
  std::map<std::int32_t, std::size_t> days_;
  std::map<std::size_t, std::size_t> guarantees_;
  ByName carriers_, regions_;
};

}  // namespace amends
