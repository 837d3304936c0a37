#!/usr/bin/env python3
"""decide_test.py -- kept files and proposals as both councils' people and programs meet them.

    decide_test.py [--ochil PATH]

The same on a SQLite file and on PostgreSQL with row-level security in force.
"""
import base64
import concurrent.futures
import hashlib
import html
import json
import os
import re
import subprocess
import sys
import time

import api_schema
import engines
import said
import tap
from policy_test import COUNCILS, account_sql
from served import BOUNDARY, Browser, Served, key_hash
from web_test import Suite, change

CANARY = '"><script>canary</script>'
CSV = b'id,amount\r\n1,2.50\r\n' * 40000


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
           '<script>' not in page.body and 'minute 7 &quot;&gt;&lt;script' in page.body and
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
    s.same('the same is the same file', json.loads(clerk.call('POST', path, data).body), told)
    s.same('without a name it is refused', clerk.call('POST', '/evidence', data).status, 400)
    s.same('it is fetched', auditor.call('GET', '/evidence/%s/file' % told['id']).body,
           data.decode())
    s.same('an auditor keeps none', auditor.call('POST', path, data).status, 404)
    s.true('it is listed', told in json.loads(auditor.call('GET', '/evidence').body))
    s.same('a place that is none', auditor.call('GET', '/evidence?before=x').status, 400)


def too_large(s, clerk):
    answer = clerk.ask('POST', '/api/v1/evidence?name=x', None, {
        'Authorization': 'Bearer ochil_' + clerk.cookie, 'Content-Length': str(9 << 20)})
    s.same('more than the setting lets in is refused before it comes', answer.status, 413)


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


# --- proposals ---

TODAY = time.strftime('%Y-%m-%d', time.gmtime())
LATER = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 40 * 86400))
DRAFT = {'kind': 'data-sharing', 'subject': 'school transport ' + CANARY, 'purpose': 'One\nroute',
         'basis': 'Education (Scotland) Act 1980 s.51', 'people': 'pupils', 'data': 'name, stop',
         'receives': 'the transport team', 'protects': 'sealed', 'kept': 'one year',
         'dpia': 'DPIA 12', 'contact': 'data protection officers', 'review': '2030',
         'effective': LATER}


def revision(who, path):
    found = re.search(r'name="revision" value="(\d+)"', who.get(path).body)
    return found.group(1) if found else ''


def step(who, path, what, **fields):
    fields.setdefault('revision', revision(who, path))
    return who.form(path + '/' + what, **fields)


def agree(who, path, files=(), **fields):
    given = {'revision': revision(who, path), 'body': 'Council', 'decided': TODAY,
             'minute': 'item 7'}
    given.update(fields)
    return who.send(path + '/agree', list(given.items()), files)


def standing(who, path):
    return json.loads(who.call('GET', path).body)['standing']


def shown(who, **asked):
    """Subjects of a list."""
    query = '&'.join('%s=%s' % item for item in asked.items())
    return [one['subject'] for one in json.loads(who.call('GET', '/proposals?' + query).body)]


