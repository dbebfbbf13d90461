// Many lists that grow at the same time, in memory as long as it lasts and then in a temporary file that has no
// name, so that nothing stays behind after a crash. The engine sorts rows into such lists: by the hash of their
// id to join them, by the place of their order to judge them.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "io/temporary_file.h"

namespace amends {

// Blocks of memory, given back to be used again, and the temporary file. Any thread may ask.
class BlockPool {
 public:
  BlockPool(Limits limits, std::size_t block_size)
      : block_size_(block_size), memory_(limits.memory), file_(std::move(limits.tmp)) {}
  std::size_t block_size() const { return block_size_; }

  char* take();
  void give_back(char* block);
  // Whether as much memory is in use as there may be.
  bool is_full() const { return in_use_.load(std::memory_order_relaxed) >= memory_; }
  // Writes bytes to the file and says where. Error (io) when the folder for temporary files is full.
  std::uint64_t spill(std::string_view bytes);
  void fetch(std::uint64_t offset, char* to, std::size_t size) const { file_.read(offset, {to, size}); }
  void add_use(std::size_t bytes) { in_use_ += bytes; }
  void drop_use(std::size_t bytes) { in_use_ -= bytes; }
  std::uint64_t spilled() const { return file_end_; }

 private:
  std::size_t block_size_;
  std::uint64_t memory_;
  std::mutex guard_;
  struct Free {
    void operator()(char* slab) const { std::free(slab); }
  };
  void add_slab();
  std::vector<std::unique_ptr<char, Free>> slabs_;
  std::vector<char*> free_;
  std::atomic<std::uint64_t> in_use_ = 0;
  TemporaryFile file_;
  std::atomic<std::uint64_t> file_end_ = 0;
};

class BlockLists {
 public:
  BlockLists(BlockPool& pool, std::size_t lists) : pool_(pool), sealed_(lists), guards_(new std::mutex[guard_count]) {}
  ~BlockLists();
  BlockLists(const BlockLists&) = delete;
  BlockLists& operator=(const BlockLists&) = delete;

  // One thread's hand: what it adds is in the lists after close().
  class Writer {
   public:
    explicit Writer(BlockLists& lists) : lists_(lists), open_(lists.sealed_.size()) {}
    ~Writer();
    // Room for one record, which lies in one piece.
    char* add(std::size_t list, std::size_t bytes) {
      Open& open = open_[list];
      if (open.used + bytes > open.room) next_block(list, bytes);
      char* const at = open.block + open.used;
      open.used += static_cast<std::uint32_t>(bytes);
      return at;
    }
    void close();

   private:
    struct Open {
      char* block = nullptr;
      std::uint32_t used = 0, room = 0;
    };
    void next_block(std::size_t list, std::size_t bytes);
    void seal(std::size_t list);

    BlockLists& lists_;
    std::vector<Open> open_;
  };

  std::size_t size() const { return sealed_.size(); }
  std::size_t bytes_in(std::size_t list) const;
  // Hands over the list's records, block by block in no order, and forgets them.
  template <typename Use>
  void consume(std::size_t list, const Use& use) {
    std::unique_ptr<char[]> fetched;
    std::size_t room = 0;
    const std::vector<Sealed> blocks = std::exchange(sealed_[list], {});
    for (const Sealed& sealed : blocks) {
      if (sealed.memory != nullptr) {
        use(std::string_view(sealed.memory, sealed.used));
        release(sealed);
        continue;
      }
      if (room < sealed.used) fetched.reset(new char[room = sealed.used]);
      pool_.fetch(sealed.offset, fetched.get(), sealed.used);
      use(std::string_view(fetched.get(), sealed.used));
    }
  }

  // The same into `records`, all of one size.
  template <typename Record>
  void consume_into(std::size_t list, std::vector<Record>& records) {
    records.resize(bytes_in(list) / sizeof(Record));
    std::size_t used = 0;
    consume(list, [&](std::string_view block) {
      std::memcpy(reinterpret_cast<char*>(records.data()) + used, block.data(), block.size());
      used += block.size();
    });
  }

 private:
  static constexpr std::size_t guard_count = 64;
  struct Sealed {
    char* memory = nullptr;    // null: in the file
    std::uint64_t offset = 0;
    std::uint32_t used = 0;
    bool is_large = false;     // a block of its own, for one record
  };
  void release(const Sealed& sealed);

  BlockPool& pool_;
  std::vector<std::vector<Sealed>> sealed_;
  std::unique_ptr<std::mutex[]> guards_;
};

}  // namespace amends
