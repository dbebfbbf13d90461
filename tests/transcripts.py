#!/usr/bin/python3
"""Runs the transcripts of tests and documents and compares what is shown with what happens.

A transcript looks like a terminal of 100 columns:

    $ amends check --exit-code --as-of 2026-04-07
    4471  stated-date  late  1 day  due Mon 6 Apr 2026
    [1]

`$ ` begins a command and `> ` goes on with it (a here-document, a line after `\\`). The other lines are what it
prints, stdout and stderr as they come, and `[N]` its exit status unless that is 0. A line `...` stands for any
number of lines, `...` inside a line for any text. Commands run one after another in one folder, with bash;
`cd` lasts.

What can be given:
  a folder             each `console` file below it is a transcript, run in a copy of the folder it stands in
  a .md file           its ```console blocks, run in a copy of its folder
  a .scd file          its literal blocks that begin with `$ `, run in a copy of examples/northwind
In a document, `run in: FOLDER` in a comment begins a fresh copy of another folder of the project; `run in: nothing`
an empty one.
"""
import argparse
import difflib
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONGEST = 120  # seconds one command may take


@dataclass
class Step:
    command: list[str]                                 # its lines as shown, "$ " and "> " included
    shown: list[str] = field(default_factory=list)     # what follows, the "[N]" line included
    first: int = 0                                     # index in the file's lines: of the command,
    last: int = 0                                      # and after what is shown

    def script(self):
        return "\n".join(line[2:] for line in self.command)


@dataclass
class Session:
    """Steps that share one folder."""
    file: pathlib.Path
    folder: pathlib.Path | None                        # copied; None: an empty one
    steps: list[Step] = field(default_factory=list)


def steps_of(lines, first, indent=""):
    """The steps in lines[first:...], which are the inside of one block."""
    steps = []
    for number, line in enumerate(lines, first):
        line = line[len(indent):] if line.startswith(indent) else line.lstrip()
        if line.startswith("$ "):
            steps.append(Step([line], [], number, number + 1))
        elif not steps:
            if line:
                raise SystemExit(f"line {number + 1}: a transcript begins with a `$ ` line, not {line!r}")
        elif line.startswith("> ") and not steps[-1].shown:
            steps[-1].command.append(line)
            steps[-1].last = number + 1
        else:
            steps[-1].shown.append(line)
            steps[-1].last = number + 1
    return steps


def without_blank_end(step):
    while step.shown and not step.shown[-1]:
        step.shown.pop()
        step.last -= 1
    return step


def console_sessions(file):
    lines = file.read_text().splitlines()
    return [Session(file, file.parent, [without_blank_end(s) for s in steps_of(lines, 0)])]


def document_sessions(file):
    """Blocks of a Markdown or scdoc file; `run in:` comments begin another session."""
    manual = file.suffix == ".scd"
    opening = re.compile(r"^(\s*)```\s*$" if manual else r"^(\s*)```console\s*$")
    other = re.compile(r"^\s*```\S*\s*$")
    comment = re.compile(r"^;\s*run in: (\S+)" if manual else r"^<!--\s*run in: (\S+)\s*-->")
    session = Session(file, ROOT / "examples/northwind" if manual else file.parent)
    sessions = [session]
    lines = file.read_text().splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if told := comment.match(line):
            session = Session(file, None if told[1] == "nothing" else ROOT / told[1])
            sessions.append(session)
        elif opening.match(line) or other.match(line):
            begin = number
            while number < len(lines) and not other.match(lines[number]):
                number += 1
            inside = lines[begin:number]
            number += 1
            if not (found := opening.match(line)):
                continue
            if manual and not (inside and inside[0].strip().startswith("$ ")):
                continue
            session.steps += [without_blank_end(s) for s in steps_of(inside, begin, found[1])]
    return [s for s in sessions if s.steps]


def sessions_of(path):
    if path.is_dir():
        return [s for file in sorted(path.rglob("console")) for s in console_sessions(file)]
    return document_sessions(path)


