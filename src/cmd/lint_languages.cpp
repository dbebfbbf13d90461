// What is wrong with letters in other languages than the shop's: those that message rules name, and those of folders
// below templates/. A letter without a template in the customer's language is put aside.
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cmd/lint_letters.h"
#include "core/base/text.h"
#include "core/letters/letter_facts.h"
#include "core/time/locale.h"
#include "io/project_file.h"
#include "io/records/input_file.h"

namespace amends {
namespace {

// A customer of whom nothing is known but the language.
class LanguageAlone : public FactSource {
 public:
  LanguageAlone(Slot slot, const std::string& locale) : slot_(slot), locale_(locale) {}
  Value at(Slot slot) const override { return slot == slot_ && slot != no_slot ? Value::of_string(locale_) : Value{}; }
  Currency currency() const override { return {}; }

 private:
  Slot slot_;
  const std::string& locale_;
};

void add_texts(const Expr& expr, std::set<std::string>& texts) {
  if (expr.op == Op::literal && expr.type == Type::string) texts.insert(std::string(expr.literal.text));
  for (const Expr& child : expr.children) add_texts(child, texts);
}

std::set<std::string> languages_of(const Project& project) {
  std::set<std::string> all;
  const Slot locale = project.schema.find("locale");
  for (const MessageRule& rule : project.messages)
    for (const std::vector<Test>& tests : rule.when.any)
      for (const Test& test : tests)
        if (test.slot == locale) add_texts(test.expr, all);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_in(project, "templates"), ignored))
    if (entry.is_directory(ignored)) all.insert(entry.path().filename().string());
  std::erase_if(all, [&](const std::string& name) { return !is_known_locale(name) || language_of(name) == language_of(project.shop.locale); });
  return all;
}

// What whole numbers need, each with the first that does.
std::vector<std::pair<std::string, int>> plural_forms(const std::string& locale) {
  constexpr int enough = 200;
  std::vector<std::pair<std::string, int>> forms;
  std::set<std::string> seen;
  for (int n = 0; n <= enough; ++n)
    if (std::string form = plural_form(Ratio(n), locale); seen.insert(form).second) forms.emplace_back(std::move(form), n);
  return forms;
}

// Where a filter plural stands in the text, with its arguments.
struct PluralCall {
  std::size_t at;
  std::string_view arguments;
};

std::vector<PluralCall> plural_calls(std::string_view text) {
  constexpr std::string_view filter = "plural:";
  std::vector<PluralCall> calls;
  for (std::size_t at = text.find(filter); at != std::string_view::npos; at = text.find(filter, at + 1)) {
    const std::string_view rest = text.substr(at + filter.size());
    calls.push_back({at, rest.substr(0, rest.find_first_of("|}%"))});
  }
  return calls;
}

class LettersIn {
 public:
  LettersIn(const Project& project, Letters& letters, const std::string& locale, Findings& findings)
      : project_(project), letters_(letters), locale_(locale), findings_(findings) {}

  void find_all(bool is_of_shop) {
    for (const MessageRule& rule : project_.messages) {
      if (holds(rule.when, LanguageAlone(project_.schema.find("locale"), locale_)) == Truth::no) continue;
      try {
        find_in(rule, is_of_shop);
      } catch (const Error& fault) {
        if (!is_of_shop) findings_.push_back({fault.where, "error", "letter", fault.message, fault.hint});
      }
    }
  }

 private:
  void find_in(const MessageRule& rule, bool is_of_shop) {
    const LetterTemplate* letter = letters_.find(rule.template_name, locale_, rule.channel);
    if (letter != nullptr) find_plurals(*letter);
    if (letter == nullptr && !is_of_shop)
      findings_.push_back({rule.where, "warning", "no-translation",
                           fmt::format("there is no template {} for {}: letters to customers of that language are put aside", rule.file_name(), locale_),
                           fmt::format("write templates/{}/{}", locale_, rule.file_name())});
  }

  void find_plurals(const LetterTemplate& letter) {
    std::set<const Source*> sources;
    for (const Template* part : letter.parts())
      for (const TemplatePath& path : part->paths())
        if (path.source != nullptr && sources.insert(path.source.get()).second) find_plurals(*path.source);
  }

  void find_plurals(const Source& source) {
    if (!seen_.insert(source.name).second) return;
    for (const PluralCall& call : plural_calls(source.text))
      for (const auto& [form, number] : plural_forms(locale_))
        if (call.arguments.find(form + ":") == std::string_view::npos)
          findings_.push_back({where_at(source.name, source.text, call.at, 6), "warning", "plural",
                               fmt::format("plural lacks {}:, the form of {} in {}", form, number, language_of(locale_)),
                               fmt::format("add {}: \"...\"", form)});
  }

  const Project& project_;
  Letters& letters_;
  const std::string& locale_;
  Findings& findings_;
  std::set<std::string> seen_;  // files
};

}  // namespace

void find_in_languages(const Project& project, Letters& letters, Findings& findings) {
  LettersIn(project, letters, project.shop.locale, findings).find_all(true);
  for (const std::string& locale : languages_of(project)) LettersIn(project, letters, locale, findings).find_all(false);
}

}  // namespace amends
