#include "cmd/simulation_page.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/judging/miss.h"

namespace amends {
namespace {

constexpr std::size_t most_rows = 12;
constexpr std::size_t most_unjudged = 10;

std::string change_words(Int128 change, Currency currency) {
  if (change == 0) return "";
  return (change > 0 ? "+" : "-") + money_words(change > 0 ? change : -change, currency);
}

// "+21.6%"; empty where there was nothing before.
std::string share_words(Int128 was, Int128 is) {
  if (was == 0 || was == is) return {};
  const Ratio percent = rounded((Ratio(is, 1) - Ratio(was, 1)) / Ratio(was, 1) * Ratio(100), Rounding::half_up, Ratio(1, 10));
  return fmt::format("{}{}%", percent.is_negative() ? "" : "+", print(percent));
}

struct RowOfCosts {
  std::string name;
  Currency currency;
  Cost before, after;
};

std::vector<RowOfCosts> rows_of(const Costs& before, const Costs& after) {
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& [key, cost] : before) keys.insert(key);
  for (const auto& [key, cost] : after) keys.insert(key);
  const auto at = [](const Costs& costs, const auto& key) {
    const auto found = costs.find(key);
    return found == costs.end() ? Cost{} : found->second;
  };
  std::vector<RowOfCosts> rows;
  for (const auto& key : keys) rows.push_back({key.first, currency_named(key.second).value_or(Currency{}), at(before, key), at(after, key)});
  return rows;
}

Int128 most(const RowOfCosts& row) { return std::max(row.before.granted, row.after.granted); }

class Page {
 public:
  Page(const SimulationPage& page, const Context& context)
      : page_(page), context_(context), before_(*page.before), after_(page.after != nullptr ? *page.after : nothing_), is_two_(page.after != nullptr), utf8_(is_utf8_terminal()) {}

  std::string text() {
    head();
    totals();
    unjudged(before_);
    if (is_two_) unjudged(after_);
    costs("By month", costs_by_month(before_), costs_by_month(after_), false);
    costs("By " + page_.by, costs_by_segment(before_), costs_by_segment(after_), true);
    costs("By rule", costs_by_rule(before_), costs_by_rule(after_), true);
    if (is_two_) changes();
    return std::move(text_);
  }

 private:
  void section(const std::string& title) { text_ += "\n" + context_.bold(title) + "\n"; }

  void head() {
    const Zone& zone = context_.project->shop.zone;
    const std::string files = is_two_ ? fmt::format("{}, against {}", before_.file, after_.file) : before_.file;
    text_ += fmt::format("{}, as of {}{}\n", context_.bold(files), print_moment(Moment(context_.as_of), zone),
                         page_.since.empty() ? "" : ", due since " + page_.since);
    text_ += "  from an empty ledger, each case on the day it was settled; nothing is granted\n";
  }

  void totals() {
    text_ += "\n";
    Grid grid({false, true, true, true, true});
    if (is_two_) grid.add({"", before_.file, after_.file, "change", ""});
    grid.add({"cases", std::to_string(before_.cases.size()), is_two_ ? std::to_string(after_.cases.size()) : "", "", ""});
    if (before_.unjudged + after_.unjudged > 0)
      grid.add({"cannot judge", std::to_string(before_.unjudged), is_two_ ? std::to_string(after_.unjudged) : "", "", ""});
    for (const RowOfCosts& row : rows_of(costs_in_all(before_), costs_in_all(after_))) {
      if (row.currency.is_none()) continue;
      total(grid, "granted", row, &Cost::granted);
      total(grid, "held for a person", row, &Cost::held);
      total(grid, "offered on request", row, &Cost::offered);
      total(grid, "growing in open cases", row, &Cost::accruing);
    }
    bases(grid);
    text_ += grid.text();
  }

  void unjudged(const Simulation& simulation) {
    if (simulation.unjudged == 0) return;
    section(is_two_ ? fmt::format("Cannot judge under {}", simulation.file) : "Cannot judge");
    std::size_t left = most_unjudged;
    for (const SimulatedCase& c : simulation.cases)
      if (!c.judged && left > 0 && left-- > 0) text_ += fmt::format("  {} under {}: {}\n", record_words(c.key), c.guarantee, c.reason);
    if (simulation.unjudged > most_unjudged) text_ += fmt::format("  ... and {} more; --format json lists them all\n", simulation.unjudged - most_unjudged);
  }

  void total(Grid& grid, const std::string& name, const RowOfCosts& row, Int128 Cost::*sum) {
    const Int128 was = row.before.*sum;
    const Int128 is = row.after.*sum;
    if (was == 0 && is == 0 && sum != &Cost::granted) return;
    grid.add({name, money_words(was, row.currency), is_two_ ? money_words(is, row.currency) : "",
              is_two_ ? change_words(is - was, row.currency) : "", is_two_ ? share_words(was, is) : ""});
  }

