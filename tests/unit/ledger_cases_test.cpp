// All cases of a ledger, read in one walk over its tables, beside what its view says of each.
#include <algorithm>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "ledger_file.h"

using namespace amends;
using namespace amends::test;

namespace {

std::string row_of(const KnownCase& c) {
  const auto or_none = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  const std::string at = c.due.is_instant() ? std::to_string(c.due.instant().ms) : "-";
  const std::string date = c.due.is_date() ? print(c.due.date()) : "-";
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", c.key, c.record_id, c.guarantee, or_none(c.person), c.due_instant.ms, at, date, name_of(c.kind),
                     int{c.closed}, or_none(c.policy_hash), c.standing, c.first_seen.ms, c.last_seen.ms);
}

std::vector<std::string> walked(const Ledger& ledger) {
  std::vector<std::string> rows;
  for (const KnownCase& c : ledger.cases()) rows.push_back(row_of(c));
  return rows;
}

std::vector<std::string> viewed(const std::string& path) {
  return query(path,
               "SELECT key, record_id, guarantee, coalesce(person, 'forgotten:' || person_seq), due, due_at, due_date, kind, closed, "
               "policy, standing, first_seen, last_seen "
               "FROM case_states ORDER BY due, key");
}

}  // namespace

TEST_CASE("cases read in one walk are those of the view, through nights of new ones and changes") {
  const LedgerFile file;
  std::mt19937 dice(71);
  const auto ledger = Ledger::open_to_write(file.path, 0);
  for (int night = 0; night < 30; ++night) {
    ledger->begin(Instant{(20010 + night) * ms_per_day});
    ledger->append_policy(fmt::format("p{}", night % 3), "[policy]");
    for (int some = 0; some < 12; ++some) {
      KnownCase c = late_case(std::to_string(dice() % 90), dice() % 7 == 0 ? std::string() : fmt::format("customer:{}", dice() % 20));
      c.due_instant = Instant{static_cast<std::int64_t>(20001 - dice() % 3) * ms_per_day};
      if (dice() % 3 == 0) c.due = c.due_instant;
      if (dice() % 9 == 0) c.due = {};
      c.kind = dice() % 2 == 0 ? Kind::late : Kind::overdue;
      c.closed = dice() % 2 == 0;
      if (dice() % 4 != 0) c.policy_hash = fmt::format("p{}", dice() % static_cast<unsigned>(std::min(night + 1, 3)));
      if (dice() % 5 == 0) c.standing = standing::cleared;
      ledger->append_case(c);
    }
    ledger->commit({});
    if (night == 20) {
      ledger->begin(Instant{20031 * ms_per_day}, {}, "forget");
      ledger->forget("customer:3", "Maya");
      ledger->commit({});
    }
    CHECK(walked(*ledger) == viewed(file.path));
  }
  const std::vector<std::string> last = walked(*ledger);
  CHECK(last.size() > 60);
  CHECK(std::any_of(last.begin(), last.end(), [](const std::string& row) { return row.find("|forgotten:") != std::string::npos; }));
}

TEST_CASE("the digest of a quiet case is read with it, until something is appended about it") {
  const LedgerFile file;
  const auto ledger = Ledger::open_to_write(file.path, 0);
  ledger->begin(Instant{20010 * ms_per_day});
  for (const char* order : {"1", "2", "3"}) ledger->append_case(late_case(order, "customer:1"));
  ledger->keep_quiet({{late_case("3", "").key, std::string(32, 'c')}, {late_case("1", "").key, std::string(32, 'a')}});
  ledger->commit({});
  const auto digests = [&] {
    std::string all;
    for (const KnownCase& c : ledger->cases()) all += c.quiet.empty() ? '-' : c.quiet.front();
    return all;
  };
  CHECK(digests() == "a-c");
  ledger->begin(Instant{20011 * ms_per_day});
  ledger->append_grant(credit(late_case("1", "customer:1"), 1, 500));
  ledger->commit({});
  CHECK(digests() == "--c");
}
