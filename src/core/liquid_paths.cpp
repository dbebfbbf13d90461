// Lists the facts a template reads, as "order.items[].name", following loop variables, assigned names and
// parameters of partials to the facts they stand for.
#include <algorithm>
#include <optional>
#include <set>

#include "core/liquid.h"

namespace amends::liquid {
namespace {

// What a local name stands for: a fact's path, or something computed.
using Local = std::pair<std::string_view, std::optional<std::string>>;

class PathFinder {
 public:
  std::vector<TemplatePath> run(const Partial& root) {
    partial(root, {});
    return std::move(found_);
  }

 private:
  void partial(const Partial& p, std::vector<Local> locals) {
    if (std::find(open_.begin(), open_.end(), &p) != open_.end()) return;
    open_.push_back(&p);
    std::swap(locals_, locals);
    body(p.body);
    std::swap(locals_, locals);
    open_.pop_back();
  }

  const Local* local(std::string_view name) const {
    for (auto it = locals_.rbegin(); it != locals_.rend(); ++it)
      if (it->first == name) return &*it;
    return nullptr;
  }

  // The fact a path reads; nullopt when it starts from something computed.
  std::optional<std::string> named(const Expression& e, bool guarded) {
    std::string out;
    bool known = true;
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      const Step& step = e.steps[i];
      if (step.index) {
        expression(*step.index, false);
        if (i == 0) known = false;
        const bool by_name =
            step.index->operation == Operation::literal && step.index->literal.type == Type::string;
        out += by_name ? "." + std::string(step.index->literal.text) : "[]";
      } else if (i > 0) {
        append_member(out, step.name);
      } else if (const Local* l = local(step.name)) {
        known = known && l->second.has_value();
        out = l->second.value_or("");
      } else {
        out = step.name;
        if (step.name == "forloop") known = false;
      }
    }
    if (!known) return std::nullopt;
    note(out, e.span, guarded);
    return out;
  }

  // first and last of a list are one of its elements.
  static void append_member(std::string& path, std::string_view name) {
    if (name == "first" || name == "last")
      path += "[]";
    else if (name != "size")
      (path += '.') += name;
  }

  void note(const std::string& path, Span span, bool guarded) {
    const Source& source = *open_.back()->source;
    if (seen_.emplace(&source, span.offset, path).second)
      found_.push_back({path, guarded, where_of(source, span)});
  }

  std::optional<std::string> expression(const Expression& e, bool guarded) {
    if (e.operation == Operation::path) return named(e, guarded);
    const bool asks_for_nothing =
        std::any_of(e.children.begin(), e.children.end(), [](const Expression& child) {
          return child.operation == Operation::literal && child.literal.is_null();
        });
    const bool joins = e.operation == Operation::both || e.operation == Operation::either;
    for (const Expression& child : e.children) expression(child, (joins && guarded) || asks_for_nothing);
    return std::nullopt;
  }

  std::optional<std::string> pipe(const Pipe& p) {
    auto path = expression(p.head, p.guarded);
    for (const FilterCall& call : p.filters) {
      for (const Expression& argument : call.arguments) expression(argument, false);
      for (const auto& [_, argument] : call.named) expression(argument, false);
      path = through(call.filter->name, std::move(path));
    }
    return path;
  }

  // Filters that leave the elements of a list as they are.
  static std::optional<std::string> through(std::string_view filter, std::optional<std::string> path) {
    static const std::set<std::string_view> keep = {"sort",   "sort_natural", "reverse", "where",
                                                    "reject", "uniq",         "compact", "default"};
    if (!path || keep.contains(filter)) return path;
    if (filter == "first" || filter == "last") return *path + "[]";
    return std::nullopt;
  }

  void body(const Body& nodes) {
    for (const Node& node : nodes) statement(node);
  }

  void statement(const Node& node) {
    if (node.kind == Node::Kind::for_) return loop(node);
    if (node.kind == Node::Kind::render) return render(node);
    if (node.kind == Node::Kind::assign) {
      locals_.emplace_back(node.text, pipe(node.pipe));
      return;
    }
    if (node.kind == Node::Kind::text || node.kind == Node::Kind::increment ||
        node.kind == Node::Kind::decrement)
      return;
    pipe(node.pipe);
    for (const Expression& e : node.values) expression(e, false);
    for (const Branch& branch : node.branches) {
      for (const Expression& test : branch.tests) expression(test, node.kind != Node::Kind::case_);
      body(branch.body);
    }
    body(node.body);
    if (node.kind == Node::Kind::capture) locals_.emplace_back(node.text, std::nullopt);
  }

  void loop(const Node& node) {
    const auto over = expression(node.pipe.head, false);
    if (node.limit) expression(*node.limit, false);
    if (node.offset) expression(*node.offset, false);
    locals_.emplace_back(node.text, over ? std::optional(*over + "[]") : std::nullopt);
    const std::size_t mine = locals_.size() - 1;
    body(node.body);
    locals_.erase(locals_.begin() + static_cast<std::ptrdiff_t>(mine));
    for (const Branch& branch : node.branches) body(branch.body);
  }

  void render(const Node& node) {
    std::vector<Local> given;
    for (const auto& [name, e] : node.named) given.emplace_back(name, expression(e, false));
    if (node.has_value) {
      auto path = expression(node.pipe.head, false);
      if (path && node.each) *path += "[]";
      given.emplace_back(node.alias, std::move(path));
    }
    partial(*node.partial, std::move(given));
  }

  std::vector<Local> locals_;
  std::vector<const Partial*> open_;
  std::vector<TemplatePath> found_;
  std::set<std::tuple<const Source*, std::uint32_t, std::string>> seen_;
};

}  // namespace

std::vector<TemplatePath> paths_of(const Partial& root) {
  return PathFinder().run(root);
}

}  // namespace amends::liquid
