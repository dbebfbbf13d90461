// One row's cells into a table's columns: all of them or none. What cannot be read is told in the user's
// words, with what to write instead.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/time/date_format.h"
#include "io/records/column_plan.h"

namespace amends {

// What the parsers of one source share.
struct Reader {
  const Project* project = nullptr;
  const SourceSpec* spec = nullptr;
  const PresetPart* preset = nullptr;
  Zone zone;                      // of times without one
  std::vector<DateFormat> dates;  // tried before ISO
  Records* records = nullptr;     // rewritten cells and unknown words go there
};
Reader reader_for(const Project& project, const SourceSpec& spec, const PresetPart& preset, Records& records);

struct CellFault {
  std::size_t cell = 0;
  std::string reason, hint;
};

class RowParser {
 public:
  RowParser(const Reader& reader, ColumnPlan plan, RawTable& raw);

  // Reads a row, or says what is wrong with it. commit() appends what was read last.
  std::optional<CellFault> read(std::span<const Cell> cells);
  // `where` gives the place of a cell.
  void commit(Place place, std::uint64_t offset, const std::function<Where(std::size_t cell)>& where);
  // Whether the row read last tells nothing but whose it is.
  bool tells_nothing() const;
  // Which cells it will look at.
  std::vector<bool> wanted() const;
  // The latest time of a fact seen so far, in ms; Moment::none when there was none.
  std::int64_t newest() const { return newest_; }
  bool tells_time() const;

  // The currency of the order a row belongs to, for a row that tells none; unset: the shop's.
  std::function<std::optional<Currency>(std::string_view order_id)> currency_of_order;

  struct Parsed {
    std::string_view text;
    std::int64_t whole = Moment::none;
    bool unknown = false;        // `text` is a word that is not mapped
    bool local = false;          // a time that ends in Z and was read as a local one
    std::size_t cell = no_cell;  // where it stands
    bool is_told() const { return (text.data() != nullptr || whole != Moment::none) && !unknown; }
  };
  // A column of the row read last.
  const Parsed& parsed(std::size_t column) const { return parsed_[column]; }
  // The text of a cell as it is read: trimmed, quotes undoubled, a vendor's prefix taken off.
  std::string_view plain(const CellPlan& plan, const Cell& cell);
  // Whether an instant of the column means itself, whatever the source says of times.
  bool is_plain_instant(const CellPlan& plan) const;
  Stamp stamp_of(std::string_view text) const;
  Moment moment_in(const CellPlan& plan, const Stamp& stamp, std::string_view text) const;

 private:
  struct OurWord {
    std::string_view word;        // empty: not mapped
    bool silent = false;          // it is, and tells nothing
    std::size_t counted = none;   // unmapped: its entry in Records::unknown_words
  };
  using Words = std::unordered_map<std::string_view, OurWord>;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool read_cell(const CellPlan& plan, const Cell& cell);
  void read_word(const CellPlan& plan, std::string_view text);
  void read_carrier(const CellPlan& plan, std::string_view text);
  bool read_currency(std::string_view text);
  std::optional<std::string_view> digits_of(std::string_view text);
  bool read_number(std::string_view text);
  bool read_money(const CellPlan& plan, std::string_view text);
  bool read_moment(const CellPlan& plan, std::string_view text);
  bool read_other(const CellPlan& plan, std::string_view text);
  bool fail(std::string reason, std::string hint);
  void start_currency(std::span<const Cell> cells);
  bool lacks_key(std::span<const Cell> cells) const;
  OurWord known_word(const Column& column, std::string_view text) const;
  std::string_view known_carrier(std::string_view text) const;
  void count_unknown(const CellPlan& plan, const Parsed& cell, const std::function<Where(std::size_t)>& where);
  void count_local(std::size_t cell, const std::function<Where(std::size_t)>& where);
  bool is_local(const CellPlan& plan, std::string_view text, const Stamp& stamp) const;
  const Column& column_of(const CellPlan& plan) const { return raw_.table.columns[plan.column]; }

  const Reader& reader_;
  ColumnPlan plan_;
  RawTable& raw_;
  std::size_t key_cell_;           // of the order's id, or what it is told apart by
  std::vector<std::size_t> key_cells_;  // one of them is needed
  std::span<const Cell> cells_;    // the row being read
  bool keeps_currency_ = false;  // the table has a currency a row
  bool needs_currency_ = false;
  Currency currency_;            // of this row
  std::string_view last_id_;
  Currency last_currency_;
  Currency known_currency_;      // the last that a cell named
  Parsed* out_ = nullptr;        // the cell being read
  CellFault fault_;
  std::vector<Parsed> parsed_;   // by column of the table
  std::vector<Words> words_;     // by column: the file's word to ours
  std::int64_t newest_ = Moment::none;
};

}  // namespace amends
