#include "cmd/desk.h"

#include "core/told_of_goods.h"
#include "io/letter_files.h"

namespace amends {

Desk desk_of(const Context& context, const Books& books, const DeskOptions& options) {
  const Project& project = *context.project;
  Desk desk;
  std::vector<Slot> also;
  if (options.with_calls) also.push_back(project.schema.find("phone"));
  desk.judged = judged_cases(context, books, options.is_quiet || options.with_calls ? CasesFrom::records : CasesFrom::pipe_or_records, options.is_quiet ? Tell::nothing : Tell::all, also);
  NightOptions how;
  how.backlog = options.backlog ? Backlog::decide : Backlog::wait;
  how.project_of = books.project_of;
  const Judgement& judgement = desk.judged.judgement;
  desk.night = desk.judged.decided ? night_from_pipe(desk.judged) : night_of(judgement, books.standing, project, how);
  const Given& given = books.standing.given;
  const std::vector<OutboxMessage> outlines = books.ledger == nullptr ? std::vector<OutboxMessage>{} : books.ledger->outlines();
  desk.stale = stale_letters(waiting_letters(outlines), said_before(outlines, {}), given, judgement, desk.night);
  desk.said = with_goods_that_came(said_before(outlines, desk.stale), desk.night, project);
  Letters letters(template_files(project));
  const DraftOptions draft_options{books.ledger == nullptr ? project.shop.id : books.ledger->secret(), !project.approve_by_person, judgement.as_of, options.with_calls};
  desk.drafts = drafts_of(desk.night, desk.said, given, project, letters, draft_options);
  if (!options.is_one_order && !desk.judged.from_pipe) desk.held = held_letters(context, books, desk.stale);
  return desk;
}

}  // namespace amends
