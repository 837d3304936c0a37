"""Writes the same ledger as plain-text-accounting journals, for hledger and ledger.

    journal.write(folder, model, path, "hledger" or "ledger")

Neither tool maps cost centres to pools by period, so the mapping is done here, untimed: a line
becomes a transaction on `paid:<kind>:<pool>:<period>:<group>:<partner>`. Left to the tool is what
it is good at: reading and checking the journal, sharing every posting by automated postings (one
rule per pool and run of periods with the same shares), and adding up.
"""
import csv
import os
from decimal import Decimal
from itertools import groupby

from shares import in_force, read

HEADS = {"hledger": "= ^paid:(common|support):%s:(%s):\n",
         "ledger": "= /^paid:(common|support):%s:(%s):/\n"}
SHARE = {"hledger": "    (borne:%s:%s)  *%s\n", "ledger": "    (borne:%s:%s)  %s\n"}


def rules(model, tool):
    """Automated postings: every pool's shares, for the periods in which they hold."""
    by_period = {period: model.shares(period) for period in model.periods}
    pools = sorted(set().union(*by_period.values()))
    for pool in pools:
        runs = groupby((p for p in model.periods if pool in by_period[p]),
                       key=lambda period: by_period[period][pool])
        for shares, periods in runs:
            yield HEADS[tool] % (pool, "|".join(period[-3:] for period in periods))
            for partner, share in zip(model.partners, shares):
                yield SHARE[tool] % (pool, partner, f"{float(share):.12f}")
            yield "\n"


def accounts_of_lines(folder, model):
    """(date, id, account, amount, description) for every line of the ledger."""
    group = {(row["partner"], row["account"]): row["group"] for row in read(folder, "accounts.csv")}
    places = {}
    for row in read(folder, "cost_centres.csv"):
        for period in model.periods:
            if in_force(row, period):
                places[row["partner"], row["cost_centre"], row["account"], period] = row
    for name in sorted(os.listdir(os.path.join(folder, "ledger"))):
        for line in read(folder, os.path.join("ledger", name)):
            month = (int(line["date"][5:7]) + 8) % 12
            period = line["period"] or model.periods[month]
            code = line["partner"], line["cost_centre"]
            place = places.get((*code, line["account"], period)) or places[(*code, "", period)]
            account = ":".join((place["treatment"], place["pool"] or "none", period[-3:],
                                group[line["partner"], line["account"]], line["partner"]))
            yield line["date"], line["entry_id"], account, line["amount"], line["description"]


def write(folder, model, path, tool):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(rules(model, tool))
        for date, number, account, amount, text in accounts_of_lines(folder, model):
            file.write(f"{date} ({number}) {text or 'none'}\n"
                       f"    paid:{account}  {amount}\n    bank\n\n")


def sums(path, model):
    """{(kind, pool, period, group, partner): pence paid} from the tool's balance report in CSV."""
    year = model.periods[0][:-3]
    found = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            part = row[0].strip().split(":") if row else []
            if len(part) == 6 and part[0] == "paid" and part[1] != "excluded":
                key = part[1], part[2], year + part[3], part[4], part[5]
                found[key] = int(Decimal(row[1]) * 100)
    return found
