#include "io/issue_file.h"

#include <fmt/format.h>

#include "core/text.h"
#include "io/named_rows.h"

namespace amends {

std::vector<Issued> read_issue_file(const std::string& path) {
  if (path.empty()) throw Error{{}, "which grants were paid?", "amends ledger issue --from paid.csv"};
  std::vector<Issued> lines;
  for (NamedRow& row : read_named_rows(path, {"grant", "reference"})) lines.push_back({row.cells[0], row.cells[1], std::move(row.where)});
  return lines;
}

namespace {

Money money_of(const NamedRow& row, Currency shop_currency) {
  const std::optional<Currency> currency = row.cells[3].empty() ? std::optional(shop_currency) : currency_named(row.cells[3]);
  if (!currency) throw Error{row.where, fmt::format("{} is not a currency", quoted(row.cells[3])), "write its ISO 4217 code: GBP"};
  const std::optional<Ratio> units = read_decimal(row.cells[2]);
  const Ratio minor = units ? *units / minor_unit(*currency) : Ratio();
  if (!units || !minor.is_whole() || minor <= Ratio(0))
    throw Error{row.where, fmt::format("{} is not an amount of {}", quoted(row.cells[2]), currency->name()), fmt::format("write {}", amount(Money{1250, *currency}))};
  return Money{whole_of(minor), *currency};
}

}  // namespace

std::vector<CreditLine> read_credit_file(const std::string& path, Currency shop_currency) {
  if (path.empty()) throw Error{{}, "which credits were given?", "amends ledger import --from credits.csv"};
  std::vector<CreditLine> lines;
  for (NamedRow& row : read_named_rows(path, {"reference", "order_id", "amount"}, {"currency", "reason"})) {
    if (row.cells[0].empty()) throw Error{row.where, "the reference is empty", "give what keeps this credit apart from all others"};
    if (row.cells[1].empty()) throw Error{row.where, "the order_id is empty", "a credit is given for an order"};
    const Money money = money_of(row, shop_currency);
    lines.push_back({{row.cells[0], row.cells[1], money, row.cells[4], {}}, std::move(row.where)});
  }
  return lines;
}

}  // namespace amends
