// A file that grows under another name beside its own until it is whole, so that no reader ever sees half of it:
// ".letters.mbox.amends-417-0". It is locked (flock) as long as its process lives; what nobody locks was left by one
// that was killed, and goes when the next file is begun in that folder.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace amends {

class UnfinishedFile {
 public:
  // Errors of all functions are Error (io) about `path`.
  UnfinishedFile(std::string path, int mode);
  ~UnfinishedFile();  // removed, unless it was put in place
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  void write(std::string_view bytes);
  void flush();
  void put_in_place();                    // synced, then under its own name, over what was there
  bool link_as(const std::string& path);  // synced, then under that name; false when it is taken

 private:
  void open_locked(int mode);
  void finish();
  [[noreturn]] void fail() const;

  std::string path_, beside_;
  std::FILE* file_ = nullptr;
};

// Files of this kind and this user in `folder` that no live process holds are removed.
void remove_abandoned(const std::string& folder);
// A new name in it survives a power cut.
void sync_folder(const std::string& folder);
std::string folder_of(const std::string& path);

}  // namespace amends
