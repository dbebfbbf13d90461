#include "cmd/release.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "core/ledger/standing.h"

namespace amends {
namespace {

constexpr std::int64_t most_doubtful = 5;

class Gate {
 public:
  Gate(const Ledger& ledger, const Project& project, const std::vector<Miss>& misses, const std::vector<HeldLetter>& held, const ReleaseOptions& options)
      : project_(project), options_(options), dispatches_(ledger.dispatches()) {
    for (const Miss& miss : misses) zones_.emplace(miss.key, &miss.zone);
    for (const HeldLetter& one : held) held_.emplace(one.message_key, &one.words);
  }

  bool is_asked(const OutboxMessage& m) const {
    const bool is_named = options_.orders.empty() || std::any_of(options_.orders.begin(), options_.orders.end(), [&](const std::string& order) { return m.message.is_about(order); });
    return is_named && (options_.keys == nullptr || options_.keys->contains(m.message.key));
  }

  // Empty: it may leave.
  WaitingReason reason_of(const OutboxMessage& m) const {
    WaitingReason reason{m.message.key, m.message.record_id, held_words(m), true};
    if (reason.words.empty() && m.message.to.address.empty()) reason.words = "its customer was forgotten";
    if (reason.words.empty() && m.message.channel == Channel::sms && !options_.sends_sms) reason.words = "no command sends SMS: write via under [outbox.sms]";
    if (reason.words.empty() && m.state == "later") reason.words = retry_words(m);
    if (reason.words.empty() && m.state == "uncertain") reason.words = doubt_words(m);
    if (!reason.words.empty()) return reason;
    reason.words = window_words(m);
    reason.in_window = reason.words.empty();
    return reason;
  }

  const Zone& zone_of(const OutboxMessage& m) const {
    const auto found = zones_.find(m.message.case_key);
    return found == zones_.end() ? project_.shop.zone : *found->second;
  }

 private:
  std::string held_words(const OutboxMessage& m) const {
    const auto found = held_.find(m.message.key);
    return found == held_.end() ? "" : *found->second;
  }

  std::string retry_words(const OutboxMessage& m) const {
    const auto found = dispatches_.find(m.message.key);
    if (found == dispatches_.end()) return {};
    if (!found->second.next_at) return fmt::format("put off {} times ({}): a person has to look", found->second.put_off, m.reason);
    if (*found->second.next_at <= options_.now) return {};
    return fmt::format("put off ({}): next try {}", m.reason, print_moment(Moment(*found->second.next_at), project_.shop.zone));
  }

  // What is uncertain each time will be so the next time.
  std::string doubt_words(const OutboxMessage& m) const {
    const auto found = dispatches_.find(m.message.key);
    if (found == dispatches_.end() || found->second.attempts < most_doubtful) return {};
    return fmt::format("uncertain after {} tries: a person has to look", found->second.attempts);
  }

  std::string window_words(const OutboxMessage& m) const {
    if (!project_.outbox.window) return {};
    const Zone& zone = zone_of(m);
    const Instant opens = opening_at_or_after(*project_.outbox.window, zone, options_.now);
    if (opens <= options_.now) return {};
    return fmt::format("outside the window: from {} ({})", print_moment(Moment(opens), zone), zone.name());
  }

  const Project& project_;
  const ReleaseOptions& options_;
  std::unordered_map<std::string, Dispatch> dispatches_;
  std::unordered_map<std::string_view, const Zone*> zones_;
  std::unordered_map<std::string_view, const std::string*> held_;
};

}  // namespace

Release release_of(const Ledger& ledger, const Project& project, const std::vector<Miss>& misses, const std::vector<HeldLetter>& held,
                   const ReleaseOptions& options) {
  const Gate gate(ledger, project, misses, held, options);
  Release release;
  std::vector<std::string> states = {"drafted", "approved", "later"};
  if (options.with_uncertain) states.emplace_back("uncertain");
  for (OutboxMessage& m : ledger.messages_in(states)) {
    if (!gate.is_asked(m)) continue;
    if (m.state == "drafted") {
      ++release.drafted;
      continue;
    }
    WaitingReason reason = gate.reason_of(m);
    if (!reason.words.empty()) {
      release.waiting.push_back(std::move(reason));
      continue;
    }
    if (project.outbox.window) release.zones.emplace(m.message.key, gate.zone_of(m));
    release.ready.push_back(std::move(m));
  }
  return release;
}

std::size_t withdraw_untrue(Ledger& ledger, const Project& project, const Night& night, const Drafts& drafts, const std::vector<std::string>& stale,
                            Instant as_of, Instant now) {
  if (stale.empty()) return 0;
  const std::set<std::string_view> going(stale.begin(), stale.end());
  std::set<std::string> cases;
  for (const OutboxMessage& m : ledger.outlines()) {
    if (!going.contains(m.message.key)) continue;
    cases.insert(m.message.case_key);
    for (const FurtherCase& further : m.message.also) cases.insert(further.case_key);
  }
  // A letter of several orders brings its further cases with it.
  std::vector<const Message*> next;
  for (const Message& m : drafts.messages) {
    const bool is_of_them = cases.contains(m.case_key) || std::any_of(m.also.begin(), m.also.end(), [&](const FurtherCase& c) { return cases.contains(c.case_key); });
    if (!is_of_them) continue;
    next.push_back(&m);
    cases.insert(m.case_key);
    for (const FurtherCase& further : m.also) cases.insert(further.case_key);
  }
  ledger.begin(as_of, now, "send");
  ledger.append_policy(project.policy.hash, text_of(project));
  for (const NightCase& c : night.cases)
    if (cases.contains(c.miss->key)) ledger.append_case(known_case(c, as_of));
  for (const NightCase& c : night.cases)
    if (cases.contains(c.miss->key))
      for (const Grant& grant : c.grants) ledger.append_grant(grant);
  for (const std::string& key : stale) ledger.change_message(key, "withdrawn", "the case has changed since");
  for (const Message* m : next) ledger.append_message(*m, project.outbox.approve_by_person ? "drafted" : "approved");
  ledger.commit({});
  return stale.size();
}

}  // namespace amends
