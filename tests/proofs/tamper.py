#!/usr/bin/env python3
"""What somebody may do to a ledger with other programs: `amends ledger verify` finds each, and names the check and the row.

    tamper.py AMENDS
"""
import json
import os
import sqlite3

from shop import NIGHT, Shop, copy_of, end, expect

BY = ["--by", "Maya Chen", "--as-of", NIGHT]


def lived():
    """A ledger in which everything has happened once."""
    shop = Shop()
    shop.run("2026-03-20")
    shop.run()
    held = [g for g, in shop.sql("SELECT key FROM grant_states WHERE state = 'held' ORDER BY key")]
    shop.amends("ledger", "approve", held[0], *BY)
    granted = [g for g, in shop.sql("SELECT key FROM grant_states WHERE state = 'granted' AND minor > 0 ORDER BY key")]
    shop.write("paid.csv", f"grant,reference\n{granted[0]},bank 1\n{granted[1]},bank 2\n")
    shop.amends("ledger", "issue", "--from", "paid.csv", "--as-of", NIGHT)
    order = shop.sql("SELECT record_id FROM cases ORDER BY seq LIMIT 1")[0][0]
    shop.write("credits.csv", f"reference,order_id,amount\nV1,{order},2.50\n")
    shop.amends("ledger", "import", "--from", "credits.csv", "--as-of", NIGHT)
    shop.amends("ledger", "void", granted[2], "--reason", "given twice", "--decline", *BY)
    call = shop.sql("SELECT record_id FROM grant_states WHERE kind = 'call' AND state = 'granted' ORDER BY key")[0][0]
    shop.amends("calls", "--done", call, "--note", "was glad", *BY)
    waiting = [k for k, in shop.sql("SELECT key FROM message_states WHERE state = 'drafted' ORDER BY key")][:3]
    shop.amends("outbox", "approve", *waiting, *BY)
    shop.amends("send", "--yes", "--via", "true", "--as-of", NIGHT, "--now", NIGHT + "T12:00:00Z")
    people = [p for p, in shop.sql("SELECT p.value FROM person_values p WHERE EXISTS (SELECT 1 FROM messages WHERE person_seq = p.person_seq) ORDER BY 1")]
    shop.amends("ledger", "forget", people[0], "--yes", *BY)
    return shop


def tampered(shop, change):
    """The change, made past the triggers, which are there again afterwards."""
    twin = copy_of(shop)
    database = sqlite3.connect(twin.path("amends.db"), isolation_level=None)
    database.execute("PRAGMA journal_mode = DELETE")
    triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    if callable(change):
        change(database)
    else:
        database.executescript(change)
    tables = {name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for name, sql in triggers:
        if name.split("_no_")[0] in tables:
            database.execute(sql)
    database.close()
    return twin


def rechained(change):
    """The change, and the whole chain worked out anew: what somebody does who has read amends-ledger(5)."""
    import hashlib

    def work(database):
        database.executescript(change)
        tables = [t for t, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
                  if [c[1] for c in database.execute(f"PRAGMA table_info({t})")][:2] == ["seq", "hash"]]
        rows = sorted((row[0], table, row) for table in tables for row in database.execute(f"SELECT * FROM {table}"))
        before = bytes(32)
        for seq, table, row in rows:
            content = f"t{len(table)}:{table}".encode()
            for place, value in enumerate(row, 1):
                if place == 2 or value is None:
                    continue
                if isinstance(value, int):
                    content += f"{place}i{value};".encode()
                else:
                    letter, value = ("b", value) if isinstance(value, bytes) else ("t", value.encode())
                    content += f"{place}{letter}{len(value)}:".encode() + value
            before = hashlib.sha256(before + content).digest()
            database.execute(f"UPDATE {table} SET hash = ? WHERE seq = ?", (before, seq))
    return work


def flip(twin, needle):
    path = twin.path("amends.db")
    with open(path, "rb") as file:
        content = file.read()
    at = content.rindex(needle)
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes([content[at] ^ 1]))


