#!/usr/bin/env python3
"""Checks the laws of the house (ARCHITECTURE.md) over src/, and prints TAP: a test for each.

    tools/tidy.py [--root FOLDER] [--no-compile]

A fault names file and line. tests/tidy_test.py plants a fault against each law and looks
whether it is caught, so a law cannot stop working unnoticed.
"""

import argparse
import collections
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

import embed

# A file includes only from its own folder or a folder to its left.
LAW = ('base money formats engine sheets extract trail cli document store identity web register '
       'admin governance finance agreement performance people programme exchange app server').split()
LIBRARY = LAW[:LAW.index('engine') + 1]         # pure: no network, no clock; files in *_io.c
FEATURES = LAW[LAW.index('admin'):LAW.index('app')]     # their files carry the folder's name

COLUMNS = 100
FUNCTION_LINES = 60

# Calls, by what they reach. Only the plain name counts: `stream->read(...)` is the stream's.
FILE_CALLS = ('fopen fdopen freopen fclose fread fwrite fprintf vfprintf printf vprintf puts fputs '
              'putchar fputc putc fgets fgetc getc getchar fscanf scanf fflush fseek ftell fileno '
              'setvbuf tmpfile mkstemp mkdtemp perror open openat creat read pread write pwrite '
              'readv writev close dup dup2 lseek ftruncate fsync fdatasync sync stat fstat lstat '
              'fstatat access faccessat mkdir mkdirat rmdir rename renameat renameat2 unlink '
              'unlinkat remove link symlink readlink opendir fdopendir readdir closedir scandir '
              'mmap munmap socket connect getenv secure_getenv setenv chdir').split()
# `ochil` becomes `ochil-server`.
SERVER_STARTS = ('src/cli/server_forward_action.c', 'execv')
PROCESS_CALLS = ('system popen fork vfork execl execlp execle execv execve execvp execvpe fexecve '
                 'posix_spawn posix_spawnp wordexp').split()
CLOCK_CALLS = ('time clock clock_gettime gettimeofday ftime localtime localtime_r gmtime gmtime_r '
               'strftime mktime nanosleep sleep usleep').split()
RANDOM_CALLS = ('rand srand rand_r random srandom drand48 lrand48 getrandom getentropy arc4random '
                'arc4random_buf arc4random_uniform randombytes randombytes_buf '
                'randombytes_random randombytes_uniform crypto_sign_keypair '
                'crypto_box_keypair crypto_secretbox_keygen RAND_bytes').split()
MEMORY_CALLS = ('malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf getline '
                'getdelim alloca aligned_alloc posix_memalign memalign valloc open_memstream '
                'sodium_malloc sodium_free').split()
ARENA_CALLS = 'arena_take arena_grow arena_copy arena_print arena_free'.split()
NETWORK_HEADERS = ('sys/socket.h', 'netdb.h', 'netinet/in.h', 'arpa/inet.h', 'sys/un.h')

UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b')
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\s', re.IGNORECASE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CALL = re.compile(r'(?<![\w.>])([A-Za-z_]\w*)\s*\(')
FLOATING = re.compile(r'\b(double|float)\b')


def blank(text):
    """The same number of lines and columns, with everything else taken out."""
    return re.sub(r'[^\n]', ' ', text)


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m.group()) if m.group()[0] == '/' else m.group(), text)


def without_comments_and_strings(text):
    return TOKEN.sub(lambda m: blank(m.group()) if m.group()[0] == '/'
                     else m.group()[0] + blank(m.group()[1:-1]) + m.group()[-1], text)


