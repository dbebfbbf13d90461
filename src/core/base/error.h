// How amends stops: one exception type, thrown where the fault is known, printed once by main.
// Findings of which there may be many (rejected rows, lint) are values, not errors.
#pragma once
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace amends {

// Exit codes, a contract with cron and scripts (amends.1). Add, never renumber.
enum class Exit {
  ok = 0,
  findings = 1,
  usage = 2,
  partial = 3,
  locked = 4,
  io = 5,
  bug = 70,
  interrupted = 130,
  terminated = 143,
};

// A place in a file the user wrote. Line 0: the whole file. Column and length count bytes, from 1.
struct Where {
  std::string file{};
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;
  std::string text{};  // the user's own line, without its line end
};

struct Error : std::exception {
  Error(Where at, std::string what_is_wrong, std::string what_to_type = {}, Exit code = Exit::usage)
      : where(std::move(at)),
        message(std::move(what_is_wrong)),
        hint(std::move(what_to_type)),
        exit(code) {}
  const char* what() const noexcept override { return message.c_str(); }

  Where where;
  std::string message;  // in the user's words, no full stop
  std::string hint;     // what to type next; may be empty
  Exit exit;
};

// The whole report as printed on stderr, ending in a newline:
//   orders.csv:118:22: error: "31/03/26" is not a date
//     118 | 4471,ana@example.com,31/03/26,2026-04-04
//         |                      ^^^^^^^^
//     hint: write 2026-03-31
std::string describe(const Error& error);
std::string describe(const Where& where, std::string_view severity, std::string_view message,
                     std::string_view hint);

}  // namespace amends
