#!/usr/bin/env python3
"""Every case that lint prints can be checked by hand: its facts, given to `compensate --facts`, give what it says.

    lint_examples.py AMENDS SOURCE
"""

import json
import pathlib
import re
import subprocess
import sys

MONEY = re.compile(r"\b[A-Z]{3} (-?[0-9]+(?:\.[0-9]+)?)")


def findings(amends, project):
    """What lint finds in a project, as far as it reads."""
    told = subprocess.run([amends, "lint", "-c", project.name, "--format", "jsonl"], cwd=project.parent, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


def decided(amends, project, facts):
    """What the policy gives for the facts."""
    told = {name: None if value == "nothing" else value for name, value in facts.items()}
    done = subprocess.run([amends, "compensate", "--facts", "-", "-c", project.name, "--format", "jsonl"], cwd=project.parent, input=json.dumps(told),
                          capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"{project}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[0])


def money_in(words):
    """All the money that the words tell of, in minor units of two digits."""
    return sum(round(float(amount) * 100) for amount in MONEY.findall(words))


def is_cannot_judge(words):
    return words.startswith("cannot judge")


def fault_of_rule(name, words, others, line):
    """What an outcome `table/rule: words` claims and does not come out; nothing when it does. Of several rules that
    match, one decides."""
    table, rule = name.split("/", 1)
    if not line["judged"]:
        named = is_cannot_judge(words) or rule in line["reason"] or table in line["reason"]
        return "" if named else f"cannot be judged: {line['reason']}"
    if is_cannot_judge(words):
        return "can be judged"
    if name not in line["rules"] and set(others) & set(line["rules"]):
        return ""
    if name not in line["rules"]:
        return f"{name} does not decide, but {line['rules']}"
    alone = [other for other in line["rules"] if other != name] == []
    if alone and money_in(words) != money_in(f"GBP {line['amount']}"):
        return f"it gives {line['amount']}"
    return ""


def fault_of_case(words, line):
    """The same of words for all that a case is given."""
    if is_cannot_judge(words) or not line["judged"]:
        return "" if is_cannot_judge(words) and not line["judged"] else f"judged: {line['judged']}, {line.get('reason')}"
    return "" if money_in(words) == money_in(f"GBP {line['amount']}") else f"it gives {line['amount']}"


def fault_of(amends, project, example, outcome):
    """What is wrong with one outcome of an example."""
    facts = example["facts"]
    head, _, words = outcome.partition(": ")
    changed = re.findall(r"(\w+) = (.*?)(?:, (?=\w+ = )|$)", head)
    if changed:
        return fault_of_case(words, decided(amends, project, dict(facts, **dict(changed))))
    if re.fullmatch(r"[\w-]+/[^:]+", head):
        others = [other.partition(": ")[0] for other in example["outcomes"] if other != outcome]
        return fault_of_rule(head, words, others, decided(amends, project, facts))
    return None  # about something else than what is given: a letter


def main():
    amends, source = sys.argv[1], pathlib.Path(sys.argv[2])
    checked, wrong = 0, []
    projects = sorted((source / "tests/cases/lint").glob("*/*.toml")) + sorted((source / "examples").glob("**/amends.toml"))
    for project in projects:
        found = findings(amends, project)
        unreached = {word for f in found if f["code"] == "unreached" for word in re.findall(r"behind (\w+)", f["message"])}
        for finding in found:
            example = finding.get("example")
            for outcome in example["outcomes"] if example else []:
                if set(example["facts"]) & unreached:
                    continue  # a computed fact, of which the message says so: nobody can tell it
                fault = fault_of(amends, project, example, outcome)
                checked += fault is not None
                if fault:
                    wrong.append(f"{project.relative_to(source)} [{finding['code']}] {example['facts']}\n    says {outcome}\n    but {fault}")
    print("\n".join(wrong))
    print(f"{checked} outcomes, {len(wrong)} do not come out")
    return 1 if wrong or checked < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
