#include "core/miss.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "core/derived.h"
#include "core/matching.h"
#include "core/miss_record.h"
#include "core/text.h"
#include "core/timekeeper.h"

namespace amends {
namespace {

constexpr std::string_view kind_names[] = {"lost", "misdelivered", "damaged", "out_of_stock", "short", "overdue", "late", "at_risk", "early"};

constexpr std::array<bool, 256> unreserved = [] {
  std::array<bool, 256> is{};
  for (int c = 0; c < 256; ++c)
    is[static_cast<std::size_t>(c)] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
  return is;
}();

bool is_unreserved(char c) { return unreserved[static_cast<unsigned char>(c)]; }

// RFC 3986, section 2: every byte but the unreserved characters.
void append_encoded(std::string& out, std::string_view part) {
  if (std::all_of(part.begin(), part.end(), is_unreserved)) {
    out += part;
    return;
  }
  static constexpr char hex[] = "0123456789ABCDEF";
  for (const char c : part) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
}

// What judging any order needs, prepared once.
struct Bench {
  Bench(const Records& r, const Project& p, Instant at, const JudgeOptions& options)
      : records(r), project(p), facts(r, p.schema, p.shop.currency), told(facts, p.derived), matching(p.guarantees, options.held),
        destinations(r.orders(), p.shop, at), found(r, p, options) {
    for (const Contradiction& c : r.contradictions)
      if (c.kind == RecordKind::order) contradictions.emplace(c.id, &c);
    for (const Guarantee& guarantee : p.guarantees) verdicts.emplace_back(guarantee, r.orders(), destinations, at);
    if (options.with_times || options.with_open)
      for (const Guarantee& guarantee : p.guarantees) timekeepers.emplace_back(guarantee, timekeepers.size(), r.orders(), at);
  }

  void go_to(Row order) {
    facts.go_to(order);
    told.restart();
  }

  const Records& records;
  const Project& project;
  OrderFacts facts;
  DerivedFacts told;  // the same, with derived ones
  Matching matching;
  Destinations destinations;
  MissRecords found;
  std::vector<Verdicts> verdicts;        // one a guarantee
  std::vector<Timekeeper> timekeepers;   // likewise, where times are asked for
  std::unordered_map<std::string_view, const Contradiction*> contradictions;  // the first of each order's own rows
};

bool is_contradictory(const Records& records, Row order) {
  return order < records.contradictory.size() && records.contradictory[order] != 0;
}

std::string contradiction_of(const Bench& bench, std::string_view id) {
  const auto found = bench.contradictions.find(id);
  return found == bench.contradictions.end() ? "its rows contradict each other"
                                             : fmt::format("its rows contradict each other in {}", found->second->field);
}

std::vector<std::string> names_of(const std::vector<Slot>& slots, const Schema& schema) {
  std::vector<std::string> names;
  for (const Slot slot : slots) names.push_back(schema.at(slot).name);
  return names;
}

std::string reason_for(const std::vector<std::string>& missing, const Fault& fault) {
  return missing.empty() ? fmt::format("its `when` cannot be told: {}", fault.reason)
                         : fmt::format("{} {} missing, which its `when` tests", joined(missing, ", "), missing.size() == 1 ? "is" : "are");
}

// A case that stops before its clock is looked at: contradictory rows, or a `when` that cannot be told.
std::optional<Unjudged> stopped(const Bench& bench, const Match& match, Row order) {
  const Guarantee& guarantee = bench.project.guarantees[match.guarantee];
  const bool contradictory = is_contradictory(bench.records, order);
  if (!contradictory && match.applies == Truth::yes) return std::nullopt;
  Unjudged unjudged;
  if (match.applies == Truth::unknown) {
    unjudged.missing = names_of(missing_for(guarantee.when, bench.told), bench.project.schema);
    unjudged.reason = reason_for(unjudged.missing, fault_of(guarantee.when, bench.told));
  }
  if (contradictory) unjudged.reason = contradiction_of(bench, bench.found.id(order));
  return unjudged;
}

Unjudged unjudged_of(Verdict& verdict) {
  Unjudged unjudged;
  unjudged.due = verdict.deadline.due;
  if (!verdict.missing.empty()) unjudged.missing = {std::string(verdict.missing)};
  unjudged.reason = std::move(verdict.reason);
  return unjudged;
}

class Judging {
 public:
  Judging(Bench& bench, Judgement& out, const JudgeOptions& options) : bench_(bench), out_(out), options_(options) {}

