#include "core/policy/amount.h"

#include <array>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

constexpr std::array<Step, 5> standard_order = {Step::times, Step::min, Step::max, Step::round, Step::pay_if};

class Reckoning {
 public:
  Reckoning(const FactSource& facts, Fault& fault) : facts_(facts), fault_(fault), currency_(facts.currency()) {
    if (currency_.is_none()) give_up("the case has no currency");
  }

  void take_of(const RemedyRule& remedy) {
    if (remedy.of) of_ = money(*remedy.of, "of");
    of_text_ = remedy.of ? remedy.of->text : "";
    times_ = remedy.times ? &*remedy.times : nullptr;
    per_ = remedy.per.value_or("");
  }

  void start(const Expr& amount) {
    if (amount.type != Type::percent) {
      result_.units = money(amount, "amount");
      const bool is_plain = amount.op == Op::in_currency && amount.children[0].op == Op::literal;
      say(is_plain ? told(result_.units) : fmt::format("{} = {}", amount.text, told(result_.units)));
      return;
    }
    const Value share = needed(amount, "amount");
    if (of_.is_negative()) give_up(fmt::format("{} is negative: {}", of_text_, told(of_)));  // before a min lifts it
    result_.units = of_ * share.ratio;
    say(fmt::format("{} of {} {} = {}", share_text(amount, share), of_text_, told(of_), told(result_.units)));
  }

  void start(const std::vector<Amount>& parts) {
    for (const Amount& part : parts) {
      result_.units = result_.units + part.units;
      result_.steps.insert(result_.steps.end(), part.steps.begin(), part.steps.end());
    }
    if (parts.size() > 1) say(fmt::format("together {}", told(result_.units)));
  }

  Amount finished(const Amounts& keys, bool is_final) {
    if (keys.order.empty())
      for (const Step step : standard_order) apply(step, keys, is_final);
    for (const Step step : keys.order) apply(step, keys, is_final);
    if (is_final) round_to({});
    if (result_.units.is_negative()) give_up(fmt::format("the amount is negative: {}", told(result_.units)));
    return std::move(result_);
  }

 private:
  void give_up(std::string reason) {
    if (fault_.reason.empty()) fault_.reason = std::move(reason);
  }
  void say(std::string step) {
    if (!fault_.any()) result_.steps.push_back(std::move(step));
  }
  std::string told(const Ratio& units) const { return print(Value::of_money(units, currency_), Zone::utc()); }

  Value needed(const Expr& expr, std::string_view key) {
    Value value = evaluate(expr, facts_, fault_);
    if (value.is_null()) give_up(fmt::format("{} is null: {}", key, expr.text));
    return value;
  }

  Ratio in_case_currency(const Expr& expr, const Value& value) {
    if (value.type == Type::money && !(value.currency == currency_))
      give_up(fmt::format("{} is {}, but the case is in {}", expr.text, print(value, Zone::utc()), currency_.name()));
    return value.ratio;
  }

  Ratio money(const Expr& expr, std::string_view key) { return in_case_currency(expr, needed(expr, key)); }

  static std::string share_text(const Expr& share, const Value& value) {
    if (share.op == Op::literal) return share.text;
    return fmt::format("{} {}", share.text, print(value, Zone::utc()));
  }

  void apply(Step step, const Amounts& keys, bool is_final) {
    switch (step) {
      case Step::times: return multiply();
      case Step::min: return limit(keys.min, true);
      case Step::max: return limit(keys.max, false);
      case Step::round:
        if (keys.round || is_final) round_to(keys.round.value_or(RoundTo{}));
        return;
      case Step::pay_if: return test(keys.pay_if);
    }
  }

  void multiply() {
    if (times_ == nullptr) return;
    const Value count = needed(*times_, "times");
    result_.units = result_.units * count.ratio;
    is_nothing_ = count.ratio.is_zero() && per_.empty();  // less than a day late is late
    if (count.ratio.is_negative()) give_up(fmt::format("times is negative: {} = {}", times_->text, print(count, Zone::utc())));
    const std::string number = print(count, Zone::utc());
    if (!per_.empty()) say(fmt::format("times {} (per {}) = {}", number, per_, told(result_.units)));
    else if (times_->op == Op::literal) say(fmt::format("times {} = {}", number, told(result_.units)));
    else say(fmt::format("times {} ({}) = {}", number, times_->text, told(result_.units)));
  }

  // Told only where it changes the amount. Null is no limit.
  void limit(const std::optional<Expr>& bound, bool is_least) {
    if (!bound || (is_least && is_nothing_)) return;
    const Value value = evaluate(*bound, facts_, fault_);
    if (!value.is_known()) return;
    const bool is_share = value.type == Type::percent;
    Ratio units = is_share ? of_ * value.ratio : in_case_currency(*bound, value);
    if (!is_least && units.is_negative()) units = Ratio();  // a limit used up by what was given before leaves nothing
    if (is_least ? result_.units >= units : result_.units <= units) return;
    result_.units = units;
    const std::string_view word = is_least ? "at least" : "at most";
    if (is_share) say(fmt::format("{} {} of {} = {}", word, share_text(*bound, value), of_text_, told(units)));
    else say(fmt::format("{} {}", word, told(units)));
  }

  void round_to(const RoundTo& round) {
    const Ratio step = round.step.value_or(minor_unit(currency_));
    const Ratio units = rounded(result_.units, round.mode, step);
    if (units == result_.units) return;
    result_.units = units;
    say(fmt::format("rounded {} {}: {}", name_of(round.mode), print(step), told(units)));
  }

  void test(const std::optional<Expr>& pay_if) {
    if (!pay_if || result_.withheld) return;
    const Truth truth = passes(*pay_if, Value::of_money(result_.units, currency_), currency_);
    if (truth == Truth::yes) return;
    say(fmt::format("{} is withheld: paid only if {}", told(result_.units), pay_if->text));
    result_.withheld = true;
    result_.units = Ratio();
  }

  const FactSource& facts_;
  Fault& fault_;
  Currency currency_;
  Amount result_;
  Ratio of_;
  std::string of_text_;
  const Expr* times_ = nullptr;
  bool is_nothing_ = false;  // times 0: a least sum is of what there is any of
  std::string per_;
};

}  // namespace

Amount amount_of(const RemedyRule& remedy, const FactSource& facts, bool is_final, Fault& fault) {
  Reckoning reckoning(facts, fault);
  reckoning.take_of(remedy);
  reckoning.start(*remedy.amount);
  return reckoning.finished(remedy.amounts, is_final);
}

Amount sum_of(const std::vector<Amount>& parts, const Amounts& keys, const FactSource& facts, Fault& fault) {
  Reckoning reckoning(facts, fault);
  reckoning.start(parts);
  return reckoning.finished(keys, true);
}

}  // namespace amends
