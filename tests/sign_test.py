#!/usr/bin/env python3
"""sign_test.py -- months from their run to their lock and long behind it, as the finance people and
auditors of both councils meet them.

    sign_test.py [--ochil PATH] [--file]

The sample year (ochil init --sample) is closed month by month; what is locked is held against
`ochil close` over the examples, with the late lines that came in between, and what a council takes
home against `ochil verify`. On PostgreSQL, with row-level security in force, one month of it.
"""
import concurrent.futures
import contextlib
import csv
import decimal
import glob
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile

import api_schema
import engines
import tap
from basis_test import draft, step
from api_test import Program, told
from money_test import EXAMPLE, PASSWORD, PROFILE, begin, read, upload, words
from served import Browser, Served
from web_test import Suite, change

MODEL = os.path.dirname(EXAMPLE)
DONE = re.compile(r'__Host-ochil-done=DONE_(\w+)')


def month(number, year='2014-15'):
    return '/money/%s/P%02d' % (year, number)


def evidence(number, year='2014-15'):
    return '/records/evidence/%s/P%02d' % (year, number)


def done(answer):
    """What the answer says was done; else its status and words."""
    found = DONE.search(str(answer.headers))
    return found.group(1) if found else '%d %s' % (answer.status, words(answer)[-900:])


def until(who, path, gone):
    """The page, once it no longer says this."""
    for _ in range(300):
        answer = who.get(path)
        if gone not in answer.body:
            return answer
        time.sleep(0.03)
    return answer


class Office:
    """The people of both councils."""

    year = '2014-15'

    def __init__(self, port):
        self.port = port
        self.clk, self.sti = self.come('finance.clk'), self.come('finance.sti')
        self.books = self.come('accounts.clk')

    def come(self, login):
        browser = Browser(self.port)
        browser.sign_in(login + '@demo.example', PASSWORD)
        return browser

    def run(self, number, who=None):
        place = month(number, self.year) + '/settlement'
        answer = (who or self.books).post(place, {}, page=place)
        until(self.clk, month(number, self.year) + '/checks', 'It is being worked out')
        return answer

    def form(self, number, who):
        """What the form to sign holds, or nothing."""
        page = who.get(month(number, self.year) + '/sign').body
        return {name: found.group(1) for name in ('run', 'outputs') for found in
                [re.search(r'name="%s" value="(\w+)"' % name, page)] if found}

    def sign(self, number, who):
        place = month(number, self.year) + '/sign'
        return who.post(place, self.form(number, who), page=place)

    def lock(self, number):
        self.run(number)
        first = done(self.sign(number, self.clk))
        return first, done(self.sign(number, self.sti))


# --- before the lock ---

def not_yet(s, office):
    page = words(office.clk.get('/records/evidence'))
    s.true('at first no month is locked', 'No locked month yet' in page, page)
    s.true('the first open month waits on Home for finance people', 'Waiting for you Close April '
           '2014 (P01), 4 of 7 done' in words(office.clk.get('/')) and 'Close April' in
           office.books.get('/').body and 'Close April' not in office.come('clerk.clk').get(
               '/').body, words(office.clk.get('/')))
    page = words(office.clk.get(month(1)))
    s.true("a month's course says what is done", 'Close 2014-15/P01: 4 of 7 done' in page and
           'Nobody has signed yet' in page, page)
    page = words(office.clk.get(month(2) + '/checks'))
    s.true('a check that fails says where it is mended', 'P01 is not locked yet. Mend it at its '
           'source' in page and 'Waits for the run' in page, page)
    bare = office.clk.post(month(1) + '/sign', {'run': '1', 'outputs': 'x'},
                           page=month(1) + '/sign')
    s.true('without a run nothing is signed', bare.status == 409 and
           'The period is worked out: It was not worked out yet' in words(bare), words(bare))


def own_run(s, office):
    office.run(1, office.clk)
    alone = office.sign(1, office.clk)
    s.true('who began the run does not sign it', alone.status == 409 and
           'You began this run yourself' in words(alone), words(alone))
    office.run(1)
    s.same('once somebody else came to the same it is signed', done(office.sign(1, office.clk)),
           'PERIOD_SIGNED')
    s.same('a second click finds the first', done(office.clk.post(
        month(1) + '/sign', {'run': '2', 'outputs': 'x'}, page=month(1) + '/sign')),
        'PERIOD_SIGNED_BEFORE')
    for who in (office.books, office.come('audit.clk')):
        s.same('nobody signs but a head of finance', who.post(
            month(1) + '/sign', {'run': '1'}, page='/money').status, 404)
    page = words(office.sti.get(month(1) + '/sign'))
    s.true('the partner sees who signed', 'Signed finance.clk@demo.example' in page, page)
    s.true('and the month is closed softly', 'Closed softly' in words(office.sti.get(month(1))))


