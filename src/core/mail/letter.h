// Letters: which one a case gets, from what facts, and the message that comes of it.
#pragma once
#include <functional>
#include <map>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/liquid/template.h"
#include "core/mail/channel.h"

namespace amends {

struct Mailbox {
  std::string name;     // UTF-8, may be empty
  std::string address;  // one addr-spec; whom an SMS goes to: a telephone number, E.164
};

// Another case that a letter of several orders speaks of.
struct FurtherCase {
  std::string case_key;
  std::string record_id;
  bool open = false;
};

// One rendered letter. As JSON this is the `message` line of the stage pipe and what the outbox keeps:
// part of the ledger format. Add, never rename.
struct Message {
  std::string key;  // case + purpose + revision
  std::string case_key;
  std::string record_id;
  std::string purpose;
  int revision = 1;
  std::string person;
  std::string locale;  // it is written in: the template's language, the customer's region
  Mailbox from, to, reply_to;
  std::string subject;
  std::string text;        // the master
  std::string html;        // derived; of an SMS empty, like the subject
  std::string message_id;  // without angle brackets
  bool automatic = false;  // no person approved it: Auto-Submitted: auto-generated
  bool open = false;       // the case was open when it was written: when it closes, `resolved` follows
  std::vector<std::string> grants;  // keys of the grants it tells of
  Channel channel = Channel::email;
  std::vector<FurtherCase> also;    // of a letter of several orders: all but the first
  std::string incident = {};        // its name, of a letter about one

  bool is_about(std::string_view order) const;
};

// How the reason of a withdrawn letter begins that nobody is to write again.
inline constexpr std::string_view dropped_reason = "withdrawn for good by ";

// Why a letter could not be written or has nowhere to go; it becomes a line of `calls`.
struct Unwritten {
  std::string case_key;
  std::string record_id;
  std::string purpose;
  std::string reason;  // "no e-mail address", "no template late-first for locale fr", ...
  bool call = false;   // the case needs a call (no usable address)
  std::string code = {};  // of the rule of lint that put it aside; empty: something else did
};
// Of what was held and is granted, where no [[message]] tells it.
inline constexpr std::string_view untold_reason = "what was held is granted since, and no letter tells it";
inline constexpr std::string_view undeclined_reason = "a letter said that it is still looked at, it was declined since, and no letter tells it";
// The reason, with the code as lint writes it: "... [wrong_fact]".
std::string reason_words(const Unwritten& unwritten);

// Finds a template's text by its path below templates/, "en-GB/late.liquid"; null when there is none. The
// project's own folder comes before the templates shipped.
using TemplateFiles = std::function<std::shared_ptr<const Source>(std::string_view path)>;

// A letter's template: front matter ("Subject: ..."), a blank line, the text. Subject and text are rendered
// apart, so that no value can end a header. `html`: written by hand in NAME.html.liquid beside it. What is no e-mail
// is text alone.
struct LetterTemplate {
  std::string locale;  // of the folder it was found in
  std::optional<Template> subject;
  Template body;
  std::optional<Template> html = std::nullopt;

  std::vector<const Template*> parts() const;
};
// Throws Error at the first fault of the template.
LetterTemplate read_letter(std::shared_ptr<const Source> source, std::string locale,
                           const Template::Partials& partials, Channel channel = Channel::email);

// Every template a project uses, read when first asked for. Not for several threads at once; what it
// returns is, and stays where it is.
class Letters {
 public:
  explicit Letters(TemplateFiles files) : files_(std::move(files)) {}
  // By the locale's fallback chain, en-GB then en; another language is never taken. Null: there is none.
  const LetterTemplate* find(std::string_view name, std::string_view locale, Channel channel = Channel::email);

 private:
  LetterTemplate read(std::shared_ptr<const Source> source, const std::string& folder, std::string_view name,
                      Channel channel, const std::vector<std::string>& chain) const;

  TemplateFiles files_;
  std::map<std::string, std::unique_ptr<LetterTemplate>> read_;
};

// The locale a letter is written in: the customer's; where that names no region, the shop's region if the
// language is the same. "en" of a shop in en-GB is en-GB.
std::string letter_locale(std::string_view customer, std::string_view shop);

struct Words {
  std::string subject;
  std::string text;  // trailing blanks off, at most one empty line in a row, ends in a line end
  std::string html = {};  // where it is written by hand; it says the same words
};
// Throws Held when the template aborts, Error when a name has no value or the subject holds what no header
// may.
Words write(const LetterTemplate& letter, const Value& facts, const LetterLocale& locale);
// What must not leave the house: a leftover {{, "undefined", a salutation without its name. Nullopt: fit.
// `names`: those a salutation may hold, as data wrote them.
std::optional<std::string> fault_of(const Words& words, std::initializer_list<std::string_view> names, Channel channel = Channel::email);

// Parses strictly: one addr-spec, dot-atom local part, a domain with a dot; IDNA domains to A-labels.
// Returns the address as it goes on the wire, or nullopt with `why` told.
std::optional<std::string> usable_address(std::string_view text, std::string& why);

// text/plain to a derived HTML body: escaped, paragraphs, https/mailto/tel links.
// `title`: the subject; empty: the first line.
std::string html_of(std::string_view text, std::string_view locale, std::string_view title = {});

// A complete RFC 5322 message with LF line ends: multipart/alternative, quoted-printable, headers encoded
// by RFC 2047 and folded. Throws Error when a header value holds a control or bidi character.
std::string eml(const Message& message, Instant date, const Zone& zone);
// The same in two steps, so that all but the Date can be frozen before it leaves.
std::string undated_eml(const Message& message);
std::string dated(const std::string& undated, Instant date, const Zone& zone);
std::string mbox_entry(const Message& message, Instant date,
                       const Zone& zone);        // From_ line, message, blank line
std::string plain_text(const Message& message);  // for terminals: To, Subject, text; an SMS too

// Deterministic: <HMAC-SHA256(key, "v1"|case|purpose|revision)[:26, base32]@sender-domain>
std::string message_id(std::string_view key, std::string_view case_key, std::string_view purpose,
                       int revision, std::string_view sender_address);

}  // namespace amends
