#include "core/report/incident_scan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "core/base/beta_binomial.h"

namespace amends {
namespace {

constexpr std::int32_t longest_run_days = 31, longest_run_weeks = 13;
constexpr double telling = 3;             // misses expected, from which on a period can speak for or against a run
constexpr double prior_weight = 20;       // what is assumed of the spread counts like so many groups or periods
constexpr double spread_of_weeks = 0.01;  // correlation of two cases of one week; of groups what it is of all orders
constexpr std::size_t fewest_deviations = 30;
constexpr double orders_of_shop = 100;    // a group stands beside so many orders of the shop where nothing tells better
constexpr double fewest_orders_of_shop = 5, most_orders_of_shop = 1000;

constexpr const char* pairs[][2] = {{"carrier", "warehouse"}, {"carrier", "region"}, {"carrier", "country"}, {"item", "warehouse"}, {"seller", "carrier"}};

struct Cell {
  std::int32_t period = 0;
  std::int64_t cases = 0, missed = 0;
};

struct Counted {
  GroupKey key;
  std::vector<Cell> cells;  // by period
  std::int64_t cases = 0, missed = 0;
};

void add(Counted& group, std::int32_t period, std::int64_t cases, bool missed) {
  if (group.cells.empty() || group.cells.back().period != period) group.cells.push_back({period, 0, 0});
  group.cells.back().cases += cases;
  group.cells.back().missed += missed ? cases : 0;
  group.cases += cases;
  group.missed += missed ? cases : 0;
}

std::vector<Dimension> dimensions_of(const CaseGroups& groups) {
  std::vector<Dimension> dimensions(1);
  const auto tells_apart = [](const GroupColumn& column) { return column.values.size() > (column.of_misses ? 0u : 1u); };
  for (const GroupColumn& column : groups.columns)
    if (tells_apart(column)) dimensions.push_back({{&column}, 0, 1});
  for (const auto& [one, other] : pairs) {
    const GroupColumn *const a = groups.find(one), *const b = groups.find(other);
    if (a != nullptr && b != nullptr && tells_apart(*a) && tells_apart(*b)) dimensions.push_back({{a, b}, 0, 1});
  }
  return dimensions;
}

// Counts cases that come one after the other by group and day.
class Counting {
 public:
  Counting(const CaseGroups& groups, bool per_day) : groups_(groups), per_day_(per_day) {
    for (std::uint32_t at = 0; at < groups.size(); ++at)
      if (groups.state[at] != CaseOutcome::State::ahead) over_.push_back(at);
    std::stable_sort(over_.begin(), over_.end(), [&](std::uint32_t a, std::uint32_t b) { return groups.day[a] < groups.day[b]; });
  }

  std::vector<Counted> of(const Dimension& dimension) const {
    if (dimension.columns.empty()) return {all()};
    if (dimension.of_misses()) return of_misses(*dimension.columns[0]);
    return dimension.columns.size() == 1 ? of_column(*dimension.columns[0]) : of_pair(*dimension.columns[0], *dimension.columns[1]);
  }

  Counted all() const {
    Counted counted;
    for (const std::uint32_t at : over_) add(counted, period(at), groups_.count[at], groups_.is_missed(at));
    return counted;
  }

 private:
  std::int32_t period(std::uint32_t at) const { return period_of(groups_.day[at], per_day_); }

  std::vector<Counted> of_column(const GroupColumn& column) const {
    std::vector<Counted> counted(column.values.size() + 1);
    for (const std::uint32_t at : over_) {
      add(counted[column.value[at]], period(at), groups_.count[at], groups_.is_missed(at));
      for (const auto& further : column.further(at)) add(counted[further.second], period(at), groups_.count[at], groups_.is_missed(at));
    }
    for (GroupValue value = 1; value < counted.size(); ++value) counted[value].key = {value};
    counted.erase(counted.begin());  // nothing told
    return counted;
  }

