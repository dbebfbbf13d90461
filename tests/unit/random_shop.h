// Small random shops: a project file, and exports of orders and all that belongs to them, with rows told again in one
// file or in several, ids of every shape, promises of every kind, and whatever breaks a row.
#pragma once
#include <iterator>
#include <map>

#include "random_exports.h"

namespace amends::slow {

struct Shop {
  std::string toml;
  std::map<std::string, std::string> files;
  std::vector<std::pair<std::string, std::string>> held;  // order, guarantee
  std::string only;                                       // an order that is asked for
  std::int64_t as_of = 0;                                 // ms
  bool asks_for_contacts = false;                         // and for what people wrote, and when
  bool has_versions = false;                              // rows of one order come more than once, with an updated_at
};

class RandomShop : public RandomExports {
 public:
  explicit RandomShop(std::uint32_t seed) : RandomExports(seed, Repeats::some) {}

  Shop make() {
    shop_ = {};
    ids_ = roll(8);
    id_from_ = roll(1000);
    shop_.as_of = from_days(60 + roll(200)) + roll(86400) * std::int64_t{1000};
    tame_ = !one_in(4);
    breaks_ = one_in(tame_ ? 8 : 2) ? 60 : 3000;
    orders_ = one_in(12) ? roll(3) : 1 + roll(14);
    write_project();
    write_orders();
    if (has_parcels_) write_parcels();
    if (has_items_) write_items();
    if (has_customers_) write_customers();
    if (has_contacts_) write_contacts();
    if (has_credits_) write_credits();
    hold_some();
    shop_.asks_for_contacts = shop_.as_of / 4000 % 2 == 0;
    return std::move(shop_);
  }

 private:
  using Named = std::map<std::string, std::string>;

  static constexpr const char* services[] = {"express", "standard", "Express", ""};

  void write_project() {
    std::string& toml = shop_.toml;
    toml = "[shop]\nname = \"Tea\"\ncurrency = \"GBP\"\nlocale = \"en-GB\"\ntimezone = \"" +
           pick({"Europe/London", "Europe/London", "America/Sao_Paulo", "Asia/Tokyo", "UTC"}) + "\"\n";
    if (one_in(4)) toml += "country = \"GB\"\n";
    has_parcels_ = !one_in(6);
    has_items_ = one_in(4);
    has_customers_ = one_in(3);
    has_contacts_ = one_in(7);
    has_credits_ = one_in(6);
    add_source("orders", "orders*.csv");
    if (has_parcels_) add_source("shipments", "parcels*.csv");
    if (has_items_) add_source("items", "items.csv");
    if (has_customers_) add_source("customers", "customers.csv");
    if (has_contacts_) add_source("contacts", "contacts.csv");
    if (has_credits_) add_source("credits", "credits.csv");
    if (one_in(3)) toml += "[fields]\nneed_by = \"date?\"\nrush = \"boolean\"\nband = \"a | b\"\nweight = \"number?\"\nregion_fee = \"money EUR?\"\n", has_fields_ = true;
    if (one_in(6)) toml += "[derived]\ndear = \"order_value > 20.00\"\nwrote = \"count(contacts) > 0\"\n", has_derived_ = true;
    toml += "[calendars.uk]\ntimezone = \"Europe/London\"\nhours = { mon-fri = [\"09:00-12:30\", \"13:30-17:30\"], sat = [\"10:00-14:00\"] }\n"
            "holidays = [\"2026-04-03\", \"2026-05-04\"]\n";
    if (one_in(12)) toml += "known = \"2026-01-01..2026-0" + std::to_string(4 + roll(5)) + "-20\"\n";
    toml += "[calendars.depot]\ninclude = \"uk\"\nhours = { mon-fri = [\"06:00-14:00\"] }\nholidays = [\"last mon of may\", \"easter +1\"]\n";
    if (one_in(24)) toml += "[lost]\n" + pick({"after = \"5 business days\"", "after = \"4 days\"\nannounced = \"3 business days\"", "carriers = { DHL = \"6 business days\" }\nafter = \"9 days\""}) + "\ncalendar = \"uk\"\n";
    if (one_in(24)) toml += "[[transit]]\n" + pick({"carrier = \"dhl\"\n", "service = \"express\"\n", ""}) + "fastest = \"" + pick({"1 business day", "30 h", "3 business days"}) + "\"\n";
    for (int left = 1 + roll(3); left > 0; --left) add_guarantee(left);
    if (one_in(24)) add_exception();
  }

