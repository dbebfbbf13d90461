// A letter's hand-written HTML beside its text, which is the master: it says the same words, and nothing in it
// runs, asks or is fetched from anywhere.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

// The words a reader sees, in order; character references resolved.
std::vector<std::string> words_of_html(std::string_view html);
// Likewise of plain text: without the dashes of its lists.
std::vector<std::string> words_of_text(std::string_view text);

// Why this HTML must not leave the house beside this text; nullopt: fit.
std::optional<std::string> fault_of_html(std::string_view html, std::string_view text);

}  // namespace amends
