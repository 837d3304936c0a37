#!/usr/bin/env python3
"""guess_test.py -- what `ochil profile guess` makes of extracts, and what comes of its profiles.

    guess_test.py [--ochil PATH] [--seed N] [--count N] [--keep FOLDER]

The promise: whatever is guessed, the conversion adds up, and no amount is another than the
extract's. Real extracts (tests/convert) must give the keys listed here; random ones
(random_extract.py) may leave keys open, but never give a wrong amount. With --keep a random
extract that fails is put into that folder.
"""
import argparse
import csv
import io
import json
import lzma
import os
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal

import random_extract
import tap
from convert_run import SECONDS, Conversion, read, refused_rows, write

CASES = os.path.join(tap.HERE, "convert")
PROOF = re.compile(r"(\d+) accepted \+ (\d+) left out \+ (\d+) refused = (\d+) rows"
                   r"(?:; (\S+) \+ (\S+) \+ (\S+) = ([^ ;]+))?")
RESIDUE = Decimal("0.000001")     # what `rounding = residue` may add or take
FILLED_IN = {"cost_centre": "fixed NONE", "account": "fixed NONE", "period": "fixed 2014-15/P01"}

# Real extracts: the case whose accepted rows must come out, and what must be guessed. None: the
# key must not be there; "open": it must be left open.
REAL = {
    "01_devon": ("01_devon", {
        "date": "column Date", "date_format": "dd/mm/yyyy", "amount": "column Amount",
        "cost_centre": 'column "Expense Area"', "account": 'column "Expense Code"',
        "entry_id": 'column "Transaction Number"', "header_row": None, "total_row": None,
        "rounding": None, "encoding": "windows-1252"}),
    "02_devon_refuse": ("02_devon_residue", {
        "date": "column Date", "date_format": '"yyyy-mm-dd hh:mm:ss"', "amount": "column Amount",
        "rounding": "residue", "cost_centre": 'column "Expense Area"',
        "account": 'column "Expense Code"', "entry_id": 'column "Transaction Number"'}),
    "04_leeds": ("04_leeds", {
        "date": 'column "Date paid"', "date_format": "dd-mmm-yyyy",
        "amount": 'column "Net Amount"', "cost_centre": 'column "Service division label"',
        "account": 'column "Detailed Expenditure Code"', "encoding": "windows-1252",
        "entry_id": 'column "Transaction Number"',
        "description": 'column "Detailed expenditure type" + "Supplier name"'}),
    "05_leeds": ("05_leeds", {
        "date": "column DatePaid", "date_format": "dd-mmm-yyyy", "amount": "column NetAmount",
        "cost_centre": "column ServiceDivisionLabel", "account": "column DetailedExpenditureCode",
        "entry_id": "column TransactionNumber", "total_row": "only NetAmount",
        # one payment's own service is called " Total": for people to look at
        "leave_out": "open",
        "description": "column DetailedExpenditureType + SupplierName"}),
    "06_lambeth": ("06_lambeth", {
        "header_row": "2", "amount": "column Total", "line_end": "cr", "cost_centre": "open",
        "account": "open", "period": "open", "date": None, "total_row": None,
        "description": 'column "Supplier Name"', "entry_id": "file and row"}),
    "08_bradford": ("08_bradford", {
        "date": 'column "Payment date"', "amount": 'column "Net Amount"', "thousands": "comma", "negative": "brackets",
        "cost_centre": 'column "Service Label"', "account": 'column "Expenditure code"',
        "entry_id": "file and row",
        "description": 'column "Expenditure category" + "Supplier Name"'}),
    "09_calderdale": ("09_calderdale", {
        "date": "column Date", "amount": "column Amount", "cost_centre": 'column "Expense Area"',
        "account": 'column "Expense Code"', "entry_id": 'column "Transaction number"'}),
    "10_oxford_lost": ("10_oxford_period", {
        "date": "open", "period": "open", "amount": "column Amount",
        "cost_centre": 'column "Organisational Unit"', "account": 'column "Expenditure Code"',
        "entry_id": 'column "Trans No"'}),
    "12_manchester": ("12_manchester", {
        "date": 'column "Invoice Payment Date"', "amount": 'column "Net Amount"',
        "cost_centre": 'column "Service Area"', "account": 'column "Expenses Type"',
        "entry_id": 'column "Transaction Number"', "description": 'column "Supplier Name"'}),
    "13_sheffield": ("13_sheffield", {
        "date": 'column "GL Date"', "amount": 'column "Invoiced Value"',
        "cost_centre": 'column "Business Unit Description"', "account": 'column "Expense Code"',
        "entry_id": "file and row",
        "description": 'column "Expense Code Description" + "Supplier Name"'}),
    "18_lambeth": ("18_lambeth", {
        "header_row": "2", "amount": "column Total", "cost_centre": "open", "account": "open",
        "period": "open", "total_row": '"Supplier Name" is "Grand Total"'}),
    "newcastle_sample": ("newcastle_sample", {
        "date": "column paid_date", "amount": "column amount",
        "cost_centre": "column cost_centre", "account": "column group_description",
        "description": "column cost_centre_name + supplier_name",
        "entry_id": "file and row", "leave_out": None}),
    "newcastle_full": ("newcastle_full", {
        "date": "column paid_date", "amount": "column amount",
        "cost_centre": "column cost_centre", "account": "column group_description",
        "entry_id": "file and row", "leave_out": None}),
    "sheffield_sample": ("sheffield_sample", {
        "date": "column gl_date", "amount": "column amount",
        "cost_centre": "column business_unit_name", "account": "column object_code",
        "description": "column object_name + supplier_name", "entry_id": "column document_no"}),
}


