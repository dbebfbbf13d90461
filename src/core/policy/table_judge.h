// What one table of the policy gives a case: the rules that count by the hit policy, once for each element where
// the table goes through a list, and their remedies with their amounts, summed where the table sums. decision.cpp
// asks every table.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/policy/amount.h"
#include "core/policy/decision.h"
#include "core/policy/table_program.h"

namespace amends {

struct Outcome {
  std::vector<OwedRemedy> owed;
  std::vector<std::string> why;    // what came to nothing
  std::vector<std::string> fired;  // "table/rule", once each
  std::vector<std::string> waits;  // claims made too early
  std::vector<PoolEntry> pooled;
  Ratio total;                     // money
};

class TableJudge {
 public:
  TableJudge(const PolicyTable& table, const Judging& judging, Fault& fault);

  Outcome result();
  void trace(std::vector<RuleTrace>& traces);

 private:
  // A remedy before the table's sums.
  struct Item {
    OwedRemedy owed;
    std::optional<Amount> amount;
    std::string pool;         // whose sum it belongs to
    std::size_t element = 0;  // number of the element that it is for
  };
  // The case, or an element laid over it.
  struct Element {
    std::unique_ptr<FactSource> own;
    const FactSource* facts = nullptr;
    std::string name;  // "bags[2]"; empty: the case
  };
  // What the rules of one element, or of all, give before the sums.
  struct Gathered {
    std::vector<Item> items;
    Outcome told;
  };

  std::vector<Element> elements();
  Element element_of(const Value& value, std::size_t number) const;
  Value part_of(const Value& element, const std::string& name) const;
  void go_to(const Element& element);

  template <class Seen>
  void match(Seen seen) const;  // as TableProgram does, the table's own `when` included
  std::vector<const Rule*> hits();
  std::vector<const Rule*> chosen();
  std::vector<const Rule*> best(const std::vector<const Rule*>& rules);
  std::vector<const Rule*> agreed(const std::vector<const Rule*>& rules);

  Outcome outcome_of(const Rule& rule);
  void gather(const std::vector<const Rule*>& rules, Gathered& all);
  bool claim_counts(Gathered& all);
  Value claim_moment(const Expr& expr);
  Item item_of(const Rule& rule, const RemedyRule& remedy);
  Item chosen_item(const Rule& rule, const RemedyRule& remedy);
  Value silence_ends(const Choice& choice);
  std::optional<Date> last_day(const Choice& choice);
  Offer offer_of(const Choice& choice, const std::vector<Item>& items);
  Item open_item(const Rule& rule, const Choice& choice);
  std::string pay_by(const PayBy& when);
  std::optional<Amount> reckoned(const RemedyRule& remedy, const OwedRemedy& owed);
  Ratio quantity_of(const Expr& expr);
  static void multiply(OwedRemedy& owed, const Ratio& times);
  std::string pool_key();
  std::optional<Ratio> most();

  Outcome finished(Gathered all);
  std::vector<Item> within_count(std::vector<Item>& items, Outcome& told);
  std::vector<Item> combined(std::vector<Item>& items, Outcome& told);
  Amount pooled(std::vector<Amount> parts, const Item& item, Outcome& told);
  PoolPast past(const std::string& key, const std::string& label) const;
  void add(Outcome& outcome, Item&& item);
  void note(Outcome& outcome, const std::string& rule, std::string_view why) const;
  std::string failed_test(const Rule& rule, Truth truth) const;

  void give_up(std::string reason);
  void add_fault(const Rule& rule);

  const PolicyTable& table_;
  std::shared_ptr<const TableProgram> program_;
  const Judging& judging_;
  const FactSource* facts_;  // of the element in hand
  std::string element_;      // its name
  std::size_t number_ = 0;   // counting from 1
  Fault& fault_;
};

// The amount is too large to be meant.
std::string beyond_reason(const OwedRemedy& remedy);

}  // namespace amends