def drafts(s, who):
    legal = who['legal.clk']
    s.true('at first nothing waits', 'Nothing waits for your agreement' in
           who['chief.clk'].get('/proposals').body)
    s.true('one chooses a kind', 'href="/new-proposal?kind=data-sharing"' in
           legal.get('/new-proposal').body)
    s.same('of those that there are', legal.get('/new-proposal?kind=none').status, 404)
    bad = legal.form('/proposals', **dict(DRAFT, subject='', effective='soon', kept='',
                                          people='a\nb', purpose=CANARY))
    s.same('what is not fit is refused, all at once', (bad.status, re.findall(
        r'<li><a href="#(\w+)">', bad.body)), (422, ['subject', 'people', 'kept', 'effective']))
    s.true('and what was typed is kept, escaped', '<script>' not in bad.body and
           'DPIA 12' in bad.body)
    made = legal.form('/proposals', **DRAFT)
    path = made.location
    s.same('a draft is kept', done(made), 'DONE_DRAFT_KEPT')
    s.same('a second click finds it', legal.form('/proposals', **DRAFT).location, path)
    s.same('another about the same is a conflict', legal.form(
        '/proposals', **dict(DRAFT, kept='for ever')).status, 409)
    hidden = [[who[name].get(at).alike() for at in (path, '/proposals/99999')]
              for name in ('legal.sti', 'chief.sti')]
    s.true('the partner does not see it', all(one == other and one[0] == 404
                                              for one, other in hidden), hidden)
    page = legal.get(path).body
    s.true('its own council does, escaped, with what is to be done', '<script>' not in page and
           'Propose it' in page and 'has not agreed' in page, page)
    edit = legal.form(path, **dict(DRAFT, kept='two years', revision=revision(legal, path)))
    s.same('it is changed', (done(edit), 'two years' in legal.get(path).body),
           ('DONE_DRAFT_KEPT', True))
    late = legal.form(path, **dict(DRAFT, revision='1', kept='for ever and a day'))
    s.true('from an old page it is not: both are shown', late.status == 409 and
           'two years' in late.body and 'for ever and a day' in late.body, late.body)
    s.same('an auditor prepares none', who['auditor.clk'].get('/new-proposal').status, 404)
    return path


def proposed(s, who, path):
    """Proposed, returned with a reason, prepared again."""
    legal, chief, theirs = who['legal.clk'], who['chief.clk'], who['chief.sti']
    seen = revision(legal, path)
    first = step(legal, path, 'propose', revision=seen)
    s.same('it is proposed', (done(first), standing(theirs, path)),
           ('DONE_PROPOSED', 'waiting-here'))
    again = step(legal, path, 'propose', revision=seen)
    s.same('a second click is harmless', (again.status, again.location), (303, path))
    s.same('somebody else who is late is told how it stands',
           step(legal, path, 'withdraw', revision=seen).status, 409)
    page = theirs.get(path).body
    s.true('the partner reads it and may agree or return it', 'school transport' in page and
           '>Agree</button>' in page and 'Return it with this reason' in page, page)
    home = theirs.get('/').body
    s.true('its first page says that it waits', '1 proposal</a>, proposed on ' in
           home.replace('<a href="/proposals">1', '1'), home)
    s.true('not to who cannot agree', 'Nothing waits for you' in who['legal.sti'].get('/').body)
    none = step(theirs, path, 'return', reason=' ')
    s.true('without a reason it is not returned', none.status == 422 and
           'To return a proposal needs a reason' in none.body and 'href="#reason"' in none.body)
    s.same('with one it is', done(step(theirs, path, 'return', reason='say how long: ' + CANARY)),
           'DONE_RETURNED')
    page = legal.get(path).body
    s.true('and says why', standing(legal, path) == 'returned' and 'say how long' in page and
           '<script>' not in page and 'Propose it again, changed' in page, page)
    form = legal.get('/new-proposal?from=' + path.split('/')[-1])
    s.true('the next one begins with its words', 'two years' in form.body and
           'name="subject"' not in form.body, form.body)
    fields = dict(DRAFT, kept='three years', **{'from': path.split('/')[-1]})
    del fields['subject'], fields['kind']
    new = legal.form('/proposals', **fields).location
    s.true('and is another proposal', new not in (None, path))
    return new


