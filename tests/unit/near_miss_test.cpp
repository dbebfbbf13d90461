#include "core/policy/near_miss.h"

#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "policy_text.h"

using namespace amends;
using namespace amends::testing;

namespace {

Policy policy_of(const Bench& bench) { return read_policy(bench.root, bench.language(), bench.facts.money); }

Judging judging_of(const Bench& bench, const FactSource& facts) { return {bench.schema, facts, bench.zone, Instant{0}}; }

std::vector<std::string> words_of(const std::string& text, const std::string& facts) {
  Bench bench(text);
  bench.tell(facts);
  const DerivedFacts derived(bench.facts, bench.derivations);
  const Policy policy = policy_of(bench);
  const Judging judging = judging_of(bench, derived);
  std::vector<std::string> words;
  for (const NearMiss& near : near_misses(policy, judging, decide(policy, judging, false)))
    words.push_back(near.rule + ": " + gap_words(near, bench.schema, bench.zone));
  return words;
}

constexpr const char* tiers = R"toml(
[derived]
large = "order_value - shipping_fee"
[[policy.delay.rule]]
name = "week"
when = { late_days = ">= 7" }
give = [ { kind = "credit", amount = "7.00" } ]
[[policy.delay.rule]]
name = "large"
when = { late_days = "> 1", large = ">= 100.00" }
give = [ { kind = "credit", amount = "5.00" } ]
[[policy.delay.rule]]
name = "days"
when = { late_days = "[2..5)" }
give = [ { kind = "credit", amount = "2.00" } ]
[[policy.delay.rule]]
name = "christmas"
when = { due_date = "2026-12-24" }
give = [ { kind = "call" } ]
)toml";

}  // namespace

TEST_CASE("the one fact that kept a rule from counting is named with what it lacked, the nearest first") {
  using Words = std::vector<std::string>;
  const std::string rest = "\norder_value = \"102.50\"\nshipping_fee = \"4.00\"\ndue_date = 2026-12-23";
  CHECK(words_of(tiers, "late_days = 4" + rest) == Words{"large: large of GBP 100.00 instead of GBP 98.50", "week: 3 more days late"});
  CHECK(words_of(tiers, "late_days = 5" + rest) ==
        Words{"large: large of GBP 100.00 instead of GBP 98.50", "days: one day earlier", "week: 2 more days late"});
  // Two facts of `large` are wanting, and the day of `christmas` is it or is not.
  CHECK(words_of(tiers, "late_days = 1" + rest) == Words{"days: one more day late", "week: 6 more days late"});
}

TEST_CASE("a rule that would give what is owed anyway was not nearly hit") {
  CHECK(words_of(R"(
[[policy.a.rule]]
name = "week"
when = { late_days = ">= 7" }
give = [ { kind = "credit", amount = "7.00" } ]
[[policy.a.rule]]
name = "otherwise"
give = [ { kind = "credit", amount = "7.00" } ]
)", "late_days = 6").empty());
}

TEST_CASE("an earlier rule that would still decide leaves nothing nearly hit") {
  CHECK(words_of(R"(
[[policy.a.rule]]
name = "all"
give = []
why = "so"
[[policy.a.rule]]
name = "week"
when = { late_days = ">= 7" }
give = [ { kind = "credit", amount = "7.00" } ]
)", "late_days = 6").empty());
}

TEST_CASE("the value named is the nearest at which the rule counts, as trying every day finds it") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int rule = 0; rule < 4; ++rule) {
      const int low = static_cast<int>(random() % 20);
      const int high = low + static_cast<int>(random() % 8);
      const char* forms[] = {">= {0}", "> {0}", "< {0}", "[{0}..{1}]", "({0}..{1})"};
      text += fmt::format("[[policy.p.rule]]\nname = \"r{}\"\nwhen = {{ late_days = \"{}\" }}\ngive = [ {{ kind = \"credit\", amount = \"{}.00\" }} ]\n", rule,
                          fmt::format(fmt::runtime(forms[random() % 5]), low, high + 1), rule + 1);
    }
    Bench bench(text);
    const Policy policy = policy_of(bench);
    const Slot slot = bench.schema.find("late_days");
    const int has = static_cast<int>(random() % 30);
    const auto decision_at = [&](int days) {
      Facts facts;
      facts.money = bench.facts.money;
      facts.set(slot, Value::of_number(days));
      return decide(policy, judging_of(bench, facts), false);
    };
    Facts facts;
    facts.money = bench.facts.money;
    facts.set(slot, Value::of_number(has));
    const Decision now = decision_at(has);
    for (const NearMiss& near : near_misses(policy, judging_of(bench, facts), now)) {
      const int needs = static_cast<int>(whole_of(near.needs.ratio));
      const std::string rule = near.table + "/" + near.rule;
      const auto fires_at = [&](int days) { return decision_at(days).fired == std::vector<std::string>{rule}; };
      CAPTURE(text);
      CAPTURE(has);
      CHECK(fires_at(needs));
      CHECK(decision_at(needs).owed[0].money == near.would.owed[0].money);
    }
  }
}
