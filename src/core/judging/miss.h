// Judging: every order under its guarantees, as the records stood at as_of. Only misses become full records.
#pragma once
#include <cstdint>
#include <functional>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/guarantees/count.h"
#include "core/judging/case_times.h"
#include "core/project.h"
#include "core/records/kinds.h"
#include "core/records/known_parcels.h"
#include "core/records/records.h"

namespace amends {

// What shows a miss that no clock tells, and where.
struct Evidence {
  Kind kind = Kind::lost;
  RecordKind record = RecordKind::order;
  std::string record_id;  // its own
  std::string says;       // "its status is lost", "2 of 3 pieces arrived"
  Moment at;              // when it was; none: nobody tells
  std::string where;      // "shipments.csv:3"
  bool at_ends_day = false;  // `at` is the end of a day, not a moment of the next
  bool is_beside = false;    // others beside it show it, and since when: it dates nothing
  bool never_sent = false;   // of what is lost: it was announced, and no carrier ever had it
};

// All whole, all 0 on time. Days are date(met) - date(due) in the due's zone.
struct Lateness {
  std::int64_t minutes = 0;
  std::int64_t hours = 0;
  std::int64_t days = 0;
  std::int64_t business_days = 0;  // by the guarantee's calendar, else Monday to Friday
  std::int64_t ms = 0;             // for what counts each period begun
  std::int64_t early_minutes = 0;  // before a promised window, of what is not late
  bool business_days_known = true; // false: the calendar does not know one of the days
};

// Whether a promise was due before some start. `end`: the exclusive end of a promised day, which the start may be, or due
// itself.
inline bool is_due_before(const Moment& due, Instant end, Instant start) { return due.is_date() ? end <= start : end < start; }

struct Miss {
  std::string key;           // case key: shop/order/ID/guarantee (or shipment, item, contact), each part percent-encoded
  std::string record_id;     // the order's id; empty: a contact that names none
  RecordKind record = RecordKind::order;  // what was promised on
  std::string own_id;        // of that record: of an order the same
  std::string guarantee;
  Kind kind = Kind::late;    // the gravest
  Kinds kinds;               // that and the others
  std::vector<Evidence> evidence;  // of those that no clock tells, gravest first
  std::string person;        // "person:ID", "customer:ID", "email:ADDRESS" or "order:ID"
  Moment start;
  Moment due;                // a date when a date was promised
  Instant due_instant;       // the exclusive end of a date, or due itself: what everything is ordered by
  Date due_date;             // local, in `zone`
  Moment met;                // none: still open
  Zone zone;                 // the due's
  std::string zone_reason;   // "shop", "country BR", "region ...": for explain
  Lateness lateness;         // of an open case: to as_of
  bool lateness_known = true;  // false: it ended at a time nobody told; its late_ facts are missing
  bool closed = false;       // met, cancelled, refunded or lost: accrual has stopped
  std::optional<Money> by_hand;  // credits given by hand for the order, [sources.credits]
  Facts facts;               // every fact the policy, letters and output ask for
  Place place;               // of the order's row
  Row order = no_row;        // in the records it was judged by; none: a contact of no order known
};

// A case that may still be missed, as it would stand then: of kind at_risk.
struct OpenCase {
  Miss miss;
  CaseTimes times;
};

// How one case came out, for counting like ones (case_groups.h).
struct CaseOutcome {
  enum class State : std::uint8_t { kept, missed, ahead };
  Row order = no_row;         // in the records; of messages about no order known there are none
  std::size_t guarantee = 0;  // index in file order
  State state = State::kept;  // ahead: not met, its due still to come
  Date day;                   // the one promised, in the due's zone; of goods the one they came or were found wanting
  std::uint32_t record = 0;   // of what was missed in Judgement::misses, of what is ahead in Judgement::open
};

// A case in time, with what counts of promises are made by. Texts live as long as the records.
struct KeptCase {
  std::size_t guarantee = 0;  // index in file order
  Moment due;                 // of goods, which have no due, when they came; none: nobody told
  std::string_view carrier, region, country;
};

// A case that cannot be judged, and why.
struct Unjudged {
  std::string key;
  std::string record_id;
  RecordKind record = RecordKind::order;
  std::string own_id;
  std::string guarantee;
  Moment due;
  std::vector<std::string> missing;  // fact names
  std::string reason;                // "delivered_at is missing though the status is delivered"
  Place place;
  Row order = no_row;
};

// Each case is in exactly one of in_time, open, ended, suspended, missed, unjudged and left_out. What the policy cannot decide of
// those missed is counted where it is asked (Night::unjudged).
struct Counts {
  std::size_t orders = 0;        // known at as_of
  std::size_t unmatched = 0;     // under no guarantee, nor anything that belongs to them
  std::size_t cases = 0;         // record x guarantee
  std::size_t in_time = 0;       // met in time
  std::size_t open = 0;          // not met, due ahead
  std::size_t ended = 0;         // cancelled, returned, refunded or not to be had, and not known to be missed before
  std::size_t suspended = 0;     // by an exception
  std::array<std::size_t, record_kinds> records{};  // that something is promised on besides orders, by RecordKind
  std::size_t missed = 0;
  std::array<std::size_t, 9> kinds{};  // of those missed, by Kind
  std::size_t unjudged = 0;
  std::size_t left_out = 0;      // could not be judged, and were due before the ledger's start: nothing hangs on it

