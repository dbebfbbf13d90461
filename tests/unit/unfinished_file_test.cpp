// Files that grow beside their name: whole or not there, and none left by those who were killed.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "io/mail/maildir.h"
#include "io/unfinished_file.h"

using namespace amends;
namespace fs = std::filesystem;

namespace {

struct Folder {
  std::string path = fs::temp_directory_path().string() + "/amends-unfinished-XXXXXX";
  Folder() { REQUIRE(mkdtemp(path.data()) != nullptr); }
  ~Folder() { fs::remove_all(path); }

  std::size_t files(const std::string& part = "") const {
    const fs::directory_iterator all(path + part);
    return static_cast<std::size_t>(std::distance(fs::begin(all), fs::end(all)));
  }
  std::string text(const std::string& name) const {
    std::ifstream file(path + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

// A process that has begun a file and is killed.
void leave_behind(const std::string& path) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    UnfinishedFile file(path, 0600);
    file.write("half");
    file.flush();
    std::raise(SIGKILL);
  }
  int how = 0;
  REQUIRE(waitpid(child, &how, 0) == child);
  REQUIRE(WIFSIGNALED(how));
}

}  // namespace

TEST_CASE("a file is there when it is whole, and not before") {
  const Folder folder;
  const std::string path = folder.path + "/letters.mbox";
  {
    UnfinishedFile file(path, 0600);
    file.write("abc");
    CHECK(!fs::exists(path));
  }
  CHECK(folder.files() == 0);
  UnfinishedFile file(path, 0600);
  file.write("abc");
  file.put_in_place();
  CHECK(folder.text("letters.mbox") == "abc");
  CHECK(folder.files() == 1);
}

TEST_CASE("what a killed process left goes, and nothing else") {
  const Folder folder;
  leave_behind(folder.path + "/letters.mbox");
  CHECK(folder.files() == 1);
  UnfinishedFile alive(folder.path + "/letters.mbox", 0600);
  const std::vector<std::string> foreign = {".letters.mbox.amends-", ".amends-1-2.bak", "letters.amends-1-2", ".x.amends-1-y", ".amends-1-2"};
  for (const std::string& name : foreign) std::ofstream(folder.path + "/" + name) << "x";
  CHECK(folder.files() == 2 + foreign.size());
  remove_abandoned(folder.path);
  CHECK(folder.files() == 1 + foreign.size());
  alive.write("whole");
  alive.put_in_place();
  CHECK(folder.text("letters.mbox") == "whole");
}

TEST_CASE("a name that is taken is not written over") {
  const Folder folder;
  std::ofstream(folder.path + "/b") << "first";
  UnfinishedFile file(folder.path + "/a", 0600);
  file.write("second");
  CHECK(!file.link_as(folder.path + "/b"));
  CHECK(folder.text("b") == "first");
}

TEST_CASE("a Maildir knows a letter again, read or not, whatever its Date") {
  const Folder folder;
  const std::string mail = folder.path + "/mail", name = maildir_name("shop/order/4471/late/notice/1");
  const std::string letter = "From: a\nDate: Mon\nSubject: b\n\nDate: in the text\n";
  CHECK(Maildir(mail).put(name, letter) == Maildir::Put::written);
  CHECK(folder.files("/mail/tmp") == 0);
  CHECK(Maildir(mail).put(name, "From: a\nDate: Tue\nSubject: b\n\nDate: in the text\n") == Maildir::Put::already);
  CHECK(Maildir(mail).put(name, "From: a\nDate: Mon\nSubject: b\n\nDate: other text\n") == Maildir::Put::differs);
  fs::rename(mail + "/new/" + name, mail + "/cur/" + name + ",S=44:2,S");
  CHECK(Maildir(mail).put(name, letter) == Maildir::Put::already);
  CHECK(folder.files("/mail/new") == 0);
}

TEST_CASE("the name of a letter's file holds nothing of its key") {
  for (const std::string key : {"../../etc/passwd", "a/b", "", "shop/order/x\n"}) {
    const std::string name = maildir_name(key);
    CHECK(name.size() == 33);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567.") == std::string::npos);
  }
  CHECK(maildir_name("a") != maildir_name("b"));
}

TEST_CASE("a folder of other things is no Maildir") {
  const Folder folder;
  std::ofstream(folder.path + "/orders.csv") << "x";
  CHECK_THROWS_AS(Maildir{folder.path}, Error);
  CHECK(folder.files() == 1);
}
