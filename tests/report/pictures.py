#!/usr/bin/python3
"""Draws the pictures of the documentation: doc/report-northwind.png, and where the Olist data is, doc/report-olist.png.
Usage: pictures.py AMENDS ROOT [OLIST]

The pages as amends report --html writes them of examples/northwind after two nights and of the Olist orders after one,
their tables closed. Exit 77 where there is no Chromium.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from browser import CHROMIUM, Browser

WIDTH, HEIGHT, SCALE = 1040, 1700, 0.75


def amends(program, folder, *words):
    done = subprocess.run([program, *words, "-q"], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)


def northwind(program, root, folder):
    shutil.copytree(root / "examples/northwind", folder, ignore=shutil.ignore_patterns("*.db*"))
    amends(program, folder, "run", "--as-of", "2026-03-20")
    amends(program, folder, "draft", "--hand-over", "--format", "mbox", "-o", "letters.mbox", "--as-of", "2026-03-20")
    amends(program, folder, "run", "--as-of", "2026-03-27")
    amends(program, folder, "report", "--as-of", "2026-03-28", "--html", "page.html")
    return folder / "page.html"


def olist(program, root, data, folder):
    folder.mkdir()
    for file in data.glob("olist_*.csv"):
        (folder / file.name).symlink_to(file)
    (folder / "amends.toml").write_text((root / "tests/olist/amends.toml").read_text() + '\n[run]\nbrake = "off"\n')
    amends(program, folder, "run", "--backlog", "--as-of", "2018-09-01")
    amends(program, folder, "report", "--as-of", "2018-09-01", "--html", "page.html")
    return folder / "page.html"


def draw(browser, page, path):
    browser.open(page, WIDTH, "light")
    browser.ask("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = false)")
    browser.shoot(path, height=HEIGHT, scale=SCALE)
    print(f"{path}: {path.stat().st_size} bytes")


def main():
    program, root = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    data = pathlib.Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else None
    (root / "doc").mkdir(exist_ok=True)
    browser = Browser()
    with tempfile.TemporaryDirectory() as scratch:
        draw(browser, northwind(str(program), root, pathlib.Path(scratch) / "northwind"), root / "doc/report-northwind.png")
        if data and data.is_dir():
            draw(browser, olist(str(program), root, data, pathlib.Path(scratch) / "olist"), root / "doc/report-olist.png")
    browser.close()


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        sys.exit(77)
    main()