  void judge(Row order) {
    bench_.go_to(order);
    const std::string_view id = bench_.found.id(order);
    const std::vector<Match>& matches = bench_.matching.of(bench_.told, id);
    ++out_.counts.orders;
    if (bench_.matching.is_rematched()) out_.rematched.emplace_back(id);
    if (matches.empty()) {
      ++out_.counts.unmatched;
      if (options_.with_unmatched) out_.unmatched.emplace_back(id);
    }
    for (const Match& match : matches) judge(order, match);
  }

 private:
  void judge(Row order, const Match& match) {
    const Guarantee& guarantee = bench_.project.guarantees[match.guarantee];
    ++out_.counts.cases;
    if (options_.with_seen && bench_.matching.is_held(match.guarantee)) out_.seen.push_back(bench_.found.key(guarantee, order));
    if (match.applies != Truth::yes || is_contradictory(bench_.records, order))
      return list(*stopped(bench_, match, order), guarantee, order);
    Verdict verdict = bench_.verdicts[match.guarantee].of(order, match.held, bench_.told);
    if (!bench_.timekeepers.empty()) keep_times(verdict, match.guarantee, order);
    switch (verdict.outcome) {
      case Outcome::in_time: ++out_.counts.in_time; return;
      case Outcome::open: ++out_.counts.open; return;
      case Outcome::ended: ++out_.counts.ended; return;
      case Outcome::unjudged: return list(unjudged_of(verdict), guarantee, order);
      case Outcome::missed: break;
    }
    ++out_.counts.missed;
    ++out_.counts.kinds[static_cast<std::size_t>(verdict.kind)];
    out_.misses.push_back(bench_.found.miss(guarantee, verdict, bench_.facts, order));
  }

  void keep_times(const Verdict& verdict, std::size_t guarantee, Row order) {
    const bool has_deadline = !verdict.deadline.due.is_none();
    const std::optional<CaseTimes> times = bench_.timekeepers[guarantee].times_of(verdict, has_deadline ? bench_.verdicts[guarantee].limit(verdict) : 0, order);
    if (!times) return;
    if (options_.with_times) out_.times.push_back(*times);
    if (!options_.with_open || verdict.outcome != Outcome::open) return;
    Verdict endangered = verdict;
    endangered.outcome = Outcome::missed;
    endangered.kind = Kind::at_risk;
    out_.open.push_back({bench_.found.miss(bench_.project.guarantees[guarantee], endangered, bench_.facts, order), *times});
  }

  void list(Unjudged unjudged, const Guarantee& guarantee, Row order) {
    ++out_.counts.unjudged;
    unjudged.key = bench_.found.key(guarantee, order);
    unjudged.record_id = bench_.found.id(order);
    unjudged.guarantee = guarantee.name;
    unjudged.place = bench_.records.orders().places[order];
    out_.unjudged.push_back(std::move(unjudged));
  }

