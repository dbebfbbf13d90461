// The functions of the expression language, as one table: name, number of arguments, how arguments are typed
// when an expression is read, and what they give. expr_parse.cpp types calls by it, evaluate.cpp applies it.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/expr.h"

namespace amends {

// The arguments of a call while it is read. Every method that finds a wrong type stops with an Error at it.
class Typing {
 public:
  virtual ~Typing() = default;
  virtual Expr& argument(std::size_t i) = 0;
  virtual std::size_t count() const = 0;
  virtual Type adapt(std::size_t i, std::initializer_list<Type> wanted) = 0;  // the type it then has
  virtual Type unify() = 0;            // all of one type
  virtual void take_zone(std::size_t i) = 0;    // argument i names the zone of the call and is dropped
  [[noreturn]] virtual void fail(std::size_t i, std::string message, std::string hint) = 0;
};

struct Function {
  std::string_view name;
  std::size_t least, most;  // arguments
  Type (*check)(Typing& typing);
  // Null for coalesce, whose arguments are evaluated one by one. No argument is missing or null. The result
  // is missing where the numbers have no answer; `reason` then says why.
  Value (*apply)(std::span<const Value> arguments, const Zone& zone, std::string& reason);
};

std::span<const Function> functions();

// "3 months", "-10 days", "2 hours" as add() takes them; nullopt for anything else. See Expr::literal.
std::optional<Value> read_period(std::string_view text);

}  // namespace amends
