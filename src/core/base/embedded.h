// The files of templates/ as they were when the program was built: fields, presets, schemas, letters.
#pragma once
#include <span>
#include <string_view>

namespace amends {

struct Embedded {
  std::string_view path;  // below templates/, with forward slashes
  std::string_view bytes;
};

std::span<const Embedded> embedded_files();

// The bytes of one file, or an empty view when there is none of that name.
inline std::string_view embedded(std::string_view path) {
  for (const Embedded& file : embedded_files())
    if (file.path == path) return file.bytes;
  return {};
}

}  // namespace amends
