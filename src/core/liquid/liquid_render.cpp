// Walks a parsed template with the facts of one case.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/liquid/liquid.h"
#include "core/liquid/liquid_evaluate.h"
#include "core/mail/header.h"
#include "core/mail/html.h"

namespace amends::liquid {
namespace {

enum class Flow : std::uint8_t { on, stop, again };

class Renderer : Evaluator {
 public:
  Renderer(const Partial& root, Library& library, const Value& facts, const LetterLocale& locale)
      : Evaluator(library, facts, locale) {
    scope_.partial = &root;
  }

  std::string run() {
    body(scope_.partial->body);
    refuse_absent();
    return out_;
  }

 private:
  Flow body(const Body& nodes) {
    for (const Node& node : nodes) {
      const std::size_t mark = work_.mark();
      const Flow flow = placed(node.span, [&] {
        work_.spend(1);
        return step(node);
      });
      work_.release(mark);
      if (flow != Flow::on) return flow;
    }
    return Flow::on;
  }

  Flow step(const Node& node) {
    switch (node.kind) {
      case Node::Kind::text:
        return write(node.text, node.span), Flow::on;
      case Node::Kind::output:
        return output(node);
      case Node::Kind::assign:
        return assign(node);
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
      case Node::Kind::table_row:
        return table_row(node);
      case Node::Kind::include:
        return include(node);
      case Node::Kind::if_changed:
        return if_changed(node);
    }
    return Flow::on;
  }

  Flow assign(const Node& node) {
    look_through(scope_.variables.size());
    scope_.assign(node.text, piped(node.pipe));
    return Flow::on;
  }

  // --- writing

  void write(std::string_view text, Span span) {
    if (out_.size() + text.size() > most_bytes) fail(span, "the letter grows beyond 256 kB");
    work_.spend(text.size() / 32);
    out_ += text;
  }

  Flow output(const Node& node) {
    const Value& value = piped(node.pipe);
    if (value.type == Type::record && is_strict())
      fail(node.pipe.head.span,
           fmt::format("{} is a record and has no words of its own", written(node.pipe.head.span)),
           "name one of its facts");
    print(value, node);
    return Flow::on;
  }

  void print(const Value& value, const Node& node) {
    const std::size_t before = out_.size();
    if (library_.context == Template::Context::html)
      print_html(value);
    else if (value.type == Type::string)
      write(value.text, node.span);
    else
      append_text(out_, value, locale_);
    if (out_.size() > most_bytes) fail(node.span, "the letter grows beyond 256 kB");
    if (library_.context == Template::Context::header) require_header(std::string_view(out_).substr(before), node);
  }

  void print_html(const Value& value) {
    if (is_markup(value)) {
      out_ += value.text;
    } else if (value.type == Type::string) {
      append_escaped_html(out_, value.text);
    } else if (value.type == Type::list) {
      for (const Value& item : *value.list) {
        print_html(item);
        Work::require_size(out_.size());
      }
    } else {
      append_escaped_html(out_, text_of(value, locale_));
    }
  }

  void require_header(std::string_view text, const Node& node) const {
    const auto unfit = unfit_for_header(text);
    if (!unfit) return;
    fail(node.pipe.head.span, fmt::format("{} holds {}", written(node.pipe.head.span), words_of(*unfit)),
         "no subject may hold it: take it out of the record");
  }

  // What `inner` writes, apart.
  Flow written_apart(const Body& inner, std::string& text) {
    std::string outside;
    std::swap(outside, out_);
    const Flow flow = body(inner);
    std::swap(outside, out_);
    text = std::move(outside);
    return flow;
  }

  Flow capture(const Node& node) {
    std::string text;
    const Flow flow = written_apart(node.body, text);
    const std::string_view kept = work_.keep(text);
    scope_.assign(node.text, library_.context == Template::Context::html ? markup(kept) : Value::of_string(kept));
    return flow;
  }

  Flow if_changed(const Node& node) {
    std::string text;
    const Flow flow = written_apart(node.body, text);
    if (text != last_block_) write(last_block_ = std::move(text), node.span);
    return flow;
  }

  // --- choosing

  Flow branch(const Node& node) {
    bool negated = node.kind == Node::Kind::unless;
    for (const Branch& b : node.branches) {
      if (b.otherwise || holds(b.tests[0]) != negated) return body(b.body);
      negated = false;
    }
    return Flow::on;
  }

  // As Liquid does: every matching `when` is printed, and `else` only if none was so far.
  Flow choose(const Node& node) {
    bool chosen = false;
    for (const Branch& b : node.branches) {
      const std::size_t times = b.otherwise ? (chosen ? 0 : 1) : matches(node.pipe.head, b);
      chosen = chosen || (times > 0 && !b.otherwise);
      for (std::size_t i = 0; i < times; ++i)
        if (const Flow flow = body(b.body); flow != Flow::on) return flow;
    }
    return Flow::on;
  }

