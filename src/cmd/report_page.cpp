// The report as one HTML page: pictures, and behind each the table it shows.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/report_pictures.h"
#include "cmd/report_print.h"
#include "cmd/report_tables.h"
#include "cmd/risk_report.h"
#include "cmd/sentences.h"
#include "core/base/embedded.h"
#include "core/base/text.h"
#include "core/mail/html.h"

namespace amends {
namespace {

// A page of any shop stays one that can be mailed.
constexpr std::size_t most_table_rows = 30, most_picture_rows = 10, most_columns = 36, most_unlike = 10, most_unanswered = 10, most_currencies = 3;

double share_of(std::size_t part, std::size_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

class Page {
 public:
  Page(const ReportData& data, By by, const Context& context) : data_(data), time_(by == By::week ? By::week : By::month), by_(by), context_(context) {}

  std::string text() {
    begin();
    head();
    html_ += "<main>\n";
    over_time();
    if (by_ != By::month && by_ != By::week) groups(by_);
    for (const By by : {By::kind, By::carrier, By::region, By::guarantee, By::cause, By::channel})
      if (by != by_) groups(by);
    if (data_.has_ledger) of_ledger();
    else section("ledger", "Money and speed", "<p>There is no ledger yet: what was granted and told, and how fast, is known once <code>amends run</code> has run.</p>\n");
    contacts();
    fairness();
    again();
    estimate();
    html_ += "</main>\n</body>\n</html>\n";
    return std::move(html_);
  }

 private:
  void begin() {
    html_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
             "<link rel=\"icon\" href=\"data:,\">\n";
    html_ += fmt::format("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", escaped_html(context_.project->shop.name + ", report"), embedded("report.css"));
  }

  void head() {
    const Project& project = *context_.project;
    const std::string period = period_words(data_.period);
    html_ += fmt::format("<header>\n<h1>{}</h1>\n<p>As of {}{}</p>\n<dl class=\"tiles\">\n", escaped_html(project.shop.name),
                         escaped_html(print_moment(Moment(context_.as_of), project.shop.zone)), period.empty() ? "" : ", " + period);
    const Figures& f = data_.figures;
    tile("missed", f.cases == 0 ? "none" : percent_words(f.missed, f.cases), fmt::format("{} of {} whose time is over", f.missed, f.cases));
    tile("not due yet", std::to_string(data_.open), data_.unjudged == 0 ? "" : fmt::format("{} cannot be judged", data_.unjudged));
    std::size_t currencies = 0;
    for (const auto& [key, sums] : data_.money.in_all) {
      const std::optional<Currency> currency = currency_named(key.second);
      if (currency && ++currencies <= most_currencies)
        tile("given", money_words(sums.given(), *currency), sums.held == 0 ? "" : fmt::format("{} held for a person", money_words(sums.held, *currency)));
    }
    if (const Waits& word = f.speeds.word; word.count > 0) tile("from miss to first word", wait_words(word.median), fmt::format("the median of {}", word.count));
    if (const Telling& t = f.telling; t.decided > 0)
      tile("told before they asked", percent_words(t.told_first, t.decided), fmt::format("{} of {}", t.told_first, t.decided));
    html_ += "</dl>\n</header>\n";
  }

  void tile(const std::string& name, const std::string& value, const std::string& rest) {
    html_ += fmt::format("<div><dt>{}</dt><dd><strong>{}</strong>{}</dd></div>\n", escaped_html(name), escaped_html(value),
                         rest.empty() ? "" : fmt::format("<span>{}</span>", escaped_html(rest)));
  }

  void section(const std::string& id, const std::string& title, const std::string& inner) {
    html_ += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", escaped_html(id), escaped_html(title), inner);
  }

  static std::string table_html(const ReportTable& table) {
    std::string html = fmt::format("<div class=\"scroll\"><table id=\"table-{}\">\n<thead><tr>", table.id);
    const auto cell = [&](const char* tag, std::size_t i, const std::string& text) {
      return fmt::format("<{0}{1}{2}>{3}</{0}>", tag, std::string_view(tag) == "th" ? " scope=\"col\"" : "", table.right[i] ? " class=\"right\"" : "",
                         escaped_html(text));
    };
    for (std::size_t i = 0; i < table.headings.size(); ++i) html += cell(table.headings[i].empty() ? "td" : "th", i, table.headings[i]);
    html += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      html += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) html += cell("td", i, row[i]);
      html += "</tr>\n";
    }
    html += "</tbody>\n</table></div>\n";
    if (table.left_out > 0) html += fmt::format("<p class=\"soft\">and {} more: <code>amends report --format json</code> lists them all</p>\n", table.left_out);
    if (!table.note.empty()) html += fmt::format("<p>{}</p>\n", escaped_html(table.note));
    return html;
  }

