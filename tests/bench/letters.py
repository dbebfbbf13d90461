"""The letters of bench_letters by Jinja: reads facts, one JSON object a line, writes each letter and a NUL."""
import datetime
import functools
import json
import pathlib
import sys
import time

import jinja2

MONTHS = "January February March April May June July August September October November December".split()


@functools.lru_cache(maxsize=None)
def day(number):
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def money(minor):
    return f"£{minor // 100:,}.{minor % 100:02d}"


environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
environment.filters.update(day=day, money=money)
letter = environment.from_string((pathlib.Path(__file__).parent / "letter.jinja").read_text(encoding="utf-8"))
facts = sys.stdin.readlines()
wall = processor = 0
for at in range(0, len(facts), 500):
    portion = [json.loads(line) for line in facts[at : at + 500]]
    start, worked = time.perf_counter(), time.process_time()
    for one in portion:
        letter.render(one)
    processor += time.process_time() - worked
    wall += time.perf_counter() - start
print(f"{len(facts) / wall:.0f} {len(facts) / processor:.0f}", file=sys.stderr)
for line in facts:
    sys.stdout.write(letter.render(json.loads(line)) + "\0")
