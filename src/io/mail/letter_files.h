// Where templates are found: templates/<locale>/<name>.liquid below the project, else those shipped.
#pragma once
#include "core/letters/draft.h"
#include "core/mail/letter.h"
#include "core/project.h"
#include "io/ledger/ledger.h"

namespace amends {

TemplateFiles template_files(const Project& project);

bool is_waiting(const OutboxMessage& message);  // drafted, approved, or tried and put off: not handed over yet
bool was_dropped(const OutboxMessage& message);  // withdrawn for good
std::vector<WaitingLetter> waiting_letters(const std::vector<OutboxMessage>& outlines);

// What the outbox says was written before.
// `stale`: keys of letters that are about to be withdrawn.
SaidBefore said_before(const std::vector<OutboxMessage>& outlines, const std::vector<std::string>& stale);
LettersOfCases letters_of_cases(const std::vector<OutboxMessage>& outlines);

}  // namespace amends
