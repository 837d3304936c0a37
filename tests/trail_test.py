#!/usr/bin/env python3
"""trail_test.py -- exported trails, verified: by the program and by tools/trail_check.py.

    trail_test.py [--ochil PATH] [--count N] [--seed N] [--large N]

Trails are made here (random_trail.py), signed with keys of `ochil keygen` and of minisign itself,
then left alone or damaged. Both verifiers must say the same of each: good, or what is wrong at
which entry. A long one must be verified in flat memory and in time.
"""
import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

import random_trail
import tap

CHECK = os.path.join(tap.HERE, "..", "tools", "trail_check.py")
SECONDS = 120
MEMORY = 256 << 20      # of address space


def run(words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, timeout=SECONDS, **options)
    return done.returncode, done.stdout.decode("utf-8", "replace"), \
        done.stderr.decode("utf-8", "replace")


class Room:
    """A folder with keys: the server's and CLK's made by Ochil, STI's by minisign."""

    def __init__(self, ochil, folder):
        self.ochil, self.folder, self.signed = ochil, folder, {}
        for who in ("server", "clk", "other"):
            run([ochil, "keygen", "--out", self.path(who + ".key"), "--no-password"])
        run(["minisign", "-G", "-W", "-f", "-p", self.path("sti.key.pub"),
             "-s", self.path("sti.key")])
        self.numbers = {}
        for who in ("server", "clk", "sti"):
            with open(self.path(who + ".key.pub"), encoding="utf-8") as file:
                self.numbers[who] = file.readline().split()[-1]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, lines):
        with open(self.path(name), "wb") as file:
            file.write(b"".join(lines))
        return self.path(name)

    def sign(self, text, who, key=None):
        """STI signs with minisign, the others with Ochil."""
        key = self.path((key or who).lower() + ".key")
        path = self.write("checkpoint", [text.encode()])
        beside = "%s.%s.minisig" % (path, who)
        if who == "STI":
            code, out, err = run(["minisign", "-S", "-W", "-s", key, "-m", path, "-x", beside])
        else:
            code, out, err = run([self.ochil, "checkpoint", "sign", path, "--key", key,
                                  "--partner", who, "--force"])
        assert code == 0, out + err
        with open(beside, encoding="utf-8", newline="") as file:
            return file.read()

    def keys(self, *names):
        return [word for name in names for word in ("--key", self.path(name + ".key.pub"))]

    def trail(self, chance, **options):
        return random_trail.Trail(chance, self.sign, self.numbers, **options)

    def verify(self, path, *words):
        return run([self.ochil, "trail", "verify", path, *words])

    def problem(self, path, words, code, *said):
        """None when both verifiers end so, and the program said all that."""
        got, out, err = self.verify(path, *words)
        second, told, _ = run([sys.executable, CHECK, path, *words])
        missing = [part for part in said if part not in out + err]
        if got == code and second == code and not missing:
            return None
        return "exit code %d and %d, should be %d; not said: %s\n%s%s%s" % (
            got, second, code, missing, out, err, told)


def small(room, chance):
    """Four entries, all signed; three more, signed by the server; two on top."""
    trail = room.trail(chance)
    trail.grow(3)
    trail.grow(before={"sealed": random_trail.sha256(b"ochil trail seal 1\n", b"\7" * 32,
                                                     b"1 Mill Road").hex()})
    trail.openings[3] = [("before", "07" * 32, "1 Mill Road")]
    first = trail.checkpoint()
    trail.grow(3)
    trail.checkpoint(("server",))
    trail.grow(2)
    return trail, first


# -- what an auditor is told ------------------------------------------------------------------------

