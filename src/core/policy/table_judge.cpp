#include "core/policy/table_judge.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/language/typing.h"
#include "core/policy/pay_by.h"
#include "core/policy/remedy_label.h"

namespace amends {
namespace {

bool is_same(const OwedRemedy& a, const OwedRemedy& b) {
  const auto told = [](const OwedRemedy& r) {
    return std::tie(r.kind, r.what, r.duration, r.valid, r.within, r.manner, r.pay_by, r.options);
  };
  return told(a) == told(b) && a.money == b.money && a.quantity == b.quantity;
}

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

// Whether it names the sum that is counted.
bool has_sum(const Offer& offer, const Money& money) {
  const auto first = std::find_if(offer.options.begin(), offer.options.end(), [](const Offer::Option& option) { return option.money.has_value(); });
  return first != offer.options.end() && *first->money == money;
}

}  // namespace

std::string beyond_reason(const OwedRemedy& remedy) {
  return fmt::format("the amount of {}/{} is beyond all reason", remedy.table, remedy.rule);
}

TableJudge::TableJudge(const PolicyTable& table, const Judging& judging, Fault& fault)
    : table_(table),
      program_(table.program ? table.program : std::make_shared<const TableProgram>(table.rules)),
      judging_(judging),
      facts_(&judging.facts),
      fault_(fault) {}

void TableJudge::give_up(std::string reason) {
  if (!fault_.reason.empty()) return;
  fault_.reason = element_.empty() ? std::move(reason) : fmt::format("{}: {}", element_, reason);
}

// An absent optional list: the case is its own one element.
std::vector<TableJudge::Element> TableJudge::elements() {
  std::vector<Element> all;
  const Value list = table_.each ? evaluate(*table_.each, judging_.facts, fault_) : Value::null();
  if (list.is_null()) {
    all.push_back({nullptr, &judging_.facts, {}});
    if (table_.nth != no_slot) all[0].own = judging_.facts.with({{table_.nth, Value::of_number(1)}});
    if (all[0].own) all[0].facts = all[0].own.get();
  }
  if (list.type != Type::list) return all;
  for (const Value& value : *list.list) {
    all.push_back(element_of(value, all.size() + 1));
    all.back().facts = all.back().own.get();
  }
  return all;
}

TableJudge::Element TableJudge::element_of(const Value& value, std::size_t number) const {
  std::vector<std::pair<Slot, Value>> told;
  if (table_.nth != no_slot) told.emplace_back(table_.nth, Value::of_number(static_cast<std::int64_t>(number)));
  if (table_.parts.empty() && value.record) {
    for (const auto& [name, part] : *value.record) told.emplace_back(judging_.schema.find(name), part);
  }
  for (const auto& part : table_.parts) told.emplace_back(part.second, value.record ? part_of(value, part.first) : value);
  Element element;
  element.own = judging_.facts.with(std::move(told));
  element.name = fmt::format("{}[{}]", table_.each->text, number);
  return element;
}

Value TableJudge::part_of(const Value& element, const std::string& name) const {
  for (const auto& [known, value] : *element.record)
    if (known == name) return value;
  return part_named(*table_.each->shape->element, name)->optional ? Value::null() : Value{};
}

void TableJudge::go_to(const Element& element) {
  facts_ = element.facts;
  element_ = element.name;
  ++number_;
}

template <class Seen>
void TableJudge::match(Seen seen) const {
  const Truth guard = holds(table_.when, *facts_);
  if (guard == Truth::no) return;
  program_->match(*facts_, [&](std::size_t rule, Truth own) { return !table_.rules[rule].named.takes(*facts_) || seen(rule, both(guard, own)); });
}

void TableJudge::add_fault(const Rule& rule) {
  Fault fault = fault_of(table_.when, *facts_);
  fault.add(fault_of(rule.when, *facts_));
  if (!fault.reason.empty()) fault.reason = fmt::format("rule {}: {}", rule.name, fault.reason);
  fault_.add(fault);
}

// The rules that match, unless one that could change the outcome is unknown.
std::vector<const Rule*> TableJudge::hits() {
  std::vector<const Rule*> matching;
  bool is_open = false;
  match([&](std::size_t number, Truth truth) {
    const Rule& rule = table_.rules[number];
    if (truth == Truth::yes) matching.push_back(&rule);
    else add_fault(rule);
    is_open = is_open || truth == Truth::unknown;
    return table_.hit != HitPolicy::first;
  });
  if (is_open) matching.clear();
  if (table_.hit == HitPolicy::unique && matching.size() > 1)
    give_up(fmt::format("two rules match, {} and {}, but hit is unique", quoted(matching[0]->name), quoted(matching[1]->name)));
  return matching;
}

std::vector<const Rule*> TableJudge::chosen() {
  std::vector<const Rule*> rules = hits();
  if (rules.size() < 2 || fault_.any()) return rules;
  switch (table_.hit) {
    case HitPolicy::best: return best(rules);
    case HitPolicy::any: return agreed(rules);
    default: return rules;
  }
}

// What the rule would give the element in hand alone.
Outcome TableJudge::outcome_of(const Rule& rule) {
  Gathered gathered;
  gather({&rule}, gathered);
  return finished(std::move(gathered));
}

std::vector<const Rule*> TableJudge::best(const std::vector<const Rule*>& rules) {
  const Rule* best = rules[0];
  Ratio most = outcome_of(*best).total;
  for (const Rule* rule : rules) {
    const Ratio total = outcome_of(*rule).total;
    if (total <= most) continue;
    best = rule;
    most = total;
  }
  return {best};
}

std::vector<const Rule*> TableJudge::agreed(const std::vector<const Rule*>& rules) {
  const Outcome first = outcome_of(*rules[0]);
  for (const Rule* rule : rules) {
    const Outcome other = outcome_of(*rule);
    if (!std::equal(first.owed.begin(), first.owed.end(), other.owed.begin(), other.owed.end(), is_same))
      give_up(fmt::format("{} and {} match and give different things, but hit is any", quoted(rules[0]->name), quoted(rule->name)));
  }
  return {rules[0]};
}

Outcome TableJudge::result() {
  Gathered all;
  for (const Element& element : elements()) {
    go_to(element);
    const std::vector<const Rule*> rules = chosen();
    if (fault_.any()) return {};
    gather(rules, all);
  }
  facts_ = &judging_.facts;
  element_.clear();
  return finished(std::move(all));
}

void TableJudge::note(Outcome& outcome, const std::string& rule, std::string_view why) const {
  outcome.why.push_back(fmt::format("{}/{}: {}{}{}", table_.name, rule, element_, element_.empty() ? "" : ": ", why));
}

void TableJudge::gather(const std::vector<const Rule*>& rules, Gathered& all) {
  for (const Rule* rule : rules) {
    add_once(all.told.fired, fmt::format("{}/{}", table_.name, rule->name));
    if (rule->give.empty()) note(all.told, rule->name, rule->why.empty() ? "nothing is given" : rule->why);
    if (rule->give.empty() || !claim_counts(all)) continue;
    const bool was_sound = !fault_.any();
    for (const RemedyRule& remedy : rule->give) {
      all.items.push_back(item_of(*rule, remedy));
      all.items.back().element = number_;
    }
    if (was_sound && !fault_.reason.empty()) fault_.reason = fmt::format("rule {}: {}", rule->name, fault_.reason);
  }
}

Value TableJudge::claim_moment(const Expr& expr) {
  const Value value = evaluate(expr, *facts_, fault_);
  if (value.is_null()) give_up(fmt::format("the claim cannot be judged: {} is null", expr.text));
  return value;
}

// Whether nobody claimed yet, or it was claimed between opening and closing, both counted. A bound that is a day
// is compared with the day of the claim.
bool TableJudge::claim_counts(Gathered& all) {
  if (!table_.claim) return true;
  const Claim& claim = *table_.claim;
  const Value at = evaluate(claim.at, *facts_, fault_);
  if (!at.is_known()) return at.is_null();
  const auto against = [&](const Value& bound) {
    const bool by_day = bound.type == Type::date && at.type == Type::instant;
    return compare(by_day ? Value::of_date(judging_.zone.date_at(at.instant())) : at, bound, &judging_.zone);
  };
  if (claim.opens) {
    const Value opens = claim_moment(*claim.opens);
    if (!opens.is_known()) return false;
    if (against(opens) < 0) {
      const Date day = opens.type == Type::date ? opens.date() : judging_.zone.date_at(opens.instant());
      add_once(all.told.waits, claim.waits.empty() ? "wait_until:" + print(day) : claim.waits);
      note(all.told, "claim", fmt::format("it can be claimed from {}", print(opens, judging_.zone)));
      return false;
    }
  }
  if (!claim.closes) return true;
  const Value closes = claim_moment(*claim.closes);
  if (!closes.is_known()) return false;
  if (against(closes) <= 0) return true;
  note(all.told, "claim", fmt::format("claimed {}, after {}", print(at, judging_.zone), print(closes, judging_.zone)));
  return false;
}

TableJudge::Item TableJudge::item_of(const Rule& rule, const RemedyRule& remedy) {
  if (remedy.choice) return chosen_item(rule, remedy);
  Item item;
  OwedRemedy& owed = item.owed;
  owed.table = table_.name;
  owed.rule = rule.name;
  owed.kind = remedy.kind;
  owed.what = remedy.what;
  owed.duration = remedy.duration;
  owed.valid = remedy.valid;
  owed.within = remedy.within;
  owed.basis = !remedy.basis.empty() ? remedy.basis : table_.basis;
  owed.is_manner_said = !remedy.manner.empty() || !table_.manner.empty();
  owed.manner = !remedy.manner.empty() ? remedy.manner : table_.manner.empty() ? "auto" : table_.manner;
  owed.at_close = remedy.per && !remedy.pay_nightly;
  if (const std::optional<PayBy>& by = remedy.pay_by ? remedy.pay_by : table_.pay_by) owed.pay_by = pay_by(*by);
  if (remedy.quantity) owed.quantity = quantity_of(*remedy.quantity);
  if (remedy.times && !remedy.amount) multiply(owed, quantity_of(*remedy.times));
  if (remedy.amount) item.amount = reckoned(remedy, owed);
  owed.label = parameters_after(remedy.label, owed);
  item.pool = pool_key();
  return item;
}

TableJudge::Item TableJudge::chosen_item(const Rule& rule, const RemedyRule& remedy) {
  const Choice& choice = *remedy.choice;
  const Value by = facts_->at(choice.by);
  if (by.is_missing()) fault_.add(choice.by, *facts_);
  if (by.is_missing()) return {};
  std::string_view name = by.is_null() ? std::string_view{} : by.text;
  if (by.is_null() && choice.after) {
    const Value after = silence_ends(choice);
    const bool is_over = after.is_known() && compare(Value::of_instant(judging_.as_of), after, &judging_.zone) >= 0;
    if (is_over) name = choice.standard;
  }
  if (name.empty() && by.is_null()) return open_item(rule, choice);
  for (const Choice::Option& option : choice.options)
    if (option.name == name) return item_of(rule, option.remedy);
  give_up(fmt::format("{} is {}, which {}/{} does not offer", choice.fact, quoted(name), table_.name, rule.name));
  return {};
}

// Of a letter's day the whole of it is left out.
Value TableJudge::silence_ends(const Choice& choice) {
  Fault ignored;  // where the due time is not told, the offer stays open
  if (!judging_.silent_from) return evaluate(*choice.after, *facts_, ignored);
  const Value told = Value::of_instant(judging_.zone.start_of(Date{judging_.silent_from->days + 1}));
  const std::unique_ptr<FactSource> facts = facts_->with({{judging_.schema.find("due"), told}});
  return evaluate(*choice.after, *facts, ignored);
}

std::optional<Date> TableJudge::last_day(const Choice& choice) {
  if (!choice.after) return std::nullopt;
  const Value after = silence_ends(choice);
  if (after.type == Type::date) return Date{after.date().days - 1};
  if (after.type != Type::instant) return std::nullopt;
  return judging_.zone.date_at(Instant{after.instant().ms - 1});
}

Offer TableJudge::offer_of(const Choice& choice, const std::vector<Item>& items) {
  Offer offer;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const OwedRemedy& owed = items[i].owed;
    Offer::Option& option = offer.options.emplace_back(Offer::Option{choice.options[i].name, owed.kind, owed.what, {}, owed.quantity});
    const bool has_amount = items[i].amount && items[i].amount->units <= units(Money{most_minor, facts_->currency()});
    if (has_amount) option.money = money_of(items[i].amount->units, facts_->currency());
  }
  offer.standard = choice.standard;
  offer.by = last_day(choice);
  return offer;
}