def refused(s, office):
    place = month(1)
    s.same('a refusal needs a reason', office.sti.post(place + '/refuse', {'why': ''},
                                                       page=place + '/sign').status, 422)
    s.same("the partner refuses", done(office.sti.post(
        place + '/refuse', {'why': 'a school is missing'}, page=place + '/sign')),
        'PERIOD_REFUSED')
    page = words(office.clk.get(place + '/sign'))
    s.true('and what was signed is undone, and says why', 'a school is missing' in page and
           page.count('Not signed') == 2, page)
    s.same('nothing stands that could be refused again', office.sti.post(
        place + '/refuse', {'why': 'x'}, page=place + '/sign').status, 409)
    stale = dict(office.form(1, office.sti), outputs='0' * 64)
    wrong = office.sti.post(place + '/sign', stale, page=place + '/sign')
    s.true('another run is not signed in its place', wrong.status == 409 and
           'Another run came meanwhile' in words(wrong), words(wrong))


def together(s, office, store):
    """Both at once, each twice."""
    form = office.form(1, office.clk)
    people = [office.clk, office.sti, office.come('finance.clk'), office.come('finance.sti')]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        came = sorted(done(answer) for answer in pool.map(
            lambda who: who.post(month(1) + '/sign', form, page=month(1) + '/sign'), people))
    s.true('two councils at once, each with two clicks: one signature each, and one lock',
           came[-1].startswith('PERIOD_SIGNED') and
           all(word.startswith('PERIOD_') for word in came), came)
    s.same('one lock', change(store, 'SELECT count(*) FROM period_lock').strip(), '1')
    s.same('two signatures', change(store, 'SELECT count(*) FROM period_signature WHERE undone_at '
                                    'IS NULL').strip(), '2')
    page = words(office.clk.get(month(1) + '/sign'))
    s.true('the page says it', 'Locked by' in page and 'Sign this run' not in page, page)
    s.same('what is locked is not worked out again', office.run(1).status, 409)
    s.same('nor refused', office.sti.post(month(1) + '/refuse', {'why': 'x'},
                                          page='/money').status, 409)


LAWS = (
    ("a month without its signatures",
     "UPDATE joint_period SET state = 'locked' WHERE number = 5"),
    ("a lock without signatures", "INSERT INTO period_lock (year, number, run, outputs, locked_at,"
     " locked_for, locked_by) VALUES ('2014-15', 2, 1, 'x', 1, 1, 'x')"),
    ("a lock that moves", "UPDATE period_lock SET run = run + 1"),
    ("a lock that goes", "DELETE FROM period_lock"),
    ("a signature of a locked month that is undone", "UPDATE period_signature SET undone_at = 1, "
     "undone_for = 1, undone_by = 'x', undone_why = 'x' WHERE undone_at IS NULL"),
    ("a signature that goes", "DELETE FROM period_signature"),
    ("a signature that is another's", "UPDATE period_signature SET login = 'x'"),
    ("a signature under a run that there is not", "INSERT INTO period_signature (year, number, "
     "council, run, outputs, account, login, signed_at) SELECT '2014-15', 2, 1, 1, outputs, "
     "account, login, 1 FROM period_signature"),
    ("a locked month that is open again", "UPDATE joint_period SET state = 'open' WHERE "
     "number = 1"),
)


def laws(s, store):
    """Past the program, and still not: the database says the same."""
    for name, sql in LAWS:
        try:
            change(store, sql)
            s.true('the database refuses %s' % name, False)
        except subprocess.CalledProcessError:
            s.true('the database refuses %s' % name, True)


# --- late lines ---

LATE = {
    2: 'entry_id,date,period,cost_centre,account,amount,description\nL1,2014-04-30,,71000A,10100,'
       '120.01,late in April\nL2,2014-05-31,,71000A,10100,33.33,May\n',
    3: 'entry_id,date,period,cost_centre,account,amount,description\nL3,2014-04-30,,71000A,10100,'
       '-40.00,credit for April\nL4,2014-05-31,,71000A,10100,7.77,late in May\n',
}


def come_late(s, office, number):
    """Lines of locked months, into the one that is signed already by one council."""
    office.run(number)
    s.same('P%02d is signed by one' % number, done(office.sign(number, office.clk)),
           'PERIOD_SIGNED')
    data = LATE[number].encode()
    rows = list(csv.DictReader(io.StringIO(LATE[number])))
    place = upload(office.books, 'late-%d.csv' % number, data).location
    found = re.search(r'<option value="(\d+)"[^>]*>', office.books.get(place).body)
    office.books.post(place + '/profile', {'profile': found.group(1)}, page=place)
    total = sum(decimal.Decimal(row['amount']) for row in rows)
    begin(office.books, place, len(rows), total)
    page = words(read(office.books, place))
    s.true('lines of a month that is closed softly need a reason', 'P%02d is closed softly: an '
           'extract with lines of it needs a reason' % number in page
           if number == 2 else 'State taken in' in page, page)
    if number == 2:
        office.books.post(place + '/begin', {
            'control_lines': str(len(rows)), 'control_amount': str(total),
            'late_why': 'the school paid late'}, page=place)
        page = words(read(office.books, place))
        s.true('and with one they are taken in', 'State taken in' in page, page)
    page = words(office.clk.get(month(number) + '/sign'))
    s.true('a changed input undoes what was signed', page.count('Not signed') == 2 and
           'what was taken in or its map was changed' in page and
           'Clackmannanshire has changed what it took in' in page, page)
    s.same('and the month is worked out and locked anew', office.lock(number),
           ('PERIOD_SIGNED', 'PERIOD_LOCKED'))


