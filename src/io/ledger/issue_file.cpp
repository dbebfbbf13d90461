#include "io/ledger/issue_file.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "io/records/named_rows.h"

namespace amends {

namespace {

constexpr const char* too_short = "this row is too short";

}  // namespace

IssueFile read_issue_file(const std::string& path) {
  if (path.empty()) throw Error{{}, "which grants were paid?", "amends ledger issue --from paid.csv"};
  IssueFile file;
  for (NamedRow& row : read_named_rows(path, {"grant", "reference"})) {
    Issued line{row.cells[0], row.cells[1], std::move(row.where)};
    if (row.is_short) file.rejected.push_back({std::move(line), too_short, "each row has a grant and a reference"});
    else file.lines.push_back(std::move(line));
  }
  return file;
}

namespace {

Money money_of(const NamedRow& row, Currency shop_currency) {
  const std::optional<Currency> currency = row.cells[3].empty() ? std::optional(shop_currency) : currency_named(row.cells[3]);
  if (!currency) throw Error{row.places[3], fmt::format("{} is not a currency", quoted(row.cells[3])), "write its ISO 4217 code: GBP"};
  const std::optional<Ratio> units = read_decimal(row.cells[2]);
  const Ratio minor = units ? *units / minor_unit(*currency) : Ratio();
  if (!units || !minor.is_whole() || minor <= Ratio(0))
    throw Error{row.places[2], fmt::format("{} is not an amount of {}", quoted(row.cells[2]), currency->name()), fmt::format("write {}", amount(Money{1250, *currency}))};
  return Money{whole_of(minor), *currency};
}

CreditLine credit_of(const NamedRow& row, Currency shop_currency) {
  if (row.is_short) throw Error{row.where, too_short, "each row has a reference, an order_id and an amount"};
  if (row.cells[0].empty()) throw Error{row.places[0], "the reference is empty", "give what keeps this credit apart from all others"};
  if (row.cells[1].empty()) throw Error{row.places[1], "the order_id is empty", "a credit is given for an order"};
  return {{row.cells[0], row.cells[1], money_of(row, shop_currency), row.cells[4], {}}, row.where};
}

}  // namespace

CreditFile read_credit_file(const std::string& path, Currency shop_currency) {
  if (path.empty()) throw Error{{}, "which credits were given?", "amends ledger import --from credits.csv"};
  CreditFile file;
  for (const NamedRow& row : read_named_rows(path, {"reference", "order_id", "amount"}, {"currency", "reason"})) {
    try {
      file.lines.push_back(credit_of(row, shop_currency));
    } catch (const Error& fault) {
      file.rejected.push_back({{{}, fault.where}, fault.message, fault.hint});
    } catch (const Overflow&) {
      file.rejected.push_back({{{}, row.places[2]}, fmt::format("{} is too much", quoted(row.cells[2])), "write what was given"});
    }
  }
  return file;
}

}  // namespace amends
