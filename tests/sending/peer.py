"""A mail server of this test alone. What it answers is chosen by the local part of the recipient:

    tmp.*  RCPT -> 451    perm.*   RCPT -> 550    dtmp.*  DATA -> 452    dperm.*  DATA -> 554
    drop.* the letter is kept, then the connection is cut without a word    slow.*  an answer after a second

Keeps each letter it saw whole, taken or not, with its recipient.
"""
import asyncio
import email
import os

from aiosmtpd.controller import Controller


class Peer:
    def __init__(self):
        self.seen = []     # (recipient, Message-ID, bytes) of every DATA
        self.taken = []    # recipients, of those a sender may believe to have arrived
        self.forgiving = False  # takes everything

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if not self.forgiving and local.startswith("tmp."):
            return f"451 4.3.0 <{address}>: try again later"
        if not self.forgiving and local.startswith("perm."):
            return f"550 5.1.1 <{address}>: no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        local = to.split("@")[0]
        raw = envelope.original_content
        self.seen.append((to, email.message_from_bytes(raw)["Message-ID"], raw))
        if not self.forgiving and local.startswith("dtmp."):
            return "452 4.3.1 no room"
        if not self.forgiving and local.startswith("dperm."):
            return "554 5.7.1 we do not like it"
        self.taken.append(to)
        if not self.forgiving and local.startswith("drop."):
            server.transport.abort()
            return "421 gone"
        if local.startswith("slow."):
            await asyncio.sleep(1)
        return f"250 2.0.0 Ok: queued as Q{len(self.taken):06d}"


class FreePort(Controller):
    """A controller on a port the system chooses, which the base class cannot tell by itself."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Server:
    def __init__(self, folder):
        self.peer = Peer()
        self.server = FreePort(self.peer, hostname="127.0.0.1", port=0, decode_data=False)
        self.msmtprc = os.path.join(folder, "msmtprc")

    def __enter__(self):
        self.server.start()
        descriptor = os.open(self.msmtprc, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(f"account default\nhost 127.0.0.1\nport {self.server.port}\nfrom bounces@send.example\ntls off\nauth off\n")
        self.via = f"msmtp --file='{self.msmtprc}' --logfile=- -t"
        return self

    def __exit__(self, *exception):
        self.server.stop()
