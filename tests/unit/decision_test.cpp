// Policy tables and what they owe: hit policies, the order of operations, missing facts, derivations.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/decision.h"
#include "policy_text.h"

namespace amends {
namespace {

using testing::Bench;
using testing::fault_in;

const std::string own_facts = R"(
[fields]
fare = "money"
rate = "percent?"
limit = "money?"
dollars = "money USD"
passengers = "number"
vip = "boolean?"
[sets]
ahead = ["at_risk", "early"]
outside = ["weather", "strike"]
)";

struct Case {
  Case(const std::string& policy_text, const std::string& facts, const char* currency = "GBP")
      : bench(own_facts + policy_text), policy(read_policy(bench.root, bench.language(), *currency_named(currency))) {
    bench.facts.money = *currency_named(currency);
    bench.tell(facts);
    decision = decide(policy, Judging{bench.schema, DerivedFacts(bench.facts, bench.derivations), bench.zone, Instant{}}, true);
  }

  // "refund GBP 8.00, call", or why it cannot be judged.
  std::string owed() const {
    if (!decision.judged) return "cannot judge: " + decision.reason;
    std::vector<std::string> parts;
    for (const OwedRemedy& remedy : decision.owed) {
      std::string part = remedy.kind + (remedy.what.empty() ? "" : ":" + remedy.what);
      if (remedy.money) part += " " + print(*remedy.money);
      if (remedy.quantity) part += " " + print(*remedy.quantity);
      parts.push_back(part);
    }
    return joined(parts, ", ");
  }

  Bench bench;
  Policy policy;
  Decision decision;
};

std::string owed(const std::string& policy, const std::string& facts, const char* currency = "GBP") {
  return Case(policy, facts, currency).owed();
}

// One table, one rule that always holds, one remedy.
std::string gives(const std::string& remedy, const std::string& facts, const std::string& table_keys = "",
                  const char* currency = "GBP") {
  return owed("[policy.t]\n" + table_keys + "\n[[policy.t.rule]]\ngive = [ " + remedy + " ]\n", facts, currency);
}

std::string refused(const std::string& text) {
  return fault_in([&] {
    const Bench bench(own_facts + text);
    read_policy(bench.root, bench.language(), *currency_named("GBP"));
  });
}

std::string remedy_refused(const std::string& remedy) { return refused("[[policy.t.rule]]\ngive = [ " + remedy + " ]"); }

std::string tiers(const std::string& hit) {
  return "[policy.t]\nhit = \"" + hit + R"("
[[policy.t.rule]]
name = "weather"
when = { cause = "in outside" }
give = []
why = "nobody can help the weather"
[[policy.t.rule]]
name = "long"
when = { late_days = ">= 3" }
give = [ { kind = "refund", amount = "10%", of = "fare" }, { kind = "call" } ]
[[policy.t.rule]]
name = "short"
when = { late_days = ">= 1" }
give = [ { kind = "refund", amount = "5.00" } ]
)";
}

}  // namespace

TEST_CASE("first: the first rule that is not false decides") {
  const std::string policy = tiers("first");
  CHECK(owed(policy, "cause='peak'\nlate_days=4\nfare='80.00'") == "refund GBP 8.00, call");
  CHECK(owed(policy, "cause='peak'\nlate_days=2") == "refund GBP 5.00");
  CHECK(owed(policy, "cause='peak'\nlate_days=0") == "");
  CHECK(owed(policy, "late_days=4\nfare='80.00'") == "cannot judge: cause is missing");
  CHECK(owed(policy, "cause='null'\nlate_days=4\nfare='80.00'") == "refund GBP 8.00, call");
  CHECK(owed(policy, "cause='peak'") == "cannot judge: late_days is missing");
  CHECK(owed(policy, "cause='peak'\nlate_days=4") == "cannot judge: fare is missing");
  const Case nothing(policy, "cause='weather'");
  CHECK(nothing.owed() == "");
  CHECK(nothing.decision.judged);
  CHECK(nothing.decision.why == std::vector<std::string>{"t/weather: nobody can help the weather"});
}