class File:
    def __init__(self, root, path):
        self.path = path                                # src/engine/close_io.c
        parts = path.split('/')
        self.folder = parts[1] if len(parts) == 3 else None
        self.name = parts[-1]
        self.stem, self.ending = os.path.splitext(self.name)
        with open(os.path.join(root, path), encoding='utf-8', newline='') as file:
            text = file.read()
        self.lines = text.split('\n')
        self.text = text
        self.code = without_comments_and_strings(text).split('\n')
        with_strings = without_comments(text).split('\n')
        self.with_strings = with_strings
        self.includes = []                              # (line, is ours, name)
        for number, line in enumerate(with_strings, 1):
            match = INCLUDE.match(line)
            if match:
                self.includes.append((number, match.group(1) == '"', match.group(2)))

    def is_a(self, *words):
        """Is the file's last word (close_io: io) one of these?"""
        return self.stem.rsplit('_', 1)[-1] in words and '_' in self.stem

    def is_test(self):
        """A test, a fuzz target, or a header that only those include (test_*.h)."""
        return self.is_a('test', 'fuzz') or \
            (self.ending == '.h' and self.name.startswith('test_'))

    def calls(self, names):
        wanted = set(names)
        for number, line in enumerate(self.code, 1):
            if line.lstrip().startswith('#'):
                continue
            for match in CALL.finditer(line):
                if match.group(1) in wanted:
                    yield number, match.group(1)


def place(folder):
    return LAW.index(folder) if folder in LAW else -1


# --- the laws: each takes all files and gives (file, line, what is wrong) ---

def folders_are_known(files):
    """every file stands in a folder of the law line"""
    for file in files:
        if file.folder not in LAW:
            yield file, 1, 'not in a folder of the law line'


def includes_go_left(files):
    """a file includes only from its own folder or a folder to its left"""
    for file in files:
        for line, ours, name in file.includes:
            if not ours:
                continue
            folder = name.split('/')[0] if '/' in name else None
            if folder not in LAW:
                yield file, line, '"%s" is not written folder/file.h' % name
            elif place(folder) > place(file.folder):
                yield file, line, '%s includes %s, which stands right of it' % (file.folder, name)


def _suffix(files, suffix, wrong_include, calls):
    for file in files:
        if file.ending == '.c' and file.is_a(suffix):
            for line, ours, name in file.includes:
                if wrong_include(ours, name):
                    yield file, line, '_%s.c may not include %s' % (suffix, name)
            for line, name in file.calls(calls):
                yield file, line, '_%s.c may not call %s()' % (suffix, name)


def rules_are_pure(files):
    """_rules.c: no files, clock, random, allocation, formats or database"""
    def wrong(ours, name):
        if ours and name.endswith('_rules.h'):
            return False                                # pure itself, in whichever folder
        if not ours:
            return name in NETWORK_HEADERS + ('time.h', 'unistd.h', 'fcntl.h', 'dirent.h')
        return name in ('base/outside.h', 'base/stream.h', 'base/arena.h') or \
            name.split('/')[0] in ('formats', 'sheets', 'cli', 'document', 'store', 'web',
                                   'register')
    return _suffix(files, 'rules', wrong, FILE_CALLS + CLOCK_CALLS + RANDOM_CALLS + MEMORY_CALLS +
                   ARENA_CALLS)


def imports_know_no_web(files):
    """_import.c: no web"""
    return _suffix(files, 'import', lambda ours, name: ours and
                   name.split('/')[0] in ('web', 'register'), [])


def stores_know_no_web(files):
    """_store.c: no web; of register only rules, stores and their SQL"""
    def wrong(ours, name):
        folder = name.split('/')[0]
        return ours and (folder == 'web' or folder == 'register' and
                         not name.endswith(('_rules.h', '_store.h', '_sql.h')))
    return _suffix(files, 'store', wrong, [])


def pages_hold_no_sql(files):
    """_pages.c: no SQL text"""
    for file in files:
        if file.ending == '.c' and file.is_a('pages'):
            for number, line in enumerate(file.with_strings, 1):
                if SQL.search(line):
                    yield file, number, 'SQL text in a page'


def views_load_nothing(files):
    """_view.c: model in, bytes out; loads nothing"""
    yield from _suffix(files, 'view', lambda ours, name: ours and
                       (name.split('/')[0] == 'store' or name == 'base/outside.h'),
                       FILE_CALLS + CLOCK_CALLS + ['source_read_all'])
    for file in files:
        if file.ending == '.c' and file.is_a('view'):
            for number, line in enumerate(file.code, 1):
                match = re.search(r'\b\w+_load\s*\(|->\s*open\s*\(', line)
                if match:
                    yield file, number, '_view.c may not call %s)' % match.group()


