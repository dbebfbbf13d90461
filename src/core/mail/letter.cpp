#include "core/mail/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/code_points.h"
#include "core/base/text.h"
#include "core/liquid/liquid.h"
#include "core/mail/header.h"
#include "core/mail/html_words.h"
#include "core/time/locale.h"

namespace amends {
namespace {

struct Range {
  std::size_t begin = 0, end = 0;
};

struct Cut {
  Range subject, body;
};

Where line_at(const Source& source, std::size_t begin, std::size_t end) {
  return liquid::where_of(source,
                          {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)});
}

// Front matter is read line by line until the first empty one.
Cut cut(const Source& source) {
  const std::string_view text = source.text;
  Cut found;
  bool has_subject = false;
  std::size_t at = 0;
  for (;;) {
    if (at >= text.size())
      throw Error{line_at(source, 0, std::min(text.find('\n'), text.size())),
                  "a letter has front matter, an empty line and a text",
                  "begin with Subject: ..., then an empty line"};
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (trimmed(line).empty() || line == "\r") {
      found.body = {std::min(end + 1, text.size()), text.size()};
      break;
    }
    const auto colon = line.find(':');
    const std::string_view name = trimmed(line.substr(0, colon));
    if (colon == std::string_view::npos || lower(name) != "subject")
      throw Error{line_at(source, at, end), fmt::format("{} is not front matter of a letter", quoted(name)),
                  "write Subject: ..., then an empty line, then the text"};
    if (has_subject)
      throw Error{line_at(source, at, end), "a letter has one subject", "take one of them out"};
    has_subject = true;
    const std::string_view value = trimmed(line.substr(colon + 1));
    found.subject = {static_cast<std::size_t>(value.data() - text.data()),
                     static_cast<std::size_t>(value.data() - text.data()) + value.size()};
    at = end + 1;
  }
  if (!has_subject || found.subject.begin == found.subject.end)
    throw Error{line_at(source, 0, std::min(text.find('\n'), text.size())), "the letter has no subject",
                "write Subject: ... in the first line"};
  return found;
}

void refuse_subject(const Source& source) {
  const std::size_t end = std::min(source.text.find('\n'), source.text.size());
  if (lower(std::string_view(source.text).substr(0, 8)) != "subject:") return;
  throw Error{line_at(source, 0, end), "only an e-mail has a subject", "begin with the text itself"};
}

std::string tidy(std::string_view text) {
  std::string out;
  bool empty_before = true;  // no empty lines at the start
  for (std::string_view line : split(text, '\n')) {
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (line.empty() && empty_before) continue;
    empty_before = line.empty();
    (out += line) += '\n';
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// A machine's word where data should name a person. People are called Nan, Nil and None Smith.
bool is_nobody(std::string_view name) {
  static const std::set<std::string_view> nobody = {"null", "NULL", "NaN", "undefined", "None"};
  return nobody.contains(trimmed(name));
}

// Where a bad export shows: "Hello null,".
std::optional<std::string> fault_of_salutation(std::string_view line, std::initializer_list<std::string_view> names) {
  if (line.find(" ,") != std::string_view::npos) return "the salutation has a gap where the name should be";
  for (const std::string_view name : names)
    if (is_nobody(name) && line.find(trimmed(name)) != std::string_view::npos)
      return fmt::format("the salutation says {}", quoted(trimmed(name)));
  return std::nullopt;
}

std::string place_words(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto begin = before.rfind('\n');
  return fmt::format("at byte {} of line {}", at - (begin == std::string_view::npos ? 0 : begin + 1) + 1,
                     1 + std::count(before.begin(), before.end(), '\n'));
}

std::optional<std::string> fault_of_text(std::string_view text) {
  for (const std::string_view mark : {"{{", "{%", "}}", "%}", "<%", "${", "*|", "%%"})
    if (text.find(mark) != std::string_view::npos)
      return fmt::format("{} is left over from a template", quoted(mark));
  for (const std::string_view word : {"undefined", "NaN", "[object Object]"})
    if (text.find(word) != std::string_view::npos) return fmt::format("it says {}", quoted(word));
  for (std::size_t i = 0; i < text.size(); i += code_point_length(text, i)) {
    const std::uint32_t point = code_point_at(text, i);
    const bool control = (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7F && point < 0xA0);
    if (control) return fmt::format("it holds the control character U+{:04X} {}", point, place_words(text, i));
  }
  return std::nullopt;
}

bool has_region(std::string_view locale) {
  return locale.find_first_of("-_") != std::string_view::npos;
}

}  // namespace

LetterTemplate read_letter(std::shared_ptr<const Source> source, std::string locale,
                           const Template::Partials& partials, Channel channel) {
  if (channel != Channel::email) {
    refuse_subject(*source);
    return {std::move(locale), std::nullopt, Template(source, partials)};
  }
  const Cut parts = cut(*source);
  return {std::move(locale),
          Template(source, parts.subject.begin, parts.subject.end, partials, Template::Mode::strict,
                   Template::Context::header),
          Template(source, parts.body.begin, parts.body.end, partials)};
}

std::vector<const Template*> LetterTemplate::parts() const {
  std::vector<const Template*> all = {&body};
  if (subject) all.insert(all.begin(), &*subject);
  if (html) all.push_back(&*html);
  return all;
}

// Parts of HTML are looked for as NAME.html.liquid first.
LetterTemplate Letters::read(std::shared_ptr<const Source> source, const std::string& folder, std::string_view name,
                             Channel channel, const std::vector<std::string>& chain) const {
  const auto partials = [&](std::string_view end) -> Template::Partials {
    return [this, &chain, end](std::string_view partial) -> std::shared_ptr<const Source> {
      for (const std::string_view ending : {end, std::string_view(".liquid")})
        for (const std::string& tag : chain)
          if (auto found = files_(fmt::format("{}/{}{}", tag, partial, ending))) return found;
      return nullptr;
    };
  };
  LetterTemplate letter = read_letter(std::move(source), folder, partials(".liquid"), channel);
  if (channel != Channel::email) return letter;
  if (auto html = files_(fmt::format("{}/{}.html.liquid", folder, name)))
    letter.html.emplace(std::move(html), partials(".html.liquid"), Template::Mode::strict, Template::Context::html);
  return letter;
}

const LetterTemplate* Letters::find(std::string_view name, std::string_view locale, Channel channel) {
  const auto chain = fallback_chain(locale);
  const std::string key = fmt::format("{}/{}{}", locale, name, template_ending(channel));
  if (const auto known = read_.find(key); known != read_.end()) return known->second.get();
  for (const std::string& tag : chain)
    if (auto source = files_(fmt::format("{}/{}{}", tag, name, template_ending(channel))))
      return (read_[key] = std::make_unique<LetterTemplate>(read(std::move(source), tag, name, channel, chain))).get();
  return nullptr;
}

std::string letter_locale(std::string_view customer, std::string_view shop) {
  std::string locale(customer.empty() ? shop : customer);
  std::replace(locale.begin(), locale.end(), '_', '-');
  if (!has_region(locale) && has_region(shop) && language_of(shop) == locale) return std::string(shop);
  return locale;
}

Words write(const LetterTemplate& letter, const Value& facts, const LetterLocale& locale) {
  Words words;  // the text first: an abort in it names a better reason than a gap in the subject
  words.text = tidy(letter.body.render(facts, locale));
  if (!letter.subject) return words;
  words.subject = letter.subject->render(facts, locale);
  require_fit("Subject", words.subject);
  if (letter.html) words.html = letter.html->render(facts, locale);
  return words;
}

std::optional<std::string> fault_of(const Words& words, std::initializer_list<std::string_view> names, Channel channel) {
  if (channel == Channel::email && trimmed(words.subject).empty()) return "the subject is empty";
  if (words.text.empty()) return "the text is empty";
  if (auto fault = fault_of_text(words.subject)) return "subject: " + *fault;
  if (auto fault = fault_of_salutation(first_line(words.text), names)) return fault;
  if (auto fault = fault_of_text(words.text)) return fault;
  if (words.html.empty()) return std::nullopt;
  if (auto fault = fault_of_html(words.html, words.text)) return fault;
  if (auto fault = fault_of_text(words.html)) return "HTML: " + *fault;
  return std::nullopt;
}

bool Message::is_about(std::string_view order) const {
  return record_id == order || std::any_of(also.begin(), also.end(), [&](const FurtherCase& c) { return c.record_id == order; });
}

}  // namespace amends
