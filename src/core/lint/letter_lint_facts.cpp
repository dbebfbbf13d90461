#include "core/lint/letter_lint_facts.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/time/locale.h"
#include "core/time/time.h"

namespace amends {
namespace {

using Kind = LetterToken::Kind;

// Every scalar below a node, as it was written.
void collect_texts(const Node& node, std::vector<std::string>& texts) {
  if (!node.text.empty()) texts.push_back(node.text);
  for (const Node& item : node.items) collect_texts(item, texts);
  for (const Entry& entry : node.entries) collect_texts(entry.value, texts);
}

std::vector<std::string> texts_of(const Node* node) {
  std::vector<std::string> texts;
  if (node != nullptr) collect_texts(*node, texts);
  return texts;
}

std::string text_of(const Node* node) {
  const std::vector<std::string> texts = texts_of(node);
  return texts.empty() ? std::string{} : texts.front();
}

// Amounts and plain numbers: "refund 9.00 GBP", "£9", 9.00.
void add_amounts(std::string_view text, std::set<std::int64_t>& amounts) {
  for (const char* language : {"en", "de"})
    for (const LetterSentence& sentence : read_letter_text(text, lint_words(language)->spoken()).sentences)
      for (const LetterToken& token : sentence.tokens)
        if (token.kind == Kind::money || token.kind == Kind::number) amounts.insert(token.hundredths);
}

std::optional<SpokenDate> date_in(std::string_view text) {
  for (const char* language : {"en", "de"})
    for (const LetterSentence& sentence : read_letter_text(text.substr(0, text.find('T')), lint_words(language)->spoken()).sentences)
      for (const LetterToken& token : sentence.tokens)
        if (token.kind == Kind::date) return token.date;
  return std::nullopt;
}

std::optional<bool> truth_in(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text != "false" && text != "no" && text != "0";
}

std::set<std::int64_t> amounts_in(const std::vector<std::string>& texts) {
  std::set<std::int64_t> amounts;
  for (const std::string& text : texts) add_amounts(text, amounts);
  return amounts;
}

void add_money(const std::vector<std::string>& remedies, const std::vector<std::string>& totals, DecisionFacts& facts) {
  facts.given = amounts_in(remedies);
  facts.totals = amounts_in(totals);
  std::int64_t sum = 0;
  for (const std::int64_t amount : facts.given) sum += amount;
  facts.totals.insert(sum);
  facts.amounts = facts.totals;
  facts.amounts->insert(facts.given.begin(), facts.given.end());
  facts.amounts->insert(0);
}

bool is_like_voucher(const std::string& remedy) {
  const std::string word = lower(remedy);
  for (const char* kind : {"voucher", "credit", "gutschein", "guthaben", "gift", "discount", "coupon"})
    if (word.find(kind) != std::string::npos) return true;
  return false;
}

bool same_day(const SpokenDate& a, const SpokenDate& b) {
  if (a.year != 0 && b.year != 0 && a.year != b.year) return false;
  return (a.month == b.month && a.day == b.day) || (a.is_numeric && a.month == b.day && a.day == b.month);
}

std::optional<Date> day_of(const SpokenDate& spoken) {
  return spoken.year == 0 ? std::nullopt : date_of(spoken.year, spoken.month, spoken.day);
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

std::string plain(std::string_view id) {
  std::string out;
  for (const char c : id)
    if (std::isalnum(static_cast<unsigned char>(c))) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// +44 20 7946 0018 and 020 7946 0018 are one number.
bool same_phone(std::string_view a, std::string_view b) {
  const std::string x = digits_of(a), y = digits_of(b);
  const std::size_t common = std::min<std::size_t>({8, x.size(), y.size()});
  return common >= 6 && x.substr(x.size() - common) == y.substr(y.size() - common);
}

// "6 February", "the 6th".
bool names_day(const LetterSentence& sentence, const LintWords& words, const std::optional<SpokenDate>& day) {
  const std::vector<LetterToken>& tokens = sentence.tokens;
  for (std::size_t i = 0; day && i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::date && same_day(tokens[i].date, *day)) return true;
    if (tokens[i].kind != Kind::number || tokens[i].hundredths != day->day * 100) continue;
    if (i + 1 < tokens.size() && words.is_one_of("ordinal", tokens[i + 1].word)) return true;
    if (i > 0 && words.is_one_of("before_day", tokens[i - 1].word)) return true;
  }
  return false;
}

class Comparison {
 public:
  Comparison(std::string_view text, const LintWords& words, const DecisionFacts& facts)
      : text_(text), words_(words), facts_(facts), names_order_(plain(text).find(plain(facts.order)) != std::string::npos) {}

  // Beside the right number stands one of somebody else, and beside the right amounts one of something else.
  void read_whole(const LetterText& letter) {
    names_all_money_ = names_all_money(letter, words_, facts_);
    for (const LetterSentence& sentence : letter.sentences) {
      names_promised_ = names_promised_ || names_day(sentence, words_, facts_.promised);
      names_met_ = names_met_ || names_day(sentence, words_, facts_.met);
    }
    for (const LetterSentence& sentence : letter.sentences)
      for (const LetterToken& token : sentence.tokens) names_phone_ = names_phone_ || (token.kind == Kind::phone && is_of_case(token.word));
  }

  void compare(const LetterSentence& sentence) {
    for (std::size_t i = 0; i < sentence.tokens.size(); ++i) {
      const LetterToken& token = sentence.tokens[i];
      if (token.kind == Kind::money) compare_amount(sentence, i);
      else if (token.kind == Kind::date) compare_date(sentence, i);
      else if (token.kind == Kind::phone) compare_phone(token);
      else if (token.kind == Kind::address) compare_address(token);
    }
    compare_order(sentence);
    compare_delay(sentence);
  }

  std::vector<LetterPlace> take() { return std::move(places_); }

 private:
  std::string written(const LetterToken& token) const { return quoted(text_.substr(token.offset, token.length)); }
  void add(const LetterToken& token, std::string detail) { places_.push_back({token.offset, token.length, std::move(detail)}); }

  void compare_amount(const LetterSentence& sentence, std::size_t at) {
    const LetterToken& token = sentence.tokens[at];
    if (!facts_.amounts || facts_.amounts->contains(token.hundredths)) return;
    const bool is_price = facts_.prices.contains(token.hundredths) && (gives_amount(sentence) || !words_.says("repair", sentence));
    if (is_price) return;
    const bool knows_prices = !facts_.prices.empty();
    if (knows_prices || gives(sentence, at) || (!names_all_money_ && !is_paid(sentence, at)))
      add(token, fmt::format("{} is no amount of the decision", written(token)));
  }

  bool gives(const LetterSentence& sentence, std::size_t at) const {
    const std::vector<LintMatch> matches = words_.matches("gives_money", sentence);
    return std::any_of(matches.begin(), matches.end(), [&](const LintMatch& m) { return m.first <= at && at < m.end; });
  }

  // Beside an amount that is given another is a price only by what stands next to it: "£8.00, and £3.40 for the bus".
  bool is_paid(const LetterSentence& sentence, std::size_t at) const {
    if (!words_.says("price", sentence)) return false;
    const bool gives_another = std::any_of(sentence.tokens.begin(), sentence.tokens.end(),
                                           [&](const LetterToken& token) { return token.kind == Kind::money && facts_.given.contains(token.hundredths); });
    constexpr std::size_t reach = 4;
    return !gives_another || words_.says("price", before(sentence, at, reach)) || words_.says("price", behind(sentence, at));
  }

  // "I refunded £8.00, a tenth of the £80.00 you paid"
  bool gives_amount(const LetterSentence& sentence) const {
    return std::any_of(sentence.tokens.begin(), sentence.tokens.end(),
                       [&](const LetterToken& token) { return token.kind == Kind::money && token.hundredths != 0 && facts_.amounts->contains(token.hundredths); });
  }

  bool is_of_case(const std::string& phone) const {
    return std::any_of(facts_.phones.begin(), facts_.phones.end(), [&](const std::string& own) { return same_phone(own, phone); });
  }

  bool is_of_case(const SpokenDate& date) const {
    return (facts_.promised && same_day(date, *facts_.promised)) || (facts_.met && same_day(date, *facts_.met));
  }

  // The sentence up to the date, as far as this part of it goes.
  static LetterSentence before(const LetterSentence& sentence, std::size_t at, std::size_t reach) {
    std::size_t from = at > reach ? at - reach : 0;
    for (std::size_t i = from; i < at; ++i)
      if (sentence.tokens[i].kind == Kind::date) from = i + 1;
    return part(sentence, from, at);
  }

  // A few words behind it: "am 27. Februar haben Sie bestellt".
  static LetterSentence behind(const LetterSentence& sentence, std::size_t at) {
    constexpr std::size_t reach = 3;
    std::size_t end = at + 1;
    while (end < sentence.tokens.size() && end <= at + reach && sentence.tokens[end].kind != Kind::date) ++end;
    return part(sentence, at + 1, end);
  }

  static LetterSentence part(const LetterSentence& sentence, std::size_t from, std::size_t end) {
    return {{sentence.tokens.begin() + static_cast<std::ptrdiff_t>(from), sentence.tokens.begin() + static_cast<std::ptrdiff_t>(end)}};
  }

  void compare_date(const LetterSentence& sentence, std::size_t at) {
    const LetterToken& token = sentence.tokens[at];
    if (!is_right_weekday(token.date)) return add(token, fmt::format("{} is another day of the week", written(token)));
    if (is_of_case(token.date) || (!facts_.promised && !facts_.met)) return;
    constexpr std::size_t near = 7, far = 14;
    const LetterSentence led = before(sentence, at, near);
    const bool is_met = stands_in_place(token.date) && words_.says("met_date", part(sentence, 0, at));
    const bool is_due = facts_.promised && words_.says("due_date", before(sentence, at, far));
    if (!is_met && !is_due && (words_.says("other_date", led) || words_.says("other_date", behind(sentence, at)))) return;
    const bool is_promise = is_due || (facts_.promised && words_.says("promised_date", led));
    const bool is_between = lies_between(token.date);  // much may have happened on the days of the delay
    const bool tells_case = is_between ? words_.says("case_date", led) || words_.says("case_date", behind(sentence, at)) : words_.says("case_date", sentence);
    const bool is_any = facts_.promised && facts_.met && tells_case && !words_.says("coming", sentence);
    const bool is_in_place = !is_between && stands_in_place(token.date) && !words_.says("coming", sentence);
    const bool is_other = std::any_of(facts_.other_dates.begin(), facts_.other_dates.end(), [&](const SpokenDate& d) { return same_day(token.date, d); });
    if (is_promise || (!is_other && (is_any || is_in_place || is_met))) add(token, fmt::format("{} is no date of the decision", written(token)));
  }

  static bool is_before(const SpokenDate& a, const SpokenDate& b) { return a.month < b.month || (a.month == b.month && a.day < b.day); }

  bool lies_between(const SpokenDate& date) const { return facts_.promised && facts_.met && is_before(*facts_.promised, date) && is_before(date, *facts_.met); }

  // Of the two days the letter names one, and on the other's side of it stands this one.
  bool stands_in_place(const SpokenDate& date) const {
    if (!facts_.promised || !facts_.met || names_promised_ == names_met_ || date.is_numeric) return false;
    const SpokenDate& named = names_promised_ ? *facts_.promised : *facts_.met;
    const SpokenDate& lacking = names_promised_ ? *facts_.met : *facts_.promised;
    return is_before(named, date) == is_before(named, lacking) && !same_day(named, date);
  }

  bool is_right_weekday(SpokenDate date) const {
    if (date.weekday == 0) return true;
    if (date.year == 0 && facts_.promised && is_of_case(date)) date.year = facts_.promised->year;
    const std::optional<Date> day = day_of(date);
    return !day || weekday(*day) + 1 == date.weekday;
  }

  void compare_phone(const LetterToken& token) {
    if (facts_.phones.empty() || names_phone_ || plain(facts_.order) == plain(token.word)) return;
    add(token, fmt::format("{} is another telephone number", written(token)));
  }

  void compare_address(const LetterToken& token) {
    if (facts_.emails.empty()) return;
    const auto same = [&](const std::string& email) { return lower(email) == lower(token.word); };
    if (std::none_of(facts_.emails.begin(), facts_.emails.end(), same)) add(token, fmt::format("{} is another address", written(token)));
  }

  // The run of letters, digits and joints at a place: "TK-20931".
  std::string_view run_at(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '-' || text_[end] == '/' || text_[end] == '_')) ++end;
    return text_.substr(at, end - at);
  }

