#include "core/letters/letter_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/judging/missing_lines.h"
#include "core/mail/opening_hours.h"
#include "core/records/carriers.h"

namespace amends {
namespace {

Value or_null(Value value) {
  return value.is_missing() ? Value::null() : value;
}

Value text_or_null(std::string_view text) {
  return text.empty() ? Value::null() : Value::of_string(text);
}

using GrantsTold = std::vector<const Grant*>;

GrantsTold told_of(const LetterCase& one) {
  GrantsTold told;
  for (const Grant& grant : one.told)
    if (grant.state == GrantState::granted || grant.state == GrantState::issued) told.push_back(&grant);
  return told;
}

Value remedy_record(const Grant& grant, std::deque<std::string>& words) {
  return Value::of_record({{"kind", Value::of_string(grant.kind)},
                           {"what", text_or_null(grant.what)},
                           {"amount", grant.money ? Value::of_money(*grant.money) : Value::null()},
                           {"quantity", grant.quantity ? Value::of_number(*grant.quantity) : Value::null()},
                           {"duration", duration_record(grant.duration, words)},
                           {"valid", duration_record(grant.valid, words)},
                           {"within", duration_record(grant.within, words)}});
}

Value remedies_of(const GrantsTold& told, std::deque<std::string>& words) {
  List out;
  for (const Grant* grant : told) out.push_back(remedy_record(*grant, words));
  return out.empty() ? Value::null() : Value::of_list(std::move(out));
}

// Null where there is no money, or money of two currencies, which has no sum.
Value sum_of(const GrantsTold& told) {
  std::optional<Money> sum;
  for (const Grant* grant : told) {
    if (!grant->money) continue;
    if (sum && sum->currency != grant->money->currency) return Value::null();
    sum = sum ? *sum + *grant->money : *grant->money;
  }
  return sum ? Value::of_money(*sum) : Value::null();
}

// Refunds and credits reach the customer as one sum, whichever order they are for; a voucher is one by itself.
bool adds_up(const Grant& grant) { return grant.money && (grant.kind == "refund" || grant.kind == "credit"); }

bool is_alike(const Grant& a, const Grant& b) { return adds_up(a) && adds_up(b) && a.kind == b.kind && a.what == b.what && a.money->currency == b.money->currency; }

// What orders of one letter get of the same kind: the sum, and how much of it is for which.
struct GivenTogether {
  const Grant* first = nullptr;
  std::vector<std::pair<std::string_view, Money>> parts;  // by order

