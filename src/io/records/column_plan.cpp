#include "io/records/column_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/policy/next_step.h"
#include "core/records/replay.h"

namespace amends {
namespace {

class Header {
 public:
  explicit Header(const Rows& rows) : rows_(rows) {
    for (const std::string& name : rows.header()) names_.push_back(lower(trimmed(name)));
  }

  std::size_t find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), lower(trimmed(name)));
    return found == names_.end() ? no_cell : static_cast<std::size_t>(found - names_.begin());
  }

  // Error when the name stands twice.
  std::size_t find_once(std::string_view name) const {
    const std::size_t at = find(name);
    if (at == no_cell || std::count(names_.begin(), names_.end(), names_[at]) == 1) return at;
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
  std::string near = nearest_header(wanted, header.names());
  if (near.empty()) near = nearest_header(field, header.names());
  if (near.empty())
    return fmt::format("the columns are: {}; write columns = {{ {} = \"...\" }} under {}", some(header.names()), field, source_table(kind));
  return fmt::format("write columns = {{ {} = {} }} under {}", field, toml_string(near), source_table(kind));
}

// Columns are mapped for the source's own records; of those inside of them only what they share.
const std::string* mapped_column(const SourceSpec& spec, const Field& field, RecordKind kind) {
  const bool is_shared = kind == spec.kind || field.name.ends_with("_id") || field.name == "tracking" || field.name == "currency" ||
                         canonical(spec.kind, field.name) == nullptr;
  const auto found = spec.columns.find(field.name);
  return found == spec.columns.end() || !is_shared ? nullptr : &found->second;
}

// The header of a field, as the preset or its own name have it; empty: none of them is there.
std::string_view header_of(const Header& header, const Field& field, const SourceSpec& spec, const PresetPart& preset) {
  const bool generic = spec.preset.empty() || spec.preset == "generic";
  if (generic && header.find(field.name) != no_cell) return field.name;
  for (const auto& [name, column] : preset.columns)
    if (name == field.name && header.find(column) != no_cell) return column;
  return header.find(field.name) == no_cell ? std::string_view{} : std::string_view(field.name);
}

std::size_t cell_of(const Header& header, const Rows& rows, const Field& field, RecordKind kind, const SourceSpec& spec,
                    const PresetPart& preset) {
  if (const std::string* mapped = mapped_column(spec, field, kind)) {
    const std::size_t at = header.find_once(*mapped);
    if (at != no_cell || rows.is_sparse()) return at;
    throw Error{rows.header_where(), fmt::format("{} has no column {}", rows.header_where().file, quoted(*mapped)),
                mapping_hint(header, kind, field.name, *mapped)};
  }
  const std::string_view name = header_of(header, field, spec, preset);
  return name.empty() ? no_cell : header.find_once(name);
}

Reading reading_of(const Field& field) {
  if (field.name == "currency" && field.origin == Origin::record) return Reading::currency;
  const bool closed = field.origin == Origin::record && (field.name == "status" || field.name == "cause");
  if (closed || !field.type.words.empty()) return Reading::word;
  if (field.origin == Origin::record && field.name == "carrier") return Reading::carrier;
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
  if (field == "promised_at" || field == "revised_promised_at" || field == "ship_by") return true;
  return std::any_of(project.guarantees.begin(), project.guarantees.end(), [&](const Guarantee& g) {
    return g.due.field == field || g.due.from == field || std::find(g.due.others.begin(), g.due.others.end(), field) != g.due.others.end();
  });
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
  if (names[0].find(';') != std::string::npos) return "it is separated by semicolons: write separator = \";\" on the source";
  return {};
}

[[noreturn]] void fail_without_key(const Header& header, const Rows& rows, RecordKind kind, bool any_column) {
  const std::string& file = rows.header_where().file;
  const std::string keys = fmt::format("{}", fmt::join(keys_of(kind), " or "));
  if (const std::string hint = separator_hint(header.names()); !hint.empty())
    throw Error{rows.header_where(), fmt::format("{} has no column for {}", file, keys), hint};
  if (!any_column)
    throw Error{rows.header_where(), fmt::format("{} has no header that names {}", file, key_of(kind)),
                fmt::format("the first line must name the columns; {}", mapping_hint(header, kind, key_of(kind), key_of(kind)))};
  throw Error{rows.header_where(), fmt::format("{} has no column for {}", file, keys),
              mapping_hint(header, kind, key_of(kind), key_of(kind))};
}

