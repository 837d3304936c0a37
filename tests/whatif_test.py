#!/usr/bin/env python3
"""whatif_test.py -- what is assumed gives what a close of the edited folder gives.

    whatif_test.py [--ochil PATH] [--seed N] [--count N]

Assignments are made at random against the examples and random partnerships; the folder is edited
here, in Python, closed, and the two settlements compared with the answer, partner by partner and
pool by pool. A break-even is asked again at each value it names: the change there must be what
was told. Many questions with --ask are answered as each by itself.
"""
import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

import explain_test
import random_partnership
import tap
from explain_test import model_table, pence, table

COLUMNS = {
    "basis_values.csv": ["basis", "from", "partner", "value"],
    "support.csv": ["pool", "from", "receiver", "value"],
    "pools.csv": ["pool", "name", "service", "kind", "from", "to", "basis"],
    "partnership.csv": ["key", "value"],
    "cost_centres.csv": ["partner", "cost_centre", "account", "from", "to", "treatment", "pool",
                         "bearer"],
}
SETTINGS = {"rounding": ["year-to-date", "period"], "remainder": ["largest", "lead", "first"],
            "settlement": ["net", "gross"],
            "support_method": ["reciprocal", "step-down", "direct"]}


# -- assignments, and the same edits by hand -----------------------------------------------------

def set_dated(rows, code, member, start, value):
    """One value for the whole year, or from a period on."""
    first, third = (list(rows[0]) if rows else ["basis", "", "partner"])[0:3:2]
    mine = [row for row in rows if row[first] == code and row[third] == member
            and (start == "" or row["from"] == start)]
    kept = [row for row in rows if row not in mine]
    keys = list(rows[0]) if rows else COLUMNS["support.csv"]
    return kept + [dict(zip(keys, [code, start, member, value]))]


def number(rng):
    return rng.choice([str(rng.randint(1, 99999)), "%d.%02d" % (rng.randint(0, 999),
                                                               rng.randint(0, 99))])


def assign_value(rng, tables):
    measures = [row["basis"] for row in model_table(tables["folder"], "bases.csv")
                if row["kind"] == "measure" and "=" not in row["basis"]]   # no word can say it
    if not measures:
        return None
    basis, value = rng.choice(measures), number(rng)
    partner = rng.choice(model_table(tables["folder"], "partners.csv"))["partner"]
    start = rng.choice(["", "", "%s/P%02d" % (tables["year"], rng.randint(1, 13))])
    rows = tables["basis_values.csv"]
    tables["basis_values.csv"] = set_dated(rows, basis, partner, start, value)
    return "basis.%s.%s%s=%s" % (basis, partner, start and "@" + start, value)


def assign_driver(rng, tables):
    rows = tables["support.csv"]
    if not rows:
        return None
    row, value = rng.choice(rows), number(rng)
    tables["support.csv"] = set_dated(rows, row["pool"], row["receiver"], "", value)
    return "support.%s.%s=%s" % (row["pool"], row["receiver"], value)


def assign_pool(rng, tables):
    pools = [row for row in tables["pools.csv"] if row["kind"] in ("", "common")]
    bases = model_table(tables["folder"], "bases.csv")
    if not pools or not bases:
        return None
    pool, basis = rng.choice(pools)["pool"], rng.choice(bases)["basis"]
    for row in tables["pools.csv"]:
        if row["pool"] == pool:
            row["basis"] = basis
    return "pool.%s.basis=%s" % (pool, basis)


def assign_setting(rng, tables):
    key = rng.choice(sorted(SETTINGS))
    value = rng.choice(SETTINGS[key])
    tables["partnership.csv"] = [row for row in tables["partnership.csv"] if row["key"] != key]
    tables["partnership.csv"].append({"key": key, "value": value})
    return "setting.%s=%s" % (key, value)


def assign_centre(rng, tables):
    rows = tables["cost_centres.csv"]
    row = rng.choice(rows)
    value = rng.choice(["excluded", row["treatment"]])
    for other in rows:
        if (other["partner"], other["cost_centre"]) == (row["partner"], row["cost_centre"]):
            other["treatment"] = value
    return "cost_centre.%s.%s.treatment=%s" % (row["partner"], row["cost_centre"], value)


ASSIGN = [assign_value] * 5 + [assign_driver, assign_pool, assign_setting, assign_centre]


