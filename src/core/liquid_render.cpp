// Walks a parsed template with the facts of one case. Strict: names without a value are gathered and stop
// the rendering at its end, all in one Error.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "core/liquid.h"
#include "core/liquid_value.h"
#include "core/text.h"

namespace amends::liquid {
namespace {

constexpr std::size_t most_bytes = 256 * 1024;  // of one rendered text: a letter is a few kilobytes
constexpr std::int64_t most_rounds = 100'000;   // of all loops together
constexpr int most_depth = 30;                  // of partials within partials

enum class Flow : std::uint8_t { on, stop, again };

struct Loop {
  std::string_view name;
  Value item;
  std::int64_t index = 0;
  std::int64_t length = 0;
  bool outermost = true;    // of its template: no parentloop
  bool of_partial = false;  // made by render ... for: no parentloop of the loops inside
  std::string_view label;   // forloop.name
};

// What one template, or one partial, has set. Partials see the facts and their parameters only.
struct Scope {
  const Partial* partial = nullptr;
  std::vector<std::pair<std::string_view, Value>> variables;
  std::vector<Loop> loops;
  std::vector<std::pair<std::string_view, std::int64_t>> resumes;  // for offset: continue
};

struct Absent {
  std::string path;
  Where where;
  bool unknown = false;  // no such fact; otherwise a fact without a value
};

Value loop_member(const std::vector<Loop>& loops, const std::vector<Step>& steps) {
  std::size_t at = loops.size();
  if (at == 0) return {};
  --at;
  std::size_t i = 1;
  for (; i < steps.size() && steps[i].name == "parentloop"; ++i) {
    if (loops[at].outermost) return {};
    --at;
  }
  if (i + 1 != steps.size()) return {};
  const Loop& loop = loops[at];
  const std::string_view name = steps[i].name;
  if (name == "index") return Value::of_number(loop.index + 1);
  if (name == "index0") return Value::of_number(loop.index);
  if (name == "rindex") return Value::of_number(loop.length - loop.index);
  if (name == "rindex0") return Value::of_number(loop.length - loop.index - 1);
  if (name == "first") return Value::of_boolean(loop.index == 0);
  if (name == "last") return Value::of_boolean(loop.index + 1 == loop.length);
  if (name == "length") return Value::of_number(loop.length);
  if (name == "name") return Value::of_string(loop.label);
  return {};
}

class Renderer {
 public:
  Renderer(const Partial& root, Template::Mode mode, const Value& facts, const LetterLocale& locale)
      : facts_(facts),
        locale_(locale),
        context_{locale, mode, words_},
        strict_(mode == Template::Mode::strict) {
    scope_.partial = &root;
  }

  std::string run() {
    out_.reserve(4096);
    body(scope_.partial->body);
    if (!absent_.empty()) refuse();
    return std::move(out_);
  }

 private:
  Where where(Span span) const { return where_of(*scope_.partial->source, span); }

  std::string_view written(Span span) const {
    return std::string_view(scope_.partial->source->text).substr(span.offset, span.length);
  }

  [[noreturn]] void fail(Span span, std::string message, std::string hint = {}) const {
    throw Error{where(span), std::move(message), std::move(hint)};
  }

  // Runs `act`, giving faults of values their place.
  template <class Act>
  auto placed(Span span, Act act) const {
    try {
      return act();
    } catch (const FilterFault& fault) {
      fail(span, fault.message, fault.hint);
    } catch (const Overflow& fault) {
      fail(span, fault.what());
    }
  }

  [[noreturn]] void refuse() const {
    const Absent& first = absent_.front();
    std::string message =
        fmt::format("{} {}", first.path,
                    first.unknown ? "is not a fact this letter knows" : "has no value for this case");
    for (std::size_t i = 1; i < absent_.size(); ++i)
      message += fmt::format("{} {} ({}:{}:{})", i == 1 ? ", nor" : ",", absent_[i].path,
                             absent_[i].where.file, absent_[i].where.line, absent_[i].where.column);
    throw Error{
        first.where, message,
        fmt::format("test it with {{% if {0} %}} or write {{{{ {0} | default: \"...\" }}}}", first.path)};
  }

  void note_absent(Span span, bool unknown) {
    if (!strict_) return;
    Absent absent{std::string(written(span)), where(span), unknown};
    const auto same = [&](const Absent& a) {
      return a.where.file == absent.where.file && a.where.line == absent.where.line &&
             a.where.column == absent.where.column;
    };
    if (std::none_of(absent_.begin(), absent_.end(), same)) absent_.push_back(std::move(absent));
  }

