// How a word reaches somebody: two channels that are written and sent, two that a person carries out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

// Part of the ledger format (amends-ledger.5). Add, never rename.
enum class Channel : std::uint8_t { email, sms, call, note };

std::string_view name_of(Channel channel);
std::optional<Channel> channel_named(std::string_view name);
std::vector<std::string> channel_names();
// Whether it becomes a message of the outbox; calls and notes are lines of the call sheet.
bool is_written(Channel channel);
// How the file of such a template ends: "late" + ".sms.liquid".
std::string_view template_ending(Channel channel);

}  // namespace amends
