#!/usr/bin/python3
"""How well `amends lint --letter` finds the faults that people find. Usage: run.py AMENDS FOLDER [FILE...]

FOLDER holds files of letters, each letter below a header whose `faults` names what a person found in it. Of every
rule and file: precision (of what lint says, how much is so) and recall (of what is so, how much lint says), each
against the goal; what was missed and what was said wrongly is listed. Files own-*.txt and blind*-*.txt are held to the
goal but for what short-of-goal.txt names, a file and a rule a line: these are printed as SHORT OF THE GOAL, and one that
has reached it must be struck from the list. FILEs named are printed alone.

Files probes-*.txt and plain-*.txt hold single sentences, "blame: the carrier lost it" a line. Each is a letter of its own
and held to what must not be said; of what a letter must say only to what it is named for: "no_account", or "tells" that
it is an account.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

from corpus import letters, sentences

PRECISION, RECALL = 0.95, 0.8
SINGLE = "probes-", "plain-"
SAID = {"effort", "hollow_sorry", "hollow_words", "upsell", "internal_cause", "blame", "never_again"}
OPPOSITES = {"owns": "no_responsibility", "tells": "no_account", "repairs": "no_repair", "right": "wrong_fact"}
# What was decided in the case of every single sentence.
DECIDED = """+++
second = true
order = "K-4410"
promised = "2026-05-04"
met = "2026-05-09"
"""
DECIDED_IN = {
    "en": 'locale = "en"\nremedies = ["refund 24.00 GBP"]\nphone = "01904 496 260"\nemail = "ted@hale.example"\n+++\n',
    "de": 'locale = "de"\nremedies = ["refund 24.00 EUR"]\nphone = "0221 496 2600"\nemail = "timo@hale.example"\n+++\n',
}


def said(amends, path):
    """(line, code, message) of each finding."""
    done = subprocess.run([amends, "lint", "--letter", path, "--format", "jsonl"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{path}: amends lint ended with {done.returncode}\n{done.stderr}")
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        if finding["severity"] != "note":
            yield finding["line"], finding["code"], finding["message"]


def judged(amends, path):
    """[(id, faults wanted, {code: messages})] of each letter."""
    heads = [(letter.line, letter.header) for letter in letters(path)]
    found = [collections.defaultdict(list) for _ in heads]
    for line, code, message in said(amends, path):
        which = max(i for i, (begin, _) in enumerate(heads) if begin <= line)
        found[which][code].append(f"{line}: {message}")
    return [(header.get("id", f"line {begin}"), set(header.get("faults", [])), codes) for (begin, header), codes in zip(heads, found)]


def probed(amends, path):
    """[(sentence, faults wanted, {code: messages})] of each sentence, of the codes it can speak of."""
    named = list(sentences(path))
    head = DECIDED + DECIDED_IN[path.stem.rsplit("-", 1)[1]]
    with tempfile.TemporaryDirectory() as folder:
        letters_of = pathlib.Path(folder) / "sentences.txt"
        letters_of.write_text("".join(f"{head}{sentence}\n" for _, sentence in named), encoding="utf-8")
        judgements = judged(amends, letters_of)
    cases = []
    for (names, sentence), (_, _, found) in zip(named, judgements):
        faults = names - OPPOSITES.keys() - {"good"}
        asked = SAID | faults | {OPPOSITES[name] for name in names & OPPOSITES.keys()}
        cases.append((sentence, faults, {code: messages for code, messages in found.items() if code in asked}))
    return cases


def known_short(folder):
    """{(file, code)} of what is known to be below the goal."""
    lines = (folder / "short-of-goal.txt").read_text(encoding="utf-8").splitlines()
    return {tuple(line.split()) for line in lines if line and not line.startswith("#")}


def report(name, cases, short):
    """Prints the file's figures; what is not as `short` says."""
    good = sum(1 for _, faults, _ in cases if not faults)
    what = "sentences" if name.startswith(SINGLE) else "letters"
    print(f"{name}: {good} good {what}, {len(cases) - good} bad ones")
    wrong_about = []
    codes = sorted({code for _, faults, found in cases for code in faults | set(found)})
    for code in codes:
        right = sum(1 for _, faults, found in cases if code in faults and code in found)
        wrong = [(id, found[code]) for id, faults, found in cases if code not in faults and code in found]
        missed = [id for id, faults, found in cases if code in faults and code not in found]
        precision = right / (right + len(wrong)) if right + len(wrong) else 1.0
        recall = right / (right + len(missed)) if right + len(missed) else 1.0
        is_below = precision < PRECISION or recall < RECALL
        is_known = (name, code) in short
        if is_below != is_known:
            wrong_about.append(f"{name}: {code} is {'below the goal' if is_below else 'no longer short of the goal: strike it from short-of-goal.txt'}")
        mark = "  SHORT OF THE GOAL" if is_known else "  BELOW" if is_below else ""
        print(f"  {code:18} precision {precision:.2f}  recall {recall:.2f}  {right} right{mark}")
        for id, messages in wrong:
            print(f"    said wrongly of {id}: {'; '.join(messages)}")
        for id in missed:
            print(f"    missed in {id}")
    return wrong_about


def main():
    amends, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    files = [pathlib.Path(f) for f in sys.argv[3:]] or sorted(path for names in ("own-", "blind", *SINGLE) for path in folder.glob(f"{names}*.txt"))
    if not files:
        raise SystemExit(f"{folder}: no letters")
    short = known_short(folder)
    reader = {True: probed, False: judged}
    wrong_about = [line for path in files for line in report(path.name, reader[path.name.startswith(SINGLE)](amends, path), short)]
    if wrong_about:
        raise SystemExit("\n".join([f"The goal is precision {PRECISION} and recall {RECALL}.", *wrong_about]))


main()
