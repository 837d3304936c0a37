#!/usr/bin/env python3
"""tools/tidy.py must catch a fault planted against each law, and leave good code alone."""

import argparse
import os
import subprocess
import sys
import tempfile

TIDY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'tools',
                    'tidy.py')

HEADER = '#ifndef X_H\n#define X_H\nint x(void);\n#endif\n'
LONG = 'int x(void)\n{\n' + '    x();\n' * 58 + '}\n'       # 61 lines

# A clean tree; every example below adds to it or replaces a file of it.
CLEAN = {
    'src/base/text.h': HEADER,
    'src/base/arena.h': '#ifndef A_H\n#define A_H\n#include <stddef.h>\n'
                        'void *arena_take(size_t);\n#endif\n',
    'src/base/outside.h': HEADER.replace('X_H', 'O_H'),
    'src/formats/csv.h': '#ifndef C_H\n#define C_H\n#include "base/text.h"\n#endif\n',
    'src/base/arena.c': '#include "base/arena.h"\n#include <stdlib.h>\n'
                        'void *arena_take(size_t n)\n{\n    return calloc(1, n);\n}\n',
    'src/engine/close.c':
        '#include "base/text.h"\n#include "formats/csv.h"\n'
        '/* double, malloc() and time() in a comment; // and here */\n'
        'static const char *said = "double free() time( /* no comment */";\n'
        'int close_one(struct stream *s)\n{\n    return s->read(s) + s->open(s) + snprintf(0);\n}\n'
        '/* Long because it is one table. */\n' + LONG.replace('x(', 'long_one('),
    'src/engine/close_io.c': '#include "base/outside.h"\nint y(void)\n{\n    return open("x", 0);\n'
                             '}\n',
    'src/base/test_folder.h': '#ifndef T_H\n#define T_H\n#include <stdio.h>\n'
                              'static inline int t(void)\n{\n    return fopen("x", "r") == 0;\n}\n'
                              '#endif\n',
    'src/engine/close_test.c': '#include "base/test_folder.h"\n'
                               'int main(void)\n{\n    free(malloc(1));\n    puts("");\n}\n',
    'src/finance/finance.h': '#include "engine/close.h"\n'.replace('engine/close.h', 'base/text.h'),
    'src/finance/finance_rules.c': '#include "base/text.h"\n#include "finance/finance.h"\n',
    'src/finance/finance_pages.c': 'static const char *help = "selects the period";\n',
    'src/finance/finance_view.c': '#include "finance/finance.h"\n',
    'src/finance/finance.sql': "-- Bills; now() and ? in words.\n\n-- name: bill_list\n"
                               "SELECT id, 'a::b' FROM bill WHERE period = ?1 ORDER BY id;\n\n"
                               "-- name: bill_count\n-- gives: one row\n"
                               "SELECT count(*) FROM bill;\n\n-- name: bill_count/pg\n"
                               "SELECT count(id) FROM bill;\n",
    'src/finance/0001_finance.sql': 'CREATE TABLE bill (id @id, CONSTRAINT x CHECK (id > 0));\n',
}

