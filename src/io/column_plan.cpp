#include "io/column_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/replay.h"
#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);

class Header {
 public:
  explicit Header(const Rows& rows) : rows_(rows) {
    for (const std::string& name : rows.header()) names_.push_back(lower(trimmed(name)));
  }

  std::size_t find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), lower(trimmed(name)));
    return found == names_.end() ? absent : static_cast<std::size_t>(found - names_.begin());
  }

  // Error when the name stands twice.
  std::size_t find_once(std::string_view name) const {
    const std::size_t at = find(name);
    if (at == absent || std::count(names_.begin(), names_.end(), names_[at]) == 1) return at;
    throw Error{rows_.header_where(), fmt::format("the column {} stands twice in {}", excerpt(rows_.header()[at]), rows_.header_where().file),
                "rename one of them, or map the field to another column"};
  }

  const std::vector<std::string>& names() const { return rows_.header(); }

 private:
  const Rows& rows_;
  std::vector<std::string> names_;
};

std::string source_table(RecordKind kind) { return fmt::format("[sources.{}]", source_name_of(kind)); }

std::string some(const std::vector<std::string>& names) {
  std::string few;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 12 || few.size() + names[i].size() > 400) return few + (few.empty() ? "..." : ", ...");
    few += (i == 0 ? "" : ", ") + names[i];
  }
  return few;
}

std::string mapping_hint(const Header& header, RecordKind kind, std::string_view field, std::string_view wanted) {
  std::string near = nearest(wanted, header.names());
  if (near.empty()) near = nearest(field, header.names());
  if (near.empty())
    return fmt::format("the columns are: {}; write columns = {{ {} = \"...\" }} under {}", some(header.names()), field, source_table(kind));
  return fmt::format("write columns = {{ {} = {} }} under {}", field, quoted(near), source_table(kind));
}

std::size_t cell_of(const Header& header, const Rows& rows, const Field& field, RecordKind kind, const SourceSpec& spec,
                    const PresetPart& preset) {
  const auto explicit_name = spec.columns.find(field.name);
  if (explicit_name != spec.columns.end()) {
    const std::size_t at = header.find_once(explicit_name->second);
    if (at != absent || rows.is_sparse()) return at;
    throw Error{rows.header_where(), fmt::format("{} has no column {}", rows.header_where().file, quoted(explicit_name->second)),
                mapping_hint(header, kind, field.name, explicit_name->second)};
  }
  const bool generic = spec.preset.empty() || spec.preset == "generic";
  if (generic && header.find(field.name) != absent) return header.find_once(field.name);
  for (const auto& [name, column] : preset.columns)
    if (name == field.name && header.find(column) != absent) return header.find_once(column);
  return header.find_once(field.name);
}

Reading reading_of(const Field& field) {
  if (field.name == "currency" && field.origin == Origin::record) return Reading::currency;
  const bool closed = field.origin == Origin::record && (field.name == "status" || field.name == "cause");
  if (closed || !field.type.words.empty()) return Reading::word;
  switch (field.type.base) {
    case Type::string: return Reading::text;
    case Type::number: return Reading::number;
    case Type::money: return Reading::money;
    case Type::date:
    case Type::instant: return Reading::moment;
    default: return Reading::other;
  }
}

// A field that tells a promise: there a midnight may mean a day.
bool is_promise(const std::string& field, const Project& project) {
  if (field == "promised_at" || field == "revised_promised_at") return true;
  return std::any_of(project.guarantees.begin(), project.guarantees.end(), [&](const Guarantee& g) { return g.due.field == field; });
}

std::size_t column_for(const Field& field, const Project& project, RawTable& raw) {
  Table& table = raw.table;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == field.name) return i;
  Column column;
  column.name = field.name;
  column.type = field.type;
  if (table.kind == RecordKind::order) column.slot = project.schema.find(field.name);
  if (column.is_text()) column.text.resize(table.rows());
  else column.whole.resize(table.rows(), Moment::none);
  table.columns.push_back(std::move(column));
  return table.columns.size() - 1;
}

// A header that is one name is most likely separated by something else.
std::string separator_hint(const std::vector<std::string>& names) {
  if (names.size() != 1) return {};
  if (names[0].find('\t') != std::string::npos) return "it is separated by tabs: write format = \"tsv\" on the source";
  if (names[0].find(';') != std::string::npos) return "it is separated by semicolons: export it with commas or tabs";
  return {};
}

