// Writes orders.csv, deliveries.csv and customers.csv, the same for the same number and seed: what tests/bench/run
// measures.
// 8 orders in 100 arrive late, 2 never (one of them without any delivery row), 10 come in two parcels; deliveries
// are shuffled; times carry mixed offsets; 9 rows in 200 have a quoted field. About 2.0 GB for ten million orders,
// customers not counted: they are for letters.
//
// Every cell is drawn from a hash of its order's number, so that a row can be written without the ones before it.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

enum class Ids { prefix, uuid, hex32 };

struct Plan {
  std::uint32_t orders = 0;
  std::string folder;
  Ids ids = Ids::prefix;
  std::uint64_t seed = 1;
};

constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
constexpr std::int64_t days_before_2025_11 = 20393;  // from 1970-01-01
constexpr std::int64_t opening = days_before_2025_11 * day;
constexpr std::int64_t season = 200 * day;           // of orders; the last is delivered in June

constexpr std::string_view offset_names[] = {"Z", "Z", "Z", "+00:00", "+01:00", "+01:00", "+02:00", "-05:00"};
constexpr std::int64_t offset_hours[] = {0, 0, 0, 0, 1, 1, 2, -5};
constexpr std::string_view services[] = {"standard", "express", "economy", "standard"};
constexpr std::string_view currencies[] = {"GBP", "GBP", "GBP", "EUR"};
constexpr std::string_view names[] = {"Ana Silva", "Bo Lind", "Chen Wei", "Dilnoza Karimova", "Emeka Obi", "Hương Lê"};
constexpr std::string_view carriers[] = {"DHL", "DPD", "UPS", "Hermes", "GLS", "Parcelforce", "Royal Mail", "DPD"};
constexpr std::string_view regions[] = {"London", "Leeds", "Wales", "Ulster", "Kent", "Devon", "Berlin", "Saxony"};
constexpr std::string_view quoted_regions[] = {"\"Bristol, City of\"", "\"Hull, Kingston upon\"", "\"The \"\"Wirral\"\"\"",
                                               "\"Perth, Kinross\""};
constexpr std::string_view reasons[] = {"weather", "capacity", "customs", "address", "strike", "holiday", "sorting", "nobody in"};
constexpr std::string_view quoted_reasons[] = {"\"left with neighbour, no. 7\"", "\"said \"\"tomorrow\"\", then came\"",
                                               "\"gate shut, rang twice\"", "\"label read \"\"fragile\"\"\""};