  bool has_one_case_an_order() const { return cases + unmatched == orders; }
  Counts& operator+=(const Counts& other);
};

class ContactLog;

struct Judgement {
  Instant as_of;
  std::vector<Miss> misses;      // in the order of the orders file; contacts of no order last
  std::vector<Unjudged> unjudged;
  std::vector<std::string> unmatched;    // not filled unless asked: ids of orders under no guarantee
  std::vector<std::string> rematched;  // orders that would now come under another guarantee than the ledger holds
  std::vector<CaseTimes> times;        // not filled unless asked: of every case whose times are known
  std::vector<KeptCase> kept;          // not filled unless asked: of every case in time
  std::vector<OpenCase> open;          // not filled unless asked: the same of those not met whose due is ahead
  std::vector<CaseOutcome> outcomes;   // not filled unless asked: of every case that was kept or missed by now, or is ahead
  std::vector<std::string_view> told;  // beside them: what the record tells of each JudgeOptions::told_of, one after the other
  std::vector<std::string> seen;       // not filled unless asked: keys of the cases judged that the ledger holds (for open ones absent tonight)
  std::vector<CaseIds> known_as;       // not filled unless `seen` is: of those, and of misses, what the parcels are known by tonight
  std::shared_ptr<const ContactLog> contacts;  // when people wrote; null unless asked and a source tells
  Counts counts;
};

// Guarantees the ledger already holds for a record, by its id as the case key has it -> names. Null: no ledger.
class HeldGuarantees {
 public:
  using OfOneKind = std::unordered_map<std::string, std::vector<std::string>>;
  OfOneKind& of(RecordKind kind) { return of_[static_cast<std::size_t>(kind)]; }
  const OfOneKind& of(RecordKind kind) const { return of_[static_cast<std::size_t>(kind)]; }
  KnownParcels parcels;
  std::unordered_map<std::string, std::string> messages_of_orders;  // own id -> that of the case key; empty: several have it

 private:
  std::array<OfOneKind, record_kinds> of_;
};

struct JudgeOptions {
  const HeldGuarantees* held = nullptr;
  std::vector<Slot> facts;  // what Miss::facts shall hold
  bool with_seen = false;   // fill Judgement::seen
  bool with_unmatched = false;
  bool with_times = false;
  bool with_open = false;
  bool with_outcomes = false;  // those ahead are in Judgement::open, without their times
  std::vector<Slot> told_of = {};  // string facts that the records tell
  bool with_kept = false;
  bool is_bare = false;     // leave out of each Miss who it is and why its zone: what only a decision needs
};

Judgement judge(const Records& records, const Project& project, Instant as_of, const JudgeOptions& options);

// Puts the cases of contacts without an order, which stand behind all others, into the order of their files.
void sort_loose(Judgement& judgement);

// Every order-level fact that judging may read, for the readers of sources.
std::vector<Slot> facts_judged(const Project& project);

// One order with its parcels, lines and messages, step by step, for explain.
struct JudgedCase {
  RecordKind record = RecordKind::order;
  std::string own_id;
  std::string key;
  const Guarantee* guarantee = nullptr;
  Truth applies = Truth::no;
  std::vector<std::string> missing;   // facts that left `applies` unknown
  std::string why_not;                // of one that does not apply: "service is not \"express\", ..."
  bool taken = false;                 // false: an earlier one was taken
  std::optional<Count> count;
  std::string outcome;                // "in time", "open", "ended", a kind of miss, "cannot judge: ..."; empty: not taken
  Moment met;
  std::optional<Instant> grace_ends;  // from when it counts as missed; none: it has no grace, or none that can be counted
  std::string zone_reason;            // as in Miss
  std::string brought_by;             // of a line: "brought by parcels A, B", or what else tells its facts
  std::optional<Miss> miss;
  Facts facts;                        // what the records tell of it; of a miss these and more stand in the miss
};
std::vector<JudgedCase> judge_order(const Records& records, const Project& project, Instant as_of, Row order,
                                    const JudgeOptions& options);

// The same of one message, by its row in the contacts.
std::vector<JudgedCase> judge_contact(const Records& records, const Project& project, Instant as_of, Row contact, const JudgeOptions& options);

// The record that a case key names.
struct RecordName {
  RecordKind kind = RecordKind::order;
  std::string id;
};
RecordName record_of_case(std::string_view case_key);
// For people: "4471", "shipment 4471/S1", "contact C9".
std::string record_words(std::string_view case_key);
std::string case_key(std::string_view shop, std::string_view record_kind, std::string_view id, std::string_view guarantee);

}  // namespace amends
