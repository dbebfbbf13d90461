// What is in sight where a template is being rendered: loop variables, what was assigned, forloop.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/liquid/liquid.h"

namespace amends::liquid {

struct Loop {
  std::int64_t index = 0;
  std::int64_t length = 0;
  std::int64_t columns = 0;  // of a tablerow; 0: a for
  bool outermost = true;     // of its template: no parentloop
  bool of_partial = false;   // made by render ... for: no parentloop of the loops inside
  std::string_view variable, over;  // forloop.name is variable-over
};

// The innermost loop below place `below`: a for, or a tablerow; nullopt when there is none.
std::optional<std::size_t> innermost(const std::vector<Loop>& loops, std::size_t below, bool table);
// forloop.index and its like, of the loop at `at`; missing when there is no such member.
Value loop_member(const std::vector<Loop>& loops, std::size_t at, const std::vector<Step>& steps, Work& work);
// All of it, for who hands forloop on.
Value loop_record(const std::vector<Loop>& loops, std::size_t at, Work& work);

// What one template, or one partial, has set. Values stay where they are.
struct Scope {
  struct Bound {
    std::string_view name;
    const Value* value;
  };
  struct Resume {
    std::string_view variable, over;
    std::int64_t at = 0;
  };

  const Partial* partial = nullptr;
  std::vector<Bound> bound;  // loop variables and an include's parameters, the innermost last
  std::vector<std::pair<std::string_view, std::unique_ptr<Value>>> variables;
  std::vector<Loop> loops;
  std::vector<Resume> resumes;  // for offset: continue
  std::vector<std::pair<std::string_view, std::int64_t>> counters;
  std::vector<std::pair<std::string, std::int64_t>> cycles;
  bool isolated = false;  // a partial made by render

  const Value* find(std::string_view name) const {
    for (auto b = bound.rbegin(); b != bound.rend(); ++b)
      if (b->name == name) return b->value;
    for (const auto& [known, value] : variables)
      if (known == name) return value.get();
    return nullptr;
  }

  void assign(std::string_view name, Value value) {
    for (auto& [known, held] : variables)
      if (known == name) {
        *held = std::move(value);
        return;
      }
    variables.emplace_back(name, std::make_unique<Value>(std::move(value)));
  }

  std::int64_t& resume(std::string_view variable, std::string_view over) {
    for (Resume& r : resumes)
      if (r.variable == variable && r.over == over) return r.at;
    return resumes.emplace_back(Resume{variable, over, 0}).at;
  }
};

}  // namespace amends::liquid