shop = lived()
expect("a ledger in which everything has happened verifies", shop.findings() == [], str(shop.findings())[:300])
noted = json.loads(shop.amends("ledger", "verify", "--format", "json", "-q"))["last_row"]
one = lambda sql: shop.sql(sql)[0][0]
grant = one("SELECT min(seq) FROM grants WHERE state = 'granted' AND minor > 0")
issued = one("SELECT min(seq) FROM grant_changes WHERE state = 'issued'")
approved = one("SELECT min(seq) FROM grant_changes WHERE state = 'granted'")
case = one("SELECT min(seq) FROM cases")
message = one("SELECT max(message_seq) FROM letters")
person = one("SELECT max(person_seq) FROM person_values")
call = one("SELECT max(seq) FROM calls")
last = one("SELECT max(seq) FROM run_ends")
middle = one("SELECT seq FROM case_changes ORDER BY seq LIMIT 1 OFFSET 5")
run_end = one("SELECT min(seq) FROM run_ends")
policy = one("SELECT min(seq) FROM policies")
voided = one("SELECT max(seq) FROM grant_changes WHERE state = 'void'")
claim = one("SELECT max(c.seq) FROM claims c JOIN frozen f ON f.message_seq = c.message_seq")
claimed = one(f"SELECT message_seq FROM claims WHERE seq = {claim}")
unclaimed = one("SELECT max(seq) FROM messages WHERE seq NOT IN (SELECT message_seq FROM claims)")
outcome = one(f"SELECT seq FROM outcomes WHERE claim_seq = {claim}")
capped, capped_minor, capped_run = shop.sql(
    "SELECT g.seq, g.minor, g.run FROM grants g JOIN grant_states s ON s.seq = g.seq WHERE s.state = 'held' AND g.reason LIKE 'cap %' ORDER BY g.seq LIMIT 1")[0]
first_capped = one("SELECT min(seq) FROM grants WHERE state = 'granted' AND minor > 100")


def moved(part, sign):
    """What a run's summary says of granted or held, with the capped grant moved into or out of it."""
    return (f"'$.{part}.count', summary ->> '$.{part}.count' + {sign}, '$.{part}.amounts.GBP', "
            f"printf('%.2f', (summary ->> '$.{part}.amounts.GBP') + {sign} * {capped_minor} / 100.0)")


def swapped(database):
    first, second = (seq for seq, in database.execute("SELECT seq FROM case_changes WHERE seq >= ? ORDER BY seq LIMIT 2", (middle,)))
    for old, new in ((first, -1), (second, first), (-1, second)):
        database.execute("UPDATE case_changes SET seq = ? WHERE seq = ?", (new, old))


