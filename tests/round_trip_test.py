#!/usr/bin/env python3
"""round_trip_test.py -- one extract in every form there is: each gives the same ledger lines.

    round_trip_test.py [--ochil PATH] [--rows N] [--only WORD] [--plant]

Ids are made from file and row, so that the rows' numbers are compared as well. With --rows
1000000 it takes ten minutes. With --plant a figure is altered in each form but the first: every
comparison must then fail.
"""
import argparse
import filecmp
import os
import sys
import tempfile
import time

import extract_forms as forms
import tap
from measured import apart, run

MEMORY_MIB = 32         # what a conversion may take, whatever the size of the extract


def delimited(*lines, **how):
    return lines, lambda path, rows: forms.write_delimited(path, rows, **how)


def fixed(*lines, **how):
    return ((forms.fixed_columns(), "format = fixed", "header_row = 1") + lines,
            lambda path, rows: forms.write_fixed(path, rows, **how))


def workbook(writer, *lines, **how):
    return ("format = sheet",) + lines, lambda path, rows: writer(path, rows, **how)


# What a form is called: the profile's lines, and what writes it. All are held against the first.
FORMS = {
    "comma, quoted where needed, LF": delimited(),
    "comma, all quoted": delimited(quoting="always"),
    "semicolon, decimal comma, thousands": delimited(
        "delimiter = semicolon", "decimal = comma", "thousands = point",
        delimiter=";", decimal=",", thousands="."),
    "tab, thousands parted by blanks": delimited(
        "delimiter = tab", "thousands = blank", delimiter="\t", thousands=" "),
    "pipe, never quoted": delimited(
        "delimiter = pipe", "quote = none", delimiter="|", quoting="never"),
    "tilde, all quoted, CRLF": delimited(
        "delimiter = ~", delimiter="~", quoting="always", end="\r\n"),
    "CRLF": delimited(end="\r\n"),
    "CR": delimited(end="\r"),
    "UTF-8 with a mark": delimited(mark=True),
    "Windows-1252": delimited(encoding="cp1252"),
    "UTF-16, low byte first, with a mark": delimited(encoding="utf-16-le", mark=True),
    "UTF-16, high byte first, named": delimited("encoding = utf-16be", encoding="utf-16-be"),
    "gzip": delimited(packing="gzip"),
    "xz": delimited(packing="xz"),
    "zstd": delimited(packing="zstd"),
    "gzip, UTF-16, semicolon, CRLF": delimited(
        "delimiter = semicolon", packing="gzip", encoding="utf-16-le", mark=True, end="\r\n",
        delimiter=";"),
    "fixed width": fixed(),
    "fixed width, Windows-1252, CRLF": fixed(encoding="cp1252", end="\r\n"),
    "fixed width, UTF-16, xz": fixed(encoding="utf-16-be", mark=True, packing="xz"),
    "XLSX, shared strings": workbook(forms.write_xlsx),
    "XLSX, strings in the cells": workbook(forms.write_xlsx, shared=False),
    "XLSX, numbers of seventeen digits": workbook(
        forms.write_xlsx, "rounding = residue", number=forms.longest),
    "ODS, repeated cells and rows": workbook(forms.write_ods),
}
SHARED = "XLSX, shared strings", "XLSX, numbers of seventeen digits"


def spoiled(rows):
    """The same rows, but a penny more in the third."""
    for number, row in enumerate(rows):
        yield row if number != 2 else row[:forms.AMOUNT] + (
            row[forms.AMOUNT] + 1,) + row[forms.AMOUNT + 1:]


class RoundTrip:
    def __init__(self, ochil, rows, folder, plant):
        self.ochil, self.rows, self.folder, self.plant = ochil, rows, folder, plant
        self.reference = os.path.join(folder, "reference.csv")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name):
        """The extract is called the same in every form, for the ids are made from its name."""
        lines, writer = FORMS[name]
        with open(self.path("profile"), "w", encoding="utf-8") as file:
            file.write(forms.profile(*lines))
        rows = forms.generated_rows(self.rows)
        first = name == next(iter(FORMS))
        return apart(lambda: writer(self.path("extract"),
                                    spoiled(rows) if self.plant and not first else rows))

    def convert(self, out):
        return run([self.ochil, "convert", "--profile", self.path("profile"),
                    self.path("extract"), "--out", out, "--force"], self.path("log"))

    def problem(self, code, peak, out, name):
        if code != 0:
            with open(self.path("log"), encoding="utf-8", errors="replace") as log:
                return "exit code %d\n%s" % (code, log.read()[:2000])
        if out != self.reference and not filecmp.cmp(out, self.reference, shallow=False):
            with open(out, "rb") as ours, open(self.reference, "rb") as theirs:
                for number, pair in enumerate(zip(theirs, ours), 1):
                    if pair[0] != pair[1]:
                        return "line %d:\n should be %r\n is        %r" % ((number,) + pair)
            return "the lines end too early or too late"
        if peak > MEMORY_MIB and name not in SHARED:
            return "%.0f MiB of memory, more than %d" % (peak, MEMORY_MIB)
        return None

    def test(self, t, name):
        began = time.monotonic()
        if not self.write(name):
            t.check(name, "it could not be written")
            return
        size = os.path.getsize(self.path("extract"))
        written = time.monotonic() - began
        out = self.path("out.csv") if os.path.exists(self.reference) else self.reference
        code, seconds, peak = self.convert(out)
        t.check(name, self.problem(code, peak, out, name))
        print("# %d rows, %.1f MB, written in %.1f s, converted in %.2f s, %.0f MiB" % (
            self.rows, size / 1e6, written, seconds, peak))


def main():
    parser = argparse.ArgumentParser(description="One extract in every form.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the program to test")
    parser.add_argument("--rows", type=int, default=20000, help="rows of the extract")
    parser.add_argument("--only", default="", help="forms whose name holds this")
    parser.add_argument("--plant", action="store_true", help="alter a figure: tests must fail")
    given = parser.parse_args()
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix="ochil round trip ") as folder:
        trip = RoundTrip(tap.find_engine(given.ochil), given.rows, folder, given.plant)
        for number, name in enumerate(FORMS):
            if name == "zstd" and not forms.packing_is_here("zstd"):
                print("# left out, no zstd here: %s" % name)
            elif number == 0 or given.only in name:
                trip.test(t, name)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
