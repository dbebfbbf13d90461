#include "core/claim.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/functions.h"
#include "core/text.h"
#include "core/typing.h"

namespace amends {
namespace {

Expr moment_of(const Node& node, const Language& language) {
  Expr expr = read_expression(node, language, Type::missing);
  if (expr.type != Type::date && expr.type != Type::instant)
    fail(node, fmt::format("{} is {}, but a date or an instant is wanted", expr.text, phrase(expr.type)));
  return expr;
}

// "28 days" after `from`, or an expression of its own.
Expr bound_of(const Node& node, const Node* from, const Language& language) {
  const std::string& text = string_of(node, "a bound");
  if (!read_period(text)) return moment_of(node, language);
  if (from == nullptr) fail(node, "from what it counts is not said", "add from = \"travelled_on\"");
  Node sum = node;
  sum.text = fmt::format("add({}, \"{}\")", string_of(*from, "from"), text);
  return moment_of(sum, language);
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

const Node& needed(const Node& claim, std::string_view key, std::string_view example) {
  const Node* node = claim.find(key);
  if (node == nullptr) fail(claim, fmt::format("the claim has no {}", key), fmt::format("add {}", example));
  return *node;
}

void read_within(const Node& node, const Language& language, Pool& pool) {
  const std::string& text = string_of(node, "within");
  pool.within = text;
  if (text == "ever") {
    pool.within.clear();
  } else if (text == "calendar year") {
    pool.month = pool.day = 1;
  } else if (text.starts_with("year from ")) {
    FieldType type;
    type.base = Type::monthday;
    const std::optional<Value> start = read_literal(trimmed(text.substr(10)), type, language.zone);
    if (!start) fail(node, fmt::format("{} is no day of the year", quoted(text.substr(10))), "write \"year from 04-01\"");
    pool.month = static_cast<int>(start->whole / 100);
    pool.day = static_cast<int>(start->whole % 100);
  } else if (const std::optional<std::int64_t> ms = read_duration(text); ms && *ms >= ms_per_day && *ms % ms_per_day == 0) {
    pool.days = *ms / ms_per_day;
  } else {
    pool.span = language.schema->find(text);
    if (pool.span == no_slot || language.schema->at(pool.span).type.base != Type::span)
      fail(node, fmt::format("{} is no length of time", quoted(text)),
           "write \"90 days\", \"calendar year\", \"year from 04-01\", \"ever\" or a fact that is a span");
  }
}

}  // namespace

Claim read_claim(const Node& node, const Language& language) {
  if (!node.is_table()) fail(node, "claim is a table", "write claim = { at = \"claimed_on\", from = \"travelled_on\", closes = \"28 days\" }");
  only_keys(node, {"at", "from", "opens", "closes"}, "claim");
  Claim claim;
  claim.at = moment_of(needed(node, "at", "at = \"claimed_on\""), language);
  const Node* from = node.find("from");
  if (const Node* opens = node.find("opens")) {
    claim.opens = bound_of(*opens, from, language);
    claim.waits = read_period(opens->text) ? "wait_until_" + without_blanks(opens->text) : "wait";
  }
  if (const Node* closes = node.find("closes")) claim.closes = bound_of(*closes, from, language);
  if (!claim.opens && !claim.closes) fail(node, "the claim is not limited in any way", "add closes = \"28 days\"");
  return claim;
}

std::optional<Pool> read_pool(const Node& table, const Language& language) {
  const Node* per = table.find("per");
  const Node* within = table.find("within");
  const Node* most = table.find("max_count");
  if (per == nullptr) {
    if (within != nullptr) fail(*within, "whom the sum is over is not said", "add per = \"person_id\"");
    if (most == nullptr) return std::nullopt;
  }
  Pool pool;
  if (per != nullptr) {
    pool.fact = string_of(*per, "per");
    pool.per = language.schema->find(pool.fact);
    if (pool.per == no_slot) fail(*per, fmt::format("there is no fact {}", quoted(pool.fact)), suggestion(pool.fact, language.schema->names()));
  }
  if (within != nullptr) read_within(*within, language, pool);
  if (most != nullptr) pool.max_count = read_expression(*most, language, Type::number);
  return pool;
}

}  // namespace amends
