#include "io/source_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "io/input_file.h"

namespace amends {
namespace {

std::string source_table(const SourceSpec& spec) { return fmt::format("[sources.{}]", source_name_of(spec.kind)); }

class SourceReader {
 public:
  SourceReader(const Project& project, const SourceSpec& spec, Inputs& inputs, const SourceTarget& target, Records& records)
      : project_(project), spec_(spec), inputs_(inputs), target_(target), records_(records), preset_(preset_named(spec.preset, spec.where)),
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
    const Input input = inputs_.open(spec_, path);
    file_ = read_whole(input);
    if (file_.bytes->empty())
      throw Error{Where{input.name, 0, 0, 1, {}}, fmt::format("{} is empty", input.name),
                  "an export has at least a line that names its columns", Exit::io};
    records_.files.push_back(input.name);
    const std::unique_ptr<Rows> rows = rows_of(input.format);
    std::vector<RowParser> parsers = parsers_for(*rows);
    read_rows(*rows, parsers);
    for (const RowParser& parser : parsers) {
      newest_ = std::max(newest_, parser.newest());
      tells_time_ = tells_time_ || parser.tells_time();
    }
    records_.buffers.push_back(std::move(file_.bytes));
  }

  std::unique_ptr<Rows> rows_of(Format format) {
    if (format == Format::jsonl) return json_rows(file_, records_.words);
    const bool quoting = file_.is_table || !preset_.part(spec_.kind).plain_quotes;
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

  void read_rows(Rows& rows, std::vector<RowParser>& parsers) {
    const std::function<Where(std::size_t)> where = [&](std::size_t cell) { return where_of(rows, rows.cells()[cell].text); };
    const auto file = static_cast<std::uint32_t>(records_.files.size() - 1);
    while (rows.next()) {
      if (set_aside_whole(rows)) continue;
      if (std::any_of(parsers.begin(), parsers.end(), [&](RowParser& parser) { return set_aside(rows, parser.read(rows.cells())); })) continue;
      const Place place{file, static_cast<std::uint32_t>(rows.line())};
      for (RowParser& parser : parsers) parser.commit(place, offset_of(rows.raw()), where);
      ++rows_;
    }
  }

  // Faults of the row as such, before any cell is read.
  bool set_aside_whole(const Rows& rows) {
    const std::size_t from = offset_of(rows.raw()), until = from + rows.raw().size();
    if (!rows.fault().empty()) {
      reject(rows, where_from(rows, rows.fault_at(), 1), rows.fault(), rows.fault_hint());
      return true;
    }
    const auto broken = std::lower_bound(file_.broken.begin(), file_.broken.end(), from);
    if (broken != file_.broken.end() && *broken < until) {
      const bool zero = (*file_.bytes)[*broken] == '\0';
      reject(rows, where_from(rows, *broken, 1), zero ? "this row holds a zero byte" : "this row holds a byte that is not UTF-8",
             zero ? "" : "if the file is Latin-1, write encoding = \"latin1\" (or \"windows-1252\") on the source");
      return true;
    }
    return set_aside_by_width(rows);
  }

  bool set_aside_by_width(const Rows& rows) {
    const std::size_t cells = rows.cells().size(), wanted = rows.header().size();
    if (cells == wanted) return false;
    const Where where = cells > wanted ? where_of(rows, rows.cells()[wanted].text) : where_of(rows, rows.cells().back().text);
    reject(rows, where, fmt::format("this row has {} cells, the header {}", cells, wanted),
           cells > wanted ? "quote a cell that holds the separator" : "the row is cut short, or a quote is missing");
    return true;
  }

  bool set_aside(const Rows& rows, const std::optional<CellFault>& fault) {
    if (!fault) return false;
    reject(rows, where_of(rows, rows.cells()[fault->cell].text), fault->reason, fault->hint);
    return true;
  }

  void reject(const Rows& rows, Where where, std::string reason, std::string hint) {
    records_.rejected.push_back({spec_.kind, std::move(where), std::move(reason), std::move(hint), std::string(rows.raw())});
    ++records_.rows_read[static_cast<int>(spec_.kind)];
  }

  std::size_t offset_of(std::string_view inside) const { return static_cast<std::size_t>(inside.data() - file_.bytes->data()); }

  // A cell that was rewritten stands no longer in the file: the place is its row's.
  Where where_of(const Rows& rows, std::string_view cell) const {
    const char* const from = file_.bytes->data();
    const bool inside = cell.data() != nullptr && !std::less<>{}(cell.data(), from) && std::less_equal<>{}(cell.data(), from + file_.bytes->size());
    if (!inside) return where_from(rows, offset_of(rows.raw()), 1);
    return where_from(rows, offset_of(cell), std::min(cell.find_first_of("\r\n"), cell.size()));
  }

  Where where_from(const Rows& rows, std::size_t offset, std::size_t length) const {
    Where where = where_at(file_.name, *file_.bytes, offset, length, {rows.line(), offset_of(rows.raw())});
    if (file_.is_table) where.line = rows.line();
    return where;
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
  Inputs& inputs_;
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

void read_source(const Project& project, const SourceSpec& spec, Instant as_of, Inputs& inputs, const SourceTarget& target,
                 Records& records) {
  SourceReader(project, spec, inputs, target, records).read(as_of);
}

}  // namespace amends
