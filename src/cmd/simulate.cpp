// amends simulate: what the policy, or a changed one, would have cost over past records. Reads no ledger, writes none.
#include <algorithm>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/simulation_page.h"
#include "core/base/text.h"
#include "core/policy/next_step.h"

namespace amends {
namespace {

struct SimulateOptions : Options {
  std::string against, by = "kind", since;
};

Slot segment_in(const Project& project, const std::string& by) {
  const Slot slot = project.schema.find(by);
  if (slot == no_slot) throw Error{{}, fmt::format("--by: there is no fact {}", quoted(by)), fact_suggestion(by, project.schema)};
  return slot;
}

std::optional<Date> date_option(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const Stamp stamp = read_iso(text);
  if (stamp.kind != Stamp::Kind::date) throw Error{{}, fmt::format("--since: {} is not a date", quoted(text)), "write 2026-01-01"};
  return stamp.date;
}

// A start of the ledger says nothing about what a policy would have cost.
Simulation simulated(const Context& context, const SimulateOptions& options, Tell tell, bool& partial) {
  Project& project = *context.project;
  project.since.reset();
  const Slot segment = segment_in(project, options.by);
  const Books books = books_of(nullptr, project);
  const Judged judged = judged_cases(context, books, CasesFrom::records, tell, {segment});
  NightOptions how;
  how.backlog = Backlog::decide;
  how.day_by_day = true;
  const Night night = night_of(judged.judgement, {}, project, how);
  partial = partial || judged.partial || night.unjudged > 0;
  return simulation_of(night, project, {segment, date_option(options.since)});
}

void require_files(const Project& project) {
  for (const SourceSpec& spec : project.sources)
    if (std::find(spec.paths.begin(), spec.paths.end(), "-") != spec.paths.end())
      throw Error{spec.where, "stdin can be read but once, and two policies are asked for", "write the records into a file first"};
}

// The keys of cases carry the shop's name.
void require_same_shop(const Project& one, const Project& other) {
  if (one.shop.id != other.shop.id)
    throw Error{{other.file}, fmt::format("this is another shop, {}, so no case of it can be compared", quoted(other.shop.name)),
                fmt::format("copy {} and change its policy", one.file)};
}

Exit run(const SimulateOptions& options, const Clock& clock) {
  const Context context(options, clock);
  Options others = options;
  others.config = options.against;
  std::unique_ptr<Context> other;
  if (!options.against.empty()) {
    other = std::make_unique<Context>(others, clock);
    require_same_shop(*context.project, *other->project);
    require_files(*context.project);
    require_files(*other->project);
  }
  bool partial = false;
  const Simulation before = simulated(context, options, Tell::all, partial);
  SimulationPage page{&before, nullptr, nullptr, options.by, options.since};
  Simulation after;
  Comparison comparison;
  if (other) {
    after = simulated(*other, options, Tell::nothing, partial);
    comparison = compared(before, after);
    page.after = &after;
    page.comparison = &comparison;
  }
  Output out(options.output);
  out.write(options.format == "json" ? page_json(page, context) : page_text(page, context));
  out.close();
  return partial ? Exit::partial : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<SimulateOptions>();
  declare(arguments, *options, {"text", "json"});
  declare_reading(arguments, *options);
  arguments.option("--against", options->against, "FILE", "Compare with another project file, usually a changed copy");
  arguments.option("--by", options->by, "FACT", "Cost by the values of this fact; default: kind");
  arguments.option("--since", options->since, "DATE", "Count only what was due that day or later");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command simulate_command{"simulate", "Project", "Cost of a policy, or of a change, over past records", setup};

}  // namespace amends