  Money sum() const {
    Money all{0, first->money->currency};
    for (const auto& [order, money] : parts) all = all + money;
    return all;
  }
};

void add_part(GivenTogether& together, const Grant& grant) {
  for (auto& [order, money] : together.parts)
    if (order == grant.record_id) {
      money = money + *grant.money;
      return;
    }
  together.parts.emplace_back(grant.record_id, *grant.money);
}

// Of two orders and more.
std::vector<GivenTogether> given_together(const GrantsTold& told) {
  std::vector<GivenTogether> all;
  for (const Grant* grant : told) {
    if (!adds_up(*grant)) continue;
    const auto known = std::find_if(all.begin(), all.end(), [&](const GivenTogether& one) { return is_alike(*one.first, *grant); });
    add_part(known == all.end() ? all.emplace_back(GivenTogether{grant, {}}) : *known, *grant);
  }
  std::erase_if(all, [](const GivenTogether& one) { return one.parts.size() < 2; });
  return all;
}

Value together_list(const std::vector<GivenTogether>& all) {
  List out;
  for (const GivenTogether& one : all) {
    List parts;
    for (const auto& [order, money] : one.parts) parts.push_back(Value::of_record({{"order", Value::of_string(order)}, {"amount", Value::of_money(money)}}));
    out.push_back(Value::of_record({{"kind", Value::of_string(one.first->kind)},
                                    {"what", text_or_null(one.first->what)},
                                    {"amount", Value::of_money(one.sum())},
                                    {"parts", Value::of_list(std::move(parts))}}));
  }
  return out.empty() ? Value::null() : Value::of_list(std::move(out));
}

// Each remedy once, those of several orders as their sum.
Value summed_list(const std::vector<GivenTogether>& together, const GrantsTold& told, std::deque<std::string>& words) {
  List out;
  std::vector<const GivenTogether*> seen;
  for (const Grant* grant : told) {
    const auto found = std::find_if(together.begin(), together.end(), [&](const GivenTogether& one) { return is_alike(*one.first, *grant); });
    if (found != together.end() && std::find(seen.begin(), seen.end(), &*found) != seen.end()) continue;
    Record remedy = *remedy_record(*grant, words).record;
    if (found != together.end()) {
      seen.push_back(&*found);
      for (auto& [name, value] : remedy)
        if (name == "amount") value = Value::of_money(found->sum());
    }
    out.push_back(Value::of_record(std::move(remedy)));
  }
  return out.empty() ? Value::null() : Value::of_list(std::move(out));
}

// What a letter may read of one case.
class FactsOfCase {
 public:
  FactsOfCase(const LetterInput& input, const LetterCase& one, std::deque<std::string>& words)
      : in_(input), case_(one), miss_(one.miss), guarantee_(input.project.guarantee_named(one.miss.guarantee)), words_(words),
        lines_(one.miss.facts.at(input.project.schema.find("items")), one.miss.facts.at(input.project.schema.find("shipments"))), told_(told_of(one)) {}

  const GrantsTold& told() const { return told_; }

  Value fact(std::string_view name) const {
    const Slot slot = in_.project.schema.find(name);
    return slot == no_slot ? Value::null() : or_null(miss_.facts.at(slot));
  }

  Value customer() const {
    return Value::of_record({{"name", fact("customer_name")},
                             {"first_name", fact("first_name")},
                             {"email", fact("email")},
                             {"locale", fact("locale")}});
  }

  Record order() const {
    return {{"id", text_or_null(miss_.record_id)}, {"placed_at", fact("placed_at")}, {"total", fact("order_value")}, {"items", items()}};
  }

  // What stands beside the order in a letter of one, and under it in orders[].
  Record beside_order() const {
    return {{"shipments", shipments()},
            {"promise", promise()},
            {"miss", miss()},
            {"remedies", remedies_of(told_, words_)},
            {"held", Value::of_boolean(case_.is_held)},
            {"next", next()},
            {"cause", Value::of_record({{"told", fact("cause_told")}})},
            {"missing", missing()},
            {"choice", choice()},
            {"told_before", case_.told_before ? Value::of_record({{"date", Value::of_date(*case_.told_before)}}) : Value::null()},
            {"contact", contact()}};
  }

  // `together`: what is told of several orders in one sentence, and not of this one again.
  Value whole(const std::vector<GivenTogether>& together = {}) const {
    GrantsTold apart = told_;
    std::erase_if(apart, [&](const Grant* grant) {
      return std::any_of(together.begin(), together.end(), [&](const GivenTogether& one) { return is_alike(*one.first, *grant); });
    });
    Record all = order();
    all.emplace_back("apart", remedies_of(apart, words_));
    for (auto& [name, value] : beside_order()) all.emplace_back(name, std::move(value));
    all.emplace_back("given", sum_of(told_));
    return Value::of_record(std::move(all));
  }

 private:
  Value items() const {
    static const std::vector<std::string_view> members = {"name", "quantity", "price", "status"};
    const Value known = fact("items");
    if (known.type != Type::list || known.list->empty()) return Value::null();
    List out;
    for (const Value& item : *known.list) {
      Record record = *picked(item, members).record;
      const std::optional<Ratio> awaited = lines_.awaited(item);
      record.emplace_back("missing", awaited ? Value::of_number(*awaited) : Value::null());
      out.push_back(Value::of_record(std::move(record)));
    }
    return Value::of_list(std::move(out));
  }

