// When people wrote: from it come the facts contacts_before and days_since_contact. Collected while the records are
// judged, since what a person wrote may be about another order, or about none; only where somebody asks for the facts.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/judging/miss.h"

namespace amends {

class ContactLog {
 public:
  // One of no known time is left out.
  void add(std::string person, Moment at, const Zone& zone);
  void append(ContactLog&& more);
  // Before anything is asked.
  void sort();
  // How many in [from, until).
  std::size_t count(std::string_view person, Instant from, Instant until) const;
  std::optional<Instant> last(std::string_view person) const;

 private:
  const std::vector<std::int64_t>* of(std::string_view person) const;

  std::unordered_map<std::string, std::vector<std::int64_t>> times_;  // by person, as in Miss; ms
};

// Whether one of the facts is told by what people wrote.
bool is_told_by_contacts(const std::vector<Slot>& facts, const Schema& schema);

// The messages in these records, each with the person a case about it would have. A message known at no time, and
// one that names nobody, tells nothing.
ContactLog contact_log(const Records& records, const Project& project, const HeldGuarantees* held);

// Fills contacts_before and days_since_contact of each miss, where the judgement has a log.
void add_contacts(Judgement& judgement, const Project& project);

}  // namespace amends
