// Small random exports of orders and deliveries, with all that makes real ones hard to read: several parcels,
// missing and quoted cells, line ends of every kind, offsets, dates beside instants, rows that cannot be read.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

namespace amends::slow {

struct Exports {
  std::string orders, deliveries;
  std::int64_t as_of = 0;  // ms
};

class RandomExports {
 public:
  enum class Repeats { none, some };  // rows told twice, or told differently
  RandomExports(std::uint32_t seed, Repeats repeats) : dice_(seed), repeats_(repeats == Repeats::some) {}

  Exports make() {
    ids_ = roll(7);
    id_from_ = roll(1000);
    Exports made;
    made.as_of = from_days(60 + roll(200)) + roll(86400) * std::int64_t{1000};
    Rows orders, deliveries;
    const int count = roll(41);
    for (int i = 0; i < count; ++i) {
      const std::string id = id_of(i);
      const std::int64_t promised = made.as_of + (roll(40) - 30) * std::int64_t{43200000} + roll(86400) * std::int64_t{1000};
      add(orders, {id, spoilt(time_of(promised - roll(9) * std::int64_t{86400000})), spoilt(time_of(promised)), word()}, 2);
      for (int parcel = parcels(); parcel > 0; --parcel) add_parcel(deliveries, id, parcel, promised);
    }
    for (int orphans = roll(3); orphans > 0; --orphans) add_parcel(deliveries, id_of(count + roll(5)), 1, made.as_of);
    std::shuffle(deliveries.begin(), deliveries.end(), dice_);
    if (repeats_) std::shuffle(orders.begin(), orders.end(), dice_);
    made.orders = text_of({"order_id", "placed_at", "promised_at", "note"}, orders);
    made.deliveries = text_of({"order_id", "shipment_id", "delivered_at", "status", "reason"}, deliveries);
    return made;
  }

 protected:
  using Cells = std::vector<std::string>;
  using Rows = std::vector<Cells>;

