// Letters in the stage pipe: what draft prints and send reads.
#include "io/records/stage.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "io/mail/message_json.h"
#include "io/records/json_tree.h"
#include "io/records/stage_lines.h"

namespace amends {
using namespace stage;

namespace {

// What the ledger has to know of a case before its letter: the same whether it was judged here or came through a pipe.
void write_case(Json& json, const NightCase& c, const Project& project, Instant as_of) {
  const Miss& miss = *c.miss;
  json.open('{').field("case", miss.key).field("order", miss.record_id);
  write_record(json, miss.record, miss.own_id);
  json.field("guarantee", miss.guarantee).field("kind", name_of(miss.kind)).field("person", miss.person);
  json.field("due", print(miss.due, miss.zone)).field("due_at", print(miss.due_instant, miss.zone)).field("zone", miss.zone.name());
  json.flag("closed", miss.closed).field("as_of", print(as_of, project.shop.zone)).field("standing", c.standing);
  write_grants(json, c.grants);
  json.close('}');
}

void read_case(const Node& node, const Project& project, StageInput& input) {
  const Moment as_of = moment_at(node, "as_of", project.shop.zone);
  Miss miss;
  miss.key = text_of(node, "case");
  miss.record_id = text_of(node, "order");
  miss.record = record_of(node);
  miss.own_id = miss.record == RecordKind::order ? miss.record_id : text_of(node, "record_id");
  miss.guarantee = text_of(node, "guarantee");
  miss.kind = kind_of(member(node, "kind"));
  miss.kinds.add(miss.kind);
  miss.person = text_of(node, "person");
  miss.zone = zone_at(node, project);
  miss.due = moment_at(node, "due", miss.zone);
  const Moment due_at = moment_at(node, "due_at", miss.zone);
  if (!as_of.is_instant() || !due_at.is_instant()) fail(node, "as_of and due_at are instants", "feed what amends draft printed");
  miss.due_instant = due_at.instant();
  miss.closed = boolean_of(member(node, "closed"), "closed");
  input.judgement.as_of = as_of.instant();
  StageCase told;
  told.standing = text_of(node, "standing");
  for (const Node& grant : member(node, "grants").items) told.grants.push_back(read_grant(grant, miss, input.judgement.as_of, project));
  input.cases.push_back(std::move(told));
  input.judgement.misses.push_back(std::move(miss));
}

// The same bytes for the same values, however a tool between the stages lays them out.
void add_plain(const Node& node, std::string& bytes) {
  bytes += fmt::format("{}:{}:{}", static_cast<int>(node.kind), node.text.size(), node.text);
  bytes += '[';
  for (const Node& item : node.items) add_plain(item, bytes);
  std::vector<const Entry*> entries;
  for (const Entry& entry : node.entries) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  for (const Entry* entry : entries) {
    bytes += fmt::format("{}:{}", entry->key.size(), entry->key);
    add_plain(entry->value, bytes);
  }
  bytes += ']';
}

std::string digest_of(const Node& node) {
  std::string bytes;
  add_plain(node, bytes);
  return hex(sha256(bytes));
}

std::string digest_of_letter(const Node& line) {
  Node letter = line;
  std::erase_if(letter.entries, [](const Entry& entry) { return entry.key == "decided" || entry.key == "digest" || entry.key == "decided_digest"; });
  return digest_of(letter);
}

// Money and words leave as they were decided and drafted, whatever stands in between. True: somebody has edited the letter.
bool is_changed(const Node& line, bool may_be_edited) {
  const std::string order = text_of(line, "order");
  const Node* decided = line.find("decided");
  if (decided != nullptr && text_or_empty(line, "decided_digest") != digest_of(*decided))
    fail(line, fmt::format("what was decided for {} is not what amends draft printed: nothing was sent", quoted(order)), "the policy decides amounts: change it there, and draft once more");
  if (text_or_empty(line, "digest") == digest_of_letter(line)) return false;
  if (!may_be_edited)
    fail(line, fmt::format("the letter of {} is not the one that amends draft printed: nothing was sent", quoted(order)),
         "feed what amends draft prints as it is; if a person has edited the words and stands by them, say --edited");
  return true;
}

Mailbox mailbox_at(const Node& line, std::string_view key) {
  const Node& node = member(line, key);
  const Node* phone = node.find("phone");
  return {text_or_empty(node, "name"), phone != nullptr ? scalar_of(*phone, "phone") : text_of(node, "email")};
}

Message message_of(const Node& line) {
  if (whole_at(line, "v") != stage_version) fail(member(line, "v"), fmt::format("version {} of these lines is not known", text_of(line, "v")), "use one version of amends for all stages");
  Message m;
  m.key = text_of(line, "key");
  m.case_key = text_of(line, "case");
  m.record_id = text_of(line, "order");
  m.purpose = text_of(line, "purpose");
  m.revision = static_cast<int>(whole_at(line, "revision"));
  m.person = text_of(line, "person");
  m.locale = text_of(line, "locale");
  m.from = mailbox_at(line, "from");
  m.to = mailbox_at(line, "to");
  m.reply_to = mailbox_at(line, "reply_to");
  m.subject = text_of(line, "subject");
  m.text = text_of(line, "text");
  m.html = text_of(line, "html");
  m.message_id = text_of(line, "message_id");
  m.automatic = boolean_of(member(line, "automatic"), "automatic");
  m.open = boolean_of(member(line, "open"), "open");
  m.grants = texts_at(line, "grants");
  const std::optional<Channel> channel = channel_named(text_of(line, "channel"));
  if (!channel) fail(member(line, "channel"), fmt::format("{} is not a channel", quoted(text_of(line, "channel"))));
  m.channel = *channel;
  if (const Node* also = line.find("also"))
    for (const Node& c : also->items) m.also.push_back({text_of(c, "case"), text_of(c, "order"), boolean_of(member(c, "open"), "open")});
  return m;
}

}  // namespace

std::string letter_line(const Message& message, const std::vector<const NightCase*>& decided, const Project& project, Instant as_of) {
  std::string line = message_json(message);
  const std::string digest = digest_of_letter(read_json(line, "-", 1));
  line.pop_back();
  line += fmt::format(",\"digest\":\"{}\"", digest);
  if (decided.empty()) return line + "}\n";
  Json cases;
  cases.open('[');
  for (const NightCase* c : decided) write_case(cases, *c, project, as_of);
  cases.close(']');
  const std::string decided_field = "\"decided\":" + cases.str();
  const std::string of_cases = digest_of(member(read_json("{" + decided_field + "}", "-", 1), "decided"));
  return line + fmt::format(",{},\"decided_digest\":\"{}\"}}\n", decided_field, of_cases);
}

LetterInputLines read_letter_lines(const std::string& text, const Project& project, bool may_be_edited) {
  LetterInputLines input;
  std::unordered_set<std::string> seen, keys;
  each_line(text, [&](const Node& line, std::size_t number) {
    const std::string type = text_of(line, "type");
    input.unwritten += type == "unwritten" || type == "call";
    if (type == "miss" || type == "decision") fail(line, fmt::format("a {} is no letter yet", type), "amends draft writes the letters: put it before amends send");
    if (type != "message") return;
    input.messages.push_back(message_of(line));
    if (is_changed(line, may_be_edited)) input.edited.insert(input.messages.back().key);
    if (!keys.insert(input.messages.back().key).second)
      throw Error{{"-", number, 1, 1, {}}, fmt::format("the letter {} comes twice", input.messages.back().key), "feed what amends draft printed once"};
    const Node* decided = line.find("decided");
    if (decided == nullptr) return;
    for (const Node& one : decided->items)
      if (seen.insert(text_of(one, "case")).second) read_case(one, project, input.decided);
  });
  return input;
}

}  // namespace amends