class Guess:
    """One run of `profile guess`: its exit code, the profile, its keys and the open ones."""

    def __init__(self, ochil, path, *words):
        done = subprocess.run([ochil, "profile", "guess", path] + list(words),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)
        self.code = done.returncode
        self.text = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")
        self.keys, self.open = {}, {}
        for line in self.text.splitlines():
            found = re.match(r"(# )?(\w+) +=(?: (.*?))?   # (sure|likely|guess|to be filled in|open): ", line)
            if found:
                kept = self.open if found.group(1) else self.keys
                kept.setdefault(found.group(2), found.group(3))

    def of(self, key):
        return self.keys.get(key, "open" if key in self.open else None)

    def filled_in(self):
        """The profile with what only a person can know filled in; None: something else is open."""
        needed = [key for key in self.open if key not in ("leave_out", "date", "delimiter")]
        if any(key not in FILLED_IN for key in needed) or self.code > 1:
            return None
        return self.text + "".join("%s = %s\n" % (key, FILLED_IN[key]) for key in needed
                                   if key not in self.keys)

    def said(self):
        return "exit code %d\n%s\nerr: %s" % (self.code, self.text[-2500:], self.err[:800])


class Extracts:
    """Guesses and conversions of extracts, in a folder that is gone afterwards."""

    def __init__(self, ochil):
        self.ochil = ochil

    def guess(self, name, data, *words):
        with tempfile.TemporaryDirectory(prefix="ochil guess ") as folder:
            path = os.path.join(folder, name)
            write(path, data)
            return Guess(self.ochil, path, *words)

    def both(self, name, data, *words):
        guess = self.guess(name, data, "--partner", "XXX", *words)
        text = guess.filled_in()
        return guess, None if text is None else Conversion(self.ochil, text, {name: data})


def keys_problem(guess, should):
    wrong = ["%s: %r, should be %r" % (key, guess.of(key), value)
             for key, value in should.items() if guess.of(key) != value]
    return "\n".join(wrong + [guess.said()]) if wrong else None


def proof_problem(run, rows=None):
    """Whether the parts of the proof add up; `rows` counted elsewhere."""
    if run is None:
        return "a key is open that nobody can fill in here"
    found = PROOF.match(run.last_line())
    if run.code not in (0, 1) or not found:
        return run.said()
    accepted, left, refused, all_rows = map(int, found.groups()[:4])
    if accepted + left + refused != all_rows or (rows is not None and rows != all_rows):
        return "%s, but there are %s rows" % (run.last_line(), rows)
    if found.group(5) and sum(map(Decimal, found.groups()[4:7])) != Decimal(found.group(8)):
        return run.last_line()
    if run.made is not None and len(refused_rows(run.made)) - 1 != accepted:
        return "the file has not as many lines as were accepted"
    return None


