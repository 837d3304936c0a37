#!/usr/bin/env python3
"""random_partnership.py -- a random partnership folder from a seed, for the tests.

    random_partnership.py SEED DIR      write the folder and print what to close it with

The same seed gives the same folder. About a third of the folders are faulty on purpose: one to
four faults of the kinds that the refusals name, in the model, in the lines or in the bytes.
"""
import os
import random
import sys
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
import recheck  # noqa: E402

Made = namedtuple("Made", "files book through faults")

ODD_CODES = ["a b", " lead", "trail ", "with,comma", 'with"quote', "'", "Ünï-code", "ЖЗ",
             "日本",
             "\U0001f6b2", "e\u0301", "é", "0", "00", "1e3", "-1", "=A1", "all ", "ALL", "NULL",
             "x" * 70, "line\nbreak", "tab\there", "~", "\u00a0", "a;b", "#", "clearing",
             "\ufeffbom"]
PARTNERS = ["CLK", "STI", "FAL", "NHS", "a", "A", "0", "00", "P.1", "x_y", "x-y", "-", ".",
            "Z" * 32]
LEDGER_NAMES = ["a.csv", "b.csv", "10.csv", "9.csv", "A.csv", "Z.csv", "stirling 2014.csv",
                "x,y.csv", "é.csv", "zz.csv.csv", "-.csv", '"q".csv']
YEARS = ["2014-15"] * 6 + ["1999-00", "2099-00", "0001-02", "9999-00", "0999-00"]
GROUPS = ["employees", "supplies", "income", "premises, other", 'third "party"', "Ä"]


class Draft:
    """A folder being made: rows of text per model file, and per ledger file."""

    def __init__(self, rng):
        self.rng = rng
        self.rows = {file: [] for file in recheck.COLUMNS}
        self.ledger = {}
        self.year = rng.choice(YEARS)
        self.book = rng.choice(["ledger"] * 8 + ["budget", "forecast"])
        self.through = None
        self.changes = []           # (file, bytes -> bytes), made last
        self.faults = []
        self.missing = set()

    def period(self, low=1, high=13):
        return "%s/P%02d" % (self.year, self.rng.randint(low, high))

    def columns(self, file):
        return recheck.COLUMNS.get(file, recheck.LINE_COLUMNS).split(",")

    def set_cell(self, file, row, column, value):
        row[self.columns(file).index(column)] = value


def code(d, plain, number, taken):
    """A new code: mostly plain, sometimes odd."""
    while True:
        name = d.rng.choice(ODD_CODES) if d.rng.random() < 0.15 else plain + str(number)
        number += 7
        if name not in taken:
            taken.add(name)
            return name


# ---------------------------------------------------------------- a sound model

def make_partners(d):
    count = d.rng.choice([2, 2, 2, 2, 3, 3, 4, 5, 6, d.rng.randint(7, 20)])
    names = PARTNERS + ["Q%d" % number for number in range(20)]
    d.partners = d.rng.sample(names, count)
    d.rows["partners.csv"] = [[partner, "Council " + partner] for partner in d.partners]


def make_settings(d):
    rows = [["name", d.rng.choice(["A partnership", "Zwei, drei", 'The "two"'])], ["year", d.year]]
    for key, values in recheck.SETTINGS.items():
        if d.rng.random() < 0.8:
            rows.append([key, d.rng.choice(values)])
    d.rng.shuffle(rows)
    d.rows["partnership.csv"] = rows


def make_services(d):
    taken = {"all"}
    d.services = [code(d, "service", i, taken) for i in range(d.rng.randint(1, 3))]
    d.rows["services.csv"] = [[service, "Name of " + service, d.rng.choice(d.partners)]
                              for service in d.services]


