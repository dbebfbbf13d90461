// Incidents: many misses with one likely common cause. Cases are put together by what they share (case_groups.h) and
// by the week or day promised; runs of periods in which a group missed at least twice what is usual for it are held
// against chance, and of those that overlap the fewest that explain all are told.
//
// Usual is the group's own rate in all other periods, drawn to the shop's as far as its groups are alike. Chance is a
// beta-binomial law, since rates vary from week to week more than coins do: how much is taken from the median of the
// squared deviations, which incidents do not move. Over all runs tried the false discovery rate is held (Benjamini and
// Hochberg, 1995). Then the run with the greatest likelihood ratio stands (as in Kulldorff's scan statistic, 1997), or
// a wider group of that time which was up without it too; what lies within is a part of its story. Every other run
// stands only if it is past chance without those cases as well.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/report/case_groups.h"
#include "core/report/incident_rules.h"

namespace amends {

struct Incident {
  std::string name;                                        // "carrier-dhl-2026-w47": stable while it goes on
  std::vector<std::pair<std::string, std::string>> group;  // fact and value; empty: all orders
  Date since, until;                                       // days promised, of whole periods
  std::size_t cases = 0, missed = 0;                       // of the group, then
  double usual = 0;                                        // rate
  double chance = 0;                                       // that it is none: the false discovery rate at which it is still told
  std::vector<std::uint32_t> misses;                       // in Judgement: its own, each in one incident
  std::vector<std::uint32_t> ahead;                        // in Judgement::open: of the same group, while it lasts
  std::vector<Incident> parts;                             // narrower groups that were up still more, maybe longer; the most telling first

  double rate() const { return static_cast<double>(missed) / static_cast<double>(cases); }
};

struct Incidents {
  std::vector<Incident> found;       // the latest first
  std::size_t tried = 0;             // runs of periods, of all groups
  std::vector<std::string> remarks;  // what kept it from looking
};

// `as_of`, in the shop's zone: what is promised for later is ahead.
Incidents find_incidents(const CaseGroups& groups, const IncidentRules& rules, Date as_of);

// "carrier dhl, region Bavaria"; "all orders"
std::string group_words(const Incident& incident);
// How sure that is.
std::string_view confidence_words(const Incident& incident);

}  // namespace amends
