#!/usr/bin/env python3
"""web_test.py -- the served store as browsers, programs and attackers meet it.

    web_test.py [--ochil PATH]

The same on a SQLite file and on PostgreSQL, where the server's role is not the owner's and row-level
security is in force; then two servers over one PostgreSQL store. Raw sockets where Python's library
would be too polite.
"""
import concurrent.futures
import hashlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile

import api_schema
import engines
import tap
from served import COOKIE, PASSWORD, Browser, Served

# What is sent to any register.
REGISTER_POSTS = [('/%s', {'title': 'x'}), ('/%s/CLK-1', {'title': 'x'}),
                  ('/%s/CLK-1/state', {'event': 'withdraw'}), ('/%s/CLK-1/sharing', {}),
                  ('/%s/CLK-1/comments', {'words': 'x'}), ('/%s/import/new', {}),
                  ('/%s/import/1/columns', {}), ('/%s/import/1/add', {}),
                  ('/%s/import/1/back', {'why': 'x'}), ('/%s/CLK-1/files', {}),
                  ('/%%s/CLK-1/files/%s/end' % (32 * '0'), {})]
# Every POST of the action table that a browser may send: (path, fields).
POSTS = [('/logout', {}), ('/acting', {'council': 'CLK'}), ('/sessions/1/end', {}),
         ('/kept-forms/1/discard', {}), ('/account/password', {'present': 'x'}),
         ('/account/council-login', {'present': 'x'}), ('/account/council-login/end', {}),
         ('/people/1/council-login/end', {}),
         ('/password/%s/login' % (64 * '0'), {'offer': 'x'}),
         ('/tokens', {'name': 'x', 'ends': '2030-01-01'}), ('/tokens/1/end', {}),
         ('/jobs/1/cancel', {}), ('/council/key', {'key': 'x'}), ('/exports', {}),
         ('/second-factor', {}), ('/second-factor/confirm', {'code': '1'}),
         ('/second-factor/codes', {}), ('/people/1/second-factor/end', {}),
         ('/council/login', {'issuer': 'x'}), ('/council/login/on', {}),
         ('/council/login/off', {}), ('/council/login/groups', {'group': 'x', 'role': 'auditor'}),
         ('/council/login/groups/1/end', {}), ('/council/login/rules', {'rule': 'off'}),
         ('/council/login/break-glass', {'glass': 'forged'}),
         ('/people', {'invite': 'forged'}), ('/people/1/link', {}), ('/people/1/close', {}),
         ('/people/roles', {'login': 'x', 'role': 'auditor', 'starts': '2020-01-01', 'ends': ''}),
         ('/people/roles/1/end', {}),
         ('/risks', {'title': 'x'}), ('/risks/CLK-1', {'title': 'x'}),
         ('/risks/CLK-1/state', {'event': 'close'}), ('/risks/CLK-1/reviews', {'found': 'x'}),
         ('/risks/CLK-1/sharing', {'sharing': 'joint'}), ('/risks/CLK-1/comments', {'words': 'x'}),
         ('/risks/import/new', {}), ('/risks/import/1/columns', {}),
         ('/risks/import/1/add', {}), ('/risks/import/1/back', {'why': 'x'}),
         ('/risks/CLK-1/files', {}), ('/risks/CLK-1/files/%s/end' % (32 * '0'), {}),
         ('/actions', {'title': 'x'}), ('/actions/CLK-1', {'title': 'x'}),
         ('/actions/CLK-1/state', {'event': 'drop'}), ('/actions/CLK-1/sharing', {}),
         ('/actions/CLK-1/comments', {'words': 'x'}),
         ('/actions/import/new', {}), ('/actions/import/1/columns', {}),
         ('/actions/import/1/add', {}), ('/actions/import/1/back', {'why': 'x'}),
         ('/actions/CLK-1/files', {}), ('/actions/CLK-1/files/%s/end' % (32 * '0'), {}),
         ('/obligations', {'title': 'x'}), ('/obligations/CLK-1', {'title': 'x'}),
         ('/obligations/CLK-1/state', {'event': 'end'}), ('/obligations/CLK-1/sharing', {}),
         ('/obligations/CLK-1/comments', {'words': 'x'}),
         ('/obligations/import/new', {}), ('/obligations/import/1/columns', {}),
         ('/obligations/import/1/add', {}), ('/obligations/import/1/back', {'why': 'x'}),
         ('/obligations/CLK-1/files', {}), ('/obligations/CLK-1/files/%s/end' % (32 * '0'), {}),
         ('/policies', {'title': 'x'}), ('/policies/CLK-1', {'title': 'x'}),
         ('/policies/CLK-1/state', {'event': 'adopt'}), ('/policies/CLK-1/sharing', {}),
         ('/policies/CLK-1/comments', {'words': 'x'}),
         ('/policies/import/new', {}), ('/policies/import/1/columns', {}),
         ('/policies/import/1/add', {}), ('/policies/import/1/back', {'why': 'x'}),
         ('/policies/CLK-1/files', {}), ('/policies/CLK-1/files/%s/end' % (32 * '0'), {}),
         *((place % many, fields) for place, fields in REGISTER_POSTS
           for many in ('queries', 'initiatives', 'memoranda', 'funds')),
         ('/views', {'view_of': 'risk', 'view_name': 'x'}), ('/views/1/end', {}),
         ('/money', {'year': '2014-15'}), ('/money/imports', {'year': '2014-15'}),
         ('/money/imports/1/profile', {'profile': '1'}), ('/money/profiles', {'system': 'x'}),
         ('/money/on-account/2014-15', {'amount': '1'}),
         ('/money/on-account/2014-15/reverse', {'entry': '1'}),
         ('/money/payments/1/answer', {'answer': 'refused'}),
         ('/money/payments/1/withdraw', {'why': 'x'}),
         ('/money/basis-files', {'basis': 'X'}), ('/money/basis-files/1', {'words': 'x'}),
         ('/money/layouts', {'system': 'x'}),
         ('/money/imports/1/begin', {'control_lines': '1'}),
         ('/money/imports/1/withdraw', {'why': 'x'}), ('/money/map/2014-15', {'way': 'add'}),
         ('/money/map/2014-15/accounts', {'group': 'x'}),
         ('/money/2014-15/P03/settlement', {}),
         ('/money/2014-15/P03/sign', {'run': '1'}), ('/money/2014-15/P03/refuse', {'why': 'x'}),
         ('/money/2014-15/P03/soft', {}), ('/money/2014-15/P03/open', {'why': 'x'}),
         ('/money/2014-15/P03/nothing', {}),
         ('/records/evidence/2014-15/P03/signatures', {'signature': 'x'}),
         ('/records/evidence/2014-15/P03/recount', {}), ('/money/what-if', {'name': 'x'}),
         ('/money/what-if/1/share', {'shared': 'yes'}), ('/money/what-if/1/end', {}),
         ('/money/map/2014-15/reorganise', {'old': 'x'}),
         ('/money/2014-15/P13/restatements', {'as': 'x'}),
         ('/money/map/2014-15/cost-centres', {'pool': 'x'}),
         ('/evidence', {'why': 'x'}), ('/evidence/%s/erase' % (32 * '0'), {'why': 'x'}),
         ('/proposals', {'kind': 'data-sharing'}), ('/proposals/1', {'revision': '1'}),
         ('/proposals/1/propose', {}), ('/proposals/1/withdraw', {}), ('/proposals/1/agree', {}),
         ('/proposals/1/return', {'reason': 'x'}),
         ('/language', {'language': 'gd', 'back': '/'})]
