// The ledger under power cuts. After each every run that was acknowledged is there whole, no other is there in part, the
// file verifies, and the next run goes on.
//   power_proof [CUTS]     prints what it counted; ends with 1 when a row was lost
#include <cstdlib>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/ledger/ledger.h"
#include "io/ledger/ledger_verify.h"
#include "lossy_disk.h"

using namespace amends;
using namespace amends::test;

namespace {

constexpr int runs = 5, cases_a_run = 220;

KnownCase case_of(int run, int number) {
  KnownCase c;
  c.record_id = fmt::format("{}-{}", run, number);
  c.key = "shop/order/" + c.record_id + "/stated-date";
  c.guarantee = "stated-date";
  c.person = fmt::format("customer:{}", number % 50);
  c.due = Date{20000};
  c.due_instant = Instant{20001 * ms_per_day};
  c.standing = standing::decided;
  return c;
}

Grant grant_of(const KnownCase& c, int minor) {
  Grant g;
  g.case_key = c.key;
  g.key = c.key + "/delay/credit/1";
  g.record_id = c.record_id;
  g.person = c.person;
  g.table = "delay";
  g.rule = "#1";
  g.kind = "credit";
  g.money = Money{minor, *currency_named("GBP")};
  g.due = c.due_instant;
  g.steps = {std::string(300, 's')};
  return g;
}

void one_run(Ledger& ledger, int run) {
  ledger.begin(Instant{run * ms_per_day});
  for (int number = 0; number < cases_a_run; ++number) {
    const KnownCase c = case_of(run, number);
    ledger.append_case(c);
    ledger.append_grant(grant_of(c, number + 1));
  }
  ledger.commit({0, Instant{}, 0, "{}"});
}

// Each acknowledged run writes its number.
void live(const std::string& path, int acknowledged) {
  for (int run = 0; run < runs; ++run) {
    const auto ledger = Ledger::open_to_write(path, 0);
    one_run(*ledger, run);
    acknowledge(acknowledged, static_cast<char>('0' + run));
  }
}

struct Outcome {
  bool lost = false, in_part = false, corrupt = false, stuck = false;
};

Outcome after_cut(const std::string& path, const std::string& acknowledged) {
  Outcome outcome;
  try {
    std::map<std::string, int> found;
    if (const auto ledger = Ledger::open_to_read(path))
      for (const Grant& grant : ledger->grants()) ++found[grant.record_id.substr(0, grant.record_id.find('-'))];
    for (const char run : acknowledged) outcome.lost = outcome.lost || found[std::string(1, run)] != cases_a_run;
    for (const auto& [run, count] : found) outcome.in_part = outcome.in_part || (count != 0 && count != cases_a_run);
    one_run(*Ledger::open_to_write(path, 0), 9);
    Progress progress;
    const LedgerCheck check = verify_ledger(path, "", progress);
    outcome.corrupt = !check.findings.empty();
    if (outcome.corrupt) fmt::print("{}: {}\n", check.findings[0].check, check.findings[0].what);
  } catch (const Error& error) {
    fmt::print("{}: {}\n", error.where.file, error.message);
    outcome.stuck = true;
  }
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  const int cuts = argc > 1 ? std::atoi(argv[1]) : 300;
  std::string name = (std::filesystem::temp_directory_path() / "amends-power-XXXXXX").string();
  const std::string folder = mkdtemp(name.data());
  int lost = 0, in_part = 0, corrupt = 0, stuck = 0, acknowledged = 0, cut = 0;
  const long all = operations_of([&](int file) { live(folder + "/whole.db", file); });
  for (int i = 0; i < cuts; ++i) {
    const std::string of_cut = fmt::format("{}/{}", folder, i);
    std::filesystem::create_directory(of_cut);
    const std::string path = of_cut + "/amends.db";
    const auto [runs_done, was_cut] = live_until(1 + i * (all - 1) / std::max(1, cuts - 1), static_cast<unsigned>(i), [&](int file) { live(path, file); });
    cut += was_cut;
    acknowledged += static_cast<int>(runs_done.size());
    const Outcome outcome = after_cut(path, runs_done);
    lost += outcome.lost;
    in_part += outcome.in_part;
    corrupt += outcome.corrupt;
    stuck += outcome.stuck;
    std::filesystem::remove_all(of_cut);
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} power cuts at {} operations on the disk: {} of them cut a run short, {} runs of {} rows were acknowledged before;\n"
             "{} lost acknowledged rows, {} left a run in part, {} left a file that does not verify, {} left one that cannot be written\n",
             cuts, all, cut, acknowledged, 2 * cases_a_run, lost, in_part, corrupt, stuck);
  return lost + in_part + corrupt + stuck == 0 && cut > cuts / 2 ? 0 : 1;
}
