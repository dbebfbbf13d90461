// How a case went, measured by the time it had been given: step 0 is its start, step 50 the moment its time ran out.
//
// This clock, and not days since the order, is what makes orders with unlike promises comparable: a shop that promises
// ten days to one place and thirty to another has put what it knows of the way into the promise. On the data of
// amends-check(1), by region, days since the order came to a Brier score of 0.107 at purchase, days left until due to
// 0.077, this clock to 0.074; a constant to 0.075.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>

#include "core/judging/case_times.h"

namespace amends {

inline constexpr std::uint8_t course_steps = 50;
inline constexpr std::uint8_t shipping_unknown = course_steps + 1;

struct Course {
  std::uint8_t shipped = shipping_unknown;  // step; course_steps: it had not left while it was seen
  std::uint8_t end = 0;                     // step it was met or last seen; course_steps: its time ran out before
  bool met = false;                         // in time
  friend auto operator<=>(const Course&, const Course&) = default;
};

// Where the parcel is, of a case that is open at a step.
enum class Phase : std::uint8_t {
  any,             // nothing is told of parcels
  waiting,         // has not left
  shipped_long,    // left in the first half of the time gone by
  shipped_lately,  // in the second
};
Phase phase_at(std::uint8_t shipped, std::uint8_t step);

std::uint8_t step_at(const CaseTimes& times, Instant at);

// What was known of it before `seen_at`: nothing when it had not begun.
std::optional<Course> course_of(const CaseTimes& times, Instant seen_at);

// A case that was open at `at`: where it stood then, by what was known then.
struct Standpoint {
  std::uint8_t step = 0;
  Phase phase = Phase::any;
  friend auto operator<=>(const Standpoint&, const Standpoint&) = default;
};
Standpoint standpoint_at(const CaseTimes& times, Instant at);

}  // namespace amends
