// The headers of the exports at hand: what reading would stop at, and what the presets miss in them.
#include <algorithm>
#include <deque>
#include <set>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/findings.h"
#include "core/base/text.h"
#include "core/judging/miss.h"
#include "io/records/asked_fields.h"
#include "io/records/column_plan.h"
#include "io/records/input.h"
#include "io/records/input_file.h"
#include "io/records/preset.h"
#include "io/records/source_reader.h"

namespace amends {
namespace {

constexpr std::uint64_t beginning = std::uint64_t{1} << 16;

std::string whole_lines(std::string bytes) {
  if (bytes.find('\n') != std::string::npos) bytes.resize(bytes.rfind('\n') + 1);
  return bytes;
}

struct Header {
  std::vector<std::string> names;
  bool is_sparse = false;  // JSON: what is not there tells nothing
  Where where;
  std::optional<Error> fault;  // that reading would stop at
  bool holds(std::string_view name) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& own) { return lower(trimmed(own)) == lower(trimmed(name)); });
  }
};

// The beginning of a file, and its rows as reading has them.
struct Opened {
  InputFile file;
  std::deque<std::string> words;
  std::unique_ptr<Rows> rows;
};

void read_rows(Opened& opened, const Input& input, const SourceSpec& spec, std::uint64_t size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  input.bytes->read(0, bytes);
  opened.file = input_of(input.name, size < input.bytes->size() ? whole_lines(std::move(bytes)) : std::move(bytes));
  opened.file.is_table = input.is_table;
  refuse_empty(opened.file);
  opened.rows = rows_in(opened.file, spec, input.format, opened.words);
}

Opened opened(const std::string& path, const SourceSpec& spec) {
  const Input input = Inputs().open(spec, path);
  Opened opened;
  const std::uint64_t size = input.bytes->size();
  try {
    read_rows(opened, input, spec, std::min(beginning, size));
  } catch (const Error&) {  // JSON may be one value of any length
    if (size <= beginning) throw;
    read_rows(opened, input, spec, size);
  }
  return opened;
}

Header header_of(const Opened& opened) {
  Where where = opened.rows->header_where();
  where.length = 1;
  return {opened.rows->header(), opened.rows->is_sparse(), std::move(where), std::nullopt};
}

