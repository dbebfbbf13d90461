#include "core/policy/remedy_rule.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/functions.h"
#include "core/language/typing.h"
#include "core/policy/next_step.h"
#include "core/policy/pay_by.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 5> step_names = {"times", "min", "max", "round", "pay_if"};

const Field& amount_field() {
  static const Field field = [] {
    Field f;
    f.name = "the amount";
    f.type.base = Type::money;
    return f;
  }();
  return field;
}

std::optional<Expr> expression_at(const Node& table, std::string_view key, const Language& language, Type wanted) {
  const Node* node = table.find(key);
  if (node == nullptr) return std::nullopt;
  return read_expression(*node, language, wanted);
}

// "EUR 3.00" and "3.00 EUR": the amount in it, or empty.
std::string_view beside_currency(std::string_view text) {
  const auto is_code = [](std::string_view word) {
    return word.size() == 3 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  };
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.size() != 2 || is_code(words[0]) == is_code(words[1])) return {};
  const std::string_view number = is_code(words[0]) ? words[1] : words[0];
  return number.find_first_not_of("0123456789.") == std::string_view::npos ? number : std::string_view{};
}

// Money or a percent. Null, as a limit, is no limit.
std::optional<Expr> amount_at(const Node& table, std::string_view key, const Language& language, bool may_be_null) {
  const Node* node = table.find(key);
  if (node == nullptr) return std::nullopt;
  if (const std::string_view number = node->is_string() ? beside_currency(node->text) : std::string_view{}; !number.empty())
    fail(*node, fmt::format("{} is an amount with its currency, and {} is in that of the case", quoted(node->text), key),
         fmt::format("write {} = \"{}\"; for cases of one currency alone, when = {{ currency = \"EUR\" }}", key, number));
  Expr expr = read_expression(*node, language, Type::missing);
  if (expr.type == Type::duration)
    fail(*node, fmt::format("{} is a length of time, and {} is money", quoted(expr.text), key), fmt::format("write {} = \"5.00\" or \"10%\"", key));
  if (expr.type == Type::percent || (expr.type == Type::null && may_be_null)) return expr;
  if (expr.type == Type::null) fail(*node, fmt::format("{} is null", key), "leave the remedy out");
  return read_expression(*node, language, Type::money);
}

Step step_named(const Node& node) {
  const std::string& name = string_of(node, "a step of order");
  const auto found = std::find(step_names.begin(), step_names.end(), name);
  if (found == step_names.end())
    fail(node, fmt::format("{} is not a step", quoted(name)), suggestion(name, {step_names.begin(), step_names.end()}));
  return static_cast<Step>(found - step_names.begin());
}

// Every key given must have its place in an order of its own; `times` may stay first unsaid.
std::vector<Step> read_order(const Node& table, bool has_times) {
  const Node* node = table.find("order");
  if (node == nullptr) return {};
  if (!node->is_array()) fail(*node, "order is a list of steps", "write order = [\"round\", \"max\", \"pay_if\"]");
  std::vector<Step> order;
  for (const Node& item : node->items) {
    const Step step = step_named(item);
    if (std::find(order.begin(), order.end(), step) != order.end()) fail(item, fmt::format("{} stands twice in order", quoted(item.text)));
    if (step == Step::times && !has_times) fail(item, "there is nothing to multiply by here", "leave \"times\" out of order");
    order.push_back(step);
  }
  for (const Step step : {Step::min, Step::max, Step::round, Step::pay_if}) {
    const std::string_view name = step_names[static_cast<std::size_t>(step)];
    if (table.find(name) != nullptr && std::find(order.begin(), order.end(), step) == order.end())
      fail(*node, fmt::format("{} is given, but order does not say when it comes", name), fmt::format("add \"{}\"", name));
  }
  if (has_times && std::find(order.begin(), order.end(), Step::times) == order.end()) order.insert(order.begin(), Step::times);
  return order;
}

RoundTo read_round(const Node& node) {
  const std::string_view text = trimmed(string_of(node, "round"));
  const std::size_t blank = text.find(' ');
  const std::string_view mode = text.substr(0, blank);
  RoundTo round;
  const std::optional<Rounding> named = rounding_named(mode);
  if (!named)
    fail(node, fmt::format("{} is not a rounding", quoted(mode)),
         suggestion(mode, {"half_up", "half_even", "half_down", "up", "down"}));
  round.mode = *named;
  if (blank == std::string_view::npos) return round;
  const std::string_view step = trimmed(text.substr(blank));
  round.step = read_decimal(step);
  if (!round.step || round.step->is_zero() || round.step->is_negative())
    fail(node, fmt::format("{} is not a step to round to", quoted(step)), "write \"half_up 0.01\"");
  return round;
}

