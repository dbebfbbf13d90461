#include "io/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/text.h"

namespace amends {
namespace {

constexpr std::size_t spare = 64;  // what the JSON reader may look at behind the end
constexpr std::string_view bom = "\xef\xbb\xbf";

Where file_where(const std::string& name) { return Where{name, 0, 0, 1, {}}; }

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

[[noreturn]] void fail_to_read(const std::string& name, int error) {
  throw Error{file_where(name), fmt::format("cannot read {}: {}", name, std::strerror(error)),
              error == ENOENT ? "check the path of the source" : "", Exit::io};
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd > 2) ::close(fd);
  }
};

std::string slurp(const std::string& path, const std::string& name) {
  const Descriptor in{path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (in.fd < 0) fail_to_read(name, errno);
  struct stat about {};
  if (::fstat(in.fd, &about) == 0 && S_ISDIR(about.st_mode)) fail_to_read(name, EISDIR);

  std::string bytes;
  std::size_t used = 0;
  const auto expected = about.st_size > 0 ? static_cast<std::size_t>(about.st_size) : std::size_t{1} << 16;
  bytes.reserve(expected + 1 + spare);
  bytes.resize(expected + 1);
  while (true) {
    const ssize_t n = ::read(in.fd, bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_read(name, errno);
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
  }
  bytes.resize(used);
  return bytes;
}

void refuse_utf16(const std::string& name, std::string_view bytes) {
  const bool marked = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  const bool bare = bytes.size() >= 4 && (bytes[1] == '\0') != (bytes[0] == '\0') && (bytes[3] == '\0') != (bytes[2] == '\0');
  if (marked || bare)
    throw Error{file_where(name), fmt::format("{} is UTF-16, not UTF-8", name),
                fmt::format("save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 {}", name), Exit::io};
}

std::size_t well_formed_beyond_ascii(std::string_view bytes) {
  return static_cast<std::size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0xc0u; }));
}

// Offsets of ill-formed bytes. A file with more of them than of well-formed sequences is in another encoding.
std::vector<std::size_t> ill_formed(const std::string& name, std::string_view bytes) {
  std::vector<std::size_t> places;
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t at = first_invalid_utf8(bytes.substr(from));
    if (at == std::string_view::npos) break;
    places.push_back(from + at);
    from += at + 1;
  }
  if (places.empty()) return places;
  const std::size_t leads = well_formed_beyond_ascii(bytes);
  const std::size_t formed = leads > places.size() ? leads - places.size() : 0;
  if (places.size() < formed) return places;
  throw Error{where_at(name, bytes, places[0], 1),
              fmt::format("{} is not UTF-8: byte 0x{:02x}", name, static_cast<unsigned char>(bytes[places[0]])),
              "if it is Latin-1, write encoding = \"latin1\" (or \"windows-1252\") on the source", Exit::io};
}

void add_zero_bytes(std::string_view bytes, std::vector<std::size_t>& places) {
  const std::size_t before = places.size();
  for (std::size_t at = bytes.find('\0'); at != std::string_view::npos; at = bytes.find('\0', at + 1)) places.push_back(at);
  if (places.size() != before) std::sort(places.begin(), places.end());
}

std::string decoded(std::string bytes, const std::string& encoding, const Where& where) {
  const std::string wanted = lower(encoding);
  if (wanted.empty() || wanted == "utf-8" || wanted == "utf8") return bytes;
  if (wanted == "latin1" || wanted == "latin-1" || wanted == "iso-8859-1") return from_latin1(bytes);
  if (wanted == "windows-1252" || wanted == "cp1252") return from_windows_1252(bytes);
  throw Error{where, fmt::format("{} is not an encoding amends reads", amends::quoted(encoding)),
              "write \"utf-8\", \"latin1\" or \"windows-1252\""};
}

}  // namespace

std::vector<std::string> matching_files(const std::string& folder, const std::vector<std::string>& patterns,
                                        const Where& where) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    const std::size_t before = paths.size();
    if (pattern == "-" || !has_pattern(pattern)) paths.push_back(pattern == "-" ? pattern : full_path(folder, pattern));
    else append_matches(full_path(folder, pattern), paths);
    if (paths.size() == before)
      throw Error{where, fmt::format("no file matches {}", amends::quoted(pattern)),
                  "check the path; nothing is decided while an export is missing", Exit::io};
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

InputFile read_input(const std::string& path, const std::string& name, const std::string& encoding, const Where& where) {
  return input_of(name, slurp(path, name), encoding, where);
}

InputFile input_of(std::string name, std::string bytes, const std::string& encoding, const Where& where) {
  refuse_utf16(name, bytes);
  InputFile file;
  file.name = std::move(name);
  file.bytes = std::make_unique<std::string>(decoded(std::move(bytes), encoding, where));
  if (file.bytes->starts_with(bom)) file.bytes->erase(0, bom.size());
  file.bytes->reserve(file.bytes->size() + spare);
  file.broken = ill_formed(file.name, *file.bytes);
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
  const std::size_t end = std::min(bytes.find_first_of("\r\n", start), bytes.size());
  return Where{name, line, offset - start + 1, std::max<std::size_t>(1, length), std::string(bytes.substr(start, end - start))};
}

}  // namespace amends
