#include "io/records/row_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/records/carriers.h"

namespace amends {
namespace {

bool is_midnight(const Stamp& stamp, const Zone& zone) {
  if (stamp.kind == Stamp::Kind::local) return stamp.ms_of_day == 0;
  if (stamp.kind != Stamp::Kind::instant) return false;
  return stamp.instant.ms % ms_per_day == 0 || zone.ms_of_day(stamp.instant) == 0;
}

// The day a midnight stands for: as written in UTC, where it is one there.
Date day_of(const Stamp& stamp, const Zone& zone) {
  if (stamp.kind == Stamp::Kind::local) return stamp.date;
  return stamp.instant.ms % ms_per_day == 0 ? Zone::utc().date_at(stamp.instant) : zone.date_at(stamp.instant);
}

// The first format that reads the text: what the user most likely has to declare.
std::string format_that_reads(std::string_view text) {
  for (const std::string_view day : {"%d/%m/%y", "%m/%d/%y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%y", "%d.%m.%Y", "%d-%m-%Y",
                                     "%d %b %Y", "%b %d, %Y", "%Y%m%d"})
    for (const std::string_view time : {"", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"}) {
      const std::string pattern = fmt::format("{}{}", day, time);
      if (DateFormat(pattern, Where{}).read(text).kind != Stamp::Kind::bad) return pattern;
    }
  return {};
}

std::string date_hint(std::string_view text) {
  const std::string format = format_that_reads(text);
  if (format.empty()) return "write 2026-03-31 or 2026-03-31 14:05";
  return fmt::format("write 2026-03-31, or declare dates = [\"{}\"]", format);
}

std::string money_hint(std::string_view text, Currency currency) {
  if (text.size() > 3 && text[text.size() - 3] == ',') return "write the amount with a point, 1234.50, or decimal = \",\" on the source";
  if (text.find(',') != std::string_view::npos) return "write the amount without separators and with a point: 1234.50";
  if (text.find_first_not_of("0123456789.-") != std::string_view::npos) return "write the number alone: 1234.50; the currency has a column of its own";
  if (text.substr(0, text.find('.')).size() > 12) return fmt::format("no amount is over {}", amount(Money{most_minor, currency}));
  return fmt::format("{} has {} decimals", currency.name(), currency.digits);
}

// The day a time shows: with a Z, that of UTC.
Date written_day(const Stamp& stamp, std::string_view text, const Zone& zone) {
  return text.ends_with('Z') || text.ends_with('z') ? Zone::utc().date_at(stamp.instant) : zone.date_at(stamp.instant);
}

// "1.234,50" as 1234.50; nothing where the points do not part groups of three.
std::optional<std::string> with_point(std::string_view text) {
  const std::size_t comma = std::min(text.find(','), text.size());
  const std::vector<std::string_view> groups = split(text.substr(0, comma), '.');
  std::string plain(groups[0]);
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].size() != 3) return std::nullopt;
    plain += groups[i];
  }
  if (comma < text.size()) plain.append(".").append(text.substr(comma + 1));
  return plain;
}

// An instant whose zone is not to be believed, as the wall time it shows.
Stamp as_local(const Stamp& stamp) {
  Stamp local;
  local.kind = Stamp::Kind::local;
  local.date = Zone::utc().date_at(stamp.instant);
  local.ms_of_day = Zone::utc().ms_of_day(stamp.instant);
  return local;
}

Zone zone_of(const Project& project, const SourceSpec& spec, const PresetPart& preset) {
  if (spec.zone) return *spec.zone;
  return preset.zone.empty() ? project.shop.zone : Zone::named(preset.zone).value_or(project.shop.zone);
}

}  // namespace

Reader reader_for(const Project& project, const SourceSpec& spec, const PresetPart& preset, Records& records) {
  Reader reader{&project, &spec, &preset, zone_of(project, spec, preset), {}, &records};
  for (const std::string& pattern : spec.dates) reader.dates.emplace_back(pattern, spec.where);
  for (const std::string& pattern : preset.dates) reader.dates.emplace_back(pattern, spec.where);
  return reader;
}

