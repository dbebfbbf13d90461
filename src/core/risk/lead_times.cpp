#include "core/risk/lead_times.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace amends {

void DayCounts::add(std::int32_t days, bool is_met) {
  Ends& ends = days_[days];
  ++(is_met ? ends.met : ends.unmet);
}

void DayCounts::add(const DayCounts& other) {
  for (const auto& [days, ends] : other.days_) {
    Ends& mine = days_[days];
    mine.met += ends.met;
    mine.unmet += ends.unmet;
  }
}

std::optional<std::int32_t> DayCounts::within(double share) const {
  constexpr double tolerance = 1e-9;  // of a product of fractions
  std::size_t open = 0;
  for (const auto& [days, ends] : days_) open += ends.met + ends.unmet;
  double unmet = 1;
  for (const auto& [days, ends] : days_) {
    unmet *= 1 - static_cast<double>(ends.met) / static_cast<double>(open);
    if (unmet <= 1 - share + tolerance) return days;
    open -= ends.met + ends.unmet;
  }
  return std::nullopt;
}

void LaneTimes::add(const CaseTimes& times) {
  ++orders;
  met += times.is_met ? 1 : 0;
  const bool is_kept = times.state == CaseTimes::State::in_time && !times.is_early;
  in_time += is_kept ? 1 : 0;
  missed += times.is_early || times.state == CaseTimes::State::missed ? 1 : 0;
  days.add(times.days, times.is_met);
  business_days.add(times.business_days, times.is_met);
}

void LaneTimes::add(const LaneTimes& other) {
  orders += other.orders;
  met += other.met;
  in_time += other.in_time;
  missed += other.missed;
  days.add(other.days);
  business_days.add(other.business_days);
}

namespace {

constexpr std::size_t postcode_letters = 2;  // tell an area

std::string area_of(std::string_view postcode) {
  std::size_t end = std::min(postcode_letters, postcode.size());
  while (end > 0 && end < postcode.size() && (static_cast<unsigned char>(postcode[end]) & 0xC0) == 0x80) --end;
  return std::string(postcode.substr(0, end));
}

}  // namespace

void LeadTimes::add(const Table& orders, const std::vector<CaseTimes>& times, const Zone& shop_zone) {
  std::vector<const Column*> columns;
  for (const std::string& name : by_) columns.push_back(orders.find(name));
  Key key;
  for (const CaseTimes& t : times) {
    if (t.begun < since_) continue;
    key.first = t.guarantee;
    key.second.clear();
    for (std::size_t i = 0; i < by_.size(); ++i) {
      const Column* const column = columns[i];
      const bool is_told = column != nullptr && column->is_text() && t.order != no_row && !column->is_empty(t.order);
      if (by_[i] == "weekday") key.second.push_back(std::to_string(1 + weekday(shop_zone.date_at(t.begun))));
      else if (!is_told) key.second.emplace_back();
      else key.second.push_back(by_[i] == "postcode" ? area_of(trimmed(column->text[t.order])) : std::string(trimmed(column->text[t.order])));
    }
    lanes_[key].add(t);
  }
}

void LeadTimes::add(const LeadTimes& other) {
  for (const auto& [key, lane] : other.lanes_) lanes_[key].add(lane);
}

std::size_t fewest_for(double share) {
  return static_cast<std::size_t>(std::ceil(std::log(0.05) / std::log(share)));
}

}  // namespace amends
