// Lists the facts a template reads, as "order.items[].name", following loop variables, assigned names and
// parameters of partials to the facts they stand for, and what the conditions around a place have asked for.
#include <algorithm>
#include <optional>
#include <set>

#include "core/liquid/liquid.h"

namespace amends::liquid {
namespace {

using Paths = std::vector<std::string>;

constexpr std::size_t longest_path = 400;  // no fact's is: what is longer is unknown whatever follows
constexpr std::size_t most_present = 500;  // names known to be there; of more, some count as doubtful
constexpr std::size_t most_readings = 500;  // of partials, each by what it is given and what is asked before

// What a local name stands for: a fact's path, or something computed.
struct Local {
  std::string_view name;
  std::optional<std::string> path;
  bool sure = false;  // `default` has filled the gap
};

bool is_within(std::string_view path, std::string_view whole) {
  return path.starts_with(whole) && (path.size() == whole.size() || path[whole.size()] == '.' || path[whole.size()] == '[');
}

// How much of `path` is there for certain when `known` is: all that both share.
std::size_t shared(std::string_view path, std::string_view known) {
  std::size_t end = path.size();
  while (end > 0 && !is_within(known, path.substr(0, end))) {
    const auto cut = path.substr(0, end).find_last_of(".[");
    end = cut == std::string_view::npos ? 0 : cut;
  }
  return end;
}

// The end of the text, or the last place up to `at` where a code point begins.
std::size_t begin_of_code_point(std::string_view text, std::size_t at) {
  if (text.size() <= at) return text.size();
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) --at;
  return at;
}

class PathFinder {
 public:
  std::vector<TemplatePath> run(const Partial& root) {
    partial(root, {});
    return std::move(found_);
  }

 private:
  void partial(const Partial& p, std::vector<Local> locals) {
    if (std::find(open_.begin(), open_.end(), &p) != open_.end()) return;
    if (!visited_.emplace(&p, signature(locals)).second) return;
    if (visited_.size() > most_readings)
      throw Error{Where{p.name, 0, 0, 1, {}}, "the parts of a letter are rendered in more than 500 ways", "let parts render fewer parts"};
    open_.push_back(&p);
    std::swap(locals_, locals);
    body(p.body);
    std::swap(locals_, locals);
    open_.pop_back();
  }

  // The same partial with the same names in sight reads the same.
  std::string signature(const std::vector<Local>& locals) const {
    std::string out;
    for (const Local& l : locals) (((out += l.name) += '=') += l.path.value_or("?")) += l.sure ? "!\n" : "\n";
    for (const std::string& p : present_) (out += p) += '\n';
    return out;
  }

  const Local* local(std::string_view name) const {
    for (auto it = locals_.rbegin(); it != locals_.rend(); ++it)
      if (it->name == name) return &*it;
    return nullptr;
  }

  struct Resolved {
    std::optional<std::string> path;
    std::size_t sure = 0;  // so much of the path is there for certain, by its local name
  };

  // The fact a path stands for; none when it starts from something computed.
  Resolved resolved(const Expression& e) const {
    std::string out;
    Resolved r;
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      const Step& step = e.steps[i];
      if (step.index) {
        if (i == 0) return {};
        const Expression& index = *step.index;
        const bool by_name = index.operation == Operation::literal && index.literal.type == Type::string;
        out += by_name ? "." + std::string(index.literal.text) : "[]";
      } else if (i > 0) {
        append_member(out, step.name);
      } else if (const Local* l = local(step.name)) {
        if (!l->path) return {};
        out = *l->path;
        if (l->sure) r.sure = out.size();
      } else {
        if (step.name == "forloop") return {};
        out = step.name;
      }
    }
    out.resize(begin_of_code_point(out, longest_path));
    r.sure = std::min(r.sure, out.size());
    r.path = std::move(out);
    return r;
  }

  // first and last of a list are one of its elements.
  static void append_member(std::string& path, std::string_view name) {
    if (name == "first" || name == "last")
      path += "[]";
    else if (name != "size")
      (path += '.') += name;
  }

  std::optional<std::string> named(const Expression& e, bool guarded) {
    for (const Step& step : e.steps)
      if (step.index) expression(*step.index, false);
    Resolved r = resolved(e);
    if (r.path) note(*r.path, e.span, guarded, r.sure);
    return std::move(r.path);
  }