  void compare_order(const LetterSentence& sentence) {
    if (facts_.order.empty() || names_order_) return;  // beside the right number stands one of something else
    for (const LintMatch& match : words_.matches("order_number", sentence)) {
      const LetterToken& token = sentence.tokens[match.end - 1];
      if (token.kind != Kind::word && token.kind != Kind::number) continue;
      const std::string_view run = run_at(token.offset);
      if (digits_of(run).size() < 3) continue;
      add_order(token.offset, run);
    }
    for (const LetterToken& token : sentence.tokens)
      if (const std::string_view run = run_at(token.offset); is_misspelt(run, facts_.order)) add_order(token.offset, run);
  }

  void add_order(std::size_t offset, std::string_view run) {
    if (std::any_of(places_.begin(), places_.end(), [&](const LetterPlace& p) { return p.offset == offset; })) return;
    places_.push_back({offset, run.size(), fmt::format("{} is another order", quoted(run))});
  }

  // "RX-40926" of RX-40962: one digit is another, or two have changed places.
  static bool is_misspelt(std::string_view run, std::string_view order) {
    constexpr std::size_t telling = 4;  // of fewer digits any number is near
    if (run.size() != order.size() || digits_of(order).size() < telling) return false;
    std::vector<std::size_t> other;
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (run[i] == order[i]) continue;
      if (digits_of(run.substr(i, 1)).empty() || digits_of(order.substr(i, 1)).empty()) return false;
      other.push_back(i);
    }
    return other.size() == 1 || (other.size() == 2 && run[other[0]] == order[other[1]] && run[other[1]] == order[other[0]]);
  }

