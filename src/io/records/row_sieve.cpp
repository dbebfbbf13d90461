#include "io/records/row_sieve.h"

#include <algorithm>
#include <cstring>

#include "core/base/text.h"
#include "core/guarantees/due_choice.h"
#include "core/language/derived.h"
#include "core/records/order_facts.h"
#include "io/records/kept_cells.h"

namespace amends {
namespace {

// Of ids that differ in their first or last eight bytes, mostly different; of equal ones equal. Never 0.
std::uint16_t few_bits_of(std::string_view id) {
  std::uint64_t first = 0, last = 0;
  const std::size_t count = std::min<std::size_t>(8, id.size());
  std::memcpy(&first, id.data(), count);
  std::memcpy(&last, id.data() + id.size() - count, count);
  const std::uint64_t mixed = ((first ^ (last << 23 | last >> 41)) + id.size()) * 0x9e3779b97f4a7c15u;
  return static_cast<std::uint16_t>(1 + (mixed >> 40) % 0xfffu);
}

// Guarantees an order stands under, by the facts that its conditions test.
struct Matched {
  bool is_certain = false;
  std::vector<std::size_t> guarantees;
  std::vector<const Due*> dues;  // one each
};

}  // namespace

class RowSieve::Parts : public KeptCells {
 public:
  Parts(const SievePlan& plan, const SourceFile& file) : KeptCells(plan, file), is_possible_(plan.is_possible && can_be_sieved(file)) {
    if (kind_ == RecordKind::order) plan_guarantees();
  }

  void take(const Structure& rows, std::size_t row, std::uint64_t position, bool broken, SievedRows& out) {
    ++out.read;
    if (broken || rows.is_faulty(row) || rows.cells_in(row) != file_.plan.width || key_.cell == no_cell)
      return out.uncoded.push_back({{}, position, kind_, RowUse::unused}), void();
    go_to(rows, row);
    std::string_view id = plain_text(key_);
    if (id.data() == nullptr) id = rewritten(key_);
    if (plan_.keep->only_these && !is_asked_for(id)) return;
    SievedRow& sieved = out.rows.emplace_back();
    sieved.position = position;
    sieved.kind = kind_;
    if (tells_kept()) out.told.emplace_back();
    KeptOrderRow* const told = tells_kept() ? &out.told.back() : nullptr;
    if (id.size() == header_id_.size() && id == header_id_ && is_header_again()) id = {};
    if (id.empty() || !plan_.code.encode(id, sieved.id)) {
      out.rows.pop_back();
      if (tells_kept()) out.told.pop_back();
      out.uncoded.push_back({std::string(id), position, kind_, kind_ == RecordKind::order ? use_of_row() : RowUse::used});
      return;
    }
    newest_ = &out.newest;
    const bool clean = is_possible_ && read_cells();
    out.clean += clean ? 1 : 0;
    if (kind_ != RecordKind::order) return sieve_attached(clean, sieved, told);
    sieved.order = clean && !is_kept(id) ? sieve_order(id, sieved, told) : OrderTag{};
    if (sieved.order.order == OrderClass::odd) sieved.order.use = !clean ? use_of_row() : placed_ahead_ ? RowUse::unused : RowUse::used;
  }

 private:
  struct Promise {
    const Guarantee* guarantee = nullptr;
    std::size_t from = no_cell;     // columns of the orders
    std::size_t met = no_cell;
    std::size_t start = no_cell;
    bool is_goods = false;
    bool is_started_elsewhere = false;  // others may tell when its clock began
    bool by_parcels = false;        // a parcel may tell what the order does not
    bool is_certain = false;        // false: not for a first look
    std::vector<DueClock> clocks;   // one for each of its dues that is counted
  };

