#include "cmd/report_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/sentences.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t longest_cell = 120;

std::string number(std::size_t n) { return std::to_string(n); }

// What files hold may be as long as they like.
std::string bounded(const std::string& text) {
  if (text.size() <= longest_cell) return text;
  std::size_t end = longest_cell;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

bool is_over_time(By by) { return by == By::month || by == By::week; }

// Of times the last, of others the first: those that matter.
template <class Row>
std::pair<std::size_t, std::size_t> shown_of(const std::vector<Row>& rows, bool last, std::size_t most) {
  const std::size_t shown = std::min(rows.size(), most);
  return last ? std::pair(rows.size() - shown, rows.size()) : std::pair(std::size_t{0}, shown);
}

std::string money_cell(Int128 minor, Currency currency) { return minor == 0 ? "" : money_words(minor, currency); }

Currency currency_of(const std::string& code) { return currency_named(code).value_or(Currency{}); }

std::string waits(const Waits& w, std::int64_t ms) { return w.count == 0 ? "" : wait_words(ms); }

}  // namespace

std::string percent_words(std::size_t part, std::size_t whole) {
  if (whole == 0) return {};
  const std::size_t tenths = (part * 2000 + whole) / (whole * 2);
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string wait_words(std::int64_t ms) {
  if (ms < ms_per_hour) return fmt::format("{} min", ms / ms_per_minute);
  if (ms < 2 * ms_per_day) return fmt::format("{} h", ms / ms_per_hour);
  return fmt::format("{}.{} days", ms / ms_per_day, ms % ms_per_day * 10 / ms_per_day);
}

std::string name_words(By by, const std::string& name) {
  if (!name.empty()) return bounded(name);
  return by == By::channel ? "(no word yet)" : "(not told)";
}

std::string period_words(const Period& period) {
  std::vector<std::string> parts;
  if (period.since) parts.push_back(fmt::format("from {} on", print(*period.since)));
  if (period.until) parts.push_back(fmt::format("before {}", print(*period.until)));
  return parts.empty() ? "" : "due " + joined(parts, ", ");
}

std::string kinds_words(const TopicFigures& topic) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : topic.kinds) parts.push_back(fmt::format("{} {}", count, kind));
  if (topic.no_miss > 0) parts.push_back(fmt::format("{} without a known miss", topic.no_miss));
  if (topic.no_order > 0) parts.push_back(fmt::format("{} of no order", topic.no_order));
  return joined(parts, ", ");
}

ReportTable totals_table(const ReportData& data) {
  const Figures& f = data.figures;
  ReportTable table{"totals", "Promises", {"", "cases", "share"}, {false, true, true}, {}, {}, 0, {}};
  table.rows.push_back({"time is over", number(f.cases), ""});
  table.rows.push_back({"missed", number(f.missed), percent_words(f.missed, f.cases)});
  table.rows.push_back({"kept", number(f.kept), percent_words(f.kept, f.cases)});
  table.rows.push_back({"not due yet", number(data.open), ""});
  for (const auto& [name, count] : {std::pair{"called off", data.ended}, {"suspended", data.suspended}, {"cannot judge", data.unjudged}, {"left out as old", data.left_out}})
    if (count > 0) table.rows.push_back({name, number(count), ""});
  if (data.gone > 0) table.rows.push_back({"missed, not in the records now", number(data.gone), percent_words(data.gone, f.missed)});
  if (data.before_start > 0) table.rows.push_back({"missed, left alone as old", number(data.before_start), percent_words(data.before_start, f.missed)});
  return table;
}

std::string incidents_of(const ReportData& data, By by, const std::string& name) {
  const auto name_of_day = by == By::month ? month_name_of : week_name_of;
  std::vector<std::string> names;
  for (const Incident& incident : data.incidents)
    if (name_of_day(incident.since) <= name && name <= name_of_day(incident.until)) names.push_back(incident.name);
  return joined(names, ", ");
}

ReportTable incidents_table(const ReportData& data, std::size_t most) {
  ReportTable table{"incidents", "Incidents", {"incident", "promised from", "to", "missed", "of", "rate", "usual"}, {false, false, false, true, true, true, true}, {}, {}, 0, {}};
  const std::size_t shown = std::min(most, data.incidents.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Incident& one = data.incidents[i];
    table.rows.push_back({one.name, print(one.since), print(one.until), number(one.missed), number(one.cases), percent_words(one.missed, one.cases),
                          fmt::format("{:.1f} %", one.usual * 100)});
  }
  table.left_out = data.incidents.size() - shown;
  return table;
}