TEST_CASE("a case that is only at risk or early is given something only by a rule that names it") {
  const auto of = [](const std::string& when, const std::string& facts, const std::string& guard = "") {
    return owed("[policy.t]\n" + guard + "\n[[policy.t.rule]]\n" + when + "\ngive = [ { kind = \"call\" } ]\n", facts);
  };
  const std::string risk = "kind='at_risk'\nlate_days=2", early = "kind='early'\nlate_days=2";
  for (const std::string when : {"", "when = { late_days = 2 }", "when = { kind = \"not(lost)\" }", "when = { kind = \"-\" }", "when = { kind = \"late\" }"}) {
    CAPTURE(when);
    CHECK(of(when, risk) == "");
    CHECK(of(when, early) == "");
    CHECK(of(when, "kind='late'\nlate_days=2") == "call");
  }
  CHECK(of("", "late_days=2") == "call");  // of a kind that is not told
  CHECK(of("when = { fare = \"> 1\" }", risk) == "");  // what it lacks is not asked for
  for (const std::string when : {"when = { kind = \"at_risk\" }", "when = { kind = [\"late\", \"at_risk\"] }", "when = [ { kind = \"at_risk\" }, { late_days = 5 } ]", "when = { risk = \">= 0.5\" }"}) {
    CAPTURE(when);
    CHECK(of(when, risk + "\nrisk=1") == "call");
    CHECK(of(when, early + "\nrisk=1") == "");
  }
  CHECK(of("when = { early_minutes = \"> 10\" }", early + "\nearly_minutes=11") == "call");
  CHECK(of("when = { kind = \"in ahead\" }", risk) == "call");
  CHECK(of("when = { kind = \"in ahead\" }", early) == "call");
  CHECK(of("when = { late_days = 2 }", risk, "when = { kind = [\"late\", \"at_risk\"] }") == "call");
  CHECK(of("when = { late_days = 2 }", early, "when = { kind = [\"late\", \"at_risk\"] }") == "");
  const std::string excluded = R"([[policy.t.rule]]
when = { cause = "weather" }
give = []
[[policy.t.rule]]
when = { kind = "at_risk" }
give = [ { kind = "call" } ]
)";
  CHECK(owed(excluded, "kind='at_risk'\ncause='weather'") == "");
  CHECK(owed(excluded, "kind='at_risk'\ncause='peak'") == "call");
}

TEST_CASE("unique: two matches, or an unknown rule, cannot be judged") {
  const std::string policy = tiers("unique");
  CHECK(owed(policy, "cause='peak'\nlate_days=2") == "refund GBP 5.00");
  CHECK(owed(policy, "cause='peak'\nlate_days=4\nfare='80.00'") ==
        "cannot judge: policy.t: two rules match, \"long\" and \"short\", but hit is unique");
  CHECK(owed(policy, "cause='weather'") == "cannot judge: late_days is missing");
}

TEST_CASE("any: matches must give the same") {
  const std::string policy = tiers("any");
  CHECK(owed(policy, "cause='peak'\nlate_days=4\nfare='80.00'") ==
        "cannot judge: policy.t: \"long\" and \"short\" match and give different things, but hit is any");
  const std::string same = R"(
[policy.t]
hit = "any"
[[policy.t.rule]]
when = { late_days = ">= 3" }
give = [ { kind = "refund", amount = "10%", of = "fare" } ]
[[policy.t.rule]]
when = { late_days = ">= 1" }
give = [ { kind = "refund", amount = "8.00" } ]
)";
  CHECK(owed(same, "late_days=4\nfare='80.00'") == "refund GBP 8.00");
  CHECK(owed(same, "late_days=4\nfare='90.00'").starts_with("cannot judge"));
}

TEST_CASE("best: the largest total money, the first of equals; collect: all") {
  CHECK(owed(tiers("best"), "cause='peak'\nlate_days=4\nfare='80.00'") == "refund GBP 8.00, call");
  CHECK(owed(tiers("best"), "cause='peak'\nlate_days=4\nfare='40.00'") == "refund GBP 5.00");
  CHECK(owed(tiers("best"), "cause='peak'\nlate_days=4\nfare='50.00'") == "refund GBP 5.00, call");
  CHECK(owed(tiers("collect"), "cause='peak'\nlate_days=4\nfare='80.00'") == "refund GBP 8.00, call, refund GBP 5.00");
  CHECK(owed(tiers("collect"), "cause='peak'\nlate_days=2\nfare='80.00'") == "refund GBP 5.00");
}

