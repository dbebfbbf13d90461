// Addresses: any text is one mailbox as mail servers know them, or refused with the reason in words. What is accepted
// stays as it is when it is read again, and is a header field as it stands.
#include <algorithm>

#include "core/mail/header.h"
#include "core/mail/letter.h"
#include "fuzz.h"

using namespace amends;

namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void check_local(std::string_view local, std::string_view address) {
  fuzz::require(!local.empty() && local.size() <= 64, "1 to 64 characters stand before the at sign", address);
  fuzz::require(!local.starts_with('.') && !local.ends_with('.') && local.find("..") == std::string_view::npos, "dots part words", address);
  fuzz::require(local.find_first_of("()<>[]:;,\"\\@") == std::string_view::npos, "nothing has to be quoted", address);
  fuzz::require(local.find("=?") == std::string_view::npos, "nothing looks encoded", address);
}

void check_domain(std::string_view domain, std::string_view address) {
  const std::vector<std::string_view> labels = split(domain, '.');
  fuzz::require(labels.size() > 1, "a domain has a dot", address);
  for (const std::string_view label : labels) {
    fuzz::require(!label.empty() && label.size() <= 63, "a label has 1 to 63 characters", address);
    fuzz::require(is_lower_or_digit(label.front()) && is_lower_or_digit(label.back()), "a label ends in letters", address);
    fuzz::require(std::all_of(label.begin(), label.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; }), "a label is plain", address);
  }
  fuzz::require(labels.back().find_first_not_of("0123456789") != std::string_view::npos, "a host number is no domain", address);
}

void check(const std::string& address) {
  fuzz::require(address.size() <= 254, "an address has at most 254 characters", address);
  fuzz::require(std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c <= '~'; }), "no blank, control or letter beyond ASCII", address);
  fuzz::require(std::count(address.begin(), address.end(), '@') == 1, "one at sign", address);
  const std::size_t at = address.find('@');
  check_local(std::string_view(address).substr(0, at), address);
  check_domain(std::string_view(address).substr(at + 1), address);
  std::string why;
  fuzz::require(usable_address(address, why) == address, "an address that was accepted stays as it is", address);
  fuzz::require(mailbox_field("To", {"", address}) == "To: " + address + "\n", "it is a field as it stands", address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (first_invalid_utf8(text) != std::string_view::npos) return 0;  // refused where records are read
  std::string why;
  const auto address = usable_address(text, why);
  fuzz::require(address.has_value() == why.empty(), "what is refused says why", text);
  fuzz::require(!unfit_for_header(why), "the reason is in words", why);
  if (address) check(*address);
  return 0;
}
