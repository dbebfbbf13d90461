// Builds the tree of one Liquid text: which tags there are and how they nest.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "core/base/text.h"
#include "core/liquid/liquid.h"

namespace amends::liquid {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

const std::vector<std::string> tag_names = {
    "abort", "assign", "break", "capture", "case",      "comment", "continue", "cycle",  "decrement",
    "doc",   "echo",   "for",   "if",      "increment", "liquid",  "raw",      "render", "unless"};
constexpr int deepest_block = 100;
constexpr std::size_t most_source = 256 * 1024;


struct Tag {
  std::string_view name;
  std::string_view rest;
  Span span;
};

Tag tag_of(const Piece& piece) {
  const std::string_view text = piece.text;
  std::size_t n = 0;
  if (text.starts_with('#')) n = 1;
  while (n < text.size() && (std::isalnum(static_cast<unsigned char>(text[n])) != 0 || text[n] == '_')) ++n;
  if (text.starts_with('#')) n = 1;
  const std::string_view rest = text.substr(n);
  const auto first = rest.find_first_not_of(blanks);
  return {text.substr(0, n),
          first == std::string_view::npos ? rest.substr(rest.size()) : rest.substr(first),
          {piece.offset, static_cast<std::uint32_t>(std::max<std::size_t>(text.size(), 1))}};
}

// Whether it can print nothing but white space.
bool is_blank(const Body& body);

bool is_blank(const Node& node) {
  switch (node.kind) {
    case Node::Kind::text:
      return node.text.find_first_not_of(blanks) == std::string_view::npos;
    case Node::Kind::assign:
    case Node::Kind::capture:
      return true;
    case Node::Kind::if_:
    case Node::Kind::unless:
    case Node::Kind::case_:
    case Node::Kind::for_:
    case Node::Kind::table_row:
    case Node::Kind::if_changed:
      return is_blank(node.body) && std::all_of(node.branches.begin(), node.branches.end(),
                                                [](const Branch& b) { return is_blank(b.body); });
    default:
      return false;
  }
}

bool is_blank(const Body& body) {
  return std::all_of(body.begin(), body.end(), [](const Node& node) { return is_blank(node); });
}

void drop_text(Body& body) {
  std::erase_if(body, [](const Node& node) { return node.kind == Node::Kind::text; });
}

// A block that only sets variables leaves no blank lines behind.
void drop_blank_text(Node& node) {
  if (!is_blank(node)) return;
  drop_text(node.body);
  for (Branch& branch : node.branches) drop_text(branch.body);
}

class Parser {
 public:
  Parser(const std::shared_ptr<const Source>& source, std::vector<Piece> pieces, Library& library, int depth = 0)
      : source_(source), pieces_(std::move(pieces)), library_(library), depth_(depth) {}

  Body all() {
    Body body = block({});
    if (at_ < pieces_.size()) stray(tag_of(pieces_[at_]));
    return body;
  }

 private:
  using Ends = std::initializer_list<std::string_view>;

  // Up to a tag of `ends`, which stays the current piece.
  Body block(Ends ends) {
    if (++depth_ > deepest_block && at_ < pieces_.size())
      fail({pieces_[at_].offset, 1}, "blocks are nested more than 100 deep");
    Body body = pieces_until(ends);
    --depth_;
    return body;
  }

  Body pieces_until(Ends ends) {
    Body body;
    for (; at_ < pieces_.size(); ++at_) {
      const Piece& piece = pieces_[at_];
      if (piece.kind == Piece::Kind::text) {
        body.push_back(make(Node::Kind::text, {piece.offset, 1}));
        body.back().text = piece.text;
      } else if (piece.kind == Piece::Kind::output) {
        output(body, piece.text, {piece.offset, static_cast<std::uint32_t>(piece.text.size())});
      } else {
        const Tag tag = tag_of(piece);
        if (std::find(ends.begin(), ends.end(), tag.name) != ends.end()) return body;
        if (!statement(body, tag)) return body;
      }
    }
    return body;
  }

  static Node make(Node::Kind kind, Span span) {
    Node node;
    node.kind = kind;
    node.span = span;
    return node;
  }

