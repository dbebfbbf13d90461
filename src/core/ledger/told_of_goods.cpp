#include "core/ledger/told_of_goods.h"

#include <unordered_set>

namespace amends {

SaidBefore with_goods_that_came(const SaidBefore& said, const Night& night, const Project& project) {
  SaidBefore all = said;
  std::unordered_set<std::string> taken;  // cases that there are, or whose letters have been passed on
  for (const NightCase& c : night.cases) taken.insert(c.miss->key);
  for (const NightCase& c : night.cases) {
    if (c.miss->met.is_none()) continue;
    const RecordName record = record_of_case(c.miss->key);
    for (const Guarantee& goods : project.guarantees) {
      if (!goods.promises_goods() || goods.name == c.miss->guarantee) continue;
      const auto told = said.find(case_key(project.shop.id, name_of(record.kind), record.id, goods.name));
      if (told == said.end() || taken.contains(told->first)) continue;
      const Said* const last = last_said(told->second);
      if (last == nullptr || last->kind != Kind::lost) continue;
      taken.insert(told->first);
      std::vector<Said>& of_case = all[c.miss->key];
      of_case.insert(of_case.end(), told->second.begin(), told->second.end());
    }
  }
  return all;
}

}  // namespace amends