# -- real extracts -------------------------------------------------------------------------------

def expected_of(case):
    with open(os.path.join(CASES, case, "expected.txt"), encoding="utf-8") as stream:
        return dict(line.rstrip("\n").split(" = ", 1) for line in stream if " = " in line)


def extract_of(case):
    return os.path.normpath(os.path.join(CASES, case, expected_of(case)["extract"]))


def count_rows(path):
    """Records of the file, by Python's csv."""
    data = read(path)
    data = lzma.decompress(data) if path.endswith(".xz") else data
    text = data.decode("latin-1")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return sum(1 for _ in csv.reader(io.StringIO(text, newline="")))


def test_real(t, ochil):
    for case, (same, should) in REAL.items():
        path = extract_of(case)
        guess = Guess(ochil, path, "--partner", "XXX")
        t.check("%s: the keys" % case, keys_problem(guess, should))
        complete = "open" not in (should.get(key) for key in ("cost_centre", "period", "account"))
        t.check("%s: the exit code says whether a key is open" % case,
                None if guess.code == (0 if complete else 1) else guess.said())
        run = Conversion(ochil, guess.filled_in(), [path])
        t.check("%s: the conversion adds up" % case, proof_problem(run, count_rows(path)))
        accepted = expected_of(same)["accepted"].split()
        found = PROOF.match(run.last_line())
        t.check("%s: as much is accepted as with the profile written by hand" % case,
                None if found and [found.group(1), found.group(5)] == accepted else run.said())


# -- made extracts -------------------------------------------------------------------------------

LEDGER_NAMES = "Cost Centre,Account,Supplier,Date,Amount\n"


def rows_of(*amounts, date="25/06/2014"):
    return LEDGER_NAMES + "".join('SW%d,4%d00,Care,%s,"%s"\n' % (n + 1, n, date, amount)
                                  for n, amount in enumerate(amounts))


def xlsx(sheets):
    """A workbook by hand: {name: rows of cells}; a number is a number cell, all else text."""
    def cell(value):
        if isinstance(value, (int, Decimal)):
            return "<c><v>%s</v></c>" % value
        return '<c t="inlineStr"><is><t>%s</t></is></c>' % value

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    names, links, parts = "", "", {}
    for n, (name, rows) in enumerate(sheets.items(), 1):
        names += '<sheet name="%s" sheetId="%d" r:id="r%d"/>' % (name, n, n)
        links += '<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (
            n, office, n)
        parts["xl/worksheets/sheet%d.xml" % n] = (
            '<worksheet xmlns="%s"><sheetData>' % main
            + "".join("<row>%s</row>" % "".join(map(cell, row)) for row in rows)
            + "</sheetData></worksheet>")
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>')
    parts["_rels/.rels"] = (
        '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>' % (package, office))
    parts["xl/workbook.xml"] = '<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>' \
        % (main, office, names)
    parts["xl/_rels/workbook.xml.rels"] = '<Relationships xmlns="%s">%s</Relationships>' % (
        package, links)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


FIXED = ("Centre      Account  Supplier              Date         Amount\n"
         "SW117       40200    Respite care, home    25/06/2014    12.50\n"
         "SW118       40300    Taxi                  26/06/2014  1234.00\n"
         "ROADS NORTH 40300    Grit                  01/07/2014    -3.10\n").replace(
             "Centre      Account", "Cost centre Account")
SHEET = [["Cost Centre", "Account", "Supplier", "Date", "Net Amount"],
         ["SW1", 4000, "Care", "2014-06-25", Decimal("12.5")],
         ["SW2", 4100, "Taxi", "2014-06-26", Decimal("1000")],
         ["SW3", 4100, "Taxi", "2014-06-27", Decimal("-3.25")]]
SIDES = ("Cost Centre;Account;Text;Posting date;Debit;Credit\n"
         "SW1;4000;Care;25.06.2014;1.234,50;\nSW2;4000;Care;26.06.2014;;12,00\n"
         "SW3;4100;Taxi;27.06.2014;3,10;\n")
