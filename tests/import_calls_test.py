#!/usr/bin/env python3
"""import_calls_test.py -- extracts as programs bring them: by the API, by commands, by a folder.

    import_calls_test.py [--ochil PATH] [--only calls|drops]

On SQLite: what they do in the store is what the pages do (money_test.py, on both engines).
"""
import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import api_schema
import tap
from api_test import Commands, make_token
from money_test import PASSWORD, PROFILE, facts, ledger, model_rows, words
from served import Browser, Served
from web_test import Suite


# --- the same for programs ---

def call(who, method, path, data=None, form=None):
    """A call with a token: its answer, with what it says as `said`."""
    headers = {'Authorization': 'Bearer ' + call.token, 'Content-Type':
               'application/json' if data is None else 'application/octet-stream'}
    body = data if data is not None else None if form is None else json.dumps(form)
    answer = who.ask(method, path, body, headers)
    answer.said = json.loads(answer.body) if 'json' in str(answer.headers) else None
    return answer


def ended(who, place):
    for _ in range(150):
        said = call(who, 'GET', place).said
        if said['state'] != 'reading' or said['stopped']:
            return said
        time.sleep(0.05)
    return said


def take(who, data, name, more):
    """An extract from its upload to its end."""
    lines, total, _ = facts(data)
    place = '/api/v1/imports/%d' % call(
        who, 'POST', '/api/v1/imports?name=%s&year=2014-15&system=Ledger%s' % (name, more),
        data).said['import']
    call(who, 'POST', place + '/begin', form={'control_lines': lines,
                                              'control_amount': str(total)})
    return ended(who, place)


def pointers(answer):
    return answer.status, [error['pointer'] for error in answer.said['errors']]


def calls(s, who):
    s.same('a year is begun, once', [
        call(who, 'POST', '/api/v1/years', form={'year': '2014-15'}).status,
        call(who, 'POST', '/api/v1/years', form={'year': '2014-15'}).status,
        pointers(call(who, 'POST', '/api/v1/years', form={'year': 'x'}))],
        [201, 409, (422, ['#/year'])])
    s.same('a profile is kept, if it is one', [
        pointers(call(who, 'POST', '/api/v1/profiles', form={'words': 'x'})),
        call(who, 'POST', '/api/v1/profiles', form={
            'system': 'Ledger', 'words': PROFILE + 'partner = fixed CLK\n'}).said['version']],
        [(422, ['#/system', '#/words']), 1])
    s.same('an extract is taken in', take(who, ledger('clackmannanshire.csv'), 'ledger.csv',
                                          '')['state'], 'taken')
    s.same('what is wrong with an upload, all at once', pointers(call(
        who, 'POST', '/api/v1/imports?name=b.csv&year=2001-02&book=x&system=None', b'x')),
        (422, ['#/system', '#/book', '#/year']))
    data = ledger('clackmannanshire.csv').replace(b'10100', b'10101')
    lines, total, months = facts(data)
    before = words(who.get('/money')), call(who, 'GET', '/api/v1/maps/2014-15').said
    up = call(who, 'POST', '/api/v1/imports?name=plan.csv&year=2014-15&book=budget&system=Ledger',
              data)
    place = '/api/v1/imports/%d' % up.said['import']
    s.same('a budget is uploaded', (up.status, up.said['book'], up.said['state'],
                                    up.said['already']), (201, 'budget', 'new', False))
    again = call(who, 'POST', '/api/v1/imports?name=q.csv&year=2014-15', data).said
    s.same('once', (again['import'], again['already']), (up.said['import'], True))
    shown = call(who, 'GET', place + '/preview').said
    s.same('it is shown as it would be', (shown['trouble'], shown['unused'], len(shown['rows'])),
           (None, ['partner', 'period'], 12))
    s.same('what is wrong with the controls', pointers(call(
        who, 'POST', place + '/begin', form={'control_lines': 1, 'control_amount': '1.234'})),
        (422, ['#/control_amount']))
    begun = call(who, 'POST', place + '/begin', form={'control_lines': lines,
                                                      'control_amount': str(total)})
    s.same('a job begins, with its address', (begun.status, begun.said['address'],
                                              begun.location), (202, place, place))
    said = ended(who, place)
    s.same('taken in, with the sums of each period', (said['state'], said['amount'], {
        row['period']: row['amount'] for row in said['periods']}), (
            'taken', str(total), {'2014-15/P%02d' % month: '%.2f' % amount
                                  for month, amount in months.items()}))
    s.same('a budget changes neither months nor map', (words(who.get('/money')), call(
        who, 'GET', '/api/v1/maps/2014-15').said), before)
    s.same('withdrawn, with a reason', [pointers(call(who, 'POST', place + '/withdraw', form={})),
                                        call(who, 'POST', place + '/withdraw',
                                             form={'why': 'a try'}).said['state']],
           [(422, ['#/why']), 'withdrawn'])
    bad = data.replace(b'23987.20', b'lots')
    place = '/api/v1/imports/%d' % call(
        who, 'POST', '/api/v1/imports?name=bad.csv&year=2014-15&book=budget', bad).said['import']
    call(who, 'POST', place + '/begin', form={'control_lines': lines, 'control_amount': '0'})
    said = ended(who, place)
    row = call(who, 'GET', place + '/refusals').said[0]
    s.same('a refused row is told by its number', (said['state'], said['errors'], row['row'],
                                                   row['reason']), ('refused', True, 4, 'AMOUNT'))
    s.true('and comes as a file', b'lots' in call(who, 'GET', place + '/errors').bytes)


