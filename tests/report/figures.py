#!/usr/bin/python3
"""Every figure of amends report, counted again: by SQL over the ledger, and over the records as they were written down.
Usage: figures.py AMENDS

The tables of the HTML page hold what the JSON holds. What a shop may look like besides: no ledger, nothing due, everything
late, dates centuries apart, names in markup, a hundred thousand carriers.
"""
import collections
import datetime
import decimal
import html.parser
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import unittest

from jsonschema import Draft202012Validator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import shop

AMENDS = str(pathlib.Path(sys.argv.pop(1)).resolve())
MOST_BYTES = 300_000
DAY = "coalesce(c.due_date, date(c.due_at / 1000, 'unixepoch'))"
WORDS = """
  WITH words AS (
    SELECT case_key AS key, changed AS at FROM message_states WHERE state = 'handed'
    UNION ALL SELECT j.value, m.changed FROM message_states m, json_each(m.cases) j WHERE m.state = 'handed'
    UNION ALL SELECT k.key, r.as_of FROM calls l JOIN cases k ON k.seq = l.case_seq JOIN runs r ON r.number = l.run)
"""


class Tables(html.parser.HTMLParser):
    """The tables of a page: id -> rows of cells."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.id, self.row, self.cell = {}, None, None, None
        self.tags = collections.Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        if tag == "table":
            self.id = dict(attrs)["id"]
            self.tables[self.id] = []
        elif tag == "tr":
            self.row = []
            self.tables[self.id].append(self.row)
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.row.append(self.cell)
            self.cell = None


def nearest_rank(values, percent):
    values = sorted(values)
    return values[(len(values) * percent + 99) // 100 - 1]


def minutes(waits):
    waits = list(waits)
    if not waits:
        return {"count": 0, "median_minutes": None, "ninetieth_minutes": None}
    return {"count": len(waits), "median_minutes": nearest_rank(waits, 50) // 60000, "ninetieth_minutes": nearest_rank(waits, 90) // 60000}


def percent(part, whole):
    return f"{(decimal.Decimal(100 * part) / whole).quantize(decimal.Decimal('0.1'), decimal.ROUND_HALF_UP)} %" if whole else ""


def wait_words(minutes_):
    if minutes_ is None:
        return ""
    if minutes_ < 60:
        return f"{minutes_} min"
    if minutes_ < 2 * 1440:
        return f"{minutes_ // 60} h"
    return f"{minutes_ // 1440}.{minutes_ % 1440 * 10 // 1440} days"


class OfOneShop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-report-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.shop = shop.Shop(AMENDS, cls.folder)
        cls.shop.pass_nights()
        cls.report = json.loads(cls.shop.amends("report", "--format", "json"))
        cls.shop.amends("report", "--html", "page.html")
        cls.page = Tables((cls.folder / "page.html").read_text(encoding="utf-8"))
        cls.ledger = sqlite3.connect(cls.folder / "amends.db")
        cls.addClassCleanup(cls.ledger.close)
        cls.orders = {o["order_id"]: o for o in cls.shop.orders}

    def sql(self, query, *values):
        return self.ledger.execute(query, values).fetchall()

    def groups(self, by, what="missed"):
        return {g["name"]: g[what] for g in self.report["misses_by"][by]}

    def count(self, of):
        """Cases of orders and of them missed, by what `of` says of an order."""
        missed = {id for (id,) in self.sql("SELECT record_id FROM case_states WHERE standing <> 'cleared'")}
        cases, misses = collections.Counter(), collections.Counter()
        for id, order in self.orders.items():
            cases[of(order)] += 1
            misses[of(order)] += id in missed
        return cases, misses

    def test_misses_are_those_of_the_ledger(self):
        (missed,), = self.sql("SELECT count(*) FROM case_states WHERE standing <> 'cleared'")
        self.assertGreater(missed, 100)
        self.assertEqual((self.report["missed"], self.report["cases"], self.report["kept"]), (missed, 300, 300 - missed))
        (alone,), = self.sql("SELECT count(*) FROM case_states WHERE standing IN ('before_start', 'backlog')")
        self.assertGreater(alone, 0)
        self.assertEqual(self.report["left_alone"], alone)
        self.assertEqual(self.report["rate"], float((decimal.Decimal(missed) / 300).quantize(decimal.Decimal("0.0001"), decimal.ROUND_HALF_UP)))

    def test_groups_are_those_of_the_ledger(self):
        live = "FROM case_states c WHERE c.standing <> 'cleared' GROUP BY 1"
        self.assertEqual({k: v for k, v in self.groups("month").items() if v}, dict(self.sql(f"SELECT strftime('%Y-%m', {DAY}), count(*) {live}")))
        self.assertEqual(self.groups("kind"), dict(self.sql(f"SELECT kind, count(*) {live}")))
        self.assertEqual(self.groups("guarantee"), dict(self.sql(f"SELECT guarantee, count(*) {live}")))
        self.assertEqual(sum(self.groups("channel").values()), self.report["missed"])

    def test_groups_are_those_of_the_records(self):
        def week(order):
            year, number, _ = datetime.date.fromisoformat(order["promised_at"]).isocalendar()
            return f"{year}-W{number:02}"
        for by, of in {"month": lambda o: o["promised_at"][:7], "week": week, "carrier": lambda o: o["carrier"], "region": lambda o: o["region"],
                       "guarantee": lambda o: "express" if o["service"] == "express" else "stated-date"}.items():
            cases, misses = self.count(of)
            self.assertGreater(len(cases), 1, by)
            self.assertEqual((self.groups(by, "cases"), self.groups(by)), (dict(cases), {name: misses[name] for name in cases}), by)
        _, causes = self.count(lambda o: o["cause"] or None)
        self.assertEqual(self.groups("cause"), {name: count for name, count in causes.items() if count})
        self.assertIn("weather", causes)

    def test_most_missed_stand_first_and_times_in_their_order(self):
        for by, groups in self.report["misses_by"].items():
            if by in ("month", "week"):
                self.assertEqual([g["name"] for g in groups], sorted(g["name"] for g in groups))
            else:
                self.assertEqual([g["missed"] for g in groups], sorted((g["missed"] for g in groups), reverse=True))

    def test_money_is_that_of_the_ledger(self):
        states = {"granted": "granted", "issued": "issued", "held": "held", "void": "void", "on_request": "decided"}
        sums = dict(self.sql("SELECT state, sum(minor) FROM grant_states WHERE currency = 'GBP' GROUP BY 1"))
        self.assertLessEqual({"granted", "issued", "held"}, sums.keys())
        pounds, = [m for m in self.report["money"] if m.get("currency") == "GBP"]
        for name, state in states.items():
            self.assertEqual(round(float(pounds[name]) * 100), sums.get(state, 0), name)
        (caps,), = self.sql("SELECT sum(minor) FROM grant_states WHERE state = 'held' AND reason LIKE 'cap %'")
        self.assertGreater(caps, 0)
        self.assertEqual(round(float(pounds["over_caps"]) * 100), caps)
        given = "state IN ('granted', 'issued')"
        self.assertEqual({(m["month"], m["remedies"], round(float(m["granted"]) * 100)) for m in self.report["money_by_month"] if "currency" in m},
                         set(self.sql(f"SELECT strftime('%Y-%m', {DAY}), count(*) FILTER (WHERE g.{given}), coalesce(sum(g.minor) FILTER (WHERE g.state = 'granted'), 0) "
                                      "FROM grant_states g JOIN case_states c ON c.key = g.case_key WHERE g.currency = 'GBP' GROUP BY 1")))
        self.assertEqual({(m["remedy"], m["remedies"]) for m in self.report["money_by_remedy"]},
                         set(self.sql(f"SELECT kind, count(*) FILTER (WHERE {given}) FROM grant_states GROUP BY kind")))

    def waits(self, query, group="'all'"):
        """Waits from due in ms, by group; of cases that policy decides."""
        waits = collections.defaultdict(list)
        for name, at, due in self.sql(f"{WORDS} SELECT {group}, min(t.at), c.due FROM case_states c JOIN ({query}) t ON t.key = c.key WHERE c.standing = 'decided' GROUP BY c.key"):
            waits[name].append(max(at - due, 0))
        return waits

    def test_speed_is_that_of_the_ledger(self):
        queries = {"word": "SELECT key, at FROM words",
                   "remedy": "SELECT g.case_key AS key, min(r.as_of) AS at FROM grant_states g JOIN grants h ON h.key = g.key JOIN runs r ON r.number = "
                             "CASE WHEN h.state = 'granted' THEN h.run ELSE (SELECT min(run) FROM grant_changes x WHERE x.grant_seq = h.seq AND x.state = 'granted') END "
                             "WHERE g.state IN ('granted', 'issued') GROUP BY 1",
                   "close": "SELECT k.key, min(r.as_of) AS at FROM case_changes d JOIN cases k ON k.seq = d.case_seq JOIN runs r ON r.number = d.run WHERE d.closed GROUP BY 1"}
        for name, query in queries.items():
            told = self.waits(query)["all"]
            self.assertGreater(len(told), 20, name)
            self.assertEqual(self.report["speed"][name], minutes(told), name)
            months = self.waits(query, f"strftime('%Y-%m', {DAY})")
            for group in self.report["misses_by"]["month"]:
                self.assertEqual(group["speed"][name], minutes(months.get(group["name"], [])), (name, group["name"]))

    def test_who_was_told_before_they_asked(self):
        told = dict(self.sql(f"{WORDS} SELECT key, min(at) FROM words GROUP BY key"))
        asked = collections.defaultdict(list)
        for c in self.shop.contacts:
            asked[c["order_id"]].append(datetime.datetime.fromisoformat(c["at"].replace("Z", "+00:00")).timestamp() * 1000)
        counts = collections.Counter()
        for key, order, due in self.sql("SELECT key, record_id, due FROM case_states WHERE standing = 'decided'"):
            first = min((at for at in asked[order] if at >= due), default=None)
            counts["decided"] += 1
            counts["told"] += key in told
            counts["asked_first"] += first is not None and (key not in told or first < told[key])
            counts["told_first"] += key in told and (first is None or first >= told[key])
        self.assertGreater(counts["asked_first"], 0)
        self.assertGreater(counts["told_first"], 0)
        for name, count in counts.items():
            self.assertEqual(self.report["telling"][name], count, name)

    def test_messages_are_those_of_the_file(self):
        at = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        answered = [c for c in self.shop.contacts if c["first_reply_at"]]
        figures = self.report["contacts"]
        self.assertEqual((figures["contacts"], figures["answered"]), (60, len(answered)))
        self.assertEqual(figures["reply"], minutes((at(c["first_reply_at"]) - at(c["at"])).total_seconds() * 1000 for c in answered))
        waiting = sorted((at(c["at"]), i, c["contact_id"]) for i, c in enumerate(self.shop.contacts) if not c["first_reply_at"])
        self.assertEqual([c["contact"] for c in figures["unanswered"]], [id for _, _, id in waiting])
        kinds = dict(self.sql("SELECT record_id, kind FROM case_states WHERE standing <> 'cleared'"))
        topics = collections.defaultdict(list)
        for c in self.shop.contacts:
            topics[c["subject"].lower() or None].append(c)
        self.assertEqual({t["name"] for t in figures["topics"]}, set(topics))
        for topic in figures["topics"]:
            own = topics[topic["name"]]
            about = collections.Counter(kinds[c["order_id"]] for c in own if c["order_id"] in kinds)
            self.assertEqual((topic["contacts"], topic["people"], topic["kinds"], topic["no_miss"]),
                             (len(own), len({c["customer_id"] for c in own}), dict(about), len(own) - about.total()))

    def test_who_bought_again(self):
        date = datetime.date.fromisoformat
        as_of = date(shop.AS_OF)
        told = dict(self.sql(f"{WORDS} SELECT key, min(at) FROM words GROUP BY key"))
        first = {}
        for person, key, due in self.sql("SELECT person, key, due FROM case_states WHERE standing <> 'cleared' ORDER BY due, key"):
            first.setdefault(person, (key, due))
        expected = collections.Counter()
        for person, (key, due) in first.items():
            end = due + 90 * 86400000
            if end > datetime.datetime.combine(as_of, datetime.time(), datetime.timezone.utc).timestamp() * 1000:
                expected["too_new"] += 1
                continue
            given, = self.sql("SELECT min(as_of) FROM grant_states WHERE case_key = ? AND state IN ('granted', 'issued')", key)
            side = "recovered" if told.get(key, end + 1) <= end or (given[0] or end + 1) <= end else "left"
            placed = [datetime.datetime.combine(date(o["placed_at"]), datetime.time(), datetime.timezone.utc).timestamp() * 1000
                      for o in self.orders.values() if f"customer:{o['customer_id']}" == person]
            expected[side] += 1
            expected[side + " again"] += any(due < at <= end for at in placed)
        again = self.report["bought_again"]
        self.assertEqual(again["too_new"], expected["too_new"])
        for side in ("recovered", "left"):
            self.assertEqual((again[side]["people"], again[side]["again"]), (expected[side], expected[side + " again"]), side)
            self.assertEqual(again[side]["enough"], expected[side] >= 30)
            self.assertEqual(again[side]["rate"] is None, expected[side] < 30)

    def test_unlike_remedies_are_like_cases(self):
        self.assertGreater(len(self.report["unlike_remedies"]), 0)
        for unlike in self.report["unlike_remedies"]:
            self.assertGreater(len({o["given"] for o in unlike["outcomes"]}), 1)
            self.assertEqual(unlike["cases"], sum(o["cases"] for o in unlike["outcomes"]))
            orders = [self.orders[id] for o in unlike["outcomes"] for id in o["orders"]]
            self.assertEqual(len({(o["service"], o["order_value"], (datetime.date.fromisoformat(o["delivered_at"]) - datetime.date.fromisoformat(o["promised_at"])).days) for o in orders}), 1)
        outcomes = [o for unlike in self.report["unlike_remedies"] for o in unlike["outcomes"]]
        self.assertIn(["approved by Maya Chen"], [o["reasons"] for o in outcomes])

    def test_the_page_says_what_the_json_says(self):
        tables = self.page.tables
        for by, groups in self.report["misses_by"].items():
            if by == "week":
                continue
            nobody = "(no word yet)" if by == "channel" else "(not told)"
            rows = [[g["name"] or nobody, str(g["missed"]), *([str(g["cases"]), percent(g["missed"], g["cases"])] if "cases" in g else [percent(g["missed"], self.report["missed"])])] for g in groups]
            self.assertEqual(tables[f"table-by-{by}"][1:], rows, by)
        for by in ("month", "cause", "channel"):
            nobody = "(no word yet)" if by == "channel" else "(not told)"
            groups = [{"name": "all", "speed": self.report["speed"]}, *self.report["misses_by"][by]]
            rows = [[g["name"] or nobody, *(cell for name in ("word", "remedy", "close") for cell in (str(g["speed"][name]["count"]), *(wait_words(g["speed"][name][w]) for w in ("median_minutes", "ninetieth_minutes"))))]
                    for g in groups if any(g["speed"][name]["count"] for name in ("word", "remedy", "close"))]
            self.assertEqual(tables[f"table-speed-by-{by}"][1:], rows, by)
        cells = lambda m: [f"GBP {m[name]}" for name in ("granted", "issued", "held", "over_caps") if float(m[name])]
        self.assertEqual([[c for c in row if c] for row in tables["table-money"][1:]], [[m["currency"], str(m["remedies"]), *cells(m)] for m in self.report["money"] if "currency" in m])
        self.assertEqual([[c for c in row if c] for row in tables["table-money-by-month"][1:]], [[m["month"], str(m["remedies"]), *cells(m)] for m in self.report["money_by_month"] if "currency" in m])
        self.assertEqual([row[:2] for row in tables["table-remedies"][1:]], [[m["remedy"], str(m["remedies"])] for m in self.report["money_by_remedy"] if m["remedies"]])
        telling, decided = self.report["telling"], self.report["telling"]["decided"]
        self.assertEqual([row[1:] for row in tables["table-telling"][1:]], [[str(n), percent(n, decided)] for n in (telling["told_first"], telling["asked_first"], decided - telling["told_first"] - telling["asked_first"])])
        self.assertEqual([row[:3] for row in tables["table-topics"][1:]], [[t["name"] or "(something else)", str(t["contacts"]), str(t["people"])] for t in self.report["contacts"]["topics"]])
        self.assertEqual([[row[0], row[3]] for row in tables["table-unanswered"][1:]], [[u["contact"], wait_words(u["waits_minutes"])] for u in self.report["contacts"]["unanswered"][:10]])
        self.assertEqual([row[2:4] for row in tables["table-unlike"][1:]], [[o["given"], str(o["cases"])] for u in self.report["unlike_remedies"][:10] for o in u["outcomes"]])
        self.assertEqual([row[1:3] for row in tables["table-again"][1:]], [[str(self.report["bought_again"][side][what]) for what in ("people", "again")] for side in ("recovered", "left")])
        tenths = [t for t in self.report["estimate"][0]["tenths"] if t["orders"]]
        self.assertEqual([row[1:] for row in tables["table-estimate"][1:]], [[str(t["orders"]), str(t["missed"]), percent(t["missed"], t["orders"])] for t in tenths])
        self.assertEqual([row[1] for row in tables["table-totals"][1:4]], [str(self.report[name]) for name in ("cases", "missed", "kept")])

    def test_a_period_is_part_of_the_whole(self):
        parts = [json.loads(self.shop.amends("report", "--format", "json", *words)) for words in (["--until", "2026-03-01"], ["--since", "2026-03-01"])]
        for name in ("cases", "missed", "kept", "left_alone"):
            self.assertEqual(sum(p[name] for p in parts), self.report[name], name)
        self.assertTrue(all(p["missed"] for p in parts))
        self.assertEqual(sum(p["contacts"]["contacts"] for p in parts), 60)
        self.assertEqual([g["name"] for p in parts for g in p["misses_by"]["month"]], [g["name"] for g in self.report["misses_by"]["month"]])

    def test_the_json_is_as_its_schema_says(self):
        schema = json.loads((pathlib.Path(__file__).resolve().parents[2] / "templates/schemas/report.json").read_text(encoding="utf-8"))
        self.assertEqual([f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(self.report)], [])
        self.assertNotEqual(list(Draft202012Validator(schema).iter_errors({**self.report, "missed": "1"})), [])

    def test_threads_change_nothing(self):
        self.assertEqual(*(self.shop.amends("report", "--format", "json", "--threads", n) for n in ("1", "7")))


class OfOtherShops(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-report-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def reports(self, orders, **changes):
        made = shop.Shop(AMENDS, self.folder, orders=2, contacts=1)
        made.write_rows("orders.csv", [{**shop.order(1), **order} for order in orders])
        report = json.loads(made.amends("report", "--format", "json", **changes))
        made.amends("report", "--html", "page.html", **changes)
        text = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertLess(len(text.encode()), MOST_BYTES)
        self.assertIn("time is over", made.amends("report", **changes))
        return report, text

    def test_nothing_is_due_yet(self):
        report, text = self.reports([{}], as_of="2026-01-07")
        self.assertEqual((report["cases"], report["rate"], report["open"], report["ledger"]), (0, None, 1, False))
        self.assertIn("No promise has come due yet.", text)

    def test_everything_is_late(self):
        report, _ = self.reports([{"order_id": f"A{i}", "delivered_at": "2026-01-20"} for i in range(50)])
        self.assertEqual((report["cases"], report["missed"], report["rate"]), (50, 50, 1))

    def test_dates_lie_centuries_apart(self):
        years = [1700 + 3 * i for i in range(109)]
        report, text = self.reports([{"order_id": f"A{y}", "placed_at": f"{y}-01-05", "promised_at": f"{y}-01-09", "delivered_at": f"{y}-01-20"} for y in years])
        self.assertEqual([g["name"] for g in report["misses_by"]["month"]], [f"{y}-01" for y in years])
        self.assertEqual(len(Tables(text).tables["table-by-month"]), 37)
        self.assertIn("and 73 more", text)

    def test_names_in_markup_stay_names(self):
        evil = ["</svg><script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "a & b <b>", "日本通運" * 20]
        report, text = self.reports([{"order_id": f"A{i}", "carrier": name, "region": name, "delivered_at": "2026-01-20"} for i, name in enumerate(evil)])
        self.assertEqual({g["name"] for g in report["misses_by"]["region"]}, set(evil))
        page = Tables(text)
        self.assertEqual((page.tags["script"], page.tags["img"], page.tags["b"]), (0, 0, 0))
        self.assertIn([evil[0], "1", "1", "100.0 %"], page.tables["table-by-region"])

    def test_a_hundred_thousand_carriers(self):
        report, text = self.reports([{"order_id": f"A{i}", "carrier": f"Carrier <{i}>", "delivered_at": "2026-01-20" if i % 2 else "2026-01-08"} for i in range(100_000)])
        self.assertEqual((len(report["misses_by"]["carrier"]), report["missed"]), (100_000, 50_000))
        self.assertEqual(len(Tables(text).tables["table-by-carrier"]), 31)
        self.assertIn("and 99970 more", text)


if __name__ == "__main__":
    unittest.main()
