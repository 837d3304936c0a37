#!/usr/bin/env python3
"""Turns the .sql files of a folder of src/ into constants of C; meson runs it, nothing is kept.

    tools/embed.py --folder store --header store_sql.h --source store_sql.c FILE.sql...

A file named 0012_agreement.sql is a migration and becomes `migration_0012_agreement`; it is kept
whole, with its SHA-256. Any other holds named queries:

    -- name: readings_for_period
    -- takes: ?1 agreement, ?2 period      gives: measure, actual_bp
    SELECT measure, actual_bp FROM reading
     WHERE agreement = ?1 AND period = ?2 ORDER BY measure;

becomes `sql_readings_for_period`. A query that PostgreSQL must have in other words is named a
second time, `-- name: readings_for_period/pg`. tools/tidy.py checks what the SQL may say.

A line `-- register: risk` stands for the five statements over the table of a register
(src/register/register.h): risk_next, risk_add, risk_save, risk_list and risk_get, made of the
columns that the folder's migrations give the table.
"""

import argparse
import hashlib
import os
import re
import sys

REGISTER = re.compile(r'^-- register: ([a-z][a-z0-9_]*)$', re.M)
# A text of so many characters is read where the whole entry is, and not for a list.
LONG = 4000
# Names of services that a role can be for at most (SERVICES_MOST of src/identity/right.h).
SERVICES = 16
# What the table of every register has before its fields.
COMMON = ('council', 'number', 'version', 'state', 'shared', 'joint', 'shared_at', 'shared_by',
          'made_at', 'changed_at', 'changed_by')
NAME = re.compile(r'^-- name: ([a-z][a-z0-9_]*)(/pg)?$')
MIGRATION = re.compile(r'^(\d{4})_([a-z][a-z0-9_]*)\.sql$')


class Fault(Exception):
    """What is wrong with a file: (line, words)."""


def read_queries(text):
    """[(name, is for PostgreSQL alone, first line, comments, sql)] of a file of queries."""
    found = []
    for number, line in enumerate(text.split('\n'), 1):
        match = NAME.match(line)
        if match:
            found.append((match.group(1), match.group(2) is not None, number, [], []))
        elif line.startswith('-- name'):
            raise Fault(number, 'a name is written "-- name: words_like_this" or with /pg')
        elif found and line.startswith('--') and not found[-1][4]:
            found[-1][3].append(line)
        elif found:
            found[-1][4].append(line)
        elif line.strip() and not line.startswith('--'):
            raise Fault(number, 'SQL before the first "-- name:"')
    blocks = []
    for name, postgres, number, comments, lines in found:
        sql = '\n'.join(lines).strip()
        if not sql.endswith(';') or sql.count(';') != 1:
            raise Fault(number, '%s is not one statement with one ; at its end' % name)
        blocks.append((name, postgres, number, '\n'.join(comments), sql[:-1].rstrip()))
    return blocks


def table_fields(table, migrations):
    """The columns of a register's table that are its fields, in the order they were made."""
    fields = []
    for _, _, text in migrations:
        plain = re.sub('--.*', '', text)
        for body in re.findall(r'CREATE TABLE %s \((.*?)\n\);' % table, plain, re.S):
            fields += re.findall(r'^    ([a-z][a-z0-9_]*) +(?:@|TEXT)', body, re.M)
        fields += re.findall(r'ALTER TABLE %s ADD COLUMN ([a-z][a-z0-9_]*)' % table, plain)
    if fields[:1] != ['council']:
        raise Fault(1, 'no migration of this folder makes the table %s of a register' % table)
    return [field for field in fields if field not in COMMON]


def long_texts(table, migrations):
    """The columns of a register's table that hold long texts, by their constraints."""
    found = set()
    for _, _, text in migrations:
        for name, most in re.findall(r'CONSTRAINT %s_\w+\s+CHECK \(length\((\w+)\) '
                                     r'(?:<=|BETWEEN \d+ AND) (\d+)' % table, text):
            found |= {name} if int(most) >= LONG else set()
    return found