  void add_source(const std::string& name, const std::string& path) {
    std::string& toml = shop_.toml;
    toml += "[sources." + name + "]\npath = \"" + path + "\"\n";
    if (one_in(40)) toml += "max_age = \"" + pick({"2 h", "9 days", "3000 days"}) + "\"\n";
    if (one_in(60)) toml += "min_rows = " + std::to_string(roll(12)) + "\n";
    if (one_in(25)) toml += "timezone = \"America/New_York\"\n";
    if (one_in(25)) toml += "midnight_is_date = true\n";
    if (one_in(40)) toml += "dates = [\"%d/%m/%Y\"]\n";
    if (name == "contacts" && one_in(2)) toml += "subjects = { where = \"lost\", broken = \"damaged\" }\n";
    if (name == "shipments" && one_in(6)) toml += "statuses = { \"lost in the post\" = \"lost\" }\n";
  }

  void add_guarantee(int number) {
    std::string& toml = shop_.toml;
    guarantees_.push_back("g" + std::to_string(number));
    toml += "[[guarantee]]\nname = \"" + guarantees_.back() + "\"\n";
    if (has_parcels_ && one_in(30)) toml += "on = \"shipments\"\n";
    else if (has_items_ && one_in(8)) toml += "on = \"items\"\n";
    else if (has_contacts_ && one_in(2)) return add_promise_of_answer();
    switch (roll(60)) {
      case 9: toml += "due = { days = " + std::to_string(1 + roll(4)) + (one_in(2) ? ", at = \"12:00\" }\n" : ", cutoff = \"12:00\" }\n"); break;
      case 10: toml += "due = { minutes = " + std::to_string(1 + roll(3000)) + (one_in(2) ? " }\n" : ", calendar = \"uk + depot\" }\n"); break;
      case 11: toml += "due = { fields = [\"promised_at\", \"ship_by\"], take = \"" + pick({"earliest", "latest"}) + "\" }\n"; break;
      case 14: toml += "due = { field = \"promised_at\", from = \"ship_by\" }\n"; break;
      case 12: toml += "due = { business_days = { by = \"service\", express = 1, else = 2 }, cutoff = { by = \"country\", GB = \"14:00\", BR = \"09:00\" }, calendar = \"depot\" }\n"; break;
      case 13: toml += "due = { hours = 30, calendar = { by = \"service\", express = \"uk\", standard = \"depot\" } }\n"; break;
      case 0: toml += "start = \"placed_at\"\ndue = { business_days = " + std::to_string(roll(3)) + ", cutoff = \"14:00\", at = \"17:00\", calendar = \"uk\" }\n"; break;
      case 1: toml += "start = \"placed_at\"\ndue = { business_days = " + std::to_string(1 + roll(3)) + ", calendar = \"uk\" }\n"; break;
      case 2: toml += "start = \"" + pick({"placed_at", "shipped_at"}) + "\"\ndue = { hours = " + std::to_string(1 + roll(70)) + " }\n"; break;
      case 3: toml += "start = \"placed_at\"\ndue = { hours = " + std::to_string(1 + roll(30)) + ", calendar = \"uk\" }\n"; break;
      case 4: toml += "start = \"placed_at\"\ndue = { business_days = " + std::to_string(1 + roll(4)) + " }\n"; break;
      case 5: if (has_fields_) { toml += "due = { field = \"need_by\" }\n"; break; } [[fallthrough]];
      case 6: if (one_in(2)) break; [[fallthrough]];
      default: toml += "due = { field = \"promised_at\" }\n";
    }
    if (toml.ends_with("\"\n") && toml.find("due", toml.rfind("[[guarantee]]")) == std::string::npos) {
      if (one_in(2)) toml += "also = true\n";
      return;  // about the goods
    }
    if (one_in(4)) toml += "met_by = \"" + pick({"shipped_at", "first_attempt_at", "delivered_at", "cancelled_at", "refunded_at", "paid_at"}) + "\"\n";
    if (one_in(3)) toml += "grace = " + pick({"\"30 min\"", "\"1 day\"", "{ business_days = 1, calendar = \"uk\" }", "{ hours = 3, calendar = \"depot\" }"}) + "\n";
    if (one_in(8)) toml += "lateness = { calendar = \"depot\", first_day = \"" + pick({"in", "out"}) + "\" }\n";
    if (one_in(24)) toml += shop_.as_of / 1000 % 2 == 0 ? pause_by_status() : "pause = [{ from = \"paid_at\", until = \"shipped_at\" }, { from = \"status_at\", until = \"updated_at\", reason = \"told\" }]\n";
    if (one_in(5)) toml += "count_from = \"grace\"\n";
    if (one_in(3)) toml += "also = true\n";
    if (one_in(8)) toml += "retired = true\n";
    if (one_in(2)) toml += when();
  }

