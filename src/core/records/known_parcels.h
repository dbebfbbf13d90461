// What the parcels of the ledger were known by whenever they were met, and which of them tonight's parcels are. Numbers
// come late, change and vanish with their column; a parcel that is not found again would be paid for a second time.
//
// The shop's own number counts most, then the carrier's. A parcel that has neither in common with what is remembered is
// still the same where it stands at the same place among as many parcels of its order, the numbers that both tell are not
// the shop's own, and it was neither sent nor delivered at another time. Two parcels of one night never
// share a case.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace amends {

// One of them: shipment_id, tracking, place ("1 of 2"), shipped_at or delivered_at. Part of the ledger format
// (amends-ledger.5). Add, never rename.
struct KnownAs {
  std::string name;
  std::string value;
  bool operator==(const KnownAs&) const = default;
};

struct CaseIds {
  std::string key;  // of the case
  std::vector<KnownAs> ids;
};

// A parcel as the records tell it tonight. Moments as text, in UTC.
struct ToldParcel {
  std::string_view own_id;       // as its case key would have it
  std::string_view shipment_id;  // empty where it is the tracking number
  std::string_view tracking;
  std::string place, shipped_at, delivered_at;
};
std::vector<KnownAs> ids_of(const ToldParcel& parcel);

class KnownParcels {
 public:
  // `id`: as the case key has it, ORDER/OWN. `ids`: oldest first; none in a ledger from before they were kept. Of one
  // parcel with several cases, once for each.
  void add(const std::string& order, const std::string& id, const std::vector<KnownAs>& ids);
  bool is_empty() const { return of_order_.empty(); }
  // Of each of an order's parcels the id it is known under; empty: under none.
  std::vector<std::string> ids(const std::string& order, std::span<const ToldParcel> parcels) const;

 private:
  struct Known {
    std::string id;
    std::vector<KnownAs> ids;
    bool was(std::string_view name, std::string_view value) const;
    std::string_view last(std::string_view name) const;
  };
  class Finding;
  std::unordered_map<std::string, std::vector<Known>> of_order_;
};

}  // namespace amends