TEST_CASE("the guard is and-ed with each rule") {
  const std::string policy = R"(
[policy.t]
when = { vip = true }
[[policy.t.rule]]
when = { late_days = ">= 3" }
give = [ { kind = "call" } ]
)";
  CHECK(owed(policy, "vip=true\nlate_days=3") == "call");
  CHECK(owed(policy, "vip=false") == "");
  CHECK(owed(policy, "late_days=2") == "");
  CHECK(owed(policy, "late_days=3") == "cannot judge: vip is missing");
  CHECK(owed(policy, "") == "cannot judge: vip and late_days are missing");
  CHECK(Case(policy, "vip=false").decision.traces[0].failed == "the table's when: vip is false, not true");
}

TEST_CASE("tables add up; one that cannot judge withholds the others") {
  const std::string policy = R"(
[[policy.a.rule]]
give = [ { kind = "refund", amount = "5.00" } ]
[[policy.b.rule]]
when = { vip = true }
give = [ { kind = "credit", amount = "1.00" } ]
)";
  CHECK(owed(policy, "vip=true") == "refund GBP 5.00, credit GBP 1.00");
  CHECK(owed(policy, "vip=false") == "refund GBP 5.00");
  CHECK(owed(policy, "") == "cannot judge: vip is missing");
}

TEST_CASE("facts nobody asks for are not missed") {
  CHECK(gives("{ kind = 'refund', amount = 'if late_days > 2 then fare else 5.00' }", "late_days=1") == "refund GBP 5.00");
}

TEST_CASE("on a remedy: times, min, max, round, so that max beats min") {
  const std::string fare = "fare='80.00'\npassengers=3\nlate_days=4\nlate_business_days=2\nlate_minutes=1000\nlate_seconds=60000";
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', times = 'passengers' }", fare) == "refund GBP 24.00");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', times = 'passengers', max = '20.00' }", fare) == "refund GBP 20.00");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', min = '30.00', max = '20.00' }", fare) == "refund GBP 20.00");
  CHECK(gives("{ kind = 'refund', amount = '1%', of = 'fare', min = '5%', max = '50%' }", fare) == "refund GBP 4.00");
  CHECK(gives("{ kind = 'refund', amount = '2.00', of = 'fare', max = '1%' }", fare) == "refund GBP 0.80");
  CHECK(gives("{ kind = 'refund', amount = '200%', of = 'fare', max = 'limit' }", fare + "\nlimit='null'") == "refund GBP 160.00");
  CHECK(gives("{ kind = 'refund', amount = '200%', of = 'fare', max = 'limit' }", fare + "\nlimit='100.00'") == "refund GBP 100.00");
  CHECK(gives("{ kind = 'refund', amount = '200%', of = 'fare', max = 'limit' }", fare) == "cannot judge: limit is missing");
  CHECK(gives("{ kind = 'refund', amount = '1.00', per = 'day' }", fare) == "refund GBP 4.00");
  CHECK(gives("{ kind = 'refund', amount = '1.00', per = 'business_day' }", fare) == "refund GBP 2.00");
  CHECK(gives("{ kind = 'refund', amount = '1.00', per = '8 hours' }", fare) == "refund GBP 2.00");
  CHECK(gives("{ kind = 'refund', amount = '1.00', per = '8 hours', count = 'started' }", fare) == "refund GBP 3.00");
  CHECK(gives("{ kind = 'refund', amount = '1.00', per = '8 hours', count = 'started' }", "late_minutes=0\nlate_seconds=0.5") == "refund GBP 1.00");
  CHECK(gives("{ kind = 'refund', amount = 'rate', of = 'fare' }", fare + "\nrate='15%'") == "refund GBP 12.00");
}

TEST_CASE("rounding is half_up to the minor unit unless told") {
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare' }", "fare='0.25'") == "refund GBP 0.03");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', round = 'half_even 0.01' }", "fare='0.25'") == "refund GBP 0.02");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', round = 'up 0.50' }", "fare='0.25'") == "refund GBP 0.50");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare' }", "fare='1234'", "", "JPY") == "refund JPY 123");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', round = 'half_up 0.001' }", "fare='0.25'") == "refund GBP 0.03");
}

