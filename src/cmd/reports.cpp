// What reading left to be said: rows set aside, contradictions, words nobody knows, records without an order.
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/records/carriers.h"

namespace amends {
namespace {

constexpr std::size_t shown_faults = 5, shown_words = 50;

Sheet rejects_sheet(const Records& records) {
  Sheet sheet{"reject", {{"file"}, {"line"}, {"column"}, {"reason"}, {"hint"}, {"raw"}}, {}};
  for (const Rejected& r : records.rejected)
    sheet.rows.push_back({r.where.file, std::to_string(r.where.line), std::to_string(r.where.column), r.reason, r.hint, r.raw});
  for (const Contradiction& c : records.contradictions)
    for (const Where& where : c.rows)
      sheet.rows.push_back({where.file, std::to_string(where.line), std::to_string(where.column),
                            fmt::format("{} {} is told twice, with another {}", name_of(c.kind), excerpt(c.id), c.field),
                            "keep the right row; neither is paid", where.text});
  return sheet;
}

void report_rejected(const Context& context, const Records& records) {
  std::size_t shown = 0;
  for (const Rejected& r : records.rejected) {
    if (++shown > shown_faults) break;
    std::string text = describe(r.where, "row set aside", r.reason, r.hint);
    text.pop_back();
    context.say(text);
  }
  if (records.rejected.size() > shown_faults)
    context.say(fmt::format("... and {} more rows set aside; --rejects FILE lists them all", records.rejected.size() - shown_faults));
}

void report_contradictions(const Context& context, const Records& records) {
  std::size_t shown = 0;
  for (const Contradiction& c : records.contradictions) {
    if (++shown > shown_faults) break;
    std::vector<std::string> places;
    for (const Where& where : c.rows) places.push_back(fmt::format("{}:{}", where.file, where.line));
    context.say(fmt::format("{}: {} {} is told twice, with another {}; neither is paid", joined(places, ", "), name_of(c.kind),
                            excerpt(c.id), c.field));
  }
  if (records.contradictions.size() > shown_faults)
    context.say(fmt::format("... and {} more contradictions; --rejects FILE lists them all", records.contradictions.size() - shown_faults));
}

std::vector<std::string> known_words(const std::string& field) {
  std::vector<std::string> known;
  if (field == "carrier")
    for (const Carrier& carrier : carriers()) known.push_back(carrier.code);
  else
    for (const Word& word : field == "cause" ? vocabulary().causes : vocabulary().statuses) known.push_back(word.name);
  return known;
}

void report_unknown_words(const Context& context, const Records& records) {
  std::set<std::tuple<RecordKind, std::string, std::string>> told;  // a word that records and those inside of them share
  for (const UnknownWord& u : records.unknown_words) {
    if (!told.emplace(u.source, u.field, u.word).second || told.size() > shown_words) continue;
    const std::string near = nearest(lower(u.word), known_words(u.field));
    const std::string_view table = u.field == "carrier" ? "carriers" : u.field == "cause" ? "causes" : "statuses";
    std::string text = describe(u.first, "warning", fmt::format("{} is not a {} amends knows ({})", excerpt(u.word), u.field, counted(u.count, "row", "rows")),
                                fmt::format("[sources.{}] {} = {{ {} = \"{}\" }}", source_name_of(u.source), table,
                                            u.word.size() > 100 ? "\"...\"" : toml_string(u.word), near.empty() ? "..." : near));
    text.pop_back();
    context.say(text);
  }
  if (told.size() > shown_words) context.say(fmt::format("... and {} more words amends does not know", told.size() - shown_words));
}

void report_local_times(const Context& context, const Records& records) {
  for (const LocalTimes& l : records.local_times)
    context.say(fmt::format("{}:{}: {} of {} end in Z, tell no place and are read as local times of {}; timezone = \"...\" on the source says otherwise",
                            l.first.file, l.first.line, counted(l.count, "time", "times"), source_name_of(l.kind), l.zone));
}

void report_orphans(const Context& context, const Records& records) {
  for (int i = 0; i < record_kinds; ++i) {
    const auto kind = static_cast<RecordKind>(i);
    if (const std::size_t n = records.orphans[i]; n > 0)
      context.say(
          fmt::format("{} to no order that was read", n == 1 ? fmt::format("1 {} belongs", name_of(kind)) : fmt::format("{} {} belong", n, source_name_of(kind))));
  }
}

}  // namespace

bool report(const Context& context, const Records& records) {
  report_rejected(context, records);
  report_contradictions(context, records);
  report_unknown_words(context, records);
  report_local_times(context, records);
  report_orphans(context, records);
  for (const std::string& file : records.without_rows) context.say(fmt::format("{} names its columns and holds no row", file));
  if (!context.options.rejects.empty()) {
    Output out(context.options.rejects);
    out.write(print(rejects_sheet(records), "csv"));
    out.close();
  }
  return !records.rejected.empty() || !records.contradictions.empty();
}

bool report(const Context& context, const Judgement& judgement) {
  for (const std::string& id : judgement.rematched)
    context.say(fmt::format("{} would now come under another guarantee; it stays under the one the ledger has it under", id));
  return !judgement.unjudged.empty();
}

}  // namespace amends
