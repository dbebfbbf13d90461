#!/usr/bin/python3
"""The page of amends draft --preview in a browser. Usage: preview.py AMENDS   SHOTS=FOLDER keeps pictures.

Opened in headless Chromium at the width of a telephone and of a desk, in light and in dark: no message on the console,
nothing fetched, nothing wider than the window, each text 4.5 : 1 against what is behind it, and every letter shown as it
is. Skipped (77) where there is no Chromium.
"""
import base64
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

AMENDS = str(pathlib.Path(sys.argv.pop(1)).resolve())
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

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

# What the page says of itself: what is too wide, and the contrast of every text.
LOOK = """(() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const linear = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const texts = [], wide = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    if (!n.data.trim()) continue;
    const a = light(parse(getComputedStyle(n.parentElement).color)), b = light(behind(n.parentElement));
    texts.push([n.data.trim().slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  const room = document.documentElement.clientWidth;
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (box.width > 0 && (box.right > room + 0.5 || box.left < -0.5)) wide.push(e.tagName + ' ' + box.right);
  }
  return JSON.stringify({ scroll: document.documentElement.scrollWidth, room, texts, wide, title: document.title,
    letters: [...document.querySelectorAll('article')].map(a => ({ subject: a.querySelector('h2').innerText, text: a.querySelector('pre').textContent,
      html: a.querySelector('iframe') ? a.querySelector('iframe').srcdoc : null, sandbox: a.querySelector('iframe') ? a.querySelector('iframe').getAttribute('sandbox') : null,
      findings: [...a.querySelectorAll('.findings code')].map(c => c.innerText), facts: [...a.querySelectorAll('th')].map(c => c.textContent) })),
    aside: document.querySelector('#aside') ? document.querySelector('#aside').innerText : '', scripts: document.scripts.length });
})()"""


class Browser:
    """One page of headless Chromium, by its DevTools protocol over a websocket of our own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="amends-preview-")
        self.process = subprocess.Popen([CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                                         "--disable-background-networking", "--remote-debugging-port=0", f"--user-data-dir={self.folder}", "about:blank"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.events, self.number = [], 0
        port = self.wait_for_port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=30) as answer:
            page = next(p for p in json.load(answer) if p["type"] == "page")
        self.connect(port, page["webSocketDebuggerUrl"].split(str(port), 1)[1])
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def wait_for_port(self):
        path = pathlib.Path(self.folder) / "DevToolsActivePort"
        for _ in range(1200):
            with contextlib.suppress(OSError, IndexError):
                return int(path.read_text().split()[0])
            time.sleep(0.05)
        raise SystemExit("Chromium does not answer")

    def connect(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        head = []
        while (line := self.stream.readline().strip()):
            head.append(line)
        accepted = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        assert any(line.lower().startswith(b"sec-websocket-accept:") and line.endswith(accepted) for line in head), head

    def send(self, text):
        data = text.encode()
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data)) if len(data) < 65536 else b"\xff" + struct.pack(">Q", len(data))
        self.socket.sendall(b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        text = b""
        while True:
            first, second = self.stream.read(2)
            size = second & 0x7F
            size = struct.unpack(">H", self.stream.read(2))[0] if size == 126 else struct.unpack(">Q", self.stream.read(8))[0] if size == 127 else size
            data = self.stream.read(size)
            if first & 0x0F not in (0, 1):
                continue
            text += data
            if first & 0x80:
                return json.loads(text)

    def ask(self, method, **params):
        self.number += 1
        self.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def wait_for(self, event):
        while not any(e.get("method") == event for e in self.events):
            self.events.append(self.receive())

    def open(self, path, width, scheme):
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=pathlib.Path(path).as_uri())
        self.wait_for("Page.loadEventFired")
        self.ask("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
        return json.loads(self.ask("Runtime.evaluate", expression=LOOK)["result"]["value"])

    def said(self):
        return [e for e in self.events if e.get("method") in ("Runtime.consoleAPICalled", "Log.entryAdded", "Runtime.exceptionThrown")]

    def fetched(self):
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def shoot(self, path):
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        self.stream.close()
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


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
                page = self.browser.open(self.folder / "page.html", width, scheme)
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
        page = self.browser.open(self.folder / "page.html", 1280, "light")
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
        page = self.browser.open(self.folder / "waiting.html", 1280, "light")
        self.assertEqual([l["text"] for l in page["letters"]], [l["text"] for l in self.letters])
        self.assertTrue(all("total" in l["facts"] for l in page["letters"][:1]))


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        sys.exit(77)
    unittest.main()
