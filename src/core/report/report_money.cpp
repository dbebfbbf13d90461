#include "core/report/report_money.h"

#include "core/report/report.h"

namespace amends {
namespace {

void add(const Grant& grant, GrantSums& sums) {
  const Int128 minor = grant.money ? grant.money->minor : 0;
  switch (grant.state) {
    case GrantState::granted: sums.granted += minor; break;
    case GrantState::issued: sums.issued += minor; break;
    case GrantState::held:
      sums.held += minor;
      if (grant.reason.starts_with("cap ")) sums.over_caps += minor;
      break;
    case GrantState::void_: sums.voided += minor; break;
    case GrantState::decided: sums.offered += minor; break;
  }
  const bool is_given = grant.state == GrantState::granted || grant.state == GrantState::issued;
  sums.remedies += is_given ? 1 : 0;
}

}  // namespace

MoneyFigures money_figures(const std::vector<DatedGrant>& grants) {
  MoneyFigures figures;
  for (const DatedGrant& dated : grants) {
    const Grant& grant = *dated.grant;
    const std::string currency = grant.money ? std::string(grant.money->currency.name()) : std::string();
    add(grant, figures.in_all[{"", currency}]);
    add(grant, figures.by_month[{month_name_of(dated.day), currency}]);
    add(grant, figures.by_remedy[{grant.kind, currency}]);
  }
  return figures;
}

}  // namespace amends
