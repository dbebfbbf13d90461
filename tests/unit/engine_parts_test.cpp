// The engine's tools, each against the plain way to do the same: masks of bytes, rows and cells, codes of ids, what was
// found out before, lists that outgrow memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>

#include <fmt/format.h>

#include "core/base/error.h"
#include "io/records/block_lists.h"
#include "io/records/byte_masks.h"
#include "io/records/id_code.h"
#include "io/records/structure.h"
#include "io/records/text_memo.h"
#include "io/records/threads.h"

using namespace amends;

namespace {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t roll(std::size_t sides) { return std::uniform_int_distribution<std::size_t>(0, sides - 1)(engine_); }
  bool one_in(std::size_t chances) { return roll(chances) == 0; }
  std::string text(const std::vector<std::string>& pieces, std::size_t most) {
    std::string text;
    for (std::size_t left = roll(most + 1); left > 0; --left) text += pieces[roll(pieces.size())];
    return text;
  }

 private:
  std::mt19937 engine_;
};

std::string with_spare(std::string text) {
  text.append(64, '\xaa');
  return text;
}

// Rows as DelimitedReader finds them, blank lines left out: cells, or a fault; and where each begins.
struct PlainRow {
  std::size_t begin = 0;
  std::string raw;
  bool faulty = false;
  std::vector<std::string> cells;
  std::vector<bool> doubled;
  bool operator==(const PlainRow&) const = default;
};

