// gzip and Zstandard, unpacked as the bytes come, in bounded memory. unpack.cpp alone includes their headers.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace amends {

enum class Packing { none, gzip, zstd };

// By the first bytes of a file (six are enough). Error (io) for a packing amends does not read.
Packing packing_of(std::string_view first_bytes, const std::string& name);

using Sink = std::function<void(std::string_view)>;

class Unpacker {
 public:
  virtual ~Unpacker() = default;
  virtual void feed(std::string_view packed) = 0;  // Error (io) when it is damaged
  virtual void finish() = 0;                       // Error (io) when there should be more
};

// Several members or frames behind one another are one text. `name` is what messages show.
std::unique_ptr<Unpacker> unpacker(Packing packing, std::string name, Sink sink);

}  // namespace amends
