// The presets and the carriers as data.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/records/carriers.h"
#include "core/time/date_format.h"
#include "io/records/preset.h"

using namespace amends;

namespace {

bool is_word(const std::vector<Word>& words, const std::string& name) {
  return name == "-" || std::any_of(words.begin(), words.end(), [&](const Word& word) { return word.name == name; });
}

}  // namespace

TEST_CASE("a preset speaks of canonical fields, known words and zones that exist") {
  for (const std::string& name : preset_names())
    for (int k = 0; k < record_kinds; ++k) {
      const auto kind = static_cast<RecordKind>(k);
      const PresetPart& part = preset_named(name, Where{}).part(kind);
      CAPTURE(name);
      for (const Pairs* list : {&part.columns, &part.others, &part.excepts, &part.blanks, &part.strips, &part.unmet})
        for (const auto& pair : *list) CHECK_MESSAGE(canonical(kind, pair.first) != nullptr, pair.first);
      for (const auto* list : {&part.midnights, &part.days})
        for (const std::string& field : *list) CHECK_MESSAGE(canonical(kind, field) != nullptr, field);
      for (const auto& pair : part.statuses) {
        CHECK_MESSAGE(is_word(vocabulary().statuses, pair.second), pair.second);
        CHECK_MESSAGE(pair.first == lower(pair.first), pair.first);
      }
      for (const auto& pair : part.causes) CHECK_MESSAGE(is_word(vocabulary().causes, pair.second), pair.second);
      for (const std::string& date : part.dates) CHECK_NOTHROW(DateFormat(date, Where{}));
      if (!part.zone.empty()) CHECK(Zone::named(part.zone));
      if (name != "generic" && !part.columns.empty() && !(kind != RecordKind::order && preset_named(name, Where{}).part(RecordKind::order).fold == kind)) CHECK(!part.title.empty());
    }
}

TEST_CASE("a carrier is known by code, name and alias, and each name is one carrier's") {
  CHECK(carrier_named("Royal Mail")->code == "royal-mail");
  CHECK(carrier_named("ROYAL_MAIL")->code == "royal-mail");
  CHECK(carrier_named("postnl-3s")->code == "postnl");
  CHECK(carrier_named("UPSDAP")->code == "ups");
  CHECK(carrier_named("Bob's Vans") == nullptr);
  CHECK(carrier_named("") == nullptr);
  CHECK(carrier_name("usps") == "USPS");
  CHECK(carrier_name("Bob's Vans") == "Bob's Vans");
  for (const Carrier& carrier : carriers()) {
    CHECK(carrier_named(carrier.code) == &carrier);
    CHECK(carrier_named(carrier.name) == &carrier);
    for (const std::string& alias : carrier.aliases) CHECK_MESSAGE(carrier_named(alias) == &carrier, alias);
  }
}
