#!/usr/bin/env python3
"""hostile_test.py -- files made to hurt: `ochil convert` refuses each, quickly, in little memory.

    hostile_test.py [--ochil PATH] [--only WORD] [--show]

Each case says which exit codes are right. Whatever the case, the message names the file, nothing
is written, and no more is used than SECONDS of the processor and MEMORY_MIB. With --show the
messages are printed.
"""
import argparse
import gzip
import lzma
import os
import random
import struct
import sys
import tempfile
import zlib

import extract_forms as forms
import tap
from measured import apart, run

SECONDS = 1.0
MEMORY_MIB = 64
PATIENCE = 30           # seconds until a run counts as endless
NAME = "hostile.extract"
GIB = 1 << 30
MIB = 1 << 20


# -- zip archives, with any lie in them -----------------------------------------------------------

class Entry:
    """A file in an archive. `lies` replace what its headers say: size, packed, crc, flags, method;
    `local` holds those that only the local header tells."""

    def __init__(self, name, data=b"", stored=False, raw=None, size=None, local=None, **lies):
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
        self.name = name.encode("utf-8") if isinstance(name, str) else name
        self.packed = raw if raw is not None else data if stored else (
            deflate.compress(data) + deflate.flush())
        self.said = {"flags": 0, "method": 0 if stored else 8, "crc": zlib.crc32(data),
                     "packed": len(self.packed), "size": len(data) if size is None else size}
        self.said.update(lies)
        self.local = dict(self.said, **(local or {}))

    def header(self, said):
        return struct.pack("<HHHHHIIIHH", 20, said["flags"], said["method"], 0, 33, said["crc"],
                           said["packed"], said["size"], len(self.name), 0)


def archive(entries, count=None, overlap=False):
    body, central = bytearray(), []     # of bytes, sixty thousand entries would take half a minute
    for entry in entries:
        place = 0 if overlap else len(body)
        body += b"PK\3\4" + entry.header(entry.local) + entry.name + entry.packed
        central.append(b"PK\1\2\x14\0" + entry.header(entry.said)
                       + struct.pack("<HHHII", 0, 0, 0, 0, place) + entry.name)
    told = len(central) if count is None else count
    directory = b"".join(central)
    return bytes(body) + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, told, told,
                                                      len(directory), len(body), 0)


