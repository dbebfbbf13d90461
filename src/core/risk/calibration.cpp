#include "core/risk/calibration.h"

#include <algorithm>

namespace amends {
namespace {

constexpr std::size_t most_trials = 200'000;  // kinds of them; more, and the finest trait is given up

double share(std::size_t part, std::size_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

double Calibration::training_rate() const { return share(training_missed, training_orders); }
double Calibration::own_rate() const { return share(missed, orders); }
double Calibration::brier() const { return orders == 0 ? 0 : squares / static_cast<double>(orders); }
double Calibration::brier_of_constant(double rate) const {
  const double own = own_rate();
  return own * (1 - rate) * (1 - rate) + (1 - own) * rate * rate;
}

Instant Trials::moment(const CaseTimes& times, Look look) const {
  if (look == Look::at_start) return times.start;
  return lead_ > 0 ? Instant{times.limit.ms - lead_} : Instant{times.start.ms + (times.limit.ms - times.start.ms) / 2};
}

bool Trials::was_open(const CaseTimes& times, Look look, Instant at) {
  if (look == Look::at_start) return true;
  return at > times.start && (!times.is_met || times.last >= at);
}

void Trials::add_training(Look look, bool missed) {
  Counted& counted = training_[static_cast<int>(look)];
  ++counted.orders;
  counted.missed += missed ? 1 : 0;
}

void Trials::add(Key key, Counted counted) {
  Traits traits = traits_in(std::move(key.traits));
  traits.cut(depth_);
  key.traits = std::move(traits.key);
  Counted& sum = trials_[std::move(key)];
  sum.orders += counted.orders;
  sum.missed += counted.missed;
  coarsen();
}

void Trials::add(const Trials& other) {
  for (const auto& [key, counted] : other.trials_) {
    Traits traits = traits_in(key.traits);
    traits.cut(depth_);
    Counted& mine = trials_[{std::move(traits.key), key.look, key.standpoint}];
    mine.orders += counted.orders;
    mine.missed += counted.missed;
  }
  for (int look = 0; look < 2; ++look) {
    training_[look].orders += other.training_[look].orders;
    training_[look].missed += other.training_[look].missed;
  }
  coarsen();
}

void Trials::coarsen() {
  while (trials_.size() > most_trials && depth_ > 1) {
    --depth_;
    const std::map<Key, Counted> finer = std::move(trials_);
    trials_ = {};
    for (const auto& [key, counted] : finer) {
      Traits traits = traits_in(key.traits);
      traits.cut(depth_);
      Counted& sum = trials_[{std::move(traits.key), key.look, key.standpoint}];
      sum.orders += counted.orders;
      sum.missed += counted.missed;
    }
  }
}

Calibration Trials::calibration(const TrackRecord& before, Look look) const {
  Calibration out;
  out.training_orders = training_[static_cast<int>(look)].orders;
  out.training_missed = training_[static_cast<int>(look)].missed;
  for (const auto& [key, counted] : trials_) {
    if (key.look != look) continue;
    const Estimate estimate = before.estimate(traits_in(key.traits), key.standpoint);
    if (estimate.empty()) continue;
    const double p = estimate.back().estimate;
    const auto orders = static_cast<double>(counted.orders), missed = static_cast<double>(counted.missed);
    Calibration::Tenth& tenth = out.tenths[static_cast<std::size_t>(std::clamp(static_cast<int>(p * 10), 0, 9))];
    tenth.orders += counted.orders;
    tenth.missed += counted.missed;
    tenth.estimated += p * orders;
    out.orders += counted.orders;
    out.missed += counted.missed;
    out.squares += missed * (1 - p) * (1 - p) + (orders - missed) * p * p;
  }
  return out;
}

}  // namespace amends
