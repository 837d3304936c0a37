#!/usr/bin/env python3
"""laws_test.py -- what must hold for every partnership, on random ones, driving the engine.

    laws_test.py [--ochil PATH] [--seed N] [--count N]

Each law is one test over all the random partnerships; those that break it are named by seed
(random_partnership.py SEED DIR writes the folder).
"""
import argparse
import csv
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile

import random_partnership  # also finds recheck, in tools/
import recheck
import tap

LOCKED_FILES = ("charged.csv", "corrected.csv")


class Subject:
    """One random sound partnership, without locked periods, and its closing by the engine."""

    def __init__(self, engine, seed):
        made = random_partnership.random_partnership(seed, faulty=False)
        self.engine = engine
        self.rng = random.Random(seed)
        self.book, self.through = made.book, made.through
        self.files = {name: data for name, data in made.files.items()
                      if name not in LOCKED_FILES and not name.startswith("other")}
        self.ledger = sorted(name for name in self.files if name.startswith(self.book + "/")
                             and name.endswith(".csv") and "/." not in name)
        self.folders = []
        self.out = self.close(self.files)

    def folder(self, files):
        folder = tempfile.mkdtemp(prefix="law-")
        random_partnership.write_folder(files, folder)
        self.folders.append(folder)
        return folder

    def arguments(self, through):
        arguments = [] if self.book == "ledger" else ["--book", self.book]
        return arguments + (["--through", through] if through else [])

    def close(self, files, through="as made", more=()):
        """Output files of a closing by the engine; a Broken if it is refused."""
        through = self.through if through == "as made" else through
        code, out, trouble = tap.engine_close(self.engine, self.folder(files),
                                              self.arguments(through) + list(more))
        if code != 0:
            raise Broken("exit code %d: %s%s" % (
                code, trouble[:300], out.get("errors.csv", b"")[:300].decode("utf-8", "replace")))
        return out

    def lines(self):
        """Every ledger line of the book, as fields."""
        return [record.fields for name in self.ledger for record in
                [r for r in recheck.read_records(self.files[name]) if not r.is_blank()][1:]]

    def with_lines(self, lines, names=None):
        """The files with other ledger lines, dealt out over files of the names given."""
        files = {name: data for name, data in self.files.items() if name not in self.ledger}
        dealt = {self.book + "/" + name: [] for name in names or ["all.csv"]}
        for line in lines:
            dealt[self.rng.choice(sorted(dealt))].append(line)
        files.update({name: recheck.csv_bytes(recheck.LINE_COLUMNS, rows)
                      for name, rows in dealt.items()})
        return files

    def with_settings(self, **settings):
        rows = [[key, settings.pop(key, value)] for key, value in recheck_settings(self)]
        rows += [list(pair) for pair in settings.items()]
        return dict(self.files, **{"partnership.csv": recheck.csv_bytes("key,value", rows)})

    def clean(self):
        for folder in self.folders:
            if os.path.isfile(folder):
                os.remove(folder)
            shutil.rmtree(folder, ignore_errors=True)


class Broken(Exception):
    """A law does not hold; the message says where."""


def recheck_settings(subject):
    records = [r for r in recheck.read_records(subject.files["partnership.csv"])
               if not r.is_blank()]
    return [record.fields for record in records[1:]]