def only_io_reads_and_writes(files):
    """in the library only *_io.c reaches files, environment and the outside"""
    for file in files:
        if file.folder not in LIBRARY or file.is_a('io') or file.is_test():
            continue
        for line, ours, name in file.includes:
            if ours and name == 'base/outside.h' and file.ending == '.c':
                yield file, line, 'only *_io.c includes base/outside.h'
            if not ours and name in NETWORK_HEADERS:
                yield file, line, 'the library has no network'
        for line, name in file.calls(FILE_CALLS):
            yield file, line, '%s() belongs in a *_io.c' % name


def no_program_is_started(files):
    """no program is started but ours, no shell"""
    for file in files:
        if not file.is_test():
            for line, name in file.calls(PROCESS_CALLS):
                if (file.path, name) != SERVER_STARTS:
                    yield file, line, '%s()' % name


def helpers_of_tests_stay_there(files):
    """only tests include test_*.h"""
    for file in files:
        for line, ours, name in file.includes:
            if ours and os.path.basename(name).startswith('test_') and not file.is_test():
                yield file, line, '%s is for tests' % name


def clock_stays_in_base(files):
    """no clock outside base"""
    for file in files:
        if file.folder != 'base':
            for line, name in file.calls(CLOCK_CALLS):
                yield file, line, '%s()' % name


def random_stays_in_base(files):
    """no random outside base"""
    for file in files:
        if file.folder != 'base':
            for line, name in file.calls(RANDOM_CALLS):
                yield file, line, '%s()' % name


def only_the_arena_allocates(files):
    """no malloc, free and the like outside base/arena.c"""
    for file in files:
        if file.path != 'src/base/arena.c' and not file.is_test():
            for line, name in file.calls(MEMORY_CALLS):
                yield file, line, '%s()' % name


def no_floating_point(files):
    """no double, no float"""
    for file in files:
        for number, line in enumerate(file.code, 1):
            match = FLOATING.search(line)
            if match:
                yield file, number, match.group()


def features_carry_their_name(files):
    """a feature's files carry their folder's name"""
    for file in files:
        if file.folder in FEATURES and file.ending in ('.c', '.h') and \
                file.stem != file.folder and not file.stem.startswith(file.folder + '_'):
            yield file, 1, 'should begin with %s_' % file.folder


def names_are_unique(files):
    """no two files have the same name"""
    seen = {}
    for file in files:
        if file.name in seen:
            yield file, 1, 'has the name of %s' % seen[file.name]
        seen.setdefault(file.name, file.path)


def lines_are_short(files):
    """at most 100 columns"""
    for file in files:
        for number, line in enumerate(file.lines, 1):
            if len(line) > COLUMNS:
                yield file, number, '%d columns' % len(line)


def lines_are_clean(files):
    """no tabs, no blanks at the end of a line, LF ends, a line end at the end"""
    for file in files:
        for number, line in enumerate(file.lines, 1):
            if '\t' in line:
                yield file, number, 'a tab'
            if line != line.rstrip():
                yield file, number, 'blanks at the end'
        if file.text and not file.text.endswith('\n'):
            yield file, len(file.lines), 'no line end at the end'


def nothing_is_unfinished(files):
    """no unfinished business"""
    for file in files:
        for number, line in enumerate(file.lines, 1):
            match = UNFINISHED.search(line)
            if match:
                yield file, number, match.group()


def functions_are_short(files):
    """a function over 60 lines says "Long because" above it"""
    for file in files:
        start = None
        for number, line in enumerate(file.code, 1):
            if line.startswith('{') and start is None:
                start = _signature(file, number)
            elif line.startswith('}') and start is not None:
                length = number - start + 1
                if length > FUNCTION_LINES and not _says_why(file, start):
                    yield file, start, '%s: %d lines' % (
                        file.lines[start - 1].split('(')[0].strip(), length)
                start = None