def outputs(folder):
    return {os.path.basename(path): open(path, 'rb').read()
            for path in glob.glob(os.path.join(folder, '*.csv'))}


# --- paid on account ---

PAID = '/money/on-account/2014-15'
BILLED = {2: 'service,partner,amount\neducation,CLK,300.00\nsocial,STI,1000.00\n',
          3: 'service,partner,amount\neducation,CLK,300.00\nsocial,STI,1001.10\n'}


def paid(who, amount, period='P01', service='social', council='STI'):
    return who.post(PAID, {'service': service, 'council': council, 'period': period, 'amount':
                           amount, 'reference': 'Invoice 7', 'paid_on': '2014-06-30'}, page=PAID)


def said(who, entry, answer, why=''):
    step = 'withdraw' if answer == 'withdrawn' else 'answer'
    return done(who.post('/money/payments/%d/%s' % (entry, step), {'answer': answer, 'why': why},
                         page=PAID))


def on_account(s, office, store):
    """What one council records counts when the other has confirmed it, and not before."""
    clk, sti, books = office.clk, office.sti, office.books
    s.true('at first nothing is paid', 'Nothing was paid on account' in words(sti.get(PAID)))
    s.same('who leads the service records', done(paid(books, '1000.00')), 'ON_ACCOUNT')
    s.same('what is no amount is told', (paid(books, '1,00').status, paid(books, '0').status),
           (422, 422))
    other = paid(books, '5', service='education')
    s.true('not for a service that the other leads', other.status == 409 and
           'recorded by the council that leads it' in words(other), words(other))
    s.same('the creditor alone does not confirm', (said(books, 1, 'confirmed')[:3],
                                                   said(clk, 1, 'confirmed')[:3]), ('404', '409'))
    page = sti.get(PAID + '/entries.csv').body
    s.true('the debtor reads it', page.splitlines()[1].startswith(
        '1,2014-15/P01,social,STI,CLK,1000.00,2014-06-30,Invoice 7,Waits for the debtor'), page)
    s.same('it waits on Home of who may answer it', [
        'Answer 1 payment on account in 2014-15 , together £1,000.00' in words(who.get('/'))
        for who in (sti, clk, books)], [True, False, False])
    s.same('nothing is billed yet', clk.get(PAID + '/billed.csv').body, '')
    again = sti.post('/money/payments/1/answer', {'answer': 'refused'}, page=PAID).body
    s.true('what was chosen stays when its reason is missing', 'value="refused" selected' in again
           and 'id="why-error"' in again, again)
    s.same('and confirms', said(sti, 1, 'confirmed'), 'ON_ACCOUNT_CONFIRMED')
    s.same('once', said(sti, 1, 'refused', 'x')[:3], '409')
    s.same('a refusal needs a reason', (done(paid(books, '50', 'P02')), said(sti, 2, 'refused')[:3],
                                        said(sti, 2, 'refused', 'not received')),
           ('ON_ACCOUNT', '422', 'ON_ACCOUNT_REFUSED'))
    s.same('one that is wrong is withdrawn', (done(paid(books, '60', 'P02')), said(
        sti, 3, 'withdrawn', 'x')[:3], said(books, 3, 'withdrawn', 'typed wrong')),
           ('ON_ACCOUNT', '409', 'ON_ACCOUNT_WITHDRAWN'))
    paid(books, '250.25', 'P02')
    said(sti, 4, 'confirmed')
    back = {'entry': '4', 'credit': 'Credit 4'}
    s.same('what both confirmed is reversed by both, once', (
        done(books.post(PAID + '/reverse', back, page=PAID)), said(sti, 5, 'confirmed'),
        books.post(PAID + '/reverse', back, page=PAID).status,
        sti.post(PAID + '/reverse', back, page=PAID).status, books.post(
            PAID + '/reverse', {}, page=PAID).status),
        ('ON_ACCOUNT', 'ON_ACCOUNT_CONFIRMED', 409, 404, 422))
    paid(sti, '300', 'P02', 'education', 'CLK')
    said(clk, 6, 'confirmed')
    paid(books, '1.10', 'P03')
    said(sti, 7, 'confirmed')
    s.same('billed.csv has what both have said', sti.get(PAID + '/billed.csv').body, BILLED[3])
    for sql in ('UPDATE on_account SET pence = 1 WHERE id = 1', 'DELETE FROM on_account',
                "UPDATE on_account SET state = 'waiting' WHERE id = 1",
                "INSERT INTO on_account SELECT 99, year, number, service, creditor, debtor, pence, "
                "reference, paid_on, reverses, recorded_at, recorded_by, state, ended_at, ended_for"
                ", ended_by, ended_why FROM on_account WHERE id = 1"):
        try:
            change(store, sql)
            s.true('the database refuses: ' + sql[:40], False)
        except subprocess.CalledProcessError:
            s.true('the database refuses: ' + sql[:40], True)