# The law's words, in tidy's own output; what is planted.
EXAMPLES = [
    ('1.1.1 stands there 0 times', {'docs/asvs.md': '# None\n'}),
    ('1.1.1 stands there 2 times', {'docs/asvs.md': '| 1.1.1 | x |\n| 1.1.1 | x |\n'}),
    ('1.2.10 stands there 1 times', {'docs/asvs.md': '- None: 1.2.10.\n'}),
    ('there is no test close_test nothing', {
        'docs/asvs.md': '## Met\n| 1.1.1 | `close_test nothing` |\n'}),
    ('no test is named for | 1.1.1', {'docs/asvs.md': '## Met\n| 1.1.1 | x |\n## Not met\n'}),
    ('every file stands in a folder', {'src/utils/x.c': 'int x;\n'}),
    ('every file stands in a folder', {'src/x.c': 'int x;\n'}),
    ('a folder to its left', {'src/base/text.h': '#include "formats/csv.h"\n'}),
    ('a folder to its left', {'src/engine/x.c': '#include "cli/cli.h"\n'}),
    ('a folder to its left', {'src/finance/finance_store.c': '#include "people/people.h"\n'}),
    ('a folder to its left', {'src/engine/x.c': '#include "csv.h"\n'}),
    ('a folder to its left', {'src/engine/x.c': '  #  include "../cli/cli.h"\n'}),
    ('_rules.c:', {'src/engine/a_rules.c': '#include "formats/csv.h"\n'}),
    ('_rules.c:', {'src/engine/a_rules.c': '#include "base/outside.h"\n'}),
    ('_rules.c:', {'src/engine/a_rules.c': '#include "base/arena.h"\n'}),
    ('_rules.c:', {'src/engine/a_rules.c': 'int x(void)\n{\n    return arena_take(1) != 0;\n}\n'}),
    ('_rules.c:', {'src/finance/finance_rules.c': '#include "store/db.h"\n'}),
    ('_rules.c:', {'src/finance/finance_rules.c': '#include <time.h>\n'}),
    ('_rules.c:', {'src/finance/finance_rules.c': 'int x(void)\n{\n    printf("x");\n}\n'}),
    ('_import.c:', {'src/finance/finance_import.c': '#include "web/web.h"\n'}),
    ('_store.c:', {'src/finance/finance_store.c': '#include "web/web.h"\n'}),
    ('_pages.c:', {'src/finance/finance_pages.c': 'char *q = "SELECT 1 ";\n'}),
    ('_pages.c:', {'src/finance/finance_pages.c': 'char *q = " insert into x";\n'}),
    ('_view.c:', {'src/finance/finance_view.c': '#include "store/db.h"\n'}),
    ('_view.c:', {'src/finance/finance_view.c': 'int x(void)\n{\n    return bill_load(1);\n}\n'}),
    ('_view.c:', {'src/finance/finance_view.c': 'int x(void)\n{\n    return fopen("x");\n}\n'}),
    ('only *_io.c includes base/outside.h', {'src/formats/x.c': '#include "base/outside.h"\n'}),
    ('belongs in a *_io.c', {'src/formats/x.c': 'int x(void)\n{\n    return open("x");\n}\n'}),
    ('belongs in a *_io.c', {'src/money/x.c': 'int x(void)\n{\n    fprintf (0, "x");\n}\n'}),
    ('belongs in a *_io.c', {'src/engine/x.c': 'int x(void)\n{\n    return !getenv("X");\n}\n'}),
    ('the library has no network', {'src/engine/x_rules.c': '#include <sys/socket.h>\n'}),
    ('no program is started', {'src/cli/x.c': 'int x(void)\n{\n    return system("ls");\n}\n'}),
    ('only tests include test_*.h', {'src/engine/x.c': '#include "base/test_folder.h"\n'}),
    ('no clock outside base', {'src/cli/x.c': 'int x(void)\n{\n    return time(0);\n}\n'}),
    ('no clock outside base', {'src/engine/x_io.c': 'int x(void)\n{\n    clock_gettime(0);\n}\n'}),
    ('no random outside base', {'src/cli/x.c': 'int x(void)\n{\n    return rand();\n}\n'}),
    ('no random outside base', {'src/cli/x.c': 'int x(void)\n{\n    randombytes_buf(0);\n}\n'}),
    ('no malloc', {'src/base/x.c': 'int x(void)\n{\n    return !malloc(1);\n}\n'}),
    ('no malloc', {'src/cli/x.c': 'int x(void)\n{\n    free(0);\n}\n'}),
    ('no malloc', {'src/cli/x.c': 'int x(void)\n{\n    return !strdup("x");\n}\n'}),
    ('no double', {'src/engine/x.c': 'double x;\n'}),
    ('no double', {'src/engine/x_test.c': 'int x = (int)(float)1;\n'}),
    ('no double', {'src/engine/x.h': 'long /* exact */ double x(void);\n'}),
    ("carry their folder's name", {'src/finance/bill.c': 'int x;\n'}),
    ("carry their folder's name", {'src/people/persons.h': 'extern int x;\n'}),
    ('the same name', {'src/money/text.h': HEADER}),
    ('the same name', {'src/cli/close.c': 'int x;\n'}),
    ('at most 100 columns', {'src/cli/x.c': '/* ' + 'x' * 95 + ' */\n'}),
    ('no tabs', {'src/cli/x.c': 'int\tx;\n'}),
    ('no tabs', {'src/cli/x.c': 'int x; \n'}),
    ('no tabs', {'src/cli/x.c': 'int x;\r\n'}),
    ('no tabs', {'src/cli/x.c': 'int x;'}),
    ('no unfinished', {'src/cli/x.c': '/* TO' 'DO: later */\n'}),
    ('no unfinished', {'src/cli/x.c': 'char *x = "XX' 'X";\n'}),
    ('a function over 60 lines', {'src/cli/x.c': LONG}),
    ('a function over 60 lines', {'src/cli/x.c': '/* A long one. */\n' + LONG}),
    ('a function over 60 lines', {'src/cli/x.c': '/* Long because. */\nint y;\n\n' + LONG}),
    ('no side effect', {'src/cli/x.c': 'int x(void)\n{\n    assert(take(1) && n++ < 2);\n}\n'}),
    ('no side effect', {'src/cli/x.c': 'int x(void)\n{\n    assert((n = take()));\n}\n'}),
    ('header compiles alone', {'src/cli/x.h': 'int x(struct arena *, size_t);\n'}),
    ('header compiles alone', {'src/cli/x.h': 'static int x = 1;\n'}),
    ('there are files to check', None),
    ('is put back', {'src/engine/x.c': 'int x(void)\n{\n    if (ARENA_GUARD(&a))\n'
                                       '        return 1;\n}\n'}),
    ('queries have names', {'src/finance/finance_store.c': 'char *q = "UPDATE bill SET x";\n'}),
    ('one statement each', {'src/finance/x.sql': '-- name: x\nDELETE FROM a; DELETE FROM b;\n'}),
    ('one statement each', {'src/finance/x.sql': 'DELETE FROM a;\n'}),
    ('one statement each', {'src/finance/x.sql': '-- named: x\nDELETE FROM a;\n'}),
    ('one statement each', {'src/finance/x.sql': '-- name: X\nDELETE FROM a;\n'}),
    ('name/pg stands beside name', {'src/finance/x.sql': '-- name: bill_list\nDELETE FROM a;\n'}),
    ('name/pg stands beside name', {'src/finance/x.sql': '-- name: x/pg\nDELETE FROM a;\n'}),
    ('at most ten queries', {'src/finance/x.sql': ''.join(
        '-- name: x%d\nDELETE FROM a;\n-- name: x%d/pg\nDELETE FROM b;\n' % (i, i)
        for i in range(10))}),
    *(('only one engine knows', {'src/finance/x.sql': '-- name: x\n%s;\n' % sql}) for sql in (
        'INSERT OR IGNORE INTO a (b) VALUES (?1)', 'UPDATE a SET b = ifnull(b, 1)',
        'UPDATE a SET b = c::bigint', "DELETE FROM a WHERE b ILIKE 'x'", 'DELETE FROM a WHERE b = ?',
        'DELETE FROM a WHERE b = $1', "UPDATE a SET b = datetime('x')", 'UPDATE a SET b = now()',
        'UPDATE a SET b = CURRENT_DATE', 'UPDATE a SET b = random()',
        'SELECT * FROM a ORDER BY b')),
    ('only one engine knows', {'src/finance/0002_x.sql': 'CREATE TABLE a (b INT AUTOINCREMENT);\n'}),
    ('has an ORDER BY', {'src/finance/x.sql': '-- name: x\nSELECT a FROM b;\n'}),
    ('without a gap', {'src/finance/0003_x.sql': 'CREATE TABLE a (b @id);\n'}),
    ('without a gap', {'src/people/0001_x.sql': 'CREATE TABLE a (b @id);\n'}),
    ('a CHECK in a migration', {'src/finance/0002_x.sql': 'CREATE TABLE a (b @int64 CHECK (b > 0));\n'
                                }),
    ('is put back', {'src/engine/x.c': 'int x(void)\n{\n    ARENA_KEEP(outer, &a);\n}\n'
                                       'int y(void)\n{\n    if (ARENA_GUARD(&a))\n'
                                       '        return 1;\n}\n'}),
    ('is put back', {'src/engine/x.c': 'int x(void)\n{\n    ARENA_KEEP(outer, &a);\n'
                                       '    if (ARENA_GUARD(&b))\n        return 1;\n}\n'}),
]


