#include "core/letter_lint_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/locale.h"
#include "core/text.h"

namespace amends {
namespace {

using Kind = LetterToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Signs of several bytes that are no letters.
constexpr std::array<std::string_view, 16> signs = {"\u2018", "\u201c", "\u201d", "\u201e", "\u201a", "\u2013", "\u2014", "\u2026",
                                                    "\u00a0", "\u202f", "\u00ab", "\u00bb", "\u2022", "\u00b7", "\u2009", "\u00ad"};
constexpr std::array<std::string_view, 11> money_signs = {"£", "€", "$", "₹", "¥", "₺", "zł", "₦", "₩", "₫", "₴"};
constexpr std::string_view apostrophe = "\u2019";

// One piece of the text before dates and amounts are put together: a word, a number or a sign.
struct Piece {
  enum class Kind { word, number, sign, money_sign, done };
  Kind kind = Kind::word;
  std::string word;  // lower case
  std::size_t offset = 0, length = 0;
  bool is_capital = false;
  bool ends_paragraph = false;  // stands for an empty line
  LetterToken token;            // when done
};

class Pieces {
 public:
  Pieces(std::string_view text, const SpokenWords& words) : text_(text), words_(words) {}

  std::vector<Piece> read() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) blanks();
      else if (!address() && !phone() && !number() && !money_sign() && !sign()) word();
    }
    return std::move(pieces_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void push(Piece::Kind kind, std::size_t length) {
    Piece piece;
    piece.kind = kind;
    piece.offset = at_;
    piece.length = length;
    piece.word = std::string(text_.substr(at_, length));
    pieces_.push_back(std::move(piece));
    at_ += length;
  }

  void push_done(Kind kind, std::size_t length) {
    push(Piece::Kind::done, length);
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
    Piece end;
    end.kind = Piece::Kind::sign;
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
    else push(Piece::Kind::word, run.size());
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
    push(Piece::Kind::number, end - at_);
    return true;
  }

  bool money_sign() {
    static constexpr std::array<std::string_view, 9> before = {"C$", "A$", "US$", "AU$", "CA$", "NZ$", "S$", "HK$", "R$"};
    for (const std::string_view sign : before)
      if (starts(sign)) return push(Piece::Kind::money_sign, sign.size()), true;
    for (const std::string_view sign : money_signs)
      if (starts(sign)) return push(Piece::Kind::money_sign, sign.size()), true;
    return rand_sign() && (push(Piece::Kind::money_sign, 1), true);
  }

  // "R540.00", but no "R2".
  bool rand_sign() const {
    if (text_[at_] != 'R') return false;
    const std::string_view rest = text_.substr(at_ + 1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    return digits > 0 && digits + 2 < rest.size() && (rest[digits] == '.' || rest[digits] == ',') && is_digit(rest[digits + 1]) && is_digit(rest[digits + 2]);
  }

  bool sign() {
    for (const std::string_view s : signs)
      if (starts(s)) return push(Piece::Kind::sign, s.size()), true;
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c >= 0x80 || std::isalnum(c)) return false;
    push(c == '%' ? Piece::Kind::word : Piece::Kind::sign, 1);
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
      if (const std::size_t length = apostrophe_at(end); length > 0 && end > begin) {
        plain += '\'';
        end += length;
      } else if (text_.substr(end).starts_with(apostrophe) || !at_letter(end)) {
        break;
      } else {
        plain += text_[end++];
      }
    }
    if (end == begin) return push(Piece::Kind::sign, 1);  // an apostrophe alone, or half a character
    const std::string word = lower_case(plain, "en");
    const bool is_capital = !word.empty() && word[0] != plain[0] && !is_digit(plain[0]);
    const bool is_capital_beyond = static_cast<unsigned char>(plain[0]) >= 0x80 && word != plain;
    push(Piece::Kind::word, end - begin);
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
      parts = {word};
    }
    Piece whole = pieces_.back();
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
  std::vector<Piece> pieces_;
};

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

  bool money() {
    if (currency_at(at_) == 100) {
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
    if (ends_here()) end_sentence();
    else if (word == ";" || word == ":" || word == "\u2013" || word == "\u2014" || word == "(" || word == ")") ++clause_;
    ++at_;
  }

  void end_sentence() {
    clause_ = 0;
    if (tokens_.empty()) return;
    sentences_.push_back({std::move(tokens_)});
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
  return {Sentences(Pieces(text, words).read(), words).read(), lines_of(text)};
}

}  // namespace amends