  // Kept apart only where the policy says what is owed by law.
  void bases(Grid& grid) {
    std::vector<RowOfCosts> rows = rows_of(costs_by_basis(before_), costs_by_basis(after_));
    std::reverse(rows.begin(), rows.end());  // law, goodwill, not said
    if (std::all_of(rows.begin(), rows.end(), [](const RowOfCosts& row) { return row.name.empty(); })) return;
    for (const RowOfCosts& row : rows)
      if (!row.currency.is_none())
        total(grid, row.name == "law" ? "  of it by law" : row.name.empty() ? "  not said which" : "  of it goodwill", row, &Cost::granted);
  }

  void costs(const std::string& title, const Costs& before, const Costs& after, bool by_size) {
    std::vector<RowOfCosts> rows = rows_of(before, after);
    std::erase_if(rows, [&](const RowOfCosts& row) { return row.currency.is_none() && row.before.remedies + row.after.remedies == 0; });
    if (rows.empty()) return;
    if (by_size) std::stable_sort(rows.begin(), rows.end(), [](const RowOfCosts& a, const RowOfCosts& b) { return most(a) > most(b); });
    section(title);
    Int128 longest = 0;
    for (const RowOfCosts& row : rows) longest = std::max(longest, most(row));
    Grid grid({false, true, false, true, false, true, false});
    for (std::size_t i = 0; i < rows.size() && (!by_size || i < most_rows); ++i) cost(grid, rows[i], longest);
    text_ += grid.text();
    if (by_size && rows.size() > most_rows) text_ += fmt::format("  ... and {} more: --format json lists them all\n", rows.size() - most_rows);
  }

  void cost(Grid& grid, const RowOfCosts& row, Int128 longest) {
    const int width = is_two_ ? 12 : 30;
    const auto words = [&](const Cost& cost) {
      return row.currency.is_none() ? counted(cost.remedies, "remedy", "remedies") : money_words(cost.granted, row.currency);
    };
    const std::string name = row.name.empty() ? "(nothing)" : row.name;
    std::vector<std::string> cells = {name, words(row.before), bar(row.before.granted, longest, width, utf8_), "", "", "", beside(row)};
    if (is_two_) {
      cells[3] = words(row.after);
      cells[4] = bar(row.after.granted, longest, width, utf8_);
      cells[5] = change_words(row.after.granted - row.before.granted, row.currency);
    }
    grid.add(std::move(cells));
  }

  // "and 3 without money", "and 3 -> 1 without money".
  std::string beside(const RowOfCosts& row) const {
    const std::size_t was = row.before.moneyless;
    const std::size_t is = row.after.moneyless;
    if (was + is == 0) return {};
    return is_two_ && was != is ? fmt::format("and {} -> {} without money", was, is) : fmt::format("and {} without money", was);
  }

  static std::string sums_of(const Side& side) {
    std::vector<std::string> parts;
    for (const auto& [code, sum] : side.sums) parts.push_back(change_words(sum, currency_named(code).value_or(Currency{})));
    return joined(parts, ", ");
  }

  static std::string held_words(const Side& side) {
    std::vector<std::string> parts;
    for (const auto& [code, sum] : side.sums) parts.push_back(money_words(sum, currency_named(code).value_or(Currency{})));
    return joined(parts, ", ");
  }

  void changes() {
    const Comparison& c = *page_.comparison;
    section("Changed");
    Grid grid({false, true, false});
    grid.add({"cases", fmt::format("{} of {}", c.cases, c.all), ""});
    for (const auto& [name, side] : {std::pair{"who gains", &c.gain}, {"who loses", &c.lose}})
      grid.add({name, counted(side->people, "person", "people"), sums_of(*side)});
    for (const auto& [name, side, how] : {std::tuple{"who waits", &c.wait, ""}, {"waits no more", &c.freed, "no longer "}})
      if (side->people > 0) grid.add({name, counted(side->people, "person", "people"), fmt::format("{} {}held for a person", held_words(*side), how)});
    text_ += grid.text();
    if (!c.largest.empty()) largest(c);
  }

  static std::string rules_of(const SimulatedCase* c) {
    if (c == nullptr) return "no miss";
    if (!c->judged) return "cannot judge";
    return c->rules.empty() ? "no rule" : joined(c->rules, ", ");
  }

  // "; held GBP 0.00 -> GBP 50.00": what is not granted, but not lost either.
  static std::string moved(std::string_view name, Int128 was, Int128 is, Currency currency) {
    return was == is ? std::string() : fmt::format("; {} {} -> {}", name, money_words(was, currency), money_words(is, currency));
  }

  void largest(const Comparison& c) {
    section("Largest differences");
    Grid grid({false, true, true, true, false});
    for (const Difference* d : c.largest) {
      const SimulatedCase& known = d->before != nullptr ? *d->before : *d->after;
      const std::string was = rules_of(d->before);
      const std::string is = rules_of(d->after);
      grid.add({known.record_id, money_words(d->was.granted, d->currency), money_words(d->is.granted, d->currency), change_words(d->change(), d->currency),
                (was == is ? was : was + " -> " + is) + moved("held", d->was.held, d->is.held, d->currency) +
                    moved("growing", d->was.accruing, d->is.accruing, d->currency)});
    }
    text_ += grid.text();
  }