  std::vector<Counted> of_pair(const GroupColumn& a, const GroupColumn& b) const {
    std::vector<Counted> counted;
    std::unordered_map<std::uint64_t, std::size_t> known;
    for (const std::uint32_t at : over_) {
      if (a.value[at] == no_value || b.value[at] == no_value) continue;
      const auto [entry, is_new] = known.try_emplace(std::uint64_t{a.value[at]} << 32 | b.value[at], counted.size());
      if (is_new) counted.emplace_back().key = {a.value[at], b.value[at]};
      add(counted[entry->second], period(at), groups_.count[at], groups_.is_missed(at));
    }
    return counted;
  }

  // Of all orders some were missed for this cause.
  std::vector<Counted> of_misses(const GroupColumn& column) const {
    std::vector<Counted> counted(column.values.size(), all());
    for (GroupValue value = 1; value <= counted.size(); ++value) {
      Counted& group = counted[value - 1];
      group.key = {value};
      group.missed = 0;
      for (Cell& cell : group.cells) cell.missed = 0;
    }
    for (const std::uint32_t at : over_) {
      if (column.value[at] == no_value) continue;
      Counted& group = counted[column.value[at] - 1];
      const auto cell = std::lower_bound(group.cells.begin(), group.cells.end(), period(at), [](const Cell& c, std::int32_t p) { return c.period < p; });
      cell->missed += groups_.count[at];
      group.missed += groups_.count[at];
    }
    return counted;
  }

  const CaseGroups& groups_;
  bool per_day_;
  std::vector<std::uint32_t> over_;  // kept or missed, by day
};

struct Deviation {
  double cases = 0, size = 0;  // of the difference, in binomial deviations
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// How alike two cases of one group are, such that half of the deviations below their median lie as near to it as chance
// has it. Those above it may be incidents, which are what is looked for.
double correlation_of(const std::vector<Deviation>& deviations, double assumed) {
  constexpr double probable = 0.6745;  // half of normal deviates are smaller
  const auto is_too_wide = [&](double correlation) {
    std::vector<double> sizes;
    for (const Deviation& d : deviations) sizes.push_back(d.size / std::sqrt(1 + (d.cases - 1) * correlation));
    const double middle = median(sizes);
    std::vector<double> below;
    for (const double size : sizes)
      if (size <= middle) below.push_back(middle - size);
    return median(below) > probable;
  };
  if (deviations.size() < fewest_deviations) return assumed;
  double low = 0, high = 1;
  for (int step = 0; step < 30; ++step) {
    const double middle = (low + high) / 2;
    (is_too_wide(middle) ? low : high) = middle;
  }
  const double found = is_too_wide(0) ? low : 0, weight = static_cast<double>(deviations.size());
  return (found * weight + assumed * prior_weight) / (weight + prior_weight);
}

std::optional<Deviation> deviation_of(std::int64_t cases, std::int64_t missed, double rate) {
  const double n = static_cast<double>(cases), expected = n * rate;
  if (expected < telling || n - expected < telling) return std::nullopt;
  return Deviation{n, (static_cast<double>(missed) - expected) / std::sqrt(expected * (1 - rate))};
}

// The runs of one dimension's groups.
class DimensionScan {
 public:
  // `assumed`: the spread of periods, where its own cannot be told.
  DimensionScan(std::size_t dimension, bool stands_alone, std::vector<Counted> groups, const Counted& all, const IncidentRules& rules, double assumed)
      : dimension_(dimension), stands_alone_(stands_alone), groups_(std::move(groups)), all_(all), rules_(rules), times_(real(rules.times)) {
    if (!stands_alone_) learn_likeness();
    learn_spread(assumed);
  }

  double spread() const { return spread_; }

  void find(Scan& scan) const {
    for (const Counted& group : groups_) find(group, scan);
  }

