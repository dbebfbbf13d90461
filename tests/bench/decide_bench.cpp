// How long the policy takes over one miss: 50 rules of three tests, the last of which decides. Prints nanoseconds a
// decision, and beside it what a plain C++ chain of the same comparisons takes, as the measure: the best of ten
// rounds, as other programs on the machine only add.
//   ninja decide_bench && tests/decide_bench
#include <algorithm>
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "core/language/derived.h"
#include "core/policy/decision.h"
#include "io/toml.h"

namespace {

using namespace amends;

std::string rules(int count) {
  std::string text = "[[policy.t.rule]]\nname = 'none'\nwhen = { late_days = '< 0' }\ngive = []\n";
  for (int i = 1; i < count; ++i)
    text += fmt::format("[[policy.t.rule]]\nname = 'r{0}'\nwhen = {{ kind = 'late', service = ['express', 'standard'], late_days = '[{0}..{1})' }}\n"
                        "give = [ {{ kind = 'refund', amount = '{0}.00' }} ]\n", i, i + 1);
  return text;
}

template <class Work>
double nanoseconds(int rounds, Work work) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < 10; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) work(i);
    best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / rounds);
  }
  return best;
}

}  // namespace

int main() {
  constexpr int count = 50;
  constexpr int rounds = 30'000;
  const Node root = read_toml(std::make_shared<const Source>(Source{"bench.toml", rules(count)}));
  const Schema schema = standard_schema();
  const Zone zone = Zone::utc();
  const Currency pounds = *currency_named("GBP");
  const Policy policy = read_policy(root, Language{&schema, nullptr, zone}, pounds);
  Facts facts;
  facts.money = pounds;
  facts.set(schema.find("kind"), Value::of_string("late"));
  facts.set(schema.find("service"), Value::of_string("standard"));
  facts.set(schema.find("late_days"), Value::of_number(count - 1));
  const Judging judging{schema, facts, zone, Instant{}};
  std::int64_t paid = 0;
  const double tree = nanoseconds(rounds, [&](int) { paid += decide(policy, judging, false).owed[0].money->minor; });
  volatile std::int64_t days = count - 1;
  const double plain = nanoseconds(rounds, [&](int) {
    for (int i = 1; i < count; ++i)
      if (days >= i && days < i + 1) paid += i * 100;
  });
  fmt::print("{} rules: {:.0f} ns a decision; a plain chain of comparisons {:.0f} ns (sum {})\n", count, tree, plain, paid);
}