  // --- values

  Value root(const Step& step) {
    const std::string name = step.index ? std::string(key(*step.index)) : std::string{};
    const std::string_view sought = step.index ? std::string_view(name) : step.name;
    for (auto loop = scope_.loops.rbegin(); loop != scope_.loops.rend(); ++loop)
      if (loop->name == sought) return loop->item;
    for (auto v = scope_.variables.rbegin(); v != scope_.variables.rend(); ++v)
      if (v->first == sought) return v->second;
    if (facts_.type == Type::record)
      for (const auto& [fact, value] : *facts_.record)
        if (fact == sought) return value;
    for (const auto& [counter, value] : counters_)
      if (counter == sought) return Value::of_number(value);
    return {};
  }

  std::string key(const Expression& index) {
    const Value value = evaluate(index, false);
    return value.type == Type::string ? std::string(value.text) : text_of(value, locale_);
  }

  Value path(const Expression& e, bool guarded) {
    const bool is_loop = !e.steps[0].index && e.steps[0].name == "forloop" && !scope_.loops.empty();
    Value value = is_loop ? loop_member(scope_.loops, e.steps) : root(e.steps[0]);
    for (std::size_t i = 1; i < e.steps.size() && !is_loop && !value.is_missing(); ++i) {
      const Step& step = e.steps[i];
      value = step.index ? element(value, evaluate(*step.index, false)) : member(value, step.name);
    }
    if (value.is_missing() && !guarded) note_absent(e.span, true);
    return value;
  }

  Value range(const Expression& e) {
    return placed(e.span, [&] {
      return range_of(whole_part(evaluate(e.children[0], false)), whole_part(evaluate(e.children[1], false)));
    });
  }

  Value evaluate(const Expression& e, bool guarded) {
    switch (e.operation) {
      case Operation::literal:
        return e.literal;
      case Operation::path:
        return path(e, guarded);
      case Operation::range:
        return range(e);
      default:
        return Value::of_boolean(holds(e));
    }
  }

  static bool asks_for_nothing(const Expression& e) {
    return e.operation == Operation::literal && e.literal.is_null();
  }

  bool holds(const Expression& e) {
    switch (e.operation) {
      case Operation::both:
        return holds(e.children[0]) && holds(e.children[1]);
      case Operation::either:
        return holds(e.children[0]) || holds(e.children[1]);
      case Operation::literal:
      case Operation::path:
      case Operation::range:
        return is_true(evaluate(e, true));
      default:
        return compared(e);
    }
  }

  bool compared(const Expression& e) {
    const Expression& left = e.children[0];
    const Expression& right = e.children[1];
    const Value a = evaluate(left, asks_for_nothing(right));
    const Value b = evaluate(right, asks_for_nothing(left));
    if (e.operation == Operation::equal) return equal(a, b);
    if (e.operation == Operation::not_equal) return !equal(a, b);
    if (e.operation == Operation::contains) return contains(a, b);
    if (is_nothing(a) || is_nothing(b)) {
      if (a.is_null() && left.operation == Operation::path) note_absent(left.span, false);
      if (b.is_null() && right.operation == Operation::path) note_absent(right.span, false);
      return false;
    }
    const int order = placed(e.span, [&] { return compare(a, b); });
    if (e.operation == Operation::less) return order < 0;
    if (e.operation == Operation::less_equal) return order <= 0;
    if (e.operation == Operation::greater) return order > 0;
    return order >= 0;
  }

  Value piped(const Pipe& pipe) {
    Value value = evaluate(pipe.head, pipe.guarded);
    if (strict_ && !pipe.guarded && is_nothing(value) && pipe.head.operation == Operation::path) {
      if (value.is_null()) note_absent(pipe.head.span, false);
      return {};
    }
    for (const FilterCall& call : pipe.filters) value = filtered(value, call);
    return value;
  }

  Value filtered(const Value& value, const FilterCall& call) {
    Arguments arguments;
    arguments.plain.reserve(call.arguments.size());
    for (const Expression& argument : call.arguments) arguments.plain.push_back(evaluate(argument, false));
    for (const auto& [name, argument] : call.named)
      arguments.named.emplace_back(name, evaluate(argument, false));
    return placed(call.span, [&] { return call.filter->run(value, arguments, context_); });
  }

