#include "core/letters/reach.h"

#include <unordered_map>

#include "core/base/telephone.h"
#include "core/letters/case_letter.h"

namespace amends {
namespace {

bool is_true(const Miss& miss, const Project& project, std::string_view name) {
  const Slot slot = project.schema.find(name);
  if (slot == no_slot) return false;
  const Value value = miss.facts.at(slot);
  return value.type == Type::boolean && value.whole != 0;
}

std::string wire_address(const Miss& miss, const Project& project, Channel channel) {
  std::string why;
  const std::string_view address = address_of(miss, project, channel);
  const auto usable = channel == Channel::sms ? usable_telephone(address, why) : usable_address(address, why);
  return usable.value_or("");
}

}  // namespace

std::string no_letter_reason(const Miss& miss, const Project& project, Channel channel, const std::set<std::string>& refused) {
  if (is_true(miss, project, "opted_out")) return "the customer asked not to be written to";
  if (is_true(miss, project, "suppressed")) return "the records say that nobody writes to the customer";
  if (channel != Channel::email) return {};
  if (is_true(miss, project, "bounced")) return "mail to the address came back";
  return refused.contains(wire_address(miss, project, channel)) ? "an earlier letter to the address was refused" : "";
}

std::vector<std::string> astray_letters(const std::vector<Recipient>& waiting, const Judgement& judgement, const Project& project,
                                        const std::set<std::string>& refused) {
  std::unordered_map<std::string_view, const Miss*> misses;
  for (const Miss& miss : judgement.misses) misses[miss.key] = &miss;
  std::vector<std::string> astray;
  for (const Recipient& letter : waiting) {
    const auto found = misses.find(letter.case_key);
    if (found == misses.end() || letter.address.empty()) continue;  // not known tonight, or forgotten
    const bool has_moved = wire_address(*found->second, project, letter.channel) != letter.address;
    if (has_moved || !no_letter_reason(*found->second, project, letter.channel, refused).empty()) astray.push_back(letter.message);
  }
  return astray;
}

}  // namespace amends
