#!/usr/bin/env python3
"""What people change by hand, killed and failed at every call that changes a file: all of it is written or nothing, a
fault ends with 5 and says so, and the same command once more completes it.

    hands.py AMENDS SHIM
"""
import csv
import errno
import json
import os
import signal
import sys
from collections import Counter

from postbox import OWN, SENDING, outbox_of
from shop import NIGHT, Shop, all_at_once, copy_of, end, expect, points, records, which

SHIM = os.path.abspath(sys.argv[2])
BY = ["--by", "Maya", "--as-of", NIGHT]
HELD = '[[policy.approval]]\nwhen = { total = "> 12.00" }\n'


def lived():
    """Letters that wait, that may be approved and that are uncertain; remedies granted, held and to be paid."""
    shop = Shop(records(12, 6), SENDING.replace('approve = "auto"', 'approve = "person"') + HELD)
    shop.run()
    drafted = [m["order"] for m in outbox_of(shop)]
    shop.amends("outbox", "approve", *drafted[:3], *BY)
    shop.write("cut.sh", "#!/bin/sh\nexit 76\n")
    os.chmod(shop.path("cut.sh"), 0o755)
    shop.amends("send", "--yes", "--as-of", NIGHT, "--via", "./cut.sh", "--limit", "2")
    uncertain = [m for m in outbox_of(shop) if m["state"] == "uncertain"]
    shop.write("mail.log", f"Apr  1 10:00:01 mx postfix/cleanup[11]: 4AbCdEf01: message-id=<{uncertain[0]['message_id']}>\n"
                           "Apr  1 10:00:02 mx postfix/smtp[12]: 4AbCdEf01: to=<x@people.example>, dsn=2.0.0, status=sent (250 OK)\n")
    shop.write("credits.csv", "reference,order_id,amount\n" + "".join(f"V-{n},{order},{n}.50\n" for n, order in enumerate(drafted[:3])))
    granted = [g["grant"] for g in exported(shop) if g["state"] == "granted" and g["amount"]]
    shop.write("paid.csv", "grant,reference\n" + "".join(f'"{key}",PAY-{n}\n' for n, key in enumerate(granted[:2])))
    return shop


def exported(shop):
    return list(csv.DictReader(shop.amends("ledger", "export").splitlines()))


def state_of(shop):
    tables = [name for name, in shop.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") if name not in ("runs", "run_ends")]
    rows = {name: shop.sql(f"SELECT count(*) FROM {name}")[0][0] for name in sorted(tables)}
    messages = [json.dumps({k: v for k, v in m.items() if k not in OWN}, sort_keys=True) for m in outbox_of(shop)]
    return rows, sorted(map(str, exported(shop))), sorted(messages)


def traces_in(shop, words):
    return [name for name in shop.ledger_files() if any(word.encode() in open(shop.path(name), "rb").read() for word in words)]


def after_break(first, arguments, breaks, ends, whole, before, gone):
    shop = copy_of(first)
    code, _, faults = shop.done(*arguments, env={"LD_PRELOAD": SHIM, **breaks})
    state = state_of(shop)
    is_fault = code == 5 and "error" in faults and not (state != before and "nothing was" in faults)
    is_told = code == -signal.SIGKILL if "PROOF_FAIL" not in breaks else is_fault or (code in ends and state == whole)
    is_whole = state in (before, whole)
    shop.done(*arguments)
    completed = state_of(shop) == whole and not shop.findings() and not traces_in(shop, gone)
    shop.close()
    return Counter({f"exit {code}": 1, "told": is_told, "whole": is_whole, "completed": completed})


def proof(first, *arguments, gone=(), ends=(0,)):
    """`gone`: words of which no byte may be left; `ends`: the exit codes when nothing breaks."""
    shop = copy_of(first)
    before = state_of(shop)
    shop.amends(*arguments, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": shop.path("count")}, may=ends)
    with open(shop.path("count")) as file:
        calls = int(file.read())
    whole = state_of(shop)
    shop.close()
    name = "amends " + " ".join(arguments[:2])
    expect(f"{name} changes something", whole != before)
    chosen = points(calls, 20)
    for words, breaks in (("killed before", {"PROOF_KILL": None}), ("killed in the middle of", {"PROOF_HALF": None}),
                          ("a disk that is full from", {"PROOF_FAIL": None, "PROOF_FAIL_ON": "1", "PROOF_ERRNO": str(errno.ENOSPC)}),
                          ("a disk that fails once at", {"PROOF_FAIL": None, "PROOF_ERRNO": str(errno.EIO)})):
        at = lambda point: {key: value or str(point) for key, value in breaks.items()}
        sums = Counter()
        for one in all_at_once(lambda point: after_break(first, arguments, at(point), ends, whole, before, gone), chosen):
            sums.update(one)
        exits = {code: count for code, count in sums.items() if code.startswith("exit ")}
        expect(f"{name}, {words} each call ({which(chosen, calls)}): said, all or nothing, completed by the next",
               sums["told"] == sums["whole"] == sums["completed"] == len(chosen), f"{sums['told']} said, {sums['whole']} whole, {sums['completed']} completed, {exits}")


first = lived()
uncertain = [m["order"] for m in outbox_of(first) if m["state"] == "uncertain"]
held = next(g["order"] for g in exported(first) if g["state"] == "held")
granted = next(g for g in exported(first) if g["state"] == "granted")
person = first.sql("SELECT person FROM message_states WHERE state = 'drafted'")[0][0].split(":")[1]
proof(first, "outbox", "approve", "--all", "--yes", *BY)
proof(first, "outbox", "resolve", uncertain[0], "--sent", *BY)
proof(first, "outbox", "resolve", *uncertain, "--resend", *BY)
proof(first, "outbox", "withdraw", next(m["order"] for m in outbox_of(first) if m["state"] == "drafted"), *BY)
proof(first, "outbox", "reconcile", "--maillog", "mail.log", "--as-of", NIGHT, ends=(3,))
proof(first, "ledger", "import", "--from", "credits.csv", "--as-of", NIGHT, ends=(3,))  # what was given twice is listed
proof(first, "ledger", "void", granted["grant"], "--reason", "given twice", *BY)
proof(first, "ledger", "approve", held, *BY)
proof(first, "ledger", "issue", "--from", "paid.csv", "--as-of", NIGHT)
proof(first, "ledger", "forget", person, "--yes", *BY, gone=[f"person{person[1:]}@people"])
first.close()
end()
