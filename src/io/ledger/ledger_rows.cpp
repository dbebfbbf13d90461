#include "io/ledger/ledger_rows.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/ledger/ledger_quiet.h"
#include "io/ledger/ledger_schema.h"
#include "io/mail/message_json.h"

namespace amends {
namespace {

// Who was forgotten stands under a number (core/ledger/forgotten.h).
constexpr const char* case_columns =
    "SELECT key, record_id, guarantee, coalesce(person, 'forgotten:' || person_seq), due, due_at, due_date, kind, closed, policy, standing, facts, "
    "first_seen, last_seen, ";

std::string case_query(const Database& database) {
  return fmt::format("{}{} FROM case_states s", case_columns, has_quiet(database) ? "(SELECT digest FROM quiet_cases WHERE case_seq = s.seq)" : "NULL");
}

constexpr const char* grant_columns =
    "SELECT key, case_key, record_id, coalesce(person, 'forgotten:' || person_seq), table_name, rule, kind, what, sequence, minor, currency, quantity, "
    "duration, valid, within, manner, pay_by, state, reason, reference, due, as_of, steps, ";

// `letter`: expressions for what of the letter itself is wanted, from the sender's name to the incident's.
std::string message_query(const Database& database, std::string_view letter) {
  const bool has_channels = has_column(database, "messages", "channel");
  return fmt::format(
      "SELECT m.key, m.case_key, m.record_id, coalesce(m.person, 'forgotten:' || m.person_seq), m.purpose, m.revision, m.locale, m.message_id, m.automatic, "
      "m.open, m.grants, m.state, m.as_of, m.reason, {}, {}, (SELECT n.run FROM messages n WHERE n.seq = m.seq) "
      "FROM message_states m JOIN case_changes s ON s.seq = m.case_change_seq",
      letter, has_channels ? "coalesce(m.changed, m.as_of), m.channel, m.kind" : "m.as_of, 'email', ''");
}

constexpr std::string_view whole_letter =
    "letter ->> '$.from.name', letter ->> '$.from.email', letter ->> '$.to.name', "
    "coalesce(letter ->> '$.to.email', letter ->> '$.to.phone'), letter ->> '$.reply_to.name', "
    "letter ->> '$.reply_to.email', letter ->> '$.subject', letter ->> '$.text', letter ->> '$.html', letter ->> '$.incident'";

[[noreturn]] void refuse(const Database& database, std::string_view what, std::string_view word) {
  throw Error({database.path(), 0, 0, 1, {}}, fmt::format("the ledger holds {} {}", what, quoted(word)),
              "a newer amends may have written it", Exit::io);
}

// The columns of a row, one after the other.
class Columns {
 public:
  Columns(const Database& database, const Statement& row) : database_(database), row_(row) {}
  std::string text() { return row_.text(next_++); }
  std::int64_t integer() { return row_.integer(next_++); }
  Instant instant() { return Instant{integer()}; }
  std::optional<std::int64_t> maybe_integer() { return row_.maybe_integer(next_++); }
  Moment due();
  Kind kind();
  std::optional<Money> money();
  std::optional<Ratio> quantity();
  GrantState state();
  Channel channel();
  std::optional<Kind> maybe_kind();

