#!/usr/bin/env python3
"""basis_test.py -- what the councils agree before cost is shared, and what follows from it.

    basis_test.py [--ochil PATH] [--file]

On a sample store with its year, as both councils' finance people meet it: bases and cost models by
two keys, what a month lacks and from whom, codes side by side, reorganised cost centres, and
questions to a run. The shares and figures that are expected are worked out here, by themselves.
"""
import csv
import decimal
import fractions
import html
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.parse

import api_schema
import engines
import tap
from import_rows import workbook
from api_test import Program, told
from money_test import words
from served import Browser, Served
from web_test import Suite, change

PASSWORD = 'ochil sample password'
HEAD = 'cost_centre,account,becomes_cost_centre,becomes_account,from\n'
DECISION = {'body': 'Finance committee', 'decided': '2014-09-20', 'minute': 'Item 2'}


def errors(answer):
    return html.unescape(' '.join(re.findall(r'class="error"[^>]*>(.*?)<', answer.body)))


def draft(who, kind, subject, effective='2014-10-01', **fields):
    return who.post('/proposals', {'kind': kind, 'subject': subject, 'effective': effective,
                                   **fields}, page='/new-proposal?kind=' + kind)


def step(who, place, what, **fields):
    revision = re.search(r'name="revision" value="(\d+)"', who.get(place).body)
    return who.post(place + '/' + what, {'revision': revision.group(1), **fields}, page=place)


# --- bases ---

def refused(s, who):
    """The engine's reader judges, and the sentence names field, line, value and what to do."""
    rows = [
        ('a value below zero', {'basis_kind': 'measure', 'values': ',CLK,12\n,STI,-5'},
         'Values: line 2, value -5 (BASIS_NEGATIVE). A basis or driver cannot be negative.'),
        ('a council that is none', {'basis_kind': 'measure', 'values': ',CLK,1\n,ZZZ,5'},
         'Values: line 2, value ZZZ (PARTNER).'),
        ('a council without a value', {'basis_kind': 'measure', 'values': ',CLK,12'},
         'Values: value NEW 2014-15/P13 (BASIS_VALUE).'),
        ('per cents that do not add up', {'basis_kind': 'fixed', 'values': ',CLK,40\n,STI,59',
                                          'source': 'x'},
         '(BASIS_NOT_100)'),
        ('an override without approver and reason', {'basis_kind': 'fixed',
                                                     'values': ',CLK,40\n,STI,60'},
         'Source: Of a fixed basis say who approved it, and why it is fixed.'),
        ('weights that do not add up', {'basis_kind': 'blend',
                                        'components': 'PLACES,60\nPOP75,30'},
         'Components: value NEW (BLEND_NOT_100).'),
        ('a basis made of itself', {'basis_kind': 'blend', 'components': 'PLACES,60\nNEW,40'},
         'Components: value NEW (BASIS_CYCLE).'),
        ('a tolerance without its points', {'basis_kind': 'tolerance', 'estimate': 'PLACES',
                                            'actual': 'POP75'}, 'Tolerance: no value'),
        ('what is no file', {'basis_kind': 'equal', 'evidence': 'zz'}, 'Evidence: A kept file'),
    ]
    for name, fields, told in rows:
        answer = draft(who, 'basis', 'NEW', name='New', **fields)
        s.true(name + ' is refused', answer.status == 422 and told in errors(answer),
               '%s %s' % (answer.status, errors(answer)))
    model = {'name': 'x', 'sight': 'shared', 'services': 'education,Education,STI'}
    rows = [
        ('2015-16', 'a pool of no service', {'pools': 'A,A,education,common,,,PLACES\n'
                                             'B,B,none,common,,,PLACES'},
         'Cost pools: line 2, value none (SERVICE).'),
        ('2015-16', 'support that leads nowhere', {'pools': 'B,B,education,support,,,'},
         '(SUPPORT_NO_OUTLET)'),
        ('2015-16', 'an order that leaves a council out',
         {'pools': 'A,A,education,common,,,PLACES', 'partners': 'STI'},
         'Order of the councils: Name every council'),
        *(('2015-16', 'VAT ' + what, {'pools': 'A,A,education,common,,,PLACES', 'vat': vat},
           'VAT of each charge: ' + said) for what, vat, said in (
               ('without a reason', 'education,outside,', 'line 1: give a service or pool'),
               ('in no known way', 'education,free,because', 'line 1: give a service or pool'),
               ('of what is none', 'A,exempt,teachers\nB,outside,x', 'line 2: there is no '
                'service or pool B'),
               ('said twice', 'A,exempt,x\nA,outside,x', 'line 2: A stands there twice'))),
        ('2015-17', 'what is no year', {'pools': 'A,A,education,common,,,PLACES'},
         'Year: Give a financial year'),
    ]
    for year, name, fields, told in rows:
        answer = draft(who, 'cost-model', year, **{**model, **fields})
        s.true(name + ' is refused', answer.status == 422 and told in errors(answer),
               '%s %s' % (answer.status, errors(answer)))


def share(values, at):
    exact = fractions.Fraction(values[at], sum(values))
    return '%d/%d' % (exact.numerator, exact.denominator)


