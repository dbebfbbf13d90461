// What a vendor calls its columns and statuses: templates/presets/NAME.tsv, one fact a line, tab-separated.
//   RECORD column FIELD HEADER   several lines of one field: the first header the file has
//   RECORD else FIELD HEADER     where that cell is empty, or its word is not mapped
//   RECORD except FIELD HEADER   a cell equal to this one tells nothing
//   RECORD blank FIELD TEXT      so does this text
//   RECORD status WORD STATUS    likewise cause; "-": the word tells nothing
//   RECORD date FORMAT           how the vendor writes times, where not ISO
//   RECORD zone ZONE             of times that carry none, unless the source or the user says otherwise
//   RECORD midnight FIELD        midnights of this field are dates
//   RECORD day FIELD             of this field only the day counts, as it is written
//   RECORD place HEADER          times that end in Z are local ones where all such cells are empty
//   RECORD strip FIELD TEXT      a prefix to take off the cell
//   RECORD fold RECORD [ARRAY]   each row also is one of these; with ARRAY, each element of it is one
//   RECORD unwrap PATH           records stand inside of a JSON answer, as an object or an array
//   RECORD format NAME           where the file's name does not tell it
//   RECORD plain_quotes yes      a quote is an ordinary character
//   RECORD unmet FIELD HEADER    a file with this header lists only what has not happened yet
//   RECORD tracked yes           a row may name no order: it is found by the carrier's number
//   RECORD lacks FIELD ADVICE    what the export never holds, for lint
//   RECORD title TEXT            the name of the export, for lint and `amends fields --presets`
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/records/fields.h"

namespace amends {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct PresetPart {
  Pairs columns, others, excepts, blanks, statuses, causes, strips, unmet, lacks;
  std::vector<std::string> dates, midnights, days, places, unwraps;
  std::optional<RecordKind> fold;
  std::string array;   // of JSON: whose elements fold
  std::string zone, format, title;
  bool plain_quotes = false;
  bool is_tracked = false;
};

struct Preset {
  std::string name;
  PresetPart parts[record_kinds];
  const PresetPart& part(RecordKind kind) const { return parts[static_cast<int>(kind)]; }
};

std::vector<std::string> preset_names();
// Error at `where` when there is none of that name; an empty name is "generic".
const Preset& preset_named(std::string_view name, const Where& where);

}  // namespace amends
