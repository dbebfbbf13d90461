// The report for programs: one JSON object (templates/schemas/report.json). Add, never rename.
#include <map>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/report_print.h"
#include "cmd/risk_report.h"
#include "core/base/json.h"

namespace amends {
namespace {

std::int64_t whole(std::size_t n) { return static_cast<std::int64_t>(n); }

// Ten-thousandths by whole numbers, so that every machine prints the same.
void add_rate(Json& json, std::string_view name, std::size_t part, std::size_t of) {
  json.key(name);
  if (of == 0) return void(json.null());
  const std::size_t rate = (part * 20000 + of) / (of * 2);
  json.raw(fmt::format("{}.{:04}", rate / 10000, rate % 10000));
}

void add_name(Json& json, std::string_view key, const std::string& name) {
  json.key(key);
  name.empty() ? json.null() : json.text(name);
}

// Whole minutes, cut.
void add_waits(Json& json, std::string_view name, const Waits& waits) {
  json.key(name).open('{').field("count", whole(waits.count));
  for (const auto& [what, ms] : {std::pair{"median_minutes", waits.median}, {"ninetieth_minutes", waits.ninetieth}}) {
    json.key(what);
    waits.count == 0 ? json.null() : json.number(ms / ms_per_minute);
  }
  json.close('}');
}

void add_speeds(Json& json, const Speeds& speeds) {
  json.key("speed").open('{');
  add_waits(json, "word", speeds.word);
  add_waits(json, "remedy", speeds.remedy);
  add_waits(json, "close", speeds.close);
  json.close('}');
}

void add_groups(Json& json, const ReportData& data) {
  json.key("misses_by").open('{');
  for (const By by : all_by) {
    json.key(name_of(by)).open('[');
    for (const Group& g : data.figures.by(by)) {
      json.open('{');
      add_name(json, "name", g.name);
      json.field("missed", whole(g.missed));
      if (g.cases) {
        json.field("cases", whole(*g.cases));
        add_rate(json, "rate", g.missed, *g.cases);
      } else {
        add_rate(json, "share", g.missed, data.figures.missed);
      }
      add_speeds(json, g.speeds);
      json.close('}');
    }
    json.close(']');
  }
  json.close('}');
}

void add_incidents(Json& json, const std::vector<Incident>& incidents) {
  json.key("incidents").open('[');
  for (const Incident& one : incidents) {
    json.open('{').field("incident", one.name).key("group").open('{');
    for (const auto& [fact, value] : one.group) json.field(fact, value);
    json.close('}').field("since", print(one.since)).field("until", print(one.until));
    json.field("cases", whole(one.cases)).field("missed", whole(one.missed));
    add_rate(json, "rate", one.missed, one.cases);
    json.key("usual").raw(fmt::format("{:.4f}", one.usual)).close('}');
  }
  json.close(']');
}

void add_money(Json& json, std::string_view list, std::string_view name, const GrantTable& sums) {
  json.key(list).open('[');
  for (const auto& [key, s] : sums) {
    json.open('{');
    if (!name.empty()) json.field(name, key.first);
    json.field("remedies", whole(s.remedies));
    if (const std::optional<Currency> currency = currency_named(key.second)) {
      json.field("currency", key.second);
      for (const auto& [what, sum] :
           {std::pair{"granted", s.granted}, {"issued", s.issued}, {"held", s.held}, {"over_caps", s.over_caps}, {"void", s.voided}, {"on_request", s.offered}})
        json.field(what, amount(units_of(sum, *currency), *currency));
    }
    json.close('}');
  }
  json.close(']');
}

// In no sum of the grants.
void add_given_by_hand(Json& json, const std::vector<Money>& credits) {
  std::map<std::string, Money> sums;
  for (const Money& money : credits) {
    Money& sum = sums.try_emplace(std::string(money.currency.name()), Money{0, money.currency}).first->second;
    sum = sum + money;
  }
  json.key("given_by_hand").open('[');
  for (const auto& [code, sum] : sums) json.open('{').field("currency", code).field("amount", amount(sum)).close('}');
  json.close(']');
}

void add_telling(Json& json, const Telling& t) {
  json.key("telling")
      .open('{')
      .field("decided", whole(t.decided))
      .field("told", whole(t.told))
      .field("told_first", whole(t.told_first))
      .field("asked_first", whole(t.asked_first));
  add_rate(json, "told_first_rate", t.told_first, t.decided);
  json.close('}');
}

void add_topic(Json& json, const TopicFigures& t) {
  json.open('{');
  add_name(json, "name", t.name);
  json.field("contacts", whole(t.contacts)).field("people", whole(t.people)).field("no_order", whole(t.no_order)).field("no_miss", whole(t.no_miss));
  json.key("kinds").open('{');
  for (const auto& [kind, count] : t.kinds) json.field(kind, whole(count));
  json.close('}').field("before_due", whole(t.before_due)).field("after_due", whole(t.after_due)).key("late_days");
  t.late_days ? json.number(*t.late_days) : json.null();
  json.close('}');
}

void add_contacts(Json& json, const ContactFigures& c) {
  json.key("contacts").open('{').field("contacts", whole(c.contacts)).flag("tells_replies", c.tells_replies).field("answered", whole(c.answered));
  add_waits(json, "reply", c.reply);
  json.key("unanswered").open('[');
  for (const UnansweredContact& u : c.unanswered)
    json.open('{').field("contact", u.id).optional("order", u.order_id).optional("subject", u.subject).field("waits_minutes", u.waits / ms_per_minute).close('}');
  json.close(']').key("topics").open('[');
  for (const TopicFigures& topic : c.topics) add_topic(json, topic);
  json.close(']').close('}');
}

void add_texts(Json& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).open('[');
  for (const std::string& text : texts) json.text(text);
  json.close(']');
}

void add_unlike(Json& json, const std::vector<UnlikeRemedies>& all) {
  json.key("unlike_remedies").open('[');
  for (const UnlikeRemedies& unlike : all) {
    json.open('{').field("table", unlike.table).field("facts", unlike.facts).field("cases", whole(unlike.cases)).key("outcomes").open('[');
    for (const UnlikeRemedies::Outcome& outcome : unlike.outcomes) {
      json.open('{').field("given", outcome.words).field("cases", whole(outcome.cases));
      add_texts(json, "orders", outcome.orders);
      add_texts(json, "regions", outcome.regions);
      add_texts(json, "reasons", outcome.reasons);
      json.close('}');
    }
    json.close(']').close('}');
  }
  json.close(']');
}

void add_again(Json& json, const BoughtAgain& again) {
  json.key("bought_again").open('{').field("within_days", again_days).field("too_new", whole(again.too_new));
  for (const auto& [name, side] : {std::pair{"recovered", again.recovered}, {"left", again.left}}) {
    json.key(name).open('{').field("people", whole(side.people)).field("again", whole(side.again)).flag("enough", side.is_enough());
    add_rate(json, "rate", side.again, side.is_enough() ? side.people : 0);
    json.close('}');
  }
  json.close('}');
}

void add_estimate(Json& json, const ReportData& data, const Context& context) {
  RiskQuestion question;
  question.since = data.held_back_since;
  json.key("estimate").open('[');
  for (const auto& [calibration, look] : {std::pair{&data.at_start, Look::at_start}, {&data.later, Look::later}}) {
    if (calibration->orders == 0) continue;
    std::string line = calibration_line(*calibration, look, question, context);
    line.pop_back();
    json.raw(line);
  }
  json.close(']');
}

}  // namespace

