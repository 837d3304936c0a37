#!/usr/bin/env python3
"""recheck.py -- a second, independent implementation of the check, for auditors.

It reads a partnership folder, works the bill out again from the rules of the engine's contract
(the page called engine.md; "section 4" and "10.14" below are its sections and points) and
compares every file byte for byte with what the engine wrote. It shares no code with the engine.

    recheck.py FOLDER OUT [--book B] [--through P]            compare OUT with a fresh closing
    recheck.py --close FOLDER --out DIR [--book B] [--through P]   write the closing itself
    recheck.py BUNDLE.ochil.zip                               check a bundle

Exit: 0 agrees (or closed), 1 refused, 2 wrong usage, 3 a file cannot be read or written,
4 does not agree. On disagreement the first difference is located to file, row and column.

Money is whole pence (int), a share is a Fraction; there is no floating point here.
The order of reading: text, numbers, model, ledger, shares, pennies, locked periods, output,
comparison, bundle.
"""
import argparse
import calendar
import hashlib
import json
import os
import re
import sys
import tempfile
import zipfile
from fractions import Fraction

# Section 2: the model files and their columns, in the order in which errors.csv lists them.
COLUMNS = {
    "partnership.csv": "key,value",
    "partners.csv": "partner,name",
    "services.csv": "service,name,lead",
    "pools.csv": "pool,name,service,kind,from,to,basis",
    "bases.csv": "basis,name,kind,places,tolerance,estimate,actual,unit,source",
    "basis_values.csv": "basis,from,partner,value",
    "blends.csv": "basis,component,weight",
    "accounts.csv": "partner,account,group",
    "cost_centres.csv": "partner,cost_centre,account,from,to,treatment,pool,bearer",
    "support.csv": "pool,from,receiver,value",
    "charged.csv": "kind,pool,period,group,partner,borne,paid,net",
    "corrected.csv": "kind,pool,period,carried_in,group,partner,borne,paid",
    "billed.csv": "service,partner,amount",
}
OPTIONAL = ("blends.csv", "support.csv", "charged.csv", "corrected.csv", "billed.csv")
LEDGER_ONLY = ("charged.csv", "corrected.csv", "billed.csv")      # section 5, last sentence
WITH_CODES = ("partners.csv", "services.csv", "pools.csv", "bases.csv")
LINE_COLUMNS = "entry_id,partner,date,period,cost_centre,account,amount,description"
BOOKS = ("ledger", "budget", "forecast")

# 10.11 and 10.14: the keys. Pools and cost centres are dated and have OVERLAP instead.
KEYS = {
    "partnership.csv": ("key",),
    "partners.csv": ("partner",),
    "services.csv": ("service",),
    "bases.csv": ("basis",),
    "basis_values.csv": ("basis", "from", "partner"),
    "blends.csv": ("basis", "component"),
    "accounts.csv": ("partner", "account"),
    "support.csv": ("pool", "from", "receiver"),
    "charged.csv": ("kind", "pool", "period", "group", "partner"),
    "corrected.csv": ("kind", "pool", "period", "carried_in", "group", "partner"),
    "billed.csv": ("service", "partner"),
}

# Section 2: the settings, default first.
SETTINGS = {
    "rounding": ("year-to-date", "period"),
    "remainder": ("largest", "lead", "first"),
    "settlement": ("net", "gross"),
    "support_method": ("reciprocal", "step-down", "direct"),
}
SHARED = ("common", "support")
BORNE_BY_ONE = ("direct", "initiative")
KINDS = SHARED + BORNE_BY_ONE
TREATMENTS = KINDS + ("excluded",)
BASIS_KINDS = ("measure", "fixed", "equal", "blend", "tolerance")
MOST_ERRORS = 10000
PENCE_MIN, PENCE_MAX = -2**63, 2**63 - 1


# ---------------------------------------------------------------- text (10.1 to 10.3, 10.18)

class Record:
    """One CSV record: the physical line it starts on, its fields, and its first text fault."""

    def __init__(self, line, fields, fault):
        self.line = line
        self.fields = fields
        self.fault = fault

    def is_blank(self):
        return self.fault is None and not any(self.fields)


def read_plain(raw):
    """A record without any quote is its line, cut at the commas."""
    text = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1] if raw.endswith(b"\n") else raw
    return text.split(b","), {"LINE_END"} if b"\r" in text else set()


def read_open_text(data, at):
    """Unquoted text from `at` to a comma or a line end. Gives text, where it stops, faults."""
    comma, newline = data.find(b",", at), data.find(b"\n", at)
    stops = [stop for stop in (comma, newline) if stop >= 0]
    stop = min(stops) if stops else len(data)
    text = data[at:stop]
    if stop == newline and text.endswith(b"\r"):
        text = text[:-1]
    return text, stop, {"LINE_END"} if b"\r" in text else set()


def read_quoted_text(data, at):
    """Text in quotes; `at` is just after the opening one. Gives None if it is never closed."""
    text = b""
    while True:
        quote = data.find(b'"', at)
        if quote < 0:
            return None, len(data)
        text += data[at:quote]
        if data[quote + 1:quote + 2] != b'"':
            return text, quote + 1
        text += b'"'
        at = quote + 2


def read_quoted(data, at):
    """A record that holds a quote, field by field. Gives fields, where it ends, faults."""
    fields, faults = [], set()
    while True:
        text, quoted = b"", data[at:at + 1] == b'"'
        if quoted:
            text, at = read_quoted_text(data, at + 1)
            if text is None:            # 10.2: one fault, and the rest of the file is not read
                return fields + [b'"'], at, {"NEVER_CLOSED"}
        rest, stop, rest_faults = read_open_text(data, at)
        if quoted and rest:             # 10.2, 10.18: faulty, and goes on as unquoted text
            faults.add("QUOTE")
        fields.append(text + rest)
        faults |= rest_faults
        if data[stop:stop + 1] != b",":
            return fields, min(stop + 1, len(data)), faults
        at = stop + 1


def is_text(raw):
    """10.2: valid UTF-8, without NUL. Python's decoder refuses overlong forms and surrogates."""
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


def first_fault(faults):
    """Section 7: the order of testing. What a quote never closed runs over is not read."""
    if "NEVER_CLOSED" in faults:
        return "QUOTE"
    found = [code for code in ("ENCODING", "LINE_END", "QUOTE") if code in faults]
    return found[0] if found else None


