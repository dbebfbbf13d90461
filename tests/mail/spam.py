#!/usr/bin/python3
"""SpamAssassin finds nothing wrong with our letters: each scores under 1.0 of the 5.0 that make spam.
Usage: spam.py AMENDS PROJECT AS_OF
"""
import email.header
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LIMIT = 1.0
SKIPPED = 77


def letters(amends, project, as_of):
    done = subprocess.run([amends, "draft", "-q", "--as-of", as_of, "--date", f"{as_of}T09:00:00Z", "--format", "mbox"], cwd=project,
                          stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode in (0, 3), done.stderr
    return done.stdout


def scores(mbox, home):
    """Of each message, with its subject."""
    done = subprocess.run(["spamassassin", "-L", "-t", "-x", "--mbox"], input=mbox, capture_output=True, env={"HOME": str(home), "PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr
    found = re.findall(rb"(?m)^X-Spam-Status: \w+, score=(-?[\d.]+)", done.stdout)
    subjects = re.findall(rb"(?m)^Subject: (.*(?:\n .*)*)$", mbox)
    assert len(found) == len(subjects), (len(found), len(subjects))
    return [(float(score), str(email.header.make_header(email.header.decode_header(subject.decode())))) for score, subject in zip(found, subjects)]


def main():
    if not shutil.which("spamassassin"):
        print("skipped: spamassassin is missing")
        return SKIPPED
    amends, project, as_of = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="amends-spam-") as scratch:
        folder = pathlib.Path(scratch) / "project"
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns("*.db*"))
        mbox = letters(os.path.abspath(amends), folder, as_of)
        told = scores(mbox, scratch)
        bare = scores(re.sub(rb"(?m)^(Date|Message-ID): .*\n", b"", mbox), scratch)
    for score, subject in told:
        print(f"{score:5.1f}  {subject}")
    assert len(told) > 5
    assert min(bare)[0] > LIMIT, "without Date and Message-ID they must score worse, or nothing is measured"
    worst = max(told)[0]
    print(f"{len(told)} letters, at most {worst:.1f}; without Date and Message-ID at least {min(bare)[0]:.1f}")
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
