#include "core/letters/quiet_cases.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/base/hash.h"

namespace amends {
namespace {

// Bytes that are the same for the same facts, and for no others.
class DigestOf {
 public:
  void begin() { bytes_.clear(); }  // keeps its room: there are many to do
  // Most numbers are small, and most of the time goes into hashing.
  void add(std::int64_t number) {
    constexpr std::int64_t smallest_long = 0xF0;
    if (number >= 0 && number < smallest_long) return bytes_.push_back(static_cast<char>(number));
    bytes_ += is_long;
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    bytes_ += text;
  }
  void add(const Moment& moment) {
    add(std::int64_t{moment.is_none() ? 0 : moment.is_date() ? 1 : 2});
    if (!moment.is_none()) add(moment.is_date() ? std::int64_t{moment.date().days} : moment.instant().ms);
  }
  void add(const Ratio& ratio) {
    for (const Int128 part : {ratio.numerator(), ratio.denominator()}) {
      const auto narrow = static_cast<std::int64_t>(part);
      if (narrow == part) {
        add(narrow);
        continue;
      }
      bytes_ += is_longer;
      bytes_.append(reinterpret_cast<const char*>(&part), sizeof part);
    }
  }
  void add(const Value& value) {
    bytes_ += static_cast<char>(value.type);
    switch (value.type) {
      case Type::missing:
      case Type::null: return;
      case Type::number:
      case Type::percent:
      case Type::money:
        add(value.currency.name());
        return add(value.ratio);
      case Type::string: return add(value.text);
      case Type::list:
        add(static_cast<std::int64_t>(value.list->size()));
        for (const Value& item : *value.list) add(item);
        return;
      case Type::record:
        add(static_cast<std::int64_t>(value.record->size()));
        for (const auto& [name, inner] : *value.record) {
          add(name);
          add(inner);
        }
        return;
      default:
        add(value.whole);
        add(value.until);
    }
  }
  void add(const Facts& facts) {
    add(facts.money.name());
    facts.each([&](Slot slot, const Value& value) {
      add(std::int64_t{slot});
      add(value);
    });
  }
  std::string text() const {
    const Digest digest = sha256(bytes_);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
  }

 private:
  static constexpr char is_long = '\xFF', is_longer = '\xFE';  // what a small number does not begin with
  std::string bytes_;
};

// `policy`: under which the case is decided; the project's own hash stands for which letters there are, and for slots.
std::string digest_of(DigestOf& digest, const Miss& miss, std::string_view policy, std::string_view standing, const Project& project) {
  digest.begin();
  for (const std::string_view text : {std::string_view(project.hash), std::string_view(project.policy.hash), policy, standing}) digest.add(text);
  for (const std::string_view text : {std::string_view(miss.person), name_of(miss.kind)}) digest.add(text);
  for (const Moment& moment : {miss.start, miss.due, miss.met}) digest.add(moment);
  for (const std::int64_t whole : {miss.due_instant.ms, miss.lateness.ms, miss.lateness.days, miss.lateness.business_days}) digest.add(whole);
  digest.add(std::int64_t{miss.lateness_known});
  digest.add(miss.by_hand ? print(*miss.by_hand) : std::string());
  digest.add(miss.facts);
  return digest.text();
}

bool has_offer(const NightCase& c) {
  return std::any_of(c.decision.owed.begin(), c.decision.owed.end(), [](const OwedRemedy& remedy) { return remedy.offer != nullptr; });
}

bool is_done(const NightCase& c) {
  if (!c.miss->closed) return false;
  if (c.standing == standing::before_start) return true;
  const bool is_offered = std::any_of(c.grants.begin(), c.grants.end(), [](const Grant& g) { return g.state == GrantState::decided; });
  return c.standing == standing::decided && c.decision.judged && !is_offered && c.accruing.empty() && !has_offer(c);
}

}  // namespace

bool can_be_quiet(const Project& project) {
  const bool has_pool = std::any_of(project.policy.tables.begin(), project.policy.tables.end(), [](const PolicyTable& table) { return table.pool.has_value(); });
  const bool counts_grants = std::any_of(project.history.begin(), project.history.end(), [](const HistoryRule& rule) { return rule.of == HistoryRule::Of::grants; });
  return !has_pool && !counts_grants;
}

std::vector<QuietCase> quiet_cases(const Night& night, const Drafts& drafts, const Project& project) {
  std::vector<QuietCase> quiet;
  if (!can_be_quiet(project)) return quiet;
  const std::unordered_set<std::string_view> unsettled(drafts.unsettled.begin(), drafts.unsettled.end());
  DigestOf digest;
  std::unordered_set<std::string_view> twice;  // orders: listed until somebody has settled it
  for (const GivenTwice& one : night.given_twice) twice.insert(one.record_id);
  for (const NightCase& c : night.cases)
    if (is_done(c) && !unsettled.contains(c.miss->key) && !twice.contains(c.miss->record_id))
      quiet.push_back({c.miss->key, digest_of(digest, *c.miss, c.policy_hash, c.standing, project)});
  return quiet;
}

namespace {

// Of tonight's misses, by case key. A message may stand in two rows: both are where the first is.
struct MissPlaces {
  explicit MissPlaces(const std::vector<Miss>& misses) {
    by_key.reserve(misses.size());
    for (std::size_t i = 0; i < misses.size(); ++i) first.push_back(by_key.emplace(misses[i].key, i).first->second);
  }

