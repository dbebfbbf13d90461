#!/usr/bin/python3
"""Runs what packaging/crontab and packaging/systemd say, line by line as cron and systemd would, on a shop of its own:
the first night speaks and drafts, the second is silent, the letter leaves once it is approved, and once. Usage: schedules.py AMENDS ROOT
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

NIGHT = "2026-04-10"
PROJECT = """
[shop]
name = "Test Shop"
timezone = "Europe/London"
currency = "GBP"
locale = "en-GB"
signatory = { name = "Maya Chen", title = "Customer Care", email = "maya@shop.example" }
contact = { phone = "+44 20 7946 0018", email = "care@shop.example", hours = "Mon-Fri 9-17" }
[sources.orders]
path = "orders.csv"
[[guarantee]]
name = "stated-date"
due = { field = "promised_at" }
[[policy.delay.rule]]
name = "late"
give = [{ kind = "refund", amount = "5.00" }]
[[message]]
purpose = "notice"
template = "late"
"""
HEADER = "order_id,placed_at,customer_name,email,promised_at,delivered_at,status,order_value\n"
IN_TIME = "A1,2026-04-01,Zoe Whitfield,zoe@whitfield.example,2026-04-07,2026-04-06,delivered,20.00\n"
LATE = "A2,2026-04-01,Ana Lima,ana@lima.example,2026-04-07,2026-04-09,delivered,20.00\n"


class Schedules(unittest.TestCase):

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="amends-schedules-"))
        self.addCleanup(shutil.rmtree, self.scratch)
        self.shop, self.bin, self.sent = (self.scratch / name for name in ("shop", "bin", "sent"))
        for folder in (self.shop, self.bin, self.sent):
            folder.mkdir()
        (self.shop / "amends.toml").write_text(PROJECT)
        (self.shop / "orders.csv").write_text(HEADER + IN_TIME + LATE)
        self.now = self.scratch / "now"
        self.now.write_text("2026-04-10T08:30:00+01:00")
        self.program("amends", f'command=$1; shift; test "$command" = send && set -- --now "$(cat {self.now})" "$@"; exec {shlex.quote(AMENDS)} "$command" --as-of {NIGHT} "$@"')
        self.program("msmtp", f'n=$(ls {self.sent} | wc -l); test ! -e {self.scratch}/down || exit 75; cat >{self.sent}/$n')

    def program(self, name, script):
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def here(self, line):
        return line.replace("/srv/shop", str(self.shop))

    def run_line(self, shell, path):
        """As cron would: sh, no terminal, hardly an environment."""
        return subprocess.run(["/bin/sh", "-c", self.here(shell)], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={"HOME": str(self.scratch), "PATH": f"{self.bin}:{path}", "SHELL": "/bin/sh"})

    def assert_silent(self, done):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def crontab(self):
        text = (ROOT / "packaging/crontab").read_text()
        path = re.search(r"(?m)^PATH=(.*)$", text)[1]
        lines = [re.fullmatch(r"((?:[\d*/,-]+ +){5})(.*)", line) for line in text.splitlines() if line and line[0] in "0123456789*"]
        self.assertTrue(all(lines))
        shells = [line[2] for line in lines]
        self.assertFalse([shell for shell in shells if "%" in shell], "cron takes % for a line end")
        return path, shells

    def test_cron_speaks_once_and_sends_once(self):
        path, (nightly, letters, weekly) = self.crontab()
        first = self.run_line(nightly, path)
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        self.assertIn("1 late, 1 new tonight", first.stdout)
        self.assert_silent(self.run_line(nightly, path))
        (self.scratch / "down").touch()
        self.assert_silent(self.run_line(letters, path))
        self.assertEqual(list(self.sent.iterdir()), [], "nobody has approved it")
        subprocess.run([AMENDS, "outbox", "approve", "A2", "--by", "Maya Chen", "--as-of", NIGHT], cwd=self.shop, check=True, capture_output=True)
        put_off = self.run_line(letters, path)
        self.assertEqual((put_off.returncode, put_off.stderr), (3, ""))
        self.assertIn("later          1  A2 (exit 75", put_off.stdout)
        (self.scratch / "down").unlink()
        self.now.write_text("2026-04-10T09:30:00+01:00")
        self.assertIn("sent           1", self.run_line(letters, path).stdout)
        letter, = self.sent.iterdir()
        self.assertIn("To: \"Ana Lima\" <ana@lima.example>", letter.read_text())
        again = self.run_line(letters, path)
        self.assertEqual((again.stdout, again.stderr), ("", ""))
        self.assertEqual(len(list(self.sent.iterdir())), 1)
        looked = self.run_line(weekly, path)
        self.assertEqual(looked.returncode, 0, looked.stdout + looked.stderr)
        self.assertIn("0 wrong", looked.stdout.replace("All is well.", "0 wrong"))

    def unit(self, name):
        text = (ROOT / "packaging/systemd" / name).read_text()
        return re.findall(r"(?m)^(\w+)=(.*)$", text)

    def test_systemd_runs_the_night(self):
        keys = self.unit("amends.service")
        told = dict(keys)
        commands = [value for key, value in keys if key == "ExecStart"]
        self.assertEqual(told["WorkingDirectory"], told["ReadWritePaths"])
        self.assertEqual(told["SuccessExitStatus"], "3")
        outputs = []
        for _ in range(2):
            for command in commands:
                words = shlex.split(self.here(command))
                self.assertEqual(words[0], "/usr/bin/amends")
                done = subprocess.run([self.bin / "amends", *words[1:]], cwd=self.here(told["WorkingDirectory"]), stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                outputs.append(done.stdout)
        self.assertIn("1 late, 1 new tonight", outputs[0])
        self.assertEqual("".join(outputs[len(commands):]), "")

    def test_systemd_sends_what_is_approved(self):
        for command in (["run"], ["outbox", "approve", "A2", "--by", "Maya Chen"]):
            subprocess.run([AMENDS, *command, "--as-of", NIGHT], cwd=self.shop, check=True, capture_output=True)
        told = dict(self.unit("amends-send.service"))
        self.assertEqual((told["WorkingDirectory"], told["SuccessExitStatus"]), (told["ReadWritePaths"], "3"))
        words = shlex.split(self.here(told["ExecStart"]))
        outputs = [subprocess.run([self.bin / "amends", *words[1:]], cwd=self.shop, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  env={"PATH": f"{self.bin}:/usr/bin:/bin"}) for _ in range(2)]
        self.assertEqual([(done.returncode, done.stdout, done.stderr) for done in outputs], [(0, "sent           1\n", ""), (0, "", "")])
        letter, = self.sent.iterdir()
        self.assertIn("Ana Lima", letter.read_text())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is missing")
    def test_systemd_takes_the_units(self):
        units = self.scratch / "units"
        units.mkdir()
        names = ("amends.service", "amends.timer", "amends-send.service", "amends-send.timer")
        for name in names:
            text = self.here((ROOT / "packaging/systemd" / name).read_text()).replace("/usr/bin/amends", str(self.bin / "amends"))
            (units / name).write_text(text.replace("User=shop", "User=daemon"))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *(units / name for name in names)], capture_output=True, text=True)
        complaints = [line for line in (done.stdout + done.stderr).splitlines() if "amends" in line]
        self.assertEqual(complaints, [])
        for timer in ("amends.timer", "amends-send.timer"):
            calendar = dict(self.unit(timer))["OnCalendar"]
            self.assertEqual(subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True).returncode, 0)


if __name__ == "__main__":
    AMENDS, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1])
