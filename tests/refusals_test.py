#!/usr/bin/env python3
"""refusals_test.py -- every code of a refusal, by the engine and by the independent check.

    refusals_test.py [--ochil PATH]

Each folder of refusals/ but base/ holds the files that differ from base/, `without.txt` (files of
base/ to leave out), `options.txt` (options of `ochil close`) and expected/errors.csv, written by
hand from the contract of the engine. Two cases too large to keep are made here.
"""
import argparse
import os
import shutil
import sys
import tempfile

import random_partnership  # also finds recheck, in tools/
import recheck
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
REFUSALS = os.path.join(HERE, "refusals")
NOT_INPUT = ("expected/errors.csv", "without.txt", "options.txt")


def files_below(folder):
    """File name with folders -> bytes."""
    files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as stream:
                files[os.path.relpath(path, folder)] = stream.read()
    return files


def words(files, name):
    return files.get(name, b"").decode("utf-8").split()


def test_case(t, engine, name, files, options, expected):
    folder = tempfile.mkdtemp(prefix="refusal-")
    random_partnership.write_folder(files, folder)
    given = dict(zip(options[::2], options[1::2]))
    ours, refused = recheck.close_folder(folder, given.get("--book", "ledger"),
                                         given.get("--through"))
    t.check(name + ", by the independent check",
            recheck.compare(expected, ours) or (None if refused else "not refused"))
    t.check(name + ", by the engine", tap.engine_problem(engine, folder, expected, True, options))
    shutil.rmtree(folder)


def test_folder(t, engine, name, base):
    own = files_below(os.path.join(REFUSALS, name))
    files = {file: data for file, data in base.items() if file not in words(own, "without.txt")}
    files.update({file: data for file, data in own.items() if file not in NOT_INPUT})
    test_case(t, engine, name, files, words(own, "options.txt"),
              {"errors.csv": own["expected/errors.csv"]})


def test_cut(t, engine, base):
    """After 10,000 rows one row with the number of faults ends errors.csv."""
    for count in (10000, 10001):
        lines = [recheck.LINE_COLUMNS] + [",CLK,2014-04-30,,10,1,1.00,"] * count
        files = dict(base)
        files["ledger/a.csv"] = ("\n".join(lines) + "\n").encode("ascii")
        rows = ["ledger/a.csv,%d,ENTRY_ID," % line for line in range(2, 10002)]
        rows += [",0,CUT,%d" % count] * (count > 10000)
        expected = "\n".join(["file,line,code,value"] + rows) + "\n"
        test_case(t, engine, "%d faults" % count, files, [],
                  {"errors.csv": expected.encode("ascii")})


def test_overflow(t, engine, base):
    """The sum of many lines leaves 64-bit pence: 9,224 lines of the largest amount."""
    for sign, count, overflow in (("", 9223, False), ("", 9224, True), ("-", 9224, True)):
        lines = [recheck.LINE_COLUMNS]
        lines += ["%d,CLK,2014-04-30,,10,1,%s9999999999999.99," % (n, sign) for n in range(count)]
        files = dict(base)
        files["ledger/a.csv"] = ("\n".join(lines) + "\n").encode("ascii")
        if overflow:
            test_case(t, engine, "%d lines of %s9999999999999.99" % (count, sign), files, [],
                      {"errors.csv": b"file,line,code,value\n,0,OVERFLOW,\n"})
        else:
            outputs, p = recheck.close_files(files)
            t.check("%d lines of the largest amount still fit" % count,
                    "refused" if p.faults else None)
            folder = tempfile.mkdtemp(prefix="refusal-")
            random_partnership.write_folder(files, folder)
            t.check("%d lines of the largest amount, by the engine" % count,
                    tap.engine_problem(engine, folder, outputs, False))
            shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description="Every refusal, by both implementations.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the engine to test")
    engine = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    base = files_below(os.path.join(REFUSALS, "base"))
    outputs, p = recheck.close_files(base)
    t.check("the base closes", None if not p.faults else outputs["errors.csv"].decode("utf-8"))
    for name in sorted(os.listdir(REFUSALS)):
        if name != "base" and os.path.isdir(os.path.join(REFUSALS, name)):
            test_folder(t, engine, name, base)
    test_cut(t, engine, base)
    test_overflow(t, engine, base)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