SUBTOTALS = ("Cost Centre,Account,Supplier,Date,Amount\n"
             "SW1,4000,Care,25/06/2014,10.00\nSW1,4000,Taxi,25/06/2014,5.50\n"
             "Total SW1,,,,15.50\n"
             "SW2,4000,Care,25/06/2014,1.00\nSW2,4000,Total Fitness,25/06/2014,2.00\n"
             "Total SW2,,,,3.00\nSW3,4000,Care,25/06/2014,7.00\n")

# name, bytes, keys, the accepted amounts (None: the profile cannot be used).
MADE = [
    ("fixed widths, names from the first line", FIXED.encode(), {
        "format": "fixed", "header_row": "1", "amount": "column Amount", "date": "column Date",
        "date_format": "dd/mm/yyyy", "cost_centre": 'column "Cost centre"',
        "columns": '"Cost centre" 1-11, Account 13-19, Supplier 22-39, Date 44-53, '
                   "Amount 56-62"}, "12.50 1234.00 -3.10"),
    ("semicolons, decimal commas, debit and credit", SIDES.encode(), {
        "delimiter": "semicolon", "decimal": "comma", "thousands": "point",
        "debit": "column Debit", "credit": "column Credit", "amount": None,
        "date": 'column "Posting date"', "date_format": "dd.mm.yyyy"}, "1234.50 -12.00 3.10"),
    ("UTF-16 with tabs", rows_of("12.50", "3.00").replace(",", "\t").encode("utf-16"), {
        "encoding": "utf-16le", "delimiter": "tab", "amount": "column Amount"}, "12.50 3.00"),
    ("pipes", rows_of("12.50", "3.00").replace(",", "|").encode(), {
        "delimiter": "pipe", "amount": "column Amount"}, "12.50 3.00"),
    ("quotes that are ordinary characters",
     b'Cost Centre,Account,Supplier,Date,Amount\nSW1,4000,"Big" Co,2014-06-01,12.50\n'
     b'SW2,4000,The "old" one,2014-06-01,3.00\nSW3,4000,"Care,2014-06-01,4.00\n',
     {"quote": "none", "amount": "column Amount"}, "12.50 3.00 4.00"),
    ("signs of all kinds", rows_of("\u00a31,234.50", "(\u00a33.00)", "4.00-", "-5.00",
                                   "6.00CR").encode(), {
        "currency": "\u00a3", "thousands": "comma",
        "negative": "minus brackets trailing-minus cr"}, "1234.50 -3.00 -4.00 -5.00 -6.00"),
    ("1.234 alone could be either", rows_of("1.234", "5.678", "100").encode(),
     {"decimal": "open"}, None),
    ("1,234 alone could be either", rows_of("1,234", "5,678", "100").encode(),
     {"decimal": "open"}, None),
    ("12.50 decides that 1,234 is a thousand", rows_of("1,234", "12.50").encode(),
     {"decimal": None, "thousands": "comma"}, "1234.00 12.50"),
    ("12,50 decides that 1.234 is a thousand", rows_of("1.234", "12,50").encode(),
     {"decimal": "comma", "thousands": "point"}, "1234.00 12.50"),
    ("12.50 beside 12,50", rows_of("12.50", "12,50").encode(), {"decimal": "open"}, None),
    ("whole numbers", rows_of("12", "-3").encode(), {"decimal": None, "thousands": None},
     "12.00 -3.00"),
    ("a third decimal is nobody's residue", rows_of("12.505", "1234.125").encode(),
     {"rounding": "refuse"}, ""),
    ("day and month that nothing decides", rows_of("1.50", "2.50", date="03/04/2014").encode(),
     {"date_format": "dd/mm/yyyy"}, "1.50 2.50"),
    ("the month first", rows_of("1.50", "2.50", date="03/25/2014").encode(),
     {"date_format": "mm/dd/yyyy"}, "1.50 2.50"),
    ("day and month mixed", (rows_of("1.50", date="03/25/2014")
                             + "SW9,4000,Care,25/03/2014,1.00\n").encode(),
     {"date": "open", "period": "open"}, "1.50 1.00"),
    ("two ways to write a date", (rows_of("1.50", "1.00") + "SW9,4000,Care,2014-03-25,1.00\n")
     .encode(), {"date_format": "dd/mm/yyyy"}, "1.50 1.00 1.00"),
    ("net is taken before gross", b"Cost Centre,Account,Date,Gross Amount,VAT Amount,Net Amount\n"
     b"SW1,4000,2014-06-01,12.00,2.00,10.00\nSW2,4000,2014-06-01,24.00,4.00,20.00\n",
     {"amount": 'column "Net Amount"'}, "10.00 20.00"),
    ("two amounts as good as each other", b"Cost Centre,Account,Date,Amount,Amount\n"
     b"SW1,4000,2014-06-01,12.00,2.00\nSW2,4000,2014-06-01,24.00,4.00\n",
     {"amount": "open"}, None),
    ("a column that says debit or credit", b"Cost Centre,Account,Date,Amount,D/C\n"
     b"SW1,4000,2014-06-01,12.00,D\nSW2,4000,2014-06-01,24.00,C\n", {"amount": "open"}, None),
    ("a total that ties", (rows_of("1.50", "2.50") + "Total,,,,4.00\n").encode(),
     {"total_row": '"Cost Centre" is "Total"'}, "1.50 2.50"),
    ("a payment to Total Fitness is none", (rows_of("1.50", "2.50")
                                           + "SW3,4000,Total Fitness,25/06/2014,7.00\n").encode(),
     {"total_row": None, "leave_out": None}, "1.50 2.50 7.00"),
    ("subtotals that tie are left out", SUBTOTALS.encode(),
     {"leave_out": '"Cost Centre" starts with "Total"', "total_row": None},
     "10.00 5.50 1.00 2.00 7.00"),
    ("subtotals that do not tie are left to people", SUBTOTALS.replace("15.50", "15.51").replace(
        "3.00", "3.01").replace("Total SW", "Total,SW").replace(",SW1,,,,", ",,,,").replace(
            ",SW2,,,,", ",,,,").encode(), {"leave_out": "open"}, "10.00 5.50 1.00 2.00 7.00"),
    ("a blank may part columns or thousands", b"Cost centre  Account  Date         Amount\n"
     b"SW117        40200    25/06/2014    12.50\nSW118        40300    26/06/2014 1 234.00\n",
     {"format": "fixed", "columns": "open"}, None),
    ("CR in a fixed column of its own", b"Cost centre  Account  Date        Amount    Side\n"
     b"SW117        40200    25/06/2014  12.50     CR\n"
     b"SW118        40300    26/06/2014  1234.00\n", {"amount": "open"}, None),
    ("no header", b"SW1,4000,2014-06-01,Care,12.50\nSW2,4000,2014-06-02,Taxi,3.00\n" * 5,
     {"header_row": "none", "amount": "column #5", "date": "column #3"},
     " ".join(["12.50 3.00"] * 5)),
    ("no header and few rows: they could be credits", b"SW1,4000,2014-06-01,Care,12.50\n" * 3,
     {"amount": "open"}, None),
    ("no header and decimal commas that cut", b"SW1,4000,Care,12,50\nSW2,4100,Taxi,3,00\n",
     {"amount": "open"}, None),
    ("a header of fewer cells than the rows",
     b"Cost Centre,Account,Date,Amount\nSW1,4000,2014-06-01,12,50\nSW2,4000,2014-06-01,3,00\n",
     {"header_row": "open"}, None),
    ("one column", b"Amount\n12.50\n3.00\n", {"amount": "column Amount", "cost_centre": "open"},
     "12.50 3.00"),
    ("a header and nothing else", LEDGER_NAMES.encode(), {"amount": "open"}, None),
]


