// What is said in letters, by language: templates/lint/<language>.tsv, patterns over words.
//
//   let <TAB> give <TAB> refund*|pay back|credit*     a class: words or phrases, * stands for letters
//   repair <TAB> we|i ..2 <give> ..4 @money           a pattern of the list `repair`
//
// In a pattern a blank divides steps and | the choices of a step: a word, words joined by _, a class <x>, or a kind of
// token: @money @date @number @phone @address @word @capital; !word is none of the choice, however it is chosen. A step
// that ends in ? may be absent; .. is up to three words of any kind (..6 up to six, ..6!us|<x> none of them these),
// ^ and $ are the ends of the sentence.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/lint/letter_lint_text.h"

namespace amends {

class LintIndex;
class NamedWords;
struct LintForm;
struct LintStep;
using LintPattern = std::vector<LintStep>;
struct LintStep {
  enum class Kind { choice, gap, first, last };
  Kind kind = Kind::choice;
  std::vector<std::string> words;     // of a gap, as classes and tokens: what must not stand in it
  std::vector<std::string> excluded;
  std::vector<std::size_t> classes;   // numbers
  std::vector<LintPattern> phrases;
  std::vector<LetterToken::Kind> tokens;
  bool is_capital = false;
  std::size_t most = 0;  // of a gap
  bool is_optional = false;
};
using LintPatterns = std::vector<LintPattern>;

struct LintClass {
  std::string name;
  LintPatterns phrases;
  std::vector<std::string> excluded;
};

// Whether the word is the pattern's, in which * stands for letters: before, behind or in the middle.
bool is_like(std::string_view pattern, std::string_view word);
bool is_like_one(const std::vector<std::string>& patterns, std::string_view word);

struct LintMatch {
  std::size_t first = 0, end = 0;  // tokens
};

// One language's words. Throws std::logic_error when the data file is wrong: it is ours.
class LintWords {
 public:
  explicit LintWords(std::string_view tsv);
  ~LintWords();

  const SpokenWords& spoken() const { return spoken_; }
  // The matches of a list's patterns in a sentence, the first that begins at each word. What a pattern of the list
  // "<name>-not" says in the same clause is no match.
  std::vector<LintMatch> matches(std::string_view list, const LetterSentence& sentence) const { return kept_matches(list, sentence); }
  bool says(std::string_view list, const LetterSentence& sentence) const { return !kept_matches(list, sentence).empty(); }
  bool is_one_of(std::string_view name, std::string_view word) const;  // a class of single words
  // What may begin with each token, and which of the classes named in the line `learned` it is of. Valid until the next
  // question.
  std::vector<const LintForm*> forms_of(const LetterSentence& sentence) const;

 private:
  struct Range {
    std::size_t first = 0, end = 0;  // in patterns_
    std::size_t number = 0;          // of the list
  };

  LintForm new_form(const LetterToken& token) const;
  // Valid until the next question.
  const std::vector<LintMatch>& kept_matches(std::string_view list, const LetterSentence& sentence) const;
  std::vector<LintMatch> new_matches(std::string_view list, const LetterSentence& sentence) const;
  std::vector<LintMatch> raw_matches(std::string_view list, const LetterSentence& sentence) const;

  std::uint64_t number_ = 0;  // no two have the same: what was found is kept under it
  SpokenWords spoken_;
  std::vector<LintClass> classes_;
  struct Learned {
    std::size_t number = 0;  // of the class
    std::string name;        // "<trader>"
  };
  std::vector<Learned> learned_;
  LintPatterns patterns_;  // list by list
  std::map<std::string, Range, std::less<>> lists_;
  std::unique_ptr<const LintIndex> index_;
  std::unique_ptr<const NamedWords> named_;
};

// Null when there is no data for the language.
const LintWords* lint_words(std::string_view language);
// "en", "de": by the commonest words; empty when the text is neither.
std::string guessed_language(std::string_view text);

}  // namespace amends
