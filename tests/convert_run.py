"""convert_run.py -- running `ochil convert` on small extracts, for the tests of what it does."""
import csv
import io
import json
import os
import re
import subprocess
import tempfile

SECONDS = 120
LEDGER = "entry_id,partner,date,period,cost_centre,account,amount,description\n"
# A profile and the header it goes with; tests add keys or replace some.
HEADER = "Date,Centre,Account,Amount,Text\n"
KEYS = {"partner": "fixed STI", "date": "column Date", "cost_centre": "column Centre",
        "account": "column Account", "amount": "column Amount", "description": "column Text"}


def profile(*lines, **keys):
    """The profile of HEADER with keys replaced (None: left out) and lines added."""
    merged = dict(KEYS, **keys)
    return "".join(["%s = %s\n" % (key, value) for key, value in merged.items() if value]
                   + [line + "\n" for line in lines])


class Conversion:
    """One run: exit code, standard output and error, the file made, the error file."""

    def __init__(self, ochil, profile_text, extracts, *words, **options):
        """`extracts` is {name: bytes}, in the order of the command line, or a list of paths.
        With `errors` False no error file is asked for; `before` is called with the folder."""
        with tempfile.TemporaryDirectory(prefix="ochil convert ") as self.folder:
            paths = self.place(profile_text, extracts)
            if options.get("before"):
                options["before"](self.folder)
            out, refused = self.path("out.csv"), self.path("refused.csv")
            command = [ochil, "convert", "--profile", self.path("profile")] + paths
            command += ["--out", options.get("out") or out]
            command += ["--errors", refused] if options.get("errors", True) else []
            command += [word.replace("{tmp}", self.folder) for word in words]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  stdin=options.get("stdin", subprocess.DEVNULL),
                                  timeout=SECONDS, check=False, cwd=self.folder)
            self.code = done.returncode
            self.out = done.stdout.decode("utf-8", "replace")
            self.err = done.stderr.decode("utf-8", "replace")
            self.made, self.refused = read(out), read(refused)
            self.left = sorted(os.listdir(self.folder))
            if options.get("after"):
                options["after"](self)

    def path(self, name):
        return os.path.join(self.folder, name)

    def place(self, profile_text, extracts):
        if profile_text is not None:
            write(self.path("profile"), profile_text.encode("utf-8"))
        if not isinstance(extracts, dict):
            return list(extracts)
        for name, data in extracts.items():
            os.makedirs(os.path.dirname(self.path("in/" + name)), exist_ok=True)
            write(self.path("in/" + name), data)
        return [self.path("in/" + name) for name in extracts]

    def last_line(self):
        return self.out.rstrip("\n").rpartition("\n")[2]

    def said(self):
        return "exit code %d\nout: %s\nerr: %s" % (self.code, self.out[-1500:], self.err[:1500])

    def reasons(self):
        """[(file, row, reason)] of the error file."""
        rows = refused_rows(self.refused)
        return [tuple(row[len(rows[0]) - 4:len(rows[0]) - 1]) for row in rows[1:]]

    def json(self):
        return json.loads(self.out)


def write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)


def read(path):
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as stream:
        return stream.read()


def refused_rows(data):
    return list(csv.reader(io.StringIO((data or b"").decode("utf-8"), newline="")))


def field(text):
    """Quoted only where needed. (Python's writer leaves a lone CR bare.)"""
    return '"%s"' % text.replace('"', '""') if re.search('[,"\r\n]', text) else text


def table_bytes(rows, end):
    return "".join(",".join(map(field, row)) + end for row in rows).encode("utf-8")


def text_problem(what, should, found):
    """None, or the first line in which two texts differ."""
    if should == found:
        return None
    ours = (should or "").splitlines(keepends=True)
    theirs = (found or "").splitlines(keepends=True)
    at = next((n for n, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]),
              min(len(ours), len(theirs)))
    return "%s, line %d:\n should be %r\n is        %r" % (
        what, at + 1, ours[at] if at < len(ours) else "(nothing)",
        theirs[at] if at < len(theirs) else "(nothing)")


def refused_problem(should, found):
    """None if two error files agree; the help only has to be there, and the CSV to be plain."""
    if found is None or should is None:
        return None if found is should else "an error file: %s, should be: %s" % (
            found is not None, should is not None)
    rows = refused_rows(found)
    if table_bytes(rows, "\r\n") != found:
        return "the error file is not CSV with CRLF, quoted only where needed: %r" % found[:300]
    help_at = len(rows[0]) - 1          # cells beyond the header stand behind it
    if any(not row[help_at] for row in rows):
        return "no help in a row: %r" % next(row for row in rows if not row[help_at])
    rows = rows[:1] + [row[:help_at] + [""] + row[help_at + 1:] for row in rows[1:]]
    return text_problem("error file", should.decode("utf-8"),
                        table_bytes(rows, "\r\n").decode("utf-8"))
