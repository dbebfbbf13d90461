#include "core/records/person.h"

#include "core/base/text.h"

namespace amends {
namespace {

// Of every miss there is: built without a format string.
std::string with(std::string_view prefix, std::string_view id) {
  std::string out;
  out.reserve(prefix.size() + id.size());
  return out.append(prefix).append(id);
}

}  // namespace

std::string person_named(std::string_view person_id, std::string_view customer_id, std::string_view email) {
  if (!person_id.empty()) return with("person:", person_id);
  if (!customer_id.empty()) return with("customer:", customer_id);
  const std::string_view address = trimmed(email);
  return address.empty() ? std::string() : "email:" + lower(address);
}

}  // namespace amends
