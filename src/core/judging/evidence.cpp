#include "core/judging/evidence.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/records/parcels.h"
#include "core/records/versions.h"

namespace amends {
namespace {

// What a status says of the goods themselves.
std::optional<Kind> fault_in(std::string_view status) {
  if (status == "unavailable") return Kind::out_of_stock;
  const std::optional<Kind> kind = kind_named(status);
  return kind && is_about_time(*kind) ? std::nullopt : kind;
}

// Whether it stays true of goods that have arrived.
bool outlasts_arrival(Kind kind) { return kind == Kind::damaged || kind == Kind::short_ || kind == Kind::out_of_stock; }

bool has(const std::vector<Evidence>& found, Kind kind) {
  return std::any_of(found.begin(), found.end(), [&](const Evidence& e) { return e.kind == kind; });
}

}  // namespace

EvidenceColumns::EvidenceColumns(const Table& table)
    : status(table.find("status")), status_at(table.find("status_at")), delivered_at(table.find("delivered_at")), shipped_at(table.find("shipped_at")),
      first_attempt_at(table.find("first_attempt_at")), announced_at(table.find("announced_at")), cause(table.find("cause")), carrier(table.find("carrier")),
      shipment_id(table.find("shipment_id")), tracking(table.find("tracking")), at(table.find("at")), subject(table.find("subject")) {}

EvidenceFinder::EvidenceFinder(const Records& records, const CaseTable& cases, const Project& project, Instant as_of)
    : records_(records), cases_(cases), project_(project), as_of_(as_of), case_(*cases.table), order_(records.orders()), parcel_(records.table(RecordKind::shipment)),
      line_(records.table(RecordKind::item)), event_(records.table(RecordKind::event)), contact_(records.table(RecordKind::contact)), goods_(records, project.shop.zone) {
  for (const SourceSpec& source : project.sources)
    for (const auto& [subject, kind] : source.subjects)
      if (const std::optional<Kind> known = kind_named(kind)) claims_.emplace_back(lower(subject), *known);
}

std::vector<Evidence> EvidenceFinder::of(Row row, const GoodsStanding& standing) const {
  Found found;
  const std::vector<Row> parcels = parcels_of(row);
  find_in_parcels(row, parcels, standing, found);
  find_status(row, standing, found);
  const bool tells_cause = cases_.on != RecordKind::item;  // the order's does not say of which line
  if (standing.counts_causes && tells_cause && !text_at(case_.cause, row).empty())
    find_cause(text_at(case_.cause, row), of_case(Kind::lost, row), standing, !moment_at(case_.shipped_at, row).is_none(), found);
  find_in_events(row, parcels, found);
  find_in_lines(row, standing, found);
  find_missing_pieces(row, parcels, standing, found);
  find_silence(row, parcels, standing, found);
  find_claims(row, standing, found);
  std::stable_sort(found.begin(), found.end(), [](const Evidence& a, const Evidence& b) { return a.kind < b.kind; });
  return found;
}

std::vector<Row> EvidenceFinder::parcels_of(Row row) const {
  if (cases_.on == RecordKind::shipment) return {cases_.records[row]};
  std::vector<Row> parcels;
  if (cases_.on == RecordKind::item && cases_.brought_by[row].is_named) return cases_.brought_by[row].living;
  if (cases_.on != RecordKind::order) return parcels;
  const Table& table = records_.table(RecordKind::shipment);
  for (const Row parcel : rows_of(records_.shipments, row)) {
    const bool is_told = !parcels.empty() && is_same_parcel(table, parcels.back(), parcel);
    if (!is_told && text_at(parcel_.status, parcel) != "cancelled") parcels.push_back(parcel);
  }
  return parcels;
}

// Where a parcel of the order says the same, it says it better.
void EvidenceFinder::find_status(Row row, const GoodsStanding& standing, Found& found) const {
  const std::optional<Kind> kind = fault_in(standing.status);
  if (!kind || has(found, *kind)) return;
  const bool is_of_order = cases_.on == RecordKind::item && text_at(line_.status, cases_.records[row]).empty() && !cases_.brought_by[row].is_named;
  if (is_of_order) return;  // which does not say of which line
  Evidence evidence = of_case(*kind, row);
  evidence.says = fmt::format("its status is {}", standing.status);
  evidence.at = standing.status_at;
  found.push_back(std::move(evidence));
}

void EvidenceFinder::find_in_parcels(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const {
  if (cases_.on != RecordKind::order && cases_.on != RecordKind::item) return;
  const auto all_pieces_came = [&] {
    if (cases_.on == RecordKind::item) return standing.has_arrived;
    const std::optional<PieceCount> pieces = goods_.count(row, parcels);
    return pieces && pieces->arrived == pieces->ordered;
  };
  for (const Row parcel : parcels) {
    const std::string_view word = text_at(parcel_.status, parcel);
    const std::optional<Kind> kind = fault_in(word);
    const bool came_otherwise = kind == Kind::out_of_stock && all_pieces_came();
    if (kind && !came_otherwise && (!standing.has_arrived || outlasts_arrival(*kind))) {
      Evidence evidence = of_record(*kind, RecordKind::shipment, parcel);
      evidence.says = fmt::format("its status is {}", word);
      evidence.at = moment_at(parcel_.status_at, parcel);
      if (evidence.at.is_none() && word == standing.status) evidence.at = standing.status_at;
      if (evidence.at.is_none()) evidence.at = moment_at(parcel_.delivered_at, parcel);
      found.push_back(std::move(evidence));
    }
    if (standing.counts_causes && !text_at(parcel_.cause, parcel).empty())
      find_cause(text_at(parcel_.cause, parcel), of_record(Kind::lost, RecordKind::shipment, parcel), standing, !moment_at(parcel_.shipped_at, parcel).is_none(), found);
  }
}

void EvidenceFinder::find_cause(std::string_view cause, const Evidence& as, const GoodsStanding& standing, bool was_shipped, Found& found) const {
  const auto add = [&](Kind kind) {
    Evidence evidence = as;
    evidence.kind = kind;
    evidence.says = fmt::format("its cause is {}", cause);
    found.push_back(std::move(evidence));
  };
  if (cause == "carrier_damage") add(Kind::damaged);
  else if (cause == "carrier_loss" && !standing.has_arrived && !standing.is_called_off) add(Kind::lost);
  else if (cause == "stock" && !standing.has_arrived && !standing.is_called_off && !was_shipped) add(Kind::out_of_stock);
}

bool EvidenceFinder::is_of_parcel(Row event, Row parcel, Row order) const {
  for (const Column* const column : {event_.shipment_id, event_.tracking}) {
    const std::string_view told = text_at(column, event);
    if (!told.empty()) return told == text_at(parcel_.shipment_id, parcel) || told == text_at(parcel_.tracking, parcel);
  }
  return parcel_count(records_, order) == 1;  // it names none, and there are no others
}

std::vector<std::vector<Stand>> EvidenceFinder::stands_of(Row row) const {
  std::vector<std::vector<Stand>> stands;
  for (const Row parcel : parcels_of(row)) stands.push_back(stands_of(cases_.order_of(row), parcel));
  if (stands.empty() && cases_.on == RecordKind::order) stands.push_back(stands_of(row, no_row));
  return stands;
}

std::vector<Stand> EvidenceFinder::stands_of(Row order, Row parcel) const {
  std::vector<Stand> stands;
  for (const Row event : rows_of(records_.events, order)) {
    const bool is_its_own = parcel == no_row || is_of_parcel(event, parcel, order);
    const Stand stand{moment_at(event_.at, event), text_at(event_.status, event)};
    if (is_its_own && !stand.status.empty() && !stand.since.is_none()) stands.push_back(stand);
  }
  const auto time_of = [&](const Stand& stand) { return first_of(stand.since, project_.shop.zone); };
  std::stable_sort(stands.begin(), stands.end(), [&](const Stand& a, const Stand& b) { return time_of(a) < time_of(b); });
  const EvidenceColumns& told = parcel == no_row ? order_ : parcel_;
  const Row row = parcel == no_row ? order : parcel;
  const Stand last{moment_at(told.status_at, row), text_at(told.status, row)};
  const bool is_new = !last.status.empty() && (stands.empty() || stands.back().status != last.status);
  const bool is_later = last.since.is_none() || stands.empty() || time_of(stands.back()) <= time_of(last);
  if (is_new && is_later) stands.push_back(last);
  return stands;
}

// A loss that a later scan undoes is told by the status; that something broke no later scan undoes.
void EvidenceFinder::find_in_events(Row row, const std::vector<Row>& parcels, Found& found) const {
  if (cases_.on == RecordKind::item && parcels.empty()) return;
  const auto is_its_own = [&](Row event) {
    if (cases_.on == RecordKind::order) return true;
    return std::any_of(parcels.begin(), parcels.end(), [&](Row parcel) { return is_of_parcel(event, parcel, cases_.order_of(row)); });
  };
  for (const Row event : rows_of(records_.events, cases_.order_of(row))) {
    const std::optional<Kind> kind = fault_in(text_at(event_.status, event));
    if ((kind != Kind::damaged && kind != Kind::short_) || has(found, *kind)) continue;
    if (!is_its_own(event)) continue;
    Evidence evidence = of_record(*kind, RecordKind::event, event);
    evidence.record_id = text_at(event_.tracking, event);
    evidence.says = fmt::format("a scan says {}", name_of(*kind));
    evidence.at = moment_at(event_.at, event);
    found.push_back(std::move(evidence));
  }
}

void EvidenceFinder::find_in_lines(Row row, const GoodsStanding& standing, Found& found) const {
  if (cases_.on != RecordKind::order || line_.status == nullptr) return;
  for (const Row line : rows_of(records_.items, row)) {
    const std::string_view word = text_at(line_.status, line);
    const std::optional<Kind> kind = fault_in(word);
    if (!kind || (standing.has_arrived && !outlasts_arrival(*kind))) continue;
    Evidence evidence = of_record(*kind, RecordKind::item, line);
    evidence.says = fmt::format("its status is {}", word);
    found.push_back(std::move(evidence));
  }
}

// Only once nothing more is to come: without a word that the order is complete, another parcel may still be.
void EvidenceFinder::find_missing_pieces(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const {
  if (cases_.on != RecordKind::order || parcels.empty()) return;
  if (!is_one_of(standing.status, {"delivered", "short", "damaged"})) return;
  const std::optional<PieceCount> pieces = goods_.count(row, parcels);
  if (!pieces || !(pieces->arrived < pieces->ordered)) return;
  Evidence evidence = of_case(Kind::short_, row);
  evidence.says = fmt::format("{} of {} pieces arrived", print(pieces->arrived), print(pieces->ordered));
  evidence.at = moment_at(case_.delivered_at, row);
  for (const Row parcel : parcels)
    if (const Moment at = moment_at(parcel_.delivered_at, parcel); evidence.at.is_none() || (!at.is_none() && evidence.at.raw() < at.raw())) evidence.at = at;
  found.push_back(std::move(evidence));
}

// The last sign of life, and whether a carrier gave one.
std::pair<Moment, bool> EvidenceFinder::last_heard(Row order, Row parcel) const {
  const EvidenceColumns& told = parcel == no_row ? order_ : parcel_;
  const Row row = parcel == no_row ? order : parcel;
  const auto time_of = [&](Moment at) { return at.is_date() ? project_.shop.zone.start_of(at.date()).ms : at.instant().ms; };
  Moment last;
  const auto hear = [&](Moment at) {
    if (!at.is_none() && (last.is_none() || time_of(last) < time_of(at)) && time_of(at) < as_of_.ms) last = at;
  };
  for (const Column* const column : {told.announced_at, told.shipped_at, told.first_attempt_at, told.status_at}) hear(moment_at(column, row));
  bool was_scanned = is_one_of(text_at(told.status, row), {"in_transit", "out_for_delivery", "attempted"});
  for (const Row event : rows_of(records_.events, order)) {
    if (parcel != no_row && !is_of_parcel(event, parcel, order)) continue;
    hear(moment_at(event_.at, event));
    was_scanned = was_scanned || !is_one_of(text_at(event_.status, event), {"", "created", "paid", "processing"});
  }
  const bool has_scans = records_.mapped[static_cast<std::size_t>(RecordKind::event)];
  if (!has_scans) was_scanned = was_scanned || !moment_at(told.shipped_at, row).is_none();
  return {last, was_scanned};
}

void EvidenceFinder::find_silence(Row row, const std::vector<Row>& parcels, const GoodsStanding& standing, Found& found) const {
  if (standing.has_arrived || standing.is_called_off) return;
  if (cases_.on == RecordKind::item && parcels.empty()) return find_lost_with_its_parcels(row, found);
  if (!project_.lost) return;
  std::vector<Row> silent = parcels;
  if (silent.empty()) silent.push_back(no_row);  // the order tells of its one parcel
  for (const Row parcel : silent)
    if (std::optional<Evidence> evidence = silence_of(row, parcel)) found.push_back(std::move(*evidence));
}

std::optional<Evidence> EvidenceFinder::silence_of(Row row, Row parcel) const {
  const EvidenceColumns& from = parcel == no_row ? order_ : parcel_;
  const Row its_row = parcel == no_row ? cases_.order_of(row) : parcel;
  const std::string_view word = text_at(from.status, its_row);
  const bool is_under_way = is_one_of(word, {"", "created", "paid", "processing", "shipped", "in_transit", "out_for_delivery", "attempted", unknown_word});
  if (!is_under_way || !moment_at(from.delivered_at, its_row).is_none()) return std::nullopt;
  const auto [heard, was_scanned] = last_heard(cases_.order_of(row), parcel);
  const bool is_announced = parcel != no_row;  // an order that nobody sent is not lost
  if (heard.is_none() || (!was_scanned && !is_announced)) return std::nullopt;
  std::string_view carrier = text_at(from.carrier, its_row);
  if (carrier.empty()) carrier = text_at(case_.carrier, row);
  const Stretch* const limit = project_.lost->of(carrier, was_scanned);
  if (limit == nullptr) return std::nullopt;
  const Calendar& calendar = *project_.lost->calendar;
  const Instant over = passed_since(heard, *limit, calendar);
  if (as_of_ < over) return std::nullopt;
  Evidence evidence = parcel == no_row ? of_case(Kind::lost, row) : of_record(Kind::lost, RecordKind::shipment, parcel);
  evidence.says = was_scanned ? fmt::format("nothing was heard of it since {}, for {}", print_moment(heard, calendar.zone), limit->text)
                              : fmt::format("announced {}, and no carrier has scanned it in the {} since", print_moment(heard, calendar.zone), limit->text);
  evidence.at = over;
  evidence.at_ends_day = limit->is_business;
  evidence.never_sent = !was_scanned;
  return evidence;
}

// A line that no parcel names is in one of those that name none: it is lost when they all are, since the last of them is.
void EvidenceFinder::find_lost_with_its_parcels(Row line, Found& found) const {
  const LineParcels& brought = cases_.brought_by[line];
  std::vector<Row> parcels = brought.living;
  if (!brought.is_told)
    for (const Row parcel : rows_of(records_.shipments, cases_.order_of(line)))
      if (text_at(parcel_.status, parcel) != "cancelled") parcels.push_back(parcel);
  Found lost;
  for (const Row parcel : parcels) {
    std::optional<Evidence> evidence = loss_of(line, parcel);
    if (!evidence) return;
    lost.push_back(std::move(*evidence));
  }
  const auto is_earlier = [&](const Evidence& a, const Evidence& b) {  // what nobody dated may have come last
    return !a.at.is_none() && (b.at.is_none() || first_of(a.at, project_.shop.zone) < first_of(b.at, project_.shop.zone));
  };
  const auto last = std::max_element(lost.begin(), lost.end(), is_earlier);
  for (auto one = lost.begin(); one != lost.end(); ++one) one->is_beside = one != last;
  std::move(lost.begin(), lost.end(), std::back_inserter(found));
}

std::optional<Evidence> EvidenceFinder::loss_of(Row line, Row parcel) const {
  if (text_at(parcel_.status, parcel) != "lost") return project_.lost ? silence_of(line, parcel) : std::nullopt;
  Evidence evidence = of_record(Kind::lost, RecordKind::shipment, parcel);
  evidence.says = "its status is lost";
  evidence.at = moment_at(parcel_.status_at, parcel);
  return evidence;
}

// Where deliveries are told at all, not before there was one.
bool EvidenceFinder::may_tell_of_state(Row row, Moment written) const {
  if (case_.delivered_at == nullptr) return true;
  const Moment delivered = moment_at(case_.delivered_at, row);
  if (delivered.is_none()) return false;
  if (written.is_none()) return true;
  const Zone& zone = project_.shop.zone;
  const auto day_of = [&](Moment m) { return m.is_date() ? m.date() : zone.date_at(m.instant()); };
  return delivered.is_date() || written.is_date() ? day_of(written) >= day_of(delivered) : written.instant() >= delivered.instant();
}

void EvidenceFinder::find_claims(Row row, const GoodsStanding& standing, Found& found) const {
  if (claims_.empty() || cases_.on == RecordKind::item) return;
  if (cases_.on == RecordKind::shipment && parcel_count(records_, cases_.order_of(row)) != 1) return;  // of which parcel nobody says
  for (const Row contact : rows_of(records_.contacts, cases_.order_of(row))) {
    const std::string subject = lower(text_at(contact_.subject, contact));
    for (const auto& [words, kind] : claims_) {
      if (subject.find(words) == std::string::npos) continue;
      const bool is_about_state = kind == Kind::damaged || kind == Kind::short_;
      if (is_about_state && !may_tell_of_state(row, moment_at(contact_.at, contact))) continue;
      const bool is_silent = standing.status.empty() && (is_about_state || !standing.has_arrived);
      const bool is_enough = is_silent || (is_about_state && standing.status == "delivered");
      if (!is_enough && !has(found, kind)) continue;
      Evidence evidence = of_record(kind, RecordKind::contact, contact);
      evidence.says = fmt::format("the customer wrote {}", quoted(text_at(contact_.subject, contact)));
      evidence.at = moment_at(contact_.at, contact);
      evidence.is_beside = !is_enough;
      found.push_back(std::move(evidence));
      break;
    }
  }
}

Evidence EvidenceFinder::of_case(Kind kind, Row row) const {
  Evidence evidence;
  evidence.kind = kind;
  evidence.record = cases_.on;
  evidence.record_id = cases_.own_id(row);
  evidence.where = place_of(cases_.table->places[row]);
  return evidence;
}

Evidence EvidenceFinder::of_record(Kind kind, RecordKind record, Row row) const {
  const Table& table = records_.table(record);
  Evidence evidence;
  evidence.kind = kind;
  evidence.record = record;
  evidence.record_id = text_at(id_columns(table).second, row);
  evidence.where = place_of(table.places[row]);
  return evidence;
}

std::string EvidenceFinder::place_of(const Place& place) const {
  return place.file < records_.files.size() ? fmt::format("{}:{}", records_.files[place.file], place.line) : std::string{};
}

}  // namespace amends
