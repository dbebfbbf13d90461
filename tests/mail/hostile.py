"""The letters of bad_input.toml: each case is an order of one project, with what customers' records can hold. Tests
derive from HostileLetters, which drafts them once."""
import email.policy
import json
import os
import pathlib
import pwd
import shutil
import subprocess
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


class HostileLetters(unittest.TestCase):
    amends = ""
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
        done = subprocess.run([cls.amends, "draft", "--as-of", AS_OF, "--date", "2026-03-20T09:00:00Z", *words], cwd=cls.project,
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

    def dovecot_home(self):
        """A folder with a configuration, and the arguments that let a process write there."""
        home = pathlib.Path(tempfile.mkdtemp(prefix="amends-dovecot-"))
        self.addCleanup(shutil.rmtree, home)
        (home / "dovecot.conf").write_text(DOVECOT.format(home))
        who = {"cwd": "/", "env": {"HOME": str(home), "USER": "nobody", "PATH": os.environ["PATH"]}}
        if os.geteuid() == 0:  # it refuses to store root's mail
            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            who |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return home, who