def environment(programs):
    kept = {name: os.environ[name] for name in ("LANGUAGE", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS")
            if name in os.environ}
    return kept | {
        "PATH": os.pathsep.join([*map(str, programs), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": "/nonexistent", "COLUMNS": "100", "LINES": "40", "TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat",
        "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
    }


def terminal():
    """Both ends of a terminal of 100 columns that passes bytes as they are."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    mode = termios.tcgetattr(theirs)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, mode)
    return ours, theirs


def read_to_end(end, deadline):
    """What was written to a terminal until its last writer closed it; None when that takes too long."""
    parts = []
    while select.select([end], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            part = os.read(end, 65536)
        except OSError:  # how a terminal without writers ends
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None


def run_step(step, folder, scratch, env):
    """Runs one command in `folder`; what a terminal would show, line by line, and the folder it ends in."""
    where = scratch / "cwd"
    script = f"trap 'pwd >{where}' EXIT\n{step.script()}\n"
    ours, theirs = terminal()
    process = subprocess.Popen(["bash", "-c", script], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                               stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    output = read_to_end(ours, time.monotonic() + LONGEST)
    if output is None:
        os.killpg(process.pid, signal.SIGKILL)
    status = process.wait()
    os.close(ours)
    ended_in = pathlib.Path(where.read_text().rstrip("\n")) if where.exists() else folder
    if output is None:
        return ["no end in time"], ended_in
    lines = output.decode(errors="backslashreplace").splitlines()
    if status != 0:
        lines.append(f"[{status if status > 0 else 128 - status}]")
    return lines, ended_in


def pattern_of(shown):
    """A regular expression of the lines shown, where a line `...` is any lines and `...` inside a line any text."""
    return "".join(r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
                   for line in shown)


def agree(shown, happened):
    return re.fullmatch(pattern_of(shown), "".join(line + "\n" for line in happened)) is not None


def run_session(session, programs):
    """Returns [(step, what happened)] of the steps that did not go as shown."""
    different = []
    with tempfile.TemporaryDirectory(prefix="amends-") as scratch_name:
        scratch = pathlib.Path(scratch_name).resolve()
        folder = scratch / "work"
        if session.folder is None:
            folder.mkdir()
        else:
            leave_out = shutil.ignore_patterns("console", "*.db", "*.db-*", "__pycache__")
            shutil.copytree(session.folder, folder, ignore=leave_out)
        env = environment(programs) | {"AMENDS_TESTS": str(ROOT / "tests")}
        for step in session.steps:
            happened, folder = run_step(step, folder, scratch, env)
            happened = [line.replace(str(scratch / "work"), ".").rstrip() for line in happened]
            if not agree(step.shown, happened):
                different.append((step, happened))
    return different


def explain(session, step, happened):
    try:
        name = session.file.relative_to(ROOT)
    except ValueError:
        name = session.file
    diff = difflib.unified_diff(step.shown, happened, "shown", "happened", lineterm="", n=3)
    print(f"\n{name}:{step.first + 1}:", *step.command, *diff, sep="\n")


def rewrite(file, changes):
    """Puts what happened where it was shown; from the end, so that the numbers before stay right."""
    lines = file.read_text().splitlines()
    for step, happened in sorted(changes, key=lambda change: -change[0].first):
        after_command = step.first + len(step.command)
        line = lines[step.first]
        indent = line[:len(line) - len(line.lstrip())]
        lines[after_command:step.last] = [indent + text if text else "" for text in happened]
    file.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", type=pathlib.Path, help="folders of cases, .md and .scd files")
    parser.add_argument("--bin", action="append", type=pathlib.Path, metavar="DIR", help="where amends was built")
    parser.add_argument("--update", action="store_true", help="rewrite what is shown; the diff is the review")
    options = parser.parse_args()
    programs = [folder.resolve() for folder in options.bin or [ROOT / "build"]]

    sessions = [s for path in options.paths for s in sessions_of(path.resolve())]
    count = sum(len(s.steps) for s in sessions)
    changes = {}
    for session in sessions:
        for step, happened in run_session(session, programs):
            changes.setdefault(session.file, []).append((step, happened))
            explain(session, step, happened)
    if options.update:
        for file, of_file in changes.items():
            rewrite(file, of_file)
    failed = sum(map(len, changes.values()))
    print(f"{count} commands, {failed} {'rewritten' if options.update else 'not as shown'}")
    if count == 0:
        print("there is nothing to run here")
    return 1 if count == 0 or (failed and not options.update) else 0


if __name__ == "__main__":
    sys.exit(main())
