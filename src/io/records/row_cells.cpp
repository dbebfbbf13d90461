#include "io/records/row_cells.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/records/raw_table.h"
#include "core/records/versions.h"

namespace amends {
namespace {

using Standing = RowCells::Standing;

Standing standing_of(std::string_view status) {
  for (const std::string_view word : {"created", "processing"})
    if (status == word) return Standing::early;
  for (const std::string_view word : {"paid", "shipped", "in_transit", "out_for_delivery", "attempted", "available_for_pickup"})
    if (status == word) return Standing::on_its_way;
  return status == "delivered" ? Standing::delivered : status.empty() ? Standing::silent : Standing::other;
}

// Whether a cause may show that the goods are lost or damaged (core/judging/evidence.h).
bool tells_of_goods(std::string_view cause) { return cause == "carrier_loss" || cause == "carrier_damage" || cause == "stock"; }

// "12.34" and "12", the plain form of nearly all amounts.
bool is_plain_decimal(std::string_view text, std::size_t most_decimals) {
  const std::size_t point = text.find('.');
  const std::size_t whole = std::min(point, text.size());
  const std::size_t decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
  if (whole == 0 || whole > 11 || decimals > most_decimals || (point != std::string_view::npos && decimals == 0)) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != point && (text[i] < '0' || text[i] > '9')) return false;
  return true;
}

// Whether a cell stands by itself for what it tells.
bool is_plainly_read(const SourceFile& file) {
  const PresetPart& part = file.part(file.spec->kind);
  return !file.spec->decimal_comma && part.others.empty() && part.excepts.empty() && part.blanks.empty() && part.days.empty() && part.places.empty();
}

// Whether a row that its order's currency makes unreadable would be taken for the newest fact: amounts without a currency
// of their own are read once the order is known, and a row that is set aside dates nothing.
bool is_dated_by_amounts(const SourceFile& file) {
  if (file.spec->kind == RecordKind::order || file.spec->max_age == 0) return false;
  return std::any_of(file.plan.cells.begin(), file.plan.cells.end(), [](const CellPlan& cell) { return cell.reading == Reading::money; });
}

}  // namespace

bool can_be_sieved(const SourceFile& file) { return !file.items && is_plainly_read(file) && !is_dated_by_amounts(file); }

RowCells::RowCells(const SievePlan& plan, const SourceFile& file)
    : plan_(plan), project_(*plan.project), file_(file), kind_(file.spec->kind), as_of_day_(project_.shop.zone.date_at(plan.as_of).days) {
  start_chunk();
  plan_steps();
}

void RowCells::start_chunk() {
  scratch_ = std::make_unique<Scratch>(project_, file_);
  parsed_row_ = false;
}

void RowCells::go_to(const Structure& rows, std::size_t row) {
  rows_ = &rows;
  row_ = row;
  first_cell_ = rows.first_cell(row);
  parsed_row_ = false;
}

void RowCells::plan_steps() {
  const std::vector<Column>& columns = scratch_->raw.table.columns;
  values_.assign(columns.size(), Moment::none);
  for (const CellPlan& cell : file_.plan.cells) {
    Step step;
    step.plan = &cell;
    step.cell = cell.cell;
    step.reading = cell.reading;
    step.strip = cell.strip;
    step.is_word = cell.reading == Reading::word || cell.reading == Reading::carrier || cell.reading == Reading::other || cell.reading == Reading::currency;
    const std::string& name = columns[cell.column].name;
    step.is_status = name == "status" && cell.reading == Reading::word;
    step.is_cause = name == "cause" && cell.reading == Reading::word;
    step.is_instant = cell.reading == Reading::moment && scratch_->parser.is_plain_instant(cell);
    step.is_placed = kind_ == RecordKind::order && name == "placed_at";
    if (name == key_of(kind_)) {
      key_ = step;
      header_id_ = file_.header[step.cell];
    }
    if (name == "customer_id") customer_ = step;
    const bool names_person = name == "customer_id" || name == "person_id" || name == "email";
    if (names_person && kind_ == RecordKind::order && !plan_.keep->persons.empty()) person_.push_back(step);
    if (cell.reading != Reading::text) steps_.push_back(step);
  }
  const Column* own = id_columns(scratch_->raw.table).second;
  for (const CellPlan& cell : file_.plan.cells)
    if (own != nullptr && &columns[cell.column] == own) own_id_.cell = cell.cell, own_id_.strip = cell.strip, own_id_.plan = &cell;
  delivered_ = column_named("delivered_at");
  cancelled_ = column_named("cancelled_at");
  refunded_ = column_named("refunded_at");
  placed_ = column_named("placed_at");
  updated_ = column_named("updated_at");
}

