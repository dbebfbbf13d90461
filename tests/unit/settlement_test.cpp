#include "core/ledger/settlement.h"

#include <algorithm>
#include <deque>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace amends;

namespace {

const Currency gbp = *currency_named("GBP");
const Currency eur = *currency_named("EUR");
constexpr std::int64_t day = ms_per_day;

Schema test_schema() {
  Schema schema;
  for (const char* name : {"order_value", "refunded", "total"}) {
    Field field;
    field.name = name;
    field.type.base = Type::money;
    schema.add(field);
  }
  return schema;
}

// Reads the one kind of condition these tests use: "total > N units".
Truth total_above(const Condition& condition, const FactSource& facts) {
  if (condition.is_always()) return Truth::yes;
  const Test& test = condition.any.front().front();
  const Value value = facts.at(test.slot);
  if (!value.is_known()) return Truth::unknown;
  return value.ratio > *read_decimal(std::string_view(test.text).substr(2)) ? Truth::yes : Truth::no;
}

OwedRemedy owes(std::string table, std::string kind, std::int64_t minor, Currency currency = gbp) {
  OwedRemedy remedy;
  remedy.table = std::move(table);
  remedy.rule = "#1";
  remedy.kind = std::move(kind);
  remedy.money = Money{minor, currency};
  return remedy;
}

OwedRemedy owes_call(std::string table) {
  OwedRemedy remedy = owes(std::move(table), "call", 0);
  remedy.money.reset();
  return remedy;
}

// A shop over some nights: what settlement grants is what the next night has been given.
struct Nights {
  Schema schema = test_schema();
  Policy policy;
  Given given;
  std::deque<Miss> misses;
  std::deque<Decision> decisions;
  std::vector<std::pair<const Miss*, const Decision*>> tonight;
  std::vector<Settled> settled;

  void owe(std::string order, std::vector<OwedRemedy> owed, std::string person = "customer:1", std::int64_t due = 0,
           std::int64_t paid = 0) {
    Miss miss;
    miss.key = "shop/order/" + order + "/promise";
    miss.record_id = std::move(order);
    miss.person = std::move(person);
    miss.due_instant = Instant{due};
    miss.facts.money = gbp;
    if (paid != 0) miss.facts.set(schema.find("order_value"), Value::of_money(Money{paid, gbp}));
    Decision decision;
    decision.owed = std::move(owed);
    misses.push_back(std::move(miss));
    decisions.push_back(std::move(decision));
    tonight.emplace_back(&misses.back(), &decisions.back());
  }

  std::vector<Grant> settle_at(std::int64_t as_of) {
    settled = settle(tonight, policy, schema, given, Instant{as_of}, total_above);
    std::vector<Grant> grants;
    for (const Settled& s : settled)
      for (const Grant& grant : s.grants) grants.push_back(grant);
    for (const Grant& grant : grants) given.by_case[grant.case_key].push_back(grant);
    tonight.clear();
    return grants;
  }

  void cap(std::string per, std::int64_t max, std::string within = {}, std::int64_t within_ms = 0) {
    CapRule rule;
    rule.per = std::move(per);
    rule.within = std::move(within);
    rule.within_ms = within_ms;
    rule.max = Money{max, gbp};
    policy.caps.push_back(rule);
  }

  void approve_above(const std::string& units) {
    Test test;
    test.fact = "total";
    test.slot = schema.find("total");
    test.text = "> " + units;
    ApprovalRule rule;
    rule.when.any = {{test}};
    policy.approvals.push_back(rule);
  }
};

std::vector<std::string> lines(const std::vector<Grant>& grants) {
  std::vector<std::string> out;
  for (const Grant& g : grants)
    out.push_back(fmt::format("{} {} {} {}", g.key, g.money ? print(*g.money) : "-", name_of(g.state), g.reason));
  return out;
}

std::int64_t sum(const Given& given, bool held) {
  std::int64_t minor = 0;
  for (const auto& [key, grants] : given.by_case)
    for (const Grant& g : grants)
      if (g.money && (held || g.state == GrantState::granted)) minor += g.money->minor;
  return minor;
}

}  // namespace

TEST_CASE("what is owed is granted once, and what grows is topped up") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 500), owes_call("delay")});
  CHECK(lines(shop.settle_at(0)) == std::vector<std::string>{"shop/order/1/promise/delay/credit/1 GBP 5.00 granted ",
                                                             "shop/order/1/promise/delay/call/1 - granted "});
  shop.owe("1", {owes("delay", "credit", 500), owes_call("delay")});
  CHECK(shop.settle_at(day).empty());
  shop.owe("1", {owes("delay", "credit", 800), owes_call("delay")});
  const std::vector<Grant> top_up = shop.settle_at(2 * day);
  CHECK(lines(top_up) == std::vector<std::string>{"shop/order/1/promise/delay/credit/2 GBP 3.00 granted "});
  CHECK(top_up[0].steps.back() == "less GBP 5.00 given before = GBP 3.00");
}

