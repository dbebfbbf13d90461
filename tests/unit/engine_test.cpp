// The engine finds what reading everything and judging it at once finds, in whatever pieces and on however many
// threads it works.
#include <doctest/doctest.h>

#include <mutex>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/judging/contact_log.h"
#include "core/judging/miss.h"
#include "core/ledger/night.h"
#include "core/ledger/night_credits.h"
#include "core/records/case_table.h"
#include "core/report/report_again.h"
#include "io/project_file.h"
#include "io/records/engine.h"
#include "random_shop.h"
#include "shop_folder.h"

using namespace amends;

namespace {

constexpr std::uint32_t shops = 10000;

// All that was found, in words: one line each.
using Story = std::vector<std::string>;

std::string told(const Where& where) { return fmt::format("{}:{}:{}+{} {}", where.file, where.line, where.column, where.length, quoted(where.text)); }

std::string told(const Place& place, const Records& records) { return fmt::format("{}:{}", records.files[place.file], place.line); }

std::string told(const Miss& miss, const Records& records, const Schema& schema) {
  const Lateness& late = miss.lateness;
  std::string text = fmt::format("miss {} {} {} {} {} {} {} start {} due {} {} {} met {} in {} {}; {} {} {} {} {} {} {}; at {}", miss.key, miss.record_id, name_of(miss.record), miss.own_id, miss.guarantee,
                                 name_of(miss.kind), miss.person, print(miss.start, miss.zone), print(miss.due, miss.zone), miss.due_instant.ms, miss.due_date.days,
                                 print(miss.met, miss.zone), miss.zone.name(), miss.zone_reason, late.minutes, late.hours, late.days, late.business_days, late.ms,
                                 miss.lateness_known, miss.closed, told(miss.place, records));
  for (const Kind kind : miss.kinds.all()) text += fmt::format(" {}", name_of(kind));
  for (const Evidence& e : miss.evidence) text += fmt::format("; {} {} {} {} {} {}", name_of(e.kind), name_of(e.record), e.record_id, e.says, print(e.at, miss.zone), e.where);
  if (miss.by_hand) text += " by hand " + print(*miss.by_hand);
  miss.facts.each([&](Slot slot, const Value& value) { text += fmt::format("; {} {}", schema.at(slot).name, print(value, miss.zone)); });
  return text;
}

// All but the row, which is another in each batch.
std::string told(const CaseTimes& t) {
  return fmt::format("times {} {} {} {} {} to {} last {} shipped {} days {} {}", t.guarantee, static_cast<int>(t.state), t.is_met, t.has_parcel, t.start.ms, t.limit.ms,
                     t.last.ms, t.shipped.raw(), t.days, t.business_days);
}

std::string told(const Unjudged& unjudged, const Records& records, const Zone& zone) {
  return fmt::format("unjudged {} {} {} due {} missing {}: {}; at {}", unjudged.key, unjudged.record_id, unjudged.guarantee, print(unjudged.due, zone),
                     joined(unjudged.missing, ","), unjudged.reason, told(unjudged.place, records));
}

std::string told(const Counts& c) {
  std::string text = fmt::format("counts {} {} {} {} {} {} {} {}:", c.orders, c.unmatched, c.cases, c.in_time, c.open, c.ended, c.missed, c.unjudged);
  for (const std::size_t kind : c.kinds) text += fmt::format(" {}", kind);
  return text;
}

void tell(const Records& records, Story& story) {
  for (const Rejected& r : records.rejected)
    story.push_back(fmt::format("rejected {} {} {} {} {}", name_of(r.kind), told(r.where), r.reason, r.hint, quoted(r.raw)));
  for (const Contradiction& c : records.contradictions) {
    story.push_back(fmt::format("contradiction {} {} {}", name_of(c.kind), c.id, c.field));
    for (const Where& where : c.rows) story.back() += " " + told(where);
  }
  for (const UnknownWord& u : records.unknown_words)
    story.push_back(fmt::format("unknown {} {} {} {} {}", name_of(u.kind), u.field, u.word, u.count, told(u.first)));
  for (int kind = 0; kind < record_kinds; ++kind)
    story.push_back(fmt::format("{} {} read, {} orphans, {}", name_of(static_cast<RecordKind>(kind)), records.rows_read[kind], records.orphans[kind],
                                records.mapped[static_cast<std::size_t>(kind)] ? "mapped" : "no source"));
}

void tell(const Judgement& judgement, const Records& records, const Project& project, Story& story) {
  for (const Miss& miss : judgement.misses) story.push_back(told(miss, records, project.schema));
  for (const Unjudged& unjudged : judgement.unjudged) story.push_back(told(unjudged, records, project.shop.zone));
  for (const std::string& id : judgement.unmatched) story.push_back("unmatched " + id);
  for (const std::string& id : judgement.rematched) story.push_back("rematched " + id);
  for (const std::string& key : judgement.seen) story.push_back("seen " + key);
  for (const CaseTimes& times : judgement.times) story.push_back(told(times));
  for (const OpenCase& open : judgement.open) story.push_back("open " + told(open.miss, records, project.schema) + " " + told(open.times));
}

std::string told(const Error& error) {
  return fmt::format("error {} {}: {}; {}", static_cast<int>(error.exit), told(error.where), error.message, error.hint);
}

// Of several faults one is told, which one is up to the order of reading.
bool is_refusal(const Story& story) { return story.size() == 1 && story[0].starts_with("error "); }

struct Question {
  const Project* project = nullptr;
  Instant as_of;
  Wanted wanted;
  HeldGuarantees held;
  JudgeOptions judging;
};

Question question_of(const slow::Shop& shop, const Project& project) {
  Question asked;
  asked.project = &project;
  asked.as_of = Instant{shop.as_of};
  for (const auto& [id, guarantee] : shop.held) asked.held.of(RecordKind::order)[id].push_back(guarantee);
  for (const Slot slot : facts_judged(project)) asked.wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
  for (const char* name : {"shipped_at", "order_value", "service", "tier", "carrier"}) asked.wanted.of(RecordKind::order).insert(name);
  asked.wanted.of(RecordKind::item) = {"quantity", "price"};
  asked.wanted.of(RecordKind::credit) = {"order_id", "amount"};
  asked.judging.with_seen = asked.judging.with_unmatched = shop.as_of % 2 == 0;
  for (const std::string& name : asked.wanted.of(RecordKind::order)) asked.judging.facts.push_back(project.schema.find(name));
  for (const char* list : {"items", "shipments"}) asked.judging.facts.push_back(project.schema.find(list));
  std::erase(asked.judging.facts, no_slot);
  if (shop.asks_for_contacts) asked.judging.facts.push_back(project.schema.find("contacts_before"));
  std::sort(asked.judging.facts.begin(), asked.judging.facts.end());
  return asked;
}

// What people wrote, told to each miss.
void tell_contacts(const Records& records, Judgement& judgement, const Question& asked) {
  ContactLog contacts = contact_log(records, *asked.project, &asked.held);
  contacts.sort();
  if (records.table(RecordKind::contact).find("at") != nullptr) judgement.contacts = std::make_shared<const ContactLog>(std::move(contacts));
  judgement.as_of = asked.as_of;
  add_contacts(judgement, *asked.project);
}

// Everything read and judged at once.
Story story_at_once(const Question& asked) {
  Story story;
  try {
    const Records records = read_records(*asked.project, asked.as_of, asked.wanted);
    JudgeOptions judging = asked.judging;
    judging.held = &asked.held;
    Judgement judgement = judge(records, *asked.project, asked.as_of, judging);
    add_credits(judgement, records, asked.project->shop.currency, {});
    if (is_told_by_contacts(judging.facts, asked.project->schema)) tell_contacts(records, judgement, asked);
    tell(judgement, records, *asked.project, story);
    tell(records, story);
    const Counts& c = judgement.counts;
    CHECK(c.in_time + c.open + c.ended + c.suspended + c.missed + c.unjudged + c.left_out == c.cases);  // each in one of them
    story.push_back(told(c));
  } catch (const Error& error) {
    story = {told(error)};
  }
  return story;
}

void append(Judgement&& from, Judgement& to) {
  std::move(from.misses.begin(), from.misses.end(), std::back_inserter(to.misses));
  std::move(from.unjudged.begin(), from.unjudged.end(), std::back_inserter(to.unjudged));
  std::move(from.unmatched.begin(), from.unmatched.end(), std::back_inserter(to.unmatched));
  std::move(from.rematched.begin(), from.rematched.end(), std::back_inserter(to.rematched));
  std::move(from.seen.begin(), from.seen.end(), std::back_inserter(to.seen));
  std::move(from.times.begin(), from.times.end(), std::back_inserter(to.times));
  std::move(from.open.begin(), from.open.end(), std::back_inserter(to.open));
}

// How many shops and orders came which way.
struct Tally {
  std::size_t misses = 0, times = 0, open = 0, refused = 0, settled_at_once = 0, looked_at_again = 0, spilled = 0, wrote = 0;
};

bool has_written(const Miss& miss, const Schema& schema) {
  const Value count = miss.facts.at(schema.find("contacts_before"));
  return count.type == Type::number && count.ratio > Ratio(0);
}

Story story_of_engine(const Question& asked, const Keep& keep, const EngineOptions& options, Tally& tally) {
  Story story;
  std::string printed, expected;
  JudgeOptions judging = asked.judging;
  judging.held = &asked.held;
  Judgement judgement;
  BatchUse use;
  use.keeps_bytes = true;
  use.prepare = [&](Batch& batch) {
    add_credits(batch.judgement, batch.records, asked.project->shop.currency, {});
    for (const Miss& miss : batch.judgement.misses) batch.text += miss.record_id + "\n";
  };
  use.take = [&](Batch& batch) { append(std::move(batch.judgement), judgement); };
  use.print = [&](std::string_view text) { printed += text; };
  try {
    const Survey survey = read_and_judge(*asked.project, asked.as_of, asked.wanted, judging, keep, options, use);
    CHECK((survey.contacts == nullptr || is_told_by_contacts(judging.facts, asked.project->schema)));
    judgement.contacts = survey.contacts;
    judgement.as_of = asked.as_of;
    add_contacts(judgement, *asked.project);
    tally.wrote += std::count_if(judgement.misses.begin(), judgement.misses.end(), [&](const Miss& miss) { return has_written(miss, asked.project->schema); });
    tell(judgement, survey.records, *asked.project, story);
    tell(survey.records, story);
    story.push_back(told(survey.counts));
    for (const Miss& miss : judgement.misses) expected += miss.record_id + "\n";
    tally.misses += judgement.misses.size();
    tally.times += judgement.times.size();
    tally.open += judgement.open.size();
    tally.looked_at_again += survey.stats.looked_at_again;
    tally.settled_at_once += survey.counts.orders - std::min(survey.counts.orders, survey.stats.looked_at_again);
    tally.spilled += survey.stats.spilled > 0 ? 1 : 0;
  } catch (const Error& error) {
    story = {told(error)};
    ++tally.refused;
  }
  CHECK(printed == expected);  // nothing, where a source is refused
  return story;
}

// What one tells and the other does not.
std::string difference(const Story& at_once, const Story& engine) {
  std::string text;
  for (std::size_t i = 0; i < std::max(at_once.size(), engine.size()); ++i) {
    const std::string a = i < at_once.size() ? at_once[i] : "", b = i < engine.size() ? engine[i] : "";
    if (a != b) text += "at once: " + a + "\nengine:  " + b + "\n";
  }
  return text;
}

EngineOptions options_for(std::uint32_t seed) {
  EngineOptions options;
  options.threads = 1 + static_cast<int>(seed % 4 == 0 ? seed / 4 % 8 : seed % 2);
  options.limits.memory = seed % 3 == 0 ? 1 : std::uint64_t{1} << 30;
  options.chunk_size = seed % 16 == 0 ? std::uint64_t{1} << 20 : std::uint64_t{64} << seed / 16 % 7;
  return options;
}

// One folder for all shops, one after the other.
class Folder {
 public:
  std::unique_ptr<Project> project_of(const slow::Shop& shop) {
    for (const auto& [name, bytes] : shop.files) folder_.write(name, bytes);
    for (const auto& [name, bytes] : files_)
      if (!shop.files.contains(name)) std::filesystem::remove(std::filesystem::path(folder_.project.folder) / name);
    files_ = shop.files;
    std::unique_ptr<Project> project = project_from_text(fmt::format("# file: {} amends.toml\n{}", shop.toml.size(), shop.toml));
    project->folder = folder_.project.folder;
    return project;
  }

