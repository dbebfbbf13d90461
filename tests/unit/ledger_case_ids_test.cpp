// What parcels were known by, as the ledger keeps it, and a ledger made before it did.
#include <doctest/doctest.h>

#include "io/ledger/ledger.h"
#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

void append(const std::string& path, const std::vector<KnownAs>& ids) {
  const KnownCase c = late_case("1", "customer:1");
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(Instant{ms_per_day});
  ledger->append_case(c);
  ledger->append_case_ids({c.key, ids});
  ledger->commit({});
}

std::vector<KnownAs> ids_in(const std::string& path) {
  const auto ids = Ledger::open_to_read(path)->case_ids();
  const auto found = ids.find(late_case("1", "").key);
  return found == ids.end() ? std::vector<KnownAs>{} : found->second;
}

}  // namespace

TEST_CASE("what a case was known by is kept, oldest first, and written only when it has changed") {
  const LedgerFile file;
  append(file.path, {{"shipment_id", "S1"}, {"tracking", "JD01"}});
  append(file.path, {{"shipment_id", "S1"}, {"tracking", "JD02"}});
  append(file.path, {{"shipment_id", "S1"}, {"tracking", "JD02"}});
  CHECK(ids_in(file.path) == std::vector<KnownAs>{{"shipment_id", "S1"}, {"tracking", "JD01"}, {"tracking", "JD02"}});
}

TEST_CASE("a ledger from before knows none, and gets the table when it is written") {
  const LedgerFile file;
  append(file.path, {});
  CHECK(query(file.path, "DROP TABLE case_ids").empty());
  CHECK(ids_in(file.path).empty());
  append(file.path, {{"tracking", "JD01"}});
  CHECK(ids_in(file.path) == std::vector<KnownAs>{{"tracking", "JD01"}});
  CHECK(query(file.path, "UPDATE case_ids SET value = 'x'") == std::vector<std::string>{"case_ids: rows are appended, never changed"});
}