Amounts read_amounts(const Node& table, const Language& language, bool has_times) {
  Amounts amounts;
  amounts.min = amount_at(table, "min", language, true);
  amounts.max = amount_at(table, "max", language, true);
  if (const Node* round = table.find("round")) amounts.round = read_round(*round);
  if (const Node* pay_if = table.find("pay_if")) amounts.pay_if = read_test(*pay_if, amount_field(), no_slot, language);
  amounts.order = read_order(table, has_times);
  return amounts;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string read_what(const Node& node) {
  const std::string& what = string_of(node, "what");
  if (!is_word(what)) fail(node, fmt::format("{} is not one word", quoted(what)), "write what = \"shipping_fee\"");
  return what;
}

// "3 months", "4 business hours": how long, in the user's words.
std::string read_span_of_time(const Node& node, std::string_view key) {
  const std::string& text = string_of(node, key);
  std::string plain = text;
  if (const std::size_t at = plain.find("business "); at != std::string::npos) plain.erase(at, 9);
  const std::optional<Value> period = read_period(plain);
  const bool forward = period && (period->whole > 0 || period->until > 0 || period->ratio > Ratio(0));
  if (!forward) fail(node, fmt::format("{} is not a length of time", quoted(text)), fmt::format("write {} = \"3 months\"", key));
  return text;
}

std::string inline_text(const Node& node);

std::string inline_table(const Node& node) {
  std::vector<std::string> parts;
  for (const Entry& entry : node.entries) parts.push_back(fmt::format("{} = {}", entry.key, inline_text(entry.value)));
  return "{ " + joined(parts, ", ") + " }";
}

std::string inline_text(const Node& node) {
  if (node.is_table()) return inline_table(node);
  if (!node.is_array()) return node.is_string() ? quoted(node.text) : node.text;
  std::vector<std::string> parts;
  for (const Node& item : node.items) parts.push_back(inline_text(item));
  return "[" + joined(parts, ", ") + "]";
}

// How many of them the case is late: an expression over the lateness facts.
std::string count_expression(const Node& per, bool started) {
  if (per.text == "day") return "late_days";
  if (per.text == "business_day") return "late_business_days";
  const std::int64_t ms = read_duration(per.text).value_or(0);
  if (ms <= 0 || ms % ms_per_minute != 0)
    fail(per, fmt::format("{} is not what an amount is given per", quoted(per.text)),
         "write \"day\", \"business_day\" or a duration such as \"8 hours\"");
  return started ? fmt::format("ceiling(late_seconds / {})", ms / ms_per_second)
                 : fmt::format("floor(late_minutes / {})", ms / ms_per_minute);
}

bool is_second_word(const Node& node, std::string_view key, const std::string& usual, const std::string& other) {
  const std::string& word = string_of(node, key);
  if (word != usual && word != other)
    fail(node, fmt::format("{} is not known as {}", quoted(word), key), suggestion(word, {usual, other}));
  return word == other;
}

void read_per(const Node& node, const Language& language, RemedyRule& remedy) {
  const Node* per = node.find("per");
  const Node* count = node.find("count");
  const Node* pay = node.find("pay");
  for (const Node* needs_per : {count, pay})
    if (needs_per != nullptr && per == nullptr) fail(*needs_per, "there is nothing to count here", "add per = \"day\"");
  if (per == nullptr) return;
  if (remedy.times) fail(*per, "per and times are both given", "write one: times = \"late_days * 2\"");
  remedy.per = string_of(*per, "per");
  remedy.count_started = count != nullptr && is_second_word(*count, "count", "completed", "started");
  if (remedy.count_started && (*remedy.per == "day" || *remedy.per == "business_day"))
    fail(*count, "days late are whole days of the calendar, none is only started",
         "write per = \"24 hours\" to count each 24 hours begun");
  remedy.pay_nightly = pay != nullptr && is_second_word(*pay, "pay", "at_close", "nightly");
  Node counted = *per;
  counted.text = count_expression(*per, remedy.count_started);
  remedy.times = read_expression(counted, language, Type::number);
}

// Money, pieces and lengths can be multiplied; a call cannot.
void check_times(const Node& node, const RemedyRule& remedy) {
  for (const std::string_view key : {"times", "per"})
    if (const Node* times = node.find(key); times != nullptr && !remedy.amount && !remedy.quantity && remedy.duration.empty())
      fail(*times, fmt::format("{} is given, but no amount", key), "add amount = \"5.00\"");
}

void check_measure(const Node& node, const RemedyRule& remedy, const KindOfRemedy& kind) {
  using Measure = KindOfRemedy::Measure;
  if (kind.measure == Measure::money && !remedy.amount)
    fail(node, fmt::format("{} is money and needs an amount", remedy.kind), "add amount = \"5.00\", or amount = \"10%\", of = \"order_value\"");
  if (kind.measure == Measure::quantity && !remedy.quantity)
    fail(node, fmt::format("{} needs a quantity", remedy.kind), "add quantity = 100");
  if (kind.measure == Measure::duration && remedy.duration.empty())
    fail(node, fmt::format("{} needs a duration", remedy.kind), "add for = \"1 month\"");
  if (kind.measure != Measure::money && remedy.amount)
    fail(*node.find("amount"), fmt::format("{} is not money and has no amount", remedy.kind),
         "leave amount out, or declare a kind with value = \"money\" under [kinds]");
}

void need_no_of(const Node& node, const RemedyRule& remedy, std::string_view key, const std::optional<Expr>& expr) {
  if (!expr || expr->type != Type::percent || remedy.of) return;
  fail(*node.find(key), fmt::format("{} is a percentage, but of what is not said", expr->text), "add of = \"order_value\"");
}

void check_amounts(const Node& node, const RemedyRule& remedy) {
  for (const std::string_view key : {"of", "min", "max", "round", "pay_if", "order"})
    if (!remedy.amount && node.find(key) != nullptr)
      fail(*node.find(key), fmt::format("{} is given, but no amount", key), "add amount = \"5.00\"");
  need_no_of(node, remedy, "amount", remedy.amount);
  need_no_of(node, remedy, "min", remedy.amounts.min);
  need_no_of(node, remedy, "max", remedy.amounts.max);
  const auto is_percent = [](const std::optional<Expr>& e) { return e && e->type == Type::percent; };
  const bool uses_of = is_percent(remedy.amount) || is_percent(remedy.amounts.min) || is_percent(remedy.amounts.max);
  if (remedy.of && !uses_of)
    fail(*node.find("of"), "only a percentage is taken of something, and none is given", "write amount = \"10%\", or leave of out");
}

// A choice of the customer's is read like the remedies it is between.
std::shared_ptr<const Choice> read_choice(const Node& node, const Language& language, const Policy& policy) {
  only_keys(node, {"by", "choose", "default", "after"}, "a choice");
  auto choice = std::make_shared<Choice>();
  const Node* by = node.find("by");
  if (by == nullptr) fail(node, "the choice does not say which fact holds it", "add by = \"choice\"");
  choice->fact = string_of(*by, "by");
  choice->by = language.schema->find(choice->fact);
  if (choice->by == no_slot) fail(*by, fmt::format("there is no fact {}", quoted(choice->fact)), fact_suggestion(choice->fact, *language.schema));
  const FieldType& type = language.schema->at(choice->by).type;
  if (type.base != Type::string) fail(*by, fmt::format("{} is {}, but the name of an option is text", choice->fact, phrase(type.base)));
  const Node* options = node.find("choose");
  if (!options->is_array() || options->items.empty()) fail(*options, "choose is a list of remedies", "write choose = [ { name = \"code\", kind = ... } ]");
  for (const Node& item : options->items) {
    const Node* name = item.is_table() ? item.find("name") : nullptr;
    if (name == nullptr) fail(item, "an option needs the name that the fact holds", "add name = \"voucher\"");
    if (!type.words.empty() && std::find(type.words.begin(), type.words.end(), string_of(*name, "name")) == type.words.end())
      fail(*name, fmt::format("{} is never {}", choice->fact, quoted(name->text)), suggestion(name->text, type.words));
    for (const Choice::Option& other : choice->options)
      if (other.name == name->text) fail(*name, fmt::format("two options are called {}", quoted(name->text)));
    Node remedy = item;
    std::erase_if(remedy.entries, [](const Entry& entry) { return entry.key == "name"; });
    choice->options.push_back({string_of(*name, "name"), read_remedy(remedy, language, policy)});
    if (choice->options.back().remedy.choice) fail(item, "an option is a remedy, not another choice");
  }
  const Node* standard = node.find("default");
  const Node* after = node.find("after");
  if ((standard == nullptr) != (after == nullptr))
    fail(node, "default and after go together", "add default = \"voucher\", after = \"14 days\", or leave both out");
  if (standard == nullptr) return choice;
  choice->standard = string_of(*standard, "default");
  std::vector<std::string> names;
  for (const Choice::Option& option : choice->options) names.push_back(option.name);
  if (std::find(names.begin(), names.end(), choice->standard) == names.end())
    fail(*standard, fmt::format("no option is called {}", quoted(choice->standard)), suggestion(choice->standard, names));
  Node moment = *after;
  moment.text = fmt::format("add(due, \"{}\")", string_of(*after, "after"));
  choice->after = read_expression(moment, language, Type::missing);
  return choice;
}

}  // namespace

