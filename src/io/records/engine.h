// The record engine: from a project's sources to judged cases, in parallel and in bounded memory. Orders that are in
// time or not due yet are counted as their files go by (sift.h); the others come in batches of full records, judged
// (batches.h, core/judging/miss.h). What it finds is what read_records() and judge() find on everything at once.
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/judging/contact_log.h"
#include "core/judging/kept_order.h"
#include "core/judging/miss.h"
#include "io/limits.h"
#include "io/progress.h"
#include "io/records/keep.h"
#include "io/records/sources.h"

namespace amends {

struct EngineOptions {
  int threads = 0;                                    // 0: as many as there are processors
  Limits limits;
  Progress* progress = nullptr;                       // counted here, when there is one
  std::uint64_t chunk_size = std::uint64_t{1} << 20;  // bytes of a file that one thread takes at a time
};

// Some orders with all that belongs to them.
struct Batch {
  std::size_t number = 0;
  Records records;
  Judgement judgement;
  std::string text;  // what is to be printed of it
};

// Where orders that kept their promise are counted too, though Keep::all says all orders come: most then come as a few
// numbers instead (core/judging/kept_order.h), and not in a batch.
struct KeptUse {
  KeptGroups* groups = nullptr;  // of the facts they are counted by; null: not asked for
  std::vector<std::string> of_lines;  // facts of lines they are counted by too: where a source holds one, all orders come
  bool with_persons = false;     // KeptOrder::person
  std::function<void(std::span<const KeptOrder>)> take;  // on any thread, several at a time
};

// What is done with each batch.
struct BatchUse {
  std::function<void(Batch&)> prepare;            // on any thread, several at a time; may be empty
  std::function<void(Batch&)> take;               // one after the other, in the order of the orders' files
  std::function<void(std::string_view)> print;    // the texts, in that order, once no source can be in doubt any more
  KeptUse kept;
  bool keeps_bytes = false;             // misses are kept, and so is what their facts point to
};

struct EngineStats {
  std::uint64_t bytes = 0, spilled = 0;
  std::size_t looked_at_again = 0;  // orders
  double opening = 0, parsing = 0, joining = 0, fetching = 0, judging = 0;  // seconds
};

// All that came of the records but the misses.
struct Survey {
  Records records;                             // without tables: what was set aside, counts, names
  std::vector<std::deque<std::string>> words;  // kept with its buffers
  Counts counts;
  std::optional<Instant> newest[record_kinds];  // the latest time of a fact in each source; none told, or not looked at: none
  std::shared_ptr<const ContactLog> contacts;  // null unless a fact is asked for that it tells, and a source tells it
  EngineStats stats;
};

// Throws Error. `keep` says which orders always come in a batch; of `all`, see KeptUse.
Survey read_and_judge(const Project& project, Instant as_of, const Wanted& wanted, const JudgeOptions& judging, Keep keep,
                       const EngineOptions& options, const BatchUse& use);

}  // namespace amends
