#include "io/records/batches.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/text.h"
#include "core/records/id_index.h"
#include "io/records/byte_masks.h"
#include "io/records/row_intake.h"
#include "io/records/threads.h"

namespace amends {
namespace {

constexpr std::size_t spare = 64;  // that can be read behind a row

struct TextHead {
  std::uint64_t position;
  std::uint32_t line;
  std::uint32_t length;
};

// The row that begins here, without its line end. `bytes` holds all of it.
std::string_view row_at(std::string_view bytes, Dialect dialect) {
  const std::size_t feed = std::min(bytes.find('\n'), bytes.size());
  std::string_view row = bytes.substr(0, feed);
  const bool is_quoted = dialect.quoting && row.find('"') != std::string_view::npos;
  if (!is_quoted && row.ends_with('\r') && feed < bytes.size()) row.remove_suffix(1);
  if (!is_quoted && row.find('\r') == std::string_view::npos) return row;
  DelimitedReader reader(bytes, dialect);
  return reader.next() ? reader.raw() : std::string_view{};
}

// Lines, counted on from one row of a chunk to a later one. A table of a database has no lines but rows.
class LineCounter {
 public:
  LineCounter(const Chunk& chunk, std::string_view bytes) : chunk_(chunk), bytes_(bytes), line_(chunk.line) {}

  std::size_t at(std::size_t offset) {
    const std::string_view passed = bytes_.substr(at_, offset - at_);
    if (chunk_.file->is_table) {
      for (std::string_view rest = passed; !rest.empty(); ++line_) rest.remove_prefix(std::min(rest.size(), row_at(rest, chunk_.file->dialect).size() + 1));
    } else {
      const std::size_t returns = count_bytes(passed.data(), passed.size(), '\r');
      line_ += returns == 0 ? count_bytes(passed.data(), passed.size(), '\n') : count_lines(passed);
    }
    at_ = offset;
    return line_;
  }

 private:
  const Chunk& chunk_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t line_;
};

// Rows whose texts are known, each by itself.
class TextRows : public Rows {
 public:
  TextRows(const SourceFile& file, std::string_view bytes, const std::vector<std::uint32_t>& lengths, const std::vector<std::uint32_t>& lines)
      : bytes_(bytes), lengths_(lengths), lines_(lines), dialect_(file.dialect), structure_(file.dialect) {
    header_ = file.header;
  }

  void want(std::vector<bool> wanted) override { wanted_ = std::move(wanted); }
  std::span<const Cell> cells() const override { return cells_; }
  std::size_t width() const override { return width_; }

  bool next() override {
    if (row_ == lengths_.size()) return false;
    raw_ = bytes_.substr(at_, lengths_[row_]);
    line_ = lines_[row_];
    at_ += lengths_[row_] + std::size_t{1};
    ++row_;
    fault_.clear();
    if (split_plainly()) return true;
    structure_.find(raw_, raw_.size(), true);
    width_ = structure_.rows() == 0 ? 0 : structure_.cells_in(0);
    const std::size_t cells = std::min(width_, header_.size() + 1);
    cells_.assign(cells, Cell{raw_.substr(0, 0), false});
    const bool may_be_header = cells > 0 && !header_.empty() && trimmed(structure_.cell(0, 0).text) == header_[0];
    for (std::size_t i = 0; i < cells; ++i)
      if (may_be_header || i + 1 >= cells || i >= wanted_.size() || wanted_[i]) cells_[i] = structure_.cell(0, i);
    if (structure_.is_faulty(0)) tell_fault();
    return true;
  }

 private:
  // The cells of a row without quotes, which is short, as nearly all are. False for any other.
  bool split_plainly() {
    constexpr std::size_t blocks = 6;
    if (raw_.size() >= 64 * blocks || raw_.size() == 0) return false;
    ByteMasks masks[blocks];
    const std::size_t used = raw_.size() / 64 + 1;
    find_masks(raw_.data(), used, dialect_.separator, masks);
    masks[used - 1].separators &= (std::uint64_t{1} << raw_.size() % 64) - 1;
    masks[used - 1].quotes &= (std::uint64_t{1} << raw_.size() % 64) - 1;
    if (std::any_of(masks, masks + used, [](const ByteMasks& m) { return m.quotes != 0; })) return false;
    cells_.clear();
    std::size_t begin = 0;
    for (std::size_t i = 0; i < used; ++i)
      for (std::uint64_t left = masks[i].separators; left != 0; left &= left - 1) {
        const std::size_t end = 64 * i + static_cast<std::size_t>(std::countr_zero(left));
        cells_.push_back({raw_.substr(begin, end - begin), false});
        begin = end + 1;
      }
    cells_.push_back({raw_.substr(begin), false});
    width_ = cells_.size();
    return true;
  }

