// What doctor says about the records: each source, read whole as a run would, and the letters a run would write now.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/checkup.h"
#include "cmd/desk.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "io/records/input_file.h"

namespace amends {
namespace {

constexpr std::int64_t old_for_orders = 2 * ms_per_day;  // where nobody said max_age

std::string place_of(const SourceSpec& spec) { return joined(spec.paths, ", "); }

std::size_t rejected_of(const Records& records, RecordKind kind) {
  return static_cast<std::size_t>(std::count_if(records.rejected.begin(), records.rejected.end(), [&](const Rejected& r) { return r.kind == kind; }));
}

// Files that are there, before they are read.
bool check_files(const Project& project, Checkups& checkups) {
  bool all = true;
  for (const SourceSpec& spec : project.sources) try {
      matching_files(project.folder, spec.paths, spec.where);
    } catch (const Error& fault) {
      checkups.push_back(wrong("sources", fault));
      all = false;
    }
  return all;
}

void check_source(const Context& context, const SourceSpec& spec, const Survey& survey, Checkups& checkups) {
  const auto kind = static_cast<std::size_t>(spec.kind);
  const std::string rows = counted(survey.records.rows_read[kind], "row", "rows");
  Checkup checkup{"sources", Verdict::ok, fmt::format("{} ({}): {}", source_name_of(spec.kind), place_of(spec), rows)};
  const std::optional<Instant> newest = survey.newest[kind];
  const std::int64_t age = newest ? context.as_of.ms - newest->ms : 0;
  const Zone& zone = spec.zone ? *spec.zone : context.project->shop.zone;
  if (newest) checkup.message += fmt::format(", newest fact {}", print_moment(Moment(*newest), zone));
  if (spec.max_age == 0 && spec.kind == RecordKind::order && age > old_for_orders) {
    checkup.verdict = Verdict::look;
    checkup.message += fmt::format(", {} ago", age_words(age));
    checkup.hint = "does the export still run? max_age = \"26 h\" would stop a run on a stale one";
  }
  checkups.push_back(std::move(checkup));
  if (const std::size_t rejected = rejected_of(survey.records, spec.kind); rejected > 0)
    checkups.push_back({"sources", Verdict::look, fmt::format("{}: {} set aside", source_name_of(spec.kind), counted(rejected, "row", "rows")),
                        "amends check says why, and --rejects FILE keeps them"});
}

void check_judging(const Desk& desk, Checkups& checkups) {
  const Counts& counts = desk.judged.judgement.counts;
  Checkup checkup{"cases", Verdict::ok, counts_sentence(desk.judged)};
  if (const std::string undecided = undecided_words(desk.night); !undecided.empty()) checkup.message += "; " + undecided;
  const std::size_t contradictions = desk.judged.survey.records.contradictions.size();
  if (counts.unjudged + desk.night.unjudged + contradictions > 0)
    checkup = {"cases", Verdict::look, checkup.message, "amends check says which cannot be judged, and why"};
  checkups.push_back(std::move(checkup));
  const std::vector<const KnownCase*>& absent = desk.night.absent;
  if (absent.empty()) return;
  const std::string others = absent.size() > 1 ? fmt::format(" ({} more)", absent.size() - 1) : "";
  checkups.push_back({"cases", Verdict::look, fmt::format("{} is open in the ledger and not in the records{}", record_words(absent.front()->key), others),
                      "look for it where the export is made: it is neither closed nor decided again until it is seen"});
}

void check_drafts(const Desk& desk, Checkups& checkups) {
  const Drafts& drafts = desk.drafts;
  const auto is_call = [](const Unwritten& u) { return u.call; };
  const auto calls = static_cast<std::size_t>(std::count_if(drafts.unwritten.begin(), drafts.unwritten.end(), is_call));
  std::string words = fmt::format("the next run would write {}", counted(drafts.messages.size(), "letter", "letters"));
  if (calls > 0) words += fmt::format("; {} to be called, without an address", counted(calls, "customer is", "customers are"));
  checkups.push_back({"tonight", Verdict::ok, words});
  const auto first = std::find_if_not(drafts.unwritten.begin(), drafts.unwritten.end(), is_call);
  if (first == drafts.unwritten.end()) return;
  const std::size_t others = drafts.unwritten.size() - calls - 1;
  const std::string more = others > 0 ? fmt::format(" ({} more)", others) : "";
  checkups.push_back({"tonight", Verdict::look, fmt::format("no letter for {}: {}{}", record_words(first->case_key), reason_words(*first), more),
                      "amends draft lists them all"});
}

}  // namespace

void check_records(const Context& context, const Ledger* ledger, Checkups& checkups) {
  const Project& project = *context.project;
  if (!check_files(project, checkups)) return;
  if (reads_stdin(project))
    return checkups.push_back({"sources", Verdict::look, "records come through stdin, which was not read", "give them to amends check"});
  try {
    const Desk desk = desk_of(context, books_of(ledger, project), {.is_one_order = false, .is_quiet = true});
    for (const SourceSpec& spec : project.sources) check_source(context, spec, desk.judged.survey, checkups);
    check_judging(desk, checkups);
    check_drafts(desk, checkups);
  } catch (const Error& fault) {
    checkups.push_back(wrong("sources", fault));
  }
}

}  // namespace amends
