// What a vendor calls its columns and statuses: templates/presets/NAME.tsv, one fact a line, tab-separated.
//   RECORD column FIELD HEADER   several lines of one field are tried in order
//   RECORD status WORD STATUS    likewise cause
//   RECORD date FORMAT           how the vendor writes times, where not ISO
//   RECORD midnight FIELD        midnights of this field are dates
//   RECORD strip FIELD TEXT      a prefix to take off the cell
//   RECORD fold RECORD           rows of one order repeat it; each also is one of these
//   RECORD plain_quotes yes      a quote is an ordinary character
//   RECORD lacks FIELD ADVICE    what the export never holds, for lint
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fields.h"

namespace amends {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct PresetPart {
  Pairs columns, statuses, causes, strips, lacks;
  std::vector<std::string> dates, midnights;
  bool folds_items = false;
  bool plain_quotes = false;
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
