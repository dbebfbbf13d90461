// Small operations on UTF-8 text that every layer needs.
#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

// "text" in double quotes, control characters escaped, for messages.
std::string quoted(std::string_view text);
// Where <iomanip> is about, these win over std::quoted, which a std::string would find otherwise.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(const char* text) { return quoted(std::string_view(text)); }
// The same of what a file holds, which may be anything: of a long text the beginning.
std::string excerpt(std::string_view text);

// A basic string of TOML, as an example to copy.
std::string toml_string(std::string_view text);

// The one of `names` most like `name` (at most a third of its letters apart), or empty.
std::string nearest(std::string_view name, const std::vector<std::string>& names);
// The same of headers: before all one whose words, two or more, begin or end the wanted one or the other way about:
// "Order Date" for "Date - Order Date".
std::string nearest_header(std::string_view name, const std::vector<std::string>& names);
// " (did you mean X?)"-style hint: "did you mean \"x\"?", or the list of names when none is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& names);
// The same with one thing more, such as "your own go under [kinds]".
std::string suggestion(std::string_view name, const std::vector<std::string>& names, std::string_view more);

std::string_view trimmed(std::string_view text);  // ASCII blanks and tabs off both ends
std::string lower(std::string_view text);         // ASCII letters only
std::string joined(const std::vector<std::string>& parts, std::string_view between);
std::vector<std::string_view> split(std::string_view text, char separator);

// Columns a terminal gives to the text (0 for combining marks, 2 for wide East Asian characters).
std::size_t display_width(std::string_view text);

// Byte offset of the first byte that is not well-formed UTF-8, or npos.
std::size_t first_invalid_utf8(std::string_view text);
std::string from_latin1(std::string_view bytes);        // ISO 8859-1 to UTF-8
std::string from_windows_1252(std::string_view bytes);  // the five undefined bytes become U+FFFD

inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace amends
