#!/usr/bin/env python3
"""figures.py -- how the expected figures of this folder were come by.

    figures.py [--write] [CASE...]

Reads the extracts with Python's csv and decimal modules, one case after another in its own few
words, and knows nothing of profiles: a mistake would have to be made twice, in two ways, to go
unseen. Without --write it compares with what stands here.
"""
import csv
import datetime
import io
import lzma
import os
import re
import sys
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
LEDGER = "entry_id,partner,date,period,cost_centre,account,amount,description".split(",")
BEHIND = "ochil_file,ochil_row,ochil_reason,ochil_help".split(",")
ZERO = Decimal(0)


class Refused(Exception):
    pass


def money(value):
    """At least two decimals, and as many more as it has."""
    text = "{:f}".format(value.quantize(Decimal("0.01")) if value == round(value, 2)
                         else value.normalize())
    return "0.00" if text == "-0.00" else text


def iso(text, pattern):
    try:
        return datetime.datetime.strptime(text, pattern).strftime("%Y-%m-%d")
    except ValueError:
        raise Refused("DATE_LOST" if text == "00:00:00" else "DATE") from None


def number(text, residue=False):
    """The amount and how much rounding has changed it."""
    exact = Decimal(text)
    if exact == round(exact, 2):
        return round(exact, 2), ZERO
    if not residue:
        raise Refused("AMOUNT_DECIMALS")
    assert abs(exact - round(exact, 2)) <= Decimal("0.000001")
    return round(exact, 2), round(exact, 2) - exact


def brackets(text):
    text = text.replace(",", "")
    return number("-" + text[1:-1] if text.startswith("(") else text)


def redacted(text):
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise Refused("AMOUNT")
    return number(text)


def whole_code(text):
    if re.fullmatch(r"\d\.\d\dE\+\d\d", text):
        raise Refused("CODE_LOST")
    return text


def same(text):
    return text


def text_of(*columns):
    return lambda row: " ".join(row[name] for name in columns if row[name])


class Case:
    """What to do with one extract; `date` is (column, pattern) or a period."""

    def __init__(self, partner, ident, date, centre, account, amount, description, **more):
        self.partner, self.ident, self.date = partner, ident, date
        self.centre, self.account, self.amount = centre, account, amount
        self.description = text_of(*description)
        self.header = more.pop("header", 1)
        self.codec, self.end = more.pop("codec", "utf-8"), more.pop("end", "lf")
        self.marks, self.packing = more.pop("marks", 0), more.pop("packing", "none")
        self.number, self.code = more.pop("number", number), more.pop("code", same)
        self.total, self.year = more.pop("total", None), more.pop("year", None)
        self.extract, self.options = more.pop("extract", None), more.pop("options", "")
        self.lines = more.pop("lines", True)
        assert not more, more

    def ledger_line(self, row, name, at):
        """The ledger's fields in their order: the first one that fails gives the reason."""
        date = iso(row[self.date[0]], self.date[1]) if isinstance(self.date, tuple) else ""
        if self.year and date and not self.year[0] <= date <= self.year[1]:
            raise Refused("YEAR")
        centre = row.get(self.centre, self.centre)
        account = self.code(row.get(self.account, self.account))
        amount, rounded = self.number(row[self.amount])
        ident = row[self.ident] if self.ident else "%s:%d" % (name, at)
        assert ident and centre and account
        return [ident, self.partner, date, "" if date else self.date, centre, account,
                money(amount), self.description(row)], amount, rounded


LEEDS = ("LDS", "TransactionNumber", ("DatePaid", "%d-%b-%Y"), "ServiceDivisionLabel",
         "DetailedExpenditureCode", "NetAmount", ("DetailedExpenditureType", "SupplierName"))
OXFORD = ("Organisational Unit", "Expenditure Code", "Amount",
          ("Expenditure Category", "Supplier Name"))
DEVON = (("Date", "%Y-%m-%d %H:%M:%S"), "Expense Area", "Expense Code", "Amount",
         ("Expense Type", "Invoice Number"))
NEWCASTLE = ("NCL", None, ("paid_date", "%Y-%m-%d"), "cost_centre", "group_description", "amount",
             ("cost_centre_name", "supplier_name"))
