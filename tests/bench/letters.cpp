// Letters and messages in a row, for tests/bench/letters: the facts of letter number i are always the same.
//   bench_letters facts N            the facts, one JSON object a line
//   bench_letters parts N            what a message is made of: name, address, subject, id, text, HTML
//   bench_letters letters N THREADS  renders them
//   bench_letters messages N THREADS makes each rendered letter a message of text and HTML
// The texts go to stdout, each with a NUL behind; letters a second by the wall and by the processor to stderr.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include "core/liquid/template.h"
#include "core/mail/letter.h"

using namespace amends;

namespace {

constexpr std::string_view first_names[] = {"Ana", "Bilal", "Chloé", "Dieter", "Siobhán", "Zoë", "Iñaki", "Olu"};
constexpr std::string_view goods[] = {"Assam, 250 g", "Darjeeling, first flush", "A cup & saucer", "Rooibos", "Earl Grey"};

struct Letter {
  std::string name, id;
  std::int64_t total = 0, day = 0;
  bool open = false;
  std::vector<std::pair<std::string_view, std::int64_t>> items;
};

Letter letter_at(std::size_t i) {
  Letter letter;
  letter.name = fmt::format("{} {}", first_names[i % std::size(first_names)], i);
  letter.id = fmt::format("NT-{}", 100000 + i);
  letter.day = 20000 + static_cast<std::int64_t>(i % 365);
  letter.open = i % 3 == 0;
  for (std::size_t k = 0; k < 2 + i % 2; ++k) {
    const auto price = static_cast<std::int64_t>(199 + (i * 7919 + k * 104729) % 2'000'000);
    letter.items.emplace_back(goods[(i + k) % std::size(goods)], price);
    letter.total += price;
  }
  return letter;
}

Value facts_of(const Letter& letter) {
  const Currency gbp = *currency_named("GBP");
  List items;
  for (const auto& [name, price] : letter.items)
    items.push_back(Value::of_record({{"name", Value::of_string(name)}, {"price", Value::of_money(Money{price, gbp})}}));
  return Value::of_record(
      {{"customer", Value::of_record({{"first_name", Value::of_string(letter.name)}})},
       {"order", Value::of_record({{"id", Value::of_string(letter.id)}, {"items", Value::of_list(std::move(items))}})},
       {"promise", Value::of_record({{"date", Value::of_date(Date{static_cast<std::int32_t>(letter.day)})}})},
       {"miss", Value::of_record({{"open", Value::of_boolean(letter.open)}})},
       {"total", Value::of_money(Money{letter.total, gbp})}});
}

void print_facts(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Letter letter = letter_at(i);
    std::string items;
    for (const auto& [name, price] : letter.items)
      items += fmt::format("{}{{\"name\":\"{}\",\"price\":{}}}", items.empty() ? "" : ",", name, price);
    fmt::print("{{\"customer\":{{\"first_name\":\"{}\"}},\"order\":{{\"id\":\"{}\",\"items\":[{}]}},\"promise\":{{\"date\":{}}},"
               "\"miss\":{{\"open\":{}}},\"total\":{}}}\n",
               letter.name, letter.id, items, letter.day, letter.open, letter.total);
  }
}

constexpr std::size_t portion = 500;

struct Rate {
  double wall = 0, processor = 0;  // letters a second, all threads together
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// prepare(i) for a portion of letters, untimed; then use(prepared) for each of them, timed.
template <class Prepare, class Use>
Rate rate_of(std::size_t begin, std::size_t end, Prepare prepare, Use use) {
  double wall = 0, processor = 0;
  std::size_t size = 0;
  for (std::size_t at = begin; at < end; at += portion) {
    std::vector<decltype(prepare(at))> prepared;
    prepared.reserve(portion);
    for (std::size_t i = at; i < std::min(at + portion, end); ++i) prepared.push_back(prepare(i));
    const auto start = std::chrono::steady_clock::now();
    const double worked = processor_seconds();
    for (const auto& one : prepared) size += use(one).size();
    processor += processor_seconds() - worked;
    wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  const auto count = static_cast<double>(size == 0 ? 0 : end - begin);
  return {count / wall, count / processor};
}

template <class Prepare, class Use>
void run(std::size_t count, std::size_t threads, Prepare prepare, Use use) {
  std::vector<std::thread> workers;
  std::vector<Rate> rates(threads);
  for (std::size_t t = 0; t < threads; ++t)
    workers.emplace_back([&, t] { rates[t] = rate_of(count * t / threads, count * (t + 1) / threads, prepare, use); });
  for (std::thread& worker : workers) worker.join();
  Rate all;
  for (const Rate& rate : rates) all = {all.wall + rate.wall, all.processor + rate.processor};
  fmt::print(stderr, "{:.0f} {:.0f}\n", all.wall, all.processor);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text = use(prepare(i));
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\0', stdout);
  }
}

std::shared_ptr<const Source> template_text() {
  std::ifstream file(AMENDS_BENCH_DIR "/letter.liquid");
  return std::make_shared<const Source>(Source{"letter.liquid", {std::istreambuf_iterator<char>(file), {}}});
}

const LetterLocale english{"en-GB", Zone::utc()};

struct Prepared {
  std::unique_ptr<Letter> letter;  // the facts are views into it
  Value facts;
};

Prepared prepared(std::size_t i) {
  Prepared p{std::make_unique<Letter>(letter_at(i)), {}};
  p.facts = facts_of(*p.letter);
  return p;
}

Message message_of(std::size_t i, std::string text) {
  Message m;
  m.from = {"Maya Chen", "maya@northwind.example"};
  m.to = {letter_at(i).name, fmt::format("customer-{}@post.example", i)};
  m.subject = fmt::format("Your order {} came late, and I am sorry", letter_at(i).id);
  m.html = html_of(text, "en-GB");
  m.text = std::move(text);
  m.message_id = fmt::format("{}@northwind.example", i);
  return m;
}

void run_letters(std::size_t count, std::size_t threads) {
  const Template letter(template_text(), [](std::string_view) { return nullptr; });
  run(count, threads, prepared, [&](const Prepared& p) { return letter.render(p.facts, english); });
}

void print_parts(std::size_t count) {
  const Template letter(template_text(), [](std::string_view) { return nullptr; });
  for (std::size_t i = 0; i < count; ++i) {
    const Message m = message_of(i, letter.render(prepared(i).facts, english));
    for (const std::string* part : {&m.to.name, &m.to.address, &m.subject, &m.message_id, &m.text, &m.html}) {
      std::fwrite(part->data(), 1, part->size(), stdout);
      std::fputc('\0', stdout);
    }
  }
}

void run_messages(std::size_t count, std::size_t threads) {
  const Template letter(template_text(), [](std::string_view) { return nullptr; });
  const Zone zone = Zone::utc();
  const auto message = [&](std::size_t i) { return message_of(i, letter.render(prepared(i).facts, english)); };
  run(count, threads, message, [&](const Message& m) { return eml(m, Instant{1'795'344'000'000}, zone); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 2 ? argv[1] : "";
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  const std::size_t threads = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1;
  if (what == "facts") return print_facts(count), 0;
  if (what != "parts" && what != "letters" && what != "messages")
    return fmt::print(stderr, "bench_letters facts|parts|letters|messages N [THREADS]\n"), 2;
  if (what == "parts")
    print_parts(count);
  else if (what == "letters")
    run_letters(count, threads);
  else
    run_messages(count, threads);
  return 0;
}
