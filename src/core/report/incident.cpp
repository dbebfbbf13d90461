#include "core/report/incident.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "core/base/beta_binomial.h"
#include "core/base/text.h"
#include "core/report/incident_scan.h"

namespace amends {
namespace {

constexpr std::size_t most_runs = 400;       // that are held against each other
constexpr std::size_t longest_name = 60;     // of one part of a name, in bytes
constexpr double telling_part = 1.5;         // times the incident's own rate
constexpr std::size_t most_parts = 5;        // of one incident
constexpr double drawn = 10;                 // what is left of an incident counts for its rate beside so many of its own cases

// How much likelier the run's own rate makes what came, against what was expected.
double gain(double missed, double cases, double expected, double spread) {
  if (missed <= expected) return 0;
  const double kept = cases - missed, kept_expected = std::max(cases - expected, 1e-9);
  const double ratio = missed * std::log(missed / std::max(expected, 1e-9)) + (kept > 0 ? kept * std::log(kept / kept_expected) : 0);
  return ratio / spread;
}

// What of a run is not told by the incidents found before it.
struct Rest {
  std::int64_t cases = 0, missed = 0;
  double expected = 0;
};

struct Told {
  const GroupRun* run = nullptr;
  std::int64_t cases = 0, missed = 0;   // that bear its label
  std::vector<const GroupRun*> parts;
};

class Reduction {
 public:
  Reduction(const CaseGroups& groups, const IncidentRules& rules, const Scan& scan)
      : groups_(groups), rules_(rules), scan_(scan), times_(real(rules.times)),
        label_(groups.size(), 0) {
    for (const GroupRun& run : scan.runs) {
      const double cases = static_cast<double>(run.cases);
      left_.push_back({&run, {}, texts_of(run), gain(static_cast<double>(run.missed), cases, run.usual * cases, run.spread)});
    }
    std::sort(left_.begin(), left_.end(), is_before);
    if (left_.size() > most_runs) left_.resize(most_runs);
    for (std::uint32_t at = 0; !left_.empty() && at < groups.size(); ++at)
      if (groups.state[at] != CaseOutcome::State::ahead) by_day_.push_back(at);
    std::sort(by_day_.begin(), by_day_.end(), [&](std::uint32_t a, std::uint32_t b) { return groups.day[a] < groups.day[b]; });
    for (Candidate& candidate : left_) candidate.cases = cases_of(*candidate.run);
  }

  // The runs that explain all of them, the greatest first.
  const std::vector<Told>& reduce() {
    while (!left_.empty()) {
      for (Candidate& candidate : left_) weigh(candidate);
      std::erase_if(left_, [](const Candidate& candidate) { return candidate.gain <= 0; });
      if (left_.empty()) break;
      std::sort(left_.begin(), left_.end(), is_before);
      const std::size_t best = widest(0);
      take(left_[best]);
      fold_into_last(best);
    }
    return told_;
  }

  // Cases of the group that came out one way or the other then.
  std::vector<std::uint32_t> cases_of(const GroupRun& run) const {
    const auto is_before_day = [&](std::uint32_t at, std::int32_t day) { return groups_.day[at] < day; };
    const auto from = [&](std::int32_t period) { return std::lower_bound(by_day_.begin(), by_day_.end(), first_day(period, rules_.per_day).days, is_before_day); };
    std::vector<std::uint32_t> cases;
    std::copy_if(from(run.first), from(run.last + 1), std::back_inserter(cases), [&](std::uint32_t at) { return is_in(scan_.dimensions[run.dimension], run.key, at); });
    return cases;
  }

  bool hits(const GroupRun& run, std::uint32_t at) const { return is_hit(groups_, scan_.dimensions[run.dimension], run.key, at); }

  // 0: none; else its place in what reduce() found, from 1.
  std::uint32_t label(std::size_t at) const { return label_[at]; }

 private:
  struct Candidate {
    const GroupRun* run = nullptr;
    std::vector<std::uint32_t> cases;
    std::vector<std::string_view> texts;
    double gain = 0;
  };

  // Where two gain the same, the simpler goes first.
  static bool is_before(const Candidate& a, const Candidate& b) {
    if (std::abs(a.gain - b.gain) > 1e-9 * std::max(a.gain, b.gain)) return a.gain > b.gain;
    return std::tie(a.run->dimension, a.texts, a.run->first, a.run->last) < std::tie(b.run->dimension, b.texts, b.run->first, b.run->last);
  }

