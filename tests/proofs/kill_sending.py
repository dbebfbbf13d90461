#!/usr/bin/env python3
"""SIGKILL at every call of a sending that changes a file, and in the middle of every write: the rerun sends what had not
left. Where the mail command had been started the letter is handed over or uncertain, and listed; nobody gets one twice or in
part. Once a person has said what became of those, all is as it would be had nobody been killed.

    kill_sending.py AMENDS SHIM
"""
import os
import signal
import sys
from collections import Counter

from postbox import SEND, SENDING, VIA, leave, outcome, resolve, sending_shop, taken_by, with_mail, wrongs
from shop import NIGHT, Shop, all_at_once, copy_of, end, expect, points, records, which

SHIM = os.path.abspath(sys.argv[2])


def calls_of(first, arguments, text):
    shop = copy_of(first)
    leave(shop, *arguments, env={"LD_PRELOAD": SHIM, "PROOF_COUNT": shop.path("count")}, text=text)
    with open(shop.path("count")) as file:
        calls = int(file.read())
    os.remove(shop.path("count"))
    whole = outcome(shop)
    shop.close()
    return calls, whole


def after_kill(first, arguments, text, how, point, jobs, whole):
    """What came of it: a set of words, of which some are faults."""
    shop = copy_of(first)
    words = Counter()
    words["killed"] = leave(shop, *arguments, env={"LD_PRELOAD": SHIM, how: str(point)}, text=text) == -signal.SIGKILL
    words["private"] = all(os.stat(shop.path(f)).st_mode & 0o077 == 0 for f in shop.ledger_files())
    left = taken_by(shop)
    code = leave(shop, *arguments, text=text)
    found = wrongs(shop, jobs)
    words["agree"] = not found
    words["kept"] = all(taken_by(shop)[message_id] >= times for message_id, times in left.items())
    uncertain = shop.sql("SELECT count(*) FROM message_states WHERE state = 'uncertain'")[0][0]
    words["told"] = code == (3 if uncertain else 0) and ("uncertain" in shop.printed() if uncertain else True)
    words["uncertain"] = uncertain
    resolve(shop)
    words["equal"] = outcome(shop) == whole
    words["verified"] = not shop.findings()
    for words_of_one in found:
        print(f"  {how} {point}: {words_of_one}")
    shop.close()
    return words


def proof(name, first, arguments, most, jobs=1, text=None):
    calls, whole = calls_of(first, arguments, text)
    chosen = points(calls, most)
    for how, words in (("PROOF_KILL", "before"), ("PROOF_HALF", "in the middle of")):
        sums = Counter()
        for one in all_at_once(lambda point: after_kill(first, arguments, text, how, point, jobs, whole), chosen):
            sums.update(one)
        expect(f"{name}, killed {words} each call that changes a file ({which(chosen, calls)}), then again: each letter handed or uncertain, and none twice",
               sums["agree"] == sums["kept"] == len(chosen), f"{sum(whole[2].values())} letters, {sums['uncertain']} times one was uncertain")
        expect(f"{name}: what is uncertain is listed and told", sums["told"] == len(chosen) and sums["uncertain"] > 0, f"{sums['told']}")
        expect(f"{name}: once that is resolved, as if never killed", sums["equal"] == sums["verified"] == len(chosen),
               f"{sums['equal']} equal, {sums['verified']} verified")
        # The end of a sending with several at work comes a call earlier or later each time.
        expect(f"{name}: the kills hit", sums["killed"] == len(chosen) if jobs == 1 else sums["killed"] > len(chosen) * 3 // 4, str(sums["killed"]))
        expect(f"{name}: what a kill leaves is for its owner alone", sums["private"] == len(chosen), str(sums["private"]))
    first.close()


def of_two_nights():
    """The first was sent; the second has more to write and to send."""
    shop = with_mail(Shop(records(7, 5), SENDING))
    shop.run("2026-03-12")
    shop.amends(*SEND)
    return shop


def with_changes():
    """Two of those who wait for a letter have another address now: theirs is withdrawn, and another one leaves."""
    shop = sending_shop()
    with open(shop.path("customers.csv"), newline="") as file:
        text = file.read()
    shop.write("customers.csv", text.replace("person1@", "moved1@").replace("person3@", "moved3@"))
    return shop


def as_lines(shop):
    return shop.amends("draft", "--as-of", NIGHT, "--format", "jsonl", "-q")


proof("a sending", sending_shop(), SEND, 1000)
proof("a sending of three at a time", sending_shop(), [*SEND, "--jobs", "3"], 60, jobs=3)
run_and_send = ["run", "--as-of", NIGHT, "--send", "--via", VIA, "-q"]
proof("a run that sends", of_two_nights(), run_and_send, 100)
proof("a sending of letters that come through a pipe", of_two_nights(), SEND, 50, text=as_lines(of_two_nights()))
proof("a sending that withdraws letters first", with_changes(), SEND, 50)
end()