  void compare_delay(const LetterSentence& sentence) {
    if (!facts_.promised || !facts_.met) return;
    const std::optional<Date> due = day_of(*facts_.promised), met = day_of(*facts_.met);
    if (!due || !met) return;
    for (const LintMatch& match : words_.matches("days_late", sentence)) {
      const LetterToken& token = sentence.tokens[match.first];
      const auto word = words_.spoken().numbers.find(token.word);
      const std::int64_t days = token.kind == Kind::number ? token.hundredths / 100 : word == words_.spoken().numbers.end() ? -1 : word->second;
      if (days >= 0 && days != (met->days - due->days)) add(token, fmt::format("it was {} late", counted_days((met->days - due->days))));
    }
  }

  static std::string counted_days(std::int64_t days) { return fmt::format("{} {}", days, days == 1 ? "day" : "days"); }

  std::string_view text_;
  const LintWords& words_;
  const DecisionFacts& facts_;
  const bool names_order_;
  bool names_phone_ = false, names_all_money_ = false, names_promised_ = false, names_met_ = false;
  std::vector<LetterPlace> places_;
};

// The letters of a text and single blanks between them, with the byte each came from.
struct Squeezed {
  std::string text;
  std::vector<std::size_t> from;
};

Squeezed squeezed(std::string_view text) {
  Squeezed out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (std::isspace(static_cast<unsigned char>(c))) {
      if (out.text.empty() || out.text.back() == ' ') continue;
      out.text += ' ';
    } else if (text.substr(i).starts_with("\u2019")) {
      out.text += '\'';
      i += 2;
    } else {
      out.text += c;
    }
    out.from.push_back(i);
  }
  return out;
}

}  // namespace

