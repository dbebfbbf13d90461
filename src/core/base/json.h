// Writes JSON (RFC 8259), one value after another, into a string.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace amends {

class Json {
 public:
  Json& open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
  }
  Json& close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
  }
  Json& key(std::string_view name) {
    separate();
    quote(name);
    out_ += ':';
    first_ = true;  // the value follows without a comma
    return *this;
  }
  Json& text(std::string_view value) {
    separate();
    quote(value);
    return *this;
  }
  Json& raw(std::string_view token) {  // a number, or JSON made elsewhere
    separate();
    out_ += token;
    return *this;
  }
  Json& number(std::int64_t value) { return raw(std::to_string(value)); }
  Json& boolean(bool value) { return raw(value ? "true" : "false"); }
  Json& null() { return raw("null"); }

  Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  Json& field(std::string_view name, std::int64_t value) { return key(name).number(value); }
  Json& flag(std::string_view name, bool value) { return key(name).boolean(value); }
  // Left out when empty.
  Json& optional(std::string_view name, std::string_view value) { return value.empty() ? *this : field(name, value); }

  const std::string& str() const { return out_; }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void quote(std::string_view text);

  std::string out_;
  bool first_ = true;
};

}  // namespace amends
