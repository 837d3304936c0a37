#!/usr/bin/env python3
"""money_test.py -- years, profiles and extracts as both councils' finance people meet them.

    money_test.py [--ochil PATH] [--file]

The same on a SQLite file and on PostgreSQL with row-level security in force. The extracts are
those of tests/examples; their sums are added up here, by themselves.
"""
import csv
import decimal
import hashlib
import html
import io
import os
import re
import subprocess
import sys
import time

import api_schema
import engines
import said
import tap
from api_test import Program, told
from decide_test import agree, revision
from served import Browser, Served
from soak_store import ask
from web_test import Suite, change

EXAMPLE = os.path.join(tap.HERE, 'examples', 'clackmannanshire-stirling-2014-15', 'ledger')
PASSWORD = 'ochil sample password'
PROFILE = ''.join('%s = column %s\n' % (name, name) for name in (
    'entry_id', 'date', 'cost_centre', 'account', 'amount', 'description'))


def ledger(name):
    with open(os.path.join(EXAMPLE, name), 'rb') as file:
        return file.read()


def facts(data):
    """Lines, their total, and the sums by period, added up here."""
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    months = {}
    for row in rows:
        month = (int(row['date'][5:7]) - 4) % 12 + 1
        months[month] = months.get(month, 0) + decimal.Decimal(row['amount'])
    return len(rows), sum(decimal.Decimal(row['amount']) for row in rows), months


def words(answer):
    """What a page says, without its marks."""
    return re.sub(r'\s+', ' ', html.unescape(re.sub(r'<[^>]+>', ' ', answer.body)))


def upload(who, name, data, year='2014-15'):
    return who.send('/money/imports', [('year', year)], [('file', name, 'text/csv', data)])


def begin(who, place, lines, total):
    return who.post(place + '/begin', {'control_lines': str(lines),
                                       'control_amount': str(total)}, page=place)


def read(who, place):
    """The import's page, once its job has ended."""
    for _ in range(150):
        answer = who.get(place)
        if 'being read' not in answer.body:
            return answer
        time.sleep(0.05)
    return answer


# --- the calendar and profiles ---

def years(s, who, sti):
    s.true('at first there is no year', 'No year has begun' in who.get('/money').body and
           'No year has begun' in who.get('/money/imports/new').body)
    s.same('what is no year is refused', who.post('/money', {'year': '2014-16'},
                                                  page='/money').status, 422)
    s.same('a head of finance begins one', who.post('/money', {'year': '2014-15'},
                                                    page='/money').status, 303)
    s.same('once', sti.post('/money', {'year': '2014-15'}, page='/money').status, 422)
    s.same('it has thirteen open periods, for the partner too',
           sti.get('/money').body.count('>Open<'), 13)


def profiles(s, who):
    bad = who.send('/money/profiles', [('system', 'Ledger'), ('words', 'acount = column x')])
    s.true('what is no profile is refused, with the line', bad.status == 422 and
           'Line 1:' in words(bad), words(bad))
    theirs = who.send('/money/profiles', [('system', 'Ledger'),
                                          ('words', PROFILE + 'partner = fixed STI')])
    s.true("nor may it speak for the partner", theirs.status == 422 and
           'partner = fixed CLK' in words(theirs), words(theirs))
    made = who.send('/money/profiles', [('system', 'Ledger')],
                    [('file', 'ledger.profile', 'text/plain',
                      (PROFILE + 'partner = fixed CLK\n').encode())])
    s.same('a file with one is kept', (made.status, made.location), (303, '/money/profiles/1'))
    again = who.send('/money/profiles', [('system', 'Ledger'),
                                         ('words', PROFILE + 'partner = fixed CLK\nsign = debit')])
    s.true('another is its second version', 'Ledger, version 2' in
           words(who.get(again.location)), words(who.get(again.location)))
    twice = who.send('/money/profiles', [('system', 'Ledger'),
                                         ('words', PROFILE + 'partner = fixed CLK\nsign = debit')])
    s.same('a second click keeps no third', twice.location, again.location)


# --- imports ---

