#!/usr/bin/env python3
"""20,000 real orders: the misses, the amounts and the reruns their README names, to the cent.

    olist.py AMENDS DATA    DATA: the folder of the Olist files; where it is missing the test is skipped

Prints what it measured. Exit 77: skipped.
"""
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from decimal import Decimal

AMENDS, DATA = map(os.path.abspath, sys.argv[1:3])
HERE = os.path.dirname(os.path.abspath(__file__))
FILES = ["olist_orders_dataset.csv", "olist_order_items_dataset.csv", "olist_customers_dataset.csv"]
failures = []


def expect(what, got, wanted):
    print(f"{'ok  ' if got == wanted else 'FAIL'} {what}: {got}" + ("" if got == wanted else f", expected {wanted}"))
    if got != wanted:
        failures.append(what)


class Project:
    """A folder with the configuration, changed by replacements, and the data by link or shuffled."""

    def __init__(self, *replacements, shuffle=None):
        self.folder = tempfile.mkdtemp(prefix="olist-")
        text = open(os.path.join(HERE, "amends.toml")).read()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        self.write("amends.toml", text)
        for name in FILES:
            if shuffle is None:
                os.symlink(os.path.join(DATA, name), os.path.join(self.folder, name))
                continue
            head, *rows = open(os.path.join(DATA, name), newline="").read().splitlines(keepends=True)
            shuffle.shuffle(rows)  # these three files have no line break inside a quoted field
            self.write(name, head + "".join(rows))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", newline="") as file:
            file.write(text)

    def amends(self, *arguments, may=(0, 3)):
        done = subprocess.run([AMENDS, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode not in may:
            sys.exit(f"amends {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def run(self, as_of, *arguments):
        return json.loads(self.amends("run", "--as-of", as_of, "--summary", "json", *arguments))

    def grants(self, *columns):
        rows = csv.DictReader(io.StringIO(self.amends("ledger", "export")))
        return {row["order"]: tuple(row[c] for c in columns or ("amount",)) for row in rows}


def expected_owed(column):
    with open(os.path.join(DATA, "expected_owed.csv")) as file:
        return {row["order_id"]: (str(Decimal(row[column]).quantize(Decimal("0.01"))),)
                for row in csv.DictReader(file) if Decimal(row[column]) != 0}


def sum_of(grants):
    return str(sum((Decimal(amount) for (amount,) in grants.values()), Decimal(0)))


def decided_backlog():
    for mode, column, total in (("half_even", "owed_half_even", "24595.67"), ("half_up", "owed_half_up", "24595.91")):
        project = Project(("half_even", mode)) if mode != "half_even" else Project()
        summary = project.run("2018-12-01", "--backlog")
        expect(f"late by calendar day ({mode})", summary["kinds"]["late"], 1333)
        grants = project.grants()
        expect(f"owed in all, BRL ({mode})", sum_of(grants), total)
        expect(f"owed per order equals expected_owed.csv ({mode})", grants == expected_owed(column), True)
        again = project.run("2018-12-01")
        expect(f"grants and drafts of the same run again ({mode})", (again["granted"]["count"], again["held"]["count"], again["letters"]), (0, 0, 0))


def exact_instants():
    project = Project(("#midnight", "midnight_is_date = false"))
    lines = [json.loads(line) for line in project.amends("check", "--as-of", "2018-12-01", "--format", "jsonl", "-q").splitlines()]
    late = [m for m in lines if m["type"] == "miss" and m["kind"] == "late" and m["facts"]["status"] == "delivered"]
    expect("late by exact instant", len(late), 1586)


def replayed():
    lines = [json.loads(line) for line in Project().amends("check", "--as-of", "2018-09-01", "--format", "jsonl", "-q").splitlines()]
    expect("overdue at 2018-09-01, replayed", sum(m.get("kind") == "overdue" for m in lines), 338)
    unjudged = [m for m in lines if m["type"] == "unjudged"]
    expect("cannot be judged then", [u["missing"] for u in unjudged], [["delivered_at"]])


def shuffled():
    plain, mixed = Project(), Project(shuffle=random.Random(20181201))
    for what, arguments in (("run", ["run", "--as-of", "2018-12-01", "--backlog"]), ("ledger export", ["ledger", "export"]),
                            ("check --at-risk", ["check", "--at-risk", "--as-of", "2018-03-01", "--sort", "order", "--format", "jsonl"]),
                            ("incidents", ["incidents", "--as-of", "2018-12-01", "--format", "jsonl"]),
                            ("promise", ["promise", "--as-of", "2018-12-01", "--format", "csv"]),
                            ("check --sort order", ["check", "--as-of", "2018-12-01", "--sort", "order", "--format", "jsonl"])):
        expect(f"{what}: the same bytes from shuffled files", plain.amends(*arguments) == mixed.amends(*arguments), True)


def night_after_night():
    nightly, once = Project(), Project()
    for project in (nightly, once):
        text = open(os.path.join(project.folder, "amends.toml")).read()
        project.write("amends.toml", text + "\n[ledger]\nsince = 2016-01-01\n")
    granted = 0
    for day in range(1, 32):
        granted += nightly.run(f"2018-03-{day:02}")["granted"]["count"]
    once.run("2018-03-31")
    keys = ("grant", "table", "rule", "remedy", "amount", "currency", "state")
    expect("31 nights end in the same grants as one run", nightly.grants(*keys) == once.grants(*keys), True)
    expect("grants of 31 nights, counted night by night and in the ledger", granted, len(once.grants()))


def estimated():
    """Known before 2018-03-01, judged on what was ordered later: once at purchase, once three days before due."""
    arguments = ["check", "--at-risk", "--as-of", "2018-12-01", "--hold-back", "2018-03-01", "--lead", "3 days", "-q"]
    project = Project()
    looks = {line["look"]: line for line in map(json.loads, project.amends(*arguments).splitlines()) if line["type"] == "calibration"}
    bought, open_later, missed, missed_later = 0, 0, 0, 0
    with open(os.path.join(DATA, FILES[0]), newline="") as file:
        for row in csv.DictReader(file):
            bought_at, arrived = row["order_purchase_timestamp"], row["order_delivered_customer_date"]
            if row["order_status"] in ("canceled", "unavailable") or bought_at < "2018-03-01" or (row["order_status"] == "delivered" and not arrived):
                continue
            promised = date.fromisoformat(row["order_estimated_delivery_date"][:10])
            is_late = not arrived or date.fromisoformat(arrived[:10]) > promised
            looked_at = (promised - timedelta(days=2)).isoformat()  # three days before the end of the day
            is_open = bought_at < looked_at and (not arrived or arrived >= looked_at)
            bought, missed = bought + 1, missed + is_late
            open_later, missed_later = open_later + is_open, missed_later + (is_open and is_late)
    at_start, later = looks["at_start"], looks["later"]
    expect("orders estimated at purchase, and missed", (at_start["orders"], at_start["missed"]), (bought, missed))
    expect("orders still open three days before due, and missed", (later["orders"], later["missed"]), (open_later, missed_later))
    for name, look in looks.items():
        print(f"     Brier score {name}: {look['brier']}; the training rate {look['brier_of_training_rate']}; their own rate {look['brier_of_own_rate']}")
        expect(f"the estimate {name} is better than the training rate", look["brier"] < look["brier_of_training_rate"], True)
    table = project.amends(*arguments, "--format", "table")
    with open(os.path.join(HERE, "../../man/amends-check.1.scd")) as page:
        expect("the table of amends-check(1) is this one", table.strip() in page.read(), True)
    expect("the same on one thread", project.amends(*arguments, "--format", "table", "--threads", "1") == table, True)


def incidents():
    """The two runs of weeks that the README names, by what has arrived, and no third."""
    project = Project(('when = { status = "not(cancelled, unavailable)" }', 'when = { status = "delivered" }'))
    lines = [json.loads(line) for line in project.amends("incidents", "--as-of", "2018-12-01", "--format", "jsonl", "-q").splitlines()]
    expect("incidents", [(i["group"], i["since"], i["until"], i["missed"], i["cases"]) for i in lines],
           [({}, "2018-03-12", "2018-04-15", 365, 1821), ({}, "2017-12-18", "2017-12-24", 85, 431)])
    one = project.amends("incidents", "all-2017-w51", "--as-of", "2018-12-01", "--format", "jsonl", "-q").splitlines()
    late = {order for order, (promised, days) in promised_and_late().items() if "2017-12-18" <= promised <= "2017-12-24" and days > 0}
    expect("whom the one of December hit", {json.loads(line)["order"] for line in one[1:]} == late, True)


def promised_and_late():
    with open(os.path.join(DATA, "expected_owed.csv")) as file:
        return {row["order_id"]: (row["promised_date"], int(row["days_late"])) for row in csv.DictReader(file)}


if not os.path.isdir(DATA):
    print(f"skipped: {DATA} is missing")
    sys.exit(77)
for part in (decided_backlog, exact_instants, replayed, estimated, incidents, shuffled, night_after_night):
    part()
print(f"{len(failures)} failed" if failures else "all as published")
sys.exit(1 if failures else 0)
