#!/usr/bin/env python3
"""SIGKILL at every call of `amends run` that changes a file, and in the middle of every write: a rerun ends as a run
that was never killed.

    kill.py AMENDS SHIM
"""
import os
import signal
import sys
from collections import Counter

from shop import NIGHT, Shop, all_at_once, end, expect, points, records, which

SHIM = os.path.abspath(sys.argv[2])


def calls_of(prepare, arguments):
    shop = prepare()
    count = shop.path("count")
    shop.amends(*arguments, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": count})
    whole = shop.outcome()
    with open(count) as file:
        calls = int(file.read())
    shop.close()
    return calls, whole


def after_kill(prepare, arguments, how, point, whole):
    shop = prepare()
    code, _, _ = shop.done(*arguments, env={"LD_PRELOAD": SHIM, how: str(point)})
    is_private = all(os.stat(shop.path(f)).st_mode & 0o077 == 0 for f in shop.ledger_files())
    shop.amends(*arguments)
    # A run that was killed after it had committed has been there: the rerun is a second one, and finds nothing to do.
    after = shop.outcome()
    equal = after[:3] == whole[:3] and len(after[3]) - len(whole[3]) in (0, 1)
    verified = not shop.findings()
    shop.close()
    return Counter(killed=code == -signal.SIGKILL, equal=equal, verified=verified, private=is_private)


def proof(name, prepare, arguments, most):
    calls, whole = calls_of(prepare, arguments)
    chosen = points(calls, most)
    for how, words in (("PROOF_KILL", "before"), ("PROOF_HALF", "in the middle of")):
        sums = Counter()
        for one in all_at_once(lambda point: after_kill(prepare, arguments, how, point, whole), chosen):
            sums.update(one)
        expect(f"{name} killed {words} each call that changes a file ({which(chosen, calls)}), then again: as if never killed",
               sums["equal"] == len(chosen) == sums["verified"],
               f"{len(whole[0]) - 1} grants, {len(whole[1])} letters; {sums['equal']} equal, {sums['verified']} verified, {sums['killed']} killed")
        expect(f"{name}: the kills hit", sums["killed"] == len(chosen), str(sums["killed"]))
        expect(f"{name}: what a kill leaves is for its owner alone", sums["private"] == len(chosen), str(sums["private"]))


def second_night(files=None):
    shop = Shop(files)
    shop.run("2026-03-20")
    return shop


RUN = ["run", "--as-of", NIGHT, "-q"]
small = records(7, 5)
proof("a first run", lambda: Shop(small), RUN, 1000)
proof("a later run", lambda: second_night(small), RUN, 1000)
proof("a first run over more orders", Shop, RUN, 30)
proof("a later run over more orders", second_night, RUN, 15)
end()