def amounts_of(run):
    return " ".join(row[6] for row in refused_rows(run.made)[1:])


def test_made(t, extracts):
    for title, data, should, amounts in MADE:
        guess, run = extracts.both("june.csv", data)
        t.check("made: " + title, keys_problem(guess, should))
        if amounts is None:
            t.check("made: %s: it is told" % title, None if guess.code == 1 and run is None
                    else guess.said())
            continue
        t.check("made: %s: the amounts" % title, proof_problem(run) or (
            None if amounts_of(run) == amounts else guess.said() + run.said()))


def test_sheets(t, extracts):
    guess, run = extracts.both("june.xlsx", xlsx({"Payments": SHEET}))
    t.check("a workbook", keys_problem(guess, {
        "format": "sheet", "sheet": None, "amount": 'column "Net Amount"', "date": "column Date",
        "delimiter": None, "account": "column Account"}))
    t.check("a workbook: the amounts", proof_problem(run) or (
        None if amounts_of(run) == "12.50 1000.00 -3.25" else run.said()))
    several = xlsx({"Read me": [["x"]], "June 2014": SHEET, "Old": SHEET[:2]})
    guess, run = extracts.both("june.xlsx", several)
    t.check("of several sheets the longest", keys_problem(guess, {"sheet": '"June 2014"'}) or (
        None if "Old (2 rows)" in guess.text else guess.said()))
    t.check("of several sheets: the amounts", proof_problem(run) or (
        None if amounts_of(run) == "12.50 1000.00 -3.25" else run.said()))
    guess, run = extracts.both("june.xlsx", several, "--sheet", "Old")
    t.check("or the one that is named", keys_problem(guess, {"sheet": '"Old"'}) or (
        None if amounts_of(run) == "12.50" else run.said()))
    guess = extracts.guess("june.xlsx", several, "--sheet", "May")
    t.check("one that is not there", None if guess.code == 2 and "Old" in guess.err
            else guess.said())