 private:
  const Database& database_;
  const Statement& row_;
  int next_ = 0;
};

Moment Columns::due() {
  const std::optional<std::int64_t> at = maybe_integer();
  const std::string date = text();
  if (at) return Instant{*at};
  if (date.empty()) return {};
  const Stamp stamp = read_iso(date);
  if (stamp.kind != Stamp::Kind::date) refuse(database_, "the date", date);
  return stamp.date;
}

Kind Columns::kind() {
  const std::string word = text();
  const std::optional<Kind> kind = kind_named(word);
  if (!kind) refuse(database_, "the kind", word);
  return *kind;
}

std::optional<Money> Columns::money() {
  const std::optional<std::int64_t> minor = maybe_integer();
  const std::string code = text();
  if (!minor) return std::nullopt;
  const std::optional<Currency> currency = currency_named(code);
  if (!currency) refuse(database_, "the currency", code);
  return Money{*minor, *currency};
}

std::optional<Ratio> Columns::quantity() {
  const std::string word = text();
  if (word.empty()) return std::nullopt;
  const std::size_t slash = word.find('/');
  const std::optional<Ratio> over = read_decimal(std::string_view(word).substr(0, slash));
  const std::optional<Ratio> under = slash == std::string::npos ? Ratio(1) : read_decimal(std::string_view(word).substr(slash + 1));
  if (!over || !under || under->is_zero()) refuse(database_, "the quantity", word);
  return *over / *under;
}

GrantState Columns::state() {
  const std::string word = text();
  const std::optional<GrantState> state = grant_state_named(word);
  if (!state) refuse(database_, "the state", word);
  return *state;
}

Channel Columns::channel() {
  const std::string word = text();
  const std::optional<Channel> channel = channel_named(word);
  if (!channel) refuse(database_, "the channel", word);
  return *channel;
}

std::optional<Kind> Columns::maybe_kind() {
  const std::string word = text();
  return word.empty() ? std::nullopt : kind_named(word);
}

KnownCase case_of(const Database& database, const Statement& row) {
  Columns columns(database, row);
  KnownCase c;
  c.key = columns.text();
  c.record_id = columns.text();
  c.guarantee = columns.text();
  c.person = columns.text();
  c.due_instant = columns.instant();
  c.due = columns.due();
  c.kind = columns.kind();
  c.closed = columns.integer() != 0;
  c.policy_hash = columns.text();
  c.standing = columns.text();
  c.facts_hash = columns.text();
  c.first_seen = columns.instant();
  c.last_seen = columns.instant();
  c.quiet = columns.text();
  return c;
}

// What case_states tells of each case, of all of them: every table is walked once in its own order, since questions case by
// case are most of a night that brings nothing new.
class CaseWalk {
 public:
  explicit CaseWalk(const Database& database) : database_(database) {}

  std::vector<KnownCase> read() {
    read_runs();
    read_beginnings();
    read_changes();
    read_names();
    if (has_quiet(database_)) read_quiet();
    std::erase_if(found_, [](const Found& f) { return f.changed == 0; });
    std::sort(found_.begin(), found_.end(),
              [](const Found& a, const Found& b) { return std::tie(a.known->due_instant, a.known->key) < std::tie(b.known->due_instant, b.known->key); });
    std::vector<KnownCase> cases;
    cases.reserve(found_.size());
    for (const Found& f : found_) cases.push_back(std::move(*f.known));
    return cases;
  }

 private:
  struct Found {
    std::int64_t seq = 0;
    std::int64_t changed = 0;  // the run that did so last
    std::int64_t person = 0;
    KnownCase* known = nullptr;
  };

  void read_runs() {
    Statement rows(database_, "SELECT number, as_of FROM runs");
    while (rows.step()) as_of_[rows.integer(0)] = Instant{rows.integer(1)};
  }

  void read_beginnings() {
    Statement rows(database_, "SELECT seq, key, record_id, guarantee, run FROM cases ORDER BY seq");
    while (rows.step()) {
      KnownCase& c = known_.emplace_back();
      c.key = rows.text(1);
      c.record_id = rows.text(2);
      c.guarantee = rows.text(3);
      c.first_seen = as_of_.at(rows.integer(4));
      found_.push_back({rows.integer(0), 0, 0, &c});
    }
  }

  // The last change of each case stands.
  void read_changes() {
    Statement rows(database_, "SELECT case_seq, run, person_seq, due, due_at, due_date, kind, closed, policy, standing, facts FROM case_changes ORDER BY seq");
    while (rows.step()) {
      Found* found = at(rows.integer(0));
      if (found == nullptr) continue;
      Columns columns(database_, rows);
      columns.integer();
      found->changed = columns.integer();
      found->person = columns.maybe_integer().value_or(0);
      KnownCase& c = *found->known;
      c.due_instant = columns.instant();
      c.due = columns.due();
      c.kind = columns.kind();
      c.closed = columns.integer() != 0;
      c.policy_hash = columns.text();
      c.standing = columns.text();
      c.facts_hash = columns.text();
      c.last_seen = as_of_.at(found->changed);
    }
  }

  void read_names() {
    std::unordered_map<std::int64_t, std::string> names;
    Statement rows(database_, "SELECT person_seq, value FROM person_values");
    while (rows.step()) names.emplace(rows.integer(0), rows.text(1));
    for (const Found& found : found_) {
      if (found.person == 0) continue;
      const auto name = names.find(found.person);
      found.known->person = name == names.end() ? forgotten_name(found.person) : name->second;
    }
  }