def _signature(file, brace):
    """The first line of the function whose `{` stands alone on line `brace`."""
    line = brace
    while line > 1 and file.code[line - 2].strip() and \
            not re.search(r'[;}]\s*$|^\s*#', file.code[line - 2]):
        line -= 1
    return line


def _says_why(file, start):
    above = start - 1
    while above >= 1 and file.lines[above - 1].strip() and not file.code[above - 1].strip():
        if 'Long because' in file.lines[above - 1]:
            return True
        above -= 1
    return False


def asserts_change_nothing(files):
    """an assert has no side effect"""
    changes = re.compile(r'\+\+|--|[^=!<>]=[^=]')
    for file in files:
        code = '\n'.join(file.code)
        for match in re.finditer(r'\bassert\s*\(', code):
            depth, end = 1, match.end()
            while depth > 0 and end < len(code):
                depth += {'(': 1, ')': -1}.get(code[end], 0)
                end += 1
            if changes.search(code[match.end():end]):
                yield file, code.count('\n', 0, match.start()) + 1, 'assert(%s' % \
                    ' '.join(code[match.end():end].split())


def guards_are_put_back(files):
    """a guard of an arena is put back by its function: ARENA_KEEP before ARENA_GUARD"""
    for file in files:
        if file.is_test() or file.stem == 'arena':
            continue
        kept = set()
        for number, line in enumerate(file.code, 1):
            if line.startswith('{'):
                kept = set()
            kept.update(re.findall(r'\bARENA_KEEP\(\w+, ([^;]+)\);', line))
            for arena in re.findall(r'\bARENA_GUARD\(([^()]+)\)', line):
                if arena not in kept:
                    yield file, number, 'ARENA_GUARD(%s) without ARENA_KEEP' % arena


def sql_stands_in_sql_files(files):
    """right of store no SQL text in a .c file: queries have names"""
    for file in files:
        if file.ending == '.c' and place(file.folder) > place('store') and \
                not file.is_a('pages') and not file.is_test():
            for number, line in enumerate(file.with_strings, 1):
                if SQL.search(line):
                    yield file, number, 'SQL text outside of a .sql file'


# --- the laws of SQL: each takes all .sql files and gives (file, line, what is wrong) ---

class SqlFile:
    def __init__(self, root, path):
        self.path = path                                # src/store/migrate.sql
        self.name = path.split('/')[-1]
        with open(os.path.join(root, path), encoding='utf-8', newline='') as file:
            self.text = file.read()
        self.migration = embed.MIGRATION.match(self.name)
        self.blocks, self.fault = [], None
        if self.migration is None:
            try:
                self.blocks = embed.read_queries(self.text)
            except embed.Fault as fault:
                self.fault = fault.args
        # Without comments, strings and quoted names; as many lines.
        self.code = SQL_TOKEN.sub(lambda m: blank(m.group()), self.text).split('\n')


SQL_TOKEN = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:''|[^'])*'|\"[^\"]*\"", re.DOTALL)
# What only one engine knows, or what both understand differently.
SQL_BANNED = re.compile(
    r'\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bIFNULL\b|::|\bILIKE\b|\bdatetime\s*\(|\?(?!\d)|\$\d|'
    r'\bnow\s*\(|\bcurrent_(?:date|time|timestamp)\b|\brandom\s*\(|\bAUTOINCREMENT\b|'
    r'\bSELECT\s+\*', re.IGNORECASE)
SQL_DIFFERENT_MOST = 10


def queries_can_be_read(files):
    """a .sql file is a migration or named queries, one statement each"""
    for file in files:
        if file.fault is not None:
            yield file, file.fault[0], file.fault[1]


def query_names_are_unique(files):
    """no two queries have the same name; name/pg stands beside name"""
    seen = {}
    for file in files:
        for name, postgres, line, _, _ in file.blocks:
            if (name, postgres) in seen:
                yield file, line, '%s is in %s too' % (name, seen[name, postgres])
            if postgres and seen.get((name, False)) != file.path:
                yield file, line, '%s/pg comes without or before %s' % (name, name)
            seen[name, postgres] = file.path


