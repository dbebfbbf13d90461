#!/usr/bin/python3
"""Whether what is decided by hand asks on a terminal for what its options do not say, does it at "y" alone, and never asks in
a pipe. Usage: asking_test.py PROGRAM"""
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile

PROJECT = """[shop]
name = "Tea"
timezone = "Europe/London"
currency = "GBP"
locale = "en"
signatory = { name = "Maya Chen", title = "Customer Care", email = "maya@tea.example" }
contact = { phone = "+44 20 7946 0018", email = "care@tea.example", hours = "Mon-Sat 8-20" }
[sources.orders]
path = "orders.csv"
[[guarantee]]
name = "stated-date"
due = { field = "promised_at" }
[[policy.delay.rule]]
name = "late"
when = { kind = "late" }
give = [ { kind = "credit", amount = "5.00" } ]
[[policy.approval]]
when = { total = "> 1.00" }
[[message]]
purpose = "notice"
template = "late"
[ledger]
since = 2026-01-01
"""
ORDERS = ("order_id,placed_at,promised_at,delivered_at,customer_id,email,first_name\n"
          "1,2026-04-01,2026-04-02,2026-04-04,C7,ana@torres.example,Ana\n")
NIGHT = ["--as-of", "2026-04-05"]
ROUNDS = [  # arguments, answers, what is asked, what is said then, what stands in the ledger
    (["ledger", "approve", "--reason", "approval"], ["Maya Chen", "n"], ["Who decides it?", "Do it?"], "Nothing was approved", ("held", "")),
    (["ledger", "approve", "--reason", "approval"], [""], ["Who decides it?"], "who decides it?", ("held", "")),
    (["ledger", "approve", "--reason", "approval", "--by", "Maya Chen"], ["y"], ["Do it?"], "1 grant approved", ("granted", "approved by Maya Chen")),
    (["outbox", "approve", "--all"], ["Maya Chen", ""], ["Who decides it?", "Do it?"], "Nothing was approved", ("granted", "approved by Maya Chen")),
    (["ledger", "void", "1", "--reason", "a test"], ["Bo"], ["Who decides it?"], "1 remedy made void", ("void", "void by Bo: a test")),
    (["ledger", "forget", "C7"], ["Bo", "no"], ["Who decides it?", "Do it?"], "Nothing was erased", ("void", "void by Bo: a test")),
    (["ledger", "forget", "C7", "--by", "Bo"], ["yes"], ["Do it?"], "Forgotten.", ("void", "void by Bo: a test")),
]
faults = []


def on_terminal(command, folder, answers):
    """What it says with a terminal for stdin and stderr; each answer is typed when it has asked."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    told, waiting = "", list(answers)
    while True:
        ready, _, _ = select.select([ours], [], [], 60)
        try:
            piece = os.read(ours, 4096) if ready else b""
        except OSError:
            piece = b""  # the other side is closed
        if not piece:
            break
        told += piece.decode()
        asks = told.rstrip("\r\n").endswith(("ledger) ", "(y/N) "))
        if asks and waiting:
            os.write(ours, (waiting.pop(0) + "\n").encode())
            told += "\n"
    process.wait()
    os.close(ours)
    return told


def main():
    amends = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("amends.toml", PROJECT), ("orders.csv", ORDERS)):
            (pathlib.Path(folder) / name).write_text(text)
        subprocess.run([amends, "run", *NIGHT, "-q"], cwd=folder, check=True, capture_output=True)
        piped = subprocess.run([amends, "ledger", "approve", "1", *NIGHT], cwd=folder, input="Maya Chen\ny\n", capture_output=True, text=True)
        if piped.returncode != 2 or "--by" not in piped.stderr or "Who decides" in piped.stderr:
            faults.append(f"in a pipe it asks, or does not name the option: {piped.stderr!r}")
        for arguments, answers, asked, said, state in ROUNDS:
            told = on_terminal([amends, *arguments, *NIGHT], folder, answers)
            if not all(question in told for question in asked) or said not in told:
                faults.append(f"{' '.join(arguments)} with {answers}: wanted {asked} and {said!r}, told {told!r}")
            listed = subprocess.run([amends, "ledger", "list", "--format", "tsv", "-q"], cwd=folder, capture_output=True, text=True, check=True).stdout
            row = listed.splitlines()[1].split("\t")
            if (row[17], row[18]) != state and not (state == ("held", "") and row[17] == "held"):
                faults.append(f"{' '.join(arguments)} with {answers}: the grant is {row[17]}, {row[18]!r}, not {state}")
    print("\n".join(faults) or f"{len(ROUNDS)} decisions asked for on a terminal")
    sys.exit(1 if faults else 0)


main()
