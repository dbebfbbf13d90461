"""Headless Chromium for tests of pages: opened at the width of a telephone and of a desk, in light and in dark, a page tells
what is too wide and how each text stands out. CHROMIUM is None where there is no browser.
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
import tempfile
import time
import urllib.request

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# What every page says of itself: what is too wide, what scrolls sideways on its own account, and the contrast of every text.
LOOK = """
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const linear = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const colour = e => e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color;
  const texts = [], wide = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    if (!n.data.trim() || n.parentElement.tagName === 'title') continue;
    const a = light(parse(colour(n.parentElement))), b = light(behind(n.parentElement));
    texts.push([n.data.trim().slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  const room = document.documentElement.clientWidth;
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (!e.closest('.scroll table') && box.width > 0 && (box.right > room + 0.5 || box.left < -0.5)) wide.push(e.tagName + ' ' + box.right);
  }
  const looked = { scroll: document.documentElement.scrollWidth, room, texts, wide, title: document.title, scripts: document.scripts.length };
"""


class Browser:
    """One page of headless Chromium, by its DevTools protocol over a websocket of our own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="amends-browser-")
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

    def open(self, path, width, scheme, more=""):
        """`more`: JavaScript that adds to `looked`, what the page tells of itself."""
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=pathlib.Path(path).as_uri())
        self.wait_for("Page.loadEventFired")
        self.ask("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
        return json.loads(self.ask("Runtime.evaluate", expression=f"(() => {{ {LOOK} {more}; return JSON.stringify(looked); }})()")["result"]["value"])

    def said(self):
        return [e for e in self.events if e.get("method") in ("Runtime.consoleAPICalled", "Log.entryAdded", "Runtime.exceptionThrown")]

    def fetched(self):
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def shoot(self, path, height=None, scale=1):
        """The whole page, or its upper part."""
        self.ask("Emulation.setScrollbarsHidden", hidden=True)  # the picture has none, and lays the page out anew without
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip={"x": 0, "y": 0, "width": size["width"], "height": min(height or size["height"], size["height"]), "scale": scale})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        self.stream.close()
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