  // --- nodes

  Flow body(const Body& nodes) {
    for (const Node& node : nodes) {
      const Flow flow = step(node);
      if (flow != Flow::on) return flow;
    }
    return Flow::on;
  }

  Flow step(const Node& node) {
    switch (node.kind) {
      case Node::Kind::text:
        return write(node.text, node.span);
      case Node::Kind::output:
        return output(node);
      case Node::Kind::assign:
        return assign(node.text, piped(node.pipe));
      case Node::Kind::capture:
        return capture(node);
      case Node::Kind::if_:
      case Node::Kind::unless:
        return branch(node);
      case Node::Kind::case_:
        return choose(node);
      case Node::Kind::for_:
        return loop(node);
      case Node::Kind::break_:
        return Flow::stop;
      case Node::Kind::continue_:
        return Flow::again;
      case Node::Kind::render:
        return partial(node);
      case Node::Kind::cycle:
        return cycle(node);
      case Node::Kind::increment:
        return count(node, 0, 1);
      case Node::Kind::decrement:
        return count(node, -1, -1);
      case Node::Kind::abort:
        throw Held{text_of(piped(node.pipe), locale_)};
    }
    return Flow::on;
  }

  Flow write(std::string_view text, Span span) {
    if (out_.size() + text.size() > most_bytes) fail(span, "the letter grows beyond 256 kB");
    out_ += text;
    return Flow::on;
  }

  Flow output(const Node& node) {
    const Value value = piped(node.pipe);
    if (strict_ && value.type == Type::record)
      fail(node.pipe.head.span,
           fmt::format("{} is a record and has no words of its own", written(node.pipe.head.span)),
           "name one of its facts");
    placed(node.span, [&] { append_text(out_, value, locale_); });
    return write({}, node.span);
  }

  Flow assign(std::string_view name, Value value) {
    for (auto& [known, held] : scope_.variables)
      if (known == name) return held = std::move(value), Flow::on;
    scope_.variables.emplace_back(name, std::move(value));
    return Flow::on;
  }

  Flow capture(const Node& node) {
    std::string outside;
    std::swap(outside, out_);
    const Flow flow = body(node.body);
    std::swap(outside, out_);
    assign(node.text, context_.string(std::move(outside)));
    return flow;
  }

  Flow branch(const Node& node) {
    bool first = true;
    for (const Branch& b : node.branches) {
      const bool negated = first && node.kind == Node::Kind::unless;
      first = false;
      if (b.otherwise || holds(b.tests[0]) != negated) return body(b.body);
    }
    return Flow::on;
  }

  // As Liquid does: every matching `when` is printed, and `else` only if none was so far.
  Flow choose(const Node& node) {
    const Value value = evaluate(node.pipe.head, false);
    bool chosen = false;
    for (const Branch& b : node.branches) {
      const std::size_t times = b.otherwise ? (chosen ? 0 : 1) : matches(value, b);
      chosen = chosen || (times > 0 && !b.otherwise);
      for (std::size_t i = 0; i < times; ++i)
        if (const Flow flow = body(b.body); flow != Flow::on) return flow;
    }
    return Flow::on;
  }

  std::size_t matches(const Value& value, const Branch& b) {
    return static_cast<std::size_t>(std::count_if(
        b.tests.begin(), b.tests.end(),
        [&](const Expression& test) { return equal(value, evaluate(test, asks_for_nothing(test))); }));
  }

  std::optional<std::int64_t> bound(const std::optional<Expression>& e) {
    if (!e) return std::nullopt;
    const Value value = evaluate(*e, false);
    if (is_nothing(value)) return std::nullopt;
    const bool readable =
        value.type == Type::number || (value.type == Type::string && read_decimal(value.text));
    if (!readable) fail(e->span, fmt::format("{} is not a number", written(e->span)));
    return std::max<std::int64_t>(whole_part(value), 0);
  }

  std::int64_t& resume_at(std::string_view name) {
    for (auto& [known, at] : scope_.resumes)
      if (known == name) return at;
    return scope_.resumes.emplace_back(name, 0).second;
  }