def test_words(t, room):
    chance = random.Random(20)
    trail, first = small(room, chance)
    whole = room.write("whole", trail.export())
    both = room.keys("clk", "sti")
    t.check("a whole trail, with both councils' keys", room.problem(
        whole, both + room.keys("server"), 0, "verified: ", "entries 1 to 9",
        "CLK: signed up to entry 4 with", "STI: signed up to entry 4 with",
        "server: signed up to entry 7 with",
        "Entries 5 to 9 were written after the last checkpoint that a council signed"))
    t.check("without a key it says what that means", room.problem(
        whole, [], 0, "by an unknown key id", "could have written all of it anew"))
    t.check("a key that signed nothing", room.problem(
        whole, room.keys("other"), 4, "no checkpoint of this file is signed with"))
    t.check("a file that is not there is exit 3", None if room.verify(
        room.path("none"))[0] == 3 else "no")
    t.check("a checkpoint that is none is exit 4", None if room.verify(
        whole, "--since", whole)[0] == 4 else "no")

    kept = room.write("kept", [first.encode()])
    t.check("it keeps an earlier checkpoint", room.problem(whole, ["--since", kept], 0))
    later = small(room, chance)[0]
    t.check("a trail with another past does not", room.problem(
        room.write("other", later.export()), ["--since", kept], 4, "was written anew"))
    older = room.trail(chance)
    older.entries, older.openings, older.hashes = trail.entries[:3], trail.openings[:3], \
        trail.hashes[:4]
    t.check("an older state of the store does not", room.problem(
        room.write("older", older.export()), ["--since", kept], 4,
        "ends with entry 3, but the earlier checkpoint holds 4 entries"))
    t.check("nor does another store", room.problem(
        room.write("store", room.trail(chance, store="ab" * 16).export()), ["--since", kept], 4,
        "of another store"))
    t.check("a part that begins right behind the checkpoint keeps it", room.problem(
        room.write("part", trail.export(first=5)), both + ["--since", kept], 0,
        "begins with entry 5"))
    t.check("a part that begins later cannot say", room.problem(
        room.write("late", trail.export(first=6)), ["--since", kept], 4,
        "cannot be compared"))
    t.check("one council's export", room.problem(
        room.write("clk", trail.export(council="CLK")), both, 0, "shown as a hash only"))
    written = os.path.join(tap.HERE, "trail")
    for name in ("whole", "for-clk"):
        t.check("what the program's own writer wrote: %s" % name, room.problem(
            os.path.join(written, name + ".jsonl"),
            ["--key", os.path.join(written, "clk.key.pub")], 0, "CLK: signed up to entry 4"))
    t.check("an empty trail", room.problem(
        room.write("empty", room.trail(chance).export()), [], 0, "no entries"))

    lines = trail.export()
    gone = [line for line in lines if not line.startswith(b'{"entry":{"trail":1,"sequence":3,')
            and not line.startswith(b'{"opening":3,')]
    t.check("a missing entry is named", room.problem(
        room.write("gone", random_trail.closed(gone)), both, 4, "entry 3 is missing here"))
    changed = [line.replace(b'"actor":"', b'"actor":"x') if b'"sequence":2,' in line else line
               for line in lines]
    t.check("a changed entry is named, with its place", room.problem(
        room.write("changed", random_trail.closed(changed)), both, 4,
        "entry 2, line ", "(byte ", "this entry was changed"))
    opened = [line.replace(b"1 Mill Road", b"2 Mill Road") for line in lines]
    t.check("a changed opening is named", room.problem(
        room.write("opened", random_trail.closed(opened)), both, 4,
        "what is shown as 'before' is not what was sealed"))
    erased = [line for line in lines if not line.startswith(b'{"opening":4,')]
    t.check("what was erased does not break the chain", room.problem(
        room.write("erased", random_trail.closed(erased)), both, 0))
    t.check("the SHA-256 finds even that when the last line is left", room.problem(
        room.write("erased", erased), both, 4, "the counts in the last line"))


# -- somebody with the whole store -------------------------------------------------------------------

def test_resealed(t, room):
    chance = random.Random(21)
    trail, _ = small(room, chance)
    texts = list(trail.checkpoints)
    trail.entries[2]["actor"] = "nobody"
    trail.reseal(3)
    t.check("resealed from entry 3: the next checkpoint tells", room.problem(
        room.write("resealed", trail.export()), room.keys("clk"), 4,
        "entry 4, ", "the checkpoint of 4 entries is not one of the entries before it"))
    trail.checkpoints = [(4, None, None)]
    forged = room.trail(chance)
    forged.entries, forged.openings, forged.hashes = trail.entries[:4], trail.openings[:4], \
        trail.hashes[:5]
    text = forged.checkpoint_text()
    signatures = [dict(texts[0][2][0], signature=room.sign(text, "server"))] + texts[0][2][1:]
    trail.checkpoints = [(4, text, signatures)]
    t.check("and a checkpoint written anew is not signed", room.problem(
        room.write("forged", trail.export()), room.keys("clk", "sti"), 4,
        "signature of CLK: this is not the text that was signed"))
    trail.checkpoints = []
    t.check("without checkpoints the councils' keys are missed", room.problem(
        room.write("bare", trail.export()), room.keys("clk", "sti"), 4,
        "no checkpoint of this file is signed with"))