def few_queries_differ(files):
    """at most ten queries are different for PostgreSQL"""
    different = [(file, line, name) for file in files
                 for name, postgres, line, _, _ in file.blocks if postgres]
    for file, line, name in different[SQL_DIFFERENT_MOST:]:
        yield file, line, '%s/pg is one too many' % name


def sql_is_for_both_engines(files):
    """no SQL that only one engine knows, or that reads clock or chance"""
    for file in files:
        for number, line in enumerate(file.code, 1):
            match = SQL_BANNED.search(line)
            if match:
                yield file, number, match.group()


def lists_are_in_order(files):
    """a SELECT has an ORDER BY, or says that it gives one row"""
    for file in files:
        for name, _, line, words, sql in file.blocks:
            one = [other[3] for other in file.blocks if other[0] == name and not other[1]]
            if sql.upper().startswith(('SELECT', 'WITH')) and 'ORDER BY' not in sql.upper() and \
                    'one row' not in words + ''.join(one):
                yield file, line, '%s has no ORDER BY' % name


def migrations_are_numbered(files):
    """migrations are numbered from 0001 without a gap"""
    numbered = sorted((file.name, file) for file in files if file.migration)
    for number, (name, file) in enumerate(numbered, 1):
        if not name.startswith('%04d_' % number):
            yield file, 1, 'should be number %04d' % number


def constraints_have_names(files):
    """a CHECK in a migration has a name, the same in every engine; a policy's WITH CHECK none"""
    for file in files:
        code = '\n'.join(file.code) if file.migration else ''
        for match in re.finditer(r'(\bCONSTRAINT\s+\w+\s+|\bWITH\s+)?\bCHECK\s*\(', code,
                                 re.IGNORECASE):
            if match.group(1) is None:
                yield file, code.count('\n', 0, match.start()) + 1, 'a CHECK without CONSTRAINT'


SQL_LAWS = [
    queries_can_be_read, query_names_are_unique, few_queries_differ, sql_is_for_both_engines,
    lists_are_in_order, migrations_are_numbered, constraints_have_names,
]

LAWS = [
    folders_are_known, includes_go_left, rules_are_pure, imports_know_no_web, stores_know_no_web,
    pages_hold_no_sql, views_load_nothing, only_io_reads_and_writes,
    no_program_is_started, helpers_of_tests_stay_there, clock_stays_in_base,
    random_stays_in_base, only_the_arena_allocates, no_floating_point, features_carry_their_name,
    names_are_unique, lines_are_short, lines_are_clean, nothing_is_unfinished,
    functions_are_short, asserts_change_nothing, guards_are_put_back, sql_stands_in_sql_files,
]


# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has: they are the first ones.
ASVS = {'1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2, '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1,
        '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2, '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4,
        '5.1': 1, '5.2': 3, '5.3': 2, '5.4': 3, '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5,
        '6.6': 3, '6.8': 4, '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2, '8.1': 2,
        '8.2': 3, '8.3': 1, '8.4': 1, '9.1': 3, '9.2': 4, '10.1': 2, '10.2': 2, '10.3': 4,
        '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3, '11.1': 2, '11.2': 3, '11.3': 3, '11.4': 4,
        '11.5': 1, '11.6': 1, '12.1': 3, '12.2': 2, '12.3': 4, '13.1': 1, '13.2': 5, '13.3': 2,
        '13.4': 5, '14.1': 2, '14.2': 4, '14.3': 3, '15.1': 3, '15.2': 3, '15.3': 7, '16.1': 1,
        '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3, '17.1': 1, '17.2': 4, '17.3': 2}


def _test_is_there(root, name):
    """`web_test.py forged`, `http_io_test no_place_is_lost`"""
    program, _, function = name.partition(' ')
    if program.endswith('.py'):
        paths, wanted = [os.path.join(root, 'tests', program)], 'def %s(' % function
    else:
        paths = glob.glob(os.path.join(root, 'src', '*', program + '.c'))
        wanted = 'static void %s(void **' % function
    for path in paths:
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                return wanted in file.read()
    return False


def asvs_is_whole(root):
    """docs/asvs.md has every requirement of level 2 once, and its tests are there"""
    path = os.path.join(root, 'docs', 'asvs.md')
    if not os.path.exists(path):
        return
    with open(path, encoding='utf-8') as file:
        text = file.read()
    # A requirement stands in the first cell of a row, or in the list of what does not apply.
    cells = re.findall(r'^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \|', text, re.M)
    cells += re.findall(r'^- .*?(?=^- |^#|\Z)', text, re.M | re.S)
    found = collections.Counter(re.findall(r'\b\d+\.\d+\.\d+\b', ' '.join(cells)))
    wanted = ['%s.%d' % (section, number + 1) for section, count in ASVS.items()
              for number in range(count)]
    for number in sorted(set(wanted) | set(found)):
        if (number in wanted) != (found[number] == 1):
            yield None, 0, 'docs/asvs.md: %s stands there %d times' % (number, found[number])
    for row in re.findall(r'^\| \d.*\|$', text, re.M):
        for name in re.findall(r'`([a-z_]+_test(?:\.py)? [a-z_0-9]+)`', row.split(' | ')[-1]):
            if not _test_is_there(root, name):
                yield None, 0, 'docs/asvs.md: there is no test %s' % name
    met = text[text.find('## Met'):text.find('## Not met')]
    for row in re.findall(r'^\| \d.*\|$', met, re.M):
        if not re.search(r'_test(\.py)? [a-z_0-9]+`[^|]*\|$', row):
            yield None, 0, 'docs/asvs.md: no test is named for %s' % row[:30]


def library_folders():
    """Where a library's headers are that do not stand in the system's own folder."""
    try:
        done = subprocess.run(['pkg-config', '--cflags', 'libpq', 'sqlite3'], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return done.stdout.split()
    except OSError:
        return []


def compile_alone(root, header, folders):
    """A header compiles alone: included first and nothing else."""
    command = ['cc', '-std=c17', '-D_GNU_SOURCE=', '-Wall', '-Wextra', '-fsyntax-only', '-Werror',
               '-Isrc', *folders, '-x', 'c', '-']
    name = header.path.split('/', 1)[1]
    done = subprocess.run(command, input='#include "%s"\n#include "%s"\n' % (name, name),
                          cwd=root, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return [] if done.returncode == 0 else [(header, 1, line) for line in
                                            done.stdout.splitlines()[:8]]


def read_files(root):
    files = []
    for folder, folders, names in os.walk(os.path.join(root, 'src')):
        folders.sort()
        for name in sorted(names):
            if name.endswith(('.c', '.h')):
                files.append(File(root, os.path.relpath(os.path.join(folder, name), root)))
    return files


def read_sql(root):
    return [SqlFile(root, os.path.relpath(os.path.join(folder, name), root))
            for folder, _, names in sorted(os.walk(os.path.join(root, 'src')))
            for name in sorted(names) if name.endswith('.sql')]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))))
    parser.add_argument('--no-compile', action='store_true', help='leave headers uncompiled')
    options = parser.parse_args()
    files = read_files(options.root)

    results = collections.OrderedDict()
    results['there are files to check'] = [] if files else [(None, 0, 'src/ holds none')]
    for law in LAWS:
        results[law.__doc__] = list(law(files))
    sql = read_sql(options.root)
    for law in SQL_LAWS:
        results[law.__doc__] = list(law(sql))
    results[asvs_is_whole.__doc__] = list(asvs_is_whole(options.root))
    if not options.no_compile:
        headers = [file for file in files if file.ending == '.h']
        folders = library_folders()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            results['every header compiles alone'] = sum(
                pool.map(lambda header: compile_alone(options.root, header, folders), headers), [])

    print('1..%d' % len(results))
    for number, (law, faults) in enumerate(results.items(), 1):
        print('%s %d - %s' % ('not ok' if faults else 'ok', number, law))
        for file, line, what in faults:
            print('#   %s:%d: %s' % (file.path if file else 'src', line, what))
    return 1 if any(results.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
