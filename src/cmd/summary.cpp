#include "cmd/summary.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/report/report.h"

namespace amends {
namespace {

constexpr std::size_t shown_of_many = 5;

struct Sums {
  std::size_t count = 0;
  std::vector<Money> amounts;
};

Sums sums_in(const Night& night, GrantState state) {
  Sums sums;
  for (const NightCase& c : night.cases)
    for (const Grant& g : c.grants) {
      if (g.state != state) continue;
      ++sums.count;
      if (g.money) sums.amounts.push_back(*g.money);
    }
  return sums;
}

// Hours from due to word, the median over tonight's first letters, as a report takes it.
std::optional<double> hours_to_word(const Summary& s, Instant as_of) {
  std::map<std::string_view, const Miss*> by_key;
  for (const NightCase& c : s.night.cases) by_key[c.miss->key] = c.miss;
  std::vector<std::int64_t> ms;
  for (const Message& m : s.drafts.messages)
    if (m.purpose == "notice") ms.push_back(std::max<std::int64_t>(as_of.ms - by_key.at(m.case_key)->due_instant.ms, 0));  // 0: before it was due
  if (ms.empty()) return std::nullopt;
  return static_cast<double>(waits_of(std::move(ms)).median) / static_cast<double>(ms_per_hour);
}

std::size_t calls_in(const Drafts& drafts) {
  return static_cast<std::size_t>(std::count_if(drafts.unwritten.begin(), drafts.unwritten.end(), [](const Unwritten& u) { return u.call; }));
}

std::size_t unwritten_for(const Drafts& drafts, std::string_view reason) {
  return static_cast<std::size_t>(std::count_if(drafts.unwritten.begin(), drafts.unwritten.end(), [&](const Unwritten& u) { return u.reason == reason; }));
}

// Calls and notes by hand that were granted tonight.
std::size_t owed_in(const Night& night) {
  std::size_t owed = 0;
  for (const NightCase& c : night.cases)
    for (const Grant& g : c.grants) owed += g.state == GrantState::granted && (g.kind == name_of(Channel::call) || g.kind == name_of(Channel::note));
  return owed;
}

std::map<std::string, std::size_t> kinds_in(const Judgement& judgement) {
  std::map<std::string, std::size_t> kinds;
  for (std::size_t kind = 0; kind < judgement.counts.kinds.size(); ++kind)
    if (judgement.counts.kinds[kind] > 0) kinds[std::string(name_of(static_cast<Kind>(kind)))] = judgement.counts.kinds[kind];
  return kinds;
}

void write_sums(Json& json, std::string_view name, const Sums& sums) {
  std::map<std::string, Money> by_currency;
  for (const Money& m : sums.amounts) {
    Money& sum = by_currency.try_emplace(std::string(m.currency.name()), Money{0, m.currency}).first->second;
    sum = sum + m;
  }
  json.key(name).open('{').field("count", static_cast<std::int64_t>(sums.count)).key("amounts").open('{');
  for (const auto& [code, sum] : by_currency) json.field(code, amount(sum));
  json.close('}').close('}');
}

void write_twice(Json& json, const std::vector<GivenTwice>& all) {
  json.key("given_twice").open('[');
  for (const GivenTwice& twice : all) {
    json.open('{').field("order", twice.record_id).field("amount", amount(twice.twice)).field("by_hand", amount(twice.by_hand)).field("currency", twice.twice.currency.name());
    json.key("grants").open('[');
    for (const Grant& g : twice.grants) json.text(g.key);
    json.close(']').close('}');
  }
  json.close(']');
}

class Lines {
 public:
  void add(std::string_view name, const std::string& value, const std::string& rest = {}) {
    text_ += fmt::format("  {:<13} {:>14}  {}", name, value, rest);
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
  }
  void note(const std::string& text) { text_ += "  " + text + "\n"; }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string number(std::size_t n) { return std::to_string(n); }

std::string joined_if(std::vector<std::pair<std::size_t, std::string>> parts) {
  std::vector<std::string> shown;
  for (const auto& [n, words] : parts)
    if (n > 0) shown.push_back(fmt::format("{} {}", n, words));
  return joined(shown, ", ");
}

std::string calls_words(const Summary& s) {
  const std::size_t untold = unwritten_for(s.drafts, untold_reason), undeclined = unwritten_for(s.drafts, undeclined_reason);
  return joined_if({{owed_in(s.night), "granted"}, {calls_in(s.drafts) - untold - undeclined, "as a letter has nowhere to go"},
                    {untold, "to tell what is granted after all"}, {undeclined, "to tell that no more is granted"}});
}

std::string unwritten_words(const Unwritten& u) { return fmt::format("{}: {}", record_words(u.case_key), why_unwritten(u)); }

std::size_t refused_in(const Summary& s) {
  return static_cast<std::size_t>(std::count_if(s.undelivered.begin(), s.undelivered.end(), [](const Undelivered& u) { return u.was_refused; }));
}

// What became of letters since they were written.
void add_undelivered(Lines& lines, const Summary& s) {
  const std::size_t refused = refused_in(s);
  const std::size_t given_up = s.undelivered.size() - refused;
  if (refused > 0) lines.note(fmt::format("{} refused: amends outbox list --state refused    whom to call: amends calls", counted(refused, "letter was", "letters were")));
  if (given_up > 0)
    lines.note(fmt::format("{} put off too often and given up: amends outbox list --state later    whom to call: amends calls", counted(given_up, "letter was", "letters were")));
}

// The first of many, and how many more there are.
template <class Each, class Words>
void add_first(Lines& lines, const std::vector<Each>& all, std::string_view the_rest, Words words) {
  for (std::size_t i = 0; i < std::min(all.size(), shown_of_many); ++i) lines.note(words(all[i]));
  if (all.size() > shown_of_many) lines.note(fmt::format("... and {} more: {}", all.size() - shown_of_many, the_rest));
}

// Held tonight; among them what is left of those that gave way.
std::vector<Grant> rests_of(const Night& night) {
  std::vector<Grant> held;
  for (const NightCase& c : night.cases)
    for (const Grant& g : c.grants)
      if (g.state == GrantState::held) held.push_back(g);
  return held;
}

void add_notes(Lines& lines, const Summary& s, const Context& context) {
  const Night& night = s.night;
  if (night.braked)
    lines.note(fmt::format("The brake holds everything: {} new misses, more than {} is unusual. Look at amends check before approving.",
                           night.new_misses, night.brake_limit));
  if (night.backlog > 0)
    lines.note(fmt::format("{} older than 30 days at the first run, left alone: run --catchup marks them as known, --backlog decides them.",
                           counted(night.backlog, "miss is", "misses are")));
  for (const Grant& gone : night.gave_way) lines.note(gave_way_words(gone, rests_of(night)) + ".");
  for (const GivenTwice& twice : night.given_twice) {
    lines.note(given_twice_words(twice) + ".");
    lines.note("  " + given_twice_hint(twice));
  }
  if (night.before_start > 0)
    lines.note(fmt::format("{} due before the start: known, never granted.", counted(night.before_start, "miss was", "misses were")));
  add_first(lines, night.absent, "not in tonight's records", [](const KnownCase* absent) {
    return fmt::format("{} is open in the ledger and not in tonight's records: left as it is.", record_words(absent->key));
  });
  add_undelivered(lines, s);
  add_first(lines, s.drafts.unwritten, "amends draft lists them all", unwritten_words);
  for (const LetterApart& apart : s.drafts.apart) lines.note(apart_words(apart) + ".");
  add_first(lines, s.held, "amends draft lists them all", [](const HeldLetter& held) { return held.words + "."; });
  if (s.drafts.notes > 0) lines.note(fmt::format("{} on how letters are worded: amends draft --lint", counted(s.drafts.notes, "note", "notes")));
  if (const AlikeLetters& alike = s.drafts.alike; are_form_letters(alike, context.project->alike))
    lines.note(fmt::format("{} of {} letters say the same but for names and numbers, and people notice. If one thing hit them all (amends incidents "
                           "shows it), tell them of it in one honest text, a [[message]] of its own; if not, give each kind of case its own words.",
                           alike.most, alike.compared));
  if (s.drafts.waiting > 0) lines.note(fmt::format("{} until their remedies are issued.", counted(s.drafts.waiting, "letter waits", "letters wait")));
  if (!s.drafts.messages.empty() && context.project->outbox.approve_by_person)
    lines.note("Read the letters: amends draft    hand them over: amends draft --hand-over --format mbox -o letters.mbox");
  if (sums_in(night, GrantState::granted).count > 0)
    lines.note("To pay: amends ledger export --state granted    one order: amends explain ORDER");
}

}  // namespace

bool something_happened(const Summary& s) {
  // A case seen for the first time is news, and be it one that waits or is before the start.
  const bool is_news = std::any_of(s.night.cases.begin(), s.night.cases.end(), [](const NightCase& c) { return !c.grants.empty() || c.known == nullptr; });
  return is_news || s.night.new_misses > 0 || s.night.braked || !s.drafts.messages.empty() || !s.held.empty() || !s.night.gave_way.empty() || !s.night.given_twice.empty() || s.has_fresh_undelivered;
}

std::string partial_sentence(const Summary& s, bool letters_told) {
  const std::size_t unjudged = s.judged.judgement.counts.unjudged;
  const std::size_t rows = s.judged.survey.records.rejected.size() + s.judged.survey.records.contradictions.size();
  std::vector<std::string> parts;
  if (rows > 0) parts.push_back(counted(rows, "row set aside", "rows set aside"));
  if (unjudged > 0) parts.push_back(counted(unjudged, "case cannot be judged", "cases cannot be judged"));
  if (s.night.unjudged > 0) parts.push_back(counted(s.night.unjudged, "case cannot be decided", "cases cannot be decided"));
  if (!s.drafts.unwritten.empty() && !letters_told) parts.push_back(counted(s.drafts.unwritten.size(), "letter has nowhere to go or no words", "letters have nowhere to go or no words"));
  if (!s.night.given_twice.empty() && !letters_told) parts.push_back(counted(s.night.given_twice.size(), "order was given something twice", "orders were given something twice"));
  if (parts.empty()) return {};
  return fmt::format("amends: {}; amends run without --quiet lists them", joined(parts, ", "));
}

std::string summary_json(const Summary& s, const Context& context) {
  const Counts& c = s.judged.judgement.counts;
  const auto n = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  Json json;
  json.open('{').field("type", "summary").field("v", 1).field("shop", context.project->shop.id);
  json.field("as_of", print(context.as_of, context.project->shop.zone));
  json.field("orders", n(c.orders)).field("rejected", n(s.judged.survey.records.rejected.size() + s.judged.survey.records.contradictions.size()));
  json.field("unmatched", n(c.unmatched)).field("cases", n(c.cases)).field("in_time", n(c.in_time)).field("open", n(c.open)).field("missed", n(c.missed));
  json.key("kinds").open('{');
  for (const auto& [kind, count] : kinds_in(s.judged.judgement)) json.field(kind, n(count));
  json.close('}').field("ended", n(c.ended)).field("suspended", n(c.suspended));
  json.key("records").open('{');
  for (const RecordKind kind : promised_on)
    if (const std::size_t count = c.records[static_cast<std::size_t>(kind)]; count > 0) json.field(source_name_of(kind), n(count));
  json.close('}').field("new_misses", n(s.night.new_misses)).field("unjudged", n(c.unjudged)).field("undecided", n(s.night.unjudged)).field("left_out", n(c.left_out));
  json.field("before_start", n(s.night.before_start)).field("backlog", n(s.night.backlog)).flag("braked", s.night.braked);
  write_sums(json, "granted", sums_in(s.night, GrantState::granted));
  write_sums(json, "held", sums_in(s.night, GrantState::held));
  write_twice(json, s.night.given_twice);
  json.field("letters", n(s.drafts.messages.size())).field("alike", n(s.drafts.alike.most)).field("calls", n(calls_in(s.drafts))).field("calls_owed", n(owed_in(s.night)));
  json.field("unwritten", n(s.drafts.unwritten.size() - calls_in(s.drafts))).field("absent", n(s.night.absent.size()));
  json.field("refused", n(refused_in(s))).field("given_up", n(s.undelivered.size() - refused_in(s)));
  json.key("hours_to_word");
  const std::optional<double> hours = hours_to_word(s, context.as_of);
  hours ? json.raw(fmt::format("{:.1f}", *hours)) : json.null();
  return json.close('}').str() + "\n";
}

std::string summary_text(const Summary& s, const Context& context) {
  const Counts& c = s.judged.judgement.counts;
  const Records& records = s.judged.survey.records;
  Lines lines;
  lines.add("orders read", number(c.orders),
            joined_if({{records.rejected.size(), "rejected"}, {records.contradictions.size(), "contradictory"}, {c.unmatched, "under no guarantee"}}));
  for (const RecordKind kind : promised_on)
    if (const std::size_t count = c.records[static_cast<std::size_t>(kind)]; count > 0) lines.add(std::string(source_name_of(kind)), number(count));
  if (!c.has_one_case_an_order()) lines.add("cases", number(c.cases));
  lines.add("in time", number(c.in_time));
  for (const auto& [name, count] : {std::pair{"not due yet", c.open}, {"called off", c.ended}, {"suspended", c.suspended}})
    if (count > 0) lines.add(name, number(count));
  std::vector<std::pair<std::size_t, std::string>> kinds;
  for (const auto& [kind, count] : kinds_in(s.judged.judgement)) kinds.emplace_back(count, kind);
  kinds.emplace_back(s.night.new_misses, "new tonight");
  lines.add("missed", number(c.missed), joined_if(kinds));
  if (s.night.unjudged > 0) lines.add("undecided", number(s.night.unjudged), "of those missed: the policy cannot judge them");
  if (c.unjudged > 0) lines.add("cannot judge", number(c.unjudged));
  if (c.left_out > 0) lines.add("left out", number(c.left_out), "cannot be judged, and due before the start: never granted");
  const Sums granted = sums_in(s.night, GrantState::granted);
  const Sums held = sums_in(s.night, GrantState::held);
  lines.add("granted", granted.amounts.empty() && granted.count > 0 ? "no money" : sums_words(granted.amounts), counted(granted.count, "remedy", "remedies"));
  if (held.count > 0) lines.add("held", sums_words(held.amounts), counted(held.count, "remedy", "remedies") + ": amends ledger list --state held");
  const std::optional<double> hours = hours_to_word(s, context.as_of);
  lines.add("letters", number(s.drafts.messages.size()),
            hours ? fmt::format("{:.0f} h from miss to word (median)", *hours) : "");
  const std::size_t calls = calls_in(s.drafts) + owed_in(s.night);
  if (calls > 0)
    lines.add("calls", number(calls), calls_words(s) + ": amends calls");
  std::string out = fmt::format("{}, as of {} ({})\n\n", context.bold(context.project->shop.name),
                                print_moment(Moment(context.as_of), context.project->shop.zone), context.project->shop.zone.name());
  out += lines.text();
  Lines notes;
  add_notes(notes, s, context);
  return notes.text().empty() ? out : out + "\n" + notes.text();
}

}  // namespace amends
