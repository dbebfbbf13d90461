#include "core/risk/course.h"

#include <algorithm>

namespace amends {
namespace {

// A date is known from its first moment; where the zone's midnight lies matters little beside a step.
bool is_known(Moment moment, Instant at) {
  if (moment.is_none()) return false;
  return moment.is_date() ? moment.date().days * ms_per_day < at.ms : moment.instant() < at;
}

Instant instant_of(Moment moment) {
  return moment.is_date() ? Instant{moment.date().days * ms_per_day} : moment.instant();
}

std::uint8_t step_shipped(const CaseTimes& times, Instant before, bool is_met) {
  if (!times.has_parcel) return shipping_unknown;
  if (!is_known(times.shipped, before)) return is_met ? shipping_unknown : course_steps;
  return step_at(times, instant_of(times.shipped));
}

}  // namespace

std::uint8_t step_at(const CaseTimes& times, Instant at) {
  const std::int64_t gone = std::clamp<std::int64_t>(at.ms - times.start.ms, 0, times.limit.ms - times.start.ms);
  return static_cast<std::uint8_t>(gone * course_steps / (times.limit.ms - times.start.ms));
}

Phase phase_at(std::uint8_t shipped, std::uint8_t step) {
  if (shipped == shipping_unknown) return Phase::any;
  if (shipped > step) return Phase::waiting;
  return shipped * 2 > step ? Phase::shipped_lately : Phase::shipped_long;
}

std::optional<Course> course_of(const CaseTimes& times, Instant seen_at) {
  if (times.start >= seen_at) return std::nullopt;
  const bool is_met = times.is_met && times.last < seen_at;
  const Instant last = std::min(times.last, seen_at);
  Course course;
  course.met = is_met && times.state == CaseTimes::State::in_time;
  course.end = step_at(times, last);
  if (course.met) course.end = std::min<std::uint8_t>(course.end, course_steps - 1);
  course.shipped = step_shipped(times, seen_at, is_met);
  if (course.shipped < course_steps) course.shipped = std::min(course.shipped, course.end);
  return course;
}

Standpoint standpoint_at(const CaseTimes& times, Instant at) {
  const std::uint8_t step = std::min<std::uint8_t>(step_at(times, at), course_steps - 1);
  std::uint8_t shipped = step_shipped(times, at, false);
  if (shipped < course_steps) shipped = std::min(shipped, step);
  return {step, phase_at(shipped, step)};
}

}  // namespace amends