def by_close(s, office, build, folder, number, store):
    """The locked run's files are those of `ochil close` over the same, charged.csv and all."""
    place, out = os.path.join(folder, 'close-%d' % number), os.path.join(folder, 'out-%d' % number)
    shutil.copytree(MODEL, place, ignore=shutil.ignore_patterns('expected', 'README.md'))
    for late in range(2, number + 1):
        rows = list(csv.DictReader(io.StringIO(LATE[late])))
        with open(os.path.join(place, 'ledger', 'late-%d.csv' % late), 'w',
                  encoding='utf-8') as file:
            file.write('entry_id,partner,date,period,cost_centre,account,amount,description\n')
            for row in rows:
                file.write('%(entry_id)s,CLK,%(date)s,,%(cost_centre)s,%(account)s,%(amount)s,\n'
                           % row)
    if number > 1:
        for name in ('charged', 'corrected'):
            with open(os.path.join(place, name + '.csv'), 'wb') as file:
                file.write(office.before[name])
        with open(os.path.join(place, 'billed.csv'), 'w', encoding='utf-8') as file:
            file.write(BILLED[number])
    subprocess.run([tap.ochil_of(build), 'close', place, '--out', out, '--through',
                    '2014-15/P%02d' % number, '--no-certificate'], check=True,
                   stdout=subprocess.DEVNULL)
    run = change(store, 'SELECT run FROM period_lock WHERE number = %d' % number).strip()
    wanted = outputs(out)
    del wanted['totals.csv']
    differ = [name for name, data in wanted.items() if office.clk.get(
        '/money/runs/%s/files/%s' % (run, name)).bytes != data]
    s.same('P%02d is locked as ochil close has it, byte for byte (%d files)' % (
        number, len(wanted)), differ, [])
    office.before = {name: office.sti.get('/records/%s/2014-15' % name).bytes
                     for name in ('charged', 'corrected')}
    if number > 1:
        s.true('and carries what came late', b'2014-15/P01,2014-15/P%02d' % number in
               wanted['corrections.csv'], wanted['corrections.csv'][:300])


# --- evidence ---

def killed(s, office, server, store, number):
    """kill -9 while the bundle is being made: it is made by the next server, whole and once."""
    asked = "SELECT state FROM job WHERE kind = 'period.bundle' ORDER BY id DESC LIMIT 1"
    with contextlib.closing(sqlite3.connect(store, timeout=10)) as link:
        for _ in range(3000):
            if link.execute(asked).fetchone() != ('queued',):
                break
            time.sleep(0.001)
    time.sleep(0.01)
    server.stop(signal.SIGKILL)
    change(store, "UPDATE job SET lease_until = 1 WHERE state = 'running'")
    server.start()
    for who in (office.clk, office.sti):
        until(who, evidence(number), 'not made yet')
    s.same('killed, the bundle is made whole and once', change(store, """
           SELECT count(*), count(DISTINCT b.sha256), count(e.id), (SELECT count(*) FROM
           evidence_intake) FROM period_bundle b LEFT JOIN evidence e ON e.id = b.evidence
           WHERE b.number = %d""" % number).strip(), '2|1|2|0')


def lines_of(archive):
    return [row for entry in archive.namelist() if entry.startswith('ledger/')
            for row in csv.DictReader(io.StringIO(archive.read(entry).decode()))]


