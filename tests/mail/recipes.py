#!/usr/bin/python3
"""Runs each line of RECIPES in the manual page of draft as it stands there, with the real programs, and looks at
what came out of the other end. Usage: recipes.py AMENDS PROJECT AS_OF PAGE

Mail goes to a server of this test; programs find their settings in a home folder of its own. A recipe whose
program is not installed is skipped by name; one that the test does not know fails.
"""
import base64
import email
import email.policy
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
try:
    from deliver import FreePort, Keeper, write_msmtprc
except ImportError:
    print("skipped: python3-aiosmtpd is missing")
    sys.exit(SKIPPED)

DATE = "2026-03-20T09:00:00Z"


def recipes(page):
    section = page.read_text().split("\n# RECIPES\n")[1].split("\n# ")[0]
    return re.findall(r"(?m)^```\n(.*?)\n```$", section, re.DOTALL)


class Desk:
    """A copy of the project, a home, a mail server and `amends` as it is typed in the page."""

    def __init__(self, scratch, amends, project, as_of):
        self.scratch, self.amends, self.as_of = scratch, amends, as_of
        self.project, self.home, self.bin, self.inbox = (scratch / name for name in ("project", "home", "bin", "inbox"))
        shutil.copytree(project, self.project, ignore=shutil.ignore_patterns("*.db*"))
        for folder in (self.home, self.bin, self.inbox, self.home / "Mail"):
            folder.mkdir()
        self.server = FreePort(Keeper(self.inbox), hostname="127.0.0.1", port=0, decode_data=False)
        self.server.start()
        self.write_settings()

    def write_settings(self):
        write_msmtprc(self.home / ".msmtprc", self.server.port)
        script = f'#!/bin/sh\ncommand=$1; shift\nexec {shlex.quote(self.amends)} "$command" --as-of {self.as_of} --date {DATE} "$@"\n'
        (self.bin / "amends").write_text(script)
        (self.bin / "amends").chmod(0o755)
        if msmtp := shutil.which("msmtp"):
            # As Debian's msmtp-mta; run by root, s-nail gives it root's home.
            (self.bin / "sendmail").write_text(f'#!/bin/sh\nexec {msmtp} -C {shlex.quote(str(self.home / ".msmtprc"))} "$@"\n')
            (self.bin / "sendmail").chmod(0o755)
        (self.home / ".mailrc").write_text(f"set mta={self.bin}/sendmail\n")
        (self.home / ".muttrc").write_text(f'set sendmail="{self.bin}/sendmail"\nset copy=no\n')
        (self.home / ".notmuch-config").write_text(f"[database]\npath={self.home}/Mail\n[user]\nname=T\nprimary_email=t@example.com\n[new]\ntags=\n")

    def run(self, line):
        env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.home), "MAILRC": str(self.home / ".mailrc"),
               "NOTMUCH_CONFIG": str(self.home / ".notmuch-config"), "LC_ALL": "C"}  # cron's
        return subprocess.run(["bash", "-c", line], cwd=self.project, env=env, stdin=subprocess.DEVNULL, capture_output=True)

    def draft(self, *words):
        return self.run(shlex.join(["amends", "draft", "-q", *words])).stdout

    def came(self):
        """The messages since the last time, with the line ends of a file."""
        files = sorted(self.inbox.glob("*.eml"), key=lambda f: int(f.stem))
        told = [(f.read_bytes().replace(b"\r\n", b"\n"), json.loads(f.with_suffix(".json").read_text())) for f in files]
        for f in files:
            f.unlink()
        return told


def emls(desk):
    return [m for m in desk.draft("--format", "nul").split(b"\0") if m]


def letters(desk):
    return [m for m in map(json.loads, desk.draft("--format", "jsonl").splitlines()) if m["type"] == "message"]


def same_bytes(desk, wanted):
    came = [raw for raw, _ in desk.came()]
    assert came == wanted, f"{len(came)} came, {len(wanted)} were drafted; some differ"
    return f"{len(came)} arrived, bytes identical"


def one_as_it_is(desk, _):
    return same_bytes(desk, [desk.draft("NT-1003", "--format", "eml")])


def all_as_they_are(desk, _):
    return same_bytes(desk, emls(desk))


def all_with_the_line_between(desk, _):
    """formail leaves the empty line that stands between messages of an mbox."""
    return same_bytes(desk, [raw + b"\n" for raw in emls(desk)])


def from_the_bounce_address(desk, _):
    (raw, envelope), = desk.came()
    assert raw == desk.draft("NT-1003", "--format", "eml")
    assert envelope["from"] == "returns@northwind.example", envelope
    return "1 arrived, bytes identical, bounces go where they should"


