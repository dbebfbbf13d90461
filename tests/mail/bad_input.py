#!/usr/bin/python3
"""What customers' records hold comes out right on the wire or is refused. Usage: bad_input.py AMENDS

The cases of bad_input.toml are the orders of one project. Its letters are read back as Python's email package sees
them in an mbox, as Dovecot's delivery agent stores them and as a mail server gets them from msmtp. Readers that are not
installed are skipped.
"""
import importlib.util
import json
import mailbox
import os
import shutil
import subprocess
import sys
import unittest

from hostile import DOVECOT_LDA, HERE, RAW, HostileLetters


class BadInput(HostileLetters):
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
        home, who = self.dovecot_home()
        for case in self.sent:
            with self.subTest(case.what):
                data = self.eml(case)
                subprocess.run([DOVECOT_LDA, "-c", home / "dovecot.conf", "-o", f"mail_location=maildir:{home}/{case.order}",
                                "-f", "bounces@shop.example", "-e"], input=data, check=True, **who)
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
    HostileLetters.amends = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1], verbosity=2)
