// Who somebody is across customer numbers: caps, history and letters go by person. Nobody is merged by likeness.
#pragma once
#include <string>
#include <string_view>

namespace amends {

// "person:ID", "customer:ID" or "email:ADDRESS", by the first that is known; empty: none is.
std::string person_named(std::string_view person_id, std::string_view customer_id, std::string_view email);

}  // namespace amends
