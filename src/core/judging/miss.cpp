#include "core/judging/miss.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/judging/evidence.h"
#include "core/judging/matching.h"
#include "core/judging/miss_record.h"
#include "core/judging/timekeeper.h"
#include "core/language/derived.h"
#include "core/records/case_table.h"
#include "core/records/versions.h"

namespace amends {
namespace {

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

// What counts of kept promises are made by.
struct KeptColumns {
  explicit KeptColumns(const Table& table)
      : delivered(moment_column(table, "delivered_at")), carrier(table.find("carrier")), region(table.find("region")), country(table.find("country")) {}
  const Column *delivered, *carrier, *region, *country;
};

// What judging records of one kind needs, prepared once.
struct Bench {
  Bench(RecordKind on, const Records& r, const Project& p, Instant at, const JudgeOptions& options)
      : records(r), project(p), cases(case_table(on, r, p.schema, p.shop.zone, options.held)), facts(r, cases, p.schema, p.shop.currency), told(facts, p.derived),
        matching(p.guarantees, options.held, on), destinations(*cases.table, p.shop, at), evidence(r, cases, p, at), found(cases, p, options) {
    for (const Contradiction& c : r.contradictions)
      if (c.kind == on) contradictions.emplace(c.id, &c);
    for (const Guarantee& guarantee : p.guarantees) verdicts.emplace_back(guarantee, *cases.table, destinations, evidence, p, at);
    if (options.with_kept) kept.emplace(*cases.table);
    if (options.with_times || options.with_open)
      for (const Guarantee& guarantee : p.guarantees) timekeepers.emplace_back(guarantee, timekeepers.size(), *cases.table, at);
  }

  void go_to(Row row) {
    facts.go_to(row);
    told.restart();
  }