RowParser::RowParser(const Reader& reader, ColumnPlan plan, RawTable& raw)
    : reader_(reader), plan_(std::move(plan)), raw_(raw), key_cell_(no_cell) {
  const RecordKind kind = raw.table.kind;
  keeps_currency_ = kind == RecordKind::order || kind == RecordKind::item || kind == RecordKind::credit;
  for (const CellPlan& cell : plan_.cells) {
    const std::string& field = column_of(cell).name;
    const std::span<const std::string_view> keys = keys_of(kind);
    if (field == key_of(kind) && !cell.is_other) key_cell_ = cell.cell;
    if (std::find(keys.begin(), keys.end(), field) != keys.end()) key_cells_.push_back(cell.cell);
    needs_currency_ = needs_currency_ || cell.reading == Reading::money;
  }
  // Where a parcel's row can name its order, it has to.
  if (kind == RecordKind::shipment && key_cell_ != no_cell && !reader.preset->is_tracked) key_cells_ = {key_cell_};
  needs_currency_ = needs_currency_ || keeps_currency_;
  parsed_.resize(raw.table.columns.size());
  words_.resize(raw.table.columns.size());
}

std::vector<bool> RowParser::wanted() const {
  std::vector<bool> cells(plan_.width, false);
  for (const CellPlan& cell : plan_.cells) {
    cells[cell.cell] = true;
    if (cell.except != no_cell) cells[cell.except] = true;
    for (const std::size_t place : cell.places) cells[place] = true;
  }
  return cells;
}

bool RowParser::tells_time() const {
  return std::any_of(plan_.cells.begin(), plan_.cells.end(), [](const CellPlan& c) { return c.is_fact_time; });
}

std::optional<CellFault> RowParser::read(std::span<const Cell> cells) {
  cells_ = cells;
  if (lacks_key(cells)) {
    fail(fmt::format("{} is empty", key_of(raw_.table.kind)), "every row needs it");
    fault_.cell = key_cell_ == no_cell ? key_cells_[0] : key_cell_;
    return fault_;
  }
  if (needs_currency_) start_currency(cells);
  for (const CellPlan& plan : plan_.cells) {
    out_ = &parsed_[plan.column];
    if (plan.is_other && out_->is_told()) continue;
    const Parsed before = plan.is_other ? *out_ : Parsed{};
    *out_ = before;
    const bool is_read = read_cell(plan, cells[plan.cell]);
    if (before.unknown && out_->unknown) *out_ = before;  // the first word says most
    if (is_read) continue;
    fault_.cell = plan.cell;
    return fault_;
  }
  return std::nullopt;
}

bool RowParser::lacks_key(std::span<const Cell> cells) const {
  return !key_cells_.empty() && std::all_of(key_cells_.begin(), key_cells_.end(), [&](std::size_t cell) { return trimmed(cells[cell].text).empty(); });
}

bool RowParser::tells_nothing() const {
  return std::none_of(plan_.cells.begin(), plan_.cells.end(), [this](const CellPlan& plan) {
    const Parsed& cell = parsed_[plan.column];
    return (cell.is_told() || cell.unknown) && plan.cell != key_cell_ && plan.reading != Reading::currency;
  });
}

// A row without a currency of its own has its order's: that of the row before, where rows of one order follow
// each other, or as the orders tell it.
void RowParser::start_currency(std::span<const Cell> cells) {
  currency_ = {};
  const std::string_view id = key_cell_ == no_cell ? std::string_view{} : trimmed(cells[key_cell_].text);
  if (raw_.folded && id == last_id_) currency_ = last_currency_;
  else if (currency_of_order && !id.empty()) currency_ = currency_of_order(id).value_or(Currency{});
  last_id_ = id;
  last_currency_ = currency_;
}

bool RowParser::read_cell(const CellPlan& plan, const Cell& cell) {
  const std::string_view text = plain(plan, cell);
  if (text.empty() || text == plan.blank || (plan.except != no_cell && text == trimmed(cells_[plan.except].text))) return true;
  out_->cell = plan.cell;
  switch (plan.reading) {
    case Reading::text: out_->text = text; return true;
    case Reading::word: read_word(plan, text); return true;
    case Reading::carrier: read_carrier(plan, text); return true;
    case Reading::currency: return read_currency(text);
    case Reading::number: return read_number(text);
    case Reading::money: return read_money(plan, text);
    case Reading::moment: return read_moment(plan, text);
    case Reading::other: return read_other(plan, text);
  }
  return true;
}

std::string_view RowParser::plain(const CellPlan& plan, const Cell& cell) {
  std::string_view text = cell.text;
  if (cell.doubled) text = reader_.records->words.emplace_back(without_doubled_quotes(text));
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (!text.empty() && (is_blank(text.front()) || is_blank(text.back()))) text = trimmed(text);
  if (!plan.strip.empty() && text.starts_with(plan.strip)) text.remove_prefix(plan.strip.size());
  return text;
}