def test_others(t, extracts):
    bases = (b"variable,council,period,value\nCare hours,CLK,2014-15/P01,217795.76\n"
             b"Care hours,STI,2014-15/P01,360909.64\n")
    guess = extracts.guess("bases.csv", bases, "--as", "basis_values")
    t.check("basis values", keys_problem(guess, {
        "basis": "column variable", "value": "column value", "from": "column period",
        "period_format": "yyyy-zz/Ppp", "partner": "fixed ???"}) or (
            None if guess.code == 0 and "or column council" in guess.text else guess.said()))
    guess = extracts.guess("codes.csv", b"Account code,Name,CIPFA group\n4000,Care,third party\n",
                           "--as", "accounts")
    t.check("accounts", keys_problem(guess, {
        "account": 'column "Account code"', "group": 'column "CIPFA group"'}))
    guess = extracts.guess("map.csv", b"Cost centre,Valid from,Treatment,Pool\n"
                           b"SW1,2014-15/P01,common,HQ\n", "--as", "cost_centres")
    t.check("cost centres", keys_problem(guess, {
        "cost_centre": 'column "Cost centre"', "from": 'column "Valid from"',
        "treatment": "column Treatment", "pool": "column Pool"}))
    guess = extracts.guess("june.csv", rows_of("1.50").encode(), "--json")
    said = json.loads(guess.text)
    t.check("--json has the same keys", None if {line["key"]: line["value"] for line in
                                                said["keys"]}.get("amount") == "column Amount"
            and said["open"] == [] and all(line["why"] and line["sure"] in (
                "sure", "likely", "guess", "to be filled in") for line in said["keys"]) else guess.said())
    guess = extracts.guess("june.csv", rows_of("1.50").encode())
    t.check("the partner is never guessed", None if guess.code == 0 and "???" in guess.text
            and "Fill in the partner" in guess.err else guess.said())
    run = Conversion(extracts.ochil, guess.text, {"june.csv": rows_of("1.50").encode()})
    t.check("and must be filled in", None if run.code == 2 and "???" in run.err else run.said())
    guess = extracts.guess("june.csv", rows_of("1.50").encode(), "--partner", "a b")
    t.check("a partner's code that is none", None if guess.code == 2 else guess.said())
    names = b'Cost Centre,"Acc""ount\n2",Amount,#1,Date,Amount x\nSW1,4000,1.50,x,2014-06-01,y\n'
    guess, run = extracts.both("june.csv", names)
    t.check("names with line ends and quotes", proof_problem(run) or (
        None if guess.of("cost_centre") == 'column "Cost Centre"' else guess.said()))


