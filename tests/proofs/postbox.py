"""A shop that sends: its mail command keeps each letter in a file of its own, and eyes on what left against what the ledger says."""
import json
import os
from collections import Counter

from shop import CONFIG, NIGHT, Shop, records

NOW = NIGHT + "T10:00:00+01:00"
SENDING = CONFIG + '[outbox]\napprove = "auto"\ntimeout = "1 min"\n'
VIA = "./mail.sh"
# A file that is there is not written over. It comes into being before anything is read: what was started is seen.
MAIL = "#!/bin/sh\nset -C\nexec cat > box/$$\n"
SEND = ["send", "--yes", "--as-of", NIGHT, "--now", NOW, "--via", VIA]


def with_mail(shop):
    shop.write("mail.sh", MAIL)
    os.chmod(shop.path("mail.sh"), 0o755)
    os.mkdir(shop.path("box"))
    return shop


def sending_shop(orders=6, people=5, config=SENDING):
    """Its letters are written and approved, and wait."""
    shop = with_mail(Shop(records(orders, people), config))
    shop.run()
    return shop


def leave(shop, *arguments, env=None, text=None):
    """Runs amends, and waits until its mail commands have ended too, whoever has killed it. What it prints goes to files."""
    ours, theirs = os.pipe()
    code = shop.done_in_files(*arguments, env=env, keeps=theirs, text=text)
    os.close(theirs)
    while os.read(ours, 4096):
        pass
    os.close(ours)
    return code


def letters_of(shop):
    """What the mail command got, each as its lines without the time it left at; in any order."""
    letters = []
    for name in os.listdir(shop.path("box")):
        with open(shop.path("box/" + name), "rb") as file:
            letters.append(b"\n".join(line for line in file.read().split(b"\n") if not line.startswith(b"Date: ")))
    return Counter(letters)


def id_of(letter):
    for line in letter.split(b"\n"):
        if line.startswith(b"Message-ID: "):
            return line.split(b"<")[1].split(b">")[0].decode()
    return "none, for the letter left in part"


def taken_by(shop):
    """How often each Message-ID left."""
    taken = Counter()
    for letter, times in letters_of(shop).items():
        taken[id_of(letter)] += times
    return taken


def outbox_of(shop):
    return shop.lines("outbox", "list")


OWN = {"tries", "reason", "claimed_at", "ended_at", "exit_code"}  # of a sending, not of the letter


def outcome(shop):
    """All that a sending comes to: grants, letters as the ledger has them and as they left."""
    grants = sorted(shop.amends("ledger", "export").splitlines())
    messages = sorted((json.dumps({k: v for k, v in m.items() if k not in OWN}, sort_keys=True) for m in outbox_of(shop)))
    return grants, messages, letters_of(shop)


def wrongs(shop, most_uncertain):
    """Where the outbox and the mailbox do not agree, in words. After a sending nothing may be on its way."""
    found = []
    taken = taken_by(shop)
    states = {m["message_id"]: m["state"] for m in outbox_of(shop)}
    for message_id, state in states.items():
        times = taken.pop(message_id, 0)
        if state not in ("handed", "uncertain", "withdrawn"):
            found.append(f"{state} after all were sent")
        if times > (state != "withdrawn") or (state == "handed" and times != 1):
            found.append(f"{state}, and left {times} times")
    if taken:
        found.append("a letter left that the outbox does not know")
    if list(states.values()).count("uncertain") > most_uncertain:
        found.append("more are uncertain than were on their way")
    return found


def resolve(shop):
    """As a person would who looked into the mailbox: says what was sent, has the others sent once more."""
    taken = taken_by(shop)
    uncertain = [m for m in outbox_of(shop) if m["state"] == "uncertain"]
    for m in uncertain:
        shop.amends("outbox", "resolve", m["message"], "--sent" if taken[m["message_id"]] else "--resend", "--by", "Maya")
    if uncertain:
        shop.amends(*SEND)
    return len(uncertain)