def blanks_packed(size):
    """A deflate stream of so many blanks, a thousandth as long, without packing them all."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = deflate.compress(b" " * MIB) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(b" " * MIB) + deflate.flush(zlib.Z_FULL_FLUSH)
    return piece + again * (size // MIB - 1) + deflate.flush()


def noise(size):
    """Letters that hardly pack: so the archive is not refused for its ratio alone."""
    return random.Random(size).randbytes(size // 2).hex().encode("ascii")


def xlsx(sheet=b"", strings=forms.STRINGS_BEGIN.encode() + forms.STRINGS_END.encode(), more=(),
         replaced=None):
    """The entries of a workbook with this sheet."""
    parts = {name: text.encode("utf-8") for name, text in forms.XLSX_PARTS.items()}
    parts["xl/worksheets/sheet1.xml"] = sheet
    parts["xl/sharedStrings.xml"] = strings
    parts.update(replaced or {})
    return [part if isinstance(part, Entry) else Entry(name, part)
            for name, part in parts.items()] + list(more)


def sheet(rows, before=""):
    head = forms.SHEET_BEGIN.replace(forms.HEAD, forms.HEAD + before)
    return head.encode() + HEADER + rows + forms.SHEET_END.encode()


def inline(text):
    return b'<c t="inlineStr"><is><t>' + text + b"</t></is></c>"


HEADER = b'<row r="1">' + b"".join(inline(name.encode()) for name in forms.COLUMNS) + b"</row>"
CELLS = (b"STI", b"Care", b"0012", b"Alloa", b"40100", b"01/04/2014", b"51", b"12.50", b"A", b"B")
ROW = b"<row>" + b"".join(map(inline, CELLS)) + b"</row>"


def ods(rows, more=(), content=None):
    header = forms.ods_row(forms.COLUMNS, 1).encode()
    text = forms.ODS_BEGIN.encode() + header + rows + forms.ODS_END.encode()
    return [Entry("mimetype", forms.ODS_MIME.encode(), stored=True),
            Entry("META-INF/manifest.xml", forms.ODS_MANIFEST.encode()),
            Entry("content.xml", text if content is None else content)] + list(more)


def ods_text(text, repeated=""):
    return ('<table:table-cell%s office:value-type="string"><text:p>%s</text:p>'
            '</table:table-cell>' % (repeated, text)).encode()


ODS_CELLS = b"".join(ods_text(cell.decode()) for cell in CELLS)
ODS_ROW = b"<table:table-row>" + ODS_CELLS + b"</table:table-row>"


def ods_repeated(kind, number, cell=ODS_CELLS):
    if kind == "rows":
        return b'<table:table-row table:number-rows-repeated="%s">' % number + cell + (
            b"</table:table-row>")
    return b"<table:table-row>" + ods_text(
        "again", ' table:number-columns-repeated="%s"' % number.decode()) + b"</table:table-row>"


def good():
    return archive(xlsx(sheet(ROW * 2000)))


def spoiled():
    """A bit of the packed sheet turned."""
    data = bytearray(good())
    data[data.index(b"xl/worksheets/sheet1.xml") + 200] ^= 1
    return bytes(data)


# Of a good workbook: the flags and sizes of one entry, as the lies need them.
def lying(**lies):
    return archive(xlsx(replaced={"xl/worksheets/sheet1.xml": Entry(
        "xl/worksheets/sheet1.xml", sheet(ROW * 2000), **lies)}))


def bomb(part, size=3 * GIB):
    """Its CRC is wrong; but who gets so far as to see that has unpacked it all."""
    return archive(xlsx(sheet(ROW), replaced={part: Entry(
        part, raw=blanks_packed(size), size=size)}))


LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 \"ha\">" + "".join(
    '<!ENTITY a%d "%s">' % (n, "&a%d;" % (n - 1) * 10) for n in range(1, 10)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]>'

ARCHIVES = {
    "a good workbook is none of these": (good, (0,)),
    "a bomb of 1:1000 in the sheet": (lambda: bomb("xl/worksheets/sheet1.xml"), (4,)),
    "a bomb of 1:1000 in the shared strings": (lambda: bomb("xl/sharedStrings.xml"), (4,)),
    "a bomb of 1:1000 in the styles": (lambda: bomb("xl/styles.xml"), (4,)),
    "a bomb of 1:1000 that nobody would read": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry(
            "xl/media/image1.png", raw=blanks_packed(3 * GIB), size=3 * GIB)])), (4,)),
    "a bomb of 1:1000 in ODS": (
        lambda: archive(ods(ODS_ROW)[:2] + [Entry(
            "content.xml", raw=blanks_packed(3 * GIB), size=3 * GIB)]), (4,)),
    "a bomb that declares little": (
        lambda: archive(xlsx(replaced={"xl/worksheets/sheet1.xml": Entry(
            "xl/worksheets/sheet1.xml", raw=blanks_packed(3 * GIB), size=5000)})), (4,)),
    "an archive in the place of the sheet": (
        lambda: archive(xlsx(bomb("xl/worksheets/sheet1.xml"))), (4,)),
    "an archive in an archive": (
        lambda: archive([Entry("book.xlsx", bomb("xl/worksheets/sheet1.xml"))]), (4,)),
    "sixty thousand entries": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry("xl/%d" % n, stored=True)
                                               for n in range(60000)])), (4,)),
    "an entry that leads out of its folder": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry("../../tmp/x", b"x")])), (4,)),
    "an entry with an absolute name": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry("/etc/passwd", b"x")])), (4,)),
    "an entry with backslashes": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry("..\\..\\x", b"x")])), (4,)),
    "an entry whose name is not UTF-8": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry(b"\xff\xfe", b"x")])), (4,)),
    "a sheet that leads out of the archive": (
        lambda: archive(xlsx(sheet(ROW), replaced={"xl/_rels/workbook.xml.rels": forms.XLSX_PARTS[
            "xl/_rels/workbook.xml.rels"].replace(
                "worksheets/sheet1.xml", "../../../../etc/passwd").encode()})), (4,)),
    "a DTD": (lambda: archive(xlsx(sheet(ROW, "<!DOCTYPE worksheet>"))), (4,)),
    "a billion laughs": (
        lambda: archive(xlsx(sheet(b"<row>" + inline(b"&a9;") * 10 + b"</row>", LAUGHS))), (4,)),
    "a billion laughs in the shared strings": (
        lambda: archive(xlsx(sheet(ROW), (forms.HEAD + LAUGHS + '<sst xmlns="%s"><si><t>&a9;</t>'
                                          "</si></sst>" % forms.MAIN).encode())), (4,)),
    "a billion laughs in ODS": (
        lambda: archive(ods(b"", content=(
            forms.ODS_BEGIN.replace(forms.HEAD, forms.HEAD + LAUGHS)
            + "<table:table-row><table:table-cell><text:p>&a9;</text:p></table:table-cell>"
            "</table:table-row>" + forms.ODS_END).encode())), (4,)),
    "an external entity": (
        lambda: archive(xlsx(sheet(b"<row>" + inline(b"&e;") * 10 + b"</row>", OUTSIDE))), (4,)),
    "an external parameter entity": (lambda: archive(xlsx(sheet(ROW, PARAMETER))), (4,)),
    "an entity without a declaration": (
        lambda: archive(xlsx(sheet(b"<row>" + inline(b"&e;") * 10 + b"</row>"))), (4,)),
    "an endless shared string": (
        lambda: archive(xlsx(sheet(ROW), (forms.STRINGS_BEGIN + "<si><t>").encode()
                             + noise(40 * MIB) + b"</t></si></sst>")), (4,)),
    "an endless attribute": (
        lambda: archive(xlsx(sheet(b'<row><c r="' + noise(40 * MIB) + b'"/></row>'))), (4,)),
    "an endless name": (
        lambda: archive(xlsx(sheet(b"<row><c" + noise(40 * MIB) + b"/></row>"))), (4,)),
    "an endless comment": (
        lambda: archive(xlsx(sheet(b"<!--" + noise(40 * MIB) + b"--><row/>"))), (4,)),
    "an endless instruction": (
        lambda: archive(xlsx(sheet(b"<?x " + noise(40 * MIB) + b"?><row/>"))), (4,)),
    "an attribute a million times over": (
        lambda: archive(xlsx(sheet(b"<row><c" + b"".join(
            b' a%d="%d"' % (n, n * 7919 % 10007) for n in range(1000000)) + b"/></row>"))), (4,)),
    "elements a hundred thousand deep": (
        lambda: archive(xlsx(sheet(b"".join(b"<a%d>" % n for n in range(100000))))), (4,)),
    "elements a hundred thousand deep in ODS": (
        lambda: archive(ods(b"".join(b"<a%d>" % n for n in range(100000)))), (4,)),
    "a cell in the millionth column": (
        lambda: archive(xlsx(sheet(b'<row r="2"><c r="BDWGN2"><v>1</v></c></row>'))), (4,)),
    "a million cells in a row": (
        lambda: archive(xlsx(sheet(b"<row>" + b"".join(
            b"<c><v>%d</v></c>" % n for n in range(1000000)) + b"</row>"))), (4,)),
    "a row number beyond any sheet": (
        lambda: archive(xlsx(sheet(b'<row r="4294967297"><c><v>1</v></c></row>'))), (4,)),
    "rows that go backwards": (
        lambda: archive(xlsx(sheet(b'<row r="9"><c><v>1</v></c></row><row r="3"/>'))), (4,)),
    "two thousand million equal rows of ODS": (
        lambda: archive(ods(ods_repeated("rows", b"2147483647"))), (4,)),
    "two thousand million equal cells of ODS": (
        lambda: archive(ods(ods_repeated("cells", b"2147483647"))), (4,)),
    "more equal rows than a number can hold": (
        lambda: archive(ods(ods_repeated("rows", b"99999999999999999999999"))), (4,)),
    "fewer than no equal cells": (lambda: archive(ods(ods_repeated("cells", b"-1"))), (4,)),
    "equal rows of a million each, a thousand times": (
        lambda: archive(ods(ods_repeated("rows", b"1000000") * 1000)), (4,)),
    "an archive cut in the middle": (lambda: good()[:len(good()) // 2], (4,)),
    "an archive that lacks its last byte": (lambda: good()[:-1], (4,)),
    "an archive with something behind it": (lambda: good() + b"x" * 70000, (4,)),
    "a bit turned in the sheet": (spoiled, (4,)),
    "a wrong checksum": (lambda: lying(crc=12345), (4,)),
    "a size that is too small": (lambda: lying(size=1000), (4,)),
    "a size that is too large": (lambda: lying(size=10 * MIB), (4,)),
    "a packed size beyond the end": (lambda: lying(packed=100 * MIB), (4,)),
    "other sizes in the local header": (lambda: lying(local={"size": 1, "packed": 1}), (4,)),
    "a local header with another name": (
        lambda: good().replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml", 1), (4,)),
    "an encrypted entry": (lambda: lying(flags=1), (4,)),
    "a way of packing that nobody knows": (lambda: lying(method=99), (4,)),
    "an entry that is there twice": (
        lambda: archive(xlsx(sheet(ROW), more=[Entry("xl/workbook.xml", b"<x/>")])), (4,)),
    "entries that overlap": (lambda: archive(xlsx(sheet(ROW)), overlap=True), (4,)),
    "a directory that counts too many": (lambda: archive(xlsx(sheet(ROW)), count=60000), (4,)),
    "an archive without entries": (lambda: archive([]), (4,)),
    "the beginning of an archive, and no more": (lambda: b"PK\3\4", (4,)),
    "a workbook of Excel 97, or one with a password": (
        lambda: b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(4096), (4,)),
    "a sheet that is no XML": (lambda: archive(xlsx(noise(MIB))), (4,)),
    "a sheet that ends too early": (lambda: archive(xlsx(sheet(ROW)[:-20])), (4,)),
    "a sheet that is missing": (
        lambda: archive(xlsx(sheet(ROW))[:5]), (4,)),
}

# What is too long here refuses its row, not the file: it takes time, but no memory. Those have no
# limit of seconds.
LONG_ROWS = {
    "an endless text in a cell": (
        lambda: archive(xlsx(sheet(b"<row>" + inline(noise(40 * MIB)) + b"</row>"))), (1,)),
    "an endless text in a cell of ODS": (
        lambda: archive(ods(b"<table:table-row><table:table-cell><text:p>" + noise(40 * MIB)
                            + b"</text:p></table:table-cell></table:table-row>")), (1,)),
    "equal cells times equal rows": (
        lambda: archive(ods(b'<table:table-row table:number-rows-repeated="1000000">' + ods_text(
            "again", ' table:number-columns-repeated="16384"') + b"</table:table-row>")), (1,)),
    "blanks that ODS repeats without end": (
        lambda: archive(ods(b'<table:table-row><table:table-cell><text:p>a<text:s text:c='
                            b'"4000000000"/>b</text:p></table:table-cell></table:table-row>')),
        (1,)),
}


# -- packed text ----------------------------------------------------------------------------------

LINE = b",".join(CELLS) + b"\n"
TEXT = ",".join(forms.COLUMNS).encode() + b"\n" + LINE * 2000


def xz_window(data, bits):
    """The same, said to need a window of 2 << (bits / 2 + 11) bytes."""
    packed = bytearray(lzma.compress(data))
    header_size = (packed[12] + 1) * 4
    assert packed[14] == 0x21
    packed[16] = bits
    header = bytes(packed[12:12 + header_size - 4])
    packed[12 + header_size - 4:12 + header_size] = struct.pack("<I", zlib.crc32(header))
    return bytes(packed)


def zstd_window(log):
    """A frame with one stored block and a window of 1 << log bytes."""
    return (b"\x28\xb5\x2f\xfd\0" + bytes([log - 10 << 3])
            + struct.pack("<I", len(TEXT) << 3 | 1)[:3] + TEXT)


def zstd_repeated(byte, size):
    """A frame of blocks that each say: this byte, 128 KiB of it."""
    block = struct.pack("<I", 1 << 17 << 3 | 2)[:3] + byte
    last = struct.pack("<I", 0 << 3 | 1)[:3]
    return b"\x28\xb5\x2f\xfd\0" + bytes([7 << 3]) + block * (size >> 17) + last


def many(byte, size, before=b""):
    """So many bytes, in members of which one after another is one text."""
    return lambda: (gzip.compress(TEXT + before, 1)
                    + gzip.compress(byte * (16 * MIB), 9) * (size // (16 * MIB)))


# What is packed is text, which may be as large as it likes: again without a limit of seconds.
ENDLESS = {
    "a GiB of blanks in gzip": (many(b" ", GIB), (1,)),
    "32 million line ends in gzip": (many(b"\n", 32 * MIB), (0,)),
    "half a GiB of delimiters in gzip": (many(b",", GIB // 2), (1,)),
    "half a GiB behind a quote in gzip": (many(b" ", GIB // 2, before=b'"'), (1,)),
    "256 MiB of NULs in xz": (lambda: lzma.compress(TEXT) + lzma.compress(
        bytes(16 * MIB), preset=0) * 16, (1,)),
    "a GiB of one letter in zstd": (lambda: zstd_repeated(b"x", GIB), (1, 4)),
}
PACKED = {
    "gzip cut in the middle": (lambda: gzip.compress(TEXT)[:-200], (4,)),
    "gzip with a wrong checksum": (lambda: gzip.compress(TEXT)[:-8] + bytes(8), (4,)),
    "gzip with something behind it": (lambda: gzip.compress(TEXT) + b"more", (4,)),
    "gzip that is only its first bytes": (lambda: b"\x1f\x8b\x08", (4,)),
    "xz cut in the middle": (lambda: lzma.compress(TEXT)[:-40], (4,)),
    "xz that wants half a GiB of memory": (lambda: xz_window(TEXT, 34), (4,)),
    "xz that wants all memory": (lambda: xz_window(TEXT, 40), (4,)),
    "zstd with a window of 64 MiB is good": (lambda: zstd_window(26), (0,)),
    "zstd that wants 128 MiB of memory": (lambda: zstd_window(27), (4,)),
    "zstd that wants two GiB of memory": (lambda: zstd_window(31), (4,)),
    "zstd cut in the middle": (lambda: zstd_window(20)[:-100], (4,)),
    "gzip in gzip": (lambda: gzip.compress(gzip.compress(TEXT)), (1, 2, 4)),
    "an archive in gzip": (lambda: gzip.compress(good()), (1, 2, 4)),
}
# Not files at all.
SPECIAL = {
    "a directory": (os.mkdir, (3, 4)),
    "an endless device": (lambda path: os.symlink("/dev/zero", path), (3, 4)),
    "a device of noise": (lambda path: os.symlink("/dev/urandom", path), (3, 4)),
    "a pipe that nobody writes to": (os.mkfifo, (3, 4)),
    "a link to nowhere": (lambda path: os.symlink("nowhere", path), (3,)),
    "a link to itself": (lambda path: os.symlink(path, path), (3,)),
}


# -- the test -------------------------------------------------------------------------------------

class Attempt:
    """One hostile file in a folder of its own, and what `ochil convert` made of it."""

    def __init__(self, ochil, sheet_wanted, place, seconds_max):
        self.seconds_max = seconds_max
        with tempfile.TemporaryDirectory(prefix="ochil hostile ") as folder:
            extract, profile = os.path.join(folder, NAME), os.path.join(folder, "profile")
            out = os.path.join(folder, "made", "lines.csv")
            os.mkdir(os.path.dirname(out))
            with open(profile, "w", encoding="utf-8") as file:
                file.write(forms.profile(*["format = sheet"] * sheet_wanted))
            self.placed = apart(lambda: place(extract))
            log = os.path.join(folder, "log")
            self.code, self.seconds, self.peak = run(
                [ochil, "convert", "--profile", profile, extract, "--out", out], log, PATIENCE)
            with open(log, encoding="utf-8", errors="replace") as file:
                self.said = file.read()
            self.made = os.listdir(os.path.dirname(out))

    def problem(self, codes):
        wrong = []
        if not self.placed:
            wrong.append("the file could not be made")
        if self.code not in codes:
            wrong.append("exit code %d, should be %s" % (
                self.code, " or ".join(map(str, codes))))
        if NAME not in self.said:
            wrong.append("the message does not name the file")
        if self.made and self.code != 0:
            wrong.append("something was written: %s" % ", ".join(self.made))
        if self.seconds > self.seconds_max:
            wrong.append("%.2f s of the processor, more than %g" % (
                self.seconds, self.seconds_max))
        if self.peak > MEMORY_MIB:
            wrong.append("%.0f MiB of memory, more than %d" % (self.peak, MEMORY_MIB))
        return "\n".join(wrong + [self.said[:600]]) if wrong else None


def put(make):
    def place(path):
        with open(path, "wb") as file:
            file.write(make())
    return place


def main():
    parser = argparse.ArgumentParser(description="Files made to hurt.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the program to test")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--show", action="store_true", help="print the messages")
    given = parser.parse_args()
    ochil = tap.find_engine(given.ochil)
    t = tap.Tap()
    kinds = ((ARCHIVES, True, put, SECONDS), (LONG_ROWS, True, put, PATIENCE),
             (PACKED, False, put, SECONDS), (ENDLESS, False, put, PATIENCE),
             (SPECIAL, False, lambda place: place, SECONDS))
    for cases, sheet_wanted, placing, seconds in kinds:
        for name, (make, codes) in cases.items():
            if given.only not in name:
                continue
            attempt = Attempt(ochil, sheet_wanted, placing(make), seconds)
            t.check(name, attempt.problem(codes))
            if given.show:
                print("# exit %d, %.2f s, %.0f MiB\n# %s" % (
                    attempt.code, attempt.seconds, attempt.peak,
                    attempt.said.strip()[:400].replace("\n", "\n# ")))
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
