// Where an order goes, as far as time is concerned: the zone in which a promised day ends. It is the order's own
// zone, else its country's if that has one clock, else its region's, else the shop's; `reason` says which. An order
// that names a region and no country is taken to stay in the shop's.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/project.h"
#include "core/records/records.h"

namespace amends {

class Destination {
 public:
  Destination(Zone zone, std::string reason, Instant as_of);

  const Zone zone;
  const std::string reason;  // "the order's timezone", "country PT", "region SP", "the shop"
  // end_of(zone, date), kept for the years around as_of.
  Instant end_of_day(Date date) const;

 private:
  std::int32_t first_;
  mutable std::vector<std::int64_t> ends_;
};

class Destinations {
 public:
  Destinations(const Table& orders, const Shop& shop, Instant as_of);
  const Destination& of(Row order);
  const Zone& shop() const { return shop_.zone; }

 private:
  using Known = std::unordered_map<std::string_view, std::unique_ptr<Destination>>;
  const Destination* by_zone(std::string_view name);
  const Destination* by_country(std::string_view code);
  const Destination* find_country(std::string_view code);
  const Destination* by_region(std::string_view country, std::string_view region);

  const Column* timezone_;
  const Column* country_;
  const Column* region_;
  Instant as_of_;
  Destination shop_;
  std::string shop_country_;
  Known zones_, countries_;  // by the text of the records
  std::unordered_map<std::string, std::unique_ptr<Destination>> regions_;  // null: does not tell
  std::string region_key_;
  std::string_view last_country_, last_region_;
  const Destination* last_by_region_ = nullptr;
  std::string_view last_zone_;
  const Destination* last_by_zone_ = nullptr;
  std::array<const Destination*, 26 * 26> by_alpha2_{};
};

// The zone of a country with one clock ("pt"), or empty.
std::string_view zone_of_country(std::string_view code);
// The zone of a region ("sp", "BR-SP") of a country with several clocks, or empty.
std::string_view zone_of_region(std::string_view country, std::string_view region);

}  // namespace amends
