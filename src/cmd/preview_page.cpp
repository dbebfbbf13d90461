#include "cmd/preview_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/lint/lint_rules.h"
#include "core/mail/html.h"
#include "core/time/locale.h"

namespace amends {
namespace {

std::string mailbox_words(const Mailbox& box) {
  return box.name.empty() ? escaped_html(box.address) : fmt::format("{} <span class=\"address\">&lt;{}&gt;</span>", escaped_html(box.name), escaped_html(box.address));
}

bool is_right_to_left(const std::string& locale) {
  const std::string language = language_of(locale);
  return language == "ar" || language == "he" || language == "fa" || language == "ur";
}

// A frame does not know how high its content is: as high as the words need at the width of a telephone.
std::size_t height_of(std::string_view text) {
  constexpr std::size_t letters_a_line = 42, pixels_a_line = 23, around = 60;
  std::size_t lines = 0;
  for (const std::string_view line : split(text, '\n')) lines += 1 + display_width(line) / letters_a_line;
  return around + lines * pixels_a_line;
}

// More are loaded as they are scrolled to; a printer gets all only of fewer.
constexpr std::size_t most_frames = 100;

class Page {
 public:
  Page(const std::vector<PreviewedLetter>& letters, const std::vector<Unwritten>& unwritten, const Context& context)
      : letters_(letters), unwritten_(unwritten), context_(context) {}

  std::string text() {
    const std::string title = fmt::format("Letters of {}", context_.project->shop.name);
    html_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
             "<link rel=\"icon\" href=\"data:,\">\n";
    html_ += fmt::format("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", escaped_html(title), embedded("preview.css"));
    head(title);
    html_ += "<main>\n";
    for (std::size_t i = 0; i < letters_.size(); ++i) letter(letters_[i], i + 1);
    aside();
    html_ += "</main>\n</body>\n</html>\n";
    return std::move(html_);
  }

 private:
  void head(const std::string& title) {
    html_ += fmt::format("<header>\n<h1>{}</h1>\n", escaped_html(title));
    std::size_t findings = 0, alike = 0;
    for (const PreviewedLetter& l : letters_) {
      findings += l.findings.size();
      alike = std::max(alike, l.alike);
    }
    html_ += fmt::format("<p>{}, as of {}. {}{}", counted(letters_.size(), "letter", "letters"),
                         escaped_html(print_moment(Moment(context_.as_of), context_.project->shop.zone)),
                         findings == 0 ? std::string("Lint finds nothing in them.") : fmt::format("Lint finds {} in them.", counted(findings, "fault", "faults")),
                         unwritten_.empty() ? "" : fmt::format(" <a href=\"#aside\">{} not written</a>.", unwritten_.size() == 1 ? "1 was" : fmt::format("{} were", unwritten_.size())));
    if (alike > 1) html_ += fmt::format(" {} say the same but for names, numbers, dates and amounts.", alike);
    html_ += "</p>\n";
    if (letters_.size() > 1) contents();
    html_ += "</header>\n";
  }

  void contents() {
    html_ += "<nav aria-label=\"Letters\">\n<ol>\n";
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const Message& m = *letters_[i].message;
      html_ += fmt::format("<li><a href=\"#letter-{}\">{}</a> {}{}</li>\n", i + 1, escaped_html(record_words(m.case_key)),
                           escaped_html(m.to.name.empty() ? m.to.address : m.to.name), marks(letters_[i]));
    }
    html_ += "</ol>\n</nav>\n";
  }

  static std::string marks(const PreviewedLetter& letter) {
    return letter.findings.empty() ? "" : fmt::format(" <span class=\"mark\">{}</span>", counted(letter.findings.size(), "fault", "faults"));
  }