  void note(const std::string& path, Span span, bool guarded, std::size_t sure) {
    const auto& source = open_.back()->source;
    if (!seen_.emplace(source.get(), span.offset, path).second) return;
    for (const std::string& known : present_) sure = std::max(sure, shared(path, known));
    found_.push_back({path, guarded, path.substr(0, sure), source, span.offset, span.length});
  }

  std::optional<std::string> expression(const Expression& e, bool guarded) {
    if (e.operation == Operation::path) return named(e, guarded);
    if (e.operation == Operation::both || e.operation == Operation::either) {
      expression(e.children[0], guarded);
      const std::size_t before = present_.size();
      suppose(e.children[0], e.operation == Operation::both);
      expression(e.children[1], guarded);
      present_.resize(before);
      return std::nullopt;
    }
    const bool asks = std::any_of(e.children.begin(), e.children.end(), asks_for_nothing);
    for (const Expression& child : e.children) expression(child, asks);
    return std::nullopt;
  }

  static bool asks_for_nothing(const Expression& e) {
    return e.operation == Operation::literal && e.literal.is_null();
  }

  // --- what is there once a condition has turned out so

  void suppose(const Expression& e, bool holds) {
    switch (e.operation) {
      case Operation::path:
        if (holds) suppose_there(e);
        return;
      case Operation::both:
      case Operation::either:
        // Of `a and b` that fails nothing is known, nor of `a or b` that holds.
        if ((e.operation == Operation::both) != holds) return;
        suppose(e.children[0], holds);
        suppose(e.children[1], holds);
        return;
      case Operation::literal:
      case Operation::range:
        return;
      case Operation::equal:
      case Operation::not_equal:
        return suppose_compared(e, (e.operation == Operation::equal) == holds);
      default:
        if (holds)
          for (const Expression& child : e.children) suppose_there(child);
    }
  }

  void suppose_compared(const Expression& e, bool equal) {
    for (std::size_t i = 0; i < 2; ++i) {
      const Expression& other = e.children[1 - i];
      const bool other_is_nothing = asks_for_nothing(other);
      const bool other_is_something = other.operation == Operation::literal && !other_is_nothing;
      if (equal ? other_is_something : other_is_nothing) suppose_there(e.children[i]);
    }
  }

  void suppose_there(const Expression& e) {
    if (e.operation != Operation::path) return;
    if (present_.size() == most_present) return;
    if (Resolved r = resolved(e); r.path) present_.push_back(std::move(*r.path));
  }

  // --- pipes

  std::optional<std::string> pipe(const Pipe& p) {
    auto path = expression(p.head, p.guarded);
    for (const FilterCall& call : p.filters) {
      for (const Expression& argument : call.arguments) expression(argument, false);
      for (const auto& [_, argument] : call.named) expression(argument, false);
      if (path) property(call, *path);
      path = through(call.filter->name, std::move(path));
    }
    return path;
  }

  // map: 'name' reads name of every element.
  void property(const FilterCall& call, const std::string& path) {
    static const std::set<std::string_view> by_property = {"map",  "where",        "reject", "find", "find_index", "has",
                                                           "sort", "sort_natural", "uniq",   "sum",  "compact"};
    if (!by_property.contains(call.filter->name) || call.arguments.empty()) return;
    const Expression& name = call.arguments[0];
    if (name.operation == Operation::literal && name.literal.type == Type::string)
      note(path + "[]." + std::string(name.literal.text), name.span, true, 0);
  }

  // Filters that leave the elements of a list as they are.
  static std::optional<std::string> through(std::string_view filter, std::optional<std::string> path) {
    static const std::set<std::string_view> keep = {"sort",   "sort_natural", "reverse", "where",  "reject",
                                                    "uniq",   "compact",      "default", "slice"};
    if (!path || keep.contains(filter)) return path;
    if (filter == "first" || filter == "last" || filter == "find") return *path + "[]";
    return std::nullopt;
  }

  // --- statements

  void body(const Body& nodes) {
    const std::size_t before = present_.size();
    for (const Node& node : nodes) statement(node);
    present_.resize(before);
  }