def test_signatures(t, room):
    chance = random.Random(22)

    def told(description, signatures, words, code=4):
        trail = room.trail(chance)
        trail.grow(2)
        text = trail.checkpoint_text()
        trail.checkpoints = [(2, text, [{"by": by, "signature": room.sign(text, who, key)}
                                        for by, who, key in signatures])]
        t.check(description, room.problem(room.write("signed", trail.export()),
                                          room.keys("clk", "sti", "server")[:2], code, words))
    server, clk = ("server", "server", None), ("CLK", "CLK", None)
    told("the server's signature must be there", [clk], "signature of server: it is missing")
    told("and by the key that the checkpoint names", [("server", "server", "other"), clk],
         "by another key than the checkpoint names")
    told("a signature under another's name", [server, ("STI", "CLK", None)],
         "it was made for somebody else")
    told("minisign's own signature counts once", [server, clk, ("STI", "STI", "clk")],
         "its key signs under another name, too")
    told("and is good by itself", [server, ("CLK", "STI", "clk")], "CLK: signed up to entry 2", 0)


# -- cosigning ---------------------------------------------------------------------------------------

def test_sign(t, room):
    trail, first = small(room, random.Random(23))
    text = trail.checkpoint()
    whole = room.write("trail", trail.export())
    new, old = room.write("new", [text.encode()]), room.write("old", [first.encode()])
    sign = [room.ochil, "checkpoint", "sign"]

    def told(description, words, code, said):
        got, out, err = run(sign + words)
        t.check(description, None if got == code and said in err else
                "exit code %d\n%s%s" % (got, out, err))
    key = ["--key", room.path("clk.key")]
    told("a council signs once it has seen the trail", [new, *key, "--trail", whole, "--since", old],
         0, "Signed for CLK: %s.CLK.minisig" % new)
    code, out, err = run(["minisign", "-V", "-p", room.path("clk.key.pub"), "-m", new,
                          "-x", new + ".CLK.minisig"])
    t.check("minisign has no complaint", None if code == 0 and "partner:CLK" in out else out + err)
    told("not twice", [new, *key], 3, "CLK.minisig")
    told("not what is no checkpoint", [whole, *key], 4, "too large for a checkpoint")
    told("not for a name that is none", [new, *key, "--partner", "a/b"], 2, "council's code")
    told("not an older state", [old, *key, "--trail", whole, "--since", new], 4, "older state")
    told("not a checkpoint of another trail",
         [room.write("odd", [text.replace("root ", "root 0", 1).replace("\ntime", "\ntime")
                             .replace("root 0" + text.split("root ")[1][:64],
                                      "root " + "0" * 64).encode()]), *key, "--trail", whole],
         4, "not those of the earlier checkpoint")
    told("--since needs --trail", [new, *key, "--since", old], 2, "needs --trail")


# -- both verifiers, on everything -------------------------------------------------------------------

def verdict_of_ochil(room, path, words):
    code, out, err = room.verify(path, "--json", *words)
    if code not in (0, 4):
        return "exit code %d: %s" % (code, err)
    report = json.loads(out)
    if report["verified"]:
        return "verified"
    return "%s, entry %d" % (report["fault"]["what"], report["fault"].get("entry", 0))


def verdict_of_check(path, words):
    code, out, err = run([sys.executable, CHECK, path, *words])
    if code == 0:
        return "verified"
    return ":".join(out.split(":")[1:2]).strip() if code == 4 else "exit code %d: %s" % (code, err)