  void plan_guarantees() {
    for (const Guarantee& guarantee : project_.guarantees) {
      Promise promise;
      promise.guarantee = &guarantee;
      promise.is_goods = guarantee.promises_goods();
      const std::string& from = guarantee.due.kind == Due::Kind::field ? guarantee.due.field : guarantee.start;
      const std::string met = promise.is_goods ? "delivered_at" : guarantee.met_by;
      promise.from = promise.is_goods ? no_cell : column_named(from);
      promise.met = column_named(met);
      promise.start = column_named(guarantee.start);
      promise.is_started_elsewhere = is_told_elsewhere(guarantee.start);
      promise.by_parcels = met == "delivered_at" && plan_.parcels_tell;
      const bool others_may_tell = is_told_elsewhere(met) && !promise.by_parcels;
      promise.is_certain = guarantee.is_plain() && (promise.is_goods ? plan_.status_is_told : promise.from != no_cell) && (promise.met != no_cell || promise.by_parcels) && !others_may_tell;
      if (guarantee.due.is_counted() && guarantee.dues.empty()) promise.clocks.emplace_back(guarantee.due);
      for (const Due& due : guarantee.dues) promise.clocks.emplace_back(due);
      promises_.push_back(std::move(promise));
    }
    std::vector<Slot> tested;
    for (const Guarantee& guarantee : project_.guarantees) {
      if (guarantee.on != RecordKind::order) continue;
      collect(guarantee.when, tested);
      for (const ChosenPart& choice : guarantee.choices) tested.push_back(project_.schema.find(choice.fact));
    }
    when_cells_ = cells_of(with_derived(tested, project_.derived), when_is_certain_);
    const bool is_money = std::any_of(when_cells_.begin(), when_cells_.end(), [](const Step& step) { return step.reading == Reading::money; });
    for (const Step& step : steps_)
      if (is_money && step.reading == Reading::currency) when_cells_.push_back(step);
    std::vector<Slot> place;
    for (const char* name : {"timezone", "country", "region"})
      if (const Slot slot = project_.schema.find(name); slot != no_slot) place.push_back(slot);
    place_cells_ = cells_of(place, place_is_certain_);
  }

  bool is_asked_for(std::string_view id) {
    if (plan_.keep->orders.contains(id)) return true;
    return std::any_of(person_.begin(), person_.end(), [this](const Step& step) {
      std::string_view text = plain_text(step);
      if (text.data() == nullptr) text = rewritten(step);
      return !text.empty() && (plan_.keep->persons.contains(std::string(text)) || plan_.keep->persons.contains(lower(text)));
    });
  }

  bool is_kept(std::string_view id) {
    if (plan_.keep->all || plan_.keep->orders.contains(id)) return true;
    if (plan_.keep->customers.empty() || customer_.cell == no_cell) return false;
    const std::string_view customer = plain_text(customer_);
    return customer.data() == nullptr || plan_.keep->customers.contains(customer);
  }

  // `told`: null unless kept orders are asked for.
  void sieve_attached(bool clean, SievedRow& sieved, KeptParcelRow* told) {
    classify_attached(clean, sieved);
    if (told != nullptr && kind_ == RecordKind::shipment && sieved.row != RowClass::odd && !tell_parcel(*told)) sieved.row = RowClass::odd;
  }

  void classify_attached(bool clean, SievedRow& sieved) {
    const std::string_view own = own_id_.cell == no_cell ? std::string_view{} : plain_text(own_id_);
    if (own_id_.cell != no_cell && own.data() == nullptr) return;
    if (!own.empty()) sieved.own_id = few_bits_of(own);
    if (!clean || plan_.is_always_odd[static_cast<std::size_t>(kind_)]) return;
    if (kind_ != RecordKind::shipment) {
      if (standing_ == Standing::other || is_to_blame_) return;
      sieved.row = RowClass::silent;
      return;
    }
    const auto told = [this](std::size_t column) { return column != no_cell && values_[column] != Moment::none; };
    if (standing_ == Standing::other || is_to_blame_ || told(cancelled_) || told(refunded_)) return;
    if (!told(delivered_)) {
      if (standing_ == Standing::delivered) return;
      sieved.row = standing_ == Standing::silent ? RowClass::silent : RowClass::on_its_way;
      return;
    }
    if (standing_ != Standing::delivered && standing_ != Standing::silent) return;
    sieved.time = over_by(Moment::from_raw(values_[delivered_]));
    sieved.hours = Moment::from_raw(values_[delivered_]).is_date() ? hours_of_a_day : 0;
    sieved.row = RowClass::arrived;
  }

