#include "core/mail/html_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/text.h"
#include "core/mail/html.h"

namespace amends {
namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

template <std::size_t n>
bool is_among(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Inside a line of text; every other tag ends a word.
constexpr std::array<std::string_view, 13> inline_tags = {"a",    "abbr", "b",     "bdi",  "bdo",    "em", "i",
                                                          "mark", "s",    "small", "span", "strong", "u"};
constexpr std::array<std::string_view, 4> unseen_tags = {"script", "style", "title", "template"};
constexpr std::array<std::string_view, 17> refused_tags = {"applet", "audio",  "base",   "button", "embed",  "form",
                                                           "frame",  "iframe", "input",  "link",   "object", "script",
                                                           "select", "source", "svg",    "textarea", "video"};
constexpr std::array<std::string_view, 6> fetching = {"src", "srcset", "background", "poster", "data", "ping"};

struct Attribute {
  std::string name, value;
};

struct Tag {
  std::string name;  // lower case; "!" of comments and declarations
  bool closing = false;
  std::vector<Attribute> attributes;
  std::size_t end = 0;  // behind its >
};

class TagReader {
 public:
  TagReader(std::string_view html, std::size_t at) : html_(html), at_(at + 1) {}

  Tag run() {
    Tag tag;
    if (html_.substr(at_).starts_with("!--")) return skipped("-->");
    if (at_ < html_.size() && (html_[at_] == '!' || html_[at_] == '?')) return skipped(">");
    tag.closing = take('/');
    tag.name = name();
    while (at_ < html_.size() && html_[at_] != '>')
      if (!attribute(tag)) ++at_;
    tag.end = std::min(at_ + 1, html_.size());
    return tag;
  }

 private:
  Tag skipped(std::string_view close) const {
    const auto end = html_.find(close, at_);
    return {"!", false, {}, end == std::string_view::npos ? html_.size() : end + close.size()};
  }

  bool take(char c) {
    if (at_ >= html_.size() || html_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string name() {
    const std::size_t begin = at_;
    while (at_ < html_.size() && is_name(html_[at_])) ++at_;
    return lower(html_.substr(begin, at_ - begin));
  }

  void skip_blanks() {
    while (at_ < html_.size() && is_blank(html_[at_])) ++at_;
  }

  bool attribute(Tag& tag) {
    Attribute a{name(), {}};
    if (a.name.empty()) return false;
    skip_blanks();
    if (take('=')) {
      skip_blanks();
      a.value = value();
    }
    tag.attributes.push_back(std::move(a));
    return true;
  }

  std::string value() {
    const char quote = at_ < html_.size() && (html_[at_] == '"' || html_[at_] == '\'') ? html_[at_] : '\0';
    if (quote != '\0') ++at_;
    const std::size_t begin = at_;
    const auto ends = [&](char c) { return quote != '\0' ? c == quote : is_blank(c) || c == '>'; };
    while (at_ < html_.size() && !ends(html_[at_])) ++at_;
    std::string text(html_.substr(begin, at_ - begin));
    if (quote != '\0') take(quote);
    return text;
  }

  std::string_view html_;
  std::size_t at_;
};

bool begins_tag(std::string_view html, std::size_t at) {
  if (html[at] != '<' || at + 1 >= html.size()) return false;
  const char next = html[at + 1];
  return next == '/' || next == '!' || next == '?' || (is_name(next) && (next < '0' || next > '9'));
}

void append_code_point(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6U);
    byte(0x80 | (point & 0x3FU));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12U);
    byte(0x80 | (point >> 6U & 0x3FU));
    byte(0x80 | (point & 0x3FU));
  } else {
    byte(0xF0 | point >> 18U);
    byte(0x80 | (point >> 12U & 0x3FU));
    byte(0x80 | (point >> 6U & 0x3FU));
    byte(0x80 | (point & 0x3FU));
  }
}

std::optional<std::uint32_t> numbered(std::string_view digits) {
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 7) return std::nullopt;
  std::uint32_t n = 0;
  for (const char c : digits) {
    const bool digit = c >= '0' && c <= '9';
    const char low = static_cast<char>(c | 0x20);
    if (!digit && !(hex && low >= 'a' && low <= 'f')) return std::nullopt;
    n = n * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit ? c - '0' : low - 'a' + 10);
  }
  return n == 0 || n > 0x10FFFF ? std::nullopt : std::optional(n);
}

