#!/usr/bin/env python3
"""explain_test.py -- the printed steps, added up again, give the figure.

    explain_test.py [--ochil PATH] [--seed N] [--count N]

For every figure of the settlement of every example and of random partnerships (locked periods
too), `ochil explain --json` is read back and added up with exact fractions from the JSON alone:
values to shares, drivers to the chain, shares to exact amounts, floors, fractions and pennies,
carries, corrections, and the ledger lines. What comes out is compared with settlement.csv. The
text is read for the same figures. --plant alters an amount in the JSON: everything must fail.
"""
import argparse
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

import random_partnership
import tap

EXAMPLES = os.path.join(tap.HERE, "examples")
THROUGH = {"late": ["--through", "2014-15/P04"]}
REFUSED = ("refused-lines", "refused-model")


class Wrong(Exception):
    """The steps do not give the figure."""


def demand(condition, *what):
    if not condition:
        raise Wrong(" ".join(str(word) for word in what))


def pence(text):
    value = Fraction(text) * 100
    demand(value.denominator == 1, "not whole pence:", text)
    return int(value)


def by_partner(rows, key="share"):
    return {row["partner"]: Fraction(row[key]) for row in rows}


def nearest(number, places):
    """A decimal with these places, half away from zero, as text; and whether it is exact."""
    units = abs(number) * 10 ** places
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    text = str(whole).rjust(places + 1, "0")
    sign = "-" if number < 0 and whole else ""
    return "%s%s.%s" % (sign, text[:-places], text[-places:]), units.denominator == 1


# -- shares --------------------------------------------------------------------------------------

def largest_remainder(exact, order, whole):
    """`whole` units over exact amounts: floors, then one each to the largest fractions."""
    due = {partner: exact[partner].__floor__() for partner in order}
    ranked = sorted(order, key=lambda p: (-(exact[p] - due[p]), order.index(p)))
    for partner in ranked[:whole - sum(due.values())]:
        due[partner] += 1
    return due


def check_per_cents(rows):
    for row in rows:
        decimal, exact = nearest(Fraction(row["share"]) * 100, 6)
        demand(row["per_cent"] == decimal and row["rounded"] != exact, "per cent of", row)


def check_basis(basis, known, order):
    """The shares of a basis from what is printed of it and of the bases it is made of."""
    shares, kind = by_partner(basis["shares"]), basis["kind"]
    if kind in ("measure", "fixed"):
        values = by_partner(basis["values"], "value")
        demand(sum(values.values()) == Fraction(basis["sum"]), "sum of", basis["basis"])
        found = {p: values[p] / sum(values.values()) for p in order}
        demand(kind == "measure" or Fraction(basis["sum"]) == 100, "fixed is not 100")
    elif kind == "equal":
        found = {p: Fraction(1, len(order)) for p in order}
    elif kind == "blend":
        parts = basis["components"]
        demand(sum(Fraction(part["weight"]) for part in parts) == 100, "weights of", basis)
        found = {p: sum(Fraction(part["weight"]) / 100 * by_partner(known[part["basis"]]["shares"])[p]
                        for part in parts) for p in order}
    else:
        one, other = (by_partner(known[basis[role]]["shares"]) for role in ("estimate", "actual"))
        off = max(abs(one[p] - other[p]) * 100 for p in order)
        demand(off == Fraction(basis["points_off"]), "points off of", basis["basis"])
        demand((basis["taken"] == "actual") == (off > Fraction(basis["tolerance"])), "taken")
        found = other if basis["taken"] == "actual" else one
    if "places" in basis:
        demand(found == by_partner(basis["before_places"]), "before places of", basis["basis"])
        whole = 100 * 10 ** basis["places"]
        units = largest_remainder({p: found[p] * whole for p in order}, order, whole)
        found = {p: Fraction(units[p], whole) for p in order}
    demand(found == shares, "shares of basis", basis["basis"])
    check_per_cents(basis["shares"])


def check_support(pool, chain, method, order_of_pools):
    """Drivers to parts, parts to where the cost ends, and that to the shares."""
    left = [driver for driver in pool["drivers"] if not driver["left_out"]]
    whole = sum(Fraction(driver["value"]) for driver in left)
    parts = {driver["receiver"]: Fraction(driver["value"]) / whole for driver in left}
    demand(parts == {driver["receiver"]: Fraction(driver["share"]) for driver in left},
           "parts of", pool["pool"])
    for driver in pool["drivers"]:
        support = chain.get(driver["receiver"], {}).get("kind") == "support"
        demand(not (method == "direct" and support and not driver["left_out"]), "direct")
        demand(method != "reciprocal" or not driver["left_out"], "reciprocal leaves nothing out")
    ends = {row["pool"]: Fraction(row["share"]) for row in pool["ends_in"]}
    found = {}
    for receiver, part in parts.items():
        if chain[receiver]["kind"] == "common":
            found[receiver] = found.get(receiver, 0) + part
            continue
        for row in chain[receiver]["ends_in"]:
            found[row["pool"]] = found.get(row["pool"], 0) + part * Fraction(row["share"])
    demand(found == ends and sum(ends.values()) == 1, "where", pool["pool"], "ends")
    shares = by_partner(pool["shares"])
    for partner in order_of_pools:
        demand(shares[partner] == sum(part * by_partner(chain[to]["shares"])[partner]
                                      for to, part in ends.items()), "shares of", pool["pool"])


