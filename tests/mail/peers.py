#!/usr/bin/python3
"""Mail programs read the letters of bad_input.toml as they are, and those that write messages themselves write to the
one customer, in the words of the letter. Usage: peers.py AMENDS. Programs that are not installed are skipped.
"""
import collections
import email
import email.policy
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from hostile import HostileLetters

LONGEST = 60  # seconds a program at a terminal may take
SINK = """#!/bin/sh
printf '%s\\n' "$@" > '{0}/arguments'
exec cat > '{0}/message'
"""


LOOKS_ENCODED = "a subject that looks encoded"  # s-nail encodes it a second time: nothing but odd to read
NO_IDN = "a domain with an emoji"                # mutt refuses it: nothing leaves


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is missing")


def without_trailing_blank_lines(text):
    return text.rstrip("\n")


class Peers(HostileLetters):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emls = [m for m in cls.draft("--format", "nul").stdout.split(b"\0") if m]
        assert len(cls.emls) == len(cls.sent) > 20
        cls.mbox = cls.scratch / "letters.mbox"
        cls.mbox.write_bytes(cls.draft("--format", "mbox").stdout)

    def home(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-peers-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "sink").write_text(SINK.format(folder))
        (folder / "sink").chmod(0o755)
        return folder

    def assert_same_bytes(self, stored):
        """As many of each, in any order."""
        gone = list(collections.Counter(self.emls) - collections.Counter(stored))
        odd = list(collections.Counter(stored) - collections.Counter(self.emls))
        self.assertEqual(len(stored), len(self.emls))
        self.assertFalse(odd, f"{len(odd)} are not as they were, the first:\n{odd[:1]}\nand of those that were:\n{gone[:1]}")

    def assert_written_to_the_customer(self, home, case):
        arguments = (home / "arguments").read_text().splitlines()
        self.assertEqual(arguments[arguments.index("--") + 1:], [case.sent["email"]])
        message = email.message_from_bytes((home / "message").read_bytes(), policy=email.policy.default)
        self.assertEqual([len(message.get_all(name)) for name in ("To", "From", "Subject", "Message-ID")], [1, 1, 1, 1])
        address, = message["To"].addresses
        self.assertEqual(address.addr_spec, case.sent["email"])
        self.assertIsNone(message["Bcc"] or message["Cc"])
        if case.what != LOOKS_ENCODED:
            self.assertEqual(re.sub(r"\s+", "", message["Subject"]), re.sub(r"\s+", "", case.sent["subject"]))
        self.assertEqual(without_trailing_blank_lines(message.get_content()), without_trailing_blank_lines(case.sent["text"]))

    def each_as_plain(self, home, command):
        written = 0
        for case in self.sent:
            with self.subTest(case.what):
                for name in ("arguments", "message"):
                    (home / name).unlink(missing_ok=True)
                plain = self.draft("--format", "plain", case.order).stdout
                env = {"HOME": str(home), "MAILRC": str(home / "mailrc"), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
                done = subprocess.run(command, input=plain, env=env, capture_output=True)
                if case.what == NO_IDN and done.returncode != 0:
                    self.assertFalse((home / "arguments").exists())
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_written_to_the_customer(home, case)
                written += 1
        print(f"{command[0]}: {written} of {len(self.sent)} letters, each to its one customer, in its words")

    @needs("s-nail")
    def test_s_nail_writes_to_the_customer_alone(self):
        home = self.home()
        (home / "mailrc").write_text(f"set mta={home}/sink\n")
        self.each_as_plain(home, ["s-nail", "-t", "-Snosave"])

    @needs("mutt")
    def test_mutt_writes_to_the_customer_alone(self):
        home = self.home()
        (home / "muttrc").write_text(f'set sendmail="{home}/sink"\nset copy=no\n')
        self.each_as_plain(home, ["mutt", "-n", "-F", str(home / "muttrc"), "-H", "-"])

    @needs("mutt")
    def test_mutt_reads_the_mbox(self):
        home = self.home()
        (home / "muttrc").write_text(f"set folder={home} mbox_type=Maildir confirmcreate=no confirmappend=no copy=no quit=yes auto_tag=yes wait_key=no\n"
                                     f'push "<tag-pattern>.<enter><copy-message><kill-line>{home}/out<enter><exit>"\n')
        self.at_a_terminal(["mutt", "-n", "-F", str(home / "muttrc"), "-R", "-f", str(self.mbox)], home)
        saved = [f.read_bytes() for part in ("new", "cur") for f in (home / "out" / part).iterdir()]
        self.assert_same_bytes([re.sub(rb"\nContent-Length: \d+\nLines: \d+\n", b"\n", raw, count=1) for raw in saved])
        print(f"mutt: {len(self.emls)} letters of an mbox, bytes identical but for the two headers it adds")

    def at_a_terminal(self, command, home):
        process, terminal = pty.fork()
        if process == 0:
            os.execvpe(command[0], command, {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8"})
        shown, until = b"", time.monotonic() + LONGEST
        try:
            while time.monotonic() < until and select.select([terminal], [], [], LONGEST)[0]:
                shown += os.read(terminal, 65536)
        except OSError:
            pass  # it has ended
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(terminal)
        return shown

    @needs("doveadm")
    def test_dovecot_reads_the_mbox(self):
        home, who = self.dovecot_home()
        (home / "mail").mkdir()
        shutil.copy(self.mbox, home / "mail" / "inbox")
        for path in [home / "mail", home / "mail" / "inbox"]:
            os.chown(path, home.stat().st_uid, home.stat().st_gid)
        done = subprocess.run(["doveadm", "-c", home / "dovecot.conf", "-o", f"mail_location=mbox:{home}/mail:INBOX={home}/mail/inbox",
                               "-f", "json", "fetch", "text", "mailbox", "INBOX"], capture_output=True, **who)
        self.assertEqual(done.returncode, 0, done.stderr)
        stored = [told["text"].encode().replace(b"\r\n", b"\n") for told in json.loads(done.stdout)]
        self.assertEqual(stored, self.emls)
        print(f"dovecot: {len(stored)} letters of an mbox, bytes identical, in their order")

    @needs("notmuch")
    def test_notmuch_finds_them(self):
        home = self.home()
        for part in ("cur", "new", "tmp"):
            (home / "mail" / part).mkdir(parents=True)
        (home / "config").write_text(f"[database]\npath={home}/mail\n[user]\nname=T\nprimary_email=t@example.com\n")
        env = {"NOTMUCH_CONFIG": str(home / "config"), "HOME": str(home), "PATH": os.environ["PATH"]}
        notmuch = lambda *words, **given: subprocess.run(["notmuch", *words], env=env, check=True, capture_output=True, **given).stdout
        notmuch("new")
        for raw in self.emls:
            notmuch("insert", input=raw)
        for raw in self.emls:
            key = re.search(rb"(?m)^Message-ID: <(.*)>$", raw)[1].decode()
            self.assertEqual(notmuch("show", "--format=raw", f"id:{key}"), raw)
        print(f"notmuch: {len(self.emls)} letters found by their Message-ID, bytes identical")

    def test_a_maildir_holds_them_under_names_of_its_own(self):
        folder = self.scratch / "maildir"
        self.draft("--format", "maildir", "-o", str(folder))
        names = [f.name for f in (folder / "new").iterdir()]
        for name in names:
            self.assertRegex(name, r"^[a-z2-7]{26}\.amends$")
        self.assert_same_bytes([f.read_bytes() for f in (folder / "new").iterdir()])
        self.assertEqual(list((folder / "tmp").iterdir()), [])


if __name__ == "__main__":
    HostileLetters.amends = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1], verbosity=2)