def one_rebuilt(desk, _):
    """Built by another program: what a reader sees is the same."""
    (raw, envelope), = desk.came()
    letter, = [m for m in letters(desk) if m["order"] == "NT-1003"]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    same_headers(message, letter)
    assert envelope["to"] == [letter["to"]["email"]], envelope
    assert message.get_content() == letter["text"], message.get_content()
    return "1 arrived, says the same"


def same_headers(message, letter):
    for name in ("from", "to", "reply_to"):
        address, = message[name.replace("_", "-")].addresses
        assert (address.display_name, address.addr_spec) == (letter[name]["name"], letter[name]["email"]), (name, address)
    assert message["Subject"] == letter["subject"]
    assert message["Message-ID"] == f"<{letter['message_id']}>"


def check_maildir_adds_none(desk):
    """What a reader has moved to cur/ does not come back."""
    desk.run("amends draft --format maildir -o letters")
    new = desk.project / "letters/new"
    assert sorted(f.read_bytes() for f in new.iterdir()) == sorted(emls(desk))
    for f in list(new.iterdir()):
        f.rename(desk.project / "letters/cur" / (f.name + ":2,S"))
    again = desk.run("amends draft --format maildir -o letters")
    assert not list(new.iterdir()), "a rerun brought letters back that had been read"
    assert again.returncode == 3 and b"letters are there already" in again.stderr, again.stderr


def found_by_notmuch(desk, _):
    for raw in (wanted := emls(desk)):
        key = re.search(rb"(?m)^Message-ID: <(.*)>$", raw)[1].decode()
        shown = desk.run(f"notmuch show --format=raw id:{key}").stdout
        assert shown == raw, key
    return f"{len(wanted)} found, bytes identical"


def box(mailbox):
    return f'{json.dumps(mailbox["name"], ensure_ascii=False)} <{mailbox["email"]}>'


def for_postmark(desk, out):
    batch, = map(json.loads, out.splitlines())
    wanted = [{"From": box(m["from"]), "To": box(m["to"]), "ReplyTo": box(m["reply_to"]), "Subject": m["subject"], "TextBody": m["text"],
               "HtmlBody": m["html"], "MessageStream": "outbound", "Metadata": {"key": m["key"]}} for m in letters(desk)]
    assert batch == wanted
    return f"{len(batch)} in one batch"


def for_sendgrid(desk, out):
    requests = [json.loads(line) for line in out.splitlines()]
    wanted = [{"personalizations": [{"to": [m["to"]], "custom_args": {"key": m["key"]}}], "from": m["from"], "reply_to": m["reply_to"],
               "subject": m["subject"], "content": [{"type": "text/plain", "value": m["text"]}, {"type": "text/html", "value": m["html"]}]}
              for m in letters(desk)]
    assert requests == wanted
    return f"{len(requests)} requests"


def for_ses(desk, out):
    assert base64.b64decode(json.loads(out)["Content"]["Raw"]["Data"]) == desk.draft("NT-1003", "--format", "eml")
    return "1 request, bytes identical"


# By what a recipe holds: the programs it needs, and what to look at.
KNOWN = [
    ("formail ", ["formail", "msmtp"], all_with_the_line_between),
    ("read -r -d ''", ["msmtp"], all_as_they_are),
    ("notmuch new", ["notmuch"], found_by_notmuch),
    ("s-nail ", ["s-nail", "msmtp"], one_rebuilt),
    ("mutt ", ["mutt", "msmtp"], one_rebuilt),
    ("sendmail -t", ["msmtp"], from_the_bounce_address),
    ("eml | msmtp -t", ["msmtp"], one_as_it_is),
    ("TextBody", ["jq"], for_postmark),
    ("personalizations", ["jq"], for_sendgrid),
    ("base64 -w0", ["jq"], for_ses),
]


def check(desk, line):
    """True when it could be tried."""
    known = [(needs, look) for words, needs, look in KNOWN if words in line]
    assert known, "the test does not know this recipe"
    needs, look = known[0]
    if missing := [program for program in needs if not shutil.which(program)]:
        print(f"skipped, no {missing[0]}: {line[:90]}")
        return False
    done = desk.run(line)
    assert done.returncode in (0, 3), done
    print(f"{look(desk, done.stdout)}: {line[:90]}")
    return True


def main():
    amends, project, as_of, page = sys.argv[1:]
    lines = recipes(pathlib.Path(page))
    assert len(lines) >= len(KNOWN), f"{len(lines)} recipes found in {page}"
    with tempfile.TemporaryDirectory(prefix="amends-recipes-") as scratch:
        desk = Desk(pathlib.Path(scratch), os.path.abspath(amends), project, as_of)
        try:
            check_maildir_adds_none(desk)
            tried = [check(desk, line) for line in lines]
        finally:
            desk.server.stop()
    print(f"{sum(tried)} of {len(tried)} recipes tried")
    return 0 if any(tried) else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
