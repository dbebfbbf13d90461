#!/usr/bin/python3
"""Compares the man pages with --help, both ways: every option of one stands in the other, and every command
has a page. Usage: man_options.py PROGRAM MAN_FOLDER

A page documents an option by a line that begins with it: `*-o*, *--output* _FILE_`. `-h` and `--help` stand in
amends(1) for all.
"""
import pathlib
import re
import subprocess
import sys

EVERYWHERE = {"-h", "--help"}
OPTION = r"(?<![\w-])(?:--[a-z][a-z0-9-]*|-[a-zA-Z])(?![\w-])"


def help_of(program, *words):
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, env={"COLUMNS": "100"})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)} --help ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def options_in_help(text):
    """Options at the beginning of a line; what a description mentions does not count."""
    found = set()
    for line in text.splitlines():
        if told := re.match(r"\s+(-\S.*)", line):
            column = re.split(r"\s{2,}", told[1])[0]
            found |= set(re.findall(OPTION, column.replace(",", " ")))
    return found


def commands_in_help(text):
    """Names below a heading that is not of options or arguments: commands stand in groups of their own."""
    names, inside = [], False
    for line in text.splitlines():
        if re.match(r"\S.*:$", line):
            inside = line not in ("Options:", "Positionals:")
        elif inside and (told := re.match(r"  ([a-z][a-z-]*)(\s|$)", line)):
            names.append(told[1])
    return names


def options_in_page(file):
    found = set()
    for line in file.read_text().splitlines():
        if re.match(r"\*-", line):
            found |= set(re.findall(OPTION, line.replace("*", " ").replace(",", " ").split("_")[0]))
    return found


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    faults = []
    top = help_of(program)
    commands = commands_in_help(top)
    if not commands:
        faults.append("amends --help lists no commands")
    pages = {file.name[len("amends-"):-len(".1.scd")] for file in folder.glob("amends-*.1.scd")}
    faults += [f"{name}: there is no man page amends-{name}.1" for name in commands if name not in pages]
    faults += [f"amends-{name}.1: there is no such command" for name in sorted(pages - set(commands))]

    compared = [("amends.1", folder / "amends.1.scd", options_in_help(top))]
    for name in commands:
        if name in pages:
            text = help_of(program, name)
            told = options_in_help(text)
            for inner in commands_in_help(text):
                told |= options_in_help(help_of(program, name, inner))
            compared.append((f"amends-{name}.1", folder / f"amends-{name}.1.scd", told))
    for page, file, in_help in compared:
        in_page = options_in_page(file)
        faults += [f"{page}: {option} is in --help only" for option in sorted(in_help - in_page - EVERYWHERE)]
        faults += [f"{page}: {option} is in the page only" for option in sorted(in_page - in_help - EVERYWHERE)]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(compared)} pages compared, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