  static std::string behind(const ReportTable& table) { return fmt::format("<details>\n<summary>As a table</summary>\n{}</details>\n", table_html(table)); }

  // The last times that have cases, and those between them where they are few; what lies centuries back is in the JSON.
  std::vector<Group> times() const {
    const std::vector<Group>& all = data_.figures.by(time_);
    const std::vector<Group> last(all.end() - static_cast<std::ptrdiff_t>(std::min(all.size(), most_columns)), all.end());
    if (last.empty() || last.size() < all.size()) return last;
    std::vector<Group> filled;
    for (Date day = first_day(last.front().name); filled.empty() || filled.back().name != last.back().name; ++day.days) {
      std::string name = time_ == By::month ? month_name_of(day) : week_name_of(day);
      if (!filled.empty() && filled.back().name == name) continue;
      if (filled.size() == most_columns) return last;
      const auto known = std::find_if(last.begin(), last.end(), [&](const Group& g) { return g.name == name; });
      filled.push_back(known == last.end() ? Group{std::move(name), 0, 0, {}} : *known);
    }
    return filled;
  }

  // "2026-03", "2026-W11"; the fourth of January is always in the first week.
  static Date first_day(const std::string& name) {
    const std::size_t dash = name.find('-', 1);
    const int year = std::stoi(name.substr(0, dash));
    if (name[dash + 1] != 'W') return *date_of(year, std::stoi(name.substr(dash + 1)), 1);
    return Date{date_of(year, 1, 4)->days + (std::stoi(name.substr(dash + 2)) - 1) * 7};
  }

  // A month of three orders may have missed all of them: what is too small to tell does not set the scale.
  std::string pictures_over_time(const std::string& name) const {
    std::vector<PictureColumn> counts, rates;
    const std::vector<Group> shown = times();
    std::size_t most = 0;
    double highest = 0, top = 0;
    for (const Group& g : shown) {
      const double rate = share_of(g.missed, g.cases.value_or(0));
      most = std::max(most, g.missed);
      highest = std::max(highest, rate);
      if (g.cases.value_or(0) * 100 >= data_.figures.cases) top = std::max(top, rate);
    }
    if (top <= 0) top = highest;
    for (const Group& g : shown) {
      const std::string percent = percent_words(g.missed, g.cases.value_or(0));
      counts.push_back({g.name, std::to_string(g.missed), {static_cast<double>(g.missed)}, std::nullopt, incidents_of(data_, time_, g.name)});
      rates.push_back({g.name, percent.substr(0, percent.find(' ')), {0, std::min(share_of(g.missed, g.cases.value_or(0)), top)}, std::nullopt, incidents_of(data_, time_, g.name)});
    }
    const char* const key = data_.incidents.empty() ? "" : " <span class=\"key key-flag\">incident</span>";
    std::string html = fmt::format("<div class=\"pair\"><figure><figcaption>Missed cases{}</figcaption>\n{}</figure>\n", key,
                                   columns_picture(counts, fmt::format("{} cases", most), "Missed cases by " + name));
    html += fmt::format("<figure><figcaption>Share missed, in percent{}</figcaption>\n{}</figure></div>\n", key,
                        columns_picture(rates, fmt::format("{:.1f} %", top * 100), "Share of cases missed by " + name));
    if (highest > top)
      html += fmt::format("<p class=\"soft\">A {} with under one hundredth of the cases is drawn no higher than the others; the table has its share.</p>\n", name);
    return html;
  }

