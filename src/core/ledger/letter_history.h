// What was written before: of a case, and to a person. io/mail/letter_files.h fills it from the outbox; draft.cpp and
// call_lines.cpp ask it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/language/derived.h"
#include "core/letters/letter_facts.h"

namespace amends {

// A letter of an earlier night, as one of its cases sees it.
struct Said {
  std::string message;              // its key
  std::string purpose;
  std::string person;
  bool open = false;                // the case was open when it was written
  bool withdrawn = false;           // never left the house, since the case had changed: its grants are untold
  bool waiting = false;             // still in the outbox
  Instant as_of;                    // of the run that wrote it
  Instant last_at;                  // when it was handed over; else as_of
  std::optional<Kind> kind;         // of the case when it was written
  std::vector<std::string> grants;  // it told of these
  bool left = true;                 // handed over, or perhaps: not refused, not put off, not a draft
  bool dropped = false;             // somebody withdrew it for good: it counts as said, and never left
  bool several = false;             // of several orders
  std::int64_t run = 0;             // the number of the run that wrote it
};
using SaidBefore = std::map<std::string, std::vector<Said>>;  // by case key

bool was_said(const std::vector<Said>& said, std::string_view purpose);
// Null: none that was not withdrawn, for now or for good.
const Said* last_said(const std::vector<Said>& said);

class LetterHistory {
 public:
  // Keeps a reference.
  LetterHistory(const SaidBefore& said, const Zone& zone);

  const std::vector<Said>& of_case(const std::string& case_key) const;
  std::optional<Apologies> apologies_to(const std::string& person) const;
  std::optional<Date> first_told(const std::string& case_key) const;
  std::optional<Kind> gravest_told(const std::string& case_key) const;
  bool is_told(const std::string& grant_key) const { return grants_.contains(grant_key); }
  void tell(const std::vector<std::string>& grant_keys) { grants_.insert(grant_keys.begin(), grant_keys.end()); }

 private:
  struct OfPerson {
    std::unordered_set<std::string_view> messages;
    Instant last;
    std::optional<Kind> kind;  // the gravest of the last letter
  };
  void add(const Said& said);

  const SaidBefore& said_;
  Zone zone_;
  std::unordered_map<std::string, OfPerson> people_;
  std::unordered_set<std::string> grants_;
};

// A case's facts as the conditions of [[message]] read them: those of the record, and told_kind.
class RuleFacts {
 public:
  // Keeps references.
  RuleFacts(const Miss& miss, const Project& project, std::optional<Kind> told_kind);
  const FactSource& facts() const { return derived_; }

 private:
  std::unique_ptr<FactSource> told_;
  DerivedFacts derived_;
};

}  // namespace amends
