// The hours in which a shop answers, told in the words of a letter's language.
#include "core/mail/opening_hours.h"

#include <doctest/doctest.h>

#include <string>

namespace amends {
namespace {

// Thin spaces and the like, as ICU sets them around a dash, are of no interest here.
std::string plain(std::string text) {
  for (const std::string space : {"\u2009", "\u202f", "\u00a0"})
    for (std::size_t at = text.find(space); at != std::string::npos; at = text.find(space)) text.replace(at, space.size(), " ");
  return text;
}

TEST_CASE("hours are told in the words of the language") {
  CHECK(plain(hours_in("Mon-Sat 8-20", "de")) == "Mo–Sa 08:00–20:00 Uhr");
  CHECK(plain(hours_in("Mon-Fri 8:30-17, Sat 10am-2pm", "es")) == "lun–vie 8:30–17:00, sáb 10:00–14:00");
  CHECK(plain(hours_in("Monday – Friday 9 - 12pm", "pl")) == "pon.–pt. 09:00–12:00");
  CHECK(plain(hours_in("Sun 12am-1am", "de")) == "So 00:00–01:00 Uhr");
}

TEST_CASE("hours stay as they are in English, and where they are written otherwise") {
  CHECK(hours_in("Mon-Sat 8-20", "en-US") == "Mon-Sat 8-20");
  for (const char* text : {"", "Mo-Sa 8-20 Uhr", "weekdays 8-20", "Mon-Sat", "Mon-Sat 8-24", "Mon-Sat 20-8", "Mon 8:60-9", "Mon 13pm-2pm", "Mon 8-", "8-20", "Mon-Sat 8-20; Sun closed"})
    CHECK(hours_in(text, "de") == text);
}

}  // namespace
}  // namespace amends