  const SimulationPage& page_;
  const Context& context_;
  Simulation nothing_;
  const Simulation& before_;
  const Simulation& after_;
  bool is_two_;
  bool utf8_;
  std::string text_;
};

void add_costs(Json& json, std::string_view list, std::string_view name, const Costs& costs) {
  json.key(list).open('[');
  for (const auto& [key, cost] : costs) {
    json.open('{');
    if (!name.empty()) json.field(name, key.first);
    const std::optional<Currency> currency = currency_named(key.second);
    if (currency) {
      json.field("currency", key.second);
      for (const auto& [what, sum] : {std::pair{"granted", cost.granted}, {"held", cost.held}, {"offered", cost.offered}, {"accruing", cost.accruing}})
        json.field(what, amount(units_of(sum, *currency), *currency));
    }
    json.field("remedies", static_cast<std::int64_t>(cost.remedies));
    if (cost.moneyless > 0) json.field("moneyless", static_cast<std::int64_t>(cost.moneyless));
    json.close('}');
  }
  json.close(']');
}

void add_policy(Json& json, const Simulation& simulation) {
  json.open('{').field("file", simulation.file).field("cases", static_cast<std::int64_t>(simulation.cases.size()));
  json.field("unjudged", static_cast<std::int64_t>(simulation.unjudged));
  json.key("cannot_judge").open('[');
  for (const SimulatedCase& c : simulation.cases)
    if (!c.judged) json.open('{').field("case", c.key).field("order", c.record_id).field("guarantee", c.guarantee).field("reason", c.reason).close('}');
  json.close(']');
  add_costs(json, "totals", "", costs_in_all(simulation));
  add_costs(json, "bases", "basis", costs_by_basis(simulation));
  add_costs(json, "months", "month", costs_by_month(simulation));
  add_costs(json, "segments", "segment", costs_by_segment(simulation));
  add_costs(json, "rules", "rule", costs_by_rule(simulation));
  json.close('}');
}

void add_side(Json& json, std::string_view name, const Side& side) {
  json.key(name).open('{').field("people", static_cast<std::int64_t>(side.people)).field("cases", static_cast<std::int64_t>(side.cases));
  json.key("amounts").open('{');
  for (const auto& [code, sum] : side.sums) {
    const Currency currency = currency_named(code).value_or(Currency{});
    json.field(code, amount(units_of(sum, currency), currency));
  }
  json.close('}').close('}');
}

void add_rules(Json& json, std::string_view name, const SimulatedCase* c) {
  json.key(name).open('[');
  if (c != nullptr)
    for (const std::string& rule : c->rules) json.text(rule);
  json.close(']');
}

void add_moved(Json& json, const std::string& name, Int128 was, Int128 is, Currency currency) {
  if (was == is) return;
  json.field(name + "_before", amount(units_of(was, currency), currency)).field(name + "_after", amount(units_of(is, currency), currency));
}

void add_difference(Json& json, const Difference& d) {
  const SimulatedCase& known = d.before != nullptr ? *d.before : *d.after;
  json.open('{').field("case", known.key).field("order", known.record_id).field("currency", d.currency.name());
  json.field("was", amount(units_of(d.was.granted, d.currency), d.currency)).field("is", amount(units_of(d.is.granted, d.currency), d.currency));
  add_moved(json, "held", d.was.held, d.is.held, d.currency);
  add_moved(json, "accruing", d.was.accruing, d.is.accruing, d.currency);
  add_rules(json, "rules_before", d.before);
  add_rules(json, "rules_after", d.after);
  json.close('}');
}

}  // namespace

std::string page_text(const SimulationPage& page, const Context& context) { return Page(page, context).text(); }

// Part of what people read by program (templates/schemas/simulation.json). Add, never rename.
std::string page_json(const SimulationPage& page, const Context& context) {
  Json json;
  json.open('{').field("type", "simulation").field("v", 1).field("shop", context.project->shop.id);
  json.field("as_of", print(context.as_of, context.project->shop.zone)).optional("since", page.since).field("by", page.by);
  json.key("policies").open('[');
  add_policy(json, *page.before);
  if (page.after != nullptr) add_policy(json, *page.after);
  json.close(']');
  if (const Comparison* c = page.comparison) {
    json.key("changes").open('{').field("cases", static_cast<std::int64_t>(c->cases)).field("of", static_cast<std::int64_t>(c->all));
    add_side(json, "gain", c->gain);
    add_side(json, "lose", c->lose);
    add_side(json, "wait", c->wait);
    add_side(json, "freed", c->freed);
    json.key("largest").open('[');
    for (const Difference* d : c->largest) add_difference(json, *d);
    json.close(']').close('}');
  }
  return json.close('}').str() + "\n";
}

}  // namespace amends