DecisionFacts decision_facts(const Node& header) {
  DecisionFacts facts;
  facts.id = text_of(header.find("id"));
  facts.customer = text_of(header.find("customer"));
  facts.order = text_of(header.find("order"));
  facts.signatory = text_of(header.find("signatory"));
  facts.locale = text_of(header.find("locale"));
  facts.phones = texts_of(header.find("phone"));
  facts.emails = texts_of(header.find("email"));
  facts.hours = texts_of(header.find("hours"));
  facts.told = texts_of(header.find("told"));
  if (const Node* legal = header.find("legal")) {
    facts.legal = texts_of(legal);
    std::erase_if(*facts.legal, [](const std::string& text) { return text.find(' ') == std::string::npos; });  // false, "none"
  }
  const std::vector<std::string> remedies = texts_of(header.find("remedies")), totals = texts_of(header.find("total"));
  if (!remedies.empty() || !totals.empty()) add_money(remedies, totals, facts);
  facts.gives_voucher = std::any_of(remedies.begin(), remedies.end(), is_like_voucher);
  facts.gives_only_money = !remedies.empty() && std::all_of(remedies.begin(), remedies.end(), [](const std::string& r) { return !amounts_in({r}).empty(); });
  for (const std::string& remedy : remedies)
    if (const std::optional<SpokenDate> day = date_in(remedy)) facts.remedy_days.push_back(*day);
  facts.promised = date_in(text_of(header.find("promised")));
  facts.met = date_in(text_of(header.find("met")));
  facts.second = truth_in(text_of(header.find("second")));
  return facts;
}

