// What makes orders alike, from coarse to fine: the guarantee, then service and warehouse, the lane (country and region,
// else the beginning of the postcode), the length of the promise, the carrier, the weekday it started on. A group of
// like orders is named by the first few of these; a coarser one by fewer.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/judging/case_times.h"
#include "core/project.h"
#include "core/records/records.h"

namespace amends {

inline constexpr std::size_t trait_levels = 6;
inline constexpr std::size_t carrier_level = 4;

struct Traits {
  std::string key;                                // all levels, one after the other
  std::array<std::uint16_t, trait_levels> ends{}; // of each in the key
  std::size_t depth = 0;                          // how many are known

  std::string_view group(std::size_t level) const { return std::string_view(key).substr(0, ends[level]); }
  void cut(std::size_t levels);
};
// Of a key that was kept; as many levels as it has.
Traits traits_in(std::string key);
// The group of all orders under a guarantee.
std::string group_of_all(const std::string& guarantee);
// The group's name for people, within its guarantee: "region SP, promised in 16 to 32 days".
std::string words_of(std::string_view group);

// What an order's traits are told by, besides its times.
struct TraitTexts {
  std::string_view service, warehouse, country, region, postcode, carrier;
  bool names_carriers = false;  // some source does
};
// What is known before the parcel has left leaves the carrier out where some parcel names one.
Traits traits_of(const TraitTexts& texts, const Project& project, const CaseTimes& times, bool has_left);
// How long a promise is, doubling: 0: up to a day, 1: up to two, 2: up to four, ...
int band_of(const CaseTimes& times);

class TraitColumns {
 public:
  TraitColumns(const Table& orders, const Project& project);
  Traits of(const CaseTimes& times, bool has_left) const;

 private:
  std::string_view cell(const Column* column, Row row) const;

  const Project& project_;
  const Column *service_, *warehouse_, *country_, *region_, *postcode_, *carrier_;
};

// The facts it asks for.
inline constexpr const char* trait_facts[] = {"service", "warehouse", "country", "region", "postcode", "carrier", "placed_at", "shipped_at"};

}  // namespace amends
