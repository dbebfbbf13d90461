// What a parcel's events tell of it where its own row is silent: when it was shipped, first tried, delivered,
// where it stands and since when, what was promised first and last. Events may come out of order, repeated
// and contradictory: they count by the time they happened at, those of one moment by a fixed rank.
#pragma once
#include <unordered_set>
#include <vector>

#include "core/records/raw_table.h"

namespace amends {

struct EventContext {
  const Table& orders;                                        // merged
  const std::unordered_set<std::string_view>& not_yet;        // ids and numbers of orders not known yet
  std::vector<std::string_view> facts;                        // of shipments, that somebody asks for
  const Zone& zone;                                           // the shop's
};

// `events`: replayed, not merged; events at or after the as-of tell only that the row's undated status is too
// new. `shipments`: merged. A parcel that only its events tell of becomes a row; each event gets the id of its
// order. Returns how many known events are of no order.
std::size_t tell_parcels(RawTable& events, RawTable& shipments, const EventContext& context);

// What the events of one parcel come to. Times in ms order them; `at` keeps what the file told.
struct ScannedEvent {
  std::int64_t time = 0;
  std::string_view status;
  Moment at;
  Moment promised;
  std::string_view cause;
};
struct ParcelStory {
  Moment shipped_at, first_attempt_at, delivered_at, promised_at, revised_promised_at, status_at;
  std::string_view status, cause;
  bool arrived = false;
};
ParcelStory story_of(std::vector<ScannedEvent> events);

}  // namespace amends
