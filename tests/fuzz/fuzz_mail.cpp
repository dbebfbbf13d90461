// Messages of arbitrary words: an Error, or one that holds the header fields we wrote and no others, in lines
// that every mail server takes, and that says the same words when it is read back.
#include <fuzzer/FuzzedDataProvider.h>

#include <set>

#include "core/mail/header.h"
#include "core/mail/letter.h"
#include "core/time/locale.h"
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

// --- read back, by the letter of RFC 2045 and 2047 and for what we write alone

int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
}

// Of a body, or of an encoded-word, where _ is a blank.
std::string from_q(std::string_view text, bool in_word) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && in_word) {
      out += ' ';
    } else if (text[i] != '=') {
      out += text[i];
    } else if (text[i + 1] == '\n') {
      ++i;
    } else {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    }
  }
  return out;
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    held = held << 6 | static_cast<std::uint32_t>(digits.find(c));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFF);
  }
  return out;
}

bool is_encoded(std::string_view word) {
  return word.starts_with("=?utf-8?") && word.ends_with("?=") && word.size() > 12;
}

std::string decoded(std::string_view word) {
  fuzz::require(word.size() <= 75, "an encoded-word has at most 75 characters", word);
  const std::string_view inside = word.substr(10, word.size() - 12);
  std::string text = word[8] == 'Q' ? from_q(inside, true) : from_base64(inside);
  fuzz::require(first_invalid_utf8(text) == std::string::npos, "an encoded-word holds whole characters", word);
  return text;
}

// Blanks between two encoded-words are none.
std::string words_of(std::string_view value) {
  std::string out;
  bool first = true, was_encoded = false;
  for (const std::string_view word : split(value, ' ')) {
    const bool encoded = is_encoded(word);
    if (!first && !(encoded && was_encoded)) out += ' ';
    out += encoded ? decoded(word) : std::string(word);
    first = false;
    was_encoded = encoded;
  }
  return out;
}

std::string value_of(const std::string& mail, std::string_view name) {
  const std::string head = "\n" + mail.substr(0, mail.find("\n\n")) + "\n";
  const std::size_t begin = head.find("\n" + std::string(name) + ": ") + name.size() + 3;
  std::string value;
  for (std::size_t i = begin; head[i] != '\n' || head[i + 1] == ' '; ++i)
    if (head[i] != '\n') value += head[i];
  return value;
}

Mailbox mailbox_in(const std::string& mail, std::string_view name) {
  const std::string value = value_of(mail, name);
  if (!value.ends_with('>')) return {"", value};
  const std::size_t open = value.rfind(" <");
  const std::string_view shown = std::string_view(value).substr(0, open);
  const std::string address = value.substr(open + 2, value.size() - open - 3);
  if (!shown.starts_with('"')) return {words_of(shown), address};
  std::string text;
  for (std::size_t i = 1; i + 1 < shown.size(); ++i) text += shown[i] == '\\' ? shown[++i] : shown[i];
  return {text, address};
}

std::string part_in(const std::string& mail, std::string_view type) {
  const std::size_t begin = mail.find("\n\n", mail.find("\n--=_amends\nContent-Type: " + std::string(type))) + 2;
  return from_q(std::string_view(mail).substr(begin, mail.find("\n--=_amends", begin) - begin), false);
}

void check_mailbox(const std::string& mail, std::string_view name, const Mailbox& meant) {
  const Mailbox read = mailbox_in(mail, name);
  fuzz::require(read.name == nfc(meant.name), "a name is read as it was meant", mail);
  fuzz::require(read.address == meant.address, "an address is read as it was meant", mail);
}

std::string ended(std::string text) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text;
}

void check_words(const std::string& mail, const Message& m) {
  check_mailbox(mail, "From", m.from);
  check_mailbox(mail, "To", m.to);
  check_mailbox(mail, "Reply-To", m.reply_to);
  fuzz::require(words_of(value_of(mail, "Subject")) == nfc(m.subject), "a subject is read as it was meant", mail);
  fuzz::require(part_in(mail, "text/plain") == ended(nfc(m.text)), "a text is read as it was meant", mail);
  fuzz::require(part_in(mail, "text/html") == ended(nfc(m.html)), "HTML is read as it was meant", mail);
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
    const std::string mail = eml(m, Instant{1795344000000}, Zone::utc());
    check(mail, wanted);
    check_words(mail, m);
    mbox_entry(m, Instant{1795344000000}, Zone::utc());
    plain_text(m);
  });
  return 0;
}
