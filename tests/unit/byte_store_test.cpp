#include "io/records/byte_store.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <random>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "shop_folder.h"

using namespace amends;

namespace {

Limits limits(std::uint64_t memory, const std::string& tmp) {
  Limits limits;
  limits.memory = memory;
  limits.tmp = tmp;
  return limits;
}

std::string random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(count, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::string part_of(const ByteStore& store, std::size_t offset, std::size_t count) {
  std::string part(count, '\0');
  store.read(offset, part);
  return part;
}

void append_in_pieces(Spool& spool, std::string_view bytes, std::mt19937& random) {
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(bytes.size(), random() % 100'000 + 1);
    spool.append(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
  }
}

template <class Act>
std::string error_of(const Act& act) {
  try {
    act();
    return "";
  } catch (const Error& error) {
    CHECK(error.exit == Exit::io);
    return error.message + "; " + error.hint;
  }
}

FileStore store_of(const ShopFolder& folder, const std::string& name) {
  const std::string path = folder.project.folder + "/" + name;
  return FileStore(Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), name);
}

bool is_empty(const std::string& folder) { return std::filesystem::is_empty(folder); }

// A disk of that many bytes, or "" where none can be had.
std::string small_disk(const ShopFolder& folder, const std::string& size) {
  const std::string at = folder.project.folder + "/disk";
  std::filesystem::create_directory(at);
  return ::mount("tmpfs", at.c_str(), "tmpfs", 0, size.c_str()) == 0 ? at : "";
}

}  // namespace

TEST_CASE("a spool gives back at any offset what was appended, from memory and from its file") {
  const ShopFolder folder;
  std::mt19937 random(7);
  const std::string bytes = random_bytes(3'000'000, 1);
  for (const std::uint64_t memory : {std::uint64_t{0}, std::uint64_t{1} << 20, std::uint64_t{1} << 30}) {
    Spool spool(limits(memory, folder.project.folder));
    append_in_pieces(spool, bytes, random);
    REQUIRE(spool.size() == bytes.size());
    CHECK(part_of(spool, 0, bytes.size()) == bytes);
    for (int i = 0; i < 200; ++i) {
      const std::size_t offset = random() % bytes.size(), count = random() % (bytes.size() - offset);
      REQUIRE(part_of(spool, offset, count) == bytes.substr(offset, count));
    }
    CHECK(is_empty(folder.project.folder));
  }
}

TEST_CASE("an empty spool is no error, and one that fits needs no folder") {
  Spool spool(limits(1 << 20, "/nonexistent"));
  CHECK(spool.size() == 0);
  spool.append("order_id\n");
  CHECK(part_of(spool, 6, 3) == "id\n");
}

TEST_CASE("a folder for temporary files that is not there is named") {
  Spool spool(limits(0, "/nonexistent"));
  const std::string told = error_of([&] { spool.append(std::string(1 << 20, 'x')); });
  CHECK(told == "cannot write a temporary file in /nonexistent: No such file or directory; name a folder with room by --tmp");
}

TEST_CASE("a disk that gets full while spooling is an error that names the folder") {
  const ShopFolder folder;
  const std::string disk = small_disk(folder, "size=1m");
  if (disk.empty()) {
    MESSAGE("not allowed to mount a small disk");
    return;
  }
  {
    Spool spool(limits(0, disk));
    const std::string told = error_of([&] { spool.append(std::string(4 << 20, 'x')); });
    CHECK(told == "the disk is full: " + disk + " has no room for temporary files; name a folder with room by --tmp");
  }
  CHECK(::umount(disk.c_str()) == 0);
}

TEST_CASE("a write that fails while spooling is an error") {
  const ShopFolder folder;
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit short_files{600'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &short_files);
  Spool spool(limits(0, folder.project.folder));
  const std::string told = error_of([&] { spool.append(std::string(4 << 20, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(told == "cannot write a temporary file in " + folder.project.folder + ": File too large; name a folder with room by --tmp");
}

TEST_CASE("a file is read at any offset, and is told to have changed when it has") {
  const ShopFolder folder;
  const std::string changed = "orders.csv changed while it was read; wait until whatever writes it is done, then run again";
  folder.write("orders.csv", "order_id\n1\n2\n");
  const FileStore store = store_of(folder, "orders.csv");
  CHECK(store.size() == 13);
  CHECK(part_of(store, 9, 4) == "1\n2\n");
  store.check_unchanged();
  SUBCASE("grown") {
    std::ofstream(folder.project.folder + "/orders.csv", std::ios::app) << "3\n";
    CHECK(error_of([&] { store.check_unchanged(); }) == changed);
  }
  SUBCASE("shrunk") {
    std::filesystem::resize_file(folder.project.folder + "/orders.csv", 9);
    CHECK(error_of([&] { part_of(store, 9, 4); }) == changed);
    CHECK(error_of([&] { store.check_unchanged(); }) == changed);
  }
  SUBCASE("written over in place") {
    std::filesystem::last_write_time(folder.project.folder + "/orders.csv", std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
    CHECK(error_of([&] { store.check_unchanged(); }) == changed);
  }
  SUBCASE("replaced by another file: what was opened is still whole") {
    folder.write("new.csv", "order_id\n");
    std::filesystem::rename(folder.project.folder + "/new.csv", folder.project.folder + "/orders.csv");
    CHECK(part_of(store, 9, 4) == "1\n2\n");
    store.check_unchanged();
  }
}

TEST_CASE("sizes as people write them") {
  CHECK(read_size("256M") == std::uint64_t{256} << 20);
  CHECK(read_size("2G") == std::uint64_t{2} << 30);
  CHECK(read_size("1 GiB") == std::uint64_t{1} << 30);
  CHECK(read_size("10 kb") == std::uint64_t{10} << 10);
  CHECK(read_size("500000") == std::uint64_t{500'000});
  CHECK(read_size("3T") == std::uint64_t{3} << 40);
  for (const char* wrong : {"", "0", "G", "-1G", "1.5G", "2X", "2GG", "20000000T", "256 M B"}) CHECK(!read_size(wrong));
}
