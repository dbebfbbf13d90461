#include "core/database_path.h"

#include <algorithm>

#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t shown_of_query = 60;  // characters

// Length of "postgresql://" or "postgres://" at the start of the text; 0 when there is neither.
std::size_t scheme_length(std::string_view text) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"})
    if (text.starts_with(scheme)) return scheme.size();
  return 0;
}

// Where the part behind the # begins. A # before the first / is one of a password nobody escaped.
std::size_t fragment_of(std::string_view url, std::size_t authority) {
  const std::size_t slash = url.find('/', authority);
  const std::size_t behind = slash == npos ? npos : url.find('#', slash);
  return behind != npos ? behind : url.find('#', authority);
}

// The @ that ends user and password; npos when the URL has neither. An unescaped / or ? may stand before it.
std::size_t credentials_end(std::string_view url) {
  const std::size_t parameters = url.find('?');
  const std::size_t at = url.substr(0, parameters).rfind('@');
  if (at != npos || parameters == npos) return at;
  const std::size_t late = url.rfind('@');
  return late != npos && url.find('=', parameters) > late ? late : npos;
}

bool is_port(std::string_view text) { return text.find_first_not_of("0123456789") == npos; }

// host:port/db
std::string_view place_of(std::string_view url) {
  url.remove_prefix(scheme_length(url));
  if (const std::size_t at = credentials_end(url); at != npos) url.remove_prefix(at + 1);
  return url.substr(0, url.find('?'));
}

// The port of an address that lacks its host is a password.
std::string without_odd_port(std::string_view place) {
  const std::size_t slash = std::min(place.find('/'), place.size());
  const std::size_t colon = place.substr(0, slash).rfind(':');
  const bool odd = colon != npos && !place.starts_with('[') && !is_port(place.substr(colon + 1, slash - colon - 1));
  return odd ? std::string(place.substr(0, colon)) : std::string(place);
}

std::string_view without_margins(std::string_view text) {  // line ends, too
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string on_one_line(std::string_view query) {
  std::string line;
  for (const char c : query) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

std::string cut(std::string line) {
  if (line.size() <= shown_of_query) return line;
  std::size_t end = shown_of_query;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0u) == 0x80u) --end;
  return line.substr(0, end) + "...";
}

// Where a URL that begins at `from` ends: with the string of TOML it stands in, else at a blank or quote.
std::size_t end_of_url(std::string_view text, std::size_t from) {
  const char quote = from == 0 ? '\0' : text[from - 1];
  if (quote != '"' && quote != '\'') return std::min(text.find_first_of(" \t\r\n\"'", from), text.size());
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == quote || text[i] == '\n') return i;
    if (text[i] == '\\' && quote == '"') ++i;
  }
  return text.size();
}

void append_without_password(std::string& out, std::string_view url) {
  const std::size_t authority = scheme_length(url);
  const std::string_view fragment = url.substr(std::min(fragment_of(url, authority), url.size()));
  std::string_view address = url.substr(0, url.size() - fragment.size());
  const std::size_t at = credentials_end(address), colon = address.find(':', authority);
  if (at != npos && colon < at) {
    out.append(address.substr(0, colon + 1)).append("***");
    address.remove_prefix(at);
  }
  constexpr std::string_view parameter = "password=";
  for (std::size_t found; (found = address.find(parameter)) != npos;) {
    out.append(address.substr(0, found + parameter.size())).append("***");
    address.remove_prefix(std::min(address.find('&', found), address.size()));
  }
  out.append(address).append(fragment);
}

}  // namespace

bool DatabasePath::is_query() const {
  const std::string start = lower(asked.substr(0, 7));
  const auto begins_with = [&](std::string_view word) {
    return start.starts_with(word) && start.size() > word.size() && static_cast<unsigned char>(start[word.size()]) <= ' ';
  };
  return begins_with("select") || begins_with("with");
}

std::string DatabasePath::shown() const {
  const bool of_server = system == System::postgresql;
  std::string name = of_server ? "postgresql://" + without_odd_port(place_of(database)) : "sqlite:" + database;
  // A table that looks like the end of an address is one, cut off at a # nobody escaped.
  if (asked.empty() || (of_server && !is_query() && asked.find('@') != npos)) return name;
  return name + "#" + cut(on_one_line(asked));
}

std::optional<DatabasePath> database_path(std::string_view path) {
  constexpr std::string_view sqlite = "sqlite:";
  const std::size_t authority = scheme_length(path);
  if (authority == 0 && !path.starts_with(sqlite)) return std::nullopt;
  const std::size_t fragment = authority == 0 ? path.find('#') : fragment_of(path, authority);
  DatabasePath found;
  found.system = authority == 0 ? DatabasePath::System::sqlite : DatabasePath::System::postgresql;
  found.database = path.substr(0, fragment);
  if (authority == 0) found.database.erase(0, sqlite.size());
  if (fragment != npos) found.asked = without_margins(path.substr(fragment + 1));
  return found;
}

std::string without_passwords(std::string_view text) {
  std::string out;
  for (std::size_t from; (from = text.find("postgres")) != npos;) {
    const std::size_t length = scheme_length(text.substr(from));
    const std::size_t end = length == 0 ? from + 1 : end_of_url(text, from);
    out.append(text.substr(0, from));
    if (length == 0) out += text[from];
    else append_without_password(out, text.substr(from, end - from));
    text.remove_prefix(end);
  }
  return out.append(text);
}

}  // namespace amends