def agreed(s, accountant, head, partner, number):
    """A second version of a basis, from its draft to the keys of both."""
    census = accountant.send('/evidence', [], [('file', 'census.csv', 'text/csv',
                                                b'CLK,4001\nSTI,6580\n')])
    census = re.search(r'/evidence/([0-9a-f]{32})',
                       census.location or accountant.get('/evidence').body).group(1)
    made = draft(accountant, 'basis', 'PRIMARY', evidence=census, name='Primary pupils', basis_kind='measure',
                 unit='pupils', source='Census of September 2014',
                 values=',CLK,3935\n,STI,6585\n2014-15/P07,CLK,4001\n2014-15/P07,STI,6580')
    place = made.location
    s.same('a basis is drafted', made.status, 303)
    page = words(accountant.get(place))
    s.true('its page shows the shares it gives, exactly', all(
        share(values, at) in page for values in ((3935, 6585), (4001, 6580)) for at in (0, 1)),
        page)
    s.true('beside the version that is in force', 'In force: version 1' in page, page)
    s.same('the partner does not see a draft', partner.get(place).status, 404)
    asked = '/money/what-if/new?' + urllib.parse.urlencode(
        {'run': number, 'proposal': place.rsplit('/', 1)[1]})
    same = '/money/what-if/new?' + urllib.parse.urlencode({'run': number, 'set': (
        'basis.PRIMARY.CLK@2014-15/P07=4001\nbasis.PRIMARY.STI@2014-15/P07=6580')})
    told = [re.search(r'What it would come to (.*?) Keep it', words(accountant.get(path)))
            for path in (asked, same)]
    s.true('what it would change can be asked before: as if the values were others', all(told) and
           'Clackmannanshire would bear £' in told[0].group(1) and
           told[0].group(1) == told[1].group(1).split(' Break-even')[0],
           told and told[0] and told[0].group(1))
    page = words(partner.get(asked))
    s.true('by who sees it', 'sees no basis that is proposal' in page and 'would bear' not in page,
           page)
    s.same('the head of finance does not prepare one', head.get('/new-proposal').status, 404)
    s.true('its page leads there', 'What it would change' in accountant.get(place).body)
    s.same('its evidence is its council\'s', partner.get('/evidence/' + census).status, 404)
    s.same('it is proposed', step(accountant, place, 'propose').status, 303)
    s.same('then the partner reads it, too', partner.get('/evidence/' + census).status, 200)
    s.same('who prepared it has no key', step(accountant, place, 'agree', **DECISION).status,
           404)
    s.same('one council agrees', step(head, place, 'agree', **DECISION).status, 303)
    page = words(partner.get('/money/2014-15/P13'))
    s.true('the version before counts meanwhile', 'Nothing: the period can be run' in page, page)
    s.same('and the other', step(partner, place, 'agree', **DECISION).status, 303)
    page = words(partner.get(place))
    s.true('its versions stand with what changed', 'Version 2' in page and
           'new: 2014-15/P07,CLK,4001' in page and 'The first version' in page, page)


def missing(s, accountant, head, partner):
    """A cost model of another year, over a basis that is not agreed."""
    s.same('another year begins', head.post('/money', {'year': '2015-16'}, page='/money').status,
           303)
    page = words(partner.get('/money/2015-16/P01'))
    s.true('no cost model is agreed for it', 'Every council The cost model of 2015-16 is not agreed'
           in page and 'Stirling has not taken in its ledger of 2015-16/P01' in page, page)
    made = draft(accountant, 'cost-model', '2015-16', effective='2015-04-01', name='Joint',
                 sight='none', services='education,Education,STI',
                 pools='ED,Education,education,common,,,PLACES\n'
                       'EX,Extra,education,common,,,LATER')
    step(accountant, made.location, 'propose')
    page = words(partner.get('/money/2015-16/P01'))
    s.true('proposed, it waits for both', 'is proposed and waits for the key of Clackmannanshire'
           in page and 'waits for the key of Stirling' in page, page)
    for who in (head, partner):
        step(who, made.location, 'agree', **DECISION)
    page = words(head.get('/money/2015-16/P01'))
    s.true('a basis that it names is missing', 'Every council Basis LATER is not agreed' in page and
           'The cost model' not in page, page)
    page = words(head.get(made.location))
    s.true('its page says so of the pool', 'LATER not agreed for that day' in page, page)
    made = draft(accountant, 'basis', 'LATER', effective='2015-04-01', name='Later',
                 basis_kind='equal')
    step(accountant, made.location, 'propose')
    step(head, made.location, 'agree', **DECISION)
    page = words(head.get('/money/2015-16/P01'))
    s.true('one key short, it says whose', 'Stirling Basis LATER is proposed and waits for the key '
           'of Stirling' in page and 'the key of Clackmannanshire' not in page, page)


# --- codes ---

