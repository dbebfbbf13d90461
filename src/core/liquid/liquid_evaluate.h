// What an expression is worth where it stands: paths, conditions, filters. Strict: names without a value are
// gathered, to be told all at once.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/liquid/liquid.h"
#include "core/liquid/liquid_scope.h"
#include "core/liquid/liquid_value.h"

namespace amends::liquid {

class Evaluator {
 public:
  Evaluator(Library& library, const Value& facts, const LetterLocale& locale)
      : library_(library), facts_(facts), locale_(locale), context_{locale, library.mode, library.context, work_} {}

  // Good until the work it stands in is released, or the variable it is read from is set.
  const Value& evaluate(const Expression& e, bool guarded = false);
  const Value& piped(const Pipe& pipe);
  bool holds(const Expression& e);
  bool are_equal(const Value& a, const Value& b);
  // Names are few in a letter and are looked for one after the other.
  void look_through(std::size_t names) { work_.spend(names / 8); }
  std::string_view written(Span span) const {
    return std::string_view(scope_.partial->source->text).substr(span.offset, span.length);
  }

  // Throws the names without a value that were met, if any.
  void refuse_absent() const;
  void note_absent(Span span, bool unknown);
  [[noreturn]] void fail(Span span, std::string message, std::string hint = {}) const;

  // Runs `act`, giving faults of values their place.
  template <class Act>
  auto placed(Span span, Act act) -> decltype(act()) {
    try {
      return act();
    } catch (const FilterFault& fault) {
      fail(span, fault.message, fault.hint);
    } catch (const Overflow& fault) {
      fail(span, fault.what());
    }
  }

  static bool asks_for_nothing(const Expression& e) {
    return e.operation == Operation::literal && e.literal.is_null();
  }

  bool is_strict() const { return library_.is_strict(); }

  Library& library_;
  const Value& facts_;
  const LetterLocale& locale_;
  BorrowedWork borrowed_;
  Work& work_ = *borrowed_;
  FilterContext context_;
  Scope scope_;

 private:
  struct Absent {
    const Partial* partial = nullptr;
    Span span;
    bool unknown = false;  // no such fact; otherwise a fact without a value
  };

  const Value& evaluated(const Expression& e, bool guarded);
  const Value& made(Value value);
  const Value* root(const Step& step);
  const Value* fact(std::string_view name);
  const Value& path(const Expression& e, bool guarded);
  const Value& step(const Value& from, const Step& step);
  const Value& range(const Expression& e);
  const Value& filtered(const Value& value, const FilterCall& call);
  bool compared(const Expression& e);
  std::int64_t bound_of_range(const Expression& e);
  std::string message_of(const Absent& absent) const;

  std::vector<Absent> absent_;
};

}  // namespace amends::liquid