  Value missing() const {
    List out;
    for (const OrderLines::Line& line : lines_.missing(miss_))
      out.push_back(Value::of_record({{"name", line.name}, {"quantity", Value::of_number(line.quantity)}}));
    return out.empty() ? Value::null() : Value::of_list(std::move(out));
  }

  Value choice() const {
    if (!case_.offer) return Value::null();
    List options;
    for (const Offer::Option& option : case_.offer->options)
      options.push_back(Value::of_record({{"name", Value::of_string(option.name)},
                                          {"kind", Value::of_string(option.kind)},
                                          {"what", text_or_null(option.what)},
                                          {"amount", option.money ? Value::of_money(*option.money) : Value::null()},
                                          {"quantity", option.quantity ? Value::of_number(*option.quantity) : Value::null()}}));
    return Value::of_record({{"options", Value::of_list(std::move(options))},
                             {"default", text_or_null(case_.offer->standard)},
                             {"by", case_.offer->by ? Value::of_date(*case_.offer->by) : Value::null()}});
  }

  Value contact() const {
    const Value at = fact("at");
    if (miss_.record != RecordKind::contact || !at.is_known()) return Value::null();
    return Value::of_record({{"at", at}, {"subject", fact("subject")}, {"replied_at", fact("first_reply_at")}});
  }

  // A list fact with the members letters know; null when nobody told it or it is empty.
  Value list_of(std::string_view name, const std::vector<std::string_view>& members) const {
    const Value known = fact(name);
    if (known.type != Type::list || known.list->empty()) return Value::null();
    List out;
    for (const Value& item : *known.list) out.push_back(picked(item, members));
    return Value::of_list(std::move(out));
  }

  static Value picked(const Value& item, const std::vector<std::string_view>& members) {
    Record record;
    for (const std::string_view member : members) record.emplace_back(std::string(member), Value::null());
    if (item.type != Type::record) return Value::of_record(std::move(record));
    for (auto& [name, value] : record)
      for (const auto& [given, v] : *item.record)
        if (given == name) value = or_null(v);
    return Value::of_record(std::move(record));
  }

  // Without a shipments source the order itself says what its one parcel did. Carriers by their names.
  Value shipments() const {
    static const std::vector<std::string_view> members = {"carrier", "tracking", "shipped_at", "delivered_at",
                                                          "status"};
    const Value known = list_of("shipments", members);
    if (!known.is_null()) return with_carriers_named(known);
    Record one;
    for (const std::string_view member : members) one.emplace_back(std::string(member), fact(member));
    const bool told =
        std::any_of(one.begin(), one.end() - 1, [](const auto& field) { return field.second.is_known(); });
    return told ? with_carriers_named(Value::of_list({Value::of_record(std::move(one))})) : Value::null();
  }

  static Value with_carriers_named(const Value& parcels) {
    List out;
    for (const Value& parcel : *parcels.list) {
      Record record = *parcel.record;
      for (auto& [name, value] : record)
        if (name == "carrier" && value.is_known()) value = Value::of_string(carrier_name(value.text));
      out.push_back(Value::of_record(std::move(record)));
    }
    return Value::of_list(std::move(out));
  }

  // In the language of the letter.
  std::string_view promised_words() const {
    if (guarantee_ == nullptr) return {};
    const Value own = fact("locale");
    return words_told(*guarantee_, letter_locale(own.type == Type::string ? own.text : std::string_view{}, in_.project.shop.locale));
  }

  // Of the goods themselves no day was promised: their due is when it came to light what is wrong with them.
  Value promise() const {
    const bool is_dated = !miss_.due.is_none() && (guarantee_ == nullptr || !guarantee_->promises_goods());
    return Value::of_record(
        {{"words", text_or_null(promised_words())},
         {"due", is_dated ? or_null(Value::of_moment(miss_.due)) : Value::null()},
         {"due_date", is_dated ? Value::of_date(miss_.due_date) : Value::null()},
         {"by_date", Value::of_boolean(is_dated && miss_.due.is_date())},
         {"met_by", guarantee_ == nullptr ? Value::null() : Value::of_string(guarantee_->met_by)},
         {"record", Value::of_string(name_of(miss_.record))},
         {"opens", guarantee_ == nullptr || guarantee_->due.from.empty() ? Value::null() : fact(guarantee_->due.from)}});
  }

