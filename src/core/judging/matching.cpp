#include "core/judging/matching.h"

#include <algorithm>

namespace amends {

Matching::Matching(const std::vector<Guarantee>& guarantees, const HeldGuarantees* held, RecordKind on)
    : guarantees_(guarantees), held_(held == nullptr || held->of(on).empty() ? nullptr : &held->of(on)), on_(on), is_held_(guarantees.size(), 0) {
  for (std::size_t i = 0; i < guarantees.size(); ++i) by_name_.emplace(guarantees[i].name, i);
  for (std::size_t i = 0; i < guarantees.size(); ++i)
    for (const std::string& was : guarantees[i].was) by_name_.emplace(was, i);
}

bool Matching::find_held(std::string_view id) {
  if (held_ == nullptr) return false;
  std::fill(is_held_.begin(), is_held_.end(), std::uint8_t{0});
  id_.assign(id);
  const auto found = held_->find(id_);
  if (found == held_->end()) return false;
  bool competing = false;
  for (const std::string& name : found->second) {
    const auto known = by_name_.find(name);
    if (known == by_name_.end() || guarantees_[known->second].on != on_) continue;
    is_held_[known->second] = 1;
    competing = competing || !guarantees_[known->second].also;
  }
  return competing;
}

Truth Matching::applies(std::size_t guarantee, const FactSource& facts) const {
  const Guarantee& g = guarantees_[guarantee];
  if (is_held_[guarantee] != 0) return Truth::yes;
  if (g.retired) return Truth::no;
  return g.when.is_always() ? Truth::yes : holds(g.when, facts);
}

void Matching::note_rematch(const FactSource& facts) {
  for (std::size_t i = 0; i < guarantees_.size(); ++i) {
    const Guarantee& g = guarantees_[i];
    if (g.on != on_ || g.also || g.retired || (!g.when.is_always() && holds(g.when, facts) != Truth::yes)) continue;
    rematched_ = is_held_[i] == 0;
    return;
  }
}

const std::vector<Match>& Matching::of(const FactSource& facts, std::string_view id) {
  matches_.clear();
  rematched_ = false;
  const bool held = find_held(id);
  bool taken = false;
  for (std::size_t i = 0; i < guarantees_.size(); ++i) {
    if (guarantees_[i].on != on_) continue;
    const bool competes = !guarantees_[i].also;
    if (competes && (held ? is_held_[i] == 0 : taken)) continue;
    const Truth truth = applies(i, facts);
    if (truth == Truth::no) continue;
    matches_.push_back({i, truth, is_held_[i] != 0});
    taken = taken || competes;
  }
  if (held) note_rematch(facts);
  return matches_;
}

}  // namespace amends
