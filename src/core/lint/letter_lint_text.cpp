#include "core/lint/letter_lint_text.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/lint/letter_lint_pieces.h"

namespace amends {
namespace {

using Kind = LetterToken::Kind;
using Piece = LetterPiece;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "1.234,50", "1,234.50", "35", "9.0" in hundredths; nullopt when it is no amount.
std::optional<std::int64_t> hundredths_of(std::string_view number) {
  if (number.empty() || !is_digit(number.front()) || number.find(':') != std::string_view::npos) return std::nullopt;
  const std::size_t point = number.find_last_of(".,");
  const std::size_t behind = point == std::string_view::npos ? 0 : number.size() - point - 1;
  const bool has_fraction = behind == 1 || behind == 2;
  std::int64_t whole = 0, part = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (!is_digit(number[i])) continue;
    std::int64_t& to = has_fraction && i > point ? part : whole;
    if (to > 1'000'000'000'000) return std::nullopt;
    to = to * 10 + (number[i] - '0');
  }
  return whole * 100 + (behind == 1 ? part * 10 : part);
}

// Puts amounts and dates together and divides sentences and clauses.
class Sentences {
 public:
  Sentences(std::vector<Piece> pieces, const SpokenWords& words) : pieces_(std::move(pieces)), words_(words) {}

  std::vector<LetterSentence> read() {
    while (at_ < pieces_.size()) {
      const Piece& piece = pieces_[at_];
      if (piece.ends_paragraph) end_sentence(), ++at_;
      else if (date() || money()) continue;
      else if (piece.kind == Piece::Kind::sign) sign();
      else token();
    }
    end_sentence();
    return std::move(sentences_);
  }

 private:
  const Piece* piece(std::size_t at) const { return at < pieces_.size() && !pieces_[at].ends_paragraph ? &pieces_[at] : nullptr; }
  bool is_sign(std::size_t at, std::string_view sign) const { return piece(at) && piece(at)->kind == Piece::Kind::sign && piece(at)->word == sign; }

  static int found_in(const std::map<std::string, int>& names, const Piece* p) {
    if (p == nullptr || p->kind != Piece::Kind::word) return 0;
    const auto found = names.find(p->word);
    return found == names.end() ? 0 : found->second;
  }

  static int small_number(const Piece* p) {
    if (p == nullptr || p->kind != Piece::Kind::number || p->word.size() > 4) return 0;
    return std::all_of(p->word.begin(), p->word.end(), is_digit) ? std::stoi(p->word) : 0;
  }

  bool is_link(std::size_t at) const {
    const Piece* p = piece(at);
    return p && p->kind == Piece::Kind::word && std::find(words_.links.begin(), words_.links.end(), p->word) != words_.links.end();
  }
  static bool is_ordinal(const Piece* p) { return p && (p->word == "st" || p->word == "nd" || p->word == "rd" || p->word == "th"); }

  void take(Kind kind, std::size_t end, const SpokenDate& date, std::int64_t hundredths) {
    LetterToken token;
    token.kind = kind;
    token.offset = pieces_[at_].offset;
    token.length = pieces_[end - 1].offset + pieces_[end - 1].length - token.offset;
    token.clause = clause_;
    token.date = date;
    token.hundredths = hundredths;
    tokens_.push_back(std::move(token));
    at_ = end;
  }

  void year(std::size_t& end, SpokenDate& date) const {
    const std::size_t at = is_sign(end, ",") ? end + 1 : end;
    if (const int y = small_number(piece(at)); y >= 1990 && y < 2100) {
      date.year = y;
      end = at + 1;
    }
  }

  // 3 March, 3rd of March, March 3, 3. März, with a weekday before it or none.
  bool spoken_date(std::size_t from, SpokenDate date) {
    std::size_t end = from;
    if (const int month = found_in(words_.months, piece(end)); month > 0) {
      const int day = small_number(piece(end + 1));
      if (day < 1 || day > 31) return false;
      date.month = month, date.day = day;
      end += 2;
      if (is_ordinal(piece(end))) ++end;
      year(end, date);
      return take(Kind::date, end, date, 0), true;
    }
    date.day = small_number(piece(end));
    if (date.day < 1 || date.day > 31) return false;
    ++end;
    if (is_ordinal(piece(end)) || is_sign(end, ".")) ++end;
    if (is_link(end)) ++end;
    date.month = found_in(words_.months, piece(end));
    if (date.month == 0) return false;
    ++end;
    year(end, date);
    return take(Kind::date, end, date, 0), true;
  }