def bundle(s, office, build, folder, number):
    """Taken home, signed there, brought back; verified in an empty folder."""
    place, ochil = evidence(number), os.path.abspath(tap.ochil_of(build))
    page = [until(who, place, 'not made yet') for who in (office.sti, office.clk)][1]
    home = os.path.join(folder, 'home')
    os.mkdir(home)
    name = os.path.join(home, '2014-15-P%02d.ochil.zip' % number)
    mine, theirs = office.clk.get(place + '/bundle').bytes, office.sti.get(place + '/bundle').bytes
    s.true('both councils take the same bundle', mine == theirs and
           hashlib.sha256(mine).hexdigest() in page.body, words(page))
    with open(name, 'wb') as file:
        file.write(mine)
    with zipfile.ZipFile(name) as archive:
        rows = lines_of(archive)
    s.true('no description is in it', {row['description'] for row in rows} == {''} and (
        number < 2 or 'L1' in {row['entry_id'] for row in rows}))
    early = office.clk.post(place + '/signatures', {'signature': 'x'}, page=place)
    s.true('a council without a key brings no signature', early.status == 422 and
           'has named no key yet' in words(early), words(early))
    for code, who in (('CLK', office.clk), ('STI', office.sti)):
        key = os.path.join(home, code + '.key')
        subprocess.run([ochil, 'keygen', '--out', key, '--no-password'], check=True,
                       stdout=subprocess.DEVNULL)
        office.come('admin.' + code.lower()).post(
            '/council/key', {'key': open(key + '.pub', encoding='utf-8').read()},
            page='/council/key')
        subprocess.run([ochil, 'sign', name, '--key', key], check=True,
                       stdout=subprocess.DEVNULL)
        with open('%s.%s.minisig' % (name, code), encoding='utf-8') as file:
            signature = file.read()
        if code == 'STI':
            other = office.clk.post(place + '/signatures', {'signature': signature}, page=place)
            s.true("the partner's signature is not the council's", other.status in (409, 422),
                   words(other))
        s.same('%s brings its signature' % code, done(who.post(
            place + '/signatures', {'signature': signature}, page=place)), 'BUNDLE_SIGNED')
        os.rename('%s.%s.minisig' % (name, code), key + '.own')
    empty = os.path.join(folder, 'empty')
    os.mkdir(empty)
    shutil.copy(name, empty)
    for code in ('CLK', 'STI'):
        shutil.copy(os.path.join(home, code + '.key.pub'), empty)
        with open(os.path.join(empty, '%s.%s.minisig' % (os.path.basename(name), code)),
                  'wb') as file:
            file.write(office.sti.get(place + '/signature?council=' + code).bytes)
    said = subprocess.run([ochil, 'verify', os.path.basename(name), '--key', 'CLK.key.pub', '--key',
                           'STI.key.pub'], cwd=empty, stdout=subprocess.PIPE, text=True)
    s.true('an empty folder with bundle, signatures and keys verifies it', said.returncode == 0 and
           said.stdout.startswith('verified') and said.stdout.count('signed by') +
           said.stdout.count(': signed') >= 2, said.stdout)
    return name


def auditor(s, office, number, name):
    place, audit = evidence(number), office.come('audit.sti')
    s.same('an auditor lets the month be worked out again', done(audit.post(
        place + '/recount', {}, page=place)), 'RECOUNT_BEGUN')
    audit.post(place + '/recount', {}, page=place)
    page = words(until(audit, place, 'At work'))
    s.true('to the penny, long after what it rested on has changed', 'The same To the penny: every '
           'file of the locked run, and the bundle byte for byte. The trail\'s chain holds' in page,
           page)
    s.same('an auditor signs nothing', audit.post(
        place + '/signatures', {'signature': 'x'}, page=place).status, 404)
    paper = audit.get(place + '/sample.csv?seed=midsummer&lines=5').body
    s.same('the same seed draws the same lines', office.clk.get(
        place + '/sample.csv?seed=midsummer&lines=5').body, paper)
    s.true('another seed others', office.clk.get(
        place + '/sample.csv?seed=yule&lines=5').body != paper)
    with zipfile.ZipFile(name) as archive:
        rows = lines_of(archive)
    lots = sorted(hashlib.sha256('\n'.join(('midsummer', row['partner'], row['entry_id'])).encode())
                  .hexdigest() for row in rows)
    drawn = list(csv.reader(io.StringIO(paper)))
    s.same('they are those that anybody would draw', [row[1] for row in drawn[3:]], lots[:5])
    s.same('of all lines', drawn[1][2], str(len(rows)))
    trail = audit.get('/trail/export').body
    s.same('what an auditor did is in the trail', [action for action in (
        'money.recount', 'money.sample', 'money.bundle.sign', 'money.period.lock',
        'money.period.refuse', 'money.period.unsign', 'money.bundle.read')
        if '"action":"%s"' % action not in trail], [])
    s.true('every locked month is listed', words(audit.get('/records/evidence')).count('2014-15/P')
           >= number)


def changed_since(s, office, number):
    """The map is another now, and a later month is open: what is locked stays."""
    old = office.books.get('/money/map/2014-15/accounts.csv').bytes
    version = re.search(r'name="version" value="(\d+)"',
                        office.books.get('/money/map/2014-15').body).group(1)
    made = office.books.send('/money/map/2014-15', [('version', version), ('way', 'replace')],
                             [('accounts', 'a.csv', 'text/csv', old.replace(b'employees',
                                                                            b'staff')),
                              ('cost_centres', 'c.csv', 'text/csv', office.books.get(
                                  '/money/map/2014-15/cost_centres.csv').bytes)])
    s.same('a map is changed behind the lock', made.status, 303)
    s.same('and what is locked is as it was', [office.sti.get('/records/%s/2014-15' % name).bytes
                                               for name in ('charged', 'corrected')],
           [office.before['charged'], office.before['corrected']])


