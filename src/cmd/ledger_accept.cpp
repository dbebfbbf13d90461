// amends ledger accept: what was given twice stays with the customer, and no run lists it again.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/ledger_parts.h"
#include "cmd/sentences.h"
#include "core/base/text.h"

namespace amends {
namespace {

Money left_before(const std::vector<LeftTwice>& left, const std::string& order, Currency currency) {
  for (const LeftTwice& one : left)
    if (one.record_id == order && one.money.currency == currency) return one.money;
  return Money{0, currency};
}

// As the run of now would list it.
std::vector<GivenTwice> given_twice_now(const Context& context, const Ledger& ledger) {
  const Books books = books_of(&ledger, *context.project);
  const Judged judged = judged_cases(context, books, CasesFrom::records, Tell::nothing, {});
  NightOptions how;
  how.project_of = books.project_of;
  return night_of(judged.judgement, books.standing, *context.project, how).given_twice;
}

std::vector<LeftTwice> to_leave(const LedgerOptions& options, const Context& context, const Ledger& ledger) {
  const std::vector<GivenTwice> twice = given_twice_now(context, ledger);
  const std::vector<LeftTwice> before = ledger.left_twice();
  std::vector<LeftTwice> left;
  for (const std::string& order : options.names) {
    const std::size_t known = left.size();
    for (const GivenTwice& one : twice)
      if (one.record_id == order)
        left.push_back({order, left_before(before, order, one.twice.currency) + one.twice, options.by, options.reason, context.as_of});
    if (left.size() == known)
      throw Error{{}, fmt::format("nothing was given twice for {}; nothing was accepted", quoted(order)), fmt::format("amends explain {} says how it stands", order)};
  }
  return left;
}

std::vector<LeftTwice> to_settle(const LedgerOptions& options, const Context& context, const Ledger& ledger) {
  std::vector<LeftTwice> back;
  for (const std::string& order : options.names) {
    const std::size_t known = back.size();
    for (const LeftTwice& one : ledger.left_twice())
      if (one.record_id == order) back.push_back({order, Money{0, one.money.currency}, options.by, options.reason, context.as_of});
    if (back.size() == known)
      throw Error{{}, fmt::format("nothing was accepted for {}", quoted(order)), "amends ledger list shows what was"};
  }
  return back;
}

std::string text_of(const LeftTwice& one) {
  const std::string words = one.money.minor == 0 ? fmt::format("taken back, {}{}{}", one.by, one.reason.empty() ? "" : ": ", one.reason) : left_twice_words(one);
  return fmt::format("{}  {}\n", one.record_id, words);
}

}  // namespace

Exit accept(const LedgerOptions& options, const Context& context, const Clock& clock) {
  if (options.names.empty()) throw Error{{}, "what is accepted?", "amends ledger accept ORDER --by \"Maya Chen\""};
  const std::unique_ptr<Ledger> ledger = ledger_to_write(options, context);
  const std::vector<LeftTwice> said = options.undo ? to_settle(options, context, *ledger) : to_leave(options, context, *ledger);
  ledger->begin(context.as_of, clock.now, "accept");
  std::string text;
  for (const LeftTwice& one : said) {
    ledger->append_left_twice(one);
    text += text_of(one);
  }
  Output out(options.output);
  out.write(text);
  out.flush();
  ledger->commit({});
  out.close();
  context.say(options.undo ? "The next run lists it again." : "No run lists it again, unless more is given twice.");
  return Exit::ok;
}

}  // namespace amends
