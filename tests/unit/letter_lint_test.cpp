// The linter of letters: how it reads text, its patterns, and the letters shipped, which must please it.
#include <algorithm>
#include <iterator>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/base/embedded.h"
#include "core/letters/letter_facts.h"
#include "core/letters/letter_sample.h"
#include "core/lint/letter_lint.h"
#include "core/lint/letter_lint_model.h"
#include "core/lint/lint_rules.h"
#include "core/time/locale.h"

namespace amends {
namespace {

LetterText read(std::string_view text, std::string_view language = "en") { return read_letter_text(text, lint_words(language)->spoken()); }

std::vector<std::string> words(const LetterSentence& sentence) {
  std::vector<std::string> out;
  for (const LetterToken& token : sentence.tokens) out.push_back(token.word);
  return out;
}

std::vector<LetterToken> tokens_of(std::string_view text, LetterToken::Kind kind, std::string_view language = "en") {
  std::vector<LetterToken> out;
  for (const LetterSentence& sentence : read(text, language).sentences)
    for (const LetterToken& token : sentence.tokens)
      if (token.kind == kind) out.push_back(token);
  return out;
}

std::int64_t amount_in(std::string_view text, std::string_view language = "en") {
  const auto found = tokens_of(text, LetterToken::Kind::money, language);
  return found.size() == 1 ? found.front().hundredths : -1;
}

std::string date_in(std::string_view text, std::string_view language = "en") {
  const auto found = tokens_of(text, LetterToken::Kind::date, language);
  if (found.size() != 1) return fmt::format("{} dates", found.size());
  const SpokenDate& d = found.front().date;
  return fmt::format("{}-{}-{} {}", d.year, d.month, d.day, d.weekday);
}

std::vector<std::string> codes_in(std::string_view text, std::string_view language, const DecisionFacts& facts = {}) {
  std::vector<std::string> codes;
  for (const LetterFinding& finding : lint_letter(text, language, facts).findings) codes.push_back(finding.code);
  return codes;
}

std::shared_ptr<const Source> shipped(std::string_view path) {
  const std::string_view bytes = embedded(path);
  return bytes.empty() ? nullptr : std::make_shared<const Source>(Source{std::string(path), std::string(bytes)});
}

Project shop_in(std::string_view currency, std::string_view locale) {
  Project p;
  p.shop.name = "Northwind Tea";
  p.shop.zone = *Zone::named("Europe/London");
  p.shop.currency = *currency_named(currency);
  p.shop.locale = locale;
  p.shop.signatory = {"Maya Chen", "Customer Care", "maya@northwind.example"};
  p.shop.phone = "+44 20 7946 0018";
  p.shop.email = "care@northwind.example";
  p.shop.hours = "Mon-Sat 8-20";
  p.guarantees.emplace_back().name = "promise";  // of an arrival
  p.guarantees[0].due.kind = Due::Kind::field;
  p.schema = standard_schema();
  return p;
}

TEST_CASE("an address is found wherever it stands, in a line of any length too") {
  const auto addresses = [](std::string_view text) {
    std::string out;
    for (const LetterToken& token : tokens_of(text, LetterToken::Kind::address)) (out += token.word) += '|';
    return out;
  };
  CHECK(addresses("Write to maya@shop.example, or to care@shop.example. Or call; bo@shop.example!") ==
        "maya@shop.example|care@shop.example|bo@shop.example|");
  CHECK(addresses("at home@ @work a@b a@b.") == "");
  for (const char* sign : {"(", "a.", "a@", "<", "&", ".", "https:"}) {
    std::string line;
    while (line.size() < 250'000) line += sign;
    CHECK(addresses(line) == "");
    CHECK(addresses(line + " maya@shop.example") == "maya@shop.example|");
  }
}

TEST_CASE("sentences end where they end") {
  CHECK(read("Mr. Hayes came. He left at 5 p.m. today.").sentences.size() == 2);
  CHECK(read("Sie kam am 3. März, z.B. um 8 Uhr. Das war zu spät.", "de").sentences.size() == 2);
  CHECK(read("One line\nwrapped here.\n\nAnother paragraph").sentences.size() == 2);
  CHECK(read("Given:\n- one thing\n- another").sentences.size() == 3);
  CHECK(words(read("We won't, and you didn’t").sentences.front()) == std::vector<std::string>{"we", "will", "not", "and", "you", "did", "not"});
  CHECK(read("").sentences.empty());
  CHECK(read("... !!! ,").sentences.empty());
}

TEST_CASE("amounts in the forms of each place") {
  CHECK(amount_in("£9.00") == 900);
  CHECK(amount_in("C$40.00 is yours") == 4000);
  CHECK(amount_in("Rs. 1,240") == 124000);
  CHECK(amount_in("₹350") == 35000);
  CHECK(amount_in("nine pounds") == 900);
  CHECK(amount_in("50p") == 50);
  CHECK(amount_in("1.234,50 €", "de") == 123450);
  CHECK(amount_in("12 Euro", "de") == 1200);
  CHECK(amount_in("Fr. 35.00", "de") == 3500);
  CHECK(amount_in("Mo-Fr 7-19 Uhr", "de") == -1);
  CHECK(amount_in("at 8:30") == -1);
}

TEST_CASE("dates as they are spoken") {
  CHECK(date_in("Tuesday 3 March") == "0-3-3 2");
  CHECK(date_in("Friday, February 13, 2026") == "2026-2-13 5");
  CHECK(date_in("the 3rd of March") == "0-3-3 0");
  CHECK(date_in("2026-03-05") == "2026-3-5 0");
  CHECK(date_in("am Dienstag, dem 3. März 2026", "de") == "2026-3-3 2");
  CHECK(date_in("am 3.3.", "de") == "0-3-3 0");
  CHECK(date_in("05.03.2026", "de") == "2026-3-5 0");
  CHECK(date_in("may be 3") == "0 dates");
}

TEST_CASE("weights are no money, rands are") {
  CHECK(amount_in("three pounds of bees") == -1);
  CHECK(amount_in("fünf Pfund Tee", "de") == -1);
  CHECK(amount_in("three pounds back") == 300);
  CHECK(amount_in("R540.00 back") == 54000);
  CHECK(amount_in("R2 and R10") == -1);
}

TEST_CASE("telephone numbers, wrapped or not, and what is none") {
  CHECK(tokens_of("ring 020 7946\n0018, please", LetterToken::Kind::phone).size() == 1);
  CHECK(tokens_of("+44 20 7946 0018 (8-20)", LetterToken::Kind::phone).front().word == "+44 20 7946 0018");
  CHECK(tokens_of("(555) 010-4477", LetterToken::Kind::phone).size() == 1);
  CHECK(tokens_of("03/03/2026 and 2021/782, order 4471", LetterToken::Kind::phone).empty());
}

TEST_CASE("patterns: choices, gaps, classes, and what takes a match back") {
  const LintWords lint("let\tthing\tform|claim form\nask\tfill|complete ..2 <thing>\nask-not\tno|without ..4 <thing>\nend\tgood bye $\nturn\tbut\n");
  const auto says = [&](std::string_view list, std::string_view text) { return lint.says(list, read_letter_text(text, lint.spoken()).sentences.front()); };
  CHECK(says("ask", "please fill in the form"));
  CHECK(says("ask", "complete the claim form"));
  CHECK_FALSE(says("ask", "fill in all of the form"));
  CHECK_FALSE(says("ask", "there is no need to fill a form"));
  CHECK(says("ask", "no worries but fill in the form"));
  CHECK(says("end", "so good bye"));
  CHECK_FALSE(says("end", "good bye then"));
  CHECK_THROWS(LintWords("ask\tfill <nothing>\n"));
}

TEST_CASE("patterns: open classes, what is none of them, and what must not stand between") {
  const LintWords lint("let\tagent\t*er|postal worker|!letter|!never\nblame\tthe <agent> ..2!we|<own> lost|le*t\nlet\town\tour\nstep\tin *er|!winter\nturn\tbut\n");
  const auto says = [&](std::string_view list, std::string_view text) { return lint.says(list, read_letter_text(text, lint.spoken()).sentences.front()); };
  CHECK(says("blame", "then the carrier lost it"));
  CHECK(says("blame", "the postal worker left"));
  CHECK_FALSE(says("blame", "the letter lost"));
  CHECK_FALSE(says("blame", "the carrier we lost"));
  CHECK_FALSE(says("blame", "the carrier of our lost things"));
  CHECK(says("blame", "the carrier of all lost things"));
  CHECK(says("blame", "the carrier let"));  // as elsewhere, * may stand for none
  CHECK_FALSE(says("blame", "the carrier lets"));
  CHECK(says("step", "in summer"));
  CHECK_FALSE(says("step", "in winter"));
  CHECK(is_like("ver*t", "verlegt"));
  CHECK_FALSE(is_like("ver*t", "vert*"));
  CHECK_FALSE(is_like("ab*ba", "aba"));
}

TEST_CASE("two sets of words do not share what was found") {
  for (const char* word : {"one", "two"}) {
    const LintWords lint(fmt::format("let\tthing\t{}\nlist\t<thing> here\n", word));
    CHECK(lint.says("list", read_letter_text("one here", lint.spoken()).sentences.front()) == (word == std::string_view("one")));
  }
}

TEST_CASE("what was found in one sentence stands for those that no pattern tells apart, and for no others") {
  constexpr const char* patterns =
      "let\tagent\t*er|postal worker|!letter\nlet\town\tour|my\nblame\tthe|@capital <agent> ..2!we|<own>|!ann lost|le*t\nblame-not\tnever ..3 lost\n"
      "owed\t@money ..2 back|due $\nstep\t^ in? *er|!winter\nturn\tbut\ncurrency\tpounds=100\n";
  constexpr const char* said[] = {"the", "carrier", "letter", "winter", "porter", "we", "our", "lost", "let", "left", "Ann", "Bea", "never", "but", "in", "postal",
                                  "worker", "Worker", "BT-20417", "XQ-1", "\u00a38.20", "\u00a39", "back", "due", "17", "a@b.example", "Ana", "ana", "M\u00fcller"};
  std::mt19937 dice(20417);
  const LintWords kept(patterns);
  int found = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (int words = 2 + static_cast<int>(dice() % 5); words > 0; --words) text += fmt::format("{}{}", text.empty() ? "" : " ", said[dice() % std::size(said)]);
    const LintWords fresh(patterns);
    const LetterText letter = read_letter_text(text, fresh.spoken()), again = letter;
    for (const char* list : {"blame", "owed", "step"}) {
      const bool is_said = fresh.says(list, letter.sentences.front());
      CHECK_MESSAGE(kept.says(list, again.sentences.front()) == is_said, text);
      found += is_said;
    }
  }
  CHECK(found > 300);
}

TEST_CASE("a copied sentence that is changed is read anew") {
  const LintWords lint("list\tone here\n");
  const LetterText letter = read_letter_text("one here", lint.spoken());
  CHECK(lint.says("list", letter.sentences.front()));
  LetterSentence shorter = letter.sentences.front();
  shorter.tokens.pop_back();
  CHECK_FALSE(lint.says("list", shorter));
}

LetterSentence sentence_in(std::string_view text, const LintWords& words) { return read_letter_text(text, words.spoken()).sentences.at(0); }

TEST_CASE("what the weights are learned for: words, fronts, classes, neighbours, each once") {
  const LintWords words("let\ttrade\tcourier|*man\nlearned\ttrade\n");
  CHECK(lint_features(sentence_in("Our courier and our driver?", words), words) ==
        std::vector<std::string>{"^ our", "^ _ courier", "our", "our courier", "our <trade>", "our driver", "our _ and", "our _ $?", "courier", "courier and",
                                 "courier _ our", "couri*", "<trade>", "<trade> and", "and", "and our", "and _ driver", "driver", "driver $?", "drive*", "$?", "^^ <trade>"});
  CHECK(lint_features(sentence_in("Lüftungsfirmen", words), words) == std::vector<std::string>{"^ lüftungsfirmen", "^ _ $", "lüftungsfirmen", "lüftungsfirmen $", "lüftu*", "*firmen", "$"});
  CHECK(lint_features(sentence_in("9.00 GBP", words), words) == std::vector<std::string>{"^ @number", "^ _ gbp", "@number", "@number gbp", "@number _ $", "gbp", "gbp $", "$"});
}

TEST_CASE("a rule is said where its weights add up to more than nothing, of the words that weigh most") {
  const LintWords words("let\ttrade\tcourier\nlearned\ttrade\n");
  const LintModel model("# of two rules\nfeature\tblame\tupsell\n(always)\t-100\t-1\nthe <trade>\t60\t\nlost it\t41\t\nsaid\t-41\t\n", words);
  const auto said = [&](std::string_view text) { return model.said(sentence_in(text, words)); };
  const std::vector<LintSaid> found = said("Sadly the courier lost it twice.");
  REQUIRE(found.size() == 1);
  CHECK(found.front().code == "blame");
  CHECK(found.front().score == 1);
  CHECK(found.front().match.first == 1);
  CHECK(found.front().match.end == 5);
  CHECK(said("Sadly the courier lost them.").empty());
  CHECK(said("They said the courier lost it.").empty());
  CHECK(said("The courier lost it, the courier lost it.").size() == 1);
}

TEST_CASE("weights that are none are found when they are read") {
  const LintWords words("let\ttrade\tcourier\nlearned\ttrade\n");
  CHECK_THROWS_AS(LintModel("(always)\t1\n", words), std::logic_error);
  CHECK_THROWS_AS(LintModel("feature\tblame\nlost\t1\t2\n", words), std::logic_error);
  CHECK_THROWS_AS(LintModel("feature\tblame\na b c d\t1\n", words), std::logic_error);
}

TEST_CASE("the language of a letter") {
  CHECK(guessed_language("We are sorry that your order was late.") == "en");
  CHECK(guessed_language("Es tut uns leid, dass Ihre Bestellung zu spät kam.") == "de");
  CHECK(guessed_language("Votre commande est en retard, et nous en sommes navrés.").empty());
}

TEST_CASE("a reason is told after responsibility, and no other reason is") {
  DecisionFacts facts;
  facts.told = {"A storm closed the road for a day."};
  const std::string rest = " Your parcel came a day late. £9.00 is back on your card.\n\nMaya Chen\nmaya@shop.example";
  const auto blames = [&](const std::string& text) {
    const auto codes = codes_in("Dear Priya,\n\n" + text + rest, "en", facts);
    return std::find(codes.begin(), codes.end(), "blame") != codes.end();
  };
  CHECK_FALSE(blames("We let you down. A storm closed the road for a day."));
  CHECK(blames("A storm closed the road for a day. We let you down."));
  CHECK(blames("We let you down. Our courier failed to collect it."));
}

TEST_CASE("what is not the decision's is no wrong fact where it cannot be meant as one") {
  DecisionFacts facts;
  facts.customer = "Priya Stark";
  facts.signatory = "Adrian Cole";
  facts.phones = {"020 7946 0018"};
  facts.emails = {"adrian@harbourbooks.example"};
  facts.amounts = {{0, 900}};
  const auto found = [&](const std::string& greeting, const std::string& behind, const std::string& signature) {
    return codes_in(greeting + ",\n\nyour parcel came late. That is our fault. £9.00 is back on your card. I am on 020 7946 0018." + behind + "\n\n" + signature, "en", facts);
  };
  using Codes = std::vector<std::string>;
  CHECK(found("Dear Mrs. Stark", "", "Adrian Cole") == Codes{});
  CHECK(found("hi priya", "", "Adrian Cole") == Codes{});
  CHECK(found("Dear priya", "", "Adrian Cole") == Codes{"bad_greeting"});
  CHECK(found("Dear Student", "", "Adrian Cole") == Codes{"bad_greeting"});
  CHECK(found("Dear Valued Customer", "", "Adrian Cole") == Codes{"bad_greeting"});
  CHECK(found("Dear Priya", "", "Adrian Coleman") == Codes{"wrong_fact"});
  CHECK(found("Dear Priya", "", "Paul Weaver") == Codes{"wrong_fact"});
  CHECK(found("Dear Priya", "", "Harbour Books") == Codes{"no_person"});
  facts.emails = {"adrian@colevans.example"};
  CHECK(found("Dear Priya", "", "Cole Vans") == Codes{"no_person"});
  facts.emails = {"adrian@harbourbooks.example"};
  CHECK(found("Dear Priya", "", "Mr Cole, Harbour Books") == Codes{});
  facts.order = "RX-40962";
  CHECK(found("Dear Priya", " Quote RX-40926.", "Adrian Cole") == Codes{"wrong_fact"});
  CHECK(found("Dear Priya", " Quote RX-40963.", "Adrian Cole") == Codes{"wrong_fact"});
  CHECK(found("Dear Priya", " Quote RX-40963 with RX-40962.", "Adrian Cole") == Codes{});
  CHECK(found("Dear Priya", " Quote RX-51877.", "Adrian Cole") == Codes{});
  facts.order.clear();
  facts.emails = {"adrian@lemanair.example"};
  CHECK(found("Dear Priya", "", "Lémanair") == Codes{"no_person"});
  CHECK(found("Dear Priya", " The switchboard is 020 7946 0099.", "Adrian Cole") == Codes{});
  CHECK(found("Dear Priya", "\n\nHave you seen our new lamps? £24, and you would love it.", "Adrian Cole") == Codes{"upsell", "upsell"});
  CHECK(found("Dear Priya", "\n\nIt was £24.", "Adrian Cole") == Codes{});  // nobody says of what
  CHECK(found("Dear Priya", "\n\nA refund of £24 follows.", "Adrian Cole") == Codes{"wrong_fact"});
  facts.customer = "Priya Guest";
  CHECK(found("Dear Ms Guest", "", "Adrian Cole") == Codes{});
  facts.customer = "Priya Blank";
  CHECK(found("Dear Ms Blank", "", "Adrian Cole") == Codes{});
}

// A decision of 9.00, due on 6 March 2026 and met on the 9th.
DecisionFacts nine_pounds() {
  DecisionFacts facts;
  facts.signatory = "Silas Upton";
  facts.promised = SpokenDate{2026, 3, 6};
  facts.met = SpokenDate{2026, 3, 9};
  facts.given = {900};
  facts.totals = {900};
  facts.amounts = {0, 900};
  return facts;
}

bool finds(std::string_view text, std::string_view code, std::string_view language = "en") {
  const auto codes = codes_in(text, language, nine_pounds());
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

TEST_CASE("a price beside all that is given sells, a price that was paid does not, and neither is a wrong fact") {
  const char* sells = "We refunded £9.00 to you. The walnut case for it is £95, glazed.";
  CHECK(finds(sells, "upsell"));
  CHECK(!finds(sells, "wrong_fact"));
  const char* was_paid = "We refunded £9.00 to you. You paid £95 for the case.";
  CHECK(!finds(was_paid, "upsell"));
  CHECK(!finds(was_paid, "wrong_fact"));
  CHECK(finds("We refunded £6.00 to you.", "wrong_fact"));
  CHECK(finds("We refunded £9.00 to you and a refund of £6.00 follows.", "wrong_fact"));
  CHECK(finds("Die Arbeit war mit 9,00 EUR berechnet; erstattet haben wir Ihnen 6,00 EUR.", "wrong_fact", "de"));
}

TEST_CASE("a day of the case tells what happened, a heading does not") {
  CHECK(!finds("So much for 6 March.", "no_account"));
  CHECK(!finds("Morning broke on the 9th, and no post.", "no_account"));
  CHECK(!finds("Anfang März, am 9., hatten Sie es.", "no_account", "de"));
  CHECK(finds("We write about your order of 6 March.", "no_account"));
}

TEST_CASE("of two days one is named, and another stands in the place of the second") {
  CHECK(finds("You were booked for 6 March. You flew on 12 March.", "wrong_fact"));
  CHECK(!finds("You were booked for 6 March. You flew on 9 March, and on 12 March you wrote to us.", "wrong_fact"));
  CHECK(!finds("You were booked for 6 March. We will call on 12 March.", "wrong_fact"));
}

TEST_CASE("who signs with another first name is somebody else") {
  CHECK(finds("It was due on 6 March.\n\nSimon Upton", "wrong_fact"));
  CHECK(!finds("It was due on 6 March.\n\nSil Upton", "wrong_fact"));
  CHECK(!finds("It was due on 6 March.\n\nSilas Upton", "wrong_fact"));
}

TEST_CASE("beside a given amount another is a price only by the words next to it") {
  DecisionFacts facts = nine_pounds();
  facts.given = {900, 460};
  facts.totals = {1360};
  facts.amounts = {0, 900, 460, 1360};
  const auto is_wrong = [&](const std::string& text) {
    const auto codes = codes_in(text, "en", facts);
    return std::find(codes.begin(), codes.end(), "wrong_fact") != codes.end();
  };
  CHECK(is_wrong("I have refunded £9.00, and £6.40 with it, to the card that you paid with."));
  CHECK(!is_wrong("The £64.00 that you paid for it was far too much, so £9.00 goes back."));
  CHECK(!is_wrong("You paid £64.00 for it."));
}

TEST_CASE("who blames another does not own up") {
  CHECK(finds("And we must explain that our supplier was late and sent nothing.", "no_responsibility"));
  CHECK(!finds("And then we sent nothing.", "no_responsibility"));
}

TEST_CASE("who denies responsibility, or gives it to another, does not own up") {
  CHECK(finds("We cannot accept responsibility for delays caused by strikes.", "no_responsibility"));
  CHECK(finds("The responsibility lies with the airport.", "no_responsibility"));
  CHECK(!finds("We are not only responsible, we are ashamed.", "no_responsibility"));
  CHECK(!finds("You are not to blame, we are.", "no_responsibility"));
  CHECK(finds("Die Verantwortung liegt beim Flughafen.", "no_responsibility", "de"));
  CHECK(!finds("Sie trifft keine Schuld, das war unser Fehler.", "no_responsibility", "de"));
}

TEST_CASE("a sentence the law asks for counts as nobody's words, however it is wrapped") {
  DecisionFacts facts;
  facts.legal = {{"If you are not satisfied, please complete the form of the Ombudsman."}};
  const std::string text = "Dear Priya,\n\nYour parcel came late. That is our fault. £9.00 is back on your card.\n\nIf you are not satisfied, please\ncomplete the form of the Ombudsman.\n\nMaya Chen\nmaya@shop.example\n";
  CHECK(codes_in(text, "en", facts).empty());
  facts.legal = {{"This does not affect your rights."}};
  const auto codes = codes_in(text, "en", facts);
  CHECK(std::find(codes.begin(), codes.end(), "missing_legal") != codes.end());
  CHECK(std::find(codes.begin(), codes.end(), "effort") != codes.end());
}

TEST_CASE("every rule can be explained") {
  CHECK(std::count_if(lint_rules().begin(), lint_rules().end(), [](const LintRule& rule) { return rule.is_of_letters(); }) == 14);
  for (const LintRule& rule : lint_rules()) {
    CHECK(lint_rule(rule.code) == &rule);
    CHECK(rule.why.size() > 10);
    if (!rule.is_of_letters()) continue;
    for (const std::string* text : {&rule.message, &rule.why, &rule.source, &rule.hint}) CHECK(text->size() > 10);
    CHECK((rule.severity == "error" || rule.severity == "warning"));
  }
  CHECK(lint_rule("efort") == nullptr);
}

TEST_CASE("the letters shipped say what they should and nothing else") {
  Letters letters(shipped);
  std::size_t read = 0;
  for (const auto& [currency, locale] : {std::pair{"GBP", "en-GB"}, {"EUR", "de"}, {"JPY", "en"}, {"CHF", "de-CH"}}) {
    const Project project = shop_in(currency, locale);
    for (const SampleCase& sample : sample_cases(project)) {
      const Kind kind = sample.miss.kind;
      const char* name = kind == Kind::overdue ? "overdue" : kind == Kind::late ? "late" : kind == Kind::lost || kind == Kind::out_of_stock ? "resolved" : "";
      if (*name == '\0') continue;
      const LetterFacts facts = letter_facts({project, {{sample.miss, sample.told}}, sample.as_of});
      const Words letter = write(*letters.find(name, locale), facts.record, LetterLocale{locale, project.shop.zone});
      for (const LetterFinding& finding : lint_letter(letter.text, language_of(locale), sample.decision).findings)
        FAIL_CHECK(locale, " ", name, ": ", finding.code, " ", finding.detail, ": ", letter.text.substr(finding.offset, finding.length));
      ++read;
    }
  }
  CHECK(read == 32);
}

TEST_CASE("no text is too odd to be read") {
  const std::string pieces[] = {"Dear ", ",", "\n", "\n\n", "£", "9", ".", "+", "(", "'", "’", "„", "3. ", "März ", "https://", "a@b.c ", "- ", "\xc3", "%", "{{", "Subject: "};
  std::uint64_t seed = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int n = 0; n < 12; ++n) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      text += pieces[(seed >> 33) % std::size(pieces)];
    }
    for (const char* language : {"en", "de"})
      for (const LetterFinding& finding : lint_letter(text, language, {}).findings) CHECK(finding.offset + finding.length <= text.size());
  }
}

}  // namespace
}  // namespace amends
