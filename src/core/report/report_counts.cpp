#include "core/report/report_counts.h"

#include "core/base/text.h"

namespace amends {
namespace {

// Names as they stand in the records, which outlive it: one look a name that is not the one before.
class NameCounts {
 public:
  void add(std::string_view name) {
    if (last_ == nullptr || name != name_) {
      name_ = name;
      last_ = &counts_[name];
    }
    ++*last_;
  }
  void add_to(KeptCounts::ByName& all) const {
    for (const auto& [name, count] : counts_) all[std::string(name)] += count;
  }

 private:
  std::unordered_map<std::string_view, std::size_t> counts_;
  std::string_view name_;
  std::size_t* last_ = nullptr;  // references into an unordered_map stay where they are
};

}  // namespace

void KeptCounts::add(const std::vector<KeptCase>& kept) {
  NameCounts carriers, regions;
  for (const KeptCase& c : kept) {
    const bool is_dated = !c.due.is_none();
    if (!is_dated && (period_.since || period_.until)) continue;
    if (is_dated) {
      const Date day = day_of(c.due, zone_);
      if (!period_.has(day)) continue;
      ++days_[day.days];
    }
    ++all_;
    ++guarantees_[c.guarantee];
    carriers.add(trimmed(c.carrier));
    regions.add(place_of(trimmed(c.region), trimmed(c.country)));
  }
  carriers.add_to(carriers_);
  regions.add_to(regions_);
}

bool KeptCounts::add(Date day, std::size_t guarantee, std::size_t count) {
  if (!period_.has(day)) return false;
  all_ += count;
  days_[day.days] += count;
  guarantees_[guarantee] += count;
  return true;
}

void KeptCounts::add_names(std::string_view carrier, std::string_view place, std::size_t count) {
  carriers_[std::string(carrier)] += count;
  regions_[std::string(place)] += count;
}

void KeptCounts::add(const KeptCounts& other) {
  all_ += other.all_;
  for (const auto& [day, count] : other.days_) days_[day] += count;
  for (const auto& [guarantee, count] : other.guarantees_) guarantees_[guarantee] += count;
  for (const auto& [name, count] : other.carriers_) carriers_[name] += count;
  for (const auto& [name, count] : other.regions_) regions_[name] += count;
}

}  // namespace amends
