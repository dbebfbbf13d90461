#!/usr/bin/env python3
"""Letters handed over as files, killed and failed at every call that changes a file: what is marked as handed over lies
there whole, nothing lies there in part, and the same command once more completes it.

    handing.py AMENDS SHIM
"""
import errno
import os
import signal
import sys
from collections import Counter

from postbox import NOW, OWN, outbox_of, sending_shop
from shop import NIGHT, all_at_once, copy_of, end, expect, points, which

SHIM = os.path.abspath(sys.argv[2])
DRAFT = ["draft", "--hand-over", "--as-of", NIGHT, "--date", NOW, "-q", "--format"]


def maildir(shop):
    """What lies in it, by name, and what was left unfinished."""
    here = {}
    for part in ("new", "tmp"):
        for name in os.listdir(shop.path("box/" + part)) if os.path.isdir(shop.path("box/" + part)) else []:
            with open(shop.path(f"box/{part}/{name}"), "rb") as file:
                here[f"{part}/{name}"] = file.read()
    return here


def mbox(shop):
    """The file, and what was left unfinished beside it."""
    here = {}
    for name in os.listdir(shop.folder):
        if "letters.mbox" in name:
            with open(shop.path(name), "rb") as file:
                here[name] = file.read()
    return here


def finished(files):
    return {name: text for name, text in files.items() if name.startswith("new/") or name == "letters.mbox"}


def states(shop):
    return sorted(str({k: v for k, v in m.items() if k not in OWN}) for m in outbox_of(shop))


def after_break(first, arguments, files_of, breaks, whole):
    shop = copy_of(first)
    code, _, faults = shop.done(*arguments, env={"LD_PRELOAD": SHIM, **breaks})
    lies = finished(files_of(shop))
    is_whole = all(whole[0].get(name) == text for name, text in lies.items())
    handed = [m for m in outbox_of(shop) if m["state"] == "handed"]
    is_there = not handed or lies == whole[0]
    is_told = code == -signal.SIGKILL if "PROOF_FAIL" not in breaks else (code == 5 and "error" in faults) or (code == 0 and (states(shop), lies) == (whole[1], whole[0]))
    # A file that is there may have been sent from: a person moves it away, and so does this.
    if not handed and "letters.mbox" in lies:
        refused = shop.done(*arguments)
        is_told = is_told and refused[0] in (2, 5) and "letters.mbox" in refused[2]
        os.remove(shop.path("letters.mbox"))
    shop.done(*arguments)
    completed = finished(files_of(shop)) == whole[0] and states(shop) == whole[1] and not shop.findings()
    shop.close()
    return Counter({f"exit {code}": 1, "whole": is_whole, "there": is_there, "told": is_told, "completed": completed})


def proof(name, first, arguments, files_of):
    shop = copy_of(first)
    shop.amends(*arguments, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": shop.path("count")})
    with open(shop.path("count")) as file:
        calls = int(file.read())
    whole = finished(files_of(shop)), states(shop)
    shop.close()
    chosen = points(calls, 30)
    for words, breaks in (("killed before", {"PROOF_KILL": None}), ("killed in the middle of", {"PROOF_HALF": None}),
                          ("a disk that is full from", {"PROOF_FAIL": None, "PROOF_FAIL_ON": "1", "PROOF_ERRNO": str(errno.ENOSPC)}),
                          ("a disk that fails once at", {"PROOF_FAIL": None, "PROOF_ERRNO": str(errno.EIO)})):
        at = lambda point: {key: value or str(point) for key, value in breaks.items()}
        sums = Counter()
        for one in all_at_once(lambda point: after_break(first, arguments, files_of, at(point), whole), chosen):
            sums.update(one)
        exits = {code: count for code, count in sums.items() if code.startswith("exit ")}
        held = [word for word in ("whole", "there", "told", "completed") if sums[word] != len(chosen)]
        expect(f"{name}, {words} each call ({which(chosen, calls)}): nothing in part, none marked that does not lie there, completed by the next",
               not held, f"{exits} {[(word, sums[word]) for word in held]}")


first = sending_shop()
os.rmdir(first.path("box"))
proof("letters into a Maildir", first, [*DRAFT, "maildir", "-o", "box"], maildir)
proof("letters into an mbox", first, [*DRAFT, "mbox", "-o", "letters.mbox"], mbox)
first.close()
end()
