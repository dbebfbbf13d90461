#include "core/ledger/night.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/judging/contact_log.h"
#include "core/language/derived.h"
#include "core/ledger/night_credits.h"
#include "core/ledger/past_events.h"

namespace amends {
namespace {

using ByKey = std::unordered_map<std::string_view, const KnownCase*>;

// Misses due this long before a first run wait for a word from a person.
constexpr std::int64_t first_run_reach = 30 * ms_per_day;
constexpr std::size_t brake_runs = 14;
constexpr std::size_t brake_floor = 20;

struct Start {
  std::optional<Instant> since;    // due before: known, never granted
  std::optional<Instant> backlog;  // due before: waits
};

Start start_of(const Standing& standing, const Project& project, const std::optional<Instant>& since, Instant as_of) {
  if (since) return {since, std::nullopt};
  if (project.since) return {project.shop.zone.start_of(*project.since), std::nullopt};
  Instant first = as_of;
  for (const LedgerRun& run : standing.runs) first = std::min(first, run.as_of);
  return {std::nullopt, Instant{first.ms - first_run_reach}};
}

std::string_view standing_of(const Miss& miss, const KnownCase* known, const Start& start, Backlog backlog) {
  if (known != nullptr && known->standing == standing::before_start) return standing::before_start;
  if (known != nullptr && known->standing == standing::decided) return standing::decided;
  if (start.since && is_due_before(miss.due, miss.due_instant, *start.since)) return standing::before_start;
  const bool waits = known != nullptr && known->standing == standing::backlog;
  const bool is_old = start.backlog && is_due_before(miss.due, miss.due_instant, *start.backlog);
  if (!waits && !is_old) return standing::decided;
  switch (backlog) {
    case Backlog::wait: return standing::backlog;
    case Backlog::catchup: return standing::before_start;
    case Backlog::decide: return standing::decided;
  }
  return standing::backlog;
}

// The facts of a case read by the names of another project's schema.
class ByName : public FactSource {
 public:
  ByName(const FactSource& facts, const Schema& ours, const Schema& theirs) : facts_(facts), ours_(ours), theirs_(theirs) {}
  Value at(Slot slot) const override {
    const Slot here = ours_.find(theirs_.at(slot).name);
    return here == no_slot ? Value{} : facts_.at(here);
  }
  Currency currency() const override { return facts_.currency(); }

 private:
  const FactSource& facts_;
  const Schema& ours_;
  const Schema& theirs_;
};

Decision decide_under(const NightCase& c, const Project& today, Instant as_of, const PoolBook& pools, bool with_traces) {
  const Project& deciding = *c.deciding;
  const Miss& miss = *c.miss;
  const ByName renamed(miss.facts, today.schema, deciding.schema);
  const bool same = &deciding == &today;
  const DerivedFacts facts(same ? static_cast<const FactSource&>(miss.facts) : renamed, deciding.derived);
  const Judging judging{deciding.schema, facts, deciding.shop.zone, as_of, &pools, miss.person, miss.record_id, miss.due_instant, c.silent_from};
  Decision decision = decide(deciding.policy, judging, with_traces);
  const DerivedFacts today_s(miss.facts, today.derived);
  stand_firm(decision, today.stand_firm, miss.due_date, [&](const Condition& when) { return holds(when, today_s); });
  return decision;
}

// Remedies that still grow wait for the close of the case.
void set_accruing_apart(NightCase& night_case) {
  if (night_case.miss->closed) return;
  std::vector<OwedRemedy>& owed = night_case.decision.owed;
  const auto grows = [](const OwedRemedy& remedy) { return remedy.at_close; };
  std::copy_if(owed.begin(), owed.end(), std::back_inserter(night_case.accruing), grows);
  owed.erase(std::remove_if(owed.begin(), owed.end(), grows), owed.end());
}

const PolicyTable* pooled_table(const Policy& policy, std::string_view name) {
  for (const PolicyTable& table : policy.tables)
    if (table.name == name && table.pool && !table.pool->per.empty()) return &table;
  return nullptr;
}

// Keys of the cases that tonight's records tell of, and those that they clear.
struct Tonight {
  explicit Tonight(const Judgement& judgement) : cleared(judgement.seen.begin(), judgement.seen.end()) {
    for (const Miss& miss : judgement.misses) {
      missed.insert(miss.key);
      cleared.erase(miss.key);
    }
  }