def codes(s, accountant, partner):
    page = words(partner.get('/money/codes/2014-15'))
    s.true("groups stand side by side", 'employees 10100 A1000' in page, page)
    s.true('the other council shows what is shared', 'ED-PRI, common 71001H S8001H' in page and
           '71001A' not in page and 'ED-PRI, direct Not shown S8001A' in page, page)
    page = words(accountant.get('/money/codes/2015-16'))
    s.true('and nothing where they agreed so', 'neither sees the other' in page, page)
    map_page = '/money/map/2014-15'

    def move(old, new, first):
        version = re.search(r'name="version" value="(\d+)"', accountant.get(map_page).body)
        return accountant.post(map_page + '/reorganise', {
            'version': version.group(1), 'old': old, 'new': new, 'first': first}, page=map_page)
    s.same('a cost centre is renamed', move('71001H', '71001X', '2014-15/P07').status, 303)
    s.same('one is split', move('71002H', 'S1, S2', '2014-15/P04').status, 303)
    file = accountant.get(map_page + '/cost_centres.csv').body
    s.true('the old end with the period before', all(row in file for row in (
        'CLK,71001H,,,2014-15/P06,common,ED-PRI,\n', 'CLK,71001X,,2014-15/P07,,common,ED-PRI,\n',
        'CLK,71002H,,,2014-15/P03,common,ED-SEC,\n', 'CLK,S1,,2014-15/P04,,common,ED-SEC,\n',
        'CLK,S2,,2014-15/P04,,common,ED-SEC,\n')), file)
    for name, asked, told in (
            ('what cannot be one', ('71003H, 71004H', 'M1', '2014-15/P04'), 'OVERLAP'),
            ('what is not there', ('zz', 'M1', '2014-15/P04'), 'zz has no row'),
            ('what ends and begins', ('71003H', '71003H', '2014-15/P04'), 'at once'),
            ('no period', ('71003H', 'M1', 'P04'), 'Give the first period')):
        answer = move(*asked)
        s.true(name + ' is refused', answer.status == 422 and told in words(answer),
               words(answer))
    s.same('merged, alike ones give one row', move('S1, S2', 'M2', '2014-15/P09').status, 303)
    file = accountant.get(map_page + '/cost_centres.csv').body
    s.same('of the merged one', file.count('CLK,M2,'), 1)


# --- a report restated by later maps ---

def keep_map(who, year, way='replace', **files):
    page = '/money/map/' + year
    version = re.search(r'name="version" value="(\d+)"', who.get(page).body).group(1)
    return who.send(page, [('version', version), ('way', way)],
                    [(name, name + '.csv', 'text/csv', data.encode())
                     for name, data in files.items()], token=who.token(page))


def later_maps(s, accountant, partner_books):
    """The year after has maps of its own: one cost centre is in another pool, one has a new name
    that nobody wrote down, one is split."""
    for who in (accountant, partner_books):
        files = {name: who.get('/money/map/2014-15/%s.csv' % name).body
                 for name in ('accounts', 'cost_centres')}
        if who is accountant:
            rows = files['cost_centres'].splitlines(True)
            files['cost_centres'] = ''.join(
                row.replace('2014-15/P07,,common,ED-PRI', ',,common,ED-SEC') for row in rows
                if not row.startswith(('CLK,71001H,', 'CLK,71003H,', 'CLK,71002H,', 'CLK,S1,',
                                       'CLK,S2,', 'CLK,M2,'))) + (
                'CLK,71003N,,,,common,ED-PRI,\nCLK,T1,,,,common,ED-SEC,\n'
                'CLK,T2,,,,common,ED-PRI,\n')
        s.same('a map of the year after is kept', keep_map(who, '2015-16', **files).status, 303)