  Flow loop(const Node& node) {
    const Value over = evaluate(node.pipe.head, false);
    if (over.is_null() && node.pipe.head.operation == Operation::path)
      note_absent(node.pipe.head.span, false);
    List made;
    if (over.type != Type::list) made = placed(node.pipe.head.span, [&] { return items_of(over); });
    const List& items = over.type == Type::list ? *over.list : made;
    const std::string_view name =
        context_.keep(fmt::format("{}-{}", node.text, written(node.pipe.head.span)));
    const auto size = static_cast<std::int64_t>(items.size());
    const std::int64_t from =
        std::min(node.offset_continues ? resume_at(name) : bound(node.offset).value_or(0), size);
    const std::int64_t until = from + std::min(bound(node.limit).value_or(size), size - from);
    resume_at(name) = until;
    if (from == until) return node.branches.empty() ? Flow::on : body(node.branches[0].body);
    const bool outermost = scope_.loops.empty() || scope_.loops.back().of_partial;
    rounds(node.body, {node.text, {}, 0, until - from, outermost, false, name}, node.span,
           [&](std::int64_t i) {
             return items[static_cast<std::size_t>(node.reversed ? until - 1 - i : from + i)];
           });
    return Flow::on;
  }

  template <class Item>
  void rounds(const Body& inner, Loop start, Span span, Item item) {
    const std::size_t depth = scope_.loops.size();
    const std::int64_t length = start.length;
    scope_.loops.push_back(std::move(start));
    for (std::int64_t i = 0; i < length; ++i) {
      if (++rounds_ > most_rounds) fail(span, "the loops of this letter run more than 100000 times");
      Loop& loop = scope_.loops[depth];
      loop.index = i;
      loop.item = item(i);
      if (body(inner) == Flow::stop) break;
    }
    scope_.loops.resize(depth);
  }

  Flow partial(const Node& node) {
    if (++depth_ > most_depth) fail(node.span, "partials render each other more than 30 deep");
    Scope inner;
    inner.partial = node.partial;
    for (const auto& [name, e] : node.named) inner.variables.emplace_back(name, evaluate(e, false));
    const Value value = node.has_value ? evaluate(node.pipe.head, false) : Value{};
    const bool each = node.each && (value.type == Type::list || is_range(value));
    if (node.has_value && !each && !value.is_missing()) inner.variables.emplace_back(node.alias, value);
    const List items = each ? items_of(value) : List{};
    std::swap(scope_, inner);
    std::vector<std::pair<std::string, std::int64_t>> counters, cycles;
    std::swap(counters, counters_);
    std::swap(cycles, cycles_);
    const auto size = static_cast<std::int64_t>(items.size());
    if (each)
      rounds(node.partial->body, {node.alias, {}, 0, size, true, true, node.alias}, {0, 1},
             [&](std::int64_t i) { return items[static_cast<std::size_t>(i)]; });
    else
      body(node.partial->body);
    std::swap(cycles, cycles_);
    std::swap(counters, counters_);
    std::swap(scope_, inner);
    --depth_;
    return Flow::on;
  }

  std::int64_t& counter(std::vector<std::pair<std::string, std::int64_t>>& among, std::string name,
                        std::int64_t start) {
    for (auto& [known, value] : among)
      if (known == name) return value;
    return among.emplace_back(std::move(name), start).second;
  }

  Flow cycle(const Node& node) {
    std::string name = node.has_value ? "n" + text_of(evaluate(node.pipe.head, true), locale_)
                                      : "u" + std::string(node.text);
    std::int64_t& at = counter(cycles_, std::move(name), 0);
    const auto size = static_cast<std::int64_t>(node.values.size());
    const Value value = at < size ? evaluate(node.values[static_cast<std::size_t>(at)], false) : Value{};
    at = at + 1 >= size ? 0 : at + 1;
    append_text(out_, value, locale_);
    return Flow::on;
  }

  // increment prints, then adds; decrement subtracts, then prints.
  Flow count(const Node& node, std::int64_t before, std::int64_t step) {
    std::int64_t& value = counter(counters_, std::string(node.text), 0);
    append_text(out_, Value::of_number(value + before), locale_);
    value += step;
    return Flow::on;
  }

  const Value& facts_;
  const LetterLocale& locale_;
  std::deque<std::string> words_;
  FilterContext context_;
  bool strict_;
  std::string out_;
  Scope scope_;
  std::vector<std::pair<std::string, std::int64_t>> counters_, cycles_;
  std::vector<Absent> absent_;
  std::int64_t rounds_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string render(const Partial& root, Template::Mode mode, const Value& facts, const LetterLocale& locale) {
  return Renderer(root, mode, facts, locale).run();
}

}  // namespace amends::liquid