// The columns as reading takes them: Error where it would stop.
void plan(const Project& project, const SourceSpec& spec, const Rows& rows, const Wanted& wanted) {
  const Preset& preset = preset_named(spec.preset, spec.where);
  const PresetPart& part = preset.part(spec.kind);
  RawTable raw, folded;
  raw.table.kind = spec.kind;
  plan_columns(rows, asked_fields(spec.kind, wanted, project, spec.max_age > 0), project, spec, part, raw);
  if (!part.fold) return;
  folded.table.kind = *part.fold;
  plan_columns(rows, asked_fields(*part.fold, wanted, project, false), project, spec, preset.part(*part.fold), folded);
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
  Headers(const Project& project, Findings& findings)
      : project_(project), findings_(findings), needed_(needed_facts(project)), wanted_(asked_of(project, {}).wanted) {
    for (const SourceSpec& spec : project.sources) headers_.push_back(headers_of(spec));
  }

  void run() {
    for (std::size_t i = 0; i < project_.sources.size(); ++i)
      for (const Header& header : headers_[i]) {
        const SourceSpec& spec = project_.sources[i];
        if (spec.preset.empty() || spec.preset == "generic") hint_at_preset(spec, header);
        if (!header.fault) find_missing_columns(spec, header);
        else if (lacks_key(spec, header)) miss_key(spec, header);
        else add(*header.fault);
      }
    if (is_told_by_headers()) find_unheard_facts();
  }

 private:
  void add(const Error& fault) { findings_.push_back({fault.where, "error", "source", fault.message, fault.hint}); }

  // What cannot be opened at all is a finding already, and has no header.
  std::vector<Header> headers_of(const SourceSpec& spec) {
    std::vector<Header> headers;
    try {
      for (const std::string& path : matching_files(project_.folder, spec.paths, spec.where))
        if (path != "-") add_header(path, spec, headers);
    } catch (const Error& fault) {
      add(fault);
    }
    return headers;
  }

  void add_header(const std::string& path, const SourceSpec& spec, std::vector<Header>& headers) {
    try {
      const Opened file = opened(path, spec);
      Header header = header_of(file);
      try {
        plan(project_, spec, *file.rows, wanted_);
      } catch (const Error& fault) {
        header.fault.emplace(fault);
      }
      headers.push_back(std::move(header));
    } catch (const Error& fault) {
      add(fault);
    }
  }

  // Whether a preset finds none of its keys in a header of several names. One name is a matter of the separator.
  static bool lacks_key(const SourceSpec& spec, const Header& header) {
    if (spec.preset.empty() || spec.preset == "generic" || header.names.size() == 1) return false;
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
    const std::span<const std::string_view> keys = keys_of(spec.kind);
    return std::none_of(keys.begin(), keys.end(), [&](std::string_view key) {
      return spec.columns.contains(std::string(key)) || tells(header, spec, part, std::string(key));
    });
  }

  void miss_key(const SourceSpec& spec, const Header& header) {
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
    std::string missing(key_of(spec.kind));
    for (const std::string_view key : keys_of(spec.kind))
      if (names_of(spec, part, missing).empty() && !names_of(spec, part, std::string(key)).empty()) missing = key;
    miss(spec, part, header, missing, "error");
  }

  void find_missing_columns(const SourceSpec& spec, const Header& header) {
    if (spec.preset.empty() || spec.preset == "generic" || header.is_sparse) return;
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
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

  // Whether the headers of all sources are at hand, and say what their rows hold.
  bool is_told_by_headers() const {
    const auto is_plain = [](const Header& header) { return !header.fault && !header.is_sparse; };
    return !headers_.empty() && std::all_of(headers_.begin(), headers_.end(), [&](const std::vector<Header>& all) {
      return !all.empty() && std::all_of(all.begin(), all.end(), is_plain);
    });
  }

  bool has_events() const {
    return std::any_of(project_.sources.begin(), project_.sources.end(), [](const SourceSpec& spec) {
      return spec.kind == RecordKind::event || preset_named(spec.preset, spec.where).part(spec.kind).fold == RecordKind::event;
    });
  }

  // What a preset reads is looked for beside its own file.
  bool is_of_preset(const std::string& field) const {
    return std::any_of(project_.sources.begin(), project_.sources.end(), [&](const SourceSpec& spec) {
      if (spec.preset.empty() || spec.preset == "generic") return spec.columns.contains(field);
      const Preset& preset = preset_named(spec.preset, spec.where);
      const PresetPart& part = preset.part(spec.kind);
      return !names_of(spec, part, field).empty() || (part.fold && !names_of(spec, preset.part(*part.fold), field).empty());
    });
  }

  // A moment that a guarantee counts by and no source tells: none of its cases could be judged.
  void find_unheard_facts() {
    for (const Guarantee& guarantee : project_.guarantees) {
      std::set<std::string> names = {guarantee.start, guarantee.due.field, guarantee.due.from, guarantee.met_by};
      names.insert(guarantee.due.others.begin(), guarantee.due.others.end());
      for (const std::string& name : names) {
        const Slot slot = project_.schema.find(name);
        if (guarantee.retired || slot == no_slot || project_.derived.of(slot) != nullptr) continue;
        const Origin origin = project_.schema.at(slot).origin;
        if (origin != Origin::record && origin != Origin::own) continue;
        if (has_events() || is_of_preset(name) || is_told_anywhere(name)) continue;
        findings_.push_back({guarantee.where, "warning", "no-column", fmt::format("no source has a column {}, which guarantee {} counts by: none of its cases can be judged", quoted(name), guarantee.name),
                             hint_for(name)});
      }
    }
  }

  std::string hint_for(const std::string& field) const {
    for (std::size_t i = 0; i < headers_.size(); ++i)
      for (const Header& header : headers_[i])
        if (const std::string near = nearest_header(field, header.names); !near.empty())
          return fmt::format("the nearest is {}; write columns = {{ {} = {} }} under [sources.{}]", quoted(near), field, toml_string(near), source_name_of(project_.sources[i].kind));
    return fmt::format("write columns = {{ {} = \"...\" }} under its source", field);
  }

  void miss(const SourceSpec& spec, const PresetPart& part, const Header& header, const std::string& field, const char* severity) {
    std::vector<std::string> names = names_of(spec, part, field);
    if (names.empty()) names.push_back(field);
    std::vector<std::string> words;
    std::string near;
    for (const std::string& name : names) {
      words.push_back(quoted(name));
      if (near.empty()) near = nearest_header(name, header.names);
    }
    const std::string mapping = fmt::format("write columns = {{ {} = {} }} under [sources.{}]", field, near.empty() ? "\"...\"" : toml_string(near), source_name_of(spec.kind));
    findings_.push_back({header.where, severity, "no-column", fmt::format("{}: no column {} for {}", spec.preset, joined(words, " or "), field),
                         near.empty() ? mapping : fmt::format("the nearest is {}; {}", quoted(near), mapping)});
  }

  static std::optional<Header> header_as(const SourceSpec& spec, const std::string& path) {
    try {
      return header_of(opened(path, spec));
    } catch (const Error&) {
      return std::nullopt;  // it is no such file
    }
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
      const std::optional<Header> seen = header.is_sparse ? header_as(as_preset, header.where.file) : header;
      if (!seen) continue;
      std::set<std::string> columns;
      for (const auto& [field, column] : part.columns) columns.insert(lower(column));
      const auto found = static_cast<std::size_t>(std::count_if(columns.begin(), columns.end(), [&](const std::string& c) { return seen->holds(c); }));
      if (found <= most || found * 3 < columns.size() * 2) continue;
      best = name;
      most = found;
    }
    if (best.empty()) return;
    const std::string& title = preset_named(best, spec.where).part(spec.kind).title;
    findings_.push_back({header.where, "warning", "preset", fmt::format("this looks like {}", title.empty() ? best : title),
                         fmt::format("write preset = {} under [sources.{}]", quoted(best), source_name_of(spec.kind))});
  }

  const Project& project_;
  Findings& findings_;
  const std::set<std::string> needed_;
  const Wanted wanted_;
  std::vector<std::vector<Header>> headers_;  // of each source's files
};

}  // namespace

void find_in_headers(const Project& project, Findings& findings) { Headers(project, findings).run(); }

}  // namespace amends
