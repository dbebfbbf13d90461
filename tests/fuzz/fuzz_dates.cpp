// Dates by declared formats, ISO times, times of day and durations: what is read prints, and reads back the
// same.
#include "core/time/date_format.h"
#include "fuzz.h"

using namespace amends;

namespace {

void check_stamp(const Stamp& stamp, std::string_view text) {
  if (stamp.kind == Stamp::Kind::bad) return;
  const Zone zone = *Zone::named("Europe/London");
  const Moment moment = moment_of(stamp, zone);
  fuzz::require(moment.is_date() == (stamp.kind == Stamp::Kind::date), "a date stays a date", text);
  const std::string printed = print(moment, Zone::utc());
  fuzz::require(moment_of(read_iso(printed), Zone::utc()) == moment, printed, text);
  fuzz::require(!print_moment(moment, zone).empty(), "a moment can be shown", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t cut = text.find('\n');
  check_stamp(read_iso(text), text);
  if (const auto ms = read_time_of_day(text)) {
    fuzz::require(*ms >= 0 && *ms <= ms_per_day, "a time of day lies in a day", text);
    fuzz::require(read_time_of_day(print_time_of_day(*ms)) == ms, "a time of day reads back", text);
  }
  if (const auto ms = read_duration(text)) fuzz::require(*ms >= 0, "no duration is negative", text);
  if (cut == std::string_view::npos) return 0;
  fuzz::answers([&] {
    const DateFormat format(text.substr(0, cut), {});
    check_stamp(format.read(text.substr(cut + 1)), text);
  });
  return 0;
}
