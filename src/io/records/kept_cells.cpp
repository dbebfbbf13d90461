#include "io/records/kept_cells.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/report/report_again.h"
#include "core/time/calendar.h"

namespace amends {
namespace {

constexpr std::string_view facts_of_people[] = {"person_id", "customer_id", "email"};

}  // namespace

KeptCells::KeptCells(const SievePlan& plan, const SourceFile& file) : RowCells(plan, file) {
  if (!tells_kept()) return;
  const std::vector<Column>& columns = scratch_->raw.table.columns;
  const std::vector<std::string>& facts = plan_.kept.groups->facts();
  for (const CellPlan& cell : file_.plan.cells) {
    Step step;
    step.plan = &cell;
    step.cell = cell.cell;
    step.reading = cell.reading;
    step.strip = cell.strip;
    const Column& column = columns[cell.column];
    const auto name = std::find(std::begin(facts_of_people), std::end(facts_of_people), column.name);
    if (name != std::end(facts_of_people)) names_[name - std::begin(facts_of_people)] = step;
    const std::size_t fact = plan_.kept.groups->fact_named(column.name);
    if (fact == facts.size() || !column.is_text()) continue;
    group_cells_.push_back(step);
    group_facts_.push_back(fact);
  }
  is_named_elsewhere_[0] = is_told_elsewhere("person_id");
  is_named_elsewhere_[2] = is_told_elsewhere("email");
  is_placed_elsewhere_ = is_told_elsewhere("placed_at");
  shipped_ = column_named("shipped_at");
  arrived_ = column_named("delivered_at");
  no_text_ = plan_.kept.groups->number(KeptGroups::Texts(facts.size()));
}

bool KeptCells::is_told_elsewhere(std::string_view fact) const {
  const Slot slot = project_.schema.find(fact);
  return slot < plan_.told_elsewhere.size() && plan_.told_elsewhere[slot];
}

// 0: it cannot be told.
std::uint32_t KeptCells::group() {
  if (group_cells_.empty()) return no_text_;
  bool readable = true;
  const std::uint32_t known = number_of(group_cells_, group_memo_, readable);
  if (!readable) return 0;
  if (known != TextMemo::unknown) return known;
  if (!commit_row()) return 0;
  KeptGroups::Texts texts(plan_.kept.groups->facts().size());
  for (std::size_t i = 0; i < group_cells_.size(); ++i) texts[group_facts_[i]] = alone_.table(kind_).columns[group_cells_[i].plan->column].text[0];
  const std::uint32_t number = plan_.kept.groups->number(texts);
  remember(group_cells_, group_memo_, group_numbers_, number);
  return number;
}

bool KeptCells::tell_parcel(KeptParcelRow& told) {
  const auto value = [this](std::size_t column) { return column == no_cell ? Moment::none : values_[column]; };
  told.shipped = value(shipped_);
  told.met = value(arrived_);
  told.group = group();
  return told.group != 0;
}

bool KeptCells::tell_order(std::string_view id, KeptOrderRow& told) {
  if (!tell_parcel(told)) return false;
  const Moment placed = placed_ == no_cell ? Moment{} : Moment::from_raw(values_[placed_]);
  if (placed.is_none() && is_placed_elsewhere_) return false;
  if (!placed.is_none()) told.placed = Moment(placed.is_date() ? project_.shop.zone.start_of(placed.date()) : placed.instant()).raw();
  return !plan_.kept.with_persons || tell_person(id, told.person);
}

bool KeptCells::tell_promise(Moment start, const Due& due, const Destination& destination, KeptOrderRow& told) {
  const Zone& zone = due_zone(due, destination.zone);
  const Moment begun = start.is_none() && placed_ != no_cell ? Moment::from_raw(values_[placed_]) : start;
  if (!begun.is_none()) told.start = Moment(first_of(begun, zone)).raw();
  const Moment at = Moment::from_raw(told.due);
  told.day = (at.is_date() ? at.date() : zone.date_at(at.instant())).days;
  told.zone = zone_number(zone);
  return told.zone != KeptGroups::most_zones;
}

std::uint8_t KeptCells::zone_number(const Zone& zone) {
  if (last_zone_ != nullptr && *last_zone_ == zone.name()) return last_zone_number_;
  auto known = zones_.find(zone.name());
  if (known == zones_.end()) known = zones_.emplace(zone.name(), plan_.kept.groups->zone_number(zone)).first;
  last_zone_ = &known->first;
  return last_zone_number_ = known->second;
}

// As core/records/case_table.h names people.
bool KeptCells::tell_person(std::string_view id, std::uint64_t& person) {
  constexpr std::string_view prefixes[] = {"person:", "customer:", "email:"};
  for (std::size_t i = 0; i < std::size(names_); ++i) {
    const bool is_here = names_[i].cell != no_cell;
    const std::string_view text = is_here ? plain_text(names_[i]) : std::string_view("");
    if (text.data() == nullptr || (is_here && names_[i].reading != Reading::text) || (text.empty() && is_named_elsewhere_[i])) return false;
    if (text.empty()) continue;
    person_name_.assign(prefixes[i]);
    if (i == 2) person_name_ += lower(text);
    else person_name_ += text;
    person = person_number(person_name_);
    return true;
  }
  person_name_.assign("order:").append(id);
  person = person_number(person_name_);
  return true;
}

}  // namespace amends
