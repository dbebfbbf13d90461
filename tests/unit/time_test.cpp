// Times of day print what was read.
#include "core/time/time.h"

#include <string>

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

// Times in the usual form are read by a way of their own, which may pass one on but not read it otherwise.
TEST_CASE("a time read the quick way is what the careful reader makes of it, whatever byte of it is changed") {
  const std::string_view bytes = "0123459Zz+-:T .Aa\x80";
  for (const std::string time : {"2026-03-31T14:05:09Z", "2026-03-31T14:05:09+05:30", "2026-03-31 00:00:00-11:00", "2024-02-29T23:59:59+00:00"}) {
    Instant at;
    REQUIRE(read_usual_instant(time, at));
    CHECK(at == read_iso(time).instant);
    for (std::size_t i = 0; i < time.size(); ++i)
      for (const char byte : bytes) {
        std::string changed = time;
        changed[i] = byte;
        if (!read_usual_instant(changed, at)) continue;
        const Stamp stamp = read_iso(changed);
        CHECK_MESSAGE((stamp.kind == Stamp::Kind::instant && stamp.instant == at), changed);
      }
    for (std::size_t length = 0; length < time.size(); ++length) CHECK(!read_usual_instant(std::string_view(time).substr(0, length), at));
  }
  for (const char* const other : {"2026-03-31T14:05:09Z+5:30", "2026-03-31T14:05:09+05:3Z", "2026-03-31T14:05:09+", "2026-03-31T14:05:09z", "2026-03-31T14:05:09Z    "}) {
    Instant at;
    CHECK_MESSAGE(!read_usual_instant(other, at), other);
  }
}

}  // namespace amends