std::vector<PlainRow> rows_read_plainly(std::string_view text, std::size_t until, Dialect dialect) {
  std::vector<PlainRow> rows;
  DelimitedReader reader(text, dialect);
  reader.keep(text.size() + 1);
  while (reader.next()) {
    PlainRow row;
    row.begin = static_cast<std::size_t>(reader.raw().data() - text.data());
    if (row.begin >= until) break;
    row.raw = reader.raw();
    row.faulty = reader.fault() != DelimitedReader::Fault::none;
    if (!row.faulty)
      for (const Cell& cell : reader.cells()) row.cells.emplace_back(cell.text), row.doubled.push_back(cell.doubled);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<PlainRow> rows_of(const Structure& structure, std::size_t shift) {
  std::vector<PlainRow> rows;
  for (std::size_t i = 0; i < structure.rows(); ++i) {
    if (structure.is_blank(i)) continue;
    PlainRow row;
    row.begin = shift + structure.begin_of_row(i);
    row.raw = structure.text_of(i);
    row.faulty = structure.is_faulty(i);
    if (!row.faulty)
      for (std::size_t cell = 0; cell < structure.cells_in(i); ++cell) {
        const Cell found = structure.cell(i, cell);
        row.cells.emplace_back(found.text);
        row.doubled.push_back(found.doubled);
      }
    rows.push_back(std::move(row));
  }
  return rows;
}

// As much as there is, or half of it at first; `until` in between.
void check_structure(const std::string& text, Dialect dialect, Dice& dice) {
  const std::string bytes = with_spare(text);
  const std::size_t until = dice.one_in(3) ? text.size() : dice.roll(text.size() + 1);
  std::size_t known = dice.one_in(2) ? text.size() : dice.roll(text.size() + 1);
  Structure structure(dialect);
  while (structure.find(std::string_view(bytes).substr(0, known), until, known == text.size()) == Structure::Found::more) {
    REQUIRE(known < text.size());
    known += 1 + dice.roll(text.size() - known);
  }
  if (until > known) return;  // what may begin behind the bytes is not asked for
  INFO(text, " until ", until, " known ", known);
  CHECK(rows_of(structure, 0) == rows_read_plainly(text, until, dialect));
  // Behind a last row without a line end there is no line to be numbered.
  if (structure.end() < text.size() || text.ends_with('\n')) CHECK(structure.lines() == count_lines(std::string_view(text).substr(0, structure.end())));
  CHECK(structure.end() <= text.size());
  if (structure.rows() > 0 && until > 0) CHECK((structure.end() >= until || structure.end() == text.size()));
}

bool in_chunks_is_the_same(const std::string& text, Dialect dialect, std::size_t size) {
  const std::string bytes = with_spare(text);
  std::vector<PlainRow> found;
  std::size_t at = 0;
  while (at < text.size()) {
    Structure structure(dialect);
    const std::string_view rest = std::string_view(bytes).substr(at, text.size() - at);
    structure.find(rest, std::min(size, rest.size()), true);
    const std::vector<PlainRow> rows = rows_of(structure, at);
    found.insert(found.end(), rows.begin(), rows.end());
    at += structure.end();
    if (structure.end() == 0) return false;
  }
  return found == rows_read_plainly(text, text.size(), dialect);
}

std::string digits(Dice& dice, std::size_t count) {
  std::string text;
  while (text.size() < count) text += static_cast<char>('0' + dice.roll(10));
  return text;
}

std::string hex(Dice& dice, std::size_t count, const char* alphabet) {
  std::string text;
  while (text.size() < count) text += alphabet[dice.roll(16)];
  return text;
}

constexpr const char* small_hex = "0123456789abcdef";
constexpr const char* big_hex = "0123456789ABCDEF";

std::string uuid(Dice& dice, const char* alphabet) {
  return hex(dice, 8, alphabet) + "-" + hex(dice, 4, alphabet) + "-" + hex(dice, 4, alphabet) + "-" + hex(dice, 4, alphabet) + "-" + hex(dice, 12, alphabet);
}

std::string id_like(Dice& dice, std::size_t shape, const std::string& prefix) {
  switch (shape) {
    case 0: return prefix + digits(dice, 1 + dice.roll(18));
    case 1: return prefix + digits(dice, 8);
    case 2: return prefix + hex(dice, 32, small_hex);
    case 3: return prefix + hex(dice, 32, big_hex);
    case 4: return prefix + uuid(dice, small_hex);
    case 5: return prefix + uuid(dice, big_hex);
    case 6: return prefix + dice.text({"a", "b", "-", "7", "\xc3\xa9", std::string(1, '\0')}, 7);
    case 7: return prefix + dice.text({"a", "b", "-", "7"}, 15);
    default: return prefix + dice.text({"x", "1", "0"}, 40);
  }
}

std::string mutated(std::string id, Dice& dice) {
  const std::size_t at = dice.roll(id.size() + 1);
  switch (dice.roll(6)) {
    case 0: id.insert(at, 1, "0aA-\n "[dice.roll(6)]); break;
    case 1: id.insert(0, 1, '0'); break;
    case 2: if (!id.empty()) id.erase(at == id.size() ? at - 1 : at, 1); break;
    case 3: if (!id.empty()) id[at == id.size() ? at - 1 : at] = "0fF-:/9"[dice.roll(7)]; break;
    case 4: id += std::string(1, '\0'); break;
    default: if (at < id.size() && id[at] >= 'a' && id[at] <= 'z') id[at] = static_cast<char>(id[at] - 32); break;
  }
  return id;
}

Limits limits_of(std::uint64_t memory, const std::string& tmp = {}) {
  Limits limits;
  limits.memory = memory;
  if (!tmp.empty()) limits.tmp = tmp;
  return limits;
}

// A limit on the size of files, for the length of a test.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : old_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit small{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_signal_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit old_{};
  void (*old_signal_)(int);
};

}  // namespace

TEST_CASE("masks of bytes are those found one byte after the other") {
  Dice dice(1);
  for (int round = 0; round < 500; ++round) {
    const std::size_t blocks = 1 + dice.roll(5), shift = dice.roll(64);
    std::string bytes;
    while (bytes.size() < 64 * blocks + 64) bytes += "a,\"\n\r;\t\x00\xe9"[dice.roll(9)];
    for (const char separator : {',', '\t', ';'}) {
      std::vector<ByteMasks> fast(blocks), plain(blocks);
      find_masks(bytes.data() + shift, blocks, separator, fast.data());
      find_masks_plainly(bytes.data() + shift, blocks, separator, plain.data());
      for (std::size_t i = 0; i < blocks; ++i) {
        CHECK(fast[i].separators == plain[i].separators);
        CHECK(fast[i].line_feeds == plain[i].line_feeds);
        CHECK(fast[i].quotes == plain[i].quotes);
        CHECK(fast[i].returns == plain[i].returns);
        for (std::size_t bit = 0; bit < 64; bit += 7) CHECK((plain[i].quotes >> bit & 1) == (bytes[shift + 64 * i + bit] == '"' ? 1u : 0u));
      }
    }
  }
}

