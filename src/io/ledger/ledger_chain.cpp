#include "io/ledger/ledger_chain.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/ledger/ledger_schema.h"

namespace amends {
namespace {

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string insert_of(std::string_view table, std::initializer_list<std::string_view> columns) {
  std::string names, marks;
  for (const std::string_view column : columns) {
    names += fmt::format("{}, ", column);
    marks += "?, ";
  }
  return fmt::format("INSERT INTO {} ({}seq, hash) VALUES ({}?, ?)", table, names, marks);
}

}  // namespace

void Chain::find_end() {
  last_ = 0;
  hash_ = Digest{};
  for (const std::string_view table : chained_tables()) {
    Statement end(database_, fmt::format("SELECT seq, hash FROM {} ORDER BY seq DESC LIMIT 1", table));
    if (!end.step() || end.integer(0) <= last_) continue;
    last_ = end.integer(0);
    const std::string hash = end.text(1);
    std::copy_n(hash.begin(), std::min(hash.size(), hash_.size()), hash_.begin());
  }
}

ChainedTable::ChainedTable(const Database& database, Chain& chain, std::string_view name,
                           std::initializer_list<std::string_view> columns)
    : chain_(chain), head_(fmt::format("t{}:{}", name.size(), name)), insert_(database, insert_of(name, columns)) {}

void ChainedTable::start() {
  if (place_ != 0) return;
  content_.assign(bytes_of(chain_.hash_));
  content_ += head_;
  write_integer(chain_.last_ + 1);
  ++place_;  // hash
}

// format_int, since a format string for every value of a million rows costs as much as the hash.
void ChainedTable::write_number(std::int64_t number) {
  const fmt::format_int digits(number);
  content_.append(digits.data(), digits.size());
}

void ChainedTable::write_integer(std::int64_t value) {
  write_number(++place_);
  content_ += 'i';
  write_number(value);
  content_ += ';';
}

void ChainedTable::write_bytes(char type, std::string_view bytes) {
  start();
  write_number(++place_);
  content_ += type;
  write_number(static_cast<std::int64_t>(bytes.size()));
  content_ += ':';
  content_ += bytes;
}

ChainedTable& ChainedTable::add(std::int64_t value) {
  start();
  write_integer(value);
  insert_.bind(value);
  return *this;
}

ChainedTable& ChainedTable::add(std::string_view text) {
  write_bytes('t', text);
  insert_.bind(text);
  return *this;
}

ChainedTable& ChainedTable::add_blob(std::string_view bytes) {
  write_bytes('b', bytes);
  insert_.bind_blob(bytes);
  return *this;
}

ChainedTable& ChainedTable::add_null() {
  start();
  ++place_;
  insert_.bind_null();
  return *this;
}

std::int64_t ChainedTable::append() {
  place_ = 0;
  const Digest hash = sha256(content_);
  insert_.bind(chain_.last_ + 1).bind_blob(bytes_of(hash)).run();
  chain_.hash_ = hash;
  return ++chain_.last_;
}

}  // namespace amends
