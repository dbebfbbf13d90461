#include "io/records/input_file.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>

#include "core/base/database_path.h"
#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::size_t spare = 64;  // what the JSON reader may look at behind the end
constexpr std::size_t block_size = std::size_t{1} << 20;
constexpr std::size_t shown = 400;  // bytes of a line, in a message

std::string full_path(const std::string& folder, const std::string& path) {
  if (path.empty() || path[0] == '/' || folder.empty() || folder == ".") return path;
  return (std::filesystem::path(folder) / path).string();
}

bool has_pattern(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

void append_matches(const std::string& pattern, std::vector<std::string>& paths) {
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
}

bool is_lead(char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0xc0u; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u; }

std::vector<std::size_t> ill_formed(std::string_view bytes) {
  std::vector<std::size_t> places;
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t at = first_invalid_utf8(bytes.substr(from));
    if (at == std::string_view::npos) break;
    places.push_back(from + at);
    from += at + 1;
  }
  return places;
}

Utf8Count count_of(std::string_view bytes, std::size_t broken) {
  return {broken, static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), is_lead))};
}

[[noreturn]] void refuse_encoding(const std::string& name, Where where, char byte) {
  throw Error{std::move(where), fmt::format("{} is not UTF-8: byte 0x{:02x}", name, static_cast<unsigned char>(byte)),
              "if it is Latin-1, write encoding = \"latin1\" (or \"windows-1252\") on the source", Exit::io};
}

void refuse_other_encoding(const std::string& name, std::string_view bytes, const std::vector<std::size_t>& places) {
  if (!places.empty() && count_of(bytes, places.size()).is_other_encoding()) refuse_encoding(name, where_at(name, bytes, places[0], 1), bytes[places[0]]);
}

// How much of a block can be looked at alone: no sequence of UTF-8 stands across the end.
std::size_t whole_sequences(std::string_view bytes) {
  std::size_t end = bytes.size();
  for (int back = 0; back < 3 && end > 0 && continues(bytes[end - 1]); ++back) --end;
  return end > 0 && is_lead(bytes[end - 1]) ? end - 1 : bytes.size();
}

// A file's bytes, block by block. `use` is given a block's offset and bytes.
template <typename Use>
void for_each_block(const ByteStore& bytes, const Use& use) {
  std::string block;
  for (std::uint64_t at = 0; at < bytes.size();) {
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(block_size, bytes.size() - at)));
    bytes.read(at, block);
    const bool is_last = at + block.size() == bytes.size();
    if (const std::size_t whole = whole_sequences(block); !is_last && whole > 0) block.resize(whole);
    use(at, std::string_view(block));
    at += block.size();
  }
}

// The place of one byte, whose line may be long.
Where where_in(const std::string& name, const ByteStore& bytes, std::uint64_t offset) {
  std::size_t line = 1;
  std::uint64_t start = 0;
  bool ended_by_return = false;
  for_each_block(bytes, [&](std::uint64_t at, std::string_view block) {
    for (std::size_t i = 0; i < block.size() && at + i < offset; ++i) {
      const bool feed = block[i] == '\n', is_return = block[i] == '\r';
      if (feed && ended_by_return) start = at + i + 1;
      else if (feed || is_return) ++line, start = at + i + 1;
      ended_by_return = is_return;
    }
  });
  std::string text(static_cast<std::size_t>(std::min(bytes.size(), offset + 2 * shown) - start), '\0');
  bytes.read(start, text);
  Where where = where_at(name, text, static_cast<std::size_t>(offset - start), 1);
  where.line = line;
  return where;
}

void add_zero_bytes(std::string_view bytes, std::vector<std::size_t>& places) {
  const std::size_t before = places.size();
  for (std::size_t at = bytes.find('\0'); at != std::string_view::npos; at = bytes.find('\0', at + 1)) places.push_back(at);
  if (places.size() != before) std::sort(places.begin(), places.end());
}