  std::string pause_by_status() const {
    const bool is_named = shop_.as_of / 2000 % 2 == 0;
    return std::string("pause = { stops = [") + (is_named ? "\"attempted\"], resumes = [\"in_transit\", \"delivered\"] }\n" : "\"shipped\", \"lost\"] }\n");
  }

  void add_exception() {
    std::string& toml = shop_.toml;
    toml += "[[exception]]\nreason = \"storm\"\n";
    if (one_in(2)) toml += "due = \"2026-04-01..2026-06-30\"\n";
    if (one_in(2)) toml += "when = { service = \"express\" }\n";
    toml += one_in(2) ? std::string("suspended = true\n") : "moved = \"" + pick({"1 day", "2 business days", "5 h"}) + "\"\n";
  }

  void add_promise_of_answer() {
    std::string& toml = shop_.toml;
    toml += "on = \"contacts\"\n";
    toml += one_in(2) ? "due = { hours = " + std::to_string(1 + roll(30)) + (one_in(2) ? ", calendar = \"uk\" }\n" : " }\n") : "due = { business_days = 1, calendar = \"uk\" }\n";
    if (one_in(3)) toml += "when = { " + pick({"score = \"<= 2\"", "subject = \"where\"", "customer_id = \"C1\"", "country = \"GB\"", "tier = \"gold\""}) + " }\n";
  }

  std::string when() {
    switch (roll(has_fields_ ? 10 : 7)) {
      case 0: return "when = { service = \"express\" }\n";
      case 1: return "when = { service = [\"express\", \"standard\"], country = \"GB\" }\n";
      case 2: return "when = { region = [\"SP\", \"RJ\"] }\n";
      case 3: return "when = { order_value = \"> 20.00\" }\n";
      case 4: return "when = { tier = \"gold\" }\n";
      case 5: return has_derived_ ? "when = { dear = true }\n" : "when = { status = \"paid\" }\n";
      case 6: return has_derived_ && has_contacts_ ? "when = { wrote = true }\n" : "when = { currency = [\"GBP\", \"JPY\"] }\n";
      case 7: return "when = { rush = true }\n";
      case 8: return "when = { band = \"a\", weight = \"< 3\" }\n";
      default: return "when = { carrier = [\"DHL\", \"UPS\"] }\n";
    }
  }

  std::string id_at(int i) {
    if (ids_ < 7) return id_of(i);
    return one_in(2) ? std::to_string(id_from_ + i) : "X" + std::to_string(i % 3) + "-" + std::string(static_cast<std::size_t>(i % 20), 'y') + std::to_string(i);
  }

  std::string moment(std::int64_t ms) { return tame_ && !one_in(12) ? time_of(ms) : spoilt(one_in(30) && shop_.toml.find("%d/%m") != std::string::npos ? "07/04/2026" : time_of(ms)); }
  std::string near(int days) {
    if (tame_ && !one_in(60)) return moment(shop_.as_of - roll(days * 12 * 3600) * std::int64_t{1000} - 1);
    return moment(shop_.as_of + (roll(2 * days + 1) - days) * std::int64_t{43200000} + roll(86400) * std::int64_t{1000});
  }
  std::string amount() {
    return one_in(tame_ ? 200 : 25) ? pick({"12.345", "1,200.00", "soon", "-3", "+4", "0012.50", ".5", "7.", "90071992547409.93", "12.3"})
                      : std::to_string(roll(60)) + (one_in(3) ? "" : "." + std::to_string(10 + roll(90)));
  }
  std::string currency() { return one_in(tame_ ? 90 : 9) ? pick({"EUR", "eur", "JPY", "XYZ", "gbp"}) : pick({"GBP", "", "GBP", "GBP"}); }
  std::string status() {
    return pick({"", "delivered", "in_transit", "Delivered", "created", "paid", "shipped", "processing", "cancelled", "lost", "returned", "refunded", "damaged",
                 "lost in the post", "out_of_stock", "attempted", "misdelivered", "unavailable", "short", "", "delivered", "in_transit", "delivered"});
  }