def taken(s, who):
    """An extract from its upload to its sums. Its address."""
    data = ledger('clackmannanshire.csv')
    lines, total, months = facts(data)
    made = upload(who, 'clackmannanshire.csv', data)
    s.same('an extract is uploaded', (made.status, made.location), (303, '/money/imports/1'))
    place = made.location
    s.true('without a profile it is not read', 'Let a profile be guessed' in who.get(place).body
           and 'Take it in' not in who.get(place).body)
    guessed = who.get('/money/profiles/new?import=1')
    found = re.search(r'(?s)<textarea[^>]*>\n?(.*?)</textarea>', guessed.body)
    text = html.unescape(found.group(1))
    s.true('one is guessed, with reasons', 'partner       = fixed CLK' in text and '# sure' in text,
           text)
    s.same('and kept for it', who.send('/money/profiles', [
        ('system', 'Guessed'), ('words', text), ('import', '1')]).location, place)
    s.same('another may be chosen', who.post(place + '/profile', {'profile': '1'},
                                             page=place).status, 303)
    page = words(who.get(place))
    s.true('columns are used and not used', 'Columns used entry_id, date, cost_centre, account, '
           'amount, description Columns not used partner, period Columns missing None' in page,
           page)
    s.true('the first rows are shown as they would be', 'cost_centre 71000A; account 10100; '
           'amount 209888.00' in page, page)
    s.same('what the ledger system says is asked', who.post(
        place + '/begin', {'control_lines': 'many', 'control_amount': '1.234'},
        page=place).status, 422)
    begin(who, place, lines, total - 1)
    page = words(read(who, place))
    s.true('another total takes nothing in', 'refused' in page and
           'differ from the total of the ledger system by £1.00' in page, page)
    begin(who, place, lines + 1, total)
    page = words(read(who, place))
    s.true('nor does another count', 'The extract has %d lines, the ledger system says %d' % (
        lines, lines + 1) in page, page)
    s.true('and nothing counts', re.search(r'P01 April Open 0 £0.00', words(who.get('/money'))))
    begin(who, place, '{:,}'.format(lines), '{:,}'.format(total))
    page = words(read(who, place))
    s.true('the right ones do', 'State taken in' in page, page)
    s.true('with the sums of each period', all(
        '2014-15/P%02d' % month in page and '£{:,.2f}'.format(amount) in page
        for month, amount in months.items()), page)
    return place, data


def again(s, who, place, data):
    twice = upload(who, 'another name.csv', data)
    s.same('the same file is the same import', (twice.status, twice.location), (303, place))
    s.true('and it says so', 'DONE_EXTRACT_ALREADY' in str(twice.headers), twice.headers)
    s.same('taken in it is not read again', begin(who, place, 1, 1).status, 409)
    s.same('nor with another profile', who.post(place + '/profile', {'profile': '2'},
                                                page=place).status, 409)


def refused(s, who):
    data = ledger('clackmannanshire.csv').split(b'\n')
    data[3] = data[3].replace(b'23987.20', b'lots')
    data[5] = data[5].replace(b'2014-04-30', b'2015-04-30')
    data[7] = data[7].replace(b'2014', b'14th')
    lines, total, _ = facts(ledger('clackmannanshire.csv'))
    place = upload(who, 'bad.csv', b'\n'.join(data)).location
    begin(who, place, lines, total)
    page = words(read(who, place))
    s.true('a row that is no line takes nothing in', '3 rows were refused, so nothing is taken in'
           in page, page)
    shown = re.findall(r'(\d+) (AMOUNT|YEAR|DATE) Column', page)
    s.same("they stand there by the file's own numbers", shown,
           [('4', 'AMOUNT'), ('6', 'YEAR'), ('8', 'DATE')])
    file = list(csv.DictReader(io.StringIO(who.get(place + '/errors').body)))
    s.same('and all of them in a file', [(row['ochil_row'], row['ochil_reason'])
                                         for row in file], shown)
    s.true('in the extract\'s own columns', file[0]['amount'] == 'lots', file)
    begin(who, place, lines, total)
    s.same('tried again they are refused again', words(read(who, place)).count('AMOUNT Column'), 1)


