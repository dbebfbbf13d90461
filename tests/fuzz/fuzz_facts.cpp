// Lines of JSON facts and of policy tests: any text is a tree whose keys stand once, or an Error.
#include <set>

#include "fuzz.h"
#include "io/records/json_tree.h"

using namespace amends;

namespace {

void check(const Node& node) {
  std::set<std::string> keys;
  for (const Entry& entry : node.entries) {
    fuzz::require(keys.insert(entry.key).second, "a key stands once", entry.key);
    check(entry.value);
  }
  for (const Node& item : node.items) check(item);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::answers([&] { check(read_json(text, "fuzz.jsonl", 1)); });
  return 0;
}
