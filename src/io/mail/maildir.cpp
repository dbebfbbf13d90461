#include "io/mail/maildir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "io/unfinished_file.h"

namespace amends {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> parts = {"tmp", "new", "cur"};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The letter without its Date, which is that of the printing.
std::string undated(std::string_view message) {
  const std::size_t begin = message.find("\nDate: ");
  if (begin == std::string_view::npos || begin > message.find("\n\n")) return std::string(message);
  return std::string(message.substr(0, begin)) + std::string(message.substr(message.find('\n', begin + 1)));
}

// Or the beginning of one, by a command that was killed.
bool is_maildir(const std::string& folder) {
  const bool has_all = std::all_of(parts.begin(), parts.end(), [&](const char* part) { return fs::is_directory(folder + "/" + part); });
  const auto is_part = [](const fs::directory_entry& entry) { return entry.is_directory() && std::find(parts.begin(), parts.end(), entry.path().filename()) != parts.end(); };
  std::error_code fault;  // what cannot be read cannot be written into either, which is told then
  return has_all || std::all_of(fs::directory_iterator(folder, fault), fs::directory_iterator(), is_part);
}

}  // namespace

std::string maildir_name(std::string_view message_key) { return base32(sha256(message_key)).substr(0, 26) + ".amends"; }

Maildir::Maildir(std::string folder) : folder_(std::move(folder)) {
  while (folder_.size() > 1 && folder_.ends_with('/')) folder_.pop_back();
  make_folders();
  remove_abandoned(folder_ + "/tmp");
  find_seen();
}

void Maildir::fail(const std::string& path, int error) const {
  throw Error{{path}, fmt::format("cannot be written: {}", std::strerror(error)), "", Exit::io};
}

void Maildir::make_folders() const {
  std::error_code fault;
  if (fs::exists(folder_, fault) && (!fs::is_directory(folder_, fault) || !is_maildir(folder_)))
    throw Error{{folder_}, "this is no Maildir: it holds other things", "name a new folder, or one with cur, new and tmp in it", Exit::io};
  for (const std::string& path : {folder_, folder_ + "/tmp", folder_ + "/new", folder_ + "/cur"})
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail(path, errno);
}

// Mail programs move what was looked at to cur/ and write flags behind a colon, some sizes behind a comma.
void Maildir::find_seen() {
  std::error_code fault;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ + "/cur", fault)) {
    const std::string name = entry.path().filename().string();
    seen_[name.substr(0, name.find_first_of(":,"))] = entry.path().string();
  }
  if (fault) fail(folder_ + "/cur", fault.value());
}

Maildir::Put Maildir::put(const std::string& name, std::string_view message) {
  const auto is_same = [&](const std::string& path) { return undated(bytes_of(path)) == undated(message) ? Put::already : Put::differs; };
  if (const auto seen = seen_.find(name); seen != seen_.end()) return is_same(seen->second);
  const std::string path = folder_ + "/new/" + name;
  if (::access(path.c_str(), F_OK) == 0) return is_same(path);
  UnfinishedFile file(folder_ + "/tmp/" + name, 0600);
  file.write(message);
  return file.link_as(path) ? Put::written : is_same(path);
}

void Maildir::close() {
  for (const char* part : {"/new", ""}) sync_folder(folder_ + part);
}

}  // namespace amends