def read_records(data):
    """Every record of a file, in order, also the blank ones. Only LF and CRLF end a record."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    line = 1
    while at < len(data):
        newline = data.find(b"\n", at)
        end = len(data) if newline < 0 else newline + 1
        if b'"' in data[at:end]:
            fields, end, faults = read_quoted(data, at)
        else:
            fields, faults = read_plain(data[at:end])
        if not is_text(data[at:end]):
            faults.add("ENCODING")
        fields = [field.decode("utf-8", "surrogateescape") for field in fields]
        yield Record(line, fields, first_fault(faults))
        line += data.count(b"\n", at, end)
        at = end


def read_body(p, file, data, columns):
    """The records after the header; None if the header is wrong (10.3: the file is ignored)."""
    records = [record for record in read_records(data) if not record.is_blank()]
    if not records:
        p.refuse(file, 1, "HEADER")
        return None
    header = records[0]
    if header.fault or header.fields != columns.split(","):
        p.refuse(file, header.line, header.fault or "HEADER")
        return None
    return records[1:]


def field_text(value):
    """10.1: quoted only if it contains comma, quote, CR or LF."""
    text = str(value)
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_bytes(columns, rows):
    lines = [columns] + [",".join(field_text(value) for value in row) for row in rows]
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


# ---------------------------------------------------------------- numbers, days and periods

def amount_of(text, digits=13):
    """10.5: an amount in pence, or None. 10.14: locked amounts may have 17 digits."""
    match = re.fullmatch(r"(-?)([0-9]{1,%d})(?:\.([0-9]{1,2}))?" % digits, text, re.ASCII)
    if not match:
        return None
    pence = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -pence if match[1] else pence


def number_of(text):
    """10.5: any other number. Gives the number and no fault, or None and the fault's code."""
    match = re.fullmatch(r"(-?)([0-9]{1,18}(?:\.[0-9]{1,12})?)", text, re.ASCII)
    if not match:
        return None, "BASIS_VALUE"
    number = Fraction(match[2])
    if match[1] and number != 0:
        return None, "BASIS_NEGATIVE"
    return number, None


def is_year(text):
    """10.18: years run 0001 to 9999; written 2014-15."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text, re.ASCII)
    return bool(match) and match[1] != "0000" and (int(match[1]) + 1) % 100 == int(match[2])


def is_period(text):
    return is_year(text[:-4]) and re.fullmatch(r"/P(0[1-9]|1[0-3])", text[-4:]) is not None


def is_day(text):
    """10.6: a real day written YYYY-MM-DD."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII)
    if not match:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    return year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def period_of_day(text):
    """Section 1: April is P01, March is P12."""
    year, month = int(text[:4]), int(text[5:7])
    start = year if month >= 4 else year - 1
    return "%04d-%02d/P%02d" % (start, (start + 1) % 100, (month - 4) % 12 + 1)


