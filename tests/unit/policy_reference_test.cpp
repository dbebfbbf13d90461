// Random policies and facts, missing ones included: what the policy decides is what a slow and direct reading of
// the same rules decides. The direct reading knows nothing of trees, slots or ratios: it walks the rules as they were
// thrown and counts in millionths of a unit.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/decision.h"
#include "core/trial/told_facts.h"
#include "io/records/json_tree.h"
#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;
using testing::toml;

std::mt19937& dice() {
  static std::mt19937 engine(345);
  return engine;
}
int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice()); }
bool one_in(int n) { return roll(n) == 0; }

// ---- What is thrown

struct Told {  // one fact: missing, null, or halves
  enum { missing, null, known } state = missing;
  int halves = 0;
};
using Facts3 = std::map<std::string, Told>;

struct RandomTest {
  std::string fact;
  enum { any, is_null, not_null, equals, less, at_least, between, not_equal } kind = any;
  int low = 0, high = 0;  // halves
};
struct RandomRemedy {
  std::string kind;        // cash, credit or points
  int percent = -1;        // of fare; else cents
  int cents = 0;
  std::string times;       // a fact, or empty
  int min = -1, max = -1;  // cents
  int max_percent = -1;    // of fare, instead of max
  int mode = -1, step = 1; // rounding, cents
};
struct RandomRule {
  std::vector<RandomTest> when;
  std::vector<RandomRemedy> give;
};
struct RandomTable {
  int hit = 0;
  std::vector<RandomTest> guard;
  bool combine = false, for_each = false;
  int min = -1, max = -1, pay_if = -1;  // cents
  bool pays_equal = true;
  int max_count = -1;
  std::vector<RandomRule> rules;
};
struct RandomPolicy {
  std::vector<RandomTable> tables;
  std::vector<std::pair<RandomTest, int>> rows;  // of derived.share: test on a, percent
  int form = 0;                                  // of derived.d
};
struct RandomCase {
  Facts3 facts;                       // a, b, c, fare
  std::optional<std::vector<Facts3>> parts;  // elements set a or fare anew; none: absent
};

constexpr const char* hits[] = {"first", "unique", "any", "best", "collect"};
constexpr const char* modes[] = {"half_up", "half_even", "half_down", "up", "down"};

RandomTest random_test(bool with_derived) {
  static const char* names[] = {"a", "b", "c", "d"};
  RandomTest test;
  test.fact = names[roll(with_derived ? 4 : 3)];
  test.kind = static_cast<decltype(test.kind)>(roll(8));
  test.low = roll(8);
  test.high = test.low + 1 + roll(6);
  return test;
}

RandomRemedy random_remedy() {
  static const char* kinds[] = {"cash", "credit", "points"};
  RandomRemedy remedy;
  remedy.kind = kinds[roll(3)];
  if (one_in(2)) remedy.percent = 1 + roll(150);
  else remedy.cents = roll(2000);
  static const char* facts[] = {"a", "b", "c", "d"};
  if (one_in(3)) remedy.times = facts[roll(4)];
  if (remedy.kind == "points") return remedy;
  if (one_in(3)) remedy.min = roll(1500);
  if (one_in(3)) remedy.max = roll(3000);
  else if (one_in(4) && remedy.percent >= 0) remedy.max_percent = roll(120);
  if (one_in(2)) {
    static const int steps[] = {1, 5, 10, 100};
    remedy.mode = roll(5);
    remedy.step = steps[roll(4)];
  }
  return remedy;
}

RandomPolicy random_policy() {
  RandomPolicy policy;
  policy.form = roll(4);
  for (int n = 1 + roll(3); n > 0; --n) {
    RandomTest test = random_test(false);
    test.fact = "a";
    policy.rows.emplace_back(test, roll(100));
  }
  for (int tables = 1 + roll(2); tables > 0; --tables) {
    RandomTable table;
    table.hit = roll(5);
    table.for_each = one_in(3);
    for (int n = roll(2); n > 0; --n) table.guard.push_back(random_test(true));
    if (one_in(3)) table.min = roll(1000);
    if (one_in(3)) table.max = roll(4000);
    if (one_in(3)) table.pay_if = roll(1500);
    table.pays_equal = one_in(2);
    table.combine = one_in(3) || table.min >= 0 || table.max >= 0 || table.pay_if >= 0;
    if (one_in(4)) table.max_count = roll(3);
    for (int rules = 1 + roll(4); rules > 0; --rules) {
      RandomRule rule;
      for (int n = roll(3); n > 0; --n) {
        RandomTest test = random_test(true);
        const bool twice = std::any_of(rule.when.begin(), rule.when.end(), [&](const auto& t) { return t.fact == test.fact; });
        if (!twice) rule.when.push_back(test);
      }
      for (int n = roll(3); n > 0; --n) rule.give.push_back(random_remedy());
      table.rules.push_back(rule);
    }
    policy.tables.push_back(table);
  }
  return policy;
}

