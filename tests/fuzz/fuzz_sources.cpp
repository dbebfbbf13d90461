// What sources are named and packed by: any bytes unpack or give an Error, and any text is shown without the
// password of an address in it.
#include "core/base/database_path.h"
#include "fuzz.h"
#include "io/records/unpack.h"

using namespace amends;

namespace {

void unpack(Packing packing, std::string_view bytes) {
  std::size_t unpacked = 0;
  fuzz::answers([&] {
    const auto unpack = unpacker(packing, "fuzz.gz", [&](std::string_view text) { unpacked += text.size(); });
    const std::size_t half = bytes.size() / 2;
    unpack->feed(bytes.substr(0, half));
    unpack->feed(bytes.substr(half));
    unpack->finish();
  });
  fuzz::require(unpacked <= bytes.size() * 140'000, "no byte unpacks to more than its format can hold", bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  unpack(Packing::gzip, text);
  unpack(Packing::zstd, text);
  const std::string safe = without_passwords(text);
  fuzz::require(without_passwords(safe) == safe, safe, text);
  if (const auto path = database_path(text)) fuzz::require(!path->shown().empty(), "a database has a name", text);
  return 0;
}
