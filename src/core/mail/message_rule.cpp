#include "core/mail/message_rule.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

const std::string& text_of(const Node& node, std::string_view key, std::string_view example) {
  const Node* found = node.find(key);
  if (found == nullptr) throw Error{node.where(), fmt::format("[[message]] has no {}", key), fmt::format("write {}", example)};
  return string_of(*found, key);
}

Channel read_channel(const Node& node) {
  const std::string& name = string_of(node, "channel");
  const std::optional<Channel> channel = channel_named(name);
  if (!channel) fail(node, fmt::format("{} is not a channel", quoted(name)), suggestion(name, channel_names()));
  return *channel;
}

std::int64_t read_after(const Node& node, const MessageRule& rule) {
  const std::optional<std::int64_t> ms = read_duration(string_of(node, "after"));
  if (!ms) fail(node, fmt::format("{} is not a length of time", quoted(node.text)), "write after = \"7 days\"");
  if (rule.purpose == purpose::notice || rule.purpose == purpose::resolved || rule.purpose == purpose::incident)
    fail(node, fmt::format("a letter of purpose {} never waits", rule.purpose), "after belongs to followup and to purposes of your own");
  return *ms;
}

void read_several(const Node& node, MessageRule& rule) {
  rule.several = boolean_of(node, "several");
  if (rule.several && !is_written(rule.channel))
    fail(node, fmt::format("a {} is of one order", name_of(rule.channel)), "several belongs to letters: channel = \"email\" or \"sms\"");
}

}  // namespace

MessageRule read_message(const Node& node, const Language& language, const Derivations& derived) {
  only_keys(node, {"purpose", "when", "template", "channel", "several", "after", "legal"}, "message");
  MessageRule rule;
  rule.where = node.where();
  rule.purpose = text_of(node, "purpose", "purpose = \"notice\"");
  rule.template_name = text_of(node, "template", "template = \"late\"");
  if (const Node* channel = node.find("channel")) rule.channel = read_channel(*channel);
  if (const Node* several = node.find("several")) read_several(*several, rule);
  if (const Node* after = node.find("after")) rule.after = read_after(*after, rule);
  if (rule.purpose == purpose::followup && !rule.after)
    fail(node, "a followup has no after: it would come with the apology", "write after = \"7 days\"");
  if (const Node* when = node.find("when")) rule.when = read_condition(*when, language);
  if (const Node* legal = node.find("legal")) rule.legal = read_legal(*legal);
  rule.named = kinds_named_in({}, rule.when, *language.schema, derived);
  return rule;
}

RuleFor asked_for(const MessageRule& rule) {
  if (rule.channel == Channel::call) return RuleFor::call;
  if (rule.channel == Channel::note) return RuleFor::note;
  return rule.several ? RuleFor::several : RuleFor::message;
}

RuleChoice message_rule(const std::vector<MessageRule>& rules, std::string_view purpose, const FactSource& facts, RuleFor what) {
  RuleChoice choice;
  for (const MessageRule& rule : rules) {
    if (rule.purpose != purpose || asked_for(rule) != what) continue;
    const Truth truth = holds(rule.when, facts);
    if (truth == Truth::no) continue;
    choice.unnamed = rule.named.why_not(facts);
    if (!choice.unnamed.empty()) continue;
    if (truth == Truth::yes) choice.rule = &rule;
    else choice.missing = missing_for(rule.when, facts);
    break;
  }
  return choice;
}

}  // namespace amends
