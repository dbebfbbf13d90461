#!/usr/bin/python3
"""Runs a command beside a mail server of its own, which keeps every message as it came over the wire.

    deliver.py FOLDER COMMAND [ARGUMENT...]

The server listens on a free port of this machine. FOLDER gets `msmtprc`, a configuration for msmtp that sends
there (also told by $MSMTPRC), and for the messages, in the order they came: 1.eml (the bytes, with the CRLF of
the wire) and 1.json (sender and recipients of the envelope). Ends as the command does.
"""
import json
import os
import pathlib
import subprocess
import sys

from aiosmtpd.controller import Controller


class Keeper:
    """Stores what is handed in."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        (self.folder / f"{self.count}.eml").write_bytes(envelope.original_content)
        told = {"from": envelope.mail_from, "to": envelope.rcpt_tos}
        (self.folder / f"{self.count}.json").write_text(json.dumps(told))
        return "250 kept"


class FreePort(Controller):
    """A controller on a port the system chooses, which the base class cannot tell by itself."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def write_msmtprc(file, port):
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(f"account default\nhost 127.0.0.1\nport {port}\nfrom bounces@northwind.example\n"
                  "tls off\nauth off\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    server = FreePort(Keeper(folder), hostname="127.0.0.1", port=0, decode_data=False, enable_SMTPUTF8=True)
    server.start()
    try:
        msmtprc = folder / "msmtprc"
        write_msmtprc(msmtprc, server.port)
        done = subprocess.run(sys.argv[2:], env=os.environ | {"MSMTPRC": str(msmtprc)})
    finally:
        server.stop()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
