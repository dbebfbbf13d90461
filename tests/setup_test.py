#!/usr/bin/python3
"""scripts/setup against stand-ins for dpkg-query, id, sudo and apt-get, which write down how they were called."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Setup(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.calls = self.folder / "calls"

    def program(self, name, script):
        file = self.folder / name
        file.write_text("#!/bin/sh\n" + script)
        file.chmod(0o755)

    def run_setup(self, *groups, missing=(), user=0, sudo=False, apt="exit 0"):
        self.calls.write_text("")
        known = "".join(f"{name}) exit 1;; " for name in missing)
        self.program("dpkg-query", f'for last; do :; done; case "$last" in {known}*) printf installed;; esac\n')
        self.program("id", f"echo {user}\n")
        self.program("sudo", 'shift; exec "$@"\n' if sudo else "exit 1\n")
        self.program("apt-get", f'echo "$DEBIAN_FRONTEND $*" >>{self.calls}; echo noise; {apt}\n')
        path = os.pathsep.join([str(self.folder), "/usr/bin", "/bin"])
        done = subprocess.run([ROOT / "scripts/setup", *groups], capture_output=True, text=True,
                              env={"PATH": path}, cwd="/")
        return done, self.calls.read_text().splitlines()

    def test_nothing_missing_does_nothing_and_says_nothing(self):
        for user in 0, 1000:
            done, calls = self.run_setup("build", "test", user=user)
            self.assertEqual((done.returncode, done.stdout, done.stderr, calls), (0, "", "", []))

    def test_root_and_sudo_install_what_is_missing_and_only_that(self):
        for how in {"user": 0}, {"user": 1000, "sudo": True}:
            done, calls = self.run_setup("build", "test", missing=["cmake", "msmtp", "clang-14"], **how)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(calls), 2)
            self.assertRegex(calls[0], r"^noninteractive .* update$")
            self.assertRegex(calls[1], r"^noninteractive .* install --yes --no-install-recommends cmake msmtp$")
            self.assertNotIn("noise", done.stdout + done.stderr)

    def test_without_root_or_sudo_it_names_what_is_missing(self):
        done, calls = self.run_setup("build", missing=["cmake", "scdoc"], user=1000)
        self.assertEqual((done.returncode, calls), (1, []))
        self.assertIn("missing packages: cmake scdoc\n", done.stderr)
        self.assertIn("apt-get install cmake scdoc\n", done.stderr)

    def test_a_failed_install_shows_what_apt_said(self):
        done, _ = self.run_setup("build", missing=["cmake"], apt="exit 100")
        self.assertEqual(done.returncode, 1)
        self.assertIn("noise", done.stderr)

    def test_every_line_of_the_list_is_a_group_and_a_package(self):
        for line in (ROOT / "packages.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^(build|test|long) +[a-z0-9.+-]+$")


if __name__ == "__main__":
    unittest.main()
