#include "cmd/report_reading.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "cmd/incident_cases.h"
#include "cmd/parts.h"
#include "core/base/text.h"
#include "core/language/derived.h"
#include "core/ledger/night_credits.h"
#include "core/records/case_table.h"
#include "core/report/kept_tally.h"
#include "io/records/contacts.h"

namespace amends {
namespace {

constexpr std::int32_t held_back_days = 90;
constexpr const char* facts_of_groups[] = {"carrier", "region", "country", "cause"};
constexpr const char* facts_of_people[] = {"person_id", "customer_id", "email", "placed_at"};

// A table of the policy and the facts it goes by.
struct JudgedBy {
  const PolicyTable* table;
  std::vector<Slot> slots;
};

// Tables that go through a list judge each of its elements, which no two cases share.
std::vector<JudgedBy> tables_of(const Project& project) {
  std::vector<JudgedBy> tables;
  for (const PolicyTable& table : project.policy.tables) {
    if (table.each) continue;
    Policy alone;
    alone.tables = {table};
    std::vector<Slot> slots;
    collect(alone, slots);
    slots = with_derived(std::move(slots), project.derived);
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    std::erase_if(slots, [&](Slot slot) { return slot == no_slot || project.schema.at(slot).origin == Origin::derived || is_about_whom(project.schema.at(slot).name); });
    tables.push_back({&table, std::move(slots)});
  }
  return tables;
}

// What is kept of the records.
struct Reading {
  Reading(const Period& period, const Project& project, Instant as_of, Instant held_back_since)
      : kept(period, project.shop.zone),
        before(held_back_since),
        trials(held_back_since, 0),
        groups(groups_of(project.incidents, project.schema)),
        tally(project),
        now(as_of) {}
  Reading(Reading&&) noexcept = default;
  Reading& operator=(Reading&&) noexcept = default;
  void settle() {
    if (courses) courses->flush(before, trials);
    courses.reset();
  }
  void add(Reading&& other) {
    settle();
    other.settle();
    std::move(other.cases.begin(), other.cases.end(), std::back_inserter(cases));
    std::move(other.like.begin(), other.like.end(), std::back_inserter(like));
    purchases.insert(purchases.end(), other.purchases.begin(), other.purchases.end());
    kept.add(other.kept);
    before.add(other.before);
    trials.add(other.trials);
    tally.add(other.tally);
    groups.add(other.groups, 0, 0);  // only counted: its records are nobody's
  }

  std::deque<ReportCase> cases;  // which would be copied as a vector grows
  std::vector<LikeCase> like;
  std::deque<Purchase> purchases;
  KeptCounts kept;
  TrackRecord before;
  Trials trials;
  CaseGroups groups;
  KeptTally tally;
  std::optional<KeptCourses> courses;  // of what was told in passing, still to be added to both
  Instant now;
};

class Reader {
 public:
  Reader(const Context& context, const Books& books)
      : project_(*context.project), books_(books), tables_(tables_of(project_)) {
    for (const KnownCase& c : books.standing.cases) known_.emplace(c.key, &c);
    for (const char* name : facts_of_groups) slots_.push_back(project_.schema.find(name));
  }

  void read(Batch& batch, Reading& part) const {
    add_credits(batch.judgement, batch.records, project_.shop.currency, books_.standing.by_hand);
    part.kept.add(batch.judgement.kept);
    part.groups.add(batch.judgement, batch.records, project_);
    add_times(batch, part);
    add_purchases(batch.records, part);
    for (const Miss& miss : batch.judgement.misses) {
      part.cases.push_back(case_of(miss));
      add_like(miss, part);
    }
  }

  // Of those that are told in passing.
  void read(std::span<const KeptOrder> orders, const KeptGroups& groups, Reading& part) const {
    if (!part.courses) part.courses.emplace(groups, project_, part.now);
    part.tally.add(orders);
    for (const KeptOrder& kept : orders) {
      if (!kept.placed.is_none()) part.purchases.push_back({kept.person, kept.placed.instant()});
      part.courses->add(kept, part.before, part.trials);
    }
  }

  // Where the ledger knows no case, none is held against another.
  std::vector<Slot> facts_of_misses() const {
    std::vector<Slot> facts = slots_;
    if (!known_.empty())
      for (const JudgedBy& judged : tables_) facts.insert(facts.end(), judged.slots.begin(), judged.slots.end());
    std::erase(facts, no_slot);
    std::sort(facts.begin(), facts.end());
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    return facts;
  }

