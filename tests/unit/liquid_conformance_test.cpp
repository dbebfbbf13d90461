// The golden-liquid suite in lax mode. Tags and filters that amends does not offer are left out by name.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "core/template.h"

namespace amends {
namespace {

namespace json = simdjson::ondemand;

const std::set<std::string, std::less<>> left_out_tags = {"tablerow tag",
                                                          "include tag",
                                                          "ifchanged tag",
                                                          "slice filter",
                                                          "find filter",
                                                          "find_index filter",
                                                          "has filter",
                                                          "sum filter",
                                                          "strip_html filter",
                                                          "url_decode filter",
                                                          "base64_encode filter",
                                                          "base64_decode filter",
                                                          "base64_url_safe_encode filter",
                                                          "base64_url_safe_decode filter",
                                                          "strict2"};

struct Tally {
  int passed = 0, failed = 0, left_out = 0;
};

struct Case {
  std::string name, text;
  Value data = Value::of_record({});
  std::vector<std::string> results, tags;
  std::map<std::string, std::string, std::less<>> partials;
  bool invalid = false;
};

class Reader {
 public:
  Value value(json::value v) {
    switch (v.type()) {
      case json::json_type::array: {
        List list;
        for (auto item : v.get_array()) list.push_back(value(item.value()));
        return Value::of_list(std::move(list));
      }
      case json::json_type::object: {
        Record record;
        for (auto field : v.get_object()) {
          std::string key(field.unescaped_key().value());
          record.emplace_back(std::move(key), value(field.value()));
        }
        return Value::of_record(std::move(record));
      }
      case json::json_type::number:
        return number(v.raw_json_token());
      case json::json_type::string:
        return Value::of_string(words_.emplace_back(std::string(v.get_string().value())));
      case json::json_type::boolean:
        return Value::of_boolean(v.get_bool());
      default:
        v.is_null();
        return Value::null();
    }
  }

 private:
  static Value number(std::string_view token) {
    while (!token.empty() && (token.back() < '0' || token.back() > '9')) token.remove_suffix(1);
    Value v = Value::of_number(read_decimal(token).value_or(Ratio(0)));
    v.whole = token.find('.') != std::string_view::npos ? 1 : 0;  // written with a decimal point
    return v;
  }

  std::deque<std::string> words_;
};

Case read_case(json::object o, Reader& reader) {
  Case c;
  for (auto field : o) {
    const std::string key(field.unescaped_key().value());
    json::value v = field.value();
    if (key == "name") c.name = v.get_string().value();
    if (key == "template") c.text = v.get_string().value();
    if (key == "data") c.data = reader.value(v);
    if (key == "result") c.results.emplace_back(v.get_string().value());
    if (key == "invalid") c.invalid = v.get_bool().value();
    if (key == "results")
      for (auto r : v.get_array()) c.results.emplace_back(r.get_string().value());
    if (key == "tags")
      for (auto r : v.get_array()) c.tags.emplace_back(r.get_string().value());
    if (key == "templates")
      for (auto p : v.get_object()) {
        const std::string name(p.unescaped_key().value());
        c.partials[name] = p.value().get_string().value();
      }
  }
  return c;
}

bool is_left_out(const Case& c) {
  return std::any_of(c.tags.begin(), c.tags.end(),
                     [](const std::string& tag) { return left_out_tags.contains(tag); });
}

std::string outcome(const Case& c) {
  const auto partials = [&](std::string_view name) -> std::shared_ptr<const Source> {
    const auto found = c.partials.find(name);
    return found == c.partials.end() ? nullptr
                                     : std::make_shared<const Source>(Source{found->first, found->second});
  };
  try {
    const Template t(std::make_shared<const Source>(Source{"case", c.text}), partials, Template::Mode::lax);
    return t.render(c.data, LetterLocale{"en", Zone::utc()});
  } catch (const Error& e) {
    return "INVALID: " + e.message;
  }
}

bool is_right(const Case& c, const std::string& got) {
  if (c.invalid) return got.starts_with("INVALID: ");
  return std::find(c.results.begin(), c.results.end(), got) != c.results.end();
}

}  // namespace

TEST_CASE("the golden Liquid suite in lax mode") {
  const std::filesystem::path path = AMENDS_SOURCE_DIR "/../shared/conformance/golden_liquid.json";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: ", path.string(), " missing");
    return;
  }
  json::parser parser;
  simdjson::padded_string text = simdjson::padded_string::load(path.string());
  json::document document = parser.iterate(text);
  Reader reader;
  std::map<std::string, Tally> by_tag;
  Tally all;
  const bool loud = std::getenv("AMENDS_LIQUID_FAILURES") != nullptr;
  for (auto item : document["tests"].get_array()) {
    const Case c = read_case(item.get_object(), reader);
    const bool out = is_left_out(c);
    const std::string got = out ? "" : outcome(c);
    const bool right = !out && is_right(c, got);
    const auto count = [&](Tally& t) { ++(out ? t.left_out : right ? t.passed : t.failed); };
    count(all);
    for (const std::string& tag : c.tags) count(by_tag[tag]);
    if (loud && !out && !right)
      fmt::print("FAILED {}\n  {}\n  wanted {}\n  got    {}\n", c.name, c.text,
                 c.invalid ? "INVALID" : c.results.at(0), got);
  }
  std::string table =
      fmt::format("golden Liquid: {} passed, {} failed, {} left out", all.passed, all.failed, all.left_out);
  for (const auto& [tag, t] : by_tag)
    if (t.failed > 0 || t.left_out > 0)
      table += fmt::format("\n  {:30} {:4} {:4} {:4}", tag, t.passed, t.failed, t.left_out);
  MESSAGE(table);
  CHECK(all.passed >= 894);  // what it reached; it may only grow
}

}  // namespace amends
