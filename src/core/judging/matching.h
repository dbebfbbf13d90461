// Which guarantees one order (parcel, line, message) stands under. They are walked in file order: of those without `also` the first
// whose `when` holds is taken, each with `also` is taken besides. What the ledger holds stays.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/judging/miss.h"

namespace amends {

struct Match {
  std::size_t guarantee = 0;  // index in file order
  Truth applies = Truth::yes; // unknown: facts are missing that would tell
  bool held = false;          // the ledger holds the case
};

class Matching {
 public:
  // Those on one kind of record.
  Matching(const std::vector<Guarantee>& guarantees, const HeldGuarantees* held, RecordKind on = RecordKind::order);
  // Valid until the next call. `id`: the record's, as the case key has it.
  const std::vector<Match>& of(const FactSource& facts, std::string_view id);
  const std::vector<Match>& last() const { return matches_; }
  // Whether the record of the last call would now come under another guarantee than the ledger holds.
  bool is_rematched() const { return rematched_; }
  // Whether the ledger holds a case of the record of the last call under this guarantee.
  bool is_held(std::size_t guarantee) const { return is_held_[guarantee] != 0; }

 private:
  bool find_held(std::string_view id);  // whether a competing one is held
  Truth applies(std::size_t guarantee, const FactSource& facts) const;
  void note_rematch(const FactSource& facts);

  const std::vector<Guarantee>& guarantees_;
  const HeldGuarantees::OfOneKind* held_;
  RecordKind on_;
  std::unordered_map<std::string_view, std::size_t> by_name_;  // also by earlier names
  std::vector<std::uint8_t> is_held_;                          // by guarantee, for the record at hand
  std::vector<Match> matches_;
  std::string id_;
  bool rematched_ = false;
};

}  // namespace amends
