// What a row tells of an order that may have kept its promise, for those who count kept orders too (core/judging/kept_order.h): the
// texts it is counted by, whose it is, when it was placed and sent. Beside row_sieve.h, which says whether it was kept.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/guarantees/guarantee.h"
#include "io/records/row_cells.h"

namespace amends {

class KeptCells : public RowCells {
 public:
  KeptCells(const SievePlan& plan, const SourceFile& file);

 protected:
  bool tells_kept() const { return plan_.kept.groups != nullptr; }
  // All false where the row at hand alone does not tell it for certain.
  bool tell_parcel(KeptParcelRow& told);
  bool tell_order(std::string_view id, KeptOrderRow& told);
  // When its clock began, and on which day it is due. `start`: as the row tells the guarantee's; none: as it was placed.
  bool tell_promise(Moment start, const Due& due, const Destination& destination, KeptOrderRow& told);
  bool is_told_elsewhere(std::string_view fact) const;

 private:
  std::uint32_t group();
  bool tell_person(std::string_view id, std::uint64_t& person);
  std::uint8_t zone_number(const Zone& zone);

  std::vector<Step> group_cells_;
  std::vector<std::size_t> group_facts_;  // beside them: in KeptGroups
  TextMemo group_memo_;
  std::uint32_t group_numbers_ = 0, no_text_ = 0;
  Step names_[3];                  // what people go by
  bool is_named_elsewhere_[3] = {};
  bool is_placed_elsewhere_ = false;
  std::size_t shipped_ = no_cell, arrived_ = no_cell;
  std::string person_name_;
  std::unordered_map<std::string, std::uint8_t> zones_;
  const std::string* last_zone_ = nullptr;
  std::uint8_t last_zone_number_ = 0;
};

}  // namespace amends
