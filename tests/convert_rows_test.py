#!/usr/bin/env python3
"""convert_rows_test.py -- what `ochil convert` makes of single cells, rows and dialects.

    convert_rows_test.py [--ochil PATH]

Each example is a handful of rows, with what must come of them written beside it by hand.
"""
import argparse
import base64
import csv
import gzip
import io
import lzma
import struct
import sys

import tap
from convert_run import (HEADER, LEDGER, Conversion, profile, refused_rows, table_bytes,
                         text_problem)


# -- cells ---------------------------------------------------------------------------------------

# The profile's words, and cells with what becomes of them: an amount, or a reason.
AMOUNTS = (
    ({}, (
        ("12.50", "12.50"), ("12", "12.00"), ("12.", "12.00"), (".5", "0.50"), ("12.5", "12.50"),
        ("-26.6", "-26.60"), ("0", "0.00"), ("-0.00", "0.00"), (" 7 ", "7.00"),
        ("\u00a07.25\u00a0", "7.25"), ("\ufeff7.25", "7.25"), ("007.50", "7.50"),
        ("9999999999999.99", "9999999999999.99"), ("-9999999999999.99", "-9999999999999.99"),
        ("10000000000000.00", "AMOUNT_SIZE"), ("1.005", "AMOUNT_DECIMALS"),
        ("1.2E+3", "AMOUNT_DECIMALS"), ("", "AMOUNT_MISSING"), ("  ", "AMOUNT_MISSING"),
        ("n/a", "AMOUNT"), ("-", "AMOUNT"), (".", "AMOUNT"), ("--5", "AMOUNT"), ("1 2", "AMOUNT"),
        ("1,234.50", "AMOUNT"), ("1,5", "AMOUNT"), ("1.2.3", "AMOUNT"), ("0x10", "AMOUNT"),
        ("NaN", "AMOUNT"), ("Infinity", "AMOUNT"), ("\u0661\u0662", "AMOUNT"),
        ("\u22125", "AMOUNT"),
        ("(12.50)", "AMOUNT"), ("12.50-", "AMOUNT"), ("12.50CR", "AMOUNT"), ("\u00a312", "AMOUNT"),
        ("12.50 GBP", "AMOUNT"), ("1E", "AMOUNT"), ("E+3", "AMOUNT"),
        ("#N/A", "ERROR_CELL"), ("#REF!", "ERROR_CELL"), ("#VALUE!", "ERROR_CELL"),
        ("#DIV/0!", "ERROR_CELL"), ("#NAME?", "ERROR_CELL"), ("#NULL!", "ERROR_CELL"),
        ("#NUM!", "ERROR_CELL"), ("#SPILL!", "ERROR_CELL"), ("#CALC!", "ERROR_CELL"),
        ("Err:502", "ERROR_CELL"), ("########", "ERROR_CELL"), ("#1", "AMOUNT"))),
    ({"thousands": "comma"}, (
        ("1,234.50", "1234.50"), ("1234.50", "1234.50"), ("-1,234,567.8", "-1234567.80"),
        ("12,34.50", "AMOUNT"), ("1,2345", "AMOUNT"), (",123", "AMOUNT"), ("1,,234", "AMOUNT"),
        ("1234,567", "AMOUNT"), ("1,234.567", "AMOUNT_DECIMALS"), ("1,23", "AMOUNT"))),
    ({"decimal": "comma", "thousands": "point"}, (
        ("1.234,56", "1234.56"), ("1234,56", "1234.56"), ("1.234.567,8", "1234567.80"),
        ("1.234", "1234.00"), ("-0,05", "-0.05"), ("12.50", "AMOUNT"), ("1,234.56", "AMOUNT"),
        ("1,234", "AMOUNT_DECIMALS"))),
    ({"thousands": "blank"}, (("1 234.50", "1234.50"), ("12 34", "AMOUNT"))),
    ({"thousands": "apostrophe"}, (("1'234.50", "1234.50"), ("1''234", "AMOUNT"))),
    ({"negative": "brackets"}, (
        ("(12.50)", "-12.50"), ("12.50", "12.50"), ("(0)", "0.00"), ("(12.50", "AMOUNT"),
        ("12.50)", "AMOUNT"), ("()", "AMOUNT"), ("-12.50", "AMOUNT"), ("(-12.50)", "AMOUNT"))),
    ({"negative": "minus brackets", "thousands": "comma", "currency": "\u00a3"}, (
        ("(\u00a31,234.50)", "-1234.50"), ("-\u00a31,234.50", "-1234.50"),
        ("\u00a31,234.50", "1234.50"), ("12\u00a3", "12.00"), ("\u00a312\u00a3", "AMOUNT"),
        ("$12", "AMOUNT"), ("\u00a3", "AMOUNT"))),
    ({"negative": "trailing-minus"}, (
        ("12.50-", "-12.50"), ("12.50", "12.50"), ("-12.50", "AMOUNT"), ("12.50--", "AMOUNT"))),
    ({"negative": "cr"}, (
        ("12.50CR", "-12.50"), ("12.50DR", "12.50"), ("12.50", "12.50"), ("CR", "AMOUNT"),
        ("12.50XX", "AMOUNT"))),
    ({"sign": "credit"}, (("12.50", "-12.50"), ("-12.50", "12.50"), ("0.00", "0.00"))),
    ({"sign": "credit", "negative": "cr"}, (("12.50CR", "12.50"), ("12.50DR", "-12.50"))),
    ({"rounding": "half-up"}, (
        ("1.005", "1.01"), ("-1.005", "-1.01"), ("1.004999", "1.00"), ("0.005", "0.01"),
        ("-0.004", "0.00"), ("2.5E-2", "0.03"), ("1.5E3", "1500.00"), ("1E+2", "100.00"),
        ("9999999999999.99", "9999999999999.99"), ("12.50", "12.50"))),
    ({"rounding": "half-even"}, (
        ("1.005", "1.00"), ("1.015", "1.02"), ("-1.025", "-1.02"), ("1.0050001", "1.01"),
        ("2.5E-2", "0.02"), ("3.5E-2", "0.04"), ("1.5E+3", "1500.00"))),
    ({"rounding": "residue"}, (
        ("916.0300000000001", "916.03"), ("548.9099999999999", "548.91"),
        ("916.0300009", "916.03"), ("-0.0000001", "0.00"), ("1.5E3", "1500.00"),
        ("916.030002", "AMOUNT_DECIMALS"), ("1.005", "AMOUNT_DECIMALS"))),
)
# In the order of the FORM's columns: a date gives its day, a reason stands in capitals.
DATES = (
    ({"date_format": "dd/mm/yyyy"}, (
        ("19/12/2011", "2011-12-19"), ("1/2/2011", "2011-02-01"), (" 01/02/2011 ", "2011-02-01"),
        ("29/02/2012", "2012-02-29"), ("29/02/2011", "DATE"), ("31/04/2011", "DATE"),
        ("00/01/2011", "DATE"), ("12/19/2011", "DATE"), ("19/12/11", "DATE"),
        ("19-12-2011", "DATE"), ("2011-12-19", "DATE"), ("19/12/2011x", "DATE"),
        ("19/12/2011 00:00:00", "DATE"), ("19/12/20111", "DATE"), ("20111219", "DATE"),
        ("tomorrow", "DATE"), ("00:00:00", "DATE_LOST"), ("40896", "DATE_LOST"),
        ("1", "DATE_LOST"), ("99999", "DATE_LOST"), ("100000", "DATE"), ("0", "DATE"),
        ("", "DATE_MISSING"), ("#VALUE!", "ERROR_CELL"), ("########", "ERROR_CELL"))),
    ({}, (("2011-12-19", "2011-12-19"), ("19/12/2011", "DATE"))),
    ({"date_format": "dd-mmm-yy"}, (
        ("19-Dec-11", "2011-12-19"), ("9-DEC-11", "2011-12-09"), ("19-December-11", "2011-12-19"),
        ("1-May-00", "2000-05-01"), ("1-May-99", "2099-05-01"), ("19-Dez-11", "DATE"),
        ("19-De-11", "DATE"))),
    ({"date_format": "yyyymmdd"}, (("20111219", "2011-12-19"), ("20111319", "DATE"))),
    ({"date_format": "\"dd/mm/yyyy hh:mm\""}, (
        ("19/12/2011 13:45", "2011-12-19"), ("19/12/2011", "DATE"))),
    ({"date_format": "dd/mm/yyyy\ndate_format = mm/dd/yyyy"}, (
        ("13/12/2011", "2011-12-13"), ("12/13/2011", "2011-12-13"), ("01/02/2011", "2011-02-01"))),
    ({"date_format": "dd/mm/yyyy", "year": "2014-15"}, (
        ("01/04/2014", "2014-04-01"), ("31/03/2015", "2015-03-31"), ("31/03/2014", "YEAR"),
        ("01/04/2015", "YEAR"))),
)
PERIODS = (
    ({}, (
        ("2014-15/P06", "2014-15/P06"), ("2014-15/P13", "2014-15/P13"),
        ("2014-15/P6", "2014-15/P06"),
        ("1999-00/P01", "1999-00/P01"), ("2014-15/P14", "PERIOD"), ("2014-15/P00", "PERIOD"),
        ("2014-16/P01", "PERIOD"), ("2014-15", "PERIOD"), ("6", "PERIOD"),
        ("", "DATE_MISSING"))),
    ({"period_format": "pp", "year": "2014-15"}, (
        ("6", "2014-15/P06"), ("06", "2014-15/P06"), ("13", "2014-15/P13"), ("0", "PERIOD"),
        ("14", "PERIOD"), ("006", "PERIOD"))),
    ({"period_format": "mmm yyyy"}, (
        ("April 2014", "2014-15/P01"), ("Apr 2014", "2014-15/P01"), ("DEC 2014", "2014-15/P09"),
        ("March 2015", "2014-15/P12"), ("Avril 2014", "PERIOD"))),
    ({"period_format": "mm/yyyy", "year": "2014-15"}, (
        ("03/2015", "2014-15/P12"), ("4/2014", "2014-15/P01"), ("13/2014", "PERIOD"),
        ("03/2014", "YEAR"), ("04/2015", "YEAR"))),
    ({"period_format": "yyyy pp"}, (("2014 12", "2014-15/P12"), ("2014 13", "2014-15/P13"))),
    ({"period_format": "yy/zz Ppp"}, (("14/15 P03", "2014-15/P03"), ("14/16 P03", "PERIOD"))),
    ({"period_format": "mmm", "year": "2014-15"}, (
        ("March", "2014-15/P12"), ("April", "2014-15/P01"), ("Mars", "PERIOD"))),
)
CENTRES = (
    ({}, (
        ("SW1", "SW1"), (" SW1 ", "SW1"), ("S W", "S W"), ("007", "007"), ("1E212", "1E212"),
        ("1E1", "1E1"), ("12345678901234567890", "12345678901234567890"), ("1.5", "1.5"),
        ("5.66E+11", "CODE_LOST"), ("7E+05", "CODE_LOST"), ("1.2E-05", "CODE_LOST"),
        ("5.66E+11x", "5.66E+11x"), ("", "MISSING"), ("\u00a0", "MISSING"),
        ("#N/A", "ERROR_CELL"), ("####", "ERROR_CELL"))),
)