def per_cents(d, decimals):
    """As many per cents as there are partners, adding to exactly 100."""
    unit = 10 ** decimals
    cuts = sorted(d.rng.randint(0, 100 * unit) for _ in d.partners[1:])
    parts = [b - a for a, b in zip([0] + cuts, cuts + [100 * unit])]
    if decimals == 0:
        return [str(part) for part in parts]
    return ["%d.%0*d" % (part // unit, decimals, part % unit) for part in parts]


def measure_value(d):
    return d.rng.choice([
        str(d.rng.randint(0, 9)), str(d.rng.randint(1, 200000)), "%d.%d" % (
            d.rng.randint(0, 999), d.rng.randint(0, 99)), "0", "007", "-0",
        str(d.rng.randint(10**16, 10**18 - 1)), "0.%012d" % d.rng.randint(1, 10**12 - 1)])


def starts(d):
    """The periods from which values hold: the first is always before the year's end of April."""
    first = d.rng.choice(["", "", "", "0001-02/P01", d.year + "/P01"])
    later = sorted({d.period(2) for _ in range(d.rng.choice([0, 0, 1, 1, 2]))})
    return [first] + later


def make_values(d, basis, kind):
    rows = []
    if kind == "fixed":
        for start in starts(d):
            values = per_cents(d, d.rng.choice([0, 1, 2, 2, 4, 12]))
            rows += [[basis, start, partner, value] for partner, value in zip(d.partners, values)]
    else:
        solid = d.rng.choice(d.partners)
        for partner in d.partners:
            for start in starts(d):
                value = measure_value(d)
                if partner == solid:
                    value = str(d.rng.randint(1, 99999))
                rows.append([basis, start, partner, value])
    d.rows["basis_values.csv"] += rows


def make_bases(d):
    taken, made = set(), []
    for number in range(d.rng.randint(1, 7)):
        kinds = ["measure", "measure", "fixed", "equal"] + ["blend", "tolerance"] * bool(made)
        kind, basis = d.rng.choice(kinds), code(d, "B", number, taken)
        row = [basis, "", kind, "", "", "", "", d.rng.choice(["", "persons"]), ""]
        if d.rng.random() < 0.4:
            row[3] = str(d.rng.choice([0, 0, 0, 1, 2, 3, 6, 12]))
        if kind in ("measure", "fixed"):
            make_values(d, basis, kind)
        elif kind == "blend":
            parts = d.rng.sample(made, d.rng.randint(1, min(3, len(made))))
            weights = blend_weights(d, len(parts))
            d.rows["blends.csv"] += [list(pair) for pair in zip([basis] * 9, parts, weights)]
        elif kind == "tolerance":
            row[4] = d.rng.choice(["0", "3", "0.5", "1.25", "10", "100", "0.000000000001"])
            row[5], row[6] = d.rng.choice(made), d.rng.choice(made)
        elif d.rng.random() < 0.3:
            row[4], row[5] = "ignored", "ignored too"
        made.append(basis)
        d.rows["bases.csv"].append(row)
    d.bases = made
    d.rng.shuffle(d.rows["bases.csv"])
    d.rng.shuffle(d.rows["basis_values.csv"])
    d.rng.shuffle(d.rows["blends.csv"])


def blend_weights(d, count):
    if count == 3:
        return d.rng.choice([["50", "25", "25"], ["33.33", "33.33", "33.34"], ["100", "0", "0"],
                             ["88.71", "0.19", "11.1"]])
    if count == 2:
        first = d.rng.randint(0, 10000)
        return ["%d.%02d" % (part // 100, part % 100) for part in (first, 10000 - first)]
    return ["100"]


def make_pools(d):
    taken = set()
    d.common = [code(d, "pool", i, taken) for i in range(d.rng.randint(1, 4))]
    d.support = [code(d, "HR", i, taken) for i in range(d.rng.choice([0, 0, 1, 2, 3, 4]))]
    d.window = {}
    rows = []
    for pool in d.common:
        service, kind = d.rng.choice(d.services), d.rng.choice(["", "common"])
        cut = d.rng.random()
        if cut < 0.25:              # the basis changes inside the year
            month = d.rng.randint(1, 12)
            spans = [("", "%s/P%02d" % (d.year, month)), ("%s/P%02d" % (d.year, month + 1), "")]
        elif cut < 0.35:            # the pool lives for a part of the year
            low, high = sorted([d.rng.randint(1, 13), d.rng.randint(1, 13)])
            spans = [("%s/P%02d" % (d.year, low), "%s/P%02d" % (d.year, high))]
            d.window[pool] = (low, high)
        else:
            spans = [d.rng.choice([("", ""), (d.year + "/P01", ""), ("", d.year + "/P13")])]
        rows += [[pool, "", service, kind, start, end, d.rng.choice(d.bases)]
                 for start, end in spans]
    for pool in d.support:
        rows.append([pool, "", d.rng.choice(d.services), "support", "", "", ""])
    d.rng.shuffle(rows)
    d.rows["pools.csv"] = rows


def make_drivers(d):
    steady = [pool for pool in d.common if pool not in d.window]
    if not steady:                  # a support pool needs an outlet the whole year
        d.rows["pools.csv"] = [row for row in d.rows["pools.csv"] if row[0] not in d.support]
        d.support = []
    for pool in d.support:
        receivers = set(d.rng.sample(steady, d.rng.randint(1, len(steady))))
        receivers |= {other for other in d.support if d.rng.random() < 0.4}
        outlet = d.rng.choice([other for other in sorted(receivers) if other in steady])
        for receiver in sorted(receivers):
            for start in ([""] if receiver == outlet else starts(d)):
                value = str(d.rng.randint(1, 90)) if receiver == outlet else measure_value(d)
                d.rows["support.csv"].append([pool, start, receiver, value])
    d.rng.shuffle(d.rows["support.csv"])


def make_accounts(d):
    d.accounts = {}
    groups = d.rng.sample(GROUPS, d.rng.randint(1, 3))
    for partner in d.partners:
        taken = set()
        d.accounts[partner] = [code(d, "4", i, taken) for i in range(d.rng.randint(1, 3))]
        d.rows["accounts.csv"] += [[partner, account, d.rng.choice(groups)]
                                   for account in d.accounts[partner]]


def treatment_cells(d):
    """Treatment, pool and bearer of a cost centre row."""
    treatment = d.rng.choice(["common"] * 5 + ["support"] * 3 + ["direct"] * 2
                             + ["initiative", "excluded"])
    if treatment == "support" and not d.support:
        treatment = "common"
    bearer = d.rng.choice(d.partners) if treatment in recheck.BORNE_BY_ONE else ""
    if treatment == "common":
        return [treatment, d.rng.choice(d.common), d.rng.choice(["", "", "whoever"])]
    if treatment == "support":
        return [treatment, d.rng.choice(d.support), ""]
    if treatment == "excluded":
        return [treatment, d.rng.choice(["", "no such pool"]), ""]
    return [treatment, d.rng.choice(d.common + d.support), bearer]


def make_cost_centres(d):
    d.centres = []
    for partner in d.partners:
        taken = set()
        for number in range(d.rng.randint(1, 4)):
            centre = code(d, "C", number, taken)
            d.centres.append((partner, centre))
            spans = [("", "")]
            if d.rng.random() < 0.25:
                month = d.rng.randint(1, 12)
                spans = [("", "%s/P%02d" % (d.year, month)),
                         ("%s/P%02d" % (d.year, month + 1), "")]
            rows = [[partner, centre, "", start, end] + treatment_cells(d) for start, end in spans]
            if d.rng.random() < 0.25:
                account = d.rng.choice(d.accounts[partner])
                start, end = d.rng.choice([("", ""), (d.year + "/P04", d.year + "/P09")])
                rows.append([partner, centre, account, start, end] + treatment_cells(d))
            d.rows["cost_centres.csv"] += rows
    d.rng.shuffle(d.rows["cost_centres.csv"])


# ---------------------------------------------------------------- lines

def amount_text(d):
    style = d.rng.random()
    if style < 0.3:
        pence = d.rng.randint(-300, 300)
    elif style < 0.9:
        pence = d.rng.randint(-50000, 900000)
    else:
        pence = d.rng.choice([1, -1, 10**15 - 1, -(10**15) + 1, d.rng.randint(-10**12, 10**12)])
    sign, pence = "-" if pence < 0 or d.rng.random() < 0.01 else "", abs(pence)
    if d.rng.random() < 0.1:
        return "%s%d" % (sign, pence // 100)
    if d.rng.random() < 0.1:
        return "%s%d.%d" % (sign, pence // 100, pence // 10 % 10)
    if d.rng.random() < 0.05:
        return "%s%05d.%02d" % (sign, pence // 100, pence % 100)
    return "%s%d.%02d" % (sign, pence // 100, pence % 100)


def when(d, number):
    """(date, period) of a line of period `number`."""
    period = "%s/P%02d" % (d.year, number)
    month = (number + 2) % 12 + 1
    year = int(d.year[:4]) + (1 if month < 4 else 0)
    day = "%04d-%02d-%02d" % (year, month, d.rng.randint(1, 28))
    style = d.rng.random()
    if number == 13 or year > 9999 or style < 0.15:
        return "", period
    if style < 0.3:
        return day, period
    if style < 0.35:
        return d.rng.choice(["1987-06-05", "2024-02-29", "9999-12-31", "0001-01-01"]), period
    return day, ""


def description(d):
    return d.rng.choice(["", "SALARY", "supply, agency", 'said "twice"', "two\nlines", "cr\r\nlf",
                         "5\" pipe", "naïve £", "\U0001f4b7", "lone\rreturn", '"', ","])


def good_period(d, partner, centre, account):
    """A period in which the line would be taken in, or None."""
    for _ in range(20):
        number = d.rng.choice(list(range(1, 13)) * 2 + [13])
        period = "%s/P%02d" % (d.year, number)
        rows = [row for row in d.rows["cost_centres.csv"] if row[:2] == [partner, centre]
                and row[3] <= period <= (row[4] or "~") and row[2] in ("", account)]
        rows.sort(key=lambda row: row[2] == "")
        if not rows:
            continue
        low, high = d.window.get(rows[0][6], (1, 13))
        if rows[0][5] == "excluded" or low <= number <= high:
            return number
    return None


def make_lines(d, count):
    lines, counter = [], 0
    for _ in range(count):
        partner, centre = d.rng.choice(d.centres)
        account = d.rng.choice(d.accounts[partner])
        number = good_period(d, partner, centre, account)
        if number is None:
            continue
        counter += 1
        entry = d.rng.choice(["%d", "%d", "%d", "J-%d", "é %d", "%d,x"]) % counter
        day, period = when(d, number)
        lines.append([entry, partner, day, period, centre, account, amount_text(d), description(d)])
        if d.rng.random() < 0.05:   # its reversal
            counter += 1
            amount = lines[-1][6]
            amount = amount[1:] if amount.startswith("-") else "-" + amount
            lines.append(["r%d" % counter] + lines[-1][1:6] + [amount, "reversal"])
    return lines


def make_ledger(d):
    count = d.rng.choice([0, 1, 5, 10, 20, 40, 40, 80, 80, 150, d.rng.randint(5, 400)])
    lines = make_lines(d, count)
    d.rng.shuffle(lines)
    names = d.rng.sample(LEDGER_NAMES, d.rng.randint(1, 4))
    d.ledger = {name: [] for name in names}
    for line in lines:
        d.ledger[d.rng.choice(names)].append(line)


# ---------------------------------------------------------------- locked periods and bills

def model_files(d, style=None):
    """The draft as file name -> bytes. Without a style: plain."""
    files = {}
    tables = [(file, d.rows[file]) for file in recheck.COLUMNS]
    tables += [(d.book + "/" + name, rows) for name, rows in d.ledger.items()]
    for file, rows in tables:
        optional = file in recheck.OPTIONAL and file not in d.missing
        if optional and not rows and not (style and d.rng.random() < 0.3):
            continue
        if file in recheck.LEDGER_ONLY and d.book != "ledger":
            continue
        files[file] = table_bytes(d, file, rows, style)
    return files


def settlement_of(d, files, through):
    outputs, p = recheck.close_files(files, "ledger", through)
    if p.faults:
        return None
    return outputs


def rows_of_csv(data):
    return [record.fields for record in list(recheck.read_records(data))[1:]]


def earlier_state(d, keep):
    """The files as they were before late lines came and, sometimes, before a value changed."""
    files = model_files(d)
    for name, rows in d.ledger.items():
        early = [row for row in rows if d.rng.random() < keep]
        files["ledger/" + name] = table_bytes(d, name, early, None)
    if d.rng.random() < 0.5 and d.rows["basis_values.csv"]:
        rows = [list(row) for row in d.rows["basis_values.csv"]]
        for row in rows:
            if d.rng.random() < 0.2 and row[0] in measures(d):
                row[3] = str(d.rng.randint(1, 5000))
        files["basis_values.csv"] = table_bytes(d, "basis_values.csv", rows, None)
    return files


def measures(d):
    return [row[0] for row in d.rows["bases.csv"] if row[2] == "measure"]


def make_locked(d):
    """charged.csv from an earlier closing, and corrected.csv from a second one."""
    last = d.rng.randint(1, 11)
    outputs = settlement_of(d, earlier_state(d, 0.8), "%s/P%02d" % (d.year, last))
    if outputs is None:
        return
    d.rows["charged.csv"] = rows_of_csv(outputs["settlement.csv"])
    if d.rng.random() < 0.5 and d.rows["charged.csv"]:
        files = earlier_state(d, 0.9)
        files["charged.csv"] = table_bytes(d, "charged.csv", d.rows["charged.csv"], None)
        second = settlement_of(d, files, "%s/P%02d" % (d.year, d.rng.randint(last + 1, 12)))
        if second is not None:
            d.rows["charged.csv"] += rows_of_csv(second["settlement.csv"])
            if d.rng.random() < 0.7:
                d.rows["corrected.csv"] = rows_of_csv(second["corrections.csv"])
    d.rng.shuffle(d.rows["charged.csv"])
    d.rng.shuffle(d.rows["corrected.csv"])


def make_locked_at_random(d):
    keys = set()
    for _ in range(d.rng.randint(1, 12)):
        keys.add((d.rng.choice(recheck.KINDS), d.rng.choice(d.common + d.support), d.period(1, 9),
                  d.rng.choice(GROUPS), d.rng.choice(d.partners)))
    for key in sorted(keys):
        borne, paid = d.rng.randint(-9999, 9999), d.rng.choice([0, d.rng.randint(-9999, 9999)])
        d.rows["charged.csv"].append(
            list(key) + [recheck.money(borne), recheck.money(paid), recheck.money(borne - paid)])
        if d.rng.random() < 0.3:
            d.rows["corrected.csv"].append(
                list(key[:3]) + [d.period(1, 12)] + list(key[3:])
                + [recheck.money(d.rng.randint(-500, 500)), recheck.money(0)])


def make_billed(d):
    leads = {row[0]: row[2] for row in d.rows["services.csv"]}
    for service in d.services:
        for partner in d.partners:
            if leads[service] != partner and d.rng.random() < 0.6:
                amount = d.rng.choice(["0", "0.00", "-5.5", str(d.rng.randint(0, 99999))])
                d.rows["billed.csv"].append([service, partner, amount])


def make_extras(d):
    if d.book == "ledger":
        if d.rng.random() < 0.3:
            make_locked(d)
        elif d.rng.random() < 0.1:
            make_locked_at_random(d)
        if d.rng.random() < 0.3:
            make_billed(d)
    locked = max([row[2] for row in d.rows["charged.csv"]], default="")
    if d.rng.random() < 0.4:
        later = [number for number in range(1, 14) if "%s/P%02d" % (d.year, number) > locked]
        d.through = "%s/P%02d" % (d.year, d.rng.choice(later))


# ---------------------------------------------------------------- bytes

def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def cell_text(d, text, style):
    if any(mark in text for mark in ',\r\n') or text.startswith('"'):
        return quoted(text)
    if style == "all" or style == "some" and d.rng.random() < 0.2:
        return quoted(text)
    return text if style and d.rng.random() < 0.5 else recheck.field_text(text)


def table_bytes(d, file, rows, style):
    """The file in one of the ways a spreadsheet or a person may write it."""
    header = d.columns(file)
    if style is None:
        return recheck.csv_bytes(",".join(header), rows)
    quoting = d.rng.choice(["needed", "needed", "some", "all"])
    end = d.rng.choice(["\n", "\n", "\r\n"])
    out = []
    for row in [header] + rows:
        out.append(",".join(cell_text(d, text, quoting) for text in row))
        if d.rng.random() < 0.01:
            out.append(d.rng.choice(["", "," * (len(header) - 1), '""', ',""', ",,"]))
    if d.rng.random() < 0.05:
        out.insert(0, "")
    data = "".join(line + end for line in out)
    if d.rng.random() < 0.15:
        data = data[:-len(end)]
    data = data.encode("utf-8", "surrogateescape")
    return b"\xef\xbb\xbf" + data if d.rng.random() < 0.1 else data


# ---------------------------------------------------------------- faults

BAD_PERIODS = ["2014-15/P00", "2014-15/P14", "2014-16/P01", "2014-15/p01", "2014-15", "P01", " ",
               "0000-01/P01", "2014-15/P1", "2014-15/P011", "\u0662014-15/P01"]
BAD_NUMBERS = ["", "x", "1e3", "-5", "+5", ".5", "5.", "1,000", " 1", "NaN", "1.0000000000001",
               "1234567890123456789", "-0.1", "٣", "0x10", "--1"]
BAD_AMOUNTS = ["", "1.", ".5", "1.234", "+1", "1,000.00", "£1", "1e3", "12345678901234", "- 1",
               "--1",
               "٣.00", "1 ", "(5.00)"]
BAD_DATES = ["2014-02-30", "2015-02-29", "2014-13-01", "2014-00-01", "2014-1-1", "30/04/2014",
             "0000-01-01", "2014-04-31", "20140430", "2014-04-30T00:00", " 2014-04-30",
             "2100-02-29"]
BAD_CELLS = {
    "partnership.csv": {"key": ["", "Year", "colour"], "value": ["", "yearly", "nett", "2014-16",
                                                                 "2014/15", "0000-01"]},
    "partners.csv": {"partner": ["", "a b", "x" * 33, "é", "a/b"]},
    "services.csv": {"service": ["", "all"], "lead": ["", "nobody", "clk"]},
    "pools.csv": {"pool": [""], "service": ["", "no service"], "kind": ["Common", "direct", " "],
                  "from": BAD_PERIODS, "to": BAD_PERIODS + ["0001-02/P01"],
                  "basis": ["", "no basis"]},
    "bases.csv": {"basis": [""], "kind": ["", "measured", "Equal"],
                  "places": ["13", "-1", "x", "1.5", " ", "-0", "00", "2.0"],
                  "tolerance": BAD_NUMBERS, "estimate": ["", "no basis"], "actual": ["", "no"]},
    "basis_values.csv": {"basis": ["", "no basis"], "from": BAD_PERIODS, "partner": ["", "no"],
                         "value": BAD_NUMBERS + ["0", "1"]},
    "blends.csv": {"basis": ["", "no basis"], "component": ["", "no basis"],
                   "weight": BAD_NUMBERS + ["99"]},
    "accounts.csv": {"partner": ["", "no"], "account": ["", "other"], "group": [""]},
    "cost_centres.csv": {"partner": ["", "no"], "cost_centre": ["", "other"], "account": ["other"],
                         "from": BAD_PERIODS, "to": BAD_PERIODS + ["0001-02/P01"],
                         "treatment": ["", "shared", "common", "support", "direct", "excluded"],
                         "pool": ["", "no pool"], "bearer": ["", "nobody"]},
    "support.csv": {"pool": ["", "no pool"], "from": BAD_PERIODS, "receiver": ["", "no pool"],
                    "value": BAD_NUMBERS + ["0"]},
    "charged.csv": {"kind": ["", "excluded", "Common"], "pool": ["", "no pool"],
                    "period": BAD_PERIODS + ["2013-14/P01"], "group": [""], "partner": ["", "no"],
                    "borne": BAD_AMOUNTS + ["123456789012345678"], "paid": BAD_AMOUNTS,
                    "net": BAD_AMOUNTS + ["0.01"]},
    "corrected.csv": {"kind": ["", "excluded"], "pool": ["", "no pool"], "period": BAD_PERIODS,
                      "carried_in": BAD_PERIODS, "group": [""], "partner": ["", "no"],
                      "borne": BAD_AMOUNTS, "paid": BAD_AMOUNTS},
    "billed.csv": {"service": ["", "all", "no"], "partner": ["", "no"], "amount": BAD_AMOUNTS},
    "ledger": {"entry_id": [""], "partner": ["", "no", "clk"], "date": BAD_DATES + [""],
               "period": BAD_PERIODS + ["", "2013-14/P12"], "cost_centre": ["", "other"],
               "account": ["", "other"], "amount": BAD_AMOUNTS},
}
BAD_BYTES = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00", b"\xe9", b"\xf4\x90\x80\x80",
             b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\x80", b"\r", b'"', b'"x"y', b'\r"', b'""',
             b"\n", b",", b"\xef\xbb\xbf", b"\r\r\n", b'"\r', b"\n\n", b"\xc3", b"\xfe\xff"]


def files_with_rows(d):
    names = [file for file in recheck.COLUMNS if d.rows[file]]
    return names + [name for name in d.ledger if d.ledger[name]]


def table(d, file):
    return d.rows[file] if file in d.rows else d.ledger[file]


def bad_cell(d):
    """One cell gets a value that is, or may be, wrong."""
    file = d.rng.choice(files_with_rows(d))
    cells = BAD_CELLS[file if file in d.rows else "ledger"]
    column = d.rng.choice(sorted(cells))
    row = d.rng.choice(table(d, file))
    if len(row) == len(d.columns(file)):
        d.set_cell(file, row, column, d.rng.choice(cells[column]))


def foreign_cell(d):
    """One cell gets another row's value, of its own or of another column."""
    file = d.rng.choice(files_with_rows(d))
    row, other = d.rng.choice(table(d, file)), d.rng.choice(table(d, file))
    row[d.rng.randrange(len(row))] = other[d.rng.randrange(len(other))]


def twin_row(d):
    """A row comes twice, with one cell changed or not."""
    file = d.rng.choice(files_with_rows(d))
    rows = table(d, file)
    row = list(d.rng.choice(rows))
    if d.rng.random() < 0.5:
        row[-1] = d.rng.choice(["", "5", "x"])
    rows.insert(d.rng.randint(0, len(rows)), row)


def lost_row(d):
    file = d.rng.choice(files_with_rows(d))
    rows = table(d, file)
    rows.pop(d.rng.randrange(len(rows)))


def wrong_width(d):
    file = d.rng.choice(files_with_rows(d))
    row = d.rng.choice(table(d, file))
    if d.rng.random() < 0.5:
        row.pop()
    else:
        row.append(d.rng.choice(["", "more"]))
    if not row:
        row.append("x")


def lost_file(d):
    d.missing.add(d.rng.choice([file for file in recheck.COLUMNS] + ["ledger"]))


def basis_cycle(d):
    names = d.rng.sample(d.bases, min(len(d.bases), d.rng.randint(1, 3)))
    for row in d.rows["bases.csv"]:
        if row[0] in names:
            following = names[(names.index(row[0]) + 1) % len(names)]
            row[2:7] = ["tolerance", "", "1", following, d.rng.choice(d.bases)]


def zero_basis(d):
    for row in d.rows["basis_values.csv"]:
        if row[0] == d.rows["basis_values.csv"][0][0]:
            row[3] = "0"


def mixed_pool(d):
    row = list(d.rng.choice(d.rows["pools.csv"]))
    row[2] = d.rng.choice(d.services + [row[2]])
    row[3] = d.rng.choice(["support", "common", ""])
    row[4:6] = d.rng.choice([["", ""], [d.year + "/P05", ""], ["1900-01/P01", "1900-01/P02"]])
    d.rows["pools.csv"].append(row)


def pool_gap(d):
    row = d.rng.choice(d.rows["pools.csv"])
    row[4:6] = d.rng.choice([[d.period(2), ""], ["", d.period(1, 12)], ["1900-01/P01", row[5]]])


def no_outlet(d):
    """A support group closed on itself, or without any driver."""
    if not d.support:
        return
    group = d.rng.sample(d.support, d.rng.randint(1, len(d.support)))
    rows = [row for row in d.rows["support.csv"] if row[0] not in group]
    if d.rng.random() < 0.7:
        rows += [[pool, "", other, "1"] for pool in group for other in group]
    d.rows["support.csv"] = rows


def bad_through(d):
    d.through = d.rng.choice(BAD_PERIODS[:6] + ["2013-14/P05", d.period(), d.year + "/P01"])


def huge_charge(d):
    """Seventeen digits before the point, enough for OVERFLOW or for sums that cancel."""
    if d.book != "ledger":
        return
    kind, pool = "common", d.rng.choice(d.common)
    partners = d.rng.sample(d.partners, 2)
    sign = d.rng.choice(["", "-"])
    amount = sign + "99999999999999999.99"
    d.rows["charged.csv"].append([kind, pool, d.year + "/P01", "huge", partners[0], amount, "0",
                                  amount])
    if d.rng.random() < 0.4:
        d.rows["charged.csv"].append([kind, pool, d.year + "/P01", "huge", partners[1], "0.00",
                                      amount, "-" + amount if not sign else amount[1:]])


def shuffled_header(d):
    file = d.rng.choice(list(recheck.COLUMNS) + list(d.ledger))
    change = d.rng.choice([
        lambda data: b"", lambda data: b"\n\n", lambda data: b"\xef\xbb\xbf",
        lambda data: data.upper(), lambda data: b"\xef\xbb\xbf" * 2 + data,
        lambda data: data.replace(b",", b";", 1), lambda data: data.replace(b",", b", ", 1),
        lambda data: data[1:], lambda data: b"x" + data, lambda data: b"\r\n" + data,
        lambda data: b'"' + data, lambda data: b",\n" + data])
    d.changes.append((file, change))


def damaged_bytes(d):
    """Bytes are put in, taken out, or the file is cut short."""
    file = d.rng.choice(list(recheck.COLUMNS) + list(d.ledger) * 3)
    what, place = d.rng.choice(BAD_BYTES), d.rng.random()
    style = d.rng.random()

    def change(data):
        at = int(place * len(data))
        if style < 0.7:
            return data[:at] + what + data[at:]
        if style < 0.8:
            return data[:at]
        if style < 0.9:
            return data[:at] + data[at + 1:]
        return data[:at] + what + data[at + len(what):]

    d.changes.append((file, change))


FAULTS = [bad_cell] * 12 + [foreign_cell] * 3 + [twin_row] * 3 + [lost_row] * 3 + [
    wrong_width, wrong_width, lost_file, basis_cycle, zero_basis, mixed_pool, mixed_pool, pool_gap,
    no_outlet, bad_through, huge_charge, shuffled_header] + [damaged_bytes] * 5


def make_faults(d):
    for _ in range(d.rng.choice([1, 1, 1, 2, 2, 3, 4])):
        fault = d.rng.choice(FAULTS)
        d.faults.append(fault.__name__)
        try:
            fault(d)
        except IndexError:       # an earlier fault has made the row shorter: it stays as it is
            d.faults.append("nothing")


# ---------------------------------------------------------------- the folder

def draft(rng):
    d = Draft(rng)
    for make in (make_partners, make_settings, make_services, make_bases, make_pools, make_drivers,
                 make_accounts, make_cost_centres, make_ledger, make_extras):
        make(d)
    return d


def random_partnership(seed, faulty=None):
    """Files, book, through and the names of the faults put in. `faulty` None: a third are."""
    rng = random.Random(seed)
    d = draft(rng)
    if rng.random() < 0.34 if faulty is None else faulty:
        make_faults(d)
    files = model_files(d, style=True)
    for file in list(files):
        if file in d.missing or "ledger" in d.missing and file.startswith(d.book + "/"):
            del files[file]
    for file, change in d.changes:
        for name in (file, d.book + "/" + file):
            if name in files:
                files[name] = change(files[name])
    if rng.random() < 0.2:          # not ledger files: another ending, a leading dot, another book
        files[d.book + "/notes.txt"] = b"not read"
        files[d.book + "/.hidden.csv"] = b"not read"
        files[d.book + "/UPPER.CSV"] = b"not read"
        files[("budget" if d.book == "ledger" else "ledger") + "/other.csv"] = b"not read"
    return Made(files, d.book, d.through, d.faults)


def write_folder(files, folder):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(data)
    os.makedirs(folder, exist_ok=True)


def closing_arguments(made):
    arguments = [] if made.book == "ledger" else ["--book", made.book]
    return arguments + ([] if made.through is None else ["--through", made.through])


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: random_partnership.py SEED DIR")
    made = random_partnership(int(sys.argv[1]))
    write_folder(made.files, sys.argv[2])
    print(" ".join(["ochil close", sys.argv[2]] + closing_arguments(made)))
    print("faults put in: %s" % (", ".join(made.faults) or "none"))


if __name__ == "__main__":
    main()
