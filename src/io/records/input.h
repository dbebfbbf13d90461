// Opens what the sources name: a file, stdin, a pipe, what is packed, a table or query of a database. All come as
// one thing, UTF-8 text that can be read at any offset. What cannot be read where it stands is spooled on the way:
// unpacked, turned into UTF-8, written as CSV, in bounded memory.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/project.h"
#include "io/records/byte_store.h"
#include "io/records/delimited.h"

namespace amends {

enum class Format { csv, tsv, jsonl };

// By what the source says, else by the file's name, else by the preset.
Format format_of(const SourceSpec& spec, std::string path);
// How a delimited file of the source is written. `is_table`: rows of a database.
Dialect dialect_of(const SourceSpec& spec, Format format, bool is_table);

struct Input {
  std::string name;  // as messages show it: of a database without user and password
  Format format = Format::csv;
  // Rows of a database, as RFC 4180 whatever the preset says; a row's line is its number, from 1.
  bool is_table = false;
  std::unique_ptr<ByteStore> bytes;  // without BOM
};

// One file, or stdin for "-", in the encoding given. Error (io) when it cannot be read, is packed and damaged, or
// is UTF-16.
std::unique_ptr<ByteStore> open_file(const std::string& path, const std::string& name, const std::string& encoding,
                                     const Where& where, const Limits& limits);

class RecordDatabase;

// Keeps databases open, so that all tables a run reads of one are of one moment.
class Inputs {
 public:
  // What is spooled takes up a quarter of the memory, all inputs together.
  explicit Inputs(Limits limits = {});
  ~Inputs();
  Inputs(Inputs&&) noexcept;

  Input open(const SourceSpec& spec, const std::string& path);  // one of matching_files()
  // What was opened and is to be read from its start: the next open() hands it out. A pipe comes but once.
  void give_back(const SourceSpec& spec, const std::string& path, Input input);

 private:
  Input opened(const SourceSpec& spec, const std::string& path);

  Limits limits_;  // what is left of them
  std::map<std::string, std::unique_ptr<RecordDatabase>> databases_;
  std::map<std::pair<const SourceSpec*, std::string>, Input> given_back_;
};

}  // namespace amends