# Who may send those, beside an administrator.
SENDERS = ('legal-officer', 'chief-executive', 'head-of-finance', 'accountant')


class Suite:
    """Checks of one engine, each with its name in front."""

    def __init__(self, t, engine):
        self.t, self.engine = t, engine

    def same(self, what, got, wanted):
        return self.t.check('%s: %s' % (self.engine, what),
                            None if got == wanted else 'got %r\nwanted %r' % (got, wanted))

    def true(self, what, good, said=''):
        return self.t.check('%s: %s' % (self.engine, what),
                            None if good else 'it is not\n%s' % (said,))


# --- coming in ---

def first_links(s, server, links):
    """A link makes an administrator, once. Gives the browser that did it."""
    who = Browser(server.port)
    page = who.get(links[0])
    s.true('a link shows its council', 'Clackmannanshire' in page.body, page.body)
    planted = who.cookie
    refused = who.post(links[0], {'login': 'first.clk', 'password': 'short', 'again': 'short'},
                       page=links[0])
    s.same('a short password is refused', refused.status, 422)
    s.true('in words, beside the field', 'at least 12 characters' in refused.body and
           'aria-invalid="true"' in refused.body and 'value="first.clk"' in refused.body,
           refused.body)
    differ = who.post(links[0], {'login': 'first.clk', 'password': PASSWORD, 'again': PASSWORD + '.'},
                      page=links[0])
    s.same('two passwords that differ are refused', differ.status, 422)
    made = who.become_first(links[0], 'first.clk')
    s.same('the account is made, and signed in', (made.status, made.location), (303, '/'))
    s.true('its session has another id than the page before', who.cookie != planted)
    home = who.get('/')
    s.true('it knows who it is', 'first.clk' in home.body and 'council administrator' in home.body,
           home.body)
    for path in (links[0], '/first/' + 'a' * 64):
        s.same('a link that is used, or none, shows nothing', Browser(server.port).get(path).status,
               404)
    # A page that was open before it was used.
    late = Browser(server.port)
    again = late.post(links[0], {'login': 'late', 'password': PASSWORD, 'again': PASSWORD},
                      token=late.token('/login'))
    s.same('a link is used once', again.status, 404)
    taken = Browser(server.port).become_first(links[1], 'first.clk')
    s.true('a name that is taken is refused, and the link stays', taken.status == 422 and
           'is taken' in taken.body, taken.body)
    return who


def race_for_a_link(s, server, link):
    """Eight browsers at once; one account. Gives its browser and name."""
    browsers = [Browser(server.port) for _ in range(8)]
    tokens = [browser.token(link) for browser in browsers]

    def run(number):
        fields = {'login': 'a.%d' % number, 'password': PASSWORD, 'again': PASSWORD}
        return browsers[number].post(link, fields, token=tokens[number]).status
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(run, range(8)))
    s.same('of eight at once one gets in', sorted(statuses), [303] + 7 * [404])
    first = statuses.index(303)
    return browsers[first], 'a.%d' % first


def sessions(s, server, who):
    other = Browser(server.port)
    fixed = other.cookie = 'ab' * 32
    s.same('an id that somebody made up is nobody', other.get('/').location, '/login')
    signed = other.sign_in('first.clk')
    s.same('signing in', (signed.status, signed.location), (303, '/'))
    s.true('gives a new id, whatever was there before', other.cookie != fixed)
    s.true('the cookie is for this host, its scripts cannot read it',
           all(word in other.set_cookie for word in ('__Host-', 'Path=/', 'Secure', 'HttpOnly',
                                                     'SameSite=Lax')), other.set_cookie)
    s.same('the planted id is still nobody', Browser(server.port, fixed).get('/').status, 303)
    listed = who.get('/sessions').body
    ends = re.findall(r'action="(/sessions/\d+/end)"', listed)
    s.same('the other session is listed', len(ends), 1)
    s.same('it is ended', who.post(ends[0], {}, page='/sessions').location, '/sessions')
    s.same('and dead at once', other.get('/').location, '/login')
    s.same('twice is not found', who.post(ends[0], {}, page='/sessions').status, 404)
    other.sign_in('first.clk')
    old = other.cookie
    out = other.post('/logout', {}, page='/')
    s.same('signing out', out.location, '/login')
    s.true('the browser is told to forget', '"cache"' in dict(out.headers)['Clear-Site-Data'])
    s.true('takes the cookie back', other.cookie is None and 'Max-Age=0' in other.set_cookie)
    s.same('and the id is dead', Browser(server.port, old).get('/').location, '/login')


def wrong_passwords(s, server):
    """Nobody is told whether there is such an account; ten in five minutes, however fast."""
    known, unknown = Browser(server.port), Browser(server.port)
    one = known.sign_in('first.clk', 'not this password')
    other = unknown.sign_in('nobody.at.all', 'not this password')
    strip = re.compile(r'value="[^"]*"')
    s.same('a wrong password and a wrong name are refused alike',
           (one.status, strip.sub('', one.body)), (other.status, strip.sub('', other.body)))
    token = known.token()

    def guess(number):
        browser = Browser(server.port, known.cookie)
        return browser.post('/login', {'login': 'first.clk', 'password': 'guess %d' % number},
                            token=token).status
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(guess, range(14)))
    s.same('guesses made at once are all counted', (statuses.count(422), statuses.count(429)),
           (8, 6))
    s.same('then the right one waits, too', Browser(server.port).sign_in('first.clk').status, 429)


# --- forms from elsewhere ---

def forged(s, server, who):
    port = server.port
    stranger = Browser(port)
    stranger_token = stranger.token()
    token = who.token('/')
    home = 'http://127.0.0.1:%d' % port
    shapes = [
        ('without a token', None, {}),
        ('with a made-up token', '0' * 64, {}),
        ("with somebody else's token", stranger_token, {}),
        ('from a foreign page', token, {'Origin': 'https://evil.example'}),
        ('from a page without a place', token, {'Origin': 'null'}),
        ('from another port', token, {'Origin': home + '1'}),
        ('from https', token, {'Origin': home.replace('http:', 'https:')}),
        ('across sites', token, {'Sec-Fetch-Site': 'cross-site'}),
        ('from a neighbour', token, {'Sec-Fetch-Site': 'same-site', 'Origin': None}),
        ('from nowhere', token, {'Sec-Fetch-Site': None, 'Origin': None}),
    ]
    for words, sent, headers in shapes:
        statuses = {path: who.post(path, fields, token=sent, headers=headers).status
                    for path, fields in POSTS}
        s.same('a form %s is refused' % words, statuses, dict.fromkeys(statuses, 403))
    s.true('and nothing was done', who.signed_in())
    for path, fields in (('/login', {'login': 'first.clk', 'password': PASSWORD}),):
        for words, sent, headers in shapes[:4]:
            browser = Browser(port, stranger.cookie)
            if words.startswith('with somebody'):
                sent = token
            headers = headers or {}
            s.same('%s %s is refused' % (path, words),
                   browser.post(path, fields, token=sent, headers=headers).status, 403)
    renewed = Browser(port)
    renewed.sign_in('first.clk')
    s.same("an earlier session's token is stale",
           renewed.post('/logout', {}, token=token).status, 403)
    s.true('GET changes nothing', all(who.get(path).status in (404, 405) for path in
                                      ('/logout', '/acting', '/sessions/1/end')))


