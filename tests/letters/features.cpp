// The sentences of letters as the linter reads them, and the features its weights are learned for.
// Usage: letter_features LANGUAGE < LETTERS, one letter behind another with a byte 0x1E between them. Of each sentence a
// line, cells divided by tabs: the letter's number from 0, the sentence on one line, feature after feature.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/lint/letter_lint_model.h"

int main(int argc, char** argv) {
  const amends::LintWords* words = argc == 2 ? amends::lint_words(argv[1]) : nullptr;
  if (words == nullptr) {
    std::fputs("usage: letter_features en|de < LETTERS\n", stderr);
    return 2;
  }
  const std::string all{std::istreambuf_iterator<char>(std::cin), {}};
  std::size_t number = 0;
  for (const std::string_view letter : amends::split(all, '\x1e')) {
    const amends::LetterText read = amends::read_letter_text(letter, words->spoken());
    for (const amends::LetterSentence& sentence : read.sentences) {
      const std::size_t begin = sentence.tokens.front().offset, end = sentence.tokens.back().offset + sentence.tokens.back().length;
      std::string line(letter.substr(begin, end - begin));
      std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
      for (const std::string& feature : amends::lint_features(sentence, *words)) line += '\t' + feature;
      fmt::print("{}\t{}\n", number, line);
    }
    ++number;
  }
  return std::ferror(stdout) != 0 || std::fflush(stdout) != 0 ? 1 : 0;
}
