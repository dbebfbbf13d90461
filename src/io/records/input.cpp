#include "io/records/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/records/preset.h"
#include "io/records/record_database.h"
#include "io/records/unpack.h"

namespace amends {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;
constexpr std::string_view bom = "\xef\xbb\xbf";

using Convert = std::string (*)(std::string_view);

// None for UTF-8.
Convert converter(const std::string& encoding, const Where& where) {
  const std::string wanted = lower(encoding);
  if (wanted.empty() || wanted == "utf-8" || wanted == "utf8") return nullptr;
  if (wanted == "latin1" || wanted == "latin-1" || wanted == "iso-8859-1") return from_latin1;
  if (wanted == "windows-1252" || wanted == "cp1252") return from_windows_1252;
  throw Error{where, fmt::format("{} is not an encoding amends reads", quoted(encoding)),
              "write \"utf-8\", \"latin1\" or \"windows-1252\""};
}

void refuse_utf16(const std::string& name, std::string_view bytes) {
  const bool marked = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  const bool bare = bytes.size() >= 4 && (bytes[1] == '\0') != (bytes[0] == '\0') && (bytes[3] == '\0') != (bytes[2] == '\0');
  if (marked || bare)
    throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is UTF-16, not UTF-8", name),
                fmt::format("save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 {}", name), Exit::io};
}

// The ending that says how a file is packed: gz, zst; empty otherwise.
std::string packed_ending(std::string_view path) {
  const std::string ending = lower(path.substr(std::min(path.rfind('.'), path.size() - 1) + 1));
  return ending == "gz" || ending == "zst" ? ending : "";
}

// As many bytes as there are, at most all of `to`.
std::size_t read_some(int fd, std::span<char> to, const std::string& name) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t n = ::read(fd, to.data() + done, to.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_read(name, errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

// What comes in pieces, turned into UTF-8 without BOM.
class Intake {
 public:
  Intake(Spool& spool, std::string name, Convert convert) : spool_(spool), name_(std::move(name)), convert_(convert) {}

  void take(std::string_view bytes) {
    if (begun_) return pass(bytes);
    start_ += bytes;
    if (start_.size() >= 4) begin();
  }
  void finish() {
    if (!begun_) begin();
  }

 private:
  void begin() {
    begun_ = true;
    refuse_utf16(name_, start_);
    pass(convert_ == nullptr && start_.starts_with(bom) ? std::string_view(start_).substr(bom.size()) : start_);
  }
  void pass(std::string_view bytes) {
    if (convert_ == nullptr) spool_.append(bytes);
    else spool_.append(convert_(bytes));
  }

  Spool& spool_;
  std::string name_;
  Convert convert_;
  std::string start_;
  bool begun_ = false;
};

class FileOpener {
 public:
  FileOpener(const std::string& path, const std::string& name, Convert convert, const Limits& limits)
      : path_(path), name_(name), convert_(convert), limits_(limits), file_(path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_.get() < 0) fail_to_read(name_, errno);
  }

  std::unique_ptr<ByteStore> open() {
    const bool is_file = can_be_read_anywhere();
    std::string block(block_size, '\0');
    block.resize(read_some(file_.get(), block, name_));
    const Packing packing = packing_of(block, name_);
    refuse_database(block);
    if (packing == Packing::none && !block.empty()) refuse_wrong_ending();
    if (is_file && packing == Packing::none && convert_ == nullptr && !block.empty()) return in_place(block);
    return spooled(packing, std::move(block));
  }

 private:
  bool can_be_read_anywhere() const {
    struct stat about {};
    if (::fstat(file_.get(), &about) != 0) fail_to_read(name_, errno);
    if (S_ISDIR(about.st_mode)) fail_to_read(name_, EISDIR);
    return S_ISREG(about.st_mode) && about.st_size > 0 && ::lseek(file_.get(), 0, SEEK_CUR) == 0;
  }

  void refuse_database(std::string_view start) const {
    if (start.starts_with("SQLite format 3"))
      throw Error{Where{name_, 0, 0, 1, {}}, "this is a SQLite database", fmt::format("write sqlite:{}#TABLE", path_)};
  }

  void refuse_wrong_ending() const {
    const std::string ending = packed_ending(path_);
    if (ending.empty()) return;
    throw Error{Where{name_, 0, 0, 1, {}}, fmt::format("{} is not packed as its name says", name_),
                fmt::format("take .{} off its name if it is plain text, or fetch it again", ending), Exit::io};
  }

  std::unique_ptr<ByteStore> in_place(std::string_view start) {
    refuse_utf16(name_, start);
    ::lseek(file_.get(), 0, SEEK_END);  // stdin that was read is at its end, for a second source, too
    return std::make_unique<FileStore>(std::move(file_), name_, start.starts_with(bom) ? bom.size() : 0);
  }

  std::unique_ptr<ByteStore> spooled(Packing packing, std::string block) {
    auto spool = std::make_unique<Spool>(limits_);
    Intake intake(*spool, name_, convert_);
    const Sink sink = [&](std::string_view bytes) { intake.take(bytes); };
    const std::unique_ptr<Unpacker> unpack = packing == Packing::none ? nullptr : unpacker(packing, name_, sink);
    while (!block.empty()) {
      if (unpack) unpack->feed(block);
      else intake.take(block);
      block.resize(block_size);
      block.resize(read_some(file_.get(), block, name_));
    }
    if (unpack) unpack->finish();
    intake.finish();
    return spool;
  }

  const std::string& path_;
  const std::string& name_;
  Convert convert_;
  const Limits& limits_;
  Descriptor file_;
};

void refuse_odd(const DatabasePath& path, const Where& where) {
  if (!path.is_plain())
    throw Error{where, "this is not an address of PostgreSQL, or one with a password that is not escaped",
                "write % as %25, @ as %40, / as %2F, ? as %3F and # as %23 in a name or password"};
  if (!path.asked.empty()) return;
  DatabasePath example = path;
  example.asked = "orders";
  throw Error{where, fmt::format("{} names neither a table nor a query", path.shown()),
              fmt::format("write one behind a #: {} or ...#SELECT ...", example.shown())};
}

}  // namespace