 private:
  ShopFolder folder_;
  std::map<std::string, std::string> files_;
};

bool is_same(std::uint32_t seed, Folder& folder, Tally& tally) {
  const slow::Shop shop = slow::RandomShop(seed).make();
  const std::unique_ptr<Project> project = folder.project_of(shop);
  Question asked = question_of(shop, *project);
  Keep keep;
  for (const auto& [id, guarantees] : asked.held.of(RecordKind::order)) keep.orders.insert(id);
  if (!shop.only.empty()) keep.orders.insert(shop.only);
  keep.unmatched = asked.judging.with_unmatched;
  keep.all = asked.judging.with_times = asked.judging.with_open = seed % 6 == 0;
  Story expected = story_at_once(asked), found = story_of_engine(asked, keep, options_for(seed), tally);
  // An order stands where its first row stands; which of several versions of after the as-of is dropped, the engine does not ask for that.
  if (shop.has_versions)
    for (Story* story : {&expected, &found}) std::sort(story->begin(), story->end());
  if (found == expected || (is_refusal(found) && is_refusal(expected))) return true;
  std::string text = shop.toml;
  for (const auto& [name, bytes] : shop.files) text += "--- " + name + "\n" + bytes + "\n";
  INFO("seed ", seed, "\n", text);
  FAIL_CHECK(difference(expected, found));
  return false;
}

}  // namespace