def check_chain(answer, order):
    chain = {pool["pool"]: pool for pool in answer["chain"]}
    known = {basis["basis"]: basis for basis in answer["bases"]}
    for basis in answer["bases"]:
        check_basis(basis, known, order)
    for pool in answer["chain"]:
        if pool["kind"] == "support":
            check_support(pool, chain, answer["support_method"], order)
        else:
            demand(pool["shares"] == known[pool["row"]["basis"]]["shares"], "shares of",
                   pool["pool"])
        demand(sum(by_partner(pool["shares"]).values()) == 1, "shares do not add up to 1")
    return by_partner(chain[answer["pool"]]["shares"]) if answer["chain"] else None


# -- pennies -------------------------------------------------------------------------------------

def hand_out(exact, total, answer, order):
    """Pence due of exact pence by the rule, from the contract's words."""
    sign = -1 if total < 0 else 1
    mirrored = {p: sign * exact[p] for p in order}
    if answer["remainder"] == "largest":
        due = largest_remainder(mirrored, order, sign * total)
    else:
        due = {p: mirrored[p].__floor__() for p in order}
        taker = answer["lead"] if answer["remainder"] == "lead" else order[0]
        due[taker] += sign * total - sum(due.values())
    return {p: sign * due[p] for p in order}


def check_steps(answer, figure, shares, order):
    """Period after period, from totals and shares to what is due for the period asked for."""
    exact = dict.fromkeys(order, Fraction(0))
    total, due, carry = 0, dict.fromkeys(order, 0), dict.fromkeys(order, Fraction(0))
    for step in figure["periods"]:
        rows = {row["partner"]: row for row in step["partners"]}
        before, before_carry = due, carry
        total += pence(step["total"])
        for partner in order:
            share = Fraction(rows[partner].get("share", 0))
            amount = pence(step["total"]) * share
            demand(amount == Fraction(rows[partner]["exact_pence"]), "exact of", partner)
            exact[partner] += amount
        due = hand_out(exact, total, answer, order)
        carry = {p: exact[p] - due[p] for p in order}
        demand(all(due[p] == pence(rows[p]["accumulated_due"]) for p in order), "due after",
               step["period"])
    demand(figure["periods"][-1]["period"] == answer["period"], "the last step")
    demand(answer["rounding"] == "year-to-date" or len(figure["periods"]) == 1, "by period")
    last = figure["periods"][-1]
    demand(shares is None or "share" not in last["partners"][0]
           or by_partner(last["partners"]) == shares, "shares of the period")
    demand(pence(figure["accumulated"]) == total, "accumulated")
    demand(pence(last["total"]) == pence(figure["total"]), "total of the period")
    check_pennies(figure, exact, due, before, carry, before_carry, order)
    return {p: due[p] - before[p] for p in order}


def check_pennies(figure, exact, due, before, carry, before_carry, order):
    sign = -1 if figure["reversed"] else 1
    ranked = sorted(order, key=lambda p: (-((sign * exact[p]) % 1), order.index(p)))
    demand(figure["reversed"] == (pence(figure["accumulated"]) < 0), "reversed")
    demand(pence(figure["spare"]) == sum(pence(part["pennies"]) for part in figure["partners"]),
           "spare pennies")
    for part in figure["partners"]:
        p = part["partner"]
        demand(Fraction(part["accumulated_pence"]) == exact[p], "accumulated of", p)
        demand(Fraction(part["fraction"]) == (sign * exact[p]) % 1, "fraction of", p)
        demand(pence(part["floor"]) == sign * (sign * exact[p]).__floor__(), "floor of", p)
        demand(part["order"] == ranked.index(p) + 1, "order of", p)
        demand(pence(part["floor"]) + pence(part["pennies"]) == pence(part["due_after"]), "penny")
        demand(pence(part["due_after"]) == due[p] and pence(part["due_before"]) == before[p],
               "due of", p)
        demand(Fraction(part["carry_after"]) == carry[p], "carry after of", p)
        demand(Fraction(part["carry_before"]) == before_carry[p], "carry before of", p)


# -- figures -------------------------------------------------------------------------------------

