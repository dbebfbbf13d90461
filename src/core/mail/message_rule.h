// [[message]]: which letter a case gets, for which purpose, by which channel.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/named_kinds.h"
#include "core/mail/channel.h"
#include "core/mail/legal.h"

namespace amends {

namespace purpose {
inline constexpr std::string_view notice = "notice";      // the first word
inline constexpr std::string_view resolved = "resolved";  // it was met, or never will be
inline constexpr std::string_view followup = "followup";  // some time after the last word: how it went
inline constexpr std::string_view granted = "granted";    // what was held when the first word left is granted after all
inline constexpr std::string_view declined = "declined";  // what was held, and a letter said so, is not granted after all
inline constexpr std::string_view incident = "incident";  // of many misses with one cause: written when one is named
}  // namespace purpose

struct MessageRule {
  std::string purpose;  // one of the above or the user's own
  Condition when;
  NamedKinds named;
  std::string template_name;  // templates/<locale>/<name>.liquid, of an SMS <name>.sms.liquid
  Channel channel = Channel::email;
  bool several = false;              // of several orders of one person in one letter; never of a single one
  std::optional<std::int64_t> after; // ms: not sooner than that after the last letter of the case
  LegalSentences legal;              // what each letter of this rule must say
  Where where;

  std::string file_name() const { return template_name + std::string(template_ending(channel)); }
};
MessageRule read_message(const Node& node, const Language& language, const Derivations& derived);

// What a rule is asked for. Of each purpose a case gets one written message, and besides one call and one note.
enum class RuleFor : std::uint8_t { message, several, call, note };
RuleFor asked_for(const MessageRule& rule);

// The first rule of this purpose that is not false; neither rule nor missing facts: this case gets no such letter.
struct RuleChoice {
  const MessageRule* rule = nullptr;
  std::string unnamed;        // why rules passed over it that would have taken it: they do not name its kind
  std::vector<Slot> missing;  // facts that left the first such rule unknown: it cannot be told which letter is due
};
RuleChoice message_rule(const std::vector<MessageRule>& rules, std::string_view purpose, const FactSource& facts, RuleFor what = RuleFor::message);

}  // namespace amends
