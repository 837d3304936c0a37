#!/usr/bin/env python3
"""year_test.py -- a whole year, and the beginning of another, as two councils live it.

    year_test.py [--ochil PATH] [--whole] [--file]

The sample's ledgers come month by month. All thirteen periods are worked out, signed by both and
locked: late lines, a basis that is agreed anew for months that are locked, a council without lines,
a month in which nothing is borne, a map that changes, the final accounts. Each locked run is held
against `ochil close` over a folder of the same, byte for byte; each bundle is signed by both and
verified in an empty folder. Then the next year is agreed and begun, and the last one is still what
it was. Without --whole the year goes to P07, and the months in SHORT are held and verified.
"""
import csv
import decimal
import io
import os
import re
import shutil
import subprocess
import sys

import engines
import tap
from basis_test import draft, step
from money_test import begin, read, upload, words
from served import Served
from sign_test import MODEL, Office, done, evidence, month, outputs, until
from web_test import Suite

CODES = ('CLK', 'STI')
DECISION = {'body': 'Finance committee', 'decided': '2014-06-10', 'minute': 'Item 3'}
# Held against `ochil close` and verified in the short form: nothing borne; what came late.
SHORT = (6, 7)
NOTHING = {4: ('STI',), 6: CODES}       # no lines: its own are late, in the month behind
LATE = {2: {'CLK': '90001,CLK,2014-04-30,,71001H,10100,1234.56,late in April\n'},
        9: {'STI': '90002,STI,2014-07-31,,S8002H,A1000,-77.01,credit for July\n'}}
PRIMARY = ',CLK,3935\n,STI,6585\n2014-15/P02,CLK,4001\n2014-15/P02,STI,6580'


