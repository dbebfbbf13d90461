#!/usr/bin/env python3
"""Twenty runs at once, and twenty runs and sendings, with and without --wait: each grant once, each letter once, in the
ledger and in the mailbox.

    together.py AMENDS
"""
from collections import Counter

from postbox import SEND, SENDING, VIA, letters_of, outbox_of, taken_by, with_mail, wrongs
from shop import NIGHT, Shop, end, expect, records

RUN = ["run", "--as-of", NIGHT, "-q"]
shop, whole = Shop(records(300, 80)), Shop(records(300, 80))
whole.run()
runs = [shop.start(*RUN, *(["--wait", "5 min"] if n % 2 == 0 else [])) for n in range(20)]
outputs = [process.communicate()[0] for process in runs]
codes = Counter(process.returncode for process in runs)
expect("20 runs at once: each grant once, each letter once, as of one run alone", shop.outcome()[:3] == whole.outcome()[:3],
       f"{len(whole.outcome()[0]) - 1} grants, {len(whole.outcome()[1])} letters")
expect("those that wait end well", all(p.returncode in (0, 3) for p in runs[::2]), f"exit codes {dict(codes)}")
expect("those that do not, end well or with 4", all(p.returncode in (0, 3, 4) for p in runs[1::2]))
expect("one of them told what it granted", sum(b"granted" in text and b"remedies" in text for text in outputs) == 1)
expect("the ledger verifies", not shop.findings())
expect("as many runs are in it as ended well", len(shop.outcome()[3]) == sum(p.returncode != 4 for p in runs))

WAYS = [RUN, [*SEND, "--jobs", "3"], [*RUN, "--send", "--via", VIA], SEND]


def crowd(name, shop, whole, waits):
    """`waits` tells of the nth process whether it waits for the others."""
    processes = [shop.start(*WAYS[n % len(WAYS)], *(["--wait", "5 min"] if waits(n) else [])) for n in range(20)]
    for process in processes:
        process.communicate()
    codes = Counter(process.returncode for process in processes)
    # A sending that comes before the first run finds no ledger.
    expect(f"{name}: those that wait end well, or find no ledger yet",
           all(p.returncode in (0, 3, 5) for n, p in enumerate(processes) if waits(n)), f"exit codes {dict(codes)}")
    expect(f"{name}: the others too, or with 4", all(p.returncode in (0, 3, 4, 5) for p in processes))
    shop.run()
    last = shop.done(*SEND)[0]
    expect(f"{name}: each grant once, as of one run alone", sorted(shop.amends("ledger", "export").splitlines()) == sorted(whole.amends("ledger", "export").splitlines()))
    keys = lambda s: sorted(m["message"] for m in outbox_of(s))
    expect(f"{name}: each letter is written once", keys(shop) == keys(whole) and len(set(keys(shop))) == len(keys(shop)), f"{len(keys(shop))} letters")
    true = {m["message_id"] for m in outbox_of(shop) if m["state"] != "withdrawn"}
    expect(f"{name}: and left once, unless it was no longer true", last == 0 and wrongs(shop, 0) == [] and taken_by(shop) == Counter(dict.fromkeys(true, 1)),
           f"{sum(letters_of(shop).values())} in the mailbox, {len(keys(shop)) - len(true)} withdrawn")
    expect(f"{name}: the ledger verifies", not shop.findings())


one = with_mail(Shop(records(80, 40), SENDING))
one.run()
for name, waits in (("20 runs and sendings that wait", lambda n: True), ("20 that do not", lambda n: False), ("20 of which half wait", lambda n: n % 3 == 0)):
    crowd(name, with_mail(Shop(records(80, 40), SENDING)), one, waits)
    later = with_mail(Shop(records(80, 40), SENDING))
    later.run("2026-03-20")
    later_one = with_mail(Shop(records(80, 40), SENDING))
    later_one.run("2026-03-20")
    later_one.run()
    crowd(name + ", a later night", later, later_one, waits)
end()