  const KnownCase* known(const std::string& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : found->second;
  }

 private:
  void add_times(const Batch& batch, Reading& part) const {
    const TraitColumns columns(batch.records.orders(), project_);
    for (const CaseTimes& times : batch.judgement.times) {
      part.before.add(columns.of(times, true), times);
      part.trials.add(times, part.now, [&](bool has_left) { return columns.of(times, has_left); });
    }
  }

  void add_purchases(const Records& records, Reading& part) const {
    const Column* const placed = moment_column(records.orders(), "placed_at");
    if (placed == nullptr) return;
    const CaseTable orders = case_table(RecordKind::order, records, project_.schema, project_.shop.zone, nullptr);
    const CasePersons persons(orders);
    for (Row row = 0; row < records.orders().rows(); ++row)
      if (const Moment at = moment_at(placed, row); !at.is_none())
        part.purchases.push_back({person_number(persons.of(row)), at.is_date() ? project_.shop.zone.start_of(at.date()) : at.instant()});
  }

  std::string text(const Miss& miss, std::size_t fact) const {
    const Value value = slots_[fact] == no_slot ? Value{} : miss.facts.at(slots_[fact]);
    return value.type == Type::string ? std::string(trimmed(value.text)) : std::string();
  }

  ReportCase case_of(const Miss& miss) const {
    ReportCase c;
    c.key = miss.key;
    c.record_id = miss.record_id;
    c.guarantee = miss.guarantee;
    c.person = miss.person;
    c.kind = miss.kind;
    c.due = miss.due_instant;
    c.day = miss.due.is_none() ? project_.shop.zone.date_at(miss.due_instant) : day_of(miss.due, project_.shop.zone);
    c.closed = miss.closed;
    if (miss.lateness_known) c.late_days = miss.lateness.days;
    c.carrier = text(miss, 0);
    c.region = place_of(text(miss, 1), text(miss, 2));
    c.cause = text(miss, 3);
    return c;
  }

  void add_like(const Miss& miss, Reading& part) const {
    if (known_.empty()) return;
    const KnownCase* const in_ledger = known(miss.key);
    const bool is_over = in_ledger != nullptr && in_ledger->standing == standing::decided && in_ledger->closed && miss.closed;
    if (!is_over || miss.by_hand) return;
    const auto given = books_.standing.given.by_case.find(miss.key);
    for (const JudgedBy& judged : tables_) {
      std::vector<std::string> facts;
      for (const Slot slot : judged.slots) facts.push_back(fmt::format("{} {}", project_.schema.at(slot).name, print(miss.facts.at(slot), miss.zone)));
      LikeCase like{judged.table->name, joined(facts, ", "), miss.record_id, miss.person, std::string(place_of(text(miss, 1), text(miss, 2))), {}};
      if (given != books_.standing.given.by_case.end())
        for (const Grant& grant : given->second)
          if (grant.table == judged.table->name) like.grants.push_back(&grant);
      part.like.push_back(std::move(like));
    }
  }

