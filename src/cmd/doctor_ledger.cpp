// What doctor says about the ledger and the outbox in it. Both are read only, and no lock is taken: a run that begins
// meanwhile is not kept waiting.
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cmd/checkup.h"
#include "cmd/desk.h"
#include "cmd/sentences.h"
#include "core/base/text.h"
#include "io/ledger/ledger_verify.h"
#include "io/ledger/run_lock.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

constexpr std::int64_t a_night_missed = 36 * ms_per_hour;
constexpr std::int64_t waits_long = 3 * ms_per_day;

// States of a letter that ask for a person, and for what.
constexpr std::pair<const char*, const char*> troubles[] = {
    {"uncertain", "whether they left is for a person to find out"},
    {"claimed", "a mail command is at work on them, or was killed at it"},
};

void check_mode(const std::string& path, Checkups& checkups) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 077U) == 0) return;
  const std::string words = fmt::format("others on this machine may read {}, and it holds addresses and letters", path);
  checkups.push_back({"ledger", Verdict::wrong, words, fmt::format("chmod 600 {}", path)});
}

void check_storage(const std::string& path, Checkups& checkups) {
  Progress unseen;
  const std::vector<LedgerFinding> all = verify_ledger(path, {}, unseen).findings;
  const auto is_damage = [](const LedgerFinding& f) { return f.code != readable_by_others; };  // check_mode() tells that
  const auto found = std::find_if(all.begin(), all.end(), is_damage);
  if (found == all.end()) return;
  checkups.push_back({"ledger", Verdict::wrong, fmt::format("{} is not as amends wrote it: {}", path, found->what),
                      "amends ledger verify tells all; run nothing on it meanwhile"});
}

void check_lock(const std::string& path, Checkups& checkups) {
  const std::optional<int> holder = holder_of_run_lock(path);
  if (!holder) return;
  checkups.push_back({"ledger", Verdict::look, fmt::format("process {} holds it now", *holder), "a run is at work; where none should be, ps -p says what it is"});
}

void check_last_run(const Context& context, const Ledger& ledger, Checkups& checkups) {
  const std::vector<LedgerRun> runs = ledger.runs();
  const std::string path = path_in(*context.project, context.project->ledger_path);
  if (runs.empty()) return checkups.push_back({"ledger", Verdict::look, path + ": no run yet", "amends run"});
  const std::int64_t age = context.as_of.ms - runs.front().as_of.ms;
  const std::string words = fmt::format("{}: {}, {}, the last as of {}", path, counted(ledger.cases().size(), "case", "cases"), counted(runs.size(), "run", "runs"),
                                        print_moment(Moment(runs.front().as_of), context.project->shop.zone));
  if (age <= a_night_missed) checkups.push_back({"ledger", Verdict::ok, words});
  else
    checkups.push_back({"ledger", Verdict::look, fmt::format("{}, {} ago", words, age_words(age)), "does cron or the timer still call amends run? man amends-run"});
}

// Those that somebody called about instead are settled.
void check_undelivered(const Ledger& ledger, Checkups& checkups) {
  const std::vector<Undelivered> all = undelivered_letters(ledger);
  const auto refused = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Undelivered& one) { return one.was_refused; }));
  const std::size_t given_up = all.size() - refused;
  if (refused > 0)
    checkups.push_back({"outbox", Verdict::look, counted(refused, "letter is", "letters are") + " refused", "the addresses do not take mail: amends calls says whom to call"});
  if (given_up > 0)
    checkups.push_back({"outbox", Verdict::look, counted(given_up, "letter was", "letters were") + " put off too often and given up",
                        "amends outbox resolve ORDER --resend --by NAME tries once more; amends calls says whom to call"});
}

}  // namespace

std::unique_ptr<Ledger> check_ledger(const Context& context, Checkups& checkups) {
  const std::string path = path_in(*context.project, context.project->ledger_path);
  try {
    std::unique_ptr<Ledger> ledger = ledger_to_read(context);
    if (!ledger) {
      checkups.push_back({"ledger", Verdict::ok, path + ": none yet, the first run makes it"});
      return nullptr;
    }
    check_last_run(context, *ledger, checkups);
    check_mode(path, checkups);
    check_storage(path, checkups);
    check_lock(path, checkups);
    return ledger;
  } catch (const Error& fault) {
    checkups.push_back(wrong("ledger", fault));
    return nullptr;
  }
}

void check_outbox(const Context& context, const Ledger& ledger, Checkups& checkups) {
  std::map<std::string, std::size_t> states;
  std::optional<Instant> oldest;
  for (const OutboxMessage& m : ledger.outlines()) {
    ++states[m.state];
    if (is_waiting(m)) oldest = std::min(oldest.value_or(m.as_of), m.as_of);
  }
  std::vector<std::string> words;
  for (const auto& [state, count] : states) words.push_back(fmt::format("{} {}", count, state));
  Checkup checkup{"outbox", Verdict::ok, words.empty() ? "empty" : joined(words, ", ")};
  if (const std::int64_t age = oldest ? context.as_of.ms - oldest->ms : 0; age > waits_long) {
    checkup.verdict = Verdict::look;
    checkup.message += fmt::format("; the oldest that waits has waited for {}", age_words(age));
    checkup.hint = "amends draft shows them, amends draft --hand-over takes them out";
  }
  checkups.push_back(std::move(checkup));
  for (const auto& [state, next] : troubles)
    if (states.contains(state)) checkups.push_back({"outbox", Verdict::look, fmt::format("{} {}", counted(states[state], "letter is", "letters are"), state), next});
  check_undelivered(ledger, checkups);
}

}  // namespace amends
