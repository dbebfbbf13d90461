// What is said in letters, by language: templates/lint/<language>.tsv, patterns over words.
//
//   let <TAB> give <TAB> refund*|pay back|credit*     a class: words or phrases, * stands for letters
//   repair <TAB> we|i ..2 <give> ..4 @money           a pattern of the list `repair`
//
// In a pattern a blank divides steps and | the choices of a step: a word, words joined by _, a class <x>, or a kind of
// token: @money @date @number @phone @address @word @capital. A step that ends in ? may be absent; .. is up to three
// words of any kind (..6 up to six), ^ and $ are the ends of the sentence.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/letter_lint_text.h"

namespace amends {

struct LintStep;
using LintPattern = std::vector<LintStep>;
struct LintStep {
  enum class Kind { choice, gap, first, last };
  Kind kind = Kind::choice;
  std::vector<std::string> words;
  std::vector<std::string> classes;
  std::vector<LintPattern> phrases;
  std::vector<LetterToken::Kind> tokens;
  bool is_capital = false;
  std::size_t most = 0;  // of a gap
  bool is_optional = false;
};
using LintPatterns = std::vector<LintPattern>;

struct LintMatch {
  std::size_t first = 0, end = 0;  // tokens
};

// One language's words. Throws std::logic_error when the data file is wrong: it is ours.
class LintWords {
 public:
  explicit LintWords(std::string_view tsv);

  const SpokenWords& spoken() const { return spoken_; }
  // The matches of a list's patterns in a sentence, the first that begins at each word. What a pattern of the list
  // "<name>-not" says in the same clause is no match.
  std::vector<LintMatch> matches(std::string_view list, const LetterSentence& sentence) const;
  bool says(std::string_view list, const LetterSentence& sentence) const { return !matches(list, sentence).empty(); }
  bool is_one_of(std::string_view name, std::string_view word) const;  // a class of single words

 private:
  void add(const std::vector<std::string_view>& cells);
  std::vector<std::size_t> ends(const LintPattern& pattern, const LetterSentence& sentence, std::size_t from) const;
  std::vector<std::size_t> ends(const LintStep& step, const LetterSentence& sentence, std::size_t from) const;
  // False: surely no match of the pattern begins there. Said without making any list, which most places end at.
  bool may_begin(const LintPattern& pattern, const LetterSentence& sentence, std::size_t from) const;
  std::vector<LintMatch> new_matches(std::string_view list, const LetterSentence& sentence) const;
  std::vector<LintMatch> raw_matches(std::string_view list, const LetterSentence& sentence) const;

  SpokenWords spoken_;
  std::map<std::string, LintPatterns, std::less<>> classes_;
  std::map<std::string, LintPatterns, std::less<>> lists_;
};

// Null when there is no data for the language.
const LintWords* lint_words(std::string_view language);
// "en", "de": by the commonest words; empty when the text is neither.
std::string guessed_language(std::string_view text);

}  // namespace amends