  std::unordered_set<std::string_view> missed, cleared;
};

// A case that has left the records counts as it did on its last night among them.
std::unordered_set<std::string_view> add_left(PoolBook& book, const std::vector<PooledCase>& pooled, const Tonight& tonight, const Policy& policy) {
  std::unordered_set<std::string_view> added;
  for (const PooledCase& left : pooled) {
    if (tonight.missed.contains(left.case_key) || tonight.cleared.contains(left.case_key)) continue;
    added.insert(left.case_key);
    for (const PoolEntry& entry : left.entries)
      if (pooled_table(policy, entry.table) != nullptr) book.add(entry, left.due);
  }
  return added;
}

// Where no more is known of a case than what it was granted: of a ledger from before pools were kept, of a case that was
// cleared, of somebody who was forgotten.
void add_grant(PoolBook& book, const Grant& grant, const Policy& policy) {
  const PolicyTable* table = pooled_table(policy, grant.table);
  const bool counts = grant.state == GrantState::granted || grant.state == GrantState::issued;
  if (table == nullptr || !counts || table->pool->fact != no_slot) return;
  const std::string& whose = table->pool->per == "person" ? grant.person : grant.record_id;
  const Currency currency = grant.money ? grant.money->currency : Currency();
  const Ratio sum = grant.money ? units(*grant.money) : Ratio();
  book.add({grant.table, whose, pool_label(grant.kind, grant.what, grant.manner, grant.basis, currency), sum, sum, 0}, grant.due);
  if (grant.sequence == 1) book.add({grant.table, whose, {}, {}, {}, 1}, grant.due);
}

PoolBook book_of(const Judgement& judgement, const Standing& standing, const Project& project) {
  PoolBook book;
  const Tonight tonight(judgement);
  const std::unordered_set<std::string_view> left = add_left(book, standing.pooled, tonight, project.policy);
  for (const auto& [key, grants] : standing.given.by_case) {
    if (tonight.missed.contains(key) || left.contains(key)) continue;
    for (const Grant& grant : grants) add_grant(book, grant, project.policy);
  }
  return book;
}

void decide_one(NightCase& c, PoolBook& book, Instant as_of, const Project& project, const NightOptions& options) {
  if (c.standing != standing::decided && !options.gross) return;
  c.decision = decide_under(c, project, as_of, book, options.with_traces);
  for (const PoolEntry& entry : c.decision.pooled) book.add(entry, c.miss->due_instant);
  set_accruing_apart(c);
}

// By due time, so that the sums of a pool run from case to case.
void decide_all(Night& night, const Judgement& judgement, const Standing& standing, const Project& project, const NightOptions& options) {
  PoolBook book = book_of(judgement, standing, project);
  for (NightCase& c : night.cases) decide_one(c, book, judgement.as_of, project, options);
}

using Pairs = std::vector<std::pair<const Miss*, const Decision*>>;

// The day a nightly run would have had its last word: when the case was closed, or for an open one fell due.
Date settled_on(const Miss& miss, const Zone& zone, Instant as_of) {
  const Instant at = miss.met.is_instant() ? miss.met.instant() : miss.met.is_date() ? zone.start_of(miss.met.date()) : miss.due_instant;
  return zone.date_at(std::min(std::max(at, miss.due_instant), as_of));
}

// What was granted so far, by whose it is, so that a day looks at its own people alone.
class GivenSoFar {
 public:
  GivenSoFar(const Policy& policy, const Given& given)
      : is_shared_(std::any_of(policy.caps.begin(), policy.caps.end(), [](const CapRule& cap) { return cap.per == "shop"; })) {
    known_.by_hand = given.by_hand;
  }

  // What the day has to know; of a cap per shop, all there is.
  const Given& of(const std::vector<NightCase*>& day) {
    if (is_shared_) return known_;
    known_.by_case.clear();
    std::unordered_set<std::string_view> seen;
    for (const NightCase* c : day) {
      const auto found = by_person_.find(c->miss->person);
      if (found != by_person_.end() && seen.insert(found->first).second) add_to_known(found->second);
    }
    return known_;
  }

  void add(const Settled& settled) {
    if (is_shared_) return add_to_known(settled.grants);
    std::vector<Grant>& grants = by_person_[settled.miss->person];
    grants.insert(grants.end(), settled.grants.begin(), settled.grants.end());
  }

 private:
  void add_to_known(const std::vector<Grant>& grants) {
    for (const Grant& grant : grants) known_.by_case[grant.case_key].push_back(grant);
  }

