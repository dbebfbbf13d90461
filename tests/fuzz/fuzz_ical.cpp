// iCalendar files of holidays: any text is closures or an Error, and every closure is a part of a day.
#include "core/time/ical.h"
#include "fuzz.h"

using namespace amends;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Zone zone = *Zone::named("Europe/London");
  const Source source{"fuzz.ics", std::string(fuzz::text_of(data, size))};
  fuzz::answers([&] {
    const std::vector<Closure> closures = closures_in(source, zone);
    for (std::size_t i = 0; i < closures.size(); ++i) {
      const Closure& closure = closures[i];
      fuzz::require(0 <= closure.part.from && closure.part.from < closure.part.until && closure.part.until <= ms_per_day, "a closure is a part of its day", print(closure.date));
      fuzz::require(i == 0 || !(closure.date < closures[i - 1].date), "closures stand in order of date", print(closure.date));
    }
    fuzz::require(closures_in(source, zone) == closures, "what is read twice is the same");
  });
  return 0;
}
