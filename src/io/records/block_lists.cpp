#include "io/records/block_lists.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace amends {
namespace {

constexpr std::size_t small_slab = std::size_t{256} << 10, large_slab = std::size_t{4} << 20;
constexpr std::size_t small_slabs = 8;  // before memory is taken a huge page at a time


}  // namespace

void BlockPool::add_slab() {
  const bool is_large = slabs_.size() >= small_slabs;
  const std::size_t size = is_large ? large_slab : small_slab;
  auto* const slab = static_cast<char*>(is_large ? std::aligned_alloc(large_slab, size) : std::malloc(size));
  if (slab == nullptr) throw std::bad_alloc();
  if (is_large) ::madvise(slab, size, MADV_HUGEPAGE);  // a first touch of a page costs more than writing it
  slabs_.emplace_back(slab);
  for (std::size_t i = size / block_size_; i > 0; --i) free_.push_back(slab + (i - 1) * block_size_);
}

char* BlockPool::take() {
  const std::lock_guard lock(guard_);
  in_use_ += block_size_;
  if (free_.empty()) {
    add_slab();
  }
  char* const block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::give_back(char* block) {
  const std::lock_guard lock(guard_);
  in_use_ -= block_size_;
  free_.push_back(block);
}

std::uint64_t BlockPool::spill(std::string_view bytes) {
  {
    const std::lock_guard lock(guard_);
    if (!file_.is_there()) file_.make();
  }
  const std::uint64_t at = file_end_.fetch_add(bytes.size());
  file_.write(at, bytes);
  return at;
}

BlockLists::~BlockLists() {
  for (const std::vector<Sealed>& list : sealed_)
    for (const Sealed& sealed : list)
      if (sealed.memory != nullptr) release(sealed);
}

void BlockLists::release(const Sealed& sealed) {
  if (!sealed.is_large) return pool_.give_back(sealed.memory);
  pool_.drop_use(sealed.used);
  delete[] sealed.memory;
}

std::size_t BlockLists::bytes_in(std::size_t list) const {
  std::size_t bytes = 0;
  for (const Sealed& sealed : sealed_[list]) bytes += sealed.used;
  return bytes;
}

BlockLists::Writer::~Writer() {
  for (std::size_t list = 0; list < open_.size(); ++list) {
    Open& open = open_[list];
    if (open.block == nullptr) continue;
    lists_.release({open.block, 0, open.room, open.room != lists_.pool_.block_size()});
  }
}

void BlockLists::Writer::close() {
  for (std::size_t list = 0; list < open_.size(); ++list) seal(list);
}

void BlockLists::Writer::next_block(std::size_t list, std::size_t bytes) {
  seal(list);
  Open& open = open_[list];
  const bool is_large = bytes > lists_.pool_.block_size();
  open = {is_large ? new char[bytes] : lists_.pool_.take(), 0, static_cast<std::uint32_t>(std::max(bytes, lists_.pool_.block_size()))};
  if (is_large) lists_.pool_.add_use(bytes);
}

void BlockLists::Writer::seal(std::size_t list) {
  Open& open = open_[list];
  if (open.block == nullptr) return;
  Sealed sealed{open.block, 0, open.used, open.room != lists_.pool_.block_size()};
  open = {};
  if (lists_.pool_.is_full()) {
    const Sealed in_memory = sealed;
    sealed.offset = lists_.pool_.spill({in_memory.memory, in_memory.used});
    sealed.memory = nullptr;
    lists_.release(in_memory);
  }
  const std::lock_guard lock(lists_.guards_[list % guard_count]);
  lists_.sealed_[list].push_back(sealed);
}

}  // namespace amends
