// The sentences several commands print: how late, what was counted, what could not be judged.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/ledger/given_twice.h"
#include "core/letters/draft.h"

namespace amends {

// A day when it is its first moment.
std::string moment_words(Instant at, const Zone& zone);
// The moment of an option: a day, an instant, or a length of time before `now` (whole days go back to a midnight).
Instant moment_option(const std::string& name, const std::string& text, Instant now, const Zone& zone);
std::string counted(std::size_t n, std::string_view one, std::string_view many);  // "1 order", "3 orders"
std::string lateness_words(const Miss& miss);                                      // "3 days", "5 h 20 min"
// "24 orders: 14 in time, 6 missed (4 late, 2 overdue), ..."
std::string counts_sentence(const Judged& judged);
// "of those missed 2 cannot be decided by the policy"; empty: all can.
std::string undecided_words(const Night& night);
// "5 grants, GBP 31.40; held: 1 grant, GBP 60.00"
std::string grants_sentence(const Night& night);
// Sums by currency: "GBP 31.40", "EUR 3.00 and GBP 31.40", "nothing".
std::string sums_words(const std::vector<Money>& amounts);
// "4471: GBP 3.00 given twice, by a credit of GBP 5.00 (granted) and by hand", and what to do about it
std::string given_twice_words(const GivenTwice& twice);
std::string left_twice_words(const LeftTwice& left);
std::string given_twice_hint(const GivenTwice& twice);
// "4471: GBP 5.00 credit was held and gives way to what was given by hand"; `rest`: of which this is held anew
std::string gave_way_words(const Grant& gone, const std::vector<Grant>& rest);
// "order 4471 and order 4472: a letter each, since ..."
std::string apart_words(const LetterApart& apart);
// "no letter: 24.00 is no amount of the decision [wrong_fact]", "call, since the letter has nowhere to go: ..."
std::string why_unwritten(const Unwritten& unwritten);
// Also where it is quiet: what somebody has to look at.
void tell_given_twice(const GivenTwice& twice);
void say_unjudged(const Context& context, const std::vector<Unjudged>& unjudged);
// Cases of the night that the policy cannot judge, and why.
void say_undecided(const Context& context, const Night& night);
// "GBP 12.00 refund", "call within 4 business hours", "2 points"
template <class Remedy>
std::string remedy_words(const Remedy& r) {
  std::string out = r.money ? print(*r.money) + " " : r.quantity ? print(*r.quantity) + " " : "";
  out += r.kind;
  if (!r.what.empty()) out += " of " + r.what;
  if (!r.duration.empty()) out += " for " + r.duration;
  if (!r.within.empty()) out += " within " + r.within;
  if (!r.valid.empty()) out += ", valid " + r.valid;
  return out;
}

}  // namespace amends
