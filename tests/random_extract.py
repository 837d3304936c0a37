"""random_extract.py -- random extracts, with the profile they need and exactly what comes of them.

Nothing here reads an extract: what a row must become is known before the row is written, in
whatever dialect, so that this file and the program can only agree by both being right.
"""
import datetime
import gzip
import lzma
import random
import struct
from decimal import Decimal

FIELDS = "entry_id,partner,date,period,cost_centre,account,amount,description".split(",")
MONTHS = ("January February March April May June July August September October November "
          "December").split()
BAD = "\ue000"           # stands for a byte that is no character until the file is encoded
CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "utf-16le": "utf-16-le",
          "utf-16be": "utf-16-be"}
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
WORDS = ("Care at home", "caf\u00e9", "\u00a312 off", "x\u2013y", 'the "old" rate', "Taxi; late",
         "a, b", "tab\there", "a|b", "5.66E+11 kg", "#1", "O'Neill", "\u20ac", "(net)", "=1+1",
         "-", "two\nlines", "a\rb")
DATE_PATTERNS = {
    "yyyy-mm-dd": "{y:04d}-{m:02d}-{d:02d}", "dd/mm/yyyy": "{d:02d}/{m:02d}/{y:04d}",
    "d/m": None, "dd.mm.yy": "{d}.{m}.{yy:02d}", "dd-mmm-yyyy": "{d:02d}-{short}-{y:04d}",
    '"dd mmm yyyy"': "{d} {long} {y:04d}", "yyyymmdd": "{y:04d}{m:02d}{d:02d}",
    '"mm/dd/yyyy hh:mm:ss"': "{m:02d}/{d:02d}/{y:04d} 00:00:00",
}
PERIOD_PATTERNS = {
    "yyyy-zz/Ppp": "{y:04d}-{zz:02d}/P{p:02d}", "pp": "{p}", '"yyyy pp"': "{y:04d} {p:02d}",
    '"mmm yyyy"': "{month} {calendar:04d}", "mm/yyyy": "{m:02d}/{calendar:04d}",
}


def money(value):
    """As the proof writes it: two decimals, or as many as there are."""
    if value == round(value, 2):
        value = round(value, 2)
        return "{:f}".format(abs(value) if value == 0 else value)
    return "{:f}".format(value.normalize())


def zstd_stored(data):
    """A zstd frame (RFC 8878) that holds the data as they are, in blocks of at most 128 KiB."""
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
    step = 1 << 17
    for at in range(0, len(data), step):
        block = data[at:at + step]
        frame += struct.pack("<I", len(block) << 3 | (at + step >= len(data)))[:3] + block
    return frame