Format format_of(const SourceSpec& spec, std::string path) {
  if (const std::string ending = packed_ending(path); !ending.empty()) path.resize(path.size() - ending.size() - 1);
  std::string name = lower(spec.format);
  if (name.empty() && path != "-") name = lower(path.substr(std::min(path.rfind('.'), path.size() - 1) + 1));
  const std::string& preset = preset_named(spec.preset, spec.where).part(spec.kind).format;
  const bool is_told = !spec.format.empty() || name == "csv" || name == "tsv" || name == "tab" || name == "jsonl" || name == "ndjson" || name == "json";
  if (!is_told && !preset.empty()) name = preset;
  if (name == "tsv" || name == "tab") return Format::tsv;
  if (name == "jsonl" || name == "ndjson" || name == "json") return Format::jsonl;
  if (spec.format.empty() || name == "csv") return Format::csv;
  throw Error{spec.where, fmt::format("{} is not a format", quoted(spec.format)), suggestion(name, {"csv", "tsv", "jsonl"})};
}

Dialect dialect_of(const SourceSpec& spec, Format format, bool is_table) {
  if (is_table) return {',', true};
  const char usual = format == Format::tsv ? '\t' : ',';
  const PresetPart& part = preset_named(spec.preset, spec.where).part(spec.kind);
  return {spec.separator == '\0' ? usual : spec.separator, !part.plain_quotes};
}

std::unique_ptr<ByteStore> open_file(const std::string& path, const std::string& name, const std::string& encoding,
                                     const Where& where, const Limits& limits) {
  return FileOpener(path, name, converter(encoding, where), limits).open();
}

Inputs::Inputs(Limits limits) : limits_(std::move(limits)) { limits_.memory /= 4; }
Inputs::~Inputs() = default;
Inputs::Inputs(Inputs&&) noexcept = default;

void Inputs::give_back(const SourceSpec& spec, const std::string& path, Input input) { given_back_[{&spec, path}] = std::move(input); }

Input Inputs::open(const SourceSpec& spec, const std::string& path) {
  if (auto known = given_back_.extract({&spec, path})) return std::move(known.mapped());
  Input input = opened(spec, path);
  limits_.memory -= std::min(limits_.memory, input.bytes->in_memory());
  return input;
}

Input Inputs::opened(const SourceSpec& spec, const std::string& path) {
  const std::optional<DatabasePath> of_database = database_path(path);
  if (!of_database) {
    const std::string name = path == "-" ? "stdin" : path;
    return {name, format_of(spec, path), false, open_file(path, name, spec.encoding, spec.where, limits_)};
  }
  refuse_odd(*of_database, spec.where);
  std::unique_ptr<RecordDatabase>& database = databases_[of_database->database];
  const bool is_sqlite = of_database->system == DatabasePath::System::sqlite;
  if (!database) database = is_sqlite ? open_sqlite(*of_database) : open_postgresql(*of_database);
  auto rows = std::make_unique<Spool>(limits_);
  database->copy(*of_database, *rows);
  return {of_database->shown(), Format::csv, true, std::move(rows)};
}

}  // namespace amends
