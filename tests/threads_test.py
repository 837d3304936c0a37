#!/usr/bin/env python3
"""threads_test.py -- the same bytes out with any number of threads, certificate included.

    threads_test.py [--ochil PATH]

On ledgers of many blocks: in order, in disorder (ids are then read twice), and faulty. Built
with -Db_sanitize=thread the same test looks for races.
"""
import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile

import tap

EXAMPLE = os.path.join(tap.HERE, '..', 'examples', 'clackmannanshire-stirling-2014-15')
COPIES = 20                 # of each line: about a megabyte of ledger in eight blocks
THREADS = ('2', '3', '8')


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
    return test.done()


if __name__ == '__main__':
    sys.exit(main())