// Counted at its first option with money, listed with all.
TableJudge::Item TableJudge::open_item(const Rule& rule, const Choice& choice) {
  std::vector<Item> items;
  std::vector<std::string> labels;
  for (const Choice::Option& option : choice.options) {
    items.push_back(item_of(rule, option.remedy));
    labels.push_back(items.back().owed.label);
  }
  auto offer = std::make_shared<const Offer>(offer_of(choice, items));
  const auto money = std::find_if(items.begin(), items.end(), [](const Item& item) { return item.amount.has_value(); });
  Item item = std::move(money == items.end() ? items[0] : *money);
  item.owed.label = "choose_one:" + joined(labels, "|");
  item.owed.options = std::move(labels);
  item.owed.offer = std::move(offer);
  return item;
}

std::string TableJudge::pay_by(const PayBy& when) {
  const Value value = evaluate(when.from_decision ? counted_from(when, judging_.as_of, judging_.zone) : when.when, *facts_, fault_);
  if (value.type == Type::instant && when.has_time) return print(value.instant(), judging_.zone);
  if (value.type == Type::date) return print(value.date());
  return value.type == Type::instant ? print(judging_.zone.date_at(value.instant())) : std::string();
}

std::optional<Amount> TableJudge::reckoned(const RemedyRule& remedy, const OwedRemedy& owed) {
  try {
    return amount_of(remedy, *facts_, !table_.combine, fault_);
  } catch (const Overflow& e) {
    give_up(fmt::format("{}: {}", beyond_reason(owed), e.what()));
    return std::nullopt;
  }
}

