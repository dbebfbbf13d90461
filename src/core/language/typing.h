// The types of expressions, checked as they are read: what may stand beside what, and what a literal becomes
// where a certain type is wanted. Errors show the part of the user's text that is wrong.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/expr.h"

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
  void check_member(Expr& expr) const;      // record.part, list.part
  void check_filter(Expr& expr) const;      // list[condition], list[number]
  void check_loop(Expr& expr) const;        // some, every, for
  void check_list(Expr& expr) const;        // [a, b]
  void check_in_list(Expr& expr) const;     // x in list
  void check_rows(Expr& expr) const;        // of a decision table: every row gives one type

  std::shared_ptr<const FieldType> element_of(const Expr& list) const;  // stops when it is no list

  // A calendar by the name that a literal holds; stops when there is none.
  std::shared_ptr<const Calendar> calendar_named(const Expr& name) const;

 private:
  bool becomes(Expr& expr, Type wanted) const;
  void check_words(const Expr& fact, const Expr& literal) const;
  void check_words_of(const FieldType& element, const Expr& literal) const;
  std::shared_ptr<const FieldType> common_shape(const std::vector<const Expr*>& parts) const;
  void check_sum(Expr& expr) const;
  void check_product(Expr& expr) const;
  void check_quotient(Expr& expr) const;

  const Node& node_;
  const Language& language_;
  std::shared_ptr<const Zone> zone_;
};

// A number that is an amount where money is wanted: of literals, or a multiple or choice of such.
bool is_bare_number(const Expr& expr);

// The part of a record of this type, or of a span; null when it has none of that name.
const FieldType* part_named(const FieldType& whole, std::string_view name);
// The declared type of what an expression gives, as far as it is known.
std::shared_ptr<const FieldType> shape_of(const Expr& expr);
std::shared_ptr<const FieldType> plain_type(Type base);
std::shared_ptr<const FieldType> list_of(std::shared_ptr<const FieldType> element);

// "a number", "money", "an instant": for messages.
std::string phrase(Type type);

}  // namespace amends
