#include "core/judging/destination.h"

#include <limits>

#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/base/text.h"

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

// By "US CA".
std::unordered_map<std::string, std::string_view> read_region_zones() {
  std::unordered_map<std::string, std::string_view> zones;
  for (const std::string_view line : split(embedded("region-zones.tsv"), '\n')) {
    const std::vector<std::string_view> cells = split(line, '\t');
    if (line.empty() || line.front() == '#' || cells.size() != 3) continue;
    zones.emplace(fmt::format("{} {}", cells[0], cells[1]), cells[2]);
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

std::string_view zone_of_region(std::string_view country, std::string_view region) {
  static const std::unordered_map<std::string, std::string_view> zones = read_region_zones();
  const std::string of = upper(trimmed(country));
  std::string code = upper(trimmed(region));
  if (code.size() > of.size() && code.starts_with(of) && code[of.size()] == '-') code.erase(0, of.size() + 1);
  const auto found = zones.find(fmt::format("{} {}", of, code));
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
    : timezone_(orders.find("timezone")), country_(orders.find("country")), region_(orders.find("region")), as_of_(as_of),
      shop_(shop.zone, "the shop", as_of), shop_country_(shop.country) {}

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

// Null where the region does not tell. Countries with one clock have no regions in the list.
const Destination* Destinations::by_region(std::string_view country, std::string_view region) {
  if (country == last_country_ && region == last_region_) return last_by_region_;
  region_key_.assign(country).append(1, '\t').append(region);
  const auto [found, is_new] = regions_.try_emplace(region_key_);
  if (is_new)
    if (const std::optional<Zone> zone = Zone::named(zone_of_region(country, region)))
      found->second = std::make_unique<Destination>(*zone, fmt::format("region {}", upper(trimmed(region))), as_of_);
  last_country_ = country;
  last_region_ = region;
  return last_by_region_ = found->second.get();
}

const Destination& Destinations::of(Row order) {
  if (timezone_ != nullptr && !timezone_->text[order].empty()) return *by_zone(timezone_->text[order]);
  const std::string_view country = country_ == nullptr ? std::string_view{} : country_->text[order];
  const std::string_view region = region_ == nullptr ? std::string_view{} : region_->text[order];
  if (!region.empty())
    if (const Destination* known = by_region(country.empty() ? std::string_view(shop_country_) : country, region)) return *known;
  return country.empty() ? shop_ : *by_country(country);
}

}  // namespace amends