ReportTable groups_table(const ReportData& data, By by, std::size_t most) {
  const std::vector<Group>& groups = data.figures.by(by);
  const bool has_rate = std::any_of(groups.begin(), groups.end(), [](const Group& g) { return g.cases.has_value(); });
  ReportTable table{fmt::format("by-{}", name_of(by)),
                    by == By::channel ? "Misses by channel of the first word" : fmt::format("Misses by {}", name_of(by)),
                    {std::string(name_of(by)), "missed"},
                    {false, true},
                    {},
                    {},
                    0,
                    {}};
  for (const std::string& heading : has_rate ? std::vector<std::string>{"of", "rate"} : std::vector<std::string>{"share"}) {
    table.headings.push_back(heading);
    table.right.push_back(true);
  }
  const bool has_incidents = is_over_time(by) && !data.incidents.empty();
  if (has_incidents) {
    table.headings.push_back("incidents");
    table.right.push_back(false);
  }
  const auto [first, last] = shown_of(groups, is_over_time(by), most);
  for (std::size_t i = first; i < last; ++i) {
    const Group& g = groups[i];
    std::vector<std::string> row = {name_words(by, g.name), number(g.missed)};
    if (has_rate) row.push_back(number(g.cases.value_or(0)));
    row.push_back(percent_words(g.missed, has_rate ? g.cases.value_or(0) : data.figures.missed));
    if (has_incidents) row.push_back(incidents_of(data, by, g.name));
    table.rows.push_back(std::move(row));
    table.bars.push_back(static_cast<std::int64_t>(g.missed));
  }
  table.left_out = groups.size() - (last - first);
  return table;
}

ReportTable speeds_table(const ReportData& data, By by, std::size_t most) {
  ReportTable table{fmt::format("speed-by-{}", name_of(by)),
                    "From miss to word, remedy and close",
                    {std::string(name_of(by)), "told", "median", "90 %", "granted", "median", "90 %", "closed", "median", "90 %"},
                    {false, true, true, true, true, true, true, true, true, true}, {}, {}, 0, {}};
  const auto row = [](const std::string& name, const Speeds& speeds) {
    std::vector<std::string> cells = {name};
    for (const Waits* w : {&speeds.word, &speeds.remedy, &speeds.close})
      cells.insert(cells.end(), {number(w->count), waits(*w, w->median), waits(*w, w->ninetieth)});
    return cells;
  };
  const Speeds& all = data.figures.speeds;
  if (all.word.count + all.remedy.count + all.close.count == 0) return table;
  table.rows.push_back(row("all", all));
  std::vector<const Group*> groups;
  for (const Group& g : data.figures.by(by))
    if (g.speeds.word.count + g.speeds.remedy.count + g.speeds.close.count > 0) groups.push_back(&g);
  const auto [first, last] = shown_of(groups, is_over_time(by), most);
  for (std::size_t i = first; i < last; ++i) table.rows.push_back(row(name_words(by, groups[i]->name), groups[i]->speeds));
  table.left_out = groups.size() - (last - first);
  return table;
}

ReportTable telling_table(const ReportData& data) {
  const Telling& t = data.figures.telling;
  ReportTable table{"telling", "Who heard of it first", {"", "cases", "share"}, {false, true, true}, {}, {}, 0, {}};
  if (t.decided == 0) return table;
  table.rows.push_back({"told before they asked", number(t.told_first), percent_words(t.told_first, t.decided)});
  table.rows.push_back({"asked before they were told", number(t.asked_first), percent_words(t.asked_first, t.decided)});
  const std::size_t silent = t.decided - t.told_first - t.asked_first;
  table.rows.push_back({"neither told nor asked", number(silent), percent_words(silent, t.decided)});
  return table;
}

