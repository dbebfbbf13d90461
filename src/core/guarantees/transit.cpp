#include "core/guarantees/transit.h"

#include <fmt/format.h>

#include "core/base/number.h"
#include "core/base/text.h"
#include "core/records/carriers.h"

namespace amends {
namespace {

constexpr std::int64_t most_days = 3650;

Stretch read_stretch(const Node& node, std::string_view what) {
  Stretch stretch;
  stretch.text = string_of(node, what);
  std::string_view text = trimmed(stretch.text);
  for (const std::string_view unit : {"business days", "business day"}) {
    if (!text.ends_with(unit)) continue;
    const std::optional<Ratio> days = read_decimal(trimmed(text.substr(0, text.size() - unit.size())));
    if (!days || !days->is_whole() || *days < Ratio(0) || Ratio(most_days) < *days)
      fail(node, fmt::format("{} is no number of business days", quoted(node.text)), "write \"7 business days\"");
    stretch.is_business = true;
    stretch.count = whole_of(*days);
    return stretch;
  }
  const std::optional<std::int64_t> ms = read_duration(text);
  if (!ms || *ms < 0) fail(node, fmt::format("{} is not a length of time", quoted(node.text)), "write \"7 business days\", \"10 days\" or \"36 h\"");
  stretch.count = *ms;
  return stretch;
}

std::shared_ptr<const Calendar> calendar_of(const Node& table, const Zone& shop_zone, const std::map<std::string, Calendar>& calendars) {
  const Node* const name = table.find("calendar");
  if (name == nullptr) return std::make_shared<const Calendar>(weekdays(shop_zone));
  return std::make_shared<const Calendar>(calendar_named(*name, string_of(*name, "calendar"), calendars));
}

// As the records have it after they are read.
std::string carrier_code(std::string_view text) {
  const Carrier* const known = carrier_named(text);
  return known == nullptr ? lower(trimmed(text)) : known->code;
}

Date day_of(const Calendar& calendar, Moment start) { return start.is_date() ? start.date() : calendar.zone.date_at(start.instant()); }

}  // namespace

const Stretch* LostRules::of(std::string_view carrier, bool was_scanned) const {
  if (!was_scanned) return announced ? &*announced : nullptr;
  const auto own = carriers.find(carrier_code(carrier));
  if (own != carriers.end()) return &own->second;
  return after ? &*after : nullptr;
}

bool FastestTransit::is_of(std::string_view its_carrier, std::string_view its_service) const {
  return (carrier.empty() || carrier_code(its_carrier) == carrier) && (service.empty() || lower(trimmed(its_service)) == service);
}

Instant passed_since(Moment start, const Stretch& stretch, const Calendar& calendar) {
  if (stretch.is_business) return end_of(calendar.zone, calendar.after(day_of(calendar, start), stretch.count));
  const Instant from = start.is_date() ? end_of(calendar.zone, start.date()) : start.instant();
  return Instant{from.ms + stretch.count};
}

Instant earliest_after(Instant start, const Stretch& stretch, const Calendar& calendar) {
  if (!stretch.is_business) return Instant{start.ms + stretch.count};
  const Date day = calendar.zone.date_at(start);
  return stretch.count == 0 ? start : reached(calendar.zone, calendar.after(day, stretch.count), 0);
}

LostRules read_lost(const Node& node, const Zone& shop_zone, const std::map<std::string, Calendar>& calendars) {
  only_keys(node, {"after", "carriers", "announced", "calendar"}, "lost");
  LostRules rules;
  if (const Node* after = node.find("after")) rules.after = read_stretch(*after, "after");
  if (const Node* announced = node.find("announced")) rules.announced = read_stretch(*announced, "announced");
  if (const Node* carriers = node.find("carriers")) {
    if (!carriers->is_table()) fail(*carriers, "carriers is a table", "write carriers = { royal-mail = \"10 business days\" }");
    for (const Entry& entry : carriers->entries) {
      rules.carriers[carrier_code(entry.key)] = read_stretch(entry.value, entry.key);
      rules.named.push_back({entry.key, where_of_key(*carriers, entry.key)});
    }
  }
  rules.calendar = calendar_of(node, shop_zone, calendars);
  if (!rules.after && !rules.announced && rules.carriers.empty())
    fail(node, "[lost] does not say when a parcel is lost", "write after = \"7 business days\"");
  return rules;
}

FastestTransit read_transit(const Node& node, const Zone& shop_zone, const std::map<std::string, Calendar>& calendars) {
  only_keys(node, {"carrier", "service", "fastest", "calendar"}, "transit");
  FastestTransit transit;
  if (const Node* carrier = node.find("carrier")) {
    transit.carrier = carrier_code(string_of(*carrier, "carrier"));
    transit.named = {carrier->text, carrier->where()};
  }
  if (const Node* service = node.find("service")) transit.service = lower(trimmed(string_of(*service, "service")));
  const Node* const fastest = node.find("fastest");
  if (fastest == nullptr) fail(node, "[[transit]] does not say how fast", "write fastest = \"1 business day\"");
  transit.fastest = read_stretch(*fastest, "fastest");
  transit.calendar = calendar_of(node, shop_zone, calendars);
  return transit;
}

}  // namespace amends
