// The hours in which the shop answers, as [shop] contact has them ("Mon-Sat 8-20", "Mon-Fri 9am-5:30pm, Sat 10-14"), in
// the words of a letter's language.
#pragma once
#include <string>
#include <string_view>

namespace amends {

// "Mo–Sa 08:00–20:00 Uhr" for de. As written for English, and where it is written otherwise than by English days and the clock.
std::string hours_in(std::string_view hours, std::string_view locale);

}  // namespace amends