  std::vector<std::string_view> texts_of(const GroupRun& run) const {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < run.key.size(); ++i) texts.push_back(scan_.dimensions[run.dimension].columns[i]->values.text(run.key[i]));
    return texts;
  }

  // Whether every case of the one group is one of the other, and both were up at one time.
  bool is_within(const GroupRun& inner, const GroupRun& outer) const {
    if (inner.first > outer.last || outer.first > inner.last) return false;
    const Dimension &a = scan_.dimensions[inner.dimension], &b = scan_.dimensions[outer.dimension];
    for (std::size_t i = 0; i < outer.key.size(); ++i) {
      const auto column = std::find(a.columns.begin(), a.columns.end(), b.columns[i]);
      if (column == a.columns.end() || inner.key[static_cast<std::size_t>(column - a.columns.begin())] != outer.key[i]) return false;
    }
    return true;
  }

  // Whether at least half of what it missed beyond the usual was missed outside the other's cases too.
  bool stands_without(const Candidate& outer, const Candidate& inner) const {
    std::vector<std::uint32_t> inside(inner.cases);
    std::sort(inside.begin(), inside.end());
    std::int64_t cases = 0, missed = 0;
    for (const std::uint32_t at : outer.cases) {
      if (std::binary_search(inside.begin(), inside.end(), at)) continue;
      cases += groups_.count[at];
      missed += hits(*outer.run, at) ? groups_.count[at] : 0;
    }
    const GroupRun& run = *outer.run;
    const double excess = static_cast<double>(run.missed) / static_cast<double>(run.cases) - run.usual;
    return cases > 0 && static_cast<double>(missed) / static_cast<double>(cases) - run.usual >= excess / 2;
  }

  // Itself, or a wider group of the same time that was up without it as well: that is the simpler story.
  std::size_t widest(std::size_t of) const {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      const GroupRun &inner = *left_[of].run, &outer = *left_[i].run;
      if (outer.dimension < inner.dimension && is_within(inner, outer) && stands_without(left_[i], left_[of])) return widest(i);
    }
    return of;
  }

