#include "cmd/sending.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "io/outbox.h"

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

  // Nullopt: none has ended until then.
  std::optional<Ended> next(Steady::time_point until) {
    std::unique_lock<std::mutex> hold(mutex_);
    if (!news_.wait_until(hold, until, [&] { return !ended_.empty(); })) return std::nullopt;
    Ended ended = std::move(ended_.front());
    ended_.pop_front();
    hold.unlock();
    threads_.at(ended.number).join();
    threads_.erase(ended.number);
    return ended;
  }

 private:
  std::int64_t timeout_ms_;
  std::size_t started_ = 0;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Ended> ended_;
  std::map<std::size_t, std::thread> threads_;
};

// What became of a letter, until it is written down.
struct News {
  Ended ended;
  MailOutcome outcome;
  Instant at;
  std::optional<Instant> next;
};

class Sending {
 public:
  Sending(const std::vector<OutboxMessage>& letters, const std::string& ledger_path, const Project& project, const SendingOptions& options, Instant as_of)
      : letters_(letters), project_(project), options_(options), began_(Steady::now()), next_start_(began_), outbox_(ledger_path), crew_(options.timeout_ms) {
    outbox_.begin(as_of, options.now);
  }

  Sent sent() {
    while (goes_on() || crew_.at_work() > 0) {
      if (goes_on() && crew_.at_work() < static_cast<std::size_t>(options_.jobs) && Steady::now() >= next_start_) {
        begin(letters_[at_]);
        continue;
      }
      if (std::optional<Ended> ended = crew_.next(wake_at())) end(*ended);
    }
    for (const News& news : unwritten_) {  // once more: the fault may have passed
      const std::string_view what = news.outcome.fate == Fate::stop ? "not sent" : name_of(news.outcome.fate);
      if (!write_down(news)) sent_.unwritten.push_back(fmt::format("{} was {}", news.ended.record_id, what));
    }
    sent_.signal = caught;
    sent_.left = letters_.size() - at_;
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

  void begin(const OutboxMessage& letter) {
    if (!is_window_open(letter)) {
      ++at_;
      ++sent_.closed;
      return;
    }
    std::optional<Attempt> claim;
    try {
      claim = outbox_.claim(letter.message.key, now(), project_.shop.zone, options_.at_least_once);
    } catch (const Error& fault) {  // others may be under way, and have to be written down
      sent_.fault = fault;
      return;
    }
    ++at_;
    if (!claim) {
      ++sent_.gone;
      return;
    }
    ++begun_;
    next_start_ = Steady::now() + std::chrono::milliseconds(options_.rate.pause_ms);
    crew_.start(std::move(*claim), letter.message.record_id, letter.message.channel == Channel::sms ? *options_.sms : *options_.email);
  }

  void end(const Ended& ended) {
    const MailOutcome outcome = outcome_of(ended.reply, ended.may_have_queued);
    const News news{ended, outcome, now(), outcome.fate == Fate::later ? next_opening(ended) : std::nullopt};
    if (!write_down(news)) unwritten_.push_back(news);
    ++sent_.fates[outcome.fate];
    if (outcome.fate != Fate::handed) sent_.told.push_back({ended.record_id, outcome.fate, outcome.reason, news.next});
    uncertain_ = outcome.fate == Fate::uncertain ? uncertain_ + 1 : 0;
    if (outcome.fate == Fate::stop) {
      const bool is_ours = !ended.reply.fault.empty();
      sent_.stop = is_ours ? outcome.reason : fmt::format("the mail command ended with {}: the next letter would fail too", outcome.reason);
    }
    if (uncertain_ >= uncertain_in_a_row && sent_.stop.empty()) sent_.stop = fmt::format("{} letters in a row are uncertain ({})", uncertain_, outcome.reason);
  }

  bool write_down(const News& news) {
    try {
      outbox_.record(news.ended.claim, news.outcome, exit_code_of(news.ended.reply), news.at, news.next);
      return true;
    } catch (const Error& fault) {
      sent_.fault = fault;
      return false;
    }
  }

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
  std::vector<News> unwritten_;
  Sent sent_;
};

}  // namespace

Sent send_letters(const std::vector<OutboxMessage>& letters, const std::string& ledger_path, const Project& project, const SendingOptions& options, Instant as_of) {
  return Sending(letters, ledger_path, project, options, as_of).sent();
}

}  // namespace amends