def agreed(s, who, path):
    legal, chief, theirs = who['legal.clk'], who['chief.clk'], who['chief.sti']
    step(legal, path, 'propose')
    page = legal.get(path).body
    s.true('who may not agree is told why, and has no button', '>Agree</button>' not in page and
           'has not authorised this person' in page, page)
    none = agree(chief, path, body='', minute='m' + CANARY)
    s.true('without a decision nobody agrees, and what was typed is kept', none.status == 422 and
           'href="#body"' in none.body and 'value="m&quot;&gt;&lt;script' in none.body, none.body)
    s.true('nor on one of tomorrow', agree(chief, path, decided=LATER).status == 422)
    minute = ('file', 'minute.pdf', 'application/pdf', b'%PDF minute of CLK')
    seen = revision(chief, path)
    s.same('one council agrees', done(agree(chief, path, [minute], revision=seen)), 'DONE_AGREED')
    s.same('a second click is harmless', agree(chief, path, [minute], revision=seen).status, 303)
    s.same('and waits for the other', (standing(chief, path), standing(theirs, path)),
           ('waiting-there', 'waiting-here'))
    page = theirs.get(path).body
    place = re.search(r'href="(/evidence/[0-9a-f]{32})">minute.pdf', page).group(1)
    s.same('the partner reads the decision it rests on', raw(theirs, place + '/file')[1],
           b'%PDF minute of CLK')
    s.true('and what rests on it', path in theirs.get(place).body and
           'Erase' not in who['legal.sti'].get(place).body)
    s.same('but erases nothing', who['legal.sti'].form(place + '/erase', why='x').status, 404)
    s.true('nor is it in its list', 'minute.pdf' not in theirs.get('/evidence').body)
    own = theirs.send('/evidence', [('personal', 'yes')],
                      [('file', 'p.csv', 'text/csv', b'person')]).location
    personal = agree(theirs, path, [('file', 'p.csv', 'text/csv', b'person')])
    s.true('a file with personal data is no minute, and nothing was done',
           personal.status == 400 and 'personal data' in personal.body and own and
           standing(theirs, path) == 'waiting-here')
    seen = revision(theirs, path)
    s.same('the other agrees', done(agree(theirs, path, revision=seen)), 'DONE_IN_FORCE')
    s.same('who comes late is told', agree(who['chief2.sti'], path, revision=seen).status, 409)
    s.same('from its day on it is in force', (standing(legal, path), shown(legal, show='in-force',
                                                                          on=TODAY),
                                              shown(legal, show='in-force', on=LATER)),
           ('coming', [], [DRAFT['subject']]))
    history = legal.get(path).body
    s.true('and all of it is told', all(words in history for words in (
        'Agreed, as the last', 'Proposed', 'Prepared', 'item 7')))


def superseded(s, who, path):
    """Version 2 by the other council, whose preparer has both roles and turns no key."""
    both, theirs, chief = who['both'], who['chief.sti'], who['chief.clk']
    page = who['legal.sti'].get(path).body
    s.true('either council may prepare a change', 'Prepare a change to it' in page, page)
    fields = dict(DRAFT, kept='four years', **{'from': path.split('/')[-1]})
    del fields['subject'], fields['kind']
    new = both.form('/proposals', **fields).location
    step(both, new, 'propose')
    page = both.get(new).body
    s.true('who prepared it does not agree, and is told so', '>Agree</button>' not in page and
           'Whoever prepared a proposal does not agree to it' in page, page)
    s.same('nor by any other way', (agree(both, new, revision='2').status,
                                    both.call('POST', new + '/agree', json.dumps(
                                        {'revision': 2, 'body': 'x', 'minute': 'x',
                                         'decided': TODAY})).status), (403, 403))
    agree(chief, new)
    late = agree(theirs, new)
    s.true('what leaves the first no day must say so', late.status == 409 and
           'overtakes' in late.body, late.body)
    s.same('it is withdrawn', done(step(both, new, 'withdraw')), 'DONE_WITHDRAWN')
    again = dict(fields, overtakes='yes', **{'from': new.split('/')[-1]})
    last = both.form('/proposals', **again).location
    step(both, last, 'propose')
    agree(chief, last)
    page = theirs.get(last).body
    s.true('old and new stand side by side', 'three years' not in page and 'four years' in page,
           page)
    agree(theirs, last)
    day = shown(chief, show='in-force', on=LATER)
    s.same('one version is in force', (day, [one['version'] for one in json.loads(
        chief.call('GET', '/proposals?show=in-force&on=' + LATER).body)]), ([DRAFT['subject']], [2]))
    s.same('lists have each in its place', [len(shown(chief, show=show)) for show in
                                            ('me', 'others', 'drafts', 'past')], [0, 0, 0, 2])
    s.same('a list that is none', chief.get('/proposals?show=x').status, 400)