 private:
  // How many orders of the shop stand beside a group's own: the fewer, the more unlike its groups are.
  void learn_likeness() {
    const double rate = static_cast<double>(all_.missed) / static_cast<double>(all_.cases);
    std::vector<Deviation> deviations;
    for (const Counted& group : groups_)
      if (const std::optional<Deviation> d = deviation_of(group.cases, group.missed, rate)) deviations.push_back(*d);
    const double alike = correlation_of(deviations, 1 / (orders_of_shop + 1));
    of_shop_ = std::clamp(1 / std::max(alike, 1e-9) - 1, fewest_orders_of_shop, most_orders_of_shop);
  }

  void learn_spread(double assumed) {
    std::vector<Deviation> deviations;
    for (const Counted& group : groups_)
      for (const Cell& cell : group.cells)
        if (const std::optional<Deviation> d = deviation_of(cell.cases, cell.missed, usual(group, {}))) deviations.push_back(*d);
    spread_ = correlation_of(deviations, assumed);
  }

  // The group's rate without these cases. Half a miss is added to the shop's: never is not known of anything.
  double usual(const Counted& group, const Cell& without) const {
    const double cases = static_cast<double>(group.cases - without.cases), missed = static_cast<double>(group.missed - without.missed);
    if (stands_alone_) return (missed + 0.5) / (cases + 1);
    const double rest = (static_cast<double>(all_.missed - without.missed) + 0.5) / (static_cast<double>(all_.cases - without.cases) + 1);
    return (missed + of_shop_ * rest) / (cases + of_shop_);
  }

  // A period with so few orders that nothing can be told from it breaks no run.
  enum class Heat { cold, unknown, hot };
  Heat heat(const Counted& group, const Cell& cell) const {
    const double hot = times_ * usual(group, cell) * static_cast<double>(cell.cases);
    if (static_cast<double>(cell.missed) >= hot && cell.missed > 0) return Heat::hot;
    return hot < telling ? Heat::unknown : Heat::cold;
  }

  void find(const Counted& group, Scan& scan) const {
    std::vector<Heat> heats;
    if (group.missed >= static_cast<std::int64_t>(rules_.fewest))
      for (const Cell& cell : group.cells) heats.push_back(heat(group, cell));
    const std::int32_t longest = rules_.per_day ? longest_run_days : longest_run_weeks;
    for (std::size_t first = 0; first < group.cells.size(); ++first) {
      Cell sum{};
      double pairs_of_cases = 0;
      bool is_run = !heats.empty() && heats[first] == Heat::hot;
      for (std::size_t last = first; last < group.cells.size() && group.cells[last].period - group.cells[first].period < longest; ++last) {
        const Cell& cell = group.cells[last];
        sum.cases += cell.cases;
        sum.missed += cell.missed;
        pairs_of_cases += static_cast<double>(cell.cases) * static_cast<double>(cell.cases - 1);
        if (sum.cases < static_cast<std::int64_t>(rules_.fewest)) continue;
        ++scan.tried;
        ++scan.dimensions[dimension_].tried;
        is_run = is_run && heats[last] != Heat::cold;
        if (is_run && heats[last] == Heat::hot) consider(group, first, last, sum, pairs_of_cases, scan);
      }
    }
  }

  void consider(const Counted& group, std::size_t first, std::size_t last, const Cell& sum, double pairs_of_cases, Scan& scan) const {
    const std::size_t others = group.cells.size() - (last - first + 1);
    const bool has_past = stands_alone_ ? others >= fewest_periods : all_.cases > sum.cases;
    if (sum.missed < static_cast<std::int64_t>(rules_.fewest) || !has_past) return;
    const double rate = usual(group, sum), cases = static_cast<double>(sum.cases);
    if (static_cast<double>(sum.missed) < times_ * rate * cases) return;
    const double known = static_cast<double>(group.cases - sum.cases) + (stands_alone_ ? 0 : of_shop_);
    GroupRun run{dimension_, group.key, group.cells[first].period, group.cells[last].period, sum.cases, sum.missed, rate, 1, 1, 1};
    run.spread = 1 + spread_ * pairs_of_cases / cases + (cases - 1) / (known + 1);
    run.chance = chance_of_as_many(run.missed, run.cases, {run.usual, run.spread});
    scan.runs.push_back(std::move(run));
  }

