// One case after the other, in the order of (due, case key): what is owed, less what was given, held back
// where a rule asks for a person or a cap is reached.
#include "core/ledger/settlement.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/ledger/caps.h"
#include "core/ledger/open_offer.h"

namespace amends {
namespace {

constexpr std::string_view state_names[] = {"decided", "held", "granted", "issued", "void"};

// Money given under one table and label, of which nothing owed has been set against it yet.
struct Pot {
  std::string label;
  Currency currency;
  Int128 minor = 0;
  bool declined = false;  // by a person: neither owed any more nor given
};

struct Remainder {
  const OwedRemedy* remedy = nullptr;
  std::string label;
  Int128 minor = 0;  // still to be granted; without money: 1 or 0
};

std::string label_of(const OwedRemedy& remedy) { return remedy_label(remedy.kind, remedy.what); }
std::string label_of(const Grant& grant) { return remedy_label(grant.kind, grant.what); }

Money whole_money(Int128 minor, Currency currency) {
  if (minor > std::numeric_limits<std::int64_t>::max()) throw Overflow();
  return Money{static_cast<std::int64_t>(minor), currency};
}

void add_abroad(std::vector<Money>& sums, const Money& money) {
  for (Money& sum : sums)
    if (sum.currency == money.currency) {
      sum = sum + money;
      return;
    }
  sums.push_back(money);
}

void add_owed(Settled& settled, const Money& money) {
  if (money.currency == settled.owed.currency) settled.owed = settled.owed + money;
  else add_abroad(settled.owed_abroad, money);
}

void add_ahead(Settled& settled, const Money& money) {
  if (!(money.currency == settled.owed.currency)) return add_abroad(settled.ahead_abroad, money);
  settled.ahead = settled.ahead ? *settled.ahead + money : money;
}

// Void, and to be granted again where it is still owed.
bool is_gone(const Grant& grant) { return grant.state == GrantState::void_ && !is_declined(grant); }

Int128 take(Int128& from, Int128 wanted) {
  const Int128 taken = std::min(from, wanted);
  from -= taken;
  return taken;
}

// The parts of a key stand between slashes, so a slash inside a name is written as in a URL.
std::string key_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (c == '/' || c == '%' || c == ':') part += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else part += c;
  }
  return part;
}

std::string words_of(const Test& test) {
  const bool is_comparison = !test.text.empty() && std::string_view("<>=[(").find(test.text[0]) != std::string_view::npos;
  return fmt::format("{}{} {}", test.fact, is_comparison || test.text.starts_with("is ") ? "" : " is", test.text);
}

std::string words_of(const Condition& condition) {
  std::vector<std::string> any;
  for (const std::vector<Test>& tests : condition.any) {
    std::vector<std::string> all;
    for (const Test& test : tests) all.push_back(words_of(test));
    any.push_back(joined(all, " and "));
  }
  return any.empty() ? "always" : joined(any, " or ");
}

// The facts of a case with `total`, its money.
class WithTotal : public FactSource {
 public:
  WithTotal(const FactSource& facts, Slot slot, Value total) : facts_(facts), slot_(slot), total_(std::move(total)) {}
  Value at(Slot slot) const override { return slot == slot_ && slot != no_slot ? total_ : facts_.at(slot); }
  Currency currency() const override { return facts_.currency(); }

 private:
  const FactSource& facts_;
  Slot slot_;
  Value total_;
};

class Settlement {
 public:
  Settlement(const Policy& policy, const Schema& schema, const Given& given, Instant as_of, const Holds& test)
      : policy_(policy), total_(schema.find("total")), given_(given), as_of_(as_of), test_(test),
        caps_(policy, schema, given, as_of, test) {
    for (const auto& [order, money] : given.by_hand) by_hand_[order] = money.minor;
  }

  Settled settle(const Miss& miss, const Decision& decision);

