#include "io/records/source_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "io/records/input_file.h"
#include "io/records/row_intake.h"
#include "io/records/source_doubt.h"

namespace amends {
namespace {

class SourceReader {
 public:
  SourceReader(const Project& project, const SourceSpec& spec, Inputs& inputs, const SourceTarget& target, Records& records)
      : project_(project), spec_(spec), inputs_(inputs), target_(target), records_(records), preset_(preset_named(spec.preset, spec.where)),
        reader_(reader_for(project, spec, preset_.part(spec.kind), records)),
        folded_reader_(reader_for(project, spec, folded_part(), records)) {
    check_mapping(spec, project, preset_);
  }

  void read(Instant as_of) {
    for (const std::string& path : matching_files(project_.folder, spec_.paths, spec_.where)) read_file(path);
    refuse_doubtful(spec_, {rows_, newest_, tells_time_, is_header_alone_}, records_.rejected, as_of, reader_.zone);
  }

 private:
  const PresetPart& part() const { return preset_.part(spec_.kind); }
  const PresetPart& folded_part() const { return preset_.part(part().fold.value_or(spec_.kind)); }

  void read_file(const std::string& path) {
    Input input = inputs_.open(spec_, path);
    file_ = read_whole(input);
    input.bytes.reset();  // what was spooled need not be held twice
    refuse_empty(file_);
    records_.files.push_back(input.name);
    const std::unique_ptr<Rows> rows = rows_in(file_, spec_, input.format, records_.words);
    std::vector<RowParser> parsers = parsers_for(*rows);
    RowIntake intake(spec_.kind, file_, records_);
    intake.set_inner(!part().array.empty());
    const std::size_t rejected = records_.rejected.size();
    const std::size_t used = intake.read(*rows, parsers);
    is_header_alone_ = is_header_alone_ && used == 0 && records_.rejected.size() == rejected && input.format != Format::jsonl;
    if (used == 0 && records_.rejected.size() == rejected) records_.without_rows.push_back(input.name);
    rows_ += used;
    for (const RowParser& parser : parsers) {
      newest_ = std::max(newest_, parser.newest());
      tells_time_ = tells_time_ || parser.tells_time();
    }
    records_.buffers.push_back(std::move(file_.bytes));
  }

  std::vector<RowParser> parsers_for(Rows& rows) {
    std::vector<RowParser> parsers;
    parsers.emplace_back(reader_, plan_columns(rows, target_.asked, project_, spec_, part(), *target_.raw), *target_.raw);
    if (target_.folded != nullptr)
      parsers.emplace_back(folded_reader_, plan_columns(rows, target_.asked_folded, project_, spec_, folded_part(), *target_.folded), *target_.folded);
    for (RowParser& parser : parsers) parser.currency_of_order = target_.currency_of_order;
    return parsers;
  }

  const Project& project_;
  const SourceSpec& spec_;
  Inputs& inputs_;
  const SourceTarget& target_;
  Records& records_;
  const Preset& preset_;
  Reader reader_, folded_reader_;
  InputFile file_;
  std::size_t rows_ = 0;
  std::int64_t newest_ = Moment::none;
  bool tells_time_ = false;
  bool is_header_alone_ = true;
};

}  // namespace

std::unique_ptr<Rows> rows_in(const InputFile& file, const SourceSpec& spec, Format format, std::deque<std::string>& words) {
  const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
  if (format == Format::jsonl) return json_rows(file, words, {part.unwraps, part.array});
  return delimited_rows(file, dialect_of(spec, format, file.is_table));
}

void read_source(const Project& project, const SourceSpec& spec, Instant as_of, Inputs& inputs, const SourceTarget& target,
                 Records& records) {
  SourceReader(project, spec, inputs, target, records).read(as_of);
}

}  // namespace amends