  void read_quiet() {
    Statement rows(database_, "SELECT case_seq, digest FROM quiet_cases ORDER BY case_seq");
    while (rows.step())
      if (Found* found = at(rows.integer(0))) found->known->quiet = rows.text(1);
  }

  // Null: there is none. What follows a case in a table is most often of the next.
  Found* at(std::int64_t seq) {
    if (next_ >= found_.size() || found_[next_].seq != seq)
      next_ = static_cast<std::size_t>(std::lower_bound(found_.begin(), found_.end(), seq, [](const Found& f, std::int64_t s) { return f.seq < s; }) - found_.begin());
    return next_ < found_.size() && found_[next_].seq == seq ? &found_[next_++] : nullptr;
  }

  const Database& database_;
  std::unordered_map<std::int64_t, Instant> as_of_;  // of each run
  std::deque<KnownCase> known_;
  std::vector<Found> found_;  // by seq
  std::size_t next_ = 0;
};

Grant grant_of(const Database& database, const Statement& row) {
  Columns columns(database, row);
  Grant g;
  g.key = columns.text();
  g.case_key = columns.text();
  g.record_id = columns.text();
  g.person = columns.text();
  g.table = columns.text();
  g.rule = columns.text();
  g.kind = columns.text();
  g.what = columns.text();
  g.sequence = static_cast<int>(columns.integer());
  g.money = columns.money();
  g.quantity = columns.quantity();
  g.duration = columns.text();
  g.valid = columns.text();
  g.within = columns.text();
  g.manner = columns.text();
  g.pay_by = columns.text();
  g.state = columns.state();
  g.reason = columns.text();
  g.reference = columns.text();
  g.due = columns.instant();
  g.as_of = columns.instant();
  g.steps = strings_of_json(columns.text());
  g.basis = columns.text();
  g.was_held = columns.integer() != 0;
  g.run = columns.integer();
  g.last_run = columns.integer();
  return g;
}

// A letter that was forgotten keeps what the chain says of it: the rest is empty.
OutboxMessage message_of(const Database& database, const Statement& row) {
  Columns columns(database, row);
  OutboxMessage outbox;
  Message& m = outbox.message;
  m.key = columns.text();
  m.case_key = columns.text();
  m.record_id = columns.text();
  m.person = columns.text();
  m.purpose = columns.text();
  m.revision = static_cast<int>(columns.integer());
  m.locale = columns.text();
  m.message_id = columns.text();
  m.automatic = columns.integer() != 0;
  m.open = columns.integer() != 0;
  m.grants = strings_of_json(columns.text());
  outbox.state = columns.text();
  outbox.as_of = columns.instant();
  outbox.reason = columns.text();
  for (Mailbox* box : {&m.from, &m.to, &m.reply_to}) {
    box->name = columns.text();
    box->address = columns.text();
  }
  m.subject = columns.text();
  m.text = columns.text();
  m.html = columns.text();
  m.incident = columns.text();
  outbox.last_at = columns.instant();
  m.channel = columns.channel();
  if (const std::optional<Kind> kind = columns.maybe_kind()) outbox.kinds = {*kind};
  outbox.run = columns.integer();
  return outbox;
}

// The further cases of letters of several orders, by the letter's key.
using FurtherCases = std::map<std::string, std::vector<std::pair<FurtherCase, std::optional<Kind>>>>;

FurtherCases further_cases(const Database& database) {
  FurtherCases further;
  if (!has_column(database, "messages", "cases")) return further;
  Statement rows(database,
                 "SELECT m.key, c.key, c.record_id, EXISTS (SELECT 1 FROM json_each(m.open_cases) o WHERE o.value = c.key), "
                 "(SELECT d.kind FROM case_changes d WHERE d.case_seq = c.seq AND d.seq < m.seq ORDER BY d.seq DESC LIMIT 1) "
                 "FROM messages m JOIN json_each(m.cases) f JOIN cases c ON c.key = f.value WHERE m.cases IS NOT NULL "
                 "ORDER BY m.seq, f.key");
  while (rows.step()) {
    Columns columns(database, rows);
    const std::string message = columns.text();
    FurtherCase one{columns.text(), columns.text(), columns.integer() != 0};
    further[message].emplace_back(std::move(one), columns.maybe_kind());
  }
  return further;
}

std::vector<OutboxMessage> messages_of(const Database& database, Statement& rows) {
  std::vector<OutboxMessage> messages;
  const FurtherCases further = further_cases(database);
  while (rows.step()) {
    OutboxMessage& one = messages.emplace_back(message_of(database, rows));
    const auto found = further.find(one.message.key);
    if (found == further.end()) continue;
    for (const auto& [of_case, kind] : found->second) {
      one.message.also.push_back(of_case);
      if (kind) one.kinds.push_back(*kind);
    }
  }
  return messages;
}

// As a JSON list for json_each: any number of them in one question.
std::string list_of(const std::set<std::string>& words) { return strings_json({words.begin(), words.end()}); }

// By seq, so that who is of the people and of the orders comes once. `of`: grants or messages.
std::string whose_query(std::string_view of) {
  return fmt::format("seq IN (SELECT x.seq FROM json_each(?) j JOIN {0} x ON x.person_seq = coalesce((SELECT person_seq FROM person_values v WHERE v.value = j.value), "
                     "CASE WHEN j.value LIKE 'forgotten:%' THEN CAST(substr(j.value, 11) AS INTEGER) END) "
                     "UNION SELECT x.seq FROM json_each(?) j JOIN cases c ON c.record_id = j.value JOIN {0} x ON x.case_seq = c.seq)", of);
}

std::string grants_query(const Database& database, const GrantsWanted& wanted) {
  std::string where = " WHERE 1";
  if (wanted.state) where += " AND state = ?";
  if (wanted.record_id) where += " AND record_id = ?";
  if (wanted.whose != nullptr) where += " AND " + whose_query("grants");
  return std::string(grant_columns) + (has_column(database, "grants", "basis") ? "basis" : "NULL") +
         ", (SELECT f.state = 'held' FROM grants f WHERE f.key = grant_states.key), (SELECT f.run FROM grants f WHERE f.seq = grant_states.seq), "
         "coalesce((SELECT max(d.run) FROM grant_changes d WHERE d.grant_seq = grant_states.seq), 0) FROM grant_states" + where;
}

}  // namespace

Statement case_by_key(const Database& database) {
  return Statement(database, case_query(database) + " WHERE key = ?");
}

std::optional<KnownCase> read_case(const Database& database, Statement& by_key, const std::string& key) {
  if (!by_key.bind(key).step()) return std::nullopt;
  KnownCase c = case_of(database, by_key);
  by_key.reset();
  return c;
}

std::vector<Grant> read_grants(const Database& database, const GrantsWanted& wanted) {
  Statement rows(database, grants_query(database, wanted));
  if (wanted.state) rows.bind(name_of(*wanted.state));
  if (wanted.record_id) rows.bind(*wanted.record_id);
  const std::string people = wanted.whose == nullptr ? "" : list_of(wanted.whose->people), orders = wanted.whose == nullptr ? "" : list_of(wanted.whose->orders);
  if (wanted.whose != nullptr) rows.bind(people).bind(orders);
  std::vector<Grant> grants;
  while (rows.step()) grants.push_back(grant_of(database, rows));
  std::sort(grants.begin(), grants.end(), [](const Grant& a, const Grant& b) {
    return std::tie(a.due, a.case_key, a.table, a.kind, a.what, a.sequence) <
           std::tie(b.due, b.case_key, b.table, b.kind, b.what, b.sequence);
  });
  return grants;
}

std::vector<GrantStep> read_grant_steps(const Database& database) {
  Statement rows(database,
                 "SELECT g.key, s.state, coalesce(s.reference, ''), coalesce(s.reason, ''), r.as_of FROM "
                 "(SELECT seq, seq AS grant_seq, run, state, NULL AS reference, reason FROM grants UNION ALL "
                 "SELECT seq, grant_seq, run, state, reference, reason FROM grant_changes) s "
                 "JOIN grants g ON g.seq = s.grant_seq JOIN runs r ON r.number = s.run ORDER BY s.seq");
  std::vector<GrantStep> steps;
  while (rows.step()) {
    Columns columns(database, rows);
    GrantStep& step = steps.emplace_back();
    step.key = columns.text();
    step.state = columns.state();
    step.reference = columns.text();
    step.reason = columns.text();
    step.as_of = columns.instant();
  }
  return steps;
}

std::vector<KnownCase> read_cases(const Database& database) { return CaseWalk(database).read(); }

std::vector<OutboxMessage> read_messages(const Database& database) {
  Statement rows(database, message_query(database, whole_letter) + " ORDER BY s.due, m.key");
  return messages_of(database, rows);
}

std::vector<OutboxMessage> read_messages_in(const Database& database, const std::vector<std::string>& states) {
  std::string marks;
  for (std::size_t i = 0; i < states.size(); ++i) marks += i == 0 ? "?" : ", ?";
  // Most letters were never in that state: they need not be put together to be told so.
  Statement rows(database, message_query(database, whole_letter) +
                               fmt::format(" WHERE m.state IN ({0}) AND m.seq IN (SELECT seq FROM messages WHERE state IN ({0}) UNION ALL "
                                           "SELECT message_seq FROM message_changes WHERE state IN ({0})) ORDER BY s.due, m.key", marks));
  for (int place = 0; place < 3; ++place)
    for (const std::string& state : states) rows.bind(state);
  return messages_of(database, rows);
}

std::vector<Recipient> read_recipients(const Database& database, const std::vector<std::string>& message_keys) {
  const std::string channel = has_column(database, "messages", "channel") ? "coalesce(m.channel, 'email')" : "'email'";
  Statement rows(database, fmt::format("SELECT m.key, c.key, {}, coalesce(l.letter ->> '$.to.email', l.letter ->> '$.to.phone', '') FROM json_each(?) j "
                                       "JOIN messages m ON m.key = j.value JOIN cases c ON c.seq = m.case_seq JOIN letters l ON l.message_seq = m.seq", channel));
  const std::string keys = strings_json(message_keys);
  rows.bind(keys);
  std::vector<Recipient> recipients;
  while (rows.step()) {
    Columns columns(database, rows);
    Recipient& one = recipients.emplace_back();
    one.message = columns.text();
    one.case_key = columns.text();
    one.channel = columns.channel();
    one.address = columns.text();
  }
  return recipients;
}

std::optional<OutboxMessage> read_message(const Database& database, const std::string& key) {
  Statement rows(database, message_query(database, whole_letter) + " WHERE m.key = ?");
  rows.bind(key);
  std::vector<OutboxMessage> found = messages_of(database, rows);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<OutboxMessage> read_outlines(const Database& database, const std::optional<std::string>& record_id) {
  // The letter is opened for one record alone: over a whole ledger that would be most of a night's work.
  const std::string letter = fmt::format("'', '', '', '', '', '', {}, '', '', ''", record_id ? "letter ->> '$.subject'" : "''");
  std::string query = message_query(database, letter);
  if (record_id && has_column(database, "messages", "cases"))
    query += " WHERE m.record_id = ? OR m.seq IN (SELECT x.seq FROM messages x JOIN json_each(x.cases) f "
             "JOIN cases c ON c.key = f.value WHERE x.cases IS NOT NULL AND c.record_id = ?)";
  else if (record_id) query += " WHERE m.record_id = ?";
  Statement rows(database, query + " ORDER BY s.due, m.key");
  if (record_id) rows.bind(*record_id);
  if (record_id && has_column(database, "messages", "cases")) rows.bind(*record_id);
  return messages_of(database, rows);
}

std::vector<OutboxMessage> read_outlines_of(const Database& database, const Whose& whose) {
  const std::string several = has_column(database, "messages", "cases")
                                  ? " OR m.seq IN (SELECT x.seq FROM messages x JOIN json_each(x.cases) f JOIN cases c ON c.key = f.value "
                                    "WHERE x.cases IS NOT NULL AND c.record_id IN (SELECT value FROM json_each(?)))"
                                  : "";
  const std::string letter = "'', '', '', '', '', '', '', '', '', ''";
  Statement rows(database, message_query(database, letter) + " WHERE m." + whose_query("messages") + several + " ORDER BY s.due, m.key");
  const std::string people = list_of(whose.people), orders = list_of(whose.orders);
  rows.bind(people).bind(orders);
  if (!several.empty()) rows.bind(orders);
  return messages_of(database, rows);
}

}  // namespace amends
