#!/usr/bin/env python3
"""10,000 rows of hostile records through a run, every format and on through a sending into a Maildir: no crash, no header
that was not written by amends, no file outside of where it was asked for, nobody's letter to anybody else, and every row is
counted.

    hostile.py AMENDS
"""
import csv
import email
import email.policy
import io
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from decimal import Decimal

from postbox import NOW
from shop import CONFIG, NIGHT, Shop, end, expect

ROWS = 10_000
NASTY = ["\r\nBcc: evil@evil.example", "\nX-Injected: yes", "\r\n\r\n<script>", "../../../escaped", "/tmp/escaped", "..", ".", "a\0b", "$(touch escaped)", "`touch escaped`",
         "; touch escaped", "'; DROP TABLE grants; --", "%s%n%d", "{{ shop.name }}", "{% include 'x' %}", "=1+1", "\u202e\u2066evil", "\U0001f4a9" * 20, "\ufffe", "\x1b[31m", "\x7f",
         "=?utf-8?q?=0ABcc:_x?=", '"', "'", ",", ";  date:2001-01-01", "|", "(", "é" * 300, "A" * 3000, "\udc80\udcff", "From me", "--boundary", "&amp;<b>", "\t", " ", ""]
AMOUNTS = ["12.50", "99999999999999999999", "-5.00", "0", "1e9", "NaN", "12,50", "1.005", "", "٣٤.٥", "9223372036854775807", "0x10"]
TIMES = ["2026-03-05", "2026-03-05T10:00", "0000-00-00", "9999-12-31", "2026-02-30", "", "yesterday", "2026-03-05T25:00", "1900-01-01", "2026-03-09T12:00+14:00", "\x00"]
chance = random.Random(10)


def spoilt(plain):
    pick = chance.random()
    if pick < 0.5:
        return plain
    nasty = chance.choice(NASTY)
    return nasty if pick < 0.7 else plain + nasty if pick < 0.9 else nasty + plain


def mostly(plain, others, share=0.85):
    return plain if chance.random() < share else chance.choice(others)


def rows():
    yield ["order_id", "customer_id", "placed_at", "promised_at", "delivered_at", "status", "order_value", "email", "customer_name", "first_name"]
    for n in range(ROWS):
        placed = f"2026-03-{1 + n % 20:02}T10:00"
        yield [spoilt(f"H{n}"), spoilt(f"C{n % 997}"), mostly(placed, TIMES), mostly(f"2026-03-{3 + n % 20:02}", TIMES), mostly(f"2026-03-{4 + n % 24:02}T09:00", TIMES),
               mostly("delivered", NASTY, 0.97), mostly(f"{5 + n % 90}.00", AMOUNTS), spoilt(f"h{n}@people.example") if n % 3 else f"h{n}@people.example", spoilt(f"Name {n}"), spoilt(f"N{n}")]


outer = tempfile.mkdtemp(prefix="amends-hostile-")
tempfile.tempdir = outer
text = io.StringIO()
csv.writer(text).writerows(rows())
shop = Shop({"orders.csv": []}, CONFIG.replace('[sources.customers]\npath = "customers.csv"\n', "").replace('name      = "Proof Shop"', 'name      = "Proof Shop"\nid = "proof"'))
shop.write("orders.csv", text.getvalue())


def files():
    return {os.path.relpath(os.path.join(base, name), outer) for base, _, names in os.walk(outer) for name in names}


before = files()
code, out, faults = shop.done("run", "--as-of", NIGHT, "--summary", "json", "--rejects", "rejects.csv")
expect("the run ends in good order", code in (0, 3), f"exit {code} {faults[-200:] if code not in (0, 3) else ''}")
summary = json.loads(out)
ids = [row[0] for row in csv.reader(io.StringIO(text.getvalue(), newline=""))][1:]
kept = summary["orders"] + summary["rejected"]
cases = summary["in_time"] + summary["open"] + summary["missed"] + summary["unmatched"]
expect("every row is an order, a later row of one, or set aside with its reason", 0 <= ROWS - kept <= ROWS - len({i.strip() for i in ids}) and summary["rejected"] > 100,
       f"{ROWS} rows: {summary['orders']} orders, {summary['rejected']} set aside, {ROWS - kept} further rows of an order")
