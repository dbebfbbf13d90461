#include "core/judging/kept_order.h"

#include <algorithm>

namespace amends {

std::size_t KeptGroups::fact_named(std::string_view name) const {
  return static_cast<std::size_t>(std::find(facts_.begin(), facts_.end(), name) - facts_.begin());
}

std::uint32_t KeptGroups::number(const Texts& texts) {
  std::string key;
  for (const std::string& text : texts) key.append(std::to_string(text.size())).append(":").append(text);
  const std::lock_guard lock(guard_);
  if (const auto known = numbers_.find(key); known != numbers_.end()) return known->second;
  if (texts_.size() == most || bytes_ + key.size() > most_bytes) return 0;
  bytes_ += key.size();
  texts_.push_back(texts);
  return numbers_.emplace(std::move(key), static_cast<std::uint32_t>(texts_.size())).first->second;
}

const KeptGroups::Texts& KeptGroups::texts(std::uint32_t group) const {
  const std::lock_guard lock(guard_);
  return texts_[group - 1];
}

std::uint8_t KeptGroups::zone_number(const Zone& zone) {
  const std::lock_guard lock(guard_);
  const auto known = std::find_if(zones_.begin(), zones_.end(), [&](const Zone& z) { return z.name() == zone.name(); });
  const auto number = static_cast<std::size_t>(known - zones_.begin());
  if (known == zones_.end() && number < most_zones) zones_.push_back(zone);
  return static_cast<std::uint8_t>(number);
}

const Zone& KeptGroups::zone(std::uint8_t number) const {
  const std::lock_guard lock(guard_);
  return zones_[number];
}

}  // namespace amends