std::size_t RowCells::column_named(std::string_view name) const {
  const std::vector<Column>& columns = scratch_->raw.table.columns;
  for (const CellPlan& cell : file_.plan.cells)
    if (columns[cell.column].name == name && !columns[cell.column].is_text()) return cell.column;
  return no_cell;
}

std::string_view RowCells::plain_text(const Step& step) const {
  std::string_view text = rows_->raw_cell(first_cell_, step.cell);
  if (text.empty()) return text;
  const auto first = static_cast<unsigned char>(text.front());
  if (first == '"' || first <= ' ' || static_cast<unsigned char>(text.back()) <= ' ') {
    const Cell cell = rows_->cell(row_, step.cell);
    if (cell.doubled) return {};
    text = trimmed(cell.text);
    if (text.data() == nullptr) text = cell.text.substr(0, 0);
  }
  if (!step.strip.empty() && text.starts_with(step.strip)) text.remove_prefix(step.strip.size());
  return text;
}

bool RowCells::is_header_again() const {
  for (std::size_t i = 0; i < file_.header.size(); ++i)
    if (trimmed(rows_->cell(row_, i).text) != file_.header[i]) return false;
  return true;
}

std::string_view RowCells::rewritten(const Step& step) {
  return scratch_->parser.plain(*step.plan, rows_->cell(row_, step.cell));
}

bool RowCells::parse_row() {
  if (parsed_row_) return parse_is_good_;
  parsed_row_ = true;
  cells_.clear();
  for (std::size_t i = 0; i < file_.plan.width; ++i) cells_.push_back(rows_->cell(row_, i));
  return parse_is_good_ = !scratch_->parser.read(cells_);
}

RowUse RowCells::use_of_row() {
  if (!parse_row() || is_ahead(placed_)) return RowUse::unused;
  return is_ahead(updated_) ? RowUse::doubtful : RowUse::used;
}

bool RowCells::is_ahead(std::size_t column) const {
  const Moment at = column == no_cell ? Moment{} : Moment::from_raw(scratch_->parser.parsed(column).whole);
  return !at.is_none() && (at.is_date() ? project_.shop.zone.start_of(at.date()) : at.instant()) >= plan_.as_of;
}

bool RowCells::read_cells() {
  standing_ = Standing::silent;
  is_to_blame_ = false;
  currency_ = project_.shop.currency;
  placed_ahead_ = false;
  for (const Step& step : steps_)
    if (step.is_instant ? !read_instant(step) : !read_cell(step)) return false;
  return true;
}

bool RowCells::read_instant(const Step& step) {
  const std::string_view text = rows_->raw_cell(first_cell_, step.cell);
  std::int64_t& value = values_[step.plan->column];
  Instant at;
  if (!read_usual_instant(text, at)) {
    value = Moment::none;
    return text.empty() || read_cell(step);
  }
  value = Moment(at).raw();
  return !step.plan->is_fact_time || (at < plan_.as_of && file_.spec->max_age == 0) || note_fact_time(step, at);
}

bool RowCells::note_fact_time(const Step& step, Moment moment) {
  note_newest(moment);
  const bool ahead = moment.is_date() ? moment.date().days >= as_of_day_ : moment.instant() >= plan_.as_of;
  if (!ahead) return true;
  placed_ahead_ = placed_ahead_ || step.is_placed;
  return step.is_placed && moment.is_instant();
}

bool RowCells::read_cell(const Step& step) {
  const std::string_view raw = rows_->raw_cell(first_cell_, step.cell);
  std::int64_t& value = values_[step.plan->column];
  value = Moment::none;
  if (raw.empty()) return true;
  // What most cells are, without a look at quotes and blanks.
  if (step.reading == Reading::money && is_plain_decimal(raw, decimals_of(step))) return true;
  if (step.is_word) {
    const std::uint32_t known = words_.find(static_cast<std::uint32_t>(step.plan->column), raw);
    if (known != TextMemo::unknown) return take_word(step, known);
  }
  const std::string_view text = plain_text(step);
  if (text.data() == nullptr) return false;
  if (text.empty()) return true;
  switch (step.reading) {
    case Reading::text: return true;
    case Reading::moment: return read_moment(step, text, value);
    case Reading::currency: return read_currency(step, text, raw);
    case Reading::money: return is_plain_decimal(text, decimals_of(step)) || parse_row();
    case Reading::number: return is_plain_decimal(text, 9) || parse_row();
    case Reading::word:
    case Reading::carrier:
    case Reading::other: return read_word(step, raw);
  }
  return false;
}