expect("every order is counted", cases <= summary["orders"], f"{summary['missed']} missed, {summary['in_time']} in time, {summary['open']} open, {summary['unmatched']} under no guarantee")
expect("much of it gets through", summary["granted"]["count"] > 1000 and summary["letters"] > 500, f"{summary['granted']['count']} remedies, {summary['letters']} letters, {summary['held']['count']} held")
expect("the ledger verifies", shop.findings() == [], str(shop.findings())[:300])
again = json.loads(shop.amends("run", "--as-of", NIGHT, "--summary", "json"))
expect("a second run grants nothing", again["granted"]["count"] == again["held"]["count"] == again["letters"] == 0)

grants = [json.loads(line) for line in shop.amends("ledger", "export", "--format", "jsonl").splitlines()]
told = Decimal(summary["granted"]["amounts"]["GBP"])
expect("the export adds up to what the run told", sum(Decimal(g["amount"]) for g in grants if g["state"] == "granted" and g["amount"]) == told, str(told))
for format_, read in (("csv", lambda t: list(csv.DictReader(io.StringIO(t, newline="")))), ("json", json.loads)):
    same = read(shop.amends("ledger", "export", "--format", format_))
    expect(f"the export as {format_} has the same keys", [g["grant"] for g in same] == [g["grant"] for g in grants], f"{len(same)} grants")
for words in (["ledger", "export", "--format", "tsv"], ["ledger", "list"], ["check", "--as-of", NIGHT, "--format", "table"], ["check", "--as-of", NIGHT, "--format", "csv"], ["check", "--as-of", NIGHT, "--format", "jsonl"],
              ["compensate", "--as-of", NIGHT, "--format", "jsonl"], ["draft", "--as-of", NIGHT, "--format", "text", "-q"], ["draft", "--as-of", NIGHT, "--format", "jsonl", "-q"], ["calls", "--as-of", NIGHT]):
    code, out, faults = shop.done(*words)
    expect(f"amends {' '.join(words)} ends in good order", code in (0, 3), f"exit {code}, {len(out)} bytes {faults[-200:] if code not in (0, 3) else ''}")

ALLOWED = {"from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding", "auto-submitted", "content-language", "x-amends-message"}
shop.amends("draft", "--as-of", NIGHT, "--format", "mbox", "-o", "letters.mbox", "-q")
with open(shop.path("letters.mbox"), "rb") as file:
    box = file.read()
messages = re.split(rb"(?:^|\n\n)From [^\n]*\n", box)[1:]


def faults_of(raw):
    """What a mail server would see in a letter that is not ours, or not right."""
    head = raw.split(b"\n\n", 1)[0]
    names = [line.split(b":", 1)[0].lower().decode("ascii", "replace") for line in head.split(b"\n") if not line.startswith((b" ", b"\t"))]
    found = [f"a header {name}" for name in sorted(set(names) - ALLOWED)]
    found += [f"two headers {name}" for name in sorted(set(names)) if names.count(name) > 1]
    if any(byte > 126 or (byte < 32 and byte not in (9, 10)) for byte in raw):
        found.append("raw bytes")
    if max(map(len, raw.split(b"\n"))) > 998:
        found.append("a line that servers cut")
    return found


def recipient_of(raw):
    to = email.message_from_bytes(raw, policy=email.policy.compat32)["To"].replace("\n", "")
    return to[to.rindex("<") + 1:].rstrip(">") if to.endswith(">") else to


wrong = [found for found in map(faults_of, messages) if found]
expect("letters have amends' own headers and no others", not wrong and len(messages) == summary["letters"], f"{len(messages)} letters {wrong[:3]}")

shop.amends("draft", "--as-of", NIGHT, "--format", "maildir", "-o", "drafts", "-q")
drafts = os.listdir(shop.path("drafts/new"))
expect("ids become names of files in a Maildir, and stay in it",
       len(drafts) == summary["letters"] and all(name.isascii() and name.isprintable() and len(name) < 256 for name in drafts),
       f"{len(drafts)} files, {max(map(len, drafts))} bytes the longest name")

