// The cases a policy can tell apart. Every fact that a condition names is an axis, cut into cells at the values the
// conditions name, so that within a cell nothing changes; a box is a set of cells of each axis, and a rule a few
// boxes. What lint proves about rules is proved by subtracting boxes from boxes: exactly, and without sampling.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/proofs/fact_region.h"

namespace amends {

struct Cell {
  bool is_null = false;
  ValueRange part;
  Ratio at;                // a value in it that reads well
};

struct Axis {
  Slot slot = no_slot;
  std::vector<Cell> cells;  // in order; null first
  std::size_t first = 0;    // its words in a box
  std::size_t words = 0;
};

using Box = std::vector<std::uint64_t>;
using Boxes = std::vector<Box>;

class PolicySpace {
 public:
  // `told`: every set that a condition will ask for.
  PolicySpace(const RegionFinder& finder, const Schema& schema, const std::vector<const Regions*>& told);

  const std::vector<Axis>& axes() const { return axes_; }
  std::optional<std::size_t> axis_of(Slot slot) const;
  Box everything() const;
  Boxes boxes(const Regions& regions) const;
  // What no case is: hours late that the days late do not allow.
  const Boxes& impossible() const { return impossible_; }

  bool is_empty(const Box& box) const;
  bool has(const Box& box, std::size_t axis, std::size_t cell) const;
  bool is_free(const Box& box, std::size_t axis) const;  // it may be anything there
  void keep_only(Box& box, std::size_t axis, std::size_t cell) const;
  void free(Box& box, std::size_t axis) const;

 private:
  void add_axis(Slot slot, const std::vector<const Regions*>& told, const RegionFinder& finder);
  void add_impossible(const Schema& schema);
  void link(Slot a, Slot b, ValueSet (*possible)(const Cell&));

  std::vector<Axis> axes_;
  std::size_t words_ = 0;
  Boxes impossible_;
};

bool meet(const PolicySpace& space, const Box& a, const Box& b, Box& both);

// Looks for a case in a box and in none of others. Counts its steps, so that what it cannot finish is the same on
// every machine.
class Search {
 public:
  enum class Answer { found, none, unfinished };

  explicit Search(const PolicySpace& space) : space_(space) {}
  Answer outside(const Box& box, const std::vector<const Box*>& others);
  const Box& found() const { return found_; }

  static constexpr std::int64_t steps_of_one = 400'000;
  static constexpr std::int64_t steps_of_all = 30'000'000;

 private:
  bool descend(Box& box, std::size_t next);

  const PolicySpace& space_;
  std::vector<const Box*> others_;
  Box found_;
  std::int64_t left_ = 0;
  std::int64_t left_of_all_ = steps_of_all;
};

}  // namespace amends
