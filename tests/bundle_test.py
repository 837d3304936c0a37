#!/usr/bin/env python3
"""bundle_test.py -- bundles, verified: what they hold, what they hide, and that nothing can be
changed in one unseen.

    bundle_test.py [--ochil PATH]

Only the program is asked, and Python's own zip and hash. Where minisign is installed, signatures
go both ways.
"""
import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

import tap

EXAMPLES = os.path.join(tap.HERE, "examples")
TINY = os.path.join(EXAMPLES, "tiny")
YEAR = "clackmannanshire-stirling-2014-15"
CASES = (("tiny", []), (YEAR, []), (YEAR, ["--through", "2014-15/P06"]),
         ("late", ["--through", "2014-15/P04"]))
MODEL = ["partnership.csv", "partners.csv", "services.csv", "pools.csv", "bases.csv",
         "basis_values.csv", "blends.csv", "accounts.csv", "cost_centres.csv", "support.csv",
         "charged.csv", "corrected.csv", "billed.csv"]
LATER_BOOKS = MODEL[:10]
HEADER = b"entry_id,partner,date,period,cost_centre,account,amount,description\n"
FLIPS = 200
MEMORY = 512 << 20      # of address space: an archive must not need more to be refused
SECONDS = 120


class Run:
    def __init__(self, engine, *words, **options):
        done = subprocess.run([engine, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, check=False, **options)
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def problem(self, code, *said):
        """None when it ended so and said all that."""
        text = self.out + self.err
        missing = [words for words in said if words not in text]
        if self.code == code and not missing:
            return None
        return "exit code %d, should be %d; not said: %s\n%s" % (self.code, code, missing, text)


def entries_of(path):
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def write_bundle(path, entries):
    """An archive with these entries, in this order, ending in the SHA-256 of what is before."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        archive.comment = b"0" * 64
    seal(path)


def seal(path):
    with open(path, "r+b") as stream:
        stream.seek(-64, os.SEEK_END)
        end = stream.tell()
        stream.seek(0)
        digest = hashlib.sha256(stream.read(end)).hexdigest()
        stream.write(digest.encode())


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)


def bundle_of(engine, folder, out, arguments=()):
    done = Run(engine, "bundle", folder, "--out", out, *arguments)
    assert done.code == 0, done.out + done.err
    return entries_of(out)


# ---------------------------------------------------------------- what a bundle holds

def in_order(names, folder, book):
    model = [name for name in (MODEL if book == "ledger" else LATER_BOOKS)
             if os.path.exists(os.path.join(folder, name))]
    extracts = [book + "/" + name for name in sorted(os.listdir(os.path.join(folder, book)))]
    head = model + extracts + ["originals.csv"]
    if names[:len(head)] != head:
        return "begins with %s\nshould be %s" % (names[:len(head)], head)
    rest = names[len(head):]
    if rest[-1] != "output/certificate.json" or not all(n.startswith("output/") for n in rest):
        return "ends in %s" % rest
    return None


def same_files(one, other, names):
    wrong = [name for name in names if one.get(name) is None or one[name] != other.get(name)]
    return "different: %s" % wrong if wrong else None


def test_case(t, engine, scratch, folder, arguments, book="ledger"):
    label = " ".join([os.path.basename(folder), *arguments])
    path, unpacked = os.path.join(scratch, "case.zip"), os.path.join(scratch, "case")
    done = Run(engine, "bundle", folder, "--out", path, "--force", *arguments)
    if not t.check(label + ": is bundled", done.problem(0)):
        return
    entries = dict(entries_of(path))
    t.check(label + ": entries in order", in_order(list(entries), folder, book))
    t.check(label + ": model files byte for byte",
            same_files(entries, {name: read(os.path.join(folder, name)) for name in entries
                                 if "/" not in name and name != "originals.csv"},
                       [name for name in entries if "/" not in name and name != "originals.csv"]))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(unpacked)
    _, ours, _ = tap.engine_close(engine, folder, arguments)
    _, theirs, _ = tap.engine_close(engine, unpacked, arguments)
    shutil.rmtree(unpacked)
    alike = [name for name in ours if name != "totals.csv"]
    t.check(label + ": closes to the same settlement, bill, journals, pennies",
            same_files(ours, theirs, alike))
    t.check(label + ": its own output is in it",
            same_files(theirs, {name[7:]: data for name, data in entries.items()
                                if name.startswith("output/")}, list(theirs)))
    t.check(label + ": is verified", Run(engine, "verify", path).problem(0, "verified", "not signed"))
    again = os.path.join(scratch, "again.zip")
    bundle_of(engine, folder, again, ["--force", *arguments, "--threads", "3"])
    t.check(label + ": the same bytes again", None if read(path) == read(again) else "differ")
    originals = [os.path.join(folder, book, name) for name in os.listdir(os.path.join(folder, book))]
    words = [word for name in originals for word in ("--original", name)]
    t.check(label + ": comes from its originals",
            Run(engine, "verify", path, *words).problem(0, *["comes from " + o for o in originals]))


def make_budget(scratch):
    folder = os.path.join(scratch, "budget")
    shutil.copytree(os.path.join(EXAMPLES, "late"), folder)
    os.rename(os.path.join(folder, "ledger"), os.path.join(folder, "budget"))
    return folder


def test_cases(t, engine, scratch):
    for name, arguments in CASES:
        test_case(t, engine, scratch, os.path.join(EXAMPLES, name), arguments)
    test_case(t, engine, scratch, make_budget(scratch), ["--book", "budget"], "budget")


def test_refused(t, engine, scratch):
    for name in ("refused-lines", "refused-model"):
        out = os.path.join(scratch, "no", "refused.zip")
        t.check(name + ": is not bundled",
                Run(engine, "bundle", os.path.join(EXAMPLES, name), "--out", out).problem(1, "refused"))
        left = os.path.exists(os.path.dirname(out))
        t.check(name + ": nothing is written", "something is" if left else None)
    out = os.path.join(scratch, "there.zip")
    write(out, b"mine")
    t.check("a file that is there is kept",
            Run(engine, "bundle", TINY, "--out", out).problem(3)
            or (None if read(out) == b"mine" else "changed"))
    folder = os.path.join(scratch, "own")
    shutil.copytree(TINY, folder)
    for name in ("pools.csv", "ledger/stirling.csv"):
        out = os.path.join(folder, name)
        before = read(out)
        t.check("an input is never overwritten: " + name,
                Run(engine, "bundle", folder, "--out", out, "--force").problem(3)
                or (None if read(out) == before else "changed"))


# ---------------------------------------------------------------- what it hides

CANARY = "Heron Gannet"      # in what must not get out
FIELDS = ("e", "CLK", "2014-04-30", "", "71001", "10100", "1.00", "")


def line(**fields):
    names = ("entry", "partner", "date", "period", "centre", "account", "amount", "description")
    values = [fields.get(name, value) for name, value in zip(names, FIELDS)]
    return ",".join('"%s"' % value.replace('"', '""') if set(value) & set(',"\n\r') else value
                    for value in values)


def canary_folder(scratch):
    """tiny, with the canary wherever a bundle must not carry it, and odd text where it must."""
    folder = os.path.join(scratch, "canary")
    shutil.copytree(TINY, folder)
    with open(os.path.join(folder, "cost_centres.csv"), "ab") as stream:
        stream.write(b"CLK,HIDDEN,,,,excluded,,\n")
    lines = [
        line(entry="c1", description=CANARY),
        line(entry="c2", description="line\nend, %s \"quoted\"" % CANARY),
        line(entry="c3 " + CANARY, centre="HIDDEN", amount="7777777.77"),
        line(entry="c4 " + CANARY, period="2014-15/P12", amount="8888888.88", description="x"),
        line(entry='odd, "entry"', description=CANARY),
        line(entry="line\nend"), line(entry='a"b'), "",
    ]
    write(os.path.join(folder, "ledger", "z.csv"),
          b"\xef\xbb\xbf\r\n" + (HEADER.decode().strip() + "\r\n"
                                 + "\r\n".join(lines)).encode())
    for name in ("notes.csv", "ledger/.hidden.csv", "ledger/notes.txt", "README.md", "pools.csv~"):
        write(os.path.join(folder, name), CANARY.encode())
    os.mkdir(os.path.join(folder, "ledger", "sub"))
    write(os.path.join(folder, "ledger", "sub", "a.csv"), CANARY.encode())
    return folder


def test_canary(t, engine, scratch):
    folder = canary_folder(scratch)
    path = os.path.join(scratch, "canary.zip")
    entries = bundle_of(engine, folder, path, ["--through", "2014-15/P11"])
    raw = read(path)
    for canary in (CANARY, "Heron", "7777777.77", "8888888.88"):
        found = [name for name, data in entries if canary.encode() in data]
        found += ["the archive itself"] if canary.encode() in raw else []
        t.check("the canary is nowhere: " + canary, "in %s" % found if found else None)
    expected = HEADER + b"".join(row + b"\n" for row in (
        b"c1,CLK,2014-04-30,,71001,10100,1.00,", b"c2,CLK,2014-04-30,,71001,10100,1.00,",
        b'"odd, ""entry""",CLK,2014-04-30,,71001,10100,1.00,',
        b'"line\nend",CLK,2014-04-30,,71001,10100,1.00,',
        b'"a""b",CLK,2014-04-30,,71001,10100,1.00,'))
    found = dict(entries)["ledger/z.csv"]
    t.check("fields as given, quoted where they must be",
            None if found == expected else "is %r" % found)
    rows = dict(entries)["originals.csv"].decode().splitlines()
    digest = hashlib.sha256(read(os.path.join(folder, "ledger", "z.csv"))).hexdigest()
    told = "ledger/z.csv,%s,7,2,16666666.65" % digest
    t.check("originals.csv tells what was left out", None if rows[-1] == told else rows[-1])
    t.check("and it is verified with its original",
            Run(engine, "verify", path, "--original",
                os.path.join(folder, "ledger", "z.csv")).problem(0, "2 left out (16666666.65)"))


