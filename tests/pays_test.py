#!/usr/bin/env python3
"""pays_test.py -- runs, what each council pays, the working of a figure and the lines behind it.

    pays_test.py [--ochil PATH] [--file]

On a sample store with its year. Every file of a run up to each of the thirteen periods is held
against `ochil close` over the lines themselves; the printed steps of figures are added up again by
themselves (explain_test.py).
"""
import csv
import decimal
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile

import engines
import explain_test
import tap
from money_test import PASSWORD, words
from served import Browser, Served
from web_test import Suite, change

YEAR = '/money/2014-15/'
ORDER = ['CLK', 'STI']


def browser(port, login):
    who = Browser(port)
    who.sign_in(login + '@demo.example', PASSWORD)
    return who


def begin(who, period, **fields):
    """A run is asked for; its number, or what is answered instead."""
    place = YEAR + period + '/settlement'
    answer = who.post(place, fields, page=place)
    found = re.search(r'run=(\d+)', answer.location or '')
    return int(found.group(1)) if found else answer


def ended(who, run):
    """The run's page, once its job has ended."""
    for _ in range(400):
        page = words(who.get('/money/runs/%d' % run))
        if 'State being worked out' not in page:
            return page
        time.sleep(0.05)
    return page


# --- the files ---

def folder_of(who, sti, store, home):
    """A partnership folder of maps and the lines themselves."""
    folder = os.path.join(home, 'folder')
    os.makedirs(os.path.join(folder, 'ledger'))

    def keep(name, data):
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)
    for name in ('accounts', 'cost_centres'):
        both = [one.get('/money/map/2014-15/%s.csv' % name).bytes for one in (who, sti)]
        keep(name + '.csv', both[0] + both[1].split(b'\n', 1)[1])
    for one, number in ((who, 1), (sti, 2)):
        found = change(store, 'SELECT evidence FROM ledger_import WHERE id = %d' % number)
        keep('ledger/%d.csv' % number, one.get('/evidence/%s/file' % found.strip()).bytes)
    return folder


def joint_files(store, run, folder):
    """What both agreed, as the run keeps it: no page gives it."""
    for name in ('partnership', 'partners', 'services', 'pools', 'bases', 'basis_values', 'blends',
                 'support'):
        data = change(store, "SELECT bytes FROM money_run_file WHERE run = %d AND name = "
                             "'input/%s.csv'" % (run, name))
        with open(os.path.join(folder, name + '.csv'), 'w', encoding='utf-8') as file:
            file.write(data[:-1])


def closes_alike(s, engine, who, sti, store, home):
    runs = {'P%02d' % number: begin(who, 'P%02d' % number) for number in range(1, 14)}
    pages = {period: ended(who, run) for period, run in runs.items()}
    for period, page in pages.items():      # the sample has one of the whole year
        stands = re.search(r'Nothing has changed since run (\d+), which stands', page)
        if stands:
            runs[period] = int(stands.group(1))
    s.same('a run up to every period is worked out', [
        period for period, run in runs.items()
        if 'State worked out' not in words(who.get('/money/runs/%d' % run))], [])
    s.same('the last one was there', runs['P13'], 1)
    folder = folder_of(who, sti, store, home)
    joint_files(store, runs['P03'], folder)
    wrong, files = [], 0
    for period, run in runs.items():
        out = os.path.join(home, 'out-' + period)
        subprocess.run([engine, 'close', folder, '--out', out, '--no-certificate', '--quiet',
                        '--through', '2014-15/' + period], check=True)
        told = re.findall(r'/money/runs/%d/files/([\w.-]+)' % run, who.get(
            '/money/runs/%d' % run).body)
        if sorted(told) != sorted(os.listdir(out)):
            wrong.append((period, told))
        for name in told:
            with open(os.path.join(out, name), 'rb') as file:
                files += 1
                if who.get('/money/runs/%d/files/%s' % (run, name)).bytes != file.read():
                    wrong.append((period, name))
    s.true('its files are byte for byte those of ochil close: %d of them' % files,
           not wrong and files >= 13 * 6, wrong)
    return runs


# --- the page ---

def pounds(text):
    return decimal.Decimal(text.replace('£', '').replace(',', ''))