TEST_CASE("the same kind counts first, then the rest of the table; other tables do not") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 1000)});
  shop.settle_at(0);
  shop.owe("1", {owes("delay", "refund", 800), owes("delay", "credit", 400), owes("goods", "credit", 200)});
  CHECK(lines(shop.settle_at(day)) == std::vector<std::string>{"shop/order/1/promise/delay/refund/1 GBP 2.00 granted ",
                                                               "shop/order/1/promise/goods/credit/1 GBP 2.00 granted "});
}

TEST_CASE("less owed than given takes nothing back and is ahead") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 1000)});
  shop.settle_at(0);
  shop.owe("1", {owes("delay", "credit", 400)});
  CHECK(shop.settle_at(day).empty());
  CHECK(shop.settled[0].ahead == Money{600, gbp});
  shop.owe("1", {});
  CHECK(shop.settle_at(day).empty());
  CHECK(shop.settled[0].ahead == Money{1000, gbp});
  shop.owe("1", {owes("delay", "credit", 1200)});
  CHECK(lines(shop.settle_at(day)).front() == "shop/order/1/promise/delay/credit/2 GBP 2.00 granted ");
}

TEST_CASE("a void grant does not count, and its key is not used again") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 1000), owes_call("delay")});
  shop.settle_at(0);
  for (Grant& grant : shop.given.by_case.begin()->second) grant.state = GrantState::void_;
  shop.owe("1", {owes("delay", "credit", 1000), owes_call("delay")});
  CHECK(lines(shop.settle_at(day)) == std::vector<std::string>{"shop/order/1/promise/delay/credit/2 GBP 10.00 granted ",
                                                               "shop/order/1/promise/delay/call/2 - granted "});
}

TEST_CASE("credits given by hand count once, over all cases of the order") {
  Nights shop;
  shop.given.by_hand["1"] = Money{700, gbp};
  shop.given.by_hand["2"] = Money{700, eur};
  shop.owe("1", {owes("delay", "credit", 500), owes("goods", "refund", 500)});
  shop.owe("2", {owes("delay", "credit", 500)});
  CHECK(lines(shop.settle_at(0)) == std::vector<std::string>{"shop/order/1/promise/goods/refund/1 GBP 3.00 granted ",
                                                             "shop/order/2/promise/delay/credit/1 GBP 5.00 granted "});
  shop.owe("1", {owes("delay", "credit", 500), owes("goods", "refund", 500)});
  CHECK(shop.settle_at(day).empty());
}

TEST_CASE("two currencies never meet in one sum") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 500), owes("delay", "credit", 600, eur)});
  CHECK(shop.settle_at(0).size() == 2);
  CHECK(shop.settled[0].owed == Money{500, gbp});
  CHECK(shop.settled[0].owed_abroad == std::vector<Money>{Money{600, eur}});
  shop.owe("1", {owes("delay", "credit", 1100)});
  CHECK(lines(shop.settle_at(day)) == std::vector<std::string>{"shop/order/1/promise/delay/credit/3 GBP 6.00 granted "});
  CHECK(shop.settled[0].ahead_abroad == std::vector<Money>{Money{600, eur}});
}

TEST_CASE("a case that needs approval is held whole, once") {
  Nights shop;
  shop.approve_above("50.00");
  shop.owe("1", {owes("delay", "credit", 5000)});
  shop.owe("2", {owes("delay", "credit", 4000), owes("delay", "refund", 1001), owes_call("delay")});
  CHECK(lines(shop.settle_at(0)) ==
        std::vector<std::string>{"shop/order/1/promise/delay/credit/1 GBP 50.00 granted ",
                                 "shop/order/2/promise/delay/credit/1 GBP 40.00 held approval: total > 50.00",
                                 "shop/order/2/promise/delay/refund/1 GBP 10.01 held approval: total > 50.00",
                                 "shop/order/2/promise/delay/call/1 - held approval: total > 50.00"});
  shop.owe("2", {owes("delay", "credit", 4000), owes("delay", "refund", 1001), owes_call("delay")});
  CHECK(shop.settle_at(day).empty());
  shop.owe("3", {owes("delay", "credit", 6000, eur)});
  CHECK(lines(shop.settle_at(day)).front() ==
        "shop/order/3/promise/delay/credit/1 EUR 60.00 held approval: cannot tell whether total > 50.00");
}

