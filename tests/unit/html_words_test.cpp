// HTML written by hand says what the text says, and nothing in it runs or is fetched.
#include "core/mail/html_words.h"

#include <doctest/doctest.h>

#include "core/mail/letter.h"

namespace amends {

TEST_CASE("the words of HTML are those a reader sees") {
  using Seen = std::vector<std::string>;
  CHECK(words_of_html("<!DOCTYPE html><html><head><title>no</title><style>p > b {}</style></head><body><p>Dear <b>An</b>a,"
                      "<br>it&nbsp;is &pound;5 &amp; &#8364;6&#x21;<!-- <p>no</p> --></p></body></html>") ==
        Seen{"Dear", "Ana,", "it", "is", "£5", "&", "€6!"});
  CHECK(words_of_html("a<td>b</td>c 3 < 4 & 5 &nope; 1<2") == Seen{"a", "b", "c", "3", "<", "4", "&", "5", "&nope;", "1<2"});
  CHECK(words_of_text("Hello,\n\n- one\n- two - three\u00A0four\n") == Seen{"Hello,", "one", "two", "-", "three", "four"});
}

TEST_CASE("HTML that parts from its text is refused, with the place") {
  CHECK(!fault_of_html("<p>You get <b>£5</b>.</p>", "You get £5.\n"));
  CHECK(*fault_of_html("<p>You get £6 back.</p>", "You get £5 back.\n") ==
        "the HTML says \"£6 back.\" where the text says \"£5 back.\"");
  CHECK(*fault_of_html("<p>You get</p>", "You get £5.\n") == "the HTML says nothing more where the text says \"£5.\"");
  CHECK(*fault_of_html("<p>You get £5. Click here</p>", "You get £5.\n") ==
        "the HTML says \"Click here\" where the text says nothing more");
}

TEST_CASE("the HTML made from a text says the same") {
  const std::string text = "Hello Ana & Bo,\n\nwrite to care@shop.example, see https://shop.example/a?b=1&c=2 or call\n+44 20 7946 0018.\n\n- one\n- <two>\n";
  CHECK(fault_of_html(html_of(text, "en"), text) == std::nullopt);
}

TEST_CASE("HTML holds nothing that runs, asks or is fetched") {
  for (const char* const html :
       {"<script>x</script>", "<SCRIPT src=x>", "<img src=\"https://x.example/p.gif\">", "<img src=//x/p.gif>", "<form></form>", "<iframe>",
        "<p onclick=\"x()\">", "<p/onmouseover=x>", "<a href=\" JavaScript:x()\">", "<td background=\"http://x\">", "<link rel=x>",
        "<p style=\"background: URL(x)\">", "<style>@import 'x'</style>", "<svg/onload=x>", "<input>", "<object data=x>"})
    CHECK_MESSAGE(fault_of_html(html, "").has_value(), html);
  CHECK(!fault_of_html("<img src=\"data:image/png;base64,AAAA\" alt=\"\"><a href=\"https://x.example\">x</a>", "x"));
}

}  // namespace amends
