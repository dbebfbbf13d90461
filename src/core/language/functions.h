// The functions of the expression language, as one table: name, number of arguments, how arguments are typed
// when an expression is read, and what they give. expr_parse.cpp types calls by it, evaluate.cpp applies it.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/expr.h"

namespace amends {

// The arguments of a call while it is read. Every method that finds a wrong type stops with an Error at it.
class Typing {
 public:
  virtual ~Typing() = default;
  virtual Expr& argument(std::size_t i) = 0;
  virtual std::size_t count() const = 0;
  virtual Type adapt(std::size_t i, std::initializer_list<Type> wanted) = 0;  // the type it then has
  virtual Type unify() = 0;            // all of one type
  virtual void take_zone(std::size_t i) = 0;      // argument i names the zone of the call and is dropped
  virtual void take_calendar(std::size_t i) = 0;  // likewise a calendar
  virtual void gives(std::shared_ptr<const FieldType> shape) = 0;  // of a list or record: what it is made of
  [[noreturn]] virtual void fail(std::size_t i, std::string message, std::string hint) = 0;
};

// What a call works with besides its arguments.
struct Setting {
  const Zone& zone;
  const Calendar* calendar = nullptr;  // null: Monday to Friday
  std::string reason;                  // why there is no answer
};

struct Function {
  std::string_view name;
  std::size_t least, most;  // arguments
  Type (*check)(Typing& typing);
  // Null for coalesce, whose arguments are evaluated one by one. No argument is missing or null, and no list
  // holds what is. The result is missing where there is no answer; the setting's `reason` then says why.
  Value (*apply)(std::span<const Value> arguments, Setting& setting);
  bool keeps_type = false;  // an amount when its arguments are
  int word = -1;            // the argument that may be a bare word
};

std::span<const Function> functions();

// "3 months", "-10 days", "2 hours" as add() takes them; nullopt for anything else. See Expr::literal.
std::optional<Value> read_period(std::string_view text);

}  // namespace amends
