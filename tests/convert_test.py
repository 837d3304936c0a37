#!/usr/bin/env python3
"""convert_test.py -- `ochil convert`: real extracts, and the command as a shell sees it.

    convert_test.py [--ochil PATH]

tests/convert holds the extracts with what must come of them. What single cells and rows become
is in convert_rows_test.py.
"""
import argparse
import lzma
import os
import shlex
import subprocess
import sys

import tap
from convert_run import (HEADER, LEDGER, Conversion, profile, read, refused_problem, refused_rows,
                         table_bytes, text_problem, write)

CASES = os.path.join(tap.HERE, "convert")


# -- real extracts -------------------------------------------------------------------------------

def read_either(path):
    """The file, or the one packed beside it, or None."""
    packed = read(path + ".xz")
    return read(path) if packed is None else lzma.decompress(packed)


def read_keys(path):
    with open(path, encoding="utf-8") as stream:
        return dict(line.rstrip("\n").split(" = ", 1) for line in stream)


def reason_row(reason, words):
    """`59 84955.34 first june.csv:2 unreadable 3` as the row of the JSON object."""
    words = words.split()
    more = dict(zip(words[2::2], words[3::2]))
    return {"reason": reason, "rows": int(words[0]), "total": words[1], "first": more["first"],
            "unreadable": int(more.get("unreadable", 0))}


def expected_json(keys):
    """What the JSON object must hold, from an expected.txt."""
    rules = [{"rule": key.partition(".")[2], "rows": int(value.split()[0]),
              "total": value.split()[1]} for key, value in keys.items()
             if key.startswith("left_out.")]
    reasons = [reason_row(key.partition(".")[2], value) for key, value in keys.items()
               if key.startswith("refused.")]
    proof = keys["last_line"].split("; ")
    sums = proof[1].split(" and ")[0].replace("= ", "+ ").split(" + ")
    control = None if proof[2] == "no control total" else proof[2].split()[2].rstrip(":")

    def pair(value):
        return {"rows": int(value.split()[0]), "total": value.split()[1]}

    return {
        "form": "ledger", "rows": int(keys["rows"]), "accepted": pair(keys["accepted"]),
        "left_out": {"rows": sum(rule["rows"] for rule in rules), "total": sums[1],
                     "unreadable": 0, "rules": rules},
        "refused": {"rows": sum(reason["rows"] for reason in reasons), "total": sums[2],
                    "unreadable": sum(reason["unreadable"] for reason in reasons),
                    "reasons": reasons},
        "total": sums[3], "control_total": control, "difference": control and "0.00",
        "rounding": pair(keys["rounding"]),
        "files": [{"name": os.path.basename(keys["extract"]), "kind": "delimited",
                   "packing": keys["file.packing"], "encoding": keys["file.encoding"],
                   "encoding_detected": True, "line_end": keys["file.line_end"],
                   "byte_order_marks": int(keys["file.byte_order_marks"]),
                   "rows": int(keys["rows"])}]}


def tell_json(value, path=""):
    """A line for each figure of an object, so that a difference can be read."""
    if isinstance(value, dict):
        return "".join(tell_json(value[key], path + "." + key) for key in sorted(value))
    if isinstance(value, list):
        return "".join(tell_json(item, "%s[%d]" % (path, at)) for at, item in enumerate(value))
    return "%s = %r\n" % (path[1:], value)


def json_problem(should, run):
    try:
        found = run.json()
    except ValueError as error:
        return "%s\n%s" % (error, run.said())
    return text_problem("JSON", tell_json(should), tell_json(found))


def test_cases(t, ochil):
    for name in sorted(os.listdir(CASES)):
        folder = os.path.join(CASES, name)
        if not os.path.isfile(os.path.join(folder, "expected.txt")):
            continue
        keys = read_keys(os.path.join(folder, "expected.txt"))
        words = shlex.split(keys.get("options", ""))
        given = read(os.path.join(folder, "profile")).decode("utf-8")
        extract = os.path.normpath(os.path.join(folder, keys["extract"]))
        run = Conversion(ochil, given, [extract], *words)
        t.check("%s: exit code" % name,
                None if run.code == int(keys["exit"]) else run.said())
        t.check("%s: the last line is the proof" % name,
                text_problem("last line", keys["last_line"], run.last_line()))
        lines = read_either(os.path.join(folder, "expected.csv")) if os.path.exists(
            os.path.join(folder, "expected.csv")) or os.path.exists(
                os.path.join(folder, "expected.csv.xz")) else None
        if lines is not None:
            t.check("%s: the ledger lines" % name, text_problem(
                "lines", lines.decode("utf-8"), (run.made or b"").decode("utf-8", "replace")))
        t.check("%s: the error file" % name, refused_problem(
            read_either(os.path.join(folder, "expected-refused.csv")), run.refused))
        if lines is not None:       # the long one is not read twice
            t.check("%s: the counts" % name, json_problem(
                expected_json(keys), Conversion(ochil, given, [extract], "--json", *words)))


