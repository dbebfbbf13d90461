"""What amends check finds in the generated orders, by Python's csv module: the yardstick for reading."""
import csv
import sys

out = csv.writer(sys.stdout)
with open("orders.csv", newline="", encoding="utf-8") as rows:
    for row in csv.DictReader(rows):
        met = row["delivered_at"]
        if (met and met[:10] > row["promised_at"]) or (not met and row["promised_at"] < "2026-01-01"):
            out.writerow((row["order_id"], "late" if met else "overdue", row["promised_at"], met))
