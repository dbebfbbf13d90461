// What the fuzz targets share. Each target is one libFuzzer entry: an Error is an answer, anything else that
// comes out of it, a broken property or a sanitizer's complaint is a find.
//   cmake -S . -B build-fuzz -DCMAKE_CXX_COMPILER=clang++-14 -DAMENDS_FUZZ=ON
//   cmake --build build-fuzz --target fuzzers && build-fuzz/tests/fuzz_dates
// The targets that read files also run with any compiler, shortly and always alike, among the tests: short_run.cpp.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/node.h"
#include "core/base/text.h"

namespace amends::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, std::string_view what, std::string_view told = {}) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %.*s: %s\n", static_cast<int>(what.size()), what.data(), quoted(told).c_str());
  std::abort();
}

// A string as a project file would hold it.
inline Node string_node(std::string_view text) {
  Node node;
  node.kind = Node::Kind::string;
  node.text = text;
  node.source = std::make_shared<const Source>(Source{"fuzz", node.text});
  node.line = node.column = 1;
  return node;
}

// Describing a fault must work for any fault.
template <class Act>
bool answers(Act act) {
  try {
    act();
    return true;
  } catch (const Error& error) {
    require(!error.message.empty(), "an error says what is wrong");
    require(!describe(error).empty(), "an error can be shown");
    return false;
  }
}

}  // namespace amends::fuzz