 private:
  const std::vector<Grant>& given_to(const Miss& miss) const;
  std::vector<Pot> pots_of(const Miss& miss, const std::string& table, bool with_offers) const;
  bool was_given(const Settled& settled, const Remainder& owed) const;
  void settle_table(Settled& settled, const std::string& table);
  void take_by_hand(Settled& settled, Remainder& owed);
  void grant(Settled& settled, const Remainder& owed);
  int next_sequence(const Settled& settled, const Grant& grant) const;
  void add(Settled& settled, Grant grant) const;
  Value total_of(const Settled& settled) const;
  std::string approval_reason(const Settled& settled) const;
  void hold_for_approval(Settled& settled) const;
  void cap(Settled& settled);

  const Policy& policy_;
  Slot total_;
  const Given& given_;
  Instant as_of_;
  const Holds& test_;
  Caps caps_;
  std::map<std::string, Int128> by_hand_;  // what is left of it
};

const std::vector<Grant>& Settlement::given_to(const Miss& miss) const {
  static const std::vector<Grant> nothing;
  const auto found = given_.by_case.find(miss.key);
  return found == given_.by_case.end() ? nothing : found->second;
}

// An offer counts no more once somebody has chosen.
std::vector<Pot> Settlement::pots_of(const Miss& miss, const std::string& table, bool with_offers) const {
  std::vector<Pot> pots;
  for (const Grant& given : given_to(miss)) {
    if (given.table != table || !given.money || is_gone(given) || (is_offer(given) && !with_offers)) continue;
    const std::string label = label_of(given);
    const auto same = std::find_if(pots.begin(), pots.end(), [&](const Pot& pot) {
      return pot.label == label && pot.currency == given.money->currency && pot.declined == is_declined(given);
    });
    if (same != pots.end()) same->minor += given.money->minor;
    else pots.push_back(Pot{label, given.money->currency, given.money->minor, is_declined(given)});
  }
  std::stable_partition(pots.begin(), pots.end(), [](const Pot& pot) { return !pot.declined; });
  return pots;
}

// Whether a remedy without money stands already, from before or from tonight, whatever table gave it: nobody
// is called twice over one case.
bool Settlement::was_given(const Settled& settled, const Remainder& owed) const {
  const auto is_same = [&](const Grant& grant) {
    const bool counts = !is_gone(grant) && (!is_offer(grant) || !owed.remedy->options.empty());
    return counts && !grant.money && label_of(grant) == owed.label;
  };
  const std::vector<Grant>& before = given_to(*settled.miss);
  return std::any_of(before.begin(), before.end(), is_same) ||
         std::any_of(settled.grants.begin(), settled.grants.end(), is_same);
}

void Settlement::take_by_hand(Settled& settled, Remainder& owed) {
  const std::string& order = settled.miss->record_id;
  const auto credit = given_.by_hand.find(order);
  if (credit == given_.by_hand.end() || !(credit->second.currency == owed.remedy->money->currency)) return;
  const Money taken = whole_money(take(by_hand_[order], owed.minor), credit->second.currency);
  owed.minor -= taken.minor;
  settled.by_hand = settled.by_hand ? *settled.by_hand + taken : taken;
}

void Settlement::settle_table(Settled& settled, const std::string& table) {
  std::vector<Remainder> owed;
  for (const OwedRemedy& remedy : settled.decision->owed)
    if (remedy.table == table)
      owed.push_back(Remainder{&remedy, label_of(remedy), remedy.money ? remedy.money->minor : 1});
  const bool is_open = std::any_of(owed.begin(), owed.end(), [](const Remainder& part) { return !part.remedy->options.empty(); });
  std::vector<Pot> pots = pots_of(*settled.miss, table, is_open);
  const auto set_against = [&](bool same_label) {
    for (Remainder& part : owed)
      for (Pot& pot : pots)
        if (part.remedy->money && pot.currency == part.remedy->money->currency &&
            (!same_label || pot.label == part.label))
          part.minor -= take(pot.minor, part.minor);
  };
  set_against(true);
  set_against(false);
  for (Remainder& part : owed) {
    if (part.remedy->money) take_by_hand(settled, part);
    grant(settled, part);
  }
  for (const Pot& pot : pots)
    if (pot.minor > 0 && !pot.declined) add_ahead(settled, whole_money(pot.minor, pot.currency));
}