TEST_CASE("bytes are counted as one after the other would be") {
  Dice dice(2);
  for (const std::size_t size : {0, 1, 31, 32, 33, 63, 64, 8159, 8160, 8161, 8192, 20000, 100000}) {
    std::string bytes(size, '\n');
    for (char& byte : bytes) byte = dice.one_in(1 + size % 5) ? '\n' : 'x';
    for (std::size_t shift = 0; shift < std::min<std::size_t>(size, 3); ++shift)
      CHECK(count_bytes(bytes.data() + shift, size - shift, '\n') == static_cast<std::size_t>(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(shift), bytes.end(), '\n')));
  }
  CHECK(count_bytes(std::string(70000, '"').data(), 70000, '"') == 70000);
}

TEST_CASE("rows and cells are where the plain reader finds them") {
  Dice dice(3);
  const std::vector<std::string> odd = {"a", ",", "\"", "\n", "\r", " ", "\xc3\xa9", std::string(1, '\0')};
  const std::vector<std::string> usual = {"a", ",", ",", "\n", "\"a,\"\"\nb\"", "\"\"", "bcdefgh", "\r\n", "\"x\"", "0123456789"};
  const std::vector<std::string> plain = {"abc", ",", ",", "\n", "01234567890123456789012345", "\r\n"};
  for (int round = 0; round < 40000; ++round) {
    const Dialect dialect{dice.one_in(4) ? '\t' : ',', !dice.one_in(3)};
    const std::size_t kind = dice.roll(4);
    std::string text = dice.text(kind == 0 ? odd : kind == 1 ? plain : usual, kind == 0 ? 24 : 90);
    if (dialect.separator == '\t') std::replace(text.begin(), text.end(), ',', '\t');
    check_structure(text, dialect, dice);
    const std::size_t size = 1 + dice.roll(text.size() + 1);
    INFO(text, " in chunks of ", size);
    CHECK(in_chunks_is_the_same(text, dialect, size));
  }
}

TEST_CASE("ids have the same code only when they are the same") {
  Dice dice(4);
  std::size_t coded = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t shape = dice.roll(9);
    const std::string prefix = std::vector<std::string>{"", "#", "ORD-0", "12", "M\xc3\xbc-", "a"}[dice.roll(6)];
    std::vector<std::string> ids;
    for (std::size_t left = 1 + dice.roll(12); left > 0; --left) ids.push_back(id_like(dice, shape, prefix));
    const IdCode code = IdCode::learned_from({ids.begin(), ids.end()});
    for (std::size_t left = 30; left > 0; --left) ids.push_back(dice.one_in(3) ? id_like(dice, dice.roll(9), prefix) : mutated(ids[dice.roll(ids.size())], dice));
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> by_code;
    for (const std::string& id : ids) {
      WideId found;
      if (!code.encode(id, found)) continue;
      ++coded;
      WideId again;
      REQUIRE(code.encode(std::string(id), again));
      CHECK(again == found);
      CHECK((code.is_wide() || found.high == 0));
      const auto [known, is_new] = by_code.try_emplace({found.high, found.low}, id);
      CHECK(known->second == id);
    }
  }
  CHECK(coded > 30000);
}

TEST_CASE("the ids a code was learned from have one") {
  Dice dice(5);
  for (std::size_t shape = 1; shape < 7; ++shape) {
    for (int round = 0; round < 100; ++round) {
      std::vector<std::string> ids;
      for (int left = 20; left > 0; --left) ids.push_back(id_like(dice, shape, "A-"));
      const IdCode code = IdCode::learned_from({ids.begin(), ids.end()});
      WideId any;
      for (const std::string& id : ids) CHECK(code.encode(id, any));
    }
  }
}

