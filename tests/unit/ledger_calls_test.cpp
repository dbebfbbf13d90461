// What people did by hand, as the ledger keeps it, and a ledger made before it did.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "io/ledger/ledger.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const Instant night{20010 * ms_per_day};

void append_case(const std::string& path, const std::string& order) {
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(night, Instant{1}, "run");
  ledger->append_case(late_case(order, "customer:1"));
  ledger->commit({0, night, 1, "{}"});
}

void append_calls(const std::string& path) {
  const KnownCase c = late_case("1", "customer:1");
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(night, Instant{2}, "calls");
  ledger->append_done_call({c.key + "/notice/call", c.key, "Maya Chen", "wants it in May", {"a", "b\"c"}, {}});
  ledger->append_done_call({c.key + "/notice/note", c.key, "Sam", "", {}, {}});
  ledger->append_welcome({"email:ana@example.com", "77", Date{20009}});
  ledger->commit({});
}

void check_calls(const std::string& path) {
  const auto ledger = Ledger::open_to_read(path);
  const std::vector<DoneCall> calls = ledger->done_calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].key == "shop/order/1/stated-date/notice/call");
  CHECK(calls[0].case_key == "shop/order/1/stated-date");
  CHECK(calls[0].by == "Maya Chen");
  CHECK(calls[0].note == "wants it in May");
  CHECK(calls[0].grants == std::vector<std::string>{"a", "b\"c"});
  CHECK(calls[0].as_of == night);
  CHECK(calls[1].note.empty());
  const std::vector<Welcome> welcomes = ledger->welcomes();
  REQUIRE(welcomes.size() == 1);
  CHECK(welcomes[0].person == "email:ana@example.com");
  CHECK(welcomes[0].record_id == "77");
  CHECK(welcomes[0].day == Date{20009});
}

}  // namespace

TEST_CASE("calls, notes and welcomes are read as they were written") {
  const LedgerFile file;
  append_case(file.path, "1");
  append_calls(file.path);
  check_calls(file.path);
}

TEST_CASE("what came of a call and who was welcomed can be forgotten") {
  const LedgerFile file;
  append_case(file.path, "1");
  append_calls(file.path);
  CHECK(query(file.path, "DELETE FROM call_notes; DELETE FROM person_values").empty());
  const auto ledger = Ledger::open_to_read(file.path);
  CHECK(ledger->done_calls()[0].note.empty());
  CHECK(ledger->done_calls()[0].by == "Maya Chen");
  CHECK(is_forgotten_name(ledger->welcomes()[0].person));
}

TEST_CASE("a ledger from before is read as it is, and gets the tables when it is written") {
  const LedgerFile file;
  append_case(file.path, "1");
  CHECK(query(file.path, "DROP TABLE call_notes; DROP TABLE calls; DROP TABLE welcomes").empty());
  CHECK(Ledger::open_to_read(file.path)->done_calls().empty());
  CHECK(Ledger::open_to_read(file.path)->welcomes().empty());
  append_calls(file.path);
  check_calls(file.path);
  CHECK(query(file.path, "UPDATE welcomes SET day = 'x'") == std::vector<std::string>{"welcomes: rows are appended, never changed"});
  CHECK(query(file.path, "UPDATE call_notes SET note = 'x'") == std::vector<std::string>{"call_notes: rows are appended, never changed"});
}
