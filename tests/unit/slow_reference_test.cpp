// What the program finds missed in exports is what the slow reference finds, on thousands of random ones.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/judging/miss.h"
#include "io/records/engine.h"
#include "judge_records.h"
#include "random_exports.h"
#include "shop_folder.h"
#include "slow_reference.h"

using namespace amends;

namespace {

constexpr const char* stated = "[[guarantee]]\nname = \"stated-date\"\ndue = { field = \"promised_at\" }\n";

std::string name_of(Moment moment, const Zone& zone) {
  if (moment.is_none()) return "";
  return moment.is_date() ? "day " + std::to_string(zone.start_of(moment.date()).ms) : std::to_string(moment.instant().ms);
}

std::string line_of(const Miss& miss, const Zone& zone) {
  return miss.record_id + " " + std::string(name_of(miss.kind)) + " " + name_of(miss.due, zone) + " " + name_of(miss.met, zone) + " " +
         std::to_string(miss.lateness.minutes) + " " + std::to_string(miss.lateness.days);
}

slow::Answer answer_of(const Counts& counts, std::vector<std::string> misses) {
  slow::Answer answer;
  CHECK(counts.missed == misses.size());
  answer.misses = std::move(misses);
  answer.orders = counts.orders;
  answer.in_time = counts.in_time;
  answer.open = counts.open;
  answer.ended = counts.ended;
  answer.unjudged = counts.unjudged;
  return answer;
}

// The ways under test.
slow::Answer all_at_once(const Project& project, Instant as_of, const Wanted& wanted) {
  const Records records = read_records(project, as_of, wanted);
  const Judgement judgement = judge(records, project, as_of, {});
  std::vector<std::string> misses;
  for (const Miss& miss : judgement.misses) misses.push_back(line_of(miss, project.shop.zone));
  return answer_of(judgement.counts, std::move(misses));
}

slow::Answer by_the_engine(const Project& project, Instant as_of, const Wanted& wanted, int threads, std::uint64_t chunk_size) {
  EngineOptions options;
  options.threads = threads;
  options.chunk_size = chunk_size;
  std::vector<std::string> misses;
  BatchUse use;
  use.take = [&](Batch& batch) {
    for (const Miss& miss : batch.judgement.misses) misses.push_back(line_of(miss, project.shop.zone));
  };
  const Survey survey = read_and_judge(project, as_of, wanted, {}, {}, options, use);
  return answer_of(survey.counts, std::move(misses));
}

template <class Way>
slow::Answer answer_of(Way way) {
  try {
    return way();
  } catch (const Error& refused) {
    INFO(refused.message);
    CHECK(refused.exit == Exit::io);
    slow::Answer answer;
    answer.refused = true;
    return answer;
  }
}

// Whether an order that is told twice stands where its first row stands or, when that row is set aside, its first good
// one, is left open.
slow::Answer in_any_order(slow::Answer answer) {
  std::sort(answer.misses.begin(), answer.misses.end());
  return answer;
}

bool agree(slow::Answer found, slow::Answer expected, slow::RandomExports::Repeats repeats) {
  if (repeats == slow::RandomExports::Repeats::some) found = in_any_order(found), expected = in_any_order(expected);
  CHECK(joined(found.misses, "\n") == joined(expected.misses, "\n"));
  CHECK(found.orders == expected.orders);
  CHECK(found.in_time == expected.in_time);
  CHECK(found.open == expected.open);
  CHECK(found.ended == expected.ended);
  CHECK(found.unjudged == expected.unjudged);
  CHECK(found.refused == expected.refused);
  return found == expected;
}

struct TwoFiles : ShopFolder {
  TwoFiles() {
    judge_tests::read_into(project, stated);
    add(RecordKind::order, "orders.csv");
    add(RecordKind::shipment, "deliveries.csv");
    for (const Slot slot : facts_judged(project)) wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
  }
  void write(const slow::Exports& exports) const {
    ShopFolder::write("orders.csv", exports.orders);
    ShopFolder::write("deliveries.csv", exports.deliveries);
  }
};

// Every input read at once, and by the engine with some number of threads and chunks of some size.
void compare(slow::RandomExports::Repeats repeats, std::uint32_t inputs) {
  const TwoFiles shop;
  std::size_t misses = 0;
  for (std::uint32_t seed = 1; seed <= inputs; ++seed) {
    const slow::Exports exports = slow::RandomExports(seed, repeats).make();
    shop.write(exports);
    const Instant as_of{exports.as_of};
    const slow::Answer expected = slow::misses(exports.orders, exports.deliveries, exports.as_of);
    const int threads = 1 + static_cast<int>(seed % 8);
    const std::uint64_t chunk_size = std::uint64_t{64} << (seed / 8 % 8);
    misses += expected.misses.size();
    INFO("seed ", seed, ", ", threads, " threads, chunks of ", chunk_size, "\n", exports.orders, "\n", exports.deliveries);
    if (!agree(answer_of([&] { return all_at_once(shop.project, as_of, shop.wanted); }), expected, slow::RandomExports::Repeats::none)) return;
    if (!agree(answer_of([&] { return by_the_engine(shop.project, as_of, shop.wanted, threads, chunk_size); }), expected, repeats)) return;
  }
  CHECK(misses > inputs);  // the exports are worth reading
}

}  // namespace

TEST_CASE("misses are those of the slow reference") { compare(slow::RandomExports::Repeats::none, 10000); }

TEST_CASE("rows told twice or differently are judged as the slow reference judges them") { compare(slow::RandomExports::Repeats::some, 2500); }

TEST_CASE("the number of threads changes nothing") {
  const TwoFiles shop;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    const slow::Exports exports = slow::RandomExports(seed, slow::RandomExports::Repeats::some).make();
    shop.write(exports);
    const slow::Answer expected = slow::misses(exports.orders, exports.deliveries, exports.as_of);
    for (int threads = 1; threads <= 8; ++threads) {
      INFO("seed ", seed, ", ", threads, " threads\n", exports.orders, "\n", exports.deliveries);
      if (!agree(answer_of([&] { return by_the_engine(shop.project, Instant{exports.as_of}, shop.wanted, threads, 128); }), expected, slow::RandomExports::Repeats::some)) return;
    }
  }
}