def race_of_two(s, who):
    """Both councils' keys at once, and one returning what the other agrees to."""
    program = who['legal.clk']
    made = json.loads(program.call('POST', '/proposals', json.dumps(
        dict(DRAFT, subject='by a program', effective=TODAY))).body)
    path = '/proposals/%d' % made['id']
    step_by = program.call('POST', path + '/propose', None, If_Match='"%d"' % made['revision'])
    told = json.loads(step_by.body)
    s.same('a program proposes', (step_by.status, header(step_by, 'ETag'), told['standing']),
           (200, '"%d"' % told['revision'], 'waiting-here'))
    s.same('without a revision it does nothing', program.call('POST', path + '/withdraw').status,
           409)
    decision = json.dumps({'body': 'x', 'decided': TODAY, 'minute': 'item 1'})

    def run(name):
        return who[name].call('POST', path + '/agree', decision, If_Match='"%d"' % told['revision']
                              ).status
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(run, ('chief.clk', 'chief.sti')))
    s.same('of two keys at once one waits', statuses, [200, 409])
    late = next(name for name in ('chief.clk', 'chief.sti')
                if standing(who[name], path) == 'waiting-here')
    now = json.loads(who[late].call('GET', path).body)
    who[late].call('POST', path + '/agree', decision, If_Match='"%d"' % now['revision'])
    s.same('and turns it then: in force today', standing(who[late], path), 'in-force')


def laws(s, who, store):
    """What the database itself does not let in, whoever asks."""
    kept = who['clerk.clk'].send('/evidence', [('personal', 'yes')],
                                 [('file', 'l.csv', 'text/csv', b'law')]).location.split('/')[-1]
    row = "INSERT INTO evidence_link (council, partners, evidence, subject_kind, subject_id, " \
          "made_at, made_by%s) VALUES (%s, '%s', '" + kept + "', 'x', '1', 1, 'x'%s)"
    past = [('shared, with personal data', row % ('', 1, ',1,2,', '')),
            ("another council's", row % ('', 2, '', '')),
            ('ended from the first', row % (', ended_at, ended_by', 1, '', ", 1, 'x'")),
            ('taken out', 'DELETE FROM evidence_link'),
            ('changed', "UPDATE evidence_link SET partners = ''")]
    for words, sql in past:
        s.true('a link is not %s' % words, not possible(store, sql))
    s.true('its own is', possible(store, row % ('', 1, '', '')))
    s.true('once', not possible(store, row % ('', 1, '', '')))
    s.true('and it ends', possible(store, "UPDATE evidence_link SET ended_at = 2, ended_by = 'x' "
                                          "WHERE evidence = '%s'" % kept))