def close_again(s, ochil, folder, store, who, restatement):
    """The restatement is what `ochil close` makes of the same: the sums of the extracts, a line for
    each, under the later codes, and the files that the report's run keeps."""
    home = os.path.join(folder, 'restated')
    os.makedirs(os.path.join(home, 'ledger'))
    db = sqlite3.connect('file:%s?mode=ro' % store, uri=True)
    for name, data in db.execute(
            "SELECT substr(name, 7), bytes FROM money_run_file WHERE name LIKE 'input/%' AND run = "
            '(SELECT run FROM restatement WHERE id = ?)', (restatement,)):
        if name != 'sums.csv':
            with open(os.path.join(home, name), 'w', encoding='utf-8') as file:
                file.write(data)
    def became(centre, account, period):
        '''What is posted under an old code behind its day stays as it was.'''
        if centre == '71002H' and period < 4:
            return 'T2' if account == '10100' else 'T1'
        return '71003N' if centre == '71003H' else \
            '71001X' if centre == '71001H' and period < 7 else centre
    maps = {}
    for code, reader in who.items():
        for name in ('accounts', 'cost_centres'):
            body = reader.get('/money/map/2015-16/%s.csv' % name).body
            maps[name] = maps.get(name, '') + (body if name not in maps
                                               else body.split('\n', 1)[1])
        with open(os.path.join(home, 'ledger', code + '.csv'), 'w', encoding='utf-8') as file:
            file.write('entry_id,partner,date,period,cost_centre,account,amount,description\n')
            for at, (centre, account, period, pence) in enumerate(db.execute(
                    'SELECT s.cost_centre, s.account, s.period, SUM(s.pence) FROM ledger_sum s '
                    'JOIN council c ON c.id = s.council JOIN ledger_import i ON i.id = s.import '
                    "AND i.book = 'ledger' WHERE c.code = ? GROUP BY 1, 2, 3", (code,))):
                month = min(period, 12)
                day = '%d-%02d-28' % (2014 + (month > 9), (month + 2) % 12 + 1)
                file.write('%d,%s,%s,2014-15/P%02d,%s,%s,%s%d.%02d,\n' % (
                    at, code, day, period,
                    became(centre, account, period) if code == 'CLK' else centre, account, '-' if pence < 0 else '', abs(pence) // 100, abs(pence) % 100))
    maps['cost_centres'] += 'CLK,71001H,,,,common,ED-PRI,\nCLK,71002H,,,,common,ED-SEC,\n'
    for name, data in maps.items():
        with open(os.path.join(home, name + '.csv'), 'w', encoding='utf-8') as file:
            file.write(data)
    out = os.path.join(folder, 'restated-out')
    ran = subprocess.run([ochil, 'close', home, '--out', out, '--no-certificate', '--quiet',
                          '--through', '2014-15/P13'], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    wrong = [name for name in sorted(os.listdir(out) if ran.returncode == 0 else ())
             if name != 'totals.csv' and reader.get('/money/restatements/%s/files/%s' % (
                 restatement, name)).bytes != open(os.path.join(out, name), 'rb').read()]
    s.true('restated as ochil close has it, byte for byte', ran.returncode == 0 and not wrong,
           (ran.stdout, wrong))


def restated(s, accountant, partner, partner_books, number):
    """Last year's report by this year's maps; the report stays as it was."""
    place = '/money/2014-15/P13/restatements'

    def ask(when, who=accountant):
        return who.post(place, {'as': when}, page=place)

    def refusal(when, who=accountant):
        answer = ask(when, who)
        return answer.status, errors(answer)
    before = accountant.get('/money/runs/%s/files/settlement.csv' % number).bytes
    page = words(accountant.get(place))
    s.true('nothing is restated at first', 'Nothing is restated yet' in page, page)
    same = ask('2014-15/P13')
    page = words(accountant.get(same.location))
    s.true('by the same treatment under new names it is what it was', same.status == 303 and
           'Restated What each council would have paid' in page and
           '0 of' in page and 'rows differ from the report' in page, page)
    moved = re.search(r'Clackmannanshire \d+ \d+ (\d[\d,]*) £', page)
    s.true('and lines of codes that became others are counted', moved and moved.group(1) != '0',
           page)
    s.same('nothing twice', ask('2014-15/P13').location, same.location)
    s.true('a year without maps is refused', 'has no map of 2015-16' in refusal('2015-16/P01')[1])
    status, said = refusal('P01')
    s.true('what is no period is refused', status == 422 and 'Name a period' in said, said)
    s.true('nor an earlier one', refusal('2013-14/P01')[0] == 422)
    later_maps(s, accountant, partner_books)
    first = ask('2015-16/P01')
    page = words(accountant.get(first.location))
    s.true('a code that nobody follows stays as it was, and is told', first.status == 303 and
           'Lines left as they were have an account or cost centre' in page, page)
    for name, rows, told in (
            ('without a period', '71003H,,71003N,,2015\n', 'line 2 has no period'),
            ('of nothing', ',,71003N,,2015-16/P01\n', 'line 2 names no code'),
            ('to nothing', '71003H,,,,2015-16/P01\n', 'line 2 does not say what it became'),
            ('with other columns', None, 'The columns of moves.csv are')):
        answer = keep_map(accountant, '2015-16', moves='x\n' if rows is None else HEAD + rows)
        s.true('moves %s are refused' % name, answer.status == 422 and told in words(answer),
               words(answer))
    moves = HEAD + '71003H,,71003N,,2015-16/P01\nM2,,T1,,2015-16/P01\nM2,,T2,,2015-16/P01\n'
    s.same('what a code became is kept with the map',
           keep_map(accountant, '2015-16', moves=moves).status, 303)
    status, said = refusal('2015-16/P01')
    s.true('a split between pools that no row decides is refused', status == 422 and
           'Cost centre 71002H, account ' in said and 'treated differently' in said, said)
    status, said = refusal('2015-16/P01', partner_books)
    s.true("to the partner without the code", status == 422 and '71002H' not in said and
           'A cost centre of Clackmannanshire' in said, said)
    pages = sorted({row.split(',')[1] for row in accountant.get(
        '/money/map/2014-15/accounts.csv').body.splitlines()[1:]})
    moves = HEAD + '71003H,,71003N,,2015-16/P01\n' + ''.join(
        'M2,%s,%s,,2015-16/P01\n' % (account, 'T2' if account == '10100' else 'T1')
        for account in pages)
    keep_map(accountant, '2015-16', moves=moves)
    made = ask('2015-16/P01')
    s.same('decided by account it is restated', made.status, 303)
    page = words(partner.get(made.location))
    s.true('the partner reads it, by pool', 'ED-PRI' in page and 'difference' in page and
           '71003N' not in page and '71003H' not in page, page)
    s.true('by service and by group', all('Total' in words(partner.get(
        made.location + '?by=' + by)) for by in ('service', 'group')))
    rows = list(csv.DictReader(io.StringIO(partner.get(made.location + '/restated.csv').body)))
    figure = {(row['pool'], row['kind']): [decimal.Decimal(row[name]) for name in (
        'change_CLK', 'change_STI')] for row in rows}
    s.true('as a file with the same figures', figure[('Total', '')] == [sum(
        (at[side] for key, at in figure.items() if key[0] != 'Total'), decimal.Decimal())
        for side in (0, 1)] and any(figure[('ED-PRI', 'common')]) and
        sum(figure[('Total', '')]) == 0, figure)
    for ending in ('xlsx', 'ods', 'json'):
        s.same('and as %s' % ending, partner.get(made.location + '/restated.' + ending).status, 200)
    s.same('no other file', partner.get(made.location + '/x.csv').status, 404)
    s.same('the report stays as it was', accountant.get(
        '/money/runs/%s/files/settlement.csv' % number).bytes, before)
    page = words(accountant.get('/money/2014-15/P13/settlement'))
    s.true('and is still the last word on its period', ', run %s Worked out on' % number in page,
           page)
    return made.location.rsplit('/', 1)[1]


def restated_by_calls(s, folder, accountant, partner_books, restatement):
    clk, sti = Program(accountant, folder, 'clk', ''), Program(partner_books, folder, 'sti', '')
    place = '/years/2014-15/periods/P13/restatements'
    again = sti('POST', place, {'as': '2015-16/P01'})
    s.same('for programs the same one', (again.status, again.said['restatement']),
           (201, int(restatement)))
    s.same('whose totals are those of its rows', [
        sum(decimal.Decimal(row['change']) for row in again.said['rows']
            if row['council'] == code) for code in ('CLK', 'STI')], [
                decimal.Decimal(row['change']) for row in again.said['total']])
    s.same('in the list', [row['restatement'] for row in clk('GET', place).said][0],
           int(restatement))
    s.same('asked for by group', {row['kind'] for row in clk(
        'GET', '/restatements/%s?by=group' % restatement).said['rows']}, {None})
    s.same('what cannot be is told', told(clk('POST', place, {'as': '2013-14/P01'})),
           (422, ['#/as']))
    s.same('of no period', clk('POST', place.replace('P13', 'P14'),
                               {'as': '2015-16/P01'}).status, 404)


# --- questions ---

def run(who):
    """A run of the year, before anything is changed; its number."""
    who.post('/money/2014-15/P13/settlement', {}, page='/money/2014-15/P13/settlement')
    for _ in range(100):
        found = re.search(r'/money/what-if/new\?run=(\d+)', who.get('/money/what-if').body)
        if found:
            return found.group(1)
        time.sleep(0.05)
    return None


def treatments(s, ask, accountant, number):
    """A group of a pool treated in another way: held against the run's own file."""
    rows = [row for row in csv.DictReader(io.StringIO(accountant.get(
        '/money/runs/%s/files/settlement.csv' % number).body)) if row['pool'] == 'ED-PRI' and
            row['group'] == 'employees' and row['kind'] == 'common']

    def sums(what):
        return [sum(decimal.Decimal(row[what]) for row in rows if row['partner'] == code)
                for code in ('CLK', 'STI')]

    def changed(page):
        return [decimal.Decimal(found[1].replace(',', '')) * (-1 if found[2] == 'less' else 1)
                for found in re.findall(r'(Clackmannanshire|Stirling) would bear £([\d.,]+) '
                                        '(more|less)', page)]
    borne, paid = sums('borne'), sums('paid')
    for treatment, wanted in (
            ('direct', [paid[0] - borne[0], paid[1] - borne[1]]),
            ('direct:STI', [-borne[0], sum(paid) - borne[1]]),
            ('excluded', [-borne[0], -borne[1]])):
        page = words(ask(pool='ED-PRI', group='employees', treatment=treatment))
        s.same('employees of a pool, as %s' % treatment, changed(page), wanted)
    page = words(ask(set='group.*.*=direct'))
    s.true('all of it borne by whoever paid', 'would bear' in page, page)
    for name, line, told in (
            ('a group that is none', 'group.ED-PRI.people=direct', 'no such group'),
            ('a treatment that is none', 'group.ED-PRI.employees=shared', 'treated as one of'),
            ('a pool without such cost', 'group.ED-PRI.employees=pool:XX', 'treated as one of')):
        page = words(ask(set=line))
        s.true(name + ' is refused in words', told in page and 'would bear' not in page, page)


def by_calls(s, folder, store, accountant, partner, number):
    """The same for programs; and nothing real is another for it."""
    clk, sti = Program(accountant, folder, 'clk', '/what-ifs'), Program(partner, folder, 'sti',
                                                                       '/what-ifs')
    run = {'run': int(number), 'set': 'pool.ED-PRI.basis=SECONDARY'}
    before = [change(store, 'SELECT count(*), max(sha256) FROM money_run_file'),
              change(store, 'SELECT count(*), max(version) FROM money_map'),
              change(store, 'SELECT count(*) FROM two_key')]
    asked = clk('GET', '/answer?' + urllib.parse.urlencode(run)).said
    s.same('a question is answered', (asked['question'], asked['refused'], {
        row['council']: row['change'] for row in asked['total']}, {
            row['code'] for row in asked['pools']}),
           (None, None, {'CLK': '-429912.14', 'STI': '429912.14'}, {'ED-PRI', 'SUP-ED'}))
    refused = clk('GET', '/answer?' + urllib.parse.urlencode(dict(run, set='pool.XX.basis=A'))).said
    s.true('or refused in words', "no pool 'XX'" in refused['refused'] and refused['total'] == [],
           refused)
    s.same('what is not fit is not kept', [told(clk('POST', '', dict(run, **fields)))
                                           for fields in ({'name': ''},
                                                          {'name': 'x', 'set': 'x'})],
           [(422, ['#/name']), (422, ['#/set'])])
    once = [clk('POST', '', dict(run, name='By a call'), **{'Idempotency-Key': 'k'}).said
            for _ in range(2)]
    place = '/%d' % once[0]['question']
    s.same('kept once', (once[0]['name'], once[0] == once[1]), ('By a call', True))
    s.same("its council's alone, until it is shared", [
        sti('GET', place).status, sti('POST', place + '/share', {'shared': True}).status,
        clk('POST', place + '/share', {'shared': True}).said['shared'],
        sti('GET', place).said['total'] == asked['total']], [404, 404, True, True])
    s.same('and thrown away by its own', [who('POST', place + '/end', {}).status
                                          for who in (sti, clk, clk)], [404, 200, 404])
    s.same('it changed nothing real', [
        change(store, 'SELECT count(*), max(sha256) FROM money_run_file'),
        change(store, 'SELECT count(*), max(version) FROM money_map'),
        change(store, 'SELECT count(*) FROM two_key')], before)


def questions(s, accountant, partner, number):
    def ask(**fields):
        return accountant.get('/money/what-if/new?' + urllib.parse.urlencode(
            {'run': number, **fields}))
    treatments(s, ask, accountant, number)
    page = words(ask(pool='ED-PRI', on='SECONDARY'))
    s.true('another basis of a pool', 'Clackmannanshire would bear £429,912.14 less. Stirling would '
           'bear £429,912.14 more.' in page, page)
    page = words(ask(pool='ED-PRI', fixed='40,60'))
    s.true('fixed per cents', 'Clackmannanshire would bear £181,260.26 more.' in page and
           'pool.ED-PRI.fixed=40,60' in page, page)
    page = words(ask(basis='PRIMARY', council='CLK', value='4000'))
    s.true('another value, with its break-even', 'Clackmannanshire would bear £26,848.40 more.' in
           page and 'CLK: its total does not change at 3935.' in page, page)
    for name, fields, told in (
            ('per cents that are none', {'pool': 'ED-PRI', 'fixed': '40,x'}, 'give a per cent'),
            ('per cents that do not add up', {'pool': 'ED-PRI', 'fixed': '40,50'},
             'BASIS_NOT_100'),
            ('a pool that is none', {'set': 'pool.XX.basis=PRIMARY'}, "no pool 'XX'"),
            ('a cost centre', {'set': 'cost_centre.CLK.1.pool=ED'}, 'keeps no cost centres')):
        page = words(ask(**fields))
        s.true(name + ' is refused in words', told in page and 'would bear' not in page, page)
    kept = accountant.post('/money/what-if', {
        'run': number, 'set': 'pool.ED-PRI.basis=SECONDARY', 'name': 'On the secondary roll'},
        page='/money/what-if')
    place = kept.location
    s.same('a question is kept', kept.status, 303)
    s.same('once, however often it is sent', accountant.post('/money/what-if', {
        'run': number, 'set': 'pool.ED-PRI.basis=SECONDARY', 'name': 'On the secondary roll'},
        page='/money/what-if').location, place)
    s.same("its council's alone", (accountant.get(place).status, partner.get(place).status,
                                   'secondary roll' in partner.get('/money/what-if').body),
           (200, 404, False))
    s.same('nobody else shares it', partner.post(place + '/share', {'shared': 'yes'},
                                                 page='/money/what-if').status, 404)
    accountant.post(place + '/share', {'shared': 'yes'}, page=place)
    page = words(partner.get(place))
    s.true('shared, the other reads the same answer', 'Clackmannanshire would bear £429,912.14 '
           'less.' in page, page)
    s.same('and does not throw it away', partner.post(place + '/end', {},
                                                      page='/money/what-if').status, 404)
    s.same('its own council does', (accountant.post(place + '/end', {}, page=place).status,
                                    partner.get(place).status), (303, 404))


# --- values from a file ---

SCHOOLS = ('School,Council,Pupils,From\nAlva,CLK,210,\nTulli,CLK,90.5,\nAllan,Stirling,700,\n'
           'Borestone,STI,40.25,\nAlva,CLK,300,2014-15/P06\n')
PROFILE = 'basis = fixed ROLL\npartner = column Council\nfrom = column From\nvalue = column Pupils\n'


def fixed_width(rows):
    return ''.join('%-12s%-12s%8s%14s\n' % tuple(row) for row in rows).encode()


def files(s, accountant, head, partner):
    """A row for each school, from a spreadsheet's file to a basis that both agreed."""
    def bring(name, data, basis='ROLL'):
        return accountant.send('/money/basis-files', [('basis', basis)],
                               [('file', name, 'text/csv', data)])

    def take(place, profile, control):
        accountant.post(place, {'words': profile, 'control': control}, page=place)
        return words(accountant.get(place))
    rows = [line.split(',') for line in SCHOOLS.splitlines()]
    bad = bring('roll.csv', SCHOOLS.replace('90.5', 'many').replace('STI', 'Sterling').encode())
    page = words(accountant.get(bad.location))
    s.true('a file is looked at before anything is taken', bad.status == 303 and
           'column Council # likely' in page and 'basis = fixed ROLL' in page and
           'It cannot be read so' in page, page)
    page = take(bad.location, PROFILE, '1340.75')
    s.true('rows that are refused stand by their numbers in the file', 'Not taken yet' in page and
           '2 refused' in page and '3 VALUE' in page and '5 PARTNER Sterling is neither the code '
           'nor the name of a council.' in page, page)
    told = accountant.get(bad.location + '/errors.csv').body.splitlines()
    s.same('and in a file, as many', [line.split(',')[:2] for line in told[1:]],
           [['3', 'VALUE'], ['5', 'PARTNER']])
    good = bring('roll2.csv', SCHOOLS.encode())
    page = words(accountant.get(good.location))
    s.true('another begins without a profile of the first', 'What its rows come to' not in page)
    page = take(good.location, PROFILE, '1340.25')
    s.true('another total takes nothing', 'Not taken yet' in page and 'control total by 0.5' in
           page, page)
    again = bring('same.csv', SCHOOLS.encode())
    s.same('the same file is there once', again.location, good.location)
    page = take(good.location, PROFILE, '1340.75')
    s.true('all or nothing: now all', 'Values taken' in page and
           'ROLL The beginning CLK 300.5 2 ROLL The beginning STI 740.25 2 '
           'ROLL 2014-15/P06 CLK 300 1' in page, page)
    for name, data, profile in (
            ('roll.xlsx', workbook([('Roll', [rows[0]] + [
                row[:2] + [float(row[2])] + row[3:] for row in rows[1:]])]),
             'format = sheet\n' + PROFILE),
            ('roll.txt', fixed_width(rows[1:]), 'format = fixed\ncolumns = School 1-12, Council '
             '13-24, Pupils 25-32, From 33-46\n' + PROFILE)):
        made = bring(name, data)
        page = take(made.location, profile, '1340.75')
        s.true('%s comes to the same' % name, 'Values taken' in page and
               'ROLL The beginning STI 740.25 2' in page, page)
    begun = re.search(r'href="(/new-proposal[^"]*file=\d+)"',
                      accountant.get(good.location).body).group(1).replace('&amp;', '&')
    page = accountant.get(begun).body
    value = html.unescape(re.search(r'<textarea[^>]*name="values"[^>]*>(.*?)</textarea>', page,
                                    re.S).group(1)).strip()
    evidence = re.search(r'name="evidence"[^>]*value="(\w{32})"', page).group(1)
    s.same('a draft begins with them', value, ',CLK,300.5\n,STI,740.25\n2014-15/P06,CLK,300')
    made = draft(accountant, 'basis', 'ROLL', name='Roll', basis_kind='measure', values=value,
                 evidence=evidence, source='roll2.csv')
    s.same("until it is proposed the file is its council's", (
        made.status, partner.get('/evidence/' + evidence).status,
        partner.get(good.location).status), (303, 404, 404))
    step(accountant, made.location, 'propose')
    s.same('then it is evidence to both', partner.get('/evidence/' + evidence).status, 200)
    s.same('and two keys agree', [step(who, made.location, 'agree', **DECISION).status
                                  for who in (head, partner)], [303, 303])
    s.same('a head of finance agrees bases, and brings none', head.send(
        '/money/basis-files', [('basis', 'X')], [('file', 'x.csv', 'text/csv', b'x')]).status, 404)
    s.same('no code', bring('x.csv', b'x,y\n', 'A B').status, 422)
    s.same('no file', accountant.post('/money/basis-files', {'basis': 'X'},
                                      page='/money/basis-files').status, 422)
    s.same("nothing of it for a draft of the partner's", partner.get(
        '/new-proposal?kind=basis&subject=ROLL&file=1').status, 404)


def files_by_calls(s, folder, accountant, head, partner):
    """The same for programs, up to a draft."""
    clk, sti = Program(accountant, folder, 'clk', ''), Program(partner, folder, 'sti', '')
    look = Program(head, folder, 'head', '')

    def bring(name, data, basis='&basis=ROLL'):
        answer = Browser(accountant.port).ask(
            'POST', '/api/v1/basis-files?name=%s%s' % (name, basis), data,
            {'Authorization': 'Bearer ' + clk.secret, 'Content-Type': 'application/octet-stream'})
        answer.said = json.loads(answer.body)
        return answer
    bad = bring('bad.csv', SCHOOLS.replace('90.5', 'few').replace('Alva', 'Abbey').encode())
    s.same('a file is brought by a call', (bad.status, bad.said['taken'], bad.said['already']),
           (201, False, False))
    place = '/basis-files/%d' % bad.said['values']
    seen = clk('GET', place + '/preview').said
    s.same('and looked at, as the last file was read', (
        seen['guessed'], 'basis = fixed ROLL' in seen['profile'].splitlines()), (False, True))
    said = clk('POST', place + '/read', {'words': PROFILE, 'control': '1340.75'}).said
    s.same('a refused row takes nothing', (said['refused'], said['taken'], said['drafts']),
           (1, False, []))
    s.same('and stands by its number', [(row['row'], row['reason']) for row in clk(
        'GET', place + '/refusals').said], [(3, 'VALUE')])
    s.same('in the file, too', clk('GET', place + '/errors').body.splitlines()[1].split(',')[:2],
           ['3', 'VALUE'])
    good = bring('good.csv', SCHOOLS.replace('Alva', 'Abbey').encode())
    place = '/basis-files/%d' % good.said['values']
    s.same('the same file is the one that it was', (lambda again: (
        again['values'], again['already']))(bring('x.csv', SCHOOLS.replace(
            'Alva', 'Abbey').encode()).said), (good.said['values'], True))
    said = clk('POST', place + '/read', {'words': PROFILE, 'control': '1340.25'}).said
    s.same('another total takes nothing', (said['taken'], said['total'], said['difference']),
           (False, '1340.75', '0.5'))
    s.same('what is no profile, and no total', told(clk('POST', place + '/read', {
        'words': 'x = y', 'control': 'much'})), (422, ['#/words', '#/control']))
    said = clk('POST', place + '/read', {'words': PROFILE, 'control': '1340.75'}).said
    s.same('all or nothing: now all', (said['taken'], [
        (row['basis'], row['council'], row['value'], row['rows']) for row in said['sums']]),
           (True, [('ROLL', 'CLK', '300.5', 2), ('ROLL', 'STI', '740.25', 2),
                   ('ROLL', 'CLK', '300', 1)]))
    draft_of = said['drafts'][0]
    made = clk('POST', '/proposals', {
        'kind': 'basis', 'subject': draft_of['subject'], 'effective': '2014-11-01',
        'name': 'Roll', 'basis_kind': 'measure', 'values': draft_of['values'],
        'source': 'good.csv', 'evidence': draft_of['evidence']})
    s.same('a draft begins with it', (made.status, made.said['content']['evidence']),
           (201, good.said['evidence']))
    s.same("it is its council's", (sti('GET', place).status, look('GET', place).status,
                                   len(sti('GET', '/basis-files').said)), (404, 200, 0))
    s.same('a head of finance brings none', look('POST', place + '/read', {
        'words': PROFILE, 'control': '1'}).status, 404)
    s.same('no code', told(bring('y.csv', b'x,y\n', '&basis=A%20B')), (422, ['#/basis']))
    map_place = '/maps/2014-15'
    version = clk('GET', map_place).said['version']
    moved = clk('POST', map_place + '/reorganisations', {
        'version': version, 'old': '71003H', 'new': '71003Y', 'first': '2014-15/P09'})
    s.same('cost centres are reorganised by a call', (
        moved.status, moved.said['version'],
        clk('GET', map_place + '/moves').body.splitlines()[-1]),
           (201, version + 1, '71003H,,71003Y,,2014-15/P09'))
    s.same('once', told(clk('POST', map_place + '/reorganisations', {
        'version': version, 'old': '71003Y', 'new': '71003Z', 'first': '2014-15/P09'}))[0], 409)
    s.same('what has no row is refused', told(clk('POST', map_place + '/reorganisations', {
        'version': version + 1, 'old': 'zz', 'new': 'z', 'first': '2014-15/P09'})),
           (422, ['#/old']))


def one_engine(t, build, engine, folder, url, serving):
    s = Suite(t, engine)
    server = Served(build, folder, url)
    said = server.run('init', '--sample', *(('--role', 'ochil_app') if url else ()))
    s.true('a sample has its year', 'Who can sign in' in said, said)
    if serving:
        server.where[1] = serving
    with server:
        accountant, head, partner = (Browser(server.port) for _ in range(3))
        accountant.sign_in('accounts.clk@demo.example', PASSWORD)
        head.sign_in('finance.clk@demo.example', PASSWORD)
        partner.sign_in('finance.sti@demo.example', PASSWORD)
        page = words(head.get('/money/2014-15/P13'))
        s.true('all is agreed and taken in', 'Nothing: the period can be run' in page, page)
        number = run(accountant)
        if not url:
            refused(s, accountant)
        agreed(s, accountant, head, partner, number)
        missing(s, accountant, head, partner)
        codes(s, accountant, partner)
        books = Browser(server.port)
        books.sign_in('accounts.sti@demo.example', PASSWORD)
        restatement = restated(s, accountant, partner, books, number)
        if not url:
            close_again(s, os.path.join(build, 'ochil'), folder,
                        os.path.join(folder, 'ochil.db'), {'CLK': accountant, 'STI': books},
                        restatement)
        questions(s, accountant, partner, number)
        files(s, accountant, head, partner)
        if not url:
            with api_schema.watched(server) as faults:
                by_calls(s, folder, os.path.join(folder, 'ochil.db'), accountant, partner, number)
                restated_by_calls(s, folder, accountant, books, restatement)
                files_by_calls(s, folder, accountant, head, partner)
            s.same('every call was answered as the document says', faults, [])
    said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])


def main():
    given, build = engines.options(file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