def table(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def pence(text):
    return recheck.amount_of(text or "0", 18)


def summed(rows, keys, columns=("borne", "paid")):
    """Sums of columns by key; keys whose sums are all zero are left out."""
    sums = {}
    for row in rows:
        key = tuple(row[column] for column in keys)
        old = sums.get(key, (0,) * len(columns))
        sums[key] = tuple(a + pence(row[column]) for a, column in zip(old, columns))
    return {key: value for key, value in sums.items() if any(value)}


def must_equal(what, found, expected):
    if found != expected:
        if isinstance(found, dict):
            key = sorted(key for key in set(found) | set(expected)
                         if found.get(key) != expected.get(key))[0]
            what, found, expected = "%s %s" % (what, key), found.get(key), expected.get(key)
        raise Broken("%s: is %s, should be %s" % (what, found, expected))


def must_be_same_files(expected, found, names=None):
    if names:
        expected = {name: expected[name] for name in expected if name.startswith(names)}
        found = {name: found[name] for name in found if name.startswith(names)}
    difference = recheck.compare(expected, found)
    if difference:
        raise Broken(difference)


# ---------------------------------------------------------------- the laws

def law_conservation(s):
    """in every pool, period and group what is borne is what is paid, and all is taken in"""
    rows = table(s.out["settlement.csv"])
    for key, (borne, paid) in summed(rows, ("kind", "pool", "period", "group")).items():
        must_equal("%s" % (key,), borne, paid)
    totals = {row["treatment"]: pence(row["amount"]) for row in table(s.out["totals.csv"])}
    must_equal("totals, all", sum(totals.values()), 2 * totals["all"])
    for kind in recheck.KINDS:
        borne = sum(pence(row["borne"]) for row in rows if row["kind"] == kind)
        must_equal("borne, " + kind, borne, totals[kind])


def law_less_than_a_penny(s):
    """with largest and year-to-date nobody is ever a penny or more from the exact share"""
    files = s.with_settings(rounding="year-to-date", remainder="largest")
    out = s.close(files)
    exact = exact_amounts(s, files)
    charged = {}
    for row in sorted(table(out["settlement.csv"]), key=lambda row: row["period"]):
        key = (row["kind"], row["pool"], row["group"], row["partner"])
        charged.setdefault(key, {})[row["period"]] = pence(row["borne"])
    for (key, period), amount in exact.items():
        borne = sum(value for other, value in charged.get(key, {}).items() if other <= period)
        if not -1 < borne - amount < 1:
            raise Broken("%s %s: borne %d, exact %s" % (key, period, borne, amount))
    for row in table(out["pennies.csv"]):
        if not -1 < recheck.Fraction(row["carried_pence"]) < 1:
            raise Broken("a carry of a penny or more: %s" % (row,))


def exact_amounts(s, files):
    """(cost and partner, period) -> exact pence, year to date, by the independent check."""
    _, p = recheck.close_files(kept(s, files), s.book, s.through)
    exact = {}
    for cost, carries in p.carry.items():
        due = recheck.zeros(p)
        for period in p.settled:
            due = recheck.plus(due, p.due[cost][period])
            for partner, pence_due, carry in zip(p.partners, due, carries[period]):
                exact[cost + (partner,), period] = pence_due + carry
    return exact


def kept(s, files):
    """The files that a closing reads."""
    return {name: data for name, data in files.items() if name in recheck.COLUMNS
            and (s.book == "ledger" or name not in recheck.LEDGER_ONLY)
            or name.startswith(s.book + "/") and name.endswith(".csv") and "/." not in name}


def law_the_year(s):
    """thirteen periods add to the rounding of the year's exact shares, once"""
    files = s.with_settings(rounding="year-to-date")
    out = s.close(files, None)
    _, p = recheck.close_files(kept(s, files), s.book, None)
    found = summed(table(out["settlement.csv"]), ("kind", "pool", "group", "partner"), ("borne",))
    for cost in p.carry:
        due = [sum(column) for column in zip(*p.due[cost].values())]
        exact = recheck.plus(due, p.carry[cost][p.settled[-1]])
        lead = p.partners.index(p.lead[recheck.service_of(p, cost[1])])
        year = recheck.hand_out(exact, int(sum(exact)), p.setting["remainder"], lead)
        for partner, expected in zip(p.partners, year):
            must_equal("%s %s" % (cost, partner), found.get(cost + (partner,), (0,))[0], expected)


YEAR_KEY = ("kind", "pool", "group", "partner")


def law_locking(s):
    """locking at any period, with lines coming late, changes no total of the year"""
    if s.book != "ledger":
        return
    whole = summed(table(s.close(s.files, None)["settlement.csv"]), YEAR_KEY)
    lines, year = s.lines(), dict(recheck_settings(s))["year"]
    first, second = sorted(s.rng.sample(range(1, 13), 2))
    charged, corrected = [], []
    for month, keep in ((first, 0.8), (second, 0.9)):
        early = [line for line in lines if s.rng.random() < keep]
        out = s.close(locked(s.with_lines(early), charged, corrected), "%s/P%02d" % (year, month))
        charged += table(out["settlement.csv"])
        charged.append(zero_row(s, "%s/P%02d" % (year, month), charged))
        corrected += table(out["corrections.csv"]) if "corrections.csv" in out else []
    for seen in ([], corrected):
        out = s.close(locked(s.files, charged, seen), None)
        rest = table(out["settlement.csv"])
        must_equal("the year", summed(charged + rest, YEAR_KEY), whole)
        if any(row["period"] <= "%s/P%02d" % (year, second) for row in rest):
            raise Broken("a locked period is in the output")


def zero_row(s, period, charged):
    """A row of zeros locks a period in which nothing was charged (10.14)."""
    _, p = recheck.close_files(kept(s, s.files), s.book, None)
    return {"kind": "common", "pool": list(p.pool_rows)[0], "period": period,
            "group": "zeros lock it", "partner": p.partners[0], "borne": "0.00", "paid": "0.00",
            "net": "0.00"}


def locked(files, charged, corrected):
    files = dict(files)
    for name, rows in (("charged.csv", charged), ("corrected.csv", corrected)):
        if rows:
            columns = recheck.COLUMNS[name]
            files[name] = recheck.csv_bytes(
                columns, [[row[column] for column in columns.split(",")] for row in rows])
    return files


def law_journals(s):
    """journals balance by period and service, mirror each other and hold every net"""
    sums, nets = {}, {}
    for name, data in s.out.items():
        if name.startswith("journal-"):
            partner = name[len("journal-"):-len(".csv")]
            for row in table(data):
                value = pence(row["debit"]) - pence(row["credit"])
                keys = [(name, row["period"], row["service"])]
                if row["kind"] != "clearing":
                    keys.append(("all", row["period"], row["service"], row["kind"], row["pool"],
                                 row["group"]))
                    nets[row["kind"], row["pool"], row["period"], row["group"], partner] = (value,)
                for key in keys:
                    sums[key] = sums.get(key, 0) + value
    must_equal("journals", {key: value for key, value in sums.items() if value}, {})
    must_equal("nets", nets, summed(table(s.out["settlement.csv"]),
                                    ("kind", "pool", "period", "group", "partner"), ("net",)))


def law_bill(s):
    """who is owed and who owes is the sum of each partner's nets"""
    owed = summed(table(s.out["settlement.csv"]), ("partner",), ("net",))
    billed = {}
    for row in table(s.out["bill.csv"]):
        for partner, sign in ((row["from"], 1), (row["to"], -1)):
            billed[partner,] = (billed.get((partner,), (0,))[0] + sign * pence(row["amount"]),)
    must_equal("bill", {key: value for key, value in billed.items() if any(value)}, owed)


def law_order(s):
    """lines in another order, in other files, change no byte of the output"""
    lines = s.lines()
    s.rng.shuffle(lines)
    names = ["part %d.csv" % number for number in range(s.rng.randint(1, 6))]
    must_be_same_files(s.out, s.close(s.with_lines(lines, names)))


def law_reversal(s):
    """with the reversal of every line added nothing is left to settle"""
    lines = s.lines()
    for line in list(lines):
        amount = line[6][1:] if line[6].startswith("-") else "-" + line[6]
        lines.append(["reversal of " + line[0]] + line[1:6] + [amount, ""])
    out = s.close(s.with_lines(lines))
    for name in ("settlement.csv", "bill.csv", "pennies.csv"):
        must_equal(name, table(out[name]), [])


def law_threads(s):
    """any number of threads gives the same bytes"""
    for threads in ("1", "2", "4"):
        must_be_same_files(s.out, s.close(s.files, more=["--threads", threads]))


def law_certificate(s):
    """the certificate is right by the independent check"""
    folder = s.folder(s.files)
    out = folder + ".out"
    s.folders.append(out)
    run = subprocess.run([s.engine, "close", folder, "--out", out] + s.arguments(s.through),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    must_equal("exit code", run.returncode, 0)
    files = tap.read_directory(out)
    certificate = files.pop("certificate.json", None)
    if certificate is None:
        raise Broken("no certificate")
    outputs, p = recheck.close_files(recheck.read_folder(folder, s.book), s.book, s.through)
    difference = recheck.certificate_difference(certificate, p, outputs)
    if difference:
        raise Broken(difference)


def law_bundle(s):
    """a bundle is right, closes to the same, and a changed byte anywhere in it is found"""
    folder = s.folder(s.files)
    bundle = folder + ".ochil.zip"
    s.folders.append(bundle)
    run = subprocess.run([s.engine, "bundle", folder, "--out", bundle] + s.arguments(s.through),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode != 0:
        raise Broken("exit code %d: %s" % (run.returncode, run.stderr[:300].decode()))
    difference, _ = recheck.bundle_difference(bundle)
    if difference:
        raise Broken(difference)
    with zipfile.ZipFile(bundle) as packed:
        files = {name: packed.read(name) for name in packed.namelist()
                 if not name.startswith("output/")}
    out = s.close(files)
    must_be_same_files(s.out, out, ("settlement", "bill", "journal-", "pennies", "corrections"))
    with open(bundle, "r+b") as stream:
        data = stream.read()
        at = s.rng.randrange(len(data))
        stream.seek(at)
        stream.write(bytes([data[at] ^ (1 << s.rng.randrange(8))]))
    difference, _ = recheck.bundle_difference(bundle)
    if not difference:
        raise Broken("byte %d of the bundle altered, and not found" % at)


LAWS = [law_conservation, law_less_than_a_penny, law_the_year, law_locking, law_journals, law_bill,
        law_order, law_reversal, law_threads, law_certificate, law_bundle]


def main():
    parser = argparse.ArgumentParser(description="Laws that hold for every partnership.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the engine to test")
    parser.add_argument("--seed", type=int, default=2014, help="of the first random partnership")
    parser.add_argument("--count", type=int, default=80, help="random partnerships")
    given = parser.parse_args()
    engine = tap.find_engine(given.ochil)
    print("# seed %d" % given.seed)
    broken = {law: [] for law in LAWS}
    for number in range(given.seed, given.seed + given.count):
        try:
            subject = Subject(engine, number)
        except Broken as problem:
            broken[law_conservation].append("seed %d: %s" % (number, problem))
            continue
        for law in LAWS:
            try:
                law(subject)
            except Broken as problem:
                broken[law].append("seed %d: %s" % (number, problem))
        subject.clean()
    t = tap.Tap()
    for law in LAWS:
        found = broken[law]
        t.check("%s (%d partnerships)" % (law.__doc__, given.count),
                "broken by %d\n%s" % (len(found), "\n".join(found[:5])) if found else None)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