Told random_told(bool may_be_null) {
  if (one_in(8)) return {};
  if (may_be_null && one_in(5)) return {Told::null, 0};
  return {Told::known, roll(14)};
}

RandomCase random_case() {
  RandomCase c;
  for (const char* name : {"a", "b"}) {
    c.facts[name] = random_told(true);
    if (c.facts[name].state == Told::missing) c.facts[name].state = Told::null;  // absent and null are the same
  }
  c.facts["c"] = random_told(false);
  c.facts["fare"] = random_told(false);
  c.facts["fare"].halves *= 7;
  if (one_in(3)) return c;
  c.parts.emplace();
  for (int n = roll(4); n > 0; --n) {
    Facts3 part;
    if (one_in(2)) part["a"] = {Told::known, roll(14)};
    if (one_in(2)) part["fare"] = {Told::known, roll(60)};
    c.parts->push_back(part);
  }
  return c;
}

// ---- The same as the user would write it

std::string halves(int n) { return fmt::format("{}.{}", n / 2, n % 2 == 0 ? 0 : 5); }
std::string cents(int n) { return fmt::format("{}.{:02}", n / 100, n % 100); }

std::string written(const RandomTest& test) {
  switch (test.kind) {
    case RandomTest::any: return "-";
    case RandomTest::is_null: return "null";
    case RandomTest::not_null: return "not(null)";
    case RandomTest::equals: return halves(test.low);
    case RandomTest::less: return "< " + halves(test.low);
    case RandomTest::at_least: return ">= " + halves(test.low);
    case RandomTest::between: return fmt::format("[{}..{})", halves(test.low), halves(test.high));
    case RandomTest::not_equal: return fmt::format("not({})", halves(test.low));
  }
  return {};
}

std::string written(const std::vector<RandomTest>& when) {
  std::vector<std::string> parts;
  for (const RandomTest& test : when) parts.push_back(fmt::format("{} = '{}'", test.fact, written(test)));
  return "{ " + joined(parts, ", ") + " }";
}

std::string written(const RandomRemedy& r) {
  std::string out = fmt::format("{{ kind = '{}'", r.kind);
  if (r.kind == "points") out += fmt::format(", quantity = {}", r.cents + 1);
  else if (r.percent >= 0) out += fmt::format(", amount = '{}%', of = 'fare'", r.percent);
  else out += fmt::format(", amount = '{}'", cents(r.cents));
  if (!r.times.empty()) out += fmt::format(", times = '{}'", r.times);
  if (r.min >= 0) out += fmt::format(", min = '{}'", cents(r.min));
  if (r.max >= 0) out += fmt::format(", max = '{}'", cents(r.max));
  if (r.max_percent >= 0) out += fmt::format(", max = '{}%'", r.max_percent);
  if (r.mode >= 0) out += fmt::format(", round = '{} {}'", modes[r.mode], cents(r.step));
  return out + " }";
}

constexpr const char* forms[] = {"a + c", "coalesce(a, b, c)", "if b = null then c else max(b, 1)", "count(parts) + c"};