def far_apart(s, who, build, folder):
    """Rows of several batches: the same errors, in the same order, as `ochil convert` gives."""
    lines = ['F%05d,2014-%02d-15,C%03d,4%02d,%d.%02d,row %d' % (
        i, 4 + i % 9, i % 70, i % 11, i % 900, i % 100, i) for i in range(1, 6001)]
    lines[2999] = lines[2999].replace('F03000', 'F00010')       # as long ago
    lines[4999] = lines[4999].replace(',2014', ',14th')
    lines[5499] = lines[5499].replace('F05500', 'F05000')       # of a row that was refused
    data = '\n'.join(['entry_id,date,cost_centre,account,amount,description', *lines, '']).encode()
    paths = [os.path.join(folder, name) for name in ('far.csv', 'far.profile', 'far-out.csv',
                                                     'far-errors.csv')]
    for path, text in zip(paths, (data, (PROFILE + 'partner = fixed CLK\n').encode())):
        with open(path, 'wb') as file:
            file.write(text)
    subprocess.run([os.path.abspath(tap.ochil_of(build)), 'convert', paths[0], '-p', paths[1],
                    '-o', paths[2], '-e', paths[3]], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    place = upload(who, 'far.csv', data).location
    begin(who, place, *facts(data.replace(b'14th', b'2014'))[:2])
    page = words(read(who, place))
    s.same('rows far apart are held against each other', re.findall(
        r'(\d+) (DUPLICATE|DATE) Column', page),
        [('3001', 'DUPLICATE'), ('5001', 'DATE'), ('5501', 'DUPLICATE')])
    with open(paths[3], 'rb') as file:
        s.same('and the error file is that of ochil convert', who.get(place + '/errors').bytes,
               file.read())


def unreadable(s, who):
    place = upload(who, 'sheet.xlsx', b'PK\x03\x04 no workbook').location
    page = words(who.get(place))
    s.true('what cannot be read is said before', 'It cannot be read so' in page and
           '/ochil-' not in page, page)
    begin(who, place, 1, 1)
    page = words(read(who, place))
    s.true('and after', 'State refused' in page and '/ochil-' not in page, page)
    other = upload(who, 'other.csv', b'a,b\n1,2\n').location
    page = words(who.get(other))
    s.true('missing columns are named', 'Columns missing entry_id, date, cost_centre, account, '
           'amount, description' in page and "no column 'entry_id'" in page, page)
    s.same('an extract withdrawn', who.post(other + '/withdraw', {'why': 'not ours'},
                                            page=other).status, 303)
    s.true('may be uploaded anew', upload(who, 'other.csv', b'a,b\n1,2\n').location != other)


def lock_without_signatures(store, number):
    """Which the database forbids; sign_test.py is where months are locked by their councils."""
    change(store, 'ALTER TABLE joint_period DISABLE TRIGGER joint_period_is_locked'
           if store.startswith('postgres') else 'DROP TRIGGER joint_period_is_locked')
    change(store, "UPDATE joint_period SET state = 'locked' WHERE number = %d" % number)


def withdrawn(s, who, place, data, store):
    s.same('a reason is needed', who.post(place + '/withdraw', {'why': ''},
                                          page=place).status, 422)
    lock_without_signatures(store, 3)
    late = who.post(place + '/withdraw', {'why': 'wrong month'}, page=place)
    s.true('what is locked rests on it', late.status == 409 and 'P03 is locked' in words(late),
           words(late))
    admin = Browser(who.port)
    admin.sign_in('admin.clk@demo.example', PASSWORD)
    trail = admin.get('/trail/export').body
    s.same('the trail has each step that was taken', [step for step in (
        'money.import', 'money.import.begin', 'money.import.end', 'money.import.withdraw',
        'money.profile', 'money.year') if '"action":"%s"' % step not in trail], [])


def councils(s, who, sti, place):
    lines, total, _ = facts(ledger('stirling.csv'))
    none = sti.get('/money/imports/999').alike()
    s.same("the partner's import is as one that is not", sti.get(place).alike(), none)
    s.same('and its rows', sti.get(place + '/errors').alike()[0], 404)
    s.same('and its profile', sti.get('/money/profiles/1').status, 404)
    s.same('nothing of it can be begun', begin(sti, '/money/imports', 1, 1).status, 404)
    sti.send('/money/profiles', [('system', 'Ledger'), ('words', PROFILE +
                                                        'partner = fixed STI\n')])
    own = upload(sti, 'stirling.csv', ledger('stirling.csv')).location
    found = re.search(r'<option value="(\d+)"', sti.get(own).body)
    sti.post(own + '/profile', {'profile': found.group(1)}, page=own)
    begin(sti, own, lines, total)
    s.true('it takes its own in', 'State taken in' in words(read(sti, own)), words(sti.get(own)))
    s.true('and each sees its own months', words(sti.get('/money')) != words(who.get('/money')))
    for login in ('clerk.clk', 'ict.clk', 'member.clk'):
        other = Browser(who.port)
        other.sign_in(login + '@demo.example', PASSWORD)
        s.same('%s sees no money' % login, other.get('/money/imports').status, 404)
    auditor = Browser(who.port)
    auditor.sign_in('audit.clk@demo.example', PASSWORD)
    s.true('an auditor sees and changes nothing', auditor.get(place).status == 200 and
           'Withdraw' not in auditor.get(place).body)


# --- the map ---

def model_rows(name, partner):
    """The rows of a council in a file of the example, with its header."""
    with open(os.path.join(os.path.dirname(EXAMPLE), name), newline='', encoding='utf-8') as file:
        rows = file.read().splitlines(True)
    return (rows[0] + ''.join(row for row in rows[1:] if row.startswith(partner))).encode()


def gaps(page):
    """Codes without a row, as a page has them: accounts, cost centres."""
    found = re.search(r'Accounts without a row (\d+) Cost centres without one (\d+)', page)
    return int(found.group(1)), int(found.group(2))


def map_files(who, version, accounts=b'', centres=b'', way='add'):
    return who.send('/money/map/2014-15', [('version', str(version)), ('way', way)],
                    [('accounts', 'a.csv', 'text/csv', accounts),
                     ('cost_centres', 'c.csv', 'text/csv', centres)])


def maps(s, who, sti):
    page, place = words(who.get('/money/map')), '/money/map/2014-15'
    rows = list(csv.DictReader(io.StringIO(ledger('clackmannanshire.csv').decode())))
    codes = {row['cost_centre'] for row in rows}
    accounts = {row['account'] for row in rows}
    s.same('every code that was taken in has no row', gaps(page), (len(accounts), len(codes)))
    turnover = {}
    for row in rows:
        turnover[row['account']] = turnover.get(row['account'], 0) + \
            abs(decimal.Decimal(row['amount']))
    shown = re.findall(r'name="map:(\w+)"', who.get(place).body)
    s.same('the largest stands first', shown[:len(accounts)],
           sorted(accounts, key=lambda code: (-turnover[code], code)))
    two = shown[:2]
    fields = {'map:' + code: 'yes' for code in two}
    made = who.post(place + '/accounts', dict(fields, version='0', group='employees'), page=place)
    s.same('two are mapped by one choice', (made.status, gaps(words(who.get(place)))),
           (303, (len(accounts) - 2, len(codes))))
    s.same('the same once more is not kept', who.post(place + '/accounts', dict(
        fields, version='1', group='x'), page=place).status, 422)
    s.same('nor is what is sent for an older version', who.post(place + '/accounts', dict(
        fields, version='0', group='x'), page=place).status, 409)
    bad = who.post(place + '/cost-centres', {'map:' + sorted(codes)[0]: 'yes', 'version': '1',
                                             'treatment': 'shared', 'pool': 'ED-PRE'}, page=place)
    s.true('the engine judges it', bad.status == 422 and 'cost_centres.csv 2 TREATMENT shared' in
           words(bad), words(bad))
    theirs = map_files(who, 1, centres=model_rows('cost_centres.csv', 'STI'))
    s.true("no map speaks of the partner's codes", theirs.status == 422 and 'PARTNER' in
           words(theirs), words(theirs))
    missing = who.get(place + '/missing-accounts.csv').body
    filled = missing.replace(',\n', ',other\n')
    s.same('a list filled in is added', map_files(who, 1, accounts=filled.encode()).status, 303)
    s.same('and then every account has a row', gaps(words(who.get(place)))[0], 0)
    s.same("the engine's own files may take its place", map_files(
        who, 2, model_rows('accounts.csv', 'CLK'), model_rows('cost_centres.csv', 'CLK'),
        'replace').status, 303)
    page = words(who.get(place))
    s.true('then all is mapped', 'Every line that was taken in is mapped' in page and
           'Version 3' in page, page)
    s.same('as it was sent, so it is given', who.get(place + '/cost_centres.csv').bytes,
           model_rows('cost_centres.csv', 'CLK'))
    s.true('the partner has a map of its own', gaps(words(sti.get(place)))[1] > 0 and
           'CLK' not in sti.get(place + '/cost_centres.csv').body)


def months(s, who, sti):
    page = words(who.get('/money/2014-15/P03'))
    s.true('a month says what is done', 'Clackmannanshire Done Done' in page and
           'Every account and cost centre of this period has a row' in page, page)
    s.true('and what is missing from whom', 'Stirling Done Codes without a row' in page and
           words(sti.get('/money/2014-15/P03')).count('Stirling Done Codes without a row'), page)
    page = words(sti.get('/money/2014-15/P13'))
    s.true('nothing is taken in for the final accounts', 'Stirling Missing Waits for the extract'
           in page and 'No lines of this period' in page, page)
    s.same('what is no month is not there', [who.get('/money/' + path).status for path in (
        '2014-15/P14', '2014-15/P00', '2014-15/P3', '2013-14/P03')], 4 * [404])


# --- what an import brings is added to what was noted ---

STANDING = """SELECT p.number, p.taken, p.mapped, p.inputs, (SELECT MAX(m.version) FROM money_map m
  WHERE m.council = p.council AND m.year = p.year) FROM period_standing p JOIN council c
  ON c.id = p.council WHERE c.code = 'CLK' AND p.year = '2014-15' ORDER BY p.number"""
INPUTS = """SELECT i.id, s.period FROM ledger_import i JOIN ledger_sum s ON s.import = i.id
  JOIN council c ON c.id = i.council WHERE c.code = 'CLK' AND i.year = '2014-15' AND
  i.state = 'taken' AND i.book = 'ledger' GROUP BY i.id, s.period ORDER BY i.id, s.period"""


def noted(s, what, store, unmapped):
    """As it would be worked out anew, from the rows themselves."""
    pairs = [(int(number), int(period)) for number, period in ask(store, INPUTS)]
    first, periods, wanted = {}, {period for _, period in pairs}, []
    rows = ask(store, STANDING)
    for number, period in reversed(pairs):
        first[number] = period
    for at in range(1, 14):
        made_of = 'map %s\n' % rows[0][4] + ''.join(
            'import %d\n' % number for number in sorted(first) if first[number] <= at)
        wanted.append([str(at), at in periods, at in periods and at not in unmapped,
                       hashlib.sha256(made_of.encode()).hexdigest()])
    s.same(what, [[at, taken in 't1', mapped in 't1', made_of]
                  for at, taken, mapped, made_of, _ in rows], wanted)


def small(who, name, *rows):
    """An extract of a few lines, taken in. Its address."""
    data = 'entry_id,date,cost_centre,account,amount,description\n' + ''.join(
        '%s-%d,%s,%s,10100,1.00,x\n' % (name, at, date, centre)
        for at, (date, centre) in enumerate(rows))
    place = upload(who, name + '.csv', data.encode()).location
    who.post(place + '/profile', {'profile': '1'}, page=place)
    begin(who, place, len(rows), '%d.00' % len(rows))
    assert 'State taken in' in words(read(who, place)), words(read(who, place))
    return place


def added(s, who, store):
    noted(s, 'what was noted is what there is', store, set())
    odd = small(who, 'odd', ('2014-07-31', '71000A'), ('2014-08-31', 'UNKNOWN'))
    noted(s, 'a code without a row is noted with its extract', store, {5})
    more = small(who, 'more', *[('2014-%02d-28' % month, '71000A') for month in range(8, 11)])
    noted(s, 'and stays noted when another one comes', store, {5})
    wide = small(who, 'wide', *[('2014-12-%02d' % (at % 30 + 1), '"C%03d%s"' % (at, odd_code))
                                for at, odd_code in enumerate(29 * [''] + ['""\\{},'])])
    noted(s, 'so are many', store, {5, 9})
    s.same('with a sum for each', ask(store, """SELECT COUNT(*), SUM(pence), MAX(cost_centre)
           FROM ledger_sum WHERE import = %s AND period = 9""" % wide.split('/')[-1]),
           [['30', '3000', 'C029"\\{},']])
    for place in (odd, wide, more):
        who.post(place + '/withdraw', {'why': 'only tried'}, page=place)
    noted(s, 'withdrawn, it is as before', store, set())


# --- queries ---

QUERY = {'title': 'Why does the roll of May count?', 'year': '2014-15', 'period': 'P03',
         'pool': 'PSYCH', 'detail': 'The census of June was agreed.', 'amount': '500.00',
         'disputed': '120.50'}


def version(who, place):
    found = re.search(r'name="version" value="(\d+)"', who.get(place).body)
    return found.group(1) if found else '0'


def move(who, place, event, seen=None):
    """`seen`: who finds the version on the page, if there is no form for this one."""
    return who.post(place + '/state', {'event': event, 'why': 'So',
                                       'version': version(seen or who, place)}, page=place)


def answer(who, place, **fields):
    return who.post(place, dict({'version': version(who, place + '/edit')}, **fields), page=place)


def ago(store, days):
    """The clock of every query, so many days back."""
    day = time.strftime('%Y-%m-%d', time.gmtime(time.time() - days * 86400))
    change(store, "UPDATE query SET due = '%s' WHERE due IS NOT NULL" % day)


def asked(s, who, sti):
    """A query is drafted and put. Its address."""
    new = who.get('/money/queries/new?period=2014-15/P03&pool=PSYCH&group=STAFF&council=CLK')
    s.same('a figure leads to the form of a query, filled in', new.location,
           '/new-query?year=2014-15&period=P03&pool=PSYCH&cost_group=STAFF&bearer=CLK')
    bad = who.post('/queries', dict(QUERY, disputed='500.01', year='2014-16', pool=''),
                   page='/new-query')
    s.true('no more is in dispute than there is, and of something', bad.status == 422 and all(
        said in words(bad) for said in ('more than the figure', 'enter a financial year',
                                        'say what is questioned')), words(bad))
    forged = who.post('/queries', dict(QUERY, answer='Mine'), page='/new-query')
    s.true('nobody records the answer with the question', forged.status == 422 and
           'not yours to write' in words(forged), words(forged))
    place = who.post('/queries', QUERY, page='/new-query').location
    s.same('a draft is kept', place, '/queries/CLK-1')
    s.same("and is its council's own", [sti.get(place).status, who.post(
        place + '/sharing', {'sharing': 'joint', 'version': '1'}, page=place).status], [404, 422])
    s.true('a draft does not count', 'No query about this period is open' in
           words(who.get('/money/2014-15/P03')))
    s.same('it is put', move(who, place, 'put').status, 303)
    return place


def answered(s, who, sti, place, store):
    page = words(sti.get(place))
    s.true('both see it, and what stays payable', 'Stays payable £379.50' in page and
           'The council that was asked answers' in page, page)
    s.true('the month counts it for both', all(
        '1 open, with £120.50 in dispute' in words(of.get('/money/2014-15/P03'))
        for of in (who, sti)))
    s.true('it waits for who was asked, and for nobody else',
           'an answer' in words(sti.get('/')) and place not in who.get('/').body)
    s.same('who asks does not answer', [answer(who, place, answer='Mine').status,
                                        move(who, place, 'answer').status], [422, 422])
    s.same('who answers does not change the question',
           answer(sti, place, title='Another').status, 422)
    s.true('nor is it answered without an answer',
           'Write the answer and its outcome' in words(move(sti, place, 'answer')))
    s.same('the time to answer runs', move(who, place, 'escalate').status, 422)
    said = answer(sti, place, owner_post='Accountant', answer='It is the census of May.',
                  outcome='corrected', corrected_from='P05')
    s.true('what is corrected is so from a period', said.status == 422 and
           'from which period' in words(said), words(said))
    s.same('the answer is written', answer(
        sti, place, owner_post='Accountant', answer='It is the census of May.',
        outcome='stands').status, 303)
    s.same('and given', move(sti, place, 'answer').status, 303)
    s.same('who answers does not accept', [move(sti, place, event, who).status for event in (
        'accept', 'return', 'escalate', 'withdraw')], 4 * [422])
    s.true('it waits for who asked', 'accepted or not' in words(who.get('/')) and
           place not in sti.get('/').body)


def escalated(s, who, sti, place, store):
    s.same('who asked takes it further', move(who, place, 'escalate').status, 303)
    page = words(sti.get(place))
    s.true('the Programme Board has it, the outcome is open again',
           'It is with the Programme Board' in page and 'Outcome –' in page, page)
    ago(store, 1)
    s.true('the clock runs out', 'Overdue' in words(sti.get('/')) and
           'Overdue 1' in words(who.get('/queries')), words(who.get('/queries')))
    s.same('then it goes to the chief executives', move(who, place, 'escalate').status, 303)
    ago(store, 1)
    s.same('above them is nobody', move(who, place, 'escalate').status, 422)
    answer(sti, place, owner_post='Accountant', answer='The roll of June counts.',
           outcome='corrected', corrected_from='2014-15/P05', correction='-120.50')
    move(sti, place, 'answer')
    s.same('it is settled when who asked accepts', move(who, place, 'accept').status, 303)
    page = words(who.get(place))
    s.true('with its outcome', 'Corrected from 2014-15/P05' in page and 'has accepted' in page, page)
    s.true('and counts no more', 'No query about this period is open' in
           words(sti.get('/money/2014-15/P03')))
    s.same('it stays with both', who.post(place + '/sharing', {
        'sharing': 'own', 'version': version(who, place)}, page=place).status, 422)


def by_calls(s, folder, who, sti, store):
    """A query from its draft to its end, by tokens alone."""
    clk, stirling = Program(who, folder, 'clk'), Program(sti, folder, 'sti')

    def tagged(program, place):
        return program('GET', place), {'If-Match': dict(program('GET', place).headers)['ETag']}

    def step(program, place, event, why='So'):
        shown, tag = tagged(clk, place)
        return told(program('POST', place + '/state', {'event': event, 'why': why}, **tag))
    made = clk('POST', '/queries', dict(QUERY, title='By a call'))
    place = '/queries/' + made.said['query']
    s.same("a draft is its council's own, for programs, too", stirling('GET', place).status, 404)
    s.same('a step needs a version, an event that there is, and a reason', [
        clk('POST', place + '/state', {'event': 'put', 'why': 'So'}).status,
        clk('POST', place + '/state', {'event': 'put', 'why': 'So'}, **{'If-Match': '"9"'}).status,
        step(clk, place, 'lift'), step(clk, place, 'put', '')],
        [428, 412, (422, ['#/event']), (422, ['#/why'])])
    s.same('it is put, and not by sharing it', [
        told(clk('POST', place + '/sharing', {'sharing': 'joint'}, **tagged(clk, place)[1])),
        step(clk, place, 'put')], [(409, "A draft is your council's own. Put it: then both see "
                                    'it.'), (200, 'put')])
    s.same('who asks does not answer', step(clk, place, 'answer'),
           (409, 'The council that was asked answers.'))
    said, tag = tagged(stirling, place)
    fields = dict({name: said.said[name] for name in QUERY}, answer='The census of May.',
                  outcome='stands', owner_post='Accountant')
    s.same('it is answered', [stirling('PUT', place, fields, **tag).status,
                              step(stirling, place, 'answer')], [200, (200, 'answered')])
    s.same('who answers does not accept', step(stirling, place, 'accept'),
           (409, 'This is for the council that asked.'))
    s.same('it is escalated, returned to be answered, and its stage told', (
        step(clk, place, 'escalate'), clk('GET', place).said['stage']), ((200, 'put'), 'board'))
    ago(store, 1)
    s.same('and goes on when its time has run out', (
        step(clk, place, 'escalate'), clk('GET', place).said['stage']),
           ((200, 'put'), 'executives'))
    s.same('it is withdrawn', step(clk, place, 'withdraw'), (200, 'withdrawn'))


def queries(s, who, sti, store):
    place = asked(s, who, sti)
    answered(s, who, sti, place, store)
    escalated(s, who, sti, place, store)


# --- money beside the bill ---

def made(who, many, new, **fields):
    return who.post('/' + many, fields, page=new)


def funds(s, who, sti):
    fund = {'title': 'Early years grant', 'funder': 'Scottish Government', 'conditions': 'For two',
            'amount': '1000.00', 'starts': '2014-04-01', 'cost_centres': '71000H, 9999',
            'owner_post': 'Accountant'}
    bad = made(who, 'funds', '/new-fund', **dict(fund, ends='2014-03-31', conditions=''))
    s.true('a fund has conditions, and ends after it begins', bad.status == 422 and
           'this is needed' in words(bad) and 'before it begins' in words(bad), words(bad))
    place = made(who, 'funds', '/new-fund', **fund).location
    month = '/money/2014-15/P03'
    told = 'Shared by the map'
    s.true('a fund in a common cost centre is told, there and in the month',
           told in words(who.get(place)) and told in words(who.get(month)) and
           'CLK-1 71000H All common ED-PRE' in words(who.get(month)), words(who.get(month)))
    who.post(place + '/sharing', {'sharing': 'shared', 'version': '1'}, page=place)
    s.true('the partner sees the fund, and nothing of the map', sti.get(place).status == 200 and
           told not in words(sti.get(place)) and told not in words(sti.get(month)))
    change_to = dict(fund, may_share='yes', version=version(who, place + '/edit'))
    who.post(place, change_to, page=place)
    s.true('unless it may be shared', told not in words(who.get(place)) and
           told not in words(who.get(month)))
    s.true('totals stand below the list', 'Clackmannanshire £1,000.00 £0.00' in
           words(sti.get('/funds')), words(sti.get('/funds')))
    mine = made(who, 'initiatives', '/new-initiative', title='Breakfast clubs', purpose='x',
                owner_post='x', starts='2014-04-01')
    s.true('an initiative starts by a decision', 'by which decision' in
           words(move(who, mine.location, 'start')))


def turn(who, case, what):
    return who.post(case + '/' + what, {'revision': revision(who, case)}, page=case)


def memoranda(s, who, sti, clerk):
    held = {'title': 'Holidays not taken', 'kind': 'leave', 'amount': '2500.00',
            'valued_at': '2014-04-01', 'method': 'Days by pay', 'source': 'Payroll, March',
            'owner_post': 'Accountant'}
    bad = made(who, 'memoranda', '/new-memorandum', **dict(held, method='', bearer='ABC'))
    s.true('a memorandum has a method, and a bearer that there is', bad.status == 422 and
           'Method: this is needed' in words(bad) and 'none of that name' in words(bad), words(bad))
    s.same('or a rule', made(who, 'memoranda', '/new-memorandum', **held).status, 422)
    place = made(who, 'memoranda', '/new-memorandum', **dict(held, bearer='STI')).location
    s.true('it counts by kind and bearer', 'Leave £0.00 £2,500.00 £0.00 £2,500.00' in
           words(who.get('/memoranda')), words(who.get('/memoranda')))
    who.post(place + '/sharing', {'sharing': 'joint', 'version': '1'}, page=place)
    today = time.strftime('%Y-%m-%d')
    s.true('who prepares proposes that both agree', 'subject=CLK-1' in clerk.get(place).body)
    sent = {'kind': 'memorandum', 'subject': 'CLK-1', 'effective': today, 'value': '2499.00',
            'terms': ''}
    for value, status in (('2499.00', 400), ('2500.00', 303)):
        case = clerk.post('/proposals', dict(sent, value=value), page='/new-proposal?kind='
                          'memorandum').location
        turn(clerk, case, 'propose')
        agree(who, case)
        answer = agree(sti, case)
        s.true('agreed with %s of 2500.00' % value, answer.status == status and (
            status == 303 or 'its value is another one' in words(answer)), words(answer))
        if status == 400:
            turn(clerk, case, 'withdraw')
    s.true('then both have agreed on it', 'Both councils have agreed' in words(sti.get(place)),
           words(sti.get(place)))
    s.same('its value stays', [who.post(place, dict(
        held, bearer='STI', amount=amount, version=version(who, place + '/edit')),
        page=place).status for amount in ('1.00', '2500.00')], [422, 303])
def one_engine(t, build, engine, folder, url, serving):
    s = Suite(t, engine)
    server = Served(build, folder, url)
    server.run('init', '--sample', '--without-year', *(('--role', 'ochil_app') if url else ()))
    store = url or os.path.join(folder, 'ochil.db')
    if serving:
        server.where[1] = serving
    with server:
        who, sti = Browser(server.port), Browser(server.port)
        who.sign_in('finance.clk@demo.example', PASSWORD)
        sti.sign_in('finance.sti@demo.example', PASSWORD)
        years(s, who, sti)
        profiles(s, who)
        place, data = taken(s, who)
        again(s, who, place, data)
        refused(s, who)
        far_apart(s, who, build, folder)
        unreadable(s, who)
        councils(s, who, sti, place)
        maps(s, who, sti)
        months(s, who, sti)
        added(s, who, store)
        queries(s, who, sti, store)
        if url is None:
            clerk = Browser(server.port)
            clerk.sign_in('accounts.clk@demo.example', PASSWORD)
            with api_schema.watched(server) as faults:
                by_calls(s, folder, who, sti, store)
            s.same('every call was answered as the document says', faults, [])
            funds(s, who, sti)
            memoranda(s, who, sti, clerk)
        if not url:
            said.check(s, build, who, (
                '/money', '/money/2014-15/P03', '/money/imports', '/money/imports/new',
                '/money/profiles', '/money/profiles/new', '/money/map/2014-15', place),
                ('accounts.csv', 'cost_centres.csv'))
        withdrawn(s, who, place, data, store)
    log = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in log, log[-2000:])


def main():
    given, build = engines.options(file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
