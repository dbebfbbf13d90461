#include "core/base/database_path.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"

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

bool is_digits(std::string_view text) { return text.find_first_not_of("0123456789") == npos; }

// "host", "host:5433", "[::1]:5433", several of them behind commas, or nothing.
bool are_hosts(std::string_view text) {
  const std::vector<std::string_view> hosts = split(text, ',');
  return std::all_of(hosts.begin(), hosts.end(), [](std::string_view host) {
    const std::size_t colon = host.find(':', host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0);
    return colon == npos || is_digits(host.substr(colon + 1));
  });
}

// What stands behind the scheme, up to the #.
struct Address {
  std::string_view user;   // and password
  std::string_view place;  // host:port/db
  std::string_view parameters;
  bool plain = false;
};

// Not plain: an @, / or ? of a password that should have been escaped leaves open where the password ends.
Address address_of(std::string_view text) {
  Address address;
  const std::size_t at = text.find('@');
  if (at != npos) address.user = text.substr(0, at);
  const std::string_view rest = at == npos ? text : text.substr(at + 1);
  address.place = rest.substr(0, rest.find('?'));
  address.parameters = rest.substr(address.place.size());
  const std::string_view hosts = address.place.substr(0, address.place.find('/'));
  address.plain = address.user.find_first_of("/?") == npos && rest.find('@') == npos && are_hosts(hosts);
  return address;
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

bool is_of_scheme(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '+' || c == '.' || c == '-';
}

// Length of "mysql://", "postgresql:" and the like at the start of the text; 0 when there is none, or one amends reads.
std::size_t other_scheme_length(std::string_view text) {
  if (scheme_length(text) != 0) return 0;
  std::size_t end = 0;
  while (end < text.size() && is_of_scheme(text[end])) ++end;
  if (end < 2 || end == text.size() || text[end] != ':') return 0;
  const std::string scheme = lower(text.substr(0, end));
  if (text.substr(end).starts_with("://")) return scheme == "sqlite" ? 0 : end + 3;
  const bool is_known = scheme == "postgresql" || scheme == "postgres" || scheme == "mysql" || scheme == "mariadb" || scheme == "jdbc";
  return is_known ? end + 1 : 0;
}

void append_without_password(std::string& out, std::string_view url) {
  const DatabasePath path = *database_path(url);
  const std::size_t scheme = scheme_length(url);
  out += url.substr(0, scheme);
  if (!path.is_plain()) {
    out += "***";
    return;
  }
  const std::size_t fragment = std::min(url.find('#'), url.size());
  const Address address = address_of(url.substr(scheme, fragment - scheme));
  const std::size_t colon = address.user.find(':');
  out += address.user.substr(0, colon);
  if (colon != npos) out += ":***";
  if (address.user.data() != nullptr) out += '@';
  out += address.place;
  std::string_view parameters = address.parameters;
  constexpr std::string_view name = "password=";
  for (std::size_t found; (found = parameters.find(name)) != npos;) {
    out.append(parameters.substr(0, found + name.size())).append("***");
    parameters.remove_prefix(std::min(parameters.find('&', found), parameters.size()));
  }
  out.append(parameters).append(url.substr(fragment));
}

}  // namespace

bool DatabasePath::is_query() const {
  const std::string start = lower(asked.substr(0, 7));
  const auto begins_with = [&](std::string_view word) {
    return start.starts_with(word) && start.size() > word.size() && static_cast<unsigned char>(start[word.size()]) <= ' ';
  };
  return begins_with("select") || begins_with("with");
}

// A table that looks like the end of an address is one, cut off at a # nobody escaped.
bool DatabasePath::is_plain() const {
  if (system == System::sqlite) return true;
  return address_of(std::string_view(database).substr(scheme_length(database))).plain && (is_query() || asked.find('@') == npos);
}

std::string DatabasePath::shown() const {
  if (!is_plain()) return "postgresql://...";
  std::string name = "sqlite:" + database;
  if (system == System::postgresql) name = fmt::format("postgresql://{}", address_of(std::string_view(database).substr(scheme_length(database))).place);
  return asked.empty() ? name : name + "#" + cut(on_one_line(asked));
}

std::optional<DatabasePath> database_path(std::string_view path) {
  constexpr std::string_view sqlite = "sqlite:";
  const bool of_server = scheme_length(path) != 0;
  if (!of_server && !path.starts_with(sqlite)) return std::nullopt;
  const std::size_t fragment = path.find('#');
  DatabasePath found;
  found.system = of_server ? DatabasePath::System::postgresql : DatabasePath::System::sqlite;
  found.database = path.substr(0, fragment);
  if (!of_server) found.database.erase(0, sqlite.size());
  if (fragment != npos) found.asked = without_margins(path.substr(fragment + 1));
  return found;
}

bool is_other_address(std::string_view path) {
  if (database_path(path)) return false;
  if (other_scheme_length(path) != 0) return true;
  const std::string_view start = path.substr(0, path.find('/'));
  const std::size_t colon = start.find(':');
  return colon != npos && start.find('@', colon) != npos;
}

namespace {

std::string without_postgresql_passwords(std::string_view text) {
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

// user:password@ of URLs of other systems.
std::string without_other_passwords(std::string_view text) {
  std::string out;
  for (std::size_t colon; (colon = text.find(':')) != npos;) {
    std::size_t from = colon;
    while (from > 0 && is_of_scheme(text[from - 1])) --from;
    const std::size_t length = other_scheme_length(text.substr(from));
    const std::size_t start = length == 0 ? colon + 1 : from + length;
    out.append(text.substr(0, start));
    const std::string_view rest = length == 0 ? std::string_view{} : text.substr(start, end_of_url(text, from) - start);
    const std::size_t at = rest.rfind('@');
    const bool has_password = at != npos && rest.find(':') < at;
    if (has_password) out += "***";
    text.remove_prefix(start + (has_password ? at : 0));
  }
  return out.append(text);
}

}  // namespace

std::string without_passwords(std::string_view text) { return without_other_passwords(without_postgresql_passwords(text)); }

}  // namespace amends