  const Project& project_;
  const Books& books_;
  std::vector<JudgedBy> tables_;
  std::vector<Slot> slots_;  // beside facts_of_groups
  std::unordered_map<std::string_view, const KnownCase*> known_;
};

Asked asked_by_report(const Context& context, const Books& books) {
  const Project& project = *context.project;
  Asked asked = asked_of(project, books.kept);
  const auto add = [&](const auto& names) {
    for (const char* name : names) {
      asked.wanted.of(RecordKind::order).insert(name);
      if (const Slot slot = project.schema.find(name); slot != no_slot) asked.facts.push_back(slot);
    }
  };
  add(facts_of_groups);
  add(facts_of_people);
  add(trait_facts);
  std::sort(asked.facts.begin(), asked.facts.end());
  asked.facts.erase(std::unique(asked.facts.begin(), asked.facts.end()), asked.facts.end());
  return asked;
}

// What kept orders are counted by.
std::vector<std::string> facts_of_kept(const CaseGroups& groups) {
  std::vector<std::string> facts = groups.kept_facts();
  for (const char* name : {"carrier", "region", "country", "service", "warehouse", "postcode"})
    if (std::find(facts.begin(), facts.end(), name) == facts.end()) facts.emplace_back(name);
  return facts;
}

Judged read_records_into(Reading& reading, const Context& context, const Books& books, const Period& period, Instant held_back_since) {
  const Project& project = *context.project;
  Asked asked = asked_by_report(context, books);
  const Reader reader(context, books);
  JudgeOptions judging{&books.held, reader.facts_of_misses(), true};
  judging.with_times = true;
  judging.with_kept = true;
  ask_for_groups(reading.groups, project, asked, judging);
  Parts<Reading> parts([&] { return Reading(period, project, context.as_of, held_back_since); });
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    parts.with_one([&](Reading& part) { reader.read(batch, part); });
    Judgement& done = batch.judgement;
    done.misses = {};
    done.times = {};
    done.kept = {};
    done.outcomes = {};
    done.told = {};
    done.open = {};
  };
  KeptGroups told(facts_of_kept(reading.groups));
  use.kept = use_of_kept(reading.groups, project, told);
  use.kept.with_persons = true;
  use.kept.take = [&](std::span<const KeptOrder> orders) { parts.with_one([&](Reading& part) { reader.read(orders, told, part); }); };
  Judged judged = read_cases(context, keep_all(books), judging, asked, use);
  reading = parts.sum();
  reading.settle();
  reading.tally.add_to(reading.groups, told);
  reading.tally.add_to(reading.kept, told);
  reading.before.settle();
  return judged;
}

ReportCase case_of(const KnownCase& known, const Zone& zone) {
  ReportCase c;
  c.key = known.key;
  c.record_id = known.record_id;
  c.guarantee = known.guarantee;
  c.person = known.person;
  c.kind = known.kind;
  c.due = known.due_instant;
  c.day = known.due.is_none() ? zone.date_at(known.due_instant) : day_of(known.due, zone);
  c.closed = known.closed;
  c.is_gone = true;
  return c;
}

// Cases that only the ledger knows: their records are gone. One that tonight's records show in time is no miss any more.
void add_known_only(std::deque<ReportCase>& cases, const Books& books, const std::vector<std::string>& seen, const Zone& zone) {
  if (books.standing.cases.empty()) return;
  std::unordered_set<std::string_view> judged(seen.begin(), seen.end());
  for (const ReportCase& c : cases) judged.insert(c.key);
  std::vector<ReportCase> more;
  for (const KnownCase& known : books.standing.cases)
    if (known.standing != standing::cleared && !judged.contains(known.key)) more.push_back(case_of(known, zone));
  std::move(more.begin(), more.end(), std::back_inserter(cases));
}

struct FirstWord {
  Instant at;
  Channel channel;
};

std::unordered_map<std::string, FirstWord> first_words(const Ledger& ledger) {
  std::unordered_map<std::string, FirstWord> words;
  const auto add = [&](const std::string& key, FirstWord word) {
    const auto [known, is_new] = words.try_emplace(key, word);
    if (!is_new && word.at < known->second.at) known->second = word;
  };
  for (const OutboxMessage& m : ledger.outlines()) {
    if (m.state != "handed") continue;
    add(m.message.case_key, {m.last_at, m.message.channel});
    for (const FurtherCase& also : m.message.also) add(also.case_key, {m.last_at, m.message.channel});
  }
  for (const DoneCall& call : ledger.done_calls()) add(call.case_key, {call.as_of, call.key.ends_with(name_of(Channel::note)) ? Channel::note : Channel::call});
  return words;
}

void add_from_ledger(std::vector<ReportCase>& cases, const Books& books) {
  if (books.ledger == nullptr) return;
  const Milestones milestones = books.ledger->milestones();
  const std::unordered_map<std::string, FirstWord> words = first_words(*books.ledger);
  std::unordered_map<std::string_view, std::string_view> standings;
  for (const KnownCase& known : books.standing.cases) standings.emplace(known.key, known.standing);
  const auto at = [](const std::unordered_map<std::string, Instant>& times, const std::string& key) {
    const auto found = times.find(key);
    return found == times.end() ? std::nullopt : std::optional(found->second);
  };
  for (ReportCase& c : cases) {
    const auto stands = standings.find(c.key);
    c.is_decided = stands != standings.end() && stands->second == standing::decided;
    c.is_left_alone = stands != standings.end() && (stands->second == standing::before_start || stands->second == standing::backlog);
    c.granted = at(milestones.granted, c.key);
    c.ended = at(milestones.closed, c.key);
    if (const auto word = words.find(c.key); word != words.end()) {
      c.told = word->second.at;
      c.channel = word->second.channel;
    }
  }
}

std::vector<DatedGrant> dated_grants(const std::vector<ReportCase>& cases, const Books& books, const Period& period) {
  std::vector<DatedGrant> grants;
  for (const ReportCase& c : cases) {
    const auto given = books.standing.given.by_case.find(c.key);
    if (given == books.standing.given.by_case.end() || !period.has(c.day)) continue;
    for (const Grant& grant : given->second) grants.push_back({&grant, c.day});
  }
  return grants;
}

std::vector<Contact> contacts_in(std::vector<Contact> contacts, const Period& period, const Zone& zone) {
  std::erase_if(contacts, [&](const Contact& c) { return !period.has(day_of(c.at, zone)); });
  return contacts;
}

// By their dues. Cases are large, so their places are sorted.
std::vector<ReportCase> in_order(std::deque<ReportCase> cases) {
  std::vector<ReportCase*> order;
  for (ReportCase& c : cases) order.push_back(&c);
  std::sort(order.begin(), order.end(), [](const ReportCase* a, const ReportCase* b) { return std::tie(a->due, a->key) < std::tie(b->due, b->key); });
  std::vector<ReportCase> sorted;
  sorted.reserve(cases.size());
  for (ReportCase* const c : order) sorted.push_back(std::move(*c));
  return sorted;
}

// Whose orders have a case in the period.
std::vector<LikeCase> of_period(std::vector<LikeCase> like, const std::vector<ReportCase>& cases, const Period& period) {
  if (like.empty()) return like;
  std::unordered_set<std::string_view> orders;
  for (const ReportCase& c : cases)
    if (period.has(c.day)) orders.insert(c.record_id);
  std::erase_if(like, [&](const LikeCase& c) { return !orders.contains(c.record_id); });
  return like;
}

bool overlaps(const Period& period, const Incident& incident) {
  return (!period.since || incident.until >= *period.since) && (!period.until || incident.since < *period.until);
}

}  // namespace