TEST_CASE("a cap grants what fits, by due and key, and holds the rest once") {
  Nights shop;
  shop.cap("person", 1000, "90 days", 90 * day);
  const auto owe_both = [&] {
    shop.owe("2", {owes("delay", "credit", 800)}, "customer:1", 5);
    shop.owe("1", {owes("delay", "credit", 600)}, "customer:1", 9);
    shop.owe("3", {owes("delay", "credit", 600)}, "customer:2", 9);
  };
  owe_both();
  const std::string over = "held cap per person within 90 days: GBP 10.00";
  CHECK(lines(shop.settle_at(0)) == std::vector<std::string>{"shop/order/2/promise/delay/credit/1 GBP 8.00 granted ",
                                                             "shop/order/1/promise/delay/credit/1 GBP 2.00 granted ",
                                                             "shop/order/1/promise/delay/credit/2 GBP 4.00 " + over,
                                                             "shop/order/3/promise/delay/credit/1 GBP 6.00 granted "});
  owe_both();
  CHECK(shop.settle_at(day).empty());
  shop.owe("4", {owes("delay", "credit", 100)}, "customer:1", 9);
  CHECK(lines(shop.settle_at(89 * day)).front() == "shop/order/4/promise/delay/credit/1 GBP 1.00 " + over);
  shop.owe("5", {owes("delay", "credit", 900), owes("delay", "refund", 600, eur)}, "customer:1", 9);
  CHECK(lines(shop.settle_at(90 * day)) == std::vector<std::string>{"shop/order/5/promise/delay/credit/1 GBP 9.00 granted ",
                                                                    "shop/order/5/promise/delay/refund/1 EUR 6.00 granted "});
}

TEST_CASE("a refund never passes what the customer paid and has not had back") {
  Nights shop;
  shop.owe("1", {owes("delay", "refund", 700), owes("goods", "refund", 700), owes("goods", "credit", 700)}, "customer:1", 0, 1000);
  shop.misses.back().facts.set(shop.schema.find("refunded"), Value::of_money(Money{100, gbp}));
  CHECK(lines(shop.settle_at(0)) ==
        std::vector<std::string>{"shop/order/1/promise/delay/refund/1 GBP 7.00 granted ",
                                 "shop/order/1/promise/goods/refund/1 GBP 2.00 granted ",
                                 "shop/order/1/promise/goods/refund/2 GBP 5.00 held refunds reach what was paid",
                                 "shop/order/1/promise/goods/credit/1 GBP 7.00 granted "});
}

TEST_CASE("a refund issued is told by the shop's records too, and counts once") {
  const auto refunds = [](std::int64_t told, GrantState before) {
    Nights shop;
    shop.owe("1", {owes("delay", "refund", 300)}, "customer:1", 0, 1000);
    shop.settle_at(0);
    for (Grant& grant : shop.given.by_case.begin()->second) grant.state = before;
    shop.owe("1", {owes("delay", "refund", 300), owes("goods", "refund", 900)}, "customer:1", 0, 1000);
    shop.misses.back().facts.set(shop.schema.find("refunded"), Value::of_money(Money{told, gbp}));
    return lines(shop.settle_at(day)).front();
  };
  CHECK(refunds(300, GrantState::issued) == "shop/order/1/promise/goods/refund/1 GBP 7.00 granted ");
  CHECK(refunds(0, GrantState::issued) == "shop/order/1/promise/goods/refund/1 GBP 7.00 granted ");
  CHECK(refunds(400, GrantState::issued) == "shop/order/1/promise/goods/refund/1 GBP 6.00 granted ");
  CHECK(refunds(400, GrantState::granted) == "shop/order/1/promise/goods/refund/1 GBP 3.00 granted ");
}

TEST_CASE("a call is promised once over one case, whatever table gives it") {
  Nights shop;
  shop.owe("1", {owes_call("delay"), owes_call("goods")});
  shop.owe("2", {owes_call("goods")});
  CHECK(lines(shop.settle_at(0)) == std::vector<std::string>{"shop/order/1/promise/delay/call/1 - granted ",
                                                             "shop/order/2/promise/goods/call/1 - granted "});
  shop.owe("1", {owes_call("goods")});
  CHECK(shop.settle_at(day).empty());
}

