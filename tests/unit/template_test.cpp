// Templates as letters use them: strict, with places.
#include "core/liquid/template.h"

#include <doctest/doctest.h>

#include <random>

namespace amends {
namespace {

const LetterLocale english{"en-GB", Zone::utc()};

std::shared_ptr<const Source> source(std::string text) {
  return std::make_shared<const Source>(Source{"late.liquid", std::move(text)});
}

const Template::Partials no_partials = [](std::string_view) { return nullptr; };

Value facts() {
  const Currency gbp = *currency_named("GBP");
  const auto item = [](std::string_view name, std::int64_t n) {
    return Value::of_record({{"name", Value::of_string(name)}, {"quantity", Value::of_number(n)}});
  };
  return Value::of_record({
      {"customer",
       Value::of_record({{"name", Value::of_string("Zoë {{ order.id }}")}, {"first_name", Value::null()}})},
      {"order", Value::of_record({{"id", Value::of_string("4471")},
                                  {"items", Value::of_list({item("Assam", 2), item("Cup", 1)})}})},
      {"total", Value::of_money(Money{1234050, gbp})},
      {"days", Value::of_number(3)},
      {"due", Value::of_date(*date_of(2026, 11, 22))},
      {"remedies", Value::null()},
  });
}

std::string rendered(const std::string& text) {
  return Template(source(text), no_partials).render(facts(), english);
}

Error fault(const std::string& text) {
  try {
    const std::string out = rendered(text);
    FAIL("no fault, but: ", out);
  } catch (const Error& e) {
    return e;
  }
  return Error{{}, ""};
}

}  // namespace

TEST_CASE("a template writes money, dates, lists and plurals as the language does") {
  CHECK(rendered("{{ total | money }}") == "£12,340.50");
  CHECK(rendered("{{ total }}") == "£12,340.50");
  CHECK(rendered("{{ due | date }}") == "22 November 2026");
  CHECK(rendered("{{ due | date: 'short' }}") == "22 Nov 2026");
  CHECK(rendered("{{ days }} {{ days | plural: one: 'day', other: 'days' }}") == "3 days");
  CHECK(rendered("{{ order.items | map: 'name' | list }}") == "Assam and Cup");
}

TEST_CASE("a value is never a template") {
  CHECK(rendered("{{ customer.name }}") == "Zoë {{ order.id }}");
}

TEST_CASE("every undefined name is told at once, with its place") {
  const Error e = fault("Dear {{ customer.nme }},\n{{ order.itms | size }}");
  CHECK(e.message == "customer.nme is not a fact this letter knows, nor order.itms (late.liquid:2:4)");
  CHECK(e.where.line == 1);
  CHECK(e.where.column == 9);
  CHECK(e.where.length == 12);
  CHECK(e.where.text == "Dear {{ customer.nme }},");
}

TEST_CASE("what has no value is refused where it would be printed, unless guarded") {
  CHECK(fault("Dear {{ customer.first_name }},").message == "customer.first_name has no value for this case");
  CHECK(rendered("{{ customer.first_name | default: 'you' }}") == "you");
  CHECK(rendered("{% if customer.first_name %}x{{ customer.first_name }}{% else %}-{% endif %}") == "-");
  CHECK(rendered("{% if customer.first_name == nil %}-{% endif %}") == "-");
  CHECK(rendered("{% if nothing.of.it and order.id %}x{% else %}-{% endif %}") == "-");
  CHECK(fault("{% for r in remedies %}{{ r.kind }}{% endfor %}").message ==
        "remedies has no value for this case");
  CHECK(fault("{% if customer.first_name > 3 %}{% endif %}").message ==
        "customer.first_name has no value for this case");
}

TEST_CASE("faults of a template show the line and what to type") {
  CHECK(fault("{{ total | mony }}").hint == "did you mean \"money\"?");
  CHECK(fault("{% iff x %}").message == "there is no tag \"iff\"");
  CHECK(fault("{% if days %}").hint == "add {% endif %}");
  CHECK(fault("{{ days").message == "{{ is not closed");
  CHECK(fault("{{ days | money }}").message == "money needs an amount of money, not a number");
  CHECK(fault("{{ total | times: 2 }}").message == "letters do not compute money");
  CHECK(fault("{{ due | date: '%d.%m.' }}").hint.find("weekday") != std::string::npos);
  CHECK(fault("{% render 'nowhere' %}").message == "there is no template \"nowhere\" to render");
}

namespace {

std::string in_html(const std::string& text) {
  return Template(source(text), no_partials, Template::Mode::strict, Template::Context::html)
      .render(Value::of_record({{"name", Value::of_string("<b>Tom & \"J'\n</b>")}, {"n", Value::of_number(3)}}), english);
}

}  // namespace

TEST_CASE("values are escaped where HTML is written, and only once") {
  const std::string escaped = "&lt;b&gt;Tom &amp; &quot;J&#39;\n&lt;/b&gt;";
  CHECK(in_html("<p>{{ name }}</p>") == "<p>" + escaped + "</p>");
  CHECK(in_html("{{ name | escape }}") == escaped);
  CHECK(in_html("{% capture x %}<i>{{ name }}</i>{% endcapture %}{{ x }}") == "<i>" + escaped + "</i>");
  CHECK(in_html("{{ name | newline_to_br }}") == "&lt;b&gt;Tom &amp; &quot;J&#39;<br />\n&lt;/b&gt;");
  CHECK(in_html("{{ n }}{{ name | upcase | size }}") == "317");
  CHECK(in_html("{{ name | split: 'T' }}") == escaped.substr(0, 9) + escaped.substr(10));
}

TEST_CASE("a header refuses line ends, control characters and marks that turn the writing") {
  for (const char* const name : {"Eve\r\nBcc: all@x", "Eve\n", "E\x01" "ve", "\xE2\x80\xAE" "evE", "E\xE2\x81\xA6" "ve"}) {
    const Template subject(source("To {{ name }}"), no_partials, Template::Mode::strict, Template::Context::header);
    try {
      subject.render(Value::of_record({{"name", Value::of_string(name)}}), english);
      FAIL("written");
    } catch (const Error& e) {
      CHECK(e.message.starts_with("name holds "));
      CHECK(e.where.column == 7);
    }
  }
}

TEST_CASE("conditions tell what is there") {
  const auto paths = [](const std::string& text) {
    const Template t(source(text), no_partials);
    std::string all;
    for (const TemplatePath& p : t.paths()) all += p.path + (p.guarded ? "?" : "") + "(" + p.present + ") ";
    return all;
  };
  CHECK(paths("{% if a.b %}{{ a.b.c }}{{ a.d }}{% endif %}{{ a.b }}") == "a.b?() a.b.c(a.b) a.d(a) a.b() ");
  CHECK(paths("{% unless a %}{% abort 'x' %}{% endunless %}{{ a }}") == "a?() a(a) ");
  CHECK(paths("{% if a %}{% else %}{% abort 'x' %}{% endif %}{{ a }}") == "a?() a(a) ");
  CHECK(paths("{% unless a %}{% else %}{% abort 'x' %}{% endunless %}{{ a }}") == "a?() a() ");
  CHECK(paths("{% if a and a.b > 1 %}{{ a.b }}{% else %}{{ a }}{% endif %}") == "a?() a.b(a) a.b(a.b) a() ");
  CHECK(paths("{% if a == nil %}{% else %}{{ a }}{% endif %}") == "a?() a(a) ");
  CHECK(paths("{% if a or b %}{{ a }}{% endif %}") == "a?() b?() a() ");
  CHECK(paths("{% assign x = a | default: b %}{{ x }}") == "a?() b() a(a) ");
  CHECK(paths("{% for i in l %}{{ i.x }}{% endfor %}{{ l | map: 'y' | join }}") == "l() l[].x(l[]) l() l[].y?() ");
}

TEST_CASE("numbers are decimals") {
  CHECK(rendered("{{ 0.1 | plus: 0.2 }} {{ 1.1 | times: 3 }} {{ 10 | divided_by: 4.0 }} {{ 1 | divided_by: 3.0 }}") ==
        "0.3 3.3 2.5 0.3333333333333333");
  CHECK(rendered("{% if 0.1 == 0.10 %}{{ 0.30 | minus: 0.1 | minus: 0.2 }}{% endif %}") == "0.0");
}

// Each is refused, and soon: the limits count steps, not seconds, so no clock is asked here.
TEST_CASE("template bombs end in an error") {
  const auto repeated = [](const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  const std::string doubled = repeated("{% assign x = x | append: x %}", 40);
  for (const std::string& bomb : std::vector<std::string>{
           std::string(10'000'000, 'x'),
           repeated("{% if days %}", 5000) + repeated("{% endif %}", 5000),
           "{{ " + repeated("order[", 20000),
           "{{ " + repeated("(1..", 20000),
           "{% if days" + repeated(" and days", 20000) + " %}{% endif %}",
           "{% assign x = 'xxxxxxxxxx' %}" + doubled,
           "{% assign x = 'xxxxxxxxxx' %}" + repeated("{% assign x = x | replace: 'x', x %}", 40),
           "{% assign x = (1..9999) %}{% for i in x %}{% assign y = x | sort | reverse | uniq %}{% endfor %}",
           "{% for i in (1..9999) %}{% for j in (1..9999) %}{% endfor %}{% endfor %}",
           "{% assign x = 'x' %}{% for i in (1..17) %}{% assign x = x | append: x %}{% endfor %}"
           "{% for i in (1..9999) %}{% capture y %}{{ x }}{% endcapture %}{% endfor %}",
           "{% assign x = 'x' %}{% for i in (1..17) %}{% assign x = x | append: x %}{% endfor %}"
           "{% assign y = x | append: 'y' %}{% for i in (1..9999) %}{% if x contains y %}{% endif %}{% endfor %}",
           "{% assign x = (1..9999) | join: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}",
           std::string("{{ (1..99999999999) | join }}"),
           std::string("{{ 99999999999999999999 | times: 99999999999999999999 }}"),
       })
    CHECK_THROWS_AS(rendered(bomb), Error);
}

TEST_CASE("many partials that render each other are read once each") {
  const Template::Partials chain = [](std::string_view name) {
    const int n = std::stoi(std::string(name));
    std::string text = n == 0 ? "x" : "";
    for (int i = 0; i < 4 && n > 0; ++i) text += "{% render '" + std::to_string(n - 1) + "' %}";
    return std::make_shared<const Source>(Source{std::string(name), text});
  };
  CHECK_THROWS_AS(Template(source("{% render '28' %}"), chain).render(facts(), english), Error);
}

TEST_CASE("a rendering has limits") {
  CHECK(fault("{% for i in (1..1000) %}{% for j in (1..1000) %}{% assign x = j %}{% endfor %}{% endfor %}")
            .message.find("100000") != std::string::npos);
  CHECK(fault("{% for i in (1..9000) %}{% for j in (1..10) %}{{ 'twenty characters...' }}{% endfor %}{% "
              "endfor %}")
            .message.find("256 kB") != std::string::npos);
  const Template::Partials itself = [](std::string_view) {
    return std::make_shared<const Source>(Source{"a", "{% render 'a' %}"});
  };
  CHECK_THROWS_AS(Template(source("{% render 'a' %}"), itself).render(facts(), english), Error);
}

TEST_CASE("abort puts the letter aside with its reason") {
  try {
    rendered("{% abort 'no words for this' %}");
    FAIL("not aborted");
  } catch (const Held& held) {
    CHECK(held.reason == "no words for this");
  }
}

TEST_CASE("paths follow loops, assigned names and partials") {
  const Template::Partials partials = [](std::string_view) {
    return std::make_shared<const Source>(Source{"p", "{{ of.name }}{{ shop.name }}"});
  };
  const Template t(
      source(
          "{% for item in order.items %}{{ item.name }}{% endfor %}{% assign first = order.items | first %}"
          "{{ first.price }}{% if customer.first_name %}{% endif %}{% render 'p', of: customer %}{{ x | "
          "default: 1 }}"),
      partials);
  std::string all;
  for (const TemplatePath& p : t.paths()) all += p.path + (p.guarded ? "? " : " ");
  CHECK(all ==
        "order.items order.items[].name order.items order.items[].price customer.first_name? customer "
        "customer.name shop.name x? ");
}

// Property: text without { is its own template, and a number printed is read back as the same number.
TEST_CASE("plain text renders to itself and numbers to themselves") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += static_cast<char>("ab %}\n-.'\"|:ü"[random() % 13]);
    CHECK(rendered(text) == text);
    const auto n = static_cast<std::int64_t>(random()) - (1LL << 31);
    const std::string decimal = print(Ratio(Int128{n}, Int128{1000}));
    CHECK(read_decimal(rendered("{{ " + decimal + " | plus: 0 }}")) == read_decimal(decimal));
  }
}

