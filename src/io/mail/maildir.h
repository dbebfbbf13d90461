// A Maildir that letters are put into for review, or for a loop that sends them. A letter's file is named after a
// digest of its message key: what a record says never becomes a path, and who puts the same letter in again finds it
// there, read or not. A crash leaves whole letters only: each is written to tmp/, synced, and linked into new/.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace amends {

// By the key of its message: "6bq3..tz.amends".
std::string maildir_name(std::string_view message_key);

class Maildir {
 public:
  // Made (0700) where it is not there; Error (io) when the folder holds something else.
  explicit Maildir(std::string folder);

  enum class Put { written, already, differs };
  // `differs`: it lies there with other words than these, its Date aside; it is left as it is.
  Put put(const std::string& name, std::string_view message);
  // All that was put is on disk under its name.
  void close();

 private:
  [[noreturn]] void fail(const std::string& path, int error) const;
  void make_folders() const;
  void find_seen();

  std::string folder_;
  std::map<std::string, std::string, std::less<>> seen_;  // in cur/: name without its flags, path
};

}  // namespace amends