Ratio TableJudge::quantity_of(const Expr& expr) {
  const Value value = evaluate(expr, *facts_, fault_);
  if (value.is_null()) give_up(fmt::format("quantity is null: {}", expr.text));
  if (value.ratio.is_negative()) give_up(fmt::format("the quantity is negative: {} = {}", expr.text, print(value.ratio)));
  return value.ratio;
}

// Points and pieces, or a length: three times a month is three months, and no time at all is no remedy.
void TableJudge::multiply(OwedRemedy& owed, const Ratio& times) {
  if (owed.quantity) owed.quantity = *owed.quantity * times;
  if (owed.duration.empty()) return;
  if (times.is_zero() && !owed.quantity) owed.quantity = Ratio();
  owed.duration = multiplied(owed.duration, times);
}

Outcome TableJudge::finished(Gathered all) {
  if (fault_.any()) return {};
  Outcome outcome = std::move(all.told);
  if (all.items.empty()) return outcome;
  all.items = within_count(all.items, outcome);
  if (table_.combine) all.items = combined(all.items, outcome);
  outcome.owed.reserve(all.items.size());
  for (Item& item : all.items) add(outcome, std::move(item));
  return outcome;
}

// An amount or a quantity of zero is no remedy; it is noted, so that nobody wonders.
void TableJudge::add(Outcome& outcome, Item&& item) {
  if (fault_.any()) return;
  OwedRemedy& owed = item.owed;
  if (item.amount) {
    if (item.amount->units > units(Money{most_minor, facts_->currency()})) return give_up(beyond_reason(owed));
    const Money money = money_of(item.amount->units, facts_->currency());
    if (item.amount->withheld) note(outcome, owed.rule, fmt::format("{}: {}", owed.kind, item.amount->steps.back()));
    else if (money.minor == 0) note(outcome, owed.rule, fmt::format("{} comes to {}", owed.kind, print(money)));
    if (money.minor == 0) return;
    owed.money = money;
    if (owed.offer && !has_sum(*owed.offer, money)) owed.offer = nullptr;
    owed.steps = std::move(item.amount->steps);
    outcome.total = outcome.total + item.amount->units;
  } else if (owed.quantity && owed.quantity->is_zero()) {
    return note(outcome, owed.rule, fmt::format("{} comes to 0", owed.kind));
  }
  outcome.owed.push_back(std::move(owed));
}

