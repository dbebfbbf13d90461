// A disk under SQLite whose power can go: of what was not synced by then it keeps some sectors, loses others and tears some.
// A life is what a program does until its power goes; it says what it has promised to anybody, as a person would see it done.
#pragma once
#include <functional>
#include <string>

namespace amends::test {

struct Life {
  std::string acknowledged;  // one byte for each promise
  bool was_cut = false;      // false: it came to its end before
};

// `live` gets the file that it acknowledges to. The power goes at an operation on the disk, counted from 1.
Life live_until(long cut_at, unsigned seed, const std::function<void(int)>& live);
long operations_of(const std::function<void(int)>& live);
void acknowledge(int file, char what);

}  // namespace amends::test
