// One night's work, from judged cases to grants: which cases are new, which were before the start, under
// which policy each is decided, what is granted or held, whether the brake stops it. Pure: what the ledger
// holds goes in, what is to be written comes out.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/forgotten.h"
#include "core/ledger/given_twice.h"
#include "core/ledger/hand_credit.h"
#include "core/ledger/known_case.h"
#include "core/ledger/settlement.h"
#include "core/ledger/silence.h"
#include "core/policy/pool_book.h"
#include "core/project.h"

namespace amends {

inline constexpr const char* brake_reason = "brake";  // how the reason of a grant begins that the brake holds

enum class Backlog { wait, catchup, decide };  // neither flag, --catchup, --backlog

struct Standing {                     // what the ledger knows; empty without one
  std::vector<KnownCase> cases;
  std::vector<LedgerRun> runs;        // newest first
  Given given;
  std::vector<HandCredit> by_hand;    // given elsewhere, as `ledger import` told
  Forgotten forgotten;
  LettersOfCases letters = {};
  std::vector<PooledCase> pooled = {};  // of policies with pools
};

struct NightOptions {
  Backlog backlog = Backlog::wait;
  std::optional<Instant> since;       // --since: due before are before the start, instead of [ledger] since
  bool redecide = false;
  bool gross = false;                 // leave out what was given before
  bool with_traces = false;
  bool day_by_day = false;            // each case on the day a nightly run would have settled it, with what earlier days granted: simulation
  // The project under whose policy a case was first decided; null when the hash is today's.
  std::function<const Project*(const std::string& hash)> project_of;
};

struct NightCase {
  const Miss* miss = nullptr;
  const KnownCase* known = nullptr;   // null: new tonight
  std::string_view standing = standing::decided;  // one of those of known_case.h
  std::string policy_hash;
  const Project* deciding = nullptr;  // whose policy that is
  Decision decision;                  // of decided ones
  std::vector<Grant> grants;          // tonight's
  std::optional<Date> silent_from;    // the day from which the customer's silence counts; none: the due time
  std::optional<Money> ahead;
  std::optional<Money> by_hand;       // given by hand, and set against what is owed
  std::vector<OwedRemedy> accruing;   // owed so far, granted when the case closes (pay = "at_close")
  Money owed;
};

struct Night {
  std::vector<NightCase> cases;       // every miss, by (due, case key)
  std::deque<Miss> retold;            // of day_by_day: cases told of what the days before granted
  std::vector<Grant> gave_way;        // held before, void from tonight: a credit given by hand took their place
  std::vector<GivenTwice> given_twice;  // by order; for a person
  std::vector<const KnownCase*> absent;  // open in the ledger, not in tonight's records
  std::size_t new_misses = 0;         // decided ones seen for the first time
  std::size_t before_start = 0;
  std::size_t backlog = 0;            // waiting for --catchup or --backlog
  std::size_t unjudged = 0;           // by the policy
  bool braked = false;
  std::size_t brake_limit = 0;
};

// Fills misses_before of each miss: cases of the person's other orders due before it, ledger and records united. And
// what contact_log.h and [history.*] tell of it.
void add_history(Judgement& judgement, const Standing& standing, const Project& project);

Night night_of(const Judgement& judgement, const Standing& standing, const Project& project, const NightOptions& options);

}  // namespace amends