std::uint64_t mixed(std::uint64_t x) {  // splitmix64, Steele, Lea and Flood 2014
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Draws for one order, or one of its parcels.
class Luck {
 public:
  explicit Luck(std::uint64_t start) : state_(start) {}
  std::uint64_t below(std::uint64_t limit) {  // at most 2^32
    state_ = mixed(state_);
    return (state_ >> 32) * limit >> 32;
  }
  template <class T, std::size_t N>
  T pick(const T (&list)[N]) {
    return list[below(N)];
  }

 private:
  std::uint64_t state_;
};

struct Order {
  std::int64_t placed, promised;
  bool two_parcels, late, never_came, has_no_parcel;
};

Order order_of(std::uint32_t i, const Plan& plan) {
  Luck luck(mixed(plan.seed) ^ i);
  Order order{};
  order.placed = opening + season * i / plan.orders + static_cast<std::int64_t>(luck.below(6 * hour));
  order.promised = order.placed + 2 * day + static_cast<std::int64_t>(luck.below(6 * day));
  if (luck.below(2) == 0) order.promised += 20 * hour - order.promised % day;  // shops like to promise an evening
  const std::uint64_t fate = luck.below(100);
  order.late = fate < 8;
  order.never_came = fate == 8 || fate == 9;
  order.has_no_parcel = fate == 9;
  order.two_parcels = luck.below(10) == 0;
  return order;
}

class Text {
 public:
  explicit Text(const std::string& path) : file_(std::fopen(path.c_str(), "wb")), path_(path), buffer_(new char[room]) {
    if (file_ == nullptr) throw std::runtime_error(path + " cannot be written");
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text() {
    if (file_ != nullptr) std::fclose(file_);
  }

  void add(std::string_view text) {
    std::memcpy(buffer_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void add(char c) { buffer_[size_++] = c; }
  void add_number(std::uint64_t number, int digits) {
    char* const at = buffer_.get() + size_;
    for (int i = digits - 1; i >= 0; --i, number /= 10) at[i] = static_cast<char>('0' + number % 10);
    size_ += static_cast<std::size_t>(digits);
  }
  void add_hex(std::uint64_t number, int digits) {
    for (int i = digits - 1; i >= 0; --i) add("0123456789abcdef"[(number >> (4 * i)) & 15]);
  }
  void end_row() {
    add('\n');
    if (size_ > room - longest_row) flush();
  }
  void close() {
    flush();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) throw std::runtime_error(path_ + " cannot be written");
  }

 private:
  static constexpr std::size_t room = 1 << 20, longest_row = 1 << 10;
  void flush() {
    if (std::fwrite(buffer_.get(), 1, size_, file_) != size_) throw std::runtime_error(path_ + " cannot be written");
    size_ = 0;
  }

  std::FILE* file_;
  std::string path_;
  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0;
};

// "2026-03-02" of every day there can be.
class Days {
 public:
  Days() {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 2025, month = 10, date = 31;  // an offset of -5 hours may reach the day before
    for (auto& name : names_) {
      std::snprintf(name.data(), name.size(), "%04d-%02d-%02d", year % 10000, month % 100, date % 100);
      if (++date > lengths[month - 1]) date = 1, ++month;
      if (month > 12) month = 1, ++year;
    }
  }
  std::string_view of(std::int64_t seconds) const {
    return std::string_view(names_[static_cast<std::size_t>(seconds / day - days_before_2025_11 + 1)].data(), 10);
  }

 private:
  std::array<std::array<char, 16>, 365> names_{};
};

class Writer {
 public:
  explicit Writer(Plan plan) : plan_(std::move(plan)) {}

  void write() {
    write_orders();
    write_deliveries();
    write_customers();
  }

 private:
  void write_orders() {
    Text out(plan_.folder + "/orders.csv");
    out.add("order_id,customer_id,placed_at,promised_at,order_value,currency,service,region\n");
    for (std::uint32_t i = 0; i < plan_.orders; ++i) {
      const Order order = order_of(i, plan_);
      Luck luck(mixed(plan_.seed + 1) ^ i);
      add_id(out, i);
      out.add(",C");
      out.add_number(luck.below(customers()), 7);
      add_time(out, order.placed, luck);
      add_time(out, order.promised, luck);
      const std::uint64_t pence = 500 + luck.below(25000);
      out.add(',');
      out.add_number(pence / 100, pence < 1000 ? 1 : pence < 10000 ? 2 : 3);
      out.add('.');
      out.add_number(pence % 100, 2);
      out.add(',');
      out.add(luck.pick(currencies));
      out.add(',');
      out.add(luck.pick(services));
      out.add(',');
      out.add(luck.below(200) < 9 ? luck.pick(quoted_regions) : luck.pick(regions));
      out.end_row();
    }
    out.close();
  }

  void write_deliveries() {
    Text out(plan_.folder + "/deliveries.csv");
    out.add("order_id,shipment_id,carrier,shipped_at,delivered_at,status,reason\n");
    for (const std::uint64_t parcel : shuffled_parcels()) write_parcel(out, static_cast<std::uint32_t>(parcel >> 1), parcel & 1);
    out.close();
  }

  std::uint64_t customers() const { return plan_.orders / 4 + 1; }

  void write_customers() {
    Text out(plan_.folder + "/customers.csv");
    out.add("customer_id,customer_name,email\n");
    for (std::uint64_t i = 0; i < customers(); ++i) {
      out.add('C');
      out.add_number(i, 7);
      out.add(',');
      out.add(names[mixed(i) % std::size(names)]);
      out.add(",c");
      out.add_number(i, 7);
      out.add("@post.example");
      out.end_row();
    }
    out.close();
  }

  // An order's number and which of its parcels, as number * 2 + 0 or 1.
  std::vector<std::uint64_t> shuffled_parcels() const {
    std::vector<std::uint64_t> parcels;
    parcels.reserve(plan_.orders + plan_.orders / 8 + 16);
    for (std::uint32_t i = 0; i < plan_.orders; ++i) {
      const Order order = order_of(i, plan_);
      if (order.has_no_parcel) continue;
      parcels.push_back(std::uint64_t{i} * 2);
      if (order.two_parcels) parcels.push_back(std::uint64_t{i} * 2 + 1);
    }
    Luck luck(plan_.seed + 2);
    for (std::size_t i = parcels.size(); i > 1; --i) std::swap(parcels[i - 1], parcels[luck.below(i)]);
    return parcels;
  }

  void write_parcel(Text& out, std::uint32_t i, bool second) const {
    const Order order = order_of(i, plan_);
    Luck luck(mixed(plan_.seed + 3) ^ (std::uint64_t{i} * 2 + (second ? 1 : 0)));
    const bool tells = !order.two_parcels || second == (mixed(i) % 2 == 0);  // the one that is late or missing
    const std::int64_t shipped = order.placed + hour + static_cast<std::int64_t>(luck.below(20 * hour));
    add_id(out, i);
    out.add(",S");
    out.add_number(i, 9);
    out.add(second ? "-2," : "-1,");
    out.add(luck.pick(carriers));
    add_time(out, shipped, luck);
    const bool came = !(order.never_came && tells);
    const bool late = order.late && tells;
    if (came) add_time(out, late ? arrival_after(order, luck) : arrival_before(order, shipped, luck), luck);
    else out.add(',');
    out.add(came ? ",delivered," : ",in_transit,");
    if (luck.below(200) < 9) out.add(luck.pick(quoted_reasons));
    else if (late || !came) out.add(luck.pick(reasons));
    out.end_row();
  }

  // A few come in the very second that was promised.
  static std::int64_t arrival_before(const Order& order, std::int64_t shipped, Luck& luck) {
    if (luck.below(1000) == 0) return order.promised;
    return shipped + static_cast<std::int64_t>(luck.below(static_cast<std::uint64_t>(order.promised - shipped)));
  }
  static std::int64_t arrival_after(const Order& order, Luck& luck) {
    const std::uint64_t longest[] = {hour, day, 4 * day, 14 * day};
    return order.promised + 1 + static_cast<std::int64_t>(luck.below(luck.pick(longest)));
  }

  void add_id(Text& out, std::uint32_t i) const {
    const std::uint64_t high = mixed(plan_.seed ^ (std::uint64_t{i} << 20)), low = mixed(high);
    if (plan_.ids == Ids::prefix) {
      out.add("ORDR");
      return out.add_number(4000000 + std::uint64_t{i} * 3 + high % 3, 10);
    }
    if (plan_.ids == Ids::hex32) {
      out.add_hex(high, 16);
      return out.add_hex(low, 16);
    }
    out.add_hex(high >> 32, 8);
    out.add('-');
    out.add_hex((high >> 16) & 0xffff, 4);
    out.add("-4");
    out.add_hex(high & 0xfff, 3);
    out.add('-');
    out.add_hex(0x8000 | ((low >> 48) & 0x3fff), 4);
    out.add('-');
    out.add_hex(low & 0xffffffffffff, 12);
  }

  void add_time(Text& out, std::int64_t seconds, Luck& luck) const {
    const std::size_t offset = luck.below(std::size(offset_names));
    const std::int64_t local = seconds + offset_hours[offset] * hour;
    const auto clock = static_cast<std::uint64_t>(local % day);
    out.add(',');
    out.add(days_.of(local));
    out.add('T');
    out.add_number(clock / hour, 2);
    out.add(':');
    out.add_number(clock / minute % 60, 2);
    out.add(':');
    out.add_number(clock % 60, 2);
    out.add(offset_names[offset]);
  }

  Plan plan_;
  Days days_;
};

constexpr std::string_view usage = "Usage: bench_orders ORDERS FOLDER [--ids prefix|uuid|hex32] [--seed N]";

std::uint64_t number_in(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) throw std::runtime_error(text + " is not a number");
  return std::stoull(text);
}

Ids ids_named(std::string_view name) {
  if (name == "prefix") return Ids::prefix;
  if (name == "uuid") return Ids::uuid;
  if (name == "hex32") return Ids::hex32;
  throw std::runtime_error("ids are prefix, uuid or hex32");
}

Plan read_plan(const std::vector<std::string>& words) {
  Plan plan;
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_more = i + 1 < words.size();
    if (words[i] == "--ids" && has_more) plan.ids = ids_named(words[++i]);
    else if (words[i] == "--seed" && has_more) plan.seed = number_in(words[++i]);
    else plain.push_back(words[i]);
  }
  if (plain.size() != 2) throw std::runtime_error(std::string(usage));
  const std::uint64_t orders = number_in(plain[0]);
  if (orders == 0 || orders > 500000000) throw std::runtime_error("between 1 and 500000000 orders");
  plan.orders = static_cast<std::uint32_t>(orders);
  plan.folder = plain[1];
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Writer(read_plan({argv + 1, argv + argc})).write();
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_orders: %s\n", fault.what());
    return 2;
  }
}
