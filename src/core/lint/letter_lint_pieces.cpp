#include "core/lint/letter_lint_pieces.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/text.h"
#include "core/time/locale.h"

namespace amends {
namespace {

using Kind = LetterToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Signs of several bytes that are no letters.
constexpr std::array<std::string_view, 16> signs = {"\u2018", "\u201c", "\u201d", "\u201e", "\u201a", "\u2013", "\u2014", "\u2026",
                                                    "\u00a0", "\u202f", "\u00ab", "\u00bb", "\u2022", "\u00b7", "\u2009", "\u00ad"};
constexpr std::array<std::string_view, 11> money_signs = {"£", "€", "$", "₹", "¥", "₺", "zł", "₦", "₩", "₫", "₴"};
constexpr std::string_view apostrophe = "\u2019";

std::string lower_english(const std::string& word) {
  return std::all_of(word.begin(), word.end(), is_ascii) ? lower(word) : lower_case(word, "en");
}

class Pieces {
 public:
  Pieces(std::string_view text, const SpokenWords& words) : text_(text), words_(words) {}

  std::vector<LetterPiece> read() {
    constexpr std::size_t bytes_a_piece = 4;  // in most texts some more
    pieces_.reserve(text_.size() / bytes_a_piece);
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) blanks();
      else if (!address() && !phone() && !number() && !money_sign() && !sign()) word();
    }
    return std::move(pieces_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void push(LetterPiece::Kind kind, std::size_t length) {
    LetterPiece piece;
    piece.kind = kind;
    piece.offset = at_;
    piece.length = length;
    piece.word = std::string(text_.substr(at_, length));
    pieces_.push_back(std::move(piece));
    at_ += length;
  }

  void push_done(Kind kind, std::size_t length) {
    push(LetterPiece::Kind::done, length);
    LetterToken& token = pieces_.back().token;
    token.kind = kind;
    token.word = pieces_.back().word;
  }

  // A list's dash begins a paragraph as an empty line does.
  void blanks() {
    std::size_t lines = 0;
    for (; at_ < text_.size() && is_blank(text_[at_]); ++at_) lines += text_[at_] == '\n';
    const bool is_item = lines > 0 && (starts("- ") || starts("* ") || starts("\u2022"));
    if (lines < 2 && !is_item) return;
    LetterPiece end;
    end.kind = LetterPiece::Kind::sign;
    end.offset = at_;
    end.ends_paragraph = true;
    pieces_.push_back(std::move(end));
  }

  // What stands here without a blank, less what ends a sentence. Found once for all places in it.
  void find_run() {
    if (at_ < run_until_) return;
    run_until_ = at_;
    const auto ends = [](char c) { return is_blank(c) || c == ',' || c == ';' || c == ')'; };
    while (run_until_ < text_.size() && !ends(text_[run_until_])) ++run_until_;
    run_end_ = run_until_;
    while (run_end_ > at_ && std::string_view(".!?:").find(text_[run_end_ - 1]) != std::string_view::npos) --run_end_;
  }

  bool address() {
    constexpr std::size_t longest_mailbox = 320;
    find_run();
    const std::string_view run = text_.substr(at_, std::max(run_end_, at_) - at_);
    const std::size_t sign = run.substr(0, longest_mailbox).find('@');
    const bool is_mail = sign != std::string_view::npos && sign > 0 && run.substr(0, sign + longest_mailbox).find('.', sign) != std::string_view::npos;
    const bool is_page = run.starts_with("http://") || run.starts_with("https://") || run.starts_with("www.");
    if (!is_mail && !is_page) return false;
    if (is_mail) push_done(Kind::address, run.size());
    else push(LetterPiece::Kind::word, run.size());
    return true;
  }

  // Digits in groups, 7 to 15 of them, that begin as telephone numbers do.
  bool phone() {
    const char first = text_[at_];
    if (first != '+' && first != '(' && !is_digit(first)) return false;
    if (first == '(' && (at_ + 1 == text_.size() || !is_digit(text_[at_ + 1]))) return false;
    if (at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) || text_[at_ - 1] == '-')) return false;
    std::size_t end = at_, digits = 0, groups = 0, length = 0, group = 0;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (is_digit(c)) {
        groups += end == at_ || !is_digit(text_[end - 1]);
        group = end > at_ && is_digit(text_[end - 1]) ? group + 1 : 1;
        ++digits;
        length = end + 1 - at_;
      } else if (c == '\n' && (digits < 5 || digits >= 10)) {
        break;  // a number wrapped in its middle goes on
      } else if (c != ' ' && c != '\n' && c != '-' && c != '(' && c != ')' && c != '/' && !(c == '+' && end == at_)) {
        break;
      } else if (c == ' ' && digits >= 10 && end + 1 < text_.size() && text_[end + 1] != '-' && !is_digit(text_[end + 1])) {
        break;
      } else if ((c == '(' || c == '-') && end > at_ && text_[end - 1] == ' ' && digits >= 7) {
        break;  // "020 7946 0018 (8-20)"
      }
    }
    if (length + at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_ + length]))) return false;
    const bool is_led = first == '+' || first == '(' || first == '0';
    const bool is_local = digits == 7 && groups == 2 && text_[at_ + 3] == '-';
    const bool is_one = (is_led && digits >= 7 && (groups > 1 || digits >= 9)) || (groups > 2 && digits >= 10) || is_local;
    const bool is_date = groups == 3 && digits <= 8 && length <= 10 && text_.substr(at_, length).find('/') != std::string_view::npos;
    if (!is_one || is_date || digits > 15) return false;
    push_done(Kind::phone, length);
    return true;
  }

  bool number() {
    if (!is_digit(text_[at_])) return false;
    std::size_t end = at_;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      const bool follows = end + 1 < text_.size() && is_digit(text_[end + 1]);
      if (!is_digit(c) && !((c == '.' || c == ',' || c == ':' || c == '\'') && follows)) break;
    }
    push(LetterPiece::Kind::number, end - at_);
    return true;
  }

  bool money_sign() {
    static constexpr std::array<std::string_view, 9> before = {"C$", "A$", "US$", "AU$", "CA$", "NZ$", "S$", "HK$", "R$"};
    const char first = text_[at_];
    if (is_ascii(first) && std::string_view("$ACHNRSUz").find(first) == std::string_view::npos) return false;  // none begins so
    for (const std::string_view sign : before)
      if (starts(sign)) return push(LetterPiece::Kind::money_sign, sign.size()), true;
    for (const std::string_view sign : money_signs)
      if (starts(sign)) return push(LetterPiece::Kind::money_sign, sign.size()), true;
    return rand_sign() && (push(LetterPiece::Kind::money_sign, 1), true);
  }

  // "R540.00", but no "R2".
  bool rand_sign() const {
    if (text_[at_] != 'R') return false;
    const std::string_view rest = text_.substr(at_ + 1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    return digits > 0 && digits + 2 < rest.size() && (rest[digits] == '.' || rest[digits] == ',') && is_digit(rest[digits + 1]) && is_digit(rest[digits + 2]);
  }

  bool sign() {
    const auto c = static_cast<unsigned char>(text_[at_]);
    for (const std::string_view s : signs)
      if (c >= 0x80 && starts(s)) return push(LetterPiece::Kind::sign, s.size()), true;
    if (c >= 0x80 || std::isalnum(c)) return false;
    push(c == '%' ? LetterPiece::Kind::word : LetterPiece::Kind::sign, 1);
    return true;
  }

  bool at_letter(std::size_t at) const {
    const auto c = static_cast<unsigned char>(text_[at]);
    if (c < 0x80) return std::isalnum(c) != 0;
    const std::string_view rest = text_.substr(at);
    return std::none_of(signs.begin(), signs.end(), [&](std::string_view s) { return rest.starts_with(s); }) &&
           std::none_of(money_signs.begin(), money_signs.end(), [&](std::string_view s) { return rest.starts_with(s); });
  }

  // Bytes of an apostrophe that has a letter behind it: it belongs to the word.
  std::size_t apostrophe_at(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    const std::size_t length = rest.starts_with('\'') ? 1 : rest.starts_with(apostrophe) ? apostrophe.size() : 0;
    return length > 0 && at + length < text_.size() && at_letter(at + length) ? length : 0;
  }

  void word() {
    const std::size_t begin = at_;
    std::size_t end = at_;
    std::string plain;
    while (end < text_.size()) {
      if (is_ascii(text_[end]) && at_letter(end)) {
        plain += text_[end++];
      } else if (const std::size_t length = apostrophe_at(end); length > 0 && end > begin) {
        plain += '\'';
        end += length;
      } else if (text_.substr(end).starts_with(apostrophe) || !at_letter(end)) {
        break;
      } else {
        plain += text_[end++];
      }
    }
    if (end == begin) return push(LetterPiece::Kind::sign, 1);  // an apostrophe alone, or half a character
    const std::string word = lower_english(plain);
    const bool is_capital = !word.empty() && word[0] != plain[0] && !is_digit(plain[0]);
    const bool is_capital_beyond = static_cast<unsigned char>(plain[0]) >= 0x80 && word != plain;
    push(LetterPiece::Kind::word, end - begin);
    pieces_.back().is_capital = is_capital || is_capital_beyond;
    spell_out(word);
  }

  // "won't" to will, not; "we've" to we, have.
  void spell_out(const std::string& word) {
    std::vector<std::string> parts;
    if (const auto found = words_.contractions.find(word); found != words_.contractions.end()) {
      for (const std::string_view part : split(found->second, ' ')) parts.emplace_back(part);
    } else if (const std::size_t cut = word.rfind('\''); cut != std::string::npos && cut > 0) {
      const auto tail = words_.contractions.find(word.substr(cut));
      if (word.ends_with("n't")) parts = {word.substr(0, word.size() - 3), "not"};
      else parts = {word.substr(0, cut), tail == words_.contractions.end() ? word.substr(cut) : tail->second};
    } else {
      pieces_.back().word = word;
      return;
    }
    LetterPiece whole = pieces_.back();
    pieces_.pop_back();
    for (std::string& part : parts) {
      whole.word = std::move(part);
      pieces_.push_back(whole);
    }
  }

  std::string_view text_;
  const SpokenWords& words_;
  std::size_t at_ = 0;
  std::size_t run_until_ = 0, run_end_ = 0;  // of the run without blanks that stands at at_
  std::vector<LetterPiece> pieces_;
};

}  // namespace

std::vector<LetterPiece> letter_pieces(std::string_view text, const SpokenWords& words) { return Pieces(text, words).read(); }

}  // namespace amends
