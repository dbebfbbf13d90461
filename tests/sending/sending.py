#!/usr/bin/python3
"""Letters on their way, against a mail server and mail commands that fail in every way there is.

    sending.py AMENDS PART...    parts: peers together broken interrupted hidden changed frozen log sms window pace; none: all

`window` and `pace` want the library tests/sending/clock_shim.c in CLOCK_SHIM.

Prints what it counted. Exit 77 where aiosmtpd or msmtp is not installed and a part needs them.
"""
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from shop import AS_OF, NOW, Shop, late, script

AMENDS = os.path.abspath(sys.argv[1])
counts = collections.Counter()


def expect(what, holds, detail=""):
    counts["checked"] += 1
    if not holds:
        counts["failed"] += 1
        print(f"FAIL {what}{': ' if detail else ''}{detail}")


def expect_states(what, shop, states):
    found = shop.states()
    expect(what, found == states, f"{found}, not {states}")


def minutes(n):
    return f"2026-04-01T{10 + n // 60:02d}:{n % 60:02d}:30+01:00"


def expect_sound(shop):
    done = shop.call("ledger", "verify", ok=None)
    expect("the ledger is as amends wrote it", done.returncode == 0, done.stdout + done.stderr)


def peers(folder):
    """Each answer of a mail server lands in the state it should, and nobody gets a letter twice."""
    from peer import Server
    kinds = ["ok", "tmp", "perm", "dtmp", "dperm", "drop", "slow"]
    rows = [late(f"O{n}", f"{kind}.{n}@customer.example") for n, kind in enumerate(kinds)]
    shop = Shop(AMENDS, folder / "shop", rows)
    with Server(folder) as server:
        shop.run()
        done = shop.send(server.via, ok=(3,))
        wanted = {"O0": "handed", "O1": "later", "O2": "refused", "O3": "later", "O4": "refused", "O5": "uncertain", "O6": "handed"}
        expect_states("states after the first sending", shop, wanted)
        expect("nothing printed holds an address", "@" not in done.stdout + done.stderr, done.stdout + done.stderr)
        lines = {line["order"]: line for line in shop.outbox()}
        expect("the server's queue id is kept", str(lines["O0"]["queue_id"]).startswith("Q0"), str(lines["O0"]))
        expect("its code too", lines["O2"]["smtp_status"] == "550" and lines["O2"]["reason"].startswith("550 5.1.1"), str(lines["O2"]))
        shop.send(server.via, ok=(0, 3))
        expect_states("the same at the same time", shop, wanted)
        for n in (2, 8, 39, 160):
            shop.send(server.via, now=minutes(n), ok=(3,))
        lines = {line["order"]: line for line in shop.outbox()}
        expect("five tries, then a person", lines["O1"]["tries"] == 5 and lines["O1"]["next_at"] is None, str(lines["O1"]))
        server.peer.forgiving = True
        shop.send(server.via, now=minutes(170), ok=(3,))
        expect_states("no sixth try", shop, wanted)
        sheet = shop.call("calls", "--as-of", AS_OF, "--format", "jsonl", ok=(0, 3)).stdout
        called = {json.loads(line)["order"]: json.loads(line)["reason"] for line in sheet.splitlines()}
        expect("refused and given up are calls", set(called) == {"O1", "O2", "O3", "O4"}, str(called))
        shop.call("outbox", "resolve", "O1", "O3", "--resend", "--by", "Maya")
        shop.send(server.via, now=minutes(171), ok=(3,))  # O5 is in doubt still
        expect_states("sent after a person said so", shop, wanted | {"O1": "handed", "O3": "handed"})
        ids = collections.defaultdict(set)
        for to, message_id, _ in server.peer.seen:
            ids[to].add(message_id)
        expect("all tries carry one Message-ID", all(len(each) == 1 for each in ids.values()), str(dict(ids)))
        expect("a letter that was put off after DATA was tried again", len([1 for to, *_ in server.peer.seen if to.startswith("dtmp.")]) == 6)
        times = collections.Counter(server.peer.taken)
        expect("nobody twice", set(times.values()) == {1}, str(times))
        shop.write(rows + [late("O9", "perm.2@customer.example"), late("O8", "dperm.4@customer.example")])
        shop.run()
        states = shop.states()
        expect("no letter to an address that is not there", "O9" not in states, str(states))
        expect("a letter refused for its content closes no address", states.get("O8") == "approved", str(states))
        # A service with idempotency keys: what is uncertain goes once more, under the same Message-ID.
        before = len(server.peer.taken)
        shop.send(server.via, "--at-least-once", "O5", now=minutes(172), ok=(0,))
        expect("at least once sends what was uncertain", server.peer.taken[before:] == ["drop.5@customer.example"], str(server.peer.taken[before:]))
        both = {message_id for to, message_id, _ in server.peer.seen if to.startswith("drop.")}
        expect("under one Message-ID", len(both) == 1, str(both))
        # One that is uncertain each time waits for a person in the end.
        server.peer.forgiving = False
        shop.write(rows + [late("O10", "drop.10@customer.example")])
        shop.run()
        for n in range(7):
            shop.send(server.via, "--at-least-once", "O10", now=minutes(173 + n), ok=(3,))
        tried = [message_id for to, message_id, _ in server.peer.seen if to.startswith("drop.10")]
        expect("five doubtful tries at most, under one Message-ID", len(tried) == 5 and len(set(tried)) == 1, str(tried))
        counts["letters"] += len(server.peer.seen)


