// The inputs of a source: found by glob, or named outright; and read whole. A file that is not UTF-8 stops with the
// byte's place; single broken bytes in a file that otherwise is are handed on, so that only their rows are set aside.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "io/records/input.h"

namespace amends {

// Paths that match, in name order. "-" is stdin and stands for itself, and so does the path of a database. A relative pattern starts at
// `folder`, and so does what comes back. Error (io) when nothing matches: an export that is not there must
// never look like an export without orders.
std::vector<std::string> matching_files(const std::string& folder, const std::vector<std::string>& patterns,
                                        const Where& where);

struct InputFile {
  std::string name;                    // as the user would type it
  std::unique_ptr<std::string> bytes;  // UTF-8 without BOM; a few spare bytes are reserved behind the end
  std::vector<std::size_t> broken;     // offsets of NUL and ill-formed bytes, ascending
  bool is_table = false;               // as of Input
};

// Whether it is UTF-8 without a zero byte.
bool is_well_formed(std::string_view bytes);
// Where bytes of a text are zero or no UTF-8, ascending.
std::vector<std::size_t> broken_bytes(std::string_view bytes);

// How far a text keeps to UTF-8. One with more ill-formed bytes than well-formed sequences is in another encoding.
struct Utf8Count {
  std::size_t broken = 0;  // ill-formed bytes
  std::size_t leads = 0;   // bytes that begin a sequence, or look like it

  bool is_other_encoding() const { return broken > 0 && broken >= (leads > broken ? leads - broken : 0); }
  void operator+=(const Utf8Count& other) { broken += other.broken, leads += other.leads; }
};
Utf8Count utf8_count(std::string_view bytes);
// Error (io) with the first ill-formed byte's place when a file is in another encoding. Reads all of it, in pieces.
void refuse_other_encoding(const std::string& name, const ByteStore& bytes);

InputFile read_whole(const Input& input);
InputFile read_input(const std::string& path);                // a file or "-", in UTF-8
InputFile input_of(std::string name, std::string bytes);

// A line's start, from which where_at may begin to count.
struct Anchor {
  std::size_t line = 1;
  std::size_t offset = 0;
};
// Error (io) when nothing stands in a file but line ends.
void refuse_empty(const InputFile& file);
[[noreturn]] void fail_as_empty(const std::string& name);
// The place of a byte range in a file's bytes, with its line as text (of a long one what stands far behind is left out).
Where where_at(const std::string& name, std::string_view bytes, std::size_t offset, std::size_t length, Anchor from = {});

}  // namespace amends