  std::size_t matches(const Expression& head, const Branch& b) {
    return static_cast<std::size_t>(std::count_if(b.tests.begin(), b.tests.end(), [&](const Expression& test) {
      return are_equal(evaluate(head), evaluate(test, asks_for_nothing(test)));
    }));
  }

  // --- loops

  std::optional<std::int64_t> bound(const std::optional<Expression>& e) {
    if (!e) return std::nullopt;
    const Value& value = evaluate(*e);
    if (is_nothing(value) && value.whole == 0) return std::nullopt;  // `empty` and `blank` are no numbers
    return placed(e->span, [&] { return integer_of(value); });
  }

  // tablerow takes the number a text begins with.
  std::optional<std::int64_t> loose_bound(const std::optional<Expression>& e) {
    if (!e) return std::nullopt;
    return placed(e->span, [&] { return whole_part(evaluate(*e)); });
  }

  struct Segment {
    Value over;
    List made;
    std::int64_t from = 0, until = 0;

    const List& items() const { return over.type == Type::list ? *over.list : made; }
    std::int64_t length() const { return until - from; }
  };

  Segment segment(const Node& node, std::int64_t offset, std::optional<std::int64_t> limit) {
    Segment s;
    s.over = evaluate(node.pipe.head);
    if (s.over.is_null() && node.pipe.head.operation == Operation::path) note_absent(node.pipe.head.span, false);
    if (s.over.type != Type::list) s.made = placed(node.pipe.head.span, [&] { return items_of(s.over); });
    const auto size = static_cast<std::int64_t>(s.items().size());
    work_.spend(s.made.size());
    const bool whole = s.over.type == Type::string;  // a text is one element, whatever limit and offset say
    s.from = whole ? 0 : std::clamp<std::int64_t>(offset, 0, size);
    s.until = size;
    // The limit counts from the offset as written: -1 and a limit of 3 are the first two.
    std::int64_t last = 0;
    if (limit && !whole && !__builtin_add_overflow(offset, *limit, &last)) s.until = std::clamp(last, s.from, size);
    return s;
  }

  Flow loop(const Node& node) {
    const std::string_view over = written(node.pipe.head.span);
    look_through(scope_.resumes.size());
    const std::int64_t offset =
        node.offset_continues ? scope_.resume(node.text, over) : bound(node.offset).value_or(0);
    const Segment s = segment(node, offset, bound(node.limit));
    if (library_.resumes) scope_.resume(node.text, over) = offset + s.length();
    if (s.length() == 0) return node.branches.empty() ? Flow::on : body(node.branches[0].body);
    const auto parent = innermost(scope_.loops, scope_.loops.size(), false);
    const bool outermost = !parent || scope_.loops[*parent].of_partial;
    const Loop info{0, s.length(), 0, outermost, false, node.text, over};
    rounds(node.text, info, node.span, [&](std::int64_t i) {
      scope_.bound.back().value = &s.items()[static_cast<std::size_t>(node.reversed ? s.until - 1 - i : s.from + i)];
      return body(node.body);
    });
    return Flow::on;
  }

  template <class Round>
  void rounds(std::string_view name, const Loop& info, Span span, Round round) {
    const std::size_t depth = scope_.loops.size();
    const std::size_t bound = scope_.bound.size();
    const std::int64_t length = info.length;
    scope_.loops.push_back(info);
    scope_.bound.push_back({name, nullptr});
    for (std::int64_t i = 0; i < length; ++i) {
      if (++rounds_ > most_rounds) fail(span, "the loops of this letter run more than 100000 times");
      scope_.loops[depth].index = i;
      if (round(i) == Flow::stop) break;
    }
    scope_.loops.resize(depth);
    scope_.bound.resize(bound);
  }

  Flow table_row(const Node& node) {
    const Segment s = segment(node, loose_bound(node.offset).value_or(0), loose_bound(node.limit));
    const bool none = is_nothing(s.over) && s.over.whole == 0;
    if (none || (s.over.type == Type::boolean && s.over.whole == 0)) return Flow::on;
    const std::int64_t columns = std::max<std::int64_t>(loose_bound(node.columns).value_or(s.length()), 0);
    const bool wraps = columns > 0;
    write("<tr class=\"row1\">\n", node.span);
    const Loop info{0, s.length(), wraps ? columns : s.length() + 1, true, false, {}, {}};
    rounds(node.text, info, node.span, [&](std::int64_t i) {
      scope_.bound.back().value = &s.items()[static_cast<std::size_t>(s.from + i)];
      write(fmt::format("<td class=\"col{}\">", wraps ? i % columns + 1 : i + 1), node.span);
      const Flow flow = body(node.body);
      write("</td>", node.span);
      const bool ends_row = wraps && (i + 1) % columns == 0 && i + 1 < s.length();
      if (ends_row && flow != Flow::stop)
        write(fmt::format("</tr>\n<tr class=\"row{}\">", i / columns + 2), node.span);
      return flow;
    });
    write("</tr>\n", node.span);
    return Flow::on;
  }