def moved(figure, partner, wanted):
    rows = [row for row in figure["corrections"] if row["partner"] == partner and wanted(row)]
    return [sum(pence(row[side]) for row in rows) for side in ("borne", "paid")]


def check_part(answer, figure, part, borne, paid):
    """From what is due to the figure: corrections carried in, or what was charged."""
    partner, period = part["partner"], answer["period"]
    due = [pence(part["due"]["borne"]), pence(part["due"]["paid"])]
    demand(due == [borne[partner], paid.get(partner, 0)], "due of", partner)
    result = [pence(part["borne"]), pence(part["paid"])]
    demand(pence(part["net"]) == result[0] - result[1], "net of", partner)
    if not answer["locked"]:
        carried = moved(figure, partner, lambda row: row["carried_in"] == period)
        demand(carried == [pence(part["carried_in"][side]) for side in ("borne", "paid")],
               "carried in of", partner)
        demand([a + b for a, b in zip(due, carried)] == result, "the figure of", partner)
        return
    charged = [pence(part["charged"][side]) for side in ("borne", "paid")]
    out = moved(figure, partner, lambda row: row["carried_in"] == period)
    back = moved(figure, partner, lambda row: row["period"] == period)
    standing = [pence(part["standing"][side]) for side in ("borne", "paid")]
    demand(charged == result, "charged of", partner)
    demand([a - b + c for a, b, c in zip(charged, out, back)] == standing, "standing of", partner)


def check_figure(answer, figure, shares, order):
    """Gives {partner: (borne, paid)} as the steps have it."""
    lines = [line for line in answer["lines"]["line"]
             if line["kind"] == figure["kind"] and line["group"] == figure["group"]]
    paid, borne = {}, dict.fromkeys(order, 0)
    bearer = {row["line"]: row.get("bearer") for row in answer["cost_centres"]}
    for line in lines:
        amount = pence(line["amount"])
        paid[line["partner"]] = paid.get(line["partner"], 0) + amount
        if bearer[line["cost_centres_line"]] is not None:
            borne[bearer[line["cost_centres_line"]]] += amount
    demand({row["partner"]: pence(row["amount"]) for row in figure["paid_by"]}
           == {p: amount for p, amount in paid.items() if amount}, "paid by")
    demand(sum(paid.values()) == pence(figure["total"]), "total of the lines")
    if figure["kind"] == answer["kind"]:
        borne = check_steps(answer, figure, shares, order)
    demand(sum(borne.values()) == sum(paid.values()), "conservation")
    for part in figure["partners"]:
        check_part(answer, figure, part, borne, paid)


def check_lines(answer):
    lines = answer["lines"]
    demand(lines["shown"] == lines["of"] == len(lines["line"]), "lines shown")
    demand(sum(pence(line["amount"]) for line in lines["line"]) == pence(lines["amount"]),
           "sum of the lines")
    sums = {}
    for line in lines["line"]:
        count, amount = sums.get(line["cost_centres_line"], (0, 0))
        sums[line["cost_centres_line"]] = count + 1, amount + pence(line["amount"])
    demand(sums == {row["line"]: (row["lines"], pence(row["amount"]))
                    for row in answer["cost_centres"]}, "rows of cost_centres.csv")


def figures_of(answer, partners):
    order = partners
    shares = check_chain(answer, order)
    check_lines(answer)
    found = {}
    for figure in answer["figures"]:
        check_figure(answer, figure, shares, order)
        for part in figure["partners"]:
            found[figure["kind"], figure["group"], part["partner"]] = (
                pence(part["borne"]), pence(part["paid"]))
    return {key: amounts for key, amounts in found.items() if amounts != (0, 0)}


# -- the engine ----------------------------------------------------------------------------------

