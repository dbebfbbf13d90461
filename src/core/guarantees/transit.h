// How long a silent parcel is waited for ([lost]) and how fast one can be at best ([[transit]]).
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/calendar.h"

namespace amends {

// "7 business days" or a length of time ("10 days", "36 h").
struct Stretch {
  bool is_business = false;
  std::int64_t count = 0;  // business days, or ms
  std::string text;        // as the user wrote it
};

// A carrier as the user wrote it.
struct NamedCarrier {
  std::string text;
  Where where;
};

// [lost]: a parcel of which nothing has been heard for so long is lost.
struct LostRules {
  std::optional<Stretch> after;            // since its last scan
  std::map<std::string, Stretch> carriers; // the same of one carrier, by code or the user's own word
  std::vector<NamedCarrier> named;         // those
  std::optional<Stretch> announced;        // since it was announced, when it was never scanned
  std::shared_ptr<const Calendar> calendar;
  // Null where nothing is said of such parcels.
  const Stretch* of(std::string_view carrier, bool was_scanned) const;
};

// [[transit]]: the fastest a carrier's service has ever been.
struct FastestTransit {
  std::string carrier, service;  // empty: any
  NamedCarrier named;
  Stretch fastest;
  std::shared_ptr<const Calendar> calendar;
  bool is_of(std::string_view its_carrier, std::string_view its_service) const;
};

// When so much has passed since: business days end with their last day. A date begins at its end.
Instant passed_since(Moment start, const Stretch& stretch, const Calendar& calendar);
// The earliest moment that is so far away: business days are reached when the last of them begins.
Instant earliest_after(Instant start, const Stretch& stretch, const Calendar& calendar);

LostRules read_lost(const Node& node, const Zone& shop_zone, const std::map<std::string, Calendar>& calendars);
FastestTransit read_transit(const Node& node, const Zone& shop_zone, const std::map<std::string, Calendar>& calendars);

}  // namespace amends
