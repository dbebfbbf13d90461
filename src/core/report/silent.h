// Customers who leave in silence: people whose promise was missed and who wrote nothing since. Most who are let down
// never complain, so what they are worth, and how long a word to them still counts, is counted here, the most at
// stake first. Nothing is guessed: who wrote is what [sources.contacts] tells.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/judging/miss.h"
#include "core/ledger/letter_history.h"

namespace amends {

// What a person bought so far.
struct SoFar {
  std::size_t orders = 0;     // not called off
  std::optional<Money> paid;  // for them, less what came back, in the shop's currency; none: no order tells it
};
using PeopleSoFar = std::unordered_map<std::string, SoFar>;  // by Miss::person

// Adds the orders in these records to those people who are in `people` already.
void add_so_far(const Records& records, const Project& project, PeopleSoFar& people);

struct SilentQuestion {
  std::int64_t word_counts = 30 * ms_per_day;  // so long after due a word is still heard
  std::vector<std::string> tiers;              // the best first; those named stand before all others
};

struct SilentCustomer {
  const Miss* miss = nullptr;      // the last they kept silent about
  std::size_t silent_about = 1;    // misses they wrote nothing of since
  std::size_t let_down = 1;        // misses in all: this one and those before, as misses_before tells them
  SoFar so_far;
  std::string tier;                // empty: none
  bool is_told = false;            // a letter about it was written, be it that it still waits
  std::int64_t days_left = 0;      // begun ones in which a word still counts; 0: too late
};

// One entry a person: first those a word can still reach, then by tier, money so far, how often they were let down,
// the longest due. nullopt: no source tells who wrote. `judgement` has its contacts (contact_log.h) and the facts of
// add_history(); endangered cases are left out. Keeps pointers into it.
std::optional<std::vector<SilentCustomer>> silent_customers(const Judgement& judgement, const SaidBefore& said, const PeopleSoFar& people,
                                                            const Project& project, const SilentQuestion& question);

}  // namespace amends
