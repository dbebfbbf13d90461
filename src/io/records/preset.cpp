#include "io/records/preset.h"

#include <fmt/format.h>

#include <deque>
#include <stdexcept>

#include "core/base/embedded.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::string_view folder = "presets/";
constexpr std::string_view ending = ".tsv";

RecordKind kind_of(std::string_view name) {
  for (int k = 0; k < record_kinds; ++k)
    if (name_of(static_cast<RecordKind>(k)) == name) return static_cast<RecordKind>(k);
  throw std::logic_error(fmt::format("a preset speaks of the unknown record {}", name));
}

void read_line(std::string_view line, Preset& preset) {
  const std::vector<std::string_view> cells = split(line, '\t');
  if (cells.size() < 3) throw std::logic_error(fmt::format("preset {}: short line {}", preset.name, line));
  PresetPart& part = preset.parts[static_cast<int>(kind_of(cells[0]))];
  const std::string_view what = cells[1];
  const std::pair<std::string, std::string> pair{cells[2], cells.size() > 3 ? cells[3] : std::string_view{}};
  if (what == "column") part.columns.push_back(pair);
  else if (what == "else") part.others.push_back(pair);
  else if (what == "except") part.excepts.push_back(pair);
  else if (what == "blank") part.blanks.push_back(pair);
  else if (what == "status") part.statuses.push_back(pair);
  else if (what == "cause") part.causes.push_back(pair);
  else if (what == "strip") part.strips.push_back(pair);
  else if (what == "unmet") part.unmet.push_back(pair);
  else if (what == "lacks") part.lacks.push_back(pair);
  else if (what == "date") part.dates.push_back(pair.first);
  else if (what == "midnight") part.midnights.push_back(pair.first);
  else if (what == "day") part.days.push_back(pair.first);
  else if (what == "place") part.places.push_back(pair.first);
  else if (what == "unwrap") part.unwraps.push_back(pair.first);
  else if (what == "zone") part.zone = pair.first;
  else if (what == "format") part.format = pair.first;
  else if (what == "title") part.title = pair.first;
  else if (what == "fold") part.fold = kind_of(pair.first), part.array = pair.second;
  else if (what == "tracked") part.is_tracked = true;
  else if (what == "plain_quotes") part.plain_quotes = true;
  else throw std::logic_error(fmt::format("preset {}: unknown word {}", preset.name, what));
}

std::deque<Preset> read_presets() {
  std::deque<Preset> presets;
  for (const Embedded& file : embedded_files()) {
    if (!file.path.starts_with(folder) || !file.path.ends_with(ending)) continue;
    Preset& preset = presets.emplace_back();
    preset.name = file.path.substr(folder.size(), file.path.size() - folder.size() - ending.size());
    for (const std::string_view line : split(file.bytes, '\n'))
      if (!line.empty() && line[0] != '#') read_line(line, preset);
  }
  return presets;
}

const std::deque<Preset>& presets() {
  static const std::deque<Preset> all = read_presets();
  return all;
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

const Preset& preset_named(std::string_view name, const Where& where) {
  if (name.empty()) name = "generic";
  for (const Preset& preset : presets())
    if (preset.name == name) return preset;
  throw Error{where, fmt::format("there is no preset {}", quoted(name)), suggestion(name, preset_names())};
}

}  // namespace amends