  const Records& records;
  const Project& project;
  CaseTable cases;
  OrderFacts facts;
  DerivedFacts told;  // the same, with derived ones
  Matching matching;
  Destinations destinations;
  EvidenceFinder evidence;
  MissRecords found;
  std::vector<Verdicts> verdicts;        // one a guarantee
  std::vector<Timekeeper> timekeepers;   // likewise, where times are asked for
  std::optional<KeptColumns> kept;       // where cases in time are asked for
  std::unordered_map<std::string_view, const Contradiction*> contradictions;  // the first of each record's own rows
};

// One for each kind of record that something is promised on; orders always.
std::vector<std::unique_ptr<Bench>> benches_of(const Records& records, const Project& project, Instant as_of, const JudgeOptions& options) {
  std::vector<std::unique_ptr<Bench>> benches;
  for (const RecordKind on : promised_on) {
    const bool is_asked = std::any_of(project.guarantees.begin(), project.guarantees.end(), [&](const Guarantee& g) { return g.on == on; });
    if (is_asked || on == RecordKind::order) benches.push_back(std::make_unique<Bench>(on, records, project, as_of, options));
  }
  return benches;
}

bool is_contradictory(const Bench& bench, Row row) {
  if (bench.cases.on != RecordKind::order) return bench.cases.doubtful[row] != 0;
  return row < bench.records.contradictory.size() && bench.records.contradictory[row] != 0;
}

std::string contradiction_of(const Bench& bench, Row row) {
  const auto found = bench.contradictions.find(bench.cases.id(row));
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

// Who nobody can name cannot be known again: it would be paid every night.
std::string_view nameless(RecordKind on) {
  switch (on) {
    case RecordKind::shipment: return "it has no shipment_id or tracking that tells it from the order's other parcels";
    case RecordKind::item: return "it has no item_id that tells it from the order's other lines";
    default: return "it has no contact_id";
  }
}

// A case that stops before its clock is looked at: contradictory rows, no name, or a `when` that cannot be told.
std::optional<Unjudged> stopped(const Bench& bench, const Match& match, Row row) {
  const Guarantee& guarantee = bench.project.guarantees[match.guarantee];
  const bool contradictory = is_contradictory(bench, row);
  const bool is_nameless = bench.cases.on != RecordKind::order && bench.cases.own_id(row).empty();
  const bool is_of_several = bench.cases.on == RecordKind::contact && bench.cases.of_several[row] != 0;
  if (!contradictory && !is_nameless && !is_of_several && match.applies == Truth::yes) return std::nullopt;
  Unjudged unjudged;
  if (match.applies == Truth::unknown) {
    unjudged.missing = names_of(missing_for(guarantee.when, bench.told), bench.project.schema);
    unjudged.reason = reason_for(unjudged.missing, fault_of(guarantee.when, bench.told));
  }
  if (is_nameless) unjudged.reason = nameless(bench.cases.on);
  if (contradictory) unjudged.reason = contradiction_of(bench, row);
  if (is_of_several) unjudged.reason = "it names no order, and the ledger knows messages of this id about several: it would be paid twice";
  return unjudged;
}

// Whether one of them is about the goods themselves: then what befalls them is its case.
bool promises_goods(const Project& project, const std::vector<Match>& matches) {
  return std::any_of(matches.begin(), matches.end(), [&](const Match& m) { return m.applies == Truth::yes && project.guarantees[m.guarantee].promises_goods(); });
}

// However it came out, it would be known and never granted.
bool is_before_start(const Project& project, const Verdict& verdict) {
  return project.since && !verdict.deadline.due.is_none() && is_due_before(verdict.deadline.due, verdict.deadline.end, project.shop.zone.start_of(*project.since));
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
  Judging(const std::vector<std::unique_ptr<Bench>>& benches, Judgement& out, const JudgeOptions& options) : benches_(benches), out_(out), options_(options) {}

  // The order, then what belongs to it.
  void judge_order(Row order) {
    ++out_.counts.orders;
    const std::size_t before = out_.counts.cases;
    judge(*benches_[0], order);
    for (std::size_t i = 1; i < benches_.size(); ++i) {
      const std::vector<std::uint32_t>& begin = benches_[i]->cases.begin;
      for (Row row = begin[order]; row < begin[order + 1]; ++row) judge(*benches_[i], row);
    }
    if (out_.counts.cases != before) return;
    ++out_.counts.unmatched;
    if (options_.with_unmatched) out_.unmatched.emplace_back(benches_[0]->cases.id(order));
  }

  // Messages of no order that is known.
  void judge_loose() {
    for (std::size_t i = 1; i < benches_.size(); ++i) {
      const CaseTable& cases = benches_[i]->cases;
      for (Row row = cases.begin.back(); row < cases.records.size(); ++row) judge(*benches_[i], row);
    }
  }

 private:
  void judge(Bench& bench, Row row) {
    bench.go_to(row);
    const std::string_view id = bench.cases.id(row);
    const std::vector<Match>& matches = bench.matching.of(bench.told, id);
    if (bench.matching.is_rematched()) out_.rematched.emplace_back(id);
    if (bench.cases.on != RecordKind::order && !matches.empty()) ++out_.counts.records[static_cast<std::size_t>(bench.cases.on)];
    for (const Match& match : matches) judge(bench, row, match);
  }

  void judge(Bench& bench, Row row, const Match& match) {
    const Guarantee& guarantee = bench.project.guarantees[match.guarantee];
    ++out_.counts.cases;
    const bool is_held = options_.with_seen && bench.matching.is_held(match.guarantee);
    if (is_held) out_.seen.push_back(bench.found.key(guarantee, row));
    if (is_held) remember_ids(bench, bench.found.key(guarantee, row), row);
    if (std::optional<Unjudged> why = stopped(bench, match, row)) return list(bench, std::move(*why), guarantee, row);
    Verdict verdict = bench.verdicts[match.guarantee].of(row, match.held, promises_goods(bench.project, bench.matching.last()), bench.told);
    if (!bench.timekeepers.empty()) keep_times(bench, verdict, match.guarantee, row);
    if (options_.with_outcomes) keep_outcome(bench, verdict, match.guarantee, row);
    switch (verdict.outcome) {
      case Outcome::in_time: ++out_.counts.in_time; return keep_case(bench, verdict, match.guarantee, row);
      case Outcome::open: ++out_.counts.open; return;
      case Outcome::ended: ++out_.counts.ended; return;
      case Outcome::suspended: ++out_.counts.suspended; return;
      case Outcome::unjudged:
        if (!is_held && is_before_start(bench.project, verdict)) return ++out_.counts.left_out, void();
        return list(bench, unjudged_of(verdict), guarantee, row);
      case Outcome::missed: break;
    }
    ++out_.counts.missed;
    ++out_.counts.kinds[static_cast<std::size_t>(verdict.kinds.gravest())];
    out_.misses.push_back(bench.found.miss(guarantee, verdict, bench.facts, row));
    if (options_.with_seen && !is_held) remember_ids(bench, out_.misses.back().key, row);
  }

  void remember_ids(const Bench& bench, std::string key, Row row) {
    if (bench.cases.on != RecordKind::shipment) return;
    out_.known_as.push_back({std::move(key), ids_of(told_parcel(bench.cases, bench.records.table(RecordKind::shipment), row))});
  }

  void keep_case(const Bench& bench, const Verdict& verdict, std::size_t guarantee, Row row) {
    if (!bench.kept) return;
    const Moment due = verdict.deadline.due.is_none() ? moment_at(bench.kept->delivered, row) : verdict.deadline.due;
    out_.kept.push_back({guarantee, due, text_at(bench.kept->carrier, row), text_at(bench.kept->region, row), text_at(bench.kept->country, row)});
  }

  void keep_times(const Bench& bench, const Verdict& verdict, std::size_t guarantee, Row row) {
    const bool has_deadline = !verdict.deadline.due.is_none();
    std::optional<CaseTimes> times = bench.timekeepers[guarantee].times_of(verdict, has_deadline ? bench.verdicts[guarantee].limit(verdict) : 0, row);
    if (!times) return;
    times->order = bench.cases.order_of(row);
    if (options_.with_times) out_.times.push_back(*times);
    if (!options_.with_open || verdict.outcome != Outcome::open) return;
    out_.open.push_back({endangered(bench, verdict, guarantee, row), *times});
  }

  // What is known before its due counts when that is over: the others of its day are not known yet.
  void keep_outcome(const Bench& bench, const Verdict& verdict, std::size_t guarantee, Row row) {
    const bool is_goods = bench.project.guarantees[guarantee].promises_goods();
    const Moment on = is_goods ? verdict.until : verdict.deadline.due;
    const bool is_over = verdict.outcome == Outcome::in_time || verdict.outcome == Outcome::missed;
    if (bench.cases.order_of(row) == no_row || on.is_none() || (!is_over && verdict.outcome != Outcome::open)) return;
    const bool is_ahead = !is_goods && bench.verdicts[guarantee].limit(verdict) > out_.as_of.ms;
    if (is_ahead && verdict.outcome == Outcome::in_time) return;
    const bool is_endangered = verdict.outcome == Outcome::missed && verdict.kinds.gravest() == Kind::at_risk;
    if (is_ahead && verdict.outcome == Outcome::missed && !is_endangered) return;
    CaseOutcome outcome{bench.cases.order_of(row), guarantee, CaseOutcome::State::kept, {}, 0};
    outcome.day = on.is_date() ? on.date() : due_zone(*verdict.due, verdict.destination->zone).date_at(on.instant());
    if (is_endangered || verdict.outcome == Outcome::open) {
      outcome.state = CaseOutcome::State::ahead;
      outcome.record = static_cast<std::uint32_t>(out_.open.size());
      out_.open.push_back({endangered(bench, verdict, guarantee, row), {}});
    } else if (verdict.outcome == Outcome::missed) {
      outcome.state = CaseOutcome::State::missed;
      outcome.record = static_cast<std::uint32_t>(out_.misses.size());  // the next
    }
    out_.outcomes.push_back(outcome);
    for (const Slot slot : options_.told_of) {
      const Value value = bench.facts.at(slot);
      out_.told.push_back(value.type == Type::string ? value.text : std::string_view{});
    }
  }

  static Miss endangered(const Bench& bench, Verdict verdict, std::size_t guarantee, Row row) {
    verdict.outcome = Outcome::missed;
    verdict.kinds.add(Kind::at_risk);
    return bench.found.miss(bench.project.guarantees[guarantee], verdict, bench.facts, row);
  }

  void list(const Bench& bench, Unjudged unjudged, const Guarantee& guarantee, Row row) {
    ++out_.counts.unjudged;
    unjudged.key = bench.found.key(guarantee, row);
    unjudged.record_id = bench.cases.order_id(row);
    unjudged.record = bench.cases.on;
    unjudged.own_id = bench.cases.own_id(row);
    unjudged.guarantee = guarantee.name;
    unjudged.place = bench.cases.table->places[row];
    unjudged.order = bench.cases.order_of(row);
    out_.unjudged.push_back(std::move(unjudged));
  }

  const std::vector<std::unique_ptr<Bench>>& benches_;
  Judgement& out_;
  const JudgeOptions& options_;
};

void explain_verdict(JudgedCase& judged, const Bench& bench, Verdict& verdict, const Verdicts& verdicts, Row order) {
  const Guarantee& guarantee = *judged.guarantee;
  judged.met = verdict.met;
  judged.zone_reason = verdict.due->calendar ? fmt::format("calendar {}", verdict.due->calendar->name) : verdict.destination->reason;
  judged.count = verdicts.count(verdict, order, bench.told);
  const bool has_grace = guarantee.grace > 0 || guarantee.business_grace;
  const bool is_due = verdict.outcome != Outcome::unjudged && judged.count && judged.count->beyond.empty() && !verdict.deadline.due.is_none();
  if (has_grace && is_due) judged.grace_ends = end_of_grace(guarantee, verdict.deadline);
  switch (verdict.outcome) {
    case Outcome::in_time: judged.outcome = "in time"; break;
    case Outcome::open: judged.outcome = "open"; break;
    case Outcome::ended: judged.outcome = "ended"; break;
    case Outcome::suspended: judged.outcome = verdict.reason; break;
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
  suspended += other.suspended;
  for (std::size_t kind = 0; kind < records.size(); ++kind) records[kind] += other.records[kind];
  missed += other.missed;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) kinds[kind] += other.kinds[kind];
  unjudged += other.unjudged;
  left_out += other.left_out;
  return *this;
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

RecordName record_of_case(std::string_view case_key) {
  const std::vector<std::string_view> parts = split(case_key, '/');
  RecordName name;
  if (parts.size() < 3) return name;
  for (const RecordKind kind : promised_on)
    if (name_of(kind) == parts[1]) name.kind = kind;
  for (std::size_t i = 0; i < parts[2].size(); ++i) {
    const bool is_encoded = parts[2][i] == '%' && i + 2 < parts[2].size();
    if (!is_encoded) {
      name.id += parts[2][i];
      continue;
    }
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
    name.id += static_cast<char>(digit(parts[2][i + 1]) * 16 + digit(parts[2][i + 2]));
    i += 2;
  }
  return name;
}

std::string record_words(std::string_view case_key) {
  RecordName record = record_of_case(case_key);
  return record.kind == RecordKind::order ? std::move(record.id) : fmt::format("{} {}", name_of(record.kind), record.id);
}

std::vector<Slot> facts_judged(const Project& project) {
  std::vector<Slot> slots;
  for (const std::string_view name : {"order_id", "status", "status_at", "placed_at", "delivered_at", "cancelled_at", "refunded_at",
                                      "updated_at", "timezone", "country", "region", "person_id", "customer_id", "email"})
    if (const Slot slot = project.schema.find(name); slot != no_slot) slots.push_back(slot);
  const bool promises_goods = std::any_of(project.guarantees.begin(), project.guarantees.end(), [](const Guarantee& g) { return g.promises_goods(); });
  const auto add = [&](std::string_view name) {
    if (const Slot slot = project.schema.find(name); slot != no_slot) slots.push_back(slot);
  };
  if (promises_goods) add("cause");
  if (project.lost || !project.transit.empty())
    for (const std::string_view name : {"carrier", "service", "shipped_at", "first_attempt_at"}) add(name);
  for (const Guarantee& guarantee : project.guarantees) collect(guarantee, slots, project.schema);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

Judgement judge(const Records& records, const Project& project, Instant as_of, const JudgeOptions& options) {
  Judgement out;
  out.as_of = as_of;
  const std::size_t orders = records.orders().rows();
  const std::vector<std::unique_ptr<Bench>> benches = benches_of(records, project, as_of, options);
  Judging judging(benches, out, options);
  out.misses.reserve(std::min<std::size_t>(orders, 4096));
  for (Row order = 0; order < orders; ++order) judging.judge_order(order);
  judging.judge_loose();
  sort_loose(out);
  return out;
}

void sort_loose(Judgement& judgement) {
  const auto sort = [](auto& all, auto order_of, auto rank_of) {
    const auto first = std::find_if(all.begin(), all.end(), [&](const auto& one) { return order_of(one) == no_row; });
    std::stable_sort(first, all.end(), [&](const auto& a, const auto& b) { return rank_of(a) < rank_of(b); });
  };
  const auto own = [](const auto& one) { return one.order; };
  const auto place = [](const auto& one) { return std::tie(one.place.file, one.place.line, one.key); };
  sort(judgement.misses, own, place);
  sort(judgement.unjudged, own, place);
  sort(judgement.open, [](const OpenCase& o) { return o.miss.order; }, [&](const OpenCase& o) { return place(o.miss); });
  sort(judgement.times, own, [](const CaseTimes& t) { return std::tuple(t.guarantee, t.state, t.start, t.limit, t.last); });
}

namespace {

Facts facts_told(const Bench& bench, const std::vector<Slot>& slots) {
  Facts facts;
  facts.money = bench.facts.currency();
  for (const Slot slot : slots) {
    const Origin origin = bench.project.schema.at(slot).origin;
    if (origin == Origin::record || origin == Origin::own) facts.set(slot, bench.facts.at(slot));
  }
  return facts;
}

// What tells a line's facts, where its order has parcels.
std::string brought_by(const Bench& bench, Row row) {
  if (bench.cases.on != RecordKind::item || rows_of(bench.records.shipments, bench.cases.order_of(row)).empty()) return {};
  const LineParcels& brought = bench.cases.brought_by[row];
  if (!brought.is_told) return "judged by its order: no parcel says which lines it brings";
  if (brought.living.empty()) return "in no parcel yet: the order's parcels bring other lines";
  std::vector<std::string> names;
  const Column* const own = id_columns(bench.records.table(RecordKind::shipment)).second;
  for (const Row parcel : brought.living) names.emplace_back(text_at(own, parcel).empty() ? "without a number" : text_at(own, parcel));
  const std::string parcels = fmt::format("{} {}", names.size() == 1 ? "parcel" : "parcels", joined(names, ", "));
  return brought.is_named ? "brought by " + parcels : fmt::format("in {}, as it seems, since no other may hold it", parcels);
}

void explain_record(Bench& bench, Row row, const std::vector<Slot>& slots, std::vector<JudgedCase>& cases) {
  bench.go_to(row);
  const Project& project = bench.project;
  const std::vector<Match>& matches = bench.matching.of(bench.told, bench.cases.id(row));
  for (std::size_t i = 0; i < project.guarantees.size(); ++i) {
    if (project.guarantees[i].on != bench.cases.on) continue;
    JudgedCase& judged = cases.emplace_back();
    judged.facts = facts_told(bench, slots);
    judged.record = bench.cases.on;
    judged.own_id = bench.cases.own_id(row);
    judged.brought_by = brought_by(bench, row);
    judged.guarantee = &project.guarantees[i];
    judged.key = bench.found.key(*judged.guarantee, row);
    judged.applies = judged.guarantee->when.is_always() ? Truth::yes : holds(judged.guarantee->when, bench.told);
    if (judged.applies == Truth::unknown) judged.missing = names_of(missing_for(judged.guarantee->when, bench.told), project.schema);
    if (judged.applies == Truth::no) judged.why_not = why_not(judged.guarantee->when, bench.told, project.shop.zone);
    const auto match = std::find_if(matches.begin(), matches.end(), [&](const Match& m) { return m.guarantee == i; });
    if (match == matches.end()) continue;
    judged.taken = true;
    if (const std::optional<Unjudged> why = stopped(bench, *match, row)) {
      judged.outcome = "cannot judge: " + why->reason;
      continue;
    }
    Verdict verdict = bench.verdicts[i].of(row, match->held, promises_goods(project, matches), bench.told);
    explain_verdict(judged, bench, verdict, bench.verdicts[i], row);
  }
}

}  // namespace

std::vector<JudgedCase> judge_contact(const Records& records, const Project& project, Instant as_of, Row contact, const JudgeOptions& options) {
  std::vector<JudgedCase> cases;
  for (const std::unique_ptr<Bench>& bench : benches_of(records, project, as_of, options)) {
    if (bench->cases.on != RecordKind::contact) continue;
    for (Row row = 0; row < bench->cases.records.size(); ++row)
      if (bench->cases.records[row] == contact) explain_record(*bench, row, options.facts, cases);
  }
  return cases;
}

std::vector<JudgedCase> judge_order(const Records& records, const Project& project, Instant as_of, Row order, const JudgeOptions& options) {
  std::vector<JudgedCase> cases;
  for (const std::unique_ptr<Bench>& bench : benches_of(records, project, as_of, options)) {
    if (bench->cases.on == RecordKind::order) {
      explain_record(*bench, order, options.facts, cases);
      continue;
    }
    for (Row row = bench->cases.begin[order]; row < bench->cases.begin[order + 1]; ++row) explain_record(*bench, row, options.facts, cases);
  }
  return cases;
}

}  // namespace amends