std::string written(const RandomPolicy& policy) {
  std::string out = "[fields]\na = 'number?'\nb = 'number?'\nc = 'number'\nfare = 'money'\n'parts?' = ['case?']\n[derived]\n";
  out += fmt::format("d = '{}'\n[derived.share]\ninputs = ['a']\nrows = [", forms[policy.form]);
  for (const auto& [test, percent] : policy.rows) out += fmt::format(" ['{}', '{}%'],", written(test), percent);
  out += " ]\n[kinds]\ncash = { value = 'money' }\n";
  for (std::size_t i = 0; i < policy.tables.size(); ++i) {
    const RandomTable& table = policy.tables[i];
    out += fmt::format("[policy.t{}]\nhit = '{}'\n", i, hits[table.hit]);
    if (!table.guard.empty()) out += "when = " + written(table.guard) + "\n";
    if (table.for_each) out += "for_each = 'parts'\n";
    if (table.combine) out += "combine = true\n";
    if (table.min >= 0) out += fmt::format("min = '{}'\n", cents(table.min));
    if (table.max >= 0) out += fmt::format("max = '{}'\n", cents(table.max));
    if (table.pay_if >= 0) out += fmt::format("pay_if = '{} {}'\n", table.pays_equal ? ">=" : ">", cents(table.pay_if));
    if (table.max_count >= 0) out += fmt::format("max_count = {}\n", table.max_count);
    for (const RandomRule& rule : table.rules) {
      out += fmt::format("[[policy.t{}.rule]]\n", i);
      if (!rule.when.empty()) out += "when = " + written(rule.when) + "\n";
      std::vector<std::string> give;
      for (const RandomRemedy& remedy : rule.give) give.push_back(written(remedy));
      out += "give = [ " + joined(give, ", ") + " ]\n";
    }
  }
  // The table is asked for too: a last policy table that pays a share of the fare.
  return out + "[[policy.shares.rule]]\nwhen = { c = '>= 3' }\ngive = [ { kind = 'credit', amount = 'share', of = 'fare' } ]\n";
}

std::string written(const Facts3& facts) {
  std::vector<std::string> parts;
  for (const auto& [name, told] : facts) {
    if (told.state == Told::null) parts.push_back(fmt::format("\"{}\": null", name));
    if (told.state == Told::known) parts.push_back(fmt::format("\"{}\": \"{}\"", name, halves(told.halves)));
  }
  return joined(parts, ", ");
}

std::string written(const RandomCase& c) {
  std::string out = "{" + written(c.facts);
  if (c.parts) {
    std::vector<std::string> parts;
    for (const Facts3& part : *c.parts) parts.push_back("{" + written(part) + "}");
    out += (out.size() > 1 ? ", " : "") + ("\"parts\": [" + joined(parts, ", ") + "]");
  }
  return out + "}";
}

// ---- The direct reading

struct CannotJudge {};
using Micro = long long;  // millionths of a unit

class Direct {
 public:
  Direct(const RandomPolicy& policy, const RandomCase& c) : policy_(policy), case_(c) {}

  // "cash 12.00, points 3", or "cannot judge".
  std::string answer() {
    bool judged = true;
    std::vector<std::string> all;
    const auto judge = [&](auto table) {
      try {
        const std::vector<std::string> owed = table();
        all.insert(all.end(), owed.begin(), owed.end());
      } catch (const CannotJudge&) {
        judged = false;
      }
    };
    for (const RandomTable& table : policy_.tables) judge([&] { return told(finished(table, gathered(table))); });
    judge([&] { return shares(); });
    return judged ? joined(all, ", ") : "cannot judge";
  }

 private:
  struct Item {
    std::string kind;
    Micro money = 0;
    Micro points = -1;  // halves; of money -1
    int element = 0;
  };

  // Facts of an element over those of the case.
  Told at(const std::string& fact) const {
    if (fact == "d") return derived();
    if (part_ != nullptr)
      if (const auto own = part_->find(fact); own != part_->end()) return own->second;
    return case_.facts.at(fact);
  }

  Told derived() const {
    const Told a = at("a"), b = at("b"), c = at("c");
    switch (policy_.form) {
      case 0:
        if (a.state == Told::null) return {};  // null cannot be added to
        if (c.state == Told::missing) return {};
        return {Told::known, a.halves + c.halves};
      case 1: return a.state == Told::known ? a : b.state == Told::known ? b : c;
      case 2: return b.state == Told::null ? c : Told{Told::known, std::max(b.halves, 2)};
      default: return c.state == Told::missing ? c : Told{Told::known, c.halves + 2 * static_cast<int>(case_.parts ? case_.parts->size() : 0)};
    }
  }

  // 1 yes, 0 no, -1 unknown
  int passes(const RandomTest& test) const {
    const Told told = at(test.fact);
    if (test.kind == RandomTest::any) return 1;
    if (told.state == Told::missing) return -1;
    const bool null = told.state == Told::null;
    switch (test.kind) {
      case RandomTest::is_null: return null;
      case RandomTest::not_null: return !null;
      case RandomTest::equals: return !null && told.halves == test.low;
      case RandomTest::not_equal: return null || told.halves != test.low;
      case RandomTest::less: return !null && told.halves < test.low;
      case RandomTest::at_least: return !null && told.halves >= test.low;
      default: return !null && told.halves >= test.low && told.halves < test.high;
    }
  }

  int all_of(const std::vector<RandomTest>& tests) const {
    int result = 1;
    for (const RandomTest& test : tests) {
      const int one = passes(test);
      if (one == 0) return 0;
      if (one == -1) result = -1;
    }
    return result;
  }

