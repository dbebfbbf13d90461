// Reads the files of one [sources.X] table into raw tables, row by row, setting bad rows aside.
#pragma once
#include <functional>

#include "core/records/raw_table.h"
#include "io/records/asked_fields.h"
#include "io/records/input.h"
#include "io/records/row_parser.h"

namespace amends {

struct SourceTarget {
  RawTable* raw = nullptr;
  AskedFields asked;
  // Rows that fold: each is also one of these, or holds some of them. Null otherwise.
  RawTable* folded = nullptr;
  AskedFields asked_folded;
  std::function<std::optional<Currency>(std::string_view order_id)> currency_of_order;
};

// Appends to the targets and to records.rejected, files, buffers and unknown_words.
void read_source(const Project& project, const SourceSpec& spec, Instant as_of, Inputs& inputs, const SourceTarget& target,
                 Records& records);

// The rows of one file, as the source's preset has it.
std::unique_ptr<Rows> rows_in(const InputFile& file, const SourceSpec& spec, Format format, std::deque<std::string>& words);

}  // namespace amends
