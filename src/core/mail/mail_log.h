// What a mail server's log says became of letters, found by their Message-ID: Postfix and Exim name it when they take a letter
// into their queue, and speak of it by queue id from then on. OpenSMTPD and msmtp do not name it: of whom a letter was for and
// when nothing is concluded, for the shop writes to the same people about other things.
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

// Programs whose logs do not name the Message-ID.
enum class NamelessLog { none, opensmtpd, msmtp };

// Reads a log line by line; only letters of these Message-IDs (without angle brackets) are kept.
class MailLog {
 public:
  explicit MailLog(std::set<std::string> message_ids) : wanted_(std::move(message_ids)) {}
  void add(std::string_view line);
  const std::map<std::string, LoggedLetter>& letters() const { return letters_; }  // by Message-ID
  // Whose log it is, when no line of it names a Message-ID.
  NamelessLog nameless() const { return has_ids_ ? NamelessLog::none : nameless_; }

 private:
  void take_in(std::string_view queue_id, std::string_view message_id);
  void deliver(std::string_view queue_id, std::string_view line);
  void read_exim(std::string_view queue_id, std::string_view rest);

  std::set<std::string> wanted_;
  std::map<std::string, std::string, std::less<>> ids_;  // Message-ID by queue id
  std::map<std::string, LoggedLetter> letters_;
  NamelessLog nameless_ = NamelessLog::none;
  bool has_ids_ = false;
};

}  // namespace amends
