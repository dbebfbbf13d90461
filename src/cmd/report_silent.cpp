#include "cmd/report_silent.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "cmd/grid.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/report/silent.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

constexpr std::size_t most_rows = 30;

// The second time, for what the people of its misses bought: who they are is known only then.
PeopleSoFar people_so_far(const Context& context, const Books& books, const std::vector<Miss>& misses) {
  PeopleSoFar people;
  for (const Miss& miss : misses) people.try_emplace(miss.person);
  Asked asked = asked_of(*context.project, books.kept);
  asked.wanted.of(RecordKind::order).insert({"order_value", "refunded", "status", "person_id", "customer_id", "email"});
  Keep keep;
  keep.all = true;
  JudgeOptions judging{&books.held, {}, false};
  judging.is_bare = true;
  std::mutex guard;
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    batch.judgement.misses = {};
    const std::lock_guard lock(guard);
    add_so_far(batch.records, *context.project, people);
  };
  read_cases(context, std::move(keep), judging, asked, use);
  return people;
}

std::string paid_words(const SilentCustomer& c) { return c.so_far.paid ? print(*c.so_far.paid) : ""; }

std::string table_text(const std::vector<SilentCustomer>& customers, const Context& context) {
  if (customers.empty()) return {};
  Grid grid({false, false, false, true, true, true, false, true, false});
  const bool has_tiers = std::any_of(customers.begin(), customers.end(), [](const SilentCustomer& c) { return !c.tier.empty(); });
  grid.add({"order", "who", "due", "let down", "orders", "paid so far", has_tiers ? "tier" : "", "days left", "told"});
  for (std::size_t i = 0; i < customers.size() && i < most_rows; ++i) {
    const SilentCustomer& c = customers[i];
    grid.add({c.miss->record_id, c.miss->person, print_moment(c.miss->due, c.miss->zone), fmt::format("{} {}", c.let_down, c.let_down == 1 ? "time" : "times"),
              std::to_string(c.so_far.orders), paid_words(c), c.tier, std::to_string(c.days_left), c.is_told ? "yes" : "no"});
  }
  std::string text = context.bold("Let down, and silent since") + "\n" + grid.text();
  if (customers.size() > most_rows) text += fmt::format("  ... and {} more: --format json lists them all\n", customers.size() - most_rows);
  return text;
}

// Part of what people read by program (templates/schemas/silent.json). Add, never rename.
std::string list_json(const std::vector<SilentCustomer>& customers, const Context& context) {
  const auto whole = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  Json json;
  json.open('{').field("type", "silent").field("v", 1).field("shop", context.project->shop.id).field("as_of", print(context.as_of, context.project->shop.zone));
  json.key("customers").open('[');
  for (const SilentCustomer& c : customers) {
    json.open('{').field("person", c.miss->person).field("case", c.miss->key).field("order", c.miss->record_id).field("kind", name_of(c.miss->kind));
    json.field("due", print(c.miss->due, c.miss->zone))
        .field("let_down", whole(c.let_down))
        .field("silent_about", whole(c.silent_about))
        .field("orders", whole(c.so_far.orders));
    if (c.so_far.paid) json.field("paid", amount(*c.so_far.paid)).field("currency", c.so_far.paid->currency.name());
    json.optional("tier", c.tier).flag("told", c.is_told).field("days_left", c.days_left).close('}');
  }
  return json.close(']').close('}').str() + "\n";
}

std::vector<Slot> facts_of_silence(const Project& project) {
  std::vector<Slot> slots;
  for (const char* name : {"contacts_before", "misses_before", "tier"})
    if (const Slot slot = project.schema.find(name); slot != no_slot) slots.push_back(slot);
  return slots;
}

}  // namespace

Exit report_silent(const Context& context) {
  const std::unique_ptr<Ledger> ledger = ledger_to_read(context);
  const Books books = books_of(ledger.get(), *context.project);
  const Judged judged = judged_cases(context, books, CasesFrom::records, Tell::all, facts_of_silence(*context.project));
  const SaidBefore said = ledger ? said_before(ledger->outlines(), {}) : SaidBefore{};
  const PeopleSoFar people = people_so_far(context, books, judged.judgement.misses);
  const auto customers = silent_customers(judged.judgement, said, people, *context.project, {});
  if (!customers)
    throw Error{{}, "who is silent is known only where a source tells who wrote", "name the messages of customers as [sources.contacts]"};
  Output out(context.options.output);
  out.write(context.options.format == "json" ? list_json(*customers, context) : table_text(*customers, context));
  out.close();
  const auto in_time = static_cast<std::size_t>(std::count_if(customers->begin(), customers->end(), [](const SilentCustomer& c) { return c.days_left > 0; }));
  context.say(fmt::format("{} let down and silent; a word still counts with {}", counted(customers->size(), "person", "people"), in_time));
  return judged.partial ? Exit::partial : Exit::ok;
}

}  // namespace amends