def unknown_and_forbidden(s, server, clk, sti):
    """What is not yours is answered like what there is not, byte for byte."""
    listed = clk.get('/sessions')
    s.same('a page that there is', listed.status, 200)
    token = sti.token('/')
    absent = sti.post('/sessions/999999/end', {}, token=token).alike()
    # The first ones are the other council's: its administrator's, and theirs who guess.
    theirs = [sti.post('/sessions/%d/end' % number, {}, token=token).alike()
              for number in (1, 3, 4)]
    s.same("another council's sessions, and none, are answered alike", theirs, 3 * [absent])
    s.same('as not found', absent[0], 404)
    s.true('and nobody was signed out by it', clk.signed_in())
    plain = sti.get('/no/such/page').alike()
    s.same('unknown is 404', plain[0], 404)
    for path in ('/metrics/', '/sessions/', '/%73essions', '/sessions/01/end', '/jobs/99999999',
                 '/first/xyz', '//', '/sessions?x=1&x=2'):
        got = sti.get(path)
        s.true('%s is not found, or not understood' % path,
               got.alike() == plain or got.status == 400, repr(got.alike()))
    for path in ('/jobs?below=5', '/sessions?a=b&c=%20d'):
        s.same('%s is a page with a query' % path, clk.get(path).status, 200)
    stranger = Browser(server.port)
    known, none = stranger.get('/sessions').alike(), stranger.get('/no/such/page').alike()
    s.same('a stranger learns of no page', known, none)
    s.same('and is sent to sign in', known[0], 303)
    for method in ('PUT', 'DELETE'):
        s.same('%s of a page of mine' % method, clk.ask(method, '/sessions').status, 405)
    s.same('a query is read as it came', [sti.get('/jobs?below=' + value).status for value in
                                          ('5', '%35', '', '%')], [200, 200, 200, 400])
    s.same('PUT of nothing', clk.ask('PUT', '/no/such/page').status, 404)
    frame = (lambda answer: ('Acting for' in answer.body, 'main-nav-name' in answer.body,
                             answer.body.count('<head>'), answer.body.count('<h1>')))
    absent = sti.post('/sessions/999999/end', {}, token=token, headers={
        'Cookie': '%s=%s; __Host-ochil-language=gd' % (COOKIE, sti.cookie)})
    s.same('404, 405, 400 and 403 stand in the frame', [frame(answer) for answer in (
        sti.get('/no/such/page'), absent, clk.ask('PUT', '/sessions'), clk.get('/jobs?below=%'),
        clk.post('/acting', {}))], 5 * [(True, True, 1, 1)])
    s.true('in the language of the reader', '<html lang="gd">' in absent.body and
           '<main lang="en-GB" id="main">' in absent.body, absent.body)
    s.true('nothing of the path is in it', 'no/such' not in sti.get('/no/such/page').body)
    odd = stranger.get('/login?x=%')
    s.true('for a stranger it is the frame of the login', frame(odd)[:2] == (False, True) and
           odd.status == 400 and 'Sign in' in odd.body, odd.body)
    head = clk.ask('HEAD', '/sessions')
    s.same('HEAD is GET without a body', (head.status, head.body,
                                          dict(head.headers)['Content-Length']),
           (200, '', str(len(listed.body.encode()))))


# --- programs ---

def make_token(who, write):
    fields = {'name': 'month end', 'ends': time.strftime('%Y-%m-%d', time.gmtime(time.time() +
                                                                                86400))}
    if write:
        fields['write'] = 'yes'
    page = who.post('/tokens', fields, page='/tokens')
    found = re.search(r'ochil_[0-9a-f]{64}', page.body)
    return page.status, found.group(0) if found else None


def api(s, server, who, login):
    program = Browser(server.port)
    status, reader = make_token(who, False)
    s.same('a token is made', status, 201)
    s.true('and not shown again', reader not in who.get('/tokens').body)
    _, writer = make_token(who, True)
    own = program.get('/api/v1/session', Authorization='Bearer ' + reader)
    s.same('a token stands for its owner', json.loads(own.body),
           {'login': 'first.clk', 'home': 'CLK', 'acting': 'CLK', 'may_write': False,
            'roles': ['administrator'], 'service_roles': []})
    without = [program.get('/api/v1/' + path) for path in ('session', 'nothing')]
    s.same('without one every address is 401', without[0].alike(), without[1].alike())
    problem = json.loads(without[0].body)
    s.same('as a problem', (without[0].status, problem['status'],
                            dict(without[0].headers)['Content-Type']),
           (401, 401, 'application/problem+json'))
    for bearer in ('ochil_' + '0' * 64, reader[:-1], reader + '0', reader.upper()):
        s.same('no token: %s...' % bearer[:9],
               program.get('/api/v1/session', Authorization='Bearer ' + bearer).status, 401)
    s.same('a token opens no page', program.get('/', Authorization='Bearer ' + reader).status, 303)
    s.same('a cookie reads', who.get('/api/v1/session').status, 200)
    s.same('a cookie does not write', who.ask('POST', '/api/v1/grants', '{}',
                                              {'Content-Type': 'application/json'}).status, 401)

    def grant(bearer, body, key=None, kind='application/json'):
        headers = {'Authorization': 'Bearer ' + bearer, 'Content-Type': kind}
        if key:
            headers['Idempotency-Key'] = key
        return program.ask('POST', '/api/v1/grants', body, headers)
    good = json.dumps({'login': login, 'role': 'auditor', 'starts': '2020-01-01',
                       'ends': '2099-12-31'})
    s.same('a token that reads only', grant(reader, good).status, 403)
    for body in ('', '[]', '{"login":"first.clk"}', '{"a":1.5}', '{"a":1,"a":2}', '{"a":{}}', '{',
                 good.replace('auditor', 'king'), good.replace(login, 'nobody'), good.replace(login, 'first.clk'),
                 good.replace('2099', '2019'), good.replace('2020-01-01', '2020-02-30'),
                 good.replace('"2099-12-31"', 'null')):
        s.same('refused: %s' % body[:60], grant(writer, body).status, 400)
    s.same('refused: not JSON', grant(writer, 'a=b', kind='text/plain').status, 400)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: grant(writer, good, 'key-1'), range(5)))
    s.same('sent five times at once, done once',
           {(a.status, a.body) for a in answers}, {(201, answers[0].body)})
    s.true('a grant has a number', 'grant' in json.loads(answers[0].body))
    s.same('the same key for another request', grant(writer, good + ' ', 'key-1').status, 409)
    second = grant(writer, good, 'key-2').body
    s.true('another key is another grant', second != answers[0].body)
    program.ask('POST', '/api/v1/grants/%d/end' % json.loads(second)['grant'], None,
                {'Authorization': 'Bearer ' + writer})
    end = '/api/v1/grants/%d/end' % json.loads(answers[0].body)['grant']
    ended = [program.ask('POST', end, None, {'Authorization': 'Bearer ' + writer}).status
             for _ in range(2)]
    s.same('a grant is taken back once', ended, [200, 404])
    ends = re.findall(r'action="(/tokens/\d+/end)"', who.get('/tokens').body)
    for path in ends:
        who.post(path, {}, page='/tokens')
    s.same('an ended token', program.get('/api/v1/session', Authorization='Bearer ' +
                                         reader).status, 401)


