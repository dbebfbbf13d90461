// Who asked to be forgotten. The ledger keeps no name of theirs but a keyed digest, by which a run that meets them in
// the records again knows not to write them down: they stand under a number then, "forgotten:17", so that caps and
// history go on and nobody is paid twice.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/hash.h"

namespace amends {

bool is_forgotten_name(std::string_view person);  // "forgotten:17"
std::string forgotten_name(std::int64_t number);
std::int64_t number_of_forgotten(std::string_view name);  // 17; 0 of any other name

// Part of the ledger format (amends-ledger.5): HMAC-SHA-256 of the person under the ledger's secret.
Digest mark_of(std::string_view secret, std::string_view person);

class Forgotten {
 public:
  Forgotten() = default;
  explicit Forgotten(std::string secret) : secret_(std::move(secret)) {}
  void add(const Digest& mark, std::int64_t number) { numbers_[mark] = number; }
  void remove(const Digest& mark) { numbers_.erase(mark); }
  bool empty() const { return numbers_.empty(); }
  // Their number; 0 of a person who did not ask for it.
  std::int64_t number_of(std::string_view person) const;
  // The person as given, or as the ledger calls who was forgotten.
  std::string name_of(const std::string& person) const;

 private:
  std::string secret_;
  std::map<Digest, std::int64_t> numbers_;
};

}  // namespace amends