def register_queries(table, fields, long):
    """{name: SQL} of a register's six statements. Parameters: ?1 council, ?2 number, ?3 state,
    ?4 now, ?5 by, ?6 shared, ?7 joint, ?8 shared_at, ?9 shared_by, the fields from ?10; of _save
    then the version it was and who asks. Of _list, _brief and _get: ?1 who asks, ?2 whether for all
    services, then for which, and of _get code and number."""
    values = ['?%d' % (10 + place) for place in range(len(fields))]
    version, asks = 10 + len(fields), 11 + len(fields)
    columns = ['r.council', 'c.code'] + ['r.' + name for name in COMMON[1:] + tuple(fields)]
    if 'service' not in fields:
        raise Fault(1, 'the register %s has no column service' % table)
    services = ', '.join('?%d' % (3 + place) for place in range(SERVICES))
    # As many columns, without what a list does not show: it takes a quarter of the time of the row.
    brief = ['NULL' if name[2:] in long | set(COMMON[8:]) else name for name in columns]
    select = 'SELECT %s\n  FROM %s r JOIN council c ON c.id = r.council\n WHERE ' \
        '(r.council = ?1 OR r.shared)\n   AND (?2 OR r.service IN (%s))' % ('%s', table, services)
    listed = select + '\n ORDER BY c.code, r.number'
    whole = ', '.join(columns)
    return {
        '_next': 'SELECT COALESCE(MAX(number), 0) + 1 FROM %s WHERE council = ?1' % table,
        '_add': 'INSERT INTO %s (council, number, version, state, made_at, changed_at, changed_by, '
                'shared, joint, shared_at, shared_by, %s)\nVALUES (?1, ?2, 1, ?3, ?4, ?4, ?5, ?6, '
                '?7, ?8, ?9, %s)' % (table, ', '.join(fields), ', '.join(values)),
        '_save': 'UPDATE %s SET version = version + 1, state = ?3, changed_at = ?4, '
                 'changed_by = ?5, shared = ?6, joint = ?7, shared_at = ?8, shared_by = ?9, %s\n'
                 ' WHERE council = ?1 AND number = ?2 AND version = ?%d '
                 'AND (council = ?%d OR joint)' % (
                     table, ', '.join('%s = %s' % pair for pair in zip(fields, values)), version,
                     asks),
        '_list': listed % whole,
        '_brief': listed % ', '.join(brief),
        '_get': select % whole + '\n   AND c.code = ?%d AND r.number = ?%d\n ORDER BY r.number' % (
            3 + SERVICES, 4 + SERVICES),
    }


def literal(text, indent='    '):
    """The text as a literal of C, a line of it a line there."""
    escaped = [line.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?')
               for line in text.split('\n')]
    pieces = [line + '\\n' for line in escaped[:-1]] + escaped[-1:]
    return '\n'.join('%s"%s"' % (indent, piece) for piece in pieces)


def read_folder(paths):
    """(migrations [(version, name, text)], queries {name: [both, postgres]})."""
    migrations, queries, registers = [], {}, []
    for path in sorted(paths):
        with open(path, encoding='utf-8') as file:
            text = file.read()
        match = MIGRATION.match(os.path.basename(path))
        if match:
            migrations.append((match.group(1), match.group(2), text))
            continue
        registers += REGISTER.findall(text)
        for name, postgres, number, _, sql in read_queries(text):
            pair = queries.setdefault(name, [None, None])
            if pair[postgres] is not None:
                raise Fault(number, '%s is there twice' % name)
            pair[postgres] = sql
    for table in registers:
        made = register_queries(table, table_fields(table, migrations),
                                long_texts(table, migrations))
        queries.update({table + name: [sql, None] for name, sql in made.items()})
    for name, (both, _) in queries.items():
        if both is None:
            raise Fault(1, '%s/pg stands alone' % name)
    return migrations, queries


def header(folder, migrations, queries):
    guard = 'OCHIL_%s_SQL_H' % folder.upper()
    out = ['/* Made by tools/embed.py from the .sql files of src/%s. */' % folder,
           '#ifndef ' + guard, '#define ' + guard, '', '#include "store/migrate.h"', '']
    out += ['extern const struct query sql_%s;' % name for name in sorted(queries)]
    out += ['extern const struct migration migration_%s_%s;' % (version, name)
            for version, name, _ in migrations]
    out += ['', '/* Every query of the folder; ends at NULL. */',
            'extern const struct query *const %s_queries[];' % folder, '', '#endif', '']
    return '\n'.join(out)


