// Letters on their way under power cuts. Whatever was told of an outcome is known after each cut; no mail command was started
// whose claim is not there; what was under way is uncertain, and nobody's letter goes a second time by itself.
//   power_sending_proof [CUTS]     prints what it counted; ends with 1 when something was lost
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/ledger/ledger.h"
#include "io/ledger/ledger_verify.h"
#include "io/ledger/outbox.h"
#include "lossy_disk.h"

using namespace amends;
using namespace amends::test;

namespace {

constexpr int letters = 12;
constexpr char written = '.';  // the night that drafted them is acknowledged; 'a': a is about to leave, 'A': what became of it was told

char start_of(int number) { return static_cast<char>('a' + number); }
char end_of(int number) { return static_cast<char>('A' + number); }

KnownCase case_of(int number) {
  KnownCase c;
  c.record_id = std::to_string(number);
  c.key = "shop/order/" + c.record_id + "/stated-date";
  c.guarantee = "stated-date";
  c.person = "email:" + c.record_id + "@people.example";
  c.due = Date{20000};
  c.due_instant = Instant{20001 * ms_per_day};
  c.standing = standing::decided;
  return c;
}

Message letter_of(const KnownCase& c) {
  Message m;
  m.key = c.key + "/notice/1";
  m.case_key = c.key;
  m.record_id = c.record_id;
  m.purpose = "notice";
  m.person = c.person;
  m.locale = "en-GB";
  m.from = {"Maya Chen", "maya@shop.example"};
  m.to = {"Zoe", c.record_id + "@people.example"};
  m.subject = "Your order " + c.record_id;
  m.text = "It came late. " + std::string(900, 'x');
  m.message_id = c.record_id + ".id@shop.example";
  m.automatic = true;
  return m;
}

std::string key_of(int number) { return letter_of(case_of(number)).key; }

void write_letters(const std::string& path) {
  const auto ledger = Ledger::open_to_write(path, 0);
  ledger->begin(Instant{ms_per_day});
  for (int number = 0; number < letters; ++number) {
    ledger->append_case(case_of(number));
    ledger->append_message(letter_of(case_of(number)), "approved");
  }
  ledger->commit({});
}

// Two at a time, as with --jobs 2: what became of two is written where the next two are claimed.
void send_all(const std::string& path, int acknowledged) {
  const Instant now{2 * ms_per_day};
  Outbox outbox(path);
  outbox.begin(now, now);
  outbox.settle_orphans(now);
  std::vector<AttemptEnd> settled;
  std::vector<int> sent;
  for (int first = 0; first <= letters; first += 2) {
    std::vector<std::string> keys;
    if (first < letters) keys = {key_of(first), key_of(first + 1)};
    const std::vector<std::optional<Attempt>> claims = outbox.exchange(settled, keys, now, Zone::utc(), false);
    for (const int number : sent) acknowledge(acknowledged, end_of(number));
    settled.clear();
    sent.clear();
    for (int n = 0; n < static_cast<int>(claims.size()); ++n) {
      const std::optional<Attempt>& claim = claims[static_cast<std::size_t>(n)];
      if (!claim) continue;
      acknowledge(acknowledged, start_of(first + n));
      settled.push_back({*claim, {Fate::handed, "", "250", "4ABC", false}, 0, now, {}});
      sent.push_back(first + n);
    }
  }
}

void live(const std::string& path, int acknowledged) {
  write_letters(path);
  acknowledge(acknowledged, written);
  send_all(path, acknowledged);
}

struct Outcome {
  bool lost = false;        // an outcome that was told
  bool unclaimed = false;   // a letter that left, and nothing says so
  bool twice = false;       // it went again
  bool open = false;        // neither handed nor uncertain after all
  bool corrupt = false, stuck = false;
  int uncertain = 0;
};

bool has(const std::string& bytes, char what) { return bytes.find(what) != std::string::npos; }

void look(const std::string& path, const std::string& acknowledged, Outcome& outcome) {
  const auto ledger = Ledger::open_to_read(path);
  const auto dispatches = ledger->dispatches();
  for (const OutboxMessage& m : ledger->outlines()) {
    const int number = std::stoi(m.message.record_id);
    const bool is_claimed = dispatches.contains(m.message.key);
    outcome.lost = outcome.lost || (has(acknowledged, end_of(number)) && m.state != "handed");
    outcome.unclaimed = outcome.unclaimed || (has(acknowledged, start_of(number)) && !is_claimed);
  }
  outcome.lost = outcome.lost || ledger->outlines().size() != letters;
}

// The sending after it, on a disk that stays.
void go_on(const std::string& path, const std::string& acknowledged, Outcome& outcome) {
  const Life second = live_until(0, 0, [&](int file) { send_all(path, file); });
  const auto ledger = Ledger::open_to_read(path);
  for (const OutboxMessage& m : ledger->outlines()) {
    const int number = std::stoi(m.message.record_id);
    outcome.twice = outcome.twice || (has(acknowledged, start_of(number)) && has(second.acknowledged, start_of(number)));
    outcome.open = outcome.open || (m.state != "handed" && m.state != "uncertain");
    outcome.uncertain += m.state == "uncertain";
  }
}

Outcome after_cut(const std::string& path, const std::string& acknowledged) {
  Outcome outcome;
  try {
    if (has(acknowledged, written)) {
      look(path, acknowledged, outcome);
      go_on(path, acknowledged, outcome);
    } else {
      if (std::filesystem::exists(path)) Ledger::open_to_write(path, 0);
      return outcome;
    }
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
  int lost = 0, unclaimed = 0, twice = 0, open = 0, corrupt = 0, stuck = 0, uncertain = 0, cut = 0, started = 0, ended = 0;
  const long all = operations_of([&](int file) { live(folder + "/whole.db", file); });
  for (int i = 0; i < cuts; ++i) {
    const std::string of_cut = fmt::format("{}/{}", folder, i);
    std::filesystem::create_directory(of_cut);
    const std::string path = of_cut + "/amends.db";
    const Life life = live_until(1 + i * (all - 1) / std::max(1, cuts - 1), static_cast<unsigned>(i), [&](int file) { live(path, file); });
    cut += life.was_cut;
    for (int number = 0; number < letters; ++number) {
      started += has(life.acknowledged, start_of(number));
      ended += has(life.acknowledged, end_of(number));
    }
    const Outcome outcome = after_cut(path, life.acknowledged);
    lost += outcome.lost;
    unclaimed += outcome.unclaimed;
    twice += outcome.twice;
    open += outcome.open;
    corrupt += outcome.corrupt;
    stuck += outcome.stuck;
    uncertain += outcome.uncertain;
    std::filesystem::remove_all(of_cut);
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} power cuts at {} operations on the disk: {} of them cut a sending short; before, {} letters were begun and of {} it was told what became of them;\n"
             "{} lost such an outcome, {} a claim of a letter that may have left, {} had a letter leave twice, {} left one open, {} a file that does not verify,\n"
             "{} one that cannot be written; {} letters were uncertain after the next sending\n",
             cuts, all, cut, started, ended, lost, unclaimed, twice, open, corrupt, stuck, uncertain);
  return lost + unclaimed + twice + open + corrupt + stuck == 0 && cut > cuts / 2 && ended > cuts && uncertain > 0 ? 0 : 1;
}
