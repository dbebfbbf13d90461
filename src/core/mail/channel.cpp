#include "core/mail/channel.h"

#include <algorithm>
#include <iterator>

namespace amends {
namespace {

constexpr std::string_view names[] = {"email", "sms", "call", "note"};
constexpr std::string_view endings[] = {".liquid", ".sms.liquid", ".call.liquid", ".note.liquid"};

}  // namespace

std::string_view name_of(Channel channel) { return names[static_cast<std::size_t>(channel)]; }

std::optional<Channel> channel_named(std::string_view name) {
  const auto* const found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Channel>(found - std::begin(names));
}

std::vector<std::string> channel_names() { return {std::begin(names), std::end(names)}; }

bool is_written(Channel channel) { return channel == Channel::email || channel == Channel::sms; }

std::string_view template_ending(Channel channel) { return endings[static_cast<std::size_t>(channel)]; }

}  // namespace amends