CASES = {
    "01_devon": Case("DEV", "Transaction Number", ("Date", "%d/%m/%Y"), "Expense Area",
                     "Expense Code", "Amount", ("Supplier Name", "Invoice Number"),
                     codec="windows-1252", end="crlf"),
    "02_devon_refuse": Case("DEV", None, *DEVON, end="crlf", marks=1),
    "02_devon_residue": Case("DEV", "Transaction Number", *DEVON, end="crlf", marks=1,
                             number=lambda text: number(text, True), extract="02_devon_refuse"),
    "04_leeds": Case("LDS", "Transaction Number", ("Date paid", "%d-%b-%Y"),
                     "Service division label", "Detailed Expenditure Code", "Net Amount",
                     ("Detailed expenditure type", "Supplier name"),
                     codec="windows-1252", end="crlf"),
    "05_leeds": Case(*LEEDS, end="crlf", packing="xz",
                     total=lambda row: [k for k, v in row.items() if v] == ["NetAmount"]),
    "05_leeds_year": Case(*LEEDS, end="crlf", packing="xz", year=("2013-04-01", "2014-03-31"),
                          total=lambda row: [k for k, v in row.items() if v] == ["NetAmount"],
                          extract="05_leeds"),
    "06_lambeth": Case("LAM", None, "2011-12/P08", "SUPPLIERS", "PAYMENTS", "Total",
                       ("Supplier Name",), header=2, end="cr"),
    "08_bradford": Case("BRD", None, ("Payment date", "%Y-%m-%d"), "Service Label",
                        "Expenditure code", "Net Amount",
                        ("Expenditure category", "Supplier Name"), number=brackets),
    "09_calderdale": Case("CAL", "Transaction number", ("Date", "%Y-%m-%d"), "Expense Area",
                          "Expense Code", "Amount", ("Supplier Name", "Definition"),
                          code=whole_code),
    "10_oxford_lost": Case("OXF", None, ("Paid Date", "%d/%m/%Y"), *OXFORD, end="crlf"),
    "10_oxford_period": Case("OXF", "Trans No", "2014-15/P02", *OXFORD, end="crlf",
                             extract="10_oxford_lost"),
    "12_manchester": Case("MAN", "Transaction Number", ("Invoice Payment Date", "%Y-%m-%d"),
                          "Service Area", "Expenses Type", "Net Amount", ("Supplier Name",),
                          marks=2),
    "13_sheffield": Case("SHF", None, ("GL Date", "%Y-%m-%d"), "Business Unit Description",
                         "Expense Code", "Invoiced Value",
                         ("Expense Code Description", "Supplier Name"), number=redacted),
    "18_lambeth": Case("LAM", None, "2010-11/P11", "SUPPLIERS", "PAYMENTS", "Total",
                       ("Supplier Name",), header=2,
                       total=lambda row: row["Supplier Name"] == "Grand Total"),
    "newcastle_full": Case(*NEWCASTLE, packing="xz", lines=False,
                           options="--control-total 2867600394.68"),
    "newcastle_sample": Case(*NEWCASTLE, packing="xz"),
    "sheffield_sample": Case("SHF", "document_no", ("gl_date", "%Y-%m-%d"), "business_unit_name",
                             "object_code", "amount", ("object_name", "supplier_name"),
                             packing="xz"),
}


def records(path, case):
    """(physical line, cells); the files here have no line end inside a cell."""
    with (lzma.open if case.packing == "xz" else open)(path, "rb") as stream:
        data = stream.read()
    mark = (b"", b"\xef\xbb\xbf", b"\xc3\xaf\xc2\xbb\xc2\xbf")[case.marks]
    assert data.startswith(mark) and data[len(mark):len(mark) + 1].isascii()
    text = data[len(mark):].decode("cp1252" if case.codec == "windows-1252" else case.codec)
    assert text.count("\r\n") == (text.count("\n") if case.end == "crlf" else 0)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == text.count({"lf": "\n", "crlf": "\r\n", "cr": "\r"}[case.end])
    return list(enumerate(rows, 1))


def add(table, key, amount, first):
    rows, total, unread, place = table.get(key, (0, ZERO, 0, first))
    table[key] = (rows + 1, total + (amount or ZERO), unread + (amount is None), place)