  // 2026-03-03, 03.03.2026, 3.3., 3/3/2026
  bool numeric_date(std::size_t from, SpokenDate date) {
    const Piece* first = piece(from);
    if (first == nullptr || first->kind != Piece::Kind::number) return false;
    std::vector<int> parts;
    std::size_t end = from + 1;
    if (first->word.find_first_of(".") != std::string::npos) {
      for (const std::string_view part : split(first->word, '.')) {
        if (part.empty() || part.size() > 4 || !std::all_of(part.begin(), part.end(), is_digit)) return false;
        parts.push_back(std::stoi(std::string(part)));
      }
      if (parts.size() == 2 && is_sign(end, ".")) {
        ++end;
        year(end, date);
      } else if (parts.size() != 3) {
        return false;
      }
    } else {
      const char* sign = is_sign(end, "/") ? "/" : "-";
      if (!is_sign(end, sign) || !is_sign(end + 2, sign) || small_number(first) == 0) return false;
      parts = {small_number(first), small_number(piece(end + 1)), small_number(piece(end + 3))};
      end += 4;
      date.is_numeric = sign[0] == '/';
    }
    if (parts.size() == 3 && parts[0] > 31) std::swap(parts[0], parts[2]);
    date.day = parts[0], date.month = parts[1];
    if (parts.size() == 3) date.year = parts[2] < 100 ? 2000 + parts[2] : parts[2];
    if (date.is_numeric && date.month > 12) std::swap(date.day, date.month);
    if (date.day < 1 || date.day > 31 || date.month < 1 || date.month > 12) return false;
    return take(Kind::date, end, date, 0), true;
  }

  bool date() {
    SpokenDate date;
    date.weekday = found_in(words_.weekdays, piece(at_));
    std::size_t from = at_;
    if (date.weekday > 0) {
      ++from;
      if (is_sign(from, ".")) ++from;
      if (is_sign(from, ",")) ++from;
      if (is_link(from)) ++from;
    }
    return spoken_date(from, date) || numeric_date(from, date);
  }

  std::optional<std::int64_t> number_at(std::size_t at) const {
    const Piece* p = piece(at);
    if (p == nullptr) return std::nullopt;
    if (p->kind == Piece::Kind::number) return hundredths_of(p->word);
    const auto found = words_.numbers.find(p->word);
    return p->kind == Piece::Kind::word && found != words_.numbers.end() ? std::optional(found->second * 100) : std::nullopt;
  }

  std::int64_t currency_at(std::size_t at) const {
    const Piece* p = piece(at);
    if (p == nullptr) return 0;
    if (p->kind == Piece::Kind::money_sign) return 100;
    const auto found = words_.currencies.find(p->word);
    return p->kind == Piece::Kind::word && found != words_.currencies.end() ? found->second : 0;
  }

  // "Mo-Fr 9-17", in a language whose Fridays have another name
  bool ends_range() const {
    if (at_ == 0 || pieces_[at_].kind != Piece::Kind::word) return false;
    const Piece& before = pieces_[at_ - 1];
    return (is_sign(at_ - 1, "-") || is_sign(at_ - 1, "–")) && before.offset + before.length == pieces_[at_].offset;
  }

  bool money() {
    if (currency_at(at_) == 100) {
      if (ends_range()) return false;
      std::size_t number = at_ + 1;
      if (is_sign(number, ".")) ++number;
      else if (found_in(words_.weekdays, piece(at_)) > 0) return false;  // "Mo-Fr 7-19", but "Fr. 7.00"
      if (piece(number) && piece(number)->kind == Piece::Kind::number)
        if (const auto value = hundredths_of(piece(number)->word)) return take(Kind::money, with_dash(number + 1), {}, *value), true;
      return false;
    }
    const auto value = number_at(at_);
    const std::size_t unit = at_ + 1 < pieces_.size() ? with_dash(at_ + 1) : at_ + 1;
    if (!value || currency_at(unit) == 0) return false;
    if (weighs(unit)) return false;
    const bool is_apart = pieces_[at_].offset + pieces_[at_].length < pieces_[unit].offset;
    if (pieces_[unit].word.size() == 1 && is_apart) return false;  // "50p", but "at 11 p.m."
    return take(Kind::money, unit + 1, {}, *value * currency_at(unit) / 100), true;
  }

