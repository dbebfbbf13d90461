#!/usr/bin/python3
"""Every published scheme of examples/schemes against its vectors. Usage: run.py AMENDS ROOT [SCHEME...]

vectors.csv holds, for each case of a scheme, the facts as JSON and what it is owed: the amount, its currency and
the remedies in order. The project of a scheme decides all its cases in one go, and each must come out exactly.
"""
import csv
import json
import pathlib
import subprocess
import sys


def cases_by_scheme(path):
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["scheme"], []).append(row)
    return found


def facts_of(row):
    """The case's facts, with the currency the vector is in: its money says it in the names of its fields at most."""
    return json.dumps({**json.loads(row["inputs"]), "currency": row["expected_currency"]})


def decided(amends, project, rows):
    done = subprocess.run([amends, "compensate", "-c", str(project), "--facts", "-", "--format", "jsonl"],
                          input="\n".join(map(facts_of, rows)) + "\n", capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != len(rows):
        return None, done.stderr
    return lines, done.stderr


def fault(row, line):
    wanted = (row["expected_amount"], row["expected_currency"], json.loads(row["expected_remedies"]))
    came = (line["amount"], line["currency"], line["remedies"])
    if came == wanted:
        return None
    told = line.get("reason") or "; ".join(line["derivation"])
    return f"{row['case_id']}: wanted {wanted}, came {came} ({row['why']}) {told}"


def main(amends, root, *only):
    passed, failed = 0, 0
    schemes = cases_by_scheme(root / "tests" / "schemes" / "vectors.csv")
    for scheme, rows in schemes.items():
        if only and scheme not in only:
            continue
        lines, said = decided(amends, root / "examples" / "schemes" / scheme / "amends.toml", rows)
        if lines is None:
            print(f"{scheme}: not decided\n{said}")
            failed += len(rows)
            continue
        faults = list(filter(None, map(fault, rows, lines)))
        for one in faults:
            print(one)
        passed += len(rows) - len(faults)
        failed += len(faults)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), *sys.argv[3:]))
