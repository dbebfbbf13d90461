"""A shop whose orders came late, for the tests of sending: its files, its commands and what its outbox says."""
import os
import pathlib
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from project import Project  # noqa: E402

AS_OF = "2026-04-01"
NOW = "2026-04-01T10:00:00+01:00"
CONFIG = """
[shop]
name      = "Send Shop"
timezone  = "Europe/London"
currency  = "GBP"
locale    = "en-GB"
signatory = {{ name = "Maya Chen", email = "maya@send.example" }}

[sources.orders]
path = "orders.csv"

[[guarantee]]
name = "stated-date"
due  = {{ field = "promised_at" }}

[policy.delay]
[[policy.delay.rule]]
when = {{ kind = ["late", "overdue"] }}
give = [ {{ kind = "credit", amount = "5.00" }} ]

[[message]]
purpose  = "notice"
when     = {{ kind = "late" }}
template = "late"
[[message]]
purpose  = "notice"
when     = {{ kind = "overdue" }}
template = "overdue"
[[message]]
purpose  = "resolved"
template = "resolved"

[ledger]
since = 2026-01-01
[run]
brake = "off"
[outbox]
approve = "{approve}"
{outbox}
"""


def late(order_id, email, **changes):
    row = {"order_id": order_id, "status": "delivered", "placed_at": "2026-03-10", "promised_at": "2026-03-20", "delivered_at": "2026-03-24T12:00:00Z", "order_value": "40.00",
           "email": email, "phone": "", "customer_name": "Zoë Quennell", "first_name": "Zoë", "opted_out": ""}
    return row | changes


class Shop(Project):
    def __init__(self, amends, folder, rows, approve="auto", outbox=""):
        super().__init__(amends, folder)
        super().write("amends.toml", CONFIG.format(approve=approve, outbox=outbox))
        self.write(rows)

    def write(self, rows):
        self.rows = rows
        self.write_rows("orders.csv", rows)

    def call(self, *arguments, ok=(0,), env=None, stdin=subprocess.DEVNULL):
        done = subprocess.run(self.command(*arguments), cwd=self.folder, capture_output=True, text=True, stdin=stdin, env=env)
        if ok is not None and done.returncode not in ok:
            raise AssertionError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def run(self, *arguments, ok=(0, 3)):
        return self.call("run", "--as-of", AS_OF, *arguments, ok=ok)

    def send(self, via, *arguments, now=NOW, ok=(0,), **rest):
        return self.call("send", "--yes", "--as-of", AS_OF, "--now", now, "--via", via, *arguments, ok=ok, **rest)

    def outbox(self):
        return self.lines("outbox", "list")

    def states(self):
        return {line["order"]: line["state"] for line in self.outbox()}


def script(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)
