#include "cmd/welcomes.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/records/person.h"

namespace amends {
namespace {

constexpr std::int64_t days_new = 7;
constexpr const char* facts_of_customers[] = {"order_id", "placed_at", "status", "person_id", "customer_id", "email", "customer_name", "phone", "order_value"};

std::optional<Money> money_at(const Table& orders, Row row) {
  const Column* const column = orders.find("order_value");
  if (column == nullptr || column->is_empty(row)) return std::nullopt;
  const Value value = value_at(*column, row, orders.currency[row]);
  if (value.type != Type::money) return std::nullopt;
  const Ratio minor = value.ratio / minor_unit(value.currency);
  return minor.is_whole() ? std::optional(Money{whole_of(minor), value.currency}) : std::nullopt;
}

// Everybody's first order, and who has a case.
class Customers {
 public:
  Customers(Instant as_of, const Zone& zone) : as_of_(as_of), since_(zone.start_of(Date{zone.date_at(as_of).days - static_cast<std::int32_t>(days_new)})), zone_(zone) {}

  void read(const Batch& batch) {
    const Table& orders = batch.records.orders();
    const Column* const placed_at = moment_column(orders, "placed_at");
    const std::lock_guard lock(guard_);
    for (const Miss& miss : batch.judgement.misses) with_case_.insert(miss.person);
    for (Row row = 0; row < orders.rows() && placed_at != nullptr; ++row) {
      const auto text = [&](const char* name) { return text_at(orders.find(name), row); };
      const std::string person = person_named(text("person_id"), text("customer_id"), text("email"));
      const Moment moment = moment_at(placed_at, row);
      if (person.empty() || moment.is_none()) continue;
      const Instant placed = moment.is_date() ? zone_.start_of(moment.date()) : moment.instant();
      if (placed < as_of_) note(person, placed, orders, row);
    }
  }

  // The newest first.
  std::vector<NewCustomer> new_ones() {
    std::vector<NewCustomer> found;
    for (auto& [person, customer] : new_)
      if (!old_.contains(person) && !with_case_.contains(person)) found.push_back(customer);
    std::sort(found.begin(), found.end(), [](const NewCustomer& a, const NewCustomer& b) { return std::tie(b.placed, a.order) < std::tie(a.placed, b.order); });
    return found;
  }

  void add_case(const std::string& person) { with_case_.insert(person); }

 private:
  void note(const std::string& person, Instant placed, const Table& orders, Row row) {
    if (placed < since_) {
      old_.insert(person);
      return;
    }
    const std::string_view status = text_at(orders.find("status"), row);
    if (status == "cancelled" || status == "refunded" || status == "returned") return;
    const std::string_view id = text_at(orders.find("order_id"), row);
    NewCustomer& known = new_[person];
    if (!known.order.empty() && std::tie(known.placed, known.order) <= std::make_tuple(placed, std::string(id))) return;
    const auto text = [&](const char* name) { return std::string(text_at(orders.find(name), row)); };
    known = {person, std::string(id), text("customer_name"), text("phone"), text("email"), placed, money_at(orders, row)};
  }

  const Instant as_of_, since_;
  const Zone& zone_;
  std::mutex guard_;
  std::unordered_map<std::string, NewCustomer> new_;
  std::unordered_set<std::string> old_, with_case_;
};

}  // namespace

WelcomeList welcome_list(const Context& context, const Books& books, const std::vector<Welcome>& before, std::size_t most, bool& partial) {
  const Zone& zone = context.project->shop.zone;
  const Date today = zone.date_at(context.as_of);
  Customers customers(context.as_of, zone);
  Asked asked = asked_of(*context.project, books.kept);
  for (const char* name : facts_of_customers) asked.wanted.of(RecordKind::order).insert(name);
  for (const char* name : {"email", "phone", "customer_name", "person_id"}) asked.wanted.of(RecordKind::customer).insert(name);
  Keep keep;
  keep.all = true;
  BatchUse use;
  use.prepare = [&](Batch& batch) {
    customers.read(batch);
    batch.judgement.misses = {};
  };
  Judged judged = read_cases(context, std::move(keep), {&books.held, {}, false}, asked, use);
  tell(context, judged);
  partial = judged.partial;
  for (const KnownCase& c : books.standing.cases)
    if (!c.closed) customers.add_case(c.person);

  std::set<std::string> of_today, of_others;
  for (const Welcome& w : before) (w.day == today ? of_today : of_others).insert(w.person);
  std::vector<NewCustomer> found = customers.new_ones();
  std::erase_if(found, [&](const NewCustomer& c) { return of_others.contains(c.person) || books.standing.forgotten.number_of(c.person) != 0; });
  std::stable_partition(found.begin(), found.end(), [&](const NewCustomer& c) { return of_today.contains(c.person); });
  WelcomeList list;
  for (NewCustomer& c : found) {
    const bool is_known = of_today.contains(c.person);
    if (!is_known && list.customers.size() >= most) break;
    if (!is_known) list.fresh.push_back({c.person, c.order, today});
    list.customers.push_back(std::move(c));
  }
  return list;
}

}  // namespace amends
