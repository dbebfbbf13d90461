// HTML text: what a letter's derived part and the filter `escape` share.
#pragma once
#include <string>
#include <string_view>

namespace amends {

// & < > " ' as character references: fit for text and for quoted attributes.
std::string escaped_html(std::string_view text);
void append_escaped_html(std::string& out, std::string_view text);

}  // namespace amends
