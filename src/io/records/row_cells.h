// The cells of the row at hand, as a first look reads them: plain ones by their bytes, all others by the careful reader. What
// row_sieve.h decides by.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "io/records/row_sieve.h"
#include "io/records/text_memo.h"

namespace amends {

class RowCells {
 public:
  // What a status says of an order or a parcel, as far as a first look needs to know.
  enum class Standing : std::uint32_t { silent, early, on_its_way, delivered, other };

  // Keeps references.
  RowCells(const SievePlan& plan, const SourceFile& file);
  // What points into the bytes read last is forgotten.
  void start_chunk();
  void go_to(const Structure& rows, std::size_t row);

 protected:
  // One cell to look at.
  struct Step {
    const CellPlan* plan = nullptr;
    std::size_t cell = no_cell;
    Reading reading = Reading::text;
    bool is_status = false, is_cause = false, is_instant = false, is_placed = false, is_word = false;
    bool may_be_filled = false;  // when it is empty, by another source
    std::string_view strip;
  };
  // The careful reader of rows, and what it writes to.
  struct Scratch {
    Scratch(const Project& project, const SourceFile& file)
        : reader(reader_for(project, *file.spec, file.part(file.spec->kind), records)), raw(file.empty_table()),
          parser(reader, file.plan, raw) {}
    Records records;
    Reader reader;
    RawTable raw;
    RowParser parser;
  };

  void plan_steps();
  std::size_t column_named(std::string_view name) const;
  // A cell's text as the parser would take it; without data when it has to be rewritten for that.
  std::string_view plain_text(const Step& step) const;
  bool is_header_again() const;
  std::string_view rewritten(const Step& step);
  // The whole row by the careful reader, once; false when it would be set aside.
  bool parse_row();
  RowUse use_of_row();
  // Of the row as parsed.
  bool is_ahead(std::size_t column) const;
  bool read_cells();
  bool read_instant(const Step& step);
  // False for a time ahead, unless it is the order's own.
  bool note_fact_time(const Step& step, Moment moment);
  bool read_cell(const Step& step);
  // An amount of a line is in its order's currency, which may have fewer decimals than the shop's.
  std::size_t decimals_of(const Step& step) const;
  bool read_moment(const Step& step, std::string_view text, std::int64_t& value);
  void note_newest(Moment moment);
  bool read_currency(const Step& step, std::string_view text, std::string_view raw);
  // Words and whatever else has few values: read with care once.
  bool read_word(const Step& step, std::string_view raw);
  bool take_word(const Step& step, std::uint32_t known);
  // The cells that tell these facts. Not certain where something else than cells of this row would tell one.
  std::vector<Step> cells_of(const std::vector<Slot>& slots, bool& certain) const;
  // The number of what these cells say together; unknown when they have not been met. `readable`: false when one has
  // to be rewritten, or may be told by others.
  std::uint32_t number_of(const std::vector<Step>& steps, const TextMemo& memo, bool& readable) const;
  // `last` is what the last cell leads to; numbers on the way are never asked for at the end, nor the other way round.
  void remember(const std::vector<Step>& steps, TextMemo& memo, std::uint32_t& numbers, std::uint32_t last) const;
  // The row alone as records, in alone_; false when it would be set aside.
  bool commit_row();

  const SievePlan& plan_;
  const Project& project_;
  const SourceFile& file_;
  const RecordKind kind_;
  const std::int32_t as_of_day_;
  std::unique_ptr<Scratch> scratch_;
  Records alone_;

  std::vector<Step> steps_;
  Step key_, customer_, own_id_;
  std::string_view header_id_;
  std::vector<Step> person_;
  std::size_t delivered_ = no_cell, cancelled_ = no_cell, refunded_ = no_cell, placed_ = no_cell, updated_ = no_cell;
  TextMemo words_;
  std::vector<Currency> currencies_;

  // The row at hand.
  const Structure* rows_ = nullptr;
  std::size_t row_ = 0, first_cell_ = 0;
  std::vector<Cell> cells_;
  std::vector<std::int64_t> values_;  // by column: Moment::raw
  Standing standing_ = Standing::silent;
  bool is_to_blame_ = false;  // its cause says something of the goods
  Currency currency_;
  bool placed_ahead_ = false;
  bool parsed_row_ = false, parse_is_good_ = false;
  std::int64_t* newest_ = nullptr;
};

// Whether rows of this file can be told clean by a first look.
bool can_be_sieved(const SourceFile& file);

}  // namespace amends