def together(folder):
    """Twenty senders and runs at once: each letter once."""
    letters = 12
    for wait in (["--wait", "5 min"], []):
        shop = Shop(AMENDS, folder / f"shop{len(wait)}", [late(f"O{n}", f"c{n}@customer.example") for n in range(letters)])
        got = shop.folder / "got"
        got.mkdir()
        via = script(shop.folder, "mail.sh", f'file=$(mktemp "{got}/XXXXXXXX") && cat > "$file"\n')
        commands = [shop.command("run", "--as-of", AS_OF, "--send", "--via", via, *wait) if n % 2 == 0 else
                    shop.command("send", "--yes", "--as-of", AS_OF, "--via", via, "--jobs", "3", *wait) for n in range(20)]
        shop.run()
        running = [subprocess.Popen(command, cwd=shop.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for command in commands]
        ends = [(process.communicate()[1], process.returncode) for process in running]
        allowed = {0} if wait else {0, 4}
        expect("exit codes", {code for _, code in ends} <= allowed, str([end for end in ends if end[1] not in allowed])[:400])
        shop.send(via)
        ids = [line for file in got.iterdir() for line in file.read_text().splitlines() if line.startswith("Message-ID:")]
        expect(f"each letter once{' with --wait' if wait else ''}", len(ids) == letters and len(set(ids)) == letters, f"{len(ids)} letters, {len(set(ids))} ids")
        expect("all handed", set(shop.states().values()) == {"handed"}, str(shop.states()))
        counts["senders"] += len(commands)
        counts["letters"] += len(ids)


def broken(folder):
    """Mail commands that are killed, hang, or are not there."""
    rows = [late(f"O{n}", f"c{n}@customer.example") for n in range(3)]
    ways = [
        ("killed", "kill -9 $$\n", "uncertain", (3,)),
        ("hangs", "exec sleep 600\n", "uncertain", (3,)),
        ("hangs on", "trap '' TERM\nwhile :; do sleep 1; done\n", "uncertain", (3,)),
        ("unknown exit", "cat > /dev/null\nexit 1\n", "uncertain", (3,)),
        ("s-nail's only exit", "cat > /dev/null\nexit 4\n", "uncertain", (3,)),
        ("swaks refused", "cat > /dev/null\nexit 24\n", "uncertain", (3,)),
        ("curl cut off", "cat > /dev/null\nexit 55\n", "uncertain", (3,)),
        ("no such host", "cat > /dev/null\nexit 68\n", "later", (3,)),
        ("msmtp's 69 for later", "cat > /dev/null\necho 'host=x smtpstatus=451 smtpmsg='\\''451 4.3.0 later'\\'' exitcode=EX_UNAVAILABLE'\nexit 69\n", "later", (3,)),
        ("msmtp's 69 for never", "cat > /dev/null\necho 'host=x smtpstatus=554 smtpmsg='\\''554 5.7.1 no'\\'' exitcode=EX_UNAVAILABLE'\nexit 69\n", "refused", (3,)),
        ("69 without a word", "cat > /dev/null\nexit 69\n", "uncertain", (3,)),
        ("refused at RCPT", "cat > /dev/null\nexit 65\n", "refused", (3,)),
        ("timeout after DATA", "cat > /dev/null\nexit 74\n", "uncertain", (3,)),
        ("later", "cat > /dev/null\nexit 75\n", "later", (3,)),
        ("no such user", "cat > /dev/null\nexit 67\n", "refused", (3,)),
        ("cut off after DATA", "cat > /dev/null\nexit 76\n", "uncertain", (3,)),
        ("msmtp without configuration", "echo 'msmtp: account default not found: no configuration file available'\nexit 74\n", "approved", (5,)),
        ("wrong usage", "exit 64\n", "approved", (5,)),
        ("bad configuration", "exit 78\n", "approved", (5,)),
        *((f"exit {code}", f"exit {code}\n", "approved", (5,)) for code in (66, 70, 71, 72, 73, 77)),
        ("not executable", "exit 126\n", "approved", (5,)),
        ("not found", "exit 127\n", "approved", (5,)),
        ("reads nothing", "exit 0\n", "handed", (0,)),
        ("says much", "yes | head -c 3000000; cat > /dev/null\n", "handed", (0,)),
        ("leaves a child that holds its output", "sleep 30 & cat > /dev/null\n", "handed", (0,)),
    ]
    for n, (name, text, state, codes) in enumerate(ways):
        shop = Shop(AMENDS, folder / f"shop{n}", rows, outbox='timeout = "1 s"')
        shop.run()
        done = shop.send(script(shop.folder, "mail.sh", text), "--limit", "1", ok=codes)
        wanted = {"O0": state, "O1": "approved", "O2": "approved"}
        expect_states(name, shop, wanted)
        if codes == (5,):
            expect(f"{name}: says why it stops", "the next letter would fail too" in done.stderr, done.stderr)
            shop.send("true")
            expect_states(f"{name}: nothing is lost", shop, dict.fromkeys(wanted, "handed"))
        elif state in ("uncertain", "refused"):
            shop.send("true", ok=(3,) if state == "uncertain" else (0,))
            expect_states(f"{name}: it is not sent by itself", shop, {"O0": state, "O1": "handed", "O2": "handed"})
        counts["commands"] += 1
    shop = Shop(AMENDS, folder / "missing", rows)
    shop.run()
    for via in ("/nowhere/msmtp -t", "msmpt-is-not-there", str(shop.folder / "orders.csv"), "msmtp -t | tee x", "msmtp 'open"):
        done = shop.send(via, ok=(2,))
        expect(f"{via}: nothing is claimed", set(shop.states().values()) == {"approved"} and "hint" in done.stderr, done.stderr)
        counts["commands"] += 1
    shop.write([late(f"P{n}", f"p{n}@customer.example") for n in range(9)])
    shop = Shop(AMENDS, folder / "row", [late(f"O{n}", f"c{n}@customer.example") for n in range(9)])
    shop.run()
    done = shop.send(script(shop.folder, "mail.sh", "exit 76\n"), ok=(5,))
    expect("five uncertain in a row are enough", collections.Counter(shop.states().values()) == {"uncertain": 5, "approved": 4}, done.stderr)


def wait_for(path):
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")


def interrupted(folder):
    """A sender that is killed leaves an uncertain letter; one that is asked to stop finishes the letter in hand."""
    rows = [late(f"O{n}", f"c{n}@customer.example") for n in range(3)]
    for name, stop, code in (("killed", signal.SIGKILL, -9), ("Ctrl-C", signal.SIGINT, 130), ("terminated", signal.SIGTERM, 143)):
        shop = Shop(AMENDS, folder / name.replace(" ", ""), rows)
        shop.run()
        begun, go = shop.folder / "begun", shop.folder / "go"
        via = script(shop.folder, "mail.sh", f'cat > /dev/null\ntouch "{begun}"\nwhile [ ! -e "{go}" ]; do sleep 0.05; done\n')
        sender = subprocess.Popen(shop.command("send", "--yes", "--as-of", AS_OF, "--via", via), cwd=shop.folder, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(begun)
        expect(f"{name}: the claim stands before the command starts", sorted(shop.states().values()) == ["approved", "approved", "claimed"], str(shop.states()))
        other = shop.send("true", ok=(4,))
        expect(f"{name}: no second sender meanwhile", "being sent already" in other.stderr, other.stderr)
        shop.run()
        sender.send_signal(stop)
        time.sleep(0.3)
        go.touch()
        sender.communicate()
        expect(f"{name}: exit {code}", sender.returncode == code, str(sender.returncode))
        first = "claimed" if stop == signal.SIGKILL else "handed"
        expect(f"{name}: {first}", sorted(shop.states().values()) == sorted(["approved", "approved", first]), str(shop.states()))
        done = shop.send("true", ok=(3,) if stop == signal.SIGKILL else (0,))
        last = "uncertain" if stop == signal.SIGKILL else "handed"
        expect(f"{name}: the others are sent, the first is {last}", sorted(shop.states().values()) == sorted(["handed", "handed", last]), str(shop.states()))
        if stop == signal.SIGKILL:
            expect("it is said", "uncertain whether" in done.stderr, done.stderr)
        counts["senders"] += 1


def hidden(folder):
    """Nothing of the customer in arguments, environment or what is printed; the letter alone on stdin."""
    row = late("ORD-77", "zoe.quennell@customer.example")
    shop = Shop(AMENDS, folder / "shop", [row])
    seen = shop.folder / "seen"
    via = script(shop.folder, "mail.sh", f'tr "\\0" "\\n" < /proc/$$/cmdline > "{seen}"\ntr "\\0" "\\n" < /proc/$PPID/cmdline >> "{seen}"\n'
                 f'env >> "{seen}"\ncat > "{shop.folder}/letter"\necho "550 5.1.1 <zoe.quennell@customer.example> Zoë unknown"\nexit 65\n')
    shop.run()
    done = shop.send(f"{via} --flag 'two words'", ok=(3,), env=os.environ | {"AMENDS_SECRET": "hush-hush", "LD_PRELOAD": ""})
    told = seen.read_text() + done.stdout.replace("ORD-77", "") + done.stderr
    for word in ("zoe.quennell", "Quennell", "Zo\u00eb", "customer.example", "hush-hush"):
        expect(f"{word} is told to nobody", word not in told, told)
    expect("arguments come as they were quoted", "--flag\ntwo words\n" in seen.read_text(), seen.read_text())
    expect("no order in arguments", "ORD-77" not in seen.read_text())
    letter = (shop.folder / "letter").read_text()
    expect("the letter is on stdin", "To: " in letter and letter.count("\nDate: Wed, 1 Apr 2026 10:00:00 +0100\n") == 1, letter[:300])
    for name in ("amends.db", "amends.db-wal", "amends.db-shm", "amends.db-lock", "amends.db-send-lock"):
        path = shop.folder / name
        if path.exists():
            expect(f"{name} is for its owner alone", path.stat().st_mode & 0o077 == 0, oct(path.stat().st_mode))
    counts["words"] += 5


def changed(folder):
    """The state is read again before a letter leaves."""
    waiting = late("O1", "c1@customer.example", status="shipped", delivered_at="")
    gone, moved, same = (late(f"O{n}", f"c{n}@customer.example") for n in (2, 3, 4))
    shop = Shop(AMENDS, folder / "shop", [waiting, gone, moved, same])
    mails = shop.folder / "mails"
    mails.mkdir()
    via = script(shop.folder, "mail.sh", f'file=$(mktemp "{mails}/XXXXXX") && cat > "$file"\n')
    shop.run()
    expect_states("all approved", shop, dict.fromkeys(["O1", "O2", "O3", "O4"], "approved"))
    shop.write([waiting | {"status": "delivered", "delivered_at": "2026-03-31T09:00:00Z"}, gone | {"opted_out": "true"}, moved | {"email": "new3@customer.example"}, same])
    done = shop.send(via, ok=(0, 3))
    expect("three were withdrawn", "withdrawn      3" in done.stdout, done.stdout)
    lines = collections.defaultdict(list)
    for line in shop.outbox():
        lines[line["order"]].append((line["purpose"], line["revision"], line["state"]))
    # The first one never left, so that the second is the first word: a notice too, of an order that came.
    expect("the arrived one gets the other letter", sorted(lines["O1"]) == [("notice", 1, "withdrawn"), ("notice", 2, "handed")], str(lines["O1"]))
    expect("and it says that the order came", sum("O1 came late" in file.read_text().replace("=\n", "") for file in mails.iterdir()) == 1)
    expect("who asked to be left alone gets none", lines["O2"] == [("notice", 1, "withdrawn")], str(lines["O2"]))
    expect("who moved gets it there", sorted(lines["O3"]) == [("notice", 1, "withdrawn"), ("notice", 2, "handed")], str(lines["O3"]))
    letters = [file.read_text() for file in mails.iterdir()]
    to = sorted(line.split("<")[-1] for letter in letters for line in letter.splitlines() if line.startswith(("To:", " <")) and "@customer" in line)
    expect("each at the address of today", to == ["c1@customer.example>", "c4@customer.example>", "new3@customer.example>"], str(to))
    expect("nobody is told that it is still missing", not any("not with you" in letter for letter in letters))
    sheet = shop.call("calls", "--as-of", AS_OF, "--format", "jsonl", ok=(0, 3)).stdout
    expect("a person's list has who is not written to", [json.loads(line)["order"] for line in sheet.splitlines()] == ["O2"] and "asked not to be written to" in sheet, sheet)
    grants = shop.call("ledger", "list", "--format", "jsonl").stdout.splitlines()
    expect("four grants, as before", len(grants) == 4, str(grants))
    expect_sound(shop)
    shop.call("ledger", "forget", "c4@customer.example", "--yes", "--by", "Maya")
    expect_sound(shop)
    held = [file.name for file in shop.folder.glob("amends.db*") if b"c4@customer.example" in file.read_bytes()]
    expect("nothing of a forgotten customer's frozen letter stays", held == [], str(held))
    counts["letters"] += len(letters)


def frozen(folder):
    """What was approved is what leaves: byte for byte but the Date."""
    shop = Shop(AMENDS, folder / "shop", [late("O1", "c1@customer.example"), late("O2", "c2@customer.example")], approve="person")
    via = script(shop.folder, "mail.sh", f'cat > "{shop.folder}/$$.eml"\n')
    shop.run()
    shop.send(via)
    expect("nothing leaves that nobody approved", set(shop.states().values()) == {"drafted"} and not list(shop.folder.glob("*.eml")))
    drafted = shop.call("draft", "O1", "--as-of", AS_OF, "--format", "eml", "--date", NOW).stdout
    shop.call("outbox", "approve", "O1", "--by", "Maya")
    folder_of_templates = shop.folder / "templates" / "en-GB"
    folder_of_templates.mkdir(parents=True)
    (folder_of_templates / "late.liquid").write_text("Subject: other\n\nother words\n")
    config = shop.folder / "amends.toml"
    config.write_text(config.read_text().replace("Maya Chen", "Somebody Else"))
    shop.send(via)
    [letter] = shop.folder.glob("*.eml")
    expect("the approved bytes leave", letter.read_text() == drafted, letter.read_text()[:400])
    expect_states("one was handed over", shop, {"O1": "handed", "O2": "drafted"})
    expect("no Auto-Submitted, for a person approved it", "Auto-Submitted" not in drafted)
    counts["letters"] += 1


def log(folder):
    """A mail server's log tells what became of uncertain letters, and of those that came back later."""
    shop = Shop(AMENDS, folder / "shop", [late(f"O{n}", f"c{n}@customer.example") for n in range(4)])
    shop.run()
    shop.send(script(shop.folder, "cut.sh", "exit 76\n"), "O0", "O1", ok=(3,))
    shop.send("true", ok=(3,))
    ids = {line["order"]: line["message_id"] for line in shop.outbox()}
    lines = [
        f"Apr  1 10:00:01 mx postfix/cleanup[11]: 4AbCdEf01: message-id=<{ids['O0']}>",
        "Apr  1 10:00:01 mx postfix/smtp[12]: 4AbCdEf01: to=<c0@customer.example>, relay=mx[192.0.2.1]:25, delay=0.2, dsn=2.0.0, status=sent (250 2.0.0 OK)",
        f"Apr  1 10:00:02 mx postfix/cleanup[11]: 4AbCdEf02: message-id=<{ids['O2']}>",
        "Apr  1 10:00:03 mx postfix/smtp[12]: 4AbCdEf02: to=<c2@customer.example>, relay=mx[192.0.2.1]:25, delay=1, dsn=5.1.1, status=bounced "
        "(host mx[192.0.2.1] said: 550 5.1.1 <c2@customer.example>: unknown (in reply to RCPT TO command))",
        "Apr  1 10:00:04 mx postfix/cleanup[11]: 4AbCdEf09: message-id=<somebody@else.example>",
        "Apr  1 10:00:04 mx postfix/smtp[12]: 4AbCdEf09: to=<x@y.example>, dsn=5.0.0, status=bounced (x)",
    ]
    (shop.folder / "mail.log").write_text("\n".join(lines) + "\n")
    shop.call("outbox", "reconcile", "--maillog", "mail.log", ok=(3,))
    wanted = {"O0": "handed", "O1": "uncertain", "O2": "refused", "O3": "handed"}
    expect_states("by the log", shop, wanted)
    queue_ids = {line["order"]: line["queue_id"] for line in shop.outbox()}
    expect("the queue id is kept", queue_ids["O0"] == "4AbCdEf01", str(queue_ids))
    again = shop.call("outbox", "reconcile", "--maillog", "mail.log", ok=(3,))
    expect("the same log twice is the same", again.stdout == "", again.stdout)
    shop.call("outbox", "resolve", "O1", "--sent", "--by", "Maya")
    expect_states("by a person", shop, wanted | {"O1": "handed"})
    counts["lines"] += len(lines)
    exim_log(folder)


def exim_log(folder):
    shop = Shop(AMENDS, folder / "exim", [late(f"O{n}", f"c{n}@customer.example") for n in range(3)])
    shop.run()
    shop.send(script(shop.folder, "cut.sh", "exit 76\n"), ok=(3,))
    ids = {line["order"]: line["message_id"] for line in shop.outbox()}
    for name, line in (("msmtp", "Apr 01 10:00:02 host=mx tls=on auth=off from=b@send.example recipients=c0@customer.example mailsize=116 "
                                 "smtpstatus=250 smtpmsg='250 ok' exitcode=EX_OK"),
                       ("OpenSMTPD", "Apr  1 10:00:02 mx smtpd[4]: 8f53d780c7c367ee mta delivery evpid=8fc9c27364daa273 from=<b@send.example> to=<c0@customer.example> "
                                     'rcpt=<-> relay="mx (192.0.2.1)" delay=0s result="Ok" stat="250 2.0.0 ok"')):
        (shop.folder / "other.log").write_text(line + "\n")
        done = shop.call("outbox", "reconcile", "--maillog", "other.log", ok=(2,))
        expect(f"{name}'s log is refused", f"{name}'s log names no Message-ID" in done.stderr, done.stderr)
    expect_states("nothing came of that", shop, dict.fromkeys(ids, "uncertain"))
    lines = [
        f"2026-04-01 10:00:01 1xVKPV-0008Vu-1X <= bounces@send.example U=amends P=local S=331 id={ids['O0']}",
        '2026-04-01 10:00:01 1xVKPV-0008Vu-1X => c0@customer.example R=all T=out H=mx.customer.example [192.0.2.1] C="250 2.0.0 Ok: queued as Q1"',
        "2026-04-01 10:00:01 1xVKPV-0008Vu-1X Completed",
        f"2026-04-01 10:00:02 1xVKPV-0008WB-22 <= bounces@send.example U=amends P=local S=335 id={ids['O1']}",
        "2026-04-01 10:00:02 1xVKPV-0008WB-22 ** c1@customer.example R=all T=out H=mx.customer.example [192.0.2.1]: SMTP error from remote mail server after RCPT "
        "TO:<c1@customer.example>: 550 5.1.1 <c1@customer.example>: no such user",
        "2026-04-01 10:00:02 1xVKPV-0008WB-22 Completed",
    ]
    (shop.folder / "mainlog").write_text("\n".join(lines) + "\n")
    with open(shop.folder / "mainlog") as file:
        shop.call("outbox", "reconcile", "--maillog", "-", ok=(3,), stdin=file)
    expect_states("by Exim's log, through a pipe", shop, {"O0": "handed", "O1": "refused", "O2": "uncertain"})
    expect("nothing of the customer is kept of it", "c1@" not in json.dumps(shop.outbox()))
    shop.write([*shop.rows, late("O9", "c1@customer.example")])
    shop.run()
    expect("no letter to an address that is not there", "O9" not in shop.states(), str(shop.states()))
    again = shop.call("outbox", "reconcile", "--maillog", "mainlog", ok=(3,))
    expect("the same log twice is the same", again.stdout == "", again.stdout)
    counts["lines"] += len(lines)


def sms(folder):
    """Text messages go to a command of their own, or wait with the reason."""
    rows = [late("O1", "c1@customer.example", phone="+447700900118"), late("O2", "c2@customer.example")]
    rule = '[[message]]\npurpose = "notice"\nwhen = { kind = "late", order_id = "O1" }\ntemplate = "late"\nchannel = "sms"\n\n'
    shop = Shop(AMENDS, folder / "shop", rows)
    config = shop.folder / "amends.toml"
    config.write_text(config.read_text().replace("[[message]]", rule + "[[message]]", 1))
    shop.run()
    done = shop.send("true", ok=(3,))
    expect("without a command they wait", "O1 (no command sends SMS" in done.stdout, done.stdout)
    expect_states("and letters go", shop, {"O1": "approved", "O2": "handed"})
    gateway = script(shop.folder, "sms.sh", f'cat > "{shop.folder}/sms.json"\n')
    config.write_text(config.read_text() + f'[outbox.sms]\nvia = "{gateway}"\n')
    shop.send("false")
    message = json.loads((shop.folder / "sms.json").read_text())
    expect("one line of JSON", message["to"]["phone"] == "+447700900118" and "O1" in message["text"] and message["channel"] == "sms", str(message))
    expect_states("both are handed over", shop, {"O1": "handed", "O2": "handed"})
    counts["letters"] += 2


def window(folder):
    """A sending that lasts past the window leaves the others for the next day."""
    # The clock is the machine's: the zone is one where it is about noon.
    ahead = 12 - time.gmtime().tm_hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    shop = Shop(AMENDS, folder / "shop", [late(f"O{n}", f"c{n}@customer.example") for n in range(3)],
                outbox='window = { mon-sun = ["11:00-13:30"] }\ntimeout = "10 h"')
    config = shop.folder / "amends.toml"
    config.write_text(config.read_text().replace("Europe/London", zone))
    shop.run()
    gone = shop.folder / "gone"
    via = script(shop.folder, "mail.sh", f'cat > /dev/null\ntouch "{gone}"\n')
    env = os.environ | {"LD_PRELOAD": os.environ["CLOCK_SHIM"], "CLOCK_JUMPS": str(gone)}
    done = shop.call("send", "--yes", "--as-of", AS_OF, "--via", via, env=env)
    expect("one left, and two wait", done.stdout.split("\n")[:2] == ["sent           1", "waiting        2  2 whose window closed meanwhile"], done.stdout)
    expect_states("nothing else was claimed", shop, {"O0": "handed", "O1": "approved", "O2": "approved"})
    shop.call("send", "--yes", "--as-of", AS_OF, "--via", via)
    expect_states("they leave when it is open", shop, dict.fromkeys(["O0", "O1", "O2"], "handed"))
    counts["letters"] += 3


def pace(folder):
    """--rate keeps letters apart, --jobs has several commands at work at once."""
    rows = [late(f"O{n}", f"c{n}@customer.example") for n in range(4)]
    shop = Shop(AMENDS, folder / "rate", rows, outbox='timeout = "10 h"')
    shop.run()
    later = shop.folder / "later"
    env = os.environ | {"LD_PRELOAD": os.environ["CLOCK_SHIM"], "CLOCK_JUMPS": str(later)}
    sender = shop.start("send", "--yes", "--as-of", AS_OF, "--via", "true", "--limit", "2", "--rate", "1/hour", env=env)
    for _ in range(600):
        if "handed" in shop.states().values():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    expect("the second waits for its hour", sorted(shop.states().values()) == ["approved"] * 3 + ["handed"] and sender.poll() is None, str(shop.states()))
    later.touch()
    sender.communicate()
    expect("then it leaves, and no third", sorted(shop.states().values()) == ["approved", "approved", "handed", "handed"], str(shop.states()))
    # Each command ends only when all four have begun.
    shop = Shop(AMENDS, folder / "jobs", rows, outbox='jobs = 4\ntimeout = "1 min"')
    shop.run()
    begun = shop.folder / "begun"
    begun.mkdir()
    shop.send(script(shop.folder, "mail.sh", f'cat > /dev/null\ntouch "{begun}/$$"\nwhile [ "$(ls "{begun}" | wc -l)" -lt 4 ]; do sleep 0.05; done\n'))
    expect_states("four were at work at once", shop, dict.fromkeys(["O0", "O1", "O2", "O3"], "handed"))
    shop = Shop(AMENDS, folder / "one", rows)
    shop.run()
    at_work = shop.folder / "at-work"
    shop.send(script(shop.folder, "mail.sh", f'mkdir "{at_work}" || exit 78\ncat > /dev/null\nsleep 0.05\nrmdir "{at_work}"\n'))
    expect_states("one at a time, unless told otherwise", shop, dict.fromkeys(["O0", "O1", "O2", "O3"], "handed"))
    counts["letters"] += 10


PARTS = {part.__name__: part for part in (peers, together, broken, interrupted, hidden, changed, frozen, log, sms, window, pace)}


def main():
    names = sys.argv[2:] or list(PARTS)
    if "peers" in names:
        try:
            import aiosmtpd  # noqa: F401
        except ImportError:
            print("skipped: python3-aiosmtpd is not installed")
            return 77
        if not shutil.which("msmtp"):
            print("skipped: msmtp is not installed")
            return 77
    for name in {"window", "pace"} & set(names) if "CLOCK_SHIM" not in os.environ else ():
        print(f"skipped: {name}, for CLOCK_SHIM is not set")
        names.remove(name)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](pathlib.Path(folder))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


sys.exit(main())
