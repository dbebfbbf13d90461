// Carriers that [lost] and [[transit]] name and nobody knows: such a line would wait for parcels that never come. A shop
// may well have a van of its own, so what resembles no carrier is a note only.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/findings.h"
#include "core/base/text.h"
#include "core/records/carriers.h"

namespace amends {
namespace {

// Words of the files that a source maps, and what to.
bool is_mapped(const Project& project, const std::string& text) {
  const std::string wanted = lower(trimmed(text));
  return std::any_of(project.sources.begin(), project.sources.end(), [&](const SourceSpec& spec) {
    return std::any_of(spec.carriers.begin(), spec.carriers.end(), [&](const auto& pair) { return lower(trimmed(pair.second)) == wanted; });
  });
}

std::vector<std::string> known_names(const Project& project) {
  std::vector<std::string> names;
  for (const Carrier& carrier : carriers()) {
    names.push_back(carrier.code);
    names.insert(names.end(), carrier.aliases.begin(), carrier.aliases.end());
  }
  for (const SourceSpec& spec : project.sources)
    for (const auto& [word, own] : spec.carriers) names.push_back(own);
  return names;
}

void look_at(const NamedCarrier& named, const Project& project, Findings& findings) {
  if (named.text.empty() || carrier_named(named.text) != nullptr || is_mapped(project, named.text)) return;
  const std::string near = nearest(lower(trimmed(named.text)), known_names(project));
  const std::string message = fmt::format("no carrier is known as {}", quoted(named.text));
  if (!near.empty()) findings.push_back({named.where, "warning", "carrier", message, fmt::format("did you mean {}? Else write the word your files have for it", quoted(near))});
  else findings.push_back({named.where, "note", "carrier", message + ": it stands for parcels whose carrier is written so", "amends fields lists the carriers known; map a word of your files under carriers of its source"});
}

}  // namespace

void find_in_carriers(const Project& project, Findings& findings) {
  if (project.lost)
    for (const NamedCarrier& named : project.lost->named) look_at(named, project, findings);
  for (const FastestTransit& transit : project.transit) look_at(transit.named, project, findings);
}

}  // namespace amends
