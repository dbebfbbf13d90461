#include "core/letters/call_sheet.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "core/guarantees/count.h"
#include "core/guarantees/due_reader.h"

namespace amends {
namespace {

struct Stake {
  Ratio value;
  Ratio misses_before;
  std::int64_t late_ms = 0;
  std::int64_t due_ms = 0;
};

Ratio number_of(const Miss& miss, const Project& project, std::string_view name) {
  const Slot slot = project.schema.find(name);
  const Value value = slot == no_slot ? Value{} : miss.facts.at(slot);
  return value.type == Type::number || value.type == Type::money ? value.ratio : Ratio(0);
}

Stake stake_of(const CallLine& line, const Project& project) {
  if (line.miss == nullptr) return {};
  const Miss& miss = *line.miss;
  return {number_of(miss, project, "order_value"), number_of(miss, project, "misses_before"), miss.lateness.ms, miss.due_instant.ms};
}

// Business time in words is counted as that of the promise is, else by the only calendar there is.
std::shared_ptr<const Calendar> calendar_of(const CallLine& line, const Project& project) {
  const Guarantee* guarantee = line.miss == nullptr ? nullptr : project.guarantee_named(line.miss->guarantee);
  if (guarantee != nullptr && guarantee->due.kind != Due::Kind::days && guarantee->due.calendar) return guarantee->due.calendar;
  return project.calendars.size() == 1 ? std::make_shared<const Calendar>(project.calendars.begin()->second) : nullptr;
}

}  // namespace

void leave_out_done(std::vector<CallLine>& lines, const std::vector<DoneCall>& done) {
  std::unordered_map<std::string_view, std::set<std::string_view>> carried_out;
  for (const DoneCall& call : done) carried_out[call.key].insert(call.grants.begin(), call.grants.end());
  std::erase_if(lines, [&](const CallLine& line) {
    const auto found = carried_out.find(line.key);
    const std::vector<std::string>& asked = line.purpose == purpose::granted || line.purpose == purpose::declined ? line.tells : line.grants;
    return found != carried_out.end() && std::all_of(asked.begin(), asked.end(), [&](const std::string& grant) { return found->second.contains(grant); });
  });
}

void rank_by_stake(std::vector<CallLine>& lines, const Project& project) {
  std::unordered_map<std::string, Stake> stakes;
  for (const CallLine& line : lines) stakes.try_emplace(line.key, stake_of(line, project));
  std::sort(lines.begin(), lines.end(), [&](const CallLine& a, const CallLine& b) {
    const Stake& x = stakes.at(a.key);
    const Stake& y = stakes.at(b.key);
    return std::tie(y.value, y.misses_before, y.late_ms, x.due_ms, a.key) < std::tie(x.value, x.misses_before, x.late_ms, y.due_ms, b.key);
  });
}

std::optional<CallDeadline> deadline_of(const CallLine& line, const Project& project) {
  if (line.within.empty()) return std::nullopt;
  Node words;
  words.kind = Node::Kind::string;
  words.text = line.within;
  try {
    const Due length = read_length(words, "within", calendar_of(line, project), project.language(), project.calendars);
    const Count count = count_due(length, "since", Moment(line.since), project.shop.zone, false);
    if (!count.beyond.empty() || count.stands) return std::nullopt;
    return CallDeadline{count.limit(), count.due.is_date()};
  } catch (const Error&) {
    return std::nullopt;  // a length that no clock counts, such as "1 month": told as it is written
  }
}

}  // namespace amends
