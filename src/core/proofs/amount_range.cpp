#include "core/proofs/amount_range.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace amends {
namespace {

void collect_amount(const RemedyRule& remedy, std::vector<Slot>& slots) {
  for (const std::optional<Expr>* expr : {&remedy.amount, &remedy.of, &remedy.times, &remedy.amounts.min, &remedy.amounts.max})
    if (*expr) collect(**expr, slots);
  if (!remedy.choice) return;
  for (const Choice::Option& option : remedy.choice->options) collect_amount(option.remedy, slots);
}

class TotalReader {
 public:
  TotalReader(const PolicyModel& model, Slot varies, const FactSource& facts) : model_(model), varies_(varies), facts_(facts) {}

  std::optional<Curve> total(const std::vector<Given>& given) {
    Curve all = Curve::constant(Ratio());
    std::map<const PolicyTable*, std::vector<const RemedyRule*>> tables;
    for (const Given& one : given)
      for (const RemedyRule& remedy : one.rule->give) tables[one.table].push_back(&counted(remedy));
    for (const auto& [table, remedies] : tables) {
      const auto curve = of_table(*table, remedies);
      if (!curve) return std::nullopt;
      all = sum(all, *curve);
    }
    return all;
  }

 private:
  // Of an open choice the first option with money.
  static const RemedyRule& counted(const RemedyRule& remedy) {
    if (!remedy.choice) return remedy;
    for (const Choice::Option& option : remedy.choice->options)
      if (option.remedy.amount) return option.remedy;
    return remedy;
  }

  std::optional<Curve> of_table(const PolicyTable& table, const std::vector<const RemedyRule*>& remedies) {
    std::map<std::tuple<std::string, std::string, std::string>, Curve> sums;
    for (const RemedyRule* remedy : remedies) {
      if (!remedy->amount) continue;
      const auto curve = of_remedy(*remedy);
      if (!curve) return std::nullopt;
      const auto [known, is_new] = sums.try_emplace(std::tuple(remedy->kind, remedy->what, remedy->manner), *curve);
      if (!is_new) known->second = sum(known->second, *curve);
    }
    Curve all = Curve::constant(Ratio());
    for (const auto& [key, curve] : sums) {
      const auto limited = table.combine ? within(curve, table.amounts, std::nullopt) : std::optional(curve);
      if (!limited) return std::nullopt;
      all = sum(all, *limited);
    }
    return all;
  }

  std::optional<Curve> of_remedy(const RemedyRule& remedy) {
    const auto of = remedy.of ? curve(*remedy.of) : std::nullopt;
    if (remedy.of && !of) return std::nullopt;
    auto amount = share(*remedy.amount, of);
    if (!amount) return std::nullopt;
    if (remedy.times) {
      const auto times = curve(*remedy.times);
      if (!times) return std::nullopt;
      if (times->is_constant()) amount = scaled(*amount, times->pieces[0].offset);
      else if (amount->is_constant()) amount = scaled(*times, amount->pieces[0].offset);
      else return std::nullopt;
    }
    return within(*amount, remedy.amounts, of);
  }

  std::optional<Curve> within(Curve amount, const Amounts& keys, const std::optional<Curve>& of) {
    if (keys.min) {
      const auto least = limit(*keys.min, of);
      if (!least) return std::nullopt;
      amount = largest(amount, *least);
    }
    if (keys.max && keys.max->type != Type::null) {
      const auto most = limit(*keys.max, of);
      if (!most) return std::nullopt;
      amount = smallest(amount, largest(*most, Curve::constant(Ratio())));
    }
    if (keys.pay_if)
      for (const Expr& bound : keys.pay_if->children)
        if (bound.op == Op::literal) amount = with_crossings(amount, Curve::constant(bound.literal.ratio));
    return amount;
  }

  std::optional<Curve> limit(const Expr& bound, const std::optional<Curve>& of) { return share(bound, of); }

  std::optional<Curve> share(const Expr& expr, const std::optional<Curve>& of) {
    const auto amount = curve(expr);
    if (!amount || expr.type != Type::percent) return amount;
    if (!of) return std::nullopt;
    if (amount->is_constant()) return scaled(*of, amount->pieces[0].offset);
    return of->is_constant() ? std::optional(scaled(*amount, of->pieces[0].offset)) : std::nullopt;
  }

  std::optional<Curve> curve(const Expr& expr) { return curve_of(expr, varies_, facts_, model_.project().derived); }