int Settlement::next_sequence(const Settled& settled, const Grant& grant) const {
  int last = 0;
  const auto look = [&](const std::vector<Grant>& grants) {
    for (const Grant& other : grants)
      if (other.table == grant.table && other.kind == grant.kind && other.what == grant.what)
        last = std::max(last, other.sequence);
  };
  look(given_to(*settled.miss));
  look(settled.grants);
  return last + 1;
}

void Settlement::add(Settled& settled, Grant grant) const {
  grant.sequence = next_sequence(settled, grant);
  const std::string remedy =
      grant.what.empty() ? key_part(grant.kind) : key_part(grant.kind) + ":" + key_part(grant.what);
  grant.key = fmt::format("{}/{}/{}/{}", grant.case_key, key_part(grant.table), remedy, grant.sequence);
  settled.grants.push_back(std::move(grant));
}

void Settlement::grant(Settled& settled, const Remainder& owed) {
  const OwedRemedy& remedy = *owed.remedy;
  if (owed.minor <= 0 || (!remedy.money && was_given(settled, owed))) return;
  const Miss& miss = *settled.miss;
  Grant grant{.key = {}, .case_key = miss.key, .record_id = miss.record_id, .person = miss.person,
              .table = remedy.table, .rule = remedy.rule, .kind = remedy.kind, .what = remedy.what,
              .sequence = 1, .money = remedy.money, .quantity = remedy.quantity, .duration = remedy.duration,
              .valid = remedy.valid, .within = remedy.within, .manner = remedy.manner, .pay_by = remedy.pay_by, .basis = remedy.basis,
              .state = GrantState::granted, .reason = {}, .reference = {}, .due = miss.due_instant,
              .as_of = as_of_, .steps = remedy.steps};
  if (remedy.money && owed.minor < remedy.money->minor) {
    grant.money = whole_money(owed.minor, remedy.money->currency);
    grant.steps.push_back(fmt::format("less {} given before = {}", print(*remedy.money - *grant.money), print(*grant.money)));
  }
  if (remedy.manner == "on_request") {
    grant.state = GrantState::decided;
    grant.reason = "on request: offered until it is claimed";
  }
  if (!remedy.options.empty()) {
    grant.state = GrantState::decided;
    grant.reason = std::string(offer_reason) + joined(remedy.options, " or ");
  }
  add(settled, std::move(grant));
}

// The case's money, about to be granted and given before, so that ten small nights need approval like one big
// one; in its own currency, and missing when it cannot be told in one sum.
Value Settlement::total_of(const Settled& settled) const {
  const Currency currency = settled.miss->facts.currency();
  Int128 sum = 0;
  bool is_one_currency = true;
  const auto count = [&](const Grant& grant) {
    is_one_currency = is_one_currency && grant.money->currency == currency;
    sum += grant.money->minor;
  };
  for (const Grant& grant : given_to(*settled.miss))
    if (grant.money && grant.state != GrantState::void_) count(grant);
  for (const Grant& grant : settled.grants)
    if (grant.money && grant.state == GrantState::granted) count(grant);
  if (!is_one_currency) return {};
  return Value::of_money(Ratio(sum, 1) * minor_unit(currency), currency);
}

// Why a person has to look first; empty when nobody has to. What cannot be known is held too.
std::string Settlement::approval_reason(const Settled& settled) const {
  const WithTotal facts(settled.miss->facts, total_, total_of(settled));
  for (const ApprovalRule& rule : policy_.approvals) {
    const Truth truth = test_(rule.when, facts);
    if (truth == Truth::yes) return "approval: " + words_of(rule.when);
    if (truth == Truth::unknown) return fmt::format("approval: cannot tell whether {}", words_of(rule.when));
  }
  return {};
}