  Value miss() const {
    const Lateness& late = miss_.lateness;
    const auto counted = [&](std::int64_t n) {
      return miss_.lateness_known ? Value::of_number(n) : Value::null();
    };
    return Value::of_record({{"kind", Value::of_string(name_of(miss_.kind))},
                             {"late_days", counted(late.days)},
                             {"late_hours", counted(late.hours)},
                             {"late_minutes", counted(late.minutes)},
                             {"late_business_days", late.business_days_known ? counted(late.business_days) : Value::null()},
                             {"early_minutes", Value::of_number(late.early_minutes)},
                             {"was", case_.was ? Value::of_string(name_of(*case_.was)) : Value::null()},
                             {"met_at", or_null(Value::of_moment(miss_.met))},
                             {"guarantee", Value::of_string(miss_.guarantee)},
                             {"open", Value::of_boolean(is_open())},
                             {"in_part", Value::of_boolean(is_open() && has_parcel_come())},
                             {"misses_before", fact("misses_before")},
                             {"accrues", Value::of_boolean(case_.accrues)}});
  }

  bool is_open() const { return miss_.met.is_none() && !miss_.closed; }

  bool has_parcel_come() const {
    const Value parcels = shipments();
    const auto has_come = [](const Value& parcel) {
      return std::any_of(parcel.record->begin(), parcel.record->end(), [](const auto& field) { return field.first == "delivered_at" && field.second.is_known(); });
    };
    return parcels.type == Type::list && std::any_of(parcels.list->begin(), parcels.list->end(), has_come);
  }

  // A new date, while it is still ahead.
  Value next() const {
    const Value revised = fact("revised_promised_at");
    if (!is_open() || !revised.is_known()) return Value::null();
    const Date date = revised.type == Type::date ? revised.date() : miss_.zone.date_at(revised.instant());
    if (date < miss_.zone.date_at(in_.as_of)) return Value::null();
    return Value::of_record({{"date", Value::of_date(date)}});
  }