bool may_hold(RecordKind kind, std::string_view field, const Project& project, const Preset& preset) {
  if (canonical(kind, field) != nullptr) return true;
  const std::optional<RecordKind> fold = preset.part(kind).fold;
  if (fold && canonical(*fold, field) != nullptr) return true;
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

std::span<const std::string_view> keys_of(RecordKind kind) {
  static constexpr std::string_view order[] = {"order_id"}, customer[] = {"customer_id"}, shipment[] = {"order_id", "tracking"},
                                    event[] = {"order_id", "shipment_id", "tracking"}, contact[] = {"order_id", "contact_id", "customer_id"};
  switch (kind) {
    case RecordKind::customer: return customer;
    case RecordKind::shipment: return shipment;
    case RecordKind::event: return event;
    case RecordKind::contact: return contact;
    default: return order;
  }
}

void check_mapping(const SourceSpec& spec, const Project& project, const Preset& preset) {
  for (const auto& [field, column] : spec.columns)
    if (!may_hold(spec.kind, field, project, preset))
      throw Error{spec.where, fmt::format("{} columns has {}, which is not a field of {}", source_table(spec.kind), quoted(field), source_name_of(spec.kind)),
                  suggestion(field, names_for(spec.kind, project), "fields of your own are declared under [fields]")};
  check_words(spec.statuses, vocabulary().statuses, "status", spec.where);
  check_words(spec.causes, vocabulary().causes, "cause", spec.where);
}

namespace {

class Planner {
 public:
  Planner(const Rows& rows, const AskedFields& asked, const Project& project, const SourceSpec& spec, const PresetPart& preset, RawTable& raw)
      : header_(rows), rows_(rows), asked_(asked), project_(project), spec_(spec), preset_(preset), raw_(raw) {
    plan_.width = rows.header().size();
  }

  ColumnPlan run() {
    for (const Field& field : asked_.fields) plan_field(field);
    check_mapped();
    const bool key_needed = asked_.kind != RecordKind::contact && asked_.kind != RecordKind::event;
    if (key_needed && !has_key_) fail_without_key(header_, rows_, asked_.kind, !plan_.cells.empty());
    return std::move(plan_);
  }

 private:
  void plan_field(const Field& field) {
    const std::size_t cell = cell_of(header_, rows_, field, asked_.kind, spec_, preset_);
    bool is_planned = cell != no_cell;
    if (is_planned) add(field, cell, false);
    if (mapped_column(spec_, field, asked_.kind) == nullptr)
      for (const auto& [name, column] : preset_.others)
        if (const std::size_t other = header_.find(column); name == field.name && other != no_cell && other != cell)
          add(field, other, std::exchange(is_planned, true));
    for (const auto& [name, column] : preset_.unmet)
      if (name == field.name && header_.find(column) != no_cell) column_for(field, project_, raw_);
  }

  void add(const Field& field, std::size_t at, bool is_other) {
    CellPlan cell;
    cell.cell = at;
    cell.is_other = is_other;
    cell.column = column_for(field, project_, raw_);
    cell.reading = reading_of(field);
    cell.is_fact_time = field.origin == Origin::record && is_fact_time(asked_.kind, field.name);
    cell.midnight_is_date = spec_.midnight_is_date ? *spec_.midnight_is_date && is_promise(field.name, project_) : is_midnight_field(field.name);
    for (const auto& [name, prefix] : preset_.strips)
      if (name == field.name) cell.strip = prefix;
    cell.is_day = std::find(preset_.days.begin(), preset_.days.end(), field.name) != preset_.days.end();
    for (const auto& [name, text] : preset_.blanks)
      if (name == field.name) cell.blank = text;
    for (const auto& [name, column] : preset_.excepts)
      if (name == field.name) cell.except = header_.find(column);
    if (cell.is_fact_time)
      for (const std::string& column : preset_.places)
        if (const std::size_t place = header_.find(column); place != no_cell) cell.places.push_back(place);
    const std::span<const std::string_view> keys = keys_of(asked_.kind);
    has_key_ = has_key_ || std::find(keys.begin(), keys.end(), field.name) != keys.end();
    plan_.cells.insert(cell.reading == Reading::currency ? plan_.cells.begin() : plan_.cells.end(), std::move(cell));
  }

  bool is_midnight_field(const std::string& field) const {
    return std::find(preset_.midnights.begin(), preset_.midnights.end(), field) != preset_.midnights.end();
  }

  void check_mapped() const {
    for (const auto& [field, column] : spec_.columns)
      if (header_.find(column) == no_cell && !rows_.is_sparse())
        throw Error{rows_.header_where(), fmt::format("{} has no column {}", rows_.header_where().file, quoted(column)),
                    mapping_hint(header_, asked_.kind, field, column)};
  }

  const Header header_;
  const Rows& rows_;
  const AskedFields& asked_;
  const Project& project_;
  const SourceSpec& spec_;
  const PresetPart& preset_;
  RawTable& raw_;
  ColumnPlan plan_;
  bool has_key_ = false;
};

}  // namespace

ColumnPlan plan_columns(const Rows& rows, const AskedFields& asked, const Project& project, const SourceSpec& spec,
                        const PresetPart& preset, RawTable& raw) {
  return Planner(rows, asked, project, spec, preset, raw).run();
}

}  // namespace amends
