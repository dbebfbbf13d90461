// A letter as its linter reads it: sentences of lower-case words, in which an amount, a date, a telephone number and
// an address are one token each. Lines wrapped anywhere are one paragraph; abbreviations and German dates end nothing.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

// As it was spoken: what was not said is 0.
struct SpokenDate {
  int year = 0, month = 0, day = 0;
  int weekday = 0;          // 1: Monday
  bool is_numeric = false;  // 3/4/2026 is one day here and another there
};

struct LetterToken {
  enum class Kind { word, number, money, date, phone, address };
  Kind kind = Kind::word;
  std::string word;  // lower case; an address or telephone number as written
  std::size_t offset = 0, length = 0;  // bytes of the letter
  std::size_t clause = 0;              // within the sentence
  bool is_capital = false;
  std::int64_t hundredths = 0;         // of an amount or a number
  SpokenDate date;
};

inline constexpr std::size_t letter_token_kinds = 6;

// Under which the linter keeps what it found in sentences like this one (letter_lint_memo.h). A copy may be changed, and
// is asked anew.
struct LikeSentence {
  LikeSentence() = default;
  LikeSentence(const LikeSentence&) {}
  LikeSentence& operator=(const LikeSentence&) {
    number = 0;
    return *this;
  }
  mutable std::uint64_t number = 0;
};

struct LetterSentence {
  std::vector<LetterToken> tokens;  // never empty, and not changed once a pattern was looked for
  char end = '.';             // or ? or !
  LikeSentence like = {};
};

struct LetterLine {
  std::size_t offset = 0;
  std::string_view text;  // without blanks around it
};

struct LetterText {
  std::vector<LetterSentence> sentences;
  std::vector<LetterLine> lines;  // empty ones too
};

// What reading needs to know of a language.
struct SpokenWords {
  std::map<std::string, int> months, weekdays;         // from 1
  std::map<std::string, std::int64_t> numbers;         // "twelve"
  std::map<std::string, std::int64_t> currencies;      // "pounds": 100 hundredths, "cents": 1
  std::map<std::string, std::string> contractions;     // "won't": "will not"
  std::vector<std::string> weights;                    // currencies that weigh as well: "three pounds of bees"
  std::vector<std::string> abbreviations;              // without their full stop
  std::vector<std::string> turns;                      // words that begin a new clause: but, just
  std::vector<std::string> links;                      // words inside a date: of, the
};

// `text` outlives what is returned.
LetterText read_letter_text(std::string_view text, const SpokenWords& words);

}  // namespace amends