  // The last moment at which it may have been, wherever on earth.
  static std::int64_t over_by(Moment moment) {
    return moment.is_date() ? (std::int64_t{moment.date().days} + 1) * ms_per_day + 12 * ms_per_hour : moment.instant().ms;
  }

  OrderTag sieve_order(std::string_view id, SievedRow& sieved, KeptOrderRow* kept) {
    OrderTag tag;
    if (placed_ahead_) {
      tag.order = OrderClass::not_yet;
      return tag;
    }
    if (standing_ == Standing::other || is_to_blame_) return tag;
    const Matched& matched = matches();
    if (!matched.is_certain || matched.guarantees.size() > most_cases || (matched.guarantees.empty() && plan_.keep->unmatched)) return tag;
    const auto told = [this](std::size_t column) { return column != no_cell && values_[column] != Moment::none; };
    tag.may_be_open = !plan_.watches_open && standing_ != Standing::delivered && !told(cancelled_) && !told(refunded_);
    sieved.time = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < matched.guarantees.size(); ++i)
      if (!settle(promises_[matched.guarantees[i]], *matched.dues[i], tag, sieved.time)) return OrderTag{};
    tag.order = tag.waiting > 0 ? OrderClass::waiting : OrderClass::settled;
    if (kept != nullptr && (tag.open > 0 || !tell_kept(id, matched, *kept))) return OrderTag{};
    if (kept != nullptr && !matched.guarantees.empty()) sieved.time = kept->limit;
    if (tag.waiting > 0) sieved.hours = hours_since_it_began(matched, sieved.time);
    return tag;
  }

  // Where the order stands under several promises, or one of the goods, its records tell.
  bool tell_kept(std::string_view id, const Matched& matched, KeptOrderRow& told) {
    if (matched.guarantees.size() > 1 || !tell_order(id, told)) return false;
    told.met = Moment::none;
    if (matched.guarantees.empty()) return true;
    const std::size_t number = matched.guarantees[0];
    const Promise& promise = promises_[number];
    if (promise.is_goods || promise.guarantee->business_grace || number >= KeptOrder::no_guarantee) return false;
    told.guarantee = static_cast<std::uint8_t>(number);
    told.due = due_.raw();
    told.limit = limit_;
    if (promise.met != no_cell) told.met = values_[promise.met];
    const Moment start = promise.start == no_cell ? Moment{} : Moment::from_raw(values_[promise.start]);
    const Destination* const destination = place();
    if (destination == nullptr || (start.is_none() && promise.is_started_elsewhere)) return false;
    return tell_promise(start, *matched.dues[0], *destination, told);
  }

  // The first instant whose day is this one, or a later one, wherever on earth.
  static std::int64_t begun_by(Moment moment) {
    return moment.is_date() ? std::int64_t{moment.date().days} * ms_per_day + 12 * ms_per_hour : moment.instant().ms;
  }
  // An order that was placed so long before a day is over everywhere was not placed on a later day, wherever on earth.
  static constexpr std::uint16_t hours_of_a_day = 12 + 14 + 1;