std::size_t RowCells::decimals_of(const Step& step) const {
  const Currency own = scratch_->raw.table.columns[step.plan->column].type.currency;
  if (!own.is_none()) return own.digits;
  return kind_ == RecordKind::order ? currency_.digits : 0;
}

bool RowCells::read_moment(const Step& step, std::string_view text, std::int64_t& value) {
  const Stamp stamp = step.is_instant ? read_iso(text) : scratch_->parser.stamp_of(text);
  if (stamp.kind == Stamp::Kind::bad) return false;
  const bool is_direct = step.is_instant && stamp.kind == Stamp::Kind::instant;
  const Moment moment = is_direct ? Moment(stamp.instant) : scratch_->parser.moment_in(*step.plan, stamp, text);
  value = moment.raw();
  return !step.plan->is_fact_time || note_fact_time(step, moment);
}

void RowCells::note_newest(Moment moment) {
  if (file_.spec->max_age == 0) return;
  *newest_ = std::max(*newest_, moment.is_date() ? scratch_->reader.zone.start_of(moment.date()).ms : moment.instant().ms);
}

bool RowCells::read_currency(const Step& step, std::string_view text, std::string_view raw) {
  const std::optional<Currency> currency = currency_named(text);
  if (!currency) return false;
  currencies_.push_back(*currency);
  const auto known = static_cast<std::uint32_t>(currencies_.size() - 1);
  words_.put(static_cast<std::uint32_t>(step.plan->column), raw, known);
  return take_word(step, known);
}

bool RowCells::read_word(const Step& step, std::string_view raw) {
  if (!parse_row()) return false;
  const RowParser::Parsed& parsed = scratch_->parser.parsed(step.plan->column);
  if (parsed.unknown) return false;
  const std::uint32_t known = step.is_status ? static_cast<std::uint32_t>(standing_of(parsed.text)) : step.is_cause && tells_of_goods(parsed.text) ? 1 : 0;
  words_.put(static_cast<std::uint32_t>(step.plan->column), raw, known);
  return take_word(step, known);
}

bool RowCells::take_word(const Step& step, std::uint32_t known) {
  if (step.is_status) standing_ = static_cast<Standing>(known);
  if (step.is_cause) is_to_blame_ = known != 0;
  if (step.reading != Reading::currency) return true;
  currency_ = currencies_[known];
  return currency_ == project_.shop.currency || (kind_ == RecordKind::order && !plan_.lines_have_currency);
}

std::vector<RowCells::Step> RowCells::cells_of(const std::vector<Slot>& slots, bool& certain) const {
  std::vector<Step> steps;
  const std::vector<Column>& columns = scratch_->raw.table.columns;
  for (const Slot slot : slots) {
    if (slot == no_slot) continue;
    const Field& field = project_.schema.at(slot);
    if (field.origin == Origin::derived) continue;  // what it is computed from stands beside it
    if (field.type.base == Type::list || field.type.base == Type::record) certain = false;
    const auto told = std::find_if(file_.plan.cells.begin(), file_.plan.cells.end(), [&](const CellPlan& c) { return columns[c.column].name == field.name; });
    if (told == file_.plan.cells.end()) {
      certain = certain && !plan_.told_elsewhere[slot];
      continue;
    }
    Step step;
    step.plan = &*told;
    step.cell = told->cell;
    step.reading = told->reading;
    step.strip = told->strip;
    step.may_be_filled = plan_.told_elsewhere[slot];
    steps.push_back(step);
  }
  return steps;
}

std::uint32_t RowCells::number_of(const std::vector<Step>& steps, const TextMemo& memo, bool& readable) const {
  std::uint32_t number = 0;
  for (const Step& step : steps) {
    const std::string_view text = plain_text(step);
    if (text.data() == nullptr || (text.empty() && step.may_be_filled)) return readable = false, TextMemo::unknown;
    if (number != TextMemo::unknown) number = memo.find(number, text);
  }
  return number;
}

void RowCells::remember(const std::vector<Step>& steps, TextMemo& memo, std::uint32_t& numbers, std::uint32_t last) const {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string_view text = plain_text(steps[i]);
    std::uint32_t next = i + 1 == steps.size() ? last : memo.find(number, text);
    if (next == TextMemo::unknown) next = ++numbers;
    memo.put(number, text, next);
    number = next;
  }
}

bool RowCells::commit_row() {
  if (!parse_row()) return false;
  RawTable& raw = scratch_->raw;
  keep_rows(raw, {});
  scratch_->parser.commit(Place{}, 0, [](std::size_t) { return Where{}; });
  alone_.table(kind_) = raw.table;
  for (Currency& currency : alone_.table(kind_).currency)
    if (currency.is_none()) currency = project_.shop.currency;
  return true;
}

}  // namespace amends
