// What `amends doctor` looks at, one function a part, each of which finds its own words and its next step. Nothing is
// changed and nothing sent.
#pragma once
#include <string>
#include <vector>

#include "cmd/context.h"

namespace amends {

enum class Verdict { ok, look, wrong };
std::string_view name_of(Verdict verdict);

struct Checkup {
  std::string subject;  // sources, ledger, ...
  Verdict verdict = Verdict::ok;
  std::string message;
  std::string hint = {};  // what to do; empty where nothing is
};
using Checkups = std::vector<Checkup>;

// A length of time as people say it, in its largest unit: "5 days", "3 hours", "under a minute".
std::string age_words(std::int64_t ms);
// "3.2 GiB"
std::string size_words(std::uint64_t bytes);
Checkup wrong(const std::string& subject, const Error& fault);

// doctor_project.cpp: what lint finds, part by part, and the calendars' horizons.
void check_configuration(const Context& context, Checkups& checkups);
void check_calendars(const Context& context, Checkups& checkups);
// doctor_records.cpp: the sources read whole, and what tonight would write.
void check_records(const Context& context, const Ledger* ledger, Checkups& checkups);
// doctor_ledger.cpp. The ledger that can be read, or null.
std::unique_ptr<Ledger> check_ledger(const Context& context, Checkups& checkups);
void check_outbox(const Context& context, const Ledger& ledger, Checkups& checkups);
// doctor_machine.cpp
void check_mail_command(const OutboxRules& rules, Checkups& checkups);
void check_clock(const Zone& zone, Instant now, const Ledger* ledger, Checkups& checkups);
void check_disk(const std::string& folder, std::uint64_t needed, const std::string& what, Checkups& checkups);

}  // namespace amends
