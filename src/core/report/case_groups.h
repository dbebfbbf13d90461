// Cases as columns of numbers: on which day each was promised, whether it was missed, and what it may be put together
// with others by (carrier, lane, item, ...). A value stands once, by its number; so a million cases are a few dozen
// bytes each at most, kept ones told alike stand together, and what is counted from them does not depend on the order they came in.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/judging/miss.h"

namespace amends {

using GroupValue = std::uint32_t;
inline constexpr GroupValue no_value = 0;  // nothing told

// Each text once, numbered from 1 as it came.
class Values {
 public:
  Values() = default;
  Values(Values&&) = default;
  Values& operator=(Values&&) = default;

  GroupValue number(std::string_view text);
  std::string_view text(GroupValue value) const { return value == no_value ? std::string_view{} : std::string_view(*texts_[value - 1]); }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, GroupValue, Hash, std::equal_to<>> numbers_;
  std::vector<const std::string*> texts_;
};

struct GroupColumn {
  std::string name;        // of incident_rules.h, or "carrier+region"
  bool of_misses = false;  // told of what was missed alone: a cause
  Values values;
  std::vector<GroupValue> value;                           // one a case
  std::vector<std::pair<std::uint32_t, GroupValue>> more;  // by case: the further ones of an order with several lines

  bool has(std::uint32_t at, GroupValue wanted) const;
  std::span<const std::pair<std::uint32_t, GroupValue>> further(std::uint32_t at) const;
};

class CaseGroups {
 public:
  explicit CaseGroups(std::vector<std::string> by);

  // What is to be asked for: facts of the order, which JudgeOptions::told_of has to be, and of its lines.
  std::vector<std::string> order_facts() const { return facts_; }
  std::vector<std::string> item_facts(const Schema& schema) const;

  // What was judged of these records, with its outcomes.
  void add(const Judgement& judgement, const Records& records, const Project& project);
  // So many that were kept, and of which the same is told: `values` beside columns.
  void add_kept(const std::vector<GroupValue>& values, Date promised, std::uint32_t cases);
  // `texts`: beside kept_facts(), and maybe others behind them.
  std::vector<GroupValue> values_of_kept(std::span<const std::string> texts, std::size_t guarantee, const Project& project);
  // Those of order_facts() that kept ones are put together by.
  std::vector<std::string> kept_facts() const;
  // The misses of the other stand behind so many, what is ahead likewise.
  void add(const CaseGroups& other, std::uint32_t misses_before, std::uint32_t open_before);

  // Entries: each a case, or several alike that were kept.
  std::size_t size() const { return day.size(); }
  bool is_missed(std::size_t at) const { return state[at] == CaseOutcome::State::missed; }
  const GroupColumn* find(std::string_view name) const;

  std::vector<GroupColumn> columns;
  std::vector<std::int32_t> day;      // promised, since 1970-01-01
  std::vector<CaseOutcome::State> state;
  std::vector<std::uint32_t> count;   // cases alike
  std::vector<std::uint32_t> record;  // of what was missed or is ahead: its number in Judgement

 private:
  using Told = const std::string_view*;  // beside facts_
  // What a column's value is told by.
  struct Source {
    enum class Of : std::uint8_t { guarantee, lines, lane, fact } of = Of::fact;
    std::size_t fact = 0;                       // index in facts_
    std::size_t warehouse = 0, region = 0, country = 0;  // of a lane, likewise
    std::string_view last_text;                 // of the records at hand
    GroupValue last = no_value;
  };
  std::size_t fact_named(std::string_view name) const;
  Source source_of(const std::string& group) const;
  GroupValue value_of(GroupColumn& column, Source& source, const CaseOutcome& outcome, Told told, const Project& project) const;
  void add_of_lines(GroupColumn& column, const Records& records, Row order);

  std::vector<std::string> by_, facts_;
  std::vector<Source> sources_;  // beside columns
};

}  // namespace amends
