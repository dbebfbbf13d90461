// How good the estimate was: orders begun in the time held back are estimated from what was known before it, once
// as they began and once a while before their time ran out, if they were still open; then it is counted how many of
// those given ten, twenty ... percent missed it.
#pragma once
#include <array>
#include <map>
#include <string>

#include "core/risk/track_record.h"

namespace amends {

// When an order of the time held back is looked at.
enum class Look : std::uint8_t { at_start, later };

struct Calibration {
  struct Tenth {
    std::size_t orders = 0, missed = 0;
    double estimated = 0;  // the sum
  };
  std::array<Tenth, 10> tenths;
  std::size_t orders = 0, missed = 0;
  std::size_t training_orders = 0, training_missed = 0;  // those of before whose time was over, looked at as late
  double squares = 0;                                    // of the differences

  double training_rate() const;
  double own_rate() const;
  // Brier scores: the mean square of the difference between what was estimated and what came; 0 is best.
  double brier() const;
  double brier_of_constant(double rate) const;
};

class Trials {
 public:
  // Orders begun from `since` on; the second look is `lead` before the time runs out, or half way for 0.
  Trials(Instant since, std::int64_t lead) : since_(since), lead_(lead) {}

  // `of`: the traits that were known at a look: of(true) when the parcel had left.
  template <class TraitsOf>
  void add(const CaseTimes& times, Instant as_of, TraitsOf of) {
    each(times, as_of, [&](Look look, Standpoint standpoint, bool missed) { add({of(has_left(standpoint)).key, look, standpoint}, {1, missed ? 1u : 0u}); });
  }
  // Counts what is looked at before the time held back, and calls `use` with what is looked at in it: the look, where the
  // case stood and whether it was missed.
  template <class Use>
  void each(const CaseTimes& times, Instant as_of, Use use) {
    if (times.state == CaseTimes::State::ended || times.limit > as_of) return;
    for (const Look look : {Look::at_start, Look::later}) {
      const Instant at = moment(times, look);
      if (!was_open(times, look, at)) continue;
      const bool missed = times.state != CaseTimes::State::in_time;
      if (times.start >= since_) use(look, standpoint_at(times, at), missed);
      else if (times.limit <= since_) add_training(look, missed);
    }
  }
  static bool has_left(Standpoint standpoint) { return standpoint.phase != Phase::waiting; }
  // So many kept ones that stood alike.
  void add_kept(const Traits& traits, Look look, Standpoint standpoint, std::size_t orders) { add({traits.key, look, standpoint}, {orders, 0}); }
  void add(const Trials& other);

  Calibration calibration(const TrackRecord& before, Look look) const;

 private:
  struct Key {
    std::string traits;
    Look look;
    Standpoint standpoint;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Counted {
    std::size_t orders = 0, missed = 0;
  };
  Instant moment(const CaseTimes& times, Look look) const;
  static bool was_open(const CaseTimes& times, Look look, Instant at);
  void add_training(Look look, bool missed);
  void add(Key key, Counted counted);
  void coarsen();

  Instant since_;
  std::int64_t lead_;
  std::size_t depth_ = trait_levels;
  std::map<Key, Counted> trials_;
  Counted training_[2];
};

}  // namespace amends
