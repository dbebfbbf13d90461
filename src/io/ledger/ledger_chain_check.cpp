#include "io/ledger/ledger_chain_check.h"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "io/ledger/ledger_hand.h"
#include "io/ledger/ledger_schema.h"

namespace amends {
namespace {

// The rows of one table, by seq.
class ChainedRows {
 public:
  ChainedRows(const Database& database, std::string_view table)
      : table_(table), rows_(database, fmt::format("SELECT * FROM {} ORDER BY seq", table)) {
    for (int i = 0; i < rows_.columns(); ++i) {
      const std::string name = rows_.name(i);
      if (name == "hash") hash_ = i;
      if (name == (table == "runs" ? "number" : "run")) run_ = i;
    }
    step();
  }
  void step() { has_row_ = rows_.step(); }
  bool has_row() const { return has_row_; }
  const std::string& table() const { return table_; }
  std::int64_t seq() const { return rows_.integer(0); }
  std::int64_t run() const { return run_ < 0 ? 0 : rows_.integer(run_); }
  std::string hash() const { return rows_.text(hash_); }
  Digest worked_out(std::string_view before) const;

 private:
  std::string table_;
  Statement rows_;
  int hash_ = 1, run_ = -1;
  bool has_row_ = false;
};

void append_value(std::string& content, const Statement& row, int column) {
  const std::string_view bytes = row.view(column);
  switch (row.kind(column)) {
    case Statement::Kind::integer: content += fmt::format("{}i{};", column + 1, row.integer(column)); break;
    case Statement::Kind::text: content += fmt::format("{}t{}:{}", column + 1, bytes.size(), bytes); break;
    case Statement::Kind::blob: content += fmt::format("{}b{}:{}", column + 1, bytes.size(), bytes); break;
    default: break;
  }
}

Digest ChainedRows::worked_out(std::string_view before) const {
  std::string content(before);
  content += fmt::format("t{}:{}", table_.size(), table_);
  for (int i = 0; i < rows_.columns(); ++i)
    if (i != hash_) append_value(content, rows_, i);
  return sha256(content);
}

std::string hex_of(std::string_view bytes) { return hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}); }

class Walk {
 public:
  Walk(const std::string& noted, std::set<std::int64_t> sendings, LedgerCheck& check)
      : noted_(lower(noted)), sendings_(std::move(sendings)), check_(check), before_(sizeof(Digest), '\0') {}

  void take(const ChainedRows& row) {
    look_for_gap(row);
    look_at_hash(row);
    look_at_run(row);
    ++check_.rows;
  }

  void end() {
    if (!last_table_.empty() && !has_ended_) find(last_table_, last_, fmt::format("run {} has no end: rows after it were removed", run_));
    check_.end = last_table_.empty() ? std::string() : hex_of(before_);
    check_.runs = run_;
    if (!noted_.empty() && !saw_noted_) find("", 0, fmt::format("the hash {} that was noted is not in the chain: rows were changed, or removed from its end", noted_));
  }

 private:
  void find(const std::string& table, std::int64_t seq, std::string what) { check_.findings.push_back({"chain", table, seq, std::move(what)}); }

  void look_for_gap(const ChainedRows& row) {
    const std::int64_t seq = row.seq();
    follows_ = seq == last_ + 1;
    if (seq <= last_) find(row.table(), seq, fmt::format("its number stands twice, also in {}", last_table_));
    else if (seq == last_ + 2) find(row.table(), seq, fmt::format("row {} before it is missing", last_ + 1));
    else if (!follows_) find(row.table(), seq, fmt::format("rows {} to {} before it are missing", last_ + 1, seq - 1));
    last_ = seq;
    last_table_ = row.table();
  }

  // After a gap the hash before is not known: nothing can be said of that one row.
  void look_at_hash(const ChainedRows& row) {
    const std::string hash = row.hash();
    if (follows_) {
      const Digest digest = row.worked_out(before_);
      if (hash != std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()))
        find(row.table(), row.seq(), "its hash does not follow from its values and the hash before it: it was changed");
    }
    before_ = hash;
    saw_noted_ = saw_noted_ || (!noted_.empty() && hex_of(hash).starts_with(noted_));
  }

  void look_at_run(const ChainedRows& row) {
    if (row.table() == "runs") {
      if (!has_ended_) find(row.table(), row.seq(), fmt::format("run {} before it has no end", run_));
      if (row.run() != run_ + 1) find(row.table(), row.seq(), fmt::format("it is run {}, after run {}", row.run(), run_));
      run_ = row.run();
      has_ended_ = false;
      return;
    }
    // A sending writes what became of each letter as it comes, while other runs begin and end.
    const bool is_of_sending = row.table() == "claims" || row.table() == "outcomes" || row.table() == "message_changes";
    if (is_of_sending && row.run() <= run_ && sendings_.contains(row.run())) return;
    if (row.run() != run_ || has_ended_) find(row.table(), row.seq(), fmt::format("it says that run {} wrote it, and stands {} run {}", row.run(), has_ended_ ? "after the end of" : "in", run_));
    has_ended_ = has_ended_ || row.table() == "run_ends";
  }

  std::string noted_;
  std::set<std::int64_t> sendings_;  // runs of amends send
  LedgerCheck& check_;
  std::string before_, last_table_;
  std::int64_t last_ = 0, run_ = 0;
  bool follows_ = true, has_ended_ = true, saw_noted_ = false;
};

}  // namespace

void check_chain(const Database& database, const std::string& noted, Progress& progress, LedgerCheck& check) {
  std::vector<std::unique_ptr<ChainedRows>> tables;
  for (const std::string_view name : chained_tables())
    if (has_table(database, name)) tables.push_back(std::make_unique<ChainedRows>(database, name));
  std::set<std::int64_t> sendings;
  Statement sent(database, "SELECT number FROM runs WHERE command = 'send'");
  while (sent.step()) sendings.insert(sent.integer(0));
  Walk walk(noted, std::move(sendings), check);
  for (;;) {
    std::erase_if(tables, [](const auto& table) { return !table->has_row(); });
    if (tables.empty()) break;
    ChainedRows& next = **std::min_element(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a->seq() < b->seq(); });
    walk.take(next);
    next.step();
    progress.rows = progress.bytes = static_cast<std::uint64_t>(check.rows);
  }
  walk.end();
}

}  // namespace amends
