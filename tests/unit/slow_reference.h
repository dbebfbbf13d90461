// The judge of promised times, written as plainly as it can be: what every quicker way has to agree with.
// orders.csv (order_id, placed_at, promised_at) and deliveries.csv (order_id, shipment_id, delivered_at, status) of a
// shop in London, for times in 2026. It shares no code with the program.
#pragma once
#include <time.h>

#include <algorithm>
#include <cctype>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace amends::slow {

using Row = std::vector<std::string>;
struct Export {
  Row header;
  std::vector<Row> rows;  // those that are whole
  bool is_header_alone = true;
};

inline bool ends_line(char c) { return c == '\n' || c == '\r'; }

// One row from `at` on; empty when its quotes are wrong, and then `at` is behind its first line.
inline Row split_row(const std::string& text, std::size_t& at) {
  const std::size_t start = at;
  Row cells(1);
  bool wrong = false;
  for (;; ++at) {
    if (at < text.size() && text[at] == '"' && cells.back().empty()) {
      for (++at; at < text.size() && (text[at] != '"' || text[at + 1] == '"'); ++at) at += text[at] == '"' ? 1u : 0u, cells.back() += text[at];
      if (at++ >= text.size()) wrong = true;
      else if (at < text.size() && text[at] != ',' && !ends_line(text[at])) wrong = true;
    }
    if (wrong || at >= text.size() || ends_line(text[at])) break;
    if (text[at] == ',') cells.emplace_back();
    else cells.back() += text[at];
  }
  if (wrong) at = std::min(text.find_first_of("\r\n", start), text.size());
  return wrong ? Row{} : cells;
}

inline std::string without_blanks(const std::string& cell) {
  const std::size_t from = cell.find_first_not_of(' ');
  return from == std::string::npos ? "" : cell.substr(from, cell.find_last_not_of(' ') - from + 1);
}

inline Export read(const std::string& text) {
  Export found;
  for (std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0; at < text.size(); ++at) {
    if (ends_line(text[at])) continue;
    Row row = split_row(text, at);
    for (std::string& cell : row) cell = without_blanks(cell);
    const bool is_header = found.header.empty();
    found.is_header_alone = found.is_header_alone && is_header && !row.empty();
    if (is_header) found.header = row;
    else if (row.size() == found.header.size() && std::none_of(row.begin(), row.end(), [](auto& c) { return c.find('\0') != std::string::npos; }))
      found.rows.push_back(row);
  }
  for (std::string& name : found.header) std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return found;
}

inline std::string cell(const Export& found, const Row& row, const char* column) {
  return row[static_cast<std::size_t>(std::find(found.header.begin(), found.header.end(), column) - found.header.begin())];
}

constexpr std::int64_t day_ms = 86400000, summer_from = 1774746000000, summer_until = 1792890000000;  // 2026

inline std::int64_t london_day(std::int64_t ms) { return (ms + (ms >= summer_from && ms < summer_until ? 3600000 : 0)) / day_ms; }
// By the wall clock: of the hour that comes twice the first, the hour that is left out as if it were still winter.
inline std::int64_t from_london(std::int64_t local) {
  return local - (local >= summer_from + 3600000 && local < summer_until + 3600000 ? 3600000 : 0);
}

struct When {
  bool bad = false, none = true, is_day = false;
  std::int64_t first = 0, end = 0;  // ms; of an instant both are the same
  std::string name() const { return none ? "" : (is_day ? "day " : "") + std::to_string(first); }
  auto operator<=>(const When&) const = default;
};