def twice(s, who):
    """An entry that another extract of the same book has, which was taken in."""
    data = ledger('clackmannanshire.csv').split(b'\n')
    data = b'\n'.join([data[0], data[5], re.sub(rb'^[^,]+', b'NEW-1', data[2]), data[9], b''])
    said = take(who, data, 'late.csv', '')
    place = '/api/v1/imports/%d' % said['import']
    rows = call(who, 'GET', place + '/refusals').said
    s.same('an entry is not taken in twice', (said['state'], said['refused'], [
        (row['row'], row['reason'], re.sub('.* stands in', 'in', row['words'])) for row in rows]),
        ('refused', 2, [(2, 'DUPLICATE', 'in ledger.csv (import 1), row 6, too: take it '
                         'out of one of them.'),
                        (4, 'DUPLICATE', 'in ledger.csv (import 1), row 10, too: take '
                         'it out of one of them.')]))
    s.same('both rows are in the file', call(who, 'GET', place + '/errors').body.count(
        ',DUPLICATE,'), 2)


def calls_of_maps(s, who):
    place = '/api/v1/maps/2014-15'
    s.same('there is no map at first', call(who, 'GET', place).said['version'], 0)
    for version, name, part in ((0, 'accounts.csv', '/accounts'),
                                (1, 'cost_centres.csv', '/cost-centres')):
        call(who, 'POST', place + part + '?version=%d' % version, model_rows(name, 'CLK'))
    month = call(who, 'GET', '/api/v1/years/2014-15/periods/P03').said
    s.same('a month by a call', (month['state'], [
        (row['council'], row['taken'], row['mapped']) for row in month['councils']],
        [row['import'] for row in month['imports']]),
        ('open', [('CLK', True, True), ('STI', False, False)], [1]))
    s.same('no such month', call(who, 'GET', '/api/v1/years/2014-15/periods/P14').status, 404)
    said = call(who, 'GET', place).said
    accounts = call(who, 'GET', place + '/accounts').bytes
    s.same('the map is given as it was sent', accounts, model_rows('accounts.csv', 'CLK'))
    s.same('a map is sent for the version that there is', [call(
        who, 'POST', place + '/accounts' + version, accounts).status for version in (
            '', '?version=1', '?version=2')], [400, 409, 201])
    fewer = accounts[:accounts.rindex(b'\n', 0, -1) + 1]
    call(who, 'POST', place + '/accounts?version=3', fewer)
    gap = call(who, 'GET', place + '/gaps').said
    s.same('what it lacks is told', ([row['kind'] for row in gap], gap[0]['code'].encode() in
                                     accounts[len(fewer):]), (['account'], True))
    bad = call(who, 'POST', place + '/cost-centres?version=4&way=add',
               b'x\nCLK,9,,,,shared,ED-PRE,\n')
    s.same('the engine judges it', (bad.status, bad.said['errors'][0]['code'],
                                    bad.said['errors'][0]['value']), (422, 'TREATMENT', 'shared'))
    s.same('and it is mended', call(who, 'POST', place + '/accounts?version=4&way=add',
                                    b'x\n' + accounts[len(fewer):]).said['accounts_missing'], 0)
    s.same('nothing else was changed', call(who, 'GET', place).said['cost_centres'],
           said['cost_centres'])