  const LetterInput& in_;
  const LetterCase& case_;
  const Miss& miss_;
  const Guarantee* guarantee_;  // null: the project has it no longer
  std::deque<std::string>& words_;
  OrderLines lines_;
  GrantsTold told_;
};

Value shop_record(const Shop& shop, const std::string& locale, std::deque<std::string>& words) {
  const Person& p = shop.signatory;
  const std::string& hours = words.emplace_back(locale.empty() ? shop.hours : hours_in(shop.hours, locale));
  return Value::of_record({{"name", text_or_null(shop.name)},
                           {"signatory", Value::of_record({{"name", text_or_null(p.name)},
                                                           {"title", text_or_null(p.title)},
                                                           {"email", text_or_null(p.email)}})},
                           {"phone", text_or_null(shop.phone)},
                           {"email", text_or_null(shop.email)},
                           {"hours", text_or_null(hours)}});
}

Value before_record(const Apologies& before) {
  return Value::of_record({{"date", Value::of_date(before.last)},
                           {"count", Value::of_number(static_cast<std::int64_t>(before.count))},
                           {"kind", before.kind ? Value::of_string(name_of(*before.kind)) : Value::null()}});
}

// The user's own public fields, which a fact of amends of the same name stands before.
Record own_facts(const LetterInput& input) {
  Record out;
  const Schema& schema = input.project.schema;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.at(static_cast<Slot>(i));
    const bool mine = field.origin == Origin::own || field.origin == Origin::derived;
    if (mine && field.told) out.emplace_back(field.name, or_null(input.cases.front().miss.facts.at(static_cast<Slot>(i))));
  }
  return out;
}

// Of several cases the date all of them have.
Value common_next(const std::vector<Value>& orders) {
  const auto next_of = [](const Value& order) {
    return *std::find_if(order.record->begin(), order.record->end(), [](const auto& field) { return field.first == "next"; });
  };
  const auto date = [](const Value& next) { return next.is_null() ? Date{} : next.record->front().second.date(); };
  const Value first = next_of(orders.front()).second;
  const bool all_same = std::all_of(orders.begin(), orders.end(), [&](const Value& order) {
    const Value other = next_of(order).second;
    return other.is_null() == first.is_null() && date(other) == date(first);
  });
  return all_same ? first : Value::null();
}

Record facts_of_several(const LetterInput& input, std::deque<std::string>& words) {
  GrantsTold told;
  for (const LetterCase& one : input.cases)
    for (const Grant* grant : told_of(one)) told.push_back(grant);
  const std::vector<GivenTogether> together = given_together(told);
  List orders;
  for (const LetterCase& one : input.cases) orders.push_back(FactsOfCase(input, one, words).whole(together));
  const Value next = common_next(orders);
  return {{"customer", FactsOfCase(input, input.cases.front(), words).customer()},
          {"orders", Value::of_list(std::move(orders))},
          {"remedies", remedies_of(told, words)},
          {"together", together_list(together)},
          {"summed", summed_list(together, told, words)},
          {"total", sum_of(told)},
          {"next", next}};
}

Value legal_list(const std::vector<std::string>& sentences, std::deque<std::string>& words) {
  List list;
  for (const std::string& sentence : sentences) list.push_back(Value::of_string(words.emplace_back(sentence)));
  return list.empty() ? Value::null() : Value::of_list(std::move(list));
}

Record facts_of_one(const LetterInput& input, std::deque<std::string>& words) {
  const FactsOfCase facts(input, input.cases.front(), words);
  Record all = facts.beside_order();
  all.emplace_back("customer", facts.customer());
  all.emplace_back("order", Value::of_record(facts.order()));
  all.emplace_back("orders", Value::of_list({facts.whole()}));
  all.emplace_back("together", Value::null());
  all.emplace_back("summed", remedies_of(facts.told(), words));
  all.emplace_back("total", sum_of(facts.told()));
  return all;
}

}  // namespace

bool is_something_held(const std::vector<Grant>& grants) {
  return std::any_of(grants.begin(), grants.end(), [](const Grant& g) { return g.state == GrantState::held && is_news(g); });
}

LetterFacts letter_facts(const LetterInput& input) {
  LetterFacts facts;
  facts.words = std::make_shared<std::deque<std::string>>();
  Record all = input.is_of_several() ? facts_of_several(input, *facts.words) : facts_of_one(input, *facts.words);
  all.emplace_back("shop", shop_record(input.project.shop, input.locale, *facts.words));
  all.emplace_back("today", Value::of_date(input.project.shop.zone.date_at(input.as_of)));
  all.emplace_back("before", input.before ? before_record(*input.before) : Value::null());
  all.emplace_back("legal", legal_list(input.legal, *facts.words));
  if (!input.is_of_several())
    for (auto& own : own_facts(input)) {
      const bool is_taken = std::any_of(all.begin(), all.end(), [&](const auto& field) { return field.first == own.first; });
      if (!is_taken) all.push_back(std::move(own));
    }
  facts.record = Value::of_record(std::move(all));
  return facts;
}

Value duration_record(std::string_view text, std::deque<std::string>& words) {
  const auto parts = split(trimmed(text), ' ');
  const auto count = parts.size() == 2 ? read_decimal(parts[0]) : std::nullopt;
  if (!count) return Value::null();
  std::string_view unit = parts[1];
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return Value::of_record(
      {{"count", Value::of_number(*count)}, {"unit", Value::of_string(words.emplace_back(unit))}});
}

}  // namespace amends
