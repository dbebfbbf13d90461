// The letters shipped, rendered for cases of all kinds in both languages, and what refuses a letter.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "core/base/embedded.h"
#include "core/letters/case_letter.h"

namespace amends {
namespace {

std::shared_ptr<const Source> shipped(std::string_view path) {
  const std::string_view bytes = embedded(path);
  return bytes.empty() ? nullptr
                       : std::make_shared<const Source>(Source{std::string(path), std::string(bytes)});
}

Project northwind() {
  Project p;
  p.shop.id = "northwind";
  p.shop.name = "Northwind Tea";
  p.shop.zone = *Zone::named("Europe/London");
  p.shop.currency = *currency_named("GBP");
  p.shop.locale = "en-GB";
  p.shop.signatory = {"Maya Chen", "Customer Care", "maya@northwind.example"};
  p.shop.phone = "+44 20 7946 0018";
  p.shop.email = "care@northwind.example";
  p.shop.hours = "Mon-Sat 8-20";
  p.schema = standard_schema();
  return p;
}

struct CaseAtHand {
  Project project = northwind();
  Miss miss;
  std::vector<Grant> told;
  bool accrues = false;
  Letters letters{shipped};

  CaseAtHand(std::string_view locale, std::string_view first_name) {
    miss.key = "northwind/order/4471/stated-date";
    miss.record_id = "4471";
    miss.guarantee = "stated-date";
    project.guarantees.emplace_back().name = miss.guarantee;
    project.guarantees[0].due.kind = Due::Kind::field;
    miss.due_date = *date_of(2026, 11, 5);
    miss.due = miss.due_date;
    miss.zone = *Zone::named("Europe/London");
    miss.met = miss.zone.instant_at(*date_of(2026, 11, 7), 15 * ms_per_hour);
    miss.lateness.days = 2;
    miss.closed = true;
    set("email", "zoe@example.com");
    set("customer_name", "Zoë Müller");
    if (!locale.empty()) set("locale", locale);
    if (!first_name.empty()) set("first_name", first_name);
  }

  void set(std::string_view name, std::string_view text) {
    set(name, Value::of_string(miss.facts.keep(text)));
  }
  void set(std::string_view name, Value value) { miss.facts.set(project.schema.find(name), value); }

  void open() {
    miss.kind = Kind::overdue;
    miss.met = Moment();
    miss.closed = false;
  }

  Grant& grant(std::string kind) {
    Grant g;
    g.key = "g" + std::to_string(told.size());
    g.kind = std::move(kind);
    return told.emplace_back(std::move(g));
  }
  void money(std::string kind, std::int64_t minor) {
    grant(std::move(kind)).money = Money{minor, project.shop.currency};
  }

  CaseLetter letter(const std::string& name) {
    MessageRule rule;
    rule.purpose = "notice";
    rule.template_name = name;
    const LetterInput input{project, {{miss, told, accrues}}, miss.zone.start_of(*date_of(2026, 11, 8))};
    return case_letter(input, LetterOrder{rule, "key"},
                       [&](const std::string& n, const std::string& l, Channel channel) { return letters.find(n, l, channel); });
  }