TAMPERINGS = [
    ("a grant's amount is raised", f"UPDATE grants SET minor = minor + 1000 WHERE seq = {grant}", ("chain", "grants", grant)),
    ("a grant's currency is another", f"UPDATE grants SET currency = 'USD' WHERE seq = {grant}", ("chain", "grants", grant)),
    ("a grant goes to another person", f"UPDATE grants SET person_seq = {person} WHERE seq = {grant}", ("chain", "grants", grant)),
    ("a grant's key is another", f"UPDATE grants SET key = key || '9' WHERE seq = {grant}", ("sums", "grants", grant)),
    ("a grant's hash is another", f"UPDATE grants SET hash = x'00' WHERE seq = {grant}", ("chain", "grants", grant)),
    ("a reference of a payment is another", f"UPDATE grant_changes SET reference = 'mine' WHERE seq = {issued}", ("chain", "grant_changes", issued)),
    ("a payment is forgotten", f"DELETE FROM grant_changes WHERE seq = {issued}", ("chain", None, issued + 1)),
    ("an approval is removed", f"DELETE FROM grant_changes WHERE seq = {approved}", ("chain", None, approved + 1)),
    ("what was void is granted again, the chain worked out anew",
     rechained(f"UPDATE grant_changes SET state = 'granted' WHERE seq = {voided}"), ("replay", "grant_changes", voided)),
    ("a run's last row is removed", f"DELETE FROM run_ends WHERE seq = {last}", ("chain", None, last - 1)),
    ("a row from the middle is removed", f"DELETE FROM case_changes WHERE seq = {middle}", ("chain", None, middle + 1)),
    ("a case's rows are all removed", f"DELETE FROM case_changes WHERE case_seq = {case}", ("sums", "cases", case)),
    ("two rows change places", swapped, ("chain", "case_changes", middle)),
    ("a row is added in the middle", f"INSERT INTO grant_changes (seq, hash, run, grant_seq, state, reference) VALUES ({last} + 7, zeroblob(32), 2, {grant}, 'issued', 'x')",
     ("chain", "grant_changes", last + 7)),
    ("a row is added at the end, with its run",
     rechained(f"INSERT INTO grant_changes (seq, hash, run, grant_seq, state, reference) VALUES ({last} + 1, zeroblob(32), 2, {grant}, 'issued', 'x')"),
     ("chain", "grant_changes", last + 1)),
    ("a grant is slipped in, the chain worked out anew",
     rechained("INSERT INTO grants SELECT 1000000, hash, run, key || '9', case_seq, person_seq, table_name, rule, kind, what, sequence + 8, minor, currency, quantity, duration, valid, "
               f"within, manner, pay_by, state, reason, due, as_of, steps, basis FROM grants WHERE seq = {grant}"), ("chain", "grants", 1000000)),
    ("an amount is raised, the chain worked out anew", rechained(f"UPDATE grants SET minor = minor + 1000 WHERE seq = {grant}"), ("sums", "run_ends", None)),
    ("an amount is made negative, the chain worked out anew", rechained(f"UPDATE grants SET minor = -minor WHERE seq = {grant}"), ("sums", "grants", grant)),
    ("what a cap held is granted, with the run's summary and the chain worked out anew",
     rechained(f"UPDATE grants SET state = 'granted', reason = NULL WHERE seq = {capped};"
               f"UPDATE run_ends SET summary = json_set(summary, {moved('granted', 1)}, {moved('held', -1)}) WHERE run = {capped_run}"), ("sums", "grants", capped)),
    ("a cap is narrower than what was granted under it, the chain worked out anew",
     rechained("UPDATE policies SET text = replace(text, '40.00', '1.00')"), ("sums", "grants", first_capped)),
    ("a digest of what was handed over is another, the chain worked out anew", rechained(f"UPDATE claims SET digest = zeroblob(32) WHERE seq = {claim}"), ("values", "claims", claim)),
    ("the time of a claim is another, the chain worked out anew", rechained(f"UPDATE claims SET at = at + 86400000 WHERE seq = {claim}"), ("values", "claims", claim)),
    ("a claim is of another letter, the chain worked out anew", rechained(f"UPDATE claims SET message_seq = {unclaimed} WHERE seq = {claim}"), ("replay", "message_changes", claim + 1)),
    ("a letter that was never approved is claimed, the chain worked out anew", rechained(f"UPDATE approvals SET message_seq = {unclaimed} WHERE message_seq = {claimed}"), ("replay", "claims", claim)),
    ("what was handed is said to be refused, the chain worked out anew", rechained(f"UPDATE outcomes SET state = 'refused' WHERE seq = {outcome}"), ("replay", "outcomes", outcome)),
    ("a state that there is not, the chain worked out anew", rechained(f"UPDATE grant_changes SET state = 'paid' WHERE seq = {issued}"), ("replay", "grant_changes", issued)),
    ("issued without a reference, the chain worked out anew", rechained(f"UPDATE grant_changes SET reference = NULL WHERE seq = {issued}"), ("replay", "grant_changes", issued)),
    ("a message that begins as handed, the chain worked out anew", rechained(f"UPDATE messages SET state = 'handed' WHERE seq = {message}"), ("replay", "messages", message)),
    ("a message tells of a grant that is not there, the chain worked out anew",
     rechained(f"UPDATE messages SET grants = '[\"x\"]' WHERE seq = {message}"), ("replay", "messages", message)),
    ("a letter is another", f"UPDATE letters SET letter = replace(letter, 'sorry', 'glad') WHERE message_seq = {message}", ("values", "messages", message)),
    ("a letter is gone", f"DELETE FROM letters WHERE message_seq = {message}", ("values", "messages", message)),
    ("a name is another", f"UPDATE person_values SET value = 'customer:C99' WHERE person_seq = {person}", ("values", "people", person)),
    ("a name is gone", f"DELETE FROM person_values WHERE person_seq = {person}", ("values", "people", person)),
    ("a salt is another", f"UPDATE person_values SET salt = zeroblob(16) WHERE person_seq = {person}", ("values", "people", person)),
    ("a note of a call is another", f"UPDATE call_notes SET note = 'was cross' WHERE call_seq = {call}", ("values", "calls", call)),
    ("who was forgotten stands there again", "INSERT INTO person_values SELECT person_seq, zeroblob(16), 'customer:C0' FROM forgettings", ("values", "people", None)),
    ("the policy is another", f"UPDATE policies SET text = text || ' ' WHERE seq = {policy}", ("chain", "policies", policy)),
    ("an earlier summary is another", f"UPDATE run_ends SET summary = '{{}}' WHERE seq = {run_end}", ("chain", "run_ends", run_end)),
    ("a case names a run that is not there", f"PRAGMA foreign_keys = OFF; UPDATE cases SET run = 99 WHERE seq = {case}", ("storage", "cases", case)),
    ("a credit by hand is another", "UPDATE credits SET minor = 1", ("chain", "credits", None)),
    ("a view hides grants", "DROP VIEW grant_states; CREATE VIEW grant_states AS SELECT * FROM grants WHERE 0", ("storage", None, None)),
    ("a trigger of somebody else's", "CREATE TRIGGER mine AFTER INSERT ON grants BEGIN SELECT 1; END", ("storage", None, None)),
    ("a table is gone", "PRAGMA foreign_keys = OFF; DROP VIEW message_states; DROP TABLE message_changes", ("chain", None, None)),
]
found = 0
for name, change, (check, table, row) in TAMPERINGS:
    twin = tampered(shop, change)
    findings = twin.findings()
    hits = [f for f in findings if f["check"] == check and (table is None or f.get("table") == table) and (row is None or f.get("row") == row)]
    code, text, _ = twin.done("ledger", "verify", "-q")
    is_named = bool(hits) and code == 1 and hits[0]["what"] in text
    found += is_named
    if not is_named:
        expect(f"found: {name}", False, f"wanted {check} {table} {row}, found {findings}"[:500])
    twin.close()