  // "three pounds of bees", "fünf Pfund Tee"
  bool weighs(std::size_t unit) const {
    const Piece* what = piece(unit + 1);
    const bool is_weight = std::find(words_.weights.begin(), words_.weights.end(), pieces_[unit].word) != words_.weights.end();
    return is_weight && what != nullptr && (what->word == "of" || what->is_capital);
  }

  // "35.-", "35,–"
  std::size_t with_dash(std::size_t at) const {
    const bool has_point = is_sign(at, ".") || is_sign(at, ",");
    return has_point && (is_sign(at + 1, "-") || is_sign(at + 1, "\u2013") || is_sign(at + 1, "\u2014")) ? at + 2 : at;
  }

  bool is_turn(const Piece& piece) const { return std::find(words_.turns.begin(), words_.turns.end(), piece.word) != words_.turns.end(); }

  void token() {
    const Piece& p = pieces_[at_];
    if (p.kind == Piece::Kind::word && is_turn(p)) ++clause_;
    LetterToken token = p.token;
    if (p.kind != Piece::Kind::done) {
      token.word = p.word;
      token.kind = p.kind == Piece::Kind::number ? Kind::number : Kind::word;
      if (token.kind == Kind::number) token.hundredths = hundredths_of(p.word).value_or(0);
    }
    token.is_capital = p.is_capital;
    token.offset = p.offset;
    token.length = p.length;
    token.clause = clause_;
    tokens_.push_back(std::move(token));
    ++at_;
  }

  bool ends_here() const {
    const Piece& stop = pieces_[at_];
    if (stop.word == "!" || stop.word == "?" || stop.word == "\u2026") return true;
    if (stop.word != ".") return false;
    const Piece* next = piece(at_ + 1);
    if (next == nullptr) return true;
    if (next->offset == stop.offset + stop.length && next->kind != Piece::Kind::sign) return false;  // "z.B."
    const Piece* before = at_ == 0 ? nullptr : piece(at_ - 1);
    if (before == nullptr || before->offset + before->length != stop.offset) return true;
    if (before->kind == Piece::Kind::number && next->kind == Piece::Kind::sign && next->word == ",") return false;  // "am 15., und"
    const bool is_letter = before->kind == Piece::Kind::word && before->length == 1;  // "p.m. today"
    if (is_letter && next->kind == Piece::Kind::word && !next->is_capital) return false;
    if (std::find(words_.abbreviations.begin(), words_.abbreviations.end(), before->word) != words_.abbreviations.end()) return false;
    return !(next->kind == Piece::Kind::word && !next->is_capital && before->kind == Piece::Kind::number);  // "am 5. kam"
  }

  void sign() {
    const std::string& word = pieces_[at_].word;
    if (ends_here()) end_sentence(word == "?" || word == "!" ? word.front() : '.');
    else if (word == ";" || word == ":" || word == "\u2013" || word == "\u2014" || word == "(" || word == ")") ++clause_;
    ++at_;
  }

  void end_sentence(char end = '.') {
    clause_ = 0;
    if (tokens_.empty()) return;
    sentences_.push_back({std::move(tokens_), end});
    tokens_.clear();
  }

  std::vector<Piece> pieces_;
  const SpokenWords& words_;
  std::size_t at_ = 0, clause_ = 0;
  std::vector<LetterToken> tokens_;
  std::vector<LetterSentence> sentences_;
};

std::vector<LetterLine> lines_of(std::string_view text) {
  std::vector<LetterLine> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    lines.push_back({static_cast<std::size_t>(line.empty() ? at : line.data() - text.data()), line});
    at = end + 1;
  }
  return lines;
}

}  // namespace

LetterText read_letter_text(std::string_view text, const SpokenWords& words) {
  return {Sentences(letter_pieces(text, words), words).read(), lines_of(text)};
}

}  // namespace amends
