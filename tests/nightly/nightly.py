#!/usr/bin/env python3
"""The promises of the nightly run, on invented orders: killed, repeated, shuffled, in nights or at once.

    nightly.py AMENDS PART...    parts: kill again shuffled nights together piped quiet; none: all

Prints what it counted.
"""
import csv
import fcntl
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from project import Project, end, expect  # noqa: E402

AMENDS = os.path.abspath(sys.argv[1])
LAST_NIGHT = "2026-04-01"
CONFIG = """
[shop]
name      = "Night Shop"
timezone  = "Europe/London"
currency  = "GBP"
locale    = "en-GB"
signatory = { name = "Maya Chen", email = "maya@night.example" }

[sources.orders]
path = "orders.csv"
[sources.shipments]
path = "shipments.csv"
[sources.customers]
path = "customers.csv"

[[guarantee]]
name  = "express"
when  = { service = "express" }
start = "placed_at"
due   = { business_days = 1, cutoff = "14:00", at = "21:00" }

[[guarantee]]
name = "stated-date"
due  = { field = "promised_at" }

[policy.delay]
[[policy.delay.rule]]
when = { kind = "late", late_days = ">= 4" }
give = [ { kind = "refund", amount = "20%", of = "order_value", max = "30.00" }, { kind = "call", within = "1 day" } ]
[[policy.delay.rule]]
when = { kind = "late", late_days = ">= 1" }
give = [ { kind = "credit", amount = "7.5%", of = "order_value", min = "1.00" } ]

[policy.waiting]
[[policy.waiting.rule]]
when = { service = "express" }
give = [ { kind = "credit", amount = "1.00", per = "day", max = "10.00", pay = "nightly" } ]

[[policy.cap]]
per = "person"
within = "90 days"
max = "60.00"

[[message]]
purpose  = "notice"
when     = { kind = "late" }
template = "late"
[[message]]
purpose  = "notice"
when     = { kind = "overdue" }
template = "overdue"
[[message]]
purpose  = "resolved"
template = "resolved"

[ledger]
since = 2026-01-01
[run]
brake = "off"
"""


def invented_records(orders=2500, people=400):
    """Rows by file: header first. A fixed seed: the same shop every time."""
    chance = random.Random(4471)
    stamp = lambda t: t.strftime("%Y-%m-%dT%H:%M")
    files = {"orders.csv": [["order_id", "customer_id", "placed_at", "promised_at", "status", "service", "order_value"]],
             "shipments.csv": [["order_id", "shipment_id", "shipped_at", "delivered_at"]],
             "customers.csv": [["customer_id", "customer_name", "first_name", "email"]]}
    for n in range(people):
        email = "" if n % 50 == 7 else f"person{n}@people.example"
        files["customers.csv"].append([f"C{n}", f"Person, {n}", f"Name {n}", email])
    for n in range(orders):
        placed = datetime(2026, 3, 1) + timedelta(minutes=chance.randrange(28 * 24 * 60))
        promised = placed + timedelta(days=chance.randrange(2, 5))
        arrived = placed + timedelta(hours=chance.randrange(20, 200))
        known = arrived < datetime(2026, 4, 1)
        files["orders.csv"].append([f"N{n}", f"C{chance.randrange(people)}", stamp(placed), promised.strftime("%Y-%m-%d"),
                                    "delivered" if known else "shipped", chance.choice(["express", "standard", "standard"]),
                                    f"{chance.randrange(500, 20000) / 100:.2f}"])
        parcels = 2 if n % 10 == 0 else 1
        for k in range(parcels):
            when = stamp(arrived - timedelta(hours=3 * k)) if known else ""
            files["shipments.csv"].append([f"N{n}", f"S{n}-{k}", stamp(placed + timedelta(hours=6)), when])
    return files


