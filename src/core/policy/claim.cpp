#include "core/policy/claim.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/functions.h"
#include "core/language/typing.h"
#include "core/policy/next_step.h"

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

// "24 hours" in one word: 24h.
std::string in_one_word(std::string_view period) {
  const std::size_t digits = std::min(period.find_first_not_of("0123456789"), period.size());
  std::string_view unit = trimmed(period.substr(digits));
  for (const auto& [whole, brief] : {std::pair<std::string_view, std::string_view>{"hour", "h"}, {"day", "d"}, {"minute", "min"}, {"second", "s"}})
    if (unit.starts_with(whole)) unit = brief;
  return fmt::format("{}{}", period.substr(0, digits), unit);
}

const Node& needed(const Node& claim, std::string_view key, std::string_view example) {
  const Node* node = claim.find(key);
  if (node == nullptr) fail(claim, fmt::format("the claim has no {}", key), fmt::format("add {}", example));
  return *node;
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
    claim.waits = read_period(opens->text) ? "wait_until_" + in_one_word(opens->text) : "";
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
    pool.per = string_of(*per, "per");
    if (pool.per != "person" && pool.per != "order") {
      pool.fact = language.schema->find(pool.per);
      if (pool.fact == no_slot)
        fail(*per, fmt::format("there is no fact {}", quoted(pool.per)), fact_suggestion(pool.per, *language.schema, "\"person\" and \"order\" are known too"));
    }
  }
  if (within != nullptr) pool.within = read_window(*within, language);
  if (most != nullptr) pool.max_count = read_expression(*most, language, Type::number);
  return pool;
}

}  // namespace amends
