#include "io/source_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "io/input_file.h"
#include "io/row_intake.h"

namespace amends {
namespace {

std::string source_table(const SourceSpec& spec) { return fmt::format("[sources.{}]", source_name_of(spec.kind)); }

enum class Format { csv, tsv, jsonl };

Format format_of(const SourceSpec& spec, const std::string& path) {
  std::string name = lower(spec.format);
  if (name.empty() && path != "-") name = lower(path.substr(std::min(path.rfind('.'), path.size() - 1) + 1));
  if (name == "gz" || name == "zst" || name == "zip" || name == "xz")
    throw Error{Where{path, 0, 0, 1, {}}, fmt::format("{} is compressed", path), "unpack it first", Exit::io};
  if (name == "tsv" || name == "tab") return Format::tsv;
  if (name == "jsonl" || name == "ndjson" || name == "json") return Format::jsonl;
  if (spec.format.empty() || name == "csv") return Format::csv;
  throw Error{spec.where, fmt::format("{} is not a format", quoted(spec.format)), suggestion(name, {"csv", "tsv", "jsonl"})};
}

class SourceReader {
 public:
  SourceReader(const Project& project, const SourceSpec& spec, const SourceTarget& target, Records& records)
      : project_(project), spec_(spec), target_(target), records_(records), preset_(preset_named(spec.preset, spec.where)),
        reader_(reader_for(project, spec, preset_.part(spec.kind), records)),
        item_reader_(reader_for(project, spec, preset_.part(RecordKind::item), records)) {
    check_mapping(spec, project, preset_);
  }

  void read(Instant as_of) {
    for (const std::string& path : matching_files(project_.folder, spec_.paths, spec_.where)) read_file(path);
    refuse_doubtful(as_of);
  }

 private:
  void read_file(const std::string& path) {
    const std::string name = path == "-" ? "stdin" : path;
    file_ = read_input(path, name, spec_.encoding, spec_.where);
    if (file_.bytes->empty())
      throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is empty", name),
                  "an export has at least a line that names its columns", Exit::io};
    records_.files.push_back(name);
    const std::unique_ptr<Rows> rows = rows_of(format_of(spec_, path));
    std::vector<RowParser> parsers = parsers_for(*rows);
    rows_ += RowIntake(spec_.kind, file_, records_).read(*rows, parsers);
    for (const RowParser& parser : parsers) {
      newest_ = std::max(newest_, parser.newest());
      tells_time_ = tells_time_ || parser.tells_time();
    }
    records_.buffers.push_back(std::move(file_.bytes));
  }

  std::unique_ptr<Rows> rows_of(Format format) {
    if (format == Format::jsonl) return json_rows(file_, records_.words);
    const bool quoting = !preset_.part(spec_.kind).plain_quotes;
    return delimited_rows(file_, Dialect{format == Format::tsv ? '\t' : ',', quoting});
  }

  std::vector<RowParser> parsers_for(Rows& rows) {
    std::vector<RowParser> parsers;
    const PresetPart& part = preset_.part(spec_.kind);
    parsers.emplace_back(reader_, plan_columns(rows, target_.asked, project_, spec_, part, *target_.raw), *target_.raw);
    if (target_.items != nullptr)
      parsers.emplace_back(item_reader_, plan_columns(rows, target_.asked_items, project_, spec_, preset_.part(RecordKind::item), *target_.items),
                           *target_.items);
    std::vector<bool> wanted(rows.header().size(), false);
    for (RowParser& parser : parsers) {
      parser.currency_of_order = target_.currency_of_order;
      const std::vector<bool> cells = parser.wanted();
      for (std::size_t i = 0; i < cells.size(); ++i) wanted[i] = wanted[i] || cells[i];
    }
    rows.want(std::move(wanted));
    return parsers;
  }

  // All rows were set aside: the first tells why better than their absence.
  void refuse_all_bad() const {
    const auto first = std::find_if(records_.rejected.begin(), records_.rejected.end(), [&](const Rejected& r) { return r.kind == spec_.kind; });
    if (first == records_.rejected.end()) return;
    const auto all = std::count_if(records_.rejected.begin(), records_.rejected.end(), [&](const Rejected& r) { return r.kind == spec_.kind; });
    throw Error{first->where, fmt::format("none of the {} rows can be read; this one: {}", all, first->reason), first->hint, Exit::io};
  }

  void refuse_doubtful(Instant as_of) const {
    const bool may_be_empty = spec_.kind == RecordKind::event || spec_.kind == RecordKind::contact || spec_.kind == RecordKind::credit;
    if (rows_ == 0 && !may_be_empty) refuse_all_bad();
    if (rows_ == 0 && !may_be_empty)
      throw Error{spec_.where, fmt::format("{} has no row that can be read", source_table(spec_)),
                  "check the export; nothing is decided on an empty one", Exit::io};
    if (rows_ < static_cast<std::size_t>(spec_.min_rows))
      throw Error{spec_.where, fmt::format("{} has {} rows, fewer than min_rows = {}", source_table(spec_), rows_, spec_.min_rows),
                  "check that the export is whole; nothing is decided on a cut one", Exit::io};
    if (spec_.max_age > 0) refuse_stale(as_of);
  }

  void refuse_stale(Instant as_of) const {
    if (!tells_time_)
      throw Error{spec_.where, fmt::format("{} has max_age, but no column tells when something happened", source_table(spec_)),
                  "map one, or take max_age out"};
    if (newest_ != Moment::none && as_of.ms - newest_ <= spec_.max_age) return;
    const std::string newest = newest_ == Moment::none ? "no time at all" : print(Instant{newest_}, reader_.zone);
    throw Error{spec_.where, fmt::format("{} is stale: its newest fact is of {}, and it is {}", source_table(spec_), newest, print(as_of, reader_.zone)),
                "check that the export still runs; max_age says how old it may be", Exit::io};
  }

  const Project& project_;
  const SourceSpec& spec_;
  const SourceTarget& target_;
  Records& records_;
  const Preset& preset_;
  Reader reader_, item_reader_;
  InputFile file_;
  std::size_t rows_ = 0;
  std::int64_t newest_ = Moment::none;
  bool tells_time_ = false;
};

}  // namespace

void read_source(const Project& project, const SourceSpec& spec, Instant as_of, const SourceTarget& target, Records& records) {
  SourceReader(project, spec, target, records).read(as_of);
}

}  // namespace amends
