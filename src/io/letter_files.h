// Where templates are found: templates/<locale>/<name>.liquid below the project, else those shipped.
#pragma once
#include "core/draft.h"
#include "core/letter.h"
#include "core/project.h"
#include "io/ledger.h"

namespace amends {

TemplateFiles template_files(const Project& project);

// What the outbox says was written before.
SaidBefore said_before(const Ledger* ledger);

}  // namespace amends
