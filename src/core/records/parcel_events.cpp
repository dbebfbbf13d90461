#include "core/records/parcel_events.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <unordered_map>

#include "core/base/text.h"
#include "core/records/id_index.h"
#include "core/records/parcels.h"
#include "core/records/replay.h"

namespace amends {
namespace {

// Of several words of one moment the last in this list holds.
constexpr std::string_view ranks[] = {unknown_word, "created",   "paid",      "processing", "shipped",      "in_transit", "out_for_delivery", "attempted", "available_for_pickup",
                                      "unavailable", "out_of_stock", "delivered", "short", "damaged", "misdelivered", "lost", "cancelled", "refunded", "returned"};

std::size_t rank_of(std::string_view word) {
  return static_cast<std::size_t>(std::find(std::begin(ranks), std::end(ranks), word) - std::begin(ranks));
}

bool is_delivery(std::string_view word) { return is_one_of(word, {"delivered", "damaged", "short"}); }

void keep_first(Moment& fact, Moment told) {
  if (fact.is_none()) fact = told;
}

class Telling {
 public:
  Telling(RawTable& events, RawTable& shipments, const EventContext& context)
      : events_(events), shipments_(shipments), context_(context), tracked_(context.orders, shipments.table, context.zone),
        by_id_({context.orders.find("order_id")}) {
    order_id_ = &column_named(events, "order_id");
    number_ = events.table.find("shipment_id");
    tracking_ = events.table.find("tracking");
    at_ = events.table.find("at");
    status_ = events.table.find("status");
    promised_ = events.table.find("promised_at");
    cause_ = events.table.find("cause");
  }

  std::size_t run() {
    prepare();
    for (Row event = 0; event < events_.rows(); ++event) place(event);
    for (Row parcel = 0; parcel < stories_.size(); ++parcel)
      if (!stories_[parcel].empty() || is_ahead_[parcel]) tell(parcel, story_of(std::move(stories_[parcel])));
    return orphans_;
  }

 private:
  void prepare() {
    for (const std::string_view name : {"order_id", "shipment_id", "tracking"})
      if (events_.table.find(name) != nullptr) column_named(shipments_, name);
    for (const std::string_view name : context_.facts) column_named(shipments_, name);
    order_ids_ = shipments_.table.find("order_id");
    numbers_ = shipments_.table.find("shipment_id");
    trackings_ = shipments_.table.find("tracking");
    for (Row order = 0; order < context_.orders.rows(); ++order) by_id_.add(order);
    for (Row row = 0; row < shipments_.rows(); ++row) note(row);
  }

  void note(Row parcel) {
    of_order_[order_ids_->text[parcel]].push_back(parcel);
    if (const std::string_view number = text_at(numbers_, parcel); !number.empty()) by_number_[number].push_back(parcel);
    stories_.emplace_back();
    is_ahead_.push_back(false);
  }

  // Into the stories of the parcels it is about.
  void place(Row event) {
    std::vector<std::string_view> orders = orders_of(event);
    const bool is_known = events_.known[event] != 0;
    std::erase_if(orders, [this](std::string_view id) { return by_id_.find(id) == no_row; });
    if (orders.empty()) {
      if (is_known && !is_waiting(event)) ++orphans_;
      return;
    }
    order_id_->text[event] = orders[0];
    for (const std::string_view order : orders)
      for (const Row parcel : parcels_of(order, event, is_known)) {
        if (is_known) stories_[parcel].push_back(scanned(event));
        else is_ahead_[parcel] = true;
      }
  }

  bool is_waiting(Row event) const {
    return context_.not_yet.contains(text_at(order_id_, event)) || context_.not_yet.contains(text_at(tracking_, event));
  }