// Where a path starts that is written relative to `folder`; of a database only SQLite has a file.
std::string path_from(const std::string& folder, const std::string& path) {
  const std::optional<DatabasePath> database = database_path(path);
  if (!database) return path == "-" ? path : full_path(folder, path);
  if (database->system == DatabasePath::System::postgresql) return path;
  return "sqlite:" + full_path(folder, database->database) + (database->asked.empty() ? "" : "#" + database->asked);
}

bool stands_for_itself(const std::string& path) { return path == "-" || database_path(path) || !has_pattern(path); }

}  // namespace

bool is_well_formed(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size()) && std::memchr(bytes.data(), 0, bytes.size()) == nullptr;
}

Utf8Count utf8_count(std::string_view bytes) { return count_of(bytes, ill_formed(bytes).size()); }

void refuse_other_encoding(const std::string& name, const ByteStore& bytes) {
  Utf8Count count;
  std::uint64_t first = 0;
  char byte = 0;
  for_each_block(bytes, [&](std::uint64_t at, std::string_view block) {
    const std::vector<std::size_t> places = ill_formed(block);
    if (count.broken == 0 && !places.empty()) first = at + places[0], byte = block[places[0]];
    count += count_of(block, places.size());
  });
  if (count.is_other_encoding()) refuse_encoding(name, where_in(name, bytes, first), byte);
}

std::vector<std::size_t> broken_bytes(std::string_view bytes) {
  std::vector<std::size_t> places = ill_formed(bytes);
  add_zero_bytes(bytes, places);
  return places;
}

std::vector<std::string> matching_files(const std::string& folder, const std::vector<std::string>& patterns,
                                        const Where& where) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    const std::size_t before = paths.size();
    if (stands_for_itself(pattern)) paths.push_back(path_from(folder, pattern));
    else append_matches(full_path(folder, pattern), paths);
    if (paths.size() == before)
      throw Error{where, fmt::format("no file matches {}", amends::quoted(pattern)),
                  "check the path; nothing is decided while an export is missing", Exit::io};
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

void refuse_empty(const InputFile& file) {
  if (file.bytes->find_first_not_of("\r\n") == std::string::npos) fail_as_empty(file.name);
}

void fail_as_empty(const std::string& name) {
  throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is empty", name), "an export has at least a line that names its columns", Exit::io};
}

InputFile read_whole(const Input& input) {
  std::string bytes;
  bytes.reserve(input.bytes->size() + spare);
  bytes.resize(input.bytes->size());
  input.bytes->read(0, bytes);
  input.bytes->check_unchanged();
  InputFile file = input_of(input.name, std::move(bytes));
  file.is_table = input.is_table;
  return file;
}

InputFile read_input(const std::string& path) {
  return read_whole({path, Format::csv, false, open_file(path, path, "utf-8", {path}, {})});
}

InputFile input_of(std::string name, std::string bytes) {
  InputFile file;
  file.name = std::move(name);
  file.bytes = std::make_unique<std::string>(std::move(bytes));
  file.bytes->reserve(file.bytes->size() + spare);
  file.broken = ill_formed(*file.bytes);
  refuse_other_encoding(file.name, *file.bytes, file.broken);
  add_zero_bytes(*file.bytes, file.broken);
  return file;
}

Where where_at(const std::string& name, std::string_view bytes, std::size_t offset, std::size_t length, Anchor from) {
  std::size_t line = from.line, start = from.offset;
  for (std::size_t i = start; i < offset && i < bytes.size(); ++i) {
    const bool ends = bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n'));
    if (!ends) continue;
    ++line;
    start = i + 1;
  }
  const std::size_t end = std::min(bytes.substr(0, offset + shown).find_first_of("\r\n", start), std::min(bytes.size(), offset + shown));
  return Where{name, line, offset - start + 1, std::max<std::size_t>(1, length), std::string(bytes.substr(start, end - start))};
}

}  // namespace amends
