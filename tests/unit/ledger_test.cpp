#include "io/ledger/ledger.h"

#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const Instant night{20010 * ms_per_day};

void append_one(Ledger& ledger, const KnownCase& c, std::int64_t minor) {
  ledger.begin(night, Instant{1}, "run");
  ledger.append_case(c);
  ledger.append_grant(credit(c, 1, minor));
  ledger.append_message(letter(c), "drafted");
  ledger.commit({0, night, 1, "{\"missed\":1}"});
}

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777u : 0u;
}

template <class Act>
Error error_of(const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  return Error({}, "no error", {}, Exit::ok);
}

}  // namespace

TEST_CASE("no ledger yet: nothing to read; a new one is for its owner alone") {
  const LedgerFile file;
  CHECK(Ledger::open_to_read(file.path) == nullptr);
  const auto ledger = Ledger::open_to_write(file.path, 0);
  append_one(*ledger, late_case("1", "customer:1"), 500);
  for (const char* ending : {"", "-wal", "-shm", "-lock"}) CHECK(mode_of(file.path + ending) == 0600u);
  CHECK(ledger->secret().size() == 32);
}

TEST_CASE("what was appended is read back, also by the next process") {
  const LedgerFile file;
  KnownCase c = late_case("1", "email:zoe@example.org");
  c.policy_hash = "abc";
  c.facts_hash = "f1";
  Grant points = credit(c, 1, 0);
  points.key = c.key + "/delay/points/1";
  points.kind = "points";
  points.money.reset();
  points.quantity = Ratio(Int128{1}, Int128{3});
  points.what = "tea";
  points.state = GrantState::held;
  points.reason = "brake";
  points.valid = "30 days";
  std::string secret;
  {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    secret = ledger->secret();
    ledger->begin(night, Instant{5}, "run");
    ledger->append_policy("abc", "[policy]");
    ledger->append_policy("abc", "[policy]");
    ledger->append_case(c);
    ledger->append_grant(credit(c, 1, 500));
    ledger->append_grant(points);
    ledger->append_message(letter(c), "drafted");
    ledger->commit({0, night, 7, "{}"});
  }
  const auto ledger = Ledger::open_to_read(file.path);
  REQUIRE(ledger != nullptr);
  CHECK(ledger->secret() == secret);
  CHECK(ledger->policy_text("abc") == "[policy]");
  CHECK(!ledger->policy_text("xyz"));
  const std::vector<KnownCase> cases = ledger->cases();
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].key == c.key);
  CHECK(cases[0].person == c.person);
  CHECK(cases[0].due == c.due);
  CHECK(cases[0].due_instant == c.due_instant);
  CHECK(cases[0].kind == Kind::late);
  CHECK(cases[0].closed);
  CHECK(cases[0].policy_hash == "abc");
  CHECK(cases[0].facts_hash == "f1");
  CHECK(cases[0].first_seen == night);
  const std::vector<Grant> grants = ledger->grants();
  REQUIRE(grants.size() == 2);
  CHECK(grants[0].money == Money{500, *currency_named("GBP")});
  CHECK(grants[0].steps == credit(c, 1, 500).steps);
  CHECK(grants[0].person == c.person);
  CHECK(grants[0].record_id == "1");
  CHECK(!grants[1].money);
  CHECK(grants[1].quantity == points.quantity);
  CHECK(grants[1].what == "tea");
  CHECK(grants[1].valid == "30 days");
  CHECK(grants[1].reason == "brake");
  CHECK(ledger->grants_in(GrantState::held).size() == 1);
  CHECK(ledger->grants_of_record("1").size() == 2);
  CHECK(ledger->grants_of_record("2").empty());
  const std::vector<OutboxMessage> messages = ledger->messages();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].state == "drafted");
  CHECK(messages[0].message.to.name == letter(c).to.name);
  CHECK(messages[0].message.reply_to.name.empty());
  CHECK(messages[0].message.reply_to.address == "care@northwind.example");
  CHECK(messages[0].message.text == letter(c).text);
  CHECK(messages[0].message.grants == letter(c).grants);
  REQUIRE(ledger->runs().size() == 1);
  CHECK(ledger->runs()[0].new_misses == 7);
  CHECK(given_of(*ledger).by_case.at(c.key).size() == 2);
}

TEST_CASE("a case changes by appended rows, and not when nothing has changed") {
  const LedgerFile file;
  const auto ledger = Ledger::open_to_write(file.path, 0);
  KnownCase c = late_case("1", "customer:1");
  c.kind = Kind::overdue;
  c.closed = false;
  c.due = Instant{c.due_instant};
  append_one(*ledger, c, 500);
  const Instant later{night.ms + ms_per_day};
  ledger->begin(later);
  ledger->append_case(c);
  ledger->commit({});
  CHECK(ledger->cases()[0].last_seen == night);
  CHECK(ledger->cases()[0].due == c.due);
  c.kind = Kind::late;
  c.closed = true;
  ledger->begin(later);
  ledger->append_case(c);
  ledger->commit({});
  const std::vector<KnownCase> cases = ledger->cases();
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].closed);
  CHECK(cases[0].first_seen == night);
  CHECK(cases[0].last_seen == later);
  CHECK(query(file.path, "SELECT count(*) FROM case_changes") == std::vector<std::string>{"2"});
}

