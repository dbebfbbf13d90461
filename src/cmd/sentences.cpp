#include "cmd/sentences.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/letters/case_letter.h"

namespace amends {
namespace {

constexpr std::size_t shown_unjudged = 10;

std::string kinds_of(const Counts& counts) {
  std::vector<std::string> parts;
  for (std::size_t kind = 0; kind < counts.kinds.size(); ++kind)
    if (counts.kinds[kind] > 0) parts.push_back(fmt::format("{} {}", counts.kinds[kind], name_of(static_cast<Kind>(kind))));
  return joined(parts, ", ");
}

}  // namespace

std::string moment_words(Instant at, const Zone& zone) {
  const Date date = zone.date_at(at);
  return zone.start_of(date) == at ? print_day(date) : print_moment(Moment(at), zone);
}

Instant moment_option(const std::string& name, const std::string& text, Instant now, const Zone& zone) {
  if (const std::optional<std::int64_t> ms = read_duration(text)) {
    const bool is_days = *ms % ms_per_day == 0;
    return is_days ? zone.start_of(Date{zone.date_at(now).days - static_cast<std::int32_t>(*ms / ms_per_day)}) : Instant{now.ms - *ms};
  }
  const Stamp stamp = read_iso(text);
  if (stamp.kind == Stamp::Kind::bad)
    throw Error{{}, fmt::format("{}: {} is neither a time nor a length of time", name, quoted(text)), "write \"90 days\" or 2026-01-01"};
  const Moment moment = moment_of(stamp, zone);
  return moment.is_date() ? zone.start_of(moment.date()) : moment.instant();
}

std::string given_twice_words(const GivenTwice& twice) {
  std::vector<std::string> grants;
  for (const Grant& g : twice.grants) {
    const std::string state = g.state == GrantState::issued ? "issued as " + g.reference : std::string(name_of(g.state));
    grants.push_back(fmt::format("{} ({})", remedy_words(g), state));
  }
  return fmt::format("{}: {} given twice, by hand ({}) and as {}", twice.record_id, print(twice.twice), print(twice.by_hand), joined(grants, ", "));
}

// What is void and still owed, the next run grants, less what was given by hand.
std::string given_twice_hint(const GivenTwice& twice) {
  std::vector<std::string> keys;
  bool is_paid = false;
  for (const Grant& g : twice.grants) {
    keys.push_back(g.key);
    is_paid = is_paid || g.state == GrantState::issued;
  }
  return fmt::format("{}: amends ledger void {} --reason \"given by hand\" --by NAME{}; the next run grants what is still owed; "
                     "to leave it with the customer: amends ledger accept {} --by NAME",
                     is_paid ? "once the payment was taken back" : "if it was not paid yet", joined(keys, " "), is_paid ? " --yes" : "", twice.record_id);
}

std::string left_twice_words(const LeftTwice& left) {
  return fmt::format("accepted: {} given twice is left with the customer, {}{}{}", print(left.money), left.by, left.reason.empty() ? "" : ": ", left.reason);
}

void tell_given_twice(const GivenTwice& twice) {
  tell_on_stderr(given_twice_words(twice));
  tell_on_stderr("  hint: " + given_twice_hint(twice));
}

std::string gave_way_words(const Grant& gone, const std::vector<Grant>& rest) {
  const auto is_of = [&](const Grant& g) {
    return g.case_key == gone.case_key && g.table == gone.table && g.kind == gone.kind && g.what == gone.what && g.rule == gone.rule;
  };
  const auto left = std::find_if(rest.begin(), rest.end(), is_of);
  return fmt::format("{}: {} was held and gives way to what was given by hand{}", gone.record_id, remedy_words(gone),
                     left == rest.end() || !(left->reason == gone.reason) ? "" : fmt::format("; {} stays held", print(*left->money)));
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

namespace {

std::string minutes_words(std::int64_t minutes) {
  if (minutes == 0) return "under a minute";
  if (minutes < 60) return fmt::format("{} min", minutes);
  return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

std::string lateness_words(const Miss& miss) {
  if (miss.kind == Kind::early) return minutes_words(miss.lateness.early_minutes) + " early";
  if (!miss.lateness_known) return "not known";
  if (!miss.kinds.has(Kind::late) && !miss.kinds.has(Kind::overdue)) return miss.kinds.has(Kind::at_risk) ? "not due yet" : "";
  const Lateness& l = miss.lateness;
  if (miss.due.is_date() || l.days >= 1) return l.days == 1 ? "1 day" : fmt::format("{} days", l.days);
  return minutes_words(l.minutes);
}

std::string records_words(const Counts& counts) {
  std::string words = counted(counts.orders, "order", "orders");
  for (const RecordKind kind : promised_on)
    if (const std::size_t count = counts.records[static_cast<std::size_t>(kind)]; count > 0) words += ", " + counted(count, name_of(kind), source_name_of(kind));
  if (!counts.has_one_case_an_order()) words += ", " + counted(counts.cases, "case", "cases");
  return words;
}

std::string counts_sentence(const Judged& judged) {
  const Judgement& j = judged.judgement;
  std::vector<std::string> parts = {fmt::format("{} in time", j.counts.in_time)};
  if (j.counts.open > 0) parts.push_back(fmt::format("{} not due yet", j.counts.open));
  parts.push_back(j.counts.missed == 0 ? "none missed" : fmt::format("{} missed ({})", j.counts.missed, kinds_of(j.counts)));
  if (j.counts.unjudged > 0) parts.push_back(fmt::format("{} cannot be judged", j.counts.unjudged));
  if (j.counts.left_out > 0) parts.push_back(fmt::format("{} left out (cannot be judged, and due before the start)", j.counts.left_out));
  if (j.counts.ended > 0) parts.push_back(fmt::format("{} called off", j.counts.ended));
  if (j.counts.suspended > 0) parts.push_back(fmt::format("{} suspended", j.counts.suspended));
  if (j.counts.unmatched > 0) parts.push_back(fmt::format("{} under no guarantee", j.counts.unmatched));
  if (!judged.survey.records.rejected.empty()) parts.push_back(counted(judged.survey.records.rejected.size(), "row set aside", "rows set aside"));
  return fmt::format("{}: {}", records_words(j.counts), joined(parts, ", "));
}

std::string undecided_words(const Night& night) {
  return night.unjudged == 0 ? std::string() : fmt::format("of those missed {} cannot be decided by the policy", night.unjudged);
}

std::string sums_words(const std::vector<Money>& amounts) {
  std::map<std::string, Money> sums;
  for (const Money& money : amounts) {
    Money& sum = sums.try_emplace(std::string(money.currency.name()), Money{0, money.currency}).first->second;
    sum = sum + money;
  }
  std::vector<std::string> parts;
  for (const auto& [code, sum] : sums) parts.push_back(print(sum));
  return parts.empty() ? "nothing" : joined(parts, " and ");
}

std::string grants_sentence(const Night& night) {
  std::vector<Money> granted, held;
  std::size_t granted_count = 0, held_count = 0;
  for (const NightCase& c : night.cases)
    for (const Grant& g : c.grants) {
      const bool is_held = g.state == GrantState::held;
      ++(is_held ? held_count : granted_count);
      if (g.money) (is_held ? held : granted).push_back(*g.money);
    }
  std::string out = fmt::format("{} granted: {}", counted(granted_count, "remedy", "remedies"), sums_words(granted));
  if (held_count > 0) out += fmt::format("; {} held: {}", held_count, sums_words(held));
  if (night.unjudged > 0) out += fmt::format("; {} cannot be judged by the policy", night.unjudged);
  if (night.before_start > 0) out += fmt::format("; {} due before the start", night.before_start);
  if (night.backlog > 0) out += fmt::format("; {} older ones wait: --backlog decides them", night.backlog);
  return out;
}

std::string why_unwritten(const Unwritten& unwritten) {
  const std::string& reason = unwritten.reason;
  if (reason.starts_with(stale_reason) || reason == untold_reason || reason == undeclined_reason) return "call: " + reason;
  return unwritten.call ? "call, since the letter has nowhere to go: " + reason : "no letter: " + reason_words(unwritten);
}

std::string apart_words(const LetterApart& apart) {
  std::vector<std::string> records;
  for (const std::string& key : apart.case_keys) records.push_back(record_words(key));
  return fmt::format("{}: a letter each, since the one for all of them could not be written: {}", joined(records, " and "), apart.reason);
}

void say_unjudged(const Context& context, const std::vector<Unjudged>& unjudged) {
  std::size_t shown = 0;
  for (const Unjudged& u : unjudged) {
    if (++shown > shown_unjudged) break;
    context.say(fmt::format("cannot judge {} under {}: {}", record_words(u.key), u.guarantee, u.reason));
  }
  if (unjudged.size() > shown_unjudged)
    context.say(fmt::format("... and {} more; check --format jsonl lists them all", unjudged.size() - shown_unjudged));
}

void say_undecided(const Context& context, const Night& night) {
  std::size_t shown = 0;
  for (const NightCase& c : night.cases) {
    const bool is_undecided = c.standing == standing::decided && !c.decision.judged;
    if (is_undecided && ++shown <= shown_unjudged) context.say(fmt::format("cannot decide what is owed for {}: {}", record_words(c.miss->key), c.decision.reason));
  }
  if (shown > shown_unjudged) context.say(fmt::format("... and {} more; compensate --format jsonl lists them all", shown - shown_unjudged));
}

}  // namespace amends