  bool is_shared_;
  Given known_;
  std::unordered_map<std::string, std::vector<Grant>> by_person_;
};

void settle_some(const std::vector<NightCase*>& cases, const Project& project, const Given& given, Instant as_of,
                 const std::function<void(const Settled&)>& seen = {}) {
  Pairs pairs;
  std::unordered_map<const Miss*, NightCase*> by_miss;
  for (NightCase* c : cases) {
    by_miss[c->miss] = c;
    if (c->standing == standing::decided && c->decision.judged) pairs.emplace_back(c->miss, &c->decision);
  }
  const auto test = [&project](const Condition& condition, const FactSource& facts) {
    return holds(condition, DerivedFacts(facts, project.derived));
  };
  for (Settled& settled : settle(pairs, project.policy, project.schema, given, as_of, test)) {
    if (seen) seen(settled);
    NightCase& c = *by_miss.at(settled.miss);
    c.grants = std::move(settled.grants);
    c.ahead = settled.ahead;
    c.by_hand = settled.by_hand;
    c.owed = settled.owed;
  }
}

void settle_all(Night& night, const Project& project, const Given& given, Instant as_of) {
  std::vector<NightCase*> all;
  for (NightCase& c : night.cases) all.push_back(&c);
  settle_some(all, project, given, as_of);
}

bool asks_for_grants(const Project& project) {
  return std::any_of(project.history.begin(), project.history.end(), [](const HistoryRule& rule) { return rule.of == HistoryRule::Of::grants; });
}

// One night after the other, each with what those before it granted, as caps need it. What facts of [history] count
// of the grants of cases due before is known from the pass before this one: nightly runs decide every case again, so
// in the end each has seen them all, whichever was settled first.
class Nights {
 public:
  Nights(Night& night, const Judgement& judgement, const Standing& standing, const Given& given, const Project& project, const NightOptions& options)
      : night_(night), judgement_(judgement), standing_(standing), given_(given), project_(project), options_(options), fresh_(night.cases) {}

  void live_through() {
    pass();
    if (!asks_for_grants(project_)) return;
    for (int passes = 1; passes < most_passes; ++passes) {
      const std::vector<std::string> before = granted();
      pass();
      if (granted() == before) return;
    }
  }

 private:
  static constexpr int most_passes = 1000;  // as many cases of one person as build upon each other

  void pass() {
    const History history = asks_for_grants(project_) ? history_so_far() : History();
    night_.cases = fresh_;
    std::deque<Miss> retold;
    PoolBook book = book_of(judgement_, standing_, project_);
    GivenSoFar so_far(project_.policy, given_);
    std::map<Date, std::vector<NightCase*>> days;
    for (NightCase& c : night_.cases) {
      if (asks_for_grants(project_)) c.miss = &retold.emplace_back(told_of(*c.miss, history));
      days[settled_on(*c.miss, project_.shop.zone, judgement_.as_of)].push_back(&c);
    }
    for (const auto& [day, cases] : days) {
      for (NightCase* c : cases) decide_one(*c, book, judgement_.as_of, project_, options_);
      const Instant night = std::min(project_.shop.zone.start_of(Date{day.days + 1}), judgement_.as_of);
      settle_some(cases, project_, so_far.of(cases), night, [&](const Settled& settled) { so_far.add(settled); });
    }
    night_.retold = std::move(retold);
  }

  Miss told_of(const Miss& miss, const History& history) const {
    Miss told = miss;
    for (const HistoryRule& rule : project_.history)
      if (rule.of == HistoryRule::Of::grants) told.facts.set(rule.slot, history.told(rule, told, project_.shop.zone));
    return told;
  }

  History history_so_far() const {
    History history;
    for (const NightCase& c : night_.cases)
      for (const Grant& grant : c.grants)
        if (grant.state == GrantState::granted) history.add(past_grant(grant));
    return history;
  }

  std::vector<std::string> granted() const {
    std::vector<std::string> all;
    for (const NightCase& c : night_.cases)
      for (const Grant& grant : c.grants)
        if (grant.state == GrantState::granted) all.push_back(fmt::format("{} {}", grant.key, grant.money ? print(*grant.money) : std::string()));
    return all;
  }