TEST_CASE("what was found out about a text is what was put in, or forgotten") {
  Dice dice(6);
  TextMemo memo;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> truth;
  std::size_t known = 0;
  for (std::uint32_t round = 0; round < 200000; ++round) {
    const auto from = static_cast<std::uint32_t>(dice.roll(4));
    const std::string text = dice.text({"a", "b", "express", std::string(1, '\0')}, dice.one_in(9) ? 30 : 4);
    const std::string bytes = with_spare(text);
    const std::string_view key = std::string_view(bytes).substr(0, text.size());
    if (dice.one_in(3)) {
      memo.put(from, key, round);
      truth[{from, text}] = round;
      CHECK(memo.find(from, key) == round);
      continue;
    }
    const std::uint32_t found = memo.find(from, key);
    if (found == TextMemo::unknown) continue;
    ++known;
    REQUIRE(truth.contains({from, text}));
    CHECK(found == truth[{from, text}]);
  }
  CHECK(known > 50000);
}

TEST_CASE("lists give back what was put in, from memory or a file") {
  for (const std::uint64_t memory : {std::uint64_t{1}, std::uint64_t{100'000}, std::uint64_t{1} << 30}) {
    BlockPool pool(limits_of(memory), 256);
    constexpr std::size_t count = 37;
    BlockLists lists(pool, count);
    std::vector<std::vector<std::string>> truth(count), found(count);
    std::mutex guard;
    run_on_threads(4, [&](int number) {
      Dice dice(static_cast<std::uint32_t>(number + 10));
      std::vector<std::vector<std::string>> mine(count);
      BlockLists::Writer writer(lists);
      for (int left = 3000; left > 0; --left) {
        const std::size_t list = dice.roll(count);
        std::string record = fmt::format("{}-{}:{}", number, left, std::string(dice.one_in(50) ? dice.roll(2000) : dice.roll(20), 'x'));
        const auto length = static_cast<std::uint32_t>(record.size());
        char* const to = writer.add(list, sizeof length + record.size());
        std::memcpy(to, &length, sizeof length);
        std::memcpy(to + sizeof length, record.data(), record.size());
        mine[list].push_back(std::move(record));
      }
      writer.close();
      const std::lock_guard lock(guard);
      for (std::size_t list = 0; list < count; ++list) truth[list].insert(truth[list].end(), mine[list].begin(), mine[list].end());
    });
    CHECK((pool.spilled() > 0) == (memory < 1'000'000));
    for (std::size_t list = 0; list < count; ++list) {
      std::size_t bytes = 0;
      for (const std::string& record : truth[list]) bytes += record.size() + 4;
      CHECK(lists.bytes_in(list) == bytes);
      lists.consume(list, [&](std::string_view block) {
        while (!block.empty()) {
          std::uint32_t length;
          std::memcpy(&length, block.data(), sizeof length);
          found[list].emplace_back(block.substr(sizeof length, length));
          block.remove_prefix(sizeof length + length);
        }
      });
      CHECK(lists.bytes_in(list) == 0);
      std::sort(truth[list].begin(), truth[list].end());
      std::sort(found[list].begin(), found[list].end());
      CHECK(found[list] == truth[list]);
    }
  }
}

TEST_CASE("a full disk while lists go to a file is told with the folder and the way out") {
  const SmallFiles small(100'000);
  const std::string folder = Limits().tmp;
  BlockPool pool(limits_of(1), 4096);
  BlockLists lists(pool, 3);
  std::string message, hint;
  Exit exit = Exit::ok;
  BlockLists::Writer writer(lists);
  try {
    for (std::size_t i = 0; i < 10000; ++i) std::memset(writer.add(i % 3, 100), 'x', 100);
  } catch (const Error& error) {
    message = error.message;
    hint = error.hint;
    exit = error.exit;
  }
  CHECK(exit == Exit::io);
  CHECK(message.find(folder) != std::string::npos);
  CHECK(hint.find("--tmp") != std::string::npos);
}

TEST_CASE("a folder for temporary files that is not there is told") {
  BlockPool pool(limits_of(1, "/nowhere/at/all"), 4096);
  CHECK_THROWS_WITH_AS(pool.spill("x"), doctest::Contains("/nowhere/at/all"), Error);
}