# -- the control total ---------------------------------------------------------------------------

JUNE = (HEADER + "2014-06-01,SW1,4000,10.00,Care\n"
        "2014-06-02,SW1,4000,20.50,Taxi\n"
        "2014-06-03,SW2,4100,-5.25,Refund\n").encode()
JUNE_LINES = (LEDGER + "june.csv:2,STI,2014-06-01,,SW1,4000,10.00,Care\n"
              "june.csv:3,STI,2014-06-02,,SW1,4000,20.50,Taxi\n"
              "june.csv:4,STI,2014-06-03,,SW2,4100,-5.25,Refund\n")
JUNE_SUMS = "3 accepted + 1 left out + 0 refused = 4 rows; 25.25 + 0.00 + 0.00 = 25.25; "
DATE_LOST = b"00:00:00,SW3,4200,7.00,Lost\n"
LOST_SUMS = "3 accepted + 1 left out + 1 refused = 5 rows; 25.25 + 0.00 + 7.00 = 32.25; "


def problem(run, code, made=None, last=None, err=()):
    """None if exit code, the lines made (None: no file), the proof and the words on standard
    error are these."""
    if run.code != code:
        return "exit code should be %d\n%s" % (code, run.said())
    for word in err:
        if word not in run.err:
            return "standard error should hold %r\n%s" % (word, run.said())
    if last is not None and run.last_line() != last:
        return text_problem("last line", last, run.last_line())
    if made is None:
        return None if run.made is None else "a file was written\n" + run.said()
    return text_problem("lines", made, (run.made or b"").decode("utf-8", "replace"))


def test_control_total(t, ochil):
    def run(extract, *words, **more):
        return Conversion(ochil, profile(), {"june.csv": extract}, *words, **more)

    t.check("a control total on the command line agrees", problem(
        run(JUNE, "--control-total", "25.25"), 0, JUNE_LINES,
        JUNE_SUMS + "control total 25.25: agrees"))
    t.check("a penny less: nothing is written, the rows and the penny are shown", problem(
        run(JUNE, "--control-total", "25.24"), 1, None,
        JUNE_SUMS + "control total 25.24: difference 0.01", ("2", "4", "0.01")))
    t.check("a penny more: the difference is negative", problem(
        run(JUNE, "--control-total", "25.26"), 1, None,
        JUNE_SUMS + "control total 25.26: difference -0.01", ("-0.01",)))
    t.check("a refused row counts towards the control total", problem(
        run(JUNE + DATE_LOST, "--control-total", "32.25"), 1, JUNE_LINES,
        LOST_SUMS + "control total 32.25: agrees"))
    t.check("with a refused row too a penny stops it", problem(
        run(JUNE + DATE_LOST, "--control-total", "32.26"), 1, None,
        LOST_SUMS + "control total 32.26: difference -0.01"))
    t.check("and no error file is written", None if run(
        JUNE + DATE_LOST, "--control-total", "32.26").refused is None else "there is one")
    t.check("an amount that cannot be read excuses a difference", problem(
        run(JUNE + b"2014-06-04,SW3,4200,REDACTED,x\n", "--control-total", "99.99"), 1,
        JUNE_LINES, "3 accepted + 1 left out + 1 refused = 5 rows; 25.25 + 0.00 + 0.00 = 25.25 "
        "and 1 amounts that cannot be read; control total 99.99: difference -74.74"))
    for bad in ("12,50", "x", "", "1.234"):
        t.check("a control total %r is wrong usage" % bad, problem(
            run(JUNE, "--control-total", bad), 2))

    def total(extract, *rules):
        return Conversion(ochil, profile(*rules), {"june.csv": extract})

    ties = b",,,25.25,\n"
    t.check("a total row that ties is left out and agrees", problem(
        total(JUNE + ties, "total_row = only Amount"), 0, JUNE_LINES,
        "3 accepted + 2 left out + 0 refused = 5 rows; 25.25 + 0.00 + 0.00 = 25.25; "
        "control total 25.25: agrees"))
    t.check("a total row that does not tie stops it", problem(
        total(JUNE + ties.replace(b".25", b".20"), "total_row = only Amount"), 1, None,
        "3 accepted + 2 left out + 0 refused = 5 rows; 25.25 + 0.00 + 0.00 = 25.25; "
        "control total 25.20: difference 0.05", ("0.05",)))
    t.check("of several total rows the last one counts", problem(
        total(JUNE + b",,,25.20,\n" + ties, "total_row = only Amount"), 0, JUNE_LINES,
        "3 accepted + 3 left out + 0 refused = 6 rows; 25.25 + 0.00 + 0.00 = 25.25; "
        "control total 25.25: agrees"))
    t.check("rows left out by a rule count towards the control total", problem(
        total(JUNE + b"2014-06-04,ZZ,1,100.00,VAT\n,,,125.25,\n", "total_row = only Amount",
              "leave_out = Centre is ZZ"), 0, JUNE_LINES,
        "3 accepted + 3 left out + 0 refused = 6 rows; 25.25 + 100.00 + 0.00 = 125.25; "
        "control total 125.25: agrees"))
    t.check("a subheading left out does not disarm the control total", problem(
        total(JUNE + b",,Roads,,\n,,,25.24,\n", "total_row = only Amount",
              "leave_out = only Account"), 1, None,
        "3 accepted + 3 left out + 0 refused = 6 rows; 25.25 + 0.00 + 0.00 = 25.25; "
        "control total 25.24: difference 0.01"))


