#include "core/destination.h"

#include <limits>

#include <fmt/format.h>

#include "core/embedded.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::int32_t days_around = 2048;
constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::min();

std::unordered_map<std::string_view, std::string_view> read_country_zones() {
  std::unordered_map<std::string_view, std::string_view> zones;
  for (const std::string_view line : split(embedded("country-zones.tsv"), '\n')) {
    const std::size_t tab = line.find('\t');
    if (line.empty() || line.front() == '#' || tab == std::string_view::npos) continue;
    zones.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
  return zones;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace

std::string_view zone_of_country(std::string_view code) {
  static const std::unordered_map<std::string_view, std::string_view> zones = read_country_zones();
  const auto found = zones.find(upper(trimmed(code)));
  return found == zones.end() ? std::string_view{} : found->second;
}

Destination::Destination(Zone its_zone, std::string its_reason, Instant as_of)
    : zone(std::move(its_zone)), reason(std::move(its_reason)), first_(zone.date_at(as_of).days - days_around) {}

Instant Destination::end_of_day(Date date) const {
  const std::int64_t at = std::int64_t{date.days} - first_;
  if (at < 0 || at >= 2 * days_around) return end_of(zone, date);
  if (ends_.empty()) ends_.assign(2 * days_around, unknown);
  std::int64_t& end = ends_[static_cast<std::size_t>(at)];
  if (end == unknown) end = end_of(zone, date).ms;
  return Instant{end};
}

Destinations::Destinations(const Table& orders, const Shop& shop, Instant as_of)
    : timezone_(orders.find("timezone")), country_(orders.find("country")), as_of_(as_of), shop_(shop.zone, "the shop", as_of) {}

const Destination* Destinations::by_zone(std::string_view name) {
  if (name == last_zone_) return last_by_zone_;
  auto found = zones_.find(name);
  if (found == zones_.end()) {
    const std::optional<Zone> zone = Zone::named(trimmed(name));
    auto made = zone ? std::make_unique<Destination>(*zone, "the order's timezone", as_of_)
                     : std::make_unique<Destination>(shop_.zone, fmt::format("the shop: {} is not a time zone", quoted(name)), as_of_);
    found = zones_.emplace(name, std::move(made)).first;
  }
  last_zone_ = name;
  return last_by_zone_ = found->second.get();
}

const Destination* Destinations::by_country(std::string_view code) {
  const bool is_alpha2 = code.size() == 2 && is_upper(code[0]) && is_upper(code[1]);
  if (!is_alpha2) return find_country(code);
  const Destination*& known = by_alpha2_[static_cast<std::size_t>((code[0] - 'A') * 26 + (code[1] - 'A'))];
  if (known == nullptr) known = find_country(code);
  return known;
}

const Destination* Destinations::find_country(std::string_view code) {
  auto found = countries_.find(code);
  if (found == countries_.end()) {
    const std::optional<Zone> zone = Zone::named(zone_of_country(code));
    auto made = zone ? std::make_unique<Destination>(*zone, fmt::format("country {}", upper(trimmed(code))), as_of_)
                     : std::make_unique<Destination>(shop_.zone, fmt::format("the shop: country {} has no one zone", upper(trimmed(code))), as_of_);
    found = countries_.emplace(code, std::move(made)).first;
  }
  return found->second.get();
}

const Destination& Destinations::of(Row order) {
  if (timezone_ != nullptr && !timezone_->text[order].empty()) return *by_zone(timezone_->text[order]);
  if (country_ != nullptr && !country_->text[order].empty()) return *by_country(country_->text[order]);
  return shop_;
}

}  // namespace amends
