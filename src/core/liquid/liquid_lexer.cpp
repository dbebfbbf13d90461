// Cuts a Liquid template into text, outputs and tags, and a tag's inside into tokens.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/liquid/liquid.h"

namespace amends::liquid {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string_view without_leading_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? text.substr(text.size()) : text.substr(first);
}

std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view without_blanks(std::string_view text) {
  return without_trailing_blanks(without_leading_blanks(text));
}

std::string_view first_word(std::string_view text) {
  if (!text.empty() && text[0] == '#') return text.substr(0, 1);
  std::size_t n = 0;
  while (n < text.size() && (is_letter(text[n]) || is_digit(text[n]))) ++n;
  return text.substr(0, n);
}

// One {{ }} or {% %} as it stands.
struct Delimited {
  bool output = false;
  bool trims_before = false, trims_after = false;
  std::string_view inside;
  std::size_t begin = 0, end = 0;
};

class Cutter {
 public:
  Cutter(const Source& source, std::size_t begin, std::size_t end)
      : source_(source), text_(std::string_view(source.text).substr(0, end)), at_(begin) {}

  std::vector<Piece> run() {
    while (at_ < text_.size()) {
      const auto open = next_open();
      if (open == std::string_view::npos) break;
      step(delimited(open));
    }
    add_text(text_.size(), false);
    return std::move(pieces_);
  }

 private:
  std::size_t next_open() const {
    for (std::size_t i = text_.find('{', at_); i != std::string_view::npos; i = text_.find('{', i + 1))
      if (i + 1 < text_.size() && (text_[i + 1] == '{' || text_[i + 1] == '%')) return i;
    return std::string_view::npos;
  }

  Delimited delimited(std::size_t open) const {
    Delimited d;
    d.output = text_[open + 1] == '{';
    const std::string_view close = d.output ? "}}" : "%}";
    const auto stop = text_.find(close, open + 2);
    if (stop == std::string_view::npos)
      throw Error{where_of(source_, span(open, 2)), fmt::format("{} is not closed", d.output ? "{{" : "{%"),
                  fmt::format("end it with {}", close)};
    std::string_view inside = text_.substr(open + 2, stop - open - 2);
    if (inside.starts_with('-')) {
      d.trims_before = true;
      inside.remove_prefix(1);
    }
    if (inside.ends_with('-')) {
      d.trims_after = true;
      inside.remove_suffix(1);
    }
    d.inside = without_blanks(inside);
    d.begin = open;
    d.end = stop + 2;
    return d;
  }

  void step(const Delimited& d) {
    add_text(d.begin, d.trims_before);
    trim_next_ = d.trims_after;
    at_ = d.end;
    if (d.output) return add(Piece::Kind::output, d.inside);
    const std::string_view word = first_word(d.inside);
    if (word == "raw") return raw(d);
    if (word == "comment") return comment(d);
    if (word == "doc") return doc(d);
    add(Piece::Kind::tag, d.inside);
  }

  void add(Piece::Kind kind, std::string_view text) {
    pieces_.push_back({kind, text, static_cast<std::uint32_t>(text.data() - text_.data())});
  }

  void add_text(std::size_t end, bool trim_end) {
    std::string_view text = text_.substr(at_, end - at_);
    if (trim_next_) text = without_leading_blanks(text);
    if (trim_end) text = without_trailing_blanks(text);
    trim_next_ = false;
    if (!text.empty()) add(Piece::Kind::text, text);
  }

  // The next {% word %} from `from` to `until`, without reading anything else.
  std::optional<Delimited> find_tag(std::size_t from, std::string_view word,
                                    std::size_t until = std::string_view::npos) const {
    for (auto i = text_.find("{%", from); i < until; i = text_.find("{%", i + 2)) {
      const auto stop = text_.find("%}", i);
      if (stop == std::string_view::npos) return std::nullopt;
      std::string_view inside = text_.substr(i + 2, stop - i - 2);
      const bool before = inside.starts_with('-'), after = inside.size() > 1 && inside.ends_with('-');
      if (before) inside.remove_prefix(1);
      if (after) inside.remove_suffix(1);
      inside = without_blanks(inside);
      if (inside == word) return Delimited{false, before, after, inside, i, stop + 2};
    }
    return std::nullopt;
  }

  Delimited close_of(const Delimited& open, std::string_view word) const {
    if (const auto close = find_tag(open.end, word)) return *close;
    not_closed(open, word);
  }

  [[noreturn]] void not_closed(const Delimited& open, std::string_view word) const {
    throw Error{where_of(source_, span(open.begin, open.end - open.begin)),
                fmt::format("{} is not closed", quoted(open.inside)), fmt::format("add {{% {} %}}", word)};
  }