  // False: a tag that no open block knows.
  bool statement(Body& body, const Tag& tag) {
    if (tag.name == "#") return comment_line(tag), true;
    if (tag.name == "echo") return output(body, tag.rest, tag.span), true;
    if (tag.name == "liquid") return lines(body, tag), true;
    if (tag.name == "comment" || tag.name == "doc") return skip_comment(tag), true;
    if (tag.name == "assign") return assign(body, tag), true;
    if (tag.name == "capture") return capture(body, tag), true;
    if (tag.name == "if") return if_(body, tag, Node::Kind::if_, "endif"), true;
    if (tag.name == "unless") return if_(body, tag, Node::Kind::unless, "endunless"), true;
    if (tag.name == "case") return case_(body, tag), true;
    if (tag.name == "for") return for_(body, tag), true;
    if (tag.name == "render") return render(body, tag), true;
    if (tag.name == "cycle") return cycle(body, tag), true;
    if (tag.name == "abort") return abort(body, tag), true;
    if (tag.name == "break") return bare(body, tag, Node::Kind::break_), true;
    if (tag.name == "continue") return bare(body, tag, Node::Kind::continue_), true;
    if (tag.name == "increment") return counter(body, tag, Node::Kind::increment), true;
    if (tag.name == "decrement") return counter(body, tag, Node::Kind::decrement), true;
    return !library_.is_strict() && lax_statement(body, tag);
  }

  // What letters have no use for, or what makes them hard to check before they are written.
  bool lax_statement(Body& body, const Tag& tag) {
    if (tag.name == "tablerow") return table_row(body, tag), true;
    if (tag.name == "include") return include(body, tag), true;
    if (tag.name == "ifchanged") return if_changed(body, tag), true;
    return false;
  }

  TokenReader reader(std::string_view text) const { return TokenReader(*source_, text); }

  [[noreturn]] void fail(Span span, std::string message, std::string hint = {}) const {
    throw Error{where_of(*source_, span), std::move(message), std::move(hint)};
  }

  [[noreturn]] void stray(const Tag& tag) const {
    if (tag.name.starts_with("end") || tag.name == "else" || tag.name == "elsif" || tag.name == "when")
      fail(tag.span, fmt::format("{} closes or continues nothing here", quoted(tag.name)));
    if (tag.name == "include")
      fail(tag.span, "include is not supported", "write {% render 'name', parameter: value %}");
    fail(tag.span, fmt::format("there is no tag {}", quoted(tag.name)), suggestion(tag.name, tag_names));
  }

  // The current piece must be a tag of `ends`; returns it and steps over it.
  Tag close(const Tag& open, Ends ends) {
    if (at_ >= pieces_.size())
      fail(open.span, fmt::format("{} is not closed", quoted(open.name)),
           fmt::format("add {{% {} %}}", *(ends.end() - 1)));
    const Tag tag = tag_of(pieces_[at_]);
    if (std::find(ends.begin(), ends.end(), tag.name) == ends.end()) stray(tag);
    ++at_;
    return tag;
  }

  Body closed_block(const Tag& open, std::string_view end) {
    ++at_;
    Body body = block({end});
    close(open, {end});
    --at_;
    return body;
  }

  void comment_line(const Tag& tag) const {
    for (const std::string_view line : split(tag.rest, '\n')) {
      const std::string_view text = trimmed(line);
      const bool first = line.data() == tag.rest.data();
      if (!first && !text.empty() && text != "\r" && !text.starts_with('#'))
        fail(tag.span, "every line of a comment begins with #");
    }
  }

  void output(Body& body, std::string_view text, Span span) {
    if (text.find_first_not_of(blanks) == std::string_view::npos) {
      if (library_.is_strict())
        fail(span, "there is nothing to print here", "write {{ name }}");
      // Prints nothing, but counts as output for white space.
      body.push_back(make(Node::Kind::output, span));
      return;
    }
    Node node = make(Node::Kind::output, span);
    TokenReader r = reader(text);
    node.pipe = r.pipe(library_.mode);
    r.expect_end();
    body.push_back(std::move(node));
  }

  void lines(Body& body, const Tag& tag) {
    std::vector<Piece> pieces;
    for (const std::string_view line : split(tag.rest, '\n')) {
      const auto first = line.find_first_not_of(blanks);
      if (first == std::string_view::npos) continue;
      const std::string_view text = line.substr(first, line.find_last_not_of(blanks) + 1 - first);
      pieces.push_back(
          {Piece::Kind::tag, text, static_cast<std::uint32_t>(text.data() - source_->text.data())});
    }
    Body inner = Parser(source_, std::move(pieces), library_, depth_).all();
    std::move(inner.begin(), inner.end(), std::back_inserter(body));
  }

