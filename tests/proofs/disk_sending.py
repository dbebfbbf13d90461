#!/usr/bin/env python3
"""A disk that is full, or fails, at every call of a sending that changes a file: it says so and ends with 5, and the next
sending completes it. What has left is known to have left, or is uncertain and listed; nobody gets a letter twice.

    disk_sending.py AMENDS SHIM
"""
import errno
import os
import sys
from collections import Counter

from postbox import SEND, leave, outcome, resolve, sending_shop, taken_by, wrongs
from shop import all_at_once, copy_of, end, expect, points, which

SHIM = os.path.abspath(sys.argv[2])
FAULTS = (("full from then on", errno.ENOSPC, "1"), ("full once", errno.ENOSPC, "0"), ("broken once", errno.EIO, "0"))


def after_fault(first, arguments, jobs, whole, point, fault, stays):
    shop = copy_of(first)
    code = leave(shop, *arguments, env={"LD_PRELOAD": SHIM, "PROOF_FAIL": str(point), "PROOF_FAIL_ON": stays, "PROOF_ERRNO": str(fault)})
    said = shop.printed()
    # Without a word only when all is as it should be.
    is_told = code == 5 and "error" in said if code != 0 else outcome(shop) == whole
    if not is_told:
        print(f"  call {point}: exit {code}: {said}")
    left = taken_by(shop)
    again = leave(shop, *arguments)
    found = wrongs(shop, jobs)
    for words in found:
        print(f"  call {point}: {words}")
    kept = all(taken_by(shop)[message_id] >= times for message_id, times in left.items())
    uncertain = resolve(shop)
    completed = again == (3 if uncertain else 0) and outcome(shop) == whole and not shop.findings()
    shop.close()
    return Counter({f"exit {code}": 1, "told": is_told, "agree": not found and kept, "uncertain": uncertain, "completed": completed})


def proof(name, first, arguments, most, jobs=1):
    shop = copy_of(first)
    leave(shop, *arguments, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": shop.path("count")})
    with open(shop.path("count")) as file:
        calls = int(file.read())
    os.remove(shop.path("count"))
    whole = outcome(shop)
    shop.close()
    chosen = points(calls, most)
    for words, fault, stays in FAULTS:
        sums = Counter()
        for one in all_at_once(lambda point: after_fault(first, arguments, jobs, whole, point, fault, stays), chosen):
            sums.update(one)
        exits = {code: count for code, count in sums.items() if code.startswith("exit ")}
        expect(f"{name}, the disk {words}, at each call ({which(chosen, calls)}): ends with 5, or has done all", sums["told"] == len(chosen), str(exits))
        expect(f"{name}, the disk {words}: each letter handed or uncertain, and none twice", sums["agree"] == len(chosen), f"{sums['uncertain']} uncertain")
        if stays == "0":
            expect(f"{name}, the disk {words}: what had left is known all the same", sums["uncertain"] == 0, f"{sums['uncertain']} uncertain")
        expect(f"{name}, the disk {words}: the next sending completes it", sums["completed"] == len(chosen), str(sums["completed"]))
    first.close()


proof("a sending", sending_shop(), SEND, 1000)
proof("a sending of three at a time", sending_shop(), [*SEND, "--jobs", "3"], 40, jobs=3)
end()
