// Form letters: what counts as the same, and that the quick count is the plain one.
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/letters/alike.h"
#include "core/mail/message_rule.h"

namespace amends {
namespace {

Message letter(const std::string& name, const std::string& text, const std::string& locale = "en-GB") {
  Message m;
  m.to.name = name;
  m.text = text;
  m.locale = locale;
  return m;
}

AlikeLetters count(const std::vector<Message>& letters) {
  std::vector<const Message*> pointers;
  for (const Message& m : letters) pointers.push_back(&m);
  return alike_letters(pointers);
}

std::string late(const std::string& name, int order, const std::string& day, const std::string& money) {
  return fmt::format("Hello {},\n\nYour order {} should have reached you on {}. It came {} days late. That is our fault, and I am sorry.\n\n"
                     "I am refunding {} to you.\n\nMaya Chen\n",
                     name, order, day, order % 9 + 2, money);
}

}  // namespace

TEST_CASE("names, numbers, dates and amounts make no difference, other words do") {
  const AlikeLetters alike = count({letter("Ana Kowalska", late("Ana", 1003, "Thursday, 5 March", "£9.60")),
                                    letter("Zoë Whitfield", late("Zoë", 1004, "Tuesday, 14 April", "€12.00")),
                                    letter("Bo", "Hello Bo,\n\nWe lost your parcel, and nobody told you. I have sent another one today. I am sorry.\n\nMaya Chen\n")});
  CHECK(alike.count == std::vector<std::size_t>{2, 2, 1});
  CHECK(alike.most == 2);
}

TEST_CASE("months and days of the week are known in the letter's language") {
  const auto spaet = [](const std::string& day) { return "Guten Tag Jo,\n\nIhre Bestellung sollte am " + day + " bei Ihnen sein.\nMaya\n"; };
  CHECK(count({letter("Jo", spaet("Dienstag, 3. März"), "de-DE"), letter("Jo", spaet("Freitag, 12. Juni"), "de-DE")}).most == 2);
}

TEST_CASE("one sentence of its own in five does not make a letter personal, half of it does") {
  const std::string same = "one two three four five six seven eight.\n";
  CHECK(count({letter("A", same + "nine ten.\n"), letter("B", same + "other words.\n")}).most == 2);
  CHECK(count({letter("A", same + "nine ten eleven.\n"), letter("B", same + "other words here.\n")}).most == 1);
}

TEST_CASE("letters without words, and none at all") {
  CHECK(count({}).most == 0);
  CHECK(count({letter("A", "123\n")}).most == 1);
}

TEST_CASE("more than the share, of twenty letters at least") {
  AlikeLetters alike;
  alike.count.assign(20, 11);
  alike.compared = 20;
  alike.most = 11;
  CHECK(are_form_letters(alike, Ratio(1, 2)));
  CHECK_FALSE(are_form_letters(alike, Ratio(11, 20)));
  CHECK_FALSE(are_form_letters(alike, std::nullopt));
  alike.count.assign(19, 19);
  alike.compared = 19;
  alike.most = 19;
  CHECK_FALSE(are_form_letters(alike, Ratio(1, 2)));
}

// Every letter against every first of a kind before it, by the words of the definition.
TEST_CASE("the quick count is the plain one") {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<Message> letters;
    std::vector<std::vector<bool>> says;
    for (int i = 0; i < 60; ++i) {
      std::string text;
      says.emplace_back();
      for (int s = 0; s < 12; ++s) {
        says.back().push_back(random() % 10 < static_cast<unsigned>(3 + round % 7));
        if (says.back().back()) text += fmt::format("{}{}.\n", std::string(static_cast<std::size_t>(s + 1), 'x'), s % 3 == 0 ? " and more words" : "");
      }
      letters.push_back(letter("A", text));
    }
    const auto words = [](const std::vector<bool>& a, const std::vector<bool>& b) {
      std::size_t n = 0;
      for (std::size_t s = 0; s < a.size(); ++s)
        if (a[s] && b[s]) n += s % 3 == 0 ? 4 : 1;
      return n;
    };
    std::vector<std::size_t> first(letters.size()), size(letters.size());
    for (std::size_t i = 0; i < letters.size(); ++i) {
      first[i] = i;
      for (std::size_t j = 0; j < i && first[i] == i; ++j) {
        const std::size_t longer = std::max(words(says[i], says[i]), words(says[j], says[j]));
        if (first[j] == j && longer > 0 && words(says[i], says[j]) * 5 >= longer * 4) first[i] = j;
      }
      ++size[first[i]];
    }
    const AlikeLetters alike = count(letters);
    for (std::size_t i = 0; i < letters.size(); ++i) CHECK(alike.count[i] == size[first[i]]);
  }
}

TEST_CASE("letters about an incident are no form letters") {
  std::vector<Message> messages;
  for (int i = 0; i < 25; ++i) messages.push_back(letter("A", "The same happened to many, and I am sorry for it.\n"));
  for (Message& message : messages) message.purpose = purpose::incident;
  messages.push_back(letter("B", "Your order came late.\n"));
  const AlikeLetters alike = count(messages);
  CHECK(alike.most == 1);
  CHECK(alike.compared == 1);
  CHECK(alike.count == std::vector<std::size_t>(26, 1));
}

}  // namespace amends