// What stands between & and ; as a code point.
std::optional<std::uint32_t> reference(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 16> names = {{{"amp", '&'},
                                                                                       {"lt", '<'},
                                                                                       {"gt", '>'},
                                                                                       {"quot", '"'},
                                                                                       {"apos", '\''},
                                                                                       {"nbsp", 0xA0},
                                                                                       {"ndash", 0x2013},
                                                                                       {"mdash", 0x2014},
                                                                                       {"lsquo", 0x2018},
                                                                                       {"rsquo", 0x2019},
                                                                                       {"ldquo", 0x201C},
                                                                                       {"rdquo", 0x201D},
                                                                                       {"bdquo", 0x201E},
                                                                                       {"hellip", 0x2026},
                                                                                       {"euro", 0x20AC},
                                                                                       {"pound", 0xA3}}};
  if (name.starts_with('#')) return numbered(name.substr(1));
  for (const auto& [known, point] : names)
    if (known == name) return point;
  return std::nullopt;
}

// How many bytes at `at` are a blank: also the ones that do not break a line.
std::size_t blank_length(std::string_view text, std::size_t at) {
  if (is_blank(text[at])) return 1;
  if (text.substr(at).starts_with("\xC2\xA0")) return 2;
  if (text.substr(at).starts_with("\xE2\x80\xAF") || text.substr(at).starts_with("\xE2\x80\x89")) return 3;
  return 0;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t blank = blank_length(text, at)) {
      if (!words.back().empty()) words.emplace_back();
      at += blank;
    } else {
      words.back() += text[at++];
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// With a blank for every tag that ends a word.
std::string seen_text(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (begins_tag(html, at)) {
      const Tag tag = TagReader(html, at).run();
      at = tag.end;
      if (!is_among(inline_tags, tag.name) && tag.name != "!") out += ' ';
      if (!tag.closing && is_among(unseen_tags, tag.name)) at = std::min(html.find("</" + tag.name, at), html.size());
      continue;
    }
    const auto end = html[at] == '&' ? html.substr(at, 12).find(';') : std::string_view::npos;
    const auto point = end == std::string_view::npos ? std::nullopt : reference(html.substr(at + 1, end - 1));
    if (point) {
      append_code_point(out, *point);
      at += end + 1;
    } else {
      out += html[at++];
    }
  }
  return out;
}

// "- " begins an element of a list.
std::string without_dashes(std::string_view text) {
  std::string out;
  for (std::string_view line : split(text, '\n')) {
    line = trimmed(line);
    if (line.starts_with("- ")) line.remove_prefix(2);
    (out += line) += '\n';
  }
  return out;
}

std::optional<std::string> fault_of_attribute(const Tag& tag, const Attribute& a) {
  const std::string value = lower(a.value);
  if (a.name.starts_with("on")) return fmt::format("the HTML holds {}, which runs a script", a.name);
  if (value.find("javascript:") != std::string::npos) return "the HTML holds a javascript: address";
  if (a.name == "style" && value.find("url(") != std::string::npos) return "the HTML fetches a picture from elsewhere";
  if (is_among(fetching, a.name) && !value.starts_with("data:image/") && !value.starts_with("cid:"))
    return fmt::format("the HTML's <{}> fetches something from elsewhere", tag.name);
  return std::nullopt;
}

std::optional<std::string> forbidden_in(std::string_view html) {
  for (std::size_t at = 0; at < html.size();) {
    if (!begins_tag(html, at)) {
      ++at;
      continue;
    }
    const Tag tag = TagReader(html, at).run();
    if (is_among(refused_tags, tag.name)) return fmt::format("the HTML holds <{}>, which no letter may", tag.name);
    for (const Attribute& a : tag.attributes)
      if (auto fault = fault_of_attribute(tag, a)) return fault;
    at = tag.end;
  }
  const std::string all = lower(html);
  if (all.find("@import") != std::string::npos) return "the HTML fetches a style from elsewhere";
  return std::nullopt;
}

std::string around(const std::vector<std::string>& words, std::size_t at) {
  if (at >= words.size()) return "nothing more";
  std::string out;
  for (std::size_t i = at; i < std::min(at + 3, words.size()); ++i) (out += i == at ? "" : " ") += words[i];
  return quoted(out);
}

}  // namespace

std::vector<std::string> words_of_html(std::string_view html) {
  return split_words(seen_text(html));
}

std::vector<std::string> words_of_text(std::string_view text) {
  return split_words(without_dashes(text));
}

std::optional<std::string> fault_of_html(std::string_view html, std::string_view text) {
  if (auto fault = forbidden_in(html)) return fault;
  const auto shown = words_of_html(html), meant = words_of_text(text);
  const auto parting = std::mismatch(shown.begin(), shown.end(), meant.begin(), meant.end());
  if (parting.first == shown.end() && parting.second == meant.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(parting.first - shown.begin());
  return fmt::format("the HTML says {} where the text says {}", around(shown, at), around(meant, at));
}

}  // namespace amends
