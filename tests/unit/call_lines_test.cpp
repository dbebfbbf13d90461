// The call sheet: what is on it, why, and with which words.
#include <doctest/doctest.h>

#include <map>

#include "core/letters/call_lines.h"
#include "core/letters/draft.h"

using namespace amends;

namespace {

struct Sheet {
  Project project;
  Miss miss;
  Given given;
  SaidBefore said;
  std::map<std::string, std::string, std::less<>> files;
  Letters letters{[this](std::string_view path) -> std::shared_ptr<const Source> {
    const auto found = files.find(path);
    return found == files.end() ? nullptr : std::make_shared<const Source>(Source{found->first, found->second});
  }};
  Night night;
  std::vector<Unwritten> unwritten;

  Sheet() {
    project.shop.id = "shop";
    project.shop.zone = *Zone::named("Europe/London");
    project.shop.currency = *currency_named("GBP");
    project.schema = standard_schema();
    miss.key = "shop/order/4471/stated-date";
    miss.record_id = "4471";
    miss.person = "customer:C1";
    miss.guarantee = "stated-date";
    miss.due_date = *date_of(2026, 11, 5);
    miss.due = miss.due_date;
    miss.zone = project.shop.zone;
    miss.closed = true;
    miss.met = miss.zone.instant_at(*date_of(2026, 11, 7), 0);
    miss.facts.set(project.schema.find("customer_name"), Value::of_string("Zoë Müller"));
    miss.facts.set(project.schema.find("phone"), Value::of_string("+447700900118"));
  }

  void rule(std::string purpose, std::string name, Channel channel, std::optional<std::int64_t> after = {}) {
    MessageRule rule;
    rule.purpose = std::move(purpose);
    rule.template_name = std::move(name);
    rule.channel = channel;
    rule.after = after;
    project.messages.push_back(std::move(rule));
  }

  Grant grant(std::string kind, std::string within = {}) {
    Grant g;
    g.key = miss.key + "/" + kind;
    g.case_key = miss.key;
    g.record_id = miss.record_id;
    g.kind = std::move(kind);
    g.within = std::move(within);
    g.as_of = miss.zone.instant_at(*date_of(2026, 11, 8), 0);
    return g;
  }

  std::vector<CallLine> lines(const std::vector<Grant>& tonight = {}) {
    NightCase c;
    c.miss = &miss;
    c.grants = tonight;
    night.cases = {c};
    return call_lines({night, said, given, project, miss.zone.instant_at(*date_of(2026, 11, 10), 0)}, letters, unwritten);
  }
};

}  // namespace

TEST_CASE("a call that is granted is a line, with the talking points beside the letter") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  CHECK(sheet.lines().empty());
  sheet.given.by_case[sheet.miss.key] = {sheet.grant("call", "4 business hours"), sheet.grant("refund")};
  std::vector<CallLine> lines = sheet.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].key == "shop/order/4471/stated-date/notice/call");
  CHECK(lines[0].reason == "a call is owed");
  CHECK(lines[0].within == "4 business hours");
  CHECK(lines[0].since == sheet.grant("call").as_of);
  CHECK(lines[0].grants == std::vector<std::string>{sheet.grant("call").key});
  CHECK(lines[0].name == "Zoë Müller");
  CHECK(lines[0].phone == "+447700900118");
  CHECK(lines[0].text.empty());
  CHECK(lines[0].no_text == "there is no template late.call.liquid for locale en");
  sheet.files["en/late.call.liquid"] = "- Order {{ order.id }}\n- Say sorry\n";
  lines = sheet.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "- Order 4471\n- Say sorry\n");
  sheet.given.by_case[sheet.miss.key][0].state = GrantState::issued;
  CHECK(sheet.lines().empty());
}

TEST_CASE("rules ask for calls and notes besides the letter, also when it was written before") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  sheet.rule("notice", "big", Channel::call);
  sheet.rule("notice", "card", Channel::note);
  sheet.files["en/big.call.liquid"] = "- {{ order.id }}";
  sheet.files["en/card.note.liquid"] = "{% abort 'not for this case' %}";
  for (const bool is_told : {false, true}) {
    if (is_told) sheet.said[sheet.miss.key] = {Said{"m", "notice", sheet.miss.person, false, false, false, Instant{}, Instant{}, Kind::late, {}}};
    const std::vector<CallLine> lines = sheet.lines();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].reason == "amends.toml asks for a call");
    CHECK(lines[0].text == "- 4471\n");
    CHECK(lines[1].channel == Channel::note);
    CHECK(lines[1].no_text == "not for this case");
  }
}

TEST_CASE("who cannot be written to is called, once, whatever else is owed") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  sheet.unwritten = {{sheet.miss.key, "4471", "notice", "no e-mail address is known", true}, {sheet.miss.key, "4471", "notice", "no words", false}};
  REQUIRE(sheet.lines().size() == 1);
  CHECK(sheet.lines()[0].reason == "no e-mail address is known");
  const std::vector<CallLine> lines = sheet.lines({sheet.grant("call")});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].reason == "a call is owed; no e-mail address is known");
}

