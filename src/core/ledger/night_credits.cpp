#include "core/ledger/night_credits.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_set>

#include "core/ledger/given_twice.h"

namespace amends {
namespace {

// The cases of an order to which a credit was given by hand; whether it is known of each what is owed in the end.
struct CreditedOrder {
  std::vector<NightCase*> cases;
  bool is_settled = true;
};

// What of the credit nothing is left to be set against, since more was granted before it came.
Money left_by_hand(const CreditedOrder& order) {
  Money left = *order.cases.front()->miss->by_hand;
  for (const NightCase* c : order.cases)
    if (c->by_hand && c->by_hand->currency == left.currency) left = left - *c->by_hand;
  return left;
}

void let_give_way(Night& night, const CreditedOrder& order, const Given& given, Instant as_of) {
  const Money left = left_by_hand(order);
  if (left.minor <= 0) return;
  std::vector<Grant> grants;
  for (const NightCase* c : order.cases)
    if (const auto before = given.by_case.find(c->miss->key); before != given.by_case.end()) grants.insert(grants.end(), before->second.begin(), before->second.end());
  const auto known = given.left.find(order.cases.front()->miss->record_id);
  GivenWay way = give_way(grants, left, as_of, known == given.left.end() ? std::vector<Money>{} : known->second);
  for (Grant& rest : way.rest)
    for (NightCase* c : order.cases)
      if (c->miss->key == rest.case_key) c->grants.push_back(rest);
  std::move(way.gone.begin(), way.gone.end(), std::back_inserter(night.gave_way));
  if (way.twice) night.given_twice.push_back(std::move(*way.twice));
}

}  // namespace

// What still grows, waits or cannot be judged may use up the credit yet.
void look_for_twice(Night& night, const Given& given, Instant as_of) {
  std::map<std::string_view, CreditedOrder> orders;
  for (NightCase& c : night.cases) {
    if (!c.miss->by_hand) continue;
    CreditedOrder& order = orders[c.miss->record_id];
    order.cases.push_back(&c);
    order.is_settled = order.is_settled && c.standing == standing::decided && c.decision.judged && c.accruing.empty();
  }
  for (const auto& [id, order] : orders)
    if (order.is_settled) let_give_way(night, order, given, as_of);
}

void add_credits(Judgement& judgement, const Records& records, Currency shop_currency, const std::vector<HandCredit>& imported) {
  const Table& credits = records.table(RecordKind::credit);
  const Column* const references = credits.find("reference");
  std::unordered_set<std::string_view> known;
  if (references != nullptr && credits.rows() > 0)
    for (const HandCredit& credit : imported) known.insert(credit.reference);
  const auto is_imported = [&](Row row) { return !known.empty() && known.contains(references->text[row]); };
  const Column* orders = credits.find("order_id");
  const Column* amounts = credits.find("amount");
  if (orders == nullptr || amounts == nullptr) return;
  std::map<std::pair<std::string_view, std::string>, Money> sums;  // by order and currency
  for (Row row = 0; row < credits.rows(); ++row) {
    if (amounts->whole[row] == Moment::none || is_imported(row)) continue;
    const bool own = credits.currency.size() > row && !credits.currency[row].is_none();
    const Money money{amounts->whole[row], own ? credits.currency[row] : shop_currency};
    Money& sum = sums.try_emplace({orders->text[row], std::string(money.currency.name())}, Money{0, money.currency}).first->second;
    sum = sum + money;
  }
  for (Miss& miss : judgement.misses) {
    if (miss.order == no_row) continue;  // of an order that nobody knows
    const auto found = sums.find({miss.record_id, std::string(miss.facts.money.name())});
    if (found != sums.end()) miss.by_hand = found->second;
  }
}

}  // namespace amends