def possible(store, sql):
    tool = ['psql', '-qX', '-v', 'ON_ERROR_STOP=1', store, '-c', sql] if \
        store.startswith('postgres') else ['sqlite3', '-bail', store, '.timeout 5000', sql]
    return subprocess.run(tool, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


# --- policies, which both councils make common ---

POLICY = {'title': 'Protecting information', 'area': 'information', 'summary': 'How ' + CANARY,
          'kept': 'file 12', 'owner_post': 'Head of Legal', 'review_due': '2030-01-01',
          'adopted': ''}


def version(who, place):
    return re.search(r'name="version" value="(\d+)"', who.get(place).body).group(1)


def proposed_policy(s, who, place):
    fields = {'kind': 'policy', 'subject': place.split('/')[-1], 'standing': 'common',
              'terms': 'Clackmannanshire keeps the text', 'effective': LATER}
    path = who['legal.clk'].form('/proposals', **fields).location
    step(who['legal.clk'], path, 'propose')
    agree(who['chief.clk'], path)
    return path


def policies(s, who):
    legal, theirs = who['legal.clk'], who['chief.sti']
    place = legal.form('/policies', **dict(POLICY, common_from=TODAY)).location
    page = legal.get(place).body
    s.true('a policy is recorded, individual, whatever is sent along', place == '/policies/CLK-1'
           and 'It is individual' in page and '<script>' not in page and TODAY not in
           page.split('Common from')[1][:80], page)
    none = legal.form(place + '/state', event='adopt', why='x', version=version(legal, place))
    s.true('without a decision it is not adopted', none.status == 422 and
           'by which decision' in none.body)
    s.true('the partner does not see it', 'CLK-1' not in theirs.get('/policies').body)
    path = proposed_policy(s, who, place)
    refused = agree(theirs, path)
    s.true('while it is not joint the last key does not turn', refused.status == 400 and
           'make it joint first' in refused.body and standing(theirs, path) == 'waiting-here',
           refused.body)
    legal.form(place + '/sharing', sharing='joint', version=version(legal, place))
    s.true('from its page it is proposed', 'new-proposal?kind=policy&amp;subject=CLK-1' in
           legal.get(place).body and 'value="CLK-1"' in
           legal.get('/new-proposal?kind=policy&subject=CLK-1').body)
    s.same('with both keys it is common', done(agree(theirs, path)), 'DONE_IN_FORCE')
    page = theirs.get(place).body
    s.true('from the day on, by a decision of each', 'datetime="%s"' % LATER in
           page.split('Common from')[1][:80] and page.count('item 7') == 2 and
           'Agreed by each council' in page, page)
    s.true('which its list and files say', LATER in legal.get('/policies.csv').body)
    for sent, words in ((('/sharing', {'sharing': 'own'}), 'stays joint'),
                        (('/state', {'event': 'withdraw', 'why': 'x'}), 'first both councils')):
        got = legal.form(place + sent[0], **dict(sent[1], version=version(legal, place)))
        s.true('one council alone does not undo it: %s' % sent[0], got.status == 422 and
               words in got.body, got.body)
    legal.form(place, **dict(POLICY, title='Other', common_from='', version=version(legal, place)))
    page = legal.get(place).body
    s.true('nor by the form', 'Other' in page and 'datetime="%s"' % LATER in
           page.split('Common from')[1][:80])


# --- services, roles for them, and what not everybody reads ---

SCHOOLS = {'title': 'Schools', 'law': 'Act 1980', 'owner_post': 'Head', 'rag': 'red',
           'how_met': 'Inspected', 'next_check': '2030-01-01', 'service': ''}


def proposed_service(s, who, **fields):
    given = {'kind': 'service', 'subject': 'Education', 'lead': 'STI', 'standing': 'shared',
             'covers': 'Schools of both', 'effective': TODAY}
    made = who['legal.clk'].form('/proposals', **dict(given, **fields))
    if made.status == 303:
        step(who['legal.clk'], made.location, 'propose')
        agree(who['chief.clk'], made.location)
    return made


def grant(who, **fields):
    given = {'login': 'school.clk', 'role': 'legal-officer', 'service': 'Education',
             'starts': TODAY, 'ends': ''}
    return who['admin.clk'].form('/people/roles', **dict(given, **fields))


def services(s, who):
    admin = who['admin.clk']
    s.true('a list of both councils begins empty', all('share no service yet' in
           who[name].get('/services').body for name in ('school.clk', 'legal.sti')))
    for fields, words in (({'subject': 61 * 'x'}, 'at most 60 bytes'),
                          ({'standing': 'perhaps'}, 'shared, or no longer')):
        got = proposed_service(s, who, **fields)
        s.true('not fit: %s' % list(fields), got.status == 422 and words in got.body, got.body)
    path = proposed_service(s, who, subject='Care', lead='XXX').location
    got = agree(who['chief.sti'], path)
    s.true('who leads it is a council', got.status != 303 and 'There is no council XXX' in got.body, got.body)
    path = proposed_service(s, who).location
    s.true('with one key it is not there', 'share no service yet' in admin.get('/services').body
           and grant(who).status == 422)
    s.same('with both it is', done(agree(who['chief.sti'], path)), 'DONE_IN_FORCE')
    for name in ('school.clk', 'legal.sti'):
        page = who[name].get('/services').body
        s.true('%s sees it, and who leads' % name, 'Education' in page and 'STI' in page, page)
    s.same('programs too', [(one['service'], one['lead'], one['starts'], one['ended']) for one in
                            json.loads(who['clerk.sti'].call('GET', '/services').body)],
           [('Education', 'STI', TODAY, None)])
    path = proposed_service(s, who, standing='no longer', effective=LATER).location
    agree(who['chief.sti'], path)
    page = admin.get('/services').body
    s.true('until both agree that it ends', 'datetime="%s"' % TODAY in page and
           'datetime="%s"' % LATER in page, page)
    refused = grant(who, role='administrator')
    s.true('who administers does so for all', refused.status == 422 and
           'as a whole' in refused.body, refused.body)
    s.same('a role is given for it', grant(who).status, 303)
    s.true('as the page says', 'legal officer for Education' in admin.get('/people').body and
           'legal officer for Education' in who['school.clk'].get('/').body)
    s.same('and the call', json.loads(who['school.clk'].call('GET', '/session').body)
           ['service_roles'], ['legal-officer for Education'])
    page = admin.get('/roles/legal-officer?service=Education').body
    s.true('what it would see is told', 'for Education see?' in page and 'Obligations' in page and
           'Evidence' not in page.split('In the menu')[1].split('</ul>')[0], page)


def for_a_service(s, who):
    """Who has a role for Education alone."""
    school, legal = who['school.clk'], who['legal.clk']
    s.true('its form has that service alone', 'value="Education" selected' in
           school.get('/new-obligation').body)
    for service, words in (('', 'choose a service'), ('Care', 'your role is not for')):
        got = school.form('/obligations', **dict(SCHOOLS, service=service))
        s.true('not recorded: %r' % service, got.status == 422 and words in got.body, got.body)
    got = legal.form('/obligations', **dict(SCHOOLS, service='Care'))
    s.true('nobody names what is not shared', got.status == 422 and 'share no service' in got.body,
           got.body)
    made = school.form('/obligations', **dict(SCHOOLS, service='Education'))
    s.same('it is recorded', made.location, '/obligations/CLK-1')
    legal.form('/obligations', **dict(SCHOOLS, title='Of none'))
    absent = school.get('/obligations/CLK-9').alike()
    s.same('what is of none is absent', (school.get('/obligations/CLK-2').alike(), school.form(
        '/obligations/CLK-2', **SCHOOLS).alike() == school.form('/obligations/CLK-9',
                                                                **SCHOOLS).alike()),
           (absent, True))
    s.true('from list, search and files', not any('CLK-2' in school.get('/obligations' + way).body
           for way in ('', '?q=none', '.csv', '.json', '?service=')) and
           '2 of 2' in legal.get('/obligations').body and '1 of 1' in
           school.get('/obligations').body)
    s.true('and who sees all narrows it down', '1 of 2' in
           legal.get('/obligations?service=Education').body)
    got = school.form('/obligations/CLK-1', **dict(SCHOOLS, version='1'))
    s.true('nor is it moved out of the service', got.status == 422 and 'choose a service' in
           got.body, got.body)
    s.same('what is the council\'s in general is not seen', [school.get(path).status for path in
           ('/proposals', '/evidence', '/trail', '/people')], 4 * [404])


def advice(s, who):
    """The lawyers' advice is the council's own, and few read it."""
    legal, place = who['legal.clk'], '/obligations/CLK-1'
    fields = dict(SCHOOLS, service='Education', advice='privileged canary', why='advised')
    s.same('it is written', legal.form(place, **dict(fields, version='1')).status, 303)
    legal.form(place + '/sharing', sharing='joint', version='2')
    legal.form(place, **dict(fields, advice='privileged canary 2', version='3'))
    for name, reads in (('legal.clk', True), ('school.clk', True), ('chief.clk', True),
                        ('auditor.clk', False), ('legal.sti', False), ('auditor.sti', False)):
        answers = (who[name].get(place).body + who[name].get('/obligations.json').body +
                   who[name].call('GET', place).body)
        found = '1 of' in who[name].get('/obligations?q=privileged').body
        s.same('%s reads it' % name, ('canary' in answers, 'Legal advice' in answers, found),
               3 * (reads,))
    s.same('a call has it or has it not', ['advice' in json.loads(who[name].call('GET', place).body)
           for name in ('chief.clk', 'legal.sti')], [True, False])
    theirs = who['legal.sti']
    got = theirs.form(place, **dict(fields, title='Theirs', version='4'))
    s.true('nor written by the other council', got.status == 422 and 'not yours to write' in
           got.body and 'name="advice"' not in got.body, got.body)
    del fields['advice']
    s.same('which changes the rest', theirs.form(place, **dict(fields, title='Theirs',
                                                               version='4')).status, 303)
    page = legal.get(place).body
    s.true('and it stays as it was', 'Theirs' in page and 'canary 2' in page.split('</dl>')[0])
    s.true('no trail of theirs has it', 'privileged' not in
           who['auditor.sti'].get('/trail/export').body and 'privileged' in
           who['auditor.clk'].get('/trail/export').body)


# --- views that are kept ---

def kept_views(browser, path='/policies'):
    """The views above a list, or on Home: name and address."""
    return [(name, html.unescape(url)) for url, name in
            re.findall(r'<li>(?:Policies: )?<a href="(/policies\?[^"]*)">([^<]*)</a>',
                       browser.get(path).body)]


def views(s, who):
    legal, clerk, theirs = who['legal.clk'], who['clerk.clk'], who['legal.sti']
    asked = {'view_of': 'policy', 'view_name': ' Mine ' + CANARY, 'state': 'draft', 'q': 'a&b=c',
             'sort': 'title', 'down': 'yes', 'after': 'CLK-1', 'url': 'https://elsewhere.example'}
    wanted = '/policies?q=a%26b%3Dc&state=draft&sort=title&down=yes'
    got = legal.form('/views', **asked)
    s.same('a view is kept, and shown', (got.status, got.location, done(got)),
           (303, wanted, 'DONE_VIEW_KEPT'))
    shown = ('Mine ' + html.escape(CANARY).replace('&#x27;', '&#39;'), wanted)
    s.same('above the list and on Home, escaped, with what a list reads alone',
           [kept_views(legal), kept_views(legal, '/')], 2 * [[shown]])
    s.same('it can be opened', legal.get(wanted).status, 200)
    s.same('it is its owner\'s', [kept_views(who) for who in (clerk, theirs)], [[], []])
    legal.form('/views', **dict(asked, q='', down='', view_shared='yes'))
    shown = (shown[0], '/policies?state=draft&sort=title')
    s.same('of the same name it is replaced; shared, its council finds it',
           [kept_views(who) for who in (legal, clerk, theirs)], [[shown], [shown], []])
    s.true('and by whom it is shared', ', shared by legal.clk' in clerk.get('/policies').body)
    s.same('on Home, too, unless one does not see the register',
           [kept_views(clerk, '/'), kept_views(theirs, '/')], [[shown], []])
    for words, fields in (('without a name', {'view_name': ' '}),
                          ('with a long one', {'view_name': 'x' * 81}),
                          ('with two lines', {'view_name': 'x\ny'}),
                          ('too long', {'q': 'x' * 2001})):
        s.same('none is kept %s' % words, legal.form('/views', **dict(asked, **fields)).status, 422)
    s.same('nor of what no list reads', [legal.form('/views', **dict(asked, **fields)).status
           for fields in ({'state': 'x'}, {'sort': 'x'}, {'down': 'x'})], [400, 400, 400])
    s.same('nor of a register that one does not see, or there is not', [
        legal.form('/views', **dict(asked, view_of=of)).status for of in ('x', '')] + [
            clerk.form('/views', view_of='risk', view_name='x').status], [404, 404, 404])
    end = re.search(r'action="(/views/\d+/end)"', legal.get('/policies').body).group(1)
    s.true('who does not own it is offered no way', end not in clerk.get('/policies').body)
    s.same('it is taken away by its owner, once', [
        browser.form(end, view_of='policy').status for browser in (clerk, theirs, legal, legal)],
           [404, 404, 303, 404])
    s.same('and gone for all', [kept_views(who) for who in (legal, clerk)], [[], []])
    for number in range(50):
        legal.form('/views', view_of='policy', view_name='v%d' % number)
    s.same('fifty are kept, no more', [legal.form(
        '/views', view_of='policy', view_name=name).status for name in ('one more', 'v7')],
           [422, 303])


def search(s, who):
    """Files by name and hash, proposals, people: each to whom its own list shows it."""
    def kinds(name, words):
        page = who[name].get('/search?q=' + words).body.split('<main')[1].split('</main')[0]
        return sorted(set(re.findall(r'<li><a href="/(\w+)/', page)))
    took = json.loads(who['clerk.clk'].call('POST', '/evidence?name=found.txt', b'found').body)
    s.same('a file is found by who sees files', [kinds(name, 'FOUND.t') for name in (
        'clerk.clk', 'auditor.clk', 'clerk.sti')], [['evidence'], ['evidence'], []])
    s.same('and by its hash, by its own council', [kinds(name, took['sha256']) for name in (
        'clerk.clk', 'clerk.sti', 'finance.sti')], [['evidence'], [], []])
    s.same('a proposal by both councils that it names', [kinds(name, 'school%20transport') for name
           in ('legal.clk', 'chief.sti', 'finance.clk')], 3 * [['proposals']])
    draft = who['legal.clk'].form('/proposals', **dict(DRAFT, subject='A secret draft')).location
    s.same('a draft by its own', [kinds(name, 'secret%20draft') for name in (
        'legal.clk', 'legal.sti')] + [draft.startswith('/proposals/')], [['proposals'], [], True])
    s.same('people by who sees people', [kinds(name, 'finance.') for name in (
        'chief.clk', 'auditor.clk', 'legal.clk', 'clerk.clk')], [['people'], ['people'], [], []])
    page = who['chief.clk'].get('/search?q=finance.').body
    s.true('of their own council', 'finance.clk' in page and 'finance.sti' not in page)


def walk(s, who):
    place = take(s, who['legal.clk'], who['clerk.clk'], who['finance.clk'], who['legal.sti'])
    readings(s, who['clerk.clk'], who['auditor.clk'])
    erase(s, place, who['clerk.clk'], who['legal.clk'])
    calls(s, who['clerk.clk'], who['auditor.clk'])
    pages(s, who['clerk.sti'])
    path = drafts(s, who)
    path = proposed(s, who, path)
    agreed(s, who, path)
    superseded(s, who, path)
    race_of_two(s, who)
    policies(s, who)
    views(s, who)
    search(s, who)
    services(s, who)
    for_a_service(s, who)
    advice(s, who)


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
    office.add('admin.clk', 'CLK', ('CLK', 'administrator'))
    office.add('school.clk', 'CLK')
    office.add('chief2.sti', 'STI', ('STI', 'chief-executive'))
    office.add('both', 'STI', ('STI', 'legal-officer'), ('STI', 'chief-executive'))
    change(owner_url or os.path.join(folder, 'ochil.db'), ';'.join(office.sql))
    os.environ['OCHIL_UPLOAD_MOST'] = '8'
    with Served(build, folder, url) as server:
        who = {name: office.browser(server.port, name) for name in office.secret}
        with api_schema.watched(server) as faults:
            walk(s, who)
        s.same('every call was answered as the document says', faults, [])
        too_large(s, who['clerk.clk'])
        laws(s, who, owner_url or os.path.join(folder, 'ochil.db'))
        if not url:
            said.check(s, build, who['legal.clk'], (
                '/proposals', '/proposals?show=in-force', '/new-proposal', '/evidence',
                '/new-proposal?kind=data-sharing', '/services', '/search?q=minute'))
        log = server.said()
    s.true('nothing went wrong on the way', 'level=error' not in log, log[-3000:])


def main():
    given, build = engines.options(file='only on SQLite')
    return engines.both(tap.Tap(), build, one_engine, file=given.file)


if __name__ == '__main__':
    sys.exit(main())
