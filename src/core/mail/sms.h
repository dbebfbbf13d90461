// How long a text is as an SMS: in septets of GSM 03.38, or in 16-bit units as soon as one character is none of its
// alphabet (3GPP TS 23.038). A message of several segments loses room to the header of each (TS 23.040, 9.2.3.24.1).
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace amends {

inline constexpr std::size_t most_segments = 3;  // more is a letter, and arrives in any order

struct SmsSize {
  bool is_gsm = true;        // false: UCS-2
  std::size_t units = 0;     // septets or 16-bit units
  std::size_t segments = 0;
  std::string beyond = {};   // the first character that is not of the alphabet
};
SmsSize sms_size(std::string_view text);

// A letter's text as it goes out: without the line end, and with plain blanks for those that do not break, as before a
// currency, which would make every character of the message count double.
std::string as_sms(std::string_view text);

// "2 segments, 171 characters"
std::string words_of(const SmsSize& size);

}  // namespace amends