def test_differential(t, room, count, seed):
    chance = random.Random(seed)
    trails, verdicts = [], {}
    for number in range(count):
        if number % 5 == 0 or not trails:
            trail = room.trail(chance)
            for _ in range(chance.randrange(1, 4)):
                trail.grow(chance.randrange(7))
                if chance.randrange(3):
                    trail.checkpoint(chance.choice((("server",), ("server", "CLK"),
                                                    ("server", "STI", "CLK"))))
            trails.append(trail)
        trail = trails[-1]
        lines = trail.export(chance.choice((1, chance.randrange(1, len(trail.entries) + 2))),
                             chance.choice((None, None, "CLK")))
        damage = chance.choice(random_trail.DAMAGE) if chance.randrange(3) else None
        if damage is not None:
            lines = damage(chance, lines)
            lines = random_trail.closed(lines) if chance.randrange(2) else lines
        path = room.write("random", lines)
        words = chance.choice(([], room.keys("clk"), room.keys("clk", "sti")))
        one, other = verdict_of_ochil(room, path, words), verdict_of_check(path, words)
        what = one.split(",")[0]
        verdicts[what] = verdicts.get(what, 0) + 1
        # Of a line that cannot be read one cannot say to which entry it belongs.
        same = one == other or (what == "form" and other.split(",")[0] == what)
        if not same or one.startswith("exit"):
            t.check("trail %d of seed %d, %s" % (number, seed, damage), "%s\n%s\n%s" % (
                one, other, b"".join(lines).decode("utf-8", "replace")))
            return
    t.check("%d trails of seed %d: %s" % (count, seed, verdicts), None)


# -- a long one --------------------------------------------------------------------------------------

def write_long(path, count, store=random_trail.STORE):
    """As export() writes it, without keeping anything."""
    last = random_trail.sha256(b"ochil trail store 1\n", store.encode())
    entry = {"trail": 1, "sequence": 0, "time": "2026-04-01T09:00:00.000Z", "actor": "m.reid",
             "council": "CLK", "action": "agreement.edit", "subject": ["agreement", "7"],
             "before": "Care assessments begun within 28 days: 91.00%, at risk",
             "after": "Care assessments begun within 28 days: 95.50%, met", "why": "P06 return",
             "request": "01J2ZK3VQ8", "salt": "00112233445566778899aabbccddeeff"}
    form = random_trail.spell(entry).replace(b'"sequence":0', b'"sequence":%d').replace(
        b"00%,", b"00%%,").replace(b"50%,", b"50%%,")
    whole = random_trail.hashlib.sha256()
    with open(path, "wb") as file:
        def put(line):
            whole.update(line)
            file.write(line)
        put(random_trail.spell({"ochil": "trail export 1", "store": store, "for": None, "from": 1,
                                "to": count, "previous": last.hex(), "tree": []}) + b"\n")
        for sequence in range(1, count + 1):
            text = form % sequence
            last = random_trail.sha256(
                b"ochil trail entry 1\n", sequence.to_bytes(8, "big"), last,
                random_trail.sha256(b"ochil trail content 1\n", text))
            put(b'{"entry":' + text + b',"hash":"' + last.hex().encode() + b'"}\n')
        file.write(random_trail.spell({
            "end": count, "entries": count, "withheld": 0, "openings": 0, "checkpoints": 0,
            "last": last.hex(), "sha256": whole.hexdigest()}) + b"\n")


def test_long(t, room, count):
    path = room.path("long")
    write_long(path, count)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    words = [room.ochil, "trail", "verify", path]
    sanitized = "asan" in room.ochil      # its shadow needs all the addresses there are
    code, out, err = run(words) if sanitized else run(
        words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    print("# %d entries, %d MB: %.2f s" % (count, os.path.getsize(path) >> 20, took))
    t.check("%d entries in flat memory" % count, None if code == 0 else out + err)
    t.check("a million in six seconds, at this pace",
            None if sanitized or took < 0.5 + 6 * count / 10 ** 6 else "%.2f seconds" % took)
    os.remove(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ochil", default=tap.default_engine())
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--large", type=int, default=50000)
    options = parser.parse_args()
    ochil = tap.find_engine(options.ochil)
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix="ochil trail ") as folder:
        room = Room(ochil, folder)
        test_words(t, room)
        test_resealed(t, room)
        test_signatures(t, room)
        test_sign(t, room)
        test_differential(t, room, options.count, options.seed)
        test_long(t, room, options.large)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