# ---------------------------------------------------------------- what is changed is found

def test_flips(t, engine, scratch, path):
    data = read(path)
    changed = os.path.join(scratch, "changed.zip")
    chance = random.Random(1)
    unseen = []
    for at in chance.sample(range(len(data)), FLIPS):
        write(changed, data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:])
        if Run(engine, "verify", changed).code != 4:
            unseen.append(at)
    t.check("a flipped bit is found, %d places" % FLIPS,
            "not at %s" % unseen if unseen else None)
    unseen = []
    for size in sorted({0, 1, 21, 22, 64, 85, 86, 87, len(data) // 2, len(data) - 65,
                        len(data) - 64, len(data) - 1}):
        write(changed, data[:size])
        if Run(engine, "verify", changed).code != 4:
            unseen.append(size)
    write(changed, data + b"\n")
    unseen += ["one more"] if Run(engine, "verify", changed).code != 4 else []
    t.check("a cut bundle is found", "not at %s" % unseen if unseen else None)


def edited(entries, name, edit):
    return [(n, edit(data) if n == name else data) for n, data in entries]


def cell(data, row, column, value):
    """A plain CSV file with another value in one place; rows count from 1, the header's."""
    rows = [r.split(",") for r in data.decode().split("\n")]
    rows[row - 1][rows[0].index(column)] = value
    return "\n".join(",".join(r) for r in rows).encode()