  void tell_fault() {
    DelimitedReader reader(raw_, dialect_);
    reader.next();
    fault_at_ = static_cast<std::size_t>(raw_.data() - bytes_.data()) + reader.fault_at();
    tell_quote_fault(reader.fault(), fault_, fault_hint_);
  }

  std::string_view bytes_;
  const std::vector<std::uint32_t>& lengths_;
  const std::vector<std::uint32_t>& lines_;
  Dialect dialect_;
  Structure structure_;
  std::vector<bool> wanted_;
  std::vector<Cell> cells_;
  std::size_t width_ = 0;
  std::size_t row_ = 0, at_ = 0;
};

void append_text(std::uint64_t position, std::size_t line, std::string_view text, std::size_t list, BlockLists::Writer& texts) {
  const TextHead head{position, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(text.size())};
  char* const to = texts.add(list, sizeof head + text.size());
  std::memcpy(to, &head, sizeof head);
  std::memcpy(to + sizeof head, text.data(), text.size());
}

}  // namespace

Batches::Batches(const Project& project, Instant as_of, const Wanted& wanted, const std::vector<SourceFile>& files, const Table (&columns)[record_kinds],
                 const SideTable* customers, BlockPool& pool, Sifted& sifted)
    : project_(project), as_of_(as_of), wanted_(wanted), files_(files), columns_(columns), customers_(customers), sifted_(sifted), texts_(pool, size()) {}

void Batches::fetch(int threads) {
  std::atomic<std::size_t> next = 0;
  run_on_threads(threads, [&](int) {
    ChunkReader reader;
    BlockLists::Writer texts(texts_);
    for (std::size_t number = next++; number < sifted_.chunks.size(); number = next++) fetch_chunk(number, reader, texts);
    texts.close();
  });
}

void Batches::fetch_chunk(std::size_t number, ChunkReader& reader, BlockLists::Writer& texts) {
  std::vector<WantedRow> rows;
  sifted_.foreign.consume_into(number, rows);
  if (rows.empty()) return;
  std::sort(rows.begin(), rows.end(), [](const WantedRow& a, const WantedRow& b) { return a.position < b.position; });
  const Chunk& chunk = sifted_.chunks[number];
  reader.read(chunk, chunk.first_row, chunk.behind);
  LineCounter lines(chunk, reader.bytes());
  for (const WantedRow& row : rows) {
    const auto at = static_cast<std::size_t>(row.position - chunk.file->base - chunk.first_row);
    const std::size_t batch = row.group == no_group ? size() - 1 : sifted_.chunks.number_of(row.group);
    append_text(row.position, lines.at(at), row_at(reader.bytes().substr(at), chunk.file->dialect), batch, texts);
  }
}

Records Batches::read(std::size_t number, Desk& desk) {
  ChunkReader& reader = desk.reader;
  std::vector<std::int64_t>& newest = desk.newest;
  std::vector<Row> rows;
  if (number < sifted_.chunks.of_orders()) {
    std::vector<std::uint64_t> own;
    sifted_.own.consume_into(number, own);
    std::sort(own.begin(), own.end());
    const Chunk& chunk = sifted_.chunks[number];
    if (!own.empty()) reader.read(chunk, chunk.first_row, chunk.behind);
    LineCounter lines(chunk, reader.bytes());
    for (const std::uint64_t position : own) {
      const auto at = static_cast<std::size_t>(position - chunk.file->base - chunk.first_row);
      const std::size_t line = lines.at(at);
      rows.push_back({position, static_cast<std::uint32_t>(line), row_at(reader.bytes().substr(at), chunk.file->dialect)});
    }
  }
  std::string& fetched = desk.fetched;
  fetched.clear();
  fetched.reserve(texts_.bytes_in(number));
  texts_.consume(number, [&](std::string_view block) { fetched += block; });
  for (std::size_t at = 0; at < fetched.size();) {
    TextHead head;
    std::memcpy(&head, fetched.data() + at, sizeof head);
    rows.push_back({head.position, head.line, std::string_view(fetched).substr(at + sizeof head, head.length)});
    at += sizeof head + head.length;
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.position < b.position; });

