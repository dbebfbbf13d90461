// What the ledger holds, as commands that judge read it: cases, policies they are decided under, what records may be called.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "cmd/context.h"
#include "core/ledger/standing.h"
#include "io/mail/letter_files.h"

namespace amends {
namespace {

// A text that somebody changed may be anything, and what reads it may stumble anywhere.
std::unique_ptr<Project> kept_project(const std::string& text, const std::string& hash, const Project& today) {
  std::string why;
  try {
    return project_from_text(text);
  } catch (const Error& fault) {
    why = fault.message;
  } catch (const std::exception& fault) {
    why = fault.what();
  }
  throw Error{{today.ledger_path}, fmt::format("the policy {} that cases were decided under cannot be read: {}", hash.substr(0, 12), why),
              "amends ledger verify shows what was changed; restore the ledger from a backup", Exit::io};
}

std::function<const Project*(const std::string&)> kept_policies(const Ledger* ledger, const Project& today) {
  auto cache = std::make_shared<std::map<std::string, std::unique_ptr<Project>>>();
  return [=, &today](const std::string& hash) -> const Project* {
    if (hash == today.policy.hash || ledger == nullptr) return nullptr;
    auto& project = (*cache)[hash];
    if (project) return project.get();
    const std::optional<std::string> text = ledger->policy_text(hash);
    if (!text)
      throw Error{{today.ledger_path}, fmt::format("the policy {} that cases were decided under is not in the ledger", hash.substr(0, 12)),
                  "run --redecide decides them under today's", Exit::io};
    project = kept_project(*text, hash, today);
    return project.get();
  };
}

Standing standing_of(const Ledger* ledger, Grants grants) {
  if (ledger == nullptr) return {};
  return {ledger->cases(), ledger->runs(), grants == Grants::all ? given_of(*ledger) : Given{}, ledger->hand_credits(), ledger->forgotten()};
}

using IdsByCase = std::unordered_map<std::string, std::vector<KnownAs>>;

// A case of the ledger, by all that its record may be called tonight.
void hold(const KnownCase& c, const IdsByCase& ids, HeldGuarantees& held) {
  const RecordName record = record_of_case(c.key);
  held.of(record.kind)[record.id].push_back(c.guarantee);
  const auto known_as = ids.find(c.key);
  if (record.kind == RecordKind::shipment) held.parcels.add(c.record_id, record.id, known_as == ids.end() ? std::vector<KnownAs>{} : known_as->second);
  const bool names_order = !c.record_id.empty() && record.id.starts_with(c.record_id + "/");
  if (record.kind != RecordKind::contact || !names_order) return;
  const auto [known, is_new] = held.messages_of_orders.emplace(record.id.substr(c.record_id.size() + 1), record.id);
  if (!is_new && known->second != record.id) known->second.clear();
}

bool has_default(const Policy& policy) {
  for (const PolicyTable& table : policy.tables)
    for (const Rule& rule : table.rules)
      for (const RemedyRule& remedy : rule.give)
        if (remedy.choice && remedy.choice->after) return true;
  return false;
}

}  // namespace

Books books_of(const Ledger* ledger, const Project& today, Grants grants) {
  Books books{ledger, standing_of(ledger, grants), {}, kept_policies(ledger, today), {}, {}};
  std::set<std::string> hashes;
  const IdsByCase ids = ledger == nullptr ? IdsByCase{} : ledger->case_ids();
  for (const KnownCase& c : books.standing.cases) {
    hold(c, ids, books.held);
    if (!c.record_id.empty()) books.orders.insert(c.record_id);
    const bool is_decided = c.standing == standing::decided || c.standing == standing::cleared;
    if (!is_decided || !hashes.insert(c.policy_hash).second) continue;
    if (const Project* kept = books.project_of(c.policy_hash)) books.kept.push_back(kept);
  }
  const auto has_one = [](const Project* kept) { return has_default(kept->policy); };
  const bool asks_for_letters = has_default(today.policy) || std::any_of(books.kept.begin(), books.kept.end(), has_one);
  const auto adds_up = [](const Project* kept) { return has_pool(kept->policy); };
  const bool asks_for_pools = has_pool(today.policy) || std::any_of(books.kept.begin(), books.kept.end(), adds_up);
  if (ledger != nullptr && asks_for_pools) books.standing.pooled = ledger->pooled();
  if (ledger != nullptr && asks_for_letters) books.standing.letters = letters_of_cases(ledger->outlines());
  return books;
}

}  // namespace amends
