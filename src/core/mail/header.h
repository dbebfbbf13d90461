// Header fields of a message (RFC 5322, RFC 2047): what may stand in a value, how it is encoded and folded.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/mail/letter.h"

namespace amends {

// A character that may not stand in a header value: control characters and line ends, bidirectional marks,
// zero-width and invisible ones. ZWJ and ZWNJ are ordinary letters of some scripts.
struct Unfit {
  std::size_t offset = 0;  // byte
  std::uint32_t point = 0;
};
std::optional<Unfit> unfit_for_header(std::string_view value);
std::string words_of(const Unfit& unfit);  // "a line break at byte 3"
// Throws Error naming the field and the place when there is one, or when the value is longer than servers take.
void require_fit(std::string_view field, std::string_view value);

// Whole fields, with a line end, no line over 78 columns (76 with encoded-words) where the text allows it.
std::string text_field(std::string_view name, std::string_view value);
std::string mailbox_field(std::string_view name, const Mailbox& mailbox);
// Encoded-words on folded lines, each of whole characters; the first line has `used` columns already. Q, which people
// can search, unless B is much shorter, as for Chinese.
std::string encoded_words(std::string_view text, std::size_t used);
std::string quoted_string(std::string_view text);  // "O\"Brien, Ann"

// Throws Error unless the address is one, written as it goes on the wire.
void require_address(std::string_view field, const Mailbox& mailbox);
Mailbox in_nfc(const Mailbox& mailbox);

std::string rfc5322_date(Instant at, const Zone& zone);  // Sun, 22 Nov 2026 10:47:46 +0000

}  // namespace amends
