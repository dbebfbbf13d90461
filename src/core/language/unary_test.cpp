// Reads unary tests: the text on the right of a fact in `when`, of one value, a bound, an interval, a set, their
// negation, or a list of these. Values are read by the type of the fact.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/typing.h"

namespace amends {
namespace {

std::string example_of(const Field& fact) {
  switch (fact.type.base) {
    case Type::number: return "write 3, \"> 3\" or \"[1..3]\"";
    case Type::money: return "write an amount such as \"20.00\" or \"> 20.00\"";
    case Type::percent: return "write \"25%\" or \"> 25%\"";
    case Type::boolean: return "write true or false";
    case Type::date: return "write 2026-03-31 or \">= 2026-03-31\"";
    case Type::instant: return "write \">= 2026-03-31\" or \">= 2026-03-31T14:00:00Z\"";
    case Type::time: return "write \"14:00\" or \"[22:00..06:00)\"";
    case Type::monthday: return "write \"12-24\" or \"[12-22..01-02]\"";
    case Type::duration: return "write \"> 30 min\"";
    case Type::list: return "test it for null only, or name what you ask of it under [derived]: \"count(" + fact.name + ")\"";
    case Type::record: return "test it for null only, or name its part under [derived]: \"" + fact.name + ".part\"";
    default: return {};
  }
}

struct Part {
  std::string_view text;
  std::size_t at;
};

Part trimmed_part(Part part) {
  const std::string_view text = trimmed(part.text);
  return text.empty() ? part : Part{text, part.at + static_cast<std::size_t>(text.data() - part.text.data())};
}

// "a, not(b, c), [1..2]" at the commas that stand outside quotes and brackets.
std::vector<Part> split_tests(Part whole) {
  std::vector<Part> parts;
  int depth = 0;
  bool in_quotes = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= whole.text.size(); ++i) {
    const char c = i < whole.text.size() ? whole.text[i] : ',';
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes && i < whole.text.size()) continue;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (i < whole.text.size() && (c != ',' || depth > 0)) continue;
    parts.push_back(trimmed_part({whole.text.substr(start, i - start), whole.at + start}));
    start = i + 1;
  }
  return parts;
}

class TestReader {
 public:
  TestReader(const Node& node, const Field& fact, Slot slot, const Language& language)
      : node_(node), fact_(fact), slot_(slot), language_(language) {
    const Type type = fact.type.base;
    if (type == Type::instant || type == Type::date) zone_ = std::make_shared<const Zone>(language.zone);
  }

  Expr whole() const {
    if (node_.is_table()) amends::fail(node_, fmt::format("the test of {} is a table", fact_.name), example_of(fact_));
    if (node_.is_string()) return test(trimmed_part({node_.text, 0}));
    return equals(value({node_.text, 0}));
  }

 private:
  [[noreturn]] void fail(Part part, std::string message, std::string hint) const {
    const Where where = node_.is_string() ? where_inside(node_, part.at, part.text.size()) : node_.where();
    throw Error{where, std::move(message), std::move(hint)};
  }

  Expr test(Part part) const {
    const std::string_view text = part.text;
    if (text == "-") return made(Op::anything, "is anything", {});
    if (text == "null") return made(Op::is_null, "is null", {});
    if (text.starts_with("not(") && text.ends_with(")")) return negation(part);
    if (text.starts_with("in ")) return set(part);
    if (text.starts_with("<") || text.starts_with(">")) return comparison(part);
    const bool opens = text.starts_with("[") || text.starts_with("(");
    const bool closes = text.ends_with("]") || text.ends_with(")");
    if (opens && closes && text.find("..") != std::string_view::npos) return interval(part);
    return equals(value(part));
  }

  Expr made(Op op, std::string text, std::vector<Expr> children) const {
    Expr expr;
    expr.op = op;
    expr.type = Type::boolean;
    expr.zone = zone_;
    expr.text = std::move(text);
    if (op != Op::opposite && op != Op::either) {
      Expr tested;
      tested.op = Op::fact;
      tested.type = fact_.type.base;
      tested.slot = slot_;
      tested.text = fact_.name;
      expr.children.push_back(std::move(tested));
    }
    for (Expr& child : children) expr.children.push_back(std::move(child));
    return expr;
  }

  Expr equals(Expr value) const {
    std::string text = "is " + value.text;
    std::vector<Expr> values;
    values.push_back(std::move(value));
    return made(Op::any_of, std::move(text), std::move(values));
  }

  Expr value(Part part) const {
    const bool is_quoted = part.text.size() >= 2 && part.text.front() == '"' && part.text.back() == '"';
    const std::string_view text = is_quoted ? part.text.substr(1, part.text.size() - 2) : part.text;
    Expr expr = literal(text);
    if (expr.type == Type::missing) fail_value(part);
    return expr;
  }

  // Of type missing when the text is no such value.
  Expr literal(std::string_view text) const {
    Expr expr;
    expr.words = std::make_shared<const std::string>(text);
    expr.text = fact_.type.base == Type::string ? quoted(text) : std::string(text);
    const std::optional<Value> read = read_literal(*expr.words, fact_.type, language_.zone);
    if (!read) return expr;
    expr.literal = *read;
    expr.type = read->type;
    return expr;
  }

  [[noreturn]] void fail_value(Part part) const {
    const std::string hint = fact_.type.words.empty() ? example_of(fact_) : suggestion(part.text, fact_.type.words);
    if (fact_.type.base == Type::string) fail(part, fmt::format("{} is never {}", fact_.name, quoted(part.text)), hint);
    fail(part, fmt::format("{} is {}, and {} is not", fact_.name, phrase(fact_.type.base), quoted(part.text)), hint);
  }

