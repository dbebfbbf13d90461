// Messages as bytes, and read back by Python's email package where there is a python3.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/mail/header.h"
#include "core/mail/letter.h"

namespace amends {
namespace {

const Instant noon{1795348066000};  // 2026-11-22 11:47:46 UTC

Message message() {
  Message m;
  m.from = {"Maya Chen (Northwind Tea)", "maya@northwind.example"};
  m.to = {"Zoë O'Neil", "zoe@example.com"};
  m.reply_to = {"Maya Chen", "maya@northwind.example"};
  m.subject = "Your order came late";
  m.text = "Hello Zoë,\n\nsorry.\n";
  m.html = html_of(m.text, "en-GB");
  m.message_id = message_id("key", "northwind/order/4471/stated-date", "notice", 1, m.from.address);
  return m;
}

std::string line_with(const std::string& eml, std::string_view start) {
  const auto at = eml.find("\n" + std::string(start));
  REQUIRE(at != std::string::npos);
  return eml.substr(at + 1, eml.find('\n', at + 1) - at - 1);
}

// Runs read_back.py on an mbox; empty when there is no python3.
std::string read_back(const std::string& mbox, int& exit) {
  if (std::system("python3 -c '' >/dev/null 2>&1") != 0) return {};
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("amends-mime-{}", std::random_device{}());
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "in", std::ios::binary) << mbox;
  const std::string command =
      fmt::format("python3 '{}/tests/mail/read_back.py' < '{}' > '{}' 2>&1", AMENDS_SOURCE_DIR,
                  (folder / "in").string(), (folder / "out").string());
  exit = std::system(command.c_str());
  std::ifstream out(folder / "out", std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(out)), {});
  std::filesystem::remove_all(folder);
  return text;
}

std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=')
      out += text[i];
    else if (text[i + 1] == '\n')
      ++i;
    else {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

}  // namespace

// Property: any text comes out of quoted-printable as it went in, on lines no mail program can misread.
TEST_CASE("quoted-printable is undone to the same text") {
  const std::vector<std::string> bits = {"a",  "From ", ".",  "~",    "=",         " ",         "\t",
                                         "\n", "é",     "田", "🙂", "word and ", "--=_amends"};
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    Message m = message();
    m.text.clear();
    for (int i = 0; i < 120; ++i) m.text += bits[random() % bits.size()];
    m.text += '\n';
    const std::string all = eml(m, noon, Zone::utc());
    const auto begin = all.find("\n\n", all.find("text/plain")) + 2;
    const auto end = all.find("\n--=_amends\n", begin);
    const std::string body = all.substr(begin, end - begin);
    CHECK(from_quoted_printable(body) == m.text);
    for (std::size_t at = 0; at < body.size(); at = body.find('\n', at) + 1) {
      const std::string_view line = std::string_view(body).substr(at, body.find('\n', at) - at);
      CHECK(line.size() <= 76);
      CHECK_FALSE((line.starts_with("From ") || line.starts_with('.') || line.starts_with('~') ||
                   line.ends_with(' ')));
    }
  }
}

TEST_CASE("a message has the headers it should, in order") {
  const std::string text = eml(message(), noon, *Zone::named("Europe/London"));
  CHECK(text.substr(0, text.find("\n\n")) ==
        "From: \"Maya Chen (Northwind Tea)\" <maya@northwind.example>\n"
        "Date: Sun, 22 Nov 2026 11:47:46 +0000\n"
        "Subject: Your order came late\n"
        "To: =?utf-8?Q?Zo=C3=AB_O=27Neil?= <zoe@example.com>\n"
        "Reply-To: \"Maya Chen\" <maya@northwind.example>\n"
        "Message-ID: <" +
            message().message_id +
            ">\n"
            "MIME-Version: 1.0\n"
            "Content-Type: multipart/alternative; boundary=\"=_amends\"");
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find("Auto-Submitted") == std::string::npos);
  Message automatic = message();
  automatic.automatic = true;
  CHECK(line_with(eml(automatic, noon, Zone::utc()), "Auto-Submitted") == "Auto-Submitted: auto-generated");
}

TEST_CASE("a header with what no header may hold is refused, with field and place") {
  for (const std::string& bad : std::vector<std::string>{
           "Zoe\nBcc: evil@example.com", "Zoe\r", std::string("Zo\0e", 4), std::string("Zo\u202ee"),
           std::string("Zo\u200be"), std::string("Zo\u2028e"), std::string("\u3164"), std::string(4001, 'Z')}) {
    Message m = message();
    m.to.name = bad;
    CHECK_THROWS_AS(eml(m, noon, Zone::utc()), Error);
    m = message();
    m.subject = bad;
    CHECK_THROWS_AS(eml(m, noon, Zone::utc()), Error);
    m = message();
    m.message_id = "a@b>" + bad;
    CHECK_THROWS_AS(eml(m, noon, Zone::utc()), Error);
  }
  try {
    require_fit("Subject", "Hi\nBcc: x");
    FAIL("accepted");
  } catch (const Error& e) {
    CHECK(e.message == "Subject holds a line break at byte 3");
  }
  Message m = message();
  m.to.address = "zoe@example.com>\nBcc: evil@example.com";
  CHECK_THROWS_AS(eml(m, noon, Zone::utc()), Error);
}