std::string read_manner(const Node& node) {
  const std::string& manner = string_of(node, "manner");
  if (manner != "auto" && manner != "on_request")
    fail(node, fmt::format("{} is not a manner", quoted(manner)), suggestion(manner, {"auto", "on_request"}));
  return manner;
}

std::string read_basis(const Node& node) {
  const std::string& basis = string_of(node, "basis");
  if (basis != "law" && basis != "goodwill") fail(node, fmt::format("{} is not a basis", quoted(basis)), suggestion(basis, {"law", "goodwill"}));
  return basis;
}

Amounts read_table_amounts(const Node& table, const Language& language) {
  Amounts amounts = read_amounts(table, language, false);
  for (const auto& [key, expr] : {std::pair<std::string_view, const std::optional<Expr>&>{"min", amounts.min}, {"max", amounts.max}})
    if (expr && expr->type == Type::percent)
      fail(*table.find(key), fmt::format("{} is a percentage, but of what is not said", expr->text),
           fmt::format("write {} = \"{} * order_value\"", key, expr->text));
  return amounts;
}

RemedyRule read_remedy(const Node& node, const Language& language, const Policy& policy) {
  if (!node.is_table()) fail(node, "a remedy is a table", "write { kind = \"refund\", amount = \"5.00\" }");
  if (node.find("choose") != nullptr) {
    RemedyRule chosen;
    chosen.where = node.where();
    chosen.text = inline_table(node);
    chosen.choice = read_choice(node, language, policy);
    return chosen;
  }
  only_keys(node,
            {"kind", "what", "amount", "of", "times", "per", "count", "pay", "min", "max", "round", "pay_if", "order", "quantity",
             "for", "valid", "within", "manner", "basis", "pay_by", "legal"},
            "a remedy");
  RemedyRule remedy;
  remedy.where = node.where();
  remedy.text = inline_table(node);
  const Node* kind_node = node.find("kind");
  if (kind_node == nullptr) fail(node, "a remedy needs a kind", "add kind = \"refund\"");
  remedy.kind = string_of(*kind_node, "kind");
  const KindOfRemedy* kind = policy.kind_named(remedy.kind);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const KindOfRemedy& known : policy.kinds) names.push_back(known.name);
    fail(*kind_node, fmt::format("there is no remedy {}", quoted(remedy.kind)), suggestion(remedy.kind, names, "your own go under [kinds]"));
  }
  remedy.amount = amount_at(node, "amount", language, false);
  remedy.of = expression_at(node, "of", language, Type::money);
  remedy.times = expression_at(node, "times", language, Type::number);
  remedy.quantity = expression_at(node, "quantity", language, Type::number);
  read_per(node, language, remedy);
  remedy.amounts = read_amounts(node, language, remedy.times.has_value());
  if (const Node* what = node.find("what")) remedy.what = read_what(*what);
  if (const Node* duration = node.find("for")) remedy.duration = read_span_of_time(*duration, "for");
  if (const Node* valid = node.find("valid")) remedy.valid = read_span_of_time(*valid, "valid");
  if (const Node* within = node.find("within")) remedy.within = read_span_of_time(*within, "within");
  if (const Node* manner = node.find("manner")) remedy.manner = read_manner(*manner);
  if (const Node* basis = node.find("basis")) remedy.basis = read_basis(*basis);
  if (const Node* pay_by = node.find("pay_by")) remedy.pay_by = read_pay_by(*pay_by, language);
  if (const Node* legal = node.find("legal")) remedy.legal = read_legal(*legal);
  remedy.label = kind->label.value_or(kind->name);
  check_measure(node, remedy, *kind);
  check_times(node, remedy);
  check_amounts(node, remedy);
  return remedy;
}

}  // namespace amends