def cells_file(column, cells):
    """An extract of June whose rows differ in one column, every cell in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow("Date,Period,Centre,Account,Amount,Text".split(","))
    for cell in cells:
        row = {"Date": "2014-06-01", "Period": "", "Centre": "SW1", "Account": "4000",
               "Amount": "1.00", "Text": "x"}
        row.update({"Date": ""} if column == "Period" else {}, **{column: cell})
        writer.writerow(row.values())
    return text.getvalue().encode("utf-8")


def test_cells(t, ochil, column, key, table):
    """Each cell becomes what stands beside it: a field of the ledger line, or a reason."""
    place = LEDGER.strip().split(",").index(key)
    for keys, cells in table:
        told = " ".join("%s=%s" % item for item in keys.items()).replace("\n", " ")
        keys = dict({"period": "column Period"} if column == "Period" else {}, **keys)
        run = Conversion(ochil, profile(**keys),
                         {"june.csv": cells_file(column, [cell for cell, _ in cells])})
        found = {}
        for row in list(csv.reader(io.StringIO((run.made or b"").decode("utf-8"))))[1:]:
            found[row[0]] = row[place]
        for row in refused_rows(run.refused)[1:]:
            found["%s:%s" % (row[-4], row[-3])] = row[-2]
        for at, (cell, should) in enumerate(cells, 2):
            is_now = found.get("june.csv:%d" % at)
            t.check("%s %s: %r is %s" % (key, told, cell, should), None if is_now == should
                    else "is %s\n%s" % (is_now, run.said()))


def test_rounding(t, ochil):
    rows = (HEADER + "2014-06-01,SW1,4000,1.005,a\n2014-06-01,SW1,4000,1.015,b\n"
            "2014-06-01,SW1,4000,2.00,c\n2014-06-01,SW1,4000,1.5E3,d\n").encode()
    run = Conversion(ochil, profile("rounding = half-up"), {"june.csv": rows}, "--json")
    try:
        found = run.json()["rounding"], run.json()["total"]
    except (ValueError, KeyError) as error:
        found = repr(error)
    t.check("what rounding has added is told", None if found ==
            ({"rows": 2, "total": "0.01"}, "1504.03") else "%s\n%s" % (found, run.said()))


# -- dialects ------------------------------------------------------------------------------------

PLAIN = HEADER + "2014-06-01,SW1,4000,10.00,Care\n2014-06-02,SW1,4000,-5.25,Caf\u00e9\n"
PLAIN_MADE = (LEDGER + "june.csv:2,STI,2014-06-01,,SW1,4000,10.00,Care\n"
              "june.csv:3,STI,2014-06-02,,SW1,4000,-5.25,Caf\u00e9\n")
# 30 amounts from 1.00 to 30.00, as the program zstd packs them at its level 19.
ZSTD = base64.b64decode(
    "KLUv/QRolQQAosgYFpBNB8AvK1eGBPNLz95bbimTjjSzROCYmOxsfamr/aYnvebzv288npktL2W13uSk1nTet41G"
    "M7aWUrspqWb+zUmIQxR8iKhnxDhjsBio8cATtWMZ7mGgRlGGa87DNOLakxQBPKgRcPb+xxrwlTEQEkEBY+cBJ76H"
    "ePsG6anPwPtc1CE+vQe+ZwBRSLwiINU7l2Ja")
MARK = "\ufeff"


def zstd_stored(data):
    """A zstd frame (RFC 8878) whose one block holds the data as they are."""
    return (b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
            + struct.pack("<I", len(data) << 3 | 1)[:3] + data)


# What the file is, the profile's words, the bytes: all of them hold the same two rows.
DIALECTS = (
    ("UTF-8, LF", {}, PLAIN.encode()),
    ("the last line end is missing", {}, PLAIN.encode()[:-1]),
    ("CRLF", {}, PLAIN.replace("\n", "\r\n").encode()),
    ("CR", {}, PLAIN.replace("\n", "\r").encode()),
    ("CR, named", {"line_end": "cr"}, PLAIN.replace("\n", "\r").encode()),
    ("CRLF with one LF", {}, PLAIN.replace("\n", "\r\n").replace("Care\r", "Care").encode()),
    ("LF with one CRLF", {}, PLAIN.replace("Care\n", "Care\r\n").encode()),
    ("Windows-1252", {}, PLAIN.encode("cp1252")),
    ("Windows-1252, named", {"encoding": "windows-1252"}, PLAIN.encode("cp1252")),
    ("a byte order mark", {}, (MARK + PLAIN).encode()),
    ("a byte order mark, UTF-8 named", {"encoding": "utf-8"}, (MARK + PLAIN).encode()),
    ("a byte order mark encoded twice", {},
     MARK.encode().decode("latin-1").encode() + PLAIN.encode()),
    ("UTF-16 little end first, with a mark", {}, (MARK + PLAIN).encode("utf-16-le")),
    ("UTF-16 big end first, with a mark", {}, (MARK + PLAIN).encode("utf-16-be")),
    ("UTF-16 little end first", {"encoding": "utf-16le"}, PLAIN.encode("utf-16-le")),
    ("UTF-16 big end first", {"encoding": "utf-16be"}, PLAIN.encode("utf-16-be")),
    ("UTF-16 little end first, found", {}, PLAIN.encode("utf-16-le")),
    ("UTF-16 big end first, found", {}, PLAIN.encode("utf-16-be")),
    ("UTF-16, CRLF", {}, (MARK + PLAIN.replace("\n", "\r\n")).encode("utf-16-le")),
    ("UTF-16, CR", {}, (MARK + PLAIN.replace("\n", "\r")).encode("utf-16-be")),
    ("semicolons", {"delimiter": "semicolon"}, PLAIN.replace(",", ";").encode()),
    ("semicolons, named as a character", {"delimiter": ";"}, PLAIN.replace(",", ";").encode()),
    ("semicolons and decimal commas", {"delimiter": "semicolon", "decimal": "comma"},
     PLAIN.replace(",", ";").replace(".", ",").encode()),
    ("tabs", {"delimiter": "tab"}, PLAIN.replace(",", "\t").encode()),
    ("pipes", {"delimiter": "pipe"}, PLAIN.replace(",", "|").encode()),
    ("tildes", {"delimiter": "~"}, PLAIN.replace(",", "~").encode()),
    ("every cell in quotes", {}, ('"' + PLAIN[:-1].replace(",", '","').replace("\n", '"\n"')
                                  + '"\n').encode()),
    ("blanks around quotes", {}, PLAIN.replace("SW1", ' "SW1" ').encode()),
    ("cells padded with blanks", {}, PLAIN.replace(",", " ,  ").encode()),
    ("no-break spaces and tabs around cells", {}, PLAIN.replace("SW1", "\u00a0SW1\t").encode()),
    ("blank cells behind the last", {}, PLAIN.replace("Care\n", "Care,,, \n").encode()),
    ("gzip", {}, gzip.compress(PLAIN.encode())),
    ("gzip in two parts", {}, gzip.compress(PLAIN[:60].encode()) + gzip.compress(
        PLAIN[60:].encode())),
    ("xz", {}, lzma.compress(PLAIN.encode())),
    ("xz in two parts", {}, lzma.compress(PLAIN[:60].encode()) + lzma.compress(
        PLAIN[60:].encode())),
    ("zstd", {}, zstd_stored(PLAIN.encode())),
    ("xz of UTF-16", {}, lzma.compress((MARK + PLAIN).encode("utf-16-le"))),
)


def test_dialects(t, ochil):
    for title, keys, data in DIALECTS:
        run = Conversion(ochil, profile(**keys), {"june.csv": data})
        t.check(title, None if run.code == 0 else run.said())
        t.check(title + ": the same lines", text_problem(
            "lines", PLAIN_MADE, (run.made or b"").decode("utf-8", "replace")))
    run = Conversion(ochil, profile(), {"june.csv": ZSTD})
    t.check("zstd as packed by zstd", text_problem(
        "last line", "30 accepted + 1 left out + 0 refused = 31 rows; 465.00 + 0.00 + 0.00 = "
        "465.00; no control total", run.last_line()))
    for name, data in (("gzip", gzip.compress(PLAIN.encode())), ("zstd", ZSTD),
                       ("xz", lzma.compress(PLAIN.encode()))):
        run = Conversion(ochil, profile(), {"june.csv": data[:-9]})
        t.check("%s that ends too early is refused whole" % name, None
                if run.code == 4 and run.made is None else run.said())


# What is detected, by the JSON object: encoding, marks, line end, packing.
DETECTED = (
    (PLAIN.encode(), ("utf-8", 0, "lf", "none")),
    ((MARK + PLAIN.replace("\n", "\r\n")).encode(), ("utf-8", 1, "crlf", "none")),
    (PLAIN.encode("cp1252"), ("windows-1252", 0, "lf", "none")),
    (gzip.compress((MARK + PLAIN.replace("\n", "\r")).encode("utf-16-be")),
     ("utf-16be", 1, "cr", "gzip")),
    (zstd_stored(PLAIN.encode("utf-16-le")), ("utf-16le", 0, "lf", "zstd")),
    (b'"a\r\nb",Centre,Account,Amount,Text\n', ("utf-8", 0, "lf", "none")),
)


def test_detected(t, ochil):
    for data, should in DETECTED:
        run = Conversion(ochil, profile(date="column #1"), {"june.csv": data}, "--json")
        try:
            told = run.json()["files"][0]
            found = tuple(told[key] for key in ("encoding", "byte_order_marks", "line_end",
                                                "packing"))
        except (ValueError, KeyError, IndexError) as error:
            found = repr(error)
        t.check("detected: %s, marks %d, %s, %s" % should, None if found == should
                else "%s\n%s" % (found, run.said()))


# -- whole conversions ---------------------------------------------------------------------------

class Example:
    """A title, the profile, the extract, the lines below the ledger's header, the proof, and
    what is refused as (row, reason)."""

    def __init__(self, title, text, extract, lines, proof, refused=()):
        self.title, self.text, self.lines, self.proof = title, text, lines, proof
        self.extract = extract.encode("utf-8") if isinstance(extract, str) else extract
        self.refused = list(refused)


GOOD = "2014-06-01,SW1,4000,10.00,Care\n"
GOOD_LINE = "june.csv:2,STI,2014-06-01,,SW1,4000,10.00,Care\n"
LEFT_OUT = """# Internal recharges are no cost; VAT is not ours.
leave_out = Centre starts with ZZ and Account is not 4100
leave_out = Text contains VAT
leave_out = Account ends with 99
leave_out = Centre is blank
"""
COLUMNS_FIXED = 'columns = Date 1-10, Centre 12-15, Account 16-19, Amount 20-30, "The text" 32-40'
# ruler:         123456789.123456789.123456789.123456789.
FIXED = ("Posted     CC  Acct     Amount The text\n"
         "2014-06-01 SW1 4000      10.00 Care\n"
         "2014-06-02 SW1 4000   (1234.5) Caf\u00e9\n"
         "2014-06-03 SW2 41  \n"
         "\n"
         "2014-06-04xSW2 4100       1.00 a\n"
         "2014-06-05 SW2 4100       2.00 nine char and more\n"
         "2014-06-06 SW2 4100       3.00 nine char\n")

EXAMPLES = (
    Example("text joined from several columns", profile(
        description="column Text + Centre + #3"),
            HEADER + "2014-06-01,SW1,4000,1.00,Care\n2014-06-01,SW1,4000,1.00, \n",
            "june.csv:2,STI,2014-06-01,,SW1,4000,1.00,Care SW1 4000\n"
            "june.csv:3,STI,2014-06-01,,SW1,4000,1.00,SW1 4000\n",
            "2 accepted + 1 left out + 0 refused = 3 rows; 2.00 + 0.00 + 0.00 = 2.00; "
            "no control total"),
    Example("quotes, commas and line ends inside quotes", profile(),
            HEADER + '2014-06-01,SW1,4000,1.00,"a ""b"", c"\n'
            '2014-06-02,SW1,4000,1.00,"two\nlines"\n'
            '2014-06-03,SW1,4000,1.00,"a\rb"\n2014-06-04,SW1,4000,1.00,5" pipe\n',
            'june.csv:2,STI,2014-06-01,,SW1,4000,1.00,"a ""b"", c"\n'
            'june.csv:3,STI,2014-06-02,,SW1,4000,1.00,"two\nlines"\n'
            'june.csv:5,STI,2014-06-03,,SW1,4000,1.00,"a\rb"\n'
            'june.csv:6,STI,2014-06-04,,SW1,4000,1.00,"5"" pipe"\n',
            "4 accepted + 1 left out + 0 refused = 5 rows; 4.00 + 0.00 + 0.00 = 4.00; "
            "no control total"),
    Example("with CR a CR inside quotes begins a physical line", profile(),
            (HEADER + '2014-06-01,SW1,4000,1.00,"two\nlines"\n' + GOOD).replace("\n", "\r"),
            'june.csv:2,STI,2014-06-01,,SW1,4000,1.00,"two\rlines"\n'
            'june.csv:4,STI,2014-06-01,,SW1,4000,10.00,Care\n',
            "2 accepted + 1 left out + 0 refused = 3 rows; 11.00 + 0.00 + 0.00 = 11.00; "
            "no control total"),
    Example("without quotes a quote is a character", profile("quote = none"),
            HEADER + '2014-06-01,SW1,4000,1.00,"six"\n2014-06-01,SW1,4000,1.00,5" "x\n',
            'june.csv:2,STI,2014-06-01,,SW1,4000,1.00,"""six"""\n'
            'june.csv:3,STI,2014-06-01,,SW1,4000,1.00,"5"" ""x"\n',
            "2 accepted + 1 left out + 0 refused = 3 rows; 2.00 + 0.00 + 0.00 = 2.00; "
            "no control total"),
    Example("preamble, blank rows and a header that comes again", profile("header_row = 3"),
            "Payments, June\n,,,\n" + HEADER + GOOD + "\n,,,,\n , \n" + HEADER + GOOD,
            "june.csv:4,STI,2014-06-01,,SW1,4000,10.00,Care\n"
            "june.csv:9,STI,2014-06-01,,SW1,4000,10.00,Care\n",
            "2 accepted + 7 left out + 0 refused = 9 rows; 20.00 + 0.00 + 0.00 = 20.00; "
            "no control total"),
    Example("rules leave rows out, the first that holds", profile() + LEFT_OUT,
            HEADER + GOOD + "2014-06-01,ZZ1,4000,1.00,VAT\n2014-06-01,ZZ2,4100,2.00,x\n"
            "2014-06-01,SW1,4000,4.005,some VAT\n2014-06-01,SW1,4099,8.00,vat\n"
            "2014-06-01,,4000,bad,x\n,,,,Subheading\n",
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,ZZ2,4100,2.00,x\n",
            "2 accepted + 6 left out + 0 refused = 8 rows; 12.00 + 13.005 + 0.00 = 25.005 "
            "and 1 amounts that cannot be read; no control total"),
    Example("debit and credit", profile("debit = column Amount", "credit = column Credit",
                                        amount=None),
            "Date,Centre,Account,Amount,Credit,Text\n2014-06-01,SW1,4000,10.00,,a\n"
            "2014-06-01,SW1,4000,,2.50,b\n2014-06-01,SW1,4000,5.00,7.00,c\n"
            "2014-06-01,SW1,4000,0,-1.00,d\n2014-06-01,SW1,4000,,,e\n2014-06-01,SW1,4000,1,x,f\n",
            "june.csv:2,STI,2014-06-01,,SW1,4000,10.00,a\n"
            "june.csv:3,STI,2014-06-01,,SW1,4000,-2.50,b\n"
            "june.csv:4,STI,2014-06-01,,SW1,4000,-2.00,c\n"
            "june.csv:5,STI,2014-06-01,,SW1,4000,1.00,d\n",
            "4 accepted + 1 left out + 2 refused = 7 rows; 6.50 + 0.00 + 0.00 = 6.50 "
            "and 2 amounts that cannot be read; no control total",
            ((6, "AMOUNT_MISSING"), (7, "AMOUNT"))),
    Example("fixed width, brackets, and what runs together", profile(
        "format = fixed", COLUMNS_FIXED, "negative = brackets", "header_row = 1",
        description='column "The text"'), FIXED,
            "june.csv:2,STI,2014-06-01,,SW1,4000,10.00,Care\n"
            "june.csv:3,STI,2014-06-02,,SW1,4000,-1234.50,Caf\u00e9\n"
            "june.csv:8,STI,2014-06-06,,SW2,4100,3.00,nine char\n",
            "3 accepted + 2 left out + 3 refused = 8 rows; -1221.50 + 0.00 + 0.00 = -1221.50 "
            "and 3 amounts that cannot be read; no control total",
            ((4, "AMOUNT_MISSING"), (6, "RUN_TOGETHER"), (7, "RUN_TOGETHER"))),
    Example("fixed width without a header counts characters, not bytes", profile(
        "format = fixed", "columns = Text 1-4, Date 5-14, Centre 15-17, Amount 18-22",
        "header_row = none", "encoding = windows-1252", account="fixed 4000"),
            "Caf\u00e92014-06-01SW1 1.00\r\n".encode("cp1252"),
            "june.csv:1,STI,2014-06-01,,SW1,4000,1.00,Caf\u00e9\n",
            "1 accepted + 0 left out + 0 refused = 1 rows; 1.00 + 0.00 + 0.00 = 1.00; "
            "no control total"),
    Example("ids of the extract's own, doubled in one partner only", profile(
        entry_id="column Text", partner="column Account"),
            HEADER + "2014-06-01,SW1,A,1.00,id1\n2014-06-01,SW1,B,1.00,id1\n"
            "2014-06-01,SW1,A,2.00,id1 \n2014-06-01,SW1,B,x,id2\n2014-06-01,SW1,B,4.00,id2\n"
            "2014-06-01,SW1,B,4.00,\n",
            "id1,A,2014-06-01,,SW1,A,1.00,id1\nid1,B,2014-06-01,,SW1,B,1.00,id1\n",
            "2 accepted + 1 left out + 4 refused = 7 rows; 2.00 + 0.00 + 10.00 = 12.00 "
            "and 1 amounts that cannot be read; no control total",
            ((4, "DUPLICATE"), (5, "AMOUNT"), (6, "DUPLICATE"), (7, "MISSING"))),
    Example("shifted columns", profile(),
            HEADER + GOOD + "2014-06-01,SW1,4000,1,234.00,Care\n2014-06-01,SW1,4000,1.00\n"
            "2014-06-01,SW1,4000,1.00,Care,,\n",
            GOOD_LINE + "june.csv:5,STI,2014-06-01,,SW1,4000,1.00,Care\n",
            "2 accepted + 1 left out + 2 refused = 5 rows; 11.00 + 0.00 + 0.00 = 11.00 "
            "and 2 amounts that cannot be read; no control total",
            ((3, "COLUMNS"), (4, "COLUMNS"))),
    Example("text behind a closing quote", profile(),
            HEADER + GOOD + '2014-06-01,SW1,4000,1.00,"six" inch\n' + GOOD,
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,SW1,4000,10.00,Care\n",
            "2 accepted + 1 left out + 1 refused = 4 rows; 20.00 + 0.00 + 0.00 = 20.00 "
            "and 1 amounts that cannot be read; no control total", ((3, "QUOTE"),)),
    Example("a quote that is never closed", profile(),
            HEADER + GOOD + '2014-06-01,SW1,4000,1.00,"open\n' + GOOD,
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,SW1,4000,10.00,Care\n",
            "2 accepted + 1 left out + 1 refused = 4 rows; 20.00 + 0.00 + 0.00 = 20.00 "
            "and 1 amounts that cannot be read; no control total", ((3, "QUOTE"),)),
    Example("bytes that are no UTF-8, and a NUL", profile("encoding = utf-8"),
            HEADER.encode() + GOOD.encode() + b"2014-06-01,SW1,4000,1.00,Caf\xe9\n"
            b"2014-06-01,SW1,4000,2.00,a\x00b\n2014-06-01,SW1,4000,4.00,\xed\xa0\x80\n",
            GOOD_LINE,
            "1 accepted + 1 left out + 3 refused = 5 rows; 10.00 + 0.00 + 7.00 = 17.00; "
            "no control total", ((3, "ENCODING"), (4, "ENCODING"), (5, "ENCODING"))),
    Example("a byte that Windows-1252 does not have", profile("encoding = windows-1252"),
            HEADER.encode() + GOOD.encode() + b"2014-06-01,SW1,4000,1.00,a\x81\n"
            b"2014-06-01,SW1,4000,2.00,\x80\x9f\n",
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,SW1,4000,2.00,\u20ac\u0178\n",
            "2 accepted + 1 left out + 1 refused = 4 rows; 12.00 + 0.00 + 1.00 = 13.00; "
            "no control total", ((3, "ENCODING"),)),
    Example("half a pair in UTF-16", profile(),
            (MARK + HEADER + GOOD).encode("utf-16-le") + "2014-06-01,SW1,4000,1.00,a".encode(
                "utf-16-le") + b"\x00\xd8" + "\n2014-06-01,SW1,4000,2.00,\U0001f600\n".encode(
                    "utf-16-le"),
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,SW1,4000,2.00,\U0001f600\n",
            "2 accepted + 1 left out + 1 refused = 4 rows; 12.00 + 0.00 + 1.00 = 13.00; "
            "no control total", ((3, "ENCODING"),)),
    Example("a cell and a record that are too long", profile(),
            HEADER + GOOD + "2014-06-01,SW1,4000,1.00,%s\n" % ("x" * 32768)
            + "2014-06-01,SW1,4000,1.00,%s\n" % ("y" * 32767)
            + "2014-06-01,SW1,4000,1.00,%s\n" % ("z" * (1 << 20))
            + "2014-06-01,SW1,4000,1.00,x%s\n" % ("," * 1024),
            GOOD_LINE + "june.csv:4,STI,2014-06-01,,SW1,4000,1.00,%s\n" % ("y" * 32767),
            "2 accepted + 1 left out + 3 refused = 6 rows; 11.00 + 0.00 + 0.00 = 11.00 "
            "and 3 amounts that cannot be read; no control total",
            ((3, "LONG"), (5, "LONG"), (6, "LONG"))),
    Example("an error cell counts only where it is used", profile(description=None),
            HEADER + "2014-06-01,SW1,4000,1.00,#N/A\n",
            "june.csv:2,STI,2014-06-01,,SW1,4000,1.00,\n",
            "1 accepted + 1 left out + 0 refused = 2 rows; 1.00 + 0.00 + 0.00 = 1.00; "
            "no control total"),
    Example("of several faults the first in the order of the columns is told", profile(),
            HEADER + "x,,,y,#N/A\n2014-06-01,5E+11,,y,#N/A\n2014-06-01,SW1,,y,#N/A\n"
            "2014-06-01,SW1,4000,y,#N/A\n2014-06-01,SW1,4000,1.00,#N/A\n",
            "", "0 accepted + 1 left out + 5 refused = 6 rows; 0.00 + 0.00 + 1.00 = 1.00 "
            "and 4 amounts that cannot be read; no control total",
            ((2, "DATE"), (3, "CODE_LOST"), (4, "MISSING"), (5, "AMOUNT"), (6, "ERROR_CELL"))),
    Example("date and period side by side", profile("period = column Text"),
            HEADER + "2014-06-01,SW1,4000,1.00,2014-15/P13\n,SW1,4000,1.00,2014-15/P01\n"
            "2014-06-01,SW1,4000,1.00,\n,SW1,4000,1.00,\n",
            "june.csv:2,STI,2014-06-01,2014-15/P13,SW1,4000,1.00,2014-15/P13\n"
            "june.csv:3,STI,,2014-15/P01,SW1,4000,1.00,2014-15/P01\n"
            "june.csv:4,STI,2014-06-01,,SW1,4000,1.00,\n",
            "3 accepted + 1 left out + 1 refused = 5 rows; 3.00 + 0.00 + 1.00 = 4.00; "
            "no control total", ((5, "DATE_MISSING"),)),
    Example("only a header", profile(), HEADER, "",
            "0 accepted + 1 left out + 0 refused = 1 rows; 0.00 + 0.00 + 0.00 = 0.00; "
            "no control total"),
)


def test_examples(t, ochil):
    for example in EXAMPLES:
        run = Conversion(ochil, example.text, {"june.csv": example.extract})
        code = 1 if example.refused else 0
        t.check("%s: exit code" % example.title, None if run.code == code else run.said())
        t.check("%s: the lines" % example.title, text_problem(
            "lines", LEDGER + example.lines, (run.made or b"").decode("utf-8", "replace")))
        t.check("%s: the proof" % example.title,
                text_problem("last line", example.proof, run.last_line()))
        found = [(int(row), reason) for _, row, reason in run.reasons()]
        t.check("%s: the refused rows" % example.title, None if found == example.refused
                else "should be %s\nare %s" % (example.refused, found))


def test_lost_characters(t, ochil):
    """A byte that is no character cannot be sent back unseen."""
    extract = HEADER.encode() + b"2014-06-01,SW1,4000,1.00,Caf\xe9\n"
    run = Conversion(ochil, profile("encoding = utf-8"), {"june.csv": extract})
    rows = [row[:5] for row in refused_rows(run.refused)[1:]]
    t.check("it stands as U+FFFD", None if rows == [
        ["2014-06-01", "SW1", "4000", "1.00", "Caf\ufffd"]] else str(rows))
    again = Conversion(ochil, profile("encoding = utf-8"), {"refused.csv": run.refused or b""})
    t.check("and is refused again", None if again.reasons() == [("june.csv", "2", "ENCODING")]
            else again.said())
    long_row = HEADER + "2014-06-01,SW1,4000,1.00,%s\n" % ("x" * 32768)
    run = Conversion(ochil, profile(), {"june.csv": long_row.encode()})
    t.check("of a row that is too long nothing is kept", None if [
        row[:5] for row in refused_rows(run.refused)[1:]] == [[""] * 5] else run.said())


def test_tables(t):
    """The tables above hold every reason that a delimited or fixed-width ledger can have."""
    told = {should for table in (AMOUNTS, DATES, PERIODS, CENTRES) for _, cells in table
            for _, should in cells} | {why for item in EXAMPLES for _, why in item.refused}
    needed = set("ENCODING LONG QUOTE COLUMNS RUN_TOGETHER ERROR_CELL MISSING CODE_LOST DUPLICATE "
                 "DATE DATE_LOST DATE_MISSING PERIOD YEAR AMOUNT AMOUNT_MISSING AMOUNT_DECIMALS "
                 "AMOUNT_SIZE".split())
    t.check("each reason is there at least once", None if needed <= told
            else str(sorted(needed - told)))
    plain = table_bytes([["a", "b,c", 'd"', " e\r"]], "\n")
    t.check("the tests' own CSV is quoted only where needed", None
            if plain == b'a,"b,c","d"""," e\r"\n' else repr(plain))


def main():
    parser = argparse.ArgumentParser(usage="convert_rows_test.py [--ochil PATH]")
    parser.add_argument("--ochil", default=tap.default_engine())
    ochil = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    test_tables(t)
    for column, key, table in (("Amount", "amount", AMOUNTS), ("Date", "date", DATES),
                               ("Period", "period", PERIODS), ("Centre", "cost_centre", CENTRES)):
        test_cells(t, ochil, column, key, table)
    for test in (test_rounding, test_dialects, test_detected, test_examples,
                 test_lost_characters):
        test(t, ochil)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
