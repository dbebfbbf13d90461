#include "cmd/desk.h"

#include <unordered_set>

#include <fmt/format.h>

#include "cmd/incident_cases.h"
#include "core/ledger/told_of_goods.h"
#include "core/letters/call_lines.h"
#include "core/letters/reach.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

std::set<std::string> refused_addresses(const Ledger* ledger) {
  if (ledger == nullptr) return {};
  const std::vector<std::string> bounced = ledger->bounced();
  return {bounced.begin(), bounced.end()};
}

// Where waiting letters about tonight's misses go. A night knows nothing of those written after it.
std::vector<Recipient> letters_of_misses(const Ledger& ledger, const std::vector<WaitingLetter>& waiting, const Judgement& judgement) {
  std::unordered_set<std::string_view> missed;
  for (const Miss& miss : judgement.misses) missed.insert(miss.key);
  std::vector<std::string> keys;
  for (const WaitingLetter& letter : waiting)
    if (letter.as_of <= judgement.as_of && missed.contains(letter.cases.front().key)) keys.push_back(letter.key);
  return ledger.recipients(keys);
}

}  // namespace

std::vector<Undelivered> undelivered_letters(const Ledger& ledger) {
  std::vector<Undelivered> all;
  const auto dispatches = ledger.dispatches();
  std::set<std::string> called;
  for (const DoneCall& call : ledger.done_calls()) called.insert(call.key);
  for (const OutboxMessage& m : ledger.messages_in({"refused", "later"})) {
    const bool was_refused = m.state == "refused";
    const auto sent = dispatches.find(m.message.key);
    if (!was_refused && (sent == dispatches.end() || sent->second.next_at)) continue;
    const std::string what = was_refused ? "the letter was refused" : fmt::format("the letter was put off {} times", sent->second.put_off);
    const std::string why = m.reason.empty() ? what : fmt::format("{}: {}", what, m.reason);
    Undelivered one{{m.message.case_key, m.message.record_id, m.message.purpose, why, true}, was_refused, m.last_at};
    if (!called.contains(call_key(one.letter))) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> letters_to_withdraw(const Ledger* ledger, const std::vector<OutboxMessage>& outlines, const Given& given,
                                             const Judgement& judgement, const Night& night, const Project& project) {
  if (ledger == nullptr) return {};
  const std::vector<WaitingLetter> waiting = waiting_letters(outlines);
  if (waiting.empty()) return {};
  std::vector<std::string> keys = stale_letters(waiting, said_before(outlines, {}), given, judgement, night);
  const std::set<std::string> known(keys.begin(), keys.end());
  for (std::string& key : astray_letters(letters_of_misses(*ledger, waiting, judgement), judgement, project, refused_addresses(ledger)))
    if (!known.contains(key)) keys.push_back(std::move(key));
  return keys;
}

DraftOptions draft_options(const Ledger* ledger, const Project& project, Instant as_of, bool with_calls) {
  DraftOptions options{ledger == nullptr ? project.shop.id : ledger->secret(), !project.outbox.approve_by_person, as_of, with_calls};
  options.refused = refused_addresses(ledger);
  if (ledger != nullptr) options.called = ledger->done_calls();
  if (!with_calls || ledger == nullptr) return options;
  for (Undelivered& one : undelivered_letters(*ledger)) options.undelivered.push_back(std::move(one.letter));
  return options;
}

Desk desk_of(const Context& context, const Books& books, const DeskOptions& options) {
  const Project& project = *context.project;
  Desk desk;
  std::vector<Slot> also;
  if (options.with_calls) also.push_back(project.schema.find("phone"));
  desk.judged = judged_cases(context, books, options.is_quiet || options.with_calls || !options.incident.empty() ? CasesFrom::records : CasesFrom::pipe_or_records, options.is_quiet ? Tell::nothing : Tell::all, also);
  NightOptions how;
  how.backlog = options.backlog ? Backlog::decide : Backlog::wait;
  how.project_of = books.project_of;
  const Judgement& judgement = desk.judged.judgement;
  desk.night = desk.judged.decided ? night_from_pipe(desk.judged) : night_of(judgement, books.standing, project, how);
  const Given& given = books.standing.given;
  const std::vector<OutboxMessage> outlines = books.ledger == nullptr ? std::vector<OutboxMessage>{} : books.ledger->outlines();
  desk.stale = letters_to_withdraw(books.ledger, outlines, given, judgement, desk.night, project);
  std::optional<NamedIncident> incident;
  if (!options.incident.empty()) {
    incident = incident_to_tell(context, books, options.incident);
    const std::vector<std::string> replaced = replaced_notices(*incident, outlines);
    desk.stale.insert(desk.stale.end(), replaced.begin(), replaced.end());
  }
  desk.said = with_goods_that_came(said_before(outlines, desk.stale), desk.night, project);
  Letters letters(template_files(project));
  DraftOptions how_written = draft_options(books.ledger, project, judgement.as_of, options.with_calls);
  if (incident) how_written.incident = &*incident;
  desk.drafts = drafts_of(desk.night, desk.said, given, project, letters, how_written);
  if (!options.is_one_order && !desk.judged.from_pipe) desk.held = held_letters(context, books, desk.stale);
  return desk;
}

}  // namespace amends
