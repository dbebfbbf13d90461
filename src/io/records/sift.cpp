#include "io/records/sift.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <mutex>
#include <optional>
#include <type_traits>
#include <unordered_map>

#include "io/records/byte_masks.h"
#include "io/records/input_file.h"
#include "io/records/kept_entry.h"
#include "io/records/threads.h"
#include "io/records/wanted_writer.h"

namespace amends {
namespace {

constexpr std::uint64_t partition_bytes = std::uint64_t{3} << 19;  // of the files; an order takes about 200
constexpr std::size_t most_partitions = 512;
constexpr std::size_t most_searched = 16;       // ids that are looked for in a chunk before its rows are
constexpr std::size_t most_guessed = std::size_t{8} << 20;  // bytes behind a chunk that its last row may take
constexpr std::uint64_t unknown_end = 0;
constexpr std::uint64_t failed = ~std::uint64_t{0};

std::size_t partitions_for(const std::vector<SourceFile>& files) {
  std::uint64_t bytes = 0;
  for (const SourceFile& file : files) bytes += file.bytes->size();
  return std::min(most_partitions, static_cast<std::size_t>(std::bit_ceil(bytes / partition_bytes + 1)));
}

template <typename Entries>
class Sifting {
  using Order = typename Entries::Order;
  using Attached = typename Entries::Attached;

 public:
  Sifting(const std::vector<SourceFile>& files, const SievePlan& plan, const KeptJoin::Take& take_kept, BlockPool& pool, Progress& progress, Sifted& out)
      : files_(files), plan_(plan), take_kept_(take_kept), progress_(progress), out_(out), partitions_(partitions_for(files)), shift_(64 - std::countr_zero(partitions_)),
        first_time_(plan.as_of.ms - half_40_bits), packing_(first_time_, plan.as_of, plan.project->guarantees),
        orders_(pool, partitions_), attached_(pool, partitions_), ends_(out.chunks.size()) {}

  void run(int threads) {
    out_.rows.assign(files_.size(), 0);
    out_.clean.assign(files_.size(), 0);
    out_.newest.assign(files_.size(), Moment::none);
    out_.utf8.assign(files_.size(), {});
    run_on_threads(threads, [this](int) { parse_chunks(); });
    out_.parsed = std::chrono::steady_clock::now();
    number_lines();
    run_on_threads(threads, [this](int) { join_partitions(); });
    join_uncoded();
  }

 private:
  struct Hands {  // of one thread
    Hands(Sifting& sifting) : orders(sifting.orders_), attached(sifting.attached_), rows(sifting.files_.size(), 0), clean(rows.size(), 0), newest(rows.size(), Moment::none) {}
    typename BlockLists::Writer orders, attached;
    const SourceFile* sieve_file = nullptr;
    std::unique_ptr<RowSieve> sieve;  // of the file at hand
    std::vector<std::size_t> rows, clean;  // by file
    std::vector<std::int64_t> newest;
    std::vector<Utf8Count> utf8 = std::vector<Utf8Count>(rows.size());
    ChunkReader reader;
    Structure structure;
    SievedRows sieved;
  };

  // Where the chunk before ended, once that is known.
  std::uint64_t end_before(std::size_t number) {
    const Chunk& chunk = out_.chunks[number];
    if (number == 0 || out_.chunks[number - 1].file != chunk.file) return chunk.first_row;
    ends_[number - 1].wait(unknown_end);
    return ends_[number - 1].load();
  }

  void publish(std::size_t number, std::uint64_t end) {
    ends_[number].store(end);
    ends_[number].notify_all();
  }

  void parse_chunks() {
    try {
      Hands hands(*this);
      for (std::size_t number = next_chunk_++; number < out_.chunks.size(); number = next_chunk_++)
        if (!parse_chunk(number, hands)) return;
      hands.orders.close();
      hands.attached.close();
      const std::lock_guard lock(guard_);
      for (std::size_t i = 0; i < files_.size(); ++i) {
        out_.rows[i] += hands.rows[i];
        out_.clean[i] += hands.clean[i];
        out_.newest[i] = std::max(out_.newest[i], hands.newest[i]);
        out_.utf8[i] += hands.utf8[i];
      }
    } catch (...) {
      for (std::size_t number = 0; number < ends_.size(); ++number) publish(number, failed);
      throw;
    }
  }

