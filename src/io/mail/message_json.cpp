#include "io/mail/message_json.h"

#include <cstdlib>

#include "core/base/json.h"

namespace amends {
namespace {

void write(Json& json, std::string_view name, const Mailbox& box) {
  json.key(name).open('{').optional("name", box.name).field("email", box.address).close('}');
}

// Whom an SMS goes to has a number.
void write_to(Json& json, const Message& m) {
  if (m.channel != Channel::sms) return write(json, "to", m.to);
  json.key("to").open('{').optional("name", m.to.name).field("phone", m.to.address).close('}');
}

void write_also(Json& json, const std::vector<FurtherCase>& cases) {
  json.key("also").open('[');
  for (const FurtherCase& c : cases) json.open('{').field("case", c.case_key).field("order", c.record_id).flag("open", c.open).close('}');
  json.close(']');
}

// One character after a backslash at `at`, which moves behind it. Only what strings_json writes.
char unescaped(std::string_view json, std::size_t& at) {
  const char c = json[at++];
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': {
      const std::string digits(json.substr(at, 4));
      at += digits.size();
      return static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
    }
    default: return c;
  }
}

std::string string_at(std::string_view json, std::size_t& at) {
  std::string text;
  while (at < json.size() && json[at] != '"') {
    const char c = json[at++];
    text += c == '\\' && at < json.size() ? unescaped(json, at) : c;
  }
  ++at;
  return text;
}

}  // namespace

std::string message_json(const Message& m) {
  Json json;
  json.open('{').field("type", "message").field("v", 1);
  json.field("key", m.key).field("case", m.case_key).field("order", m.record_id);
  json.field("purpose", m.purpose).field("revision", m.revision).field("person", m.person);
  json.field("locale", m.locale);
  write(json, "from", m.from);
  write_to(json, m);
  write(json, "reply_to", m.reply_to);
  json.field("subject", m.subject).field("text", m.text).field("html", m.html);
  json.field("message_id", m.message_id).flag("automatic", m.automatic).flag("open", m.open);
  json.key("grants").raw(strings_json(m.grants)).field("channel", name_of(m.channel));
  if (!m.also.empty()) write_also(json, m.also);
  json.optional("incident", m.incident);
  return json.close('}').str();
}

std::string strings_json(const std::vector<std::string>& strings) {
  Json json;
  json.open('[');
  for (const std::string& string : strings) json.text(string);
  json.close(']');
  return json.str();
}

std::vector<std::string> strings_of_json(std::string_view json) {
  std::vector<std::string> strings;
  for (std::size_t at = json.find('"'); at < json.size(); at = json.find('"', at))
    strings.push_back(string_at(json, ++at));
  return strings;
}

}  // namespace amends
