// What kinds of miss there are, and those of one case: the gravest stands for it, the others are kept.
#pragma once
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace amends {

// Gravest first.
enum class Kind : std::uint8_t { lost, misdelivered, damaged, out_of_stock, short_, overdue, late, at_risk, early };
inline constexpr int kind_count = 9;
std::string_view name_of(Kind kind);  // "short" for short_
std::optional<Kind> kind_named(std::string_view name);
// Told by the clock, not by what became of the goods.
constexpr bool is_about_time(Kind kind) { return kind >= Kind::overdue; }

class Kinds {
 public:
  void add(Kind kind) { bits_ = static_cast<std::uint16_t>(bits_ | bit(kind)); }
  bool has(Kind kind) const { return (bits_ & bit(kind)) != 0; }
  bool is_empty() const { return bits_ == 0; }
  Kind gravest() const { return static_cast<Kind>(std::countr_zero(bits_)); }  // of at least one
  std::vector<Kind> all() const {
    std::vector<Kind> kinds;
    for (int kind = 0; kind < kind_count; ++kind)
      if (has(static_cast<Kind>(kind))) kinds.push_back(static_cast<Kind>(kind));
    return kinds;
  }

 private:
  static std::uint16_t bit(Kind kind) { return static_cast<std::uint16_t>(1u << static_cast<unsigned>(kind)); }
  std::uint16_t bits_ = 0;
};

}  // namespace amends
