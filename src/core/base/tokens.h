// The words of an expression: names, numbers, strings and signs with their places. Read by expr_parse.cpp,
// and by derived.cpp, which looks for the names a derived fact speaks of.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/base/node.h"

namespace amends {

struct Token {
  enum class Kind { name, number, string, sign, end };
  Kind kind = Kind::end;
  std::string_view text;  // of a string without its quotes; of a percentage with the sign
  std::size_t at = 0;     // byte offset in the text
  std::size_t length = 0; // bytes it takes there
};

// Ends with one token of kind end. A character that starts no token is an Error at its place.
std::vector<Token> tokens_of(const Node& node);

}  // namespace amends