class Year:
    """The people of both councils, and the folder that holds what they gave and agreed."""

    def __init__(self, office, home, ochil, year='2014-15'):
        self.office, self.home, self.ochil, self.year = office, home, ochil, year
        self.folder = os.path.join(home, year)
        self.books = {'CLK': office.books, 'STI': office.come('accounts.sti')}
        self.heads = {'CLK': office.clk, 'STI': office.sti}

    def file(self, name):
        with open(os.path.join(self.folder, name), encoding='utf-8') as file:
            return file.read()

    def keep(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def take_in(self, code, number, rows):
        """An extract of a month, into the store and the folder; what the page says at last."""
        who, name = self.books[code], '%s-P%02d.csv' % (code, number)
        lines = list(csv.DictReader(io.StringIO(HEADER + rows)))
        total = sum(decimal.Decimal(line['amount']) for line in lines)
        place = upload(who, name, (HEADER + rows).encode(), self.year).location
        if 'Finance' not in who.get(place).body:
            return 'no profile'
        begin(who, place, len(lines), total)
        self.keep('ledger/' + name, HEADER + rows)
        return words(read(who, place))


HEADER = 'entry_id,partner,date,period,cost_centre,account,amount,description\n'


def withdraw_all(year):
    """The sample's extracts, month by month; the months that are to have none are late."""
    rows = {}
    for code, number in (('CLK', 1), ('STI', 2)):
        who, place = year.books[code], '/money/imports/%d' % number
        file = re.search(r'"(/evidence/[0-9a-f]{32})', who.get(place).body).group(1)
        for line in who.get(file + '/file').body.splitlines(True)[1:]:
            date, period = line.split(',')[2:4]
            at = int(period[-2:]) if period else (int(date[5:7]) + 8) % 12 + 1
            while code in NOTHING.get(at, ()):
                at += 1
            rows[code, at] = rows.get((code, at), '') + line
        who.post(place + '/withdraw', {'why': 'to come month by month'}, page=place)
    for number, late in LATE.items():
        for code, line in late.items():
            rows[code, number] += line
    return rows


def agree_anew(s, year, kind, subject, day, **fields):
    who = year.books['CLK']
    made = draft(who, kind, subject, day, **fields)
    s.same('%s %s is drafted' % (kind, subject), made.status, 303)
    step(who, made.location, 'propose')
    s.same('and agreed by both', [step(head, made.location, 'agree', **DECISION).status
                                  for head in year.heads.values()], [303, 303])


def correct(s, year):
    """Pupils were counted anew, from a month on that is locked."""
    agree_anew(s, year, 'basis', 'PRIMARY', '2014-06-15', name='Primary pupils',
               basis_kind='measure', unit='pupils', source='Census of May 2014', values=PRIMARY)
    kept = [line for line in year.file('basis_values.csv').splitlines(True)
            if not line.startswith('PRIMARY')]
    year.keep('basis_values.csv', ''.join(kept) + ''.join(
        'PRIMARY,%s\n' % ','.join(row.split(',')) for row in PRIMARY.split('\n')))


def reorganise(s, year, rows):
    """A cost centre is renamed: what was locked under its old name stays."""
    who, place = year.books['CLK'], '/money/map/2014-15'
    version = re.search(r'name="version" value="(\d+)"', who.get(place).body).group(1)
    made = who.post(place + '/reorganise', {'version': version, 'old': '71001H', 'new': '71001X',
                                            'first': '2014-15/P05'}, page=place)
    s.same('a cost centre is renamed from P05', made.status, 303)
    rows.update({at: line.replace('71001H', '71001X') for at, line in rows.items()
                 if at[0] == 'CLK' and at[1] >= 5})
    both = [books.get(place + '/cost_centres.csv').body for books in year.books.values()]
    year.keep('cost_centres.csv', both[0] + both[1].split('\n', 1)[1])


def nobody_has_lines(s, year, number):
    for code in NOTHING.get(number, ()):
        said = year.heads[code].post(month(number, year.year) + '/nothing', {},
                                     page=month(number, year.year))
        s.same('%s says that it has no lines' % code, said.status, 303)


def by_close(s, year, number):
    """Every file of the locked run is that of `ochil close`."""
    out = os.path.join(year.home, 'out-%s-%d' % (year.year, number))
    ran = subprocess.run([year.ochil, 'close', year.folder, '--out', out, '--no-certificate',
                          '--through', '%s/P%02d' % (year.year, number), '--quiet'],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    run = re.search(r'/money/runs/(\d+)', year.office.clk.get(evidence(number, year.year)).body)
    wanted = outputs(out)
    told = set(re.findall(r'/money/runs/%s/files/([\w.-]+)' % run.group(1),
                          year.office.clk.get('/money/runs/' + run.group(1)).body))
    wrong = [name for name, data in wanted.items() if year.office.sti.get(
        '/money/runs/%s/files/%s' % (run.group(1), name)).bytes != data]
    s.true('P%02d is locked as ochil close has it, byte for byte' % number, ran.returncode == 0 and
           not wrong and told == set(wanted) and len(wanted) >= 6, (ran.stdout, wrong, told))
    return wanted


def verified(s, year, number):
    """Signed at home by both, brought back, and verified in an empty folder."""
    place = evidence(number, year.year)
    page = until(year.office.clk, place, 'not made yet')
    until(year.office.sti, place, 'not made yet')
    if not s.true('P%02d has its bundle' % number, 'not made yet' not in page.body,
                  words(page) + words(year.office.clk.get('/jobs'))):
        return
    empty = os.path.join(year.home, 'empty-%s-%d' % (year.year, number))
    os.mkdir(empty)
    name = os.path.join(empty, '%s-P%02d.ochil.zip' % (year.year, number))
    with open(name, 'wb') as file:
        taken = year.office.sti.get(place + '/bundle')
        file.write(taken.bytes)
    if not s.same('and gives it', taken.status, 200):
        return
    keys = []
    for code in CODES:
        key = os.path.join(year.home, code + '.key')
        subprocess.run([year.ochil, 'sign', name, '--key', key], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open('%s.%s.minisig' % (name, code), encoding='utf-8') as file:
            brought = year.heads[code].post(place + '/signatures', {'signature': file.read()},
                                            page=place)
        s.same('%s brings its signature' % code, done(brought), 'BUNDLE_SIGNED')
        with open('%s.%s.minisig' % (name, code), 'wb') as file:
            file.write(year.office.clk.get(place + '/signature?council=' + code).bytes)
        keys += ['--key', shutil.copy(key + '.pub', empty)]
    said = subprocess.run([year.ochil, 'verify', name, *keys], cwd=empty, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    s.true('P%02d verifies in an empty folder' % number, said.returncode == 0 and
           said.stdout.startswith('verified') and said.stdout.count('signed') >= 2, said.stdout)


def name_keys(year):
    for code in CODES:
        key = os.path.join(year.home, code + '.key')
        subprocess.run([year.ochil, 'keygen', '--out', key, '--no-password'], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(key + '.pub', encoding='utf-8') as file:
            year.office.come('admin.' + code.lower()).post('/council/key', {'key': file.read()},
                                                           page='/council/key')


def live(s, year, rows, number):
    """A month, from its extracts to its lock."""
    office = year.office
    if number == 5:
        reorganise(s, year, rows)
    wrong = [said for said in (year.take_in(code, number, rows[code, number]) for code in CODES
                               if (code, number) in rows) if 'State taken in' not in said]
    s.same('P%02d: what there is is taken in' % number, wrong, [])
    nobody_has_lines(s, year, number)
    if number == 3:
        correct(s, year)
    locked = office.lock(number)
    s.same('P%02d is signed by one, and locked by the other' % number, locked,
           ('PERIOD_SIGNED', 'PERIOD_LOCKED'))
    return locked[1] == 'PERIOD_LOCKED'


def keep_charged(year):
    """What was charged stands: the next month is worked out from it."""
    for name in ('charged', 'corrected'):
        year.keep(name + '.csv', year.office.sti.get('/records/%s/%s' % (name, year.year)).body)


def carried(s, number, files):
    """What a month carries in is where it should be."""
    rows = list(csv.DictReader(io.StringIO(files.get('corrections.csv', b'').decode())))
    told = {(row['period'][-3:], row['carried_in'][-3:]) for row in rows
            if abs(decimal.Decimal(row['borne'])) > decimal.Decimal('0.02')}    # no odd pennies
    wanted = {2: {('P01', 'P02')}, 3: {('P02', 'P03')}, 5: {('P04', 'P05')}, 6: set(),
              7: {('P06', 'P07')}, 9: {('P04', 'P09')}}
    s.true('P%02d carries what is late or agreed anew, and nothing else' % number,
           told == wanted.get(number, set()), (told, rows[:4]))


def last_year(s, year, kept, recounted):
    """Behind the last lock: to the penny, and nothing more can come."""
    office, audit = year.office, year.office.come('audit.sti')
    for number in recounted:
        place = evidence(number)
        s.same('an auditor has P%02d worked out again' % number, done(audit.post(
            place + '/recount', {}, page=place)), 'RECOUNT_BEGUN')
        page = words(until(audit, place, 'At work'))
        s.true('the same, to the byte', 'The same To the penny: every file' in page, page[-1500:])
    s.same('what was charged is as it was', [office.sti.get('/records/%s/2014-15' % name).body
                                             for name in ('charged', 'corrected')],
           [year.file('charged.csv'), year.file('corrected.csv')])
    for number, files in kept.items():
        run = re.search(r'/money/runs/(\d+)', office.clk.get(evidence(number)).body).group(1)
        wrong = [name for name, data in files.items() if office.clk.get(
            '/money/runs/%s/files/%s' % (run, name)).bytes != data]
        s.same('P%02d reads as it was locked' % number, wrong, [])


def end_of_year(s, year):
    office = year.office
    page = words(office.clk.get('/money'))
    s.same('thirteen periods are locked', page.count('Locked'), 13)
    late = HEADER + '90003,CLK,2014-05-31,,71001H,10100,5.00,too late\n'
    place = upload(office.books, 'late.csv', late.encode()).location
    late = begin(office.books, place, 1, decimal.Decimal('5.00'))
    s.true('behind the last lock no line is taken in', late.status == 409 and
           'belongs into the ledger of the next year' in words(late), words(late))
    rows = list(csv.DictReader(io.StringIO(office.clk.get('/records/charged/2014-15').body)))
    for code in CODES:
        borne = sum(decimal.Decimal(row['borne']) for row in rows if row['partner'] == code)
        page = office.clk.get(month(13) + '/settlement?span=year').body
        s.true('what %s bore in the year stands on the last page' % code,
               '£{:,.2f}'.format(borne) in page, borne)


def one_year(s, year, whole):
    name_keys(year)
    kept = {}
    rows = withdraw_all(year)
    for number in range(1, 14 if whole else SHORT[-1] + 1):
        if not live(s, year, rows, number):
            return kept
        if whole or number in SHORT:
            kept[number] = by_close(s, year, number)
            verified(s, year, number)
            carried(s, number, kept[number])
        keep_charged(year)
    if whole:
        end_of_year(s, year)
    return kept


def agree_year(s, year, old):
    """Model, bases and maps are begun anew; what is not agreed anew stays in force."""
    s.same('a year begins', year.heads['STI'].post('/money', {'year': year.year},
                                                   page='/money').status, 303)
    agree_anew(s, year, 'cost-model', year.year, '2015-04-01', name='Second year', sight='shared',
               partners='CLK, STI', rounding='year-to-date', remainder='largest',
               settlement='gross', support_method='step-down', services=old.file('services.csv'),
               pools=old.file('pools.csv'), support=old.file('support.csv'))
    values = ',CLK,4050\n,STI,6601'
    agree_anew(s, year, 'basis', 'PRIMARY', '2015-04-01', name='Primary pupils',
               basis_kind='measure', unit='pupils', source='Census of 2015', values=values)
    kept = [line for line in old.file('basis_values.csv').splitlines(True)
            if not line.startswith('PRIMARY')]
    year.keep('basis_values.csv', ''.join(kept) + 'PRIMARY,,CLK,4050\nPRIMARY,,STI,6601\n')
    year.keep('partnership.csv', old.file('partnership.csv').replace('2014-15', year.year))
    for code in CODES:
        who, place = year.books[code], '/money/map/' + year.year
        maps = {name: who.get('/money/map/2014-15/%s.csv' % name).body
                for name in ('accounts', 'cost_centres')}
        sent = who.send(place, [('version', '0'), ('way', 'replace')],
                        [(name, name + '.csv', 'text/csv', data.encode())
                         for name, data in maps.items()])
        s.same('%s sends its map' % code, sent.status, 303)


def next_year(s, year, old, rows, whole):
    os.makedirs(os.path.join(year.folder, 'ledger'))
    for name in os.listdir(old.folder):
        if name.endswith('.csv') and name not in ('charged.csv', 'corrected.csv'):
            shutil.copy(os.path.join(old.folder, name), year.folder)
    agree_year(s, year, old)
    year.office.year = year.year
    new = {(code, 1): rows[code].replace('2014-04', '2015-04').replace('71001H', '71001X')
           for code in CODES}
    if live(s, year, new, 1):
        by_close(s, year, 1)
        verified(s, year, 1)
        if whole:
            page = words(year.office.clk.get(month(1, year.year) + '/settlement?compare=period'))
            s.true('April is held against March of the year before',
                   'Compared with 2014-15/P12' in page, page[:1500])
        page = words(year.office.clk.get(month(1, year.year) + '/settlement?compare=year'))
        s.true('and against the same month of the year before',
               'Compared with 2014-15/P01' in page, page[:1500])


def one_engine(t, build, engine, folder, url, serving, whole):
    s = Suite(t, engine)
    server = Served(build, folder, url)
    server.run('init', '--sample', *(('--role', 'ochil_app') if url else ()))
    if serving:
        server.where[1] = serving
    with server:
        office = Office(server.port)
        year = Year(office, folder, os.path.abspath(tap.ochil_of(build)))
        shutil.copytree(MODEL, year.folder, ignore=shutil.ignore_patterns(
            'expected', 'README.md', 'ledger'))
        os.mkdir(os.path.join(year.folder, 'ledger'))
        kept = one_year(s, year, whole)
        if kept:
            april = {code: ''.join(year.file('ledger/%s-P01.csv' % code).splitlines(True)[1:])
                     for code in CODES}
            following = Year(office, folder, year.ochil, '2015-16')
            next_year(s, following, year, april, whole)
            last_year(s, year, kept, (1, 13) if whole else (7,))
    said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])


def main():
    given, build = engines.options(whole='every month is held against ochil close, on PostgreSQL '
                                         'too', file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, given.whole,
                        file=given.file or not given.whole)


if __name__ == '__main__':
    sys.exit(main())