def source(folder, migrations, queries):
    out = ['/* Made by tools/embed.py from the .sql files of src/%s. */' % folder,
           '#include "%s/%s_sql.h"' % (folder, folder), '',
           '/* A migration is longer than what C promises for a literal; both compilers take it. */',
           '#pragma GCC diagnostic ignored "-Woverlength-strings"', '']
    for name, (both, postgres) in sorted(queries.items()):
        out += ['const struct query sql_%s = {' % name, '    "%s",' % name, literal(both) + ',',
                literal(postgres) if postgres else '    0', '};', '']
    for version, name, text in migrations:
        sum_of = hashlib.sha256(text.encode('utf-8')).hexdigest()
        out += ['const struct migration migration_%s_%s = {' % (version, name),
                '    %d, "%s",' % (int(version), name), '    "%s",' % sum_of, literal(text), '};',
                '']
    out += ['const struct query *const %s_queries[] = {' % folder]
    out += ['    &sql_%s,' % name for name in sorted(queries)]
    out += ['    0', '};', '']
    return '\n'.join(out)


def write_bytes(name, folder, path):
    """(header, source) of a file as one constant, with its SHA-256 as a name for the version."""
    with open(path, 'rb') as file:
        content = file.read()
    guard = 'OCHIL_%s_H' % name.upper()
    made = '/* Made by tools/embed.py from src/%s/%s. */' % (folder, os.path.basename(path))
    header_text = '\n'.join([
        made, '#ifndef ' + guard, '#define ' + guard, '', '#include <stddef.h>', '',
        '#define %s_SHA256 "%s"' % (name.upper(), hashlib.sha256(content).hexdigest()), '',
        'extern const char %s[];' % name, 'extern const size_t %s_size;' % name, '', '#endif', ''])
    source_text = '\n'.join([
        made, '#include "%s/%s.h"' % (folder, name), '',
        '#pragma GCC diagnostic ignored "-Woverlength-strings"', '',
        'const char %s[] =' % name, literal(content.decode('utf-8')) + ';', '',
        'const size_t %s_size = sizeof %s - 1;' % (name, name), ''])
    return header_text, source_text


def write_files(name, folder, paths):
    """(header, source) of several files as one list, each by its last name."""
    guard = 'OCHIL_%s_H' % name.upper()
    made = '/* Made by tools/embed.py from %s. */' % os.path.dirname(paths[0]).lstrip('./')
    header_text = '\n'.join([
        made, '#ifndef ' + guard, '#define ' + guard, '', '#include "base/stream.h"', '',
        '/* Ends at a row without a name. */',
        'extern const struct memory_file %s[];' % name, '', '#endif', ''])
    rows = []
    for path in paths:
        with open(path, encoding='utf-8', newline='') as file:
            content = file.read()
        rows.append('    { "%s", { %s, %d } },' % (os.path.basename(path), literal(content),
                                                  len(content.encode('utf-8'))))
    source_text = '\n'.join([
        made, '#include "%s/%s.h"' % (folder, name), '',
        '#pragma GCC diagnostic ignored "-Woverlength-strings"', '',
        'const struct memory_file %s[] = {' % name, *rows, '    { 0, { 0, 0 } },', '};', ''])
    return header_text, source_text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--folder', required=True)
    parser.add_argument('--header', required=True)
    parser.add_argument('--source', required=True)
    parser.add_argument('--bytes', metavar='NAME', help='one file, not SQL, as this constant')
    parser.add_argument('--list', metavar='NAME', help='files, not SQL, as this list of them')
    parser.add_argument('files', nargs='+')
    options = parser.parse_args()
    if options.bytes:
        made = write_bytes(options.bytes, options.folder, options.files[0])
    elif options.list:
        made = write_files(options.list, options.folder, options.files)
    else:
        try:
            migrations, queries = read_folder(options.files)
        except Fault as fault:
            print('src/%s: line %d: %s' % (options.folder, *fault.args), file=sys.stderr)
            return 1
        made = (header(options.folder, migrations, queries),
                source(options.folder, migrations, queries))
    for path, text in zip((options.header, options.source), made):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
