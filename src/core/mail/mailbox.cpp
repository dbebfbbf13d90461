// Addresses as they may go on the wire: one addr-spec (RFC 5321, 4.1.2), its domain as A-labels.
#include <algorithm>

#include "core/base/text.h"
#include "core/mail/header.h"
#include "core/mail/letter.h"
#include "core/time/locale.h"

namespace amends {
namespace {

constexpr std::size_t longest_local = 64;     // RFC 5321, 4.5.3.1.1
constexpr std::size_t longest_address = 254;  // RFC 5321, 4.5.3.1.3, less the angle brackets

bool is_atom_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool has_empty_part(std::string_view dotted) {
  return dotted.starts_with('.') || dotted.ends_with('.') || dotted.find("..") != std::string_view::npos;
}

std::string fault_of_local(std::string_view local) {
  if (local.empty()) return "nothing stands before the @";
  if (local.size() > longest_local) return "more than 64 characters stand before the @";
  if (std::any_of(local.begin(), local.end(), [](char c) { return (c & 0x80) != 0; }))
    return "letters beyond ASCII before the @ need SMTPUTF8, which many mail servers refuse";
  if (local.starts_with('"')) return "a quoted name before the @ is not supported";
  if (local.find("=?") != std::string_view::npos) return "=? before the @ begins what mail programs decode";
  if (has_empty_part(local)) return "a dot stands at an end or beside another before the @";
  const auto odd =
      std::find_if(local.begin(), local.end(), [](char c) { return c != '.' && !is_atom_character(c); });
  return odd == local.end() ? "" : quoted(std::string(1, *odd)) + " may not stand before the @";
}

std::string fault_of_domain(std::string_view domain) {
  if (domain.empty()) return "nothing stands after the @";
  if (domain.starts_with('[')) return "a host number is not a domain";
  if (domain.find('.') == std::string_view::npos) return "the domain has no dot";
  if (has_empty_part(domain)) return "a dot stands at an end or beside another in the domain";
  return "";
}

std::string fault_of_whole(std::string_view address) {
  if (address.empty()) return "no e-mail address";
  if (const auto unfit = unfit_for_header(address)) return "the address holds " + words_of(*unfit);
  if (address.find_first_of("<>") != std::string_view::npos)
    return "only the bare address is wanted, without name and < >";
  if (address.find_first_of(",;") != std::string_view::npos) return "there is more than one address";
  if (address.find_first_of(" \t") != std::string_view::npos) return "a blank stands in the address";
  const auto ats = std::count(address.begin(), address.end(), '@');
  if (ats == 0) return "there is no @ in the address";
  return ats > 1 ? "there is more than one @ in the address" : "";
}

bool ends_in_number(std::string_view domain) {
  const std::string_view last = domain.substr(domain.rfind('.') + 1);
  return last.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> usable_address(std::string_view text, std::string& why) {
  const std::string_view address = trimmed(text);
  why = fault_of_whole(address);
  if (!why.empty()) return std::nullopt;
  const auto at = address.find('@');
  const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
  why = fault_of_local(local);
  if (why.empty()) why = fault_of_domain(domain);
  if (!why.empty()) return std::nullopt;
  const auto ascii = ascii_domain(domain);
  if (!ascii || ends_in_number(*ascii) || ascii->size() > 253) {
    why = "the domain is not one that exists on the internet";
    return std::nullopt;
  }
  std::string wire = std::string(local) + '@' + *ascii;
  if (wire.size() > longest_address) {
    why = "the address is longer than 254 characters";
    return std::nullopt;
  }
  return wire;
}

}  // namespace amends