TEST_CASE("without commit nothing is written, and the run can begin again") {
  const LedgerFile file;
  const KnownCase c = late_case("1", "customer:1");
  {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    ledger->begin(night);
    ledger->append_case(c);
    ledger->append_grant(credit(c, 1, 500));
  }
  const auto ledger = Ledger::open_to_write(file.path, 0);
  CHECK(ledger->grants().empty());
  CHECK(ledger->runs().empty());
  ledger->begin(night);
  ledger->append_case(c);
  ledger->begin(night);
  ledger->append_case(c);
  ledger->append_grant(credit(c, 1, 500));
  ledger->commit({});
  CHECK(ledger->grants().size() == 1);
  CHECK(ledger->runs().size() == 1);
}

TEST_CASE("a grant key is unique, and a grant needs its case") {
  const LedgerFile file;
  const auto ledger = Ledger::open_to_write(file.path, 0);
  const KnownCase c = late_case("1", "customer:1");
  append_one(*ledger, c, 500);
  ledger->begin(night);
  CHECK(error_of([&] { ledger->append_grant(credit(c, 1, 500)); }).exit == Exit::bug);
  CHECK(error_of([&] { ledger->append_grant(credit(late_case("2", ""), 1, 500)); }).exit == Exit::bug);
  CHECK(error_of([&] { ledger->change_grant("x", GrantState::void_, "", ""); }).exit == Exit::bug);
}

TEST_CASE("issued is marked once; the same file again is the same; what cannot be is listed") {
  const LedgerFile file;
  const auto ledger = Ledger::open_to_write(file.path, 0);
  const KnownCase c = late_case("1", "customer:1");
  append_one(*ledger, c, 500);
  Grant held = credit(c, 2, 100);
  held.state = GrantState::held;
  ledger->begin(night);
  ledger->append_grant(held);
  ledger->append_grant(credit(c, 3, 100));
  ledger->change_grant(c.key + "/delay/credit/3", GrantState::void_, "", "twice");
  ledger->commit({});

  const std::vector<Issued> lines = {{c.key + "/delay/credit/1", "bank 7", {"paid.csv", 2}},
                                     {c.key + "/delay/credit/1", "bank 8", {"paid.csv", 3}},
                                     {c.key + "/delay/credit/2", "bank 9", {"paid.csv", 4}},
                                     {c.key + "/delay/credit/3", "bank 9", {"paid.csv", 5}},
                                     {"nobody", "bank 9", {"paid.csv", 6}},
                                     {c.key + "/delay/credit/1", "", {"paid.csv", 7}}};
  for (const bool again : {false, true}) {
    ledger->begin(night, {}, "issue");
    const IssueOutcome outcome = ledger->issue(lines);
    ledger->commit({});
    CHECK(outcome.issued == (again ? 0 : 1));
    CHECK(outcome.already == (again ? 1 : 0));
    REQUIRE(outcome.refused.size() == 5);
    CHECK(outcome.refused[0].reason == "it was issued before, with the reference \"bank 7\"");
    CHECK(outcome.refused[1].reason == "its state is held, not granted");
    CHECK(outcome.refused[2].reason == "its state is void, not granted");
    CHECK(outcome.refused[3].reason == "the ledger has no grant \"nobody\"");
    CHECK(outcome.refused[4].reason == "the reference is empty");
    CHECK(outcome.refused[4].line.where.line == 7);
  }
  const std::vector<Grant> grants = ledger->grants();
  CHECK(grants[0].state == GrantState::issued);
  CHECK(grants[0].reference == "bank 7");
  CHECK(grants[2].state == GrantState::void_);
  CHECK(grants[2].reason == "twice");
  CHECK(ledger->runs().size() == 2);  // the nightly ones
  CHECK(query(file.path, "SELECT count(*) FROM grant_changes") == std::vector<std::string>{"2"});
}

TEST_CASE("a message changes its state by appended rows") {
  const LedgerFile file;
  const auto ledger = Ledger::open_to_write(file.path, 0);
  const KnownCase c = late_case("1", "customer:1");
  append_one(*ledger, c, 500);
  ledger->begin(night);
  ledger->change_message(letter(c).key, "withdrawn", "it has arrived");
  ledger->commit({});
  CHECK(ledger->messages()[0].state == "withdrawn");
  CHECK(ledger->messages()[0].reason == "it has arrived");
}

TEST_CASE("what is not a ledger is named") {
  const LedgerFile file;
  std::ofstream(file.path) << "order_id,placed_at\n" << std::string(600, 'x');
  for (const bool write : {false, true}) {
    const Error error = error_of([&] {
      if (write) Ledger::open_to_write(file.path, 0);
      else Ledger::open_to_read(file.path);
    });
    CHECK(error.message == "not a ledger: this is no SQLite database");
    CHECK(error.exit == Exit::io);
  }
  const LedgerFile other;
  query(other.path, "CREATE TABLE songs (title TEXT)");
  CHECK(error_of([&] { Ledger::open_to_write(other.path, 0); }).message ==
        "not a ledger: this database belongs to another program");
  const LedgerFile newer;
  Ledger::open_to_write(newer.path, 0);
  query(newer.path, "PRAGMA user_version = 2");
  CHECK(error_of([&] { Ledger::open_to_read(newer.path); }).message ==
        "the ledger is of format 2, and this amends knows format 1");
  const Error nowhere = error_of([&] { Ledger::open_to_write(other.folder + "/none/amends.db", 0); });
  CHECK(nowhere.exit == Exit::io);
  CHECK(nowhere.message == "cannot open the run lock: No such file or directory");
}