def money(pence):
    """10.1: zero is 0.00."""
    return "%s%d.%02d" % ("-" if pence < 0 else "", abs(pence) // 100, abs(pence) % 100)


# ---------------------------------------------------------------- the partnership

class Row:
    """A row of a model file whose text and number of fields are right."""

    def __init__(self, file, line, columns, fields):
        self.file = file
        self.line = line
        self.value = dict(zip(columns.split(","), fields))

    def __getitem__(self, column):
        return self.value[column]


class Partnership:
    """All that is known of one folder: its files, faults, model and sums."""

    def __init__(self, files, book, through):
        self.files = files
        self.book = book
        self.given_through = through
        self.faults = {}            # (file, line) -> (code, value): the first fault of a line
        self.rows = {}              # model file -> rows; None: missing or ignored
        self.codes = {}             # model file -> every code it makes known, in order
        self.half_known = {}        # model file -> codes of rows not even fit to be tested
        self.setting = {key: values[0] for key, values in SETTINGS.items()}
        self.year = None
        self.counts = {}            # input file -> records
        self.lines = {treatment: 0 for treatment in TREATMENTS + ("later", "all")}
        self.amount = {treatment: 0 for treatment in TREATMENTS + ("later", "all")}
        self.paid = {}              # (kind, pool, group) -> period -> partner -> pence
        self.borne_by = {}          # the same, for lines that one partner bears
        self.used = {}              # period -> set of (kind, pool) with a line
        self.share_memo = {}

    def refuse(self, file, line, code, value=""):
        """Section 7: a line is refused once, for its first fault."""
        self.faults.setdefault((file, line), (code, value))

    def is_faulty(self, row):
        return (row.file, row.line) in self.faults

    def sound(self, file):
        """The rows in effect (10.12: a faulty row is not)."""
        return [row for row in self.rows.get(file) or [] if not self.is_faulty(row)]

    def usable(self, file):
        return self.rows.get(file) is not None

    def knows(self, file, code):
        """Is the code known? A test that needs a missing file is not made (10.15)."""
        return code != "" and (not self.usable(file) or code in self.codes[file])


def read_table(p, file):
    """Read one model file into p.rows, and the codes it makes known into p.codes."""
    p.rows[file], p.codes[file], p.half_known[file] = None, {}, set()
    if file not in p.files:
        if file in OPTIONAL:
            p.rows[file] = []
        else:
            p.refuse(file, 0, "MISSING")
        return
    records = read_body(p, file, p.files[file], COLUMNS[file])
    if records is None:
        return
    p.rows[file] = []
    p.counts[file] = len(records)
    for record in records:
        code = record.fields[0]
        if code:
            p.codes[file].setdefault(code, len(p.codes[file]))
        if record.fault:
            p.refuse(file, record.line, record.fault)
        elif len(record.fields) != COLUMNS[file].count(",") + 1:
            p.refuse(file, record.line, "FIELDS", str(len(record.fields)))
        else:
            p.rows[file].append(Row(file, record.line, COLUMNS[file], record.fields))
            continue
        p.half_known[file].add(code)


# ---------------------------------------------------------------- model rows (10.11, 10.12)
# What must hold of one field. Each takes the partnership, the row and the field's text.

def given(p, row, text):
    return text != ""


def one_of(choices):
    return lambda p, row, text: text in choices


def known(file):
    return lambda p, row, text: p.knows(file, text)


def right_setting(p, row, text):
    if row["key"] == "year":
        return is_year(text)
    return text in SETTINGS.get(row["key"], ()) or row["key"] == "name" and text != ""


def right_partner_code(p, row, text):
    return re.fullmatch(r"[A-Za-z0-9._-]{1,32}", text, re.ASCII) is not None


def right_service_code(p, row, text):
    return text not in ("", "all")


def period_or_blank(p, row, text):
    return text == "" or is_period(text)


def not_before_from(p, row, text):
    return period_or_blank(p, row, text) and (text == "" or row["from"] <= text)


def period_of_the_year(p, row, text):
    return in_year(p, text)


def right_pool_basis(p, row, text):
    """A support pool has no basis."""
    return text == "" if row["kind"] == "support" else p.knows("bases.csv", text)


def right_places(p, row, text):
    return text == "" or re.fullmatch("[0-9]{1,18}", text, re.ASCII) and int(text) <= 12


def right_tolerance(p, row, text):
    return row["kind"] != "tolerance" or number_of(text)[1] is None


def right_end_of_tolerance(p, row, text):
    return row["kind"] != "tolerance" or p.knows("bases.csv", text)


def of_kind(*kinds):
    """The basis named is of one of these kinds, as far as its kind can be said."""
    return lambda p, row, text: basis_kind(p, text) in kinds + (None,)


def not_negative(p, row, text):
    return number_of(text)[1] != "BASIS_NEGATIVE"


def number(p, row, text):
    return number_of(text)[1] is None


def known_pool_if_any(p, row, text):
    """10.8: the pool is ignored for excluded."""
    return row["treatment"] == "excluded" or p.knows("pools.csv", text)


def right_kind_of_pool(p, row, text):
    """10.8: a common row names a common pool, a support row a support pool."""
    return row["treatment"] not in SHARED or pool_kind(p, text) in (row["treatment"], None)


def known_bearer_if_any(p, row, text):
    return row["treatment"] not in BORNE_BY_ONE or p.knows("partners.csv", text)


def no_common_pool(p, row, text):
    return p.knows("pools.csv", text) and pool_kind(p, text) != "common"


def amount(p, row, text):
    return amount_of(text) is not None


def locked_amount(p, row, text):
    return amount_of(text, 17) is not None


def borne_less_paid(p, row, text):
    return amount_of(text, 17) == amount_of(row["borne"], 17) - amount_of(row["paid"], 17)


def not_the_lead(p, row, text):
    """10.14: the lead of a service is not billed for it."""
    leads = [other["lead"] for other in rows_of(p, "services.csv", "service", row["service"])]
    return text not in leads[:1]


PARTNER = ("partner", "PARTNER", known("partners.csv"))
FROM = ("from", "PERIOD", period_or_blank)
TO = ("to", "PERIOD", not_before_from)


def number_rules(column):
    return [(column, "BASIS_NEGATIVE", not_negative), (column, "BASIS_VALUE", number)]


# Column, the code of the refusal, what must hold: in the order in which they are tested.
RULES = {
    "partnership.csv": [
        ("key", "SETTING", one_of(("name", "year") + tuple(SETTINGS))),
        ("value", "SETTING", right_setting)],
    "partners.csv": [("partner", "PARTNER", right_partner_code)],
    "services.csv": [
        ("service", "SERVICE", right_service_code), ("lead", "PARTNER", known("partners.csv"))],
    "pools.csv": [
        ("pool", "POOL", given), ("service", "SERVICE", known("services.csv")),
        ("kind", "TREATMENT", one_of(("",) + SHARED)), FROM, TO,
        ("basis", "BASIS", right_pool_basis)],
    "bases.csv": [
        ("basis", "BASIS", given), ("kind", "BASIS_KIND", one_of(BASIS_KINDS)),
        ("places", "BASIS_KIND", right_places), ("tolerance", "BASIS_KIND", right_tolerance),
        ("estimate", "BASIS", right_end_of_tolerance),
        ("actual", "BASIS", right_end_of_tolerance)],
    "basis_values.csv": [
        ("basis", "BASIS", known("bases.csv")),
        ("basis", "BASIS_KIND", of_kind("measure", "fixed")), FROM, PARTNER]
        + number_rules("value"),
    "blends.csv": [
        ("basis", "BASIS", known("bases.csv")), ("basis", "BASIS_KIND", of_kind("blend")),
        ("component", "BASIS", known("bases.csv"))] + number_rules("weight"),
    "accounts.csv": [PARTNER, ("account", "ACCOUNT", given), ("group", "ACCOUNT", given)],
    "cost_centres.csv": [
        PARTNER, ("cost_centre", "COST_CENTRE", given), FROM, TO,
        ("treatment", "TREATMENT", one_of(TREATMENTS)), ("pool", "POOL", known_pool_if_any),
        ("pool", "TREATMENT", right_kind_of_pool), ("bearer", "BEARER", known_bearer_if_any)],
    "support.csv": [
        ("pool", "POOL", no_common_pool), FROM, ("receiver", "POOL", known("pools.csv"))]
        + number_rules("value"),
    "charged.csv": [
        ("kind", "TREATMENT", one_of(KINDS)), ("pool", "POOL", known("pools.csv")),
        ("period", "PERIOD", period_of_the_year), ("group", "ACCOUNT", given), PARTNER,
        ("borne", "AMOUNT", locked_amount), ("paid", "AMOUNT", locked_amount),
        ("net", "AMOUNT", locked_amount), ("net", "AMOUNT", borne_less_paid)],
    "corrected.csv": [
        ("kind", "TREATMENT", one_of(KINDS)), ("pool", "POOL", known("pools.csv")),
        ("period", "PERIOD", period_of_the_year), ("carried_in", "PERIOD", period_of_the_year),
        ("group", "ACCOUNT", given), PARTNER,
        ("borne", "AMOUNT", locked_amount), ("paid", "AMOUNT", locked_amount)],
    "billed.csv": [
        ("service", "SERVICE", known("services.csv")), PARTNER,
        ("partner", "PARTNER", not_the_lead), ("amount", "AMOUNT", amount)],
}


def test_rows(p, file):
    """10.12: the columns of every row from left to right, then the keys."""
    for row in p.rows[file] or []:
        for column, code, holds in RULES[file]:
            if not holds(p, row, row[column]):
                p.refuse(file, row.line, code, row[column])
                break
    test_keys(p, file)


def test_keys(p, file):
    """10.11: keys are unique, else DUPLICATE_KEY at the later row."""
    columns, seen = KEYS.get(file), set()
    if columns is None:
        return
    for row in p.rows[file] or []:
        key = tuple(row[column] for column in columns)
        if key in seen:
            p.refuse(file, row.line, "DUPLICATE_KEY", key[-1])
        seen.add(key)


# ---------------------------------------------------------------- the model as a whole

def in_year(p, period):
    return is_period(period) and period[:-4] == p.year


def periods(p):
    return [p.year + "/P%02d" % number for number in range(1, 14)]


def rows_of(p, file, column, code):
    return [row for row in p.rows[file] or [] if row[column] == code]


def basis_kind(p, basis):
    """The kind of a basis by its first row, or None if that cannot be said."""
    rows = rows_of(p, "bases.csv", "basis", basis)
    return rows[0]["kind"] if rows and rows[0]["kind"] in BASIS_KINDS else None


def pool_kind(p, pool):
    """The kind of a pool by its first row (blank means common), or None."""
    rows = rows_of(p, "pools.csv", "pool", pool)
    kind = (rows[0]["kind"] or "common") if rows else None
    return kind if kind in SHARED else None


def test_pools_agree(p):
    """POOL_MIXED: the rows of one pool are of one service and one kind (if of a known one)."""
    first = {}
    for row in p.rows["pools.csv"] or []:
        nature = (row["service"], row["kind"] or "common")
        if not p.knows("services.csv", nature[0]) or nature[1] not in SHARED:
            continue
        if first.setdefault(row["pool"], nature) != nature:
            p.refuse("pools.csv", row.line, "POOL_MIXED", row["pool"])


def test_overlaps(p, file, columns, shown):
    """OVERLAP: dated rows of one pool or cost centre; both ends are inclusive."""
    earlier = {}
    for row in p.rows[file] or []:
        if not all(holds(p, row, row[column]) for column, _, holds in (FROM, TO)):
            continue
        others = earlier.setdefault(tuple(row[column] for column in columns), [])
        span = (row["from"], row["to"] or "~")
        if any(span[0] <= end and start <= span[1] for start, end in others):
            p.refuse(file, row.line, "OVERLAP", row[shown])
        others.append(span)


def test_blends_add_up(p):
    """BLEND_NOT_100, at the basis's row."""
    if not p.usable("blends.csv"):
        return
    for row in p.rows["bases.csv"] or []:
        if row["kind"] == "blend" and sum(blend_weights(p, row["basis"]).values()) != 100:
            p.refuse("bases.csv", row.line, "BLEND_NOT_100", row["basis"])


def blend_weights(p, basis):
    return {row["component"]: number_of(row["weight"])[0]
            for row in p.sound("blends.csv") if row["basis"] == basis}


def components(p, row):
    """The bases that a basis is made of."""
    if row["kind"] == "blend":
        return list(blend_weights(p, row["basis"]))
    if row["kind"] == "tolerance":
        return [row["estimate"], row["actual"]]
    return []


def reached_from(start, nexts):
    """Everything reached by following `nexts`; `start` itself only if a way leads back to it."""
    reached, waiting = set(), [start]
    while waiting:
        for step in nexts(waiting.pop()):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return reached


def test_basis_cycles(p):
    """BASIS_CYCLE, once for every basis on the cycle."""
    made_of = {}
    for row in p.rows["bases.csv"] or []:
        made_of.setdefault(row["basis"], components(p, row))
    for row in p.rows["bases.csv"] or []:
        if row["basis"] in reached_from(row["basis"], lambda basis: made_of.get(basis, [])):
            p.refuse("bases.csv", row.line, "BASIS_CYCLE", row["basis"])


def test_settings(p):
    """False if nothing else can be tested (10.11, 10.15)."""
    read_table(p, "partnership.csv")
    if not p.usable("partnership.csv"):
        return False
    test_rows(p, "partnership.csv")
    malformed = False
    for row in p.rows["partnership.csv"]:
        if row["key"] == "year" and not is_year(row["value"]):
            malformed = True
        elif not p.is_faulty(row):
            p.setting[row["key"]] = row["value"]
    p.year = p.setting.get("year")
    if p.year is None and not malformed:
        p.refuse("partnership.csv", 0, "SETTING")
    return p.year is not None and not malformed


def test_model(p):
    """Sections 2, 5 and 7: every model file but the settings."""
    for file in COLUMNS:
        if file in LEDGER_ONLY and p.book != "ledger":
            p.rows[file] = []
        elif file != "partnership.csv":
            read_table(p, file)
    for file in p.rows:
        if file != "partnership.csv":
            test_rows(p, file)
    if p.usable("partners.csv") and len(p.codes["partners.csv"]) < 2:
        p.refuse("partners.csv", 0, "PARTNER")
    test_pools_agree(p)
    test_overlaps(p, "pools.csv", ("pool",), "pool")
    test_overlaps(p, "cost_centres.csv", ("partner", "cost_centre", "account"), "cost_centre")
    test_blends_add_up(p)
    test_basis_cycles(p)


def test_through(p):
    """Section 5 and 10.14: what is locked, and THROUGH."""
    p.locked_to = max([row["period"] for row in p.sound("charged.csv")], default="")
    p.through = p.given_through or periods(p)[-1]
    if not in_year(p, p.through):
        p.refuse("charged.csv", 0, "THROUGH", p.through)
        p.through = periods(p)[-1]
    elif p.through <= p.locked_to:
        p.refuse("charged.csv", 0, "THROUGH", p.through)
    p.settled = [period for period in periods(p) if period <= p.through]


def index_model(p):
    """Put what the ledger and the shares need where it is found by code."""
    p.partners = list(p.codes["partners.csv"])
    p.lead = {row["service"]: row["lead"] for row in p.sound("services.csv")}
    p.service_order = list(p.codes["services.csv"])
    p.pool_rows, p.series, p.drivers, p.centres = {}, {}, {}, {}
    for row in p.rows["pools.csv"] or []:
        p.pool_rows.setdefault(row["pool"], []).append(row)
    p.basis_row = {row["basis"]: row for row in reversed(p.rows["bases.csv"] or [])}
    p.faulty_pools = faulty_codes(p, "pools.csv", "pool")
    p.faulty_bases = faulty_codes(p, "bases.csv", "basis")
    for row in p.sound("basis_values.csv"):
        series = p.series.setdefault((row["basis"], row["partner"]), {})
        series[row["from"]] = number_of(row["value"])[0]
    for row in p.sound("support.csv"):
        series = p.drivers.setdefault(row["pool"], {}).setdefault(row["receiver"], {})
        series[row["from"]] = number_of(row["value"])[0]
    p.group = {(row["partner"], row["account"]): row["group"] for row in p.sound("accounts.csv")}
    for row in p.sound("cost_centres.csv"):
        p.centres.setdefault((row["partner"], row["cost_centre"]), []).append(row)


def faulty_codes(p, file, column):
    """10.12: a basis or pool with a faulty row is not tested by period."""
    return p.half_known[file] | {row[column] for row in p.rows[file] or [] if p.is_faulty(row)}


def in_force(row, period):
    return row["from"] <= period <= (row["to"] or "~")


def value_in_force(series, period):
    """10.9: a value holds from its period until the next one; None before the first."""
    started = [start for start in series if start <= period]
    return series[max(started)] if started else None


# ---------------------------------------------------------------- the ledger

def ledger_files(p):
    """10.4: the files of the book in byte order of name."""
    return sorted((file for file in p.files if file.startswith(p.book + "/")), key=os.fsencode)


def read_ledger(p):
    files, seen = ledger_files(p), set()
    if not files:
        p.refuse(p.book, 0, "MISSING")
    for file in files:
        records = read_body(p, file, p.files[file], LINE_COLUMNS)
        p.counts[file] = len(records or [])
        for record in records or []:
            fault = line_fault(p, record, seen)
            if fault:
                p.refuse(file, record.line, *fault)
            else:
                take_in(p, record.fields)


def line_fault(p, record, seen):
    """Section 7: the line codes, in the order they are tested."""
    if record.fault:
        return record.fault, ""
    if len(record.fields) != 8:
        return "FIELDS", str(len(record.fields))
    entry, partner, day, period, _, account, amount, _ = record.fields
    if entry == "":
        return "ENTRY_ID", ""
    if not p.knows("partners.csv", partner):
        return "PARTNER", partner
    if (partner, entry) in seen:
        return "DUPLICATE", entry
    seen.add((partner, entry))                  # 10.7
    if day and not is_day(day):
        return "DATE", day
    period = line_period(record.fields)
    if not in_year(p, period):
        return "PERIOD", period                 # 10.6
    if amount_of(amount) is None:
        return "AMOUNT", amount
    if p.usable("accounts.csv") and (partner, account) not in p.group:
        return "ACCOUNT", account
    if p.usable("cost_centres.csv") and centre_row(p, record.fields) is None:
        return "COST_CENTRE", record.fields[4]
    return None


def line_period(fields):
    """Section 2: `period` wins; without it the date says."""
    day, period = fields[2], fields[3]
    return period or (period_of_day(day) if day else "")


def centre_row(p, fields):
    """The treatment in force; a row naming the account wins while it is in force (10.8)."""
    partner, centre, account = fields[1], fields[4], fields[5]
    rows = [row for row in p.centres.get((partner, centre), [])
            if in_force(row, line_period(fields))]
    for named in (account, ""):
        for row in rows:
            if row["account"] == named:
                return row
    return None


def take_in(p, fields):
    """Add a sound line to the sums."""
    partner, period, pence = fields[1], line_period(fields), amount_of(fields[6])
    row = centre_row(p, fields)
    if row is None:                             # cost_centres.csv is missing: refused already
        return
    treatment = "later" if period > p.through else row["treatment"]
    for name in (treatment, "all"):
        p.lines[name] += 1
        p.amount[name] += pence
    if treatment not in KINDS:
        return
    p.used.setdefault(period, set()).add((treatment, row["pool"]))
    cost = (treatment, row["pool"], p.group.get((partner, fields[5]), ""))
    add(p.paid, cost, period, partner, pence)
    if treatment in BORNE_BY_ONE:
        add(p.borne_by, cost, period, row["bearer"], pence)


def add(sums, cost, period, partner, pence):
    amounts = sums.setdefault(cost, {}).setdefault(period, {})
    amounts[partner] = amounts.get(partner, 0) + pence


# ---------------------------------------------------------------- faults of a period (10.13)

def test_periods(p):
    """First period first; only for a (pool, period) with a ledger line."""
    for period in p.settled:
        done = set()
        for kind, pool in sorted(p.used.get(period, ())):
            test_pool(p, pool, period, kind in SHARED, done)


def pool_row(p, pool, period):
    rows = [row for row in p.pool_rows[pool] if in_force(row, period)]
    return rows[0] if rows else None


def test_pool(p, pool, period, is_shared, done):
    if pool in p.faulty_pools or pool not in p.pool_rows or (pool, is_shared) in done:
        return
    done.add((pool, is_shared))
    first, row = p.pool_rows[pool][0], pool_row(p, pool, period)
    if row is None:
        p.refuse("pools.csv", first.line, "POOL_PERIOD", pool + " " + period)
    elif is_shared and pool_kind(p, pool) == "common":
        test_basis(p, row["basis"], period)
    elif is_shared and p.usable("support.csv"):
        if not has_outlet(p, pool, period):
            p.refuse("pools.csv", first.line, "SUPPORT_NO_OUTLET", pool + " " + period)
        for receiver in receivers(p, pool, period):
            test_pool(p, receiver, period, True, done)


def has_outlet(p, pool, period):
    """Is a common pool reached by the drivers that the method leaves?"""
    reached = reached_from(pool, lambda step: receivers(p, step, period))
    return any(pool_kind(p, step) != "support" for step in reached)


def test_basis(p, basis, period):
    if basis in p.faulty_bases or basis not in p.basis_row:
        return
    row = p.basis_row[basis]
    for component in components(p, row):
        test_basis(p, component, period)
    usable = p.usable("basis_values.csv") and p.usable("partners.csv")
    if row["kind"] in ("measure", "fixed") and usable:
        fault = values_fault(row["kind"], basis_values(p, basis, period))
        if fault:
            p.refuse("bases.csv", row.line, fault, basis + " " + period)


def basis_values(p, basis, period):
    """The value in force of every partner, in listing order; None where there is none."""
    return [value_in_force(p.series.get((basis, partner), {}), period) for partner in p.partners]


def values_fault(kind, values):
    if None in values:
        return "BASIS_VALUE"
    if kind == "measure" and sum(values) == 0:
        return "BASIS_ZERO"
    if kind == "fixed" and sum(values) != 100:
        return "BASIS_NOT_100"
    return None


# ---------------------------------------------------------------- shares (section 3)
# A share vector has one Fraction per partner, in listing order, adding to exactly 1.

def weighted(vectors):
    """The sum of weight x vector over (weight, vector) pairs."""
    return [sum(column) for column in
            zip(*([weight * share for share in vector] for weight, vector in vectors))]


def basis_shares(p, basis, period):
    """The shares under a basis, after its own `places` (10.10)."""
    key = ("basis", basis, period)
    if key not in p.share_memo:
        row = p.basis_row[basis]
        shares = exact_shares(p, row, period)
        if row["places"]:
            units = 100 * 10 ** int(row["places"])
            whole = hand_out([units * share for share in shares], units, "largest", None)
            shares = [Fraction(part, units) for part in whole]
        p.share_memo[key] = shares
    return p.share_memo[key]


def exact_shares(p, row, period):
    kind = row["kind"]
    if kind == "equal":
        return [Fraction(1, len(p.partners))] * len(p.partners)
    if kind in ("measure", "fixed"):
        values = basis_values(p, row["basis"], period)
        return [value / sum(values) for value in values]
    if kind == "blend":
        return weighted([(weight / 100, basis_shares(p, component, period))
                         for component, weight in blend_weights(p, row["basis"]).items()])
    estimate = basis_shares(p, row["estimate"], period)
    actual = basis_shares(p, row["actual"], period)
    tolerance = number_of(row["tolerance"])[0]
    moved = any(100 * abs(new - old) > tolerance for old, new in zip(estimate, actual))
    return actual if moved else estimate


def pool_shares(p, pool, period):
    key = ("pool", pool, period)
    if key not in p.share_memo:
        if pool_kind(p, pool) == "common":
            shares = basis_shares(p, pool_row(p, pool, period)["basis"], period)
        else:
            shares = support_shares(p, pool, period)
        assert sum(shares) == 1
        p.share_memo[key] = shares
    return p.share_memo[key]


def receivers(p, pool, period):
    """The drivers of a support pool that the method leaves (10.9): receiver -> value."""
    closing_order = [code for code in p.pool_rows if pool_kind(p, code) == "support"]
    left = {}
    for receiver, series in p.drivers.get(pool, {}).items():
        value = value_in_force(series, period)
        if receiver == pool or not value:
            continue
        if receiver in closing_order:
            if p.setting["support_method"] == "direct":
                continue
            if (p.setting["support_method"] == "step-down" and pool in closing_order
                    and closing_order.index(receiver) < closing_order.index(pool)):
                continue
        left[receiver] = value
    return left


def support_shares(p, pool, period):
    """The composed vector: solve  v[s] = known[s] + sum over t of to[s][t] v[t]  exactly."""
    reached = reached_from(pool, lambda step: receivers(p, step, period)) | {pool}
    support = sorted(step for step in reached if pool_kind(p, step) == "support")
    to, known = {}, {}
    for step in support:
        drivers = receivers(p, step, period)
        part = {receiver: value / sum(drivers.values()) for receiver, value in drivers.items()}
        to[step] = {other: part[other] for other in part if other in support}
        known[step] = [Fraction(0)] * len(p.partners)
        for receiver in part:
            if receiver not in support:
                known[step] = weighted([(Fraction(1), known[step]),
                                        (part[receiver], pool_shares(p, receiver, period))])
    for step in support:                        # remove each unknown in turn from all the others
        own = 1 - to[step].pop(step, Fraction(0))
        to[step] = {other: value / own for other, value in to[step].items()}
        known[step] = [value / own for value in known[step]]
        for other in support:
            if other != step and step in to[other]:
                weight = to[other].pop(step)
                for last, value in to[step].items():
                    to[other][last] = to[other].get(last, Fraction(0)) + weight * value
                known[other] = weighted([(Fraction(1), known[other]), (weight, known[step])])
    return known[pool]


# ---------------------------------------------------------------- pennies (section 4)

def hand_out(exact, total, remainder, lead):
    """Whole parts adding to `total`. `lead` is the lead's place in the listing order."""
    if total < 0:                               # the mirror image, so that a reversal cancels
        return [-part for part in hand_out([-amount for amount in exact], -total, remainder, lead)]
    parts = [amount.numerator // amount.denominator for amount in exact]
    spare = total - sum(parts)
    if remainder == "largest":                  # ties to the partner listed first: sort is stable
        places = sorted(range(len(exact)), key=lambda place: parts[place] - exact[place])
        for place in places[:spare]:
            parts[place] += 1
    else:
        parts[lead if remainder == "lead" else 0] += spare
    assert sum(parts) == total
    return parts


def work_out_due(p):
    """What every partner bears by today's rules, and the carry, period by period."""
    p.due, p.carry = {}, {}
    for cost in p.paid:
        if cost[0] in SHARED:
            share_cost(p, cost)
        else:
            p.due[cost] = {period: [amounts.get(partner, 0) for partner in p.partners]
                           for period, amounts in p.borne_by[cost].items()}


def share_cost(p, cost):
    _, pool, _ = cost
    p.due[cost], p.carry[cost] = {}, {}
    lead = p.partners.index(p.lead[p.pool_rows[pool][0]["service"]])
    exact, total, before = no_cost(p), 0, no_cost(p)
    for period in p.settled:
        if p.setting["rounding"] == "period":   # every period stands alone
            exact, total, before = no_cost(p), 0, no_cost(p)
        if period in p.paid[cost]:
            pence = sum(p.paid[cost][period].values())
            exact = [amount + pence * share
                     for amount, share in zip(exact, pool_shares(p, pool, period))]
            total += pence
        after = hand_out(exact, total, p.setting["remainder"], lead)
        p.due[cost][period] = [new - old for new, old in zip(after, before)]
        p.carry[cost][period] = [amount - part for amount, part in zip(exact, after)]
        before = after


def no_cost(p):
    return [Fraction(0)] * len(p.partners)


# ---------------------------------------------------------------- locked periods (section 5)

def zeros(p):
    return [0] * len(p.partners)


def add_row(p, table, row, period, sign=1):
    """Add a charged or corrected row to table: (kind, pool, group) -> period -> (borne, paid)."""
    cost = (row["kind"], row["pool"], row["group"])
    borne, paid = table.setdefault(cost, {}).setdefault(period, (zeros(p), zeros(p)))
    place = p.partners.index(row["partner"])
    borne[place] += sign * amount_of(row["borne"], 17)
    paid[place] += sign * amount_of(row["paid"], 17)


def work_out_corrections(p):
    """What would be due less what was charged, by the locked period it comes from."""
    p.charged, stood = {}, {}
    for row in p.rows["charged.csv"]:
        add_row(p, p.charged, row, row["period"])
        add_row(p, stood, row, row["period"])
    for row in p.rows["corrected.csv"]:         # carried already: counted where it belongs
        if max(row["period"], row["carried_in"]) <= p.locked_to:
            add_row(p, stood, row, row["period"])
            add_row(p, stood, row, row["carried_in"], -1)
    p.corrections = {}
    for cost in set(p.paid) | set(stood):
        for period in p.settled:
            if period <= p.locked_to:
                p.corrections[cost, period] = correction(p, cost, period, stood)


def correction(p, cost, period, stood):
    due, paid = due_and_paid(p, cost, period)
    was_due, was_paid = stood.get(cost, {}).get(period, (zeros(p), zeros(p)))
    return minus(due, was_due), minus(paid, was_paid)


def plus(left, right):
    return [one + other for one, other in zip(left, right)]


def minus(left, right):
    return [one - other for one, other in zip(left, right)]


def due_and_paid(p, cost, period):
    paid = p.paid.get(cost, {}).get(period, {})
    return (p.due.get(cost, {}).get(period, zeros(p)),
            [paid.get(partner, 0) for partner in p.partners])


def settle(p):
    """The open periods; the first of them carries the corrections, whole."""
    p.settlement = {}           # (cost, period) -> (borne, paid)
    p.open = [period for period in p.settled if period > p.locked_to]
    for cost in set(p.paid) | {cost for cost, _ in p.corrections}:
        for period in p.open:
            p.settlement[cost, period] = due_and_paid(p, cost, period)
    for (cost, _), (borne, paid) in p.corrections.items():
        was_borne, was_paid = p.settlement[cost, p.open[0]]
        p.settlement[cost, p.open[0]] = (plus(was_borne, borne), plus(was_paid, paid))
    p.settled_rows = list(settlement_rows(p))


# ---------------------------------------------------------------- output (section 6)

def in_order(keys):
    """Sorted by kind, pool, period, group."""
    return sorted(keys, key=lambda key: (key[0][0], key[0][1], key[1], key[0][2]))


def settlement_rows(p):
    """(kind, pool, period, group, place in the listing, borne, paid), zero rows left out."""
    for cost, period in in_order(p.settlement):
        borne, paid = p.settlement[cost, period]
        for place in range(len(p.partners)):
            if borne[place] or paid[place]:
                yield cost[0], cost[1], period, cost[2], place, borne[place], paid[place]


def service_of(p, pool):
    return p.pool_rows[pool][0]["service"]


def settlement_csv(p):
    rows = [(kind, pool, period, group, p.partners[place], money(borne), money(paid),
             money(borne - paid))
            for kind, pool, period, group, place, borne, paid in p.settled_rows]
    return csv_bytes("kind,pool,period,group,partner,borne,paid,net", rows)


def nets(p):
    """Each partner's net in each service, over the open periods."""
    owed = {}
    for _, pool, _, _, place, borne, paid in p.settled_rows:
        key = (service_of(p, pool), p.partners[place])
        owed[key] = owed.get(key, 0) + borne - paid
    return owed


def bill_rows(p):
    """Rows (service, from, to, pence). Every service settles through its lead."""
    debts = {}
    for (service, partner), pence in nets(p).items():
        lead = p.lead[service]
        name = "all" if p.setting["settlement"] == "net" else service
        if partner != lead:
            debts[name, partner, lead] = debts.get((name, partner, lead), 0) + pence
            debts[name, lead, partner] = debts.get((name, lead, partner), 0) - pence
    rows = [(name, debtor, creditor, pence)
            for (name, debtor, creditor), pence in debts.items() if pence > 0]
    order = p.service_order + ["all"]
    return sorted(rows, key=lambda row: (order.index(row[0]), p.partners.index(row[1]),
                                         p.partners.index(row[2])))


def bill_csv(p):
    return csv_bytes("service,from,to,amount", [row[:3] + (money(row[3]),) for row in bill_rows(p)])


def journal_csv(p, place):
    """One partner's entries, then a clearing line for each period and service."""
    entries, balance = [], {}
    for kind, pool, period, group, other, borne, paid in p.settled_rows:
        if other == place and borne != paid:
            service = p.service_order.index(service_of(p, pool))
            entries.append((period, service, 0, kind, pool, group, borne - paid))
            balance[period, service] = balance.get((period, service), 0) + borne - paid
    for (period, service), pence in balance.items():
        if pence:
            entries.append((period, service, 1, "clearing", "", "", -pence))
    rows = [(period, p.service_order[service], kind, pool, group,
             money(pence) if pence > 0 else "", money(-pence) if pence < 0 else "")
            for period, service, _, kind, pool, group, pence in sorted(entries)]
    return csv_bytes("period,service,kind,pool,group,debit,credit", rows)


def pennies_csv(p):
    """The carry after each period that has a row in the settlement."""
    rows = []
    for cost, period in p.settlement:
        borne, paid = p.settlement[cost, period]
        if cost in p.carry and any(borne + paid):
            for place, carry in enumerate(p.carry[cost][period]):
                if carry:
                    rows.append((cost[1], period, cost[2], place, money(borne[place]), carry))
    return csv_bytes("pool,period,group,partner,borne,carried_pence",
                     [row[:3] + (p.partners[row[3]],) + row[4:] for row in sorted(rows)])


def totals_csv(p):
    rows = [(name, p.lines[name], money(p.amount[name]))
            for name in TREATMENTS + ("later", "all")]
    return csv_bytes("treatment,lines,amount", rows)


def corrections_csv(p):
    rows = []
    for cost, period in in_order(p.corrections):
        borne, paid = p.corrections[cost, period]
        for place, partner in enumerate(p.partners):
            if borne[place] or paid[place]:
                rows.append((cost[0], cost[1], period, p.open[0], cost[2], partner,
                             money(borne[place]), money(paid[place])))
    return csv_bytes("kind,pool,period,carried_in,group,partner,borne,paid", rows)


def true_up_csv(p):
    """What is due in a service, locked periods included, less what was paid on account."""
    due = nets(p)
    for row in p.rows["charged.csv"]:           # 10.14: under today's service and lead
        key = (service_of(p, row["pool"]), row["partner"])
        due[key] = due.get(key, 0) + amount_of(row["net"], 17)
    billed = {(row["service"], row["partner"]): amount_of(row["amount"])
              for row in p.rows["billed.csv"]}
    rows = []
    for service in p.service_order:
        for partner in p.partners:
            key = (service, partner)
            owes, has_paid = due.get(key, 0), billed.get(key, 0)
            if partner != p.lead[service] and (owes or has_paid):
                rows.append((service, partner, p.lead[service], money(owes), money(has_paid),
                             money(owes - has_paid)))
    return csv_bytes("service,partner,lead,due,billed,true_up", rows)


def conservation(p):
    """(kind, pool) -> taken in, borne and paid, year to date, locked periods included."""
    sums = {}
    for cost in p.paid:
        row = sums.setdefault(cost[:2], [0, 0, 0])
        row[0] += sum(sum(amounts.values()) for amounts in p.paid[cost].values())
    charged = [(cost, both) for cost in p.charged for both in p.charged[cost].values()]
    opened = [(cost, both) for (cost, _), both in p.settlement.items()]
    for cost, (borne, paid) in charged + opened:
        row = sums.setdefault(cost[:2], [0, 0, 0])
        row[1] += sum(borne)
        row[2] += sum(paid)
    return sums


def overflows(p):
    """10.16: amounts outside 64-bit pence after the last period settled."""
    pence = list(p.amount.values()) + [row[3] for row in bill_rows(p)]
    for cost in p.paid:
        both = [due_and_paid(p, cost, period) for period in p.settled]
        for amounts in zip(*[borne + paid for borne, paid in both]):
            pence.append(sum(amounts))
    return any(not PENCE_MIN <= amount <= PENCE_MAX for amount in pence)


def errors_csv(p):
    """10.17: blank file first, then model files in their order, then ledger files by line."""
    order = [""] + list(COLUMNS)

    def place(key):
        file, line = key
        return (order.index(file) if file in order else len(order), os.fsencode(file), line)

    rows = [key + p.faults[key] for key in sorted(p.faults, key=place)]
    if len(rows) > MOST_ERRORS:
        rows = rows[:MOST_ERRORS] + [("", 0, "CUT", str(len(p.faults)))]
    return csv_bytes("file,line,code,value", rows)


# ---------------------------------------------------------------- closing

def close_files(files, book="ledger", through=None):
    """Close a folder held as file name -> bytes. Gives the output files and the partnership."""
    p = Partnership(files, book, through)
    if test_settings(p):
        test_model(p)
        test_through(p)
        index_model(p)
        read_ledger(p)
        test_periods(p)
    if p.faults:
        return {"errors.csv": errors_csv(p)}, p
    work_out_due(p)
    work_out_corrections(p)
    settle(p)
    if overflows(p):
        p.refuse("", 0, "OVERFLOW")
        return {"errors.csv": errors_csv(p)}, p
    return output_files(p), p


def output_files(p):
    out = {"settlement.csv": settlement_csv(p), "bill.csv": bill_csv(p),
           "pennies.csv": pennies_csv(p), "totals.csv": totals_csv(p)}
    for place, partner in enumerate(p.partners):
        out["journal-%s.csv" % partner] = journal_csv(p, place)
    if p.book == "ledger" and "charged.csv" in p.files:
        out["corrections.csv"] = corrections_csv(p)
    if p.book == "ledger" and "billed.csv" in p.files:
        out["true_up.csv"] = true_up_csv(p)
    return out


def read_folder(folder, book):
    """10.4, 10.15: the model files that exist, and the ledger files of the book."""
    if not os.path.isdir(folder):
        raise FileNotFoundError("%s: no such folder" % folder)
    names = [file for file in COLUMNS if os.path.lexists(os.path.join(folder, file))]
    if os.path.isdir(os.path.join(folder, book)):
        for name in os.listdir(os.path.join(folder, book)):
            if (name.endswith(".csv") and not name.startswith(".")
                    and os.path.isfile(os.path.join(folder, book, name))):
                names.append(book + "/" + name)
    files = {}
    for name in names:
        if name in LEDGER_ONLY and book != "ledger":
            continue
        with open(os.path.join(folder, name), "rb") as stream:
            files[name] = stream.read()
    return files


def close_folder(folder, book="ledger", through=None):
    """Close a folder. Gives (file name -> bytes, refused)."""
    outputs, p = close_files(read_folder(folder, book), book, through)
    return outputs, bool(p.faults)


# ---------------------------------------------------------------- comparing

def first_difference(name, ours, theirs):
    """Where two files differ first, in words; None if they are equal."""
    if ours == theirs:
        return None
    left, right = list(read_records(ours)), list(read_records(theirs))
    header = left[0].fields if left else []
    for one, other in zip(left, right):
        for place, (mine, found) in enumerate(zip(one.fields, other.fields)):
            if mine != found:
                column = header[place] if place < len(header) else str(place + 1)
                return "%s row %d column %s: is %s, should be %s" % (
                    name, one.line, column, found, mine)
        if len(one.fields) != len(other.fields):
            return "%s row %d: has %d columns, should have %d" % (
                name, one.line, len(other.fields), len(one.fields))
    if len(left) != len(right):
        return "%s: has %d rows, should have %d" % (name, len(right), len(left))
    at = next(i for i, pair in enumerate(zip(ours + b"\0", theirs + b"\0")) if pair[0] != pair[1])
    return "%s: same fields, but byte %d differs (quotes or line ends)" % (name, at)


def compare(ours, theirs):
    """The first difference between two sets of output files, in words; None if equal."""
    for name in sorted(set(ours) | set(theirs)):
        if name not in theirs:
            return "%s: is missing" % name
        if name not in ours:
            return "%s: should not be there" % name
        found = first_difference(name, ours[name], theirs[name])
        if found:
            return found
    return None


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def certificate_difference(data, p, outputs):
    """What in a certificate is wrong, in words; None if nothing is."""
    try:
        cert = json.loads(data.decode("utf-8"), parse_float=str)
    except ValueError:
        return "certificate.json: is not JSON"
    inputs = {name: {"sha256": sha256(p.files[name]), "lines": p.counts.get(name)}
              for name in p.files}
    kinds = [p.lines[kind] for kind in KINDS]
    expected = {
        "certificate": "ochil close", "rules_version": 1, "name": p.setting.get("name", ""),
        "year": p.year, "book": p.book, "through": p.given_through,
        "lines_taken_in": sum(kinds), "lines_excluded": p.lines["excluded"],
        "lines_later": p.lines["later"]}
    expected.update({key: p.setting[key] for key in SETTINGS})
    for key, value in expected.items():
        if cert.get(key) != value:
            return "certificate.json %s: is %s, should be %s" % (key, cert.get(key), value)
    return (listing_difference("inputs", cert, inputs)
            or listing_difference("outputs", cert,
                                  {name: {"sha256": sha256(outputs[name])} for name in outputs})
            or conservation_difference(cert.get("conservation", {}), p))


def listing_difference(key, cert, expected):
    """Every file is named once, with its right SHA-256 and number of lines."""
    listed = {entry.get("file"): entry for entry in cert.get(key, [])}
    if sorted(listed) != sorted(expected) or len(listed) != len(cert.get(key, [])):
        return "certificate.json %s: names %s, should name %s" % (
            key, ", ".join(sorted(map(str, listed))), ", ".join(sorted(expected)))
    for name in sorted(expected):
        for field, value in expected[name].items():
            if listed[name].get(field) != value:
                return "certificate.json %s %s: %s is %s, should be %s" % (
                    key, name, field, listed[name].get(field), value)
    return None


def conservation_difference(found, p):
    """Sum borne = sum paid = total of the lines taken in, per pool and overall."""
    sums = conservation(p)
    whole = [sum(p.amount[kind] for kind in KINDS), sum(row[1] for row in sums.values()),
             sum(row[2] for row in sums.values())]
    listed = {(entry.get("kind"), entry.get("pool")): entry for entry in found.get("pools", [])}
    checks = [("overall", found, whole)]
    for key in sorted(set(sums) | set(listed)):
        if key in listed or any(sums[key]):
            checks.append((" ".join(map(str, key)), listed.get(key, {}), sums.get(key, [0, 0, 0])))
    for where, entry, row in checks:
        for field, pence in zip(("taken_in", "borne", "paid"), row):
            if entry.get(field) != money(pence):
                return "certificate.json conservation %s %s: is %s, should be %s" % (
                    where, field, entry.get(field), money(pence))
    return None


# ---------------------------------------------------------------- bundles (section 9)

def bundle_difference(path):
    """What is wrong with a bundle, in words, or None; and the partnership closed from it."""
    with open(path, "rb") as stream:
        data = stream.read()
    if not re.fullmatch(rb"[0-9a-f]{64}", data[-64:]) or (
            sha256(data[:-64]).encode("ascii") != data[-64:]):
        return "%s: its comment is not the SHA-256 of the bytes before it" % path, None
    with zipfile.ZipFile(path) as bundle:
        entries = {info.filename: bundle.read(info) for info in bundle.infolist()}
        names = [info.filename for info in bundle.infolist()]
    found = {name[len("output/"):]: entries[name] for name in names if name.startswith("output/")}
    if "certificate.json" not in found:
        return "output/certificate.json: is missing", None
    cert = json.loads(found["certificate.json"].decode("utf-8"))
    inputs = {name: entries[name] for name in names
              if not name.startswith("output/") and name != "originals.csv"}
    outputs, p = close_files(inputs, cert.get("book", "ledger"), cert.get("through"))
    if p.faults:
        return "refused: %s" % outputs["errors.csv"].decode("utf-8").splitlines()[1], p
    certificate = found.pop("certificate.json")
    return (contents_difference(names, inputs, p) or originals_difference(entries, p)
            or compare(outputs, found)
            or certificate_difference(certificate, p, outputs)), p


def contents_difference(names, inputs, p):
    """No more than is needed: in order, in scope, without descriptions."""
    allowed = [name for name in COLUMNS if name in inputs] + ledger_files(p) + ["originals.csv"]
    if names[:len(allowed)] != allowed or len(set(names)) != len(names):
        return "bundle: its entries are not %s" % ", ".join(allowed)
    if p.lines["excluded"] or p.lines["later"]:
        return "bundle: holds excluded or later lines"
    for file in ledger_files(p):
        for record in list(read_records(p.files[file]))[1:]:
            if record.fields[7]:
                return "%s row %d column description: should be blank" % (file, record.line)
    return None


def originals_difference(entries, p):
    """originals.csv: one row per extract, and its counts agree with what is here."""
    columns = "file,sha256,lines,left_out,left_out_amount"
    records = list(read_records(entries.get("originals.csv", b"")))
    if not records or records[0].fields != columns.split(","):
        return "originals.csv: is missing or has a wrong header"
    if [record.fields[0] for record in records[1:]] != ledger_files(p):
        return "originals.csv: does not name the extracts in order"
    for record in records[1:]:
        file, _, lines, left_out, amount = record.fields
        if int(lines) - int(left_out) != p.counts[file] or amount_of(amount, 17) is None:
            return "originals.csv row %d: its counts do not agree with %s" % (record.line, file)
    return None


# ---------------------------------------------------------------- the command

def print_bill(p):
    for service, debtor, creditor, pence in bill_rows(p):
        print("%s owes %s %s (%s)" % (debtor, creditor, money(pence), service))
    if not bill_rows(p):
        print("nobody owes anybody")


def recheck_folder(folder, out, book, through):
    outputs, p = close_files(read_folder(folder, book), book, through)
    theirs = {}
    for name in os.listdir(out):
        with open(os.path.join(out, name), "rb") as stream:
            theirs[name] = stream.read()
    certificate = theirs.pop("certificate.json", None)
    found = compare(outputs, theirs)
    if not found and certificate is not None:
        found = ("certificate.json: should not be there" if p.faults
                 else certificate_difference(certificate, p, outputs))
    if found:
        print("does not agree: " + found)
        return 4
    if p.faults:
        print("agrees: refused, %d faults" % len(p.faults))
        return 1
    print("agrees")
    print_bill(p)
    return 0


def write_closing(folder, out, book, through):
    """Section 6: written whole or not at all; a directory in use is refused."""
    if os.path.isdir(out) and os.listdir(out):
        raise OSError("%s: is not empty" % out)
    outputs, p = close_files(read_folder(folder, book), book, through)
    parent = os.path.dirname(os.path.abspath(out))
    os.makedirs(parent, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as scratch:
        whole = os.path.join(scratch, "out")
        os.mkdir(whole)
        for name, data in outputs.items():
            with open(os.path.join(whole, name), "wb") as stream:
                stream.write(data)
        os.replace(whole, out)
    if p.faults:
        print("refused: %d faults, see errors.csv" % len(p.faults))
        return 1
    print("closed: %d lines" % p.lines["all"])
    print_bill(p)
    return 0


def recheck_bundle(path):
    try:
        found, p = bundle_difference(path)
    except (zipfile.BadZipFile, ValueError, KeyError, IndexError) as trouble:
        found, p = "%s: %s" % (path, trouble), None
    if found:
        print("does not agree: " + found)
        return 4
    print("agrees")
    print_bill(p)
    return 0


def main():
    parser = argparse.ArgumentParser(description="Check a closing, or a bundle, independently.")
    parser.add_argument("path", help="a partnership folder, or a bundle ending in .zip")
    parser.add_argument("output", nargs="?", help="the directory that `ochil close` wrote")
    parser.add_argument("--close", action="store_true", help="write the closing to --out")
    parser.add_argument("--out", help="the directory to write")
    parser.add_argument("--book", choices=BOOKS, default="ledger")
    parser.add_argument("--through", metavar="PERIOD", help="for instance 2014-15/P04")
    given = parser.parse_args()
    try:
        if given.close and given.out and not given.output:
            return write_closing(given.path, given.out, given.book, given.through)
        if given.output and not given.close and not given.out:
            return recheck_folder(given.path, given.output, given.book, given.through)
        if given.path.endswith(".zip") and not (given.output or given.close or given.out):
            return recheck_bundle(given.path)
    except OSError as trouble:
        print("recheck.py: %s" % trouble, file=sys.stderr)
        return 3
    parser.error("give FOLDER OUT, or --close FOLDER --out DIR, or BUNDLE.ochil.zip")


if __name__ == "__main__":
    sys.exit(main())
