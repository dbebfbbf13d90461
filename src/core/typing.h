// The types of expressions, checked as they are read: what may stand beside what, and what a literal becomes
// where a certain type is wanted. Errors show the part of the user's text that is wrong.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/expr.h"

namespace amends {

class TypeChecker {
 public:
  TypeChecker(const Node& text_node, const Language& facts_and_sets);

  [[noreturn]] void fail(const Expr& at, std::string message, std::string hint = {}) const;

  // Turns a literal into the first of the types it can be: text into a date, a bare number into money.
  // Stops when the expression has none of these types.
  Type adapt(Expr& expr, std::initializer_list<Type> wanted) const;
  // Adapts literals to the others' type; stops unless all have one type. Null goes with every type.
  Type unify(std::vector<Expr*> parts) const;

  void check_arithmetic(Expr& expr) const;  // sets the type of + - * / and negation
  void check_comparison(Expr& expr) const;  // of = != < <= > >= and `in`
  void check_logic(Expr& expr) const;       // of and, or, not, if
  void check_call(Expr& expr) const;        // of a function

  const std::shared_ptr<const Zone>& zone() const { return zone_; }

 private:
  bool becomes(Expr& expr, Type wanted) const;
  void check_words(const Expr& fact, const Expr& literal) const;
  void check_sum(Expr& expr) const;
  void check_product(Expr& expr) const;
  void check_quotient(Expr& expr) const;

  const Node& node_;
  const Language& language_;
  std::shared_ptr<const Zone> zone_;
};

// "a number", "money", "an instant": for messages.
std::string phrase(Type type);

}  // namespace amends