TEST_CASE("on the table: the sum by kind, what and manner, then min, max, round, pay_if") {
  const std::string parts = "{ kind = 'refund', amount = '1/3 * fare' }, { kind = 'refund', amount = '1/3 * fare' }, "
                            "{ kind = 'refund', what = 'fee', amount = '1.00' }, { kind = 'call' }";
  CHECK(gives(parts, "fare='10.00'") == "refund GBP 3.33, refund GBP 3.33, refund:fee GBP 1.00, call");
  CHECK(gives(parts, "fare='10.00'", "combine = true") == "refund GBP 6.67, refund:fee GBP 1.00, call");
  CHECK(gives(parts, "fare='10.00'", "max = '5.00'") == "refund GBP 5.00, refund:fee GBP 1.00, call");
  CHECK(gives(parts, "fare='10.00'", "min = '2.00'") == "refund GBP 6.67, refund:fee GBP 2.00, call");
  CHECK(gives(parts, "fare='10.00'", "pay_if = '>= 4.00'") == "refund GBP 6.67, call");
  CHECK(gives("{ kind = 'refund', amount = '4.00' }", "", "pay_if = '>= 4.00'") == "refund GBP 4.00");
  CHECK(gives("{ kind = 'refund', amount = '1.00' }", "", "pay_if = '> 1.00'") == "");
  CHECK(gives("{ kind = 'refund', amount = '50%', of = 'fare' }", "fare='7.99'", "pay_if = '>= 4.00'") == "refund GBP 4.00");
  CHECK(gives("{ kind = 'refund', amount = '50%', of = 'fare' }", "fare='7.99'", "pay_if = '>= 4.00'\norder = ['pay_if', 'round']\nround = 'half_up 0.01'") == "");
  CHECK(gives("{ kind = 'refund', amount = '50%', of = 'fare' }", "fare='0.05'", "round = 'half_even 0.01'") == "refund GBP 0.02");
  CHECK(gives("{ kind = 'refund', amount = '7.60' }", "", "round = 'up 1.00'\nmax = '7.80'") == "refund GBP 8.00");
  CHECK(gives("{ kind = 'refund', amount = '7.60' }", "", "round = 'up 1.00'\nmax = '7.80'\norder = ['round', 'max']") == "refund GBP 7.80");
  const Case withheld("[policy.t]\npay_if = \">= 4.00\"\n[[policy.t.rule]]\ngive = [ { kind = \"refund\", amount = \"3.00\" } ]", "");
  CHECK(withheld.decision.why == std::vector<std::string>{"t/#1: refund: GBP 3.00 is withheld: paid only if >= 4.00"});
}

TEST_CASE("an amount of zero is no remedy, a negative one cannot be judged") {
  const Case zero("[[policy.t.rule]]\ngive = [ { kind = \"refund\", amount = \"0%\", of = \"fare\" } ]", "fare='80.00'");
  CHECK(zero.owed() == "");
  CHECK(zero.decision.why == std::vector<std::string>{"t/#1: refund comes to GBP 0.00"});
  CHECK(gives("{ kind = 'refund', amount = 'fare - 100.00' }", "fare='80.00'") ==
        "cannot judge: policy.t: rule #1: the amount is negative: GBP -20.00");
  CHECK(gives("{ kind = 'refund', amount = '10%', of = 'fare', min = '3.00' }", "fare='-50.00'") ==
        "cannot judge: policy.t: rule #1: fare is negative: GBP -50.00");
  CHECK(gives("{ kind = 'points', quantity = 'passengers * 100' }", "passengers=2") == "points 200");
  CHECK(gives("{ kind = 'points', quantity = 'passengers * 100' }", "passengers=0") == "");
}

TEST_CASE("an amount beyond all reason makes the case one that cannot be judged") {
  const std::string fare = "{ kind = 'refund', amount = 'fare' }", times = "{ kind = 'refund', amount = 'fare', times = 'passengers' }";
  CHECK(gives(fare, "fare='10000000000000.00'") == "refund GBP 10000000000000.00");
  CHECK(gives(times, "fare='10000000000000.00'\npassengers='1.1'") == "cannot judge: policy.t: the amount of t/#1 is beyond all reason");
  CHECK(gives(times, "fare='10000000000000.00'\npassengers='99999999999'")
            .starts_with("cannot judge: policy.t: the amount of t/#1 is beyond all reason"));
  CHECK(gives(fare + ", { kind = 'credit', amount = '0.01' }", "fare='10000000000000.00'") ==
        "cannot judge: the amount of t/#1 is beyond all reason");
}

