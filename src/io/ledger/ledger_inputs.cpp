#include "io/ledger/ledger_inputs.h"

namespace amends {

const char* const input_table = R"(
CREATE TABLE inputs (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, run INTEGER NOT NULL REFERENCES runs(number),
  kind TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE INDEX inputs_by_name ON inputs(kind, name, seq);
)";

InputsTable::InputsTable(const Database& database, Chain& chain)
    : inputs_(database, chain, "inputs", {"run", "kind", "name", "bytes", "digest"}),
      last_(database, "SELECT bytes, digest FROM inputs WHERE kind = ? AND name = ? ORDER BY seq DESC LIMIT 1") {}

void InputsTable::append(const InputPrint& input, std::int64_t run) {
  const std::string_view digest{reinterpret_cast<const char*>(input.digest.data()), input.digest.size()};
  const bool is_known = last_.bind(input.kind).bind(input.name).step();
  const bool is_same = is_known && last_.integer(0) == input.bytes && last_.view(1) == digest;
  if (is_known) last_.reset();
  if (!is_same) inputs_.add(run).add(input.kind).add(input.name).add(input.bytes).add_blob(digest).append();
}

}  // namespace amends
