#include "core/report/case_groups.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/report/incident_rules.h"

namespace amends {
namespace {

constexpr std::size_t longest_value = 200;  // of what a file may hold, in bytes

std::string_view beginning(std::string_view text) {
  std::size_t end = std::min(longest_value, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::vector<std::string> facts_told_by(const std::string& group) {
  if (group == lane_group) return {"warehouse", "region", "country"};
  if (group == item_group || group == guarantee_group) return {};
  return {group};
}

// The article's number; where no source tells one, its name.
const Column* line_column(const Table& items, const std::string& group) {
  if (group != item_group) return items.find(group);
  const Column* const sku = items.find("sku");
  return sku != nullptr ? sku : items.find("name");
}

}  // namespace

GroupValue Values::number(std::string_view text) {
  if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
  const auto entry = numbers_.emplace(std::string(text), static_cast<GroupValue>(texts_.size() + 1)).first;
  texts_.push_back(&entry->first);
  return entry->second;
}

std::span<const std::pair<std::uint32_t, GroupValue>> GroupColumn::further(std::uint32_t at) const {
  const auto before = [](const auto& one, std::uint32_t wanted) { return one.first < wanted; };
  const auto begin = std::lower_bound(more.begin(), more.end(), at, before);
  auto end = begin;
  while (end != more.end() && end->first == at) ++end;
  return {begin, end};
}

bool GroupColumn::has(std::uint32_t at, GroupValue wanted) const {
  const auto all = further(at);
  return value[at] == wanted || std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.second == wanted; });
}

CaseGroups::CaseGroups(std::vector<std::string> by) : by_(std::move(by)) {
  for (const std::string& group : by_) {
    columns.emplace_back().name = group;
    columns.back().of_misses = group == cause_group;
    for (std::string& fact : facts_told_by(group))
      if (std::find(facts_.begin(), facts_.end(), fact) == facts_.end()) facts_.push_back(std::move(fact));
  }
  for (const std::string& group : by_) sources_.push_back(source_of(group));
}

std::vector<std::string> CaseGroups::item_facts(const Schema& schema) const {
  std::vector<std::string> facts;
  for (const std::string& group : by_) {
    if (group == item_group) facts.insert(facts.end(), {"sku", "name"});
    else if (const Slot slot = schema.find(group); slot != no_slot && schema.at(slot).origin == Origin::own) facts.push_back(group);
  }
  return facts;
}

const GroupColumn* CaseGroups::find(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const GroupColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::size_t CaseGroups::fact_named(std::string_view name) const {
  return static_cast<std::size_t>(std::find(facts_.begin(), facts_.end(), name) - facts_.begin());
}

CaseGroups::Source CaseGroups::source_of(const std::string& group) const {
  Source source;
  if (group == guarantee_group) source.of = Source::Of::guarantee;
  else if (group == item_group) source.of = Source::Of::lines;
  else if (group == lane_group) source.of = Source::Of::lane, source.warehouse = fact_named("warehouse"), source.region = fact_named("region"), source.country = fact_named("country");
  else source.fact = fact_named(group);
  return source;
}

GroupValue CaseGroups::value_of(GroupColumn& column, Source& source, const CaseOutcome& outcome, Told told, const Project& project) const {
  const auto number = [&](std::string_view text) { return text.empty() ? no_value : column.values.number(beginning(text)); };
  if (source.of == Source::Of::guarantee) return number(project.guarantees.size() > 1 ? std::string_view(project.guarantees[outcome.guarantee].name) : "");
  if (source.of == Source::Of::lines || (column.of_misses && outcome.state != CaseOutcome::State::missed)) return no_value;
  if (source.of == Source::Of::fact) {
    const std::string_view text = trimmed(told[source.fact]);
    if (text != source.last_text) {
      source.last_text = text;
      source.last = number(text);
    }
    return source.last;
  }
  const std::string_view begin = trimmed(told[source.warehouse]), region = trimmed(told[source.region]);
  const std::string_view end = region.empty() ? trimmed(told[source.country]) : region;
  return begin.empty() || end.empty() ? no_value : number(std::string(beginning(begin)) + " to " + std::string(end));
}

void CaseGroups::add_of_lines(GroupColumn& column, const Records& records, Row order) {
  const Column* const cells = line_column(records.table(RecordKind::item), column.name);
  if (column.value.back() != no_value || cells == nullptr || !cells->is_text() || records.items.begin.empty()) return;
  const auto at = static_cast<std::uint32_t>(column.value.size() - 1);
  const std::size_t before = column.more.size();
  for (std::uint32_t i = records.items.begin[order]; i < records.items.begin[order + 1]; ++i) {
    const std::string_view text = trimmed(text_at(cells, records.items.rows[i]));
    if (text.empty()) continue;
    const GroupValue value = column.values.number(beginning(text));
    const auto first = column.more.begin() + static_cast<std::ptrdiff_t>(before);
    const bool is_known = value == column.value.back() || std::find(first, column.more.end(), std::pair(at, value)) != column.more.end();
    if (column.value.back() == no_value) column.value.back() = value;
    else if (!is_known) column.more.emplace_back(at, value);
  }
}

void CaseGroups::add(const Judgement& judgement, const Records& records, const Project& project) {
  const bool has_lines = records.table(RecordKind::item).rows() > 0;
  for (const CaseOutcome& outcome : judgement.outcomes) {
    day.push_back(outcome.day.days);
    state.push_back(outcome.state);
    count.push_back(1);
    record.push_back(outcome.record);
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    GroupColumn& column = columns[c];
    Source source = sources_[c];
    for (std::size_t i = 0; i < judgement.outcomes.size(); ++i) {
      const CaseOutcome& outcome = judgement.outcomes[i];
      column.value.push_back(value_of(column, source, outcome, judgement.told.data() + i * facts_.size(), project));
      if (has_lines && !column.of_misses) add_of_lines(column, records, outcome.order);
    }
  }
}

std::vector<std::string> CaseGroups::kept_facts() const {
  std::vector<std::string> facts = facts_;
  std::erase(facts, cause_group);  // which only what was missed has
  return facts;
}

std::vector<GroupValue> CaseGroups::values_of_kept(std::span<const std::string> texts, std::size_t guarantee, const Project& project) {
  std::vector<std::string_view> told;
  std::size_t next = 0;
  for (const std::string& fact : facts_) told.push_back(fact == cause_group ? std::string_view{} : std::string_view(texts[next++]));
  const CaseOutcome outcome{no_row, guarantee, CaseOutcome::State::kept, {}, 0};
  std::vector<GroupValue> values;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    Source source = sources_[c];
    values.push_back(value_of(columns[c], source, outcome, told.data(), project));
  }
  return values;
}

void CaseGroups::add_kept(const std::vector<GroupValue>& values, Date promised, std::uint32_t cases) {
  day.push_back(promised.days);
  state.push_back(CaseOutcome::State::kept);
  count.push_back(cases);
  record.push_back(0);
  for (std::size_t c = 0; c < columns.size(); ++c) columns[c].value.push_back(values[c]);
}

void CaseGroups::add(const CaseGroups& other, std::uint32_t misses_before, std::uint32_t open_before) {
  const auto before = static_cast<std::uint32_t>(size());
  day.insert(day.end(), other.day.begin(), other.day.end());
  state.insert(state.end(), other.state.begin(), other.state.end());
  count.insert(count.end(), other.count.begin(), other.count.end());
  for (std::size_t i = 0; i < other.size(); ++i)
    record.push_back(other.record[i] + (other.state[i] == CaseOutcome::State::missed ? misses_before : other.state[i] == CaseOutcome::State::ahead ? open_before : 0));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    GroupColumn& mine = columns[c];
    const GroupColumn& theirs = other.columns[c];
    std::vector<GroupValue> numbers = {no_value};
    for (GroupValue value = 1; value <= theirs.values.size(); ++value) numbers.push_back(mine.values.number(theirs.values.text(value)));
    for (const GroupValue value : theirs.value) mine.value.push_back(numbers[value]);
    for (const auto& [at, value] : theirs.more) mine.more.emplace_back(before + at, numbers[value]);
  }
}

}  // namespace amends
