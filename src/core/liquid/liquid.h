// The parsed form of a Liquid template and the stages that make and use it: liquid_lexer cuts the text into
// pieces and tokens, liquid_parser builds this tree once, liquid_paths lists what it reads, liquid_render
// walks it for each case. Only template.cpp and these files include it.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/liquid/liquid_filters.h"
#include "core/liquid/template.h"

namespace amends::liquid {

// A place in one template's text: byte offset and length.
struct Span {
  std::uint32_t offset = 0;
  std::uint32_t length = 1;
};
Where where_of(const Source& source, Span span);

struct Expression;
struct Step {  // ".name" or "[expression]"
  std::string_view name;
  std::unique_ptr<Expression> index;
};

enum class Operation : std::uint8_t {
  literal,
  path,
  range,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  contains,
  both,
  either,
};

struct Expression {
  Operation operation = Operation::literal;
  Value literal;                     // its text is a view into the template
  std::vector<Step> steps;           // path
  std::vector<Expression> children;  // range: from, to; otherwise left, right
  Span span;
};

struct FilterCall {
  const Filter* filter = nullptr;
  std::vector<Expression> arguments;
  std::vector<std::pair<std::string_view, Expression>> named;
  Span span;
};

// head | filter: argument | filter
struct Pipe {
  Expression head;
  std::vector<FilterCall> filters;
  bool guarded = false;  // the first filter is `default`
};

struct Node;
using Body = std::vector<Node>;

struct Branch {
  std::vector<Expression> tests;  // if: one; when: any of these; else: none
  bool otherwise = false;
  Body body;
};

struct Node {
  enum class Kind : std::uint8_t {
    text,
    output,
    assign,
    capture,
    if_,
    unless,
    case_,
    for_,
    break_,
    continue_,
    render,
    cycle,
    increment,
    decrement,
    abort,
    table_row,  // the last three: lax mode only
    include,
    if_changed,
  };
  Kind kind = Kind::text;
  Span span;
  std::string_view text;  // text; name of assign, capture, the loop variable, the counter, the partial
  Pipe pipe;              // output, assign; what case, for, abort look at; `with` or `for` of render
  std::vector<Branch> branches;
  Body body;  // capture, for, table_row, if_changed
  // for, table_row: limit, offset, columns; render: parameters; cycle: the values
  std::optional<Expression> limit, offset, columns;
  bool reversed = false;
  bool offset_continues = false;
  bool each = false;       // render ... for
  bool has_value = false;  // render ... with or for; cycle with a group name (in pipe.head)
  std::optional<Expression> chosen;  // the name include evaluates
  std::string_view alias;  // render ... as
  std::vector<std::pair<std::string_view, Expression>> named;
  std::vector<Expression> values;
  struct Partial* partial = nullptr;
};

// One parsed text: the template itself or a partial, shared by all who render it.
struct Partial {
  std::string name;
  std::shared_ptr<const Source> source;
  Body body;
};

struct Library {
  Template::Partials find;
  Template::Mode mode = Template::Mode::strict;
  Template::Context context = Template::Context::text;
  std::map<std::string, std::unique_ptr<Partial>, std::less<>> partials;

  bool resumes = false;  // some loop has offset: continue
  int depth = 0;         // of partials being read within partials

  bool is_strict() const { return mode == Template::Mode::strict; }
};
// Read when first asked for; null when there is none. Throws Error.
Partial* partial_named(Library& library, const std::string& name);

// --- lexer

struct Piece {
  enum class Kind : std::uint8_t { text, output, tag } kind = Kind::text;
  std::string_view text;  // of a tag or output: what stands between the braces, trimmed
  std::uint32_t offset = 0;
};
// Cuts text[begin, end) at {{ }} and {% %}, applying whitespace control; raw, comment and doc are resolved.
std::vector<Piece> pieces_of(const Source& source, std::size_t begin, std::size_t end);

struct Token {
  enum class Kind : std::uint8_t { word, number, string, mark, end } kind = Kind::end;
  std::string_view text;  // string: without its quotes; mark: one of | : , . .. [ ] ( ) = == != <> < <= > >=
  Span span;
};
std::vector<Token> tokens_of(const Source& source, std::string_view text);

// --- parser

class TokenReader {
 public:
  TokenReader(const Source& source, std::string_view text);
  const Token& peek(std::size_t ahead = 0) const;
  Token next();
  bool at_end() const { return peek().kind == Token::Kind::end; }
  bool is(std::string_view mark) const;
  bool is_word(std::string_view word) const;
  bool take(std::string_view mark);
  bool take_word(std::string_view word);
  void expect(std::string_view mark);
  void expect_end();
  [[noreturn]] void fail(const Token& at, std::string message, std::string hint = {}) const;

  std::string_view name(std::string_view what);  // of a variable being set
  Expression value();                            // literal, path or range
  Expression condition();  // comparisons joined by and, or: right to left, as Liquid does
  Pipe pipe(Template::Mode mode);
  std::vector<std::pair<std::string_view, Expression>> parameters();  // name: value, ...

 private:
  Expression comparison();
  Expression nested_value();
  Expression path(Token first);
  Expression range(Token open);
  FilterCall filter_call(Template::Mode mode);

  const Source& source_;
  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of brackets
};

Body parse(const std::shared_ptr<const Source>& source, std::size_t begin, std::size_t end, Library& library);

// --- what a template reads, with places; locals are followed to where they come from.
std::vector<TemplatePath> paths_of(const Partial& root);

// --- render

std::string render(const Partial& root, Library& library, const Value& facts, const LetterLocale& locale);

}  // namespace amends::liquid
