#!/usr/bin/python3
"""What a letter says must be the same however it leaves: as JSON lines, read back from the mbox by Python's
strict parser, and sent as eml through msmtp to a server. Usage: same_text.py AMENDS PROJECT AS_OF
"""
import email
import email.policy
import json
import mailbox
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
STRICT = email.policy.default.clone(raise_on_defect=True)
ONCE = ("From", "Date", "Subject", "To", "Reply-To", "Message-ID", "MIME-Version", "Content-Type")


def parsed(data):
    return email.message_from_bytes(data, policy=STRICT)


def body(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def mailbox_of(header):
    address, = header.addresses
    return {"name": address.display_name, "email": address.addr_spec}


def told(message):
    """What a reader sees, in the words of the JSON line."""
    return {"from": mailbox_of(message["From"]), "to": mailbox_of(message["To"]),
            "reply_to": mailbox_of(message["Reply-To"]), "subject": message["Subject"],
            "text": body(message, "plain"), "html": body(message, "html"),
            "message_id": message["Message-ID"].strip("<>")}


class SameText(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="amends-mail-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch)
        cls.project = cls.scratch / "project"
        shutil.copytree(PROJECT, cls.project, ignore=shutil.ignore_patterns("*.db*"))
        cls.lines = [json.loads(line) for line in cls.draft("--format", "jsonl").splitlines()]
        cls.letters = [line for line in cls.lines if line["type"] == "message"]

    @classmethod
    def draft(cls, *words):
        done = subprocess.run([AMENDS, "draft", "--as-of", AS_OF, *words], cwd=cls.project, stdin=subprocess.DEVNULL,
                              capture_output=True)
        if done.returncode not in (0, 3):
            raise AssertionError(done.stderr.decode())
        return done.stdout

    def assert_same(self, letter, message):
        happened = told(message)
        self.assertEqual({key: letter[key] for key in happened}, happened)

    def assert_well_formed(self, data):
        """By its bytes, since a parser forgives."""
        head, _, rest = data.partition(b"\n\n")
        self.assertTrue(data.isascii())
        self.assertNotIn(b"\r", data)
        self.assertNotIn(b"\0", data)
        for line in head.splitlines():
            self.assertLessEqual(len(line), 78, line)
        for line in rest.splitlines():
            self.assertLessEqual(len(line), 76, line)
            self.assertFalse(line.startswith(b"From "), line)
        names = re.findall(rb"^([!-9;-~]+):", head, re.MULTILINE)
        for name in ONCE:
            self.assertEqual(names.count(name.encode()), 1, name)
        self.assertFalse({b"Bcc", b"Cc", b"Return-Path", b"Received"} & set(names))

    def test_there_are_letters_in_two_languages_and_names_of_many(self):
        self.assertGreater(len(self.letters), 5)
        self.assertEqual({letter["locale"][:2] for letter in self.letters}, {"en", "de"})
        names = " ".join(letter["to"]["name"] for letter in self.letters)
        for piece in "Zoë", "O'Brien", "田中", "Smith, Baker & Sons", "Größler", "Łukasz":
            self.assertIn(piece, names)

    def test_mbox(self):
        file = self.scratch / "letters.mbox"
        file.write_bytes(self.draft("--format", "mbox"))
        box = mailbox.mbox(file, factory=None)
        self.addCleanup(box.close)
        messages = list(box)
        self.assertEqual(len(messages), len(self.letters))
        for letter, message in zip(self.letters, messages):
            data = message.as_bytes(policy=email.policy.compat32.clone(max_line_length=None))
            with self.subTest(letter["order"]):
                self.assert_same(letter, parsed(data))

    def test_eml_through_msmtp(self):
        delivered = self.scratch / "delivered"
        script = "".join(f"'{AMENDS}' draft --as-of {AS_OF} '{letter['order']}' --format eml </dev/null | "
                         'msmtp -C "$MSMTPRC" -t || exit 1\n' for letter in self.letters)
        subprocess.run([sys.executable, HERE / "deliver.py", delivered, "sh", "-c", script], cwd=self.project, check=True)
        self.assertEqual(len(list(delivered.glob("*.eml"))), len(self.letters))
        for number, letter in enumerate(self.letters, 1):
            data = (delivered / f"{number}.eml").read_bytes()
            envelope = json.loads((delivered / f"{number}.json").read_text())
            with self.subTest(letter["order"]):
                self.assertEqual(envelope["to"], [letter["to"]["email"]])
                self.assert_well_formed(data.replace(b"\r\n", b"\n"))
                self.assert_same(letter, parsed(data))

    def test_several_messages_are_not_one_mail(self):
        done = subprocess.run([AMENDS, "draft", "--as-of", AS_OF, "--format", "eml"], cwd=self.project,
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (2, b""))


if __name__ == "__main__":
    AMENDS, PROJECT, AS_OF = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    unittest.main(argv=sys.argv[:1])
