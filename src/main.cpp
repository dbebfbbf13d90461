// Reads the clock once, runs one command, prints an error once.
#include <cstdio>

#include "core/error.h"

int main() {
  std::fputs("amends: no command was given\n", stderr);
  return static_cast<int>(amends::Exit::usage);
}