[[noreturn]] void fail_without_key(const Header& header, const Rows& rows, RecordKind kind, bool any_column) {
  const std::string& file = rows.header_where().file;
  if (const std::string hint = separator_hint(header.names()); !hint.empty())
    throw Error{rows.header_where(), fmt::format("{} has no column for {}", file, key_of(kind)), hint};
  if (!any_column)
    throw Error{rows.header_where(), fmt::format("{} has no header that names {}", file, key_of(kind)),
                fmt::format("the first line must name the columns; {}", mapping_hint(header, kind, key_of(kind), key_of(kind)))};
  throw Error{rows.header_where(), fmt::format("{} has no column for {}", file, key_of(kind)),
              mapping_hint(header, kind, key_of(kind), key_of(kind))};
}

bool may_hold(RecordKind kind, std::string_view field, const Project& project, const Preset& preset) {
  if (canonical(kind, field) != nullptr) return true;
  if (preset.part(kind).folds_items && canonical(RecordKind::item, field) != nullptr) return true;
  const Slot slot = project.schema.find(field);
  return slot != no_slot && project.schema.at(slot).origin == Origin::own;
}

std::vector<std::string> names_for(RecordKind kind, const Project& project) {
  std::vector<std::string> names;
  for (const Field& field : vocabulary().fields)
    if (field.origin == Origin::record && field.record == kind) names.push_back(field.name);
  for (std::size_t i = 0; i < project.schema.size(); ++i)
    if (project.schema.at(static_cast<Slot>(i)).origin == Origin::own) names.push_back(project.schema.at(static_cast<Slot>(i)).name);
  return names;
}

void check_words(const std::map<std::string, std::string>& mapping, const std::vector<Word>& words, std::string_view what, const Where& where) {
  std::vector<std::string> names;
  for (const Word& word : words) names.push_back(word.name);
  for (const auto& [from, to] : mapping)
    if (std::find(names.begin(), names.end(), to) == names.end())
      throw Error{where, fmt::format("{} is mapped to {}, which is not a {}", quoted(from), quoted(to), what), suggestion(to, names)};
}

}  // namespace

std::string_view key_of(RecordKind kind) { return kind == RecordKind::customer ? "customer_id" : "order_id"; }

void check_mapping(const SourceSpec& spec, const Project& project, const Preset& preset) {
  for (const auto& [field, column] : spec.columns)
    if (!may_hold(spec.kind, field, project, preset))
      throw Error{spec.where, fmt::format("{} columns has {}, which is not a field of {}", source_table(spec.kind), quoted(field), source_name_of(spec.kind)),
                  fmt::format("{}; fields of your own are declared under [fields]", suggestion(field, names_for(spec.kind, project)))};
  check_words(spec.statuses, vocabulary().statuses, "status", spec.where);
  check_words(spec.causes, vocabulary().causes, "cause", spec.where);
}

ColumnPlan plan_columns(const Rows& rows, const AskedFields& asked, const Project& project, const SourceSpec& spec,
                        const PresetPart& preset, RawTable& raw) {
  const Header header(rows);
  ColumnPlan plan;
  plan.width = rows.header().size();
  bool has_key = false;
  for (const Field& field : asked.fields) {
    CellPlan cell;
    cell.cell = cell_of(header, rows, field, asked.kind, spec, preset);
    if (cell.cell == absent) continue;
    cell.column = column_for(field, project, raw);
    cell.reading = reading_of(field);
    cell.is_fact_time = field.origin == Origin::record && is_fact_time(asked.kind, field.name);
    const bool preset_midnight = std::find(preset.midnights.begin(), preset.midnights.end(), field.name) != preset.midnights.end();
    cell.midnight_is_date =
        spec.midnight_is_date ? *spec.midnight_is_date && is_promise(field.name, project) : preset_midnight;
    for (const auto& [name, prefix] : preset.strips)
      if (name == field.name) cell.strip = prefix;
    has_key = has_key || field.name == key_of(asked.kind);
    if (cell.reading == Reading::currency) plan.cells.insert(plan.cells.begin(), cell);
    else plan.cells.push_back(cell);
  }
  for (const auto& [field, column] : spec.columns)
    if (header.find(column) == absent && !rows.is_sparse())
      throw Error{rows.header_where(), fmt::format("{} has no column {}", rows.header_where().file, quoted(column)),
                  mapping_hint(header, asked.kind, field, column)};
  const bool key_needed = asked.kind != RecordKind::contact && asked.kind != RecordKind::event;
  if (key_needed && !has_key) fail_without_key(header, rows, asked.kind, !plan.cells.empty());
  return plan;
}

}  // namespace amends