# -- refused rows, and mending them --------------------------------------------------------------

MENDED = (LEDGER + "june.csv:5,STI,2014-06-04,,SW3,4200,7.00,Lost\n")


def test_refused(t, ochil):
    spoilt = {"june.csv": JUNE + DATE_LOST}
    run = Conversion(ochil, profile(), spoilt, errors=False)
    t.check("a refused row without --errors: nothing is written, the reason is shown",
            problem(run, 1, None, LOST_SUMS + "no control total", ("DATE_LOST",)))
    run = Conversion(ochil, profile(), spoilt)
    t.check("with --errors the rest is written", problem(run, 1, JUNE_LINES))
    t.check("the error file holds the row, where it stood and why", refused_problem(
        b"Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        b"00:00:00,SW3,4200,7.00,Lost,june.csv,5,DATE_LOST,\r\n", run.refused))
    help_text = refused_rows(run.refused)[-1][-1] if run.refused else ""
    t.check("the help names the column and the value", None if "Date" in help_text and
            "00:00:00" in help_text else help_text)
    t.check("without a refused row no error file is written", None if Conversion(
        ochil, profile(), {"june.csv": JUNE}).refused is None else "there is one")

    mended = (run.refused or b"").replace(b"00:00:00,SW3", b"2014-06-04,SW3", 1)
    again = Conversion(ochil, profile(), {"refused.csv": mended})
    t.check("mended and sent back, the row has the id it would have had", problem(
        again, 0, MENDED,
        "1 accepted + 1 left out + 0 refused = 2 rows; 7.00 + 0.00 + 0.00 = 7.00; "
        "no control total"))
    again = Conversion(ochil, profile(), {"refused.csv": run.refused or b""})
    t.check("sent back as it is, it is refused again and told as it was", refused_problem(
        b"Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        b"00:00:00,SW3,4200,7.00,Lost,june.csv,5,DATE_LOST,\r\n", again.refused))

    # The profile is that of the extract: none of what it says of the file fits the error file.
    odd = profile("date_format = dd.mm.yyyy", "delimiter = semicolon", "header_row = 2",
                  "encoding = windows-1252", "decimal = comma", amount="column #4")
    extract = ("May\r\nDate;Centre;Account;Amount;Text\r\n01.05.2014;SW1;4000;10,00;Caf\xe9\r\n"
               "32.05.2014;SW1;4000;2,50;\xa3 and, comma\r\n").encode("cp1252")
    run = Conversion(ochil, odd, {"may.txt": extract})
    t.check("an extract in another dialect gives an error file in the usual one", refused_problem(
        "Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        "32.05.2014,SW1,4000,\"2,50\",\"\xa3 and, comma\",may.txt,4,DATE,\r\n".encode("utf-8"),
        run.refused))
    for date in ("31.05.2014", "2014-05-31"):
        mended = (run.refused or b"").replace(b"32.05.2014,", date.encode() + b",", 1)
        again = Conversion(ochil, odd, {"refused.csv": mended})
        t.check("mended as %s, with the same profile, it is accepted" % date, problem(
            again, 0, LEDGER + "may.txt:4,STI,2014-05-31,,SW1,4000,2.50,\"\xa3 and, comma\"\n"))

    lines = HEADER.encode() + b"2014-06-01,SW1,4000,10.00,Care,and,more\n"
    run = Conversion(ochil, profile(), {"june.csv": lines})
    t.check("cells beyond the header stand behind all columns", refused_problem(
        b"Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        b"2014-06-01,SW1,4000,10.00,Care,june.csv,2,COLUMNS,,and,more\r\n", run.refused))
    again = Conversion(ochil, profile(), {"refused.csv": run.refused or b""})
    t.check("and must be blank when they come back", None if again.reasons() ==
            [("june.csv", "2", "COLUMNS")] else again.said())
    mended = (run.refused or b"").replace(b"Care,", b'"Care, and, more",', 1).replace(
        b",and,more\r", b",,\r", 1)
    again = Conversion(ochil, profile(), {"refused.csv": mended})
    t.check("mended, they are one text", problem(
        again, 0, LEDGER + 'june.csv:2,STI,2014-06-01,,SW1,4000,10.00,"Care, and, more"\n'))

    lines = HEADER.encode() + b"2014-06-01,=SW1,@4000,1O.00,+x\n"
    run = Conversion(ochil, profile(), {"june.csv": lines})
    t.check("a cell that looks like a formula goes back as it came", refused_problem(
        b"Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        b"2014-06-01,=SW1,@4000,1O.00,+x,june.csv,2,AMOUNT,\r\n", run.refused))
    lines = HEADER.encode() + b" 2014-06-01 ,\" SW1\",4000,x,\"a \"\"b\"\"\"\n"
    run = Conversion(ochil, profile(), {"june.csv": lines})
    t.check("cells of the error file are not trimmed", refused_problem(
        b"Date,Centre,Account,Amount,Text,ochil_file,ochil_row,ochil_reason,ochil_help\r\n"
        b" 2014-06-01 , SW1,4000,x,\"a \"\"b\"\"\",june.csv,2,AMOUNT,\r\n", run.refused))
    run = Conversion(ochil, profile(header_row="none", date="column #1", cost_centre="column #2",
                                    account="column #3", amount="column #4",
                                    description="column #5"),
                     {"june.csv": b"2014-06-01,SW1,4000,x,Care\n"})
    t.check("without a header the columns are counted", refused_problem(
        b"column 1,column 2,column 3,column 4,column 5,ochil_file,ochil_row,ochil_reason,"
        b"ochil_help\r\n2014-06-01,SW1,4000,x,Care,june.csv,1,AMOUNT,\r\n", run.refused))


# -- several extracts ----------------------------------------------------------------------------

JULY = (HEADER + "2014-07-01,SW1,4000,1.00,Care\n").encode()


def test_several(t, ochil):
    both = {"june.csv": JUNE, "july.csv": JULY}
    run = Conversion(ochil, profile(), both, "--control-total", "26.25")
    t.check("two extracts are one file after another", problem(
        run, 0, JUNE_LINES + "july.csv:2,STI,2014-07-01,,SW1,4000,1.00,Care\n",
        "4 accepted + 2 left out + 0 refused = 6 rows; 26.25 + 0.00 + 0.00 = 26.25; "
        "control total 26.25: agrees"))
    run = Conversion(ochil, profile(), {"a/june.csv": JUNE, "b/june.csv": JULY})
    t.check("two of the same name would have the same ids: refused", problem(
        run, 2, None, None, ("june.csv",)))
    spoilt = {"june.csv": JUNE + DATE_LOST, "july.csv": JULY + b"?,SW1,4000,2.00,x\n"}
    run = Conversion(ochil, profile(), spoilt)
    t.check("the error file tells which file a row is from", None if run.reasons() == [
        ("june.csv", "5", "DATE_LOST"), ("july.csv", "3", "DATE")] else run.said())
    run = Conversion(ochil, profile(), spoilt, "--json")
    try:
        said = run.json()
        found = ([file["name"] for file in said["files"]], said["rows"],
                 [(row["reason"], row["first"]) for row in said["refused"]["reasons"]])
    except (ValueError, KeyError) as error:
        found = repr(error)
    t.check("the JSON object tells each file, and reasons in the contract's order", None
            if found == (["june.csv", "july.csv"], 8,
                         [("DATE", "july.csv:3"), ("DATE_LOST", "june.csv:5")])
            else "%s\n%s" % (found, run.said()))
    ties = {"june.csv": JUNE + b",,,25.25,\n", "july.csv": JULY + b",,,1.00,\n"}
    run = Conversion(ochil, profile("total_row = only Amount"), ties)
    t.check("each file's total row is that file's", problem(
        run, 0, JUNE_LINES + "july.csv:2,STI,2014-07-01,,SW1,4000,1.00,Care\n",
        "4 accepted + 4 left out + 0 refused = 8 rows; 26.25 + 0.00 + 0.00 = 26.25; "
        "control total 26.25: agrees"))
    swapped = {"june.csv": JUNE + b",,,25.26,\n", "july.csv": JULY + b",,,0.99,\n"}
    run = Conversion(ochil, profile("total_row = only Amount"), swapped)
    t.check("two files that are a penny out in either direction do not agree", problem(run, 1))


# -- profiles that are wrong ---------------------------------------------------------------------

# What the profile says, and the words that standard error must hold.
WRONG_PROFILES = (
    ("an unknown key names its line and the nearest", profile("acount = fixed 1"),
     ("7", "acount", "account")),
    ("a key given twice", profile("amount = column Amount"), ("7", "amount")),
    ("a bad value names the nearest", profile("rounding = half-upp"), ("7", "half-up")),
    ("a delimiter must be one character", profile("delimiter = comma,"), ("7",)),
    ("an unknown column names the nearest", profile(cost_centre="column Center"),
     ("Center", "Centre")),
    ("a column's name counts case and all", profile(cost_centre="column CENTRE"),
     ("CENTRE", "Centre")),
    ("a column beyond the last", profile(cost_centre="column #6"), ("6",)),
    ("a fixed date is written as the ledger writes it", profile(date="fixed 1/6/2014"),
     ("1/6/2014",)),
    ("a fixed period too", profile(date=None, period="fixed June"), ("June",)),
    ("a pattern that holds nothing", profile("date_format = never"), ("never",)),
    ("amount and debit exclude each other", profile("debit = column Amount"), ("debit",)),
    ("an amount is needed", profile(amount=None), ("amount",)),
    ("a partner is needed", profile(partner=None), ("partner",)),
    ("a line that is neither key nor comment", profile("what is this"), ("7",)),
    ("a quote that is not closed", profile('basis = column "Text'), ("7",)),
    ("a year that is none", profile("year = 2014-16"), ("2014-16",)),
    ("a condition that is none", profile("leave_out = Amount was 3"), ("7",)),
    ("a header below the file", profile("header_row = 99"), ("99",)),
)


def test_profiles(t, ochil):
    for title, text, words in WRONG_PROFILES:
        run = Conversion(ochil, text, {"june.csv": JUNE})
        t.check("wrong profile: " + title, problem(run, 2, None, None, words))
    twice = JUNE.replace(b"Text", b"Amount", 1)
    t.check("a name that stands twice must be given by place", problem(Conversion(
        ochil, profile(description=None), {"june.csv": twice}), 2, None, None, ("Amount",)))
    t.check("by place it can be had", problem(Conversion(
        ochil, profile(amount="column #4", description="column #5"), {"june.csv": twice}), 0,
        JUNE_LINES))
    dressed = "\n# A comment\n\n  " + profile().replace(" = ", "   =   ").replace(
        "\n", "   # why\n")
    t.check("comments, blank lines and blanks do not matter", problem(Conversion(
        ochil, dressed, {"june.csv": JUNE}), 0, JUNE_LINES))
    quoted = profile(partner='fixed "STI"', cost_centre='column "Centre"',
                     account='fixed "a ""b"" # c"')
    t.check("a value in quotes keeps its blanks, signs and quotes", problem(Conversion(
        ochil, quoted, {"june.csv": JUNE[:JUNE.index(b"2014-06-02")]}), 0,
        LEDGER + 'june.csv:2,STI,2014-06-01,,SW1,"a ""b"" # c",10.00,Care\n'))


# -- files that are not there, or in the way -----------------------------------------------------

def test_files(t, ochil):
    june = {"june.csv": JUNE}
    t.check("a profile that is not there", problem(
        Conversion(ochil, None, june), 3, None, None, ("profile",)))
    t.check("an extract that is not there", problem(
        Conversion(ochil, profile(), ["nowhere.csv"]), 3, None, None, ("nowhere.csv",)))
    t.check("an extract that is a folder", problem(
        Conversion(ochil, profile(), [os.path.dirname(CASES)]), 3))
    t.check("no extract is wrong usage", problem(Conversion(ochil, profile(), []), 2))
    t.check("an unknown form names the nearest", problem(
        Conversion(ochil, profile(), june, "--as", "legder"), 2, None, None, ("ledger",)))

    run = Conversion(ochil, profile(), june, before=lambda folder: write(
        os.path.join(folder, "out.csv"), b"mine\n"))
    t.check("a file in the way stays", problem(run, 3, "mine\n"))
    run = Conversion(ochil, profile(), june, "--force", before=lambda folder: write(
        os.path.join(folder, "out.csv"), b"mine\n"))
    t.check("with --force it is replaced", problem(run, 0, JUNE_LINES))
    run = Conversion(ochil, profile(), {"june.csv": JUNE + DATE_LOST},
                     before=lambda folder: write(os.path.join(folder, "refused.csv"), b"mine\n"))
    t.check("so does an error file", problem(run, 3, None) or
            (None if run.refused == b"mine\n" else "it is gone"))
    run = Conversion(ochil, profile(), june, "--force", "--control-total", "1.00",
                     before=lambda folder: write(os.path.join(folder, "out.csv"), b"mine\n"))
    t.check("what is not right replaces nothing, also with --force", problem(run, 1, "mine\n"))

    found = []

    def deep(run):
        found.append(read(run.path("a/b/out.csv")))

    run = Conversion(ochil, profile(), june, out="a/b/out.csv", after=deep)
    t.check("folders that are missing above the output are made", problem(run, 0) or text_problem(
        "lines", JUNE_LINES, (found[-1] or b"").decode("utf-8")))
    run = Conversion(ochil, profile(), june, "--control-total", "1.00", out="a/b/out.csv")
    t.check("but not for nothing", None if run.code == 1 and "a" not in run.left else run.said())
    run = Conversion(ochil, profile(), june, out="profile/out.csv")
    t.check("a file is no folder", problem(run, 3))
    run = Conversion(ochil, profile(), june, out="/dev/full")
    t.check("a device in the way is no file", None if run.code == 3 else run.said())
    run = Conversion(ochil, profile(), {"june.csv": JUNE})
    t.check("nothing else is left behind", None if run.left == ["in", "out.csv", "profile"]
            else str(run.left))

    run = Conversion(ochil, profile(), june, "--force", out="in/june.csv",
                     after=lambda run: found.append(read(run.path("in/june.csv"))))
    t.check("an extract is never written over, also with --force", problem(run, 2) or
            (None if found[-1] == JUNE else "it is: %r" % found[-1]))
    run = Conversion(ochil, profile(), june, "--force", out="profile",
                     after=lambda run: found.append(read(run.path("profile"))))
    t.check("nor is the profile", problem(run, 2) or
            (None if found[-1] == profile().encode() else "it is: %r" % found[-1]))
    run = Conversion(ochil, profile(), {"june.csv": JUNE + DATE_LOST}, out="refused.csv")
    t.check("lines and refused rows do not go into one file", problem(run, 2))

    def ask(run_input):
        done = Conversion(ochil, profile(), june, stdin=run_input)
        return done, run_input.read()

    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        cat.stdin.write(b"for somebody else\n")
        cat.stdin.close()
        done, rest = ask(cat.stdout)
    t.check("standard input is not touched", problem(done, 0, JUNE_LINES) or
            (None if rest == b"for somebody else\n" else "left there: %r" % rest))


# -- other forms ---------------------------------------------------------------------------------

BASES = (b'"ons_code","council","variable","period","value"\n'
         b'"S12000005","Clackmannanshire","Care Hrs per Yr","2013-14","201193.2"\n'
         b'"S12000005","Clackmannanshire","Care Hrs per Yr","2014-15","217795.76"\n'
         b'"S92000003","Scotland","Care Hrs per Yr","2014-15","21602215.96"\n'
         b'"S12000030","Stirling","Care Hrs per Yr","2014-15","00360909.640"\n'
         b'"S12000030","Stirling","KM of Road","2014-15","1012"\n'
         b'"S12000005","Clackmannanshire","KM of Road","2014-15","-1"\n'
         b'"S12000005","Clackmannanshire","No of Places","2014-15","1.1234567890123"\n')
BASES_PROFILE = """# Bases of the year 2014-15; Scotland is no partner.
basis     = column variable
from      = fixed 2014-15/P01
partner   = column council
value     = column value
leave_out = period is not 2014-15
leave_out = council is Scotland
"""
BASES_MADE = """basis,from,partner,value
Care Hrs per Yr,2014-15/P01,Clackmannanshire,217795.76
Care Hrs per Yr,2014-15/P01,Stirling,360909.64
KM of Road,2014-15/P01,Stirling,1012
"""
ACCOUNTS = b"Code,Name,CIPFA group\n4000,Care,third party\n 4100 ,Taxi,transport\n4200,?,\n"
CENTRES = (b"Centre,Valid from,Valid to,How,Pool,Bearer\n"
           b"SW1,2014-15 1,,common,HQ,\nSW2,2014-15 1,2014-15 6,direct,LOCAL,STI\n"
           b"SW3,,,shared,HQ,\nSW4,2014-15 14,,common,HQ,\n")
CENTRES_PROFILE = """partner = fixed STI
cost_centre = column Centre
from = column "Valid from"
to = column "Valid to"
period_format = yyyy-zz pp
treatment = column How
pool = column Pool
bearer = column Bearer
"""


def test_forms(t, ochil):
    run = Conversion(ochil, BASES_PROFILE, {"bases.csv": BASES}, "--as", "basis_values")
    t.check("basis values", problem(
        run, 1, BASES_MADE, "3 accepted + 3 left out + 2 refused = 8 rows; 579717.40 + "
        "21803409.16 + 0.1234567890123 = 22383126.6834567890123; no control total"))
    t.check("a basis value is a number from 0 on, of at most 12 decimals", None if run.reasons() ==
            [("bases.csv", "7", "VALUE"), ("bases.csv", "8", "VALUE")] else run.said())
    run = Conversion(ochil, 'partner = fixed STI\naccount = column Code\n'
                     'group = column "CIPFA group"\n', {"codes.csv": ACCOUNTS},
                     "--as", "accounts")
    t.check("accounts, with no sums to prove", problem(
        run, 1, "partner,account,group\nSTI,4000,third party\nSTI,4100,transport\n",
        "2 accepted + 1 left out + 1 refused = 4 rows"))
    t.check("an account needs a group", None if run.reasons() == [("codes.csv", "4", "MISSING")]
            else run.said())
    run = Conversion(ochil, CENTRES_PROFILE, {"map.csv": CENTRES}, "--as", "cost_centres")
    t.check("cost centres, open at either end", problem(
        run, 1, "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
        "STI,SW1,,2014-15/P01,,common,HQ,\nSTI,SW2,,2014-15/P01,2014-15/P06,direct,LOCAL,STI\n",
        "2 accepted + 1 left out + 2 refused = 5 rows"))
    run = Conversion(ochil, CENTRES_PROFILE, {"map.csv": CENTRES}, "--as", "cost_centres",
                     "--control-total", "1.00")
    t.check("without amounts there is no control total", problem(run, 2))
    run = Conversion(ochil, CENTRES_PROFILE, {"map.csv": CENTRES}, "--as", "cost_centres")
    t.check("a treatment is one of five, a period has a month", None if run.reasons() ==
            [("map.csv", "4", "TREATMENT"), ("map.csv", "5", "PERIOD")] else run.said())
    for form in ("budget", "forecast", "ledger"):
        run = Conversion(ochil, profile(), {"june.csv": JUNE}, "--as", form)
        t.check("a row of %s is one of the ledger" % form, problem(run, 0, JUNE_LINES))
    run = Conversion(ochil, profile(), {"june.csv": JUNE}, "--as", "budget", "--json")
    t.check("the JSON object tells the form", None if '"budget"' in run.out else run.said())


def main():
    parser = argparse.ArgumentParser(usage="convert_test.py [--ochil PATH]")
    parser.add_argument("--ochil", default=tap.default_engine())
    ochil = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    for test in (test_cases, test_control_total, test_refused, test_several, test_profiles,
                 test_files, test_forms):
        test(t, ochil)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