def jobs(s, server, who, sti, change):
    """A job of one council, put there past the server; words of people are shown as words."""
    s.true('it is said what jobs are, or what the server does by itself is listed',
           any(words in who.get('/jobs').body for words in ('There is no job', 'evidence.')))
    change("INSERT INTO job (id, council, kind, priority, state, not_before, added_at, attempt, "
           "token, cancel_wanted) VALUES (7, 1, 'test.pages', 5, 'queued', 4000000000000, 1, 0, 0, "
           "FALSE)")
    change("INSERT INTO job_detail (job, council, asked_by, arguments, checkpoint, progress_at, "
           "progress_done, progress_of, progress_words, outcome, result) VALUES "
           "(7, 1, 'first.clk', '{}', '', 5, 3, 4, '<script>alert(1)</script>', '', '')")
    s.true('it is listed', 'href="/jobs/7"' in who.get('/jobs').body)
    page = who.get('/jobs/7').body
    s.true('and shown, escaped', '&lt;script&gt;alert(1)' in page and '<script>' not in page and
           '(3 of 4)' in page, page)
    s.same('not to the other council', sti.get('/jobs/7').alike(), sti.get('/jobs/8').alike())
    s.true('nor listed there', '/jobs/7' not in sti.get('/jobs').body)
    s.same('nor stopped by it', sti.post('/jobs/7/cancel', {}, page='/').status, 404)
    s.same('it is stopped', who.post('/jobs/7/cancel', {}, page='/jobs/7').location, '/jobs/7')
    s.true('and says so', 'cancelled' in who.get('/jobs/7').body)