class Outcome:
    """What must come out of one case."""

    def __init__(self, name, case):
        self.name, self.case = name, case
        folder = os.path.join(HERE, case.extract or name)
        self.file = next(file for file in sorted(os.listdir(folder)) if file[:2] == name[:2]
                         and "csv" in file)
        self.rows = records(os.path.join(folder, self.file), case)
        self.header = self.rows[case.header - 1][1]
        self.lines, self.refused_rows = [], []
        self.left_out, self.refused, self.rounding = {}, {}, (0, ZERO)
        self.accepted, self.control = ZERO, None
        for at, cells in self.rows:
            self.take(at, cells)

    def take(self, at, cells):
        case = self.case
        row = {k.strip(): v.strip() for k, v in zip(self.header, cells)}
        rule = ("preamble" if at < case.header else "header" if at == case.header else
                "blank" if not any(row.values()) else
                "total" if case.total and case.total(row) else None)
        if rule:
            if rule == "total":
                self.control = Decimal(row[case.amount])
            return add(self.left_out, rule, ZERO, at)
        assert len(cells) == len(self.header)
        try:
            line, amount, rounded = case.ledger_line(row, self.file, at)
        except Refused as why:
            text = row[case.amount].replace(",", "")
            read = Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
            self.refused_rows.append(cells + [self.file, str(at), str(why), ""])
            return add(self.refused, str(why), read, at)
        self.accepted += amount
        self.rounding = (self.rounding[0] + (rounded != 0), self.rounding[1] + rounded)
        return self.lines.append(line)

    def proof(self):
        left = sum(rows for rows, _, _, _ in self.left_out.values())
        refused = sum((total for _, total, _, _ in self.refused.values()), ZERO)
        unread = sum(bad for _, _, bad, _ in self.refused.values())
        total = self.accepted + refused
        if "control-total" in self.case.options:
            self.control = Decimal(self.case.options.split()[-1])
        said = "no control total"
        if self.control is not None:
            assert total == self.control
            said = "control total %s: agrees" % money(self.control)
        return "%d accepted + %d left out + %d refused = %d rows; %s + 0.00 + %s = %s%s; %s" % (
            len(self.lines), left, len(self.refused_rows), len(self.rows), money(self.accepted),
            money(refused), money(total),
            " and %d amounts that cannot be read" % unread if unread else "", said)

    def text(self):
        case = self.case
        lines = ["extract = %s" % ("../%s/%s" % (case.extract, self.file) if case.extract
                                   else self.file)]
        if case.options:
            lines.append("options = " + case.options)
        lines += ["exit = %d" % (1 if self.refused else 0), "last_line = " + self.proof(),
                  "rows = %d" % len(self.rows),
                  "accepted = %d %s" % (len(self.lines), money(self.accepted))]
        lines += ["left_out.%s = %d %s" % (key, rows, money(total))
                  for key, (rows, total, _, _) in self.left_out.items()]
        lines += ["refused.%s = %d %s first %s:%d%s" % (
            key, rows, money(total), self.file, first, " unreadable %d" % bad if bad else "")
                  for key, (rows, total, bad, first) in self.refused.items()]
        lines += ["rounding = %d %s" % (self.rounding[0], money(self.rounding[1])),
                  "file.packing = " + case.packing, "file.encoding = " + case.codec,
                  "file.byte_order_marks = %d" % case.marks, "file.line_end = " + case.end]
        return "".join(line + "\n" for line in lines)

    def files(self):
        found = {"expected.txt": self.text().encode("utf-8")}
        if self.case.lines:
            found["expected.csv"] = table_bytes([LEDGER] + self.lines, "\n")
        if self.refused_rows:
            found["expected-refused.csv"] = table_bytes(
                [self.header + BEHIND] + self.refused_rows, "\r\n")
        return found


def table_bytes(rows, end):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue().encode("utf-8")


def stored(path, data=None):
    """Reads a file that may stand packed, or writes it, packed if it is long."""
    packed = path + ".xz"
    if data is not None and len(data) > 50000:
        data, path = lzma.compress(data, preset=9), packed
    if data is not None:
        with open(path, "wb") as stream:
            stream.write(data)
        return data
    if os.path.exists(packed):
        with lzma.open(packed) as stream:
            return stream.read()
    with open(path, "rb") as stream:
        return stream.read()


def main():
    words = sys.argv[1:]
    wrong = 0
    for name in [word for word in words if word != "--write"] or sorted(CASES):
        outcome = Outcome(name, CASES[name])
        for file, data in sorted(outcome.files().items()):
            path = os.path.join(HERE, name, file)
            if "--write" in words:
                stored(path, data)
            elif stored(path) != data:
                wrong += 1
                print("%s/%s differs" % (name, file))
        print("%-17s %s" % (name, outcome.proof()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