  void letter(const PreviewedLetter& l, std::size_t number) {
    const Message& m = *l.message;
    html_ += fmt::format("<article id=\"letter-{}\">\n<h2>{}</h2>\n<dl class=\"envelope\">\n", number, escaped_html(m.subject.empty() ? record_words(m.case_key) : m.subject));
    line("From", mailbox_words(m.from));
    line("To", mailbox_words(m.to));
    line("About", fmt::format("{}, {}, {}", escaped_html(record_words(m.case_key)), escaped_html(m.purpose), escaped_html(m.locale)));
    line("State", l.is_waiting ? "waits in the outbox" : "new: the next run puts it into the outbox");
    if (l.alike > 1) line("Alike", fmt::format("{} say the same but for names, numbers, dates and amounts", l.alike == 2 ? "this and another letter" : fmt::format("this and {} more letters", l.alike - 1)));
    html_ += "</dl>\n";
    findings(l);
    const std::string tongue = fmt::format("lang=\"{}\"{}", escaped_html(m.locale), is_right_to_left(m.locale) ? " dir=\"rtl\"" : "");
    html_ += fmt::format("<div class=\"sides\">\n<section>\n<h3>Text</h3>\n<pre {}>{}</pre>\n</section>\n", tongue, escaped_html(m.text));
    if (!m.html.empty())
      html_ += fmt::format("<section>\n<h3>HTML</h3>\n<iframe title=\"HTML of {}\" sandbox=\"\"{} style=\"height:{}px\" srcdoc=\"{}\"></iframe>\n</section>\n",
                           escaped_html(record_words(m.case_key)), letters_.size() > most_frames ? " loading=\"lazy\"" : "", height_of(m.text), escaped_html(m.html));
    html_ += "</div>\n";
    facts(l);
    html_ += "</article>\n";
  }

  void line(std::string_view name, std::string_view html) { html_ += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, html); }

  void findings(const PreviewedLetter& l) {
    if (l.findings.empty()) return;
    html_ += "<ul class=\"findings\">\n";
    for (const DraftFinding& finding : l.findings) {
      const LintRule& rule = *lint_rule(finding.found.code);
      const std::string_view text = finding.is_in_subject ? l.message->subject : l.message->text;
      const std::string words(text.substr(finding.found.offset, finding.found.length));
      html_ += fmt::format("<li class=\"{}\"><strong>{}</strong> <code>{}</code> {}{} <span class=\"hint\">{}</span></li>\n", rule.severity, rule.severity, rule.code,
                           escaped_html(finding.found.detail.empty() ? rule.message : finding.found.detail),
                           words.empty() ? "" : fmt::format(": <q>{}</q>", escaped_html(words)), escaped_html(rule.hint));
    }
    html_ += "</ul>\n";
  }

  void facts(const PreviewedLetter& l) {
    if (l.facts.empty()) {
      html_ += "<p class=\"facts\">Tonight's records do not show its case: the facts it was written from are not known.</p>\n";
      return;
    }
    html_ += "<details>\n<summary>Facts it was written from</summary>\n<table>\n<tbody>\n";
    for (const auto& [path, value] : l.facts) html_ += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped_html(path), escaped_html(value));
    html_ += "</tbody>\n</table>\n</details>\n";
  }

  void aside() {
    if (unwritten_.empty()) return;
    html_ += "<section id=\"aside\">\n<h2>Not written</h2>\n<ul>\n";
    for (const Unwritten& u : unwritten_)
      html_ += fmt::format("<li><strong>{}</strong>, {}: {}{}</li>\n", escaped_html(record_words(u.case_key)), escaped_html(u.purpose), u.call ? "to be called, since " : "", escaped_html(reason_words(u)));
    html_ += "</ul>\n</section>\n";
  }

  const std::vector<PreviewedLetter>& letters_;
  const std::vector<Unwritten>& unwritten_;
  const Context& context_;
  std::string html_;
};

}  // namespace

std::string preview_page(const std::vector<PreviewedLetter>& letters, const std::vector<Unwritten>& unwritten, const Context& context) {
  return Page(letters, unwritten, context).text();
}

}  // namespace amends