class Shop(Project):
    def __init__(self, records, shuffle=None):
        super().__init__(AMENDS)
        self.write("amends.toml", CONFIG)
        for name, (head, *rows) in records.items():
            if shuffle:
                shuffle.shuffle(rows)
            self.write_rows(name, [head, *rows])

    def run(self, night=LAST_NIGHT):
        return json.loads(self.amends("run", "--as-of", night, "--summary", "json"))

    def grants(self):
        return self.amends("ledger", "export")

    def letters(self):
        """What waits in the outbox. Message ids are keyed by each ledger's own secret, and stand in what digests are of."""
        lines = self.lines("draft", "--as-of", LAST_NIGHT, "-q")
        for line in lines:
            for own in ("message_id", "digest"):
                line.pop(own, None)
        return lines


def kill(records):
    chance = random.Random(50)
    whole = Shop(records)
    began = time.monotonic()
    whole.run()
    length = time.monotonic() - began
    grants, letters = whole.grants(), whole.letters()
    killed, equal = 0, 0
    shop = Shop(records)
    for _ in range(50):
        shop.without_ledger()
        process = shop.start("run", "--as-of", LAST_NIGHT, "--summary", "json")
        time.sleep(chance.uniform(0, length))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        shop.run()
        equal += shop.grants() == grants and shop.letters() == letters
    expect("50 runs killed at random moments, run again: as if never killed", equal == 50, f"{equal} equal, {killed} killed in the run")
    expect("kills hit the run", killed > 0, str(killed))
    whole.close()
    shop.close()


def again(records):
    shop = Shop(records)
    first, second = shop.run(), shop.run()
    expect("the first run grants", first["granted"]["count"] > 100 and first["letters"] > 100,
           f"{first['granted']['count']} remedies, {first['letters']} letters, {first['held']['count']} held")
    expect("the same run again grants, holds and drafts nothing",
           (second["granted"]["count"], second["held"]["count"], second["letters"]) == (0, 0, 0))
    shop.close()


def shuffled(records):
    plain, mixed = Shop(records), Shop(records, shuffle=random.Random(7))
    for arguments in (["check", "--as-of", LAST_NIGHT, "--sort", "order", "--format", "jsonl"], ["run", "--as-of", LAST_NIGHT],
                      ["ledger", "export"]):
        expect(f"{' '.join(arguments[:1])}: the same bytes from shuffled files", plain.amends(*arguments) == mixed.amends(*arguments))
    expect("letters: the same from shuffled files", plain.letters() == mixed.letters())
    plain.close()
    mixed.close()


def sums(export):
    """Money by case, table and kind: what ten nights and one night must agree on."""
    total = Counter()
    for row in csv.DictReader(io.StringIO(export)):
        total[row["case"], row["table"], row["remedy"], row["state"]] += Decimal(row["amount"] or 0)
    return total


def nights(records):
    # Caps are served in the order the nights come, so they are lifted here: each case must end at its own sum.
    nightly, once = Shop(records), Shop(records)
    for shop in (nightly, once):
        shop.write("amends.toml", CONFIG.replace('max = "60.00"', 'max = "100000.00"'))
    for day in range(2, 32):
        nightly.run(f"2026-03-{day:02}")
    nightly.run()
    once.run()
    by_night, at_once = sums(nightly.grants()), sums(once.grants())
    late = lambda total: {k: v for k, v in total.items() if k[1] == "delay"}
    expect("31 nights and one night end in the same grants for what was late", late(by_night) == late(at_once), f"{len(late(at_once))} sums")
    expect("what grew by the day ends at the same sums", by_night == at_once, f"{len(at_once)} sums")
    nightly.close()
    once.close()


