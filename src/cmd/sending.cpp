#include "cmd/sending.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "io/ledger/outbox.h"

namespace amends {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t uncertain_in_a_row = 5;  // the same will happen to the next one

volatile std::sig_atomic_t caught = 0;
void note_signal(int signal) { caught = signal; }

// SIGINT and SIGTERM end the sending between two letters.
class Signals {
 public:
  Signals() {
    caught = 0;
    interrupt_ = std::signal(SIGINT, note_signal);
    terminate_ = std::signal(SIGTERM, note_signal);
  }
  ~Signals() {
    std::signal(SIGINT, interrupt_);
    std::signal(SIGTERM, terminate_);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void (*interrupt_)(int);
  void (*terminate_)(int);
};

struct Ended {
  std::size_t number = 0;  // of its thread
  Attempt claim;
  std::string record_id;
  MailReply reply;
  bool may_have_queued = false;
};

// Mail commands at work, each in a thread of its own that only waits for it.
class Crew {
 public:
  explicit Crew(std::int64_t timeout_ms) : timeout_ms_(timeout_ms) {}
  ~Crew() {
    for (auto& [number, thread] : threads_) thread.join();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  std::size_t at_work() const { return threads_.size(); }

  void start(Attempt claim, std::string record_id, const MailCommand& command) {
    const std::size_t number = started_++;
    threads_.emplace(number, std::thread([this, number, &command, claim = std::move(claim), record_id = std::move(record_id)] {
      Ended ended{number, claim, record_id, {}, command.may_have_queued()};
      try {
        ended.reply = command.run(claim.bytes, timeout_ms_);
      } catch (const Error& fault) {
        ended.reply.exit_code = 126;
        ended.reply.fault = fault.message;
      }
      const std::lock_guard<std::mutex> hold(mutex_);
      ended_.push_back(std::move(ended));
      news_.notify_one();
    }));
  }

  void wait(Steady::time_point until) {
    std::unique_lock<std::mutex> hold(mutex_);
    news_.wait_until(hold, until, [&] { return !ended_.empty(); });
  }

  // Those that have ended by now, in the order they did.
  std::vector<Ended> ended() {
    std::unique_lock<std::mutex> hold(mutex_);
    std::vector<Ended> ended = std::exchange(ended_, {});
    hold.unlock();
    for (const Ended& one : ended) {
      threads_.at(one.number).join();
      threads_.erase(one.number);
    }
    return ended;
  }

 private:
  std::int64_t timeout_ms_;
  std::size_t started_ = 0;
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<Ended> ended_;
  std::map<std::size_t, std::thread> threads_;
};

// What became of a letter, until it is written down.
struct News {
  std::string record_id;
  AttemptEnd settled;
};

class Sending {
 public:
  Sending(const std::vector<OutboxMessage>& letters, const std::string& ledger_path, const Project& project, const SendingOptions& options, Instant as_of)
      : letters_(letters), project_(project), options_(options), began_(Steady::now()), next_start_(began_), outbox_(ledger_path), crew_(options.timeout_ms) {
    outbox_.begin(as_of, options.now);
  }

  Sent sent() {
    while (true) {
      for (const Ended& ended : crew_.ended()) end(ended);
      const std::vector<const OutboxMessage*> next = next_letters();
      if (!news_.empty() || !next.empty()) {
        exchange(next);
      } else if (goes_on() || crew_.at_work() > 0) {
        crew_.wait(wake_at());
      } else {
        break;
      }
    }
    for (const News& news : unwritten_)  // once more: the fault may have passed
      if (!write_down({news.settled}, {})) sent_.unwritten.push_back(fmt::format("{} was {}", news.record_id, fate_in_words(news.settled.outcome.fate)));
    sent_.signal = caught;
    sent_.left += letters_.size() - at_;
    return std::move(sent_);
  }

 private:
  bool goes_on() const {
    const bool is_full = options_.limit > 0 && begun_ >= options_.limit;
    return at_ < letters_.size() && !is_full && sent_.stop.empty() && !sent_.fault && caught == 0;
  }

  // Signals are looked for ten times a second.
  Steady::time_point wake_at() const {
    const Steady::time_point soon = Steady::now() + std::chrono::milliseconds(100);
    const bool has_room = crew_.at_work() < static_cast<std::size_t>(options_.jobs);
    return goes_on() && has_room ? std::min(soon, next_start_) : soon;
  }

  Instant now() const {
    if (options_.is_clock_fixed) return options_.now;
    return Instant{options_.now.ms + std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began_).count()};
  }

  bool is_window_open(const OutboxMessage& letter) const {
    const auto zone = options_.zones.find(letter.message.key);
    return zone == options_.zones.end() || !project_.outbox.window || opening_at_or_after(*project_.outbox.window, zone->second, now()) <= now();
  }