def commands(s, build, server, folder):
    run = Commands(os.path.join(build, 'ochil-server'), folder, 'http://127.0.0.1:%d' % server.port,
                   os.path.join(folder, 'token'))
    data = ledger('clackmannanshire.csv').replace(b'10100', b'10102')
    lines, total, _ = facts(data)
    with open(os.path.join(folder, 'next.csv'), 'wb') as file:
        file.write(data)
    up = run('import upload next.csv --name next.csv --year 2014-15 --book forecast')
    s.true('an extract is uploaded by a command', up[0] == 0 and up[1].strip().isdigit(), up)
    s.same('and begun', run('import begin %s --control-lines %d --control-amount %s' % (
        up[1].strip(), lines, total))[0], 0)
    for _ in range(150):
        said = json.loads(run('import show %s --json' % up[1].strip())[1])
        if said['state'] != 'reading':
            break
        time.sleep(0.05)
    s.same('and taken in', (said['state'], said['outcome'].split()[0]), ('taken', str(lines)))
    s.true('a month is shown', 'June' in run('month list 2014-15')[1], run('month list 2014-15'))
    s.same('a file is fetched',
           run('mapping accounts 2014-15')[1].encode(), model_rows('accounts.csv', 'CLK'))


# --- a drop folder ---

class Drop:
    """A folder with a watch over it."""

    def __init__(self, build, server, folder):
        self.path = os.path.join(folder, 'drop')
        os.mkdir(self.path)
        self.words = [os.path.join(build, 'ochil-server'), 'watch', self.path, '--still', '0',
                      '--every', '1', '--server', 'http://127.0.0.1:%d' % server.port,
                      '--token-file', os.path.join(folder, 'token')]

    def put(self, name, data, control=None):
        control = control or 'year = 2014-15\nsystem = Ledger\nlines = %d\ntotal = %s\n' % \
            facts(data)[:2]
        for name, bytes_of in ((name, data), (name + '.control', control.encode())):
            with open(os.path.join(self.path, name), 'wb') as file:
                file.write(bytes_of)

    def start(self, *more):
        return subprocess.Popen(self.words + list(more), stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.PIPE)

    def once(self):
        """Its exit code, what it printed as rows, what it said."""
        process = self.start('--once')
        out, said = process.communicate(timeout=60)
        return process.returncode, [line.split('\t') for line in out.splitlines()], said

    def files(self):
        """Of each place the names in it; a receipt is read."""
        found = {}
        for place in ('.', 'working', 'done', 'refused'):
            folder = os.path.join(self.path, place)
            found[place] = sorted(name for name in os.listdir(folder) if name != '.watch' and
                                  os.path.isfile(os.path.join(folder, name))
                                  ) if place == '.' else sorted(os.listdir(folder))
        return found

    def receipt(self, place):
        with open(os.path.join(self.path, place, 'receipt'), encoding='utf-8') as file:
            return dict(line.rstrip('\n').split(' = ', 1) for line in file)


def variant(number):
    """An extract of its own, with ids of its own."""
    return re.sub(rb'(?m)^(\w)', rb'V%d-\1' % number, ledger('clackmannanshire.csv')).replace(
        b'V%d-entry_id' % number, b'entry_id')


