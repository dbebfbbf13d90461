#!/usr/bin/env python3
"""A disk that is full, or fails, at every call of `amends run` that changes a file: the run says so and ends with 5,
nothing is granted by half, and the next run completes.

    disk.py AMENDS SHIM
"""
import errno
import os
import sys
from collections import Counter

from shop import NIGHT, Shop, copy_of, end, expect, points, which

SHIM = os.path.abspath(sys.argv[2])
RUN = ["run", "--as-of", NIGHT, "-q"]


def runs_in(shop):
    if not os.path.exists(shop.path("amends.db")) or os.path.getsize(shop.path("amends.db")) == 0:
        return 0
    return shop.sql("SELECT count(*) FROM run_ends")[0][0]


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
        codes, halves, silent, completed = Counter(), 0, 0, 0
        for point in chosen:
            shop = copy_of(first)
            code, _, faults = shop.done(*RUN, env={"LD_PRELOAD": SHIM, "PROOF_FAIL": str(point), "PROOF_FAIL_ON": stays, "PROOF_ERRNO": str(fault)})
            codes[code] += 1
            # Either it was written whole or not at all; 5 where it was not.
            written = runs_in(shop) - before
            halves += bool(shop.findings()) if runs_in(shop) else 0
            silent += code not in (0, 3, 5) or (written == 0 and code != 5) or (code == 5 and "error" not in faults)
            silent += written > 0 and "nothing was granted" in faults
            shop.amends(*RUN)
            completed += shop.outcome()[:3] == outcome[:3] and not shop.findings()
            shop.close()
        expect(f"{name}, the disk {words}, at each call ({which(chosen, calls)}): ends with 5 or has written all",
               silent == 0, f"exit codes {dict(codes)}")
        expect(f"{name}, the disk {words}: nothing by half, and the next run completes", halves == 0 and completed == len(chosen), f"{completed} complete, {halves} half")
    first.close()


first_run, later_run = Shop(), Shop()
later_run.run("2026-03-20")
proof("a first run", first_run, 24)
proof("a later run", later_run, 12)
end()