  // False when another thread has failed.
  bool parse_chunk(std::size_t number, Hands& hands) {
    Chunk& chunk = out_.chunks[number];
    const bool is_first = number == 0 || out_.chunks[number - 1].file != chunk.file;
    if (!plan_.keep->persons.empty() && chunk.file->spec->kind != RecordKind::order) {
      chunk.behind = chunk.first_row;
      publish(number, chunk.end);
      return true;
    }
    std::uint64_t guess = is_first ? chunk.first_row : guessed_start(chunk, hands);
    const bool passed_over = plan_.keep->only_these && guess != failed && is_passed_over(chunk, guess, hands);
    if (guess != failed && !passed_over && !read_rows(chunk, guess, hands, is_first)) guess = failed;
    const std::uint64_t start = end_before(number);
    if (start == failed) return false;
    if (start != guess) read_rows(chunk, start, hands, true);
    publish(number, chunk.behind);
    take_in(chunk, hands);
    return true;
  }

  std::uint64_t guessed_start(const Chunk& chunk, Hands& hands) {
    hands.reader.read(chunk, chunk.begin - 1, chunk.end + usual_tail);
    const std::string_view bytes = hands.reader.bytes();
    const std::size_t feed = bytes.substr(0, static_cast<std::size_t>(chunk.end - chunk.begin)).find('\n');
    return feed == std::string_view::npos ? failed : chunk.begin + feed;
  }

  // Whether the chunk, which begins as guessed, holds none of the orders asked for. Its quotes are in pairs, so that
  // it ends at a line's end.
  bool is_passed_over(Chunk& chunk, std::uint64_t start, Hands& hands) {
    ChunkReader& reader = hands.reader;
    hands.sieved.clear();
    chunk.first_row = start;
    reader.read(chunk, chunk.first_row, chunk.end + usual_tail);
    const std::string_view bytes = reader.bytes();
    const std::size_t last = bytes.find('\n', static_cast<std::size_t>(chunk.end - chunk.first_row) - 1);
    if (last == std::string_view::npos) return false;
    const std::string_view rows = bytes.substr(0, last + 1);
    const MarkCounts marks = count_marks(rows);
    if (marks.quotes % 2 != 0 || marks.returns != 0) return false;
    if (may_hold_one(rows, chunk.file->spec->kind == RecordKind::order)) return false;
    chunk.behind = chunk.first_row + rows.size();
    chunk.lines = marks.line_feeds;
    return true;
  }

  bool may_hold_one(std::string_view rows, bool orders) const {
    const Keep& keep = *plan_.keep;
    const bool is_by_address = std::any_of(keep.persons.begin(), keep.persons.end(), [](const std::string& p) { return p.find('@') != std::string::npos; });
    if (keep.orders.size() + keep.persons.size() > most_searched || (orders && is_by_address)) return true;  // addresses may differ in case
    // A quote inside stands doubled in the file.
    const auto holds = [rows](std::string_view text) { return text.find('"') != std::string_view::npos || holds_bytes(rows, text); };
    return std::any_of(keep.orders.begin(), keep.orders.end(), holds) || (orders && std::any_of(keep.persons.begin(), keep.persons.end(), holds));
  }

  // False where a start that is only guessed leads far beyond the chunk, as one within quotes would.
  bool read_rows(Chunk& chunk, std::uint64_t start, Hands& hands, bool is_certain) {
    hands.sieved.clear();
    chunk.first_row = chunk.behind = start;
    chunk.lines = 0;
    if (start >= chunk.end) return true;
    ChunkReader& reader = hands.reader;
    reader.read(chunk, start, chunk.end + usual_tail);
    Structure& structure = hands.structure;
    structure.set_dialect(chunk.file->dialect);
    const auto until = static_cast<std::size_t>(chunk.end - start);
    while (structure.find(reader.bytes(), until, reader.is_end()) == Structure::Found::more) {
      if (!is_certain && reader.bytes().size() > until + most_guessed) return false;
      reader.read_on();
    }
    chunk.behind = start + structure.end();
    chunk.lines = structure.lines();
    sieve(chunk, structure, hands);
    return true;
  }

  RowSieve& sieve_of(const SourceFile& file, Hands& hands) {
    if (hands.sieve_file != &file) {
      hands.sieve = std::make_unique<RowSieve>(plan_, file);
      hands.sieve_file = &file;
    }
    return *hands.sieve;
  }

  void sieve(const Chunk& chunk, const Structure& rows, Hands& hands) {
    RowSieve& sieve = sieve_of(*chunk.file, hands);
    sieve.start_chunk();
    const std::string_view bytes = hands.reader.bytes().substr(0, rows.end());
    const bool well_formed = is_well_formed(bytes);
    if (!well_formed) hands.sieved.utf8 = utf8_count(bytes);
    const std::uint64_t first_position = chunk.file->base + chunk.first_row;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (rows.is_blank(row)) continue;
      const bool broken = !well_formed && !is_well_formed(rows.text_of(row));
      sieve.take(rows, row, first_position + rows.begin_of_row(row), broken, hands.sieved);
    }
  }