  // Since when an arrival contradicts neither its order nor its clock's start.
  std::int64_t began_by(const Promise& promise) const {
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const std::size_t column : {placed_, promise.start})
      if (column != no_cell && values_[column] != Moment::none) last = std::max(last, begun_by(Moment::from_raw(values_[column])));
    return last;
  }

  // Rounded down, so that they begin no earlier.
  std::uint16_t hours_since_it_began(const Matched& matched, std::int64_t until) const {
    std::int64_t hours = any_hours;
    for (const std::size_t guarantee : matched.guarantees) {
      const Promise& promise = promises_[guarantee];
      const std::int64_t began = began_by(promise);
      if (!promise.by_parcels || promise.is_goods || began == std::numeric_limits<std::int64_t>::min()) continue;
      hours = std::min({hours, any_hours - std::int64_t{1}, began > until ? 0 : (until - began) / ms_per_hour});
    }
    return static_cast<std::uint16_t>(hours);
  }

  // Whether it arrived no earlier than its order was placed and its clock began.
  bool is_in_order(const Promise& promise, Moment met) const {
    if (!promise.guarantee->awaits_arrival()) return true;
    if (!met.is_date()) return met.instant().ms >= began_by(promise);
    for (const std::size_t column : {placed_, promise.start}) {
      const Moment from = column == no_cell ? Moment{} : Moment::from_raw(values_[column]);
      if (from.is_none()) continue;
      const bool is_later = from.is_date() ? met.date() >= from.date() : from.instant().ms + 14 * ms_per_hour < (std::int64_t{met.date().days} + 1) * ms_per_day;
      if (!is_later) return false;
    }
    return true;
  }

  // Counts one case, or leaves it to the parcels; false when neither is certain.
  bool settle(const Promise& promise, const Due& due, OrderTag& tag, std::int64_t& time) {
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    if (!promise.is_certain || (!promise.is_goods && !find_limit(promise, due, limit))) return false;
    const std::int64_t met = promise.met == no_cell ? Moment::none : values_[promise.met];
    if (met != Moment::none) {
      if (over_by(Moment::from_raw(met)) >= plan_.as_of.ms) return false;  // still ahead
      if (!is_in_order(promise, Moment::from_raw(met))) return false;
      ++tag.in_time;
      return over_by(Moment::from_raw(met)) < limit;
    }
    if (promise.by_parcels) {
      ++tag.waiting;
      time = std::min(time, limit);
      return true;
    }
    ++tag.open;
    const bool is_about_arrival = promise.is_goods || promise.guarantee->met_by == "delivered_at";
    const bool nothing_sent = !plan_.parcels_tell_status && (standing_ == Standing::silent || standing_ == Standing::early);
    const bool may_be_open = tag.may_be_open && (is_about_arrival || nothing_sent);
    return may_be_open && plan_.as_of.ms < limit;
  }

  // The first instant too late, grace included. Remembers it, and the due.
  bool find_limit(const Promise& promise, const Due& due, std::int64_t& limit) {
    const bool is_found = find_deadline(promise, due, limit);
    limit_ = limit;
    return is_found;
  }

  bool find_deadline(const Promise& promise, const Due& due, std::int64_t& limit) {
    const Guarantee& guarantee = *promise.guarantee;
    const Moment from = Moment::from_raw(values_[promise.from]);
    if (from.is_none()) return false;
    due_ = from;
    if (guarantee.due.kind != Due::Kind::field) {
      if (!from.is_instant() || from.instant() >= plan_.as_of) return false;
      const std::size_t way = guarantee.dues.empty() ? 0 : static_cast<std::size_t>(&due - guarantee.dues.data());
      const Deadline deadline = promise.clocks[way].deadline(from.instant());
      due_ = deadline.due;
      limit = deadline.limit + guarantee.grace;
      return deadline.is_known;
    }
    if (from.is_instant()) {
      limit = from.instant().ms + 1 + guarantee.grace;
      return true;
    }
    const Destination* const destination = place();
    if (destination == nullptr) return false;
    limit = destination->end_of_day(from.date()).ms + guarantee.grace;
    return true;
  }

  const Matched& matches() {
    static const Matched uncertain;
    if (!when_is_certain_) return uncertain;
    bool readable = true;
    std::uint32_t number = when_cells_.empty() && !matched_.empty() ? 0 : number_of(when_cells_, when_memo_, readable);
    if (!readable) return uncertain;
    if (when_cells_.empty() && !matched_.empty()) return matched_[0];
    if (number != TextMemo::unknown && !when_cells_.empty()) return matched_[number];
    if (!commit_row()) return uncertain;
    if (matched_.size() > most_matched) forget_matches();
    matched_.push_back(match_now());
    if (!when_cells_.empty())
      remember(when_cells_, when_memo_, when_numbers_, static_cast<std::uint32_t>(matched_.size() - 1));
    return matched_.back();
  }

  void forget_matches() {
    matched_.clear();
    when_memo_ = TextMemo();
  }

  Matched match_now() {
    const CaseTable orders = case_table(RecordKind::order, alone_, project_.schema, project_.shop.zone, nullptr);
    OrderFacts facts(alone_, orders, project_.schema, project_.shop.currency);
    DerivedFacts told(facts, project_.derived);
    facts.go_to(0);
    Matching matching(project_.guarantees, nullptr);
    Matched matched;
    matched.is_certain = true;
    for (const Match& match : matching.of(told, {})) {
      const Guarantee& guarantee = project_.guarantees[match.guarantee];
      DueChoice::Why why;
      matched.guarantees.push_back(match.guarantee);
      matched.dues.push_back(DueChoice(guarantee, alone_.orders()).of(0, why));
      matched.is_certain = matched.is_certain && match.applies == Truth::yes && matched.dues.back() != nullptr;
    }
    return matched;
  }

  // Where the order goes; null when that is not certain.
  const Destination* place() {
    if (!place_is_certain_) return nullptr;
    bool readable = true;
    if (place_cells_.empty() && !places_.empty()) return places_[0];
    const std::uint32_t number = place_cells_.empty() ? TextMemo::unknown : number_of(place_cells_, place_memo_, readable);
    if (!readable) return nullptr;
    if (number != TextMemo::unknown) return places_[number];
    if (!commit_row()) return nullptr;
    Destinations found(alone_.orders(), project_.shop, plan_.as_of);
    const Destination& destination = found.of(0);
    auto& mine = destinations_[destination.zone.name()];
    if (!mine) mine = std::make_unique<Destination>(destination.zone, destination.reason, plan_.as_of);
    if (places_.size() > most_matched) {
      places_.clear();
      place_memo_ = TextMemo();
    }
    places_.push_back(mine.get());
    if (!place_cells_.empty())
      remember(place_cells_, place_memo_, place_numbers_, static_cast<std::uint32_t>(places_.size() - 1));
    return mine.get();
  }

  static constexpr std::size_t most_matched = 50'000;

  const bool is_possible_;
  std::vector<Promise> promises_;
  std::vector<Step> when_cells_, place_cells_;
  bool when_is_certain_ = true, place_is_certain_ = true;

  Moment due_;              // of the promise looked at last
  std::int64_t limit_ = 0;  // likewise

  TextMemo when_memo_, place_memo_;
  std::uint32_t when_numbers_ = 0, place_numbers_ = 0;
  std::vector<Matched> matched_;
  std::vector<const Destination*> places_;
  std::unordered_map<std::string, std::unique_ptr<Destination>> destinations_;
};

RowSieve::RowSieve(const SievePlan& plan, const SourceFile& file) : parts_(std::make_unique<Parts>(plan, file)) {}
RowSieve::~RowSieve() = default;
void RowSieve::start_chunk() { parts_->start_chunk(); }

void RowSieve::take(const Structure& rows, std::size_t row, std::uint64_t position, bool broken, SievedRows& out) {
  parts_->take(rows, row, position, broken, out);
}

}  // namespace amends
