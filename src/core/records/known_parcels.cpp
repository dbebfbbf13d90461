#include "core/records/known_parcels.h"

#include <algorithm>

namespace amends {

std::vector<KnownAs> ids_of(const ToldParcel& parcel) {
  std::vector<KnownAs> ids;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) ids.push_back({name, std::string(value)});
  };
  add("shipment_id", parcel.shipment_id);
  add("tracking", parcel.tracking);
  add("place", parcel.place);
  add("shipped_at", parcel.shipped_at);
  add("delivered_at", parcel.delivered_at);
  return ids;
}

void KnownParcels::add(const std::string& order, const std::string& id, const std::vector<KnownAs>& ids) {
  std::vector<Known>& parcels = of_order_[order];
  auto found = std::find_if(parcels.begin(), parcels.end(), [&](const Known& known) { return known.id == id; });
  if (found == parcels.end()) found = parcels.insert(parcels.end(), Known{id, {}});
  found->ids.insert(found->ids.end(), ids.begin(), ids.end());
}

bool KnownParcels::Known::was(std::string_view name, std::string_view value) const {
  return std::any_of(ids.begin(), ids.end(), [&](const KnownAs& one) { return one.name == name && one.value == value; });
}

std::string_view KnownParcels::Known::last(std::string_view name) const {
  const auto found = std::find_if(ids.rbegin(), ids.rend(), [&](const KnownAs& one) { return one.name == name; });
  return found == ids.rend() ? std::string_view{} : std::string_view(found->value);
}

// One order's parcels, paired with those known; what is paired is out of the question for the others.
class KnownParcels::Finding {
 public:
  Finding(const std::string& order, const std::vector<Known>& known, std::span<const ToldParcel> parcels)
      : order_(order), known_(known), parcels_(parcels), ids_(parcels.size()), is_taken_(known.size(), 0) {}

  std::vector<std::string> all() {
    pair([&](const Known& known, const ToldParcel& parcel) { return known.id == named(parcel.own_id); });
    pair([&](const Known& known, const ToldParcel& parcel) { return is_known_by(known, "shipment_id", parcel.shipment_id); });
    pair([&](const Known& known, const ToldParcel& parcel) { return is_known_by(known, "tracking", parcel.tracking); });
    pair([&](const Known& known, const ToldParcel& parcel) { return is_at_its_place(known, parcel); });
    return std::move(ids_);
  }

 private:
  template <class Same>
  void pair(Same same) {
    for (std::size_t i = 0; i < parcels_.size(); ++i) {
      if (!ids_[i].empty() || parcels_[i].own_id.empty()) continue;
      for (std::size_t k = 0; k < known_.size() && ids_[i].empty(); ++k) {
        if (is_taken_[k] != 0 || !same(known_[k], parcels_[i])) continue;
        is_taken_[k] = 1;
        ids_[i] = known_[k].id;
      }
    }
  }

  std::string named(std::string_view own) const { return std::string(order_).append("/").append(own); }

  bool is_known_by(const Known& known, std::string_view name, std::string_view value) const {
    return !value.empty() && (known.was(name, value) || known.id == named(value));
  }

  static bool is_at_its_place(const Known& known, const ToldParcel& parcel) {
    const bool has_own_number = !parcel.shipment_id.empty() && !known.last("shipment_id").empty();
    if (has_own_number || known.last("place") != parcel.place) return false;
    const std::string_view sent = known.last("shipped_at");
    const bool is_sent_anew = !sent.empty() && !parcel.shipped_at.empty() && sent != parcel.shipped_at;
    const std::string_view delivered = known.last("delivered_at");
    const bool is_delivered_anew = !delivered.empty() && delivered != parcel.delivered_at;
    return !is_sent_anew && !is_delivered_anew;
  }

  const std::string& order_;
  const std::vector<Known>& known_;
  std::span<const ToldParcel> parcels_;
  std::vector<std::string> ids_;
  std::vector<std::uint8_t> is_taken_;
};

std::vector<std::string> KnownParcels::ids(const std::string& order, std::span<const ToldParcel> parcels) const {
  const auto found = of_order_.find(order);
  return found == of_order_.end() ? std::vector<std::string>(parcels.size()) : Finding(order, found->second, parcels).all();
}

}  // namespace amends