  template <typename Entry>
  Entry& add_entry(const SievedRow& row, typename BlockLists::Writer& to) {
    Entry found;
    found.set_id(row.id);
    const std::size_t partition = partitions_ == 1 ? 0 : static_cast<std::size_t>(found.hash() >> shift_);
    Entry& entry = *reinterpret_cast<Entry*>(to.add(partition, sizeof found));
    entry.set_id(row.id);
    const bool is_never = row.time == std::numeric_limits<std::int64_t>::max();
    const std::int64_t after = is_never ? static_cast<std::int64_t>(most_40_bits) : row.time - first_time_;
    const auto far = static_cast<std::uint64_t>(std::clamp<std::int64_t>(after, 0, static_cast<std::int64_t>(most_40_bits)));
    entry.time_low = static_cast<std::uint32_t>(far);
    entry.time_high = static_cast<std::uint8_t>(far >> 32);
    entry.position_low = static_cast<std::uint32_t>(row.position);
    entry.position_high = static_cast<std::uint8_t>(row.position >> 32);
    entry.hours = row.hours;
    return entry;
  }

  // The chunk's rows go to their partitions.
  void take_in(const Chunk& chunk, Hands& hands) {
    SievedRows& sieved = hands.sieved;
    for (std::size_t i = 0; i < sieved.rows.size(); ++i) {
      SievedRow& row = sieved.rows[i];
      if (row.kind == RecordKind::order) {
        Order& entry = add_entry<Order>(row, hands.orders);
        if constexpr (Entries::tell)
          if (!packing_.pack(sieved.told[i], entry.told)) row.order = {OrderClass::odd, row.order.use};
        entry.tag = packed(row.order);
      } else {
        Attached& entry = add_entry<Attached>(row, hands.attached);
        if constexpr (Entries::tell)
          if (!packing_.pack(sieved.told[i], entry.told) || (row.row == RowClass::arrived && !packing_.fits(row.time))) row.row = RowClass::odd;
        entry.tag = packed_attached(row);
      }
    }
    hands.rows[chunk.file->index] += sieved.read;
    hands.clean[chunk.file->index] += sieved.clean;
    hands.newest[chunk.file->index] = std::max(hands.newest[chunk.file->index], sieved.newest);
    hands.utf8[chunk.file->index] += sieved.utf8;
    progress_.bytes += chunk.behind - chunk.first_row;
    progress_.rows += sieved.read;
    if (sieved.uncoded.empty()) return;
    const std::lock_guard lock(guard_);
    std::move(sieved.uncoded.begin(), sieved.uncoded.end(), std::back_inserter(uncoded_));
  }

  void number_lines() {
    const Chunk* before = nullptr;
    for (std::size_t i = 0; i < out_.chunks.size(); ++i) {
      Chunk& chunk = out_.chunks[i];
      const bool is_first = before == nullptr || before->file != chunk.file;
      chunk.line = is_first ? chunk.file->body_line : before->line + before->lines;
      before = &chunk;
    }
  }

  static constexpr std::uint32_t none = 0xffffffff;

  // Rows with one id.
  struct Group {
    std::uint32_t order = none;     // the last read
    std::uint32_t attached = none;  // likewise
    std::uint32_t arrived = 0, on_their_way = 0, silent = 0;
    std::uint64_t latest = 0, not_before = 0;  // the last arrival, at the latest and at the earliest
    bool is_odd = false;
  };

  // One thread's tables for a partition.
  struct Desk {
    std::vector<Order> orders;
    std::vector<Attached> attached;
    std::vector<std::uint32_t> next_order, next_attached;
    std::vector<std::uint32_t> slots;
    std::vector<Group> groups;
    std::size_t rows_read[record_kinds] = {}, orphans[record_kinds] = {};
    Counts counts;
    std::optional<KeptJoin> kept;  // where kept orders are asked for
  };

  void join_partitions() {
    Desk desk;
    if constexpr (Entries::tell) desk.kept.emplace(plan_, take_kept_);
    WantedWriter wanted(out_);
    for (std::size_t partition = next_partition_++; partition < partitions_; partition = next_partition_++) {
      orders_.consume_into(partition, desk.orders);
      attached_.consume_into(partition, desk.attached);
      group(desk);
      for (const Group& one : desk.groups) settle(one, desk, wanted);
      if constexpr (Entries::tell) desk.kept->hand_over();
    }
    wanted.close();
    const std::lock_guard lock(guard_);
    add(desk);
  }

