#include "io/records/input.h"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <random>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "io/records/unpack.h"
#include "shop_folder.h"

using namespace amends;

namespace {

std::string random_text(std::mt19937& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(random() % 100'000) + (random() % 5 == 0 ? "\n" : ",");
  return text.substr(0, size);
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the zstd command writes it
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string unpacked(Packing packing, std::string_view packed, std::size_t piece) {
  std::string text;
  const auto unpack = unpacker(packing, "orders.csv.gz", [&](std::string_view bytes) { text += bytes; });
  for (; !packed.empty(); packed.remove_prefix(std::min(piece, packed.size()))) unpack->feed(packed.substr(0, piece));
  unpack->finish();
  return text;
}

template <class Act>
std::string error_of(const Act& act) {
  try {
    act();
    return "";
  } catch (const Error& error) {
    CHECK(error.exit == Exit::io);
    CHECK(!error.hint.empty());
    return error.message;
  }
}

std::string text_at(const ShopFolder& folder, const std::string& name, const std::string& encoding = "utf-8", std::uint64_t memory = 0) {
  Limits limits;
  limits.memory = memory;
  limits.tmp = folder.project.folder;
  const auto store = open_file(folder.project.folder + "/" + name, name, encoding, Where{}, limits);
  std::string text(store->size(), '\0');
  store->read(0, text);
  return text;
}

std::string text_of(const ShopFolder& folder, const std::string& bytes, const std::string& encoding = "utf-8") {
  folder.write("in", bytes);
  return text_at(folder, "in", encoding);
}

}  // namespace

TEST_CASE("what was packed is unpacked, whatever the pieces it comes in and the members it has") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const std::string one = random_text(random, random() % 400'000), two = random_text(random, random() % 2'000);
    const std::size_t piece = 1 + random() % 70'000;
    CAPTURE(piece);
    REQUIRE(unpacked(Packing::gzip, gzipped(one) + gzipped(two), piece) == one + two);
    REQUIRE(unpacked(Packing::zstd, zstd(one) + zstd(two), piece) == one + two);
  }
  const std::string zeros(5'000'000, '0');  // much more than one piece from a few bytes
  CHECK(unpacked(Packing::gzip, gzipped(zeros), 1 << 18) == zeros);
  CHECK(unpacked(Packing::zstd, zstd(zeros), 1 << 18) == zeros);
  CHECK(unpacked(Packing::gzip, gzipped("x") + std::string(700, '\0'), 100) == "x");
}

TEST_CASE("a packed file that is cut anywhere is refused, and never read as a shorter one") {
  std::mt19937 random(5);
  const std::string text = random_text(random, 3'000);
  for (const Packing packing : {Packing::gzip, Packing::zstd}) {
    const std::string packed = packing == Packing::gzip ? gzipped(text) : zstd(text);
    for (std::size_t end = 1; end < packed.size(); ++end)
      REQUIRE(error_of([&] { unpacked(packing, packed.substr(0, end), 1000); }).find("is cut short") != std::string::npos);
  }
}

TEST_CASE("a packed file with a wrong byte is refused or reads the same") {
  std::mt19937 random(6);
  const std::string text = random_text(random, 3'000);
  for (int round = 0; round < 600; ++round) {
    const Packing packing = round % 2 == 0 ? Packing::gzip : Packing::zstd;
    std::string packed = packing == Packing::gzip ? gzipped(text) : zstd(text);
    const std::size_t at = random() % packed.size();
    packed[at] = static_cast<char>(packed[at] ^ (1 << (random() % 8)));
    std::string read;
    const std::string told = error_of([&] { read = unpacked(packing, packed, 1000); });
    REQUIRE((!told.empty() || read == text));
  }
  CHECK(error_of([&] { unpacked(Packing::gzip, gzipped(text) + "tail", 1000); }).find("is damaged") != std::string::npos);
  CHECK(error_of([&] { unpacked(Packing::gzip, gzipped(text) + std::string(9, '\0') + "tail", 5); }).find("behind its end") != std::string::npos);
}

TEST_CASE("a file's own bytes tell how it is packed") {
  const ShopFolder folder;
  CHECK(text_of(folder, gzipped("order_id\n1\n")) == "order_id\n1\n");
  CHECK(text_of(folder, zstd("order_id\n1\n")) == "order_id\n1\n");
  CHECK(text_of(folder, "order_id\n1\n") == "order_id\n1\n");
  CHECK(error_of([&] { text_of(folder, std::string("PK\x03\x04zip", 7)); }) == "in is a zip archive, which amends does not unpack");
  CHECK(error_of([&] { text_of(folder, "\xfd" "7zXZ\n"); }) == "in is packed by xz, which amends does not unpack");
  CHECK(error_of([&] { text_of(folder, "BZh91AY&SY"); }) == "in is packed by bzip2, which amends does not unpack");
  folder.write("orders.csv.gz", "order_id\n1\n");
  CHECK(error_of([&] { text_at(folder, "orders.csv.gz"); }) == "orders.csv.gz is not packed as its name says");
  folder.write("empty.csv.gz", "");
  CHECK(text_at(folder, "empty.csv.gz").empty());
}

TEST_CASE("byte order marks are dropped, UTF-16 is refused, other encodings become UTF-8, packed or not") {
  const ShopFolder folder;
  const std::string marked = "\xef\xbb\xbfname\nZo\xc3\xab\n", plain = "name\nZo\xc3\xab\n", latin = "name\nZo\xeb\n";
  CHECK(text_of(folder, marked) == plain);
  CHECK(text_of(folder, gzipped(marked)) == plain);
  CHECK(text_of(folder, latin, "latin1") == plain);
  CHECK(text_of(folder, zstd(latin), "windows-1252") == plain);
  CHECK(text_of(folder, "\xef\xbb\xbf").empty());
  const std::string utf16("\xff\xfeo\0r\0", 6);
  CHECK(error_of([&] { text_of(folder, utf16); }) == "in is UTF-16, not UTF-8");
  CHECK(error_of([&] { text_of(folder, gzipped(utf16)); }) == "in is UTF-16, not UTF-8");
}

TEST_CASE("a pipe is read to its end") {
  const ShopFolder folder;
  std::mt19937 random(3);
  const std::string text = random_text(random, 3'000'000);
  const std::string path = folder.project.folder + "/pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  for (const std::string& sent : {text, gzipped(text), std::string("a")}) {
    std::thread writer([&] { std::ofstream(path, std::ios::binary) << sent; });
    const std::string read = text_at(folder, "pipe");
    writer.join();
    CHECK(read == (sent == "a" ? "a" : text));
  }
}

TEST_CASE("what is spooled stays within a quarter of the memory, all inputs together") {
  ShopFolder folder;
  std::mt19937 random(9);
  Limits limits;
  limits.memory = 4 << 20;
  limits.tmp = folder.project.folder;
  Inputs inputs(limits);
  std::vector<Input> opened;
  std::uint64_t in_memory = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "orders-" + std::to_string(i) + ".csv.gz", text = random_text(random, 700'000);
    folder.write(name, gzipped(text));
    const Input& input = opened.emplace_back(inputs.open(folder.add(RecordKind::order, name), folder.project.folder + "/" + name));
    std::string read(input.bytes->size(), '\0');
    input.bytes->read(0, read);
    CHECK(read == text);
    in_memory += input.bytes->in_memory();
  }
  constexpr std::uint64_t block = 1 << 18;  // each may hold the start of one
  CHECK(in_memory <= (1u << 20) + 5 * block);
}
