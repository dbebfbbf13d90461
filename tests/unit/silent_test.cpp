// Who was let down and keeps silent, by what is at stake.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/judging/contact_log.h"
#include "core/report/silent.h"
#include "judge_records.h"

using namespace amends;
using judge_tests::records_of;

namespace {

constexpr Instant now{1'800'000'000'000};

Miss miss_of(const std::string& person, const std::string& order, int days_ago, const Project& project, const std::string& tier = "", int before = 0) {
  Miss miss;
  miss.key = "tea/order/" + order + "/stated-date";
  miss.record_id = order;
  miss.person = person;
  miss.due_instant = Instant{now.ms - days_ago * ms_per_day};
  if (!tier.empty()) miss.facts.set(project.schema.find("tier"), Value::of_string(miss.facts.keep(tier)));
  miss.facts.set(project.schema.find("misses_before"), Value::of_number(before));
  return miss;
}

std::string words_of(const std::optional<std::vector<SilentCustomer>>& customers) {
  if (!customers) return "unknown";
  std::string words;
  for (const SilentCustomer& c : *customers)
    words += fmt::format("{} {} let down {} silent {} left {}{}; ", c.miss->person, c.miss->record_id, c.let_down, c.silent_about, c.days_left, c.is_told ? " told" : "");
  return words;
}

}  // namespace

TEST_CASE("silent customers: the most at stake first, and those no word can reach any more last") {
  Project project;
  judge_tests::read_into(project, "");
  Judgement judgement;
  judgement.as_of = now;
  judgement.misses = {miss_of("a", "1", 3, project),         miss_of("b", "2", 10, project, "gold"),
                      miss_of("c", "3", 5, project, "", 2),  miss_of("d", "4", 31, project),
                      miss_of("e", "5", 4, project),         miss_of("f", "6", 4, project),          miss_of("a", "7", 1, project, "", 1), miss_of("g", "8", -2, project)};
  judgement.misses.back().kind = Kind::at_risk;
  ContactLog log;
  log.add("e", Moment(Instant{now.ms - ms_per_day}), project.shop.zone);       // complained
  log.add("f", Moment(Instant{now.ms - 20 * ms_per_day}), project.shop.zone);  // wrote before, about something else
  log.sort();
  judgement.contacts = std::make_shared<const ContactLog>(std::move(log));

  const Currency gbp = *currency_named("GBP");
  const PeopleSoFar people = {{"a", {4, Money{9000, gbp}}}, {"b", {1, Money{1000, gbp}}}, {"c", {2, Money{20000, gbp}}}, {"d", {9, Money{90000, gbp}}}};
  SaidBefore said;
  said["tea/order/3/stated-date"].push_back(Said{"m1", "notice", "c", false, false, false, now, now, Kind::late, {}});
  said["tea/order/2/stated-date"].push_back(Said{"m2", "notice", "b", false, true, false, now, now, Kind::late, {}});  // withdrawn

  CHECK(words_of(silent_customers(judgement, said, people, project, {})) ==
        "c 3 let down 3 silent 1 left 25 told; a 7 let down 2 silent 2 left 29; b 2 let down 1 silent 1 left 20; f 6 let down 1 silent 1 left 26; "
        "d 4 let down 1 silent 1 left 0; ");
  SilentQuestion question;
  question.tiers = {"gold"};
  question.word_counts = 9 * ms_per_day;
  CHECK(words_of(silent_customers(judgement, said, people, project, question)) ==
        "c 3 let down 3 silent 1 left 4 told; a 7 let down 2 silent 2 left 8; f 6 let down 1 silent 1 left 5; "
        "b 2 let down 1 silent 1 left 0; d 4 let down 1 silent 1 left 0; ");

  judgement.contacts = nullptr;
  CHECK(words_of(silent_customers(judgement, said, people, project, {})) == "unknown");
}

TEST_CASE("what people bought so far leaves out what was called off and what came back") {
  Project project;
  judge_tests::read_into(project, "");
  const Records records = records_of(R"(order_id|customer_id|status|order_value|refunded
1|a|delivered|50.00|
2|a|delivered|20.00|5.00
3|a|cancelled|99.00|
4|b|delivered|70.00|
5|c|delivered||
)",
                                     project.schema, project.shop.zone);
  PeopleSoFar people = {{"customer:a", {}}, {"customer:c", {}}};
  add_so_far(records, project, people);
  REQUIRE(people.size() == 2);
  CHECK(people.at("customer:a").orders == 2);
  CHECK(people.at("customer:a").paid == Money{6500, project.shop.currency});
  CHECK(people.at("customer:c").orders == 1);
  CHECK_FALSE(people.at("customer:c").paid.has_value());
}
