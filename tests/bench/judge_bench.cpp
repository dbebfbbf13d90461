// Nanoseconds an order costs the judge, beside a plain walk over the same columns. Not a test: prints numbers.
// Usage: judge_bench [orders [words of one measure]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "core/judging/miss.h"
#include "io/toml.h"

using namespace amends;

namespace {

constexpr const char* calendars =
    "[calendars.a]\ntimezone = \"Europe/London\"\nhours = { mon-fri = [\"09:00-17:00\"] }\n"
    "[calendars.b]\ntimezone = \"America/New_York\"\nhours = { mon-fri = [\"09:00-12:00\", \"13:00-17:00\"], sat = [\"10:00-14:00\"] }\n";

Column column(const char* name, const Schema& schema) {
  Column c;
  c.name = name;
  c.slot = schema.find(name);
  c.type = schema.at(c.slot).type;
  return c;
}

// Two weeks' promise after an order; 8 in 100 late, 2 in 100 not delivered.
Records synthetic(const Schema& schema, Row orders, bool by_date) {
  static constexpr std::string_view countries[] = {"GB", "DE", "FR", "PT", "IN", "JP"};
  Records records;
  Table& table = records.table(RecordKind::order);
  Column id = column("order_id", schema), placed = column("placed_at", schema), promised = column("promised_at", schema),
         delivered = column("delivered_at", schema), status = column("status", schema), country = column("country", schema);
  std::mt19937_64 random(7);
  for (Row i = 0; i < orders; ++i) {
    const std::int64_t start = 20000 * ms_per_day + static_cast<std::int64_t>(random() % (300 * 1440)) * ms_per_minute;
    const Date day{static_cast<std::int32_t>(start / ms_per_day) + 14};
    const std::uint64_t luck = random() % 100;
    const std::int64_t days = luck < 8 ? 16 : 5;
    id.text.push_back(records.words.emplace_back("order-" + std::to_string(1000000 + i)));
    placed.whole.push_back(Moment(Instant{start}).raw());
    promised.whole.push_back(by_date ? Moment(day).raw() : Moment(Instant{start + 14 * ms_per_day}).raw());
    delivered.whole.push_back(luck >= 98 ? Moment::none : Moment(Instant{start + days * ms_per_day}).raw());
    status.text.push_back(luck >= 98 ? "in_transit" : "delivered");
    country.text.push_back(countries[random() % 6]);
    table.places.push_back({0, i + 2});
    table.currency.push_back(Currency{});
  }
  table.columns = {std::move(id), std::move(placed), std::move(promised), std::move(delivered), std::move(status), std::move(country)};
  return records;
}

template <class F>
double nanoseconds(Row orders, F&& work) {
  double best = 1e18;
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / orders);
  }
  return best;
}

std::size_t walk(const Table& table) {
  const Column& promised = *table.find("promised_at");
  const Column& delivered = *table.find("delivered_at");
  std::size_t late = 0;
  for (Row i = 0; i < table.rows(); ++i) late += delivered.whole[i] > promised.whole[i] ? 1 : 0;
  return late;
}

std::string_view only;

void measure(std::string_view what, const std::string& guarantee, Row orders, bool by_date) {
  if (what.find(only) == std::string_view::npos) return;
  Project project;
  project.shop.id = "bench";
  project.shop.zone = *Zone::named("Europe/London");
  project.schema = standard_schema();
  const Node root = read_toml(std::make_shared<const Source>(Source{"bench", std::string(calendars) + guarantee}));
  project.calendars = read_calendars(*root.find("calendars"), project.shop.zone, {});
  for (const Node& node : root.find("guarantee")->items) project.guarantees.push_back(read_guarantee(node, project.language(), project.calendars));
  const Records records = synthetic(project.schema, orders, by_date);
  const Instant as_of{20400 * ms_per_day};
  std::size_t misses = 0, late = 0;
  const double walked = nanoseconds(orders, [&] { late += walk(records.orders()); });
  const double judged = nanoseconds(orders, [&] { misses = judge(records, project, as_of, {}).misses.size(); });
  std::printf("%-36s %7.1f ns an order, %6zu misses, %5.1f x a walk over two columns (%zu)\n", what.data(), judged, misses, judged / walked, late);
}

}  // namespace

int main(int argc, char** argv) {
  const Row orders = argc > 1 ? static_cast<Row>(std::atoi(argv[1])) : 1000000;
  if (argc > 2) only = argv[2];
  const std::string field = "[[guarantee]]\nname = \"g\"\ndue = { field = \"promised_at\" }\n";
  measure("date field, six zones", field, orders, true);
  measure("date field, six zones, none missed", field + "grace = \"400 days\"\n", orders, true);
  measure("instant field", field, orders, false);
  measure("running hours, all in time", "[[guarantee]]\nname = \"g\"\nwhen = { status = \"delivered\" }\ndue = { hours = 2000 }\n", orders, true);
  measure("business days with cut-off", "[[guarantee]]\nname = \"g\"\ndue = { business_days = 10, cutoff = \"14:00\", at = \"21:00\", calendar = \"a\" }\n", orders, true);
  measure("opening hours", "[[guarantee]]\nname = \"g\"\ndue = { hours = 80, calendar = \"b\" }\n", orders, true);
}
