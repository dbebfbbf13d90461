#!/usr/bin/python3
"""What customers' records hold comes out right on the wire or is refused. Usage: bad_input.py AMENDS

The cases of bad_input.toml are the orders of one project. Its letters are read back as Python's email package sees
them in an mbox, as Dovecot's delivery agent stores them and as a mail server gets them from msmtp. Readers that are not
installed are skipped.
"""
import email.policy
import importlib.util
import json
import mailbox
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest

import read_back

HERE = pathlib.Path(__file__).resolve().parent
AS_OF = "2026-03-20"
DOVECOT_LDA = "/usr/lib/dovecot/dovecot-lda"
ORDINARY = {"name": "Zoe Whitfield", "email": "zoe@whitfield.example", "subject": "Sorry", "text": "Sorry.\n"}
HEADERS = ["From", "Date", "Subject", "To", "Reply-To", "Message-ID", "MIME-Version", "Content-Type"]
RAW = email.policy.compat32.clone(max_line_length=None)

# In a language without rules for letters: what they find wrong in the words is not the question here.
PROJECT = """
[shop]
name = "Test Shop"
timezone = "Europe/London"
currency = "GBP"
locale = "nl"
signatory = { name = "Maya Chen", email = "maya@shop.example" }
[fields]
said_subject = { type = "string", public = true }
said_text = { type = "string", public = true }
[sources.orders]
path = "orders.jsonl"
[[guarantee]]
name = "stated-date"
due = { field = "promised_at" }
[[policy.delay.rule]]
name = "late"
give = []
[[message]]
purpose = "notice"
template = "said"
"""

DOVECOT = """
base_dir = {0}
state_dir = {0}
log_path = {0}/log
mail_home = {0}
postmaster_address = postmaster@shop.example
hostname = localhost
ssl = no
protocols =
"""


def spelt_out(value):
    return value if isinstance(value, str) else "".join(text * times for text, times in value)


class Case:
    def __init__(self, number, told):
        self.order = f"c{number:03}"
        self.what = told["what"]
        self.record = {key: spelt_out(told.get(key, text)) for key, text in ORDINARY.items()}
        self.sent = self.record | told.get("sent", {})
        self.reason, self.row = told.get("reason"), told.get("row")
        unknown = set(told) - {"what", "sent", "reason", "row"} - set(ORDINARY)
        assert not unknown, f"{self.what}: {unknown}"

    @property
    def is_sent(self):
        return self.reason is None and self.row is None

    def row_of_export(self):
        order = {"order_id": self.order, "placed_at": "2026-03-01", "promised_at": "2026-03-05", "delivered_at": "2026-03-06"}
        keys = {"customer_name": "name", "email": "email", "said_subject": "subject", "said_text": "text"}
        return order | {column: self.record[key] for column, key in keys.items()}


