// The records as columns: one vector a field, one row an order (shipment, ...), no object per row. Text
// cells are views into the files' bytes, which Records owns. io/records/sources.h fills this; miss.cpp judges it.
//
// After the join the orders table carries every order-level fact: what the orders file does not tell is
// taken from shipments (delivered_at: the last parcel's, and only when all have arrived), items
// (order_value: the sum) and customers (email, name, locale, person_id, country, ...).
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/records/fields.h"

namespace amends {

using Row = std::uint32_t;
inline constexpr Row no_row = 0xffffffff;

// In the cell of a status or cause whose word nobody mapped: neither one of the known words nor nothing told.
inline constexpr std::string_view unknown_word = "?";

// Orders first, whose currencies the others need.
inline constexpr RecordKind reading_order[] = {RecordKind::order, RecordKind::shipment, RecordKind::item, RecordKind::customer,
                                               RecordKind::contact, RecordKind::event, RecordKind::credit};

struct Column {
  std::string name;        // canonical or own field
  FieldType type;
  Slot slot = no_slot;     // in the project's schema, for order-level facts
  // One of the two is filled, by type: `text` for strings, numbers, percents and what is nested, as the file
  // wrote it; `whole` for the others: Moment::raw (date, instant), minor units (money), 0/1 (boolean), ms
  // (time, duration) or month*100+day.
  std::vector<std::string_view> text;  // data() == nullptr: empty cell
  std::vector<std::int64_t> whole;     // Moment::none: empty cell
  bool is_text() const;
  bool is_empty(Row row) const;
  std::size_t size() const { return is_text() ? text.size() : whole.size(); }
};

struct Place {
  std::uint32_t file = 0;  // index into Records::files
  std::uint32_t line = 0;  // of the file, from 1
};

struct Table {
  RecordKind kind = RecordKind::order;
  std::vector<Column> columns;  // those asked for that a source holds
  std::vector<Place> places;    // one a row: its last version
  std::vector<Currency> currency;  // of orders, items and credits: one a row
  std::size_t rows() const { return places.size(); }
  const Column* find(std::string_view name) const;
  Column* find(std::string_view name);
};

// Rows of one table that belong to each row of another: begin[i] .. begin[i+1] in `rows`.
struct Links {
  std::vector<std::uint32_t> begin;  // size: rows + 1, or empty when there is no such source
  std::vector<Row> rows;
};

// Those of one row; none of no_row, or where there is no such source.
std::span<const Row> rows_of(const Links& links, Row row);

// A row that could not be used, with its raw text: set aside, counted, listed (--rejects).
struct Rejected {
  RecordKind kind = RecordKind::order;
  Where where;         // file, line, column of the bad cell
  std::string reason;
  std::string hint;
  std::string raw;     // the row as it stands in the file
};

// Rows that contradict each other: neither is paid.
struct Contradiction {
  RecordKind kind = RecordKind::order;
  std::string id;
  std::string field;   // the first field they differ in
  std::vector<Where> rows;
};

struct UnknownWord {   // a status, cause or other closed word that is not mapped, or a carrier nobody knows
  RecordKind kind;
  RecordKind source;   // under whose [sources] it can be mapped
  std::string field;
  std::string word;
  std::size_t count = 0;
  Where first;
};

// A contact of no order that is known.
struct LooseRow {
  Row row = no_row;
  bool is_doubtful = false;  // two rows of it contradict each other
};

// Times that end in Z and were read as local ones, since nobody told their place.
struct LocalTimes {
  RecordKind kind;
  std::string zone;
  std::size_t count = 0;
  Where first;
};

struct Records {
  Table tables[record_kinds];
  Links shipments, items, contacts, events;  // of each order
  std::vector<LooseRow> loose_contacts;
  std::vector<Row> customer;                 // of each order; no_row: none
  std::vector<std::uint8_t> contradictory;   // of each order: 1 when it is in `contradictions`
  std::vector<bool> mapped = std::vector<bool>(record_kinds, false);  // whether [sources] has such a source

  std::vector<std::string> files;                     // names, in reading order
  std::vector<std::unique_ptr<std::string>> buffers;  // their bytes
  std::deque<std::string> words;                      // cells that had to be rewritten (doubled quotes, JSON)

  std::vector<Rejected> rejected;
  std::vector<Contradiction> contradictions;
  std::vector<UnknownWord> unknown_words;
  std::unordered_map<std::string, std::size_t> unknown_places;  // in them, until they are sorted; see place_of_unknown()
  std::vector<LocalTimes> local_times;
  std::vector<std::string> without_rows;  // files that hold a header alone
  std::size_t rows_read[record_kinds] = {};
  std::size_t orphans[record_kinds] = {};  // shipments, items, ... of an order nobody knows

  const Table& table(RecordKind kind) const { return tables[static_cast<int>(kind)]; }
  Table& table(RecordKind kind) { return tables[static_cast<int>(kind)]; }
  const Table& orders() const { return table(RecordKind::order); }
};

// The place of a word in Records::unknown_words; size() when it is new: it is the caller's to add then.
std::size_t place_of_unknown(Records& records, RecordKind kind, std::string_view field, std::string_view word);

// A cell's text or moment; nothing where there is no such column, no such row, or it holds something else.
std::string_view text_at(const Column* column, Row row);
Moment moment_at(const Column* column, Row row);
// The column of that name, if it holds dates or instants.
const Column* moment_column(const Table& table, std::string_view name);
// The value of one cell. Money takes the currency given.
Value value_at(const Column& column, Row row, Currency currency);

}  // namespace amends
