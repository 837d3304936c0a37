#!/usr/bin/env python3
"""golden_test.py -- published and computed figures, through the engine and the independent check.

    golden_test.py [--ochil PATH]

golden/ holds the tables: the Scottish Government's Green Book, the shared services appendices of
South Hams and West Devon, textbook support-cost allocations, worked bills. Every case is a small
partnership closed by both implementations; the figures are then read from the output of each.
The rounding faults on record in other programs are here too, each shown right.
"""
import argparse
import csv
import os
import re
import shutil
import sys
import tempfile
from fractions import Fraction

import random_partnership  # also finds recheck, in tools/
import recheck
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
MONTHS = ["2014-15/P%02d" % number for number in range(1, 13)]


class Case:
    """A partnership: partners P1, P2... (or named), one service, what the case adds."""

    def __init__(self, partners, **settings):
        if isinstance(partners, int):
            partners = ["P%d" % number for number in range(1, partners + 1)]
        self.partners = partners
        self.rows = {file: [] for file in recheck.COLUMNS if file not in recheck.LEDGER_ONLY}
        self.rows["partnership.csv"] = [["name", "A golden case"], ["year", "2014-15"]]
        self.rows["partnership.csv"] += [list(pair) for pair in settings.items()]
        self.rows["partners.csv"] = [[partner, ""] for partner in partners]
        self.rows["accounts.csv"] = [[partner, "1", "cost"] for partner in partners]
        self.service("all-services", partners[0])
        self.lines = []

    def service(self, service, lead):
        self.rows["services.csv"] = [row for row in self.rows["services.csv"] if row[0] != service]
        self.rows["services.csv"].append([service, "", lead])

    def basis(self, basis, kind, values=(), places="", tolerance="", estimate="", actual=""):
        self.rows["bases.csv"].append(
            [basis, "", kind, places, tolerance, estimate, actual, "", ""])
        self.rows["basis_values.csv"] += [[basis, "", partner, str(value)]
                                          for partner, value in zip(self.partners, values)]

    def blend(self, basis, weights):
        self.basis(basis, "blend")
        self.rows["blends.csv"] += [[basis, part, str(weight)] for part, weight in weights.items()]

    def pool(self, pool, basis, service="all-services"):
        """A pool, common with a basis and support without, and a cost centre for each partner."""
        kind = "common" if basis else "support"
        self.rows["pools.csv"].append([pool, "", service, kind, "", "", basis])
        self.rows["cost_centres.csv"] += [[partner, pool, "", "", "", kind, pool, ""]
                                          for partner in self.partners]

    def bears(self, treatment, centre, pool, bearer):
        self.rows["cost_centres.csv"] += [[partner, centre, "", "", "", treatment, pool, bearer]
                                          for partner in self.partners]

    def drivers(self, pool, values):
        self.rows["support.csv"] += [[pool, "", receiver, str(value)]
                                     for receiver, value in values.items()]

    def line(self, partner, centre, pence, period=MONTHS[0]):
        self.lines.append([str(len(self.lines) + 1), partner, "", period, centre, "1",
                           recheck.money(pence), ""])

    def billed(self, service, partner, pence):
        self.rows.setdefault("billed.csv", []).append([service, partner, recheck.money(pence)])

    def files(self):
        files = {file: recheck.csv_bytes(recheck.COLUMNS[file], rows)
                 for file, rows in self.rows.items() if rows or file not in recheck.OPTIONAL}
        files["ledger/a.csv"] = recheck.csv_bytes(recheck.LINE_COLUMNS, self.lines)
        return files


class Output:
    """The output of a closing, read back."""

    def __init__(self, files):
        self.files = files

    def rows(self, name):
        return list(csv.DictReader(self.files[name].decode("utf-8").splitlines()))

    def borne(self, pool, period=None):
        """Partner -> pence borne in a pool, without what one partner bears alone."""
        sums = {}
        for row in self.rows("settlement.csv"):
            if (row["pool"] == pool and row["kind"] in recheck.SHARED
                    and period in (None, row["period"])):
                sums[row["partner"]] = sums.get(row["partner"], 0) + pence(row["borne"])
        return sums

    def exact(self, pool):
        """Partner -> exact pence of a pool charged in one period: what is borne and the carry."""
        sums = {partner: Fraction(borne) for partner, borne in self.borne(pool).items()}
        for row in self.rows("pennies.csv"):
            if row["pool"] == pool:
                sums[row["partner"]] = (sums.get(row["partner"], Fraction(0))
                                        + Fraction(row["carried_pence"]))
        return sums

    def bill(self):
        return [(row["from"], row["to"], pence(row["amount"])) for row in self.rows("bill.csv")]