  void over_time() {
    const std::string name(name_of(time_));
    const ReportTable table = groups_table(data_, time_, most_columns);
    std::string inner;
    if (table.is_empty()) {
      inner = "<p>No promise has come due yet.</p>\n";
    } else {
      inner = pictures_over_time(name);
      inner += behind(table);
    }
    inner += table_html(totals_table(data_));
    section("time", fmt::format("Misses by {}", name), inner);
    if (const ReportTable incidents = incidents_table(data_, most_table_rows); !incidents.is_empty())
      section(incidents.id, incidents.title, table_html(incidents) + "<p class=\"soft\"><code>amends incidents NAME</code> tells the whole story of one.</p>\n");
  }

  // Where nobody told a name, there is nothing to compare.
  bool is_told(By by) const {
    const std::vector<Group>& all = data_.figures.by(by);
    return std::any_of(all.begin(), all.end(), [](const Group& g) { return !g.name.empty(); });
  }

  void groups(By by) {
    if (!is_told(by) || data_.figures.missed == 0) return;
    const std::vector<Group>& all = data_.figures.by(by);
    const ReportTable table = groups_table(data_, by, most_table_rows);
    std::vector<PictureRow> rows;
    for (std::size_t i = 0; i < all.size() && i < most_picture_rows; ++i) {
      const Group& g = all[i];
      rows.push_back({name_words(by, g.name),
                      g.cases ? fmt::format("{} of {}, {}", g.missed, *g.cases, percent_words(g.missed, *g.cases))
                              : fmt::format("{}, {}", g.missed, percent_words(g.missed, data_.figures.missed)),
                      static_cast<double>(g.missed)});
    }
    section(table.id, table.title, "<figure>\n" + rows_picture(rows, table.title) + "</figure>\n" + behind(table));
  }

  void of_ledger() {
    if (const ReportTable table = money_table(data_); !table.is_empty()) {
      section("money", "Money", table_html(table) + money_pictures() + behind(money_by_month_table(data_, most_columns)));
      const ReportTable remedies = remedies_table(data_, most_table_rows);
      section("remedies", remedies.title, table_html(remedies));
    }
    speed();
    if (const ReportTable table = telling_table(data_); !table.is_empty()) section("telling", table.title, table_html(table));
  }

  std::string money_pictures() const {
    std::string html;
    std::set<std::string> currencies;
    for (const auto& [key, sums] : data_.money.by_month)
      if (!key.second.empty()) currencies.insert(key.second);
    std::size_t shown = 0;
    for (const std::string& code : currencies) {
      if (++shown > most_currencies) break;
      std::vector<PictureColumn> columns;
      Int128 most = 0;
      for (const auto& [key, s] : data_.money.by_month) {
        if (key.second != code) continue;
        const Int128 sum = s.granted + s.issued + s.held;
        columns.push_back({key.first,
                           money_words(sum, *currency_named(code)).substr(4),
                           {static_cast<double>(s.issued), static_cast<double>(s.granted), static_cast<double>(s.held)},
                           std::nullopt});
        most = std::max(most, sum);
      }
      if (columns.size() > most_columns) columns.erase(columns.begin(), columns.end() - static_cast<std::ptrdiff_t>(most_columns));
      html += fmt::format(
          "<figure><figcaption>{} by month the case was due <span class=\"key key-0\">issued</span> <span class=\"key key-1\">granted</span> <span class=\"key "
          "key-2\">held</span></figcaption>\n{}</figure>\n",
          code, columns_picture(columns, money_words(most, *currency_named(code)), "Money by month in " + code));
    }
    return html;
  }