def agreed_anew(s, office, number):
    """A basis by both keys takes back what was signed on the one before; nothing else of it."""
    def agree(effective):
        made = draft(office.books, 'basis', 'PRIMARY', effective, name='Primary pupils',
                     basis_kind='measure', values=',CLK,3936\n,STI,6474', source='the census', overtakes='yes')
        step(office.books, made.location, 'propose')
        return [step(who, made.location, 'agree', body='Committee', decided='2014-06-20',
                     minute='2').status for who in (office.clk, office.sti)]

    office.run(number)
    s.same('a month is signed by one', done(office.sign(number, office.clk)), 'PERIOD_SIGNED')
    s.same('a basis is agreed from a later month on', agree('2014-08-01'), [303, 303])
    s.true('which changes nothing of it', words(office.sti.get(
        month(number) + '/sign')).count('Not signed') == 1)
    s.same('one is agreed for the month', agree('2014-07-02'), [303, 303])
    page = words(office.sti.get(month(number) + '/sign'))
    s.true('which undoes what was signed, and says why', page.count('Not signed') == 2 and
           'basis PRIMARY was agreed anew, version 3' in page, page)
    office.run(number)
    office.sign(number, office.clk)
    paid(office.books, '7.00', 'P%02d' % number)
    said(office.sti, 8, 'confirmed')
    page = words(office.sti.get(month(number) + '/sign'))
    s.true('so does a payment that both confirmed', page.count('Not signed') == 2 and
           'payment 8 on account was confirmed' in page, page)
    s.true('and nothing of a locked month', 'Not signed' not in words(office.sti.get(
        month(number - 1) + '/sign')))
    office.sti.post(month(number) + '/open', {'why': 'begun anew'}, page=month(number) + '/sign')


def soft(s, office, number):
    place = month(number)
    s.same('a month is closed softly', done(office.clk.post(
        place + '/soft', {}, page=place + '/sign')), 'PERIOD_SOFT')
    s.same('once', office.sti.post(place + '/soft', {}, page=place + '/sign').status, 409)
    version = re.search(r'name="version" value="(\d+)"',
                        office.books.get('/money/map/2014-15').body).group(1)
    bare = office.books.send('/money/map/2014-15', [('version', version), ('way', 'add')],
                             [('accounts', 'a.csv', 'text/csv',
                               b'partner,account,group\nCLK,new,staff\n')])
    s.true('then a map needs a reason', bare.status == 409 and 'P%02d is closed softly: say why' %
           number in words(bare), words(bare))
    s.same('to open it again needs one, too', office.sti.post(
        place + '/open', {'why': ''}, page=place + '/sign').status, 422)
    s.same('then it is open', done(office.sti.post(
        place + '/open', {'why': 'too early'}, page=place + '/sign')), 'PERIOD_OPEN')


# --- the same for programs ---

def worked_out(program, place):
    run = program('POST', place + '/runs', {}).said['run']
    program.until('/runs', lambda runs: all(one['state'] != 'waiting' for one in runs))
    return run


def by_calls(s, office, build, folder):
    """P04 from open to its evidence, by tokens alone."""
    clk, sti, books = (Program(who, folder, name, '/years/2014-15') for name, who in (
        ('clk', office.clk), ('sti', office.sti), ('books', office.books)))
    place = '/periods/P04'
    s.same('closed softly, once, and opened with a reason', [told(answer) for answer in (
        clk('POST', place + '/soft', {}), sti('POST', place + '/soft', {}),
        sti('POST', place + '/open', {}), sti('POST', place + '/open', {'why': 'too early'}))],
        [(200, 'soft'), (409, 'The period is not as it was when you looked: look again.'),
         (422, ['#/why']), (200, 'open')])
    worked_out(clk, place)
    signing = clk('GET', place + '/signing').said
    form = {name: signing[name] for name in ('run', 'outputs')}
    s.same('nothing holds it up', (signing['held_up_by'], signing['run_by'],
                                   signing['locked_run']), (None, 'finance.clk@demo.example', None))
    s.same('every check has passed', {check['state'] for check in sti(
        'GET', place + '/checks').said}, {'passed'})
    s.true('who began the run does not sign it by a call either', 'You began this run yourself' in
           told(clk('POST', place + '/sign', form))[1])
    s.same('nor does who is no head of finance', books('POST', place + '/sign', form).status, 404)
    worked_out(books, place)
    other = dict(form, outputs='0' * 64)
    s.same('what is signed is said twice, by its sum, too', told(clk('POST', place + '/sign',
                                                                      other))[0], 409)
    again = {'Idempotency-Key': 'once'}
    s.same('signed, and with the same key once', [told(clk('POST', place + '/sign', form, **again))
                                                  for _ in range(2)], 2 * [(200, 'soft')])
    s.same('taken back, with a reason', [told(sti('POST', place + '/refuse', why)) for why in (
        {}, {'why': 'a school is missing'})], [(422, ['#/why']), (200, 'soft')])
    s.same('and who did it is told', [(one['council'], one['undone_by'], one['undone_why'])
                                      for one in
                                      clk('GET', place + '/signing').said['signatures'][:1]],
           [('CLK', 'finance.sti@demo.example', 'a school is missing')])
    s.same('both sign: it is locked', [told(who('POST', place + '/sign', form))
                                       for who in (clk, sti)], [(200, 'soft'), (200, 'locked')])
    s.same('and nothing opens it again', [told(clk('POST', place + '/' + word, {'why': 'x'}))[0]
                                          for word in ('open', 'refuse', 'soft')], 3 * [409])
    s.same('locked months are listed', [(one['period'], one['run']) for one in sti(
        'GET', '/locked').said][-1], ('2014-15/P04', form['run']))
    evidence_by_calls(s, office, build, folder, (clk, sti, books))
    payments_by_calls(s, office, folder)