  void raw(const Delimited& open) {
    if (open.inside != "raw")
      throw Error{where_of(source_, span(open.begin, open.end - open.begin)), "raw takes no words",
                  "write {% raw %}"};
    const Delimited close = close_of(open, "endraw");
    add_text(close.begin, close.trims_before);
    trim_next_ = close.trims_after;
    at_ = close.end;
  }

  void doc(const Delimited& open) {
    const Delimited close = close_of(open, "enddoc");
    if (open.inside != "doc" || find_tag(open.end, "doc", close.begin))
      throw Error{where_of(source_, span(open.begin, open.end - open.begin)),
                  "doc takes no words and no other doc inside", "write {% doc %} text {% enddoc %}"};
    trim_next_ = close.trims_after;
    at_ = close.end;
  }

  // Comments nest, and a raw inside one hides an endcomment.
  void comment(const Delimited& open) {
    std::size_t depth = 1;
    std::size_t from = open.end;
    while (depth > 0) {
      const auto i = text_.find("{%", from);
      if (i == std::string_view::npos) not_closed(open, "endcomment");
      const Delimited d = delimited(i);
      const std::string_view word = first_word(d.inside);
      from = d.end;
      if (word == "raw") from = close_of(d, "endraw").end;
      if (word == "comment") ++depth;
      if (word == "endcomment") --depth;
      trim_next_ = d.trims_after;
    }
    at_ = from;
  }

  static Span span(std::size_t offset, std::size_t length) {
    return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_;
  bool trim_next_ = false;
  std::vector<Piece> pieces_;
};

class Scanner {
 public:
  Scanner(const Source& source, std::string_view text)
      : source_(source), text_(text), base_(static_cast<std::size_t>(text.data() - source.text.data())) {}

  std::vector<Token> run() {
    for (;;) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at_ >= text_.size()) break;
      tokens_.push_back(next());
    }
    tokens_.push_back({Token::Kind::end, {}, {static_cast<std::uint32_t>(base_ + text_.size()), 1}});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  Token next() {
    const char c = text_[at_];
    if (is_letter(c)) return word();
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return number();
    if (c == '"' || c == '\'') return string(c);
    return mark();
  }

  Token take(Token::Kind kind, std::size_t length) {
    const Token token{kind,
                      text_.substr(at_, length),
                      {static_cast<std::uint32_t>(base_ + at_), static_cast<std::uint32_t>(length)}};
    at_ += length;
    return token;
  }

  Token word() {
    std::size_t n = 1;
    while (is_letter(peek(n)) || is_digit(peek(n)) || peek(n) == '-') ++n;
    if (peek(n) == '?') ++n;
    return take(Token::Kind::word, n);
  }

  Token number() {
    std::size_t n = 1;
    while (is_digit(peek(n))) ++n;
    if (peek(n) == '.' && is_digit(peek(n + 1))) {
      ++n;
      while (is_digit(peek(n))) ++n;
    }
    return take(Token::Kind::number, n);
  }

  Token string(char quote) {
    const auto close = text_.find(quote, at_ + 1);
    if (close == std::string_view::npos)
      fail("a quote is not closed", fmt::format("end the text with {}", quote));
    Token token = take(Token::Kind::string, close + 1 - at_);
    token.text = token.text.substr(1, token.text.size() - 2);
    return token;
  }

  Token mark() {
    static constexpr std::string_view marks[] = {"..", "==", "!=", "<>", "<=", ">=", "|", ":", ",",
                                                 ".",  "[",  "]",  "(",  ")",  "=",  "<", ">"};
    for (const std::string_view m : marks)
      if (text_.substr(at_).starts_with(m)) return take(Token::Kind::mark, m.size());
    std::size_t length = 1;
    while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xC0) == 0x80)
      ++length;
    fail(fmt::format("{} has no meaning here", quoted(text_.substr(at_, length))), {});
  }

  [[noreturn]] void fail(std::string message, std::string hint) const {
    throw Error{where_of(source_, {static_cast<std::uint32_t>(base_ + at_), 1}), std::move(message),
                std::move(hint)};
  }

  const Source& source_;
  std::string_view text_;
  std::size_t base_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Where where_of(const Source& source, Span span) {
  const std::string_view text = source.text;
  const std::size_t offset = std::min<std::size_t>(span.offset, text.size());
  const auto before = text.substr(0, offset).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = std::min(text.find('\n', offset), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  const auto line = static_cast<std::size_t>(
                        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n')) +
                    1;
  return Where{source.name, line, offset - begin + 1, std::max<std::size_t>(span.length, 1),
               std::string(text.substr(begin, end - begin))};
}

std::vector<Piece> pieces_of(const Source& source, std::size_t begin, std::size_t end) {
  return Cutter(source, begin, end).run();
}

std::vector<Token> tokens_of(const Source& source, std::string_view text) {
  return Scanner(source, text).run();
}

}  // namespace amends::liquid
