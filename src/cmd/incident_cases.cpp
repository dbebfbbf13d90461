#include "cmd/incident_cases.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "cmd/parts.h"
#include "core/base/text.h"
#include "core/report/kept_tally.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

// What judging reads, and what is told of a case.
Asked asked_for(const Project& project) {
  Asked asked;
  for (const Slot slot : with_derived(facts_judged(project), project.derived))
    if (slot != no_slot) asked.wanted.of(RecordKind::order).insert(project.schema.at(slot).name);
  asked.wanted.of(RecordKind::order).insert("order_value");
  for (const char* name : {"order_value", "contacts_before"}) asked.facts.push_back(project.schema.find(name));
  std::sort(asked.facts.begin(), asked.facts.end());
  return asked;
}

std::vector<Slot> slots_of(const std::vector<std::string>& names, const Schema& schema) {
  std::vector<Slot> slots;
  for (const std::string& name : names) slots.push_back(schema.find(name));
  return slots;
}

// The batches' cases, which are counted on any thread, put together in the order of the files: so each keeps the
// number of its record.
class Gathering {
 public:
  Gathering(const Project& project, const std::vector<std::string>& by, CaseGroups& groups, std::vector<Miss>& ahead)
      : project_(project), by_(by), groups_(groups), ahead_(ahead) {}

  void prepare(Batch& batch) {
    CaseGroups part(by_);
    part.add(batch.judgement, batch.records, project_);
    batch.judgement.outcomes = {};
    batch.judgement.told = {};
    const std::lock_guard lock(guard_);
    parts_.emplace(batch.number, std::move(part));
  }

  void take(Batch& batch) {
    std::unique_lock lock(guard_);
    const auto part = parts_.extract(batch.number);
    lock.unlock();
    groups_.add(part.mapped(), misses_, static_cast<std::uint32_t>(ahead_.size()));
    misses_ += static_cast<std::uint32_t>(batch.judgement.misses.size());
    for (OpenCase& open : batch.judgement.open) ahead_.push_back(std::move(open.miss));
    batch.judgement.open = {};
  }

 private:
  const Project& project_;
  const std::vector<std::string>& by_;
  CaseGroups& groups_;
  std::vector<Miss>& ahead_;
  std::uint32_t misses_ = 0;
  std::mutex guard_;
  std::map<std::size_t, CaseGroups> parts_;
};

bool has_letter(const Project& project) {
  return std::any_of(project.messages.begin(), project.messages.end(), [](const MessageRule& rule) { return rule.purpose == purpose::incident; });
}

}  // namespace

void ask_for_groups(const CaseGroups& groups, const Project& project, Asked& asked, JudgeOptions& judging) {
  for (const std::string& name : groups.order_facts()) asked.wanted.of(RecordKind::order).insert(name);
  for (const std::string& name : groups.item_facts(project.schema)) asked.wanted.of(RecordKind::item).insert(name);
  judging.with_outcomes = true;
  judging.told_of = slots_of(groups.order_facts(), project.schema);
}

Keep keep_all(const Books& books) {
  Keep keep = kept_orders(books);
  keep.all = true;
  return keep;
}

KeptUse use_of_kept(const CaseGroups& groups, const Project& project, KeptGroups& told) {
  KeptUse use;
  use.groups = &told;
  use.of_lines = groups.item_facts(project.schema);
  return use;
}

IncidentReading read_incidents(const Context& context, const Books& books) {
  const Project& project = *context.project;
  const std::vector<std::string> by = groups_of(project.incidents, project.schema);
  CaseGroups groups(by);
  Asked asked = asked_for(project);
  JudgeOptions judging{&books.held, asked.facts, false};
  ask_for_groups(groups, project, asked, judging);
  IncidentReading reading;
  Gathering gathering(project, by, groups, reading.ahead);
  BatchUse use;
  use.prepare = [&](Batch& batch) { gathering.prepare(batch); };
  use.take = [&](Batch& batch) { gathering.take(batch); };
  KeptGroups told(groups.kept_facts());
  Parts<KeptTally> kept([&] { return KeptTally(project); });
  use.kept = use_of_kept(groups, project, told);
  use.kept.take = [&](std::span<const KeptOrder> orders) { kept.with_one([&](KeptTally& part) { part.add(orders); }); };
  reading.judged = read_cases(context, keep_all(books), judging, asked, use);
  kept.sum().add_to(groups, told);
  reading.incidents = find_incidents(groups, project.incidents, project.shop.zone.date_at(context.as_of));
  return reading;
}

const Incident& incident_named(const IncidentReading& reading, const std::string& name) {
  std::vector<std::string> names;
  for (const Incident& incident : reading.incidents.found) {
    if (incident.name == name) return incident;
    names.push_back(incident.name);
    for (const Incident& part : incident.parts) {
      if (part.name == name) return part;
      names.push_back(part.name);
    }
  }
  throw Error{{}, fmt::format("there is no incident {}", quoted(name)), names.empty() ? "there is none at all" : suggestion(name, names)};
}

NamedIncident incident_to_tell(const Context& context, const Books& books, const std::string& name) {
  const Project& project = *context.project;
  if (reads_stdin(project)) throw Error{{}, "--incident reads the records twice, and stdin can be read but once", "write them into a file first"};
  if (!has_letter(project)) throw Error{{project.file}, "no [[message]] is for an incident", "write [[message]] with purpose = \"incident\" and template = \"incident\""};
  const IncidentReading reading = read_incidents(context, books);
  const Incident& incident = incident_named(reading, name);
  NamedIncident named{incident.name, {}};
  for (const std::uint32_t number : incident.misses) named.cases.insert(reading.judged.judgement.misses[number].key);
  return named;
}

std::vector<std::string> replaced_notices(const NamedIncident& incident, const std::vector<OutboxMessage>& outlines) {
  std::vector<std::string> keys;
  for (const OutboxMessage& m : outlines) {
    if (!is_waiting(m) || m.message.purpose != purpose::notice) continue;
    const auto is_of_it = [&](const FurtherCase& further) { return incident.cases.contains(further.case_key); };
    if (incident.cases.contains(m.message.case_key) || std::any_of(m.message.also.begin(), m.message.also.end(), is_of_it)) keys.push_back(m.message.key);
  }
  return keys;
}

}  // namespace amends