  Named facts_of_parcel(std::int64_t promised, bool plain) {
    Named told;
    const int fate = roll(12);
    const std::int64_t late = fate < 8 ? -1 : fate == 8 ? 0 : 1;
    const std::int64_t arrival = promised + late * (roll(8) * std::int64_t{21600000} + roll(3600) * std::int64_t{1000});
    const bool arrives = fate < 11 && (arrival < shop_.as_of || one_in(5));
    if (arrives) told["delivered_at"] = plain ? time_of(arrival) : moment(arrival);
    told["status"] = plain || !one_in(tame_ ? 30 : 4) ? (arrives ? "delivered" : "in_transit") : status();
    told["shipped_at"] = one_in(3) ? "" : moment(arrival - roll(90) * std::int64_t{3600000});
    told["first_attempt_at"] = one_in(2) ? "" : moment(arrival - roll(3) * std::int64_t{3600000});
    if (one_in(tame_ ? 60 : 9)) told["cancelled_at"] = near(20);
    if (one_in(tame_ ? 60 : 9)) told["refunded_at"] = near(20);
    told["updated_at"] = one_in(4) ? "" : near(10);
    told["status_at"] = one_in(3) ? near(6) : "";
    told["paid_at"] = one_in(3) ? near(6) : "";
    told["country"] = tame_ ? pick({"GB", "BR", "US", "DE"}) : pick({"GB", "BR", "US", "DE", "", "Atlantis"});
    told["region"] = pick({"SP", "RJ", "CA", "", ""});
    told["timezone"] = one_in(tame_ ? 40 : 5) ? pick({"America/Manaus", "Asia/Tokyo", "Nowhere/At_all", ""}) : "";
    told["service"] = pick(services);
    told["carrier"] = pick({"DHL", "UPS", "", "Post \"Fast\""});
    told["tracking"] = one_in(2) ? "" : "T" + std::to_string(roll(9));
    told["cause"] = one_in(tame_ ? 90 : 12) ? pick({"carrier_loss", "carrier_damage", "stock", "weather", "gremlins"}) : "";
    told["announced_at"] = one_in(3) ? near(30) : "";
    told["tier"] = pick({"gold", "", "member"});
    told["need_by"] = one_in(3) ? "" : near(10);
    told["rush"] = tame_ && !one_in(40) ? pick({"true", "false", "true"}) : pick({"true", "false", "yes", "", "maybe"});
    told["band"] = tame_ && !one_in(40) ? pick({"a", "b", "A"}) : pick({"a", "b", "", "A", "c"});
    told["weight"] = one_in(3) ? "" : amount();
    told["region_fee"] = one_in(3) ? "" : amount();
    told["order_value"] = one_in(4) ? "" : amount();
    return told;
  }

  // Columns that a file may have, each or not.
  Cells some_of(Cells always, const Cells& others, int missing) {
    for (const std::string& name : others)
      if (!one_in(missing)) always.push_back(name);
    return always;
  }

  void write_table(const std::string& file, const Cells& header, const std::vector<Named>& rows) {
    Rows cells;
    for (const Named& row : rows) {
      Cells& line = cells.emplace_back();
      for (const std::string& name : header) line.push_back(row.contains(name) ? row.at(name) : "");
    }
    std::string text = broken(text_of(header, cells), header);
    if (one_in(60)) text = "\n\n" + text;
    shop_.files[file] = text;
  }

  // What happens to files on their way.
  std::string broken(std::string text, const Cells& header) {
    if (one_in(breaks_ / 12)) {
      const std::size_t feed = text.find('\n', text.size() / 2);
      if (feed != std::string::npos && feed + 1 < text.size()) text.insert(feed + 1, joined_names(header) + "\n");
    }
    const Cells strays = {"\xff", "\xc3", "\"", "\r", "\n", "\n\n", "\xe9t\xe9", "\xc3\xa9", "\r\n", ",", std::string(1, '\0')};
    for (const std::string& bytes : strays)
      while (one_in(breaks_ / 4)) text.insert(static_cast<std::size_t>(roll(static_cast<int>(text.size()) + 1)), bytes);
    if (one_in(breaks_)) text.resize(text.size() / 2);
    if (one_in(breaks_ * 4)) text = pick({"", "\n", "\r\n\r\n"});
    return text;
  }
  static std::string joined_names(const Cells& names) {
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "" : ",") + name;
    return line;
  }

