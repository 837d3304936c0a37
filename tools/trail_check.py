#!/usr/bin/env python3
"""Checks an exported trail, written from docs/trail.md alone: a second opinion for auditors.

    tools/trail_check.py FILE [--key PUB]... [--since CHECKPOINT]

Prints "verified" and how far each key signed, or the first thing that is wrong and at which entry
(exit code 4). Needs Python's own hashlib and, for signatures, the program minisign.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

LINE_MAX, VALUE_MAX, SIGNATURE_MAX = 2 << 20, 64 << 10, 16 << 10
CODE = re.compile(r"[A-Za-z0-9._-]{1,32}\Z")
HEX32, HEX64 = re.compile(r"[0-9a-f]{32}\Z"), re.compile(r"[0-9a-f]{64}\Z")
KEY_NUMBER = re.compile(r"(0|[1-9A-F][0-9A-F]{0,15})\Z")
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z\Z", re.ASCII)
FIELDS = ("before", "after", "why")
ENTRY = ["trail", "sequence", "time", "actor", "council", "action", "subject", "before", "after",
         "why", "request", "salt"]


class Wrong(Exception):
    """What is wrong (the contract's name), at which entry, and in words."""

    def __init__(self, what, entry, said):
        super().__init__(said)
        self.what, self.entry, self.said = what, entry, said


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- section 1: lines that have one spelling -----------------------------------------------------

def is_count(value):
    return type(value) is int and 0 <= value < 10 ** 18


def is_text(value, most, least=0):
    return isinstance(value, str) and "\0" not in value and \
        least <= len(value.encode("utf-8")) <= most


def is_name(value, most):
    return is_text(value, most, 1) and not any(c < " " or c == "\x7f" for c in value)


def matches(pattern, value):
    return isinstance(value, str) and pattern.match(value) is not None


def spell(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def read_line(line):
    """The object on a line, if it is spelt as it must be; else None."""
    try:
        value = json.loads(line.decode("utf-8"))
        return value if isinstance(value, dict) and spell(value) == line else None
    except (ValueError, RecursionError):
        return None


def has(value, keys):
    return isinstance(value, dict) and list(value) == keys


# ---- sections 2 and 3: entries and the chain -----------------------------------------------------

def is_time(value):
    match = TIME.match(value) if isinstance(value, str) else None
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return year >= 1970 and 1 <= month <= 12 and 1 <= day <= days[month - 1]


def is_value(value):
    if isinstance(value, dict):
        return has(value, ["sealed"]) and matches(HEX64, value["sealed"])
    return value is None or is_text(value, VALUE_MAX)


def is_entry(e):
    return has(e, ENTRY) and e["trail"] == 1 and is_count(e["sequence"]) and \
        e["sequence"] >= 1 and is_time(e["time"]) and is_name(e["actor"], 256) and \
        (e["council"] is None or matches(CODE, e["council"])) and is_name(e["action"], 64) and \
        isinstance(e["subject"], list) and len(e["subject"]) == 2 and \
        is_name(e["subject"][0], 64) and is_name(e["subject"][1], 256) and \
        all(is_value(e[field]) for field in FIELDS) and \
        (e["request"] is None or is_name(e["request"], 128)) and matches(HEX32, e["salt"])


def content_of(canonical):
    return sha256(b"ochil trail content 1\n", canonical)


def chain_start(store):
    return sha256(b"ochil trail store 1\n", store.encode())


def entry_hash(sequence, previous, content):
    return sha256(b"ochil trail entry 1\n", sequence.to_bytes(8, "big"), previous, content)


def seal_of(salt, text):
    return sha256(b"ochil trail seal 1\n", salt, text.encode("utf-8"))


class Chain:
    """How many entries, the hash of the last, and the perfect subtrees, largest first."""

    def __init__(self, size, last, tree):
        self.size, self.last = size, last
        heights = [h for h in range(64, -1, -1) if size >> h & 1]
        self.peaks = list(zip(heights, tree))

    def add(self, entry):
        self.size, self.last = self.size + 1, entry
        self.peaks.append((0, sha256(b"\0", entry)))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append((left[0] + 1, sha256(b"\1", left[1], right[1])))

    def root(self):
        if not self.peaks:
            return sha256()
        root = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            root = sha256(b"\1", peak, root)
        return root


# ---- section 4: checkpoints and signatures -------------------------------------------------------

def read_checkpoint(text):
    """{"store": ..., "size": ...} or None."""
    lines = text.split("\n")
    words = ["store", "size", "last", "root", "time", "key"]
    if len(lines) != 8 or lines[0] != "ochil trail checkpoint 1" or lines[7] != "" or \
            any(not line.startswith(word + " ") for word, line in zip(words, lines[1:7])):
        return None
    c = {word: line[len(word) + 1:] for word, line in zip(words, lines[1:7])}
    if not matches(HEX32, c["store"]) or not re.match(r"(0|[1-9][0-9]{0,17})\Z", c["size"]) or \
            not matches(HEX64, c["last"]) or not matches(HEX64, c["root"]) or \
            not is_time(c["time"]) or not matches(KEY_NUMBER, c["key"]):
        return None
    c["size"] = int(c["size"])
    return c


def key_number(line):
    """The number of a key, as minisign prints it, from the second line of a file; or None."""
    try:
        record = base64.b64decode(line, validate=True)
    except ValueError:
        return None
    return "%X" % int.from_bytes(record[2:10], "little") if len(record) in (42, 74) else None


def is_signature(text):
    """Four lines with a known beginning, of the right size."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1:] == [""]:
        lines.pop()
    if len(lines) != 4 or not lines[0].startswith("untrusted comment: ") or \
            not lines[2].startswith("trusted comment: "):
        return False
    if any((c < " " and c != "\t") or c == "\x7f" for c in lines[2]):
        return False
    try:
        record = base64.b64decode(lines[1], validate=True)
        over = base64.b64decode(lines[3], validate=True)
    except ValueError:
        return False
    return len(record) == 74 and record[:2] in (b"ED", b"Ed") and len(over) == 64


class Key:
    def __init__(self, path):
        self.path, self.by, self.size = path, None, 0
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.number = key_number(lines[1] if len(lines) > 1 else lines[0])

    def signed(self, folder, text, signature):
        """Did this key sign the text?"""
        message, beside = os.path.join(folder, "text"), os.path.join(folder, "text.minisig")
        with open(message, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.write(signature)
        return subprocess.run(["minisign", "-V", "-q", "-p", self.path, "-m", message, "-x", beside],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0


# ---- section 5: the export -----------------------------------------------------------------------

class Trail:
    def __init__(self, keys, since, folder):
        self.keys, self.since, self.folder = keys, since, folder
        self.header = self.chain = self.entry = self.end = None
        self.withheld = self.openings = self.checkpoints = 0
        self.field = len(FIELDS)
        self.since_met = False
        self.file = hashlib.sha256()

    def wrong(self, what, said, entry=None):
        raise Wrong(what, entry if entry is not None else
                    self.chain.size + 1 if self.chain else 0, said)

    def must_keep(self):
        if self.since is None or self.since["size"] != self.chain.size:
            return
        self.since_met = True
        if self.since["last"] != self.chain.last.hex() or \
                self.since["root"] != self.chain.root().hex():
            self.wrong("rollback", "other entries than at the earlier checkpoint", self.chain.size)

    def take_header(self, h):
        keys = ["ochil", "store", "for", "from", "to", "previous", "tree"]
        if not has(h, keys) or h["ochil"] != "trail export 1" or not matches(HEX32, h["store"]) or \
                not (h["for"] is None or matches(CODE, h["for"])) or not is_count(h["from"]) or \
                h["from"] < 1 or not is_count(h["to"]) or h["to"] < h["from"] - 1 or \
                not matches(HEX64, h["previous"]) or not isinstance(h["tree"], list) or \
                len(h["tree"]) != bin(h["from"] - 1).count("1") or \
                not all(matches(HEX64, peak) for peak in h["tree"]):
            self.wrong("form", "not the export of a trail", 0)
        self.header = h
        self.chain = Chain(h["from"] - 1, bytes.fromhex(h["previous"]),
                           [bytes.fromhex(peak) for peak in h["tree"]])
        if h["from"] == 1 and self.chain.last != chain_start(h["store"]):
            self.wrong("hash", "the chain does not begin as that of this store", 0)
        if self.since is not None and self.since["store"] != h["store"]:
            self.wrong("rollback", "the earlier checkpoint is of another store", 0)
        if self.since is not None and self.since["size"] < self.chain.size:
            self.wrong("rollback", "begins behind the earlier checkpoint", 0)
        self.must_keep()

    def add(self, sequence, content, said):
        due = self.chain.size + 1
        if sequence > due:
            self.wrong("gap", "entries %d to %d are missing" % (due, sequence - 1), due)
        if sequence < due:
            self.wrong("order", "entry %d where %d should stand" % (sequence, due), sequence)
        if sequence > self.header["to"]:
            self.wrong("end", "an entry behind the last one", sequence)
        entry = entry_hash(sequence, self.chain.last, content)
        if entry.hex() != said:
            self.wrong("hash", "changed, or one before it was taken out", sequence)
        self.chain.add(entry)
        self.must_keep()

    def take_entry(self, line, value):
        entry = value["entry"]
        if not has(value, ["entry", "hash"]) or not is_entry(entry) or \
                not matches(HEX64, value["hash"]):
            self.wrong("form", "not an entry")
        self.add(entry["sequence"], content_of(line[9:-75]), value["hash"])
        self.entry, self.field = entry, 0

    def take_withheld(self, value):
        if not has(value, ["withheld", "content", "hash"]) or not is_count(value["withheld"]) or \
                not matches(HEX64, value["content"]) or not matches(HEX64, value["hash"]):
            self.wrong("form", "not an entry")
        if self.header["for"] is None:
            self.wrong("form", "withheld, though nothing is", value["withheld"])
        self.add(value["withheld"], bytes.fromhex(value["content"]), value["hash"])
        self.entry, self.field = None, len(FIELDS)
        self.withheld += 1

    def take_opening(self, value):
        at = self.chain.size
        if not has(value, ["opening", "field", "salt", "text"]) or \
                value["field"] not in FIELDS or not is_count(value["opening"]) or \
                not matches(HEX64, value["salt"]) or not is_text(value["text"], VALUE_MAX):
            self.wrong("form", "not an opening", at)
        field = FIELDS.index(value["field"])
        if value["opening"] != at or field < self.field or \
                not isinstance(self.entry[FIELDS[field]], dict):
            self.wrong("form", "an opening of nothing sealed", at)
        seal = seal_of(bytes.fromhex(value["salt"]), value["text"])
        if seal.hex() != self.entry[FIELDS[field]]["sealed"]:
            self.wrong("seal", "not what was sealed", at)
        self.field = field + 1
        self.openings += 1

    def take_checkpoint(self, value):
        at, found = self.chain.size, value["signatures"] if len(value) == 2 else None
        if not has(value, ["checkpoint", "signatures"]) or not is_text(value["checkpoint"], 512) or \
                not isinstance(found, list) or not 1 <= len(found) <= 16 or \
                not all(has(s, ["by", "signature"]) and matches(CODE, s["by"]) and
                        is_text(s["signature"], SIGNATURE_MAX) for s in found) or \
                len({s["by"] for s in found}) != len(found):
            self.wrong("form", "not a checkpoint", at)
        checkpoint = read_checkpoint(value["checkpoint"])
        if checkpoint is None:
            self.wrong("form", "not a checkpoint", at)
        if checkpoint["store"] != self.header["store"] or checkpoint["size"] != at or \
                checkpoint["last"] != self.chain.last.hex() or \
                checkpoint["root"] != self.chain.root().hex():
            self.wrong("checkpoint", "not one of these entries", at)
        for signature in found:
            self.judge(value["checkpoint"], checkpoint, signature["by"], signature["signature"])
        if "server" not in [s["by"] for s in found]:
            self.wrong("signature", "the server's is missing", at)
        self.field = len(FIELDS)
        self.checkpoints += 1

    def judge(self, text, checkpoint, by, signature):
        at = self.chain.size
        if not is_signature(signature):
            self.wrong("signature", "%s: damaged" % by, at)
        lines = signature.replace("\r\n", "\n").split("\n")
        number = key_number(lines[1])
        if by == "server" and number != checkpoint["key"]:
            self.wrong("signature", "server: by another key than the checkpoint names", at)
        for key in [key for key in self.keys if key.number == number]:
            if not key.signed(self.folder, text, signature):
                self.wrong("signature", "%s: not of this text" % by, at)
            said = lines[2][len("trusted comment: "):]
            if said.startswith("ochil\tpartner:") and \
                    not said.startswith("ochil\tpartner:%s\t" % by):
                self.wrong("signature", "%s: made for somebody else" % by, at)
            if key.by not in (None, by):
                self.wrong("signature", "%s: the key signs under two names" % by, at)
            key.by, key.size = by, at

    def take_end(self, value):
        keys = ["end", "entries", "withheld", "openings", "checkpoints", "last", "sha256"]
        if not has(value, keys) or not all(is_count(value[key]) for key in keys[:5]) or \
                not matches(HEX64, value["last"]) or not matches(HEX64, value["sha256"]):
            self.wrong("form", "not the last line")
        if self.chain.size < self.header["to"]:
            self.wrong("gap", "entries are missing at the end")
        counts = [self.chain.size, self.chain.size + 1 - self.header["from"], self.withheld,
                  self.openings, self.checkpoints]
        if [value[key] for key in keys[:5]] != counts or \
                value["last"] != self.chain.last.hex() or value["sha256"] != self.file.hexdigest():
            self.wrong("end", "the last line does not fit", 0)
        self.end = value

    def take(self, line):
        value = read_line(line)
        if value is None:
            self.wrong("form", "not spelt as a trail is")
        first = next(iter(value), None)
        if first != "end":
            self.file.update(line + b"\n")
        if self.header is None:
            self.take_header(value)
        elif first == "entry":
            self.take_entry(line, value)
        elif first == "withheld":
            self.take_withheld(value)
        elif first == "opening":
            self.take_opening(value)
        elif first == "checkpoint":
            self.take_checkpoint(value)
        elif first == "end":
            self.take_end(value)
        else:
            self.wrong("form", "no such line")

    def read(self, file):
        while True:
            line = file.readline(LINE_MAX + 1)
            if self.end is not None:
                if line:
                    self.wrong("cut", "goes on behind its last line", 0)
                break
            if len(line) > LINE_MAX:
                self.wrong("form", "a line too long", 0)
            if not line.endswith(b"\n"):
                self.wrong("cut", "ends before its last line", 0)
            self.take(line[:-1])
        if self.since is not None and not self.since_met:
            self.wrong("rollback", "shorter than the earlier checkpoint", self.chain.size)
        for key in self.keys:
            if key.by is None:
                self.wrong("key", "%s signed nothing here" % key.path, 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--since")
    options = parser.parse_args()
    since = None
    if options.since:
        with open(options.since, encoding="utf-8", newline="") as file:
            since = read_checkpoint(file.read())
        if since is None:
            sys.exit("%s is not a checkpoint" % options.since)
    with tempfile.TemporaryDirectory(prefix="trail-check-") as folder:
        trail = Trail([Key(path) for path in options.key], since, folder)
        try:
            with open(options.file, "rb") as file:
                trail.read(file)
        except Wrong as wrong:
            print("not verified: %s, entry %d: %s" % (wrong.what, wrong.entry, wrong.said))
            return 4
    print("verified: entries %d to %d" % (trail.header["from"], trail.header["to"]))
    for key in trail.keys:
        print("%s signed up to entry %d with %s" % (key.by, key.size, key.path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
