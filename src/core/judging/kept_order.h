// What the first look at the files (io/records/row_sieve.h) tells of an order that kept its promise, where a command counts
// those too: a few numbers instead of a record. The texts that orders are counted by (carrier, region, ...) stand once in
// KeptGroups; orders told alike share a number there.
#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/judging/case_times.h"
#include "core/time/time.h"

namespace amends {

struct KeptOrder {
  static constexpr std::uint8_t no_guarantee = std::numeric_limits<std::uint8_t>::max();

  std::uint32_t group = 0;  // in KeptGroups
  std::uint8_t guarantee = no_guarantee;  // index in file order; none: it came under none, and was bought all the same
  bool is_over = false;     // its due is over
  bool has_times = false;
  Moment due;
  Date day;                 // promised, in the due's zone
  CaseTimes times;          // without its row and its days
  std::uint64_t person = 0; // as person_number() has it, where it is asked for
  Moment placed;            // an instant; none: nobody told
};

// Texts that orders, or their parcels, are told by: each tuple once, numbered from 1 as it came. Any thread may ask.
class KeptGroups {
 public:
  using Texts = std::vector<std::string>;  // beside facts()

  // `facts`: of orders, each of type string.
  explicit KeptGroups(std::vector<std::string> facts) : facts_(std::move(facts)), held_(facts_.size(), false) {}

  const std::vector<std::string>& facts() const { return facts_; }
  std::size_t fact_named(std::string_view name) const;
  // Whether some source holds it, as whoever reads them says before the first is read.
  void hold(std::size_t fact) { held_[fact] = true; }
  bool is_held(std::size_t fact) const { return held_[fact]; }
  // 0 when there are too many: such orders are for the records to tell.
  std::uint32_t number(const Texts& texts);
  // Stays where it is.
  const Texts& texts(std::uint32_t group) const;

  // Of a zone, by its name. most_zones: there are too many.
  std::uint8_t zone_number(const Zone& zone);
  const Zone& zone(std::uint8_t number) const;

  static constexpr std::size_t most = 200'000, most_bytes = std::size_t{48} << 20;
  static constexpr std::uint8_t most_zones = 255;

 private:
  std::vector<std::string> facts_;
  std::vector<bool> held_;  // beside them
  mutable std::mutex guard_;
  std::unordered_map<std::string, std::uint32_t> numbers_;  // by all texts, each with its length before it
  std::deque<Texts> texts_;
  std::size_t bytes_ = 0;
  std::deque<Zone> zones_;
};

}  // namespace amends
