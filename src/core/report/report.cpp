#include "core/report/report.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace amends {
namespace {

constexpr std::pair<By, std::string_view> names[] = {{By::month, "month"},   {By::week, "week"},           {By::kind, "kind"},   {By::carrier, "carrier"},
                                                     {By::region, "region"}, {By::guarantee, "guarantee"}, {By::cause, "cause"}, {By::channel, "channel"}};

std::string name_in(By by, const ReportCase& c) {
  switch (by) {
    case By::month: return month_name_of(c.day);
    case By::week: return week_name_of(c.day);
    case By::kind: return std::string(name_of(c.kind));
    case By::carrier: return c.carrier;
    case By::region: return c.region;
    case By::guarantee: return c.guarantee;
    case By::cause: return c.cause;
    case By::channel: return c.told ? std::string(name_of(c.channel)) : std::string();
  }
  return {};
}

struct Waiting {
  std::vector<std::int64_t> word, remedy, close;

  void add(const ReportCase& c) {
    if (!c.is_decided) return;
    add(c.told, c.due, word);
    add(c.granted, c.due, remedy);
    add(c.ended, c.due, close);
  }
  static void add(const std::optional<Instant>& at, Instant due, std::vector<std::int64_t>& ms) {
    if (at) ms.push_back(std::max<std::int64_t>(at->ms - due.ms, 0));
  }
  Speeds speeds() && { return {waits_of(std::move(word)), waits_of(std::move(remedy)), waits_of(std::move(close))}; }
};

struct Counted {
  std::size_t kept = 0, missed = 0;
  Waiting waiting;
};
using ByName = std::map<std::string, Counted>;

void add_kept(By by, const KeptCounts& kept, const std::vector<std::string>& guarantees, ByName& counted) {
  const auto add_days = [&](auto name) {
    for (const auto& [days, count] : kept.by_day()) counted[name(Date{days})].kept += count;
  };
  const auto add_names = [&](const KeptCounts::ByName& counts) {
    for (const auto& [name, count] : counts) counted[name].kept += count;
  };
  if (by == By::month) add_days(month_name_of);
  if (by == By::week) add_days(week_name_of);
  if (by == By::carrier) add_names(kept.by_carrier());
  if (by == By::region) add_names(kept.by_region());
  if (by == By::guarantee)
    for (const auto& [index, count] : kept.by_guarantee()) counted[guarantees.at(index)].kept += count;
}

bool is_over_time(By by) { return by == By::month || by == By::week; }
bool has_kept(By by) { return is_over_time(by) || by == By::carrier || by == By::region || by == By::guarantee; }

std::vector<Group> groups_by(By by, const std::vector<ReportCase>& cases, const KeptCounts& kept, const std::vector<std::string>& guarantees) {
  ByName counted;
  add_kept(by, kept, guarantees, counted);
  for (const ReportCase& c : cases) {
    Counted& of_name = counted[name_in(by, c)];
    ++of_name.missed;
    of_name.waiting.add(c);
  }
  std::vector<Group> groups;
  for (auto& [name, of_name] : counted) {
    Group group{name, std::nullopt, of_name.missed, std::move(of_name.waiting).speeds()};
    if (has_kept(by)) group.cases = of_name.kept + of_name.missed;
    groups.push_back(std::move(group));
  }
  if (!is_over_time(by)) std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.missed > b.missed; });
  return groups;
}

Telling telling_of(const std::vector<ReportCase>& cases) {
  Telling telling;
  for (const ReportCase& c : cases) {
    if (!c.is_decided) continue;
    ++telling.decided;
    const bool asked_first = c.asked && (!c.told || *c.asked < *c.told);
    telling.told += c.told ? 1 : 0;
    telling.told_first += c.told && !asked_first ? 1 : 0;
    telling.asked_first += asked_first ? 1 : 0;
  }
  return telling;
}

}  // namespace

std::string_view name_of(By by) { return std::find_if(std::begin(names), std::end(names), [&](const auto& n) { return n.first == by; })->second; }

std::optional<By> by_named(std::string_view name) {
  for (const auto& [by, own] : names)
    if (own == name) return by;
  return std::nullopt;
}

Waits waits_of(std::vector<std::int64_t> ms) {
  if (ms.empty()) return {};
  const auto rank = [&](std::size_t percent) {
    const auto at = ms.begin() + static_cast<std::ptrdiff_t>((ms.size() * percent + 99) / 100 - 1);
    std::nth_element(ms.begin(), at, ms.end());
    return *at;
  };
  const std::int64_t median = rank(50);
  return {ms.size(), median, rank(90)};
}

Figures figures_of(const std::vector<ReportCase>& cases, const KeptCounts& kept, const std::vector<std::string>& guarantees) {
  Figures figures;
  figures.kept = kept.all();
  figures.missed = cases.size();
  figures.cases = figures.kept + figures.missed;
  for (const By by : all_by) figures.groups[by] = groups_by(by, cases, kept, guarantees);
  Waiting waiting;
  for (const ReportCase& c : cases) waiting.add(c);
  figures.speeds = std::move(waiting).speeds();
  figures.telling = telling_of(cases);
  return figures;
}

std::string month_name_of(Date day) {
  const YearMonthDay ymd = civil(day);
  return fmt::format("{:04}-{:02}", ymd.year, ymd.month);
}

std::string week_name_of(Date day) {
  const Date thursday{day.days - weekday(day) + 3};  // whose year the week is of
  const std::int32_t year = civil(thursday).year;
  return fmt::format("{:04}-W{:02}", year, (thursday.days - date_of(year, 1, 1)->days) / 7 + 1);
}

}  // namespace amends
