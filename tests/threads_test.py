#!/usr/bin/env python3
"""threads_test.py -- the same bytes out with any number of threads, certificate included.

    threads_test.py [--ochil PATH]

On ledgers of many blocks: in order, in disorder (ids are then read twice), and faulty. And on
extracts of many batches, as a text, of fixed width and as workbooks: good rows, refused ones, ids
that come again, quotes that do not close, totals. Built with -Db_sanitize=thread the same test
looks for races.
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

import convert_run
import extract_forms
import tap

EXAMPLE = os.path.join(tap.HERE, '..', 'examples', 'clackmannanshire-stirling-2014-15')
COPIES = 20                 # of each line: about a megabyte of ledger in eight blocks
THREADS = ('2', '3', '8')
ROWS = 4000                 # of an extract: several batches


def rows_of(path):
    with open(path, encoding='utf-8', newline='') as file:
        rows = list(csv.reader(file))
    for copy in range(COPIES):
        for number, row in enumerate(rows[1:]):
            yield ['%d' % (copy * len(rows) + number + 1)] + row[1:]


def in_order(rows, _):
    return rows


def in_disorder(rows, chance):
    chance.shuffle(rows)
    return rows


def faulty(rows, chance):
    """Every fault of a line here and there, ids twice far apart, and odd records between."""
    for _ in range(200):
        row = rows[chance.randrange(len(rows))]
        row[chance.randrange(8)] = chance.choice(
            ['', '0', 'odd, "quoted"', '2014-02-30', '1.234', '\ufffd', rows[0][0], 'a\nb'])
    return rows


def make_folder(folder, arrange):
    chance = random.Random(2014)
    shutil.copytree(EXAMPLE, folder)
    for name in sorted(os.listdir(os.path.join(folder, 'ledger'))):
        path = os.path.join(folder, 'ledger', name)
        with open(path, encoding='utf-8', newline='') as file:
            header = file.readline()
        rows = arrange(list(rows_of(path)), chance)
        with open(path, 'w', encoding='utf-8', newline='') as file:
            file.write(header)
            csv.writer(file, lineterminator='\n').writerows(rows)


def close(engine, folder, out, threads):
    """Exit code and output files; what a sanitizer says is on standard error."""
    done = subprocess.run([engine, 'close', folder, '--out', out, '--force', '--threads', threads],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, tap.read_directory(out) if os.path.isdir(out) else {}, done.stderr


def difference(one, other):
    if one[0] != other[0]:
        return 'exit code %d with one thread, else %d\n%s' % (one[0], other[0], other[2])
    wrong = [name for name in sorted(set(one[1]) | set(other[1]))
             if one[1].get(name) != other[1].get(name)]
    return ('different: %s\n%s' % (', '.join(wrong), other[2])) if wrong else None


# -- convert --------------------------------------------------------------------------------------

def extract_rows():
    """Rows as a council has them; of every tenth the document number is one of an earlier row."""
    chance = random.Random(2015)
    earlier = []
    for row in extract_forms.generated_rows(ROWS):
        if earlier and chance.random() < 0.1:
            row = row[:6] + (chance.choice(earlier),) + row[7:]
        earlier.append(row[6])
        yield row


def spoil(path):
    """Quotes, bytes of no encoding, cells too many, blank and very long lines here and there."""
    chance = random.Random(2016)
    with open(path, 'rb') as file:
        lines = file.read().splitlines(keepends=True)
    for _ in range(60):
        at = chance.randrange(1, len(lines))
        lines[at] = chance.choice([
            b'"' + lines[at], b'\xff' + lines[at], b'\n', b'x,' * 20 + lines[at],
            b'y' * 40000 + lines[at], lines[at].replace(b'0', b'o', 1)])
    lines.insert(len(lines) // 2, b'z' * 1200000 + b'\n')
    with open(path, 'wb') as file:
        file.writelines(lines)


def write_spoilt(path, rows):
    extract_forms.write_delimited(path, rows)
    spoil(path)


def write_sheet(path, rows):
    extract_forms.write_xlsx(path, rows, shared=False)


FORMS = {
    'june.csv': (extract_forms.write_delimited, ()),
    'spoilt.csv': (write_spoilt, ()),
    'june.txt': (extract_forms.write_fixed,
                 (extract_forms.fixed_columns(), 'format = fixed', 'header_row = 1')),
    'june.xlsx': (write_sheet, ('format = sheet', 'rounding = residue')),
    'june.ods': (extract_forms.write_ods, ('format = sheet', 'rounding = residue')),
}


def convert(engine, path, profile, threads):
    done = convert_run.Conversion(engine, profile, [path], '--threads', threads, '--json')
    return done.code, {'lines': done.made, 'errors': done.refused, 'out': done.out}, done.err


def rows_problem(name, one):
    """Every row is a line or refused, once; of some the id has come before."""
    code, made, err = one
    if code != 1 or not made['lines'] or b'DUPLICATE' not in made['errors']:
        return 'exit code %d\n%s' % (code, err)
    counted = json.loads(made['out'])['rows']
    found = made['lines'].count(b'\n') - 1 + made['errors'].count(b'\r\n') - 1
    if name != 'spoilt.csv' and (counted != ROWS + 1 or found != ROWS):
        return '%d rows counted with the header, %d written' % (counted, found)
    return None


def convert_forms(test, engine, scratch):
    for name, (write, lines) in FORMS.items():
        path = os.path.join(scratch, name)
        profile = extract_forms.profile(*lines, entry_id='column "Document No"')
        write(path, extract_rows())
        one = convert(engine, path, profile, '1')
        test.check('%s: every row once, and ids that come again are refused' % name,
                   rows_problem(name, one))
        for threads in THREADS:
            test.check('%s: the same bytes with %s threads' % (name, threads),
                       difference(one, convert(engine, path, profile, threads)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine())
    engine = tap.find_engine(parser.parse_args().ochil)
    test = tap.Tap()
    with tempfile.TemporaryDirectory(prefix='ochil threads ') as scratch:
        for arrange, code in ((in_order, 0), (in_disorder, 0), (faulty, 1)):
            folder = os.path.join(scratch, arrange.__name__)
            make_folder(folder, arrange)
            one = close(engine, folder, os.path.join(scratch, 'one'), '1')
            test.check('%s: one thread ends with %d' % (arrange.__name__, code),
                       None if one[0] == code and one[1] else 'exit code %d\n%s' % (one[0], one[2]))
            for threads in THREADS:
                other = close(engine, folder, os.path.join(scratch, 'other'), threads)
                test.check('%s: the same bytes with %s threads' % (arrange.__name__, threads),
                           difference(one, other))
        convert_forms(test, engine, scratch)
    return test.done()


if __name__ == '__main__':
    sys.exit(main())