void RowParser::read_word(const CellPlan& plan, std::string_view text) {
  const auto [found, added] = words_[plan.column].try_emplace(text);
  if (added) found->second = known_word(column_of(plan), text);
  out_->unknown = found->second.word.empty() && !found->second.silent;
  out_->text = found->second.silent ? std::string_view{} : out_->unknown ? text : found->second.word;
}

RowParser::OurWord RowParser::known_word(const Column& column, std::string_view text) const {
  const std::string word = lower(text);
  std::string_view ours = text;
  const bool is_status = column.name == "status", is_cause = column.name == "cause";
  bool mapped = false;
  if (is_status || is_cause) {
    for (const auto& [from, to] : is_status ? reader_.spec->statuses : reader_.spec->causes)
      if (!mapped && lower(trimmed(from)) == word) ours = to, mapped = true;
    for (const auto& [from, to] : is_status ? reader_.preset->statuses : reader_.preset->causes)
      if (!mapped && from == word) ours = to, mapped = true;
    if (mapped && ours == "-") return {{}, true};
    for (const Word& known : is_status ? vocabulary().statuses : vocabulary().causes)
      if (known.name == (mapped ? std::string(ours) : word)) return {known.name};
    return {};
  }
  const Slot slot = reader_.project->schema.find(column.name);  // whose words outlive the column
  if (slot == no_slot) return {};
  for (const std::string& known : reader_.project->schema.at(slot).type.words)
    if (lower(known) == word) return {known};
  return {};
}

void RowParser::read_carrier(const CellPlan& plan, std::string_view text) {
  const auto [found, added] = words_[plan.column].try_emplace(text);
  if (added) found->second.word = known_carrier(text);
  out_->unknown = found->second.word.empty();
  out_->text = out_->unknown ? text : found->second.word;
}

// A name the user maps a carrier to is one, whether amends has heard of it or not.
std::string_view RowParser::known_carrier(std::string_view text) const {
  const std::string word = lower(text);
  for (const auto& [from, to] : reader_.spec->carriers)
    if (lower(trimmed(from)) == word) return to;
  const Carrier* known = carrier_named(text);
  return known == nullptr ? std::string_view{} : known->code;
}

void RowParser::count_unknown(const CellPlan& plan, const Parsed& cell, const std::function<Where(std::size_t)>& where) {
  auto& unknown = reader_.records->unknown_words;
  std::size_t& entry = words_[plan.column][cell.text].counted;
  const std::string& field = column_of(plan).name;
  if (entry == none) {
    entry = place_of_unknown(*reader_.records, raw_.table.kind, field, cell.text);
    if (entry == unknown.size()) unknown.push_back({raw_.table.kind, reader_.spec->kind, field, std::string(cell.text), 0, where(cell.cell)});
  }
  ++unknown[entry].count;
}

void RowParser::count_local(std::size_t cell, const std::function<Where(std::size_t)>& where) {
  auto& local = reader_.records->local_times;
  const auto found = std::find_if(local.begin(), local.end(), [&](const LocalTimes& l) { return l.kind == raw_.table.kind && l.zone == reader_.zone.name(); });
  if (found == local.end()) local.push_back({raw_.table.kind, reader_.zone.name(), 1, where(cell)});
  else ++found->count;
}

bool RowParser::read_currency(std::string_view text) {
  if (!text.empty() && text == known_currency_.name()) {
    currency_ = last_currency_ = known_currency_;
    out_->text = text;
    return true;
  }
  const std::optional<Currency> currency = currency_named(text);
  if (!currency)
    return fail(fmt::format("{} is not a currency", excerpt(text)), "write its ISO 4217 code: GBP, EUR, USD");
  currency_ = last_currency_ = known_currency_ = *currency;
  out_->text = text == currency->name() ? text : std::string_view(reader_.records->words.emplace_back(currency->name()));
  return true;
}

// As it is computed with: with a point.
std::optional<std::string_view> RowParser::digits_of(std::string_view text) {
  if (!reader_.spec->decimal_comma || text.find_first_of(",.") == std::string_view::npos) return text;
  std::optional<std::string> plain = with_point(text);
  if (!plain) return std::nullopt;
  return reader_.records->words.emplace_back(std::move(*plain));
}

bool RowParser::read_number(std::string_view text) {
  const std::optional<std::string_view> digits = digits_of(text);
  if (!digits || !read_decimal(*digits))
    return fail(fmt::format("{} is not a number", excerpt(text)),
                reader_.spec->decimal_comma ? "write digits with at most one comma: 1234,5" : "write digits with at most one point: 1234.5");
  out_->text = *digits;
  return true;
}