  void speed() {
    const ReportTable table = speeds_table(data_, time_, most_columns);
    if (table.is_empty()) return;
    std::vector<PictureColumn> columns;
    std::int64_t most = 0;
    for (const Group& g : times()) {
      const Waits& word = g.speeds.word;
      if (word.count == 0) continue;
      columns.push_back({g.name, wait_words(word.median), {static_cast<double>(word.median)}, static_cast<double>(word.ninetieth)});
      most = std::max(most, word.ninetieth);
    }
    std::string inner;
    if (!columns.empty())
      inner = fmt::format(
          "<figure><figcaption>From miss to first word <span class=\"key key-0\">median</span> <span class=\"key key-mark\">nine of ten "
          "within</span></figcaption>\n{}</figure>\n",
          columns_picture(columns, wait_words(most), fmt::format("From miss to first word by {}", name_of(time_))));
    inner += behind(table);
    for (const By by : {By::cause, By::channel})
      if (is_told(by)) inner += table_html(speeds_table(data_, by, most_table_rows));
    section("speed", table.title, inner);
  }

  void contacts() {
    const ContactFigures& c = data_.contacts;
    if (c.contacts == 0) return;
    const ReportTable table = topics_table(data_, most_table_rows);
    std::vector<PictureRow> rows;
    for (std::size_t i = 0; i < table.rows.size() && i < most_picture_rows; ++i) rows.push_back({table.rows[i][0], table.rows[i][1], static_cast<double>(table.bars[i])});
    section("topics", table.title, "<figure>\n" + rows_picture(rows, table.title) + "</figure>\n" + behind(table));
    std::string inner =
        c.tells_replies
            ? fmt::format("<p>{}, {} answered{}.</p>\n", counted(c.contacts, "message", "messages"), c.answered,
                          c.answered == 0 ? "" : fmt::format(": half within {}, nine of ten within {}", wait_words(c.reply.median), wait_words(c.reply.ninetieth)))
            : "<p>No source tells when messages were answered.</p>\n";
    const ReportTable waiting = unanswered_table(data_, most_unanswered);
    if (!waiting.is_empty()) inner += fmt::format("<h3>{}</h3>\n{}", waiting.title, table_html(waiting));
    section("replies", "Answers", inner);
  }

  void fairness() {
    if (!data_.has_ledger) return;
    const ReportTable table = unlike_table(data_, most_unlike);
    section("unlike", table.title, table.is_empty() ? "<p>None: cases that a table judged by the same facts were given the same.</p>\n" : table_html(table));
  }

  void again() {
    if (const ReportTable table = again_table(data_); !table.is_empty()) section("again", table.title, table_html(table));
  }

  void estimate() {
    const ReportTable table = calibration_table(data_);
    if (table.is_empty()) return;
    std::vector<PictureColumn> columns;
    double most = 0;
    for (std::size_t i = 0; i < data_.at_start.tenths.size(); ++i) {
      const Calibration::Tenth& tenth = data_.at_start.tenths[i];
      if (tenth.orders == 0) continue;
      const double missed = share_of(tenth.missed, tenth.orders), estimated = tenth.estimated / static_cast<double>(tenth.orders);
      columns.push_back({fmt::format("{}-{} %", i * 10, i * 10 + 10), fmt::format("{:.1f}", missed * 100), {missed}, estimated});
      most = std::max({most, missed, estimated});
    }
    RiskQuestion question;
    question.since = data_.held_back_since;
    section("estimate", table.title,
            fmt::format("<figure><figcaption>By what was estimated as they began <span class=\"key key-0\">missed, in percent</span> <span class=\"key "
                        "key-mark\">estimated</span></figcaption>\n{}</figure>\n<p>{}</p>\n{}",
                        columns_picture(columns, fmt::format("{:.1f} %", most * 100), table.title),
                        escaped_html(scores_sentence(data_.at_start, Look::at_start, question, *context_.project)), behind(table)));
  }

  const ReportData& data_;
  By time_;
  By by_;
  const Context& context_;
  std::string html_;
};

}  // namespace

std::string report_page(const ReportData& data, By by, const Context& context) { return Page(data, by, context).text(); }

}  // namespace amends
