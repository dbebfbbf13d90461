#include "io/records/source_files.h"

#include <algorithm>

#include <sys/resource.h>

#include "core/base/text.h"
#include "io/records/asked_fields.h"
#include "io/records/delimited.h"
#include "io/records/input_file.h"
#include "io/records/rows.h"
#include "io/records/structure.h"

namespace amends {
namespace {

constexpr std::size_t sample_size = 64 << 10;  // of a file, for its header and the shape of its ids

class FileOpening {
 public:
  FileOpening(const Project& project, const Wanted& wanted, Inputs& inputs) : project_(project), wanted_(wanted), inputs_(inputs) {}

  SourceFiles all() {
    allow_many_files();
    for (int kind = 0; kind < record_kinds; ++kind) out_.columns[kind].kind = static_cast<RecordKind>(kind);
    for (const RecordKind kind : reading_order)
      for (const SourceSpec& spec : project_.sources)
        if (spec.kind == kind && kind != RecordKind::customer)
          for (const std::string& path : matching_files(project_.folder, spec.paths, spec.where)) open_file(spec, path);
    std::uint64_t base = 0;
    for (SourceFile& file : out_.files) {
      file.base = base;
      base += file.bytes->size();
    }
    for (Table& table : out_.columns) table.places.clear();
    return std::move(out_);
  }

 private:
  // A file a night soon is more than a process may open unasked.
  static void allow_many_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }

  void open_file(const SourceSpec& spec, const std::string& path) {
    Input input = inputs_.open(spec, path);
    if (is_empty(*input.bytes)) fail_as_empty(input.name);
    SourceFile file;
    file.spec = &spec;
    file.preset = &preset_named(spec.preset, spec.where);
    check_mapping(spec, project_, *file.preset);
    file.path = path;
    file.name = input.name;
    file.format = input.format;
    file.index = static_cast<std::uint32_t>(out_.files.size());
    file.is_table = input.is_table;
    file.dialect = dialect_of(spec, input.format, input.is_table);
    file.bytes = std::move(input.bytes);
    out_.is_delimited = out_.is_delimited && input.format != Format::jsonl;
    if (out_.is_delimited) read_header(file);
    out_.files.push_back(std::move(file));
  }

  // Whether there is nothing but blank lines.
  static bool is_empty(const ByteStore& bytes) {
    std::string start(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), sample_size)), '\0');
    bytes.read(0, start);
    return start.size() == bytes.size() && start.find_first_not_of("\r\n") == std::string::npos;
  }

  void read_header(SourceFile& file) {
    std::string sample;
    std::size_t header_end = 0;
    for (std::uint64_t size = sample_size;; size *= 4) {
      sample.resize(static_cast<std::size_t>(std::min(size, file.bytes->size())));
      file.bytes->read(0, sample);
      header_end = first_row_end(sample, file.dialect);
      if (header_end < sample.size() || sample.size() == file.bytes->size()) break;
    }
    if (!is_well_formed(std::string_view(sample).substr(0, header_end))) refuse_other_encoding(file.name, *file.bytes);
    InputFile head;
    head.name = file.name;
    head.bytes = std::make_unique<std::string>(sample, 0, header_end);
    head.is_table = file.is_table;
    const std::unique_ptr<Rows> rows = delimited_rows(head, file.dialect);
    file.header = rows->header();
    file.body = header_end;
    file.body_line = file.is_table ? 1 : 1 + count_lines(std::string_view(sample).substr(0, header_end));
    plan_columns_of(file, *rows);
    if (file.spec->kind == RecordKind::order) learn_ids(file, std::string_view(sample).substr(header_end));
  }

  // Just behind the first line that is not blank.
  static std::size_t first_row_end(std::string_view bytes, Dialect dialect) {
    DelimitedReader reader(bytes, dialect);
    if (!reader.next()) return bytes.size();
    auto end = static_cast<std::size_t>(reader.raw().data() + reader.raw().size() - bytes.data());
    if (end < bytes.size() && bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n') ++end;
    return std::min(bytes.size(), end + 1);
  }

  void plan_columns_of(SourceFile& file, const Rows& rows) {
    const SourceSpec& spec = *file.spec;
    RawTable raw;
    raw.table = std::move(out_.columns[static_cast<int>(spec.kind)]);
    const AskedFields asked = asked_fields(spec.kind, wanted_, project_, spec.max_age > 0);
    file.plan = plan_columns(rows, asked, project_, spec, file.part(spec.kind), raw);
    const auto is_order_id = [&](const CellPlan& cell) { return raw.table.columns[cell.column].name == "order_id"; };
    out_.has_parcels_without_order = out_.has_parcels_without_order ||
                                 (spec.kind == RecordKind::shipment && std::none_of(file.plan.cells.begin(), file.plan.cells.end(), is_order_id));
    out_.columns[static_cast<int>(spec.kind)] = std::move(raw.table);
    if (!file.part(spec.kind).fold) return;
    RawTable items;
    items.table = std::move(out_.columns[static_cast<int>(RecordKind::item)]);
    items.table.kind = RecordKind::item;
    file.items = plan_columns(rows, asked_fields(RecordKind::item, wanted_, project_, false), project_, spec, file.part(RecordKind::item), items);
    out_.columns[static_cast<int>(RecordKind::item)] = std::move(items.table);
  }

  void learn_ids(const SourceFile& file, std::string_view rows) {
    std::size_t cell = 0;
    for (const CellPlan& plan : file.plan.cells)
      if (out_.columns[static_cast<int>(RecordKind::order)].columns[plan.column].name == "order_id") cell = plan.cell;
    DelimitedReader reader(rows, file.dialect);
    const std::size_t most = out_.order_ids.size() + (out_.order_ids.empty() ? 200 : 20);
    while (out_.order_ids.size() < most && reader.next())
      if (reader.fault() == DelimitedReader::Fault::none && reader.cells().size() == file.plan.width && reader.raw().data() + reader.raw().size() != rows.data() + rows.size())
        out_.order_ids.emplace_back(trimmed(reader.cells()[cell].text));
  }

  const Project& project_;
  const Wanted& wanted_;
  Inputs& inputs_;
  SourceFiles out_;
};

}  // namespace

SourceFiles open_source_files(const Project& project, const Wanted& wanted, Inputs& inputs) { return FileOpening(project, wanted, inputs).all(); }

}  // namespace amends