  void add(const Desk& desk) {
    out_.counts += desk.counts;
    for (int kind = 0; kind < record_kinds; ++kind) {
      out_.rows_read[kind] += desk.rows_read[kind];
      out_.orphans[kind] += desk.orphans[kind];
    }
  }

  // Whether the known group is of this entry's id.
  template <typename Entry>
  static bool is_of(const Group& known, const Entry& entry, const Desk& desk) {
    return known.order != none ? desk.orders[known.order].is_same(entry) : desk.attached[known.attached].is_same(entry);
  }
  static std::uint64_t hash_of(const Group& known, const Desk& desk) {
    return known.order != none ? desk.orders[known.order].hash() : desk.attached[known.attached].hash();
  }

  // The group of an id; a new one is empty.
  template <typename Entry>
  Group& group_of(const Entry& entry, Desk& desk) {
    const std::size_t mask = desk.slots.size() - 1;
    for (std::size_t at = entry.hash() & mask;; at = (at + 1) & mask) {
      const std::uint32_t slot = desk.slots[at];
      if (slot == none) {
        desk.slots[at] = static_cast<std::uint32_t>(desk.groups.size());
        return desk.groups.emplace_back();
      }
      if (is_of(desk.groups[slot], entry, desk)) return desk.groups[slot];
    }
  }

  void group(Desk& desk) {
    desk.groups.clear();
    desk.slots.assign(std::bit_ceil((desk.orders.size() + desk.attached.size() / 4) * 2 + 16), none);
    desk.next_order.resize(desk.orders.size());
    desk.next_attached.resize(desk.attached.size());
    for (std::uint32_t i = 0; i < desk.orders.size(); ++i) {
      Group& found = group_of(desk.orders[i], desk);
      found.is_odd = found.order != none || order_tag(desk.orders[i].tag).order == OrderClass::odd;
      desk.next_order[i] = found.order;
      found.order = i;
    }
    for (std::uint32_t i = 0; i < desk.attached.size(); ++i) {
      if (desk.groups.size() * 4 > desk.slots.size() * 3) grow(desk);
      add_attached(group_of(desk.attached[i], desk), i, desk);
    }
  }

  // Many rows without an order.
  void grow(Desk& desk) {
    desk.slots.assign(desk.slots.size() * 4, none);
    const std::size_t mask = desk.slots.size() - 1;
    for (std::uint32_t i = 0; i < desk.groups.size(); ++i) {
      std::size_t at = hash_of(desk.groups[i], desk) & mask;
      while (desk.slots[at] != none) at = (at + 1) & mask;
      desk.slots[at] = i;
    }
  }

  // A parcel without a number may be told by its tracking to be one that has one.
  static bool may_be_versions(std::uint16_t a, std::uint16_t b) {
    if (kind_in(a) != kind_in(b)) return false;
    const bool is_unnumbered = own_id_in(a) == 0 || own_id_in(b) == 0;
    return own_id_in(a) == own_id_in(b) || (is_unnumbered && kind_in(a) == RecordKind::shipment);
  }

  void add_attached(Group& found, std::uint32_t row, Desk& desk) {
    const Attached& entry = desk.attached[row];
    // Rows that may be one another's version, or fail to tell.
    int before = 0;
    for (std::uint32_t other = found.attached; other != none; other = desk.next_attached[other], ++before) {
      if (may_be_versions(desk.attached[other].tag, entry.tag) || before == 30) found.is_odd = true;
      if (found.is_odd) break;
    }
    desk.next_attached[row] = found.attached;
    found.attached = row;
    const bool is_parcel = kind_in(entry.tag) == RecordKind::shipment;
    switch (class_in(entry.tag)) {
      case RowClass::arrived:
        ++found.arrived;
        found.latest = std::max(found.latest, time_of(entry));
        found.not_before = std::max(found.not_before, hours_before(entry));
        break;
      case RowClass::on_its_way: ++found.on_their_way; break;
      case RowClass::silent: found.silent += is_parcel ? 1 : 0; break;
      case RowClass::odd: found.is_odd = true; break;
    }
  }

  void settle(const Group& found, Desk& desk, WantedWriter& wanted) {
    if (found.is_odd || (found.order != none && !count_order(found, desk.orders[found.order], desk))) return want(found, desk, wanted);
    for (std::uint32_t row = found.attached; row != none; row = desk.next_attached[row]) {
      const auto kind = static_cast<std::size_t>(kind_in(desk.attached[row].tag));
      ++desk.rows_read[kind];
      if (found.order == none) ++desk.orphans[kind];
    }
  }