def drops(s, build, server, folder):
    drop = Drop(build, server, folder)
    first, second = variant(1), variant(2)
    drop.put('june.csv', first)
    with open(os.path.join(drop.path, 'alone.csv'), 'wb') as file:
        file.write(second)
    got = drop.once()
    s.true('a dropped extract is taken in', got[0] == 0 and len(got[1]) == 1 and
           got[1][0][0] == 'taken' and got[1][0][2] == 'june.csv', got)
    files = drop.files()
    s.true('one without control file is left alone', files['.'] == ['alone.csv'] and
           len(files['done']) == 1 and files['working'] == files['refused'] == [], files)
    receipt = drop.receipt('done/' + files['done'][0])
    lines, total, _ = facts(first)
    s.same('with a receipt', (receipt['import'], receipt['sha256'], receipt['lines'],
                              receipt['amount'], receipt['state']),
           (got[1][0][1], hashlib.sha256(first).hexdigest(), str(lines), str(total), 'taken'))
    drop.put('again.csv', first)
    s.same('the same once more is the same import', [drop.once()[1][0][:2], drop.receipt(
        'done/' + drop.files()['done'][1])['already']], [['taken', receipt['import']], 'yes'])
    drop.put('a.csv', second.replace(b'23987.20', b'lots'),
             'year = 2014-15\nlines = 1\ntotal = 1\nsystem = Ledger\n')
    drop.put('b.csv', second, 'lines = 1\n')
    drop.put('c.csv', second, 'year = 2001-02\nlines = 1\ntotal = 1\n')
    drop.put('d.csv', first, 'year = 2014-15\nlines = 1\ntotal = 1\nbook = budget\n')
    drop.put('e.csv', second, 'year = 2014-15\nlines = 1\ntotal = 1\nsha256 = 00\n')
    got = drop.once()
    places = drop.files()['refused']
    outcomes = [drop.receipt('refused/' + place)['outcome'] for place in places]
    s.true('what is not fit is refused, and each receipt says why', got[0] == 1 and all(
        part in outcome for part, outcome in zip(
            ('12 rows were refused', "does not say 'year'", 'No such year', 'of 2014-15, book ledger',
             'another file'), outcomes)) and len(outcomes) == 5, (got, outcomes))
    with open(os.path.join(drop.path, 'refused', places[0], 'errors.csv'), 'rb') as file:
        s.true('with its rows in a file', b'lots' in file.read())
    os.symlink('/etc/hostname', os.path.join(drop.path, 'way.csv'))
    with open(os.path.join(drop.path, 'way.csv.control'), 'w', encoding='ascii') as file:
        file.write('year = 2014-15\nlines = 1\ntotal = 1\n')
    s.same('a way to another file is none', drop.once()[:2], (0, []))
    return drop


def stopped_drops(s, who, drop, server):
    other = drop.start()
    for _ in range(100):
        if os.path.exists(os.path.join(drop.path, '.watch')):
            break
        time.sleep(0.02)
    time.sleep(0.2)
    s.same('two do not watch one folder', drop.once()[0], 8)
    other.send_signal(signal.SIGINT)
    s.same('Ctrl-C ends it', (other.wait(10), other.communicate()[0]), (130, ''))
    wanted = {}
    for number in range(3, 7):
        wanted['v%d.csv' % number] = variant(number)
        drop.put('v%d.csv' % number, wanted['v%d.csv' % number])
    done = set(drop.files()['done'])
    kills = 0
    for wait in range(1, 24):
        process = drop.start('--once')
        try:
            process.wait(0.02 * wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        process.stdout.close()
        process.stderr.close()
        if not drop.files()['working'] and 'v6.csv' not in drop.files()['.'] and kills > 5:
            break
    drop.once()
    new = sorted(set(drop.files()['done']) - done)
    s.same('killed again and again, each is taken in, and is what it was', {
        drop.receipt('done/' + place)['file']: open(os.path.join(
            drop.path, 'done', place, place.split('-', 1)[1]), 'rb').read() for place in new},
        wanted)
    imports = call(who, 'GET', '/api/v1/imports').said
    s.same('once', sorted(row['file'] for row in imports if row['file'] in wanted),
           sorted(wanted))
    s.true('it was killed', kills > 5, kills)
    server.stop()
    drop.put('late.csv', variant(9))
    got = drop.once()
    s.true('without a server it waits', got[0] == 8 and len(drop.files()['working']) == 1, got)
    server.start()
    s.same('and goes on when there is one', [row[0] for row in drop.once()[1]], ['taken'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--only', choices=('calls', 'drops'), help='one part of it')
    options = parser.parse_args()
    build = os.path.dirname(tap.find_engine(options.ochil))
    t = tap.Tap()
    s = Suite(t, 'imports')
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        server = Served(build, folder)
        server.run('init', '--sample', '--without-year')
        with server:
            who = Browser(server.port)
            who.sign_in('finance.clk@demo.example', PASSWORD)
            with open(make_token(who, folder, 'token', True), encoding='ascii') as file:
                call.token = file.read().split()[-1]
            with api_schema.watched(server) as faults:
                calls(s, who)
                if options.only != 'drops':
                    twice(s, who)
                    calls_of_maps(s, who)
            s.same('every call was answered as the document says', faults, [])
            if options.only != 'drops':
                commands(s, build, server, folder)
            if options.only != 'calls':
                stopped_drops(s, who, drops(s, build, server, folder), server)
        said = server.said()
        s.true('nothing went wrong on the way', 'level=error' not in said, said[-2000:])
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
