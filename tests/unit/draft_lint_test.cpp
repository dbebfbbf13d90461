// Drafts beside their decision.
#include <algorithm>

#include <doctest/doctest.h>

#include "core/letters/draft_lint.h"

namespace amends {
namespace {

Message message(const std::string& text, const std::string& locale = "en-GB") {
  Message m;
  m.subject = "Your order 4471";
  m.text = text;
  m.locale = locale;
  m.purpose = "notice";
  return m;
}

DecisionFacts decision() {
  DecisionFacts facts;
  facts.order = "4471";
  facts.amounts = {0, 400};
  facts.prices = {4000};
  facts.promised = SpokenDate{2026, 4, 8, 0, false};
  facts.met = SpokenDate{2026, 4, 9, 0, false};
  facts.other_dates = {SpokenDate{2026, 4, 1, 0, false}};
  return facts;
}

std::vector<std::string> aside(const Message& m, const LegalDuty& duty = {}) {
  std::vector<std::string> codes;
  for (const DraftFinding& finding : lint_draft(m, decision(), duty))
    if (puts_aside(finding)) codes.push_back(finding.found.code);
  return codes;
}

const std::vector<std::string> wrong = {"wrong_fact"};

}  // namespace

TEST_CASE("a price may be said, but is not what is given") {
  CHECK(aside(message("I have refunded £4.00 to your card.\n")).empty());
  CHECK(aside(message("I have refunded £4.00, a tenth of the £40.00 you paid.\n")).empty());
  CHECK(aside(message("Your order over £40.00 came late.\n")).empty());
  CHECK(aside(message("I have refunded £40.00 to your card.\n")) == wrong);
  CHECK(aside(message("I have refunded £5.00 to your card.\n")) == wrong);
}

TEST_CASE("amounts are read as ICU writes them, with a blank that no line breaks at") {
  CHECK(aside(message("Ich habe Ihnen 4,00\u00a0£ erstattet.\n", "de-DE")).empty());
  CHECK(aside(message("Ich habe Ihnen 5,00\u00a0£ erstattet.\n", "de-DE")) == wrong);
  CHECK(aside(message("Ich habe Ihnen 5,00\u202f€ erstattet.\n", "de-DE")) == wrong);
}

TEST_CASE("other days of the case may be said, but none of them was promised") {
  CHECK(aside(message("Your order of 1 April 2026 was promised for 8 April 2026 and came on 9 April 2026.\n")).empty());
  CHECK(aside(message("Your order was promised for 1 April 2026.\n")) == wrong);
}

TEST_CASE("what the subject tells must be true too") {
  Message m = message("I have refunded £4.00 to your card.\n");
  m.subject = "We refunded £40.00";
  const std::vector<DraftFinding> findings = lint_draft(m, decision(), {});
  const auto found = std::find_if(findings.begin(), findings.end(), puts_aside);
  REQUIRE(found != findings.end());
  CHECK(found->is_in_subject);
  CHECK(finding_words(*found) == "in the subject, \"£40.00\" is no amount of the decision");
}

TEST_CASE("legal sentences are looked for in every language, whatever their line ends") {
  LegalDuty duty;
  duty.sentences = {"Vos droits légaux restent entiers."};
  CHECK(aside(message("Bonjour,\n\nVos droits légaux\nrestent entiers.\n", "fr-FR"), duty).empty());
  CHECK(aside(message("Bonjour,\n", "fr-FR"), duty) == std::vector<std::string>{"missing_legal"});
  duty = {};
  duty.is_untranslated = true;
  CHECK(aside(message("Bonjour,\n", "fr-FR"), duty) == std::vector<std::string>{"missing_legal"});
  CHECK(aside(message("I have refunded £4.00 to your card.\n"), duty) == std::vector<std::string>{"missing_legal"});
}

TEST_CASE("of a text message only the facts are looked at, and a letter of another purpose need not be an apology") {
  Message m = message("Hello, your order came late.\n");
  const auto codes = [&] {
    std::vector<std::string> all;
    for (const DraftFinding& finding : lint_draft(m, decision(), {})) all.push_back(finding.found.code);
    return all;
  };
  const auto has = [&](const char* code) {
    const std::vector<std::string> all = codes();
    return std::find(all.begin(), all.end(), code) != all.end();
  };
  CHECK(has("no_responsibility"));
  m.purpose = "followup";
  CHECK_FALSE(has("no_responsibility"));
  CHECK(has("no_person"));
  m.channel = Channel::sms;
  CHECK(codes().empty());
}

TEST_CASE("the nearest locale's sentences are asked for, each once") {
  LegalDuty duty;
  add_duty({{"de", {"Satz."}}, {"de-AT", {"Ein anderer."}}}, "de-AT", duty);
  add_duty({{"de-AT", {"Ein anderer."}}}, "de-AT", duty);
  CHECK(duty.sentences == std::vector<std::string>{"Ein anderer."});
  CHECK_FALSE(duty.is_untranslated);
  add_duty({{"en", {"A sentence."}}}, "de-AT", duty);
  CHECK(duty.is_untranslated);
  LegalDuty none;
  add_duty({}, "de-AT", none);
  CHECK_FALSE(none.is_untranslated);
}

}  // namespace amends