std::string report_json(const ReportData& data, const Context& context) {
  const Zone& zone = context.project->shop.zone;
  const Figures& f = data.figures;
  Json json;
  json.open('{').field("type", "report").field("v", 1).field("shop", context.project->shop.id).field("as_of", print(context.as_of, zone));
  json.optional("since", data.period.since ? print(*data.period.since) : "").optional("until", data.period.until ? print(*data.period.until) : "");
  json.flag("ledger", data.has_ledger);
  json.field("cases", whole(f.cases)).field("missed", whole(f.missed)).field("kept", whole(f.kept));
  add_rate(json, "rate", f.missed, f.cases);
  json.field("open", whole(data.open)).field("unjudged", whole(data.unjudged)).field("ended", whole(data.ended)).field("suspended", whole(data.suspended)).field("left_out", whole(data.left_out)).field("gone", whole(data.gone)).field("left_alone", whole(data.before_start));
  add_groups(json, data);
  add_incidents(json, data.incidents);
  add_speeds(json, f.speeds);
  add_telling(json, f.telling);
  add_money(json, "money", "", data.money.in_all);
  add_money(json, "money_by_month", "month", data.money.by_month);
  add_money(json, "money_by_remedy", "remedy", data.money.by_remedy);
  add_given_by_hand(json, data.given_by_hand);
  add_contacts(json, data.contacts);
  add_unlike(json, data.unlike);
  add_again(json, data.again);
  add_estimate(json, data, context);
  return json.close('}').str() + "\n";
}

}  // namespace amends
