// What a mail server's log says became of letters, found by their Message-ID: Postfix names it when it takes a letter into
// its queue and speaks of it by queue id from then on. msmtp's log has no Message-ID: its lines tell the queue id that the
// next server gave, and help where that server's log stands beside them.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace amends {

struct LoggedLetter {
  std::string queue_id;      // the last
  bool was_queued = false;   // a server took it
  std::string status;        // of its last delivery: sent, bounced, deferred, expired; empty: none yet
  std::string dsn;           // "5.1.1"
  std::string reply_code;    // "550", where the log tells the other server's words
};

// Reads a log line by line; only letters of these Message-IDs (without angle brackets) are kept.
class MailLog {
 public:
  explicit MailLog(std::set<std::string> message_ids) : wanted_(std::move(message_ids)) {}
  void add(std::string_view line);
  const std::map<std::string, LoggedLetter>& letters() const { return letters_; }  // by Message-ID

 private:
  void take_in(std::string_view queue_id, std::string_view message_id);
  void deliver(std::string_view queue_id, std::string_view line);

  std::set<std::string> wanted_;
  std::map<std::string, std::string, std::less<>> ids_;  // Message-ID by queue id
  std::map<std::string, LoggedLetter> letters_;
};

}  // namespace amends