  void statement(const Node& node) {
    switch (node.kind) {
      case Node::Kind::for_:
      case Node::Kind::table_row:
        return loop(node);
      case Node::Kind::render:
        return render(node);
      case Node::Kind::if_:
      case Node::Kind::unless:
        return branches(node);
      case Node::Kind::case_:
        return choice(node);
      case Node::Kind::assign:
        return assign(node);
      case Node::Kind::text:
      case Node::Kind::increment:
      case Node::Kind::decrement:
        return;
      default:
        break;
    }
    pipe(node.pipe);
    for (const Expression& e : node.values) expression(e, false);
    body(node.body);
    if (node.kind == Node::Kind::capture) locals_.push_back({node.text, std::nullopt, true});
  }

  void assign(const Node& node) {
    const bool filled = std::any_of(node.pipe.filters.begin(), node.pipe.filters.end(),
                                    [](const FilterCall& call) { return call.filter->name == "default"; });
    auto path = pipe(node.pipe);
    locals_.push_back({node.text, std::move(path), filled});
  }

  static bool ends_here(const Body& nodes) {
    return std::any_of(nodes.begin(), nodes.end(), [](const Node& node) {
      return node.kind == Node::Kind::abort || node.kind == Node::Kind::break_ || node.kind == Node::Kind::continue_;
    });
  }

  void branches(const Node& node) {
    const std::size_t before = present_.size();
    bool wanted = node.kind == Node::Kind::if_;
    for (const Branch& branch : node.branches) {
      for (const Expression& test : branch.tests) expression(test, true);
      const std::size_t outside = present_.size();
      for (const Expression& test : branch.tests) suppose(test, wanted);
      body(branch.body);
      present_.resize(outside);
      for (const Expression& test : branch.tests) suppose(test, !wanted);
      wanted = true;
    }
    present_.resize(before);
    // {% unless name %}{% abort %}{% endunless %}: from here on it is there.
    const bool is_if = node.kind == Node::Kind::if_;
    if (node.branches.size() == 1 && ends_here(node.branches[0].body)) suppose(node.branches[0].tests[0], !is_if);
    // {% if name %} ... {% else %}{% abort %}{% endif %}: likewise.
    if (node.branches.size() == 2 && node.branches[1].otherwise && ends_here(node.branches[1].body)) suppose(node.branches[0].tests[0], is_if);
  }

  void choice(const Node& node) {
    pipe(node.pipe);
    for (const Branch& branch : node.branches) {
      for (const Expression& test : branch.tests) expression(test, false);
      const std::size_t before = present_.size();
      if (!branch.otherwise && std::none_of(branch.tests.begin(), branch.tests.end(), asks_for_nothing))
        suppose_there(node.pipe.head);
      body(branch.body);
      present_.resize(before);
    }
  }

  void loop(const Node& node) {
    const auto over = expression(node.pipe.head, false);
    for (const auto* bound : {&node.limit, &node.offset, &node.columns})
      if (*bound) expression(**bound, false);
    locals_.push_back({node.text, over ? std::optional(*over + "[]") : std::nullopt, true});
    const std::size_t mine = locals_.size() - 1;
    body(node.body);
    locals_.erase(locals_.begin() + static_cast<std::ptrdiff_t>(mine));
    for (const Branch& branch : node.branches) body(branch.body);
  }

  Local given(std::string_view name, const Expression& e) {
    auto path = expression(e, false);
    return {name, std::move(path), false};
  }

  void render(const Node& node) {
    std::vector<Local> locals;
    for (const auto& [name, e] : node.named) locals.push_back(given(name, e));
    if (node.has_value) {
      Local value = given(node.alias, node.pipe.head);
      if (value.path && node.each) *value.path += "[]";
      locals.push_back(std::move(value));
    }
    partial(*node.partial, std::move(locals));
  }

  std::vector<Local> locals_;
  Paths present_;
  std::vector<const Partial*> open_;
  std::vector<TemplatePath> found_;
  std::set<std::tuple<const Source*, std::uint32_t, std::string>> seen_;
  std::set<std::pair<const Partial*, std::string>> visited_;
};

}  // namespace

std::vector<TemplatePath> paths_of(const Partial& root) {
  return PathFinder().run(root);
}

}  // namespace amends::liquid
