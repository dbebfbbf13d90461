// Which cell of a file's rows goes into which column of a table, and how it is read: the meeting of a header,
// a [sources.X] table and a preset. Explicit columns win over the preset, the preset over canonical names.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/project.h"
#include "core/records/raw_table.h"
#include "io/records/preset.h"
#include "io/records/rows.h"

namespace amends {

enum class Reading : std::uint8_t { text, word, carrier, currency, number, money, moment, other };

inline constexpr std::size_t no_cell = static_cast<std::size_t>(-1);

struct CellPlan {
  std::size_t cell = 0;     // of the row
  std::size_t column = 0;   // of the table
  Reading reading = Reading::text;
  bool is_other = false;    // read only where the cells before tell the column nothing
  bool midnight_is_date = false;
  bool is_fact_time = false;
  std::string strip;        // a prefix to take off
  bool is_day = false;      // only the day counts, as written
  std::string blank;        // a text that tells nothing
  std::size_t except = no_cell;      // a cell equal to this one tells nothing
  std::vector<std::size_t> places;   // where all are empty, a time that ends in Z is a local one
};

struct ColumnPlan {
  std::vector<CellPlan> cells;                  // the currency first, so that amounts know theirs
  std::size_t width = 0;                        // cells of the header
};

// What one table is asked for: canonical and own fields by name, keys included.
struct AskedFields {
  RecordKind kind = RecordKind::order;
  std::vector<Field> fields;
};

// Adds the columns the header holds to raw.table; `preset` is the part for these records, which may stand
// inside of the source's own. Error when a mapped header or the record's key is not
// there, or stands twice.
ColumnPlan plan_columns(const Rows& rows, const AskedFields& asked, const Project& project, const SourceSpec& spec,
                        const PresetPart& preset, RawTable& raw);

// Stops at a key of `columns` that is no field, and at a status or cause mapped to an unknown word.
void check_mapping(const SourceSpec& spec, const Project& project, const Preset& preset);

// The field every row of this record needs; and those of which one is enough.
std::string_view key_of(RecordKind kind);
std::span<const std::string_view> keys_of(RecordKind kind);

}  // namespace amends
