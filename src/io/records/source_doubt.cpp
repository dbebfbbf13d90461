#include "io/records/source_doubt.h"

#include <algorithm>

#include <fmt/format.h>

namespace amends {
namespace {

std::string source_table(const SourceSpec& spec) { return fmt::format("[sources.{}]", source_name_of(spec.kind)); }

// All rows were set aside: the first tells why better than their absence.
void refuse_all_bad(const SourceSpec& spec, const std::vector<Rejected>& rejected) {
  const auto first = std::find_if(rejected.begin(), rejected.end(), [&](const Rejected& r) { return r.kind == spec.kind; });
  if (first == rejected.end()) return;
  const auto all = std::count_if(rejected.begin(), rejected.end(), [&](const Rejected& r) { return r.kind == spec.kind; });
  throw Error{first->where, fmt::format("none of the {} rows can be read; this one: {}", all, first->reason), first->hint, Exit::io};
}

void refuse_stale(const SourceSpec& spec, const SourceTotals& totals, Instant as_of, const Zone& zone) {
  if (!totals.tells_time)
    throw Error{spec.where, fmt::format("{} has max_age, but no column tells when something happened", source_table(spec)),
                "map one, or take max_age out"};
  if (totals.newest != Moment::none && as_of.ms - totals.newest <= spec.max_age) return;
  const std::string newest = totals.newest == Moment::none ? "no time at all" : print(Instant{totals.newest}, zone);
  throw Error{spec.where, fmt::format("{} is stale: its newest fact is of {}, and it is {}", source_table(spec), newest, print(as_of, zone)),
              "check that the export still runs; max_age says how old it may be", Exit::io};
}

}  // namespace

void refuse_doubtful(const SourceSpec& spec, const SourceTotals& totals, const std::vector<Rejected>& rejected, Instant as_of, const Zone& zone) {
  const bool is_often_empty = spec.kind == RecordKind::event || spec.kind == RecordKind::contact || spec.kind == RecordKind::credit;
  const bool may_be_empty = is_often_empty || (totals.is_header_alone && spec.kind != RecordKind::order);
  if (totals.rows == 0 && !may_be_empty) refuse_all_bad(spec, rejected);
  if (totals.rows == 0 && !may_be_empty)
    throw Error{spec.where, fmt::format("{} has no row that can be read", source_table(spec)),
                "check the export; nothing is decided on an empty one", Exit::io};
  if (totals.rows < static_cast<std::size_t>(spec.min_rows))
    throw Error{spec.where, fmt::format("{} has {} {}, fewer than min_rows = {}", source_table(spec), totals.rows, totals.rows == 1 ? "row" : "rows", spec.min_rows),
                "check that the export is whole; nothing is decided on a cut one", Exit::io};
  if (spec.max_age > 0) refuse_stale(spec, totals, as_of, zone);
}

}  // namespace amends
