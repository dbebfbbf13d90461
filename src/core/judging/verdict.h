// What one record's facts say about one guarantee. The columns are found and the clock compiled once for all
// rows; a verdict in time costs integer work only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/guarantees/clock.h"
#include "core/guarantees/due_choice.h"
#include "core/judging/destination.h"
#include "core/judging/evidence.h"
#include "core/judging/miss.h"

namespace amends {

enum class Outcome : std::uint8_t { in_time, open, ended, suspended, missed, unjudged };

struct Verdict {
  Outcome outcome = Outcome::open;
  Kinds kinds;                 // of a miss
  std::vector<Evidence> evidence;
  Moment start;
  const Due* due = nullptr;    // the one chosen for the order
  Deadline deadline;
  Moment met;
  Moment until;                // what lateness is measured to: met, the end of the case or as_of
  bool until_known = true;
  bool until_ends_day = false; // it is the end of a day, not a moment of the next
  bool closed = false;
  Moment opened;               // the promised window's begin
  Deadline before_pause;       // where the clock stands: as it would be without the pause that lasts
  std::vector<Standstill> stood;  // when the clock stood
  const Destination* destination = nullptr;
  std::string_view missing;    // the fact that keeps it from being judged, if it is one
  std::string reason;          // why it cannot be judged
};

// Makes it one that cannot be judged. `missing`: the fact that keeps it from that, if it is one.
Verdict& cannot_judge(Verdict& verdict, std::string_view missing, std::string reason);

class Verdicts {
 public:
  // Keeps references to all.
  Verdicts(const Guarantee& guarantee, const Table& rows, Destinations& destinations, const EvidenceFinder& evidence, const Project& project, Instant as_of);
  // `held`: the ledger holds the case, so an end that nobody dated does not undo that it was missed.
  // `goods_apart`: another guarantee promises the goods themselves, whose case a loss or a damage is. `told`: the
  // record's facts.
  Verdict of(Row row, bool held, bool goods_apart, const FactSource& told) const;
  // The first instant too late, ms, grace included; of a verdict that has a deadline.
  std::int64_t limit(const Verdict& verdict) const;
  // How its deadline was counted; none where it was not.
  std::optional<Count> count(const Verdict& verdict, Row order, const FactSource& told) const;

 private:
  Moment moment(const Column* column, Row order) const;
  bool is_ahead(Moment moment) const;  // at or after as_of
  std::string_view status(Row order) const;
  Moment known(const Column* column, Row order) const;  // none when it is ahead

  struct From {
    Moment at;                 // none: nobody told it
    const std::string* fact;
  };
  From counted_from(Row order) const;  // what its due is counted from
  std::string met_before_its_time(const Verdict& verdict, Row order) const;  // empty: it was not
  std::vector<Standstill> pauses_told(Row order) const;
  std::vector<Standstill> pauses(Row order) const;
  std::string contradiction_in_pauses(Row order, std::string_view& fact) const;
  bool is_of_days(const PromiseException& exception, const Verdict& verdict) const;
  Truth is_exempt(const PromiseException& exception, const Verdict& verdict, const FactSource& told) const;
  // The count with what pauses and exceptions make of it.
  struct Adjusted {
    Count count;
    const PromiseException* suspended_by = nullptr;
    const PromiseException* untold = nullptr;  // nobody can say whether it applies
  };
  Adjusted adjusted(const Verdict& verdict, Row order, const FactSource& told, const std::vector<Standstill>& pauses, bool with_steps) const;
  bool is_moved(Verdict& verdict, Row order, const FactSource& told) const;  // false: nothing more to do
  bool is_grace_known(const Verdict& verdict) const;
  std::string unknown_grace(const Verdict& verdict, Row order) const;        // why its end cannot be counted, where it matters
  Verdict of_clock(Row order, bool held, bool goods_apart, const FactSource& told) const;
  Verdict of_goods(Row order) const;
  Verdict missed_goods(Verdict verdict, Row order) const;
  void judge_no_start(Verdict& verdict, Row order) const;
  void judge_met(Verdict& verdict, Row order, bool goods_apart) const;
  void judge_early(Verdict& verdict, Row order) const;
  bool is_within_grace(Instant met, Instant opens) const;
  void judge_unmet(Verdict& verdict, Row order, bool held, bool goods_apart) const;
  void judge_ahead(Verdict& verdict, Row order, bool goods_apart) const;
  void judge_ended(Verdict& verdict, Row order, bool held, bool goods_apart) const;
  bool cannot_arrive(Row order, std::int64_t limit) const;
  std::vector<Evidence> evidence_of(Row order) const;
  void close_if_lost(Verdict& verdict) const;
  void set_deadline(Verdict& verdict, Moment from, Row order) const;
  bool is_unjudged_met(Verdict& verdict, Row order) const;
  bool can_end(std::string_view fact) const;
  bool ends(std::string_view status) const;
  bool is_ended(Row order) const;
  Moment ended_at(Row order) const;

  const Guarantee& guarantee_;
  Destinations& destinations_;
  const EvidenceFinder& evidence_;
  const Project& project_;
  Instant as_of_;
  const Column* from_;
  const Column* start_;
  const Column* met_;
  const Column* status_;
  const Column* status_at_;
  const Column* delivered_;
  const Column* cancelled_;  // null also where the guarantee itself is about it
  const Column* refunded_;
  const Column* placed_;
  const Column* updated_;
  std::vector<const Column*> others_;   // beside due.others
  const Column* window_;
  DueChoice choice_;
  std::vector<std::pair<const Column*, const Column*>> paused_;  // beside pauses
  std::vector<DueClock> clocks_;        // one for each due that is counted
  std::optional<DueClock> grace_clock_;
  const Column* shipped_;
  const Column* carrier_;
  const Column* service_;
};

// All zero when it is in time.
Lateness lateness_of(const Guarantee& guarantee, const Verdict& verdict);
// The end of grace: when it counts as missed.
Instant end_of_grace(const Guarantee& guarantee, const Deadline& deadline);

}  // namespace amends
