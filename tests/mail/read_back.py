#!/usr/bin/env python3
"""Reads an mbox on stdin with Python's email package, strict, and prints what a reader would see as JSON.

The strict policy lets some broken headers pass (two To fields, a line end smuggled into an encoded-word), so
the raw bytes are checked too; any fault ends with exit 1 and a sentence on stderr.
"""
import email
import email.policy
import json
import re
import sys
from email.header import decode_header, make_header

STRICT = email.policy.default.clone(raise_on_defect=True)
ALLOWED = {"From", "Date", "Subject", "To", "Reply-To", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
           "MIME-Version", "Content-Type"}


def messages_of(mbox):
    """The bytes of each message, without its From_ line and the empty line that ends it."""
    starts = [m.start() for m in re.finditer(rb"(?m)^From ", mbox)]
    for start, end in zip(starts, starts[1:] + [len(mbox)]):
        raw = mbox[start:end]
        yield raw[raw.index(b"\n") + 1:].removesuffix(b"\n")


def faults_of(raw):
    head = raw.split(b"\n\n", 1)[0].decode("ascii")
    names = re.findall(r"(?m)^([^\s:]+):", head)
    if len(names) != len(set(names)):
        yield f"a header comes twice: {names}"
    for name in set(names) - ALLOWED:
        yield f"the header {name} is not one of ours"
    for line in raw.split(b"\n"):
        if len(line) > 78 and not line.startswith((b" <", b"From: ", b"To: ", b"Reply-To: ", b"Message-ID: ")):
            yield f"a line has {len(line)} columns"
        if line.startswith((b"From ", b".", b"~")) or b"\r" in line:
            yield f"a line is dangerous: {line!r}"
        if b"=?" in line and len(line) > 76 and not line.startswith(b" <"):
            yield f"a line with an encoded-word has {len(line)} columns"
    for word in re.findall(r"=\?[^? ]*\?[^? ]*\?[^? ]*\?=", head):
        yield from faults_of_word(word)


def faults_of_word(word):
    """Each must be decoded by itself (RFC 2047, 5): none ends within a character."""
    if len(word) > 75:
        yield f"an encoded-word has {len(word)} characters"
    (data, charset), = decode_header(word)
    try:
        data.decode(charset)
    except UnicodeDecodeError as fault:
        yield f"{word}: {fault}"


def mailbox(message, name):
    """Python 3.11 puts a blank between two encoded-words of a display name; decode_header, by RFC 2047, none."""
    address = message[name].addresses[0]
    raw = next(value for key, value in message.raw_items() if key == name)
    display = address.display_name
    if raw.lstrip().startswith("=?"):
        display = str(make_header(decode_header(raw.rsplit("<", 1)[0].strip())))
    return {"name": display, "address": address.addr_spec}


def told(raw):
    message = email.message_from_bytes(raw, policy=STRICT)
    text = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    return {"from": mailbox(message, "From"), "to": mailbox(message, "To"), "reply_to": mailbox(message, "Reply-To"),
            "subject": str(message["Subject"]), "date": message["Date"].datetime.isoformat(),
            "message_id": message["Message-ID"].strip("<>"), "headers": message.keys(),
            "types": [part.get_content_type() for part in message.walk()],
            "text": text["text/plain"], "html": text["text/html"]}


def main():
    mbox = sys.stdin.buffer.read()
    raws = list(messages_of(mbox))
    faults = [fault for raw in raws for fault in faults_of(raw)]
    for fault in faults:
        print(fault, file=sys.stderr)
    json.dump([told(raw) for raw in raws], sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
