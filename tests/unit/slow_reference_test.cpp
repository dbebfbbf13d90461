// What the program finds missed in exports is what the slow reference finds, on thousands of random ones.
#include <doctest/doctest.h>

#include "core/miss.h"
#include "judge_records.h"
#include "random_exports.h"
#include "shop_folder.h"
#include "slow_reference.h"

using namespace amends;

namespace {

constexpr const char* stated = "[[guarantee]]\nname = \"stated-date\"\ndue = { field = \"promised_at\" }\n";
constexpr std::uint32_t inputs = 10000;

std::string name_of(Moment moment, const Zone& zone) {
  if (moment.is_none()) return "";
  return moment.is_date() ? "day " + std::to_string(zone.start_of(moment.date()).ms) : std::to_string(moment.instant().ms);
}

std::string line_of(const Miss& miss, const Zone& zone) {
  return miss.record_id + " " + std::string(name_of(miss.kind)) + " " + name_of(miss.due, zone) + " " + name_of(miss.met, zone) + " " +
         std::to_string(miss.lateness.minutes) + " " + std::to_string(miss.lateness.days);
}

slow::Answer answer_of(const Judgement& judgement, const Zone& zone) {
  slow::Answer answer;
  for (const Miss& miss : judgement.misses) answer.misses.push_back(line_of(miss, zone));
  const Counts& counts = judgement.counts;
  CHECK(counts.missed == answer.misses.size());
  CHECK(counts.unjudged == judgement.unjudged.size());
  answer.orders = counts.orders;
  answer.in_time = counts.in_time;
  answer.open = counts.open;
  answer.ended = counts.ended;
  answer.unjudged = counts.unjudged;
  return answer;
}

// The way under test.
slow::Answer misses_of(const Project& project, Instant as_of) {
  Wanted wanted;
  for (const Slot slot : facts_judged(project)) wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
  try {
    const Records records = read_records(project, as_of, wanted);
    return answer_of(judge(records, project, as_of, {}), project.shop.zone);
  } catch (const Error& refused) {
    INFO(refused.message);
    CHECK(refused.exit == Exit::io);
    slow::Answer answer;
    answer.refused = true;
    return answer;
  }
}

void agree(slow::RandomExports::Repeats repeats) {
  ShopFolder shop;
  judge_tests::read_into(shop.project, stated);
  shop.add(RecordKind::order, "orders.csv");
  shop.add(RecordKind::shipment, "deliveries.csv");
  std::size_t misses = 0;
  for (std::uint32_t seed = 1; seed <= inputs; ++seed) {
    const slow::Exports exports = slow::RandomExports(seed, repeats).make();
    shop.write("orders.csv", exports.orders);
    shop.write("deliveries.csv", exports.deliveries);
    const slow::Answer expected = slow::misses(exports.orders, exports.deliveries, exports.as_of);
    const slow::Answer found = misses_of(shop.project, Instant{exports.as_of});
    misses += expected.misses.size();
    if (found == expected) continue;
    INFO("seed ", seed, "\n", exports.orders, "\n", exports.deliveries);
    CHECK(joined(found.misses, "\n") == joined(expected.misses, "\n"));
    CHECK(found.orders == expected.orders);
    CHECK(found.in_time == expected.in_time);
    CHECK(found.open == expected.open);
    CHECK(found.ended == expected.ended);
    CHECK(found.unjudged == expected.unjudged);
    REQUIRE(found.refused == expected.refused);
    return;
  }
  CHECK(misses > inputs);  // the exports are worth reading
}

}  // namespace

TEST_CASE("misses are those of the slow reference") { agree(slow::RandomExports::Repeats::none); }

TEST_CASE("rows told twice or differently are judged as the slow reference judges them") { agree(slow::RandomExports::Repeats::some); }
