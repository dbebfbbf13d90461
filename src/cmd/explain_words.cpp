#include "cmd/explain_words.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/text.h"
#include "core/ledger/open_offer.h"
#include "core/policy/near_miss.h"
#include "core/policy/stand_firm.h"
#include "core/time/locale.h"

namespace amends {
namespace {

constexpr std::size_t most_near = 2;

// "GBP 5.00 credit (10% of order_value GBP 80.00 = GBP 8.00, at most GBP 5.00) and call": how it came about is told of
// what the rule itself gives.
std::string would_words(const NearMiss& near) {
  std::vector<std::string> words;
  for (const OwedRemedy& remedy : near.would.owed) {
    const bool is_by_rule = remedy.table == near.table && remedy.rule == near.rule && !remedy.steps.empty();
    words.push_back(remedy_words(remedy) + (is_by_rule ? fmt::format(" ({})", joined(remedy.steps, ", ")) : ""));
  }
  return words.empty() ? "nothing" : joined(words, " and ");
}

std::string owed_words(const Decision& decision) {
  std::vector<std::string> words;
  for (const OwedRemedy& remedy : decision.owed) words.push_back(remedy_words(remedy));
  return joined(words, " and ");
}

std::map<std::string, Int128> sums_of(const Decision& decision) {
  std::map<std::string, Int128> sums;
  for (const OwedRemedy& remedy : decision.owed)
    if (remedy.money && remedy.money->minor != 0) sums[std::string(remedy.money->currency.name())] += remedy.money->minor;
  return sums;
}

// A reader who compares the sums alone would look for the difference in vain.
std::string same_words(const Decision& decision, const Decision& would) {
  const auto sums = sums_of(would);
  return !sums.empty() && sums == sums_of(decision) ? ", the same sum as now" : "";
}

// Facts whose names a customer may read.
bool may_be_told(const Schema& schema, const std::string& fact) {
  constexpr std::array<std::string_view, 3> plain = {"order_value", "goods_value", "shipping_fee"};
  const Slot slot = schema.find(fact);
  return std::find(plain.begin(), plain.end(), fact) != plain.end() || (slot != no_slot && schema.at(slot).told);
}

// "GBP 20.00 = GBP 2.00", and not "- shipping_fee GBP 4.90".
bool is_amount(std::string_view text) {
  return text.size() > 4 && text[3] == ' ' && std::all_of(text.begin(), text.begin() + 3, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string spoken(std::string fact) {
  std::replace(fact.begin(), fact.end(), '_', ' ');
  return fact;
}

// What is said of a promise, by the fact that meets it.
struct PromiseWords {
  std::string_view met_by;
  std::string_view promised;  // " by Friday, May 8, 2026."
  std::string_view met;       // " on Friday, May 8, 2026, 2 days late."
  std::string_view not_yet;   // "It is 2 days late and ..."
  std::string_view ahead;
  std::string_view at_risk;
  std::string_view unknown;   // "We cannot tell yet ..."
  std::string_view once;      // "you get it once ..."
};

constexpr std::array<PromiseWords, 5> promise_words = {{
    {"delivered_at", "We promised it", "It came", "has not come", "It is on its way.", "It will not come in time.", "when it came", "your order has come"},
    {"shipped_at", "We promised to send it", "It was sent", "has not been sent", "It has yet to be sent.", "It will not be sent in time.", "when it was sent", "it has been sent"},
    {"first_reply_at", "You wrote to us; we promised an answer", "You had it", "has not come", "It is still to come.", "It will not come in time.", "when you had it", "you have our answer"},
    {"refunded_at", "We promised to refund you", "It was done", "has not been done", "It is still to be done.", "It will not be done in time.", "when it was done", "it is done"},
    {"", "We promised it", "It was done", "has not been done", "It is still to be done.", "It will not be done in time.", "when it was done", "it is done"}}};

const PromiseWords& words_for(std::string_view met_by) {
  const auto is_it = [&](const PromiseWords& words) { return words.met_by == met_by; };
  const auto found = std::find_if(promise_words.begin(), promise_words.end(), is_it);
  return found == promise_words.end() ? promise_words.back() : *found;
}

class CustomerPage {
 public:
  CustomerPage(const Context& context, const Night& night, const Given& given)
      : shop_(context.project->shop), schema_(context.project->schema), night_(night), given_(given),
        locale_(language_of(shop_.locale) == "en" ? shop_.locale : "en-GB") {}

  std::string text(const std::string& about, const std::vector<JudgedCase>& cases) {
    line(about);
    bool told = false;
    for (const JudgedCase& one : cases) told = tell(one) || told;
    if (!told) line("\nNothing was promised for it that was not kept.");
    sign();
    return std::move(text_);
  }

 private:
  void line(const std::string& words) { text_ += words + "\n"; }

  bool tell(const JudgedCase& one) {
    if (!one.taken) return false;
    const PromiseWords& words = words_for(one.guarantee->met_by);
    if (one.miss) {
      const Miss& miss = *one.miss;
      line(fmt::format("\n{} {} That is on us, and we are sorry.", promise(one, miss.due, miss.zone), what_happened(miss, words)));
      for (const NightCase& c : night_.cases)
        if (c.miss->key == miss.key) remedies(c, words);
      return true;
    }
    if (one.outcome.starts_with("cannot judge")) line(fmt::format("\nWe cannot tell yet {}. We are finding out, and you will hear from us.", words.unknown));
    else if (one.outcome == "in time" && !one.met.is_none()) line("\n" + kept(one, words));
    else if (one.outcome == "open" && one.count) line(fmt::format("\n{} {}", promise(one, one.count->due, shop_.zone), words.ahead));
    else return false;
    return true;
  }

  std::string kept(const JudgedCase& one, const PromiseWords& words) const {
    const std::string when = one.count ? promise(one, one.count->due, shop_.zone) + " " : "";
    const bool was_in_grace = one.count && is_after(one.met, one.count->due);  // which is nothing to boast of
    return fmt::format("{}{} on {}{}.", when, words.met, day(one.met, shop_.zone), was_in_grace ? "" : ", in time");
  }

  // By the day where a day was promised.
  bool is_after(const Moment& met, const Moment& due) const {
    const auto date = [&](const Moment& at) { return at.is_date() ? at.date() : shop_.zone.date_at(at.instant()); };
    return due.is_date() || met.is_date() ? date(met) > date(due) : met.instant() > due.instant();
  }

  std::string day(const Moment& at, const Zone& zone) const {
    return format_date(at.is_date() ? at.date() : zone.date_at(at.instant()), DateStyle::full, locale_);
  }

  std::string time(const Moment& at, const Zone& zone) const { return format_instant(at.instant(), zone, DateStyle::time, locale_); }

  // "12:00 on Friday, May 8, 2026", of a date the day alone.
  std::string moment(const Moment& at, const Zone& zone) const {
    return at.is_date() ? day(at, zone) : fmt::format("{} on {}", time(at, zone), day(at, zone));
  }

  std::string promise(const JudgedCase& one, const Moment& due, const Zone& zone) const {
    const std::string_view told = words_told(*one.guarantee, locale_);
    if (!told.empty() && due.is_none()) return fmt::format("Our promise was: {}.", told);
    const std::string dated = dated_promise(one, due, zone);
    return told.empty() ? dated : fmt::format("Our promise was: {}. {}", told, dated);
  }

  std::string dated_promise(const JudgedCase& one, const Moment& due, const Zone& zone) const {
    if (due.is_none()) return "We made you a promise.";
    const std::string_view promised = words_for(one.guarantee->met_by).promised;
    const Moment opens = opening(one);
    if (opens.is_none()) return fmt::format("{} by {}.", promised, moment(due, zone));
    if (opens.is_date() && due.is_date() && opens.date() == due.date()) return fmt::format("{} on {}.", promised, day(due, zone));
    const bool is_one_day = opens.is_instant() && due.is_instant() && zone.date_at(opens.instant()) == zone.date_at(due.instant());
    return fmt::format("{} between {} and {}.", promised, is_one_day ? time(opens, zone) : moment(opens, zone), moment(due, zone));
  }

  // When the promised window begins; none: there is no window, or nobody told.
  Moment opening(const JudgedCase& one) const {
    const Slot slot = schema_.find(one.guarantee->due.from);
    if (slot == no_slot) return {};
    const Value opens = one.miss ? one.miss->facts.at(slot) : one.facts.at(slot);
    return opens.type == Type::date ? Moment(opens.date()) : opens.type == Type::instant ? Moment(opens.instant()) : Moment();
  }

  std::string what_happened(const Miss& miss, const PromiseWords& words) const {
    const std::string late = lateness_words(miss);
    switch (miss.kind) {
      case Kind::late: return miss.met.is_none() ? fmt::format("{} late.", words.met) : fmt::format("{} on {}, {} late.", words.met, day(miss.met, miss.zone), late);
      case Kind::overdue: return fmt::format("It is {} late and {}.", late, words.not_yet);
      case Kind::early: return fmt::format("{} {}{}, {}.", words.met, miss.met.is_date() ? "on " : "at ", moment(miss.met, miss.zone), late);
      case Kind::at_risk: return std::string(words.at_risk);
      case Kind::lost: return was_never_sent(miss) ? "It was never handed to the carrier, and we have lost it." : "It was lost on the way.";
      case Kind::damaged: return "It came damaged.";
      case Kind::misdelivered: return "It went to the wrong place.";
      case Kind::short_: return "Part of it was missing.";
      case Kind::out_of_stock: return "We did not have it after all.";
    }
    return {};
  }

  static bool was_never_sent(const Miss& miss) {
    const auto was_sent = [](const Evidence& e) { return e.kind == Kind::lost && e.record != RecordKind::contact && !e.never_sent; };
    return std::any_of(miss.evidence.begin(), miss.evidence.end(), [](const Evidence& e) { return e.never_sent; }) &&
           std::none_of(miss.evidence.begin(), miss.evidence.end(), was_sent);
  }

  template <class Remedy>
  std::string words_of(const Remedy& r) const {
    std::string words = r.money ? format_money(*r.money, locale_) + " " : r.quantity ? print(*r.quantity) + " " : "a ";
    words += spoken(r.kind);
    if (!r.what.empty()) words += " of the " + spoken(r.what);
    if (!r.duration.empty()) words += " for " + r.duration;
    if (!r.within.empty()) words += " within " + r.within;
    if (!r.valid.empty()) words += ", valid " + r.valid;
    return words + how(r.steps);
  }

  // "times 3 (per day)", "times 2 (pieces)"; empty where it names what is no business of the customer's.
  std::string customers_step(const std::string& step) const {
    const std::size_t opens = step.find(" (");
    if (opens == std::string::npos || step.substr(opens).starts_with(" (per ")) return step;
    const std::string fact = step.substr(opens + 2, step.size() - opens - 3);
    return may_be_told(schema_, fact) ? fmt::format("{} ({})", step.substr(0, opens), spoken(fact)) : "";
  }

  // ": 10% of the order value, at most GBP 5.00": where the first step names a fact that may be told, and no other
  // step would be left out.
  std::string how(const std::vector<std::string>& steps) const {
    if (steps.empty()) return {};
    const std::string& step = steps.front();
    const std::size_t of = step.find("% of ");
    if (of == std::string::npos) return {};
    const std::size_t name = of + 5;
    const std::string fact = step.substr(name, step.find(' ', name) - name);
    const bool is_alone = step.compare(name + fact.size(), 1, " ") == 0 && is_amount(std::string_view(step).substr(name + fact.size() + 1));
    if (!is_alone || !may_be_told(schema_, fact)) return {};
    std::string words = fmt::format(": {}% of the {}", step.substr(0, of), spoken(fact));
    for (std::size_t i = 1; i < steps.size(); ++i) {
      const bool is_plain = steps[i].starts_with("at most ") || steps[i].starts_with("at least ") || steps[i].starts_with("times ");
      const std::string plain = is_plain ? customers_step(steps[i].substr(0, steps[i].find(" = "))) : "";
      if (plain.empty() || plain.find('_') != std::string::npos) return {};  // names of facts are ours
      words += ", " + plain;
    }
    return words;
  }

  void remedies(const NightCase& c, const PromiseWords& words) {
    std::vector<std::string> given;
    std::vector<std::string> offered;
    bool is_held = false;
    const auto look = [&](const Grant& g) {
      is_held = is_held || g.state == GrantState::held;
      if (g.state == GrantState::granted || g.state == GrantState::issued) given.push_back(words_of(g));
      if (g.state == GrantState::decided && !is_offer(g)) offered.push_back(words_of(g));
    };
    const auto found = given_.by_case.find(c.miss->key);
    const std::vector<Grant> before = found == given_.by_case.end() ? std::vector<Grant>{} : found->second;
    for (const Grant& g : before) look(g);
    for (const Grant& g : c.grants) look(g);
    const std::optional<Offer> choice = open_offer(c.decision, before, c.grants);
    for (const std::string& remedy : given) line("You get " + remedy + ".");
    for (const OwedRemedy& r : c.accruing) line(fmt::format("So far you are owed {}; you get it once {}.", words_of(r), words.once));
    for (const std::string& remedy : offered) line("If you want it, you get " + remedy + ": one word from you is enough.");
    if (choice) choose(*choice);
    if (!given.empty() && offered.empty() && !choice) line("You need not do anything.");
    if (is_held) line(given.empty() ? "One of us is looking at it, and you will hear from us." : "One of us is looking at the rest, and you will hear from us.");
  }

  // "wait (£10.00 credit)"; where the name is the kind's, once.
  std::string option_words(const Offer::Option& option) const {
    std::string what = option.money ? format_money(*option.money, locale_) + " " : option.quantity ? print(*option.quantity) + " " : "";
    what += spoken(option.kind);
    return option.name == option.kind ? what : fmt::format("{} ({})", spoken(option.name), what);
  }

  void choose(const Offer& choice) {
    std::vector<std::string> options;
    for (const Offer::Option& option : choice.options) options.push_back(option_words(option));
    const std::string silence = choice.by ? fmt::format("if we hear nothing by {}, it is: {}.", day(Moment(*choice.by), shop_.zone), spoken(choice.standard))
                                          : std::string("until then the choice stays open.");
    line(fmt::format("It is for you to choose: {}. One word from you is enough; {}", joined(options, " or "), silence));
  }

  void sign() {
    line("");
    std::vector<std::string> who;
    for (const std::string& part : {shop_.signatory.name, shop_.signatory.title, shop_.name})
      if (!part.empty()) who.push_back(part);
    line(joined(who, ", "));
    std::vector<std::string> how;
    for (const std::string& part : {shop_.phone, shop_.email, shop_.hours})
      if (!part.empty()) how.push_back(part);
    if (!how.empty()) line(joined(how, ", "));
  }

  const Shop& shop_;
  const Schema& schema_;
  const Night& night_;
  const Given& given_;
  std::string locale_;
  std::string text_;
};

}  // namespace

std::string in_short(const NightCase& c) {
  std::vector<OwedRemedy> owed = c.decision.owed;
  owed.insert(owed.end(), c.accruing.begin(), c.accruing.end());
  if (owed.empty()) return {};
  const Kind kind = c.miss->kind;
  const bool is_late = kind == Kind::late || kind == Kind::overdue;
  const std::string how_late = is_late ? lateness_words(*c.miss) + " late" : kind == Kind::early ? lateness_words(*c.miss) : std::string(name_of(kind));
  std::vector<std::string> parts;
  for (const OwedRemedy& remedy : owed) {
    const std::string basis = remedy.basis == "law" ? " by law" : remedy.basis == "goodwill" ? " as goodwill" : "";
    parts.push_back(remedy_words(remedy) + basis);
  }
  return fmt::format("{}, for {}", joined(parts, " and "), how_late);
}

std::vector<std::string> near_words(const NightCase& c, const Project& project, Instant as_of) {
  if (c.standing != standing::decided || c.policy_hash != project.policy.hash || !c.decision.judged) return {};
  const DerivedFacts facts(c.miss->facts, project.derived);
  const Judging judging{.schema = project.schema, .facts = facts, .zone = project.shop.zone, .as_of = as_of, .silent_from = c.silent_from};
  const Decision decision = decide(project.policy, judging, false);
  // An exception withholds from what was nearly given as it does from what is.
  const auto firmly = [&](Decision owed) {
    stand_firm(owed, project.stand_firm, c.miss->due_date, [&](const Condition& when) { return holds(when, facts); });
    return owed;
  };
  const Decision now = firmly(decision);
  std::vector<std::string> words;
  for (NearMiss& near : near_misses(project.policy, judging, decision)) {
    if (words.size() == most_near) break;
    near.would = firmly(std::move(near.would));
    if (owed_words(near.would) == owed_words(now)) continue;
    words.push_back(fmt::format("{} would have given {}, by {}/{}{}", gap_words(near, project.schema, project.shop.zone),
                                would_words(near), near.table, near.rule, same_words(now, near.would)));
  }
  return words;
}

std::string customer_text(const Context& context, const std::string& about, const std::vector<JudgedCase>& cases, const Night& night,
                          const Given& given) {
  return CustomerPage(context, night, given).text(about, cases);
}

}  // namespace amends