inline When when(const std::string& text) {
  if (text.empty()) return {};
  tm c{};
  int read = 0, ms = 0, hours = 0, minutes = 0;
  char sign[2] = {};
  const bool is_date = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &c.tm_year, &c.tm_mon, &c.tm_mday, &read) == 3;
  const int month = c.tm_mon, date = c.tm_mday;
  c.tm_year -= 1900;
  c.tm_mon -= 1;
  if (!is_date) return {.bad = true};
  std::string rest = text.substr(static_cast<std::size_t>(read));
  const bool is_day = rest.empty();
  for (const char* part : {"%*1[T ]%2d:%2d%n", ":%2d%n", ".%3d%n"}) {
    int* const to = part[0] == '.' ? &ms : &c.tm_sec;
    read = 0;
    if (part[0] == '%') std::sscanf(rest.c_str(), part, &c.tm_hour, &c.tm_min, &read);
    else std::sscanf(rest.c_str(), part, to, &read);
    rest = rest.substr(static_cast<std::size_t>(read));
  }
  const std::int64_t local = std::int64_t{timegm(&c)} * 1000 + ms;
  if (c.tm_mon + 1 != month || c.tm_mday != date) return {.bad = true};  // 30 February
  if (is_day) return {.none = false, .is_day = true, .first = from_london(local), .end = from_london(local + day_ms)};
  std::int64_t at = local;
  if (rest.empty()) at = from_london(local);
  else if ((rest.size() == 6 && std::sscanf(rest.c_str(), "%1[+-]%2d:%2d", sign, &hours, &minutes) == 3) ||
           (rest.size() == 5 && std::sscanf(rest.c_str(), "%1[+-]%2d%2d", sign, &hours, &minutes) == 3))
    at -= (sign[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60000;
  else if (rest != "Z" && rest != " UTC") return {.bad = true};
  return {.none = false, .first = at, .end = at};
}

struct Parcel {
  When delivered;
  std::string status;
  auto operator<=>(const Parcel&) const = default;
};
struct Order {
  When placed;
  std::set<When> promised;                          // more than one contradict each other
  std::map<std::string, std::set<Parcel>> parcels;  // by shipment_id; those without one each count
  bool comes_later = false;                         // an arrival is told that is after as_of, not known yet
};

struct Answer {
  std::vector<std::string> misses;  // "ID late|overdue DUE MET MINUTES DAYS", in the order of orders.csv
  std::size_t orders = 0, in_time = 0, open = 0, ended = 0, unjudged = 0;
  bool refused = false;             // a file without a row that can be read
  bool operator==(const Answer&) const = default;
};

inline void judge(const std::string& id, const Order& order, std::int64_t as_of, Answer& answer) {
  const When due = *order.promised.begin();
  std::vector<Parcel> parcels;
  bool contradictory = order.promised.size() > 1, all_cancelled = !order.parcels.empty();
  for (const auto& [shipment, versions] : order.parcels) {
    contradictory = contradictory || (!shipment.empty() && versions.size() > 1);
    for (const Parcel& parcel : versions) {
      if (parcel.status == "cancelled") continue;
      all_cancelled = false;
      parcels.push_back(parcel);
    }
  }
  const auto any = [&](auto says) { return std::any_of(parcels.begin(), parcels.end(), says); };
  When met;
  const bool all_came = !parcels.empty() && !any([](const Parcel& p) { return p.delivered.none; });
  if (all_came) met = std::max_element(parcels.begin(), parcels.end(), [](const Parcel& a, const Parcel& b) {
    return a.delivered.end - (a.delivered.is_day ? 1 : 0) < b.delivered.end - (b.delivered.is_day ? 1 : 0);
  })->delivered;
  const bool unknown = any([](const Parcel& p) { return p.status == "?"; });
  const bool says_delivered = any([](const Parcel& p) { return p.status == "delivered"; }) && !unknown &&
                              !any([](const Parcel& p) { return p.status == "in_transit"; }) && !order.comes_later;
  const std::int64_t limit = due.is_day ? due.end : due.end + 1;
  const bool is_due = as_of >= limit;

  const bool are_days = met.is_day || order.placed.is_day;
  const bool came_before = !met.none && !order.placed.none && (are_days ? london_day(met.first) < london_day(order.placed.first) : met.first < order.placed.first);

  if (contradictory) ++answer.unjudged;
  else if (all_cancelled) ++(due.none || !is_due ? answer.ended : answer.unjudged);  // nobody knows when
  else if (!due.none && came_before) ++answer.unjudged;
  else if (due.none || (met.none && says_delivered)) ++answer.unjudged;
  else if (met.none && !is_due) ++answer.open;
  else if (met.none && unknown) ++answer.unjudged;
  else if (met.is_day && !due.is_day && london_day(met.first) == london_day(due.first)) ++answer.unjudged;
  else if (!met.none && met.first < limit) ++answer.in_time;
  else {
    const std::int64_t until = met.none ? as_of : met.first;
    const std::int64_t days = london_day(until) - london_day(due.first);
    answer.misses.push_back(id + (met.none ? " overdue " : " late ") + due.name() + " " + met.name() + " " +
                            std::to_string(std::max<std::int64_t>(0, until - due.end) / 60000) + " " + std::to_string(days));
  }
}

inline Answer misses(const std::string& orders_csv, const std::string& deliveries_csv, std::int64_t as_of) {
  const Export orders = read(orders_csv), deliveries = read(deliveries_csv);
  std::map<std::string, Order> by_id;
  std::vector<std::string> in_order;
  std::size_t good_orders = 0, good_deliveries = 0;
  for (const Row& row : orders.rows) {
    const std::string id = cell(orders, row, "order_id");
    const When placed = when(cell(orders, row, "placed_at")), promised = when(cell(orders, row, "promised_at"));
    if (id.empty() || placed.bad || promised.bad) continue;
    ++good_orders;
    if (!placed.none && placed.first >= as_of) continue;  // not placed yet
    if (!by_id.contains(id)) in_order.push_back(id);
    by_id[id].promised.insert(promised);
    if (!placed.none) by_id[id].placed = placed;
  }
  for (const Row& row : deliveries.rows) {
    const std::string id = cell(deliveries, row, "order_id");
    Parcel parcel{when(cell(deliveries, row, "delivered_at")), cell(deliveries, row, "status")};
    std::transform(parcel.status.begin(), parcel.status.end(), parcel.status.begin(), [](unsigned char c) { return std::tolower(c); });
    if (id.empty() || parcel.delivered.bad) continue;
    ++good_deliveries;
    if (!std::set<std::string>{"delivered", "in_transit", "cancelled", ""}.contains(parcel.status)) parcel.status = "?";
    const bool ahead = !parcel.delivered.none && parcel.delivered.first >= as_of;
    if (ahead && parcel.status == "delivered") parcel.status = "in_transit";
    if (ahead) parcel.delivered = {};
    if (!by_id.contains(id)) continue;
    by_id[id].parcels[cell(deliveries, row, "shipment_id")].insert(parcel);
    by_id[id].comes_later = by_id[id].comes_later || ahead;
  }
  Answer answer;
  answer.refused = good_orders == 0 || (good_deliveries == 0 && (deliveries.header.empty() || !deliveries.is_header_alone));
  if (answer.refused) return answer;
  answer.orders = in_order.size();
  for (const std::string& id : in_order) judge(id, by_id[id], as_of, answer);
  return answer;
}

}  // namespace amends::slow