  int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice_); }
  bool one_in(int chances) { return roll(chances) == 0; }
  template <std::size_t N>
  std::string pick(const char* const (&list)[N]) {
    return list[static_cast<std::size_t>(roll(static_cast<int>(N)))];
  }
  static std::int64_t from_days(int days) { return (20454 + days) * std::int64_t{86400000}; }  // 2026-01-01 and on

  int parcels() {
    constexpr int usual[] = {1, 1, 1, 1, 1, 0, 2, 2, 3};
    return usual[roll(9)];
  }

  // Rows come once, or again as they were, or again with the cell at `changed` telling something else.
  void add(Rows& rows, const Cells& row, std::size_t changed) {
    rows.push_back(row);
    if (!repeats_) return;
    for (int more = one_in(5) ? 1 + roll(2) : 0; more > 0; --more) rows.push_back(row);
    if (!one_in(12)) return;
    rows.push_back(row);
    rows.back()[changed] = time_of(from_days(60 + roll(200)));
  }

  void add_parcel(Rows& rows, const std::string& id, int parcel, std::int64_t promised) {
    const int fate = roll(10);
    const std::int64_t late = fate < 6 ? -1 : fate == 6 ? 0 : 1;
    std::string delivered = fate == 9 ? "" : time_of(promised + late * roll(8) * std::int64_t{21600000} + late * roll(3600) * std::int64_t{1000});
    std::string status = pick({"delivered", "delivered", "Delivered", "in_transit", "", "lost in the post"});
    if (!one_in(4)) status = delivered.empty() ? "in_transit" : "delivered";
    if (one_in(25)) status = "cancelled", delivered = "";
    const std::string shipment = one_in(12) ? "" : "S-" + std::to_string(parcel);
    add(rows, {id, shipment, spoilt(delivered), status, word()}, 2);
  }

  std::string id_of(int i) {
    const int style = ids_ == 6 ? (i % 6) : ids_;
    char text[64];
    const unsigned number = static_cast<unsigned>(id_from_ + i);
    const unsigned mixed = number * 2654435761u;
    if (style == 0) std::snprintf(text, sizeof text, "ORDR%010u", number * 7);
    else if (style == 1) std::snprintf(text, sizeof text, "%s%u", number % 2 == 0 ? "0" : "", number / 2);
    else if (style == 2) std::snprintf(text, sizeof text, "%08x-0f55-4dc3-807d-%012x", mixed, number);
    else if (style == 3) std::snprintf(text, sizeof text, "%016x%08x%08x", number, mixed, mixed);
    else if (style == 4) std::snprintf(text, sizeof text, "M\xc3\xbcller, %u \"%u\"", mixed % 10, number);
    else std::snprintf(text, sizeof text, "A%u", number);
    return text;
  }

  // The same moment as somebody's export may write it; a day where the hours were dropped.
  std::string time_of(std::int64_t ms) {
    const int offsets[] = {0, 0, 0, 60, 60, 120, -300, 330};
    const std::size_t which = static_cast<std::size_t>(roll(8));
    const int form = roll(12);
    const std::int64_t local = ms + offsets[which] * std::int64_t{60000};
    const auto seconds = static_cast<std::time_t>(local / 1000);
    std::tm c{};
    ::gmtime_r(&seconds, &c);
    char text[64];
    if (form == 0) return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &c));
    std::string out(text, std::strftime(text, sizeof text, form < 9 ? "%Y-%m-%dT%H:%M" : "%Y-%m-%d %H:%M", &c));
    if (form != 1) out += std::string(text, std::strftime(text, sizeof text, ":%S", &c));
    if (form == 2) out += ".250";
    if (form == 3) return out;  // by the shop's clock
    if (offsets[which] == 0) return out + (form == 4 ? "+00:00" : form == 5 ? " UTC" : "Z");
    const int minutes = std::abs(offsets[which]);
    std::snprintf(text, sizeof text, form == 6 ? "%c%02d%02d" : "%c%02d:%02d", offsets[which] < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return out + text;
  }

  std::string spoilt(const std::string& time) {
    if (one_in(40)) return "";
    if (one_in(60)) return pick({"31/03/26", "soon", "2026-02-30", "2026-03-01T10:00+1"});
    return time;
  }

  std::string word() {
    return one_in(6) ? pick({"weather, wind", "said \"no\"", "two\nlines", "x,\"\r\n\"", " blanks ", "a \"quote inside", "\xe2\x82\xac"}) : pick({"", "", "late", "x"});
  }

  std::string written(const std::string& cell) {
    const bool needed = cell.find_first_of(",\r\n") != std::string::npos || cell.starts_with('"');
    if (!needed && !one_in(quoting_)) return one_in(50) ? " " + cell + " " : cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  }

  std::string line_of(const Cells& cells, const std::vector<std::size_t>& order) {
    std::string line;
    for (const std::size_t i : order) line += (line.empty() && i == order[0] ? "" : ",") + written(cells[i]);
    if (one_in(80)) line += ",one too many";
    if (one_in(80)) line += "\"";
    if (one_in(120)) line += ",\"\"then text";
    if (one_in(150)) line += std::string(1, '\0');
    return line;
  }

  std::string text_of(Cells header, const Rows& rows) {
    const std::string end = pick({"\n", "\n", "\r\n", "\r"});
    quoting_ = one_in(3) ? 2 : 30;
    std::vector<std::size_t> order(header.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (one_in(2)) std::shuffle(order.begin(), order.end(), dice_);
    std::string text = one_in(10) ? "\xef\xbb\xbf" : "";
    if (one_in(4) && header[0] == "order_id") header[0] = "Order_ID";
    for (const std::size_t i : order) text += (i == order[0] ? "" : ",") + header[i];
    for (const Cells& row : rows) text += end + (one_in(60) ? end : "") + line_of(row, order);
    if (!one_in(60)) return text + (one_in(4) ? "" : end);
    return text + end + "\"cut in the middle";
  }

  std::mt19937 dice_;
  bool repeats_;
  int ids_ = 0, id_from_ = 0, quoting_ = 30;
};

}  // namespace amends::slow
