#!/usr/bin/python3
"""Whether the line that tells how far reading is appears on a terminal, is erased, and stays away from pipes, from
-q and from --progress never. Usage: progress_test.py PROGRAM"""
import os
import pathlib
import pty
import subprocess
import sys
import tempfile

PROJECT = """[shop]
name = "Tea"
timezone = "Europe/London"
currency = "GBP"
locale = "en"
[sources.orders]
path = "-"
[[guarantee]]
name = "stated-date"
due = { field = "promised_at" }
"""
ORDERS = "order_id,placed_at,promised_at,delivered_at\n1,2026-04-01,2026-04-02,2026-04-03\n"
SLOW = f"(sleep 2; printf '{ORDERS}')".replace("\n", "\\n")
ERASED = b"\r\x1b[K"


def on_terminal(command, folder, term="xterm"):
    """What the command writes to stderr, a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(["sh", "-c", command], cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs, env=os.environ | {"TERM": term})
    os.close(theirs)
    told = b""
    try:
        while piece := os.read(ours, 4096):
            told += piece
    except OSError:
        pass  # the other side is closed
    if done.wait() != 0:
        sys.exit(f"{command} ended with {done.returncode}: {told!r}")
    return told


def in_pipe(command, folder):
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=True).stderr


def main():
    check = f"{SLOW} | {os.path.abspath(sys.argv[1])} check --as-of 2026-04-10 --format csv"
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "amends.toml").write_text(PROJECT)
        shown = on_terminal(check, folder)
        line, erased, rest = shown.rpartition(ERASED)
        faults = []
        if b"opening the sources" not in line or not erased:
            faults.append(f"nothing is shown on a terminal: {shown!r}")
        if not rest.startswith(b"1 order:"):
            faults.append(f"the line is not erased before the summary: {shown!r}")
        for told, where in ((in_pipe(check, folder), "in a pipe"), (on_terminal(check + " --progress never", folder), "with --progress never"),
                            (on_terminal(check + " -q", folder), "with -q"),
                            (on_terminal(check, folder, "dumb"), "on a terminal that cannot rewrite a line")):
            if b"\x1b" in told or b"opening" in told:
                faults.append(f"it is shown {where}: {told!r}")
    if faults:
        sys.exit("\n".join(faults))


main()
