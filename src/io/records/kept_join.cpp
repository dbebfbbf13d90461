#include "io/records/kept_join.h"

#include "core/time/calendar.h"

namespace amends {
namespace {

std::uint64_t pair_of(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

}  // namespace

void KeptJoin::start(const KeptOrderRow& order) {
  order_ = order;
  parcels_ = 0;
  parcel_group_ = 0;
  shipped_ = arrived_ = Moment{};
  is_certain_ = true;
}

// Days and moments of several parcels compare by the shop's clock: that is for the records.
void KeptJoin::add(const KeptParcelRow& parcel) {
  const Moment shipped = Moment::from_raw(parcel.shipped), arrived = Moment::from_raw(parcel.met);
  if (parcels_++ == 0) {
    shipped_ = shipped;
    arrived_ = arrived;
    parcel_group_ = parcel.group;
    return;
  }
  for (const Moment at : {shipped_, arrived_, shipped, arrived}) is_certain_ = is_certain_ && !at.is_date();
  if (!is_certain_) return;
  if (shipped_.is_none() || (!shipped.is_none() && shipped.instant() < shipped_.instant())) shipped_ = shipped;
  if (arrived_.is_none() || arrived.is_none()) arrived_ = Moment{};  // one is awaited
  else if (arrived.instant() > arrived_.instant()) arrived_ = arrived;
  if (parcel.group != parcel_group_) parcel_group_ = of_both_parcels(parcel_group_, parcel.group);
  is_certain_ = parcel_group_ != 0;
}

bool KeptJoin::finish() {
  if (!is_certain_) return false;
  KeptOrder kept;
  kept.group = group_of_order();
  kept.guarantee = order_.guarantee;
  kept.person = order_.person;
  kept.placed = Moment::from_raw(order_.placed);
  if (kept.group == 0 || (kept.guarantee != KeptOrder::no_guarantee && !tell_promise(kept))) return false;
  kept_.push_back(kept);
  return true;
}

void KeptJoin::hand_over() {
  if (!kept_.empty()) take_(kept_);
  kept_.clear();
}

bool KeptJoin::tell_promise(KeptOrder& kept) {
  const Guarantee& guarantee = plan_.project->guarantees[kept.guarantee];
  const Moment own = Moment::from_raw(order_.met), met = own.is_none() ? arrived_ : own;
  if (met.is_none()) return false;
  kept.due = Moment::from_raw(order_.due);
  kept.day = Date{order_.day};
  kept.is_over = order_.limit <= plan_.as_of.ms;
  if (order_.start != Moment::none) tell_times(kept, guarantee, met);
  return true;
}

// As core/judging/timekeeper.h takes them from a verdict in time.
void KeptJoin::tell_times(KeptOrder& kept, const Guarantee& guarantee, Moment met) const {
  CaseTimes& times = kept.times;
  times.guarantee = kept.guarantee;
  times.state = CaseTimes::State::in_time;
  times.is_met = true;
  times.begun = times.start = Moment::from_raw(order_.start).instant();
  times.limit = Instant{kept.due.is_date() ? order_.limit : order_.limit - 1};
  times.last = met.is_date() ? first_of(met, groups_.zone(order_.zone)) : met.instant();
  times.has_parcel = plan_.kept.tells_sending && guarantee.awaits_arrival();
  const Moment own = Moment::from_raw(order_.shipped);
  if (times.has_parcel) times.shipped = own.is_none() ? shipped_ : own;
  kept.has_times = times.limit > times.start && times.last >= times.start;
}

std::uint32_t KeptJoin::group_of_order() {
  const std::uint64_t both = pair_of(order_.group, parcel_group_);
  const auto known = of_orders_.find(both);
  return known != of_orders_.end() ? known->second : of_orders_.emplace(both, number_of_order(order_.group, parcel_group_)).first->second;
}

// What the order does not tell its parcels do, else its customer, whose row stands elsewhere.
std::uint32_t KeptJoin::number_of_order(std::uint32_t order, std::uint32_t parcels) {
  KeptGroups::Texts texts = groups_.texts(order);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty() && parcels != 0) texts[i] = groups_.texts(parcels)[i];
    if (texts[i].empty() && plan_.kept.customers_tell[i]) return 0;
  }
  return groups_.number(texts);
}

// What all parcels of an order agree on, as core/records/parcel_facts.h has it.
std::uint32_t KeptJoin::of_both_parcels(std::uint32_t a, std::uint32_t b) {
  const auto known = of_parcels_.find(pair_of(a, b));
  if (known != of_parcels_.end()) return known->second;
  KeptGroups::Texts texts = groups_.texts(a);
  const KeptGroups::Texts& others = groups_.texts(b);
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i] != others[i]) texts[i].clear();
  return of_parcels_.emplace(pair_of(a, b), groups_.number(texts)).first->second;
}

}  // namespace amends
