"""A small invented shop for the proofs: the same records every time, a ledger, and eyes on what came of a run."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from project import Project, end, expect  # noqa: E402,F401

AMENDS = os.path.abspath(sys.argv[1])
LONG = os.environ.get("AMENDS_PROOFS") == "long"
NIGHT = "2026-04-01"
CONFIG = """
[shop]
name      = "Proof Shop"
timezone  = "Europe/London"
currency  = "GBP"
locale    = "en-GB"
signatory = { name = "Maya Chen", email = "maya@proof.example" }

[sources.orders]
path = "orders.csv"
[sources.customers]
path = "customers.csv"

[[guarantee]]
name = "stated-date"
due  = { field = "promised_at" }

[policy.delay]
[[policy.delay.rule]]
name = "days"
when = { late_days = ">= 4" }
give = [ { kind = "refund", amount = "20%", of = "order_value", max = "30.00" }, { kind = "call", within = "1 day" } ]
[[policy.delay.rule]]
name = "a-day"
when = { late_days = ">= 1" }
give = [ { kind = "credit", amount = "7.5%", of = "order_value", min = "1.00" } ]

[[policy.cap]]
per = "person"
within = "90 days"
max = "40.00"

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

def points(last, most):
    """Of 1..last: all of them in the long run, else `most` spread evenly, with the first and the last."""
    if LONG or last <= most:
        return list(range(1, last + 1))
    return sorted({1 + round(i * (last - 1) / (most - 1)) for i in range(most)})


def all_at_once(work, items):
    """What `work` comes to for each, in their order; as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def which(chosen, last):
    return f"all {last}" if len(chosen) == last else f"{len(chosen)} of {last}, spread evenly; tests/run --long takes all"


def records(orders=60, people=20):
    chance = random.Random(4471)
    stamp = lambda t: t.strftime("%Y-%m-%dT%H:%M")
    files = {"orders.csv": [["order_id", "customer_id", "placed_at", "promised_at", "delivered_at", "status", "order_value"]],
             "customers.csv": [["customer_id", "customer_name", "first_name", "email"]]}
    for n in range(people):
        files["customers.csv"].append([f"C{n}", f"Person, {n}", f"Nam{n}", "" if n == 7 else f"person{n}@people.example"])
    for n in range(orders):
        placed = datetime(2026, 3, 1) + timedelta(minutes=chance.randrange(28 * 24 * 60))
        arrived = placed + timedelta(hours=chance.randrange(20, 200))
        known = arrived < datetime(2026, 4, 1)
        promised = placed + timedelta(days=chance.randrange(2, 5))
        files["orders.csv"].append([f"N{n}", f"C{chance.randrange(people)}", stamp(placed), promised.strftime("%Y-%m-%d"),
                                    stamp(arrived) if known else "", "delivered" if known else "shipped",
                                    f"{chance.randrange(500, 20000) / 100:.2f}"])
    return files


class Shop(Project):
    def __init__(self, files=None, config=CONFIG):
        super().__init__(AMENDS)
        self.write("amends.toml", config)
        for name, rows in (files or records()).items():
            self.write_rows(name, rows)

    def done_in_files(self, *arguments, env=None, keeps=None, text=None):
        """Its exit code. What it prints is in a file, which a child it leaves behind does not hold open; `keeps` is a file
        that its children hold open; `text` comes through a pipe."""
        with open(self.path("printed"), "wb") as out:
            process = self.start(*arguments, env=env, stdin=subprocess.DEVNULL if text is None else subprocess.PIPE, stdout=out, stderr=out,
                                 pass_fds=[] if keeps is None else [keeps])
            process.communicate(None if text is None else text.encode())
        return process.returncode

    def printed(self):
        with open(self.path("printed"), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()

    def run(self, night=NIGHT, *more):
        return self.amends("run", "--as-of", night, "-q", *more)

    def sql(self, statement, *values):
        database = sqlite3.connect(self.path("amends.db"))
        try:
            rows = database.execute(statement, values).fetchall()
            database.commit()
            return rows
        finally:
            database.close()

    def outcome(self):
        """All that a night comes to, without what differs between ledgers: salts, hashes, keyed ids, the wall clock."""
        grants = sorted(self.amends("ledger", "export").splitlines())
        messages = sorted(self.sql("SELECT key, state, reason, person, grants, letter ->> '$.subject', letter ->> '$.text' FROM message_states"))
        cases = sorted(self.sql("SELECT key, person, kind, closed, standing FROM case_states"))
        runs = self.sql("SELECT r.number, command, as_of, new_misses FROM runs r LEFT JOIN run_ends e ON e.run = r.number")
        return grants, messages, cases, runs

    def findings(self, *more):
        code, out, faults = self.done("ledger", "verify", "--format", "json", "-q", *more)
        if code not in (0, 1):
            return [{"check": "opening", "what": faults}]
        return json.loads(out)["findings"]


def copy_of(shop):
    twin = Shop.__new__(Shop)
    Project.__init__(twin, AMENDS)
    shutil.copytree(shop.folder, twin.folder, dirs_exist_ok=True)
    return twin
