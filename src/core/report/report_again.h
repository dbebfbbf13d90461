// Whether people bought again after a miss, with a word or a remedy and without. Counts, and no claim of what caused
// what: who is told and who is not differ in more than that.
#pragma once
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "core/report/report_case.h"

namespace amends {

inline constexpr std::int64_t again_days = 90;     // they had to buy again within
inline constexpr std::size_t fewest_people = 30;   // on a side, to say anything

// Of whom: a number of the person's name. Two of millions may share one, which no share of people shows.
std::uint64_t person_number(std::string_view person);

struct Purchase {
  std::uint64_t person = 0;
  Instant at;
};

struct BoughtAgain {
  struct Side {
    std::size_t people = 0, again = 0;
    bool is_enough() const { return people >= fewest_people; }
  };
  Side recovered;       // told, or granted something, within the days
  Side left;            // neither
  std::size_t too_new = 0;  // people whose miss is less than the days ago
};

// Each person counts once, by their first miss. People nobody can tell apart are left out.
BoughtAgain bought_again(const std::vector<ReportCase>& cases, const std::deque<Purchase>& purchases, Instant as_of);

}  // namespace amends
