#!/usr/bin/env python3
"""Twenty runs at once, with and without --wait: each grant once, each letter once.

    together.py AMENDS
"""
from collections import Counter

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
end()
