// Dates as Shopify's Liquid reads and writes them, % signs and all. Letters do not: there `date` writes as the
// language does. For the lax mode only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/liquid/liquid_filters.h"

namespace amends::liquid {

// An instant and how far its clock is from UTC.
struct ClockTime {
  Instant at;
  int offset_seconds = 0;
};

// "March 14, 2016", "2016-03-14 10:00:00 -0500", "10 Mar 2016 3pm"; nullopt when it is no date.
std::optional<ClockTime> read_date(std::string_view text, const Zone& zone);
std::string strftime(std::string_view format, ClockTime time);

Value lax_date(const Value& input, const Arguments& arguments, const FilterContext& context);

}  // namespace amends::liquid
