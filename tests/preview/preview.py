#!/usr/bin/python3
"""The page of amends draft --preview in a browser. Usage: preview.py AMENDS   SHOTS=FOLDER keeps pictures.

Opened in headless Chromium at the width of a telephone and of a desk, in light and in dark: no message on the console,
nothing fetched, nothing wider than the window, each text 4.5 : 1 against what is behind it, and every letter shown as it
is. Skipped (77) where there is no Chromium.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from browser import CHROMIUM, Browser

AMENDS = str(pathlib.Path(sys.argv.pop(1)).resolve())

PROJECT = """
[shop]
name     = "Tea & <Co>"
timezone = "Europe/London"
currency = "GBP"
locale   = "en-GB"
signatory = { name = "Maya Chen", email = "maya@shop.example" }
contact   = { phone = "+44 20 7946 0018", hours = "Mon-Sat 8-20" }
[sources.orders]
path = "orders.csv"
[[guarantee]]
name = "stated-date"
due  = { field = "promised_at" }
[[policy.delay.rule]]
name = "late"
when = { kind = "late" }
give = [ { kind = "refund", amount = "10%", of = "order_value" } ]
[[message]]
purpose  = "notice"
template = "late"
"""
ORDERS = """order_id,placed_at,promised_at,delivered_at,order_value,email,first_name,customer_name,locale
1,2026-04-01,2026-04-08,2026-04-09,40.00,ana@example.com,Ana,"Ana </iframe></pre><script>alert(1)</script>",en-GB
2,2026-04-01,2026-04-08,2026-04-10,90.00,a.very.long.mailbox.of.somebody.who.likes.long.names.indeed@a-domain-that-is-as-long.example.com,Tom,Tom Iliffe,de-DE
3,2026-04-01,2026-04-08,2026-04-11,50.00,zoe@example.com,Zoë,Zoë 'the "Tea" & co' Whitfield,en-GB
4,2026-04-01,2026-04-08,2026-04-11,50.00,,Bo,Bo Lind,en-GB
5,2026-04-01,2026-04-08,2026-04-12,55.00,lee@example.com,Lee,Lee Ade,ar
"""
HAND_WRITTEN = """Subject: Order {{ order.id }} of {{ customer.name }}

Hello {{ customer.first_name }},

your order {{ order.id }} came late. That is our fault, valued customer. I refunded {{ total | money }}.

Averyverylongwordthatnobodywouldwritebutthatmayappearinthenameofsomethingthatonecanbuyinashopsomewhere

Maya Chen
"""
ARABIC = """Subject: طلبك {{ order.id }}

مرحبا {{ customer.first_name }}،

وصل طلبك متأخرا، ونحن نعتذر.

Maya Chen
"""

# What this page says besides.
LETTERS = """
  looked.letters = [...document.querySelectorAll('article')].map(a => ({ subject: a.querySelector('h2').innerText, text: a.querySelector('pre').textContent,
    html: a.querySelector('iframe') ? a.querySelector('iframe').srcdoc : null, sandbox: a.querySelector('iframe') ? a.querySelector('iframe').getAttribute('sandbox') : null,
    findings: [...a.querySelectorAll('.findings code')].map(c => c.innerText), facts: [...a.querySelectorAll('th')].map(c => c.textContent) }));
  looked.aside = document.querySelector('#aside') ? document.querySelector('#aside').innerText : ''"""


class Preview(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-preview-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "amends.toml").write_text(PROJECT)
        (cls.folder / "orders.csv").write_text(ORDERS)
        for language, words in (("en", HAND_WRITTEN), ("ar", ARABIC)):
            (cls.folder / "templates" / language).mkdir(parents=True)
            (cls.folder / "templates" / language / "late.liquid").write_text(words)
        cls.amends("draft", "--preview", "page.html")
        cls.lines = [json.loads(line) for line in cls.amends("draft", "--format", "jsonl").splitlines()]
        cls.letters = [line for line in cls.lines if line["type"] == "message"]
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def amends(cls, *words):
        done = subprocess.run([AMENDS, *words, "--as-of", "2026-04-20", "-q"], cwd=cls.folder, capture_output=True, stdin=subprocess.DEVNULL, text=True)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def views(self):
        for width in (360, 1280):
            for scheme in ("light", "dark"):
                page = self.browser.open(self.folder / "page.html", width, scheme, LETTERS)
                if os.environ.get("SHOTS"):
                    self.browser.shoot(pathlib.Path(os.environ["SHOTS"]) / f"preview-{width}-{scheme}.png")
                yield f"{width} px, {scheme}", width, page

    def test_it_is_silent_and_fetches_nothing(self):
        for view, _, page in self.views():
            self.assertEqual(self.browser.said(), [], view)
            self.assertEqual([url for url in self.browser.fetched() if not url.startswith(("file:", "data:", "about:"))], [])
            self.assertEqual(page["scripts"], 0)

    def test_nothing_is_wider_than_the_window(self):
        for view, width, page in self.views():
            self.assertLessEqual(width - 20, page["room"], view)  # beside the bar it is scrolled by
            self.assertEqual((page["wide"], page["scroll"]), ([], page["room"]), view)

    def test_every_text_can_be_read(self):
        for view, _, page in self.views():
            self.assertGreater(len(page["texts"]), 40)
            self.assertEqual([text for text in page["texts"] if text[1] < 4.5], [], view)

    def test_every_letter_is_shown_as_it_is(self):
        page = self.browser.open(self.folder / "page.html", 1280, "light", LETTERS)
        self.assertEqual(len(self.letters), 4)
        self.assertEqual([(l["subject"], l["text"], l["html"]) for l in page["letters"]], [(l["subject"], l["text"], l["html"]) for l in self.letters])
        self.assertEqual({l["sandbox"] for l in page["letters"]}, {""})
        self.assertIn("hollow_words", page["letters"][0]["findings"])
        self.assertIn("customer.first_name", page["letters"][0]["facts"])
        self.assertNotIn("order.placed_at", page["letters"][0]["facts"])
        self.assertIn("no e-mail address is known", page["aside"])
        self.assertEqual(page["title"], "Letters of Tea & <Co>")

    def test_letters_that_wait_are_shown_with_their_facts(self):
        self.amends("run")
        self.amends("draft", "--preview", "waiting.html")
        page = self.browser.open(self.folder / "waiting.html", 1280, "light", LETTERS)
        self.assertEqual([l["text"] for l in page["letters"]], [l["text"] for l in self.letters])
        self.assertTrue(all("total" in l["facts"] for l in page["letters"][:1]))


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        sys.exit(77)
    unittest.main()