bool RowParser::read_money(const CellPlan& plan, std::string_view text) {
  const Currency own = column_of(plan).type.currency;
  const Currency row = currency_.is_none() ? reader_.project->shop.currency : currency_;
  const Currency currency = own.is_none() ? row : own;
  const std::optional<std::string_view> digits = digits_of(text);
  const std::optional<std::int64_t> minor = digits ? read_minor(*digits, currency) : std::nullopt;
  if (!minor && reader_.spec->decimal_comma)
    return fail(fmt::format("{} is not an amount in {}", excerpt(text), currency.name()), "write it with a decimal comma, as the source says: 1.234,50");
  if (!minor) return fail(fmt::format("{} is not an amount in {}", excerpt(text), currency.name()), money_hint(text, currency));
  out_->whole = *minor;
  return true;
}

Stamp RowParser::stamp_of(std::string_view text) const {
  for (const DateFormat& format : reader_.dates)
    if (const Stamp stamp = format.read(text); stamp.kind != Stamp::Kind::bad) return stamp;
  return read_iso(text);
}

bool RowParser::is_plain_instant(const CellPlan& plan) const {
  return column_of(plan).type.base == Type::instant && !plan.midnight_is_date && !plan.is_day && plan.places.empty() && reader_.dates.empty();
}

bool RowParser::read_moment(const CellPlan& plan, std::string_view text) {
  if (Instant at; is_plain_instant(plan) && read_usual_instant(text, at)) {
    out_->whole = Moment(at).raw();
    if (plan.is_fact_time) newest_ = std::max(newest_, at.ms);
    return true;
  }
  Stamp stamp = stamp_of(text);
  if (stamp.kind == Stamp::Kind::bad) return fail(fmt::format("{} is not a date", excerpt(text)), date_hint(text));
  if (is_local(plan, text, stamp)) {
    stamp = as_local(stamp);
    out_->local = true;
  }
  const Moment moment = moment_in(plan, stamp, text);
  out_->whole = moment.raw();
  if (!plan.is_fact_time) return true;
  newest_ = std::max(newest_, moment.is_date() ? reader_.zone.start_of(moment.date()).ms : moment.instant().ms);
  return true;
}

bool RowParser::is_local(const CellPlan& plan, std::string_view text, const Stamp& stamp) const {
  if (plan.places.empty() || stamp.kind != Stamp::Kind::instant || (!text.ends_with('Z') && !text.ends_with('z'))) return false;
  return std::all_of(plan.places.begin(), plan.places.end(), [this](std::size_t place) { return trimmed(cells_[place].text).empty(); });
}

Moment RowParser::moment_in(const CellPlan& plan, const Stamp& stamp, std::string_view text) const {
  if (column_of(plan).type.base == Type::date) {
    if (stamp.kind == Stamp::Kind::instant) return day_of(stamp, reader_.zone);
    return stamp.date;
  }
  if (plan.is_day) return stamp.kind == Stamp::Kind::instant ? written_day(stamp, text, reader_.zone) : stamp.date;
  if (plan.midnight_is_date && is_midnight(stamp, reader_.zone)) return day_of(stamp, reader_.zone);
  return moment_of(stamp, reader_.zone);
}

bool RowParser::read_other(const CellPlan& plan, std::string_view text) {
  const FieldType& type = column_of(plan).type;
  const std::optional<Value> value = read_value(text, type, reader_.project->shop.currency, reader_.zone);
  const bool nested = type.base == Type::list || type.base == Type::record;
  if (!value && !nested) return fail(fmt::format("{} is not a {}", excerpt(text), print(type)), "");
  if (column_of(plan).is_text()) out_->text = text;
  else out_->whole = value->whole;
  return true;
}

bool RowParser::fail(std::string reason, std::string hint) {
  fault_.reason = std::move(reason);
  fault_.hint = std::move(hint);
  return false;
}

void RowParser::commit(Place place, std::uint64_t offset, const std::function<Where(std::size_t)>& where) {
  for (const CellPlan& plan : plan_.cells) {
    Parsed& cell = parsed_[plan.column];
    if (cell.local) count_local(cell.cell, where);
    cell.local = false;
    if (!cell.unknown) continue;
    count_unknown(plan, cell, where);
    cell.unknown = false;
    if (plan.reading == Reading::word) cell.text = unknown_word;
  }
  for (std::size_t i = 0; i < parsed_.size(); ++i) {
    Column& column = raw_.table.columns[i];
    if (column.is_text()) column.text.push_back(parsed_[i].text);
    else column.whole.push_back(parsed_[i].whole);
  }
  raw_.table.places.push_back(place);
  raw_.offsets.push_back(offset);
  if (keeps_currency_) raw_.table.currency.push_back(currency_);
}

}  // namespace amends