  // What lies within it is a part of its story, and goes with it.
  void fold_into_last(std::size_t taken) {
    Told& told = told_.back();
    left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(taken));
    const auto is_of_part = [&](const GroupRun& run) {
      const auto overlaps = [&](const GroupRun* part) {
        return part->dimension == run.dimension && part->key == run.key && part->first <= run.last && run.first <= part->last;
      };
      return std::any_of(told.parts.begin(), told.parts.end(), overlaps);
    };
    for (const Candidate& candidate : left_)
      if (candidate.run->dimension != told.run->dimension && is_within(*candidate.run, *told.run) && !is_of_part(*candidate.run)) told.parts.push_back(candidate.run);
    std::erase_if(left_, [&](const Candidate& candidate) { return is_of_part(*candidate.run); });
    const double telling = telling_part * static_cast<double>(told.run->missed) / static_cast<double>(told.run->cases);
    std::erase_if(told.parts, [&](const GroupRun* part) { return static_cast<double>(part->missed) / static_cast<double>(part->cases) < telling; });
  }

  // An incident that lies mostly within the run is told already, and its cases do not speak for the run again. Within
  // one that reaches further, the run has to miss more than the rest of that one.
  Rest rest_of(const Candidate& candidate) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> by_label(told_.size() + 1);
    for (const std::uint32_t at : candidate.cases) {
      auto& [cases, missed] = by_label[label_[at]];
      cases += groups_.count[at];
      missed += hits(*candidate.run, at) ? groups_.count[at] : 0;
    }
    Rest rest{by_label[0].first, by_label[0].second, candidate.run->usual * static_cast<double>(by_label[0].first)};
    for (std::size_t label = 1; label < by_label.size(); ++label) {
      const auto& [cases, missed] = by_label[label];
      const Told& told = told_[label - 1];
      if (cases == 0 || 2 * cases >= told.cases) continue;
      const double own = static_cast<double>(told.missed) / static_cast<double>(told.cases);
      const double outside = (static_cast<double>(told.missed - missed) + drawn * own) / (static_cast<double>(told.cases - cases) + drawn);
      rest.cases += cases;
      rest.missed += missed;
      rest.expected += static_cast<double>(cases) * std::max(candidate.run->usual, outside);
    }
    return rest;
  }

  // One incident brings many runs past chance, and with each the next has it easier. So a group has to be past chance
  // when incidents are counted, not runs; all orders, of which there is but one group, need not.
  double cutoff(const GroupRun& run) const {
    if (run.dimension == 0) return scan_.cutoff;
    return std::min(scan_.cutoff, real(rules_.chance) * static_cast<double>(told_.size() + 1) / static_cast<double>(scan_.tried));
  }

  // No gain: others tell it all.
  void weigh(Candidate& candidate) const {
    const Rest rest = rest_of(candidate);
    const bool is_enough = rest.missed >= static_cast<std::int64_t>(rules_.fewest) && static_cast<double>(rest.missed) >= times_ * rest.expected;
    const double rate = rest.cases == 0 ? 0 : rest.expected / static_cast<double>(rest.cases);
    const double weight = scan_.dimensions[candidate.run->dimension].weight;
    const bool is_chance = !is_enough || chance_of_as_many(rest.missed, rest.cases, {rate, candidate.run->spread}) * weight > cutoff(*candidate.run);
    candidate.gain = is_chance ? 0 : gain(static_cast<double>(rest.missed), static_cast<double>(rest.cases), rest.expected, candidate.run->spread);
  }

  void take(const Candidate& candidate) {
    std::vector<bool> keeps_label(told_.size() + 1, false);
    std::vector<std::int64_t> inside(told_.size() + 1, 0);
    for (const std::uint32_t at : candidate.cases) inside[label_[at]] += groups_.count[at];
    for (std::size_t label = 1; label < inside.size(); ++label) keeps_label[label] = 2 * inside[label] >= told_[label - 1].cases;
    Told told{candidate.run, 0, 0, {}};
    const bool of_misses = scan_.dimensions[candidate.run->dimension].of_misses();
    for (const std::uint32_t at : candidate.cases) {
      const std::uint32_t known = label_[at];
      const bool hit = hits(*candidate.run, at);
      if (keeps_label[known] || (of_misses && !hit)) continue;
      if (known != 0) {
        told_[known - 1].cases -= groups_.count[at];
        told_[known - 1].missed -= groups_.is_missed(at) ? groups_.count[at] : 0;
      }
      label_[at] = static_cast<std::uint32_t>(told_.size() + 1);
      told.cases += groups_.count[at];
      told.missed += hit ? groups_.count[at] : 0;
    }
    told_.push_back(told);
  }

  const CaseGroups& groups_;
  const IncidentRules& rules_;
  const Scan& scan_;
  double times_;
  std::vector<std::uint32_t> label_;   // of each case
  std::vector<std::uint32_t> by_day_;  // those that are over
  std::vector<Candidate> left_;
  std::vector<Told> told_;
};

// Letters and digits in lower case, all else a dash.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (is_plain) out += c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  std::size_t end = std::min(out.size(), longest_name);
  while (end > 0 && end < out.size() && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "-" : out;
}

// "2026-w47": the week that its Thursday names (ISO 8601); of a day the day.
std::string period_name(Date first, bool per_day) {
  if (per_day) return print(first);
  const YearMonthDay thursday = civil(Date{first.days + 3});
  const Date new_year = *date_of(thursday.year, 1, 1);
  return fmt::format("{}-w{:02}", thursday.year, (first.days + 3 - new_year.days) / 7 + 1);
}

std::string name_of(const Incident& incident, bool per_day) {
  std::string name;
  for (const auto& [fact, value] : incident.group) name += fact + '-' + plain(value) + '-';
  return (name.empty() ? "all-" : name) + period_name(incident.since, per_day);
}

// Of two with one name the later in the order of their groups has a number.
void number_names(std::vector<Incident>& incidents) {
  std::map<std::string, std::size_t> known;
  std::vector<Incident*> in_order;
  for (Incident& incident : incidents) {
    in_order.push_back(&incident);
    for (Incident& part : incident.parts) in_order.push_back(&part);
  }
  std::sort(in_order.begin(), in_order.end(), [](const Incident* a, const Incident* b) { return a->group < b->group; });
  for (Incident* incident : in_order)
    if (const std::size_t before = known[incident->name]++; before > 0) incident->name += fmt::format("-{}", before + 1);
}