class Extract:
    """profile, data (the file), name; lines, refused, left_out, code, proof."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.name = self.random.choice(("june.csv", "P03 final.txt", "spend,june.csv"))
        self.choose_dialect()
        self.choose_columns()
        self.choose_amounts()
        self.keys, self.rules = [], []
        self.records = []               # (what, raw cells or text, what must come of it)
        self.lines, self.refused, self.left_out = [], [], {}
        self.accepted, self.left_total = Decimal(0), Decimal(0)
        self.refused_total, self.unreadable = Decimal(0), 0
        self.control, self.ids, self.next_id = None, [], 1
        self.fill()
        self.write()
        self.settle()

    def maybe(self, chance):
        return self.random.random() < chance

    # What the file is like.

    def choose_dialect(self):
        pick = self.random.choice
        self.fixed = self.maybe(0.15)
        self.encoding = pick(("utf-8", "utf-8", "windows-1252", "utf-16le", "utf-16be"))
        self.mark = 1 if self.encoding.startswith("utf-16") else 0
        if self.encoding == "utf-8":
            self.mark = pick((0, 0, 1, 2))
        self.end = pick(("lf", "crlf", "cr"))
        self.delimiter = pick((",", ",", ";", "\t", "|"))
        self.quoting = pick(("needed", "all", "random", "none"))
        self.packing = pick(("none", "none", "gzip", "xz", "zstd"))
        self.header = not self.fixed and self.maybe(0.9)
        self.preamble = self.random.randrange(4) if self.header and self.maybe(0.5) else 0
        self.has_bad = False

    def choose_columns(self):
        """Which fields the file has, under which names, in which order."""
        self.own_id, self.own_partner = self.maybe(0.4), self.maybe(0.3)
        self.has_date, self.has_period = True, self.maybe(0.4)
        if self.has_period and self.maybe(0.4):
            self.has_date = False
        self.split = self.maybe(0.25)   # debit and credit
        roles = ["cost_centre", "account", "description"]
        roles += ["debit", "credit"] if self.split else ["amount"]
        roles += [role for role, there in (
            ("entry_id", self.own_id), ("partner", self.own_partner), ("date", self.has_date),
            ("period", self.has_period)) if there]
        roles += ["unused %d" % n for n in range(self.random.randrange(3))]
        self.random.shuffle(roles)
        self.roles = roles
        style = self.random.choice(("{}", "{} of row", "The {}", "{}\u00e9"))
        self.names = {role: style.format(role.replace("_", " ")) for role in roles}
        if "unused 0" in roles and not self.fixed and self.maybe(0.3):
            self.names["unused 0"] = self.names["account"]
        self.date_pattern = self.random.choice([p for p, form in DATE_PATTERNS.items() if form])
        self.period_pattern = self.random.choice(list(PERIOD_PATTERNS))
        self.year = 2014 if self.maybe(0.5) or self.period_pattern == "pp" else None

    def choose_amounts(self):
        pick = self.random.choice
        self.decimal = pick((".", ","))
        self.thousands = pick(("", "", "." if self.decimal == "," else ",", " ", "'"))
        if self.quoting == "none" and self.delimiter == ",":
            self.decimal, self.thousands = ".", pick(("", " ", "'"))
        self.negative = pick(("minus", "brackets", "trailing-minus", "cr", "minus brackets"))
        self.currency = pick(("", "", "\u00a3", "EUR"))
        self.credit_positive = not self.split and self.maybe(0.2)
        self.rounding = pick(("refuse", "refuse", "half-up", "half-even", "residue"))

    def profile(self):
        """The lines of the profile, in any order."""
        say = ["partner = " + (self.column("partner") if self.own_partner else "fixed STI")]
        for role in self.roles:
            if role != "partner" and not role.startswith("unused"):
                say.append("%s = %s" % (role, self.column(role)))
        if not self.own_id and self.maybe(0.5):
            say.append("entry_id = file and row")
        if self.has_date:
            if self.maybe(0.3):
                say.append("date_format = yyyy/dd-mm")
            say.append("date_format = " + self.date_pattern)
        if self.has_period:
            say.append("period_format = " + self.period_pattern)
        if self.year:
            say.append("year = 2014-15")
        if self.fixed:
            say += ["format = fixed", "columns = " + ", ".join(
                '"%s" %d-%d' % (self.names[role], *self.places[role]) for role in self.roles)]
        else:
            say.append("delimiter = " + {",": "comma", ";": "semicolon", "\t": "tab",
                                         "|": "pipe"}[self.delimiter])
        if not self.header:
            say.append("header_row = none")
        elif self.header_line > 1 or self.maybe(0.3):
            say.append("header_row = %d" % self.header_line)
        say.append("quote = " + ("none" if self.quoting == "none" else "double"))
        say.append("decimal = " + {".": "point", ",": "comma"}[self.decimal])
        say.append("thousands = " + {"": "none", ",": "comma", ".": "point", " ": "blank",
                                     "'": "apostrophe"}[self.thousands])
        say += ["negative = " + self.negative, "rounding = " + self.rounding,
                "sign = " + ("credit" if self.credit_positive else "debit")]
        if self.currency:
            say.append("currency = " + self.currency)
        if self.named_encoding:
            say.append("encoding = " + self.encoding)
        if self.maybe(0.3):
            say.append("line_end = " + self.end)
        self.random.shuffle(say)
        say += self.rules       # their order counts
        return "# A random extract\n" + "".join(line + "\n" for line in say)

    def column(self, role, word="column "):
        """How the profile names a column: by name where it can be, else by place."""
        name = self.names[role]
        if not self.header and not self.fixed or list(self.names.values()).count(name) > 1 \
                or self.maybe(0.2):
            return "%s#%d" % (word, self.roles.index(role) + 1)
        return word + ('"%s"' % name if " " in name or self.maybe(0.3) else name)

    # Rows.

    def amount_text(self, value):
        """A Decimal in the file's manner; its sign as the profile says."""
        value = -value if self.credit_positive else value
        whole, _, rest = "{:f}".format(abs(value)).partition(".")
        if self.thousands and self.maybe(0.7):
            whole = "{:,}".format(int(whole)).replace(",", self.thousands)
        text = whole + (self.decimal + rest if rest else "")
        if self.currency and self.maybe(0.5):
            text = self.currency + text if self.maybe(0.5) else text + self.currency
        if value >= 0:
            return text + "DR" if self.negative == "cr" and self.maybe(0.3) else text
        style = self.random.choice(self.negative.split())
        return {"minus": "-" + text, "brackets": "(" + text + ")", "trailing-minus": text + "-",
                "cr": text + "CR"}[style]

    def put_amount(self, row, value):
        """Into `row`; gives the value that stands there once debit and credit are parted."""
        if not self.split:
            row["amount"] = self.amount_text(value)
        else:
            row["debit" if value >= 0 else "credit"] = self.amount_text(abs(value))

    def random_amount(self):
        """(as the file has it, as the ledger has it)"""
        size = self.random.choice((10, 1000, 10**5, 10**8, 10**15 - 1))
        pence = self.random.randrange(-size, size)
        value = Decimal(pence).scaleb(-2)
        if self.rounding == "residue" and self.maybe(0.3):
            return value + Decimal(self.random.randrange(1, 99)).scaleb(-13), value
        if self.rounding.startswith("half") and self.maybe(0.4):
            value = Decimal(pence).scaleb(-3)
            number, rest = divmod(abs(pence), 10)
            up = rest > 5 or rest == 5 and (self.rounding == "half-up" or number % 2)
            sign = -1 if pence < 0 else 1
            return value, Decimal(sign * (number + bool(up))).scaleb(-2)
        return value, value

    def random_date(self):
        first = datetime.date(2014, 4, 1) if self.year else datetime.date(2000, 1, 1)
        return first + datetime.timedelta(self.random.randrange(365 if self.year else 30000))

    def date_text(self, day):
        month = MONTHS[day.month - 1]
        return DATE_PATTERNS[self.date_pattern].format(
            y=day.year, m=day.month, d=day.day, yy=day.year % 100, long=month,
            short=self.random.choice((month[:3], month[:3].upper())))

    def period_pair(self, year=None):
        """(in the file's manner, as the ledger has it)"""
        year = year or self.year or self.random.randrange(2000, 2050)
        by_month = "m" in self.period_pattern
        number = self.random.randrange(1, 13 if by_month else 14)
        month = (number + 2) % 12 + 1
        text = PERIOD_PATTERNS[self.period_pattern].format(
            y=year, zz=(year + 1) % 100, p=number, m=month, calendar=year + (number > 9),
            month=MONTHS[month - 1][:self.random.choice((3, 9))])
        return text, "%04d-%02d/P%02d" % (year, (year + 1) % 100, number)

    def random_text(self):
        words = [word for word in WORDS if not (
            (self.fixed and ("\n" in word or "\r" in word or "\t" in word))
            or (self.quoting == "none" and any(c in word for c in self.delimiter + "\n\r")))]
        return self.random.choice(words)

    def random_row(self):
        """(cells by role, the ledger line by field, the amount as the file has it)"""
        value, amount = self.random_amount()
        row = {role: "" for role in self.roles}
        for role in row:
            if role.startswith("unused"):
                row[role] = self.random.choice(("", "#N/A", "5.66E+11", "00:00:00", "x", "12"))
        line = {field: "" for field in FIELDS}
        line["partner"] = row["partner"] = self.random.choice(("CLK", "STI"))
        row["cost_centre"] = line["cost_centre"] = self.random.choice(
            ("SW1", "007", "1E212", "Roads North", "A-9"))
        row["account"] = line["account"] = self.random.choice(("4000", "41 00", "R&M", "12774020"))
        row["description"] = line["description"] = self.random_text()
        if self.own_id:
            row["entry_id"] = line["entry_id"] = "T%05d" % self.next_id
            self.next_id += 7
            self.ids.append((row["partner"], row["entry_id"]))
        if not self.own_partner:
            del row["partner"]
            line["partner"] = "STI"
        if self.has_date and not (self.has_period and self.maybe(0.2)):
            day = self.random_date()
            row["date"], line["date"] = self.date_text(day), day.isoformat()
        if self.has_period and not (line["date"] and self.maybe(0.3)):
            row["period"], line["period"] = self.period_pair()
        self.put_amount(row, value)
        line["amount"] = money(amount)
        return row, line, value, amount

    # Faults: each makes one row refused, for a reason that is known.

    def faults(self):
        found = {"CODE_LOST": ("cost_centre", "5.66E+11"), "MISSING": ("account", ""),
                 "ERROR_CELL": ("account", self.random.choice(("#N/A", "#REF!", "Err:502")))}
        if self.has_date:
            found["DATE"] = ("date", self.random.choice(("31/31/2014", "soon", "2014-02-30")))
            found["DATE_LOST"] = ("date", self.random.choice(("00:00:00", "41791", "9")))
        if self.has_period:
            found["PERIOD"] = ("period", self.random.choice(("2014-15/P99", "Juin", "99")))
        if self.year and self.has_date and not self.has_period:
            found["YEAR"] = ("date", self.date_text(datetime.date(2015, 4, 1)))
        found["AMOUNT"] = ("amount", self.random.choice(("REDACTED", "12..5", "1O.00")))
        found["AMOUNT_MISSING"] = ("amount", "")
        for reason in ("AMOUNT_DECIMALS", "AMOUNT_SIZE", "DATE_MISSING", "COLUMNS", "QUOTE",
                       "RUN_TOGETHER", "ENCODING", "DUPLICATE"):
            found[reason] = None
        if not self.rounding == "refuse":
            del found["AMOUNT_DECIMALS"]
        del found["COLUMNS" if self.fixed else "RUN_TOGETHER"]
        if not self.header and not self.fixed:      # the first row is the measure of the others
            del found["COLUMNS"]
        if self.fixed or self.quoting == "none":
            del found["QUOTE"]
        if not self.own_id:
            del found["DUPLICATE"]
        return found

    def spoil(self, row, value):
        """Makes `row`, the last one, faulty. Gives the reason, the amount that can be read, and
        how the row is written."""
        found = self.faults()
        reason = self.random.choice(sorted(found))
        manner = reason if reason in ("COLUMNS", "QUOTE", "RUN_TOGETHER") else "row"
        if reason in ("AMOUNT", "AMOUNT_MISSING", "AMOUNT_DECIMALS", "AMOUNT_SIZE"):
            row.update(dict.fromkeys(("debit", "credit") if self.split else ("amount",), ""))
            if reason == "AMOUNT":
                row["debit" if self.split else "amount"] = found[reason][1]
            if reason == "AMOUNT_DECIMALS":
                value = Decimal(self.random.randrange(100) * 10 + 5).scaleb(-3)
                self.put_amount(row, value)
            if reason == "AMOUNT_SIZE":
                value = Decimal(10**13 + self.random.randrange(100))
                self.put_amount(row, value)
        elif reason == "DATE_MISSING":
            row.update({role: "" for role in ("date", "period") if role in row})
        elif reason == "ENCODING":
            row["description"] = "caf" + BAD + "!"
            self.has_bad = True
        elif reason == "DUPLICATE":
            if len(self.ids) < 2:
                return self.spoil(row, value)
            partner, row["entry_id"] = self.random.choice(self.ids[:-1])
            row.update({"partner": partner} if self.own_partner else {})
            self.ids[-1] = (partner, row["entry_id"])
        elif found[reason]:
            row[found[reason][0]] = found[reason][1]
            if reason == "DATE" and self.has_period:
                row["period"] = self.period_pair()[0]
        if self.own_id and reason in ("ENCODING", "COLUMNS", "QUOTE", "RUN_TOGETHER"):
            self.ids.pop()              # of a row refused as a whole no id is known
        unread = reason in ("AMOUNT", "AMOUNT_MISSING", "COLUMNS", "QUOTE", "RUN_TOGETHER")
        return reason, None if unread else value, manner

    def fill(self):
        """Decides the rows, from the top of the file to its end."""
        for _ in range(self.preamble):
            title = self.random.choice(("Payments, June", "", ",,", "x"))
            self.records.append(("preamble", title, None))
        if self.header:
            self.records.append(("header", dict(self.names), None))
        leaving = self.maybe(0.5)
        if leaving:
            self.rules = ["leave_out = %s is never" % self.column("account", ""),
                          "leave_out = %s starts with ZZ and %s is not blank" % (
                              self.column("cost_centre", ""), self.column("account", ""))]
        faulty = self.random.choice((0, 0, 0.1, 0.4))
        for _ in range(self.random.randrange(1, 30)):
            if self.maybe(0.1):
                self.records.append(("blank", self.random.choice(("", "cells")), None))
            if self.header and self.maybe(0.04):
                self.records.append(("header", dict(self.names), None))
            row, line, value, amount = self.random_row()
            if leaving and self.maybe(0.15):
                row["cost_centre"] = "ZZ9"
                if self.own_id:         # an id may come again behind a row that is left out
                    self.ids.pop()
                    self.next_id -= 7
                self.records.append(("leave_out 2", row, value))
                self.left_total += value
            elif self.maybe(faulty):
                reason, value, manner = self.spoil(row, value)
                self.records.append((manner, row, (reason, value)))
                self.refused_total += value or 0
                self.unreadable += value is None
            else:
                self.records.append(("row", row, line))
                self.accepted += amount
        self.add_total()

    def add_total(self):
        """Perhaps a total below, which perhaps is wrong."""
        total = self.accepted + self.left_total + self.refused_total
        self.off = Decimal(0)
        if not self.maybe(0.4) or total != round(total, 2) or abs(total) >= 10**13:
            return
        if self.maybe(0.2) or self.unreadable:
            # More than rounding the rows can come to, which would make it agree before that.
            self.off = Decimal(self.random.choice((100001, -100001))).scaleb(-2)
        row = {role: "" for role in self.roles}
        self.control = round(total, 2) - self.off
        self.put_amount(row, self.control)
        if self.split or self.maybe(0.5):
            row["description"] = "Grand Total"
            self.rules.insert(0, "total_row = %s is \"Grand Total\"" %
                              self.column("description", ""))
        else:
            self.rules.insert(0, "total_row = only %s" % self.column("amount", ""))
        self.records.append(("total", row, None))

    # The file's text and bytes.

    def cell(self, text, spoilt=False):
        """(how the cell is written, how it is read, before its ends are trimmed)"""
        pads = [" ", "  ", "\u00a0"] + (["\t"] if self.delimiter != "\t" else [])
        if self.quoting == "none":
            text = text + self.random.choice(pads) if text and self.maybe(0.1) else text
            return text, text
        quoted = (spoilt or self.quoting == "all" or self.quoting == "random" and self.maybe(0.4)
                  or any(c in text for c in self.delimiter + '"\r\n'))
        if text and self.maybe(0.1):
            text = self.random.choice(pads) + text
        if not quoted:
            return text, text
        around = self.random.choice(("", "", " "))
        return (around + '"' + text.replace('"', '""') + '"' + ("x" if spoilt else "")
                + self.random.choice(("", " ")) * (not spoilt), text)

    def delimited(self, what, row):
        """(the record's text, its cells as they are read)"""
        if isinstance(row, str):
            if what == "blank" and row:
                row = self.delimiter.join(
                    self.random.choice(("", " ", "\u00a0")) for _ in self.roles)
            elif self.quoting == "all" and "," in row:
                row = '"%s"' % row
            return row, []
        if what == "header":            # a repeated header is equal in every cell
            cells = [(self.cell(row[role])[0], row[role]) for role in self.roles]
        else:
            cells = [self.cell(row.get(role, ""), what == "QUOTE" and role == "description")
                     for role in self.roles]
        texts, read = [text for text, _ in cells], [text for _, text in cells]
        if what == "COLUMNS" and self.maybe(0.5):
            keep = self.random.randrange(max(1, 1 + self.last_filled(row)), len(texts)) \
                if 1 + self.last_filled(row) < len(texts) else len(texts) - 1
            texts, read = texts[:keep], read[:keep]
        elif what == "COLUMNS":
            texts, read = texts + ["", "more"], read + ["", "more"]
        elif what == "row" and self.header and self.maybe(0.05):
            texts = texts + ["", " "]
        return self.delimiter.join(texts), read

    def last_filled(self, row):
        return max(at for at, role in enumerate(self.roles) if row.get(role)
                   and role in ("cost_centre", "account"))

    def place_columns(self):
        """Where each column of a fixed-width file stands: as wide as its widest cell."""
        at, self.places = 1, {}
        for role in self.roles:
            wide = max([len(row.get(role, "")) for _, row, _ in self.records
                        if isinstance(row, dict)] + [1]) + self.random.randrange(3)
            self.places[role] = (at, at + wide - 1)
            at += wide + self.random.randrange(1, 3)

    def fixed_line(self, what, row):
        if isinstance(row, str):
            return " " * self.random.randrange(9), []
        text = ""
        for role in self.roles:
            first, last = self.places[role]
            value = row.get(role, "")
            value = value.rjust(last - first + 1) if role in ("amount", "debit", "credit") \
                else value.ljust(last - first + 1)
            text = text.ljust(first - 1) + value
        if what == "RUN_TOGETHER":
            text += "x"
        elif self.maybe(0.5):
            text = text.rstrip(" ")
        return text, [row.get(role, "") for role in self.roles]

    def write(self):
        """Writes the file and notes what becomes of each row, by the line on which it starts."""
        if self.fixed:
            self.place_columns()
        line_end, one = ENDS[self.end], "\r" if self.end == "cr" else "\n"
        parts, at = [], 1
        self.header_line = 1
        for number, (what, row, outcome) in enumerate(self.records):
            text, read = self.fixed_line(what, row) if self.fixed else self.delimited(what, row)
            if number == self.preamble and self.header:
                self.header_line = at
            self.note(what, at, read, outcome)
            last = number == len(self.records) - 1
            parts.append(text + ("" if last and text and self.maybe(0.3) else line_end))
            at += parts[-1].count(one)
        self.encode("".join(parts))
        self.text_profile = self.profile()

    def note(self, what, at, read, outcome):
        ident = "%s:%d" % (self.name, at)
        if isinstance(outcome, dict):
            if not self.own_id:
                outcome["entry_id"] = ident
            self.lines.append([outcome[field] for field in FIELDS])
        elif isinstance(outcome, tuple):
            cells = None if what == "QUOTE" else [cell.replace(BAD, "\ufffd") for cell in read]
            self.refused.append((cells, at, outcome[0], outcome[1]))
        else:
            rows, total = self.left_out.get(what, (0, Decimal(0)))
            self.left_out[what] = (rows + 1, total + (outcome or 0))

    def encode(self, text):
        bad = {"utf-8": b"\xff", "windows-1252": b"\x81", "utf-16le": b"\x00\xdc",
               "utf-16be": b"\xdc\x00"}[self.encoding]
        codec = CODECS[self.encoding]
        data = bad.join(part.encode(codec) for part in text.split(BAD))
        mark = "\ufeff".encode(codec) if self.mark else b""
        if self.mark == 2:
            mark = b"\xc3\xaf\xc2\xbb\xc2\xbf"
        self.named_encoding = self.maybe(0.3) or (self.has_bad and not self.mark)
        if self.encoding == "windows-1252" and not self.named_encoding:
            try:                        # bytes that are UTF-8 by chance, or plain ASCII
                data.decode("utf-8")
                self.named_encoding = not data.isascii()
            except UnicodeDecodeError:
                pass
        pack = {"none": bytes, "gzip": lambda d: gzip.compress(d, mtime=0),
                "xz": lzma.compress, "zstd": zstd_stored}[self.packing]
        self.data = pack(mark + data)

    # What must come of it.

    def settle(self):
        total = self.accepted + self.left_total + self.refused_total
        self.total = total
        tied = self.control is None or self.control == total or self.unreadable
        self.written = tied
        self.code = 1 if self.refused or not tied else 0
        left = sum(rows for rows, _ in self.left_out.values())
        said = "no control total"
        if self.control is not None:
            said = "control total %s: " % money(self.control) + (
                "agrees" if self.control == total else "difference " + money(total - self.control))
        self.proof = "%d accepted + %d left out + %d refused = %d rows; %s + %s + %s = %s%s; %s" % (
            len(self.lines), left, len(self.refused), len(self.records), money(self.accepted),
            money(self.left_total), money(self.refused_total), money(total),
            " and %d amounts that cannot be read" % self.unreadable if self.unreadable else "",
            said)

    def refused_header(self):
        """The error file's own columns; a fixed-width file's are the profile's names."""
        if self.header or self.fixed:
            return [self.names[role] for role in self.roles]
        return ["column %d" % n for n in range(1, len(self.roles) + 1)]