for name, make, check in [
        ("a bit of a grant's row is turned in the file", lambda twin: flip(twin, b"stated-date/delay"), None),
        ("the file is cut short", lambda twin: os.truncate(twin.path("amends.db"), os.path.getsize(twin.path("amends.db")) // 4096 // 2 * 4096), None),
        ("others may read it", lambda twin: os.chmod(twin.path("amends.db"), 0o644), "storage"),
        ("its triggers are gone", lambda twin: [twin.sql(f"DROP TRIGGER {name}") for name, in twin.sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'")], "storage")]:
    twin = copy_of(shop)
    twin.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    make(twin)
    findings = twin.findings()
    is_found = bool(findings) and (check is None or any(f["check"] == check for f in findings))
    found += is_found
    if not is_found:
        expect(f"found: {name}", False, str(findings)[:400])
    twin.close()

twin = tampered(shop, f"DELETE FROM run_ends WHERE run = (SELECT max(number) FROM runs); DELETE FROM forgettings; DELETE FROM message_changes WHERE run = (SELECT max(number) FROM runs);"
                      "DELETE FROM runs WHERE number = (SELECT max(number) FROM runs)")
cut = [f for f in twin.findings("--noted", noted) if f["check"] == "chain" and "noted" in f["what"]]
found += bool(cut)
expect("a whole run cut off the end is found by the hash that was noted", bool(cut))
expect("the noted hash of the whole ledger is found", shop.findings("--noted", noted[:16]) == [])
expect("every tampering is found and named", found == len(TAMPERINGS) + 5, f"{found} of {len(TAMPERINGS) + 5}")
twin.close()
shop.close()
end()
