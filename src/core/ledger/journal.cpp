#include "core/ledger/journal.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace amends {
namespace {

// Part of the ledger format (amends-ledger.1). Add, never rename.
constexpr const char* owed = "liabilities:amends";
constexpr const char* paid = "assets:amends:paid";
constexpr const char* opening = "expenses:amends:";

// A line ends where it ends: what records say can begin neither a code, nor a comment, nor another transaction.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c == ';' ? ',' : c == '|' ? '/' : c == '(' ? '[' : c == ')' ? ']' : c;
  return line;
}

// A word before a colon is a tag, and some tags mean something.
std::string without_tags(std::string text) {
  std::replace(text.begin(), text.end(), ':', ' ');
  return text;
}

// Two blanks end an account's name.
std::string account_of(std::string_view kind) {
  std::string name = opening;
  for (const char c : one_line(kind))
    if (c != ' ' || name.back() != ' ') name += c;
  return name;
}

// How amounts of a currency are written; a decimal mark has to be there.
std::string shape_of(std::string_view code) {
  const std::string shape = amount(Money{0, *currency_named(code)});
  return shape.find('.') == std::string::npos ? shape + "." : shape;
}

class Journal {
 public:
  explicit Journal(const Zone& zone) : zone_(zone) {}

  void add(Instant at, std::string_view code, std::string_view words, std::string_view comment, const std::string& to, const std::string& from, Money money) {
    accounts_.insert({to, from});
    commodities_.insert(std::string(money.currency.name()));
    const std::string head = code.empty() ? std::string() : fmt::format("({}) ", one_line(code));
    text_ += fmt::format("\n{} * {}{}  ; {}\n", print(zone_.date_at(at)), head, one_line(words), one_line(comment));
    text_ += fmt::format("    {}  {}\n    {}  {}\n", to, print(money), from, print(Money{-money.minor, money.currency}));
  }

  std::string text() const {
    std::string head;
    for (const std::string& code : commodities_) head += fmt::format("commodity {} {}\n", code, shape_of(code));
    for (const std::string& account : accounts_) head += fmt::format("account {}\n", account);
    return head + text_;
  }

 private:
  const Zone& zone_;
  std::set<std::string> accounts_, commodities_;
  std::string text_;
};

// One step of a grant, after the state it was in before.
void add_step(Journal& journal, const Grant& grant, const GrantStep& step, GrantState before, bool is_first) {
  const std::string expense = account_of(grant.kind);
  const std::string words = fmt::format("{} {}", grant.record_id, grant.kind);
  const bool was_owed = !is_first && before == GrantState::granted, was_paid = !is_first && before == GrantState::issued;
  switch (step.state) {
    case GrantState::granted: return journal.add(step.as_of, "", words, grant.key, expense, owed, *grant.money);
    case GrantState::issued: return journal.add(step.as_of, step.reference, words + " paid", grant.key, owed, paid, *grant.money);
    case GrantState::void_:
      if (was_owed) journal.add(step.as_of, "", words + " void", grant.key, owed, expense, *grant.money);
      if (was_paid) journal.add(step.as_of, "", words + " void", grant.key, paid, expense, *grant.money);
      return;
    case GrantState::decided:
    case GrantState::held: return;
  }
}

void add_credit(Journal& journal, const HandCredit& credit, std::map<std::string, Money>& known) {
  const auto before = known.find(credit.reference);
  const std::string expense = account_of("by hand");
  if (before != known.end()) journal.add(credit.as_of, credit.reference, credit.record_id + " by hand, void", without_tags(credit.reason), paid, expense, before->second);
  if (credit.money.minor == 0) {
    known.erase(credit.reference);
    return;
  }
  journal.add(credit.as_of, credit.reference, credit.record_id + " by hand", without_tags(credit.reason), expense, paid, credit.money);
  known.insert_or_assign(credit.reference, credit.money);
}

}  // namespace

std::string journal(const JournalRows& rows, const Zone& zone) {
  Journal journal(zone);
  std::map<std::string_view, const Grant*> by_key;
  for (const Grant& grant : rows.grants) by_key[grant.key] = &grant;
  std::map<std::string_view, GrantState> states;
  for (const GrantStep& step : rows.steps) {
    const Grant* grant = by_key.at(step.key);
    const auto before = states.find(step.key);
    if (grant->money) add_step(journal, *grant, step, before == states.end() ? step.state : before->second, before == states.end());
    states[step.key] = step.state;
  }
  std::map<std::string, Money> known;
  for (const HandCredit& credit : rows.credits) add_credit(journal, credit, known);
  return journal.text();
}

}  // namespace amends