  int matches(const RandomTable& table, const RandomRule& rule) const {
    const int guard = all_of(table.guard), own = all_of(rule.when);
    return guard == 0 || own == 0 ? 0 : guard == -1 || own == -1 ? -1 : 1;
  }

  int known(const std::string& fact) const {
    const Told told = at(fact);
    if (told.state != Told::known) throw CannotJudge{};
    return told.halves;
  }

  static Micro rounded(Micro x, int mode, Micro step) {
    const Micro below = x / step * step, rest = x - below;
    bool up = false;
    switch (mode) {
      case 0: up = 2 * rest >= step; break;
      case 1: up = 2 * rest > step || (2 * rest == step && below / step % 2 != 0); break;
      case 2: up = 2 * rest > step; break;
      case 3: up = rest > 0; break;
      default: break;
    }
    return up ? below + step : below;
  }

  Item item(const RandomTable& table, const RandomRemedy& r) const {
    Item one;
    one.kind = r.kind;
    one.element = element_;
    if (r.kind == "points") {
      one.points = 2 * (r.cents + 1);
      if (!r.times.empty()) one.points = (r.cents + 1) * known(r.times);
      return one;
    }
    const bool asks_fare = r.percent >= 0;
    const Micro fare = asks_fare ? known("fare") * 500'000LL : 0;
    one.money = r.percent >= 0 ? fare / 100 * r.percent : r.cents * 10'000LL;
    const auto times = r.times.empty() ? 2 : known(r.times);
    if (times < 0) throw CannotJudge{};
    one.money = one.money * times / 2;
    if (r.min >= 0 && times != 0) one.money = std::max(one.money, r.min * 10'000LL);
    if (r.max >= 0) one.money = std::min(one.money, r.max * 10'000LL);
    if (r.max_percent >= 0) one.money = std::min(one.money, fare / 100 * r.max_percent);
    if (r.mode >= 0) one.money = rounded(one.money, r.mode, r.step * 10'000LL);
    if (!table.combine) one.money = rounded(one.money, 0, 10'000);
    return one;
  }

  std::vector<Item> items_of(const RandomTable& table, const RandomRule& rule) const {
    std::vector<Item> items;
    for (const RandomRemedy& remedy : rule.give) items.push_back(item(table, remedy));
    return items;
  }

  std::vector<const RandomRule*> matching(const RandomTable& table) const {
    std::vector<const RandomRule*> found;
    for (const RandomRule& rule : table.rules) {
      const int match = matches(table, rule);
      if (match == -1) throw CannotJudge{};
      if (match == 0) continue;
      found.push_back(&rule);
      if (table.hit == 0) break;
    }
    return found;
  }

  static Micro total(const std::vector<Item>& items) {
    Micro sum = 0;
    for (const Item& one : items) sum += one.money;
    return sum;
  }

  std::vector<Item> element_items(const RandomTable& table) {
    const std::vector<const RandomRule*> found = matching(table);
    if (table.hit == 1 && found.size() > 1) throw CannotJudge{};
    if (found.empty()) return {};
    if (found.size() > 1 && (table.hit == 2 || table.hit == 3)) {
      std::vector<std::vector<Item>> outcomes;
      for (const RandomRule* rule : found) outcomes.push_back(finished(table, items_of(table, *rule)));
      std::size_t best = 0;
      for (std::size_t i = 1; i < found.size(); ++i) {
        if (table.hit == 2 && told(outcomes[i]) != told(outcomes[0])) throw CannotJudge{};
        if (table.hit == 3 && total(outcomes[i]) > total(outcomes[best])) best = i;
      }
      return items_of(table, *found[best]);
    }
    std::vector<Item> all;
    for (const RandomRule* rule : found)
      for (const Item& one : items_of(table, *rule)) all.push_back(one);
    return all;
  }

  std::vector<Item> gathered(const RandomTable& table) {
    element_ = 0;
    if (!table.for_each || !case_.parts) return element_items(table);
    std::vector<Item> all;
    try {
      for (const Facts3& part : *case_.parts) {
        part_ = &part;
        ++element_;
        for (const Item& one : element_items(table)) all.push_back(one);
      }
    } catch (const CannotJudge&) {
      part_ = nullptr;
      throw;
    }
    part_ = nullptr;
    return all;
  }

  static bool is_nothing(const Item& one) { return one.points < 0 ? one.money == 0 : one.points == 0; }

  // Counted, summed, nothings dropped.
  static std::vector<Item> finished(const RandomTable& table, const std::vector<Item>& items) {
    std::vector<Item> kept;
    std::vector<int> elements;
    for (const Item& one : items) {
      const bool known = std::find(elements.begin(), elements.end(), one.element) != elements.end();
      const bool fits = table.max_count < 0 || is_nothing(one) || known || static_cast<int>(elements.size()) < table.max_count;
      if (!fits) continue;
      if (!known && !is_nothing(one)) elements.push_back(one.element);
      kept.push_back(one);
    }
    if (table.combine) kept = summed(table, kept);
    kept.erase(std::remove_if(kept.begin(), kept.end(), is_nothing), kept.end());
    return kept;
  }

  static std::vector<Item> summed(const RandomTable& table, const std::vector<Item>& items) {
    std::vector<Item> sums;
    for (const Item& one : items) {
      const auto same = std::find_if(sums.begin(), sums.end(), [&](const Item& s) { return one.points < 0 && s.kind == one.kind; });
      if (same == sums.end()) sums.push_back(one);
      else same->money += one.money;
    }
    for (Item& sum : sums) {
      if (sum.points >= 0) continue;
      if (table.min >= 0) sum.money = std::max(sum.money, table.min * 10'000LL);
      if (table.max >= 0) sum.money = std::min(sum.money, table.max * 10'000LL);
      sum.money = rounded(sum.money, 0, 10'000);
      const Micro least = table.pay_if * 10'000LL;
      if (table.pay_if >= 0 && !(table.pays_equal ? sum.money >= least : sum.money > least)) sum.money = 0;
    }
    return sums;
  }

  std::vector<std::string> shares() const {
    const Told c = case_.facts.at("c");
    if (c.state == Told::missing) throw CannotJudge{};
    if (c.halves < 6) return {};
    const int fare = known("fare");
    for (const auto& [test, percent] : policy_.rows) {
      const int pass = passes(test);
      if (pass == -1) throw CannotJudge{};
      if (pass == 0) continue;
      Item one{"credit", rounded(fare * 500'000LL / 100 * percent, 0, 10'000), -1, 0};
      return is_nothing(one) ? std::vector<std::string>{} : told({one});
    }
    throw CannotJudge{};  // no row
  }

  static std::vector<std::string> told(const std::vector<Item>& items) {
    std::vector<std::string> all;
    for (const Item& one : items)
      all.push_back(one.points >= 0 ? fmt::format("{} {}", one.kind, one.points) : fmt::format("{} {}", one.kind, one.money / 10'000));
    return all;
  }

  const RandomPolicy& policy_;
  const RandomCase& case_;
  const Facts3* part_ = nullptr;
  int element_ = 0;
};

std::string decided(const std::string& policy_text, const std::string& facts_text) {
  const Bench bench(policy_text);
  const Policy policy = read_policy(bench.root, bench.language(), *currency_named("GBP"));
  const ToldFacts told = told_facts(read_json(facts_text, "facts", 1), bench.schema, {}, *currency_named("GBP"), bench.zone);
  const DerivedFacts facts(told, bench.derivations);
  const Decision decision = decide(policy, Judging{bench.schema, facts, bench.zone, Instant{}}, false);
  if (!decision.judged) return "cannot judge";
  std::vector<std::string> all;
  for (const OwedRemedy& remedy : decision.owed)
    all.push_back(remedy.money ? fmt::format("{} {}", remedy.kind, remedy.money->minor) : fmt::format("{} {}", remedy.kind, print(*remedy.quantity * 2)));
  return joined(all, ", ");
}

}  // namespace

TEST_CASE("ten thousand random policies and facts are decided as a direct reading decides them") {
  int judged = 0, owed = 0;
  for (int i = 0; i < 2000; ++i) {
    const RandomPolicy policy = random_policy();
    const std::string policy_text = written(policy);
    for (int j = 0; j < 5; ++j) {
      const RandomCase c = random_case();
      const std::string wanted = Direct(policy, c).answer();
      const std::string came = decided(policy_text, written(c));
      if (came != wanted) {
        INFO(policy_text);
        INFO(written(c));
        REQUIRE(came == wanted);
      }
      if (wanted != "cannot judge") ++judged;
      if (wanted != "cannot judge" && !wanted.empty()) ++owed;
    }
  }
  CHECK(judged > 3000);  // enough of every outcome to mean something
  CHECK(judged < 9000);
  CHECK(owed > 1500);
}

}  // namespace amends
