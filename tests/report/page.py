#!/usr/bin/python3
"""The page of amends report --html in a browser. Usage: page.py AMENDS ROOT SHOTS

At the width of a telephone and of a desk, in light and in dark: no message on the console, nothing fetched, nothing wider
than the window, each text 4.5 : 1 against what is behind it, every picture with its table. Pictures of it go to SHOTS.
ROOT/examples/northwind is one of the shops. Skipped (77) where there is no Chromium.
"""
import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import shop
from browser import CHROMIUM, Browser

SHOTS = pathlib.Path(sys.argv.pop(3)).resolve()
ROOT = pathlib.Path(sys.argv.pop(2)).resolve()
AMENDS = str(pathlib.Path(sys.argv.pop(1)).resolve())
NAMES = ["</svg><script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "A carrier with a name as long as nobody has ever seen one", "日本通運日本通運日本通運日本通運日本通運", "averyveryverylongnamewithoutanyblankthatabrowsercouldbreakitat"]
# What this page says besides: every picture's columns and rows against its room.
PICTURES = """
  looked.pictures = [...document.querySelectorAll('svg')].map(s => { const room = s.getBoundingClientRect();
    return { label: s.getAttribute('aria-label'), height: room.height, outside: [...s.querySelectorAll('rect, text')].map(e => e.getBoundingClientRect())
      .filter(b => b.width > 0 && (b.left < room.left - 0.5 || b.right > room.right + 0.5 || b.top < room.top - 0.5 || b.bottom > room.bottom + 0.5)).length,
      collisions: (() => { const boxes = [...s.querySelectorAll('text')].map(e => e.getBoundingClientRect()); let n = 0;
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => { if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4) n++; })); return n; })() }; });
  looked.tables = document.querySelectorAll('table').length; looked.sections = [...document.querySelectorAll('section')].map(s => s.id)"""


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-report-page-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        SHOTS.mkdir(parents=True, exist_ok=True)
        cls.pages = {"northwind": cls.northwind(), "shop": cls.invented(), "names": cls.with_names(), "empty": cls.empty()}
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def northwind(cls):
        folder = cls.folder / "northwind"
        shutil.copytree(ROOT / "examples/northwind", folder, ignore=shutil.ignore_patterns("*.db*"))
        for words in (["run", "--as-of", "2026-03-20"], ["draft", "--hand-over", "--format", "mbox", "-o", "letters.mbox", "--as-of", "2026-03-20"], ["run", "--as-of", "2026-03-27"],
                      ["report", "--as-of", "2026-03-28", "--html", "page.html"]):
            done = subprocess.run([AMENDS, *words, "-q"], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, text=True)
            assert done.returncode in (0, 3), done.stderr
        return folder / "page.html"

    @classmethod
    def of(cls, name, **made):
        folder = cls.folder / name
        folder.mkdir()
        return shop.Shop(AMENDS, folder, **made)

    @classmethod
    def invented(cls):
        invented = cls.of("shop")
        invented.pass_nights()
        invented.amends("report", "--html", "page.html")
        return invented.folder / "page.html"

    @classmethod
    def with_names(cls):
        named = cls.of("names", orders=60)
        named.write_rows("orders.csv", [{**o, "carrier": NAMES[i % 5], "region": NAMES[i % 5], "cause": ""} for i, o in enumerate(named.orders)])
        named.write_rows("contacts.csv", [{**c, "subject": NAMES[i % 5], "order_id": f"A{i}", "first_reply_at": ""} for i, c in enumerate(named.contacts)])
        named.amends("report", "--html", "page.html")
        return named.folder / "page.html"

    @classmethod
    def empty(cls):
        none = cls.of("empty", orders=1, contacts=1)
        none.amends("report", "--html", "page.html", as_of="2026-01-02")
        return none.folder / "page.html"

    def views(self):
        for name, path in self.pages.items():
            for width in (360, 1280):
                for scheme in ("light", "dark"):
                    page = self.browser.open(path, width, scheme, PICTURES)
                    self.browser.shoot(SHOTS / f"report-{name}-{width}-{scheme}.png")
                    yield f"{name}, {width} px, {scheme}", name, width, page

    def test_it_can_be_read_everywhere(self):
        seen = set()
        for view, name, width, page in self.views():
            self.assertEqual(self.browser.said(), [], view)
            self.assertEqual([url for url in self.browser.fetched() if not url.startswith(("file:", "data:"))], [], view)
            self.assertEqual(page["scripts"], 0, view)
            self.assertLessEqual(width - 20, page["room"], view)  # beside the bar it is scrolled by
            self.assertEqual((page["wide"], page["scroll"]), ([], page["room"]), view)
            self.assertGreater(len(page["texts"]), 10, view)
            self.assertEqual([text for text in page["texts"] if text[1] < 4.5], [], view)
            self.assertEqual([p["label"] for p in page["pictures"] if p["outside"] or p["collisions"] or p["height"] < 30], [], view)
            self.assertEqual(bool(page["pictures"]), name != "empty", view)
            seen |= set(page["sections"])
        self.assertLessEqual({"time", "by-kind", "by-carrier", "by-region", "by-guarantee", "by-cause", "money", "speed", "telling", "topics", "replies", "unlike", "again", "estimate"}, seen)

    def test_a_shop_s_name_is_its_title(self):
        self.assertEqual(self.browser.open(self.pages["shop"], 1280, "light")["title"], "Tea & <Co>, report")


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        sys.exit(77)
    with contextlib.suppress(BrokenPipeError):
        unittest.main()
