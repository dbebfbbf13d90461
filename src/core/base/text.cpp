#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace amends {
namespace {

struct Range {
  std::uint32_t first, last;
};

// Unicode East Asian Width W and F, by block, and the marks that take no column (UAX #11, UAX #44 Mn).
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
                          {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                          {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                          {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range narrowless[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                {0x64b, 0x65f},   {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
                                {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <std::size_t N>
bool within(const Range (&ranges)[N], std::uint32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& r) { return point >= r.first && point <= r.last; });
}

// Length of the well-formed sequence at `i`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_at(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(k < s.size() ? s[k] : 0); };
  const unsigned lead = byte(i);
  const auto tail = [&](std::size_t k, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(k) >= low && byte(k) <= high;
  };
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(i + 1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return tail(i + 1, low, high) && tail(i + 2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return tail(i + 1, low, high) && tail(i + 2) && tail(i + 3) ? 4 : 0;
  }
  return 0;
}

std::uint32_t point_at(std::string_view s, std::size_t i, std::size_t length) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[k])); };
  if (length == 1) return byte(i);
  std::uint32_t point = byte(i) & (0xffu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) point = (point << 6) | (byte(i + k) & 0x3f);
  return point;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

// Restricted Damerau-Levenshtein distance: a swap of neighbours counts one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else out += c;
  }
  return out + "\"";
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    else out += c;
  }
  return out + "\"";
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 100;
  if (text.size() <= most) return quoted(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a character
  return quoted(std::string(text.substr(0, end)) + "...");
}

std::string nearest(std::string_view name, const std::vector<std::string>& names) {
  const std::string wanted = lower(name);
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : names) {
    const auto [shorter, longer] = std::minmax({wanted.size(), candidate.size()});
    if (longer - shorter >= best_distance) continue;  // also spares the table of a name that is a file's whole line
    const std::size_t d = distance(wanted, lower(candidate));
    if (d >= best_distance) continue;
    best_distance = d;
    best = candidate;
  }
  return best;
}

namespace {

std::vector<std::string> words_in(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : lower(name)) {
    const bool is_sign = static_cast<unsigned char>(c) < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
    if (!is_sign) words.back() += c;
    else if (!words.back().empty()) words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool begins_or_ends(const std::vector<std::string>& shorter, const std::vector<std::string>& longer) {
  return shorter.size() <= longer.size() && (std::equal(shorter.begin(), shorter.end(), longer.begin()) ||
                                             std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin()));
}

}  // namespace

std::string nearest_header(std::string_view name, const std::vector<std::string>& names) {
  const std::vector<std::string> wanted = words_in(name);
  std::string best;
  std::size_t most = 1;  // a single word is shared by many
  for (const std::string& candidate : names) {
    const std::vector<std::string> words = words_in(candidate);
    const std::size_t shared = std::min(words.size(), wanted.size());
    if (shared <= most || !(begins_or_ends(words, wanted) || begins_or_ends(wanted, words))) continue;
    most = shared;
    best = candidate;
  }
  return best.empty() ? nearest(name, names) : best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& names) {
  const std::string near = nearest(name, names);
  if (!near.empty()) return fmt::format("did you mean {}?", quoted(near));
  if (names.empty()) return {};
  return names.size() == 1 ? fmt::format("there is {}", names[0]) : fmt::format("one of {}", joined(names, ", "));
}

std::string suggestion(std::string_view name, const std::vector<std::string>& names, std::string_view more) {
  const std::string first = suggestion(name, names);
  std::string second(more);
  if (first.ends_with('?') && second.starts_with("your ")) second[0] = 'Y';
  return fmt::format("{}{} {}", first, first.ends_with('?') ? "" : ";", second);
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += between;
    out += part;
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, sequence_at(text, i));
    const std::uint32_t point = point_at(text, i, length);
    if (!within(narrowless, point)) width += within(wide, point) ? 2 : 1;
    i += length;
  }
  return width;
}

std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = sequence_at(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string from_latin1(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

std::string from_windows_1252(std::string_view bytes) {
  // 0x80 to 0x9f; U+FFFD where the code page defines nothing.
  constexpr std::array<std::uint32_t, 32> high = {
      0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
      0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
      0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(out, byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80u] : byte);
  }
  return out;
}

}  // namespace amends
