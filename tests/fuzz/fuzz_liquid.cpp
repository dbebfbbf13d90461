// Liquid templates: any text is a template or an Error, and rendering gives text, an Error or a letter held.
#include "core/template.h"
#include "fuzz.h"

using namespace amends;

namespace {

Value facts() {
  const auto item = [](std::string_view name, std::int64_t n) {
    return Value::of_record({{"name", Value::of_string(name)}, {"quantity", Value::of_number(n)}});
  };
  return Value::of_record({
      {"customer", Value::of_record({{"name", Value::of_string("Zoë {{ days }}")}, {"first_name", Value::null()}})},
      {"items", Value::of_list({item("Assam", 2), item("Cup", 1), item("Tee", 9)})},
      {"total", Value::of_money(Money{1234050, *currency_named("GBP")})},
      {"days", Value::of_number(3)},
      {"due", Value::of_date(*date_of(2026, 11, 22))},
      {"at", Value::of_instant(Instant{1795344000000})},
      {"open", Value::of_boolean(true)},
  });
}

void render(const std::shared_ptr<const Source>& source, Template::Mode mode) {
  const auto partials = [&](std::string_view name) { return name == "self" ? source : nullptr; };
  fuzz::answers([&] {
    try {
      Template(source, partials, mode).render(facts(), LetterLocale{"en-GB", Zone::utc()});
    } catch (const Held&) {
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = std::make_shared<const Source>(Source{"fuzz.liquid", std::string(fuzz::text_of(data, size))});
  if (first_invalid_utf8(source->text) != std::string::npos) return 0;  // refused where templates are read
  render(source, Template::Mode::strict);
  render(source, Template::Mode::lax);
  return 0;
}
