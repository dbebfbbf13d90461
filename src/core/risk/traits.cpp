#include "core/risk/traits.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr char level_end = '\x1f', part_end = '\x1e';
constexpr std::size_t longest_part = 200;  // of what a file may hold, in bytes
constexpr int longest_band = 9;
constexpr std::size_t usual_key = 96;  // bytes

// At most so many bytes, and no letter in halves.
std::string_view beginning(std::string_view text, std::size_t bytes) {
  std::size_t end = std::min(bytes, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string band_words(int band) {
  if (band == 0) return "promised in a day";
  if (band == longest_band) return fmt::format("promised in over {} days", 1 << (band - 1));
  return fmt::format("promised in {} to {} days", 1 << (band - 1), 1 << band);
}

const Column* texts(const Table& orders, std::string_view name) {
  const Column* const column = orders.find(name);
  return column == nullptr || !column->is_text() ? nullptr : column;
}

void append(std::string_view part, char end, std::string& key) {
  const std::size_t from = key.size();
  key += beginning(part, longest_part);
  std::replace_if(key.begin() + static_cast<std::ptrdiff_t>(from), key.end(), [](char c) { return c == level_end || c == part_end; }, ' ');
  key += end;
}

void add_words(std::size_t level, std::string_view text, std::vector<std::string>& words) {
  static constexpr std::string_view names[trait_levels][3] = {
      {}, {"service", "warehouse"}, {"country", "region", "postcode"}, {}, {"carrier"}, {}};
  const std::vector<std::string_view> parts = split(text, part_end);
  if (level == 0) return;
  if (level == 3) return words.push_back(band_words(parts[0][0] - '0')), void();
  if (level == 5) return words.push_back(fmt::format("begun on {}", weekday_name(parts[0][0] - '0'))), void();
  for (std::size_t i = 0; i + 1 < parts.size() && i < 3; ++i)
    if (!parts[i].empty()) words.push_back(fmt::format("{} {}", names[level][i], parts[i]));
}

}  // namespace

void Traits::cut(std::size_t levels) {
  if (levels >= depth) return;
  depth = levels;
  key.resize(depth == 0 ? 0 : ends[depth - 1]);
}

Traits traits_in(std::string key) {
  Traits traits;
  for (std::size_t i = 0; i < key.size() && traits.depth < trait_levels; ++i)
    if (key[i] == level_end) traits.ends[traits.depth++] = static_cast<std::uint16_t>(i + 1);
  traits.key = std::move(key);
  return traits;
}

std::string group_of_all(const std::string& guarantee) {
  std::string key;
  append(guarantee, part_end, key);
  return key + level_end;
}

std::string words_of(std::string_view group) {
  std::vector<std::string> words;
  std::size_t level = 0;
  for (const std::string_view text : split(group.substr(0, group.size() - 1), level_end)) add_words(level++, text, words);
  return words.empty() ? "under this guarantee" : joined(words, ", ");
}

TraitColumns::TraitColumns(const Table& orders, const Project& project)
    : project_(project), service_(texts(orders, "service")), warehouse_(texts(orders, "warehouse")), country_(texts(orders, "country")),
      region_(texts(orders, "region")), postcode_(texts(orders, "postcode")), carrier_(texts(orders, "carrier")) {}

std::string_view TraitColumns::cell(const Column* column, Row row) const {
  return column == nullptr || row == no_row || column->is_empty(row) ? std::string_view{} : trimmed(column->text[row]);
}

Traits TraitColumns::of(const CaseTimes& times, bool has_left) const {
  const auto text = [&](const Column* column) { return cell(column, times.order); };
  return traits_of({text(service_), text(warehouse_), text(country_), text(region_), text(postcode_), text(carrier_), carrier_ != nullptr}, project_, times, has_left);
}

Traits traits_of(const TraitTexts& texts, const Project& project, const CaseTimes& times, bool has_left) {
  Traits traits;
  std::string& key = traits.key;
  key.reserve(usual_key);
  const auto end_level = [&] {
    key += level_end;
    traits.ends[traits.depth++] = static_cast<std::uint16_t>(key.size());
  };
  append(project.guarantees[times.guarantee].name, part_end, key);
  end_level();
  append(texts.service, part_end, key);
  append(texts.warehouse, part_end, key);
  end_level();
  append(texts.country, part_end, key);
  append(texts.region, part_end, key);
  append(texts.region.empty() ? beginning(texts.postcode, 2) : std::string_view{}, part_end, key);
  end_level();
  key += static_cast<char>('0' + band_of(times));
  end_level();
  if (texts.names_carriers && (texts.carrier.empty() || !has_left)) return traits;
  append(texts.carrier, part_end, key);
  end_level();
  key += static_cast<char>('0' + weekday(project.shop.zone.date_at(times.begun)));
  end_level();
  return traits;
}

int band_of(const CaseTimes& times) {
  int band = 0;
  for (std::int64_t days = ms_per_day; days < times.limit.ms - times.start.ms && band < longest_band; days *= 2) ++band;
  return band;
}

}  // namespace amends
