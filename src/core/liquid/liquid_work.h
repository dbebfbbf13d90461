// What one rendering makes on its way (texts, values) and how much of it: the limits that end a template
// which would run or grow without end. Texts and values live until the rendering ends.
#pragma once
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/value.h"

namespace amends::liquid {

// A fault of a value or a filter, in words; the renderer adds the place.
struct FilterFault {
  std::string message;
  std::string hint;
};

inline constexpr std::size_t most_bytes = 256 * 1024;  // of a text: a letter is a few kilobytes
inline constexpr std::int64_t most_items = 10'000;     // of a list
inline constexpr std::int64_t most_rounds = 100'000;   // of all loops together
inline constexpr int most_depth = 30;                  // of partials within partials
inline constexpr std::size_t most_steps = 2'000'000;   // of everything: well under a second

class Work {
 public:
  std::string page;  // what is being written

  // One step is a tag, an element looked at, or a few dozen bytes moved.
  void spend(std::size_t steps) {
    steps_ += steps;
    if (steps_ > most_steps) throw FilterFault{"the letter takes too much work", "shorten its loops and texts"};
  }

  std::string_view keep(std::string_view text) {
    require_size(text.size());
    spend(text.size() / 32);
    if (text.size() > room_) grow(text.size());
    char* const at = free_;
    std::memcpy(at, text.data(), text.size());
    free_ += text.size();
    room_ -= text.size();
    return {at, text.size()};
  }

  static void require_size(std::size_t bytes) {
    if (bytes > most_bytes) throw FilterFault{"a text of the letter grows beyond 256 kB", {}};
  }
  static void require_items(std::size_t items) {
    if (items > static_cast<std::size_t>(most_items)) throw FilterFault{"a list of more than 10000 elements", {}};
  }

  // Values made on the way to another; given back in the order of a stack.
  Value& value() {
    if (used_ == blocks_.size() * block) blocks_.push_back(std::make_unique<std::array<Value, block>>());
    const std::size_t i = used_++;
    return (*blocks_[i / block])[i % block];
  }
  // Fit for the next rendering: what was made is gone, the room stays.
  void reset() {
    if (texts_.size() > 1) texts_.resize(1);
    free_ = texts_.empty() ? nullptr : texts_.front().get();
    room_ = first_room_;
    for (std::size_t i = 0; i < used_most_; ++i) (*blocks_[i / block])[i % block] = Value{};
    if (blocks_.size() > 4) blocks_.resize(4);
    if (page.capacity() > most_page) page = std::string();
    page.clear();
    used_ = used_most_ = steps_ = 0;
  }

  std::size_t mark() const { return used_; }
  void release(std::size_t mark) {
    used_most_ = std::max(used_most_, used_);
    used_ = mark;
  }

 private:
  static constexpr std::size_t block = 16;
  static constexpr std::size_t most_page = 64 * 1024;  // kept for the next rendering

  void grow(std::size_t wanted) {
    const std::size_t size = std::max<std::size_t>(4096, wanted);
    texts_.push_back(std::make_unique_for_overwrite<char[]>(size));
    free_ = texts_.back().get();
    room_ = size;
    if (texts_.size() == 1) first_room_ = size;
  }

  std::vector<std::unique_ptr<char[]>> texts_;
  char* free_ = nullptr;
  std::size_t room_ = 0, first_room_ = 0;
  std::vector<std::unique_ptr<std::array<Value, block>>> blocks_;
  std::size_t used_ = 0, used_most_ = 0;
  std::size_t steps_ = 0;
};

// A Work of this thread, used again and again: most of what a rendering needs room for is there already.
class BorrowedWork {
 public:
  BorrowedWork() {
    auto& rest = resting();
    if (rest.empty()) {
      work_ = std::make_unique<Work>();
      return;
    }
    work_ = std::move(rest.back());
    rest.pop_back();
  }
  ~BorrowedWork() {
    work_->reset();
    resting().push_back(std::move(work_));
  }
  BorrowedWork(const BorrowedWork&) = delete;
  BorrowedWork& operator=(const BorrowedWork&) = delete;
  Work& operator*() const { return *work_; }

 private:
  static std::vector<std::unique_ptr<Work>>& resting() {
    thread_local std::vector<std::unique_ptr<Work>> works;
    return works;
  }

  std::unique_ptr<Work> work_;
};

}  // namespace amends::liquid
