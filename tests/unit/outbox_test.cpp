#include "io/ledger/outbox.h"

#include <doctest/doctest.h>

#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const std::string key = letter(late_case("1", "")).key;

void draft(const std::string& path, const std::string& state) {
  const auto ledger = Ledger::open_to_write(path, 0);
  const KnownCase c = late_case("1", "email:zoe@example.org");
  ledger->begin(Instant{0});
  ledger->append_policy(c.policy_hash, "[policy]");
  ledger->append_case(c);
  ledger->append_message(letter(c), state);
  ledger->commit({});
}

std::string state_of(const std::string& path) { return Ledger::open_to_read(path)->outlines().front().state; }

}  // namespace

TEST_CASE("a claim is in the ledger before anything is sent, and its outcome after") {
  const LedgerFile file;
  draft(file.path, "approved");
  Outbox outbox(file.path);
  outbox.begin(Instant{1}, Instant{1});
  const auto attempt = outbox.claim(key, Instant{ms_per_day}, Zone::utc(), false);
  REQUIRE(attempt.has_value());
  CHECK(attempt->number == 1);
  CHECK(attempt->bytes == dated(undated_eml(letter(late_case("1", ""))), Instant{ms_per_day}, Zone::utc()));
  CHECK(state_of(file.path) == "claimed");
  CHECK_FALSE(outbox.claim(key, Instant{2}, Zone::utc(), true).has_value());  // somebody is at it
  outbox.record({*attempt, {Fate::handed, "", "250", "4ABC", false}, 0, Instant{3}, {}});
  CHECK(state_of(file.path) == "handed");
  CHECK_FALSE(outbox.claim(key, Instant{4}, Zone::utc(), true).has_value());
  const Dispatch sent = Ledger::open_to_read(file.path)->dispatches().at(key);
  CHECK(sent.queue_id == "4ABC");
  CHECK(sent.exit_code == 0);
  CHECK(sent.has_ended);
}

TEST_CASE("what nobody approved, or a run has withdrawn, cannot be claimed") {
  const LedgerFile file;
  draft(file.path, "drafted");
  Outbox outbox(file.path);
  outbox.begin(Instant{1}, Instant{1});
  CHECK_FALSE(outbox.claim(key, Instant{2}, Zone::utc(), true).has_value());
  {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    ledger->begin(Instant{2});
    ledger->approve_message(key, "Maya");
    ledger->change_message(key, "withdrawn", "the case has changed since");
    ledger->commit({});
  }
  CHECK_FALSE(outbox.claim(key, Instant{3}, Zone::utc(), true).has_value());
  CHECK_FALSE(outbox.claim("no/such/letter", Instant{3}, Zone::utc(), true).has_value());
}

TEST_CASE("a letter whose sender died is uncertain, and goes again only where that is asked") {
  const LedgerFile file;
  draft(file.path, "approved");
  {
    Outbox outbox(file.path);
    outbox.begin(Instant{1}, Instant{1});
    outbox.claim(key, Instant{2}, Zone::utc(), false);
  }
  Outbox outbox(file.path);
  outbox.begin(Instant{3}, Instant{3});
  CHECK(outbox.settle_orphans(Instant{4}) == 1);
  CHECK(outbox.settle_orphans(Instant{4}) == 0);
  CHECK(state_of(file.path) == "uncertain");
  CHECK_FALSE(outbox.claim(key, Instant{5}, Zone::utc(), false).has_value());
  const auto again = outbox.claim(key, Instant{5}, Zone::utc(), true);
  REQUIRE(again.has_value());
  CHECK(again->number == 2);
}

TEST_CASE("tries are counted since the last approval, and an address that refused is known until then") {
  const LedgerFile file;
  draft(file.path, "approved");
  Outbox outbox(file.path);
  outbox.begin(Instant{1}, Instant{1});
  for (int n = 0; n < 2; ++n) {
    const auto attempt = outbox.claim(key, Instant{2}, Zone::utc(), false);
    REQUIRE(attempt.has_value());
    CHECK(attempt->put_off == n);
    outbox.record({*attempt, {Fate::later, "451", "451", "", false}, 75, Instant{3}, Instant{9}});
  }
  outbox.record({*outbox.claim(key, Instant{4}, Zone::utc(), false), {Fate::refused, "550 5.1.1", "550", "", true}, 65, Instant{5}, {}});
  CHECK(Ledger::open_to_read(file.path)->bounced() == std::vector<std::string>{letter(late_case("1", "")).to.address});
  const auto ledger = Ledger::open_to_write(file.path, 0);
  ledger->begin(Instant{6});
  ledger->approve_message(key, "Maya");
  ledger->commit({});
  CHECK(ledger->bounced().empty());
  CHECK(ledger->dispatches().at(key).put_off == 0);
  CHECK(ledger->dispatches().at(key).attempts == 3);
}