  // Only inside {% liquid %}: elsewhere the lexer has taken comments away.
  void skip_comment(const Tag& open) {
    for (int depth = 1; depth > 0;) {
      if (++at_ >= pieces_.size())
        fail(open.span, fmt::format("{} is not closed", quoted(open.name)), fmt::format("add end{}", open.name));
      const std::string_view name = tag_of(pieces_[at_]).name;
      if (name == open.name) ++depth;
      if (name.starts_with("end") && name.substr(3) == open.name) --depth;
    }
  }

  void assign(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::assign, tag.span);
    TokenReader r = reader(tag.rest);
    node.text = assigned_name(r);
    r.expect("=");
    node.pipe = r.pipe(library_.mode);
    r.expect_end();
    body.push_back(std::move(node));
  }

  std::string_view assigned_name(TokenReader& r) const {
    const Token at = r.peek();
    const std::string_view name = r.name("assign");
    if (name.ends_with('?')) r.fail(at, "a name that is set cannot end in ?");
    return name;
  }

  void capture(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::capture, tag.span);
    TokenReader r = reader(tag.rest);
    node.text = r.peek().kind == Token::Kind::string ? r.next().text : r.name("capture");
    r.expect_end();
    node.body = closed_block(tag, "endcapture");
    body.push_back(std::move(node));
  }

  void if_(Body& body, const Tag& open, Node::Kind kind, std::string_view end) {
    Node node = make(kind, open.span);
    Tag tag = open;
    bool decided = false;  // after else, further branches are read and dropped
    ++at_;
    while (tag.name != end) {
      Branch branch;
      branch.otherwise = tag.name == "else";
      if (!branch.otherwise) {
        TokenReader r = reader(tag.rest);
        branch.tests.push_back(r.condition());
        r.expect_end();
      }
      if (decided && library_.is_strict()) fail(tag.span, "nothing may follow else");
      branch.body = block({"elsif", "else", end});
      tag = close(open, {"elsif", "else", end});
      if (!decided) {
        decided = branch.otherwise;
        node.branches.push_back(std::move(branch));
      }
    }
    --at_;
    drop_blank_text(node);
    body.push_back(std::move(node));
  }

  void case_(Body& body, const Tag& open) {
    Node node = make(Node::Kind::case_, open.span);
    TokenReader r = reader(open.rest);
    node.pipe.head = r.value();
    r.expect_end();
    ++at_;
    node.body = block({"when", "else", "endcase"});  // before the first when: never printed, but no blank either
    Tag tag = close(open, {"when", "else", "endcase"});
    while (tag.name != "endcase") {
      Branch branch;
      branch.otherwise = tag.name == "else";
      if (!branch.otherwise) branch.tests = when(tag);
      branch.body = block({"when", "else", "endcase"});
      node.branches.push_back(std::move(branch));
      tag = close(open, {"when", "else", "endcase"});
    }
    --at_;
    drop_blank_text(node);
    body.push_back(std::move(node));
  }

  std::vector<Expression> when(const Tag& tag) const {
    std::vector<Expression> values;
    TokenReader r = reader(tag.rest);
    do {
      values.push_back(r.value());
    } while (r.take(",") || r.take_word("or"));
    r.expect_end();
    return values;
  }

  void for_(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::for_, tag.span);
    TokenReader r = reader(tag.rest);
    node.text = r.name("for");
    if (!r.take_word("in")) r.fail(r.peek(), "\"in\" is wanted", "write {% for item in order.items %}");
    node.pipe.head = r.value();
    while (!r.at_end()) loop_option(node, r);
    ++at_;
    node.body = block({"else", "endfor"});
    Tag end = close(tag, {"else", "endfor"});
    if (end.name == "else") {
      Branch branch;
      branch.otherwise = true;
      branch.body = block({"endfor"});
      node.branches.push_back(std::move(branch));
      close(tag, {"endfor"});
    }
    --at_;
    drop_blank_text(node);
    body.push_back(std::move(node));
  }

  void loop_option(Node& node, TokenReader& r) const {
    if (r.take(",")) return;
    const Token option = r.next();
    if (option.kind == Token::Kind::word && option.text == "reversed") {
      node.reversed = true;
      return;
    }
    const bool limits = option.kind == Token::Kind::word && option.text == "limit";
    const bool starts = option.kind == Token::Kind::word && option.text == "offset";
    const bool columns = node.kind == Node::Kind::table_row && option.text == "cols";
    if (!limits && !starts && !columns)
      r.fail(option, fmt::format("{} is not understood here", quoted(option.text)),
             "for knows limit:, offset: and reversed");
    r.expect(":");
    if (starts && r.take_word("continue")) {
      node.offset_continues = library_.resumes = true;
      return;
    }
    (limits ? node.limit : starts ? node.offset : node.columns) = r.value();
  }

  void table_row(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::table_row, tag.span);
    TokenReader r = reader(tag.rest);
    node.text = r.name("tablerow");
    if (!r.take_word("in")) r.fail(r.peek(), "\"in\" is wanted", "write {% tablerow item in order.items %}");
    node.pipe.head = r.value();
    while (!r.at_end()) loop_option(node, r);
    node.body = closed_block(tag, "endtablerow");
    body.push_back(std::move(node));
  }

  void if_changed(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::if_changed, tag.span);
    node.body = closed_block(tag, "endifchanged");
    body.push_back(std::move(node));
  }

  void include(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::include, tag.span);
    TokenReader r = reader(tag.rest);
    node.chosen = r.value();
    node.each = r.is_word("for");
    if (r.take_word("for") || r.take_word("with")) {
      node.has_value = true;
      node.pipe.head = r.value();
    }
    if (r.take_word("as")) node.alias = r.name("as");
    node.named = r.parameters();
    body.push_back(std::move(node));
  }

  void render(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::render, tag.span);
    TokenReader r = reader(tag.rest);
    const Token name = r.next();
    if (name.kind != Token::Kind::string)
      r.fail(name, "render takes the name of a template in quotes", "write {% render 'signature' %}");
    node.text = name.text;
    node.each = r.is_word("for");
    if (r.take_word("for") || r.take_word("with")) {
      node.has_value = true;
      node.pipe.head = r.value();
    }
    node.alias = name.text.substr(name.text.rfind('/') + 1);
    if (r.take_word("as")) node.alias = r.name("as");
    node.named = r.parameters();
    node.partial = partial(std::string(name.text), name.span);
    body.push_back(std::move(node));
  }

  Partial* partial(const std::string& name, Span span) const {
    if (library_.depth >= most_depth) fail(span, "partials render each other more than 30 deep");
    if (Partial* found = partial_named(library_, name)) return found;
    fail(span, fmt::format("there is no template {} to render", quoted(name)));
  }

  // "a: 1, 2" has a group name, "1, 2" has none.
  void cycle(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::cycle, tag.span);
    node.text = tag.rest;
    TokenReader r = reader(tag.rest);
    Expression first = r.value();
    if (r.take(":")) {
      node.has_value = true;
      node.pipe.head = std::move(first);
    } else {
      node.values.push_back(std::move(first));
      r.take(",");
    }
    while (!r.at_end()) {
      node.values.push_back(r.value());
      if (!r.take(",")) r.expect_end();
    }
    body.push_back(std::move(node));
  }

  void abort(Body& body, const Tag& tag) {
    Node node = make(Node::Kind::abort, tag.span);
    TokenReader r = reader(tag.rest);
    node.pipe = r.pipe(library_.mode);
    r.expect_end();
    body.push_back(std::move(node));
  }

  void bare(Body& body, const Tag& tag, Node::Kind kind) {
    reader(tag.rest).expect_end();
    body.push_back(make(kind, tag.span));
  }

  void counter(Body& body, const Tag& tag, Node::Kind kind) {
    Node node = make(kind, tag.span);
    TokenReader r = reader(tag.rest);
    node.text = r.name(tag.name);
    r.expect_end();
    body.push_back(std::move(node));
  }

  std::shared_ptr<const Source> source_;
  std::vector<Piece> pieces_;
  Library& library_;
  std::size_t at_ = 0;
  int depth_;
};

}  // namespace

// Entered before it is parsed, so that a partial may render itself.
Partial* partial_named(Library& library, const std::string& name) {
  if (const auto found = library.partials.find(name); found != library.partials.end()) return found->second.get();
  const auto source = library.find ? library.find(name) : nullptr;
  if (!source) return nullptr;
  auto& slot = library.partials[name];
  slot = std::make_unique<Partial>();
  Partial* made = slot.get();
  made->name = name;
  made->source = source;
  ++library.depth;
  made->body = parse(source, 0, source->text.size(), library);
  --library.depth;
  return made;
}

Body parse(const std::shared_ptr<const Source>& source, std::size_t begin, std::size_t end,
           Library& library) {
  if (end - begin > most_source)
    throw Error{Where{source->name, 0, 0, 1, {}}, "a template has at most 256 kB", "a letter is a few kilobytes"};
  return Parser(source, pieces_of(*source, begin, end), library).all();
}

}  // namespace amends::liquid