void Settlement::hold_for_approval(Settled& settled) const {
  if (settled.grants.empty() || policy_.approvals.empty()) return;
  const std::string reason = approval_reason(settled);
  if (reason.empty()) return;
  for (Grant& grant : settled.grants) {
    if (grant.state != GrantState::granted) continue;
    grant.state = GrantState::held;
    grant.reason = reason;
  }
}

// What fits is granted; the rest becomes a grant of its own, held.
void Settlement::cap(Settled& settled) {
  std::vector<Grant> all;
  all.swap(settled.grants);
  for (Grant& grant : all) {
    if (!grant.money || grant.state != GrantState::granted) {
      caps_.count(grant);
      add(settled, std::move(grant));
      continue;
    }
    const Caps::Fit fit = caps_.fit(grant, *settled.miss);
    Grant rest = grant;
    rest.money = Money{grant.money->minor - fit.minor, grant.money->currency};
    rest.state = GrantState::held;
    rest.reason = fit.reason;
    grant.money = Money{fit.minor, grant.money->currency};
    if (fit.minor > 0) {
      if (rest.money->minor > 0) grant.steps.push_back(fmt::format("{} fits, {}", print(*grant.money), fit.reason));
      caps_.count(grant);
      add(settled, std::move(grant));
    }
    if (rest.money->minor > 0) {
      rest.steps.push_back(fmt::format("{} is over it, {}", print(*rest.money), fit.reason));
      caps_.count(rest);
      add(settled, std::move(rest));
    }
  }
}

Settled Settlement::settle(const Miss& miss, const Decision& decision) {
  Settled settled;
  settled.miss = &miss;
  settled.decision = &decision;
  settled.owed.currency = miss.facts.currency();
  if (!decision.judged) return settled;
  std::vector<std::string> tables;
  const auto note = [&](const std::string& table) {
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  };
  for (const OwedRemedy& remedy : decision.owed) {
    note(remedy.table);
    if (remedy.money) add_owed(settled, *remedy.money);
  }
  for (const Grant& given : given_to(miss)) note(given.table);
  for (const std::string& table : tables) settle_table(settled, table);
  hold_for_approval(settled);
  cap(settled);
  return settled;
}

}  // namespace

std::string_view name_of(GrantState state) { return state_names[static_cast<int>(state)]; }

std::optional<GrantState> grant_state_named(std::string_view name) {
  const auto* found = std::find(std::begin(state_names), std::end(state_names), name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<GrantState>(found - std::begin(state_names));
}

bool is_news(const Grant& grant) { return grant.money || grant.quantity || !grant.duration.empty(); }

bool is_declined(const Grant& grant) { return grant.state == GrantState::void_ && grant.reason.starts_with(declined_reason); }

std::string remedy_label(std::string_view kind, std::string_view what) {
  return what.empty() ? std::string(kind) : fmt::format("{}:{}", kind, what);
}

void collect_settlement(const Schema& schema, std::vector<Slot>& slots) {
  for (const std::string_view name : {"order_value", "refunded"}) {
    const Slot slot = schema.find(name);
    if (slot != no_slot) slots.push_back(slot);
  }
}

std::vector<Settled> settle(const std::vector<std::pair<const Miss*, const Decision*>>& cases, const Policy& policy,
                            const Schema& schema, const Given& given, Instant as_of, const Holds& test) {
  auto served = cases;
  std::sort(served.begin(), served.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first->due_instant, a.first->key) < std::tie(b.first->due_instant, b.first->key);
  });
  Settlement settlement(policy, schema, given, as_of, test);
  std::vector<Settled> settled;
  settled.reserve(served.size());
  for (const auto& [miss, decision] : served) settled.push_back(settlement.settle(*miss, *decision));
  return settled;
}

}  // namespace amends
