#!/usr/bin/python3
"""The transcript runner must itself fail where it should: a broken expectation that passes tests nothing."""
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

RUNNER = pathlib.Path(__file__).with_name("transcripts.py")


class Transcripts(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def write(self, text, name="a-case/console"):
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"))
        return file

    def run_all(self, *more, on=None):
        return subprocess.run([sys.executable, RUNNER, on or self.folder, *more], capture_output=True, text=True)

    def assert_passes(self, text, name="a-case/console"):
        file = self.write(text, name)
        done = self.run_all(on=file if file.suffix else None)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_fails(self, text, name="a-case/console"):
        file = self.write(text, name)
        done = self.run_all(on=file if file.suffix else None)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout

    def test_what_is_shown_must_happen(self):
        self.assert_passes("""
            $ echo one; echo two >&2
            one
            two
        """)
        told = self.assert_fails("""
            $ echo one
            two
        """)
        self.assertIn("-two\n+one\n", told)

    def test_missing_and_additional_lines_are_different(self):
        self.assert_fails("$ printf 'one\\ntwo\\n'\none\n")
        self.assert_fails("$ echo one\none\ntwo\n")
        self.assert_fails("$ echo one\n")
        self.assert_fails("$ true\none\n")

    def test_the_exit_status_is_compared(self):
        self.assert_passes("$ exit 3\n[3]\n")
        self.assert_passes("$ kill -9 $$\n[137]\n")
        self.assert_fails("$ exit 3\n")
        self.assert_fails("$ exit 3\n[4]\n")
        self.assert_fails("$ true\n[1]\n")

    def test_commands_write_to_a_terminal_of_100_columns(self):
        self.assert_passes("$ test -t 1 && stty size <&1\n40 100\n")

    def test_dots_stand_for_lines_and_for_text(self):
        self.assert_passes("$ seq 5\n1\n...\n5\n")
        self.assert_passes("$ seq 2\n1\n...\n2\n")
        self.assert_fails("$ seq 5\n1\n...\n4\n")
        self.assert_passes("$ echo 'id <a1b2@shop>'\nid <...@shop>\n")
        self.assert_fails("$ echo 'id <a1b2@shop>'\nid <...@other>\n")

    def test_a_command_may_have_several_lines(self):
        self.assert_passes("""
            $ cat <<END
            > one
            > two
            > END
            one
            two
            $ echo a \\
            >   b
            a b
        """)

    def test_commands_share_a_copy_of_the_folder(self):
        (self.folder / "a-case").mkdir()
        (self.folder / "a-case/given").write_text("given\n")
        self.assert_passes("""
            $ cat given
            given
            $ mkdir inner; cd inner
            $ echo made >file; ls -1 ..
            given
            inner
            $ cat file
            made
        """)
        self.assertFalse((self.folder / "a-case/inner").exists())

    def test_documents(self):
        self.assert_passes("""
            Words.
            ```console
            $ echo one >file
            ```
            ```sh
            not run
            ```
            ```console
            $ cat file
            one
            ```
            <!-- run in: nothing -->
            ```console
            $ ls
            ```
            """, "page.md")
        self.assert_fails("""
            ```console
            $ echo one
            two
            ```
            """, "page.md")

    def test_manual_pages(self):
        self.assert_passes("; run in: nothing\n```\n$ echo one\none\n```\n\n```\nnot = run\n```\n", "page.scd")
        self.assert_fails("; run in: nothing\n```\n$ echo one\ntwo\n```\n", "page.scd")

    def test_nothing_to_run_is_a_failure(self):
        self.assert_fails("Words.\n", "page.md")

    def test_update_rewrites_what_is_shown_and_no_more(self):
        file = self.write("""
            Before.
            ```console
            $ seq 3
            1
            ...
            3
            $ echo new; exit 2
            old
            older
            ```
            After.
            """, "page.md")
        self.assertEqual(self.run_all("--update", on=file).returncode, 0)
        self.assertEqual(file.read_text(), textwrap.dedent("""\
            Before.
            ```console
            $ seq 3
            1
            ...
            3
            $ echo new; exit 2
            new
            [2]
            ```
            After.
            """))
        self.assertEqual(self.run_all(on=file).returncode, 0)


if __name__ == "__main__":
    unittest.main()
