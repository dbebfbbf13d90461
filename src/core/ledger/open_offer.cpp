#include "core/ledger/open_offer.h"

#include <algorithm>

namespace amends {
namespace {

// What of a choice's money was given already when it was offered; none: no grant offers it.
std::optional<Money> given_of(const OwedRemedy& choice, const std::vector<const Grant*>& offers) {
  bool is_offered = false;
  Money rest = choice.money.value_or(Money{});
  for (const Grant* grant : offers) {
    if (grant->table != choice.table || grant->rule != choice.rule) continue;
    is_offered = true;
    if (grant->money && choice.money && grant->money->currency == rest.currency) rest = rest - *grant->money;
  }
  if (!is_offered) return std::nullopt;
  return rest.minor < 0 ? Money{0, rest.currency} : rest;
}

Offer less(Offer offer, const Money& given) {
  for (Offer::Option& option : offer.options)
    if (option.money && option.money->currency == given.currency) option.money = *option.money - given;
  std::erase_if(offer.options, [](const Offer::Option& option) { return option.money && option.money->minor <= 0; });
  const auto is_standard = [&](const Offer::Option& option) { return option.name == offer.standard; };
  if (std::any_of(offer.options.begin(), offer.options.end(), is_standard)) return offer;
  offer.standard.clear();
  offer.by.reset();
  return offer;
}

}  // namespace

bool is_offer(const Grant& grant) { return grant.state == GrantState::decided && grant.reason.starts_with(offer_reason); }

std::optional<Offer> open_offer(const Decision& decision, const std::vector<Grant>& before, const std::vector<Grant>& tonight) {
  std::vector<const Grant*> offers;
  for (const auto* grants : {&before, &tonight})
    for (const Grant& grant : *grants)
      if (is_offer(grant)) offers.push_back(&grant);
  for (const OwedRemedy& remedy : decision.owed) {
    if (!remedy.offer) continue;
    const std::optional<Money> given = given_of(remedy, offers);
    if (!given) continue;
    Offer offer = less(*remedy.offer, *given);
    if (!offer.options.empty()) return offer;
  }
  return std::nullopt;
}

}  // namespace amends