  // Those to start now: as many as there is room for, one at a time where starts are spaced. Closed windows are passed over.
  std::vector<const OutboxMessage*> next_letters() {
    std::vector<const OutboxMessage*> next;
    if (!goes_on() || Steady::now() < next_start_) return next;
    std::size_t room = static_cast<std::size_t>(options_.jobs) - crew_.at_work();
    if (options_.limit > 0) room = std::min(room, options_.limit - begun_);
    if (options_.rate.pause_ms > 0) room = std::min<std::size_t>(room, 1);
    while (next.size() < room && at_ < letters_.size()) {
      const OutboxMessage& letter = letters_[at_++];
      if (is_window_open(letter)) next.push_back(&letter);
      else ++sent_.closed;
    }
    return next;
  }

  // Writes down what ended and claims what starts. Where that cannot be written nothing starts: others may be under way, and have
  // to be written down.
  void exchange(const std::vector<const OutboxMessage*>& next) {
    std::vector<std::string> keys;
    for (const OutboxMessage* letter : next) keys.push_back(letter->message.key);
    std::vector<AttemptEnd> settled;
    for (const News& news : news_) settled.push_back(news.settled);
    std::optional<std::vector<std::optional<Attempt>>> claims = write_down(settled, keys);
    if (!claims) {
      unwritten_.insert(unwritten_.end(), news_.begin(), news_.end());
      sent_.left += next.size();
    }
    news_.clear();
    for (std::size_t i = 0; claims && i < next.size(); ++i) {
      if ((*claims)[i]) start(*next[i], std::move(*(*claims)[i]));
      else ++sent_.gone;
    }
  }

  // Nullopt: the ledger cannot be written.
  std::optional<std::vector<std::optional<Attempt>>> write_down(const std::vector<AttemptEnd>& settled, const std::vector<std::string>& keys) {
    try {
      return outbox_.exchange(settled, keys, now(), project_.shop.zone, options_.at_least_once);
    } catch (const Error& fault) {
      sent_.fault = fault;
      return std::nullopt;
    }
  }

  void start(const OutboxMessage& letter, Attempt claim) {
    ++begun_;
    next_start_ = Steady::now() + std::chrono::milliseconds(options_.rate.pause_ms);
    crew_.start(std::move(claim), letter.message.record_id, letter.message.channel == Channel::sms ? *options_.sms : *options_.email);
  }

  void end(const Ended& ended) {
    const MailOutcome outcome = outcome_of(ended.reply, ended.may_have_queued);
    const std::optional<Instant> next = outcome.fate == Fate::later ? next_opening(ended) : std::nullopt;
    news_.push_back({ended.record_id, {ended.claim, outcome, exit_code_of(ended.reply), now(), next}});
    ++sent_.fates[outcome.fate];
    if (outcome.fate != Fate::handed) sent_.told.push_back({ended.record_id, outcome.fate, outcome.reason, next});
    uncertain_ = outcome.fate == Fate::uncertain ? uncertain_ + 1 : 0;
    if (outcome.fate == Fate::stop) {
      const bool is_ours = !ended.reply.fault.empty();
      sent_.stop = is_ours ? outcome.reason : fmt::format("the mail command ended with {}: the next letter would fail too", outcome.reason);
    }
    if (uncertain_ >= uncertain_in_a_row && sent_.stop.empty()) sent_.stop = fmt::format("{} letters in a row are uncertain ({})", uncertain_, outcome.reason);
  }

  static std::string_view fate_in_words(Fate fate) { return fate == Fate::stop ? "not sent" : name_of(fate); }

  static std::optional<std::int64_t> exit_code_of(const MailReply& reply) {
    if (reply.signal != 0 || reply.timed_out) return std::nullopt;
    return reply.exit_code;
  }

  std::optional<Instant> next_opening(const Ended& ended) const { return next_try(static_cast<int>(ended.claim.put_off) + 1, now()); }

  const std::vector<OutboxMessage>& letters_;
  const Project& project_;
  const SendingOptions& options_;
  Steady::time_point began_, next_start_;
  const Signals signals_;
  Outbox outbox_;
  Crew crew_;
  std::size_t at_ = 0, begun_ = 0, uncertain_ = 0;
  std::vector<News> news_, unwritten_;  // not written down yet; and those that could not be
  Sent sent_;
};

}  // namespace

Sent send_letters(const std::vector<OutboxMessage>& letters, const std::string& ledger_path, const Project& project, const SendingOptions& options, Instant as_of) {
  return Sending(letters, ledger_path, project, options, as_of).sent();
}

}  // namespace amends