def without_row(data, row):
    rows = data.split(b"\n")
    return b"\n".join(rows[:row - 1] + rows[row:])


def swapped(entries, one, other):
    order = [name for name, _ in entries]
    i, j = order.index(one), order.index(other)
    entries = list(entries)
    entries[i], entries[j] = entries[j], entries[i]
    return entries


def closed_otherwise(engine, scratch, entries):
    """Another ledger amount, and every output of it but the settlement."""
    entries = edited(entries, "ledger/stirling.csv", lambda data: cell(data, 2, "amount", "1000.01"))
    folder, path = os.path.join(scratch, "otherwise"), os.path.join(scratch, "otherwise.zip")
    for name, data in entries:
        if not name.startswith("output/"):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            write(os.path.join(folder, name), data)
    new = dict(bundle_of(engine, folder, path))
    shutil.rmtree(folder)
    return [(name, data if name == "output/settlement.csv" else new[name])
            for name, data in entries]


def changes(engine, scratch, entries):
    """(what is changed, the entries, what must be said)"""
    settled = dict(entries)["output/settlement.csv"]
    borne = settled.split(b"\n")[4].split(b",")[5].decode()
    certificate = "output/certificate.json"
    yield ("a cell of the settlement", edited(
        entries, "output/settlement.csv", lambda data: cell(data, 5, "borne", "0.99")),
        ["output/settlement.csv, row 5, column borne", "'0.99' in the bundle, '%s'" % borne])
    yield ("a ledger amount, and all but the settlement with it",
           closed_otherwise(engine, scratch, entries),
           ["output/settlement.csv, row ", ", column "])
    yield ("a ledger amount alone", edited(
        entries, "ledger/stirling.csv", lambda data: cell(data, 2, "amount", "1000.01")),
        ["output/", ", row ", ", column "])
    yield ("a row less", edited(
        entries, "output/bill.csv", lambda data: without_row(data, 2)),
        ["output/bill.csv, row 2: the bundle ends before this row"])
    yield ("a row more", edited(
        entries, "output/bill.csv", lambda data: data + b"all,CLK,STI,1.00\n"),
        ["output/bill.csv, row 3: the bundle has this row"])
    yield ("a field more", edited(
        entries, "output/bill.csv", lambda data: data.replace(b"\n", b",x\n")),
        ["output/bill.csv, row 1"])
    yield ("CRLF", edited(
        entries, "output/bill.csv", lambda data: data.replace(b"\n", b"\r\n")),
        ["output/bill.csv, row 1", "written otherwise"])
    yield ("a hash in the certificate", edited(
        entries, certificate, lambda data: data.replace(b'"sha256": "', b'"sha256": "0', 1)),
        [certificate + ", row "])
    yield ("the certificate's rules version", edited(
        entries, certificate, lambda data: data.replace(b'_version": 1,', b'_version": 7,')),
        ["rules version 7"])
    yield ("the engine's version, with more behind it", edited(
        entries, certificate, lambda data: data.replace(
            b'"engine_version": "', b'"engine_version": "1", "evil": "')),
        [certificate + ", row 4"])
    yield ("the book", edited(entries, certificate, lambda data: data.replace(
        b'"book": "ledger"', b'"book": "budget"')), ["budget: ", "MISSING"])
    yield ("a period that is none", edited(entries, certificate, lambda data: data.replace(
        b'"through": null', b'"through": "2014-15/P99"')), ["THROUGH"])
    yield ("no certificate any more", [e for e in entries if e[0] != certificate],
           [certificate, "missing"])
    yield ("a certificate of nothing", edited(entries, certificate, lambda data: b"{}\n"),
           ["not a certificate"])