  // --- partials

  void enter(Span span) {
    if (++depth_ > most_depth) fail(span, "partials render each other more than 30 deep");
  }

  Flow partial(const Node& node) {
    enter(node.span);
    Scope inner;
    inner.partial = node.partial;
    inner.isolated = true;
    for (const auto& [name, e] : node.named) inner.assign(name, evaluate(e));
    const Value value = node.has_value ? evaluate(node.pipe.head) : Value{};
    const bool each = node.each && (value.type == Type::list || is_range(value));
    if (node.has_value && !each && !value.is_missing()) inner.assign(node.alias, value);
    const List items = each ? items_of(value) : List{};
    std::swap(scope_, inner);
    if (each)
      for_each(node, items);
    else
      body(node.partial->body);
    std::swap(scope_, inner);
    --depth_;
    return Flow::on;
  }

  // Each element has a partial of its own: what one has assigned or counted the next does not see.
  void for_each(const Node& node, const List& items) {
    const Loop info{0, static_cast<std::int64_t>(items.size()), 0, true, true, node.alias, {}};
    rounds(node.alias, info, {0, 1}, [&](std::int64_t i) {
      const std::size_t given = node.named.size();
      scope_.bound.back().value = &items[static_cast<std::size_t>(i)];
      scope_.variables.resize(given);
      scope_.resumes.clear();
      scope_.counters.clear();
      scope_.cycles.clear();
      return body(node.partial->body);
    });
  }

  // Shares the names of where it stands; its parameters are in sight while it runs.
  Flow include(const Node& node) {
    if (scope_.isolated) fail(node.span, "include cannot stand in what is rendered");
    enter(node.span);
    const Value& name = evaluate(*node.chosen);
    if (name.type != Type::string) fail(node.chosen->span, "include takes the name of a template");
    const std::string_view kept = work_.keep(name.text);
    const Partial* const included = partial_named(library_, std::string(kept));
    if (!included) fail(node.chosen->span, fmt::format("there is no template {} to include", kept));
    const std::string_view alias = node.alias.empty() ? kept.substr(kept.rfind('/') + 1) : node.alias;
    const Value* const same_name = scope_.find(kept);
    const Value value = node.has_value ? evaluate(node.pipe.head) : same_name ? *same_name : fact_named(kept);
    const std::size_t bound = scope_.bound.size();
    for (const auto& [parameter, e] : node.named) {
      Value& given = work_.value();
      given = evaluate(e);
      scope_.bound.push_back({parameter, &given});
    }
    const Partial* const outer = std::exchange(scope_.partial, included);
    const Flow flow = included_body(*included, alias, value);
    scope_.partial = outer;
    scope_.bound.resize(bound);
    --depth_;
    return flow;
  }

  Value fact_named(std::string_view name) const {
    const Value* fact = facts_.type == Type::record ? field_of(*facts_.record, name) : nullptr;
    return fact ? *fact : Value{};
  }

  Flow included_body(const Partial& included, std::string_view alias, const Value& value) {
    if (value.type != Type::list) {
      scope_.bound.push_back({alias, &value});
      return body(included.body);
    }
    for (const Value& item : *value.list) {
      scope_.bound.push_back({alias, &item});
      if (const Flow flow = body(included.body); flow != Flow::on) return flow;
    }
    return Flow::on;
  }

  // --- counters

  template <class Name>
  std::int64_t& counter(std::vector<std::pair<Name, std::int64_t>>& among, Name name, std::int64_t start) {
    look_through(among.size());
    for (auto& [known, value] : among)
      if (known == name) return value;
    return among.emplace_back(std::move(name), start).second;
  }

  Flow cycle(const Node& node) {
    std::string name = node.has_value ? "n" + text_of(evaluate(node.pipe.head, true), locale_)
                                      : "u" + std::string(node.text);
    std::int64_t& at = counter(scope_.cycles, std::move(name), 0);
    const auto size = static_cast<std::int64_t>(node.values.size());
    const std::int64_t now = at;
    at = at + 1 >= size ? 0 : at + 1;
    if (now < size) print(evaluate(node.values[static_cast<std::size_t>(now)]), node);
    return Flow::on;
  }

  // increment prints, then adds; decrement subtracts, then prints.
  Flow count(const Node& node, std::int64_t before, std::int64_t step) {
    const Value told = scope_.isolated ? Value{} : fact_named(node.text);
    const std::int64_t start = told.type == Type::number && told.ratio.is_whole() ? whole_of(told.ratio) : 0;
    std::int64_t& value = counter(scope_.counters, node.text, start);
    append_text(out_, Value::of_number(value + before), locale_);
    value += step;
    return Flow::on;
  }

  std::string& out_ = work_.page;
  std::string last_block_;
  std::int64_t rounds_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string render(const Partial& root, Library& library, const Value& facts, const LetterLocale& locale) {
  return Renderer(root, library, facts, locale).run();
}

}  // namespace amends::liquid
