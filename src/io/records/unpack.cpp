#include "io/records/unpack.h"

#include <zlib.h>
#include <zstd.h>

#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"

namespace amends {
namespace {

constexpr std::size_t piece = std::size_t{1} << 17;  // unpacked at once

[[noreturn]] void fail_as_damaged(const std::string& name, std::string_view what, std::string_view reason) {
  throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is damaged: its {} data cannot be unpacked ({})", name, what, reason),
              "fetch or export it again", Exit::io};
}

[[noreturn]] void fail_as_cut(const std::string& name, std::string_view what) {
  throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is cut short: its {} data has no end", name, what),
              "fetch or export it again", Exit::io};
}

class Gzip : public Unpacker {
 public:
  Gzip(std::string name, Sink sink) : name_(std::move(name)), sink_(std::move(sink)), out_(piece) {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void feed(std::string_view packed) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    while (stream_.avail_in > 0) {
      if (between_ && !begin_member()) return;
      inflate_piece();
    }
  }

  void finish() override {
    if (!between_) fail_as_cut(name_, "gzip");
  }

 private:
  // Zeros behind the last member fill up a tape's block.
  bool begin_member() {
    while (members_ > 0 && stream_.avail_in > 0 && *stream_.next_in == 0) {
      padded_ = true;
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return false;
    if (padded_) fail_as_damaged(name_, "gzip", "there is something behind its end");
    inflateReset(&stream_);
    between_ = false;
    return true;
  }

  void inflate_piece() {
    int code = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) fail_as_damaged(name_, "gzip", stream_.msg == nullptr ? zError(code) : stream_.msg);
      sink_({out_.data(), out_.size() - stream_.avail_out});
    } while (code == Z_OK && stream_.avail_out == 0);
    if (code != Z_STREAM_END) return;
    between_ = true;
    ++members_;
  }

  std::string name_;
  Sink sink_;
  std::vector<char> out_;
  z_stream stream_{};
  bool between_ = true;  // two members, or before the first
  bool padded_ = false;
  std::size_t members_ = 0;
};

class Zstd : public Unpacker {
 public:
  Zstd(std::string name, Sink sink) : name_(std::move(name)), sink_(std::move(sink)), out_(piece), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  void feed(std::string_view packed) override {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    bool full = false;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer out{out_.data(), out_.size(), 0};
      missing_ = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(missing_) != 0) fail_as_damaged(name_, "zstd", ZSTD_getErrorName(missing_));
      sink_({out_.data(), out.pos});
      full = out.pos == out.size && missing_ != 0;
    }
  }

  void finish() override {
    if (missing_ != 0) fail_as_cut(name_, "zstd");
  }

 private:
  std::string name_;
  Sink sink_;
  std::vector<char> out_;
  ZSTD_DStream* stream_;
  std::size_t missing_ = 1;  // bytes the frame still wants; 0 at its end
};

[[noreturn]] void refuse(const std::string& name, std::string_view what, std::string_view unpack) {
  throw Error{Where{name, 0, 0, 1, {}}, fmt::format("{} is {}, which amends does not unpack", name, what),
              fmt::format("unpack it first: {} {}; or pack it with gzip or zstd", unpack, name), Exit::io};
}

}  // namespace

Packing packing_of(std::string_view first_bytes, const std::string& name) {
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\x1f\x8b"sv)) return Packing::gzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return Packing::zstd;
  if (first_bytes.starts_with("PK\x03\x04"sv)) refuse(name, "a zip archive", "unzip");
  if (first_bytes.starts_with("\xfd"
                              "7zXZ"sv))
    refuse(name, "packed by xz", "unxz");
  if (first_bytes.starts_with("BZh"sv) && first_bytes.size() > 4 && first_bytes[4] == '1') refuse(name, "packed by bzip2", "bunzip2");
  return Packing::none;
}

std::unique_ptr<Unpacker> unpacker(Packing packing, std::string name, Sink sink) {
  if (packing == Packing::gzip) return std::make_unique<Gzip>(std::move(name), std::move(sink));
  return std::make_unique<Zstd>(std::move(name), std::move(sink));
}

}  // namespace amends
