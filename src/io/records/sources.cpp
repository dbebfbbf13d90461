#include "io/records/sources.h"

#include "io/records/records_builder.h"
#include "io/records/source_reader.h"

namespace amends {
namespace {

class RecordsReader {
 public:
  RecordsReader(const Project& project, Instant as_of, const Wanted& wanted, Inputs& inputs)
      : project_(project), as_of_(as_of), wanted_(wanted), inputs_(inputs), builder_(project, as_of, wanted) {}

  Records read() {
    for (const RecordKind kind : reading_order) {
      for (const SourceSpec& spec : project_.sources)
        if (spec.kind == kind) read_one(spec);
      builder_.settle(kind);
    }
    return builder_.finish();
  }

 private:
  void read_one(const SourceSpec& spec) {
    Records& records = builder_.records();
    records.mapped[static_cast<std::size_t>(spec.kind)] = true;
    SourceTarget target;
    target.raw = &builder_.raw(spec.kind);
    target.asked = asked_fields(spec.kind, wanted_, project_, spec.max_age > 0);
    target.currency_of_order = builder_.currency_of_order();
    const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
    if (part.fold) {
      target.folded = &builder_.raw(*part.fold);
      target.asked_folded = asked_fields(*part.fold, wanted_, project_, false);
      const bool is_repeated = part.array.empty();  // the row stands once for each
      target.raw->folded = target.raw->folded || is_repeated;
      target.folded->folded = target.folded->folded || is_repeated;
      records.mapped[static_cast<std::size_t>(*part.fold)] = true;
    }
    read_source(project_, spec, as_of_, inputs_, target, records);
  }

  const Project& project_;
  Instant as_of_;
  const Wanted& wanted_;
  Inputs& inputs_;
  RecordsBuilder builder_;
};

}  // namespace

Records read_records(const Project& project, Instant as_of, const Wanted& wanted) {
  Inputs inputs;
  return read_records(project, as_of, wanted, inputs);
}

Records read_records(const Project& project, Instant as_of, const Wanted& wanted, Inputs& inputs) {
  return RecordsReader(project, as_of, wanted, inputs).read();
}

}  // namespace amends
