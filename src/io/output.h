// Where results go: stdout or a file, as a table, CSV, TSV, JSON or JSON lines. Data only; messages are on
// stderr. A file appears whole or not at all.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace amends {

struct ClosedPipe {};  // the reader has gone: success

class Output {
 public:
  explicit Output(std::string path);  // "" and "-": stdout
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view bytes);
  // Everything is on its way to the reader or on disk under its name. Throws Error (io) or ClosedPipe.
  void close();

 private:
  void fail() const;
  std::string path_, temporary_;
  std::FILE* file_ = nullptr;
};

bool is_terminal(std::FILE* stream);
std::size_t terminal_width();  // COLUMNS, the terminal's, else 100

struct SheetColumn {
  std::string name;           // key in JSON and CSV
  std::string heading = {};   // in tables; empty: the name
  bool right = false;         // numbers stand right
  bool number = false;        // JSON writes it bare
};

// Rows for people and machines. An empty cell is null in JSON.
struct Sheet {
  std::string type;           // of the JSON lines
  std::vector<SheetColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

// JSON lines as they are, or for format "json" as one array.
std::string json_lines(std::string lines, std::string_view format);

// format: table, csv, tsv, json, jsonl.
std::string print(const Sheet& sheet, std::string_view format);

}  // namespace amends
