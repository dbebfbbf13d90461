// How long a silent parcel is waited for, how fast one can be, and what a case key names.
#include <doctest/doctest.h>

#include <random>

#include "core/guarantees/transit.h"
#include "core/judging/miss.h"
#include "io/toml.h"

using namespace amends;

namespace {

Node node_of(const std::string& toml) { return read_toml(std::make_shared<const Source>(Source{"amends.toml", toml})); }

const Zone london = Zone::named("Europe/London").value();

Moment at(std::string_view text) { return moment_of(read_iso(text), london); }
Instant instant(std::string_view text) { return at(text).instant(); }

LostRules lost(const std::string& toml) { return read_lost(node_of(toml), london, {}); }

}  // namespace

TEST_CASE("silence of business days ends with the last of them, whatever hour it began at") {
  const LostRules rules = lost("after = \"5 business days\"");
  const Stretch& five = *rules.of("anybody", true);
  CHECK(passed_since(at("2026-03-24T18:00"), five, *rules.calendar) == instant("2026-04-01T00:00"));  // over the change of clocks
  CHECK(passed_since(at("2026-03-24"), five, *rules.calendar) == instant("2026-04-01T00:00"));
  CHECK(passed_since(at("2026-03-28T12:00"), five, *rules.calendar) == instant("2026-04-04T00:00"));  // heard of on a Saturday
}

TEST_CASE("silence of days is running time, of a date from its end") {
  const LostRules rules = lost("after = \"2 days\"");
  const Stretch& two = *rules.of("", true);
  CHECK(passed_since(at("2026-03-02T10:00"), two, *rules.calendar) == instant("2026-03-04T10:00"));
  CHECK(passed_since(at("2026-03-02"), two, *rules.calendar) == instant("2026-03-05T00:00"));
}

TEST_CASE("a carrier's own patience is found under any of its names, and what was never scanned has its own") {
  const LostRules rules = lost("after = \"5 business days\"\nannounced = \"3 business days\"\ncarriers = { \"Royal Mail\" = \"10 business days\", \"Own Van\" = \"1 day\" }");
  CHECK(rules.of("royal-mail", true)->count == 10);
  CHECK(rules.of("ROYAL MAIL", true)->count == 10);
  CHECK(rules.of("own van", true)->count == ms_per_day);
  CHECK(rules.of("dhl", true)->count == 5);
  CHECK(rules.of("royal-mail", false)->count == 3);
  CHECK(lost("after = \"5 business days\"").of("dhl", false) == nullptr);
}

TEST_CASE("the earliest arrival is the begin of a business day, or so many hours away") {
  const FastestTransit next = read_transit(node_of("fastest = \"1 business day\""), london, {});
  CHECK(earliest_after(instant("2026-03-06T17:00"), next.fastest, *next.calendar) == instant("2026-03-09T00:00"));  // a Friday
  const FastestTransit hours = read_transit(node_of("fastest = \"30 h\""), london, {});
  CHECK(earliest_after(instant("2026-03-28T12:00"), hours.fastest, *hours.calendar) == instant("2026-03-29T19:00"));
  const FastestTransit today = read_transit(node_of("fastest = \"0 business days\""), london, {});
  CHECK(earliest_after(instant("2026-03-06T17:00"), today.fastest, *today.calendar) == instant("2026-03-06T17:00"));
}

TEST_CASE("a transit time is of a carrier and a service, or of any") {
  const FastestTransit express = read_transit(node_of("carrier = \"DHL\"\nservice = \"Express\"\nfastest = \"1 business day\""), london, {});
  CHECK(express.is_of("dhl", "express"));
  CHECK_FALSE(express.is_of("dhl", "standard"));
  CHECK_FALSE(express.is_of("", "express"));
  CHECK(read_transit(node_of("fastest = \"1 day\""), london, {}).is_of("", ""));
}

TEST_CASE("what a case key is made of can be read back") {
  std::mt19937 dice(7);
  const std::string letters = "aZ09-._~/% \xc3\xbc#?";
  for (int i = 0; i < 2000; ++i) {
    std::string id;
    for (std::size_t left = dice() % 9; left > 0; --left) id += letters[dice() % letters.size()];
    const RecordKind kind = promised_on[dice() % 4];
    const RecordName read = record_of_case(case_key("my shop", name_of(kind), id, "first/reply"));
    CHECK(read.kind == kind);
    CHECK(read.id == id);
  }
  CHECK(record_words(case_key("tea", "order", "4471", "stated")) == "4471");
  CHECK(record_words(case_key("tea", "shipment", "4471/S1", "stated")) == "shipment 4471/S1");
}

TEST_CASE("the gravest kind stands for the others") {
  Kinds kinds;
  CHECK(kinds.is_empty());
  for (const Kind kind : {Kind::late, Kind::damaged, Kind::at_risk}) kinds.add(kind);
  CHECK(kinds.gravest() == Kind::damaged);
  CHECK(kinds.all() == std::vector{Kind::damaged, Kind::late, Kind::at_risk});
  CHECK_FALSE(kinds.has(Kind::lost));
}