  void need_order(Part part) const {
    if (has_order(fact_.type.base)) return;
    fail(part, fmt::format("{} is {} and has no order", fact_.name, phrase(fact_.type.base)),
         fmt::format("list its values, or quote a value that looks like a test: '\"{}\"'", part.text));
  }

  Expr comparison(Part part) const {
    need_order(part);
    const bool with_equal = part.text.size() > 1 && part.text[1] == '=';
    const bool is_less = part.text[0] == '<';
    const Op op = is_less ? (with_equal ? Op::less_equal : Op::less) : (with_equal ? Op::greater_equal : Op::greater);
    const std::size_t sign = with_equal ? 2 : 1;
    std::vector<Expr> bound;
    bound.push_back(value(trimmed_part({part.text.substr(sign), part.at + sign})));
    std::string text = fmt::format("{} {}", part.text.substr(0, sign), bound[0].text);
    return made(op, std::move(text), std::move(bound));
  }

  Expr interval(Part part) const {
    need_order(part);
    const std::size_t dots = part.text.find("..");
    std::vector<Expr> bounds;
    bounds.push_back(value(trimmed_part({part.text.substr(1, dots - 1), part.at + 1})));
    bounds.push_back(value(trimmed_part({part.text.substr(dots + 2, part.text.size() - dots - 3), part.at + dots + 2})));
    Expr expr = made(Op::within, fmt::format("in {}", part.text), std::move(bounds));
    expr.low_open = part.text.front() == '(';
    expr.high_open = part.text.back() == ')';
    const std::partial_ordering order = compare(expr.children[1].literal, expr.children[2].literal, zone_.get());
    const bool is_empty = (order > 0 && !is_cyclic(fact_.type.base)) || (order == 0 && (expr.low_open || expr.high_open));
    if (is_empty) fail(part, fmt::format("nothing lies in {}", part.text), "write the smaller bound first");
    return expr;
  }

  Expr negation(Part part) const {
    const Part inside{part.text.substr(4, part.text.size() - 5), part.at + 4};
    std::vector<Expr> tests;
    for (const Part& one : split_tests(inside)) tests.push_back(test(one));
    std::vector<Expr> content;
    content.push_back(any_of(std::move(tests)));
    return made(Op::opposite, std::string(part.text), std::move(content));
  }

  Expr set(Part part) const {
    const std::string name(trimmed(part.text.substr(3)));
    static const std::map<std::string, std::vector<std::string>> no_sets;
    const auto& sets = language_.sets != nullptr ? *language_.sets : no_sets;
    const auto found = sets.find(name);
    if (found == sets.end()) fail_set(part, name, sets);
    std::vector<Expr> values;
    for (const std::string& word : found->second) {
      values.push_back(literal(word));
      if (values.back().type == Type::missing)
        fail(part, fmt::format("the set {} holds {}, which {} never is", name, quoted(word), fact_.name),
             suggestion(word, fact_.type.words));
    }
    return made(Op::any_of, "in " + name, std::move(values));
  }

  [[noreturn]] void fail_set(Part part, const std::string& name,
                             const std::map<std::string, std::vector<std::string>>& sets) const {
    std::vector<std::string> names;
    for (const auto& [known, words] : sets) names.push_back(known);
    const std::string hint = names.empty() ? "declare it under [sets]" : suggestion(name, names);
    fail(part, fmt::format("there is no set {}", quoted(name)), hint);
  }

 public:
  // Any of several tests; plain values become one list.
  Expr any_of(std::vector<Expr> tests) const {
    const bool all_values = std::all_of(tests.begin(), tests.end(), [](const Expr& e) { return e.op == Op::any_of; });
    if (tests.size() == 1) return std::move(tests[0]);
    std::vector<std::string> texts;
    for (const Expr& t : tests) texts.push_back(t.text.starts_with("is ") && !texts.empty() ? t.text.substr(3) : t.text);
    if (!all_values) return made(Op::either, joined(texts, " or "), std::move(tests));
    std::vector<Expr> values;
    for (Expr& t : tests)
      for (std::size_t i = 1; i < t.children.size(); ++i) values.push_back(std::move(t.children[i]));
    return made(Op::any_of, joined(texts, " or "), std::move(values));
  }

 private:
  const Node& node_;
  const Field& fact_;
  Slot slot_;
  const Language& language_;
  std::shared_ptr<const Zone> zone_;
};

}  // namespace

Node tests_of_cell(const Node& cell) {
  if (!cell.is_string()) return cell;
  const std::vector<Part> parts = split_tests({cell.text, 0});
  if (parts.size() < 2) return cell;
  Node several = cell;
  several.kind = Node::Kind::array;
  several.text.clear();
  for (const Part& part : parts) {
    Node one = cell;
    one.text = part.text;
    one.column = cell.column + static_cast<std::uint32_t>(part.at);
    several.items.push_back(std::move(one));
  }
  return several;
}

Expr read_test(const Node& node, const Field& fact, Slot slot, const Language& language) {
  const TestReader reader(node, fact, slot, language);
  if (!node.is_array()) return reader.whole();
  if (node.items.empty()) fail(node, fmt::format("no value of {} is in an empty list", fact.name), "write [\"a\", \"b\"]");
  std::vector<Expr> tests;
  for (const Node& item : node.items) {
    if (item.is_array()) fail(item, "a list of tests holds no lists");
    tests.push_back(TestReader(item, fact, slot, language).whole());
  }
  return reader.any_of(std::move(tests));
}

}  // namespace amends
