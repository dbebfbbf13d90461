#!/usr/bin/python3
"""Every rule of amends lint is provoked by some case, and findings stand in their schema. Usage: lint_rules.py AMENDS ROOT"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

from jsonschema import Draft202012Validator

AMENDS, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
CASES = ROOT / "tests" / "cases"
CODE = re.compile(r": (?:error|warning|note): .*\[([a-z_-]+)\]$", re.MULTILINE)


def rules():
    lines = (ROOT / "templates" / "lint" / "rules.tsv").read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[0] for line in lines if not line.startswith("#")}


class LintRules(unittest.TestCase):
    def test_each_rule_is_provoked_and_each_code_is_explained(self):
        provoked = {code for console in CASES.glob("*/*/console") for code in CODE.findall(console.read_text(encoding="utf-8"))}
        self.assertEqual(provoked, rules())

    def test_the_sound_policies_are_let_alone(self):
        for case in sorted((CASES / "lint").iterdir()):
            found = {code for code in CODE.findall(self.lint(case, "amends.toml", "text"))}
            sound = {code for code in CODE.findall(self.lint(case, "sound.toml", "text"))}
            self.assertFalse(found & sound, f"{case.name}: {found & sound}")

    def test_findings_stand_in_their_schema(self):
        schema = Draft202012Validator(json.loads((ROOT / "templates" / "schemas" / "finding.json").read_text(encoding="utf-8")))
        lines = [json.loads(line) for case in sorted((CASES / "lint").iterdir()) for line in self.lint(case, "amends.toml", "jsonl").splitlines()]
        self.assertTrue(any(line["example"] for line in lines))
        for line in lines:
            self.assertEqual([error.message for error in schema.iter_errors(line)], [])
        self.assertTrue(list(schema.iter_errors({**lines[0], "surprise": 1})))

    @staticmethod
    def lint(case, project, form):
        return subprocess.run([AMENDS, "lint", "-c", project, "--format", form], cwd=case, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
