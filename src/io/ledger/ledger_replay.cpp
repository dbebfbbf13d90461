#include "io/ledger/ledger_replay.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

// Part of the ledger format (amends-ledger.5). The steps there are; from "": how a row begins.
struct Step {
  std::string_view from, to;
};

constexpr Step grant_steps[] = {{"", "decided"},     {"", "held"},           {"", "granted"},    {"decided", "granted"}, {"decided", "held"},
                                {"decided", "void"}, {"held", "granted"},    {"held", "void"},   {"granted", "issued"},  {"granted", "void"},
                                {"issued", "void"},  {"held", "decided"}};
constexpr Step message_steps[] = {
    {"", "drafted"},           {"", "approved"},          {"drafted", "approved"},   {"drafted", "handed"},     {"drafted", "withdrawn"},
    {"approved", "claimed"},   {"approved", "handed"},    {"approved", "withdrawn"}, {"approved", "refused"},   {"approved", "later"},
    {"claimed", "handed"},     {"claimed", "refused"},    {"claimed", "later"},      {"claimed", "uncertain"},  {"claimed", "approved"},
    {"later", "claimed"},      {"later", "handed"},       {"later", "refused"},      {"later", "uncertain"},    {"later", "approved"},
    {"later", "withdrawn"},    {"uncertain", "handed"},   {"uncertain", "claimed"},   {"uncertain", "approved"}, {"uncertain", "refused"},  {"uncertain", "withdrawn"},
    {"uncertain", "later"},    {"refused", "approved"},   {"refused", "handed"},     {"refused", "withdrawn"},  {"handed", "refused"},     {"withdrawn", "withdrawn"}};

bool may_go(std::span<const Step> steps, std::string_view from, std::string_view to) {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.from == from && step.to == to; });
}

struct Story {
  const char* rows;     // table of the first states
  const char* changes;  // table of the later ones
  const char* key;      // column of the latter that names the former
  const char* what;
  std::span<const Step> steps;
};

void check_story(const Database& database, const Story& story, std::int64_t& count, LedgerCheck& check) {
  Statement states(database, fmt::format("SELECT seq, seq, state FROM {} UNION ALL SELECT {}, seq, state FROM {} ORDER BY 1, 2", story.rows, story.key, story.changes));
  std::int64_t of = 0;
  std::string last;
  while (states.step()) {
    const bool is_first = states.integer(0) == states.integer(1);
    if (states.integer(0) != of) last.clear();
    of = states.integer(0);
    count += is_first;
    const std::string state = states.text(2);
    if (!may_go(story.steps, last, state))
      check.findings.push_back({"replay", is_first ? story.rows : story.changes, states.integer(1),
                                last.empty() ? fmt::format("a {} does not begin as {}", story.what, quoted(state))
                                             : fmt::format("a {} does not go from {} to {}", story.what, quoted(last), quoted(state))});
    last = state;
  }
}

}  // namespace

void check_states(const Database& database, LedgerCheck& check) {
  check_story(database, {"grants", "grant_changes", "grant_seq", "grant", grant_steps}, check.grants, check);
  check_story(database, {"messages", "message_changes", "message_seq", "message", message_steps}, check.messages, check);
  Statement unpaid(database, "SELECT seq FROM grant_changes WHERE state = 'issued' AND coalesce(reference, '') = ''");
  while (unpaid.step()) check.findings.push_back({"replay", "grant_changes", unpaid.integer(0), "issued, without the reference of who paid"});
  Statement early(database, "SELECT seq FROM grant_changes WHERE seq < grant_seq UNION ALL SELECT seq FROM message_changes WHERE seq < message_seq");
  while (early.step()) check.findings.push_back({"replay", "", early.integer(0), "a change stands before what it changes"});
  Statement untold(database, "SELECT m.seq, g.value FROM messages m, json_each(CASE WHEN json_valid(m.grants) THEN m.grants ELSE '[]' END) g WHERE NOT EXISTS (SELECT 1 FROM grants WHERE key = g.value)");
  while (untold.step()) check.findings.push_back({"replay", "messages", untold.integer(0), fmt::format("it tells of the grant {}, which is not there", quoted(untold.text(1)))});
}

}  // namespace amends