def page(s, who, sti, runs):
    place = YEAR + 'P03/settlement'
    shown = words(who.get(place))
    rows = list(csv.DictReader(io.StringIO(who.get(
        '/money/runs/%d/files/settlement.csv' % runs['P03']).body)))
    borne = {code: sum(decimal.Decimal(row['borne']) for row in rows if row['partner'] == code and
                       row['period'] == '2014-15/P03') for code in ORDER}
    cards = re.search(r'Clackmannanshire pays \(([\d.]+)%\) (£[\d,.]+) Stirling pays '
                      r'\(([\d.]+)%\) (£[\d,.]+) Left over £0.00', shown)
    s.true('what each pays is said', cards and [pounds(cards.group(2)), pounds(cards.group(4))] ==
           [borne['CLK'], borne['STI']], shown)
    bill = list(csv.DictReader(io.StringIO(who.get(
        '/money/runs/%d/files/bill.csv' % runs['P03']).body)))
    s.true('and who owes whom', all('Stirling owes Clackmannanshire £{:,.2f}'.format(
        decimal.Decimal(row['amount'])) in shown for row in bill) and 'Draft, run' in shown, shown)
    s.same('the partner reads the same figures', words(sti.get(place)).count('£'),
           shown.count('£'))
    for view in ('pool', 'service', 'group'):
        for span in ('month', 'bill', 'year'):
            total = sum(decimal.Decimal(row['borne']) for row in rows if
                        span != 'month' or row['period'] == '2014-15/P03')
            file = list(csv.DictReader(io.StringIO(who.get(
                '%s/settlement.csv?view=%s&span=%s' % (place, view, span)).body)))
            s.true('by %s, of the %s, it adds up' % (view, span), sum(
                decimal.Decimal(row['total']) for row in file[:-1]) ==
                decimal.Decimal(file[-1]['total']) == total, file[-1])
    asked = '?view=service&first=STI&paid=yes&compare=period'
    told = json.loads(who.get(place + '/settlement.json' + asked).body)
    s.true('the file says what it is', told['about']['run'] == str(runs['P03']) and
           told['about']['view'] == 'service' and list(told['rows'][0])[3] == 'borne_STI', told)
    book = zipfile.ZipFile(io.BytesIO(who.get(place + '/settlement.xlsx' + asked).bytes))
    s.true('and so does a workbook', 'About this file' in book.read('xl/workbook.xml').decode())
    s.same('a file of no form is not there', who.get(place + '/settlement.pdf').status, 404)
    s.same('nor what means nothing', who.get(place + '?view=colour').status, 404)
    s.same('nor a run of another period', who.get(place + '?run=%d' % runs['P02']).status, 404)
    s.true('words narrow it down', 'SUP-ED' not in words(who.get(place + '?words=Care')) and
           'SW-CARE' in words(who.get(place + '?words=Care')))


def again(s, who, sti, runs, store):
    run = begin(who, 'P03')
    s.true('when nothing has changed the run before stands', 'State nothing had changed' in
           ended(who, run) and 'Nothing has changed since run %d, which stands' % runs['P03'] in
           words(who.get('/money/runs/%d' % run)))
    change(store, "UPDATE ledger_sum SET pence = pence + 10001 WHERE import = 1 AND period = 3 AND "
                  "cost_centre = '71001H' AND account = '10100'")
    change(store, "INSERT INTO money_map (council, year, version, accounts, cost_centres, made_at, "
                  "made_by) SELECT council, year, version + 1, accounts, cost_centres, made_at, "
                  "made_by FROM money_map WHERE council = 1")
    run = begin(sti, 'P03')
    ended(sti, run)
    shown = words(who.get(YEAR + 'P03/settlement?run=%d&compare=run' % run))
    s.true('a new one says what has changed', 'Compared with run %d, 1 of 16 rows differs. '
           'Clackmannanshire pays £37.41 more. Stirling pays £62.60 more.' % runs['P03'] in shown,
           shown)
    return run


def missing(s, port, store):
    change(store, "UPDATE period_standing SET taken = FALSE, mapped = FALSE WHERE council = 2")
    who = browser(port, 'accounts.clk')
    shown = words(who.get(YEAR + 'P05/settlement'))
    s.true('what is missing is named, with its council', 'Stirling has taken in no lines of '
           '2014-15 up to P05' in shown and 'Work it out' not in shown, shown)
    refused = begin(who, 'P05', book='ledger') if 'form_token' in shown else who.post(
        YEAR + 'P05/settlement', {}, page='/money/imports/new')
    s.true('and nothing is begun', refused.status == 409 and 'Not begun' in words(refused),
           words(refused))


# --- the working ---

def adds_up(answer):
    """What is wrong with the steps of a pool and period, added up again."""
    shares = explain_test.check_chain(answer, ORDER) if answer['chain'] else {}
    found = 0
    for figure in answer['figures']:
        if figure['kind'] != answer['kind']:
            continue
        borne = explain_test.check_steps(answer, figure, shares, ORDER)
        paid = {row['partner']: explain_test.pence(row['amount']) for row in figure['paid_by']}
        for part in figure['partners']:
            explain_test.check_part(answer, figure, part, borne, paid)
        found += 1
    return found


def working(s, who, runs):
    figures, wrong = 0, []
    for pool in ('ED-PRE', 'ED-SEC', 'SUP-ED', 'SUP-SW', 'SW-CARE', 'SW-LACC'):
        for period in ('P01', 'P03', 'P12'):
            answer = json.loads(who.get('/money/runs/%d/working.json?pool=%s&period=%s' % (
                runs['P12'], pool, period)).body)
            try:
                figures += adds_up(answer)
            except explain_test.Wrong as found:
                wrong.append((pool, period, str(found)))
    s.true('the printed steps of %d figures, added up again, give them' % figures,
           figures >= 30 and not wrong, wrong)
    shown = words(who.get('/money/runs/%d/working?pool=ED-PRI&period=P03&kind=common' %
                          runs['P12']))
    s.true('a page has the same steps', all(part in shown for part in (
        '787/2104', '~37.404943', 'Values of PRIMARY in force', 'Local Government Benchmarking',
        'Rounding is year-to-date, remainder largest', '~12833821.460076', '£128,338.21',
        'Pennies moved')), shown)
    s.same('what is no pool has none', who.get('/money/runs/%d/working?pool=X&period=P03' %
                                               runs['P12']).status, 404)