TEST_CASE("what numbers cannot do makes the case one that cannot be judged") {
  CHECK(gives("{ kind = 'refund', amount = 'fare * (1 / passengers)' }", "fare='1'\npassengers=0").find("division by zero") != std::string::npos);
  CHECK(gives("{ kind = 'refund', amount = 'fare', times = 'passengers * passengers * passengers' }",
              "fare='10000000000000000000'\npassengers='10000000000000000000'").find("128 bits") != std::string::npos);
  CHECK(gives("{ kind = 'refund', amount = 'fare' }", "fare='10000000000000000000'").starts_with("cannot judge"));
  CHECK(gives("{ kind = 'refund', amount = 'dollars' }", "dollars='5.00'") ==
        "cannot judge: policy.t: rule #1: dollars is USD 5.00, but the case is in GBP");
  CHECK(gives("{ kind = 'refund', amount = 'limit' }", "limit='null'") == "cannot judge: policy.t: rule #1: amount is null: limit");
  const std::string derived = "[derived]\nbase = 'limit + 1.00'\n[[policy.t.rule]]\ngive = [ { kind = 'refund', amount = 'base' } ]\n";
  CHECK(owed(derived, "limit='2.00'") == "refund GBP 3.00");
  CHECK(owed(derived, "limit='null'") == "cannot judge: policy.t: rule #1: base: limit is null, so it cannot be computed with");
  CHECK(owed(derived, "") == "cannot judge: limit is missing");
}

TEST_CASE("the derivation reads step by step") {
  const Case c(R"(
[[policy.t.rule]]
give = [ { kind = "refund", amount = "10%", of = "fare", per = "day", min = "2.00", max = "50%", round = "down 0.10" } ]
)", "fare='80.25'\nlate_days=7");
  REQUIRE(c.decision.owed.size() == 1);
  CHECK(c.decision.owed[0].steps == std::vector<std::string>{
    "10% of fare GBP 80.25 = GBP 8.025", "times 7 (per day) = GBP 56.175", "at most 50% of fare = GBP 40.125",
    "rounded down 0.1: GBP 40.10"});
  CHECK(c.decision.owed[0].at_close);
}

TEST_CASE("traces tell of every rule which test failed first") {
  const Case c(tiers("first"), "cause='peak'\nlate_days=2");
  REQUIRE(c.decision.traces.size() == 3);
  CHECK(c.decision.traces[0].failed == "cause in outside, but it is \"peak\"");
  CHECK(c.decision.traces[1].failed == "late_days >= 3, but it is 2");
  CHECK(c.decision.traces[2].truth == Truth::yes);
  const Case early(tiers("first"), "cause='peak'\nlate_days=4\nfare='1.00'");
  CHECK(!early.decision.traces[2].reached);
  const Case unknown(tiers("first"), "cause='peak'");
  CHECK(unknown.decision.traces[1].truth == Truth::unknown);
  CHECK(unknown.decision.traces[1].failed == "late_days >= 3, but it is missing");
}

