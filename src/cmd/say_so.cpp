#include "cmd/say_so.h"

#include <cstdio>

#include <iostream>

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/output.h"

namespace amends {
namespace {

bool can_ask() { return is_terminal(stdin) && is_terminal(stderr); }

std::string answer_to(std::string_view question) {
  std::fputs(fmt::format("{} ", question).c_str(), stderr);
  std::string line;
  std::getline(std::cin, line);
  return std::string(trimmed(line));
}

}  // namespace

std::string who_says_so(const std::string& by, std::string_view command) {
  if (!by.empty()) return by;
  const std::string name = can_ask() ? answer_to("Who decides it? (kept in the ledger)") : std::string();
  if (name.empty()) throw Error{{}, "who decides it?", fmt::format("{} --by \"Maya Chen\"", command)};
  return name;
}

bool is_meant(bool yes, std::string_view nothing, const Context& context) {
  if (yes) return true;
  if (can_ask() && lower(answer_to("Do it? (y/N)")).starts_with("y")) return true;
  context.say(std::string(nothing));
  return false;
}

}  // namespace amends