  Message message(const std::string& name) {
    CaseLetter made = letter(name);
    REQUIRE_MESSAGE(made.message, made.unwritten->reason);
    if (std::getenv("AMENDS_SHOW_LETTERS") != nullptr) fmt::print("{}\n======\n", plain_text(*made.message));
    return *made.message;
  }
};

bool says(const Message& m, std::string_view words) {
  return m.text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a late order, with one remedy") {
  CaseAtHand c("en-GB", "Zoë");
  c.money("credit", 300);
  const Message m = c.message("late");
  CHECK(m.subject == "Your order 4471 came late, and I am sorry");
  CHECK(m.text.starts_with("Hello Zoë,\n\nYour order 4471 should have reached you on Thursday"));
  CHECK(says(m, "It came 2 days late."));
  CHECK(says(
      m,
      "To put this right: I am adding £3.00 of credit to your account. There is nothing you need to do.\n"));
  CHECK(m.text.ends_with(
      "Maya Chen\nCustomer Care, Northwind Tea\n+44 20 7946 0018 (Mon-Sat 8-20)\nmaya@northwind.example\n"));
  CHECK(m.from.name == "Maya Chen (Northwind Tea)");
  CHECK(m.reply_to.name == "Maya Chen");
  CHECK(m.to.name == "Zoë Müller");
  CHECK(m.locale == "en-GB");
  CHECK(m.grants == std::vector<std::string>{"g0"});
  CHECK(m.html.find("<p>Hello Zoë,</p>") != std::string::npos);
}

TEST_CASE("a late order without a remedy, for somebody without a name") {
  CaseAtHand c("", "");
  c.set("customer_name", Value::null());
  const Message m = c.message("late");
  CHECK(m.text.starts_with("Hello,\n\n"));
  CHECK(says(m, "An apology does not give you the lost time back"));
  CHECK_FALSE(says(m, "put this right"));
}

TEST_CASE("the second time, by the hour, with several remedies") {
  CaseAtHand c("de", "");
  c.miss.due = c.miss.zone.instant_at(*date_of(2026, 11, 5), 21 * ms_per_hour);
  c.miss.lateness = {90, 1, 0, 0};
  c.set("misses_before", Value::of_number(1));
  c.set("cause_told", "Unser Lager hat das Paket einen Tag zu spät übergeben.");
  c.money("refund", 495);
  c.told.back().what = "shipping_fee";
  c.grant("extension").duration = "1 month";
  c.grant("call").within = "4 business hours";
  c.money("credit", 9900);
  c.told.back().state = GrantState::held;
  const Message m = c.message("late");
  CHECK(
      m.text.starts_with("Guten Tag Zoë Müller,\n\nIhre Bestellung 4471 sollte bis Donnerstag, 5. November, "
                         "21:00 Uhr bei Ihnen sein. Sie kam 1 Stunde zu spät."));
  CHECK(says(m, "Und es ist nicht das erste Mal."));
  CHECK(says(m, "Was passiert ist: Unser Lager"));
  CHECK(says(
      m,
      "\n- Ich verlängere Ihre Mitgliedschaft kostenlos um 1 Monat.\n- Außerdem rufe ich Sie selbst an.\n"));
  CHECK_FALSE(says(m, "99,00"));
  CHECK(m.html.find("<ul>\n<li>Ich erstatte Ihnen die Versandkosten") != std::string::npos);
}

TEST_CASE("an order still on its way") {
  for (const char* locale : {"en-GB", "de-DE"}) {
    CaseAtHand c(locale, "Zoë");
    c.open();
    c.accrues = true;
    c.money("refund", 200);
    c.set("carrier", "Royal Mail");
    c.set("tracking", "RM123456789GB");
    c.set("revised_promised_at", Value::of_date(*date_of(2026, 11, 10)));
    const Message m = c.message("overdue");
    CHECK(says(m, "RM123456789GB"));
    CHECK(m.open);
    CHECK(says(m, locale[0] == 'e'
                      ? "We now expect it to reach you on Tuesday"
                      : "Wir rechnen jetzt damit, dass sie am Dienstag, 10. November, bei Ihnen ankommt."));
    CHECK(says(m, locale[0] == 'e' ? "what we owe you grows" : "wächst, was wir Ihnen schulden"));
  }
}

TEST_CASE("an order that arrived after all, and one that never will") {
  for (const char* locale : {"en-GB", "de-AT"}) {
    CaseAtHand arrived(locale, "Zoë");
    arrived.money("credit", 1500);
    CHECK(says(arrived.message("resolved"), locale[0] == 'e'
                                                ? "reached you on Saturday"
                                                : "ist am Samstag, 7. November, angekommen, 2 Tage später"));
    CaseAtHand lost(locale, "");
    lost.open();
    lost.miss.closed = true;
    lost.miss.kind = Kind::lost;
    lost.money("refund", 4200);
    lost.grant("reship");
    CHECK(says(lost.message("resolved"), locale[0] == 'e' ? "has been lost" : "verloren gegangen"));
  }
}

TEST_CASE("the reasons for which there is no letter") {
  CaseAtHand c("nl", "Zoë");
  CHECK(c.letter("late").unwritten->reason == "there is no template late for locale nl");
  c.set("locale", "en");
  c.set("email", "zoe at example.com");
  CHECK(c.letter("late").unwritten->call);
  c.set("email", "zoe@example.com");
  c.grant("own_kind");
  CHECK(c.letter("late").unwritten->reason == "the letter has no words for one of the remedies");
  c.told.clear();
  for (const char* name : {"null", "Zoë\nBcc: evil@example.com"}) {
    c.set("first_name", name);
    c.set("customer_name", name);
    CHECK(c.letter("late").unwritten);
  }
  c.set("customer_name", Value::null());
  c.set("first_name", "");
  CHECK(c.letter("late").unwritten->reason == "the salutation has a gap where the name should be");
}

TEST_CASE("a letter of a delivery is not written of anything else, in any language") {
  const auto reason = [](const char* locale, const char* letter, auto&& change) {
    CaseAtHand c(locale, "Zoë");
    change(c);
    const CaseLetter made = c.letter(letter);
    return made.unwritten ? made.unwritten->reason : "";
  };
  const auto is_held = [&](const char* letter, auto&& change, const std::string& why) {
    for (const char* locale : {"en-GB", "de-DE"}) {
      CAPTURE(letter);
      const std::string said = reason(locale, letter, change);
      CHECK_MESSAGE(said.starts_with(why), said);
      CHECK(said.ends_with(" in [[message]]"));
    }
  };
  for (const char* letter : {"late", "overdue", "resolved"}) {
    is_held(letter, [](CaseAtHand& c) { c.project.guarantees[0].met_by = "shipped_at"; },
            "this letter speaks of a delivery: write one for guarantee stated-date");
    is_held(letter, [](CaseAtHand& c) { c.miss.record = RecordKind::contact; c.miss.record_id.clear(); },
            "this letter speaks of a delivery: write one for guarantee stated-date");
    for (const Kind kind : {Kind::early, Kind::damaged, Kind::short_, Kind::misdelivered, Kind::at_risk})
      is_held(letter, [&](CaseAtHand& c) { c.miss.kind = kind; }, "this letter speaks of an order that ");
  }
  is_held("overdue", [](CaseAtHand&) {}, "this letter speaks of an order that is late and still on its way");
  is_held("late", [](CaseAtHand& c) { c.open(); }, "this letter speaks of an order that came, and this one has not");
  is_held("resolved", [](CaseAtHand& c) { c.open(); }, "this letter says that the order will not come any more");
  CHECK(reason("en", "resolved", [](CaseAtHand& c) { c.open(); c.miss.closed = true; }).empty());
}

TEST_CASE("letters know the promise") {
  CaseAtHand c("en", "Zoë");
  c.project.guarantees[0].due.from = "shipped_at";
  c.set("shipped_at", Value::of_date(*date_of(2026, 11, 4)));
  c.miss.record = RecordKind::shipment;
  c.miss.lateness.early_minutes = 7;
  const LetterInput input{c.project, {{c.miss, c.told}}, Instant{}};
  const LetterFacts facts = letter_facts(input);
  const auto at = [&](std::string_view group, std::string_view name) {
    for (const auto& [key, record] : *facts.record.record)
      if (key == group)
        for (const auto& [member, value] : *record.record)
          if (member == name) return value;
    return Value{};
  };
  CHECK(at("promise", "met_by").text == "delivered_at");
  CHECK(at("promise", "record").text == "shipment");
  CHECK(at("promise", "opens").date() == *date_of(2026, 11, 4));
  CHECK(at("miss", "early_minutes").ratio == Ratio(7));
  c.project.guarantees.clear();
  const LetterFacts gone = letter_facts(input);
  for (const auto& [key, record] : *gone.record.record)
    if (key == "promise")
      for (const auto& [member, value] : *record.record)
        if (member == "met_by" || member == "opens") CHECK(value.is_null());
}

TEST_CASE("what must not leave the house") {
  const auto fault = [](std::string text, std::string_view name = "Zoë") {
    return fault_of(Words{"Your order", std::move(text)}, {name, "Zoë Doe"}).value_or("");
  };
  CHECK(fault("Hello Zoë,\n\nsorry.\n").empty());
  CHECK(fault("Hallo ,\n\nsorry.\n") == "the salutation has a gap where the name should be");
  CHECK(fault("Hello undefined,\n", "undefined") == "the salutation says \"undefined\"");
  for (const char* name : {"null", "NULL", "NaN", "None", " None "}) CHECK_FALSE(fault(std::string("Hello ") + name + ",\n", name).empty());
  for (const char* name : {"Nan", "Nil", "Null", "none", "None Smith", "John None"}) CHECK(fault(std::string("Hello ") + name + ",\n", name).empty());
  CHECK(fault("Hello,\n\n{{ order.id }}\n") == "\"{{\" is left over from a template");
  CHECK(fault("Hello,\n\nYour order undefined.\n") == "it says \"undefined\"");
  CHECK(fault("Hello,\n\nbell \a\n") == "it holds the control character U+0007 at byte 6 of line 3");
  CHECK(fault_of(Words{" ", "Hello,\n"}, {}) == "the subject is empty");
}

TEST_CASE("templates shipped read only facts there are, and each letter exists in each language") {
  const Project project = northwind();
  Letters letters{shipped};
  for (const char* locale : {"en", "de"})
    for (const char* name : {"late", "overdue", "resolved"}) {
      const LetterTemplate* letter = letters.find(name, locale);
      REQUIRE(letter != nullptr);
      for (const TemplatePath& path : unknown_paths(*letter, project.schema))
        FAIL_CHECK(path.where().file, ": ", path.path);
    }
}

TEST_CASE("a letter's file has front matter") {
  const auto read = [](std::string text) {
    return read_letter(std::make_shared<const Source>(Source{"x.liquid", std::move(text)}), "en", {});
  };
  CHECK_NOTHROW(read("Subject: Hi\n\nHello,\n"));
  CHECK_THROWS_AS(read("Hello,\n\nBody\n"), Error);
  CHECK_THROWS_AS(read("Subject: Hi\nSubject: Ho\n\nHello,\n"), Error);
  CHECK_THROWS_AS(read("Bcc: x@example.com\n\nHello,\n"), Error);
  CHECK_THROWS_AS(read("Subject: Hi\n"), Error);
  CHECK(write(read("Subject: Hi {{ a }}\n\n\n\nHello  \n\n\n\nyou"),
              Value::of_record({{"a", Value::of_string("x")}}), {"en", Zone::utc()})
            .text == "Hello\n\nyou\n");
  CHECK_THROWS_AS(
      write(read("Subject: Hi {{ a }}\n\nHello,\n"),
            Value::of_record({{"a", Value::of_string("x\nBcc: y@example.com")}}), {"en", Zone::utc()}),
      Error);
}

TEST_CASE("the locale a letter is written in") {
  CHECK(letter_locale("", "en-GB") == "en-GB");
  CHECK(letter_locale("en", "en-GB") == "en-GB");
  CHECK(letter_locale("en_US", "en-GB") == "en-US");
  CHECK(letter_locale("de", "en-GB") == "de");
}

}  // namespace amends