# On their way: each into a Maildir of the mail command's.
MAILDIR = """#!/bin/sh
printf '%s\\0' "$@" >> asked
set -C
cat > box/tmp/$$ && mv -n box/tmp/$$ box/new/$$
"""
for folder in ("box", "box/tmp", "box/new", "box/cur"):
    os.mkdir(shop.path(folder))
shop.write("mail.sh", MAILDIR)
os.chmod(shop.path("mail.sh"), 0o755)
shop.amends("outbox", "approve", "--all", "--yes", "--by", "Maya", "-q")
code, answer, said = shop.done("send", "--yes", "--as-of", NIGHT, "--now", NOW, "--jobs", "4", "--via", "./mail.sh -t")
outbox = [json.loads(line) for line in shop.amends("outbox", "list", "--format", "jsonl").splitlines()]
expect("all of them are sent", code == 0 and {m["state"] for m in outbox} == {"handed"} and len(outbox) == summary["letters"],
       f"exit {code} {answer} {said}"[:300].replace("\n", " "))
left = {}
for name in os.listdir(shop.path("box/new")):
    with open(shop.path("box/new/" + name), "rb") as file:
        raw = file.read()
    left[email.message_from_bytes(raw, policy=email.policy.compat32)["Message-ID"].strip("<>")] = raw
expect("each has left once",
       len(os.listdir(shop.path("box/new"))) == len(left) == len(outbox) and set(left) == {m["message_id"] for m in outbox}, f"{len(left)} letters")
wrong = [found for found in map(faults_of, left.values()) if found]
expect("on the way, too, they have amends' own headers and no others", not wrong, str(wrong[:3]))
addresses = dict(shop.sql("SELECT key, letter ->> '$.to.email' FROM message_states"))
meant = {m["message_id"]: addresses[m["message"]] for m in outbox}
expect("each is to its own customer alone",
       {i: recipient_of(raw) for i, raw in left.items()} == meant and not any("evil@" in to or " " in to or "," in to for to in meant.values()),
       str([(recipient_of(left[i]), to) for i, to in meant.items() if recipient_of(left[i]) != to][:3]))
with open(shop.path("asked"), "rb") as file:
    expect("the mail command is asked the same each time", set(file.read().rstrip(b"\0").split(b"\0")) == {b"-t"})
expect("nothing of a customer is printed", "@" not in answer + said)

journal = shop.amends("ledger", "export", "--format", "hledger")
shop.write("amends.journal", journal)
unbalanced, transactions = [], 0
for block in journal.split("\n\n")[1:]:
    lines = block.rstrip("\n").split("\n")
    transactions += 1
    amounts = [Decimal(line.rsplit(" ", 1)[1]) for line in lines[1:]]
    if len(lines) != 3 or sum(amounts) != 0 or not all(line.startswith("    ") for line in lines[1:]):
        unbalanced.append(block)
expect("every transaction of the journal is in balance", not unbalanced and transactions == sum(1 for g in grants if g["state"] == "granted" and g["amount"]), f"{transactions} transactions {unbalanced[:1]}")
if shutil.which("hledger"):
    done = subprocess.run(["hledger", "-f", shop.path("amends.journal"), "check", "--strict"], capture_output=True, text=True)
    expect("hledger finds nothing wrong with it", done.returncode == 0, done.stderr[:300])
    owed = subprocess.run(["hledger", "-f", shop.path("amends.journal"), "balance", "liabilities:amends", "-N", "-O", "csv"], capture_output=True, text=True).stdout
    expect("hledger comes to the same sum", f"GBP -{told}" in owed, owed.replace("\n", " "))
else:
    print("skipped: hledger is not installed")

ours = {os.path.relpath(shop.path(name), outer) for name in (*shop.ledger_files(), "rejects.csv", "letters.mbox", "amends.journal", "mail.sh", "asked")}
ours |= {os.path.relpath(shop.path(folder + "/new/" + name), outer) for folder in ("box", "drafts") for name in os.listdir(shop.path(folder + "/new"))}
expect("no other file came into being", files() - before <= ours, str(sorted(files() - before - ours))[:200])
shutil.rmtree(outer)
end()