def payments_by_calls(s, office, folder):
    """What is paid on account, by tokens alone."""
    clk, sti, books = (Program(who, folder, name + '-paid') for name, who in (
        ('clk', office.clk), ('sti', office.sti), ('books', office.books)))
    year = '/years/2014-15/payments'
    form = {'service': 'social', 'council': 'STI', 'period': 'P13', 'amount': '12.00',
            'reference': 'Invoice 9', 'paid_on': '2015-03-31'}
    made = books('POST', year, form)
    entry = '/payments/%d' % made.said['id']
    s.same('what was paid is recorded', (made.status, made.said['state'], made.said['amount'],
                                         made.said['debtor']), (201, 'waiting', '12.00', 'STI'))
    s.same('what is wrong of it is told', told(books('POST', year, dict(
        form, amount='0', period='P14')))[1], ['#/amount', '#/period'])
    s.same('the debtor leads no such service', sti('POST', year, dict(form, council='CLK')).status,
           409)
    so = {'answer': 'confirmed'}
    s.same('neither an accountant nor the creditor confirms; the debtor does, once', [
        who('POST', entry + '/answer', so).status for who in (books, clk, sti, sti)],
        [404, 409, 200, 409])
    s.same('what both have said is not withdrawn', books('POST', entry + '/withdraw',
                                                         {'why': 'x'}).status, 409)
    back = books('POST', entry + '/reversal', {'reference': 'Credit 9'})
    s.same('but reversed, once', (back.status, back.said['amount'], back.said['reverses'], books(
        'POST', entry + '/reversal', {'reference': 'x'}).status), (
            201, '-12.00', made.said['id'], 409))
    again = '/payments/%d' % back.said['id']
    s.same('a reason is needed to withdraw', told(books('POST', again + '/withdraw', {}))[0], 422)
    s.same('withdrawn', told(books('POST', again + '/withdraw', {'why': 'not yet'}))[0], 200)
    other = '/payments/%d/answer' % books('POST', year, form).said['id']
    s.same('refused with a reason, and not without', [told(sti('POST', other, dict(
        answer='refused', **why)))[0] for why in ({}, {'why': 'not received'})], [422, 200])
    s.same('all of it is listed', [(one['state'], one['ended_why']) for one in sti(
        'GET', year).said][-3:], [('confirmed', None), ('withdrawn', 'not yet'),
                                  ('refused', 'not received')])


def evidence_by_calls(s, office, build, folder, people):
    clk, sti, books = people
    place, ochil = '/periods/P04/evidence', os.path.abspath(tap.ochil_of(build))
    made = [who.until(place, lambda said: said['bytes']) for who in (sti, clk)][1]
    data = sti('GET', place + '/bundle').bytes
    s.same('the bundle is what is said of it', (len(data), hashlib.sha256(data).hexdigest()),
           (made['bytes'], made['sha256']))
    name = os.path.join(folder, 'home', made['name'])
    with open(name, 'wb') as file:
        file.write(data)
    subprocess.run([ochil, 'sign', name, '--key', os.path.join(folder, 'home', 'CLK.key')],
                   check=True, stdout=subprocess.DEVNULL)
    with open(name + '.CLK.minisig', encoding='utf-8') as file:
        signature = file.read()
    s.same('a signature is brought, by whom it is for, and once', [told(answer) for answer in (
        clk('POST', place + '/signatures', {'signature': 'x'}),
        sti('POST', place + '/signatures', {'signature': signature}),
        books('POST', place + '/signatures', {'signature': signature}))][:2],
        2 * [(422, ['#/signature'])])
    brought = clk('POST', place + '/signatures', {'signature': signature})
    s.same('and comes back', (brought.status, [one['council'] for one in
                                               brought.said['signatures']],
                              sti('GET', place + '/signature?council=CLK').body),
           (201, ['CLK'], signature))
    s.same('the same again is not taken', clk('POST', place + '/signatures',
                                              {'signature': signature}).status, 409)
    s.same('worked out again', clk('POST', place + '/recount', {}).status, 202)
    s.same('to the penny', clk.until(place, lambda said: said['recounts'][0]['state'] !=
                                     'waiting')['recounts'][0]['state'], 'same')