def acting(s, server, who, sti, login):
    """Granted a role by the other council, somebody acts for it: in another session."""
    _, token = make_token(who, True)
    today = time.strftime('%Y-%m-%d', time.gmtime())
    program = Browser(server.port)
    made = program.ask('POST', '/api/v1/grants', json.dumps(
        {'login': login, 'role': 'auditor', 'starts': today, 'ends': '2099-12-31'}),
        {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'})
    s.same('an auditor of the other council', made.status, 201)
    s.true('is offered to act for it', 'Act for Clackmannanshire' in sti.get('/').body)
    auditor = Browser(server.port)
    auditor.sign_in(login)
    before = auditor.cookie
    s.same('acts for it', auditor.post('/acting', {'council': 'CLK'}, page='/').location, '/')
    s.true('with another id', auditor.cookie != before)
    s.same('and the one before is dead', Browser(server.port, before).get('/').status, 303)
    home = auditor.get('/').body
    s.true('with the roles granted there', 'auditor' in home and 'administrator' not in home, home)
    s.same('sees its jobs', auditor.get('/jobs/7').status, 200)
    s.same('does not stop them', auditor.post('/jobs/7/cancel', {}, page='/').status, 404)
    s.same('reads its trail', '"actor":"first.clk"' in auditor.get('/trail/export').body, True)
    program.ask('POST', '/api/v1/grants/%d/end' % json.loads(made.body)['grant'], None,
                {'Authorization': 'Bearer ' + token})
    s.same('taken back, it is over with the next request',
           auditor.get('/jobs/7').alike(), auditor.get('/jobs/8').alike())
    s.same('for nothing else there', auditor.post('/acting', {'council': 'none'},
                                                  page='/').status, 404)
    s.same('a council that granted nothing', who.post('/acting', {'council': 'STI'},
                                                      page='/').status, 404)


def trails(s, server, build, folder, who, sti):
    """Each council's export; it verifies, tells what was done, and holds no secret."""
    texts = {}
    for name, browser in (('clk', who), ('sti', sti)):
        answer = browser.get('/trail/export')
        path = os.path.join(folder, name + '.jsonl')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(answer.body)
        done = subprocess.run([os.path.join(build, 'ochil'), 'trail', 'verify', path],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        s.same("%s's export verifies" % name, (answer.status, done.returncode), (200, 0))
        texts[name] = answer.body
    for action in ('link.make', 'link.use', 'account.make', 'grant.make', 'login', 'login.refuse',
                   'logout', 'session.revoke', 'token.make', 'token.end', 'grant.end',
                   'account.password', 'account.password.refuse', 'account.close', 'council.key'):
        s.true('the trail tells %s' % action, '"action":"%s"' % action in texts['clk'])
    s.true("and not what the other council's people did, but for the key", not any(
        'first.clk' in row and '"council.key"' not in row and '"grant.end"' not in row for row in texts['sti'].splitlines()))
    s.true('no password, no id', PASSWORD not in texts['clk'] and
           'not this password' not in texts['clk'] and who.cookie not in texts['clk'] and
           'nobody.at.all' not in texts['clk'] + texts['sti'])


# --- everything of a council ---

def wait_for_export(who):
    """The list of exports, when none is being packed any more."""
    late = time.monotonic() + 30
    page = who.get('/exports')
    while 'One is being packed' in page.body and time.monotonic() < late:
        time.sleep(0.05)
        page = who.get('/exports')
    return page.body


RISK = {'title': 'Seen by both', 'description': 'x', 'category': 'finance', 'owner_post': 'Head',
        'inherent_likelihood': '4', 'inherent_impact': '4', 'current_likelihood': '3',
        'current_impact': '3', 'review_due': '2030-01-01', 'cost': '4242'}


def exports(s, server, who, sti, login):
    sti.post('/risks', RISK, page='/new-risk')
    page = sti.get('/risks/STI-1').body
    sti.post('/risks/STI-1/sharing', {'sharing': 'shared', 'version': '1'}, page='/risks/STI-1')
    s.true('what a risk would cost is told to its own council', '4,242.00' in page, page)
    s.true('no export yet', 'Nothing was packed yet' in who.get('/exports').body)
    asked = who.post('/exports', {}, page='/exports')
    s.same('an export is asked for', (asked.status, asked.location), (303, '/exports'))
    page = wait_for_export(who)
    link = re.search(r'href="(/exports/(\d+)/file)"', page)
    s.true('it is packed', link and 'Kept for 7 days' in page, page + server.said())
    fetched = who.get(link.group(1))
    with zipfile.ZipFile(io.BytesIO(fetched.bytes)) as packed:
        s.same('every byte of it is as it was packed', packed.testzip(), None)
        account, risks, trail, about = (packed.read(name).decode() for name in (
            'tables/account.csv', 'tables/risk.csv', 'trail.jsonl', 'README.txt'))
    s.true("it holds the council's people, none of the partner's and no password",
           'first.clk' in account and login not in account and 'argon2' not in account, account)
    s.true('of what the partner shares, not what it keeps for itself', 'Seen by both' in risks and
           '424200' not in risks, risks)
    s.true('the trail', '"job.add"' in trail)
    s.true('and says what it is', 'About this file' in about and 'Clackmannanshire' in about, about)
    s.same("the partner's is not there, nor in its list",
           (sti.get(link.group(1)).status, 'Nothing was packed yet' in sti.get('/exports').body),
           (404, True))
    token = {'Authorization': 'Bearer ' + make_token(who, True)[1],
             'Content-Type': 'application/json'}
    program = Browser(server.port)
    again = program.ask('POST', '/api/v1/exports', '{}', token)
    number = json.loads(again.body)['export']
    s.same('a program asks for another', (again.status, number > int(link.group(2))), (202, True))
    wait_for_export(who)
    told = json.loads(program.get('/api/v1/exports/%d' % number, **token).body)
    file = program.get('/api/v1/exports/%d/file' % number, **token)
    s.same('and fetches it', (told['state'], told['there'], told['sha256'], told['size']),
           ('done', True, hashlib.sha256(file.bytes).hexdigest(), len(file.bytes)))
    s.same('of all', [row['export'] for row in json.loads(
        program.get('/api/v1/exports', **token).body)], [number, int(link.group(2))])
    s.same('the trail tells who fetched it', who.get('/trail/export').body.count(
        '"action":"evidence.read"'), 2)


# --- a backup that is left to the server ---

def backup_by_server(s, folder, build):
    """What `ochil backup` asks for while a server writes."""
    made = os.path.join(folder, 'made')
    db = os.path.join(folder, 'ochil.db')
    change(db, "INSERT INTO job (council, kind, priority, state, not_before, added_at, attempt, "
           "token, cancel_wanted) VALUES (0, 'backup.now', 9, 'queued', 0, 1, 0, 0, FALSE); "
           "INSERT INTO job_detail SELECT max(id), 0, 'system', '{\"folder\":\"%s\"}', '', 0, 0, 0, "
           "'', '', '' FROM job" % made)
    late = time.monotonic() + 20
    while not os.path.exists(made) and time.monotonic() < late:
        time.sleep(0.1)
    checked = subprocess.run([os.path.join(build, 'ochil'), 'backup', 'check', made, '--server-key',
                              os.path.join(folder, 'ochil.keys', 'server.pub')],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    s.same('a backup is made by the server', checked.returncode, 0)


# --- people ---

def let_in(s, server, admin, login):
    """An account, and its owner at a browser of his own."""
    made = admin.post('/people', {'invite': login}, page='/people')
    link = re.search(r'/password/[0-9a-f]{64}', made.body)
    s.true('%s is let in, by a link shown once' % login, made.status == 201 and link, made.body)
    owner = Browser(server.port)
    s.true('which says for whom', login in owner.get(link.group(0)).body)
    s.same('without a password nobody signs in', Browser(server.port).sign_in(login, '').status,
           422)
    short = owner.post(link.group(0), {'password': 'short', 'again': 'short'}, page=link.group(0))
    s.same('a short one is refused', short.status, 422)
    fields = {'password': PASSWORD, 'again': PASSWORD}
    s.same('it is chosen', owner.post(link.group(0), fields, page=link.group(0)).location, '/login')
    s.same('once', (owner.get(link.group(0)).status,
                    owner.post(link.group(0), fields, page='/login').status), (404, 404))
    s.same('and good', owner.sign_in(login).status, 303)
    return owner


def give(admin, login, role, ends=''):
    return admin.post('/people/roles', {'login': login, 'role': role, 'ends': ends, 'starts':
                                        time.strftime('%Y-%m-%d', time.gmtime())}, page='/people')


def page_of(admin, login):
    return re.search(r'href="(/people/\d+)">%s<' % re.escape(login),
                     admin.get('/people').body).group(1)


def end_of(admin, login):
    return re.findall(r'action="(/people/roles/\d+/end)"', admin.get(page_of(admin, login)).body)


def session_ends(s, who):
    """What the page tells its script, in milliseconds: an hour, twelve, and what staying gives."""
    page = who.get('/sessions').body
    left, whole, idle = (int(re.search(r'data-%s="(\d+)"' % name, page).group(1))
                         for name in ('left', 'whole', 'idle'))
    s.true('a page knows when its session ends', 3500000 < left <= 3600000 and
           43000000 < whole <= 43200000 and idle == 3540000, (left, whole, idle))
    s.true('and the list of sessions says it', page.count(' UTC') >= 4 and
           'if you do nothing more' in page, page)


def set_up(s, server, who, place):
    """What a new council has still to do, until it is done."""
    def open_tasks():
        page = who.get('/').body
        return [words for words in ('Make a second administrator', 'Make the break-glass account',
                                    'cosigns with</a>', 'own login</a>', 'Have a backup made')
                if words in page]
    tasks = open_tasks()
    s.same('a new administrator is told what is to be set up', len(tasks), 5)
    who.post('/council/login/break-glass', {'glass': 'glass.clk'}, page='/council/login')
    who.post('/people', {'invite': 'second.clk'}, page='/people')
    give(who, 'second.clk', 'clerk')
    s.same('what is done is said no more', open_tasks(), tasks[:1] + tasks[2:])
    give(who, 'second.clk', 'administrator')
    change(place, "UPDATE account SET state = 'closed' WHERE login = 'glass.clk'")
    s.same('until it is gone', open_tasks(), tasks[1:])
    change(place, "DELETE FROM role_grant WHERE account = 1")
    s.same('who does not administer is told nothing', open_tasks(), [])


def own_password(s, server, who, login, place):
    """Somebody changes the own password, at one of two browsers; `who` stays signed in."""
    other, new = Browser(server.port), 'cheese under the bridge'
    other.sign_in(login)

    def send(present, password, again=None, by=who):
        return by.post('/account/password', {'present': present, 'password': password,
                                             'again': again or password}, page='/account/password')
    for words, present, password, again, said in (
            ('without the present one', 'not that one', new, None, 'present password is wrong'),
            ('to a common one', PASSWORD, 'Qwertyqwerty1!', None, 'was stolen from'),
            ('to the councils\' names', PASSWORD, 'Stirling-CLK-2026', None, 'do not belong here'),
            ('to the own name', PASSWORD, login + '.' + login, None, 'your login name'),
            ('to two that differ', PASSWORD, new, new + '.', 'differ')):
        got = send(present, password, again)
        s.true('a password is not changed %s' % words, got.status == 422 and said in got.body,
               got.body)
    s.true('nor is anybody signed out by that', other.signed_in() and who.signed_in())
    before = who.cookie
    done = send(PASSWORD, new)
    s.same('with the present one it is changed', done.location, '/account/password')
    cookies = '; '.join(value.split(';')[0] for name, value in done.headers
                        if name == 'Set-Cookie')
    s.true('the page says so', 'signed out everywhere else' in
           who.get('/account/password', Cookie=cookies).body)
    s.true('this browser stays, with another id; others do not', who.signed_in() and
           who.cookie != before and not other.signed_in() and
           not Browser(server.port, before).signed_in())
    s.same('the old password is gone, the new one good', (
        Browser(server.port).sign_in(login).status,
        Browser(server.port).sign_in(login, new).status), (422, 303))
    change(place, 'DELETE FROM login_attempt')
    statuses = [send('guess %d' % number, PASSWORD).status for number in range(11)]
    s.same('guesses are counted, for the login too', (
        statuses, Browser(server.port).sign_in(login, new).status), (10 * [422] + [429], 429))
    change(place, 'DELETE FROM login_attempt')
    s.same('and it can be changed again', send(new, PASSWORD).status, 303)


def people(s, server, who, sti, place):
    """Let in, given roles by both councils, helped, and gone from one request to the next."""
    for name, words in (('first.clk', 'taken'), ('M', 'form')):
        refused = who.post('/people', {'invite': name}, page='/people')
        s.true('a name that is %s is refused' % words, refused.status == 422 and
               'aria-invalid="true"' in refused.body, refused.body)
    joint = let_in(s, server, who, 'j.head')
    session_ends(s, joint)
    own_password(s, server, joint, 'j.head', place)
    s.same('a role is given', give(who, 'j.head', 'head-of-finance').location, '/people')
    s.same('and by the other council', give(sti, 'j.head', 'auditor', '2099-12-31').status, 303)
    s.true('each sees its own', 'head of finance' in who.get('/people').body and
           'auditor, from' not in who.get(page_of(who, 'j.head')).body and
           'auditor, from' in sti.get(page_of(sti, 'j.head')).body)
    s.same('it counts at once', joint.get('/jobs').status, 200)
    for words, login, role, ends in (('to oneself', 'first.clk', 'auditor', '2099-12-31'),
                                     ('to nobody', 'no.body', 'member', ''),
                                     ('that there is not', 'j.head', 'king', ''),
                                     ('of an auditor without an end', 'j.head', 'auditor', '')):
        s.same('a role %s is refused' % words, give(who, login, role, ends).status, 422)
    own = page_of(who, 'first.clk')
    s.same('nobody closes the own account', who.post(own + '/close', {}, page='/people').status,
           400)
    s.same('the last administrator stays one', who.post(end_of(who, 'first.clk')[0], {},
                                                        page='/people').status, 400)
    s.same('and is one', who.get('/people').status, 200)
    theirs = [sti.post(path, {}, page='/people').alike()
              for path in (own + '/close', own + '/link', page_of(who, 'j.head') + '/close',
                           end_of(who, 'j.head')[0], '/people/999999/close')]
    s.same('another council closes and ends nothing', theirs, 5 * theirs[:1])
    s.same('as not found', theirs[0][0], 404)
    # Forgotten: the session of before ends with the new password, not with the link.
    reset = who.post(page_of(who, 'j.head') + '/link', {}, page='/people')
    stale = re.search(r'/password/[0-9a-f]{64}', reset.body).group(0)
    link = re.search(r'/password/[0-9a-f]{64}', who.post(page_of(who, 'j.head') + '/link', {},
                                                         page='/people').body).group(0)
    s.same('an earlier link is dead', joint.get(stale).status, 404)
    s.same('a link of passwords makes no administrator',
           joint.get(link.replace('password', 'first')).status, 404)
    s.true('until it is used all is as before', joint.signed_in())
    other = PASSWORD + ', or more'
    Browser(server.port).post(link, {'password': other, 'again': other}, page='/login')
    s.true('then sessions have ended', not joint.signed_in())
    s.same('the old password is gone', joint.sign_in('j.head').status, 422)
    s.same('the new one is good', joint.sign_in('j.head', other).status, 303)
    leaver(s, server, who, sti, joint)


def leaver(s, server, who, sti, joint):
    _, token = make_token(joint, True)
    program = Browser(server.port)
    bearer = {'Authorization': 'Bearer ' + token}
    s.same('a token of the leaver', program.get('/api/v1/session', **bearer).status, 200)
    page = page_of(who, 'j.head')
    link = re.search(r'/password/[0-9a-f]{64}', who.post(page + '/link', {}, page='/people').body)
    s.same('somebody leaves', who.post(page + '/close', {}, page=page).location, '/people')
    s.same('session, token and link are dead', (joint.signed_in(), program.get(
        '/api/v1/session', **bearer).status, joint.get(link.group(0)).status), (False, 401, 404))
    s.same('and nobody signs in', joint.sign_in('j.head', PASSWORD + ', or more').status, 422)
    s.true('the account is closed, without a role', 'closed' in who.get(page).body and
           'No role' in who.get(page).body)
    s.true('also in the other council', 'j.head' not in sti.get('/people').body)
    s.true('which reads it in its trail', any(
        '"grant.end"' in row and '"first.clk"' in row
        for row in sti.get('/trail/export').body.splitlines()))
    for path in ('/close', '/link'):
        s.same('closed is closed: %s' % path, who.post(page + path, {}, page='/people').status, 404)
    s.same('the name is not given again', who.post('/people', {'invite': 'j.head'},
                                                   page='/people').status, 422)
    s.same('nor a role', give(who, 'j.head', 'member').status, 422)


# --- a council's key ---

def council_keys(s, server, build, folder, who, sti):
    """Named on the page, then a checkpoint travels: made, signed away from here, taken in."""
    def run(*words):
        done = subprocess.run([os.path.join(build, 'ochil'), *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.returncode, done.stdout

    def name(browser, text):
        return browser.post('/council/key', {'key': text}, page='/council/key')
    key, made, export = (os.path.join(folder, 'clk.' + word) for word in ('key', 'checkpoint',
                                                                          'export'))
    run('keygen', '--out', key, '--no-password')
    with open(key + '.pub', encoding='utf-8') as file:
        public = file.read()
    with open(os.path.join(folder, 'ochil.keys', 'server.pub'), encoding='utf-8') as file:
        servers = file.read()
    s.true('at first there is none', 'has named no key' in who.get('/council/key').body)
    for words, text in (('no key', 'RWQ'), ('nothing', ''), ('a signature', 'RUQ' + 'A' * 97),
                        ("the server's own", servers)):
        refused = name(who, text)
        s.true('refused as a key: %s' % words, refused.status == 422 and
               'aria-invalid="true"' in refused.body, refused.body)
    s.same('a key is named', name(who, public.replace('\n', '\r\n')).location, '/council/key')
    line = public.splitlines()[1]
    s.true('and shown', '>%s<' % line in who.get('/council/key').body)
    s.same('a second time it is refused', name(who, line).status, 422)
    s.same('nor is it the partner\'s too', name(sti, line).status, 422)
    s.true("the partner's page does not list it", line not in sti.get('/council/key').body)
    for council, browser in (('CLK', who), ('STI', sti)):
        told = [json.loads(row) for row in browser.get('/trail/export').body.splitlines()
                if '"council.key"' in row]
        s.same('%s reads that it was named' % council,
               [(row['entry']['action'], row['entry']['actor'], row['entry']['after'])
                for row in told], [('council.key', 'first.clk', line)])
    with open(export, 'w', encoding='utf-8') as file:
        code, said = run('checkpoint', 'make', made, *server.where)
        s.same('a checkpoint is made', code, 0)
        file.write(who.get('/trail/export').body)
    for words in (('sign', made, '--key', key, '--trail', export), ('take', made, *server.where)):
        code, said = run('checkpoint', *words)
        s.true("checkpoint %s, with CLK's key" % words[0], code == 0 and 'CLK' in said, said)
    with open(export, 'w', encoding='utf-8') as file:
        file.write(who.get('/trail/export').body)
    code, said = run('trail', 'verify', export, '--key', key + '.pub')
    s.true('the export verifies with it', code == 0, said)


# --- what is no request ---

def raw(port, data, seconds=5):
    """What comes back until the connection is closed, and whether it was."""
    link = socket.create_connection(('127.0.0.1', port), timeout=seconds)
    got = b''
    try:
        link.sendall(data)
        while True:
            piece = link.recv(65536)
            if not piece:
                return got, True
            got += piece
    except socket.timeout:
        return got, False
    except OSError:
        return got, True
    finally:
        link.close()


def smuggling(s, server):
    host = b'Host: 127.0.0.1:%d\r\n' % server.port
    form = b'Content-Type: application/x-www-form-urlencoded\r\n'
    post = b'POST /login HTTP/1.1\r\n' + host + form
    get = b'GET /healthz HTTP/1.1\r\n' + host
    after = b'GET /healthz HTTP/1.1\r\n' + host + b'\r\n'
    shapes = [
        ('Content-Length and Transfer-Encoding',
         post + b'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + after, 400),
        ('Transfer-Encoding', post + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + after, 411),
        ('two Content-Length', post + b'Content-Length: 0\r\nContent-Length: 5\r\n\r\n' + after,
         400),
        ('the same Content-Length twice',
         post + b'Content-Length: 0\r\nContent-Length: 0\r\n\r\n' + after, 400),
        ('Content-Length: +5', post + b'Content-Length: +5\r\n\r\nabcde' + after, 400),
        ('Content-Length: 5, 5', post + b'Content-Length: 5, 5\r\n\r\nabcde' + after, 400),
        ('Content-Length: 0x5', post + b'Content-Length: 0x5\r\n\r\nabcde' + after, 400),
        ('a bare LF behind a header', get.replace(b'\r\nHost', b'\nHost') + b'\r\n' + after, 400),
        ('a bare LF behind the last header', get + b'X: y\n\r\n' + after, 400),
        ('a bare LF at the end', get + b'\n' + after, 400),
        ('a folded header', get + b'X: y\r\n z\r\n\r\n' + after, 400),
        ('a header folded by a tab', get + b'X: y\r\n\tz\r\n\r\n' + after, 400),
        ('a CR in a value', get + b'X: y\rz\r\n\r\n' + after, 400),
        ('a NUL in a value', get + b'X: y\0z\r\n\r\n' + after, 400),
        ('a blank before the colon', get + b'X : y\r\n\r\n' + after, 400),
        ('a header without a name', get + b': y\r\n\r\n' + after, 400),
        ('a header without a colon', get + b'X\r\n\r\n' + after, 400),
        ('no Host', b'GET /healthz HTTP/1.1\r\n\r\n' + after, 400),
        ('no Host in 1.0', b'GET /healthz HTTP/1.0\r\n\r\n' + after, 400),
        ('two Hosts', get + host + b'\r\n' + after, 400),
        ('another Host', get.replace(b'127.0.0.1', b'evil.example') + b'\r\n' + after, 421),
        ('an absolute target', get.replace(b'/healthz', b'http://127.0.0.1/healthz', 1) + b'\r\n'
         + after, 400),
        ('two cookies headers', get + b'Cookie: a=b\r\nCookie: c=d\r\n\r\n' + after, 400),
        ('a method that is none', get.replace(b'GET', b'BREW', 1) + b'\r\n' + after, 501),
    ]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda shape: raw(server.port, shape[1]), shapes))
    for (words, _, status), (got, closed) in zip(shapes, results):
        first = got.split(b'\r\n', 1)[0]
        s.true('%s: refused, closed, and nothing behind it is read' % words,
               first.startswith(b'HTTP/1.1 %d ' % status) and closed and
               b' 200 ' not in got, repr(got[:300]))
    got = dict(zip([shape[0] for shape in shapes], results))['no Host'][0]
    s.true('no Host: refused with every header', b'Content-Security-Policy: ' in got,
           repr(got[:300]))
    got, _ = raw(server.port, get.replace(b' ', b'  ', 1) + b'\r\n' + after)
    s.true('a doubled blank in the request line', b' 200 ' not in got, repr(got[:200]))
    two = get + b'\r\n' + get + b'Connection: close\r\n\r\n'
    got, closed = raw(server.port, two)
    s.same('two requests in one go are two answers', (got.count(b' 200 OK'), closed), (2, True))


def limits(s, server):
    host = b'Host: 127.0.0.1:%d\r\n' % server.port
    got, closed = raw(server.port, b'GET / HTTP/1.1\r\n' + host + b'X: ' + b'a' * 40000 +
                      b'\r\n\r\n')
    s.true('a head too large', got.startswith(b'HTTP/1.1 431 ') and closed, repr(got[:99]))
    got, closed = raw(server.port, b'GET / HTTP/1.1\r\n' + host + b'X: y\r\n' * 100 + b'\r\n')
    s.true('too many headers', got.startswith(b'HTTP/1.1 431 ') and closed, repr(got[:99]))
    got, closed = raw(server.port, b'POST /login HTTP/1.1\r\n' + host +
                      b'Content-Length: 65537\r\n\r\n')
    s.true('a body too large is refused before it comes',
           got.startswith(b'HTTP/1.1 413 ') and closed, repr(got[:99]))
    many = '&'.join('f%d=x' % i for i in range(65))
    got = Browser(server.port).get('/login?' + many)
    s.same('too many fields', got.status, 400)


def monitors(s, server):
    stranger = Browser(server.port)
    s.same('alive', stranger.get('/healthz').body, 'ok\n')
    s.same('ready', stranger.get('/readyz').body, 'ready\n')
    s.true('metrics', 'ochil_requests_total{status="2xx"}' in stranger.get('/metrics').body)
    hidden = Browser(server.port).ask('GET', '/metrics', headers={'X-Forwarded-For': '1.2.3.4'})
    s.same('not through a proxy', hidden.alike(), stranger.get('/no/such/page').alike())
    style = stranger.get('/style.css')
    tag = dict(style.headers)['ETag']
    again = stranger.get('/style.css', **{'If-None-Match': tag})
    s.same('the style sheet, once', (style.status, again.status, again.body), (200, 304, ''))
    script = stranger.get('/script.js')
    s.true('the script, of ten kilobytes at most', script.status == 200 and
           len(script.bytes) <= 10240 and dict(script.headers)['Content-Type'] ==
           'text/javascript; charset=utf-8')
    s.true('for who is signed in alone', 'script' not in stranger.get('/login').body)
    wanted = {'Content-Security-Policy': "default-src 'none'; style-src 'self'; script-src 'self'; "
              "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
              "base-uri 'none'; frame-ancestors 'none'",
              'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin'}
    for path in ('/', '/login', '/healthz', '/style.css', '/script.js', '/api/v1/session', '/first/' + 'a' * 64):
        headers = dict(stranger.get(path).headers)
        s.same('headers of %s' % path, {k: headers.get(k) for k in wanted}, wanted)


def killed(s, server, who):
    """kill -9: what was acknowledged is there, and so is the session."""
    s.same('killed', server.stop(signal.SIGKILL), -signal.SIGKILL)
    server.start()
    s.true('the session is there after it', who.signed_in())


def log_is_discreet(s, server, links, who):
    said = server.said()
    s.true('the log names routes', 'route=/first/{token:secret}' in said and
           'route=/sessions/{session}/end' in said)
    s.true('and no person, secret or address',
           not any(word in said for word in ('first.clk', links[0][7:], who.cookie, '127.0.0.1',
                                             'guess', 'level=error')),
           '\n'.join(l for l in said.splitlines() if 'route=' not in l)[:800])


def change(url, sql):
    """Past the program, as its owner; what it gives."""
    tool = ['psql', '-qXAt', url, '-c', sql] if url.startswith('postgres') else \
        ['sqlite3', url, '.timeout 5000', sql]
    return subprocess.run(tool, check=True, stdout=subprocess.PIPE).stdout.decode('utf-8', 'replace')


def one_engine(t, build, engine, folder, owner_url, url):
    s = Suite(t, engine)
    owner = Served(build, folder, owner_url)
    links = owner.init(*(['--role', 'ochil_app'] if url else []))
    server = Served(build, folder, url)
    with server:
        who = first_links(s, server, links)
        sti, login = race_for_a_link(s, server, links[1])
        sessions(s, server, who)
        at_store = owner_url or os.path.join(folder, 'ochil.db')
        for number, role in enumerate(SENDERS, 9000):
            change(at_store, "INSERT INTO role_grant (id, council, account, role, starts, made_at) "
                   "SELECT %d, 1, id, '%s', '2020-01-01', 1 FROM account WHERE login = 'first.clk'"
                   % (number, role))
        forged(s, server, who)
        change(at_store, 'DELETE FROM role_grant WHERE id >= 9000')
        unknown_and_forbidden(s, server, who, sti)
        with api_schema.watched(server) as faults:
            api(s, server, who, login)
            exports(s, server, who, sti, login)
        s.same('every call was answered as the document says', faults, [])
        if url is None:
            backup_by_server(s, folder, build)
        jobs(s, server, who, sti, lambda sql: change(owner_url or os.path.join(
            folder, 'ochil.db'), sql))
        acting(s, server, who, sti, login)
        people(s, server, who, sti, owner_url or os.path.join(folder, 'ochil.db'))
        council_keys(s, owner, build, folder, who, sti)
        smuggling(s, server)
        limits(s, server)
        monitors(s, server)
        killed(s, server, who)
        # Those of people's own tests were counted too.
        change(owner_url or os.path.join(folder, 'ochil.db'), 'DELETE FROM login_attempt')
        wrong_passwords(s, server)
        trails(s, server, build, folder, who, sti)
        s.same('SIGTERM ends it well', server.stop(), 0)
    log_is_discreet(s, server, links, who)
    return login


def own_account(t, build, folder):
    s = Suite(t, 'SQLite')
    server = Served(build, folder)
    links = server.init()
    with server:
        who = Browser(server.port)
        who.become_first(links[0], 'first.clk')
        session_ends(s, who)
        own_password(s, server, who, 'first.clk', os.path.join(folder, 'ochil.db'))
        set_up(s, server, who, os.path.join(folder, 'ochil.db'))


def two_servers(t, build, folder, url, login):
    """Over one PostgreSQL: nothing that must be shared is in a process."""
    s = Suite(t, 'two servers')
    with Served(build, folder, url) as one, Served(build, folder, url) as other:
        here = Browser(one.port)
        s.same('signed in on one', here.sign_in(login).status, 303)
        there = Browser(other.port, here.cookie)
        s.true('served by the other', there.signed_in())
        here.post('/exports', {}, page='/exports')
        link = re.search(r'/exports/\d+/file', wait_for_export(there))
        s.true('what is asked for on one is packed once, and fetched from either', link and
               here.get(link.group(0)).bytes[:2] == there.get(link.group(0)).bytes[:2] == b'PK')
        token = here.token('/')
        second = Browser(other.port)
        second.sign_in(login)
        ends = re.findall(r'action="(/sessions/\d+/end)"', there.get('/sessions').body)
        # Sessions are listed newest first, so the second one's stands at the top.
        s.same("a form of one is taken by the other", there.post(ends[0], {}, token=token).status,
               303)
        s.same('a session revoked here is dead there', second.get('/').status, 303)
        s.same('and on the one', Browser(one.port, second.cookie).get('/').status, 303)
        s.same('signed out on the other', there.post('/logout', {}, page='/').location, '/login')
        s.same('dead on the one', here.get('/').location, '/login')
        stale = [Browser(server.port) for server in (one, other)]
        tokens = [browser.token() for browser in stale]

        def guess(number):
            browser = Browser(stale[number % 2].port, stale[number % 2].cookie)
            return browser.post('/login', {'login': 'm.none', 'password': 'x'},
                                token=tokens[number % 2],
                                headers={'Content-Type': 'application/x-www-form-urlencoded'}
                                ).status
        before = guess(0)
        statuses = [before] + [guess(number) for number in range(1, 12)]
        s.true('guesses are counted together', 429 in statuses and
               statuses.count(422) <= 10, repr(statuses))


def row_level_security(t, url, serving):
    """What the server's own role sees past the server, without a council and with one."""
    def count(table, council):
        done = subprocess.run(['psql', '-qXAt', serving, '-c', 'BEGIN', '-c',
                               "SET LOCAL ochil.council = '%s'" % council, '-c',
                               'SELECT count(*) FROM ' + table], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.stdout.strip()
    s = Suite(t, 'row-level security')
    tables = ('account', 'session', 'api_token', 'role_grant', 'one_time_link')
    for table in tables:
        owner = subprocess.run(['psql', '-qXAt', url, '-c', 'SELECT count(*) FROM ' + table],
                               stdout=subprocess.PIPE, text=True).stdout.strip()
        both = int(count(table, 1)) + int(count(table, 2))
        s.same('%s: nobody sees none, the two councils see their own' % table,
               (count(table, 0), count(table, ''), both), ('0', '0', int(owner)))
    s.true('one council cannot write for another', 'row-level security' in subprocess.run(
        ['psql', '-qX', serving, '-c', 'BEGIN', '-c', "SET LOCAL ochil.council = '1'", '-c',
         "INSERT INTO role_grant (council, account, role, starts, made_at) VALUES "
         "(2, 1, 'administrator', '2020-01-01', 1)"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout)


def sample(t, build, folder):
    """A store to try out: it says so, and lets in whoever knows its published password."""
    s = Suite(t, 'sample')
    server = Served(build, folder)
    said = server.run('init', '--sample')
    password = re.search(r'Password of all: (.*)', said).group(1)
    offices = re.findall(r'[a-z]+\.(?:clk|sti)@demo\.example', said)
    s.same('every role has an account in each council', (len(offices), len(set(offices))), (32, 32))
    with server:
        for login in ('finance.clk@demo.example', 'programme.sti@demo.example'):
            who = Browser(server.port)
            who.sign_in(login, password)
            home = who.get('/').body
            s.true('%s is in, without a second factor' % login, login in home and
                   'do not count yet' not in home)
            s.true('every page says that it is a sample', 'Sample data' in home and
                   'Sample data' in who.get('/risks').body)
            s.true('what is joint is seen by both', '/risks/CLK-1' in who.get('/risks').body)
        s.true("the other council's own is not", '/risks/CLK-2' not in who.get('/risks').body)
        s.true('an error is of the sample, too', 'Sample data' in who.get('/no/such').body)
        change(os.path.join(folder, 'ochil.db'), 'ALTER TABLE council RENAME TO council_away')
        page = who.get('/risks')
        change(os.path.join(folder, 'ochil.db'), 'ALTER TABLE council_away RENAME TO council')
        s.true('without the store a page says so, in the frame', page.status == 500 and
               'main-nav-name' in page.body and 'under the number' in page.body, page.body)


def main():
    given, build = engines.options(file='only what people do with their own account, on SQLite')
    t = tap.Tap()

    def behind(folder, url, serving, login):
        change(url, 'DELETE FROM login_attempt')
        two_servers(t, build, folder, serving, login)
        row_level_security(t, url, serving)
    with engines.folder() as folder:
        own_account(t, build, folder)
    if given.file:
        return t.done()
    with engines.folder() as folder:
        sample(t, build, folder)
    return engines.both(t, build, one_engine, behind=behind)


if __name__ == '__main__':
    sys.exit(main())