TEST_CASE("the engine finds what is found at once") {
  Folder folder;
  Tally tally;
  std::size_t different = 0;
  for (std::uint32_t seed = 1; seed <= shops && different < 3; ++seed) different += is_same(seed, folder, tally) ? 0 : 1;
  // The shops are worth reading.
  CHECK(tally.misses > shops);
  CHECK(tally.times > shops / 3);
  CHECK(tally.open > shops / 30);
  CHECK(tally.settled_at_once > shops / 5);
  CHECK(tally.wrote > shops / 50);
  CHECK(tally.spilled > shops / 5);
  CHECK(tally.refused < shops / 4);
}

namespace {

constexpr std::uint32_t shops_of_kept = 10000;

std::string told_of_kept(const CaseTimes& t) {
  return fmt::format("times {} {} {} {} {} {} to {} last {} shipped {}", t.guarantee, static_cast<int>(t.state), t.is_met, t.has_parcel, t.begun.ms,
                     t.start.ms, t.limit.ms, t.last.ms, t.shipped.raw());
}

std::string told_of_outcome(std::size_t guarantee, Date day, const std::vector<std::string>& texts) {
  return fmt::format("kept {} on {}: {}", guarantee, print(day), joined(texts, "|"));
}

std::string told_of_count(std::size_t guarantee, Moment due, std::string_view carrier, std::string_view region, std::string_view country) {
  return fmt::format("counted {} due {}: {}|{}|{}", guarantee, due.raw(), carrier, region, country);
}

std::string told_of_purchase(std::uint64_t person, Moment placed) { return fmt::format("bought {} {}", person, placed.raw()); }

// What is told of orders that kept their promise, whoever tells it: one line each.
class KeptStory {
 public:
  KeptStory(const Project& project, std::vector<std::string> facts, bool with_persons) : project_(project), with_persons_(with_persons), groups(std::move(facts)) {}