def erase(s, office, extract):
    place = '/evidence/%s/erase' % extract
    s.same('an extract is erased', done(office.come('legal.clk').post(
        place, {'why': 'kept too long'}, page=place)), 'FILE_ERASED')


def erased_whole(s, office, store):
    """The file of its lines goes with an extract, in one step."""
    office.books.send('/money/profiles', [('system', 'Other'), ('words', PROFILE +
                                                                'partner = fixed CLK\n')])
    place = upload(office.books, 'gone.csv', b'entry_id,date,cost_centre,account,amount,description'
                   b'\nGONE1,2014-12-15,X1,40200,12.50,A name\n').location
    profile = change(store, 'SELECT max(id) FROM extract_profile').strip()
    office.books.post(place + '/profile', {'profile': profile}, page=place)
    begin(office.books, place, 1, '12.50')
    s.true('an extract is taken in', 'State taken in' in words(read(office.books, place)))
    files = change(store, 'SELECT evidence, ledger FROM ledger_import WHERE id = %s'
                   % place.rsplit('/', 1)[1]).strip().split('|')
    erase(s, office, files[0])
    s.same('its lines went with it, and nothing is left of either', [change(store, sql % (
        files[0], files[1])).strip() for sql in (
            "SELECT count(*) FROM evidence WHERE erased_at > 0 AND id IN ('%s', '%s')",
            "SELECT count(*) FROM evidence_chunk WHERE evidence IN ('%s', '%s')")], ['2', '0'])
    told_once = [line for line in office.come('admin.clk').get('/trail/export').body.splitlines()
                 if '"evidence.erase"' in line]
    s.true('one entry of the trail names both', len(told_once) == 1 and
           all(name in told_once[0] for name in files), told_once)


def erased(s, office, number, store):
    """Last of all: an extract is erased, and whoever asks for its lines is told."""
    erased_whole(s, office, store)
    extract = change(store, "SELECT i.evidence FROM ledger_import i JOIN council c ON "
                     "c.id = i.council WHERE c.code = 'CLK' ORDER BY i.id LIMIT 1").strip()
    run = change(store, "SELECT max(id) FROM money_run WHERE state = 'closed' AND book = 'ledger'")
    behind = '/money/runs/%s/lines?pool=ED-PRI&period=P01&kind=direct' % run.strip()
    page = words(office.clk.get(behind))
    s.true('the lines behind a figure are there', 'together' in page and
           'cannot be shown' not in page, page)
    erase(s, office, extract)
    for path in (behind, behind.replace('/lines', '/lines.csv')):
        page = words(office.clk.get(path))
        s.true('the lines are said to be erased', 'erased with their extract' in page, page)
    audit, place = office.come('audit.sti'), evidence(number)
    audit.post(place + '/recount', {}, page=place)
    page = words(until(audit, place, 'At work'))
    s.true('and so it is when the month is to be worked out again', 'It does not come out: the '
           'extract of import' in page and 'was erased, and its lines with it' in page, page)


def one_engine(t, build, engine, folder, url, serving):
    s = Suite(t, engine)
    server = Served(build, folder, url)
    server.run('init', '--sample', *(('--role', 'ochil_app') if url else ()))
    store = url or os.path.join(folder, 'ochil.db')
    if serving:
        server.where[1] = serving
    with server:
        office = Office(server.port)
        not_yet(s, office)
        own_run(s, office)
        refused(s, office)
        together(s, office, store)
        laws(s, store)
        if not url:
            by_close(s, office, build, folder, 1, store)
            on_account(s, office, store)
            for number in (2, 3):
                come_late(s, office, number)
                if number == 3:
                    killed(s, office, server, store, number)
                by_close(s, office, build, folder, number, store)
            changed_since(s, office, 3)
            agreed_anew(s, office, 4)
            soft(s, office, 4)
        last = 1 if url else 3
        auditor(s, office, last, bundle(s, office, build, folder, last))
        if not url:
            with api_schema.watched(server) as faults:
                by_calls(s, office, build, folder)
            s.same('every call was answered as the document says', faults, [])
        erased(s, office, last, store)
    said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])


def main():
    given, build = engines.options(file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
