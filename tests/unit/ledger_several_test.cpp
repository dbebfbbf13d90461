// Letters of several orders and of other channels than e-mail in the ledger, and one made before there were any.
#include <doctest/doctest.h>

#include "io/ledger/ledger.h"
#include "io/mail/letter_files.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const Instant first_night{20010 * ms_per_day}, second_night{20012 * ms_per_day};

KnownCase open_case(const std::string& order) {
  KnownCase c = late_case(order, "customer:1");
  c.kind = Kind::overdue;
  c.closed = false;
  return c;
}

Message of_two(const KnownCase& a, const KnownCase& b) {
  Message m = letter(a);
  m.channel = Channel::sms;
  m.to.address = "+447700900118";
  m.open = !a.closed;
  m.also = {{b.key, b.record_id, !b.closed}};
  return m;
}

void write(const std::string& path, Instant night, const std::vector<KnownCase>& cases, const std::vector<Message>& messages) {
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(night, Instant{1}, "run");
  for (const KnownCase& c : cases) ledger->append_case(c);
  for (const Message& m : messages) ledger->append_message(m, "drafted");
  ledger->commit({0, night, 0, "{}"});
}

// The table and the view as they were.
void take_channels_out(const std::string& path) {
  std::string view = query(path, "SELECT sql FROM sqlite_schema WHERE name = 'message_states'").at(0);
  const std::size_t begin = view.find(", coalesce(m.channel"), end = view.find("\n  FROM messages m");
  view.erase(begin, end - begin);
  query(path, "DROP VIEW message_states; DROP INDEX messages_of_several");
  for (const char* quiet : {"case_changed", "case_granted", "grant_changed", "case_written", "message_changed"}) query(path, std::string("DROP TRIGGER quiet_") + quiet);
  query(path, "DROP TABLE quiet_cases");  // came later still
  for (const char* column : {"channel", "cases", "open_cases"}) query(path, std::string("ALTER TABLE messages DROP COLUMN ") + column);
  query(path, view);
}

}  // namespace

TEST_CASE("a letter of two orders is found under each, as it stood when it was written") {
  const LedgerFile file;
  const KnownCase a = late_case("1", "customer:1"), b = open_case("2");
  write(file.path, first_night, {a, b}, {of_two(a, b)});
  KnownCase arrived = b;
  arrived.kind = Kind::late;
  arrived.closed = true;
  write(file.path, second_night, {arrived}, {});
  const auto ledger = Ledger::open_to_read(file.path);
  for (const char* order : {"1", "2"}) {
    const std::vector<OutboxMessage> found = ledger->outlines_of_record(order);
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.key == of_two(a, b).key);
    CHECK(found[0].message.is_about(order));
    CHECK(found[0].kinds == std::vector<Kind>{Kind::late, Kind::overdue});
  }
  CHECK(ledger->outlines_of_record("3").empty());
  const std::vector<OutboxMessage> all = ledger->messages();
  REQUIRE(all.size() == 1);
  CHECK(all[0].message.channel == Channel::sms);
  CHECK(all[0].message.to.address == "+447700900118");
  REQUIRE(all[0].message.also.size() == 1);
  CHECK(all[0].message.also[0].open);
  CHECK(all[0].last_at == first_night);
  const SaidBefore said = said_before(all, {});
  CHECK_FALSE(said.at(a.key)[0].open);
  CHECK(said.at(b.key)[0].open);
  CHECK(said.at(b.key)[0].kind == Kind::overdue);
}

TEST_CASE("the time of handing over is kept") {
  const LedgerFile file;
  const KnownCase c = late_case("1", "customer:1");
  write(file.path, first_night, {c}, {letter(c)});
  {
    const auto ledger = Ledger::open_to_write(file.path, 0);
    ledger->begin(second_night, Instant{1}, "draft");
    ledger->change_message(letter(c).key, "handed", "draft --hand-over");
    ledger->commit({});
  }
  const OutboxMessage message = Ledger::open_to_read(file.path)->outlines().at(0);
  CHECK(message.as_of == first_night);
  CHECK(message.last_at == second_night);
}

TEST_CASE("a ledger from before channels is read as it is, and grows the columns when it is written") {
  const LedgerFile file;
  const KnownCase c = late_case("1", "customer:1");
  write(file.path, first_night, {c}, {letter(c)});
  take_channels_out(file.path);
  REQUIRE(query(file.path, "SELECT count(*) FROM pragma_table_info('messages') WHERE name = 'channel'").at(0) == "0");
  const std::string hash = query(file.path, "SELECT hex(hash) FROM messages").at(0);
  {
    const auto ledger = Ledger::open_to_read(file.path);
    REQUIRE(ledger->outlines_of_record("1").size() == 1);
    CHECK(ledger->messages()[0].message.channel == Channel::email);
    CHECK(ledger->messages()[0].message.subject == letter(c).subject);
    CHECK(ledger->messages()[0].last_at == first_night);
  }
  const KnownCase a = late_case("2", "customer:1"), b = open_case("3");
  write(file.path, second_night, {a, b}, {of_two(a, b)});
  const auto ledger = Ledger::open_to_read(file.path);
  CHECK(ledger->messages().size() == 2);
  CHECK(ledger->outlines_of_record("3").size() == 1);
  CHECK(query(file.path, "SELECT hex(hash) FROM messages ORDER BY seq").at(0) == hash);
}
