// The headers of the exports at hand against the presets.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cmd/findings.h"
#include "core/miss.h"
#include "core/text.h"
#include "io/column_plan.h"
#include "io/input.h"
#include "io/input_file.h"
#include "io/preset.h"
#include "io/source_reader.h"

namespace amends {
namespace {

constexpr std::size_t beginning = std::size_t{1} << 16;

std::string whole_lines(std::string bytes) {
  if (bytes.size() == beginning && bytes.find('\n') != std::string::npos) bytes.resize(bytes.rfind('\n') + 1);
  return bytes;
}

struct Header {
  std::vector<std::string> names;
  bool is_sparse = false;  // JSON: what is not there tells nothing
  Where where;
  bool holds(std::string_view name) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& own) { return lower(trimmed(own)) == lower(trimmed(name)); });
  }
};

std::optional<Header> header_in(const std::string& path, const SourceSpec& spec) {
  try {
    const Input input = Inputs().open(spec, path);
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(beginning, input.bytes->size())), '\0');
    input.bytes->read(0, bytes);
    InputFile file = input_of(path, whole_lines(std::move(bytes)));
    file.is_table = input.is_table;
    if (file.bytes->empty()) return std::nullopt;
    std::deque<std::string> words;
    const std::unique_ptr<Rows> rows = rows_in(file, spec, input.format, words);
    Where where = rows->header_where();
    where.length = 1;
    return Header{rows->header(), rows->is_sparse(), std::move(where)};
  } catch (const Error&) {
    return std::nullopt;  // reading the file says more
  }
}

std::vector<Header> headers_of(const Project& project, const SourceSpec& spec) {
  std::vector<Header> headers;
  try {
    for (const std::string& path : matching_files(project.folder, spec.paths, spec.where))
      if (path != "-")
        if (std::optional<Header> header = header_in(path, spec)) headers.push_back(std::move(*header));
  } catch (const Error&) {  // no such file yet
  }
  return headers;
}

// The headers that tell a field, as the mapping or else the preset has it.
std::vector<std::string> names_of(const SourceSpec& spec, const PresetPart& part, const std::string& field) {
  if (const auto mapped = spec.columns.find(field); mapped != spec.columns.end()) return {mapped->second};
  std::vector<std::string> names;
  for (const Pairs* list : {&part.columns, &part.others})
    for (const auto& [name, column] : *list)
      if (name == field) names.push_back(column);
  return names;
}

bool tells(const Header& header, const SourceSpec& spec, const PresetPart& part, const std::string& field) {
  const std::vector<std::string> names = names_of(spec, part, field);
  return header.holds(field) || std::any_of(names.begin(), names.end(), [&](const std::string& name) { return header.holds(name); });
}

// What guarantees and policy ask for, whom letters go to, and where an order stands.
std::set<std::string> needed_facts(const Project& project) {
  std::vector<Slot> slots;
  for (const Guarantee& guarantee : project.guarantees) collect(guarantee, slots, project.schema);
  collect(project.policy, slots);
  for (const MessageRule& rule : project.messages) collect(rule.when, slots);
  std::set<std::string> names = {"status"};
  for (const Slot slot : with_derived(slots, project.derived))
    if (slot != no_slot && project.schema.at(slot).origin == Origin::record) names.insert(project.schema.at(slot).name);
  if (!project.messages.empty()) names.insert("email");
  return names;
}

class Headers {
 public:
  Headers(const Project& project, Findings& findings) : project_(project), findings_(findings), needed_(needed_facts(project)) {
    for (const SourceSpec& spec : project.sources) headers_.push_back(headers_of(project, spec));
  }

  void run() {
    for (std::size_t i = 0; i < project_.sources.size(); ++i)
      for (const Header& header : headers_[i]) {
        const SourceSpec& spec = project_.sources[i];
        if (spec.preset.empty() || spec.preset == "generic") hint_at_preset(spec, header);
        else find_missing_columns(spec, header);
      }
  }

 private:
  void find_missing_columns(const SourceSpec& spec, const Header& header) {
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
    const std::span<const std::string_view> keys = keys_of(spec.kind);
    const bool has_key = std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return tells(header, spec, part, std::string(key)); });
    if (!has_key) miss(spec, part, header, std::string(key_of(spec.kind)), "error");
    if (header.is_sparse) return;
    for (const std::string& field : needed_)
      if (field != key_of(spec.kind) && !names_of(spec, part, field).empty() && !is_told_anywhere(field)) miss(spec, part, header, field, "warning");
  }

  bool is_told_anywhere(const std::string& field) const {
    for (std::size_t i = 0; i < project_.sources.size(); ++i) {
      const SourceSpec& spec = project_.sources[i];
      const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
      if (std::any_of(headers_[i].begin(), headers_[i].end(), [&](const Header& h) { return tells(h, spec, part, field); })) return true;
    }
    return false;
  }

  void miss(const SourceSpec& spec, const PresetPart& part, const Header& header, const std::string& field, const char* severity) {
    std::vector<std::string> names = names_of(spec, part, field);
    if (names.empty()) names.push_back(field);
    std::vector<std::string> words;
    std::string near;
    for (const std::string& name : names) {
      words.push_back(quoted(name));
      if (near.empty()) near = nearest(name, header.names);
    }
    const std::string mapping = fmt::format("write columns = {{ {} = {} }} under [sources.{}]", field, near.empty() ? "\"...\"" : quoted(near), source_name_of(spec.kind));
    findings_.push_back({header.where, severity, fmt::format("{}: no column {} for {}", spec.preset, joined(words, " or "), field),
                         near.empty() ? mapping : fmt::format("the nearest is {}; {}", quoted(near), mapping)});
  }

  // A vendor's preset of which most columns are there.
  void hint_at_preset(const SourceSpec& spec, const Header& header) {
    std::string best;
    std::size_t most = 3;  // fewer columns are nobody's in particular
    for (const std::string& name : preset_names()) {
      const PresetPart& part = preset_named(name, spec.where).part(spec.kind);
      if (name == "generic" || part.columns.empty()) continue;
      SourceSpec as_preset = spec;
      as_preset.preset = name;
      const std::optional<Header> seen = header.is_sparse ? header_in(header.where.file, as_preset) : header;
      if (!seen) continue;
      std::set<std::string> columns;
      for (const auto& [field, column] : part.columns) columns.insert(lower(column));
      const auto found = static_cast<std::size_t>(std::count_if(columns.begin(), columns.end(), [&](const std::string& c) { return seen->holds(c); }));
      if (found <= most || found * 3 < columns.size() * 2) continue;
      best = name;
      most = found;
    }
    if (best.empty()) return;
    findings_.push_back({header.where, "warning", fmt::format("this looks like {}", preset_named(best, spec.where).part(spec.kind).title),
                         fmt::format("write preset = {} under [sources.{}]", quoted(best), source_name_of(spec.kind))});
  }

  const Project& project_;
  Findings& findings_;
  const std::set<std::string> needed_;
  std::vector<std::vector<Header>> headers_;  // of each source's files
};

}  // namespace

void find_in_headers(const Project& project, Findings& findings) { Headers(project, findings).run(); }

}  // namespace amends
