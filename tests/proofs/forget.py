#!/usr/bin/env python3
"""A customer is forgotten: no byte of theirs is left in the ledger's files, sums and chain are whole, and runs over
records that still name them neither write them down again nor pay them twice.

    forget.py AMENDS
"""
import os
import sqlite3
from collections import Counter

from shop import NIGHT, Shop, end, expect, records

files = records()
people = files["customers.csv"]
orders = files["orders.csv"]


def renamed():
    """The records, with the customer who orders most under names that cannot be anything else's."""
    number = int(Counter(row[1] for row in orders[1:] if row[1] != "C7").most_common(1)[0][0][1:])
    people[number + 1][1:] = ["Theodora Quillfeather", "Theodora", "quillfeather@people.example"]
    for row in orders:
        if row[1] == f"C{number}":
            row[1] = "CUST-QUILL"
    people[number + 1][0] = "CUST-QUILL"
    return files


TRACES = [b"Quillfeather", b"quillfeather@people", b"Theodora", b"CUST-QUILL"]


named = renamed()


def traces_in(shop):
    found = []
    for name in shop.ledger_files():
        with open(shop.path(name), "rb") as file:
            content = file.read()
        found += [f"{trace.decode()} in {name}" for trace in TRACES if trace in content]
    return found


def lived():
    shop = Shop(named)
    shop.run("2026-03-20")
    shop.run("2026-03-28")
    called = shop.sql("SELECT record_id FROM grant_states WHERE person = 'customer:CUST-QUILL' AND kind = 'call' AND state = 'granted'")
    if called:
        shop.amends("calls", "--done", called[0][0], "--by", "Maya Chen", "--note", "Theodora was glad", "--as-of", "2026-03-28")
    return shop


shop, untouched = lived(), lived()
sums = lambda s: s.sql("SELECT record_id, table_name, kind, state, sum(minor) FROM grant_states GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4")
expect("the customer stands in the ledger", len(traces_in(shop)) >= 4, str(len(traces_in(shop))))
expect("a letter of theirs waits", shop.sql("SELECT count(*) FROM message_states WHERE person = 'customer:CUST-QUILL' AND state = 'drafted'")[0][0] > 0)
before = sums(shop)
shown = shop.amends("ledger", "forget", "CUST-QUILL", "--by", "Maya Chen", "--as-of", NIGHT)
expect("without --yes nothing is erased", len(traces_in(shop)) >= 4 and sums(shop) == before and "customer:CUST-QUILL" in shown, shown.strip())

reader = sqlite3.connect(shop.path("amends.db"), isolation_level=None)
reader.execute("BEGIN")
reader.execute("SELECT count(*) FROM grants").fetchone()
code, _, faults = shop.done("ledger", "forget", "CUST-QUILL", "--by", "Maya Chen", "--yes", "--as-of", NIGHT)
expect("while somebody reads the file it says that it could not be cleared", code == 4 and "forgotten may still stand" in faults, faults)
reader.close()
shop.amends("ledger", "forget", "CUST-QUILL", "--by", "Maya Chen", "--yes", "--as-of", NIGHT)
expect("no byte of theirs is left in the ledger's files", traces_in(shop) == [], str(traces_in(shop)))
expect("sums stand as they were", sums(shop) == before, f"{len(before)} sums")
expect("the ledger verifies", shop.findings() == [], str(shop.findings())[:300])
expect("their letters were withdrawn", shop.sql("SELECT count(*) FROM message_states WHERE letter IS NULL AND state <> 'withdrawn'")[0][0] == 0)
expect("all files are for their owner alone", all(os.stat(shop.path(f)).st_mode & 0o077 == 0 for f in shop.ledger_files()))

told = ""
for night in ("2026-03-29", NIGHT, "2026-04-10", "2026-04-11"):
    told += shop.run(night)
    untouched.run(night)
    expect(f"a run as of {night} over records that name them does not write them down", traces_in(shop) == [], str(traces_in(shop)))
expect("nothing is paid twice, and what is owed is granted, as if they had not asked", sums(shop) == sums(untouched), f"{len(sums(untouched))} sums")
expect("nothing is written to them", shop.sql("SELECT count(*) FROM messages m JOIN forgettings f ON f.person_seq = m.person_seq WHERE m.seq > f.seq")[0][0] == 0)
changes = "SELECT count(*) FROM case_changes"
count = shop.sql(changes)[0][0]
shop.run("2026-04-11")
expect("another run changes nothing", shop.sql(changes)[0][0] == count)
new = shop.sql("SELECT DISTINCT c.record_id FROM grants g JOIN cases c ON c.seq = g.case_seq JOIN forgettings f ON f.person_seq = g.person_seq WHERE g.seq > f.seq")
expect("what they are granted without a letter is listed, for a person to tell",
       len(new) > 0 and all(f"{order}: no letter: the customer asked to be forgotten" in told for order, in new), str(new))
expect("the export tells what belongs together, by a number", "forgotten:" in shop.amends("ledger", "export") and "CUST-QUILL" not in shop.amends("ledger", "export"))

shop.amends("ledger", "forget", "CUST-QUILL", "--undo", "--by", "Maya Chen", "--as-of", "2026-04-12")
expect("to undo it writes nothing down", traces_in(shop) == [])
shop.run("2026-04-12")
expect("after that they are a customer again", traces_in(shop) != [] and sums(shop) == sums(untouched))
expect("and the ledger verifies", shop.findings() == [], str(shop.findings())[:300])
shop.amends("ledger", "forget", "customer:CUST-QUILL", "--yes", "--by", "Maya Chen", "--as-of", "2026-04-12")
expect("and can be forgotten again", traces_in(shop) == [] and shop.findings() == [], str(shop.findings())[:300])
end()
