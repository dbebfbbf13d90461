// Templates that would nest, run or grow without end: each is an Error, and soon. The limits count steps and bytes,
// never seconds, so no clock is asked here.
#include <doctest/doctest.h>

#include <map>

#include "core/liquid/template.h"

namespace amends {
namespace {

std::string times(std::size_t n, const std::string& text) {
  std::string out;
  out.reserve(n * text.size());
  for (std::size_t i = 0; i < n; ++i) out += text;
  return out;
}

// `times` texts, each made of its number.
template <class Text>
std::string numbered(int times, Text text) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text(std::to_string(i));
  return out;
}

std::string loops(const std::string& inside) {
  return "{% for i in (1..9999) %}" + inside + "{% endfor %}";
}

// `times` times doubled: 17 of one letter are 128 kB.
std::string doubled(int times_, const std::string& text, const std::string& name = "x") {
  return "{% assign " + name + " = '" + text + "' %}" +
         times(static_cast<std::size_t>(times_), "{% assign " + name + " = " + name + " | append: " + name + " %}");
}

// 8192 elements, each the same 64 kB.
std::string list_of_long_texts() {
  return doubled(16, "x") + "{% assign l = x | split: 'y' %}" + times(13, "{% assign l = l | concat: l %}");
}

struct Bomb {
  const char* what;
  std::string text;
};

std::vector<Bomb> bombs_of_size() {
  return {
      {"10 MB of text", std::string(10'000'000, 'x')},
      {"10 MB in one tag", "{{ '" + std::string(10'000'000, 'x') + "' }}"},
      {"blocks 5,000 deep", times(5000, "{% if days %}") + times(5000, "{% endif %}")},
      {"loops 5,000 deep", times(5000, "{% for i in (1..2) %}") + times(5000, "{% endfor %}")},
      {"captures 5,000 deep", times(5000, "{% capture x %}") + times(5000, "{% endcapture %}")},
      {"choices 5,000 deep", times(5000, "{% case 1 %}{% when 1 %}") + times(5000, "{% endcase %}")},
      {"lines of liquid 5,000 deep", "{% liquid\n" + times(5000, "if days\n") + times(5000, "endif\n") + "%}"},
      {"comments never closed", times(20'000, "{% comment %}")},
      {"raws never closed", times(20'000, "{% raw %}")},
      {"tags never closed", times(100'000, "{%")},
      {"outputs never closed", times(100'000, "{{")},
      {"ends without beginning", times(20'000, "{% endif %}")},
      {"brackets 20,000 deep", "{{ " + times(20'000, "order[")},
      {"closed brackets 20,000 deep", "{{ order" + times(20'000, "[order") + times(20'000, "]") + " }}"},
      {"ranges 20,000 deep", "{{ " + times(20'000, "(1..")},
      {"20,000 tests", "{% if days" + times(20'000, " and days") + " %}{% endif %}"},
      {"a chain of 10,000 filters", "{{ 'x'" + times(10'000, " | upcase") + " }}"},
      {"a chain of 10,000 filters in an abort", "{% abort 'x'" + times(10'000, " | upcase") + " %}"},
      {"a number of 100,000 digits", "{{ " + times(100'000, "9") + " }}"},
      {"10,000 names that nobody knows", numbered(10'000, [](const std::string& n) { return "{{ a" + n + " }}"; })},
      {"a path of 50,000 names", "{{ order" + times(50'000, ".a") + " }}"},
      {"paths that grow from name to name", times(7000, "{% assign a = a.bbbbbbbbbbbbbbb %}")},
      {"16,000 conditions that make sure of names",
       times(80, "{% if " + numbered(199, [](const std::string& n) { return "a" + n + " and "; }) + "a %}") +
           numbered(8000, [](const std::string& n) { return "{{ b" + n + " }}"; }) + times(80, "{% endif %}") + "{{ nobody }}"},
      {"many names set and read", numbered(6000, [](const std::string& n) { return "{% assign a" + n + " = 1 %}"; }) + times(6000, "{{ b.c }}")},
  };
}

std::vector<Bomb> bombs_of_growth() {
  return {
      {"a text doubled 40 times", doubled(40, "x")},
      {"a capture doubled 40 times", "{% assign x = 'x' %}" + times(40, "{% capture x %}{{ x }}{{ x }}{% endcapture %}")},
      {"a text put into itself", "{% assign x = 'xxxxxxxxxx' %}" + times(40, "{% assign x = x | replace: 'x', x %}")},
      {"a text between all letters of itself", doubled(16, "x") + "{{ x | replace: '', x }}"},
      {"a list doubled 40 times", "{% assign l = 'a,b' | split: ',' %}" + times(40, "{% assign l = l | concat: l %}")},
      {"a text split into letters", doubled(17, "x") + "{{ x | split: '' | size }}"},
      {"split and joined again with more", "{% assign x = 'aaaaaaaaaa' %}" + times(20, "{% assign x = x | split: '' | join: x %}")},
      {"a range joined by long words", "{{ (1..9999) | join: '" + times(100, "x") + "' }}"},
      {"a range of many numbers", "{{ (1..99999999999) | join }}"},
      {"a range of all numbers", "{% for i in (-9223372036854775808..9223372036854775807) %}{% endfor %}"},
      {"a product beyond all numbers", "{{ 99999999999999999999 | times: 99999999999999999999 }}"},
      {"a long list of long texts printed", list_of_long_texts() + "{{ l }}"},
      {"a long list of long texts as one text", list_of_long_texts() + "{{ l | upcase }}"},
      {"a long list of long texts listed", list_of_long_texts() + "{{ l | list }}"},
      {"a long list of long texts joined", list_of_long_texts() + "{{ l | join }}"},
      {"a long list of long texts sought in a text", list_of_long_texts() + "{% if x contains l %}{% endif %}"},
      {"a loop that writes", loops("{{ 'twenty characters and more of them' }}")},
      {"a loop that writes each counter", loops(loops("{% increment n %}"))},
  };
}

std::vector<Bomb> bombs_of_work() {
  return {
      {"loops in loops", loops(loops(""))},
      {"100,000 rounds of 30,000 filters", loops("{{ 1" + times(30'000, " | abs") + " }}")},
      {"many rounds of few filters", loops(times(80, "{% assign x = 1" + times(50, " | abs") + " %}"))},
      {"many rounds of formatted numbers", loops(times(2000, "{% assign x = i | number %}"))},
      {"many rounds of plurals", loops(times(2000, "{% assign x = i | plural: other: 'x' %}"))},
      {"many rounds of dates", loops(times(2000, "{% assign x = due | date: 'full' %}"))},
      {"many rounds of capitals", loops(times(2000, "{% assign x = 'ǆ' | capitalize %}"))},
      {"many rounds of one path", "{% assign x = 'xx' %}" + loops("{% assign y = x" + times(5000, ".first") + " %}")},
      {"many rounds of tests", loops(times(100, "{% if " + times(199, "1 == 2 or ") + "1 == 2 %}{% endif %}"))},
      {"many rounds of a long choice", loops("{% case 1 %}{% when 2" + times(50'000, ",2") + " %}{% endcase %}")},
      {"many rounds of all there is of 90 loops",
       times(90, "{% for i in (1..1) %}") + loops(times(100, "{% assign f = forloop %}")) + times(90, "{% endfor %}")},
      {"many names looked through",
       numbered(8000, [](const std::string& n) { return "{% assign a" + n + " = 1 %}"; }) + loops(times(10, "{% assign b = due %}"))},
      {"many counters looked through",
       numbered(8000, [](const std::string& n) { return "{% increment a" + n + " %}"; }) + loops(times(10, "{% assign b = due %}"))},
      {"many cycles looked through",
       loops(numbered(8000, [](const std::string& n) { return "{% cycle '', '" + n + "' %}"; }))},
      {"long texts compared", doubled(17, "x") + doubled(17, "x", "y") + loops(times(100, "{% if x == y %}{% endif %}"))},
      {"long texts put in order", doubled(17, "x") + doubled(17, "x", "y") + loops(times(100, "{% if x < y %}{% endif %}"))},
      {"long lists compared",
       list_of_long_texts() + doubled(16, "x", "y") + "{% assign m = y | split: 'y' %}" + times(13, "{% assign m = m | concat: m %}") +
           times(100, "{% if l == m %}{% endif %}")},
      {"long lists compared as a choice",
       list_of_long_texts() + doubled(16, "x", "y") + "{% assign m = y | split: 'y' %}" + times(13, "{% assign m = m | concat: m %}") +
           "{% case l %}" + times(100, "{% when m %}") + "{% endcase %}"},
      {"a long list sorted", list_of_long_texts() + times(50, "{% assign m = l | sort %}")},
      {"a long list sorted by nature", list_of_long_texts() + times(50, "{% assign m = l | sort_natural %}")},
      {"a long list of the same once", list_of_long_texts() + times(50, "{% assign m = l | uniq %}")},
      {"a long list searched", list_of_long_texts() + times(50, "{% assign m = l | where: 'y' %}")},
      {"a long list mapped", list_of_long_texts() + times(50, "{% assign m = l | map: 'y' %}")},
      {"a long list searched for long words",
       list_of_long_texts() + doubled(15, "x", "y") + "{% assign y = y | append: 'y' %}" + times(50, "{% assign m = l | has: y %}")},
      {"a long list contains no long word",
       list_of_long_texts() + doubled(16, "x", "y") + "{% assign y = y | slice: 1, 65535 | append: 'z' %}" + times(50, "{% if l contains y %}{% endif %}")},
      {"a long list sorted again and again", "{% assign x = (1..9999) %}" + loops("{% assign y = x | sort | reverse | uniq %}")},
      {"a long text sought in a longer", doubled(17, "x") + "{% assign y = x | append: 'y' %}" + loops("{% if x contains y %}{% endif %}")},
      {"half a text sought in the other half",
       doubled(16, "x") + doubled(15, "x", "y") + "{% assign y = y | append: 'y' %}" + loops("{{ x | remove: y | size }}")},
      {"a long text captured", doubled(17, "x") + loops("{% capture y %}{{ x }}{% endcapture %}")},
      {"a long text measured", doubled(17, "x") + loops(times(1000, "{% assign y = x | size %}"))},
      {"a long text measured by its path", doubled(17, "x") + loops(times(1000, "{% assign y = x.size %}"))},
      {"the last of a long text", doubled(17, "x") + loops(times(1000, "{% assign y = x.last %}"))},
      {"a long text cut", doubled(17, "x") + loops(times(1000, "{% assign y = x | slice: -1 %}"))},
      {"a long text of tags", doubled(14, "<script ") + loops("{% assign y = x | strip_html | size %}")},
      {"a long text of comments", doubled(14, "<!--<style><") + loops("{% assign y = x | strip_html | size %}")},
      {"a long text of references", doubled(17, "&") + loops("{% assign y = x | escape_once | size %}")},
      {"a reference without end", doubled(17, "a") + "{% assign x = x | prepend: '&' %}" + loops("{% assign y = x | escape_once | size %}")},
      {"a long text of words", doubled(16, "x ") + loops("{% assign y = x | truncatewords: 5 %}")},
      {"a long number in words", doubled(17, "0") + loops(times(100, "{% assign y = x | plus: 1 %}"))},
      {"a long name looked for", doubled(17, "x") + loops(times(100, "{% assign y = order[x] | default: 1 %}"))},
  };
}

// Each of `all` is a part; the letter renders the first.
Template::Partials parts(std::map<std::string, std::string> all) {
  return [all = std::move(all)](std::string_view name) -> std::shared_ptr<const Source> {
    const auto found = all.find(std::string(name));
    return found == all.end() ? nullptr : std::make_shared<const Source>(Source{found->first, found->second});
  };
}

template <class Text>
Template::Partials chain(int length, Text text) {
  std::map<std::string, std::string> all;
  for (int i = 0; i < length; ++i) all["p" + std::to_string(i)] = text("p" + std::to_string(i + 1));
  all["p" + std::to_string(length)] = "x";
  return parts(std::move(all));
}

struct Recursion {
  const char* what;
  Template::Partials parts;
};

std::vector<Recursion> recursions() {
  const auto render = [](const std::string& next) { return "{% render '" + next + "' %}"; };
  return {
      {"a part that renders itself", parts({{"p0", "{% render 'p0' %}"}})},
      {"a part that renders itself twice", parts({{"p0", "{% render 'p0' %}{% render 'p0' %}"}})},
      {"two parts that render each other", parts({{"p0", "{% render 'p1' %}"}, {"p1", "{% render 'p0' %}"}})},
      {"a part that renders itself for each", parts({{"p0", "{% assign l = (1..100) %}{% render 'p0' for l %}"}})},
      {"a chain of 20,000 parts", chain(20'000, render)},
      {"a tree of parts, each four times", chain(28, [&](const std::string& next) { return times(4, render(next)); })},
      {"a tree of parts, each time with other facts",
       chain(28, [](const std::string& next) { return "{% render '" + next + "', p: p.a %}{% render '" + next + "', p: p.b %}"; })},
      {"a tree of parts, each time under another condition",
       chain(28, [&](const std::string& next) {
         return "{% if a" + next + " %}" + render(next) + "{% endif %}{% if b" + next + " %}" + render(next) + "{% endif %}";
       })},
      {"a text that grows from part to part", chain(28, [](const std::string& next) {
         return "{% assign q = p | default: 'xxxxxxxxxx' %}{% assign q = q | append: q %}{% render '" + next + "', p: q %}{{ q }}";
       })},
  };
}

void render(const std::string& text, const Template::Partials& parts, Template::Context context) {
  const Value order = Value::of_record({{"id", Value::of_string("4471")}});
  const Value facts = Value::of_record(
      {{"days", Value::of_number(3)}, {"due", Value::of_date(*date_of(2026, 11, 22))}, {"order", order}, {"p", order}});
  const auto source = std::make_shared<const Source>(Source{"late.liquid", text});
  Template(source, parts, Template::Mode::strict, context).render(facts, LetterLocale{"en-GB", Zone::utc()});
}

void check_all(const std::vector<Bomb>& bombs, Template::Context context) {
  for (const Bomb& bomb : bombs) CHECK_THROWS_AS_MESSAGE(render(bomb.text, nullptr, context), Error, bomb.what);
}

}  // namespace

TEST_CASE("templates of great size or depth are refused") {
  check_all(bombs_of_size(), Template::Context::text);
}

TEST_CASE("templates whose texts and lists grow without end are refused") {
  check_all(bombs_of_growth(), Template::Context::text);
  check_all(bombs_of_growth(), Template::Context::html);
}

TEST_CASE("templates that would work without end are refused") {
  check_all(bombs_of_work(), Template::Context::text);
}

TEST_CASE("parts that render parts without end are refused") {
  for (const Recursion& r : recursions())
    CHECK_THROWS_AS_MESSAGE(render("{% render 'p0', p: p %}", r.parts, Template::Context::text), Error, r.what);
}

}  // namespace amends