// Whatever is typed ends in text, an Error with a place, or an abort; never in anything else.
TEST_CASE("any template is read or refused") {
  const std::vector<std::string> bits = {"{{",          "}}",         "{%",          "%}",        " if ",
                                         " endif ",     " for ",      " in ",        " endfor ",  "days",
                                         "order.items", "|",          ":",           "'a'",       "(1..3)",
                                         " else ",      " case ",     " when ",      " endcase ", "-",
                                         "capture x",   "endcapture", " raw ",       " endraw ",  "\n",
                                         "comment",     "endcomment", "assign x = ", " liquid ",  "[0]",
                                         ".",           ",",          "==",          " and ",     "\xff",
                                         "#",           "render 'a'", " size ",      "date: '%s'"};
  std::mt19937 random(11);
  for (int round = 0; round < 4000; ++round) {
    std::string text = round % 2 == 0 ? "{% if days %}" : "";
    for (auto i = random() % 14; i > 0; --i) text += bits[random() % bits.size()];
    if (round % 2 == 0) text += "{% endif %}";
    for (const auto mode : {Template::Mode::strict, Template::Mode::lax}) {
      try {
        Template(source(text), no_partials, mode).render(facts(), english);
      } catch (const Error& e) {
        CHECK(e.where.line >= 1);
      } catch (const Held&) {
      }
    }
  }
}

}  // namespace amends
