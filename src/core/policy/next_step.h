// The next step after a fault in a policy that several of its readers name: what else could have been meant, and how an
// amount is written.
#pragma once
#include <string>
#include <string_view>

#include "core/records/fields.h"
#include "core/time/value.h"

namespace amends {

// The nearest fact; there are too many to list them all.
std::string fact_suggestion(std::string_view name, const Schema& schema, std::string_view otherwise = {});

// Of "EUR 3.50", "3,50", "1,000 EUR": "write "3.50": ...". Empty: the text is no amount in other clothes.
std::string amount_hint(std::string_view text);

// What to write where a value of the type is wanted and another stands.
std::string literal_hint(Type wanted);

}  // namespace amends