  // Counts an order all of whose cases are in time or open; false when one may be neither.
  bool count_order(const Group& found, const Order& entry, Desk& desk) const {
    OrderTag tag = order_tag(entry.tag);
    if (tag.order == OrderClass::not_yet) return true;
    if (tag.order == OrderClass::waiting) {
      const bool all_arrived = found.arrived > 0 && found.on_their_way + found.silent == 0;
      const bool mixed_words = found.silent > 0 && found.arrived + found.on_their_way > 0;
      const bool is_in_order = entry.hours == any_hours || found.not_before >= hours_before(entry);
      if (all_arrived && is_in_order && found.latest < time_of(entry)) tag.in_time = static_cast<std::uint8_t>(tag.in_time + tag.waiting);
      else if (!all_arrived && !mixed_words && tag.may_be_open && static_cast<std::uint64_t>(half_40_bits) < time_of(entry))
        tag.open = static_cast<std::uint8_t>(tag.open + tag.waiting);
      else return false;
    }
    if constexpr (Entries::tell)
      if (tag.open > 0 || !tell_order(found, entry, desk)) return false;
    ++desk.rows_read[static_cast<std::size_t>(RecordKind::order)];
    ++desk.counts.orders;
    desk.counts.cases += tag.in_time + std::size_t{tag.open};
    desk.counts.in_time += tag.in_time;
    desk.counts.open += tag.open;
    if (tag.in_time + tag.open == 0) ++desk.counts.unmatched;
    return true;
  }

  bool tell_order(const Group& found, const Order& entry, Desk& desk) const {
    if constexpr (Entries::tell) {
      desk.kept->start(packing_.order(entry));
      for (std::uint32_t row = found.attached; row != none; row = desk.next_attached[row])
        if (kind_in(desk.attached[row].tag) == RecordKind::shipment) desk.kept->add(packing_.parcel(desk.attached[row]));
      return desk.kept->finish();
    }
    return true;
  }

  void want(const Group& found, Desk& desk, WantedWriter& wanted) {
    FirstUsed first;
    for (std::uint32_t row = found.order; row != none; row = desk.next_order[row]) first.add(order_tag(desk.orders[row].tag).use, position_of(desk.orders[row]));
    const std::uint64_t group = first.position;
    for (std::uint32_t row = found.order; row != none; row = desk.next_order[row]) wanted.add({position_of(desk.orders[row]), group});
    for (std::uint32_t row = found.attached; row != none; row = desk.next_attached[row]) wanted.add({position_of(desk.attached[row]), group});
  }

  // Ids of another shape than most, by their text; rows without one belong nowhere.
  void join_uncoded() {
    std::unordered_map<std::string_view, FirstUsed> groups;
    for (const UncodedRow& row : uncoded_)
      if (row.kind == RecordKind::order && !row.id.empty()) groups[row.id].add(row.use, row.position);
    WantedWriter wanted(out_);
    for (const UncodedRow& row : uncoded_) {
      const auto found = groups.find(row.id);
      wanted.add({row.position, found == groups.end() ? no_group : found->second.position});
    }
    wanted.close();
  }

  const std::vector<SourceFile>& files_;
  const SievePlan& plan_;
  const KeptJoin::Take& take_kept_;
  Progress& progress_;
  Sifted& out_;
  const std::size_t partitions_;
  const int shift_;
  const std::int64_t first_time_;
  const KeptPacking packing_;
  BlockLists orders_, attached_;
  std::vector<std::atomic<std::uint64_t>> ends_;
  std::atomic<std::size_t> next_chunk_ = 0, next_partition_ = 0;
  std::mutex guard_;
  std::vector<UncodedRow> uncoded_;
};

}  // namespace

void sift(const std::vector<SourceFile>& files, const SievePlan& plan, const KeptJoin::Take& take_kept, BlockPool& pool, int threads, Progress& progress, Sifted& out) {
  const auto run = [&]<typename Entries>(std::type_identity<Entries>) { Sifting<Entries>(files, plan, take_kept, pool, progress, out).run(threads); };
  if (plan.kept.groups == nullptr && plan.code.is_wide()) run(std::type_identity<PlainEntries<WideEntry>>());
  else if (plan.kept.groups == nullptr) run(std::type_identity<PlainEntries<NarrowEntry>>());
  else if (plan.code.is_wide()) run(std::type_identity<ToldEntries<WideEntry>>());
  else run(std::type_identity<ToldEntries<NarrowEntry>>());
}

}  // namespace amends
