// A letter cut into words, numbers and signs, before its dates and amounts are put together and its sentences divided.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/lint/letter_lint_text.h"

namespace amends {

struct LetterPiece {
  enum class Kind { word, number, sign, money_sign, done };
  Kind kind = Kind::word;
  std::string word;  // lower case
  std::size_t offset = 0, length = 0;
  bool is_capital = false;
  bool ends_paragraph = false;  // stands for an empty line
  LetterToken token;            // when done
};

// In their order; telephone numbers and addresses are whole.
std::vector<LetterPiece> letter_pieces(std::string_view text, const SpokenWords& words);

}  // namespace amends
