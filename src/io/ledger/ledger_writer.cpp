#include "io/ledger/ledger_writer.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/ledger/standing.h"
#include "io/ledger/ledger_rows.h"
#include "io/ledger/salt.h"
#include "io/mail/message_json.h"

namespace amends {
namespace {

constexpr std::size_t salt_bytes = 16;

// SHA-256 of salt and value: what the chain holds of a personal value.
Digest salted(const std::string& salt, const std::string& value) {
  Sha256 hash;
  hash.update(salt);
  hash.update(value);
  return hash.digest();
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void add_money(ChainedTable& row, const std::optional<Money>& money) {
  if (money) row.add(money->minor).add(money->currency.name());
  else row.add_null().add_null();
}

// As a JSON list; empty: there is none.
template <class Wanted>
std::string further_cases(const Message& message, Wanted wanted) {
  std::vector<std::string> keys;
  for (const FurtherCase& c : message.also)
    if (wanted(c)) keys.push_back(c.case_key);
  return keys.empty() ? std::string() : strings_json(keys);
}

void add_due(ChainedTable& row, Instant due, Moment promise, std::string& date) {
  row.add(due.ms);
  if (promise.is_instant()) row.add(promise.instant().ms);
  else row.add_null();
  if (promise.is_date()) date = print(promise.date());
  row.maybe(date);
}

}  // namespace

PeopleTable::PeopleTable(const Database& database, Chain& chain)
    : database_(database), people_(database, chain, "people", {"run", "digest"}),
      value_(database, "INSERT INTO person_values (person_seq, salt, value) VALUES (?, ?, ?)"),
      find_(database, "SELECT person_seq FROM person_values WHERE value = ?") {}

void PeopleTable::begin() {
  seqs_.clear();
  forgotten_ = read_forgotten(database_);
}

std::int64_t PeopleTable::append(const std::string& person, std::int64_t run) {
  const std::string salt = random_bytes(salt_bytes);
  const Digest digest = salted(salt, person);
  const std::int64_t seq = people_.add(run).add_blob(bytes_of(digest)).append();
  value_.bind(seq).bind_blob(salt).bind(person).run();
  return seq;
}

std::int64_t PeopleTable::seq_of(const std::string& person, std::int64_t run) {
  if (person.empty()) return 0;
  const auto [known, is_new] = seqs_.try_emplace(person, 0);
  if (!is_new) return known->second;
  if (const std::int64_t number = forgotten_.number_of(person); number != 0) return known->second = number;
  if (find_.bind(person).step()) {
    known->second = find_.integer(0);
    find_.reset();
  } else {
    known->second = append(person, run);
  }
  return known->second;
}

LedgerWriter::LedgerWriter(Database& database)
    : database_(database),
      chain_(database),
      people_(database, chain_),
      runs_(database, chain_, "runs", {"number", "command", "as_of", "started"}),
      run_ends_(database, chain_, "run_ends", {"run", "new_misses", "summary"}),
      policies_(database, chain_, "policies", {"run", "policy", "text"}),
      cases_(database, chain_, "cases", {"run", "key", "record_id", "guarantee"}),
      case_changes_(database, chain_, "case_changes",
                    {"run", "case_seq", "person_seq", "due", "due_at", "due_date", "kind", "closed", "policy",
                     "standing", "facts"}),
      grants_(database, chain_, "grants",
              {"run", "key", "case_seq", "person_seq", "table_name", "rule", "kind", "what", "sequence", "minor",
               "currency", "quantity", "duration", "valid", "within", "manner", "pay_by", "state", "reason", "due",
               "as_of", "steps", "basis"}),
      grant_changes_(database, chain_, "grant_changes", {"run", "grant_seq", "state", "reference", "reason"}),
      messages_(database, chain_, "messages",
                {"run", "key", "case_seq", "person_seq", "purpose", "revision", "locale", "message_id", "automatic", "open",
                 "grants", "state", "digest", "channel", "cases", "open_cases"}),
      message_changes_(database, chain_, "message_changes", {"run", "message_seq", "state", "reason"}),
      calls_(database, chain_),
      case_ids_(database, chain_),
      pools_(database, chain_),
      outbox_(database, chain_),
      hand_(database, chain_),
      inputs_(database, chain_),
      letter_(database, "INSERT INTO letters (message_seq, salt, letter) VALUES (?, ?, ?)"),
      find_policy_(database, "SELECT 1 FROM policies WHERE policy = ?"),
      find_case_(database, "SELECT seq FROM cases WHERE key = ?"),
      find_grant_(database, "SELECT seq FROM grants WHERE key = ?"),
      find_message_(database, "SELECT seq FROM messages WHERE key = ?"),
      known_case_(case_by_key(database)),
      grant_state_(database, "SELECT state, reference FROM grant_states WHERE key = ?") {}

void LedgerWriter::begin(Instant as_of, std::optional<Instant> started, const std::string& command) {
  if (database_.in_transaction()) database_.run("ROLLBACK");
  database_.run("BEGIN IMMEDIATE");
  chain_.find_end();
  people_.begin();
  case_key_.clear();
  case_seq_ = 0;
  run_ = database_.number("SELECT max(number) FROM runs") + 1;
  runs_.add(run_).add(command).add(as_of.ms);
  if (started) runs_.add(started->ms);
  else runs_.add_null();
  runs_.append();
}

std::int64_t LedgerWriter::seq_of(Statement& by_key, const std::string& key, const char* what) {
  if (!by_key.bind(key).step())
    throw Error({database_.path()}, fmt::format("the ledger has no {} {}", what, quoted(key)), {}, Exit::bug);
  const std::int64_t seq = by_key.integer(0);
  by_key.reset();
  return seq;
}

std::int64_t LedgerWriter::case_seq_of(const std::string& key) {
  if (key == case_key_) return case_seq_;
  case_seq_ = seq_of(find_case_, key, "case");
  case_key_ = key;
  return case_seq_;
}

void LedgerWriter::append_policy(const std::string& hash, const std::string& text) {
  if (find_policy_.bind(hash).step()) return find_policy_.reset();
  policies_.add(run_).add(hash).add(text).append();
}

void LedgerWriter::append_case(const KnownCase& c) {
  const std::optional<KnownCase> known = read_case(database_, known_case_, c.key);
  if (known && says_the_same(*known, c)) return;
  case_seq_ = known ? seq_of(find_case_, c.key, "case")
                    : cases_.add(run_).add(c.key).add(c.record_id).add(c.guarantee).append();
  case_key_ = c.key;
  append_case_change(case_seq_, c);
}

void LedgerWriter::append_case_change(std::int64_t case_seq, const KnownCase& c) {
  const std::int64_t person = people_.seq_of(c.person, run_);
  std::string date;
  case_changes_.add(run_).add(case_seq).add_seq(person);
  add_due(case_changes_, c.due_instant, c.due, date);
  case_changes_.add(name_of(c.kind)).add(std::int64_t{c.closed}).maybe(c.policy_hash).add(c.standing);
  case_changes_.maybe(c.facts_hash).append();
}

void LedgerWriter::append_case_ids(const CaseIds& c) { case_ids_.append(c.ids, run_, case_seq_of(c.key)); }

void LedgerWriter::append_pooled(const PooledCase& c) { pools_.append(c.entries, run_, case_seq_of(c.case_key)); }

void LedgerWriter::append_grant(const Grant& g) {
  const std::int64_t of_case = case_seq_of(g.case_key);
  const std::int64_t person = people_.seq_of(g.person, run_);
  const std::string quantity = g.quantity ? print(*g.quantity) : std::string();
  const std::string steps = strings_json(g.steps);
  grants_.add(run_).add(g.key).add(of_case).add_seq(person);
  grants_.add(g.table).add(g.rule).add(g.kind).maybe(g.what).add(std::int64_t{g.sequence});
  add_money(grants_, g.money);
  grants_.maybe(quantity).maybe(g.duration).maybe(g.valid).maybe(g.within).maybe(g.manner).maybe(g.pay_by);
  grants_.add(name_of(g.state)).maybe(g.reason).add(g.due.ms).add(g.as_of.ms).add(steps).maybe(g.basis).append();
}

void LedgerWriter::append_message(const Message& m, const std::string& state) {
  const std::int64_t of_case = case_seq_of(m.case_key);
  const std::int64_t person = people_.seq_of(m.person, run_);
  const std::string letter = message_json(m);
  const std::string salt = random_bytes(salt_bytes);
  const Digest digest = salted(salt, letter);
  const std::string grants = strings_json(m.grants);
  messages_.add(run_).add(m.key).add(of_case).add_seq(person);
  messages_.add(m.purpose).add(std::int64_t{m.revision}).add(m.locale).add(m.message_id);
  messages_.add(std::int64_t{m.automatic}).add(std::int64_t{m.open}).add(grants).add(state).add_blob(bytes_of(digest));
  const std::string channel = m.channel == Channel::email ? std::string() : std::string(name_of(m.channel));
  const std::string cases = further_cases(m, [](const FurtherCase&) { return true; });
  const std::string open_cases = further_cases(m, [](const FurtherCase& c) { return c.open; });
  messages_.maybe(channel).maybe(cases).maybe(open_cases);
  const std::int64_t seq = messages_.append();
  letter_.bind(seq).bind_blob(salt).bind(letter).run();
  if (state == "approved") outbox_.approve(seq, m, "[outbox] approve = \"auto\"", run_);
}

void LedgerWriter::approve_message(const std::string& key, const std::string& by) {
  const std::optional<OutboxMessage> known = read_message(database_, key);
  if (!known) throw Error({database_.path()}, fmt::format("the ledger has no message {}", quoted(key)), {}, Exit::bug);
  outbox_.approve(seq_of(find_message_, key, "message"), known->message, by, run_);
  change_message(key, "approved", "approved by " + by);
}

// What came out later: of its last attempt, where there was one.
void LedgerWriter::settle_message(const std::string& key, const MailOutcome& outcome, Instant at) {
  const std::int64_t message = seq_of(find_message_, key, "message");
  Statement last(database_, "SELECT max(seq) FROM claims WHERE message_seq = ?");
  last.bind(message).step();
  if (!last.is_null(0)) outbox_.append_outcome(last.integer(0), outcome, {}, at, {}, run_);
  change_message(key, std::string(name_of(outcome.fate)), outcome.reason);
}

void LedgerWriter::change_grant(const std::string& key, GrantState state, const std::string& reference,
                                const std::string& reason) {
  const std::int64_t seq = seq_of(find_grant_, key, "grant");
  grant_changes_.add(run_).add(seq).add(name_of(state)).maybe(reference).maybe(reason).append();
}

void LedgerWriter::change_message(const std::string& key, const std::string& state, const std::string& reason) {
  const std::int64_t seq = seq_of(find_message_, key, "message");
  message_changes_.add(run_).add(seq).add(state).maybe(reason).append();
}

void LedgerWriter::append_done_call(const DoneCall& call) { calls_.append(call, run_, case_seq_of(call.case_key)); }

void LedgerWriter::append_welcome(const Welcome& welcome) { calls_.append(welcome, run_, people_.seq_of(welcome.person, run_)); }

void LedgerWriter::forget(const std::string& person, const std::string& by) {
  const Traces traces = traces_of(database_, person);
  if (traces.person_seq == 0) throw Error({database_.path()}, fmt::format("the ledger has no person {}", quoted(person)), {}, Exit::bug);
  for (const std::string& key : traces.waiting) change_message(key, "withdrawn", "the customer asked to be forgotten");
  hand_.forget(person, traces.person_seq, by, run_);
  people_.begin();
}

void LedgerWriter::undo_forgetting(const std::string& person, const std::string& by) {
  hand_.undo_forgetting(person, read_forgotten(database_).number_of(person), by, run_);
  people_.begin();
}

ImportOutcome LedgerWriter::import(const std::vector<CreditLine>& lines) {
  ImportOutcome outcome;
  Statement known(database_, "SELECT record_id, minor, currency FROM credits WHERE reference = ? ORDER BY seq DESC LIMIT 1");
  Statement of_order(database_, "SELECT 1 FROM cases WHERE record_id = ? LIMIT 1");
  for (const CreditLine& line : lines) {
    const HandCredit& credit = line.credit;
    if (known.bind(credit.reference).step()) {
      const bool is_void = known.integer(1) == 0;
      const bool is_same = known.text(0) == credit.record_id && known.integer(1) == credit.money.minor && known.text(2) == credit.money.currency.name();
      const std::string was = is_void ? fmt::format("the credit {} is void", quoted(credit.reference))
                                      : fmt::format("the ledger has {} with another order or amount", quoted(credit.reference));
      known.reset();
      if (is_same) ++outcome.already;
      else outcome.refused.push_back({line, was, "each credit has a reference of its own"});
      continue;
    }
    append_hand_credit(credit);
    outcome.imported.push_back(credit);
    if (of_order.bind(credit.record_id).step()) of_order.reset();
    else outcome.unknown.push_back(line);
  }
  return outcome;
}

// Why a grant cannot be marked issued; empty when it can, or when it is so `already`.
std::string LedgerWriter::refusal_of(const Issued& line, bool& already, std::string& hint) {
  if (line.reference.empty()) {
    hint = "give the reference under which it was paid";
    return "the reference is empty";
  }
  if (!grant_state_.bind(line.grant_key).step()) {
    hint = "amends ledger export prints the keys";
    return fmt::format("the ledger has no grant {}", quoted(line.grant_key));
  }
  const std::string state = grant_state_.text(0);
  const std::string reference = grant_state_.text(1);
  grant_state_.reset();
  already = state == name_of(GrantState::issued) && reference == line.reference;
  if (already || state == name_of(GrantState::granted)) return {};
  if (state == name_of(GrantState::issued)) {
    hint = "if it was paid twice, take one payment back";
    return fmt::format("it was issued before, with the reference {}", quoted(reference));
  }
  hint = "only what is granted is paid";
  return fmt::format("its state is {}, not granted", state);
}

IssueOutcome LedgerWriter::issue(const std::vector<Issued>& lines) {
  IssueOutcome outcome;
  for (const Issued& line : lines) {
    bool already = false;
    std::string hint;
    std::string reason = refusal_of(line, already, hint);
    if (!reason.empty()) {
      outcome.refused.push_back({line, std::move(reason), std::move(hint)});
      continue;
    }
    if (!already) change_grant(line.grant_key, GrantState::issued, line.reference, {});
    ++(already ? outcome.already : outcome.issued);
  }
  return outcome;
}

void LedgerWriter::commit(const LedgerRun& run) {
  run_ends_.add(run_).add(static_cast<std::int64_t>(run.new_misses)).add(run.summary).append();
  try {
    database_.run("COMMIT");
  } catch (Error& error) {
    // What failed may be the last of it, after every row was on disk: the next program that opens the file would find them.
    if (error.exit == Exit::io) error.hint = "run again when that is mended: the run was written whole or not at all, and nothing is granted twice";
    throw;
  }
}

}  // namespace amends