  Bench& bench_;
  Judgement& out_;
  const JudgeOptions& options_;
};

void explain_verdict(JudgedCase& judged, const Bench& bench, Verdict& verdict, const Verdicts& verdicts, Row order) {
  const Guarantee& guarantee = *judged.guarantee;
  judged.met = verdict.met;
  judged.zone_reason = verdict.due->calendar ? fmt::format("calendar {}", verdict.due->calendar->name) : verdict.destination->reason;
  judged.count = verdicts.count(verdict, order, bench.told);
  switch (verdict.outcome) {
    case Outcome::in_time: judged.outcome = "in time"; break;
    case Outcome::open: judged.outcome = "open"; break;
    case Outcome::ended: judged.outcome = verdict.reason.empty() ? "ended" : verdict.reason; break;
    case Outcome::unjudged:
      judged.outcome = "cannot judge: " + verdict.reason;
      if (!verdict.missing.empty()) judged.missing = {std::string(verdict.missing)};
      break;
    case Outcome::missed:
      judged.miss = bench.found.miss(guarantee, verdict, bench.facts, order);
      judged.outcome = name_of(judged.miss->kind);
      break;
  }
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  orders += other.orders;
  unmatched += other.unmatched;
  cases += other.cases;
  in_time += other.in_time;
  open += other.open;
  ended += other.ended;
  missed += other.missed;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) kinds[kind] += other.kinds[kind];
  unjudged += other.unjudged;
  return *this;
}

std::string_view name_of(Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_named(std::string_view name) {
  const auto found = std::find(std::begin(kind_names), std::end(kind_names), name);
  if (found == std::end(kind_names)) return std::nullopt;
  return static_cast<Kind>(found - std::begin(kind_names));
}

std::string case_key(std::string_view shop, std::string_view record_kind, std::string_view id, std::string_view guarantee) {
  std::string key;
  key.reserve(shop.size() + record_kind.size() + id.size() + guarantee.size() + 3);
  append_encoded(key, shop);
  for (const std::string_view part : {record_kind, id, guarantee}) {
    key += '/';
    append_encoded(key, part);
  }
  return key;
}

std::vector<Slot> facts_judged(const Project& project) {
  std::vector<Slot> slots;
  for (const std::string_view name : {"order_id", "status", "status_at", "placed_at", "delivered_at", "cancelled_at", "refunded_at",
                                      "updated_at", "timezone", "country", "region", "person_id", "customer_id", "email"})
    if (const Slot slot = project.schema.find(name); slot != no_slot) slots.push_back(slot);
  for (const Guarantee& guarantee : project.guarantees) collect(guarantee, slots, project.schema);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

Judgement judge(const Records& records, const Project& project, Instant as_of, const JudgeOptions& options) {
  Judgement out;
  out.as_of = as_of;
  const std::size_t orders = records.orders().rows();
  Bench bench(records, project, as_of, options);
  Judging judging(bench, out, options);
  out.misses.reserve(std::min<std::size_t>(orders, 4096));
  for (Row order = 0; order < orders; ++order) judging.judge(order);
  return out;
}

std::vector<JudgedCase> judge_order(const Records& records, const Project& project, Instant as_of, Row order, const JudgeOptions& options) {
  Bench bench(records, project, as_of, options);
  bench.go_to(order);
  const std::vector<Match>& matches = bench.matching.of(bench.told, bench.found.id(order));
  std::vector<JudgedCase> cases;
  for (std::size_t i = 0; i < project.guarantees.size(); ++i) {
    JudgedCase& judged = cases.emplace_back();
    judged.guarantee = &project.guarantees[i];
    judged.applies = judged.guarantee->when.is_always() ? Truth::yes : holds(judged.guarantee->when, bench.told);
    if (judged.applies == Truth::unknown) judged.missing = names_of(missing_for(judged.guarantee->when, bench.told), project.schema);
    if (judged.applies == Truth::no) judged.why_not = why_not(judged.guarantee->when, bench.told, project.shop.zone);
    const auto match = std::find_if(matches.begin(), matches.end(), [&](const Match& m) { return m.guarantee == i; });
    if (match == matches.end()) continue;
    judged.taken = true;
    if (const std::optional<Unjudged> why = stopped(bench, *match, order)) {
      judged.outcome = "cannot judge: " + why->reason;
      continue;
    }
    Verdict verdict = bench.verdicts[i].of(order, match->held, bench.told);
    explain_verdict(judged, bench, verdict, bench.verdicts[i], order);
  }
  return cases;
}

}  // namespace amends
