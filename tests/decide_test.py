#!/usr/bin/env python3
"""decide_test.py -- kept files and proposals as both councils' people and programs meet them.

    decide_test.py [--ochil PATH]

The same on a SQLite file and on PostgreSQL with row-level security in force.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import sys
import tempfile
import time

import postgres
import tap
from policy_test import COUNCILS, account_sql, key_hash
from served import Browser, Served
from web_test import Suite, change

CANARY = '"><script>canary</script>'
CSV = b'id,amount\r\n1,2.50\r\n' * 40000
BOUNDARY = '----canary7'


class Office:
    """People of both councils, put there past the server, each signed in at a browser."""

    def __init__(self):
        self.sql, self.number, self.secret = [], 500, {}

    def add(self, name, home, *grants):
        """`grants`: (council, role)."""
        self.number += 1
        now, secret = int(time.time() * 1000), hashlib.sha256(name.encode()).hexdigest()
        acting = grants[0][0] if grants else home
        self.secret[name] = secret
        self.sql += account_sql(self.number, COUNCILS[home], name)
        for row, (council, role) in enumerate(grants):
            self.sql.append(
                "INSERT INTO role_grant (id, council, account, role, starts, ends, made_at) VALUES "
                "(%d, %d, %d, '%s', '2020-01-01', '2099-01-01', 1)" % (10 * self.number + row,
                                                         COUNCILS[council], self.number, role))
        for kind, table in (('session', 'session (id, council, account, acting, made_at, seen_at)'
                             " VALUES (%d, %d, %d, %d, %d, %d)"),
                            ('token', 'api_token (id, council, account, acting, made_at, ends_at, '
                             "name, may_write) VALUES (%d, %d, %d, %d, %d, %d, 'x', TRUE)")):
            self.sql.append('INSERT INTO ' + table % (
                self.number, COUNCILS[home], self.number, COUNCILS[acting], now,
                now + (10**9 if kind == 'token' else 0)))
            self.sql.append("INSERT INTO identity_key (hash, kind, council, subject) VALUES "
                            "('%s', '%s', %d, %d)" % (key_hash(kind, secret), kind,
                                                      COUNCILS[home], self.number))

    def browser(self, port, name):
        return Person(port, self.secret[name])


class Person(Browser):
    def send(self, path, fields=(), files=(), token='', headers=None):
        """A form with files, as a browser sends it: `files` are (field, name, type, bytes). The
        token of the page comes first; another one, or None, if given."""
        if token == '':
            token = key_hash('form', self.cookie)
        parts = [('form_token', None, None, token.encode())] if token else []
        parts += [(name, None, None, value.encode()) for name, value in fields]
        parts += list(files)
        body = b''
        for name, file, kind, data in parts:
            body += b'--%s\r\nContent-Disposition: form-data; name="%s"' % (BOUNDARY.encode(),
                                                                          name.encode())
            if file is not None:
                body += b'; filename="%s"\r\nContent-Type: %s' % (
                    file.replace('"', '%22').encode(), kind.encode())
            body += b'\r\n\r\n' + data + b'\r\n'
        body += b'--%s--\r\n' % BOUNDARY.encode()
        given = {'Content-Type': 'multipart/form-data; boundary=' + BOUNDARY,
                 'Origin': 'http://127.0.0.1:%d' % self.port, 'Sec-Fetch-Site': 'same-origin'}
        given.update(headers or {})
        return self.ask('POST', path, body, given)

    def form(self, path, **fields):
        return self.post(path, fields, token=key_hash('form', self.cookie))

    def call(self, method, path, body=None, **headers):
        given = {'Authorization': 'Bearer ochil_' + self.cookie,
                 'Content-Type': 'application/json'}
        given.update({name.replace('_', '-'): value for name, value in headers.items()})
        return Browser(self.port).ask(method, '/api/v1' + path, body, given)


def header(answer, name):
    return dict(answer.headers).get(name)


def done(answer):
    """What the next page will say."""
    found = re.search(r'DONE_[A-Z_]+', header(answer, 'Set-Cookie') or '')
    return found and found.group(0)


def raw(who, path):
    """The bytes of a file."""
    import http.client
    link = http.client.HTTPConnection('127.0.0.1', who.port, timeout=20)
    link.request('GET', path, None, {'Cookie': '__Host-ochil=' + who.cookie})
    response = link.getresponse()
    data = response.read()
    link.close()
    return response, data


# --- kept files ---

def take(s, legal, clerk, finance, sti):
    s.true('at first there is none, and the page says what for',
           'No file is kept yet' in clerk.get('/evidence').body)
    none = clerk.send('/evidence', files=[('file', '', 'application/octet-stream', b'')])
    s.true('without a file it is said', none.status == 422 and 'Choose a file.' in none.body and
           'href="#file"' in none.body, none.body)
    minute = ('file', 'minute 7 %s.csv' % CANARY, 'text/csv', CSV)
    for words, token, headers in (('without a token', None, {}), ('with another', '0' * 64, {}),
                                  ('from elsewhere', '', {'Origin': 'https://evil.example'})):
        small = ('file', 'x.txt', 'text/plain', b'x')
        s.same('%s nothing is kept' % words, clerk.send('/evidence', (), [small], token,
                                                        headers).status, 403)
    s.true('indeed', 'No file is kept yet' in clerk.get('/evidence').body)
    kept = clerk.send('/evidence', files=[minute])
    page = clerk.get(kept.location)
    s.true('a file is kept', kept.status == 303 and done(kept) == 'DONE_FILE_KEPT', kept.headers)
    s.true('its page has its name, escaped, its size and hash',
           '<script' not in page.body and 'minute 7 &quot;&gt;&lt;script' in page.body and
           '760000 bytes' in page.body and hashlib.sha256(CSV).hexdigest() in page.body, page.body)
    response, data = raw(clerk, kept.location + '/file')
    s.true('what is downloaded is what was sent', data == CSV)
    s.same('under its name, which breaks out of nothing',
           response.getheader('Content-Disposition'),
           'attachment; filename="minute_7____script_canary__script_.csv"; filename*=UTF-8\'\''
           'minute%207%20%22%3E%3Cscript%3Ecanary%3C%2Fscript%3E.csv')
    s.same('nobody guesses at its kind', (response.getheader('Content-Type'),
                                          response.getheader('X-Content-Type-Options')),
           ('text/csv', 'nosniff'))
    again = clerk.send('/evidence', files=[minute])
    s.true('the same again adds nothing, and says so', again.location == kept.location and
           done(again) == 'DONE_FILE_ALREADY')
    token_last = clerk.send('/evidence', [], [('file', 'b.txt', 'text/plain', b'b'),
                                              ('file', 'c.txt', 'text/plain', b'c'),
                                              ('form_token', None, None,
                                               key_hash('form', clerk.cookie).encode())], None)
    s.same('several at once, whatever comes first in the form',
           (token_last.status, token_last.location), (303, '/evidence'))
    listed = finance.get('/evidence').body
    s.true('the list has them, for a colleague too', all(name in listed for name in
                                                         ('minute 7', 'b.txt', 'c.txt')), listed)
    for body in (b'--%s\r\n' % BOUNDARY.encode(), b'x' * 70000):
        s.same('what is no form is refused', clerk.ask('POST', '/evidence', body, {
            'Content-Type': 'multipart/form-data; boundary=' + BOUNDARY,
            'Origin': 'http://127.0.0.1:%d' % clerk.port}).status, 400)
    empty = clerk.send('/evidence', files=[('file', 'e', 'text/plain', b'')])
    s.true('an empty file is refused', empty.status == 422 and 'is empty' in empty.body)
    absent = sti.get('/evidence/' + '0' * 32).alike()
    s.same("the partner does not see it, nor that it is there",
           [sti.get(path).alike() for path in (kept.location, kept.location + '/file')],
           2 * [absent])
    s.true('nor in its list', 'No file is kept yet' in sti.get('/evidence').body)
    return kept.location


def readings(s, clerk, auditor):
    """Of a file with personal data each is in the trail, of others none."""
    kept = clerk.send('/evidence', [('personal', 'yes')],
                      [('file', 'staff.csv', 'text/csv', b'a,b\n1,2\n')]).location
    s.true('it says so', 'every reading stands in the trail' in clerk.get(kept).body)

    def count():
        return auditor.get('/trail/export').body.count('"evidence.read"')
    before = count()
    raw(clerk, kept + '/file')
    raw(auditor, kept + '/file')
    s.same('each reading of personal data is in the trail', count() - before, 2)


def erase(s, place, clerk, legal):
    hidden = legal.get('/no/such/page').alike()
    s.same('who may not erase is not asked why', clerk.get(place + '/erase').alike(),
           clerk.get('/no/such/page').alike())
    s.true('the form says what it means', 'destroying its key' in legal.get(place + '/erase').body)
    s.true('without a reason it is not erased', legal.form(place + '/erase', why='').status == 422)
    gone = legal.form(place + '/erase', why='kept too long')
    page = legal.get(place).body
    s.true('it is erased', done(gone) == 'DONE_FILE_ERASED' and 'minute 7' not in page and 'Download' not in page, page)
    s.same('nobody opens it', raw(legal, place + '/file')[0].status, 404)
    s.same('nor erases it again', legal.form(place + '/erase', why='x').alike(), hidden)
    s.true('the list says so', 'Erased file' in clerk.get('/evidence').body)


def calls(s, clerk, auditor):
    data = b'%PDF-1.4 minute'
    digest = 'sha-256=:%s:' % base64.b64encode(hashlib.sha256(data).digest()).decode()
    path = '/evidence?name=minute%208.pdf'
    bad = clerk.call('POST', path, data, Content_Type='application/pdf',
                     Content_Digest=digest.replace('sha-256=:', 'sha-256=:A'))
    s.true('a digest that is not of the body is refused', bad.status == 400 and
           'Content-Digest' in bad.body, bad.body)
    made = clerk.call('POST', path, data, Content_Type='application/pdf', Content_Digest=digest)
    told = json.loads(made.body)
    s.same('a program keeps a file', (made.status, told['name'], told['media'], told['size'],
                                      told['sha256'], told['personal']),
           (201, 'minute 8.pdf', 'application/pdf', len(data), hashlib.sha256(data).hexdigest(),
            False))
    s.same('the same is there already', clerk.call('POST', path, data).status, 200)
    s.same('without a name it is refused', clerk.call('POST', '/evidence', data).status, 400)
    s.same('it is fetched', auditor.call('GET', '/evidence/%s/file' % told['id']).body,
           data.decode())
    s.same('an auditor keeps none', auditor.call('POST', path, data).status, 404)
    s.true('it is listed', told in json.loads(auditor.call('GET', '/evidence').body))
    s.same('a place that is none', auditor.call('GET', '/evidence?before=x').status, 400)
    link = clerk.ask('POST', '/api/v1' + path, None, {
        'Authorization': 'Bearer ochil_' + clerk.cookie, 'Content-Length': str(9 << 20)})
    s.same('more than the setting lets in is refused before it comes', link.status, 413)


def pages(s, clerk):
    """More than a page of them."""
    for number in range(4):
        clerk.send('/evidence', files=[('file', 'n%d-%d' % (number, n), 'text/plain',
                                        b'%d %d' % (number, n)) for n in range(16)])
    first = clerk.get('/evidence').body
    after = re.search(r'href="(/evidence\?before=[^"]*)"', first).group(1)
    second = clerk.get(after).body
    names = re.findall(r'<a href="/evidence/[0-9a-f]{32}">', first + second)
    s.true('the list goes on behind fifty', len(names) == len(set(names)) == 64 and
           first.count('<a href="/evidence/') == 50, str(len(names)))


def one_engine(t, build, engine, folder, owner_url, url):
    s = Suite(t, engine)
    owner = Served(build, folder, owner_url)
    owner.init(*(['--role', 'ochil_app'] if url else []))
    office = Office()
    for council, home in (('clk', 'CLK'), ('sti', 'STI')):
        for name, role in (('legal', 'legal-officer'), ('clerk', 'clerk'),
                           ('finance', 'head-of-finance'), ('chief', 'chief-executive'),
                           ('auditor', 'auditor')):
            office.add('%s.%s' % (name, council), home, (home, role))
    change(owner_url or os.path.join(folder, 'ochil.db'), ';'.join(office.sql))
    os.environ['OCHIL_UPLOAD_MOST'] = '8'
    with Served(build, folder, url) as server:
        who = {name: office.browser(server.port, name) for name in office.secret}
        place = take(s, who['legal.clk'], who['clerk.clk'], who['finance.clk'], who['legal.sti'])
        readings(s, who['clerk.clk'], who['auditor.clk'])
        erase(s, place, who['clerk.clk'], who['legal.clk'])
        calls(s, who['clerk.clk'], who['auditor.clk'])
        pages(s, who['clerk.sti'])
        said = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in said, said[-3000:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--file', action='store_true', help='only on SQLite')
    options = parser.parse_args()
    build = os.path.dirname(tap.find_engine(options.ochil))
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        one_engine(t, build, 'SQLite', folder, None, None)
    if options.file:
        return t.done()
    try:
        with postgres.Server() as url, tempfile.TemporaryDirectory(prefix='ochil-') as folder:
            change(url, 'CREATE ROLE ochil_app LOGIN')
            one_engine(t, build, 'PostgreSQL', folder, url,
                       url.replace('postgres@', 'ochil_app@'))
    except postgres.NoServer as trouble:
        t.check('a PostgreSQL server starts', str(trouble))
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