  void tell(const Batch& batch) {
    const Judgement& j = batch.judgement;
    const std::size_t facts = groups.facts().size();
    for (const KeptCase& kept : j.kept) add(told_of_count(kept.guarantee, kept.due, kept.carrier, kept.region, kept.country));
    for (const CaseTimes& times : j.times) add(told_of_kept(times));
    for (std::size_t i = 0; i < j.outcomes.size(); ++i) {
      if (j.outcomes[i].state != CaseOutcome::State::kept) continue;
      const auto told = j.told.begin() + static_cast<std::ptrdiff_t>(i * facts);
      add(told_of_outcome(j.outcomes[i].guarantee, j.outcomes[i].day, {told, told + static_cast<std::ptrdiff_t>(facts)}));
    }
    const Column* const placed = moment_column(batch.records.orders(), "placed_at");
    const CaseTable orders = case_table(RecordKind::order, batch.records, project_.schema, project_.shop.zone, nullptr);
    const CasePersons persons(orders);
    for (Row row = 0; row < batch.records.orders().rows(); ++row) {
      const Moment at = moment_at(placed, row);
      add(told_of_purchase(with_persons_ ? person_number(persons.of(row)) : 0, at.is_date() ? Moment(project_.shop.zone.start_of(at.date())) : at));
    }
  }