def together(records):
    shop = Shop(records)
    with open(os.path.join(shop.folder, "amends.db-lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = shop.start("run", "--as-of", LAST_NIGHT)
        held.communicate()
        expect("a run ends with 4 while another holds the ledger", held.returncode == 4, str(held.returncode))
    processes = [shop.start("run", "--as-of", LAST_NIGHT, "-q", "--wait", "60 s") for _ in range(4)]
    processes += [shop.start("run", "--as-of", LAST_NIGHT, "-q") for _ in range(4)]
    for process in processes:
        process.communicate()
    codes = Counter(process.returncode for process in processes)
    whole = Shop(records)
    whole.run()
    expect("eight runs at once grant each grant once", shop.grants() == whole.grants(), f"exit codes {dict(codes)}")
    expect("those that wait all end well", all(p.returncode in (0, 3) for p in processes[:4]))
    shop.close()
    whole.close()


def piped(records):
    shop = Shop(records)
    alone = shop.amends("draft", "--as-of", LAST_NIGHT, "--format", "jsonl", "-q")
    pipe = f"'{AMENDS}' check --as-of {LAST_NIGHT} -q | '{AMENDS}' compensate -q | '{AMENDS}' draft --format jsonl -q"
    done = subprocess.run(pipe, shell=True, cwd=shop.folder, capture_output=True, text=True)
    expect("check | compensate | draft writes what draft alone writes", done.stdout == alone,
           f"{len(alone.splitlines())} lines")
    shop.close()


FOLLOWUP = """
[[message]]
purpose  = "followup"
after    = "5 days"
template = "followup"
[[policy.cap]]
per = "shop"
within = "10 days"
max = "1500.00"
"""


def changed(records, day, chance):
    """What a night brings that the one before did not know: a corrected time, an order gone, another address."""
    orders, shipments, customers = (records[name] for name in ("orders.csv", "shipments.csv", "customers.csv"))
    for row in chance.sample(shipments[1:], 12):
        row[3] = row[3] and (datetime.fromisoformat(row[3]) + timedelta(days=chance.choice([-3, -1, 1]))).strftime("%Y-%m-%dT%H:%M")
    for row in chance.sample(orders[1:], 6):
        row[6] = f"{chance.randrange(500, 20000) / 100:.2f}"
    if day % 7 == 0:
        del orders[chance.randrange(1, len(orders))]
        chance.choice(customers[1:])[3] = f"moved{day}@people.example"


def quiet(records):
    """Nights that leave out what has not changed, beside nights that look at everything."""
    plain, whole = Shop(records), Shop(records)
    for config in (CONFIG, CONFIG + FOLLOWUP):
        chance, left_out = random.Random(91), 0
        for shop in (plain, whole):
            shop.without_ledger()
            shop.write("amends.toml", config)
        for day in range(2, 32):
            changed(records, day, chance)
            for shop in (plain, whole):
                for name, rows in records.items():
                    text = io.StringIO()
                    csv.writer(text).writerows(rows)
                    shop.write(name, text.getvalue())
                night = f"2026-03-{day:02}"
                if day % 5 == 0:
                    shop.amends("draft", "--as-of", night, "--hand-over", "--format", "mbox", "-o", f"letters-{len(config)}-{day}.mbox", "-q")
                if day % 9 == 0:
                    shop.amends("ledger", "approve", "--reason", "cap", "--by", "Maya", "--yes", "-q", may=(0, 2))
                if day == 20:
                    shop.write("amends.toml", config.replace('amount = "7.5%"', 'amount = "8%"'))
                if shop is whole and day > 2:
                    with sqlite3.connect(os.path.join(shop.folder, "amends.db")) as ledger:
                        left_out += ledger.execute("DELETE FROM quiet_cases").rowcount
                shop.run(night)
        expect("nights that leave out quiet cases end as those that look at all", plain.grants() == whole.grants() and plain.letters() == whole.letters(),
               f"{len(sums(whole.grants()))} sums, {len(whole.letters())} letters, {left_out} times a case was left out")
        expect("cases are left out", left_out > 1000, str(left_out))
    plain.close()
    whole.close()


PARTS = {part.__name__: part for part in (again, shuffled, nights, together, piped, kill, quiet)}
for name in sys.argv[2:] or PARTS:
    PARTS[name](invented_records())
end()
