#include "core/records/carriers.h"

#include <stdexcept>
#include <unordered_map>

#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/base/text.h"

namespace amends {
namespace {

// "UPS®", "Royal Mail", "royal_mail": letters and digits are what counts, and what is not ASCII.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    const bool counts = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (counts) out += c;
  }
  return out;
}

std::vector<Carrier> read_carriers() {
  std::vector<Carrier> all;
  for (const std::string_view line : split(embedded("carriers.tsv"), '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string_view> cells = split(line, '\t');
    if (cells.size() != 3) throw std::logic_error(fmt::format("templates/carriers.tsv: {}", line));
    Carrier& carrier = all.emplace_back(Carrier{std::string(cells[0]), std::string(cells[1]), {}});
    for (const std::string_view alias : split(cells[2], ','))
      if (!trimmed(alias).empty()) carrier.aliases.emplace_back(trimmed(alias));
  }
  return all;
}

std::unordered_map<std::string, const Carrier*> by_plain_name() {
  std::unordered_map<std::string, const Carrier*> names;
  for (const Carrier& carrier : carriers()) {
    names.emplace(plain(carrier.code), &carrier);
    names.emplace(plain(carrier.name), &carrier);
    for (const std::string& alias : carrier.aliases) names.emplace(plain(alias), &carrier);
  }
  return names;
}

}  // namespace

const std::vector<Carrier>& carriers() {
  static const std::vector<Carrier> all = read_carriers();
  return all;
}

const Carrier* carrier_named(std::string_view text) {
  static const std::unordered_map<std::string, const Carrier*> names = by_plain_name();
  const auto found = names.find(plain(text));
  return found == names.end() ? nullptr : found->second;
}

std::string_view carrier_name(std::string_view text) {
  const Carrier* const known = carrier_named(text);
  return known == nullptr ? text : std::string_view(known->name);
}

}  // namespace amends