RUBBISH = [
    ("an empty file", b"", 1, "is empty"),
    ("a mark and nothing else", b"\xef\xbb\xbf", 1, "is empty"),
    ("a JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01" + bytes(range(256)) * 9, 4,
     "neither a text nor a workbook"),
    ("noise", random.Random(5).randbytes(5000), 4, "neither a text nor a workbook"),
    ("a zip that is no workbook", b"PK\x03\x04" + b"x" * 200, 4, ""),
    ("blank lines", b"\n\n \n\t\n", 1, ""),
    ("prose", b"Dear Sir,\n\nplease find attached the extract for June.\n\nYours\n", 1, ""),
    ("one line without an end", b"Amount", 1, ""),
    ("an error file", b"Amount,ochil_file,ochil_row,ochil_reason,ochil_help\n1,a,2,DATE,x\n", 1,
     "error file"),
]


def test_rubbish(t, extracts):
    for title, data, code, words in RUBBISH:
        guess = extracts.guess("june.csv", data)
        t.check("rubbish: " + title, None if guess.code == code and words in guess.err
                else guess.said())
    guess = Guess(extracts.ochil, "/nowhere/june.csv")
    t.check("rubbish: a file that is not there", None if guess.code == 3 else guess.said())


# -- random extracts -----------------------------------------------------------------------------

class Known(random_extract.Extract):
    """Keeps what each row's amount is: by its number (a ledger amount, whether it counts)."""

    def note(self, what, at, read_cells, outcome):
        self.truth = getattr(self, "truth", {})
        if isinstance(outcome, dict):
            self.truth[at] = Decimal(outcome["amount"])
        elif isinstance(outcome, tuple):
            # A fixed width and a quote may be taken otherwise than the extract was made.
            self.truth[at] = "any" if what in ("RUN_TOGETHER", "QUOTE") else outcome[1]
        else:
            self.truth[at] = outcome
        super().note(what, at, read_cells, outcome)


def amount_problem(made, run):
    """A line whose amount is not that of its row."""
    for line in refused_rows(run.made)[1:]:
        at = int(line[0].rpartition(":")[2])
        amount = -Decimal(line[6]) if made.credit_positive else Decimal(line[6])
        truth = made.truth.get(at)
        if truth == "any" or (truth is not None and abs(truth - amount) <= RESIDUE):
            continue
        return "row %d: %s, should be %s" % (at, amount, truth)
    return None


def test_random(t, extracts, seed, count, keep):
    whole = used = 0
    for number in range(seed, seed + count):
        made = Known(number)
        guess = extracts.guess(made.name, made.data, "--partner", "XXX")
        problem = None if guess.code in (0, 1) else guess.said()
        text = guess.filled_in()
        whole += guess.code == 0
        if problem is None and text is not None:
            used += 1
            text = re.sub(r"(?m)^entry_id .*", "entry_id = file and row", text)
            run = Conversion(extracts.ochil, text, {made.name: made.data})
            problem = proof_problem(run, len(made.records)) or amount_problem(made, run)
            problem = problem and problem + "\n" + guess.text + run.said()
        if problem is not None or number == seed + count - 1:
            t.check("random extract %d" % number, problem)
        if problem is not None and keep:
            os.makedirs(keep, exist_ok=True)
            write(os.path.join(keep, "%d-%s" % (number, made.name)), made.data)
            write(os.path.join(keep, "%d.profile" % number), made.text_profile.encode("utf-8"))
    print("# of %d random extracts %d were guessed whole, %d with codes and period filled in" % (
        count, whole, used))
    if count > 20:
        t.check("most random extracts can be used", None if used * 2 > count else str(used))


def main():
    parser = argparse.ArgumentParser(
        usage="guess_test.py [--ochil PATH] [--seed N] [--count N] [--keep FOLDER]")
    parser.add_argument("--ochil", default=tap.default_engine())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keep")
    options = parser.parse_args()
    ochil = tap.find_engine(options.ochil)
    extracts = Extracts(ochil)
    t = tap.Tap()
    test_real(t, ochil)
    for test in (test_made, test_sheets, test_others, test_rubbish):
        test(t, extracts)
    test_random(t, extracts, options.seed, options.count, options.keep)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