def run(plant, *options):
    with tempfile.TemporaryDirectory(prefix='ochil tidy test ') as root:
        tree = {} if plant is None else {**CLEAN, **plant}
        for path, text in tree.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8', newline='') as file:
                file.write(text)
        done = subprocess.run([sys.executable, TIDY, '--root', root, *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout


def caught(law, code, said):
    """The words stand in a failing test's name, or in a fault below one."""
    lines = said.splitlines()
    wrong = [line for line in lines if line.startswith(('not ok', '#   '))]
    return code == 1 and any(law in line for line in wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', help='not used: only sources are read')
    parser.parse_args()
    code, said = run({})
    results = [('good code is left alone', code == 0, said)]
    laws_caught = ''
    for law, plant in EXAMPLES:
        code, said = run(plant, *([] if 'compiles' in law else ['--no-compile']))
        name = '%s: %s' % (law, ' '.join(plant or ['nothing']))
        results.append((name, caught(law, code, said), said))
        laws_caught += said
    laws = {line.split(' - ', 1)[1] for line in laws_caught.splitlines()
            if line.startswith(('ok ', 'not ok '))}
    failed = {line.split(' - ', 1)[1] for line in laws_caught.splitlines()
              if line.startswith('not ok ')}
    results.append(('every law has failed at least once here', laws == failed,
                    '\n'.join(sorted(laws - failed))))

    print('1..%d' % len(results))
    for number, (name, passed, said) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if passed else 'not ok', number, name))
        if not passed:
            print(''.join('# %s\n' % line for line in said.splitlines()), end='')
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