namespace {

constexpr const char* money_headings[] = {"granted", "issued", "held", "over caps", "void", "on request"};

std::vector<std::string> money_cells(const GrantSums& s, Currency c) {
  return {money_cell(s.granted, c), money_cell(s.issued, c), money_cell(s.held, c), money_cell(s.over_caps, c), money_cell(s.voided, c), money_cell(s.offered, c)};
}

// Columns that no row has a word in say nothing.
void drop_empty_columns(ReportTable& table) {
  for (std::size_t i = table.headings.size(); i-- > 2;) {
    if (std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return !row[i].empty(); })) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    table.headings.erase(table.headings.begin() + at);
    table.right.erase(table.right.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
}

ReportTable table_of_money(std::string id, std::string title, std::string first, const GrantTable& sums, bool with_moneyless, std::size_t most, bool last) {
  ReportTable table{std::move(id), std::move(title), {std::move(first), "remedies"}, {false, true}, {}, {}, 0, {}};
  for (const char* heading : money_headings) {
    table.headings.emplace_back(heading);
    table.right.push_back(true);
  }
  for (const auto& [key, s] : sums) {
    const Currency currency = currency_of(key.second);
    if (currency.is_none() && (!with_moneyless || s.remedies == 0)) continue;
    std::vector<std::string> row = {key.first.empty() ? key.second : bounded(key.first), number(s.remedies)};
    for (std::string& cell : currency.is_none() ? std::vector<std::string>(std::size(money_headings)) : money_cells(s, currency)) row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
  if (table.rows.size() > most) {
    table.left_out = table.rows.size() - most;
    const auto cut = static_cast<std::ptrdiff_t>(table.left_out);
    last ? void(table.rows.erase(table.rows.begin(), table.rows.begin() + cut)) : table.rows.resize(most);
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace

ReportTable money_table(const ReportData& data) {
  ReportTable table = table_of_money("money", "Money", "currency", data.money.in_all, false, 20, false);
  if (!data.given_by_hand.empty()) table.note = fmt::format("Besides, {} was given by hand elsewhere and imported ({}).", sums_words(data.given_by_hand), counted(data.given_by_hand.size(), "credit", "credits"));
  return table;
}
ReportTable money_by_month_table(const ReportData& data, std::size_t most) {
  return table_of_money("money-by-month", "Money by month", "month", data.money.by_month, false, most, true);
}
ReportTable remedies_table(const ReportData& data, std::size_t most) {
  return table_of_money("remedies", "Remedies by kind", "remedy", data.money.by_remedy, true, most, false);
}

ReportTable unanswered_table(const ReportData& data, std::size_t most) {
  ReportTable table{"unanswered", "Not answered yet, longest first", {"message", "order", "subject", "waits"}, {false, false, false, true}, {}, {}, 0, {}};
  for (const UnansweredContact& c : data.contacts.unanswered) {
    if (table.rows.size() == most) break;
    table.rows.push_back({bounded(c.id), bounded(c.order_id), bounded(c.subject), wait_words(c.waits)});
  }
  table.left_out = data.contacts.unanswered.size() - table.rows.size();
  return table;
}

ReportTable topics_table(const ReportData& data, std::size_t most) {
  ReportTable table{"topics", "What people ask", {"about", "messages", "people", "whose orders are"}, {false, true, true, false}, {}, {}, 0, {}};
  for (const TopicFigures& topic : data.contacts.topics) {
    if (table.rows.size() == most) break;
    table.rows.push_back({topic.name.empty() ? "(something else)" : bounded(topic.name), number(topic.contacts), number(topic.people), kinds_words(topic)});
    table.bars.push_back(static_cast<std::int64_t>(topic.contacts));
  }
  table.left_out = data.contacts.topics.size() - table.rows.size();
  return table;
}

ReportTable unlike_table(const ReportData& data, std::size_t most) {
  ReportTable table{"unlike",
                    "Like cases, unlike remedies",
                    {"table", "facts", "given", "cases", "such as", "where", "why"},
                    {false, false, false, true, false, false, false},
                    {},
                    {},
                    0,
                    {}};
  std::size_t shown = 0;
  for (const UnlikeRemedies& unlike : data.unlike) {
    if (++shown > most) break;
    for (const UnlikeRemedies::Outcome& outcome : unlike.outcomes) {
      const bool is_first = &outcome == &unlike.outcomes.front();
      table.rows.push_back({is_first ? unlike.table : "", is_first ? bounded(unlike.facts) : "", bounded(outcome.words), number(outcome.cases),
                            bounded(joined(outcome.orders, ", ")), bounded(joined(outcome.regions, ", ")), bounded(joined(outcome.reasons, "; "))});
    }
  }
  table.left_out = data.unlike.size() - std::min(data.unlike.size(), most);
  return table;
}

ReportTable again_table(const ReportData& data) {
  const BoughtAgain& again = data.again;
  ReportTable table{
      "again", fmt::format("Bought again within {} days of a miss", again_days), {"", "people", "bought again", "share"}, {false, true, true, true}, {}, {}, 0, {}};
  if (again.recovered.people + again.left.people == 0) return table;
  const auto row = [&](const char* name, const BoughtAgain::Side& side) {
    table.rows.push_back({name, number(side.people), number(side.again), side.is_enough() ? percent_words(side.again, side.people) : "too few to say"});
  };
  row("told, or given something", again.recovered);
  row("neither", again.left);
  table.note = "This does not show that one caused the other: who was told and who was not differ in more than that.";
  return table;
}

ReportTable calibration_table(const ReportData& data) {
  ReportTable table{"estimate", "How good the estimate of cases at risk was", {"estimated", "orders", "missed", "rate"}, {false, true, true, true}, {}, {}, 0, {}};
  if (data.at_start.orders == 0) return table;
  for (std::size_t i = 0; i < data.at_start.tenths.size(); ++i) {
    const Calibration::Tenth& tenth = data.at_start.tenths[i];
    if (tenth.orders > 0)
      table.rows.push_back({fmt::format("{} to {} %", i * 10, i * 10 + 10), number(tenth.orders), number(tenth.missed), percent_words(tenth.missed, tenth.orders)});
  }
  return table;
}

}  // namespace amends