  Night& night_;
  const Judgement& judgement_;
  const Standing& standing_;
  const Given& given_;
  const Project& project_;
  const NightOptions& options_;
  const std::vector<NightCase> fresh_;
};

// What the ledger holds, and credits given by hand.
Given given_to(const Judgement& judgement, const Standing& standing) {
  Given given = standing.given;
  for (const Miss& miss : judgement.misses)
    if (miss.by_hand) given.by_hand.emplace(miss.record_id, *miss.by_hand);
  return given;
}

// The median of new misses over the last days with a run.
std::optional<std::size_t> usual_misses(const std::vector<LedgerRun>& runs, const Zone& zone) {
  std::map<Date, std::size_t, std::greater<>> by_day;  // newest first
  for (const LedgerRun& run : runs) by_day[zone.date_at(run.as_of)] += run.new_misses;
  if (by_day.size() < brake_runs) return std::nullopt;  // too little to know what is usual
  std::vector<std::size_t> counts;
  for (const auto& [day, count] : by_day)
    if (counts.size() < brake_runs) counts.push_back(count);
  std::sort(counts.begin(), counts.end());
  return counts[counts.size() / 2];
}

void apply_brake(Night& night, const Standing& standing, const Project& project) {
  const std::optional<std::size_t> usual = usual_misses(standing.runs, project.shop.zone);
  if (!usual || !project.brake) return;
  const Ratio limit = std::max(Ratio(static_cast<std::int64_t>(*usual)) * *project.brake, Ratio(brake_floor));
  night.brake_limit = static_cast<std::size_t>(whole_of(floor(limit)));
  if (night.new_misses <= night.brake_limit) return;
  night.braked = true;
  for (NightCase& c : night.cases)
    for (Grant& grant : c.grants) {
      if (grant.state != GrantState::granted) continue;
      grant.state = GrantState::held;
      grant.reason = fmt::format("{}: {} new misses, usually {}", brake_reason, night.new_misses, *usual);
    }
}

std::vector<const KnownCase*> absent_cases(const Standing& standing, const Judgement& judgement, const Night& night) {
  std::unordered_set<std::string_view> seen(judgement.seen.begin(), judgement.seen.end());
  for (const NightCase& c : night.cases) seen.insert(c.miss->key);
  std::vector<const KnownCase*> absent;
  for (const KnownCase& known : standing.cases)
    if (!known.closed && !seen.contains(known.key)) absent.push_back(&known);
  return absent;
}

void count(Night& night) {
  for (const NightCase& c : night.cases) {
    night.before_start += c.standing == standing::before_start;
    night.backlog += c.standing == standing::backlog;
    if (c.standing != standing::decided) continue;
    night.unjudged += !c.decision.judged;
    night.new_misses += c.known == nullptr || c.known->standing == standing::backlog;
  }
}

}  // namespace

namespace {

void add_told_history(Judgement& judgement, const Standing& standing, const Project& project);

// A case that somebody had.
struct Past {
  std::string_view key;
  std::int64_t due;
  std::string_view order;  // empty: a message about none
};

// Of each case what was told last, by due.
void keep_last_words(std::vector<Past>& all) {
  if (all.size() < 2) return;
  std::stable_sort(all.begin(), all.end(), [](const Past& a, const Past& b) { return a.key < b.key; });
  std::vector<Past> kept;
  for (const Past& past : all) {
    if (!kept.empty() && kept.back().key == past.key) kept.back() = past;
    else kept.push_back(past);
  }
  std::sort(kept.begin(), kept.end(), [](const Past& a, const Past& b) { return a.due < b.due; });
  all = std::move(kept);
}

}  // namespace

void add_history(Judgement& judgement, const Standing& standing, const Project& project) {
  std::unordered_set<std::string_view> in_order(judgement.seen.begin(), judgement.seen.end());
  for (const Miss& miss : judgement.misses) in_order.erase(miss.key);
  std::unordered_map<std::string_view, std::vector<Past>> pasts;  // of tonight's people
  std::vector<std::vector<Past>*> by_miss;
  for (const Miss& miss : judgement.misses) by_miss.push_back(&pasts[miss.person]);
  for (const KnownCase& known : standing.cases) {
    if (known.person.empty() || known.kind == Kind::at_risk || known.standing == standing::cleared || in_order.contains(known.key)) continue;
    if (const auto found = pasts.find(known.person); found != pasts.end()) found->second.push_back({known.key, known.due_instant.ms, known.record_id});
  }
  for (std::size_t i = 0; i < by_miss.size(); ++i)
    if (const Miss& miss = judgement.misses[i]; miss.kind != Kind::at_risk) by_miss[i]->push_back({miss.key, miss.due_instant.ms, miss.record_id});
  for (auto& [person, all] : pasts) keep_last_words(all);
  const Slot slot = project.schema.find("misses_before");
  for (std::size_t i = 0; i < by_miss.size(); ++i) {
    Miss& miss = judgement.misses[i];
    const std::vector<Past>& all = *by_miss[i];
    const auto is_before = [](const Past& past, std::int64_t ms) { return past.due < ms; };
    const auto until = std::lower_bound(all.begin(), all.end(), miss.due_instant.ms, is_before);  // not its own
    const auto from = std::lower_bound(all.begin(), until, miss.due_instant.ms - project.history_ms, is_before);
    const auto is_other = [&](const Past& past) { return miss.record_id.empty() || past.order != miss.record_id; };
    miss.facts.set(slot, Value::of_number(std::count_if(from, until, is_other)));
  }
  add_contacts(judgement, project);
  add_told_history(judgement, standing, project);
}

namespace {

History history_of(const Judgement& judgement, const Standing& standing) {
  History history;
  std::unordered_set<std::string_view> in_order(judgement.seen.begin(), judgement.seen.end());
  for (const Miss& miss : judgement.misses) in_order.erase(miss.key);
  std::unordered_set<std::string_view> tonight;
  for (const Miss& miss : judgement.misses) {
    tonight.insert(miss.key);
    if (miss.kind != Kind::at_risk) history.add(past_miss(miss.key, miss.person, miss.record_id, miss.due_instant, miss.guarantee, name_of(miss.kind)));
  }
  for (const KnownCase& known : standing.cases) {
    const bool counts = known.kind != Kind::at_risk && known.standing != standing::cleared && !in_order.contains(known.key) && !tonight.contains(known.key);
    if (counts) history.add(past_miss(known.key, known.person, known.record_id, known.due_instant, known.guarantee, name_of(known.kind)));
  }
  for (const auto& [key, grants] : standing.given.by_case)
    for (const Grant& grant : grants)
      if (grant.state == GrantState::granted || grant.state == GrantState::issued) history.add(past_grant(grant));
  return history;
}

void add_told_history(Judgement& judgement, const Standing& standing, const Project& project) {
  if (project.history.empty()) return;
  const History history = history_of(judgement, standing);
  for (Miss& miss : judgement.misses)
    for (const HistoryRule& rule : project.history) miss.facts.set(rule.slot, history.told(rule, miss, project.shop.zone));
}

}  // namespace

Night night_of(const Judgement& judgement, const Standing& standing, const Project& project, const NightOptions& options) {
  ByKey known;
  known.reserve(standing.cases.size());
  for (const KnownCase& c : standing.cases) known[c.key] = &c;
  const Start start = start_of(standing, project, options.since, judgement.as_of);
  Night night;
  std::unordered_set<std::string_view> met;
  for (const Miss& miss : judgement.misses) {
    if (!met.insert(miss.key).second) continue;  // a message that stands in two rows, once with its order
    NightCase c;
    c.miss = &miss;
    const auto found = known.find(miss.key);
    c.known = found == known.end() ? nullptr : found->second;
    c.standing = standing_of(miss, c.known, start, options.backlog);
    const bool was_decided = c.known != nullptr && (c.known->standing == standing::decided || c.known->standing == standing::cleared);
    const bool keeps = was_decided && !options.redecide;
    const Project* kept = keeps && options.project_of ? options.project_of(c.known->policy_hash) : nullptr;
    c.policy_hash = keeps ? c.known->policy_hash : project.policy.hash;
    c.owed.currency = miss.facts.money;
    c.deciding = kept != nullptr ? kept : &project;
    // A night that is lived through day by day writes of each case on the day it settles it.
    if (!project.messages.empty())
      c.silent_from = options.day_by_day ? settled_on(miss, project.shop.zone, judgement.as_of)
                                         : silent_from(miss.key, standing.letters, standing.given, project.shop.zone, judgement.as_of);
    night.cases.push_back(std::move(c));
  }
  std::sort(night.cases.begin(), night.cases.end(), [](const NightCase& a, const NightCase& b) {
    return std::pair(a.miss->due_instant, std::string_view(a.miss->key)) <
           std::pair(b.miss->due_instant, std::string_view(b.miss->key));
  });
  const Given given = options.gross ? Given{} : given_to(judgement, standing);
  if (options.day_by_day) {
    Nights(night, judgement, standing, given, project, options).live_through();
  } else {
    decide_all(night, judgement, standing, project, options);
    settle_all(night, project, given, judgement.as_of);
    look_for_twice(night, given, judgement.as_of);
  }
  count(night);
  if (options.backlog != Backlog::decide) apply_brake(night, standing, project);
  night.absent = absent_cases(standing, judgement, night);
  return night;
}

}  // namespace amends
