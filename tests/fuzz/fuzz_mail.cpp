// Messages of arbitrary words: an Error, or one that holds the header fields we wrote and no others, in lines
// that every mail server takes.
#include <fuzzer/FuzzedDataProvider.h>

#include <set>

#include "core/header.h"
#include "core/letter.h"
#include "fuzz.h"

using namespace amends;

namespace {

using Names = std::multiset<std::string>;

Mailbox mailbox_of(FuzzedDataProvider& bytes) {
  Mailbox mailbox{bytes.ConsumeRandomLengthString(400), bytes.ConsumeRandomLengthString(80)};
  std::string why;
  const auto usable = usable_address(mailbox.address, why);
  fuzz::require(usable.has_value() == why.empty(), "an address that is not usable says why", mailbox.address);
  if (usable) fuzz::require(usable_address(*usable, why) == usable, "a usable address stays as it is", *usable);
  mailbox.address = usable.value_or("maya@northwind.example");
  return mailbox;
}

// The names of a header block, which must consist of fields and their folded lines alone.
Names names_of(std::string_view header) {
  Names names;
  for (const std::string_view line : split(header, '\n')) {
    fuzz::require(line.size() <= 998, "no line is over 998", line);
    fuzz::require(trimmed(line) != "", "no header line is blank", header);
    if (line.front() == ' ' || line.front() == '\t') continue;
    const std::size_t colon = line.find(':');
    fuzz::require(colon != std::string_view::npos && line.find(' ') > colon, "a header line is a field", header);
    names.insert(std::string(line.substr(0, colon)));
  }
  return names;
}

void check(const std::string& mail, const Names& wanted) {
  const std::size_t end = mail.find("\n\n");
  fuzz::require(end != std::string::npos, "a message has a header and a body", mail);
  const Names names = names_of(std::string_view(mail).substr(0, end));
  fuzz::require(names == wanted, "the fields are those we wrote", mail);
  fuzz::require(mail.find_first_of(std::string_view("\r\0", 2)) == std::string::npos, "no bare CR and no NUL", mail);
  for (const std::string_view line : split(std::string_view(mail).substr(end), '\n')) fuzz::require(line.size() <= 998, "no line is over 998", line);
  for (const char c : mail) fuzz::require((c & 0x80) == 0, "mail is ASCII", mail);
}

Message ordinary() {
  Message m;
  m.key = "a";
  m.message_id = "abc@northwind.example";
  m.locale = "en-GB";
  m.from = m.to = m.reply_to = Mailbox{"Maya Chen", "maya@northwind.example"};
  m.subject = "About your order";
  m.text = "Sorry.\n";
  m.html = html_of(m.text, m.locale);
  return m;
}

Names header_names(const Message& m) {
  const std::string mail = eml(m, Instant{1795344000000}, Zone::utc());
  return names_of(std::string_view(mail).substr(0, mail.find("\n\n")));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  Message m = ordinary();
  m.automatic = bytes.ConsumeBool();
  const Names wanted = header_names(m);
  m.from = mailbox_of(bytes);
  m.to = mailbox_of(bytes);
  m.reply_to = mailbox_of(bytes);
  m.subject = bytes.ConsumeRandomLengthString(1200);
  m.text = bytes.ConsumeRemainingBytesAsString();
  if (first_invalid_utf8(m.from.name + "|" + m.to.name + "|" + m.reply_to.name + "|" + m.subject + "|" + m.text) != std::string::npos) return 0;
  fuzz::answers([&] {
    m.html = html_of(m.text, m.locale);
    check(eml(m, Instant{1795344000000}, Zone::utc()), wanted);
    mbox_entry(m, Instant{1795344000000}, Zone::utc());
    plain_text(m);
  });
  return 0;
}
