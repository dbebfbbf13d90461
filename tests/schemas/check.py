#!/usr/bin/python3
"""Every JSON line the stages print stands in a schema of templates/schemas. Usage: check.py AMENDS ROOT

ROOT holds examples/northwind and templates/schemas. A line of a type without a schema fails; so does a type
that no stage printed, because then nothing was proved about it.
"""
import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from jsonschema import Draft202012Validator

MUST_APPEAR = {"miss", "unjudged", "unmatched", "decision", "message", "call", "calibration", "promise", "explanation", "facts", "test", "rule", "simulation", "ledger_check", "report", "silent", "checkup"}
NIGHT, LATER = "2026-03-20", "2026-03-27"
FACTS = b'{"kind": "late", "service": "standard", "order_value": "42.00", "late_days": 4, "due_date": "2026-03-11"}\n{}\n'


def validators(folder):
    found = {}
    for path in sorted(folder.glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        found[path.stem] = Draft202012Validator(schema)
    return found


def faults(line, known):
    kind = line.get("type")
    if kind not in known:
        return [f"there is no schema {kind}.json"]
    return [f"{error.json_path}: {error.message}" for error in known[kind].iter_errors(line)]


def spoilt(line):
    """The ways a line can go wrong that a schema must notice."""
    for key in ("v", "case", "order"):
        if key in line:
            yield f"without {key}", {k: v for k, v in line.items() if k != key}
    yield "a key nobody declared", {**line, "surprise": 1}
    yield "another version", {**line, "v": 2}
    yield "a type nobody knows", {**line, "type": "surprise"}
    for key, value in line.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            worse = copy.deepcopy(line)
            worse[key][0] = {"surprise": 1}
            yield f"{key} of another shape", worse


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.known = validators(ROOT / "templates" / "schemas")
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="amends-schemas-"))
        cls.addClassCleanup(shutil.rmtree, scratch)
        cls.project = scratch / "project"
        shutil.copytree(ROOT / "examples" / "northwind", cls.project, ignore=shutil.ignore_patterns("*.db*"))
        cls.printed = {}
        cls.collect("one night", NIGHT)
        cls.amends("run", "--as-of", NIGHT)
        cls.collect("a week after a run", LATER)
        cls.collect_estimates(scratch / "estimates")
        cls.collect_silent(scratch / "silent")

    @classmethod
    def amends(cls, *words, piped=None, folder=None):
        stdin = {"input": piped} if piped is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run([AMENDS, *words], cwd=folder or cls.project, capture_output=True, **stdin)
        if done.returncode not in (0, 3):  # 3: one row of the example is set aside
            raise SystemExit(f"amends {' '.join(words)} ended with {done.returncode}\n{done.stderr.decode()}")
        return done.stdout

    @classmethod
    def collect_estimates(cls, folder):
        shutil.copytree(ROOT / "tests/cases/at-risk/an-open-order-is-as-likely-to-be-late-as-those-like-it-were", folder)
        for words in (["check", "--at-risk", "--hold-back", "2026-02-01"], ["promise", "--by", "region,weekday", "--format", "jsonl"]):
            out = cls.amends(*words, "--as-of", "2026-03-21", folder=folder)
            cls.printed[" ".join(words)] = [json.loads(line) for line in out.decode("utf-8").splitlines()]

    @classmethod
    def collect_silent(cls, folder):
        shutil.copytree(ROOT / "tests/cases/report/who-was-let-down-and-wrote-nothing-is-listed", folder)
        cls.printed["report --silent"] = [json.loads(cls.amends("report", "--silent", "--format", "json", "--as-of", "2026-03-10", folder=folder))]

    @classmethod
    def collect(cls, when, as_of):
        def stage(*words, piped=None):
            out = cls.amends(*words, "--as-of", as_of, piped=piped)
            name = f"{when}: {'... | ' if piped is not None else ''}{' '.join(words)}"
            cls.printed[name] = [json.loads(line) for line in out.decode("utf-8").splitlines()]
            return out

        stage("test", "--format", "jsonl")
        stage("simulate", "--against", "amends.toml", "--format", "json")
        stage("report", "--format", "json")
        misses = stage("check")
        stage("check", "--unmatched")
        stage("check", "--sort", "due")
        stage("compensate")
        stage("compensate", "--gross")
        stage("explain", "NT-1003", "--format", "jsonl")
        stage("doctor", "--format", "jsonl")
        decisions = stage("compensate", piped=misses)
        stage("draft", "--format", "jsonl")
        stage("draft", "--format", "jsonl", piped=decisions)
        stage("compensate", "--facts", "-", piped=FACTS)
        if (cls.project / "amends.db").exists():
            stage("ledger", "verify", "--format", "json")

    def lines(self):
        return [(stage, line) for stage, lines in self.printed.items() for line in lines]

    def test_every_line_has_its_schema(self):
        for stage, line in self.lines():
            with self.subTest(stage, order=line.get("order")):
                self.assertEqual(faults(line, self.known), [])

    def test_every_type_appears(self):
        self.assertEqual(MUST_APPEAR - {line["type"] for _, line in self.lines()}, set())

    def test_a_spoilt_line_is_noticed(self):
        one_of_each = {line["type"]: line for _, line in self.lines()}
        for kind, line in one_of_each.items():
            for how, worse in spoilt(line):
                with self.subTest(kind, how=how):
                    self.assertNotEqual(faults(worse, self.known), [])


if __name__ == "__main__":
    AMENDS, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1])
