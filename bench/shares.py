"""Shares of every pool in every period, worked out exactly from a partnership folder.

For the rivals, which cannot: they get the answer of the hardest step as a table of decimals
before their clock starts. Knows what bench/generate.c writes (reciprocal support) and no more.
"""
import csv
import os
from fractions import Fraction


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_force(row, period):
    return (row["from"] or period) <= period <= (row.get("to") or period)


def rounded(shares, places):
    """Largest remainder: the rounded shares still add up to one."""
    unit = 100 * 10 ** places
    floors = [share * unit // 1 for share in shares]
    spare = unit - sum(floors)
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i] * unit, i))
    for i in order[:int(spare)]:
        floors[i] += 1
    return [Fraction(floor, unit) for floor in floors]


class Model:
    def __init__(self, folder):
        self.partners = [row["partner"] for row in read(folder, "partners.csv")]
        year = next(row["value"] for row in read(folder, "partnership.csv") if row["key"] == "year")
        self.periods = [f"{year}/P{n:02}" for n in range(1, 14)]
        self.bases = {row["basis"]: row for row in read(folder, "bases.csv")}
        self.values = read(folder, "basis_values.csv")
        self.blends = read(folder, "blends.csv")
        self.pools = read(folder, "pools.csv")
        self.support = read(folder, "support.csv")

    def latest(self, rows, key, period):
        """The value of each `key` that holds in the period: the one given last."""
        found = {}
        for row in sorted(rows, key=lambda row: row["from"]):
            if row["from"] <= period:
                found[row[key]] = Fraction(row["value"])
        return found

    def basis(self, code, period):
        row = self.bases[code]
        if row["kind"] in ("measure", "fixed"):
            rows = [value for value in self.values if value["basis"] == code]
            value = self.latest(rows, "partner", period)
            total = sum(value.values())
            shares = [value[partner] / total for partner in self.partners]
        elif row["kind"] == "equal":
            shares = [Fraction(1, len(self.partners))] * len(self.partners)
        elif row["kind"] == "blend":
            shares = [Fraction(0)] * len(self.partners)
            for part in self.blends:
                if part["basis"] == code:
                    component = self.basis(part["component"], period)
                    weight = Fraction(part["weight"]) / 100
                    shares = [a + weight * b for a, b in zip(shares, component)]
        else:
            shares = self.basis(row["estimate"], period)
            actual = self.basis(row["actual"], period)
            allowed = Fraction(row["tolerance"]) / 100
            if any(abs(a - b) > allowed for a, b in zip(shares, actual)):
                shares = actual
        return rounded(shares, int(row["places"])) if row["places"] else shares

    def composed(self, common, period):
        """Reciprocal support: share[s] = sum of driver[s][r] * share[r], solved exactly."""
        pools = [row["pool"] for row in self.pools if row["kind"] == "support"]
        matrix, right = [], []
        for pool in pools:
            rows = [row for row in self.support if row["pool"] == pool]
            driver = self.latest(rows, "receiver", period)
            driver.pop(pool, None)
            total = sum(driver.values())
            matrix.append([Fraction(int(pool == other)) - driver.get(other, Fraction(0)) / total
                           for other in pools])
            right.append([sum(weight / total * common[receiver][i]
                              for receiver, weight in driver.items() if receiver in common)
                          for i in range(len(self.partners))])
        for column in range(len(pools)):
            pivot = next(r for r in range(column, len(pools)) if matrix[r][column])
            matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
            right[column], right[pivot] = right[pivot], right[column]
            for r in range(len(pools)):
                if r != column and matrix[r][column]:
                    factor = matrix[r][column] / matrix[column][column]
                    matrix[r] = [a - factor * b for a, b in zip(matrix[r], matrix[column])]
                    right[r] = [a - factor * b for a, b in zip(right[r], right[column])]
        return {pool: [share / matrix[i][i] for share in right[i]] for i, pool in enumerate(pools)}

    def shares(self, period):
        common = {row["pool"]: self.basis(row["basis"], period) for row in self.pools
                  if row["kind"] != "support" and in_force(row, period)}
        return {**common, **self.composed(common, period)}


def write(folder, path):
    """Writes pool,period,partner,share with 17 significant digits."""
    model = Model(folder)
    with open(path, "w", encoding="utf-8") as file:
        file.write("pool,period,partner,share\n")
        for period in model.periods:
            for pool, shares in sorted(model.shares(period).items()):
                for partner, share in zip(model.partners, shares):
                    file.write(f"{pool},{period},{partner},{float(share):.17g}\n")
    return model