  void tell(const KeptOrder& kept) {
    const KeptGroups::Texts& texts = groups.texts(kept.group);
    add(told_of_purchase(kept.person, kept.placed));
    if (kept.guarantee == KeptOrder::no_guarantee) return;
    const auto text = [&](std::string_view fact) { return texts[groups.fact_named(fact)]; };
    add(told_of_count(kept.guarantee, kept.due, text("carrier"), text("region"), text("country")));
    if (kept.is_over) add(told_of_outcome(kept.guarantee, kept.day, texts));
    if (kept.has_times) add(told_of_kept(kept.times));
    ++in_passing;
  }

  void add(std::string line) {
    const std::lock_guard lock(guard_);
    lines.push_back(std::move(line));
  }

 private:
  const Project& project_;
  bool with_persons_;
  std::mutex guard_;

 public:
  KeptGroups groups;
  Story lines;
  std::size_t in_passing = 0;
};

void tell_kept(const Question& asked, const EngineOptions& options, const KeptUse& kept_use, KeptStory& story) {
  JudgeOptions judging = asked.judging;
  judging.held = &asked.held;
  judging.with_times = judging.with_kept = judging.with_outcomes = true;
  judging.told_of = {};
  for (const std::string& fact : story.groups.facts()) judging.told_of.push_back(asked.project->schema.find(fact));
  Keep keep;
  for (const auto& [id, guarantees] : asked.held.of(RecordKind::order)) keep.orders.insert(id);
  keep.all = true;
  BatchUse use;
  use.prepare = [&](Batch& batch) { story.tell(batch); };
  use.take = [](Batch&) {};
  std::mutex guard;
  use.kept = kept_use;
  use.kept.take = [&](std::span<const KeptOrder> orders) {
    const std::lock_guard lock(guard);
    for (const KeptOrder& kept : orders) story.tell(kept);
  };
  try {
    const Survey survey = read_and_judge(*asked.project, asked.as_of, asked.wanted, judging, keep, options, use);
    story.add(told(survey.counts));
  } catch (const Error&) {
    story.lines = {"refused"};
  }
  std::sort(story.lines.begin(), story.lines.end());
}

}  // namespace

TEST_CASE("what is told of kept orders in passing is what their records tell") {
  Folder folder;
  std::size_t different = 0, in_passing = 0;
  for (std::uint32_t seed = 1; seed <= shops_of_kept && different < 3; ++seed) {
    const slow::Shop shop = slow::RandomShop(seed).make();
    const std::unique_ptr<Project> project = folder.project_of(shop);
    Question asked = question_of(shop, *project);
    std::vector<std::string> facts = {"carrier", "region", "country", "service"};
    if (seed % 3 == 0) facts.insert(facts.end(), {"tier", "band"});
    for (const std::string& fact : facts) asked.wanted.of(RecordKind::order).insert(fact);
    for (const char* fact : {"person_id", "customer_id", "email", "placed_at"}) asked.wanted.of(RecordKind::order).insert(fact);
    asked.judging.with_unmatched = false;
    const bool with_persons = seed % 2 == 0;
    KeptStory by_records(*project, facts, with_persons), by_both(*project, facts, with_persons);
    tell_kept(asked, options_for(seed), {}, by_records);
    KeptUse use;
    use.groups = &by_both.groups;
    use.with_persons = with_persons;
    tell_kept(asked, options_for(seed), use, by_both);
    in_passing += by_both.in_passing;
    if (by_records.lines == by_both.lines) continue;
    ++different;
    std::string text = shop.toml;
    for (const auto& [name, bytes] : shop.files) text += "--- " + name + "\n" + bytes + "\n";
    INFO("seed ", seed, "\n", text);
    FAIL_CHECK(difference(by_records.lines, by_both.lines));
  }
  CHECK(in_passing > shops_of_kept / 20);  // the shops are worth reading
}
