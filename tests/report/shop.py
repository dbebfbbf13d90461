"""A shop of some hundred orders with two guarantees, contacts and nights behind it, for the tests of reports. What it writes
down is by a formula, so that a test can count it again.
"""
import csv
import datetime
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from project import Project  # noqa: E402

AS_OF = "2026-05-01"
CARRIERS = ["dhl", "royal-mail", "parcelforce"]
REGIONS = ["North", "South"]
CAUSES = ["", "weather", "customs"]
SUBJECTS = ["Where is my parcel?", "where is my parcel?", "Refund", ""]

PROJECT = """
[shop]
name     = "Tea & <Co>"
timezone = "UTC"
currency = "GBP"
locale   = "en-GB"
signatory = { name = "Maya Chen", email = "maya@shop.example" }
contact   = { phone = "+44 20 7946 0018", hours = "Mon-Sat 8-20" }
[sources.orders]
path = "orders.csv"
[sources.contacts]
path = "contacts.csv"
[[guarantee]]
name = "express"
when = { service = "express" }
due  = { field = "promised_at" }
[[guarantee]]
name = "stated-date"
due  = { field = "promised_at" }
[policy.delay]
hit = "first"
[[policy.delay.rule]]
name = "gift"
when = { kind = "late", late_days = ">= 4" }
give = [ { kind = "call" } ]
[[policy.delay.rule]]
name = "late"
when = { kind = "late", service = "express" }
give = [ { kind = "refund", amount = "10%", of = "order_value" } ]
[[policy.delay.rule]]
name = "slow"
when = { kind = "late" }
give = [ { kind = "credit", amount = "5.00" } ]
[[policy.cap]]
per    = "person"
within = "90 days"
max    = "12.00"
[[policy.approval]]
when = { total = "> 9.00" }
[[message]]
purpose  = "notice"
when     = { open = true }
template = "overdue"
[[message]]
purpose  = "notice"
template = "late"
[[message]]
purpose  = "resolved"
template = "resolved"
[ledger]
since = 2026-02-01
[run]
brake = "off"
alike = "off"
"""


def day(text, later=0):
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days=later)).isoformat()


def order(i):
    """Order i: promised four days after it was placed, one in three late by one to five days, one in eleven never there."""
    placed = day("2026-01-05", i % 100)
    late = i % 5 + 1 if i % 3 == 0 else 0
    return {"order_id": f"A{i}", "customer_id": f"C{i % 70}", "placed_at": placed, "promised_at": day(placed, 4),
            "delivered_at": "" if i % 11 == 0 else day(placed, 4 + late), "status": "in_transit" if i % 11 == 0 else "delivered",
            "order_value": f"{20 + i % 7 * 15}.00", "service": "express" if i % 2 else "standard", "carrier": CARRIERS[i % 3 if i % 7 else 0],
            "region": REGIONS[i % 2], "cause": CAUSES[i // 3 % 3] if late else "", "email": f"c{i % 70}@example.com", "first_name": "Ana", "customer_name": "Ana Lind"}


def contact(i):
    """Message i, about order 4 i; every third is not answered."""
    about = order(4 * i)
    at = day(about["promised_at"], i % 4 - 1)
    return {"contact_id": f"M{i}", "order_id": about["order_id"], "customer_id": about["customer_id"], "at": f"{at}T10:00:00Z", "subject": SUBJECTS[i % 4],
            "text": "", "first_reply_at": "" if i % 3 == 0 else f"{at}T{10 + i % 5}:30:00Z"}


class Shop(Project):
    def __init__(self, amends, folder, orders=300, contacts=60):
        super().__init__(amends, folder)
        self.orders, self.contacts = [order(i) for i in range(orders)], [contact(i) for i in range(contacts)]
        self.write("amends.toml", PROJECT)
        self.write_rows("orders.csv", self.orders)
        self.write_rows("contacts.csv", self.contacts)

    def amends(self, *words, as_of=AS_OF):
        return super().amends(*words, "--as-of", as_of, "-q")

    def pass_nights(self):
        """Four nights; the letters of three are handed over, a call is made, some of what is held is approved, some issued."""
        for night, as_of in enumerate(("2026-02-10", "2026-03-01", "2026-03-20", "2026-04-20")):
            self.amends("run", as_of=as_of)
            if night < 3:
                self.amends("draft", "--hand-over", "--format", "mbox", "-o", f"letters-{night}.mbox", as_of=as_of)
        calls = list(csv.DictReader(self.amends("calls", "--format", "csv", as_of="2026-04-20").splitlines()))
        self.amends("calls", "--done", calls[0]["order"], "--by", "Tom", as_of="2026-04-22")
        held = list(csv.DictReader(self.amends("ledger", "list", "--state", "held", "--format", "csv").splitlines()))
        self.amends("ledger", "approve", held[0]["order"], "--by", "Maya Chen", as_of="2026-04-23")
        granted = [line["grant"] for line in csv.DictReader(self.amends("ledger", "export", "--state", "granted", "--format", "csv").splitlines()) if line["amount"] and line["order"] != held[0]["order"]]
        self.write_rows("paid.csv", [{"grant": grant, "reference": f"P{i}"} for i, grant in enumerate(granted[:20])])
        self.amends("ledger", "issue", "--from", "paid.csv", as_of="2026-04-24")
