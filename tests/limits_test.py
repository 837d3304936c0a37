#!/usr/bin/env python3
"""limits_test.py -- the sizes that the program holds, and LIMIT one step past each.

    limits_test.py [--ochil PATH]

64 partners, 500 pools and 10,000 cost centres of a partner are held; one more is refused at the
row that brings it. The folder is the small example with rows put behind its own.
"""
import argparse
import os
import shutil
import sys
import tempfile

import tap

TINY = os.path.join(tap.HERE, "examples", "tiny")
ITS_PARTNERS, ITS_POOLS, ITS_CENTRES = 2, 6, 5       # of CLK: its cost centres in tiny


def partners(count):
    codes = ["X%d" % number for number in range(count)]
    bases = ("POP", "ROLL", "CASES", "PLAN")
    return {"partners.csv": ["%s,Council %s" % (code, code) for code in codes],
            "basis_values.csv": ["%s,,%s,0" % (basis, code) for basis in bases for code in codes]}


def pools(count):
    return {"pools.csv": ["Q%d,,education,common,,,ROLL" % number for number in range(count)]}


def cost_centres(count):
    return {"cost_centres.csv": ["CLK,Q%d,,,,common,ED-HQ," % number for number in range(count)]}


def close_with(engine, rows):
    """Exit code and errors.csv of the example with these rows behind its own."""
    scratch = tempfile.mkdtemp(prefix="limits-")
    try:
        folder = os.path.join(scratch, "folder")
        shutil.copytree(TINY, folder)
        for name, lines in rows.items():
            with open(os.path.join(folder, name), "a", encoding="utf-8") as stream:
                stream.write("".join(line + "\n" for line in lines))
        code, files, _ = tap.engine_close(engine, folder)
        return code, files.get("errors.csv", b"").decode("utf-8").splitlines()[1:]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def test_limit(t, engine, what, limit, has, rows, file, value):
    code, errors = close_with(engine, rows(limit - has))
    t.check("%d %s are held" % (limit, what),
            None if code == 0 else "exit code %d, %s" % (code, errors[:3]))
    code, errors = close_with(engine, rows(limit - has + 1))
    good = (code == 1 and len(errors) == 1 and errors[0].startswith(file + ",")
            and errors[0].endswith(",LIMIT," + value))
    t.check("one more is refused at its row", None if good else "%d, %s" % (code, errors[:3]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ochil", default=tap.default_engine())
    engine = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    test_limit(t, engine, "partners", 64, ITS_PARTNERS, partners, "partners.csv", "X62")
    test_limit(t, engine, "pools", 500, ITS_POOLS, pools, "pools.csv", "Q494")
    test_limit(t, engine, "cost centres of a partner", 10000, ITS_CENTRES, cost_centres,
               "cost_centres.csv", "Q9995")
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
