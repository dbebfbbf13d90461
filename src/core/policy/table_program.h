// The conditions of a table's rules in a flat form, made once. Of every fact the values that the rules name cut its
// range into places; for each place it is known beforehand which rules it leaves possible. So judging a case is to
// find the place of each fact and to intersect 64 rules at a time. What holds at a place is asked of `passes`
// (expr.h) when the program is made; a value that has no place among the named ones, such as money of another
// currency, is asked of it there and then. TableJudge is the user.
#pragma once
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/policy/policy.h"

namespace amends {

class TableProgram {
 public:
  explicit TableProgram(const std::vector<Rule>& rules);

  // Tells `seen` the number and the truth of every rule that is not false, in their order, until it answers false.
  // A fact is asked for only while a rule that tests it is still possible.
  template <class Seen>
  void match(const FactSource& facts, Seen seen) const {
    Match open;  // may go on in the next conjunction; false: none
    for (const Block& block : blocks_) {
      const Lines lines = lines_of(block, facts);
      for (std::uint64_t rest = lines.possible; rest != 0; rest &= rest - 1) {
        const int line = std::countr_zero(rest);
        const Truth truth = (lines.certain >> line & 1) != 0 ? Truth::yes : Truth::unknown;
        const std::size_t rule = block.rules[static_cast<std::size_t>(line)];
        const bool goes_on = open.truth != Truth::no && open.rule == rule;
        if (!goes_on && open.truth != Truth::no && !seen(open.rule, open.truth)) return;
        open = Match{rule, goes_on ? either(open.truth, truth) : truth};
      }
      if (open.truth == Truth::no || open.rule == block.rule_after) continue;
      if (!seen(open.rule, open.truth)) return;
      open = {};
    }
  }

 private:
  struct Match {
    std::size_t rule = 0;
    Truth truth = Truth::no;
  };
  // Of 64 conjunctions, those that no test has refused, and those whose tests all hold.
  struct Lines {
    std::uint64_t possible = ~std::uint64_t{0};
    std::uint64_t certain = ~std::uint64_t{0};
    void take(std::uint64_t lines, Truth truth);
    void both(const Lines& other);
  };
  struct LineTest {
    std::uint64_t lines;  // those that have it
    Expr expr;            // keeps the words that `named` views
  };
  // What up to 64 conjunctions ask of one fact.
  struct Column {
    Slot slot = no_slot;
    std::uint64_t asking = 0;
    std::vector<LineTest> tests;
    Type type = Type::missing;   // of the named values; missing: none are named
    Currency currency;           // of the named amounts
    std::vector<Value> named;    // in rising order
    std::vector<Lines> places;   // below and at each, then above all; null; missing. Empty: it has no places
  };
  struct Block {
    std::vector<std::size_t> rules;  // of each conjunction
    std::size_t rule_after = 0;      // of the first conjunction of the next block
    std::vector<Column> columns;
  };

  static void add(Block& block, const std::vector<Test>& conjunction);
  static void find_places(Column& column);
  static bool name_values(Column& column, const Expr& test);
  static std::optional<Value> between(const Column& column, std::size_t gap);
  static Lines asked(const Column& column, const Value& value, Currency currency);
  static std::optional<std::size_t> place_of(const Column& column, const Value& value, Currency currency);
  static Lines lines_of(const Block& block, const FactSource& facts);

  std::vector<Block> blocks_;
};

}  // namespace amends