  RecordsBuilder builder(project_, as_of_, wanted_);
  Records& records = builder.records();
  for (const SourceSpec& spec : project_.sources) records.mapped[static_cast<std::size_t>(spec.kind)] = true;
  for (const SourceFile& file : files_) {
    records.files.push_back(file.name);
    if (file.items) records.mapped[static_cast<std::size_t>(RecordKind::item)] = true;
  }
  records.buffers.resize(files_.size());
  for (int kind = 0; kind < record_kinds; ++kind) builder.raw(static_cast<RecordKind>(kind)).table = columns_[kind];
  for (const SourceFile& file : files_)
    if (file.items) builder.raw(RecordKind::order).folded = builder.raw(RecordKind::item).folded = true;
  if (newest.size() < files_.size()) newest.resize(files_.size(), Moment::none);
  auto row = rows.begin();
  for (const RecordKind kind : reading_order) {
    for (const SourceFile& file : files_) {
      if (file.spec->kind != kind) continue;
      const auto end = std::find_if(row, rows.end(), [&](const Row& r) { return r.position >= file.base + file.bytes->size(); });
      read_file(file, {row, end}, builder, newest);
      row = end;
    }
    if (kind != RecordKind::customer || customers_ == nullptr) builder.settle(kind);
  }
  if (customers_ != nullptr) add_customers(builder);
  return builder.finish();
}

void Batches::read_file(const SourceFile& file, std::span<const Row> rows, RecordsBuilder& builder, std::vector<std::int64_t>& newest) const {
  if (rows.empty()) return;
  std::size_t bytes = 0;
  std::vector<std::uint32_t> lengths, lines;
  for (const Row& row : rows) {
    bytes += row.text.size() + 1;
    lengths.push_back(static_cast<std::uint32_t>(row.text.size()));
    lines.push_back(row.line);
  }
  InputFile input;
  input.name = file.name;
  input.is_table = file.is_table;
  input.bytes = std::make_unique<std::string>();
  input.bytes->reserve(bytes + spare);
  for (const Row& row : rows) {
    *input.bytes += row.text;
    *input.bytes += '\n';
  }
  if (!is_well_formed(*input.bytes)) input.broken = broken_bytes(*input.bytes);
  Records& records = builder.records();
  const Reader reader = reader_for(project_, *file.spec, file.part(file.spec->kind), records);
  const Reader item_reader = reader_for(project_, *file.spec, file.part(RecordKind::item), records);
  std::vector<RowParser> parsers;
  parsers.emplace_back(reader, file.plan, builder.raw(file.spec->kind));
  if (file.items) parsers.emplace_back(item_reader, *file.items, builder.raw(RecordKind::item));
  TextRows text_rows(file, *input.bytes, lengths, lines);
  for (RowParser& parser : parsers) parser.currency_of_order = builder.currency_of_order();
  RowIntake intake(file.spec->kind, input, records);
  intake.set_file(file.index);
  intake.read(text_rows, parsers);
  for (const RowParser& parser : parsers) newest[file.index] = std::max(newest[file.index], parser.newest());
  records.buffers[file.index] = std::move(input.bytes);
}

// Those of the batch's orders, and of its messages.
void Batches::add_customers(RecordsBuilder& builder) const {
  std::vector<amends::Row> rows;
  for (const RecordKind kind : {RecordKind::order, RecordKind::contact}) {
    const Column* told = builder.raw(kind).table.find("customer_id");
    if (told == nullptr) continue;
    for (const std::string_view id : told->text)
      if (const amends::Row row = id.empty() ? no_row : customers_->by_id->find(id); row != no_row) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  builder.take_settled(RecordKind::customer, rows_of(customers_->raw, rows));
}

}  // namespace amends
