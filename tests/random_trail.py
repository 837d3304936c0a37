"""random_trail.py -- exported trails made by chance, and damage done to them.

A writer of docs/trail.md, section 5, that has nothing in common with the program's own. Signatures
come from outside: `sign(text, who)` gives the content of a .minisig file.
"""
import hashlib
import json

STORE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
COUNCILS = ("CLK", "STI")
TEXTS = ("", "open", "closed", "1234.56", "Füße \"naß\"", "a\\b\n\tc\r\x01\x1f\x7f", "\U0001f600 €",
         "x" * 300)


def spell(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_hash(leaves):
    """MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1", tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def peaks(leaves):
    found, at = [], 0
    for height in range(len(leaves).bit_length(), -1, -1):
        if len(leaves) >> height & 1:
            found.append(tree_hash(leaves[at:at + (1 << height)]).hex())
            at += 1 << height
    return found


class Trail:
    """Entries with their hashes, openings and checkpoints; exported as often as wanted."""

    def __init__(self, chance, sign, numbers, store=STORE):
        self.chance, self.sign, self.numbers, self.store = chance, sign, numbers, store
        self.entries, self.openings, self.checkpoints = [], [], []
        self.hashes = [sha256(b"ochil trail store 1\n", store.encode())]

    def hex(self, count):
        return self.chance.randbytes(count).hex()

    def value(self, field, opened):
        kind = self.chance.randrange(4)
        if kind == 0:
            return None
        text = self.chance.choice(TEXTS)
        if kind < 3:
            return text
        salt = self.chance.randbytes(32)
        if self.chance.randrange(3):
            opened.append((field, salt.hex(), text))
        return {"sealed": sha256(b"ochil trail seal 1\n", salt, text.encode("utf-8")).hex()}

    def grow(self, count=1, **given):
        for _ in range(count):
            opened, c = [], self.chance
            entry = {
                "trail": 1, "sequence": len(self.entries) + 1,
                "time": "20%02d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
                    c.randrange(100), c.randint(1, 12), c.randint(1, 28), c.randrange(24),
                    c.randrange(60), c.randrange(60), c.randrange(1000)),
                "actor": c.choice(("m.reid", "j.o'neill", "Ørsted")),
                "council": c.choice(COUNCILS + (None,)),
                "action": c.choice(("agreement.edit", "person.read", "period.lock")),
                "subject": [c.choice(("agreement", "person")), str(c.randrange(10 ** 6))],
                "before": self.value("before", opened), "after": self.value("after", opened),
                "why": self.value("why", opened),
                "request": c.choice((None, self.hex(8))), "salt": self.hex(16),
            }
            entry.update(given)
            self.entries.append(entry)
            self.openings.append(opened)
            self.hashes.append(self.hash_of(len(self.entries)))

    def content_of(self, sequence):
        return sha256(b"ochil trail content 1\n", spell(self.entries[sequence - 1]))

    def hash_of(self, sequence):
        return sha256(b"ochil trail entry 1\n", sequence.to_bytes(8, "big"),
                      self.hashes[sequence - 1], self.content_of(sequence))

    def reseal(self, first):
        """What somebody with the whole store could do: every hash from here on anew."""
        for sequence in range(first, len(self.entries) + 1):
            self.hashes[sequence] = self.hash_of(sequence)

    def checkpoint_text(self):
        return "ochil trail checkpoint 1\nstore %s\nsize %d\nlast %s\nroot %s\n" \
            "time 2026-04-01T09:00:00.000Z\nkey %s\n" % (
                self.store, len(self.entries), self.hashes[-1].hex(),
                tree_hash(self.hashes[1:]).hex(), self.numbers["server"])

    def checkpoint(self, signers=("server", "CLK", "STI")):
        text = self.checkpoint_text()
        self.checkpoints.append((len(self.entries), text,
                                 [{"by": who, "signature": self.sign(text, who)}
                                  for who in signers]))
        return text

    def export(self, first=1, council=None):
        """The lines of an export, each with its line feed."""
        before = self.hashes[1:first]
        lines = [spell({"ochil": "trail export 1", "store": self.store, "for": council,
                        "from": first, "to": len(self.entries),
                        "previous": self.hashes[first - 1].hex(), "tree": peaks(before)})]
        for sequence in range(first - 1, len(self.entries) + 1):
            if sequence >= first:
                lines += self.entry_lines(sequence, council)
            for size, text, signatures in self.checkpoints:
                if size == sequence:
                    lines.append(spell({"checkpoint": text, "signatures": signatures}))
        return close([line + b"\n" for line in lines])

    def entry_lines(self, sequence, council):
        entry, entry_hash = self.entries[sequence - 1], self.hashes[sequence].hex()
        if council is not None and entry["council"] != council:
            return [spell({"withheld": sequence, "content": self.content_of(sequence).hex(),
                           "hash": entry_hash})]
        return [spell({"entry": entry, "hash": entry_hash})] + [
            spell({"opening": sequence, "field": field, "salt": salt, "text": text})
            for field, salt, text in self.openings[sequence - 1]]


def close(lines):
    """Puts the trailer that fits behind the lines."""
    def count(word):
        return sum(line.startswith(b'{"%s":' % word) for line in lines)
    header, last = json.loads(lines[0]), None
    shown = [line for line in lines if line.startswith((b'{"entry":', b'{"withheld":'))]
    last = json.loads(shown[-1])["hash"] if shown else header["previous"]
    trailer = {"end": header["from"] - 1 + len(shown), "entries": len(shown),
               "withheld": count(b"withheld"), "openings": count(b"opening"),
               "checkpoints": count(b"checkpoint"), "last": last,
               "sha256": sha256(*lines).hex()}
    return lines + [spell(trailer) + b"\n"]


# ---- damage: each takes the lines and gives other ones; `closed` puts a fitting trailer again ----

def flip(chance, lines):
    n = chance.randrange(len(lines))
    at = chance.randrange(len(lines[n]))
    byte = lines[n][at] ^ (1 << chance.randrange(8))
    return lines[:n] + [lines[n][:at] + bytes([byte]) + lines[n][at + 1:]] + lines[n + 1:]


def some(chance, lines):
    return chance.randrange(1, len(lines) - 1) if len(lines) > 2 else 0


def drop(chance, lines):
    n = some(chance, lines)
    return lines[:n] + lines[n + 1:]


def double(chance, lines):
    n = some(chance, lines)
    return lines[:n] + lines[n:n + 1] + lines[n:]


def swap(chance, lines):
    n = some(chance, lines)
    if n + 1 >= len(lines) - 1:
        return drop(chance, lines)
    return lines[:n] + [lines[n + 1], lines[n]] + lines[n + 2:]


def cut(chance, lines):
    text = b"".join(lines)
    return [text[:chance.randrange(len(text))]]


def behind(chance, lines):
    return lines + [chance.choice(lines)]


DAMAGE = (flip, flip, flip, drop, double, swap, cut, behind)


def closed(lines):
    """With a trailer that fits what stands there now, where that can be made."""
    try:
        return close(lines[:-1])
    except (ValueError, KeyError, TypeError, IndexError):
        return lines
