#!/usr/bin/env python3
"""SIGKILL at every call of `amends run` that changes a file, and in the middle of every write: a rerun ends as a run
that was never killed.

    kill.py AMENDS SHIM
"""
import os
import signal
import sys

from shop import NIGHT, Shop, end, expect, points, which

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


def proof(name, prepare, arguments, most):
    calls, whole = calls_of(prepare, arguments)
    chosen = points(calls, most)
    for how, words in (("PROOF_KILL", "before"), ("PROOF_HALF", "in the middle of")):
        equal = killed = verified = private = 0
        for point in chosen:
            shop = prepare()
            code, _, _ = shop.done(*arguments, env={"LD_PRELOAD": SHIM, how: str(point)})
            killed += code == -signal.SIGKILL
            is_private = all(os.stat(shop.path(f)).st_mode & 0o077 == 0 for f in shop.ledger_files())
            shop.amends(*arguments)
            # A run that was killed after it had committed has been there: the rerun is a second one, and finds nothing to do.
            after = shop.outcome()
            equal += after[:3] == whole[:3] and len(after[3]) - len(whole[3]) in (0, 1)
            verified += not shop.findings()
            private += is_private
            shop.close()
        expect(f"{name} killed {words} each call that changes a file ({which(chosen, calls)}), then again: as if never killed",
               equal == len(chosen) == verified, f"{equal} equal, {verified} verified, {killed} killed")
        expect(f"{name}: the kills hit", killed == len(chosen), str(killed))
        expect(f"{name}: what a kill leaves is for its owner alone", private == len(chosen), str(private))


def second_night():
    shop = Shop()
    shop.run("2026-03-20")
    return shop


proof("a first run", Shop, ["run", "--as-of", NIGHT, "-q"], 40)
proof("a later run", second_night, ["run", "--as-of", NIGHT, "-q"], 15)
end()
