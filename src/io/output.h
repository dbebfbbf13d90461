// Where results go: stdout or a file, as a table, CSV, TSV, JSON or JSON lines. Data only; messages are on
// stderr. A file appears whole or not at all.
#pragma once
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace amends {

class UnfinishedFile;

struct ClosedPipe {};  // the reader has gone: success

class Output {
 public:
  explicit Output(std::string path);  // "" and "-": stdout
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view bytes);
  void flush();  // as far as the disk or the reader takes it; throws like close()
  // Everything is on its way to the reader or on disk under its name. Throws Error (io) or ClosedPipe.
  void close();

 private:
  void fail() const;
  std::FILE* file_ = nullptr;  // stdout or a device
  std::unique_ptr<UnfinishedFile> unfinished_;
  std::string path_;
};

bool is_terminal(std::FILE* stream);

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

// Writes JSON lines one by one as they come, or for format "json" as one array. They are on their way at close().
class JsonLines {
 public:
  JsonLines(Output& out, std::string_view format) : out_(out), is_array_(format == "json") {}
  void write(std::string_view line);  // ends in a newline
  void close();

 private:
  Output& out_;
  bool is_array_;
  bool any_ = false;
};

// A cell of CSV or TSV, quoted where it has to be.
void append_cell(std::string& out, std::string_view cell, char separator);

// format: table, csv, tsv, json, jsonl.
std::string print(const Sheet& sheet, std::string_view format);

}  // namespace amends