bool names_all_money(const LetterText& letter, const LintWords& words, const DecisionFacts& facts) {
  if (!facts.amounts) return false;
  std::set<std::int64_t> named;
  for (const LetterSentence& sentence : letter.sentences) {
    if (words.says("price", sentence) && !words.says("gives_money", sentence)) continue;
    for (const LetterToken& token : sentence.tokens)
      if (token.kind == Kind::money) named.insert(token.hundredths);
  }
  const auto is_named = [&](std::int64_t amount) { return amount == 0 || named.contains(amount); };
  const std::set<std::int64_t>& each = facts.given.empty() ? *facts.amounts : facts.given;
  return std::any_of(facts.totals.begin(), facts.totals.end(), [&](std::int64_t total) { return named.contains(total); }) ||
         std::all_of(each.begin(), each.end(), is_named);
}

bool names_day_of_case(const LetterSentence& sentence, const LintWords& words, const DecisionFacts& facts) {
  return names_day(sentence, words, facts.promised) || names_day(sentence, words, facts.met);
}

bool names_remedy_day(const LetterSentence& sentence, const LintWords& words, const DecisionFacts& facts) {
  return std::any_of(facts.remedy_days.begin(), facts.remedy_days.end(), [&](const SpokenDate& day) { return names_day(sentence, words, day); });
}

bool knows_facts(const DecisionFacts& facts) {
  return facts.amounts || facts.promised || facts.met || !facts.customer.empty() || !facts.order.empty() || !facts.phones.empty() || !facts.emails.empty();
}

std::vector<LetterPlace> wrong_facts(std::string_view text, const LetterText& letter, const LintWords& words, const DecisionFacts& facts,
                                     const std::function<bool(const LetterSentence&)>& is_skipped) {
  Comparison comparison(text, words, facts);
  comparison.read_whole(letter);
  for (const LetterSentence& sentence : letter.sentences)
    if (!is_skipped(sentence)) comparison.compare(sentence);
  return comparison.take();
}

std::vector<std::string> name_words(std::string_view name) {
  std::vector<std::string> words;
  for (const LetterSentence& sentence : read_letter_text(name, SpokenWords{}).sentences)
    for (const LetterToken& token : sentence.tokens)
      if (token.kind == Kind::word) words.push_back(token.word);
  return words;
}

std::optional<LetterPlace> place_of(std::string_view text, std::string_view sentence) {
  const Squeezed all = squeezed(text);
  Squeezed wanted = squeezed(sentence);
  while (wanted.text.ends_with(' ') || wanted.text.ends_with('.')) wanted.text.pop_back();
  const std::size_t at = wanted.text.empty() ? std::string::npos : lower(all.text).find(lower(wanted.text));
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = all.from[at];
  return LetterPlace{begin, all.from[at + wanted.text.size() - 1] + 1 - begin, {}};
}

}  // namespace amends