TEST_CASE("a call owed for an order that is gone from the records is not forgotten") {
  Sheet sheet;
  Grant grant = sheet.grant("note");
  grant.case_key = "shop/order/1/stated-date";
  grant.record_id = "1";
  sheet.given.by_case[grant.case_key] = {grant};
  const std::vector<CallLine> lines = sheet.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].record_id == "1");
  CHECK(lines[0].miss == nullptr);
  CHECK(lines[0].no_text == "the order is not in the records any more");
}

TEST_CASE("a follow-up waits until the letter before it has left, and its time after that") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  sheet.rule("followup", "how", Channel::email, 7 * ms_per_day);
  const MessageRule& followup = sheet.project.messages[1];
  const Instant wrote{100 * ms_per_day}, handed{102 * ms_per_day};
  Said said{"m", "notice", "customer:C1", false, false, true, wrote, wrote, Kind::late, {}};
  CHECK(purposes_due(sheet.miss, {}, sheet.project) == std::vector<std::string>{"notice"});
  CHECK(purposes_due(sheet.miss, {said}, sheet.project) == std::vector<std::string>{"followup"});
  CHECK_FALSE(is_time(followup, {}, Instant{200 * ms_per_day}));
  CHECK_FALSE(is_time(followup, {said}, Instant{200 * ms_per_day}));
  said.waiting = false;
  said.last_at = handed;
  CHECK_FALSE(is_time(followup, {said}, Instant{109 * ms_per_day - 1}));
  CHECK(is_time(followup, {said}, Instant{109 * ms_per_day}));
  sheet.miss.closed = false;
  CHECK(purposes_due(sheet.miss, {said}, sheet.project).empty());
  sheet.miss.closed = true;
  Said asked = said;
  asked.purpose = "followup";
  CHECK(purposes_due(sheet.miss, {said, asked}, sheet.project).empty());
}

TEST_CASE("what was withdrawn for good is never written, nor what builds upon it") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  sheet.rule("resolved", "resolved", Channel::email);
  sheet.rule("followup", "how", Channel::email, 7 * ms_per_day);
  Said said{"m", "notice", "customer:C1", true, false, false, Instant{}, Instant{}, Kind::late, {}};
  CHECK(purposes_due(sheet.miss, {said}, sheet.project) == std::vector<std::string>{"resolved"});
  said.left = false;
  said.dropped = true;
  CHECK(purposes_due(sheet.miss, {said}, sheet.project).empty());
  said.dropped = false;
  said.withdrawn = true;
  CHECK(purposes_due(sheet.miss, {said}, sheet.project) == std::vector<std::string>{"notice"});
}

TEST_CASE("what never left is no apology, and neither is good news") {
  const Zone zone = *Zone::named("Europe/London");
  SaidBefore said;
  Said& one = said["case"].emplace_back(Said{"m", "notice", "customer:C1", false, false, false, Instant{}, Instant{}, Kind::late, {"g"}});
  CHECK(LetterHistory(said, zone).apologies_to("customer:C1")->count == 1);
  one.purpose = "granted";
  CHECK_FALSE(LetterHistory(said, zone).apologies_to("customer:C1"));
  one.purpose = "notice";
  one.left = false;
  CHECK_FALSE(LetterHistory(said, zone).apologies_to("customer:C1"));
  CHECK_FALSE(LetterHistory(said, zone).first_told("case"));
  CHECK(LetterHistory(said, zone).is_told("g"));
}

TEST_CASE("what was held and is granted after the letter is a call where no rule writes it, until somebody has called") {
  Sheet sheet;
  sheet.rule("notice", "late", Channel::email);
  sheet.project.shop.signatory.email = "maya@shop.example";
  sheet.files["en/granted.call.liquid"] = "- {{ remedies[0].amount | money }}";
  Grant credit = sheet.grant("credit");
  credit.money = Money{500, sheet.project.shop.currency};
  credit.was_held = true;
  sheet.given.by_case[sheet.miss.key] = {credit};
  sheet.said[sheet.miss.key] = {Said{"m", "notice", sheet.miss.person, false, false, false, Instant{}, Instant{}, Kind::late, {}}};
  NightCase c;
  c.miss = &sheet.miss;
  sheet.night.cases = {c};
  DraftOptions how{"key", false, sheet.miss.met.instant(), true};
  Drafts drafts = drafts_of(sheet.night, sheet.said, sheet.given, sheet.project, sheet.letters, how);
  CHECK(drafts.messages.empty());
  REQUIRE(drafts.calls.size() == 1);
  CHECK(drafts.calls[0].purpose == "granted");
  CHECK(drafts.calls[0].text == "- £5.00\n");
  CHECK(drafts.calls[0].grants.empty());
  CHECK(drafts.calls[0].tells == std::vector<std::string>{credit.key});
  how.called = {{drafts.calls[0].key, sheet.miss.key, "Maya Chen", {}, drafts.calls[0].tells, sheet.miss.met.instant()}};
  CHECK(drafts_of(sheet.night, sheet.said, sheet.given, sheet.project, sheet.letters, how).unwritten.empty());
  sheet.given.by_case[sheet.miss.key][0].was_held = false;
  how.called.clear();
  CHECK(drafts_of(sheet.night, sheet.said, sheet.given, sheet.project, sheet.letters, how).unwritten.empty());
}
