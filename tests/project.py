"""A project in a folder of its own, for tests that run amends: its files and its commands, and what a test expects of them.
The tests' shops derive from it and bring their own records.
"""
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

failures = []


def expect(what, holds, detail=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}{': ' if detail else ''}{detail}", flush=True)
    if not holds:
        failures.append(what)


def end():
    print(f"{len(failures)} failed" if failures else "all hold")
    sys.exit(1 if failures else 0)


class Project:
    def __init__(self, program, folder=None):
        self.program = os.path.abspath(program)
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="amends-test-"))
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, text):
        with open(self.path(name), "w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)

    def write_rows(self, name, rows):
        """As CSV: the header, then lists; or records that name their columns themselves."""
        with open(self.path(name), "w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            if rows and isinstance(rows[0], dict):
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
            else:
                writer = csv.writer(file)
            writer.writerows(rows)

    def command(self, *arguments):
        return [self.program, *arguments]

    def start(self, *arguments, env=None, **how):
        return subprocess.Popen(self.command(*arguments), cwd=self.folder, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how,
                                env={**os.environ, **(env or {})})

    def done(self, *arguments, env=None):
        """Its exit code, what it printed and what it said."""
        process = self.start(*arguments, env=env)
        out, faults = process.communicate()
        return process.returncode, out.decode(errors="surrogateescape"), faults.decode(errors="surrogateescape")

    def amends(self, *arguments, may=(0, 3), env=None):
        """What it printed."""
        code, out, faults = self.done(*arguments, env=env)
        if code not in may:
            raise AssertionError(f"amends {' '.join(arguments)} ended with {code}:\n{faults}")
        return out

    def lines(self, *arguments):
        return [json.loads(line) for line in self.amends(*arguments, "--format", "jsonl").splitlines()]

    def ledger_files(self):
        return sorted(name for name in os.listdir(self.folder) if name.startswith("amends.db"))

    def without_ledger(self):
        for name in self.ledger_files():
            os.remove(self.path(name))

    def close(self):
        shutil.rmtree(self.folder)