  std::unordered_map<std::string_view, std::size_t> by_key;
  std::vector<std::size_t> first;  // by place
};

// By place of the miss; null: the ledger does not have it as quiet.
std::vector<const KnownCase*> quiet_by_miss(const Standing& standing, const MissPlaces& places) {
  std::vector<const KnownCase*> quiet(places.first.size());
  for (const KnownCase& c : standing.cases) {
    if (c.quiet.empty()) continue;
    if (const auto found = places.by_key.find(c.key); found != places.by_key.end()) quiet[found->second] = &c;
  }
  for (std::size_t i = 0; i < quiet.size(); ++i) quiet[i] = quiet[places.first[i]];
  return quiet;
}

void keep_only(const std::vector<bool>& is_kept, std::vector<Miss>& misses) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < misses.size(); ++i) {
    if (!is_kept[i]) continue;
    if (kept != i) misses[kept] = std::move(misses[i]);
    ++kept;
  }
  misses.erase(misses.begin() + static_cast<std::ptrdiff_t>(kept), misses.end());
}

}  // namespace

LeftOut leave_out_quiet(Judgement& judgement, const Standing& standing, const std::vector<KnownCase>& cleared, const Project& project) {
  LeftOut left;
  const bool is_any = std::any_of(standing.cases.begin(), standing.cases.end(), [](const KnownCase& c) { return !c.quiet.empty(); });
  if (!is_any || !can_be_quiet(project)) return left;
  std::vector<Miss>& misses = judgement.misses;
  const MissPlaces places(misses);
  const std::vector<const KnownCase*> quiet = quiet_by_miss(standing, places);
  std::unordered_set<std::string_view> awake;  // people
  for (const KnownCase& c : cleared) awake.insert(c.person);
  for (std::size_t i = 0; i < misses.size(); ++i)
    if (quiet[i] == nullptr || !misses[i].closed) awake.insert(misses[i].person);
  DigestOf digest;
  const auto is_as_known = [&](std::size_t i) { return quiet[i]->quiet == digest_of(digest, misses[i], quiet[i]->policy_hash, quiet[i]->standing, project); };
  for (std::size_t i = 0; i < misses.size(); ++i)
    if (!awake.contains(misses[i].person) && !is_as_known(i)) awake.insert(misses[i].person);
  std::vector<bool> is_kept;  // before any is moved, with the names in `awake`
  for (std::size_t i = 0; i < misses.size(); ++i) {
    is_kept.push_back(awake.contains(misses[i].person));
    if (!is_kept.back()) left.before_start += quiet[i]->standing == standing::before_start;
    left.cases += !is_kept.back();
  }
  std::erase_if(judgement.seen, [&](const std::string& key) {
    const auto found = places.by_key.find(key);
    return found != places.by_key.end() && !is_kept[found->second];
  });
  keep_only(is_kept, misses);
  return left;
}

}  // namespace amends