def more_changes(entries):
    description = edited(entries, "ledger/stirling.csv",
                         lambda data: cell(data, 3, "description", "Mrs Smith"))
    yield ("a description put back", recertified(description, "ledger/stirling.csv"),
           ["ledger/stirling.csv, row 3, column description", "'Mrs Smith' in the bundle, ''"])
    yield ("an entry removed: pools.csv", [e for e in entries if e[0] != "pools.csv"],
           ["pools.csv", "MISSING"])
    yield ("an entry removed: originals.csv", [e for e in entries if e[0] != "originals.csv"],
           ["originals.csv", "missing"])
    yield ("an entry removed: a journal",
           [e for e in entries if e[0] != "output/journal-STI.csv"], ["journal-STI.csv", "missing"])
    yield ("an entry more, at the end", entries + [("output/secret.csv", b"x")],
           ["output/secret.csv", "does not belong"])
    yield ("an entry more, in front", [("secret.csv", b"x")] + entries, ["secret.csv"])
    yield ("an entry more, among the extracts", entries + [("ledger/notes.txt", b"x")],
           ["ledger/notes.txt", "does not belong"])
    yield ("a folder as an entry", entries + [("empty/", b"")], ["empty/"])
    yield ("two entries swapped", swapped(entries, "pools.csv", "bases.csv"),
           ["bases.csv", "stands where pools.csv belongs"])
    yield ("two outputs swapped", swapped(entries, "output/bill.csv", "output/totals.csv"),
           ["output/totals.csv", "stands where output/bill.csv belongs"])
    for column, value, said in (("file", "ledger/x.csv", "it should be"),
                                ("sha256", "00", "not a SHA-256"), ("lines", "x", "not a number"), ("left_out", "99", "less those"),
                                ("left_out_amount", "1", "1")):
        yield ("originals.csv, " + column, edited(
            entries, "originals.csv", lambda data, c=column, v=value: cell(data, 2, c, v)),
            ["originals.csv, row 2, column " + column, said])
    yield ("originals.csv, a row more", edited(
        entries, "originals.csv", lambda data: data + data.split(b"\n")[1] + b"\n"),
        ["originals.csv, row 4"])
    yield ("originals.csv, a row less", edited(
        entries, "originals.csv", lambda data: without_row(data, 3)), ["originals.csv, row 3"])
    yield ("originals.csv, another header", edited(
        entries, "originals.csv", lambda data: b"x" + data), ["originals.csv, row 1"])