  // Some rows again: as they were, or with a cell changed.
  void repeat(std::vector<Named>& rows, int chance) {
    const std::size_t count = rows.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!one_in(chance)) continue;
      Named again = rows[i];
      if (!one_in(3) && !again.empty()) {
        auto cell = std::next(again.begin(), roll(static_cast<int>(again.size())));
        if (cell->first != "order_id") cell->second = cell->first.ends_with("_at") ? near(20) : one_in(2) ? "" : status();
      }
      rows.insert(rows.begin() + roll(static_cast<int>(rows.size()) + 1), again);
    }
  }

  // Rows into one file or several; some in more than one.
  void write_several(const std::string& stem, const Cells& always, const Cells& others, const std::vector<Named>& rows, int missing) {
    const int files = one_in(3) ? 1 + roll(3) : 1;
    std::vector<std::vector<Named>> parts(static_cast<std::size_t>(files));
    for (const Named& row : rows) {
      parts[static_cast<std::size_t>(roll(files))].push_back(row);
      if (one_in(15)) parts[static_cast<std::size_t>(roll(files))].push_back(row);
    }
    Cells header = some_of(always, others, missing);
    for (int i = 0; i < files; ++i) {
      if (one_in(4)) header = some_of(always, others, missing);
      write_table(stem + std::to_string(i) + ".csv", header, parts[static_cast<std::size_t>(i)]);
    }
  }

  void write_orders() {
    std::vector<Named> rows;
    const bool plain = one_in(2), tells_late = one_in(15);
    for (int i = 0; i < orders_; ++i) {
      const std::int64_t promised = shop_.as_of + (roll(40) - 26) * std::int64_t{43200000} + roll(86400) * std::int64_t{1000};
      promised_.push_back(promised);
      Named row = facts_of_parcel(promised, plain);
      if (plain || tame_) row["status"] = one_in(3) ? "" : "paid", row["delivered_at"] = one_in(4) ? row["delivered_at"] : "";
      row["order_id"] = one_in(80) ? "" : i == 7 && one_in(8) ? "order_id" : id_at(i);
      row["promised_at"] = plain ? time_of(promised) : moment(promised);
      const bool is_late_told = tells_late && one_in(3);  // placed, it seems, at about the time it arrived
      if (is_late_told) row["placed_at"] = moment(promised - roll(60) * std::int64_t{3600000});
      else row["placed_at"] = moment(one_in(12) ? shop_.as_of + 1000 + roll(90) * std::int64_t{3600000} : std::min(promised, shop_.as_of) - (2 * 86400 + roll(7 * 86400)) * std::int64_t{1000});
      row["currency"] = currency();
      row["customer_id"] = one_in(4) ? "" : "C" + std::to_string(roll(6));
      row["email"] = one_in(2) ? "a@b.example" : "";
      row["note"] = word();
      rows.push_back(row);
    }
    if (one_in(2)) repeat(rows, one_in(3) ? 5 : 20);
    shop_.has_versions = one_in(2);
    Cells likely = {"order_id"};
    for (const char* name : {"placed_at", "promised_at"})
      if (!one_in(12)) likely.emplace_back(name);
    if (!has_parcels_ || one_in(4)) likely.emplace_back("delivered_at");
    write_several("orders", likely,
                  {"status", "shipped_at", "cancelled_at", "refunded_at", shop_.has_versions ? "updated_at" : "more", "status_at", "first_attempt_at", "paid_at", "customer_id", "country", "region",
                   "timezone", "service", "carrier", "order_value", "currency", "email", "note", "tier", "cause", "need_by", "rush", "band", "weight", "region_fee"},
                  rows, tame_ ? 6 : one_in(2) ? 3 : 2);
  }

  void write_parcels() {
    std::vector<Named> rows;
    const bool plain = one_in(2);
    for (int i = 0; i < orders_ + roll(3); ++i)
      for (int parcel = parcels(); parcel > 0; --parcel) {
        Named row = facts_of_parcel(i < orders_ ? promised_[static_cast<std::size_t>(i)] : shop_.as_of, plain);
        row["order_id"] = one_in(80) ? (one_in(2) ? "order_id" : "") : id_at(i);
        row["shipment_id"] = one_in(12) ? "" : one_in(30) ? "S \"1\"" : "S-" + std::to_string(parcel);
        row["item_id"] = parcel % 3 == 0 ? "" : std::to_string((3 * i + parcel) % 20);
        row["note"] = word();
        rows.push_back(row);
      }
    repeat(rows, one_in(tame_ ? 12 : 3) ? 5 : 60);
    std::shuffle(rows.begin(), rows.end(), dice_);
    if (tame_ && !one_in(4)) return write_several("parcels", {"order_id", "delivered_at", "status", "shipment_id"}, {"note", "tracking", "shipped_at", "cause", "announced_at"}, rows, 2);
    const bool names_lines = shop_.toml.find("on = \"items\"") != std::string::npos;
    write_several("parcels", names_lines ? Cells{"order_id", "item_id"} : Cells{"order_id"},
                  {"delivered_at", "status", "shipment_id", "shipped_at", "first_attempt_at", "updated_at", "tracking", "country", "timezone", "service", "carrier", "note", "need_by", "band", "cause", "announced_at"},
                  rows, one_in(2) ? 5 : 2);
  }

  std::vector<Named> attached(int most) {
    std::vector<Named> rows;
    for (int i = 0; i < orders_ + roll(2); ++i)
      for (int left = roll(most + 1); left > 0; --left) rows.push_back({{"order_id", one_in(60) ? "" : id_at(i)}});
    return rows;
  }

  void write_items() {
    std::vector<Named> rows = attached(3);
    for (Named& row : rows) {
      row["item_id"] = one_in(4) ? "" : std::to_string(roll(20));
      row["price"] = amount();
      row["quantity"] = one_in(3) ? std::to_string(roll(4)) : "1";
      row["line_total"] = one_in(3) ? amount() : "";
      row["shipping_fee"] = one_in(3) ? amount() : "";
      row["currency"] = one_in(3) ? currency() : "";
      row["updated_at"] = one_in(5) ? near(10) : "";
      row["status"] = one_in(6) ? status() : "";
      row["need_by"] = one_in(3) ? "" : near(10);
    }
    repeat(rows, 20);
    write_table("items.csv", some_of({"order_id"}, {"item_id", "price", "quantity", "line_total", "shipping_fee", "currency", "updated_at", "status", "need_by"}, 3), rows);
  }

  void write_customers() {
    std::vector<Named> rows;
    for (int i = 0; i < 7; ++i) {
      Named row = facts_of_parcel(shop_.as_of, false);
      row["customer_id"] = one_in(40) ? "" : "C" + std::to_string(i);
      row["person_id"] = one_in(2) ? "P" + std::to_string(roll(3)) : "";
      row["email"] = "c@d.example";
      rows.push_back(row);
    }
    repeat(rows, 9);
    write_table("customers.csv", some_of({"customer_id"}, {"country", "region", "timezone", "tier", "person_id", "email", "band", "rush", "weight", "updated_at"}, 2), rows);
  }

  void write_contacts() {
    std::vector<Named> rows = attached(1);
    for (Named& row : rows) {
      row["contact_id"] = one_in(3) ? "" : std::to_string(roll(9));
      row["customer_id"] = one_in(6) ? "" : "C" + std::to_string(roll(6));
      row["at"] = near(20);
      row["first_reply_at"] = one_in(2) ? "" : near(9);
      row["subject"] = pick({"where", "Where is it?", "", "broken"});
      row["score"] = one_in(3) ? std::to_string(1 + roll(5)) : "";
    }
    repeat(rows, 9);
    for (Named& row : rows)
      if (one_in(6)) row["order_id"] = pick({"", "nobody's"});
    write_table("contacts.csv", some_of({"customer_id"}, {"order_id", "contact_id", "at", "first_reply_at", "subject", "score"}, 6), rows);
  }

  void write_credits() {
    std::vector<Named> rows = attached(2);
    for (Named& row : rows) {
      row["amount"] = amount();
      row["reference"] = one_in(3) ? "" : std::to_string(roll(9));
      row["currency"] = one_in(3) ? currency() : "";
      row["at"] = near(20);
    }
    repeat(rows, 6);
    write_table("credits.csv", some_of({"order_id", "amount"}, {"reference", "currency", "at"}, 3), rows);
  }

  void hold_some() {
    if (one_in(3))
      for (int i = 0; i < orders_; ++i)
        if (one_in(3)) shop_.held.emplace_back(id_at(i), one_in(12) ? "gone" : guarantees_[static_cast<std::size_t>(roll(static_cast<int>(guarantees_.size())))]);
    if (one_in(4)) shop_.only = id_at(roll(orders_ + 1));
  }

  Shop shop_;
  bool tame_ = false;  // little is odd
  int breaks_ = 60, orders_ = 0;
  bool has_parcels_ = false, has_items_ = false, has_customers_ = false, has_contacts_ = false, has_credits_ = false;
  bool has_fields_ = false, has_derived_ = false;
  std::vector<std::string> guarantees_;
  std::vector<std::int64_t> promised_;
};

}  // namespace amends::slow