class BadInput(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="amends-bad-input-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch)
        cls.cases = [Case(i, told) for i, told in enumerate(tomllib.loads((HERE / "bad_input.toml").read_text())["case"], 1)]
        cls.sent = [case for case in cls.cases if case.is_sent]
        cls.project = cls.scratch / "project"
        (cls.project / "templates/nl").mkdir(parents=True)
        (cls.project / "amends.toml").write_text(PROJECT)
        (cls.project / "templates/nl/said.liquid").write_text("Subject: {{ said_subject }}\n\n{{ said_text }}\n")
        with (cls.project / "orders.jsonl").open("w") as out:
            for case in cls.cases:
                out.write(json.dumps(case.row_of_export()) + "\n")
        cls.jsonl = cls.draft("--format", "jsonl")
        cls.lines = [json.loads(line) for line in cls.jsonl.stdout.splitlines()]
        cls.html = {line["order"]: line["html"] for line in cls.lines if line["type"] == "message"}

    @classmethod
    def draft(cls, *words):
        done = subprocess.run([AMENDS, "draft", "--as-of", AS_OF, "--date", "2026-03-20T09:00:00Z", *words], cwd=cls.project,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode not in (0, 3):
            raise AssertionError(done.stderr.decode())
        return done

    def eml(self, case):
        return self.draft("--format", "eml", case.order).stdout

    def assert_is(self, case, data):
        """By its bytes, since a parser forgives, then as it is read."""
        self.assertEqual(list(read_back.faults_of(data)), [])
        told = read_back.told(data)
        self.assertEqual(told["headers"], HEADERS)
        self.assertEqual({"name": told["to"]["name"], "email": told["to"]["address"], "subject": told["subject"], "text": told["text"]},
                         case.sent)
        self.assertEqual(told["html"], self.html[case.order])

    def test_what_is_refused_is_told_and_stops_nothing_else(self):
        self.assertEqual(set(self.html), {case.order for case in self.sent})
        self.assertEqual({line["order"]: line["reason"] for line in self.lines if line["type"] in ("call", "unwritten")},
                         {case.order: case.reason for case in self.cases if case.reason})
        said = self.jsonl.stderr.decode()
        for line, case in enumerate(self.cases, 1):
            with self.subTest(case.what):
                self.assertEqual(f"orders.jsonl:{line}:" in said, case.row is not None)
                if case.row:
                    self.assertIn(f"row set aside: {case.row}", said)

    def test_python_reads_them_from_an_mbox(self):
        file = self.scratch / "letters.mbox"
        file.write_bytes(self.draft("--format", "mbox").stdout)
        box = mailbox.mbox(file, factory=None)
        self.addCleanup(box.close)
        letters = [message.as_bytes(policy=RAW) for message in box]
        self.assertEqual(len(letters), len(self.sent))
        for case, data in zip(self.sent, letters):
            with self.subTest(case.what):
                self.assert_is(case, data)

    def test_dovecot_stores_them_as_they_are(self):
        if not os.access(DOVECOT_LDA, os.X_OK):
            self.skipTest("dovecot-lda is missing (dovecot-core)")
        home = pathlib.Path(tempfile.mkdtemp(prefix="amends-dovecot-"))
        self.addCleanup(shutil.rmtree, home)
        (home / "dovecot.conf").write_text(DOVECOT.format(home))
        who = {}
        if os.geteuid() == 0:  # it refuses to store root's mail
            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for case in self.sent:
            with self.subTest(case.what):
                data = self.eml(case)
                subprocess.run([DOVECOT_LDA, "-c", home / "dovecot.conf", "-o", f"mail_location=maildir:{home}/{case.order}",
                                "-f", "bounces@shop.example", "-e"], input=data, check=True, cwd="/",
                               env={"HOME": str(home), "PATH": os.environ["PATH"]}, **who)
                stored, = (home / case.order / "new").iterdir()
                self.assertEqual(stored.read_bytes(), data)
                self.assert_is(case, stored.read_bytes())

    def test_msmtp_hands_them_to_a_server(self):
        if shutil.which("msmtp") is None or importlib.util.find_spec("aiosmtpd") is None:
            self.skipTest("msmtp or python3-aiosmtpd is missing")
        delivered = self.scratch / "delivered"
        for case in self.sent:
            (self.scratch / f"{case.order}.eml").write_bytes(self.eml(case))
        script = "".join(f'msmtp -C "$MSMTPRC" -t < {self.scratch}/{case.order}.eml || exit 1\n' for case in self.sent)
        subprocess.run([sys.executable, HERE / "deliver.py", delivered, "sh", "-c", script], check=True)
        self.assertEqual(len(list(delivered.glob("*.eml"))), len(self.sent))
        for number, case in enumerate(self.sent, 1):
            with self.subTest(case.what):
                data = (delivered / f"{number}.eml").read_bytes()
                self.assertEqual(data, (self.scratch / f"{case.order}.eml").read_bytes().replace(b"\n", b"\r\n"))
                self.assertEqual(json.loads((delivered / f"{number}.json").read_text())["to"], [case.sent["email"]])
                self.assert_is(case, data.replace(b"\r\n", b"\n"))


if __name__ == "__main__":
    AMENDS = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
