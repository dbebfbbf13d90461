#include "core/ledger/forgotten.h"

#include <charconv>

#include <fmt/format.h>

namespace amends {
namespace {

constexpr std::string_view opening = "forgotten:";

}  // namespace

bool is_forgotten_name(std::string_view person) { return person.starts_with(opening); }

std::string forgotten_name(std::int64_t number) { return fmt::format("{}{}", opening, number); }

std::int64_t number_of_forgotten(std::string_view name) {
  std::int64_t number = 0;
  if (is_forgotten_name(name)) std::from_chars(name.data() + opening.size(), name.data() + name.size(), number);
  return number;
}

Digest mark_of(std::string_view secret, std::string_view person) { return hmac_sha256(secret, fmt::format("person {}", person)); }

std::int64_t Forgotten::number_of(std::string_view person) const {
  if (numbers_.empty() || person.empty()) return 0;
  if (is_forgotten_name(person)) return number_of_forgotten(person);
  const auto found = numbers_.find(mark_of(secret_, person));
  return found == numbers_.end() ? 0 : found->second;
}

std::string Forgotten::name_of(const std::string& person) const {
  const std::int64_t number = number_of(person);
  return number == 0 ? person : forgotten_name(number);
}

}  // namespace amends