def recertified(entries, name):
    """With the certificate's hash of an input made right."""
    data = dict(entries)
    text = json.loads(data["output/certificate.json"])
    old = [i["sha256"] for i in text["inputs"] if i["file"] == name][0]
    new = hashlib.sha256(data[name]).hexdigest()
    return edited(entries, "output/certificate.json",
                  lambda bytes_: bytes_.replace(old.encode(), new.encode()))


def test_changes(t, engine, scratch, path):
    entries = entries_of(path)
    changed = os.path.join(scratch, "changed.zip")
    write_bundle(changed, entries)
    t.check("packed again by another program it is still verified",
            Run(engine, "verify", changed).problem(0, "verified"))
    write_bundle(changed, edited(
        entries, "output/certificate.json",
        lambda data: data.replace(b'"engine_version": "', b'"engine_version": "99.2-rc~')))
    t.check("a bundle of another engine with the same rules is verified",
            Run(engine, "verify", changed).problem(0, "verified"))
    for what, made, said in [*changes(engine, scratch, entries), *more_changes(entries)]:
        write_bundle(changed, made)
        t.check("found: " + what, Run(engine, "verify", changed).problem(4, *said))
    test_json(t, engine, changed, entries)


def test_json(t, engine, changed, entries):
    write_bundle(changed, edited(entries, "output/settlement.csv",
                                 lambda data: cell(data, 5, "borne", "0.99")))
    done = Run(engine, "verify", changed, "--json")
    found = json.loads(done.out)
    place = [found["difference"].get(key) for key in ("file", "row", "column", "found")]
    t.check("--json tells the place",
            None if done.code == 4 and found["verified"] is False
            and place == ["output/settlement.csv", 5, "borne", "0.99"] else done.out)
    write_bundle(changed, edited(entries, "output/bill.csv",
                                 lambda data: data.replace(b"CLK", b"\x1b[31m\xff")))
    done = Run(engine, "verify", changed)
    t.check("what a bundle holds cannot talk to the terminal",
            done.problem(4) or ("it does" if "\x1b" in done.out + done.err else None))


def test_original(t, engine, scratch, path):
    original = os.path.join(scratch, "mine.csv")
    shutil.copy(os.path.join(TINY, "ledger", "stirling.csv"), original)
    t.check("an original may have another name",
            Run(engine, "verify", path, "--original", original).problem(0, "ledger/stirling.csv comes"))
    data = read(original)
    write(original, data.replace(b"77.77", b"77.78"))
    t.check("another original is none",
            Run(engine, "verify", path, "--original", original).problem(4, "mine.csv", "originals.csv"))
    t.check("an original that is not there",
            Run(engine, "verify", path, "--original", original + "x").problem(3))
    changed = os.path.join(scratch, "changed.zip")
    forged = hashlib.sha256(read(original)).hexdigest().encode()
    true = hashlib.sha256(data).hexdigest().encode()
    write_bundle(changed, edited(entries_of(path), "originals.csv",
                                 lambda rows: rows.replace(true, forged)))
    t.check("an extract that does not come from the original it names",
            Run(engine, "verify", changed, "--original", original).problem(
                4, "ledger/stirling.csv, row 3, column amount", "'77.77' in the bundle, '77.78'"))
    left_out = os.path.join(TINY, "ledger", "clackmannanshire.csv")
    write_bundle(changed, edited(entries_of(path), "originals.csv",
                                 lambda rows: cell(rows, 2, "left_out_amount", "1.00")))
    t.check("another amount left out", Run(engine, "verify", changed, "--original", left_out).problem(
        4, "originals.csv, row 2, column left_out_amount", "'1.00' in the bundle, '999.99'"))


