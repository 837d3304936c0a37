#!/usr/bin/env python3
"""convert_random_test.py -- random extracts in random dialects, some rows faulty on purpose.

    convert_random_test.py [--ochil PATH] [--seed N] [--count N] [--keep FOLDER] [--plant]

What must come of each is known before it is written (random_extract.py). With --keep, extract
and profile of a case that fails are put into that folder. With --plant a byte of the expected
lines is altered: every test that writes lines must then fail.
"""
import argparse
import os
import sys

import random_extract
import tap
from convert_run import (LEDGER, Conversion, refused_rows, table_bytes, text_problem, write)

BEHIND = ["ochil_file", "ochil_row", "ochil_reason", "ochil_help"]
ORDER = ("ENCODING LONG QUOTE COLUMNS RUN_TOGETHER ERROR_CELL MISSING CODE_LOST DUPLICATE DATE "
         "DATE_LOST DATE_MISSING PERIOD YEAR AMOUNT AMOUNT_MISSING AMOUNT_DECIMALS "
         "AMOUNT_SIZE").split()


def refused_problem(made, run):
    """How the error file differs, or None."""
    if not made.refused or not made.written:
        return None if run.refused is None else "there is an error file"
    rows = refused_rows(run.refused)
    if run.refused is None or table_bytes(rows, "\r\n") != run.refused:
        return "no error file, or not in the usual CSV: %r" % run.refused
    header = made.refused_header()
    if rows[0] != header + BEHIND:
        return "header %r\nshould be %r" % (rows[0], header + BEHIND)
    should = [(made.name, str(at), reason) for _, at, reason, _ in made.refused]
    if run.reasons() != should:
        return "refused %r\nshould be %r" % (run.reasons(), should)
    for row, (cells, at, _, _) in zip(rows[1:], made.refused):
        own = row[:len(header)] + row[len(header) + len(BEHIND):]
        if cells is None:
            continue
        if made.fixed:          # blanks that fill a column may be kept or not
            own, cells = [cell.strip() for cell in own], [cell.strip() for cell in cells]
        if own != cells + [""] * (len(header) - len(cells)):
            return "row %d: cells %r\nshould be %r" % (at, own, cells)
    return None if all(row[len(rows[0]) - 1] for row in rows) else "a row without help"


def json_problem(made, run):
    """How the JSON object differs, or None."""
    try:
        said = run.json()
        rules = [(row["rule"], row["rows"], row["total"]) for row in said["left_out"]["rules"]]
        reasons = [(row["reason"], row["rows"], row["total"], row["unreadable"], row["first"])
                   for row in said["refused"]["reasons"]]
        found = (rules, reasons, said["total"], said["control_total"], said["accepted"]["total"],
                 said["refused"]["unreadable"], said["files"][0]["rows"],
                 said["files"][0]["packing"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        return "%r\n%s" % (error, run.said())
    should_rules = [(rule,) + (made.left_out[rule][0], random_extract.money(
        made.left_out[rule][1])) for rule in ("preamble", "header", "blank", "total",
                                              "leave_out 2") if rule in made.left_out]
    should_reasons = []
    for reason in ORDER:
        rows = [row for row in made.refused if row[2] == reason]
        if rows:
            should_reasons.append((
                reason, len(rows), random_extract.money(sum((row[3] or 0) for row in rows)
                                                        + made.accepted * 0),
                sum(row[3] is None for row in rows), "%s:%d" % (made.name, rows[0][1])))
    control = None if made.control is None else random_extract.money(made.control)
    should = (should_rules, should_reasons, random_extract.money(made.total), control,
              random_extract.money(made.accepted), made.unreadable, len(made.records),
              made.packing)
    return None if found == should else "JSON %r\nshould be %r" % (found, should)


def test_one(t, ochil, seed, keep, plant):
    made = random_extract.Extract(seed)
    as_json = seed % 2 == 1
    run = Conversion(ochil, made.text_profile, {made.name: made.data},
                     *(["--json"] if as_json else []))
    lines = table_bytes([LEDGER.strip().split(",")] + made.lines, "\n").decode("utf-8")
    if plant:
        lines = lines[:-2] + chr(ord(lines[-2]) ^ 1) + lines[-1]
    problem = None if run.code == made.code else "exit code should be %d\n%s" % (
        made.code, run.said())
    if made.written:
        problem = problem or text_problem("lines", lines, (run.made or b"").decode("utf-8"))
    elif run.made is not None:
        problem = problem or "a file was written though the control total differs"
    problem = problem or refused_problem(made, run)
    problem = problem or (json_problem(made, run) if as_json else text_problem(
        "last line", made.proof, run.last_line()))
    if problem and keep:
        folder = os.path.join(keep, str(seed))
        os.makedirs(folder, exist_ok=True)
        write(os.path.join(folder, "profile"), made.text_profile.encode("utf-8"))
        write(os.path.join(folder, made.name), made.data)
    if problem:
        problem += "\nseed %d; the profile:\n%s" % (seed, made.text_profile)
    t.check("random extract %d: %s, %s%s, %d rows, %d refused" % (
        seed, made.encoding, made.end, ", fixed width" if made.fixed else "",
        len(made.records), len(made.refused)), problem)


def test_generator(t):
    """The same seed gives the same bytes, and the cases hold what they are for."""
    same = random_extract.Extract(7), random_extract.Extract(7)
    t.check("the same seed gives the same extract", None
            if same[0].data == same[1].data and same[0].text_profile == same[1].text_profile
            else "it does not")
    made = [random_extract.Extract(seed) for seed in range(400)]
    told = {row[2] for item in made for row in item.refused}
    expected = set(ORDER) - {"LONG"}
    t.check("every reason comes up", None if told == expected
            else "missing %s, too many %s" % (expected - told, told - expected))
    t.check("accepted, left out and refused are all rows", None if all(
        len(item.lines) + len(item.refused) + sum(rows for rows, _ in item.left_out.values())
        == len(item.records) for item in made) else "they are not")


def main():
    parser = argparse.ArgumentParser(description="Random extracts, known outcomes.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the program to test")
    parser.add_argument("--seed", type=int, default=2014, help="of the first random extract")
    parser.add_argument("--count", type=int, default=200, help="random extracts")
    parser.add_argument("--keep", help="a folder for cases that fail")
    parser.add_argument("--plant", action="store_true", help="alter a byte: tests must fail")
    given = parser.parse_args()
    ochil = tap.find_engine(given.ochil)
    print("# seed %d" % given.seed)
    t = tap.Tap()
    test_generator(t)
    for number in range(given.count):
        test_one(t, ochil, given.seed + number, given.keep, given.plant)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
