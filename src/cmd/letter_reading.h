// Letters read beside their cases, whether they wait in the outbox or are new: the facts they were written from, and
// what lint finds in them.
#pragma once
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cmd/desk.h"
#include "core/base/finding.h"
#include "core/letters/draft_lint.h"

namespace amends {

struct LetterReading {
  std::vector<std::pair<std::string, std::string>> facts;  // those its template reads: "order.total", "GBP 80.00"
  std::vector<DraftFinding> findings;
};

class LetterReader {
 public:
  // Keeps references.
  LetterReader(const Desk& desk, const Books& books, const Project& project, Letters& letters);
  // Nothing for a letter whose case tonight's records do not show: what it was decided by is not known.
  LetterReading read(const Message& message) const;

 private:
  const std::vector<Grant>& given_before(const NightCase& c) const;
  std::vector<Grant> told_in(const Message& message, const NightCase& c) const;
  std::vector<std::pair<std::string, std::string>> facts_read(const Message& message, const MessageRule* rule, const Value& record, const Zone& zone) const;

  const Desk& desk_;
  const Books& books_;
  const Project& project_;
  Letters& letters_;
  LetterHistory history_;
  std::unordered_map<std::string_view, const NightCase*> cases_;
};

// As lint tells them; `letter` names the message.
Findings findings_in(const Message& message, const std::vector<DraftFinding>& findings);

}  // namespace amends