# ---------------------------------------------------------------- signatures

def make_key(engine, scratch, name):
    key = os.path.join(scratch, name)
    done = Run(engine, "keygen", "--out", key, "--no-password")
    assert done.code == 0, done.err
    return key


def test_signatures(t, engine, scratch, path):
    bundle = os.path.join(scratch, "signed.zip")
    shutil.copy(path, bundle)
    clk, sti = make_key(engine, scratch, "clk.key"), make_key(engine, scratch, "s.key")
    sign = ["sign", bundle, "--key"]
    t.check("who is no partner does not sign",
            Run(engine, *sign, sti, "--partner", "FIF").problem(2, "no partner", "CLK, STI"))
    t.check("a key of no partner's name does not sign by itself",
            Run(engine, *sign, sti).problem(2, "--partner"))
    t.check("clk.key signs for CLK", Run(engine, *sign, clk).problem(0, "signed.zip.CLK.minisig"))
    t.check("one signature is told, the other is missing",
            Run(engine, "verify", bundle, "--key", clk + ".pub").problem(
                0, "verified", "CLK: signed with " + clk, "partner:CLK", "STI: not signed"))
    t.check("without its key it is not believed", Run(engine, "verify", bundle).problem(
        0, "CLK: signed by an unknown key id"))
    t.check("a key that has not signed is exit 4",
            Run(engine, "verify", bundle, "--key", sti + ".pub").problem(4, "has not signed"))
    t.check("a signature is kept", Run(engine, *sign, clk).problem(3))
    t.check("unless it is forced", Run(engine, *sign, clk, "--force").problem(0))
    copied = bundle + ".STI.minisig"
    shutil.copy(bundle + ".CLK.minisig", copied)
    t.check("one partner's signature is not another's",
            Run(engine, "verify", bundle, "--key", clk + ".pub").problem(4, "another partner"))
    t.check("the other signs too",
            Run(engine, *sign, sti, "--partner", "STI", "--force").problem(0))
    both = ["--key", clk + ".pub", "--key", sti + ".pub"]
    t.check("both have signed", Run(engine, "verify", bundle, *both).problem(
        0, "CLK: signed with", "STI: signed with"))
    test_bad_signatures(t, engine, bundle, both, sign + [clk, "--force"])


def test_bad_signatures(t, engine, bundle, both, sign):
    signature = bundle + ".CLK.minisig"
    good = read(signature)
    for what, bad in (("cut", good[:100]), ("empty", b""), ("huge", good + b"\n" * 100000),
                      ("of another file", good.replace(b"file:signed", b"file:sighed"))):
        write(signature, bad)
        done = Run(engine, "verify", bundle, *both)
        t.check("a signature that is %s is exit 4" % what,
                done.problem(4) or ("yet 'verified'" if "verified" in done.out else None))
    write(signature, good)
    entries = entries_of(bundle)
    write_bundle(bundle, entries)
    t.check("a signature of the bundle before it was packed again is exit 4",
            Run(engine, "verify", bundle, *both).problem(4, "not the one that was signed"))
    write_bundle(bundle, edited(entries, "output/bill.csv", lambda data: data.replace(b"2", b"3")))
    os.remove(signature)
    t.check("what does not verify is not signed", Run(engine, *sign).problem(4, "output/bill.csv")
            or ("it is" if os.path.exists(signature) else None))