Incident incident_of(const GroupRun& run, const Scan& scan, bool per_day) {
  Incident incident;
  const Dimension& dimension = scan.dimensions[run.dimension];
  for (std::size_t i = 0; i < run.key.size(); ++i) incident.group.emplace_back(dimension.columns[i]->name, dimension.columns[i]->values.text(run.key[i]));
  incident.since = first_day(run.first, per_day);
  incident.until = Date{first_day(run.last + 1, per_day).days - 1};
  incident.cases = static_cast<std::size_t>(run.cases);
  incident.missed = static_cast<std::size_t>(run.missed);
  incident.usual = run.usual;
  incident.chance = run.told_at;
  incident.name = name_of(incident, per_day);
  return incident;
}

// The numbers of its records as they come, its name its own, the latest first.
void settle(std::vector<Incident>& incidents) {
  const auto sort = [](Incident& incident) {
    for (std::vector<std::uint32_t>* const numbers : {&incident.misses, &incident.ahead}) std::sort(numbers->begin(), numbers->end());
  };
  for (Incident& incident : incidents) {
    sort(incident);
    std::for_each(incident.parts.begin(), incident.parts.end(), sort);
  }
  number_names(incidents);
  const auto is_later = [](const Incident& a, const Incident& b) { return std::tie(b.until, b.since, a.name) < std::tie(a.until, a.since, b.name); };
  std::sort(incidents.begin(), incidents.end(), is_later);
}

// From what was found to what is told of it.
class Telling {
 public:
  Telling(const CaseGroups& groups, const IncidentRules& rules, const Scan& scan, const Reduction& reduction, Date as_of)
      : groups_(groups), rules_(rules), scan_(scan), reduction_(reduction), now_(period_of(as_of.days, rules.per_day)) {
    for (std::uint32_t at = 0; at < groups.size(); ++at)
      if (groups.state[at] == CaseOutcome::State::ahead) ahead_.push_back(at);
  }

  // `label`: of its cases; those that bear another are told there.
  Incident incident(const Told& told, std::uint32_t label) const {
    Incident incident = of_run(*told.run);
    for (const std::uint32_t at : reduction_.cases_of(*told.run))
      if (reduction_.label(at) == label && reduction_.hits(*told.run, at)) incident.misses.push_back(groups_.record[at]);
    for (const GroupRun* part : told.parts) {
      if (incident.parts.size() == most_parts) break;
      incident.parts.push_back(of_run(*part));
      for (const std::uint32_t at : reduction_.cases_of(*part))
        if (reduction_.hits(*part, at)) incident.parts.back().misses.push_back(groups_.record[at]);
    }
    return incident;
  }

 private:
  Incident of_run(const GroupRun& run) const {
    Incident incident = incident_of(run, scan_, rules_.per_day);
    const Dimension& dimension = scan_.dimensions[run.dimension];
    if (run.last >= now_ - 1 && !dimension.of_misses())
      for (const std::uint32_t at : ahead_)
        if (is_in(dimension, run.key, at)) incident.ahead.push_back(groups_.record[at]);
    return incident;
  }

  const CaseGroups& groups_;
  const IncidentRules& rules_;
  const Scan& scan_;
  const Reduction& reduction_;
  std::int32_t now_;
  std::vector<std::uint32_t> ahead_;
};

}  // namespace

Incidents find_incidents(const CaseGroups& groups, const IncidentRules& rules, Date as_of) {
  const Scan found = scan(groups, rules);
  Incidents incidents;
  incidents.tried = found.tried;
  if (found.periods > 0 && found.periods <= fewest_periods)
    incidents.remarks.push_back(fmt::format("promises of {} {}{} alone are known: groups are held against each other, and not all orders against their past, which takes {}",
                                            found.periods, rules.per_day ? "day" : "week", found.periods == 1 ? "" : "s", fewest_periods + 1));
  Reduction reduction(groups, rules, found);
  const std::vector<Told>& told = reduction.reduce();
  const Telling telling(groups, rules, found, reduction, as_of);
  for (std::size_t i = 0; i < told.size(); ++i) incidents.found.push_back(telling.incident(told[i], static_cast<std::uint32_t>(i + 1)));
  settle(incidents.found);
  return incidents;
}

std::string group_words(const Incident& incident) {
  std::vector<std::string> words;
  for (const auto& [fact, value] : incident.group) words.push_back(fmt::format("{} {}", fact, value));
  return words.empty() ? "all orders" : joined(words, ", ");
}

std::string_view confidence_words(const Incident& incident) {
  if (incident.chance < 1e-6) return "as good as certain";
  return incident.chance < 1e-3 ? "very likely" : "likely";
}

}  // namespace amends
