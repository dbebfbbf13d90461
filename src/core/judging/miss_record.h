// A miss as a full record: its key, its person, its lateness, and every fact that the policy, letters and
// output ask for.
#pragma once
#include <string>
#include <vector>

#include "core/judging/verdict.h"
#include "core/records/order_facts.h"

namespace amends {

class MissRecords {
 public:
  // Keeps references.
  MissRecords(const CaseTable& cases, const Project& project, const JudgeOptions& options);
  // `facts` stands at the row.
  Miss miss(const Guarantee& guarantee, const Verdict& verdict, const OrderFacts& facts, Row row) const;
  // A case the ledger holds keeps the name it was first known under.
  std::string key(const Guarantee& guarantee, Row row) const;

 private:
  enum class Judged { none, case_key, guarantee, kind, kinds, start, due, due_date, met_at, open, risk, estimated, seconds, minutes, hours, days, business_days, early_minutes };
  struct Wanted {
    Slot slot;
    Judged judged;
  };
  static Judged judged_named(std::string_view name);
  static Value value_of(Judged judged, Miss& miss, const Guarantee& guarantee);

  std::string_view known_name(const Guarantee& guarantee, Row row) const;

  const CaseTable& cases_;
  const Project& project_;
  const HeldGuarantees* held_;
  const bool is_bare_;
  const CasePersons persons_;
  std::vector<Wanted> wanted_;
};

}  // namespace amends