TEST_CASE("what a policy cannot mean is refused") {
  CHECK(remedy_refused("{ kind = 'refnd', amount = '1' }").starts_with("there is no remedy \"refnd\" | did you mean \"refund\"?"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '10%' }") == "10% is a percentage, but of what is not said | add of = \"order_value\"");
  CHECK(remedy_refused("{ kind = 'refund', amount = '1.00', max = '10%' }").starts_with("10% is a percentage"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1.00', of = 'fare' }").starts_with("only a percentage is taken of something"));
  CHECK(remedy_refused("{ kind = 'refund' }").starts_with("refund is money and needs an amount"));
  CHECK(remedy_refused("{ kind = 'call', amount = '1.00' }").starts_with("call is not money"));
  CHECK(remedy_refused("{ kind = 'points' }").starts_with("points needs a quantity"));
  CHECK(remedy_refused("{ kind = 'extension' }").starts_with("extension needs a duration"));
  CHECK(remedy_refused("{ kind = 'extension', for = 'a while' }").starts_with("\"a while\" is not a length of time"));
  CHECK(remedy_refused("{ kind = 'extension', for = '1 month' }") == "");
  CHECK(remedy_refused("{ kind = 'call', within = '4 business hours' }") == "");
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', per = 'fortnight' }").starts_with("\"fortnight\" is not what"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', per = 'day', count = 'started' }").starts_with("days late are whole days"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', per = 'day', times = 2 }").starts_with("per and times are both given"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', round = 'halfup 0.01' }").starts_with("\"halfup\" is not a rounding"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', max = '2', order = ['round'] }").starts_with("max is given, but order"));
  CHECK(remedy_refused("{ kind = 'refund', amount = '1', manner = 'auot' }") == "\"auot\" is not a manner | did you mean \"auto\"?");
  CHECK(remedy_refused("{ by = 'tier', choose = [] }").starts_with("choose is a list of remedies"));
  CHECK(remedy_refused("{ kind = 'refund', amount = 'far' }").starts_with("there is no fact \"far\""));
  CHECK(refused("[policy.t]\nmin = '10%'\n[[policy.t.rule]]\ngive = []").starts_with("10% is a percentage"));
  CHECK(refused("[policy.t]\nfor_each = 'fare'\n[[policy.t.rule]]\ngive = []").starts_with("fare is no list"));
  CHECK(refused("[policy.t]\nhit = 'frist'\n[[policy.t.rule]]\ngive = []") == "\"frist\" is not a hit | did you mean \"first\"?");
  CHECK(refused("[[policy.t.rule]]\nwhen = { total = '> 5' }\ngive = []").starts_with("policy.t asks for total"));
  CHECK(refused("[policy.t]\nhit = 'first'").starts_with("policy.t has no rules"));
  CHECK(refused("[[policy.t.rule]]\nwhen = { vip = true }").starts_with("the rule \"#1\" does not say what it gives"));
  CHECK(refused("[[policy.t.rule]]\nname='a'\ngive = []\n[[policy.t.rule]]\nname='a'\ngive = []").starts_with("two rules of policy.t are called \"a\""));
}

TEST_CASE("kinds, caps and approvals are read") {
  const Case c(R"(
[kinds]
miles = { value = "quantity", told = "issued" }
[[policy.cap]]
per = "person"
within = "90 days"
max = "100.00"
when = { vip = false }
[[policy.approval]]
when = { total = "> 50.00" }
[[policy.t.rule]]
give = [ { kind = "miles", quantity = 2500, pay_by = { business_days = 7 } } ]
)", "");
  CHECK(c.owed() == "miles 2500");
  CHECK(c.decision.owed[0].pay_by == "1970-01-12");  // seven business days after the day of the decision
  CHECK(c.policy.kind_named("miles")->told == "issued");
  REQUIRE(c.policy.caps.size() == 1);
  CHECK(c.policy.caps[0].within_ms == 90 * ms_per_day);
  CHECK(print(c.policy.caps[0].max) == "GBP 100.00");
  CHECK(c.policy.approvals.size() == 1);
  CHECK(refused("[[policy.cap]]\nper = 'house'\nmax = '1'").starts_with("a cap is not counted per \"house\""));
  CHECK(refused("[[policy.cap]]\nper = 'person'\nmax = '1.001'").starts_with("\"1.001\" is not an amount in GBP"));
  CHECK(refused("[[policy.cap]]\nper = 'person'\nwithin = 'calendar year'\nmax = '1'").starts_with("\"calendar year\" is not a duration"));
  CHECK(refused("[policy.cap]\nper = 'person'\nmax = '1'").starts_with("there may be several caps"));
  CHECK(refused("[kinds]\nmiles = { }").starts_with("the kind \"miles\" does not say"));
}

TEST_CASE("the hash covers what decides and nothing else") {
  const auto hash = [](const std::string& text) { return Case(text, "").policy.hash; };
  const std::string policy = "[[policy.t.rule]]\nwhen = { vip = true, late_days = 1 }\ngive = []\n";
  CHECK(hash(policy) == hash("# a word\n" + policy + "[shop]\nname = 'x'\n"));
  CHECK(hash(policy) == hash("[[policy.t.rule]]\ngive = [ ]\nwhen = { late_days = 1, vip = true }\n"));
  CHECK(hash(policy) != hash("[[policy.t.rule]]\nwhen = { vip = true, late_days = 2 }\ngive = []\n"));
  CHECK(hash(policy) != hash("[[policy.t.rule]]\nwhen = { vip = true, late_days = '1' }\ngive = []\n"));
  CHECK(hash(policy) != hash("[derived]\nx = 'late_days'\n" + policy));
}

}  // namespace amends
