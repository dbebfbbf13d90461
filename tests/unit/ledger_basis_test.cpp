// A ledger made before grants told why they are owed.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "io/ledger/ledger.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

const Instant night{20010 * ms_per_day};

void append(Ledger& ledger, const KnownCase& c, const std::string& basis) {
  Grant g = credit(c, 1, 500);
  g.basis = basis;
  ledger.begin(night, Instant{1}, "run");
  ledger.append_case(c);
  ledger.append_grant(g);
  ledger.commit({0, night, 1, "{}"});
}

// The table and view as they were.
void take_basis_out(const std::string& path) {
  const std::string view = query(path, "SELECT sql FROM sqlite_schema WHERE name = 'grant_states'").at(0);
  std::string before = view;
  before.replace(before.find(", g.basis"), 9, "");
  query(path, "DROP VIEW grant_states");
  query(path, "ALTER TABLE grants DROP COLUMN basis");
  query(path, before);
}

}  // namespace

TEST_CASE("a ledger from before is read as it is, and grows the column when it is written") {
  const LedgerFile file;
  append(*Ledger::open_to_write(file.path, 0), late_case("1", "customer:1"), "");
  const std::string hash = query(file.path, "SELECT hex(hash) FROM grants").at(0);
  take_basis_out(file.path);
  REQUIRE(query(file.path, "SELECT count(*) FROM pragma_table_info('grants') WHERE name = 'basis'").at(0) == "0");
  {
    const auto ledger = Ledger::open_to_read(file.path);
    REQUIRE(ledger->grants().size() == 1);
    CHECK(ledger->grants()[0].basis.empty());
    CHECK(ledger->grants()[0].money == credit(late_case("1", ""), 1, 500).money);
  }
  append(*Ledger::open_to_write(file.path, 0), late_case("2", "customer:1"), "law");
  const auto ledger = Ledger::open_to_read(file.path);
  REQUIRE(ledger->grants().size() == 2);
  CHECK(ledger->grants()[0].basis.empty());
  CHECK(ledger->grants()[1].basis == "law");
  CHECK(query(file.path, "SELECT hex(hash) FROM grants ORDER BY seq").at(0) == hash);
  CHECK(query(file.path, "SELECT basis FROM grant_states ORDER BY key").at(1) == "law");
}