def test_minisign(t, engine, scratch, path):
    if shutil.which("minisign") is None:
        t.check("minisign is not installed, skipped # SKIP")
        return
    bundle = os.path.join(scratch, "both ways.zip")
    shutil.copy(path, bundle)
    ours = make_key(engine, scratch, "ours.key")
    assert Run(engine, "sign", bundle, "--key", ours, "--partner", "CLK").code == 0
    t.check("minisign verifies ours", Run(
        "minisign", "-V", "-p", ours + ".pub", "-m", bundle,
        "-x", bundle + ".CLK.minisig").problem(0, "partner:CLK", hashlib.sha256(
            read(bundle)).hexdigest()))
    theirs = os.path.join(scratch, "theirs")
    Run("minisign", "-G", "-W", "-p", theirs + ".pub", "-s", theirs + ".key")
    for old in ([], ["-l"]):
        Run("minisign", "-S", *old, "-s", theirs + ".key", "-m", bundle,
            "-x", bundle + ".STI.minisig", "-t", "for the year")
        t.check("we verify minisign's %s" % old,
                Run(engine, "verify", bundle, "--key", theirs + ".pub").problem(
                    0, "STI: signed with " + theirs, "for the year"))
    shutil.copy(bundle + ".STI.minisig", bundle + ".CLK.minisig")
    t.check("but not one signature for two partners",
            Run(engine, "verify", bundle, "--key", theirs + ".pub").problem(4, "does not say for whom"))
    t.check("minisign's key signs here", Run(engine, "sign", bundle, "--key", theirs + ".key",
                                             "--partner", "CLK", "--force").problem(0))
    t.check("and minisign verifies that", Run(
        "minisign", "-V", "-p", theirs + ".pub", "-m", bundle,
        "-x", bundle + ".CLK.minisig").problem(0, "partner:CLK"))


# ---------------------------------------------------------------- archives made with ill intent

def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def lying_sizes(path):
    """Every size in the list of entries told as a gigabyte."""
    data = bytearray(read(path))
    at = data.find(b"PK\1\2")
    while at >= 0:
        struct.pack_into("<L", data, at + 24, 1 << 30)
        at = data.find(b"PK\1\2", at + 1)
    write(path, bytes(data))
    seal(path)


def bomb(size):
    packer = zlib.compressobj(9)
    return len(packer.compress(b"0" * size) + packer.flush())


def test_hostile(t, engine, scratch, path):
    entries = entries_of(path)
    bad = os.path.join(scratch, "bad.zip")

    def refused(what, made=None, spoil=None):
        write_bundle(bad, made if made is not None else entries)
        if spoil:
            spoil(bad)
        before = time.monotonic()
        done = Run(engine, "verify", bad, preexec_fn=limit_memory)
        took = time.monotonic() - before
        t.check("refused: " + what, done.problem(4) or
                ("out of memory" if "memory" in done.err else None) or
                ("it took %.1f s" % took if took > 10 else None))

    zeros = b"0" * (100 << 20)
    for name in ("partnership.csv", "pools.csv", "ledger/stirling.csv", "originals.csv",
                 "output/certificate.json", "output/bill.csv"):
        refused("a bomb as " + name, edited(entries, name, lambda data: data + zeros))
    refused("a bomb alone", edited(entries, "ledger/stirling.csv", lambda data: HEADER + zeros))
    refused("no entry at all", [])
    refused("an absolute name", entries + [("/etc/passwd", b"x")])
    refused("a name that climbs", entries + [("../x", b"x")])
    refused("sizes that lie", spoil=lying_sizes)
    refused("many entries", entries + [("x%d" % i, b"") for i in range(11000)])
    refused("a partner's code that is a path", edited(
        entries, "partners.csv", lambda data: data.replace(b"STI", b"../STI")))
    write(bad, b"")
    t.check("an empty file", Run(engine, "verify", bad).problem(4))
    t.check("a folder", Run(engine, "verify", scratch).problem(3))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ochil", default=tap.default_engine())
    engine = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix="ochil bundle ") as scratch:
        path = os.path.join(scratch, "tiny.ochil.zip")
        bundle_of(engine, TINY, path)
        test_cases(t, engine, scratch)
        test_refused(t, engine, scratch)
        test_canary(t, engine, scratch)
        for test in (test_flips, test_changes, test_original, test_signatures, test_minisign,
                     test_hostile):
            test(t, engine, scratch, path)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
