#include "core/letters/alike.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <unordered_map>

#include "core/base/text.h"
#include "core/mail/message_rule.h"
#include "core/time/locale.h"

namespace amends {
namespace {

using WordSet = std::set<std::string, std::less<>>;

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Calls use(word, what stands behind it) for each word.
template <class Use>
void each_word(std::string_view text, const Use& use) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    std::size_t next = end;
    while (next < text.size() && !is_word_byte(text[next])) ++next;
    use(text.substr(at, end - at), text.substr(end, next - end));
    at = next;
  }
}

// What dates are written with in a language: its months and days of the week.
WordSet words_of_dates(const std::string& locale) {
  WordSet words;
  const auto add = [&](std::string_view word, std::string_view) {
    if (!word.empty() && !has_digit(word)) words.insert(lower_case(word, locale));
  };
  for (int month = 1; month <= 12; ++month)
    for (const DateStyle style : {DateStyle::long_, DateStyle::short_}) each_word(format_date(*date_of(2026, month, 1), style, locale), add);
  for (int day = 1; day <= 7; ++day) each_word(format_date(*date_of(2026, 3, day), DateStyle::full, locale), add);
  return words;
}

struct Sentence {
  std::uint32_t id = 0;
  std::uint32_t words = 0;
};
struct Said {
  std::vector<Sentence> sentences;  // each once; the rarest first
  std::size_t words = 0;
};

// "." behind a number, as in "12. März", ends nothing.
bool ends_sentence(std::string_view word, std::string_view gap) {
  if (gap.find('\n') != std::string_view::npos) return true;
  return !has_digit(word) && gap.size() > 1 && (gap[0] == '.' || gap[0] == '!' || gap[0] == '?');
}

class LettersSaid {
 public:
  void add(const Message& m) {
    const WordSet& dates = dates_of(m.locale);
    WordSet names;
    each_word(m.to.name, [&](std::string_view word, std::string_view) { names.insert(lower_case(word, m.locale)); });
    Said said;
    std::string sentence;
    std::uint32_t words = 0;
    const auto end = [&] {
      if (words > 0) add(said, sentence, words);
      sentence.clear();
      words = 0;
    };
    each_word(lower_case(m.text, m.locale), [&](std::string_view word, std::string_view gap) {
      if (!word.empty() && !has_digit(word) && !names.contains(word) && !dates.contains(word)) {
        sentence += word;
        sentence += ' ';
        ++words;
      }
      if (ends_sentence(word, gap)) end();
    });
    end();
    letters_.push_back(std::move(said));
  }

  AlikeLetters count() {
    for (Said& letter : letters_)
      std::sort(letter.sentences.begin(), letter.sentences.end(),
                [&](const Sentence& a, const Sentence& b) { return std::tie(stands_in_[a.id], a.id) < std::tie(stands_in_[b.id], b.id); });
    firsts_.resize(stands_in_.size());
    for (std::size_t i = 0; i < letters_.size(); ++i) kind_.push_back(kind_of(i));
    AlikeLetters alike;
    std::vector<std::size_t> of_kind(letters_.size());
    for (const std::size_t kind : kind_) alike.most = std::max(alike.most, ++of_kind[kind]);
    for (const std::size_t kind : kind_) alike.count.push_back(of_kind[kind]);
    return alike;
  }

 private:
  const WordSet& dates_of(const std::string& locale) {
    const auto [found, is_new] = dates_.try_emplace(locale);
    if (is_new) found->second = words_of_dates(locale);
    return found->second;
  }

  void add(Said& said, const std::string& sentence, std::uint32_t words) {
    const auto [known, is_new] = ids_.try_emplace(sentence, static_cast<std::uint32_t>(ids_.size()));
    if (is_new) stands_in_.push_back(0);
    const std::uint32_t id = known->second;
    if (std::any_of(said.sentences.begin(), said.sentences.end(), [&](const Sentence& s) { return s.id == id; })) return;
    said.sentences.push_back({id, words});
    said.words += words;
    ++stands_in_[id];
  }

  // The first letter of its kind. Letters that are alike share one of the rarest sentences that make up more than a
  // fifth of either: only these are looked up.
  std::size_t kind_of(std::size_t letter) {
    const Said& said = letters_[letter];
    std::vector<std::size_t> candidates;
    std::size_t looked_at = 0;
    for (const Sentence& s : said.sentences) {
      if (looked_at * 5 > said.words) break;
      candidates.insert(candidates.end(), firsts_[s.id].begin(), firsts_[s.id].end());
      looked_at += s.words;
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const std::size_t first : candidates)
      if (is_like(said, letters_[first])) return first;
    for (const Sentence& s : said.sentences) firsts_[s.id].push_back(letter);
    return letter;
  }

  static bool is_like(const Said& a, const Said& b) {
    std::size_t shared = 0;
    for (const Sentence& s : a.sentences)
      if (std::any_of(b.sentences.begin(), b.sentences.end(), [&](const Sentence& other) { return other.id == s.id; })) shared += s.words;
    return shared * 5 >= std::max(a.words, b.words) * 4;
  }

  std::map<std::string, WordSet> dates_;  // by locale
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::size_t> stands_in_;             // letters, by sentence
  std::vector<std::vector<std::size_t>> firsts_;   // the first letters of a kind that hold a sentence
  std::vector<Said> letters_;
  std::vector<std::size_t> kind_;                  // of each letter: the first of its kind
};

}  // namespace

AlikeLetters alike_letters(const std::vector<const Message*>& messages) {
  const auto is_of_incident = [](const Message* message) { return message->purpose == purpose::incident; };
  LettersSaid letters;
  for (const Message* message : messages)
    if (!is_of_incident(message)) letters.add(*message);
  AlikeLetters alike = letters.count();
  alike.compared = alike.count.size();
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (is_of_incident(messages[i])) alike.count.insert(alike.count.begin() + static_cast<std::ptrdiff_t>(i), 1);
  return alike;
}

bool are_form_letters(const AlikeLetters& alike, const std::optional<Ratio>& share) {
  const std::size_t letters = alike.compared;
  if (!share || letters < form_letters_from) return false;
  return Ratio(static_cast<std::int64_t>(alike.most)) > *share * Ratio(static_cast<std::int64_t>(letters));
}

}  // namespace amends