  std::size_t dimension_;
  bool stands_alone_;  // all orders, and causes: nothing else to be drawn to
  std::vector<Counted> groups_;
  const Counted& all_;
  const IncidentRules& rules_;
  double times_, of_shop_ = 0, spread_ = 0;
};

// Each dimension has the same share of the chance there may be, however many groups it has: else a hundred thousand
// articles would drown a shop's carriers (Genovese, Roeder and Wasserman, 2006: weights beforehand that are 1 on average).
void weigh(Scan& scan) {
  std::size_t looked_at = 0;
  for (const Dimension& dimension : scan.dimensions) looked_at += dimension.tried > 0 ? 1 : 0;
  const double each = static_cast<double>(scan.tried) / static_cast<double>(std::max<std::size_t>(looked_at, 1));  // runs that a dimension may try
  for (Dimension& dimension : scan.dimensions) dimension.weight = each > 0 ? static_cast<double>(dimension.tried) / each : 1;
  for (GroupRun& run : scan.runs) run.chance *= scan.dimensions[run.dimension].weight;
}

// Leaves those that are told when so many at most of all told may be chance.
void keep_discoveries(Scan& scan, double rate) {
  weigh(scan);
  std::sort(scan.runs.begin(), scan.runs.end(), [](const GroupRun& a, const GroupRun& b) { return a.chance < b.chance; });
  double told_at = 1;
  std::size_t kept = 0;
  for (std::size_t i = scan.runs.size(); i-- > 0;) {
    told_at = std::min(told_at, scan.runs[i].chance * static_cast<double>(scan.tried) / static_cast<double>(i + 1));
    scan.runs[i].told_at = told_at;
    if (told_at <= rate && kept == 0) kept = i + 1;
  }
  scan.runs.resize(kept);
  scan.cutoff = kept == 0 ? 0 : scan.runs.back().chance;
}

}  // namespace

std::int32_t period_of(std::int32_t day, bool per_day) {
  constexpr std::int32_t monday = 3;  // 1969-12-29 begins week 0
  return per_day ? day : static_cast<std::int32_t>(floor_div(day + monday, 7));
}

Date first_day(std::int32_t period, bool per_day) { return Date{per_day ? period : period * 7 - 3}; }

Scan scan(const CaseGroups& groups, const IncidentRules& rules) {
  Scan found;
  found.dimensions = dimensions_of(groups);
  const Counting counting(groups, rules.per_day);
  const Counted all = counting.all();
  found.periods = all.cells.size();
  if (all.cases == 0) return found;
  double spread = spread_of_weeks;
  for (std::size_t i = 0; i < found.dimensions.size(); ++i) {
    const bool stands_alone = found.dimensions[i].columns.empty() || found.dimensions[i].of_misses();
    const DimensionScan dimension(i, stands_alone, counting.of(found.dimensions[i]), all, rules, spread);
    dimension.find(found);
    if (i == 0) spread = dimension.spread();
  }
  keep_discoveries(found, real(rules.chance));
  return found;
}

bool is_in(const Dimension& dimension, const GroupKey& key, std::uint32_t at) {
  if (dimension.of_misses()) return true;
  if (dimension.columns.size() == 1) return dimension.columns[0]->has(at, key[0]);
  for (std::size_t i = 0; i < key.size(); ++i)
    if (dimension.columns[i]->value[at] != key[i]) return false;
  return true;
}

bool is_hit(const CaseGroups& groups, const Dimension& dimension, const GroupKey& key, std::uint32_t at) {
  return groups.is_missed(at) && (!dimension.of_misses() || dimension.columns[0]->value[at] == key[0]);
}

}  // namespace amends