def pence(text):
    return recheck.amount_of(text, 17)


def pounds(text):
    """Pence of a figure in pounds as a table prints it: 842,317.45."""
    return pence(text.replace(",", ""))


def half_up(amount):
    return (2 * amount + 1).__floor__() // 2


def table(name):
    with open(os.path.join(HERE, "golden", name + ".csv"), encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def both(t, engine, description, case, figures, expected):
    """Close with both; `figures` reads from the output what must be `expected`."""
    folder = tempfile.mkdtemp(prefix="golden-")
    random_partnership.write_folder(case.files(), folder)
    ours, _ = recheck.close_folder(folder)
    _, theirs, trouble = tap.engine_close(engine, folder)
    shutil.rmtree(folder)
    for files, who in ((ours, "the independent check"), (theirs, "the engine")):
        if "settlement.csv" in files:
            found = figures(Output(files))
            problem = None if found == expected else "is %s\nshould be %s" % (found, expected)
        else:
            problem = files.get("errors.csv", trouble.encode()).decode("utf-8", "replace")
        t.check("%s, by %s" % (description, who), problem)
    t.check(description + ", both the same", recheck.compare(ours, theirs))


def amounts(case, pool, period=None):
    """Reads what each partner bears in a pool, in listing order."""
    return lambda out: [out.borne(pool, period).get(partner, 0) for partner in case.partners]


def one_pool(pence_paid, kind, values, partners=None, payer=0, **settings):
    """One pool on one basis, one line."""
    case = Case(partners or len(values), **settings)
    case.basis("BASIS", kind, values if kind != "equal" else ())
    case.pool("POOL", "BASIS")
    if pence_paid is not None:
        case.line(case.partners[payer], "POOL", pence_paid)
    return case


# ---------------------------------------------------------------- tables

def test_largest_remainder(t, engine):
    for row in table("largest_remainder"):
        total = int(row["total_units"])
        expected = [int(part) for part in row["expected_units"].split()]
        sign = -1 if row["case"].startswith("negative") else 1
        case = one_pool(sign * total, "measure", row["weights"].split())
        both(t, engine, "largest remainder: " + row["case"], case, amounts(case, "POOL"),
             [sign * part for part in expected])


def councils(name):
    return [row for row in table(name) if row["council"] != "TOTAL_PUBLISHED"]


def test_school_security(t, engine):
    """Green Book 2023-24 p.32: 15,173 thousand, half by pupils and half by establishments."""
    rows = councils("gae_2023_24_school_security_blend")
    case = Case(["C%02d" % number for number in range(1, len(rows) + 1)])
    case.basis("PUPILS", "measure", [row["pupils"] for row in rows])
    case.basis("SCHOOLS", "measure", [row["establishments"] for row in rows])
    case.blend("BOTH", {"PUPILS": 50, "SCHOOLS": 50})
    for pool in ("PUPILS", "SCHOOLS", "BOTH"):
        case.pool(pool, pool)
        case.line("C01", pool, 15173)

    def published(out):
        shares = {pool: out.exact(pool) for pool in ("PUPILS", "SCHOOLS", "BOTH")}
        return [(half_up(shares["PUPILS"][c] / 2), half_up(shares["SCHOOLS"][c] / 2),
                 half_up(shares["BOTH"][c])) for c in case.partners]

    both(t, engine, "Green Book p.32, every printed line", case, published,
         [(int(row["effect1_pub_k"]), int(row["effect2_pub_k"]), int(row["published_share_k"]))
          for row in rows])
    both(t, engine, "Green Book p.32, billed lines add to the total", case,
         lambda out: sum(out.borne("BOTH").values()), 15173)


def test_choose_life(t, engine):
    """Green Book 2023-24 p.52: 60 thousand each and 1,378 thousand by population."""
    rows = councils("gae_2023_24_choose_life_fixed_plus_population")
    case = Case(["C%02d" % number for number in range(1, len(rows) + 1)])
    case.basis("PEOPLE", "measure", [row["population_mye2021"] for row in rows])
    case.basis("EACH", "equal")
    case.pool("VARIABLE", "PEOPLE")
    case.pool("FIXED", "EACH")
    case.line("C01", "VARIABLE", 1378)
    case.line("C01", "FIXED", 60 * len(rows))

    def published(out):
        variable, fixed = out.exact("VARIABLE"), out.exact("FIXED")
        return [(half_up(variable[c]), fixed[c], half_up(variable[c] + fixed[c]))
                for c in case.partners]

    both(t, engine, "Green Book p.52, every printed line", case, published,
         [(int(row["variable_pub_k"]), 60, int(row["published_share_k"])) for row in rows])
    both(t, engine, "Green Book p.52, billed lines add to the total", case,
         lambda out: sum(out.borne("VARIABLE").values()) + sum(out.borne("FIXED").values()), 3298)


def tolerance_case(estimate, caseload):
    """Whole per cents; the estimate stands unless the actual differs by more than 3 points."""
    case = Case(["SH", "WD"])
    case.basis("ESTIMATE", "fixed", [estimate, 100 - estimate])
    case.basis("ACTUAL", "measure", caseload)
    case.basis("SETTLED", "tolerance", places="0", tolerance="3", estimate="ESTIMATE",
               actual="ACTUAL")
    case.pool("POOL", "SETTLED")
    case.line("SH", "POOL", 10000)
    return case


def test_south_hams(t, engine):
    for row in table("south_hams_west_devon_appendix_a"):
        published = [int(row["published_sh_pct"]), int(row["published_wd_pct"])]
        caseload = [row["south_hams_caseload"], row["west_devon_caseload"]]
        rule = row["computed_rule"]
        if rule == "estimate_kept_within_3pt":
            case = tolerance_case(published[0], caseload)
        elif rule == "rounded_actual":
            case = Case(["SH", "WD"])
            case.basis("ACTUAL", "measure", caseload, places="0")
            case.pool("POOL", "ACTUAL")
            case.line("SH", "POOL", 10000)
        else:                       # equal, time allocation, a recorded override: agreed per cents
            case = one_pool(10000, "fixed", published, ["SH", "WD"])
        both(t, engine, "South Hams and West Devon %s, %s" % (row["year"], row["service"]), case,
             amounts(case, "POOL"), [100 * part for part in published])
    for what, estimate, caseload, share in (
            ("enforcement 71 against 76.40", 71, (382, 118), 76),
            ("new claims 60 against 62.95", 60, (299, 176), 60),
            ("contact centre 66 against 69.76", 66, (53418, 23154), 70),
            ("planning 75 against 73.91", 75, (439, 155), 75),
            ("exactly three points is within", 60, (63, 37), 60)):
        case = tolerance_case(estimate, caseload)
        both(t, engine, "tolerance: " + what, case, amounts(case, "POOL"),
             [100 * share, 10000 - 100 * share])


def two_councils(**settings):
    """Clackmannanshire and Stirling on the bases of the Green Book 2023-24."""
    case = Case(["CLK", "STI"], **settings)
    case.rows["services.csv"] = []
    case.service("education", "STI")
    case.service("social", "CLK")
    case.basis("pupil_roll_2022", "measure", (7394, 13984))
    case.basis("population_mye2021", "measure", (51540, 93470))
    case.basis("establishments", "measure", (38, 79))
    case.basis("equal", "equal")
    case.basis("fixed_30_70", "fixed", (30, 70))
    case.blend("blend_50pupils_50establishments", {"pupil_roll_2022": 50, "establishments": 50})
    return case


def test_two_council_bill(t, engine):
    rows = {row["pool"]: row for row in table("two_council_bill_example")}
    total = rows.pop("TOTAL")
    summary = [rows.pop(name) for name in list(rows) if re.match("CROSS_CHARGE|NET", name)]
    shared = {pool: row for pool, row in rows.items() if row["basis"] != "direct_stirling_only"}
    for settlement in ("gross", "net"):
        case = two_councils(settlement=settlement)
        for pool, row in rows.items():
            stirling_leads = row["lead_authority"] == "Stirling"
            service = "education" if stirling_leads else "social"
            if row["basis"] == "direct_stirling_only":
                case.bears("initiative", pool, "ED-HQ", "STI")
            else:
                case.pool(pool, row["basis"], service)
            case.line("STI" if stirling_leads else "CLK", pool, pounds(row["cost_gbp"]))
        both(t, engine, "six-pool bill, %s: each pool" % settlement, case,
             lambda out: {pool: out.borne(pool) for pool in shared},
             {pool: {"CLK": pounds(row["clackmannanshire_gbp"]),
                     "STI": pounds(row["stirling_gbp"])} for pool, row in shared.items()})
        both(t, engine, "six-pool bill, %s: totals" % settlement, case,
             lambda out: [sum(pence(row["borne"]) for row in out.rows("settlement.csv")
                              if row["partner"] == partner) for partner in case.partners],
             [pounds(total["clackmannanshire_gbp"]), pounds(total["stirling_gbp"])])
        to_stirling, to_clack, net = [pounds(row["cost_gbp"]) for row in summary]
        expected = ([("CLK", "STI", to_stirling), ("STI", "CLK", to_clack)]
                    if settlement == "gross" else [("CLK", "STI", net)])
        both(t, engine, "six-pool bill, %s: who owes whom" % settlement, case, Output.bill,
             expected)


def test_a_million(t, engine):
    for basis, share in (("pupil_roll_2022", 34586959), ("population_mye2021", 35542376),
                         ("blend_50pupils_50establishments", 33532796)):
        case = two_councils()
        case.pool("POOL", basis, "education")
        case.line("STI", "POOL", 100000000)
        both(t, engine, "a million by " + basis, case, amounts(case, "POOL"),
             [share, 100000000 - share])


def test_share_precision(t, engine):
    for row in table("share_precision_example")[:2]:
        case = Case(["CLK", "STI"])
        case.basis("ROLL", "measure", (7394, 13984), places="0" if "whole" in row["rule"] else "")
        case.pool("POOL", "ROLL")
        case.line("STI", "POOL", 84231745)
        both(t, engine, "share precision: " + row["rule"], case, amounts(case, "POOL"),
             [pounds(row["clacks_gbp"]), pounds(row["stirling_gbp"])])


def test_true_up(t, engine):
    """Billed at the estimated roll; then the year's cost, with the tolerance and without."""
    billed, final_a, true_a, final_b, true_b = table("true_up_example")
    for actual, basis, final, true_up in (
            (82000000, "ESTIMATE", billed, None), (84231745, "SETTLED", final_a, true_a),
            (84231745, "ACTUAL", final_b, true_b)):
        case = Case(["CLK", "STI"])
        case.service("all-services", "STI")
        case.basis("ESTIMATE", "measure", (7350, 14010))
        case.basis("ACTUAL", "measure", (7394, 13984))
        case.basis("SETTLED", "tolerance", tolerance="3", estimate="ESTIMATE", actual="ACTUAL")
        case.pool("POOL", basis)
        case.line("STI", "POOL", actual)
        both(t, engine, "true-up: " + final["case"], case, amounts(case, "POOL"),
             [pounds(final["clacks_gbp"]), pounds(final["stirling_gbp"])])
        if true_up:
            case.billed("all-services", "CLK", pounds(billed["clacks_gbp"]))
            both(t, engine, true_up["case"], case, lambda out: [
                (row["partner"], row["lead"], pence(row["true_up"]))
                for row in out.rows("true_up.csv")],
                 [("CLK", "STI", pounds(true_up["clacks_gbp"]))])


def test_instalments(t, engine):
    """The engine shares between partners, not over dates; the rule for the pennies is the same."""
    for row in table("instalment_example"):
        parts = [int(part) for part in row["instalments_pence"].split()]
        case = one_pool(int(row["annual_pence"]), "equal", parts)
        both(t, engine, "equal parts: " + row["split"], case, amounts(case, "POOL"), parts)


SUPPORT = {     # example -> departments that bear, own cost, support pools in the order of closing
    "Anthony_Young_PhotoLab": (
        {"TwoDay": 150000, "NextDay": 400000},
        {"Maint": (240000, {"Admin": 20, "TwoDay": 20, "NextDay": 60}),
         "Admin": (120000, {"Maint": 1, "TwoDay": 1, "NextDay": 4})}),
    "Ochil_invented": (
        {"EdC": 0, "EdS": 0, "SwC": 0, "SwS": 0},
        {"IT": (60000000, {"HR": 10, "Finance": 15, "EdC": 20, "EdS": 30, "SwC": 10, "SwS": 15}),
         "Finance": (45000000, {"HR": 5, "IT": 10, "EdC": 25, "EdS": 35, "SwC": 10, "SwS": 15}),
         "HR": (30000000, {"Finance": 10, "IT": 15, "EdC": 20, "EdS": 30, "SwC": 10,
                           "SwS": 15})}),
    "Robinson": (
        {"Machining": 400000000, "Assembly": 200000000},
        {"Maintenance": (630000000, {"Systems": 1600, "Machining": 2400, "Assembly": 4000}),
         "Systems": (145215000, {"Maintenance": 200, "Machining": 1600, "Assembly": 200})}),
}
ROBINSON = {"direct": (7653300, 6098850), "step-down": (8300800, 5451350),
            "reciprocal": (8187025, 5565125)}


def support_case(example, method):
    """A department that bears cost is a partner, with a pool that it bears alone."""
    own, support = SUPPORT[example]
    case = Case(list(own), support_method=method)
    for pool in support:
        case.pool(pool, "")
    for department, cost in own.items():
        case.basis(department, "fixed", [100 * (other == department) for other in own])
        case.pool(department, department)
        case.line(department, department, cost)
    for pool, (cost, drivers) in support.items():
        case.drivers(pool, drivers)
        case.line(case.partners[0], pool, cost)
    return case


def exact_total(case, pools):
    return lambda out: [half_up(100 * sum(out.exact(pool).get(partner, 0) for pool in pools))
                        for partner in case.partners]


def test_support(t, engine):
    """To a hundredth of a penny, as the tables print them."""
    rows = table("support_cost_allocation")
    for example in ("Anthony_Young_PhotoLab", "Ochil_invented"):
        for method in ("direct", "step-down", "reciprocal"):
            case = support_case(example, method)
            found = [row for row in rows if row["example"] == example
                     and row["method"].replace("_", "-").startswith(method)]
            total = {row["to"]: row["amount"] for row in found if row["from"] == "TOTAL"}
            own, support = SUPPORT[example]
            both(t, engine, "support, %s, %s: totals" % (example, method), case,
                 exact_total(case, list(own) + list(support)),
                 [ten_thousandths(total[partner]) for partner in case.partners])
            for pool in support if method == "direct" else ():
                parts = {row["to"]: row["amount"] for row in found if row["from"] == pool}
                both(t, engine, "support, %s, direct: %s" % (example, pool), case,
                     exact_total(case, [pool]),
                     [ten_thousandths(parts[partner]) for partner in case.partners])
    for method, totals in ROBINSON.items():
        case = support_case("Robinson", method)
        both(t, engine, "support, Robinson, " + method, case,
             exact_total(case, list(case.partners) + list(SUPPORT["Robinson"][1])),
             [10000 * total for total in totals])


def ten_thousandths(text):
    """1737.9310 pounds, in hundredths of a penny."""
    return int(Fraction(text) * 10000)


# ---------------------------------------------------------------- faults on record elsewhere

def test_faults_of_others(t, engine):
    case = one_pool(18225, "fixed", (98, 2))
    both(t, engine, "Odoo: 182.25 at 98/2 adds to 182.25, not 182.26", case,
         amounts(case, "POOL"), [17861, 364])
    case = one_pool(78508, "fixed", ("33.33", "33.33", "33.34"))
    both(t, engine, "Odoo, ledger: 785.08 at 33.33/33.33/33.34 adds to 785.08, not 785.09", case,
         amounts(case, "POOL"), [26167, 26167, 26174])
    case = one_pool(1, "fixed", (95, 5), payer=1)
    both(t, engine, "ERPNext: 0.01 at 95/5 is posted, not refused", case,
         lambda out: (amounts(case, "POOL")(out), out.bill()), ([1, 0], [("P1", "P2", 1)]))
    case = one_pool(100000, "fixed", ("88.71", "0.19", "11.1"))
    both(t, engine, "ERPNext: 88.71, 0.19 and 11.1 add to exactly 100", case,
         amounts(case, "POOL"), [88710, 190, 11100])
    case = one_pool(78508, "fixed", ("33.33", "33.33", "33.34"), payer=1)
    both(t, engine, "ERPNext: debits are credits in every journal, and the journals mirror", case,
         journals_balance, [])
    test_paid_bill(t, engine)


def journals_balance(out):
    """What does not balance: by partner, period and service, and between the partners."""
    sums = {}
    for name in out.files:
        if name.startswith("journal-"):
            for row in out.rows(name):
                value = pence(row["debit"] or "0") - pence(row["credit"] or "0")
                keys = [(name, row["period"], row["service"])]
                if row["kind"] != "clearing":
                    keys.append((row["kind"], row["pool"], row["period"], row["group"]))
                for key in keys:
                    sums[key] = sums.get(key, 0) + value
    return sorted(key for key, value in sums.items() if value)


def test_paid_bill(t, engine):
    case = one_pool(78508, "fixed", ("33.33", "33.33", "33.34"))
    case.billed("all-services", "P2", 26167)
    case.billed("all-services", "P3", 26174)
    both(t, engine, "ERPNext: nothing is outstanding once the bill is paid", case,
         lambda out: [row["true_up"] for row in out.rows("true_up.csv")], ["0.00", "0.00"])


def test_twelve_months(t, engine):
    """hledger prints 178.60 and 3.64 every month, and 2143.20 for a year of 2143.26."""
    case = one_pool(None, "fixed", (98, 2))
    for month in MONTHS:
        case.line("P1", "POOL", 18225, month)
    both(t, engine, "hledger: twelve months of 182.25 at 98/2 add to the year", case,
         amounts(case, "POOL"), [214326, 4374])
    both(t, engine, "hledger: every month adds to 182.25", case,
         lambda out: [sum(out.borne("POOL", month).values()) for month in MONTHS], [18225] * 12)


def test_odd_pennies(t, engine):
    case = one_pool(1, "equal", (1, 1))
    both(t, engine, "Spliit: an even split of a penny loses nothing", case,
         amounts(case, "POOL"), [1, 0])
    case = one_pool(10000, "equal", (1, 1, 1))
    both(t, engine, "beancount plug-in: 100.00 in three drops no remainder", case,
         amounts(case, "POOL"), [3334, 3333, 3333])
    case = one_pool(None, "equal", (1, 1))
    for month in MONTHS[:4]:
        case.line("P1", "POOL", 1, month)
    both(t, engine, "Spliit: the odd penny takes turns, by rule", case,
         lambda out: [amounts(case, "POOL", month)(out) for month in MONTHS[:4]],
         [[1, 0], [0, 1], [1, 0], [0, 1]])
    case = one_pool(None, "equal", (1, 1))
    for _ in range(100):
        case.line("P1", "POOL", 1)
    both(t, engine, "Spliit: a hundred expenses of a penny are rounded once", case,
         amounts(case, "POOL"), [50, 50])
    for remainder, expected in (("largest", [17861, 364]), ("first", [17861, 364]),
                                ("lead", [17860, 365])):
        case = one_pool(18225, "fixed", (98, 2), remainder=remainder)
        case.service("all-services", "P2")
        both(t, engine, "iDempiere: the remainder has a named taker, " + remainder, case,
             amounts(case, "POOL"), expected)
    case = one_pool(18225, "fixed", (98, 2))
    case.line("P1", "POOL", -18225)
    both(t, engine, "a reversal cancels to nothing", case,
         lambda out: out.rows("settlement.csv"), [])


def main():
    parser = argparse.ArgumentParser(description="Golden figures, by both implementations.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the engine to test")
    engine = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    for test in (test_largest_remainder, test_school_security, test_choose_life, test_south_hams,
                 test_two_council_bill, test_a_million, test_share_precision, test_true_up,
                 test_instalments, test_support, test_faults_of_others, test_twelve_months,
                 test_odd_pennies):
        test(t, engine)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