def table(data):
    """The rows behind the header by column; empty records are none."""
    rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")) if any(row)]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def run(engine, *words):
    done = subprocess.run([engine] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def model_table(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, "rb") as stream:
        data = stream.read()
    return table(data[3:] if data.startswith(b"\xef\xbb\xbf") else data)


def expected_figures(folder, settlement, book):
    """{(pool, period): {(kind, group, partner): (borne, paid)}}, locked periods too."""
    rows = list(settlement)
    if book == "ledger":
        rows += model_table(folder, "charged.csv")
    expected = {}
    for row in rows:
        amounts = pence(row["borne"]), pence(row["paid"])
        place = expected.setdefault((row["pool"], row["period"]), {})
        if amounts != (0, 0):
            place[row["kind"], row["group"], row["partner"]] = amounts
    return expected


def text_problem(text, found):
    """The figures stand in the text too, whole lines of it."""
    rows = sorted(line.split()[-3:] for line in text.splitlines()
                  if line.lstrip().startswith("the figure"))
    wanted = sorted(["%s%d.%02d" % ("-" if n < 0 else "", abs(n) // 100, abs(n) % 100)
                     for n in (borne, paid, borne - paid)] for borne, paid in found.values())
    zero = [["0.00"] * 3]
    rows = [row for row in rows if [row] != zero]
    return None if rows == wanted else "text has %s, should have %s" % (rows[:5], wanted[:5])


def problem_of(engine, folder, arguments, place, wanted, partners, plant):
    words = ["explain", folder, "--pool=" + place[0], "--period", place[1]] + arguments
    code, out, err = run(engine, *words, "--json", "--lines", "all")
    if code != 0:
        return "exit code %d: %s" % (code, err)
    answer = json.loads(out.decode("utf-8"))
    if plant and answer["figures"]:
        part = answer["figures"][0]["partners"][0]
        part["borne"] = "%.2f" % (float(part["borne"]) + 0.01)
    try:
        found = figures_of(answer, partners)
        demand(found == wanted, "figures are", found, "should be", wanted)
    except Wrong as wrong:
        return "%s\n%s" % (" ".join(words), wrong)
    code, out, err = run(engine, *words)
    return "exit code %d: %s" % (code, err) if code != 0 else text_problem(out.decode("utf-8"),
                                                                          found)


def test_folder(t, name, engine, folder, book, arguments, plant):
    code, files, err = tap.engine_close(engine, folder, arguments)
    if code == 1:
        return False
    if not t.check("%s closes" % name, None if code == 0 else err):
        return True
    partners = [row["partner"] for row in model_table(folder, "partners.csv")]
    expected = expected_figures(folder, table(files["settlement.csv"]), book)
    problems = []
    for place in sorted(expected):
        problem = problem_of(engine, folder, arguments, place, expected[place], partners, plant)
        if problem:
            problems.append(problem)
    t.check("%s: the steps of %d pools and periods give the figures" % (name, len(expected)),
            "\n".join(problems[:3]) or None)
    return True


# -- lines ---------------------------------------------------------------------------------------

def test_lines(t, name, engine, folder, arguments, errors):
    """Every physical line has an outcome, and a faulty one the fault that the close names."""
    faults = {(row["file"], int(row["line"])): row["code"] for row in errors}
    problems = []
    for file in sorted(os.listdir(os.path.join(folder, "ledger"))):
        if not file.endswith(".csv") or file.startswith("."):
            continue
        path = "ledger/" + file
        with open(os.path.join(folder, path), "rb") as stream:
            lines = stream.read().count(b"\n")
        for line in range(1, lines + 1):
            code, out, err = run(engine, "explain", folder, "--json", "--line",
                                 "%s:%d" % (path, line), *arguments)
            if code != 0:
                problems.append("%s:%d: exit code %d: %s" % (path, line, code, err))
                continue
            answer = json.loads(out.decode("utf-8"))
            told = answer.get("fault")
            wanted = faults.get((path, answer["starts"]))
            if told != wanted and answer["outcome"] != "not_read":
                problems.append("%s:%d: %s, should be %s" % (path, line, told, wanted))
    t.check("%s: every line has its outcome" % name, "\n".join(problems[:5]) or None)


def test_examples(t, engine, plant):
    for name in sorted(os.listdir(EXAMPLES)):
        folder = os.path.join(EXAMPLES, name)
        if not os.path.isdir(folder):
            continue
        arguments = THROUGH.get(name, [])
        closed = test_folder(t, "example " + name, engine, folder, "ledger", arguments, plant)
        t.check("example %s is %s" % (name, "closed" if closed else "refused"),
                None if closed != (name in REFUSED) else "it is not")
        if name in ("tiny", "late", "refused-lines"):
            _, files, _ = tap.engine_close(engine, folder, arguments)
            errors = table(files["errors.csv"]) if "errors.csv" in files else []
            test_lines(t, "example " + name, engine, folder, arguments, errors)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ochil", default=tap.default_engine())
    parser.add_argument("--seed", type=int)
    parser.add_argument("--count", type=int, default=40, help="random partnerships that close")
    parser.add_argument("--plant", action="store_true")
    given = parser.parse_args()
    engine = tap.find_engine(given.ochil)
    seed = random.randrange(10 ** 9) if given.seed is None else given.seed
    print("# seed %d" % seed)
    t = tap.Tap()
    test_examples(t, engine, given.plant)
    closed = 0
    while closed < given.count:
        made = random_partnership.random_partnership(seed, False)
        folder = tempfile.mkdtemp(prefix="ochil-%d-" % seed)
        random_partnership.write_folder(made.files, folder)
        arguments = random_partnership.closing_arguments(made)
        failed = t.failed
        closed += test_folder(t, "random partnership %d" % seed, engine, folder, made.book,
                              arguments, given.plant)
        if t.failed == failed:
            shutil.rmtree(folder)
        else:
            print("# kept in " + folder)
        seed += 1
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