# --- the lines ---

def lines_of(who, run, **asked):
    return list(csv.DictReader(io.StringIO(who.get('/money/runs/%d/lines.csv?%s' % (
        run, '&'.join('%s=%s' % item for item in asked.items()))).body)))


def lines(s, who, sti, runs):
    run = runs['P12']
    own = lines_of(who, run, pool='ED-PRI', period='P03')
    other = lines_of(sti, run, pool='ED-PRI', period='P03')
    for name, found, code in (('a council', own, 'CLK'), ('the other', other, 'STI')):
        theirs = [row for row in found if row['council'] != code]
        s.true('%s sees its own lines whole' % name, len(found) - len(theirs) == 6 and all(
            row['description'] for row in found if row['council'] == code), found)
        s.true("and the partner's of shared cost, without descriptions", len(theirs) == 3 and
               not any(row['description'] for row in theirs) and
               all(row['cost_centre'] in ('71001H', 'S8001H') for row in theirs), theirs)
    paid = json.loads(who.get('/money/runs/%d/working.json?pool=ED-PRI&period=P03&group=employees' %
                              run).body)['figures']
    shared = lines_of(who, run, pool='ED-PRI', period='P03', group='employees', kind='common')
    s.same('the lines come to what was paid', sum(decimal.Decimal(row['amount'])
                                                 for row in shared),
           decimal.Decimal([figure for figure in paid if figure['kind'] == 'common'][0]['total']))
    shown = words(who.get('/money/runs/%d/lines?pool=ED-PRI&period=P03&kind=direct' % run))
    s.true('what is not shown is said to be there', 'Lines of the partner' in shown and
           'S8001A' not in shown, shown)
    fate = words(who.get('/money/runs/%d/line?cost_centre=71001H&account=10100&period=P03' % run))
    s.true('a line leads back to what became of it', 'Charged in pool ED-PRI, common, group '
           'employees' in fate and '787/2104' in fate, fate)
    nobody = words(who.get('/money/runs/%d/line' % run))
    s.true('and why nobody is charged', 'no part of the shared service' in nobody and
           '719999' in nobody, nobody)
    s.true("of the partner's lines nothing is told so", 'The run has no such line' in words(sti.get(
        '/money/runs/%d/line?cost_centre=71001H&account=10100&period=P03' % run)))


def calls(s, who, runs):
    listed = json.loads(who.get('/api/v1/years/2014-15/runs').body)
    s.true('programs see the runs', listed[0]['run'] > runs['P13'] - 1 and
           {run['state'] for run in listed} <= {'closed', 'same'}, listed[:2])
    place = '/api/v1/runs/%d' % runs['P03']
    rows = json.loads(who.get(place + '/settlement').body)
    file = list(csv.DictReader(io.StringIO(who.get(place + '/files/settlement.csv').body)))
    s.same('what comes of one is its file', rows, file)
    s.true('and who owes whom', json.loads(who.get(place + '/bill').body)[0]['from'] == 'STI')
    s.same('a working is that of the page', who.get(
        place + '/working?pool=ED-PRI&period=P03').body, who.get(
            '/money/runs/%d/working.json?pool=ED-PRI&period=P03' % runs['P03']).body)


def one_engine(t, build, name, folder, url, serving):
    s, engine = Suite(t, name), tap.ochil_of(build)
    server = Served(build, folder, url)
    server.run('init', '--sample', *(('--role', 'ochil_app') if url else ()))
    store = url or os.path.join(folder, 'ochil.db')
    if serving:
        server.where[1] = serving
    with server:
        who, sti = browser(server.port, 'finance.clk'), browser(server.port, 'finance.sti')
        if url:     # what differs between engines: rights and queries, not figures
            runs = {period: begin(who, period) for period in ('P02', 'P03', 'P12')}
            s.same('runs are worked out', ['State worked out' in ended(who, run)
                                           for run in runs.values()], 3 * [True])
            runs['P13'] = 1     # the sample's own
        else:
            runs = closes_alike(s, engine, who, sti, store, folder)
            page(s, who, sti, runs)
            working(s, who, runs)
        lines(s, who, sti, runs)
        calls(s, who, runs)
        again(s, who, sti, runs, store)
        s.same('a member sees none of it', browser(server.port, 'member.clk').get(
            '/money/runs/%d' % runs['P03']).status, 404)
        missing(s, server.port, store)
    said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])


def main():
    given, build = engines.options(file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
