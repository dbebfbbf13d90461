// Times of day print what was read.
#include "core/time.h"

#include <doctest/doctest.h>

namespace amends {

TEST_CASE("a time of day prints to the millisecond, and reads back") {
  for (const std::int64_t ms : {0L, ms_per_minute, 50709000L, 50709188L, ms_per_day - 1, ms_per_day})
    CHECK(read_time_of_day(print_time_of_day(ms)) == ms);
  CHECK(print_time_of_day(50709188) == "14:05:09.188");
  CHECK(print_time_of_day(50700000) == "14:05");
}

TEST_CASE("a moment for people has no milliseconds") {
  CHECK(print_moment(Instant{50709188}, Zone::utc()) == "Thu 1 Jan 1970 14:05:09");
}

}  // namespace amends