TEST_CASE("message ids are the same for a retry and new for a revision") {
  const auto id = [](int revision) {
    return message_id("key", "c", "notice", revision, "m@northwind.example");
  };
  CHECK(id(1) == id(1));
  CHECK(id(1) != id(2));
  CHECK(id(1).size() == 26 + std::string("@northwind.example").size());
  CHECK(id(1) != message_id("other key", "c", "notice", 1, "m@northwind.example"));
}

TEST_CASE("HTML is derived, escaped and loads nothing") {
  const std::string html = html_of(
      "Hello <b>\"Zoë\"</b> & co,\n\n- one\n- two\n\nMaya\n+44 20 7946 0018 "
      "(Mon-Sat)\nmaya@northwind.example\n"
      "See https://northwind.example/a?b=1&c=2.\n",
      "en-GB");
  CHECK(html.find("<p>Hello &lt;b&gt;&quot;Zoë&quot;&lt;/b&gt; &amp; co,</p>") != std::string::npos);
  CHECK(html.find("<ul>\n<li>one</li>\n<li>two</li>\n</ul>") != std::string::npos);
  CHECK(html.find("<a href=\"tel:+442079460018\">+44 20 7946 0018</a> (Mon-Sat)<br>") != std::string::npos);
  CHECK(html.find("<a href=\"mailto:maya@northwind.example\">maya@northwind.example</a>") !=
        std::string::npos);
  CHECK(html.find("<a href=\"https://northwind.example/a?b=1&amp;c=2\">") != std::string::npos);
  CHECK(html.find("<html lang=\"en-GB\">") != std::string::npos);
  CHECK(html_of("Hello Bilal,\n", "en", "A & B are late").find("<title>A &amp; B are late</title>") != std::string::npos);
  CHECK(html_of("x\n", "ar").find("dir=\"rtl\"") != std::string::npos);
  CHECK(html_of("javascript:alert(1) http://x.example\n", "en").find("href") == std::string::npos);
}

TEST_CASE("names, subjects and texts survive, read by Python") {
  const std::vector<std::string> names = {
      "",
      "Zoë",
      "O'Neil, Seán \"Jack\"",
      "田中 太郎",
      "Jean-Marie d'Hérouville-Saint-Clair de la Tour-du-Pin-Montauban et autres lieux",
      "a\\b",
      "=?utf-8?Q?fake?=",
      "Anna (VIP)",
      "नमस्ते दुनिया",
      "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂"};
  std::vector<std::string> subjects = {"Hi", "Tëst, with \"quotes\" and =?utf-8?Q?x?=", std::string(300, 'x'),
                                       "two  blanks", "田中様、申し訳ありません"};
  std::string words;
  for (int i = 0; i < 60; ++i) words += "ein längeres Wort ";
  subjects.push_back(words + "Ende");
  subjects.push_back("plain words that fold " + std::string(55, 'y') +
                     " and go on for quite a while, with one more " + std::string(55, 'z') + " end");
  const std::string text = "From the start.\n.\n..dots\n~!rm\n--=_amends\n\ttab and trailing blank \n=3D\n" +
                           std::string(75, 'a') + "From here. and\n" + std::string(74, 'b') + ".. ~~\n" +
                           std::string(200, '.') + "\n" + std::string(75, 'c') + "ëëë\n\n\nEnd 🙂\n";
  std::string mbox;
  std::vector<Message> sent;
  for (std::size_t i = 0; i < std::max(names.size(), subjects.size()); ++i) {
    Message m = message();
    m.to.name = names[i % names.size()];
    m.reply_to.name = m.to.name;
    m.subject = subjects[i % subjects.size()];
    m.text = text;
    m.html = html_of(text, "en-GB");
    m.automatic = i % 2 == 0;
    mbox += mbox_entry(m, noon, Zone::utc());
    sent.push_back(m);
  }
  int exit = 0;
  const std::string seen = read_back(mbox, exit);
  if (seen.empty()) {
    MESSAGE("skipped: python3 missing");
    return;
  }
  CHECK_MESSAGE(exit == 0, seen);
  std::size_t at = 0;
  for (const Message& m : sent) {
    for (const std::string& field : {fmt::format("\"to\": {{\n   \"name\": {}", json(m.to.name)),
                                     fmt::format("\"subject\": {}", json(m.subject))}) {
      at = seen.find(field, at);
      REQUIRE_MESSAGE(at != std::string::npos, field);
    }
    std::string told = text;
    for (auto tab = told.find('\t'); tab != std::string::npos; tab = told.find('\t'))
      told.replace(tab, 1, "\\t");
    std::string quoted = json(told);
    for (auto tab = quoted.find("\\\\t"); tab != std::string::npos; tab = quoted.find("\\\\t"))
      quoted.erase(tab, 1);
    CHECK(seen.find("\"text\": " + quoted, at) != std::string::npos);
  }
}

}  // namespace amends
