// Liquid templates: any text is a template or an Error, and rendering gives text, an Error or a letter held. HTML
// that comes of a template without markup of its own holds none, whatever the facts say.
#include "core/liquid/template.h"
#include "fuzz.h"

using namespace amends;

namespace {

Value facts() {
  const auto item = [](std::string_view name, std::int64_t n) {
    return Value::of_record({{"name", Value::of_string(name)}, {"quantity", Value::of_number(n)}});
  };
  return Value::of_record({
      {"customer", Value::of_record({{"name", Value::of_string("Zoë <i>&\" {{ days }}")}, {"first_name", Value::null()}})},
      {"items", Value::of_list({item("Assam", 2), item("Cup", 1), item("Tee", 9)})},
      {"total", Value::of_money(Money{1234050, *currency_named("GBP")})},
      {"days", Value::of_number(3)},
      {"due", Value::of_date(*date_of(2026, 11, 22))},
      {"at", Value::of_instant(Instant{1795344000000})},
      {"open", Value::of_boolean(true)},
  });
}

void render(const std::shared_ptr<const Source>& source, Template::Mode mode, Template::Context context) {
  const auto partials = [&](std::string_view name) { return name == "self" ? source : nullptr; };
  fuzz::answers([&] {
    try {
      const Template letter(source, partials, mode, context);
      const std::string out = letter.render(facts(), LetterLocale{"en-GB", Zone::utc()});
      fuzz::require(out.size() <= 256 * 1024, "a letter has a size", source->text);
      const bool no_markup = source->text.find_first_of("<>\\") == std::string::npos && source->text.find("newline") == std::string::npos;
      if (mode == Template::Mode::strict && context == Template::Context::html && no_markup)
        fuzz::require(out.find('<') == std::string::npos, "a value makes no markup", source->text);
      for (const TemplatePath& path : letter.paths()) fuzz::require(path.where().line > 0, "a name has a place", path.path);
    } catch (const Held&) {
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = std::make_shared<const Source>(Source{"fuzz.liquid", std::string(fuzz::text_of(data, size))});
  if (first_invalid_utf8(source->text) != std::string::npos) return 0;  // refused where templates are read
  render(source, Template::Mode::strict, Template::Context::text);
  render(source, Template::Mode::strict, Template::Context::html);
  render(source, Template::Mode::lax, Template::Context::header);
  return 0;
}
