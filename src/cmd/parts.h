// What batches are gathered into on several threads: a part for each thread at work and not for each batch, since what
// a part counts (groups, names) comes again in the next batch, and adding up parts is no less work than counting.
// For parts that add up to the same in any order.
#pragma once
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace amends {

template <class Part>
class Parts {
 public:
  // `make`: an empty one.
  explicit Parts(std::function<Part()> make) : make_(std::move(make)) {}

  // On any thread: `use` has a part to itself meanwhile.
  template <class Use>
  void with_one(Use use) {
    Part part = take();
    use(part);
    const std::lock_guard lock(guard_);
    idle_.push_back(std::move(part));
  }

  // When all is gathered.
  Part sum() {
    if (idle_.empty()) return make_();
    Part all = std::move(idle_.back());
    idle_.pop_back();
    for (Part& part : idle_) all.add(std::move(part));
    return all;
  }

 private:
  Part take() {
    const std::lock_guard lock(guard_);
    if (idle_.empty()) return make_();
    Part part = std::move(idle_.back());
    idle_.pop_back();
    return part;
  }

  std::function<Part()> make_;
  std::mutex guard_;
  std::vector<Part> idle_;
};

}  // namespace amends