ReportData report_data(const Context& context, const Period& period) {
  const Project& project = *context.project;
  const Zone& zone = project.shop.zone;
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), project);
  ReportData data;
  data.period = period;
  data.has_ledger = ledger != nullptr;
  data.held_back_since = zone.start_of(Date{zone.date_at(context.as_of).days - held_back_days});
  Reading reading(period, project, context.as_of, data.held_back_since);
  Judged judged = read_records_into(reading, context, books, period, data.held_back_since);
  tell(context, judged);
  data.partial = judged.partial;
  data.open = judged.judgement.counts.open;
  data.unjudged = judged.judgement.counts.unjudged;
  data.ended = judged.judgement.counts.ended;
  data.left_out = judged.judgement.counts.left_out;
  data.suspended = judged.judgement.counts.suspended;
  data.at_start = reading.trials.calibration(reading.before, Look::at_start);
  data.later = reading.trials.calibration(reading.before, Look::later);

  data.incidents = find_incidents(reading.groups, project.incidents, zone.date_at(context.as_of)).found;
  std::erase_if(data.incidents, [&](const Incident& incident) { return !overlaps(period, incident); });

  add_known_only(reading.cases, books, judged.judgement.seen, zone);
  std::vector<ReportCase> cases = in_order(std::move(reading.cases));
  add_from_ledger(cases, books);
  const std::vector<Contact> contacts = read_contacts(project, context.as_of);
  set_asked(cases, contacts, zone);
  data.money = money_figures(dated_grants(cases, books, period));
  if (ledger)
    for (const HandCredit& credit : ledger->hand_credits())
      if (period.has(zone.date_at(credit.as_of))) data.given_by_hand.push_back(credit.money);
  data.contacts = contact_figures(contacts_in(contacts, period, zone), cases, project.topics, zone, context.as_of);
  data.unlike = unlike_remedies(of_period(std::move(reading.like), cases, period));
  std::erase_if(cases, [&](const ReportCase& c) { return !period.has(c.day); });
  data.again = bought_again(cases, reading.purchases, context.as_of);
  data.before_start = static_cast<std::size_t>(std::count_if(cases.begin(), cases.end(), [](const ReportCase& c) { return c.is_left_alone; }));
  data.gone = static_cast<std::size_t>(std::count_if(cases.begin(), cases.end(), [](const ReportCase& c) { return c.is_gone; }));
  std::vector<std::string> guarantees;
  for (const Guarantee& guarantee : project.guarantees) guarantees.push_back(guarantee.name);
  data.figures = figures_of(cases, reading.kept, guarantees);
  return data;
}

}  // namespace amends