  std::vector<std::string_view> orders_of(Row event) const {
    std::vector<std::string_view> ids;
    if (!order_id_->is_empty(event)) return {order_id_->text[event]};
    if (const auto found = by_number_.find(text_at(number_, event)); found != by_number_.end())
      for (const Row parcel : found->second)
        if (const std::string_view id = order_ids_->text[parcel]; std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    if (ids.empty() && tracking_ != nullptr && !tracking_->is_empty(event)) tracked_.of(tracking_->text[event], heard_at(event), ids);
    return ids;
  }

  // The rows of the parcel it names; of the order's only one, where none is named; else of a new one.
  std::vector<Row> parcels_of(std::string_view order, Row event, bool may_add) {
    const std::string_view number = text_at(number_, event), tracking = text_at(tracking_, event);
    const std::vector<Row>& all = of_order_[order];
    std::vector<Row> named, unnamed;
    for (const Row row : all) {
      const std::string_view own_number = text_at(numbers_, row);
      const std::string_view own_tracking = text_at(trackings_, row);
      const bool is_named = (!number.empty() && own_number == number) || (!tracking.empty() && own_tracking == tracking);
      const bool is_other = (!number.empty() && !own_number.empty()) || (!tracking.empty() && !own_tracking.empty());
      if (is_named) named.push_back(row);
      else if (!is_other) unnamed.push_back(row);
    }
    if (!named.empty()) return named;
    const bool is_one = std::all_of(unnamed.begin(), unnamed.end(), [&](Row row) { return row == unnamed[0] || is_same_parcel(shipments_.table, unnamed[0], row); });
    if (!unnamed.empty()) return is_one ? unnamed : std::vector<Row>{};
    return may_add ? std::vector<Row>{new_parcel(order, event)} : std::vector<Row>{};
  }

  Row new_parcel(std::string_view order, Row event) {
    for (Column& column : shipments_.table.columns) {
      if (column.is_text()) column.text.emplace_back();
      else column.whole.push_back(Moment::none);
    }
    const auto row = static_cast<Row>(shipments_.rows());
    order_ids_->text[row] = order;
    if (number_ != nullptr) numbers_->text[row] = number_->text[event];
    if (tracking_ != nullptr) trackings_->text[row] = tracking_->text[event];
    shipments_.table.places.push_back(events_.table.places[event]);
    shipments_.offsets.push_back(events_.offsets[event]);
    shipments_.known.push_back(1);
    shipments_.ahead.push_back(0);
    shipments_.contradictory.push_back(0);
    note(row);
    return row;
  }

  std::int64_t heard_at(Row event) const {
    return moment_at(at_, event).is_none() ? std::numeric_limits<std::int64_t>::max() : time_of(event);
  }
  std::int64_t time_of(Row event) const { return time_of(moment_at(at_, event)); }
  // A date is over at its end; what has no time is older than all.
  std::int64_t time_of(Moment at) const {
    if (at.is_none()) return std::numeric_limits<std::int64_t>::min();
    return at.is_date() ? context_.zone.start_of(Date{at.date().days + 1}).ms - 1 : at.instant().ms;
  }

  ScannedEvent scanned(Row event) const {
    return {time_of(event), text_at(status_, event), moment_at(at_, event), moment_at(promised_, event), text_at(cause_, event)};
  }

  void tell(Row parcel, const ParcelStory& story) {
    tell_status(parcel, story);
    tell_time("shipped_at", parcel, story.shipped_at);
    tell_time("first_attempt_at", parcel, story.first_attempt_at);
    tell_time("delivered_at", parcel, story.delivered_at);
    tell_time("promised_at", parcel, story.promised_at);
    tell_time("revised_promised_at", parcel, story.revised_promised_at);
    Column* const cause = shipments_.table.find("cause");
    if (cause != nullptr && cause->is_empty(parcel)) cause->text[parcel] = story.cause;
    const Column* const delivered = shipments_.table.find("delivered_at");
    if (is_ahead_[parcel] && (delivered == nullptr || delivered->is_empty(parcel))) shipments_.ahead[parcel] = 1;
  }

  void tell_time(std::string_view name, Row parcel, Moment told) {
    Column* const column = shipments_.table.find(name);
    if (column != nullptr && column->is_empty(parcel)) column->whole[parcel] = told.raw();
  }

  void tell_status(Row parcel, const ParcelStory& story) {
    Column* const status = shipments_.table.find("status");
    if (status == nullptr) return;
    const bool is_same = status->text[parcel] == story.status;  // then the events tell since when
    if (row_stands(parcel, status->text[parcel], story) && !is_same) return;
    status->text[parcel] = story.status;
    Column* const since = shipments_.table.find("status_at");
    if (since != nullptr && (!is_same || since->is_empty(parcel))) since->whole[parcel] = story.status_at.raw();
  }

  // A word for how it ended, or a later one, stands against the events; where it stood on its way they tell better.
  bool row_stands(Row parcel, std::string_view word, const ParcelStory& story) const {
    if (word.empty()) return false;
    if (story.arrived && is_before_arrival(word)) return false;
    const Moment since = moment_at(shipments_.table.find("status_at"), parcel);
    if (!since.is_none()) return story.status.empty() || time_of(since) >= time_of(story.status_at);
    if (is_one_of(word, {"cancelled", "refunded", "unavailable", "out_of_stock"})) return true;
    const Moment delivered = moment_at(shipments_.table.find("delivered_at"), parcel);
    if (says_arrived(word) && !delivered.is_none()) return true;
    if (is_ahead_[parcel]) return false;
    return story.status.empty() || !is_before_arrival(word);
  }

  RawTable& events_;
  RawTable& shipments_;
  const EventContext& context_;
  TrackedOrders tracked_;
  IdIndex by_id_;
  Column* order_id_;  // of events
  const Column* number_;
  const Column* tracking_;
  const Column* at_;
  const Column* status_;
  const Column* promised_;
  const Column* cause_;
  Column* order_ids_ = nullptr;  // of shipments
  Column* numbers_ = nullptr;
  Column* trackings_ = nullptr;
  std::unordered_map<std::string_view, std::vector<Row>> of_order_, by_number_;
  std::vector<std::vector<ScannedEvent>> stories_;  // of each parcel
  std::vector<bool> is_ahead_;                      // of each parcel: an event is not known yet
  std::size_t orphans_ = 0;
};

}  // namespace

ParcelStory story_of(std::vector<ScannedEvent> events) {
  const auto key = [](const ScannedEvent& e) { return std::tuple(e.time, rank_of(e.status), e.status, e.at.raw(), e.promised.raw(), e.cause); };
  std::sort(events.begin(), events.end(), [&](const ScannedEvent& a, const ScannedEvent& b) { return key(a) < key(b); });
  ParcelStory story;
  for (const ScannedEvent& event : events) {
    if (!event.promised.is_none()) {
      keep_first(story.promised_at, event.promised);
      story.revised_promised_at = event.promised;
    }
    if (!event.cause.empty()) story.cause = event.cause;
    if (event.status.empty() || story.status == "returned") continue;  // what comes after is its way back
    if (is_one_of(event.status, {"shipped", "in_transit"})) keep_first(story.shipped_at, event.at);
    if (event.status == "attempted" || is_delivery(event.status)) keep_first(story.first_attempt_at, event.at);
    if (is_delivery(event.status)) keep_first(story.delivered_at, event.at);
    const bool is_same = event.status == story.status;
    if (is_same || (story.arrived && (is_before_arrival(event.status) || event.status == unknown_word))) continue;
    story.arrived = story.arrived || is_delivery(event.status);
    story.status = event.status;
    story.status_at = event.at;
  }
  return story;
}

std::size_t tell_parcels(RawTable& events, RawTable& shipments, const EventContext& context) {
  return Telling(events, shipments, context).run();
}

}  // namespace amends