TEST_CASE("small nights add up to what needs approval") {
  Nights shop;
  shop.approve_above("50.00");
  shop.owe("1", {owes("delay", "credit", 3000)});
  CHECK(lines(shop.settle_at(0)).front() == "shop/order/1/promise/delay/credit/1 GBP 30.00 granted ");
  shop.owe("1", {owes("delay", "credit", 5000)});
  CHECK(lines(shop.settle_at(day)).front() == "shop/order/1/promise/delay/credit/2 GBP 20.00 granted ");
  shop.owe("1", {owes("delay", "credit", 5001)});
  CHECK(lines(shop.settle_at(2 * day)).front() == "shop/order/1/promise/delay/credit/3 GBP 0.01 held approval: total > 50.00");
  for (Grant& grant : shop.given.by_case.begin()->second) grant.state = GrantState::void_;
  shop.owe("1", {owes("delay", "credit", 5000)});
  CHECK(lines(shop.settle_at(3 * day)).front() == "shop/order/1/promise/delay/credit/4 GBP 50.00 granted ");
}

TEST_CASE("a slash in a name does not make two keys one") {
  Nights shop;
  OwedRemedy remedy = owes("a/b", "credit", 500);
  remedy.what = "c:d";
  shop.owe("1", {remedy});
  CHECK(shop.settle_at(0)[0].key == "shop/order/1/promise/a%2Fb/credit:c%3Ad/1");
}

TEST_CASE("what is given on request is only decided") {
  Nights shop;
  shop.approve_above("1.00");
  OwedRemedy offer = owes("delay", "refund", 500);
  offer.manner = "on_request";
  shop.owe("1", {offer});
  CHECK(lines(shop.settle_at(0)).front() ==
        "shop/order/1/promise/delay/refund/1 GBP 5.00 decided on request: offered until it is claimed");
  shop.owe("1", {offer});
  CHECK(shop.settle_at(day).empty());
}

TEST_CASE("a case that cannot be judged gets nothing") {
  Nights shop;
  shop.owe("1", {owes("delay", "credit", 500)});
  shop.decisions.back().judged = false;
  CHECK(shop.settle_at(0).empty());
  CHECK(shop.settled.size() == 1);
}

TEST_CASE("property: the order of cases does not matter, and caps are never passed") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto any = [&](std::int64_t below) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(below)); };
    Nights shop;
    shop.cap("person", 3000);
    shop.cap("order", 1500);
    for (int i = 0; i < 30; ++i)
      shop.owe(fmt::format("{}", i), {owes("delay", any(2) == 0 ? "credit" : "refund", 1 + any(2000)), owes("goods", "refund", 1 + any(900))},
               fmt::format("customer:{}", any(5)), any(4), 500 + any(2000));
    auto shuffled = shop.tonight;
    const std::vector<std::string> straight = lines(shop.settle_at(0));
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const Given granted = shop.given;
    shop.given = {};
    shop.tonight = shuffled;
    CHECK(lines(shop.settle_at(0)) == straight);

    std::map<std::string, std::int64_t> by_person, by_order, refunds, paid;
    for (const auto& [key, grants] : granted.by_case)
      for (const Grant& g : grants) {
        if (g.state != GrantState::granted) continue;
        by_person[g.person] += g.money->minor;
        by_order[g.record_id] += g.money->minor;
        if (g.kind == "refund") refunds[g.record_id] += g.money->minor;
      }
    for (const Miss& miss : shop.misses)
      paid[miss.record_id] = whole_of(miss.facts.at(shop.schema.find("order_value")).ratio * Ratio(100));
    for (const auto& [person, minor] : by_person) CHECK(minor <= 3000);
    for (const auto& [order, minor] : by_order) CHECK(minor <= 1500);
    for (const auto& [order, minor] : refunds) CHECK(minor <= paid[order]);
  }
}

TEST_CASE("property: ten nights of growing amounts and one night end at the same sums") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto any = [&](std::int64_t below) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(below)); };
    Nights nightly, once;
    for (Nights* shop : {&nightly, &once}) {
      shop->cap("person", 4000);
      shop->given.by_hand["1"] = Money{250, gbp};
    }
    std::int64_t owed[3][2] = {};
    const auto owe_all = [&](Nights& shop) {
      for (int i = 0; i < 3; ++i)
        shop.owe(fmt::format("{}", i), {owes("delay", "credit", owed[i][0]), owes("delay", "refund", owed[i][1])});
    };
    for (int night = 0; night < 10; ++night) {
      for (auto& of_case : owed)
        for (std::int64_t& minor : of_case) minor += any(400);
      owe_all(nightly);
      nightly.settle_at(night * day);
      CHECK(sum(nightly.given, false) <= 4000);
    }
    owe_all(once);
    once.settle_at(9 * day);
    CHECK(sum(nightly.given, true) == sum(once.given, true));
    CHECK(sum(nightly.given, false) == sum(once.given, false));
  }
}
