// A mail command: one process for each message, without a shell, the message on its stdin. It sees a short list of
// environment variables; what it prints is kept for outcome_of() and shown to nobody, for there are addresses in it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/mail/mail_outcome.h"

namespace amends {

class MailCommand {
 public:
  // Finds the program by PATH. Error when there is none, or it may not be executed.
  explicit MailCommand(std::vector<std::string> words);

  // For several threads at once. Stopped after timeout_ms: first asked to, then killed.
  MailReply run(std::string_view message, std::int64_t timeout_ms) const;
  const std::string& name() const { return words_.front(); }
  // OpenSMTPD's sendmail answers "try later" for what it has queued all the same.
  bool may_have_queued() const { return may_have_queued_; }

 private:
  std::vector<std::string> words_;
  std::string path_;
  bool may_have_queued_ = false;
};

}  // namespace amends
