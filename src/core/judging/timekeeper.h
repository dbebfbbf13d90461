// Takes the times of a case from its verdict (case_times.h).
#pragma once
#include <optional>

#include "core/judging/case_times.h"
#include "core/judging/verdict.h"

namespace amends {

class Timekeeper {
 public:
  Timekeeper(const Guarantee& guarantee, std::size_t index, const Table& orders, Instant as_of);
  // Nothing where there is no due, no start, or an end that nobody dated.
  // `limit`: the first instant too late, as Verdicts::limit().
  std::optional<CaseTimes> times_of(const Verdict& verdict, std::int64_t limit, Row order) const;

 private:
  static void leave_out(const std::vector<Standstill>& pauses, const Due& due, const Zone& zone, CaseTimes& times);
  static std::int64_t days_between(const Due& due, const Zone& zone, Date a, Date b);
  static std::int64_t business_days(const Due& due, const Zone& zone, Instant start, Date from, Date until);

  const Guarantee& guarantee_;
  std::size_t index_;
  const Column* placed_;
  const Column* shipped_;
  Instant as_of_;
};

}  // namespace amends
