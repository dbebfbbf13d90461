// Letters: which one a case gets, from what facts, and the message that comes of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/expr.h"
#include "core/template.h"

namespace amends {

// [[message]]
struct MessageRule {
  std::string purpose;        // notice, resolved, followup, incident or the user's own
  Condition when;
  std::string template_name;  // templates/<locale>/<name>.liquid
  std::string channel = "email";
  Where where;
};

struct Mailbox {
  std::string name;     // UTF-8, may be empty
  std::string address;  // one addr-spec
};

// One rendered letter. As JSON this is the `message` line of the stage pipe and what the outbox keeps:
// part of the ledger format. Add, never rename.
struct Message {
  std::string key;         // case + purpose + revision
  std::string case_key;
  std::string record_id;
  std::string purpose;
  int revision = 1;
  std::string person;
  std::string locale;      // of the template
  Mailbox from, to, reply_to;
  std::string subject;
  std::string text;        // the master
  std::string html;        // derived
  std::string message_id;  // without angle brackets
  bool automatic = false;  // no person approved it: Auto-Submitted: auto-generated
  bool open = false;       // the case was open when it was written: when it closes, `resolved` follows
  std::vector<std::string> grants;  // keys of the grants it tells of
};

// Why a letter could not be written or has nowhere to go; it becomes a line of `calls`.
struct Unwritten {
  std::string case_key;
  std::string record_id;
  std::string purpose;
  std::string reason;      // "no e-mail address", "no template late-first for locale fr", ...
  bool call = false;       // the case needs a call (no usable address)
};

// Parses strictly: one addr-spec, dot-atom local part, a domain with a dot; IDNA domains to A-labels.
// Returns the address as it goes on the wire, or nullopt with `why` told.
std::optional<std::string> usable_address(std::string_view text, std::string& why);

// text/plain to a derived HTML body: escaped, paragraphs, https/mailto/tel links.
std::string html_of(std::string_view text, std::string_view locale);

// A complete RFC 5322 message with LF line ends: multipart/alternative, quoted-printable, headers encoded
// by RFC 2047 and folded. Throws Error when a header value holds a control or bidi character.
std::string eml(const Message& message, Instant date, const Zone& zone);
std::string mbox_entry(const Message& message, Instant date, const Zone& zone);  // From_ line, message, blank line
std::string plain_text(const Message& message);  // for terminals: To, Subject, text

// Deterministic: <HMAC-SHA256(key, "v1"|case|purpose|revision)[:26, base32]@sender-domain>
std::string message_id(std::string_view key, std::string_view case_key, std::string_view purpose, int revision,
                       std::string_view sender_address);

}  // namespace amends
