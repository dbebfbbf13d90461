#!/usr/bin/env python3
"""Exports that change while amends reads them: cut short, written on, coming slowly through a pipe.

    changing.py AMENDS

A run over them ends with the answer of what stood there, or stops with exit 5; never with a wrong count.
"""
import csv
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

AMENDS = os.path.abspath(sys.argv[1])
AS_OF = "2026-05-01"
CONFIG = """
[shop]
name      = "Test Shop"
timezone  = "Europe/London"
currency  = "GBP"
locale    = "en"
signatory = { name = "Maya Chen", email = "maya@shop.example" }

[sources.orders]
path = "orders.csv"

[[guarantee]]
name = "stated-date"
due  = { field = "promised_at" }
"""
HEADER = b"order_id,promised_at,delivered_at,note\n"
ROWS = 60000
luck = random.Random(5)


def row(number):
    late = number % 10 == 0
    return b"N-%06d,2026-03-1%d,2026-03-%d,%s\n" % (number, number % 9, 25 if late else 10, b"x" * (number % 40))


LINES = [row(number) for number in range(ROWS)]
WHOLE = HEADER + b"".join(LINES)
MISSED = [number for number in range(ROWS) if number % 10 == 0]


def check(*more, **pipes):
    return subprocess.run([AMENDS, "check", "--as-of", AS_OF, "--format", "csv", *more], capture_output=True, text=True, timeout=100, **pipes)


def must(holds, what, done):
    if not holds:
        sys.exit(f"{what}: exit {done.returncode}, {len(done.stdout)} bytes\n{done.stderr[-800:]}")


def answers_for_what_stood_there(done):
    """The first so many rows, of which the last may have been cut."""
    found = [int(row["order"][2:]) for row in csv.DictReader(io.StringIO(done.stdout))]
    orders = int(re.search(r"^(\d+) orders?:", done.stderr, re.M).group(1))
    set_aside = int((re.search(r"(\d+) rows? set aside", done.stderr) or [0, 0])[1])
    must(set_aside <= 1 and done.returncode == (3 if set_aside else 0), "one row at most is cut", done)
    must(found in ([n for n in MISSED if n < orders], [n for n in MISSED if n < orders - 1]), "misses of the rows counted", done)
    return orders


def written_while_read(change, runs):
    stop = threading.Event()

    def write():
        with open("orders.csv", "r+b", buffering=0) as file:
            while not stop.is_set():
                change(file)

    with open("orders.csv", "wb") as file:
        file.write(WHOLE)
    writer = threading.Thread(target=write)
    writer.start()
    refused = answered = 0
    try:
        for _ in range(runs):
            done = check()
            must(done.returncode in (0, 3, 5), "an answer or a refusal", done)
            if done.returncode == 5:
                must(re.search(r"changed while|is empty|no row that can be read|can be read; this one", done.stderr), "a refusal says why", done)
                refused += 1
            else:
                answers_for_what_stood_there(done)
                answered += 1
    finally:
        stop.set()
        writer.join()
    return refused, answered


def cut_and_write_on(file):
    cut = luck.randrange(len(HEADER) + 100, len(WHOLE))
    file.truncate(cut)
    time.sleep(luck.random() * 0.1)
    file.seek(cut)
    file.write(WHOLE[cut:])
    time.sleep(luck.random() * 0.1)


def write_on_slowly(file):
    cut = luck.randrange(len(HEADER) + 100, len(WHOLE))
    file.truncate(cut)
    file.seek(cut)
    for at in range(cut, len(WHOLE), 1 << 16):
        file.write(WHOLE[at:at + (1 << 16)])
        time.sleep(0.001)
    time.sleep(luck.random() * 0.1)


def through_a_slow_pipe():
    os.remove("orders.csv")
    os.mkfifo("orders.csv")

    def write():
        with open("orders.csv", "wb", buffering=0) as pipe:
            for at in range(0, len(WHOLE), 50001):
                pipe.write(WHOLE[at:at + 50001])
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    done = check()
    writer.join()
    must(done.returncode == 0 and answers_for_what_stood_there(done) == ROWS, "a slow pipe is read to its end", done)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("amends.toml", "w", encoding="utf-8") as file:
            file.write(CONFIG)
        for change in (cut_and_write_on, write_on_slowly):
            refused, answered = written_while_read(change, 40)
            print(f"{change.__name__}: {refused} refused, {answered} answered")
        through_a_slow_pipe()
        print("through_a_slow_pipe: read to its end")


main()