  const PolicyModel& model_;
  Slot varies_;
  const FactSource& facts_;
};

std::vector<Slot> told_numbers(const PolicyModel& model, const std::vector<Given>& given) {
  std::vector<Slot> slots;
  for (const Given& one : given) {
    for (const RemedyRule& remedy : one.rule->give) collect_amount(remedy, slots);
    for (const std::optional<Expr>* expr : {&one.table->amounts.min, &one.table->amounts.max})
      if (*expr) collect(**expr, slots);
  }
  slots = with_derived(std::move(slots), model.project().derived);
  std::erase_if(slots, [&](Slot slot) {
    const Type type = model.project().schema.at(slot).type.base;
    return (type != Type::money && type != Type::number) || model.project().derived.of(slot) != nullptr;
  });
  return slots;
}

bool is_late_fact(const PolicyModel& model, Slot slot) { return model.project().schema.at(slot).name.starts_with("late_"); }

Ratio on_step(const Ratio& x, const std::optional<Ratio>& step) { return step ? floor(x / *step) * *step : x; }

// Stretches of the fact that the box allows, not below 0.
std::vector<ValueRange> allowed(const PolicyModel& model, const Box& box, Slot fact) {
  const ValueSet positive = ValueSet::of({Ratio(0), std::nullopt, false, false});
  const std::optional<std::size_t> axis = model.space().axis_of(fact);
  if (!axis) return positive.parts;
  ValueSet set;
  const std::vector<Cell>& cells = model.space().axes()[*axis].cells;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!cells[i].is_null && model.space().has(box, *axis, i)) set = either(set, ValueSet::of(cells[i].part));
  return both(set, positive).parts;
}

}  // namespace

std::vector<Slot> amount_facts(const PolicyModel& model, const std::vector<Given>& given) {
  std::vector<Slot> told = told_numbers(model, given);
  std::erase_if(told, [&](Slot slot) { return is_late_fact(model, slot); });
  return told;
}

std::vector<Slot> lateness_facts(const PolicyModel& model, const std::vector<Given>& given) {
  std::vector<Slot> told = told_numbers(model, given);
  std::erase_if(told, [&](Slot slot) { return !is_late_fact(model, slot); });
  return told;
}

std::optional<Curve> total_curve(const PolicyModel& model, const std::vector<Given>& given, Slot varies, const FactSource& facts) {
  try {
    return TotalReader(model, varies, facts).total(given);
  } catch (const Overflow&) {
    return std::nullopt;
  }
}

std::vector<Ratio> telling_values(const PolicyModel& model, const Box& box, Slot fact, const Curve& curve) {
  const std::optional<Ratio> step = model.finder().domain(fact).step;
  std::vector<Ratio> values;  // those that read best first: between the marks, then at them, 0 last
  std::vector<Ratio> at_marks;
  for (const ValueRange& part : allowed(model, box, fact)) {
    std::vector<Ratio> marks;
    if (part.low) marks.push_back(*part.low);
    for (const Ratio& kink : curve.kinks)
      if (part.contains(kink)) marks.push_back(kink);
    if (part.high) {
      marks.push_back(*part.high);
    } else {
      const Line& last = curve.pieces.back();
      const Ratio zero = last.slope.is_zero() ? Ratio() : -last.offset / last.slope;
      const Ratio far = std::max(marks.back(), zero);
      marks.push_back(far + far + Ratio(100));
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (i > 0) values.push_back(on_step((marks[i - 1] + marks[i]) / Ratio(2), step));
      at_marks.push_back(on_step(marks[i], step));
      if (step) at_marks.push_back(on_step(marks[i], step) + *step);
      if (step) at_marks.push_back(on_step(marks[i], step) - *step);
    }
  }
  values.insert(values.end(), at_marks.begin(), at_marks.end());
  std::stable_partition(values.begin(), values.end(), [](const Ratio& value) { return !value.is_zero(); });
  const std::vector<ValueRange> parts = allowed(model, box, fact);
  std::erase_if(values, [&](const Ratio& value) {
    return std::none_of(parts.begin(), parts.end(), [&](const ValueRange& part) { return part.contains(value); });
  });
  return values;
}

bool is_plausible(const PolicyModel& model, const FactSource& facts) {
  const Schema& schema = model.project().schema;
  const Value whole = facts.at(schema.find("order_value"));
  for (const char* name : {"shipping_fee", "goods_value", "refunded"}) {
    const Value part = facts.at(schema.find(name));
    if (part.type == Type::money && (part.ratio.is_negative() || (whole.type == Type::money && part.ratio > whole.ratio))) return false;
  }
  return true;
}

std::optional<Ratio> total_of(const Decision& decision) {
  if (!decision.judged) return std::nullopt;
  Ratio total;
  for (const OwedRemedy& owed : decision.owed)
    if (owed.money) total = total + units(*owed.money);
  return total;
}

}  // namespace amends