std::string TableJudge::failed_test(const Rule& rule, Truth truth) const {
  const bool would_hold = holds(table_.when, *facts_) == Truth::yes && holds(rule.when, *facts_) != Truth::no;
  if (truth == Truth::no && would_hold) return rule.named.why_not(*facts_);
  const bool is_guards = holds(table_.when, *facts_) == truth;
  return is_guards ? "the table's when: " + why_not(table_.when, *facts_, judging_.zone) : why_not(rule.when, *facts_, judging_.zone);
}

void TableJudge::trace(std::vector<RuleTrace>& traces) {
  for (const Element& element : elements()) {
    go_to(element);
    std::vector<Truth> truths(table_.rules.size(), Truth::no);
    match([&](std::size_t rule, Truth truth) {
      truths[rule] = truth;
      return true;
    });
    bool decided = false;
    for (std::size_t i = 0; i < truths.size(); ++i) {
      const Rule& rule = table_.rules[i];
      RuleTrace one{table_.name, rule.name, Truth::no, !decided, {}};
      if (!element.name.empty()) one.table += ", " + element.name;
      if (!decided) {
        one.truth = truths[i];
        if (one.truth != Truth::yes) one.failed = failed_test(rule, one.truth);
        decided = table_.hit == HitPolicy::first && one.truth != Truth::no;
      }
      traces.push_back(std::move(one));
    }
  }
}

}  // namespace amends
