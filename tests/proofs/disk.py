#!/usr/bin/env python3
"""A disk that is full, or fails, at every call of `amends run` that changes a file: the run says so and ends with 5,
nothing is granted by half, and the next run completes.

    disk.py AMENDS SHIM
"""
import errno
import os
import sys
from collections import Counter

from shop import NIGHT, Shop, all_at_once, copy_of, end, expect, points, records, which

SHIM = os.path.abspath(sys.argv[2])
RUN = ["run", "--as-of", NIGHT, "-q"]


def runs_in(shop):
    if not os.path.exists(shop.path("amends.db")) or os.path.getsize(shop.path("amends.db")) == 0:
        return 0
    return shop.sql("SELECT count(*) FROM run_ends")[0][0]


def after_fault(first, before, outcome, point, fault, stays):
    shop = copy_of(first)
    code, _, faults = shop.done(*RUN, env={"LD_PRELOAD": SHIM, "PROOF_FAIL": str(point), "PROOF_FAIL_ON": stays, "PROOF_ERRNO": str(fault)})
    # Either it was written whole or not at all; 5 where it was not.
    written = runs_in(shop) - before
    is_half = bool(shop.findings()) if runs_in(shop) else False
    is_silent = code not in (0, 3, 5) or (written == 0 and code != 5) or (code == 5 and "error" not in faults) or (written > 0 and "nothing was" in faults)
    shop.amends(*RUN)
    is_complete = shop.outcome()[:3] == outcome[:3] and not shop.findings()
    shop.close()
    return Counter({f"exit {code}": 1, "half": is_half, "silent": is_silent, "completed": is_complete})


def proof(name, first, most):
    whole = copy_of(first)
    before = runs_in(whole)
    count = whole.path("count")
    whole.amends(*RUN, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": count})
    outcome = whole.outcome()
    with open(count) as file:
        calls = int(file.read())
    whole.close()
    chosen = points(calls, most)
    for words, fault, stays in (("full from then on", errno.ENOSPC, "1"), ("full once", errno.ENOSPC, "0"), ("broken once", errno.EIO, "0")):
        sums = Counter()
        for one in all_at_once(lambda point: after_fault(first, before, outcome, point, fault, stays), chosen):
            sums.update(one)
        exits = {code: count for code, count in sums.items() if code.startswith("exit ")}
        expect(f"{name}, the disk {words}, at each call ({which(chosen, calls)}): ends with 5 or has written all", sums["silent"] == 0, str(exits))
        expect(f"{name}, the disk {words}: nothing by half, and the next run completes", sums["half"] == 0 and sums["completed"] == len(chosen),
               f"{sums['completed']} complete, {sums['half']} half")
    first.close()


small = records(7, 5)
first_run, later_run = Shop(small), Shop(small)
later_run.run("2026-03-20")
proof("a first run", first_run, 1000)
proof("a later run", later_run, 1000)
more, later = Shop(), Shop()
later.run("2026-03-20")
proof("a first run over more orders", more, 12)
proof("a later run over more orders", later, 8)
end()