def make_question(rng, folder):
    tables = {name: model_table(folder, name) for name in COLUMNS}
    tables["folder"] = folder
    tables["year"] = next(row["value"] for row in tables["partnership.csv"]
                          if row["key"] == "year")
    texts = [rng.choice(ASSIGN)(rng, tables) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    return [text for text in texts if text is not None], tables


def write_tables(folder, tables):
    for name, columns in COLUMNS.items():
        if name == "support.csv" and not tables[name] and not os.path.exists(
                os.path.join(folder, name)):
            continue
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([row[column] for column in columns] for row in tables[name])


# -- comparing -----------------------------------------------------------------------------------

def sums_of(files, key):
    sums = {}
    for row in table(files["settlement.csv"]):
        place = key(row)
        borne, paid = sums.get(place, (0, 0))
        sums[place] = borne + pence(row["borne"]), paid + pence(row["paid"])
    return sums


def told(rows, key, when):
    return {key(row): (pence(row["borne_" + when]), pence(row["paid_" + when])) for row in rows}


def compare(answer, before, after):
    """None, or how the answer differs from two closes."""
    for when, files in (("before", before), ("after", after)):
        partners = told(answer["partners"], lambda row: row["partner"], when)
        ours = sums_of(files, lambda row: row["partner"])
        if partners != {p: ours.get(p, (0, 0)) for p in partners}:
            return "partners %s: %s, should be %s" % (when, partners, ours)
        pools = told(answer["pools"], lambda row: (row["pool"], row["partner"]), when)
        ours = sums_of(files, lambda row: (row["pool"], row["partner"]))
        wrong = [place for place in pools if pools[place] != ours.get(place, (0, 0))]
        if wrong:
            return "pools %s: %s is %s" % (when, wrong[0], pools[wrong[0]])
        bill = [(row["service"], row["from"], row["to"], row["amount"])
                for row in answer["bill_" + when]]
        if bill != [(row["service"], row["from"], row["to"], row["amount"])
                    for row in table(files["bill.csv"])]:
            return "bill %s: %s" % (when, bill)
    one, other = (sums_of(files, lambda row: (row["pool"], row["partner"]))
                  for files in (before, after))
    changed = {place for place in set(one) | set(other)
               if one.get(place, (0, 0)) != other.get(place, (0, 0))}
    return None if changed == set(pools) else "changed pools are %s" % changed


def ask(engine, folder, arguments, texts):
    words = ["whatif", folder, "--json"] + arguments
    for text in texts:
        words += ["--set", text]
    return explain_test.run(engine, *words)


def even_problem(engine, folder, arguments, texts, answer):
    """Asks again at every value that the break-even names."""
    even = answer.get("break_even", {})
    for row in even.get("partners", []):
        points = [(row[key], 0) for key in ("from", "to") if key in row]
        if "above_at" in row:
            points += [(row["not_above_at"], pence(row["change_there"])),
                       (row["above_at"], pence(row["change_above"]))]
            if not pence(row["change_there"]) <= 0 < pence(row["change_above"]):
                return "the bracket is none: %s" % row
        for value, change in points:
            again = [text.split("=")[0] + "=" + value if text == even["of"] else text
                     for text in texts]
            code, out, err = ask(engine, folder, arguments, again)
            if code != 0:
                return "at %s: exit code %d: %s" % (value, code, err)
            found = next(pence(other["net_change"]) for other in json.loads(out)["partners"]
                         if other["partner"] == row["partner"])
            if found != change:
                return "at %s %s changes by %d, told was %d" % (value, row["partner"], found, change)
    return None


def question_problem(engine, folder, arguments, before, texts, tables):
    """None, or what is wrong with an answer; and whether it was refused."""
    code, out, err = ask(engine, folder, arguments, texts)
    edited = tempfile.mkdtemp(prefix="ochil-edited-")
    try:
        shutil.rmtree(edited)
        shutil.copytree(folder, edited)
        write_tables(edited, tables)
        closed, after, trouble = tap.engine_close(engine, edited, arguments)
    finally:
        shutil.rmtree(edited, ignore_errors=True)
    if code != closed or code not in (0, 1):
        return "exit code %d, a close gives %d\n%s\n%s" % (code, closed, err, trouble)
    if code == 1:
        return None
    answer = json.loads(out.decode("utf-8"))
    return (compare(answer, before, after)
            or even_problem(engine, folder, arguments, texts, answer))


def test_folder(t, name, engine, folder, arguments, rng, count):
    code, before, _ = tap.engine_close(engine, folder, arguments)
    if code != 0:
        return
    for at in range(count):
        texts, tables = make_question(rng, folder)
        if not texts:
            continue
        problem = question_problem(engine, folder, arguments, before, texts, tables)
        t.check("%s, question %d" % (name, at), problem and "%s\n%s" % (" ".join(texts), problem))


def test_many(t, engine, folder):
    """--ask: an object a line, the same as each question by itself; a bad one stops nothing."""
    lines = ["basis.POP.CLK=52000", "basis.PPO.CLK=1", "basis.POP.CLK=-1",
             "pool.SW-HQ.basis=ROLL   setting.rounding=period"]
    run = subprocess.run([engine, "whatif", folder, "--ask", "--json"], input="\n".join(lines),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                         timeout=60)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    alone = [json.loads(ask(engine, folder, [], line.split())[1]) for line in
             (lines[0], lines[2], lines[3])]
    t.check("many questions are answered as each by itself",
            None if answers == alone else "%s\n%s" % (answers, alone))
    t.check("the first failure is the exit code, and its message names the nearest",
            None if run.returncode == 6 and "'POP'" in run.stderr else run.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ochil", default=tap.default_engine())
    parser.add_argument("--seed", type=int)
    parser.add_argument("--count", type=int, default=25, help="random partnerships")
    given = parser.parse_args()
    engine = tap.find_engine(given.ochil)
    seed = random.randrange(10 ** 9) if given.seed is None else given.seed
    print("# seed %d" % seed)
    t = tap.Tap()
    rng = random.Random(seed)
    test_many(t, engine, os.path.join(explain_test.EXAMPLES, "tiny"))
    for name in ("tiny", "late"):
        test_folder(t, "example " + name, engine, os.path.join(explain_test.EXAMPLES, name),
                    explain_test.THROUGH.get(name, []), rng, 12)
    for at in range(given.count):
        made = random_partnership.random_partnership(seed + at, False)
        with tempfile.TemporaryDirectory(prefix="ochil-%d-" % (seed + at)) as folder:
            random_partnership.write_folder(made.files, folder)
            test_folder(t, "random partnership %d" % (seed + at), engine, folder,
                        random_partnership.closing_arguments(made), rng, 4)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
