#!/usr/bin/env python3
"""login_test.py -- signing in with more than a password, at a served store.

    login_test.py [--ochil PATH]

A second factor, from the picture on the page to the last recovery code; what counts without it;
the administrator who takes one away. A council's own login: set up, tested, turned on; a provider
of the tests' own (provider.py) that lies in every way there is; groups that come and go; a real one,
glewlwyd. On SQLite and PostgreSQL, there with two servers over one store.
"""
import base64
import hashlib
import hmac
import os
import re
import struct
import subprocess
import sys
import time
import urllib.parse

import engines
import glewlwyd
import tap
from provider import CLIENT, SECRET, Key, Provider
from served import COOKIE, PASSWORD, Browser, Served


class Suite:
    """Checks of one engine, each with its name in front."""

    def __init__(self, t, engine):
        self.t, self.engine = t, engine

    def same(self, what, got, wanted):
        self.t.check('%s: %s' % (self.engine, what),
                     None if got == wanted else 'got %r\nwanted %r' % (got, wanted))

    def true(self, what, good, said=''):
        self.t.check('%s: %s' % (self.engine, what), None if good else 'it is not\n%s' % said)


def change(place, sql):
    """Past the server."""
    tool = ['psql', '-qX', '-v', 'ON_ERROR_STOP=1', place] if place.startswith('postgres') else [
        'sqlite3', '-bail', place]
    return subprocess.run(tool + (['-Atc', sql] if tool[0] == 'psql' else [sql]), check=True,
                          stdout=subprocess.PIPE).stdout.decode('utf-8', 'replace')


# --- a second factor ---

def code_of(secret, steps=0):
    """What a telephone shows, so many half minutes from now: RFC 6238, of Python's own."""
    counter = struct.pack('>Q', int(time.time()) // 30 + steps)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    return '%06d' % ((struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 10**6)


def fresh_start():
    """Not at the end of a half minute, so that a code stays one for the seconds of a test."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)


def secret_on(page):
    found = re.search(r'<dt>Secret</dt><dd>([A-Z2-7 ]+)</dd>', page)
    return found.group(1).replace(' ', '') if found else None


def codes_on(page):
    return re.findall(r'<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>', page)


def sign_in(server, login, code, password=PASSWORD):
    who = Browser(server.port)
    return who, who.post('/login', {'login': login, 'password': password, 'code': code},
                         page='/login')


def set_up(s, who):
    """The secret, and the recovery codes."""
    page = who.post('/second-factor', {}, page='/second-factor')
    secret = secret_on(page.body)
    s.true('a secret is offered, as words, an address and a picture', secret and len(secret) == 32
           and 'otpauth://totp/Ochil:first.clk?secret=' + secret in page.body and '<svg' in page.body,
           page.body)
    wrong = who.post('/second-factor/confirm', {'code': '000000' if code_of(secret) != '000000'
                                                else '000001'}, page='/second-factor')
    s.true('a code that is none is refused, and the secret shown again',
           wrong.status == 422 and secret_on(wrong.body) == secret, wrong.body)
    before = who.cookie
    done = who.post('/second-factor/confirm', {'code': code_of(secret)}, page='/second-factor')
    codes = codes_on(done.body)
    s.same('confirmed, there are ten codes', (done.status, len(set(codes))), (201, 10))
    s.true('in another session', who.cookie != before and not Browser(who.port, before).signed_in())
    s.true('which is shown nowhere again', secret_on(who.get('/second-factor').body) is None and
           not codes_on(who.get('/second-factor').body))
    return secret, codes


def second_factor(s, server, place, admin, other):
    """`admin` is CLK's, `other` STI's; neither has one yet, and both councils ask for it."""
    home = admin.get('/').body
    s.true('without it the role does not count, and home says so',
           'None today' in home and 'do not count yet' in home, home)
    s.same('nor opens it anything', admin.get('/people').alike(), admin.get('/people/x').alike())
    token = admin.post('/tokens', {'name': 'x', 'ends': '2099-01-01', 'write': 'yes'},
                       page='/tokens')
    weak = re.search(r'ochil_[0-9a-f]{64}', token.body)
    fresh_start()
    secret, codes = set_up(s, admin)
    s.same('with it it counts', admin.get('/people').status, 200)
    if weak:
        s.same('a token from before stays as weak as its session was', Browser(server.port).get(
            '/api/v1/trail/export', Authorization='Bearer ' + weak.group(0)).status, 404)
    used = sign_in(server, 'first.clk', code_of(secret))[1]
    s.same('the code that confirmed it is used', used.status, 422)
    who, came = sign_in(server, 'first.clk', code_of(secret, 1))
    s.same('the next one lets in', (came.status, who.get('/people').status), (303, 200))
    again = sign_in(server, 'first.clk', code_of(secret, 1))[1]
    s.same('once', again.status, 422)
    refused = {words: sign_in(server, 'first.clk', code, password) for words, code, password in (
        ('no code', '', PASSWORD), ('another code', '123456', PASSWORD),
        ('an old code', code_of(secret, -3), PASSWORD), ('a wrong password', codes[0], 'x' * 12))}
    strip = re.compile(r'value="[^"]*"')
    s.same('whatever is wrong, it is refused in the same words',
           {(answer.status, strip.sub('', answer.body)) for _, answer in refused.values()},
           {(422, strip.sub('', again.body))})
    who, came = sign_in(server, 'first.clk', codes[0].upper().replace('-', ' '))
    s.same('a recovery code lets in, as well', (came.status, who.get('/people').status),
           (303, 200))
    s.true('and is then one less', ' 9 ' in who.get('/second-factor').body)
    s.same('once', sign_in(server, 'first.clk', codes[0])[1].status, 422)
    change(place, 'DELETE FROM login_attempt')
    new = codes_on(who.post('/second-factor/codes', {}, page='/second-factor').body)
    s.same('new ones are made', len(set(new) - set(codes)), 10)
    s.same('and the old ones are none', (sign_in(server, 'first.clk', codes[1])[1].status,
                                         sign_in(server, 'first.clk', new[1])[1].status), (422, 303))
    rows = change(place, 'SELECT * FROM second_factor') + change(place,
                                                                 'SELECT * FROM recovery_code')
    s.true('neither secret nor codes are in the store', secret not in rows and not any(
        code.replace('-', '') in rows or code in rows for code in codes + new))
    if s.engine == 'SQLite':
        throttle(s, server, place)
    taken_away(s, server, place, who, other)
    return [secret] + codes + new


def throttle(s, server, place):
    change(place, 'DELETE FROM login_attempt')
    statuses = [sign_in(server, 'first.clk', '%06d' % number)[1].status for number in range(11)]
    s.same('guessed codes are counted like passwords', statuses, 10 * [422] + [429])
    change(place, 'DELETE FROM login_attempt')


def let_in(server, admin, login):
    made = admin.post('/people', {'invite': login}, page='/people')
    link = re.search(r'/password/[0-9a-f]{64}', made.body).group(0)
    Browser(server.port).post(link, {'password': PASSWORD, 'again': PASSWORD}, page=link)
    number = re.search(r'href="(/people/\d+)">%s<' % re.escape(login),
                       admin.get('/people').body).group(1)
    return number


def own_password(s, who, codes):
    """Changed, and back."""
    fields = {'present': PASSWORD, 'password': PASSWORD + '!', 'again': PASSWORD + '!'}
    s.same('a new password asks for a code, too, and uses it', [
        who.post('/account/password', dict(fields, code=code), page='/account/password').status
        for code in ('', '000000', codes[1], codes[1])], [422, 422, 303, 422])
    fields = {'present': PASSWORD + '!', 'password': PASSWORD, 'again': PASSWORD, 'code': codes[1]}
    s.same('once', who.post('/account/password', fields, page='/account/password').status, 422)
    fields['code'] = codes[2]
    s.same('another one is good', who.post('/account/password', fields,
                                           page='/account/password').status, 303)
    s.true('and the session stays as strong', 'New recovery codes' in who.get(
        '/second-factor').body and who.post('/second-factor', {}, page='/second-factor').status ==
        200)


def taken_away(s, server, place, admin, other):
    """Somebody's telephone is lost; an administrator of the same council helps, no other."""
    person = let_in(server, admin, 'k.loser')
    none = admin.post(person + '/second-factor/end', {}, page='/people')
    s.true('who has none cannot lose it', none.status == 400 and 'no second factor' in none.body)
    who = Browser(server.port)
    who.sign_in('k.loser')
    secret = secret_on(who.post('/second-factor', {}, page='/second-factor').body)
    codes = codes_on(who.post('/second-factor/confirm', {'code': code_of(secret)},
                              page='/second-factor').body)
    own_password(s, who, codes)
    s.same('the other council does not take it', other.post(person + '/second-factor/end', {},
                                                            page='/').status, 404)
    s.same('nor who has it', who.post(person + '/second-factor/end', {}, page='/').status, 404)
    s.true('still signed in', who.signed_in())
    own = re.search(r'href="(/people/\d+)">first.clk<', admin.get('/people').body).group(1)
    s.same('an administrator not the own one', admin.post(own + '/second-factor/end', {},
                                                          page='/people').status, 400)
    taken = admin.post(person + '/second-factor/end', {}, page='/people')
    s.same('it is taken away', taken.location, '/people')
    s.true('and every session with it', not who.signed_in())
    s.same('the password alone lets in', sign_in(server, 'k.loser', '')[1].status, 303)
    told = admin.get('/trail/export').body
    for action in ('second.begin', 'second.codes', 'second.recover', 'second.reset'):
        s.true('the trail tells %s' % action, '"action":"%s"' % action in told)


# --- a council's own login ---

def settings(provider, **other):
    return dict({'issuer': provider.issuer, 'client': CLIENT, 'secret': SECRET,
                 'name_claim': 'preferred_username', 'groups_claim': 'groups',
                 'domains': 'clacks.example', 'asks_second': 'yes'}, **other)


def set_out(who, path='/login/with/CLK'):
    """Where the browser is sent, and what with."""
    sent = who.get(path)
    there = urllib.parse.urlsplit(sent.location or '')
    return sent, dict(urllib.parse.parse_qsl(there.query))


def come_back(who, code, state, **other):
    return who.get('/login/back/CLK?' + urllib.parse.urlencode(dict({'code': code, 'state': state},
                                                                    **other)))


def through(who, provider, path='/login/with/CLK', **claims):
    """There and back, as somebody whom it knows."""
    _, asked = set_out(who, path)
    code = provider.code(asked['nonce'], asked['code_challenge'], **dict(
        {'sub': 'u1', 'preferred_username': 'A.Clerk@clacks.example'}, **claims))
    return come_back(who, code, asked['state'])


def saved(s, admin, provider):
    page = admin.get('/council/login').body
    s.true('at first only local login is on, and it says what to do',
           'Only local login is on.' in page, page)
    for fault, words in (('huge', '256 KiB'), ('slow', 'five seconds'), ('moved', '302'),
                         ('no JSON', 'not JSON'), ('another name', 'must be the same'),
                         ('a place elsewhere', 'not https'), ('a place inside', 'not https')):
        if s.engine != 'SQLite' and fault != 'moved':
            continue
        provider.wrong = {fault}
        got = admin.post('/council/login', settings(provider), page='/council/login')
        s.true('what it says of itself is refused: %s' % fault,
               got.status == 422 and words in got.body, got.body)
    provider.wrong = set()
    for name, value in (('issuer', 'ftp://x'), ('issuer', 'http://login.example'),
                        ('issuer', 'https://u@login.example'), ('client', ''), ('secret', ''),
                        ('domains', 'NO'), ('groups_claim', '')):
        got = admin.post('/council/login', settings(provider, **{name: value}),
                         page='/council/login')
        s.true('refused: %s is %r' % (name, value), got.status == 422 and
               'id="%s-error"' % name in got.body, got.body)
    for inside in ('https://10.1.2.3', 'https://[fe80::1]', 'https://169.254.169.254'):
        got = admin.post('/council/login', settings(provider, issuer=inside),
                         page='/council/login')
        s.true('nobody looks into a network from here: %s' % inside, got.status == 422 and
               'not public' in got.body, got.body)
    got = admin.post('/council/login', settings(provider), page='/council/login')
    s.same('it is saved', got.location, '/council/login')
    s.true('its secret is not shown', 'no%body' not in admin.get('/council/login').body)
    s.same('untested it is not turned on', admin.post('/council/login/on', {},
                                                      page='/council/login').status, 400)
    s.same('and lets nobody in', Browser(admin.port).get('/login/with/CLK').status, 303)
    s.same('which is not told from one that there is not',
           Browser(admin.port).get('/login/with/CLK').location,
           Browser(admin.port).get('/login/with/XYZ').location)
    for group, role in (('finance', 'accountant'), ('finance', 'budget-holder'),
                        ('audit', 'auditor')):
        s.same('%s gives %s' % (group, role), admin.post(
            '/council/login/groups', {'group': group, 'role': role},
            page='/council/login').location, '/council/login')
    s.same('once', admin.post('/council/login/groups', {'group': 'finance', 'role': 'accountant'},
                              page='/council/login').status, 422)


def tested(s, server, place, admin, provider):
    count = 'SELECT count(*) FROM account; SELECT count(*) FROM session; ' \
            'SELECT count(*) FROM role_grant'
    before = change(place, count)
    page = through(admin, provider, '/council/login/test', groups=['finance', 'other'])
    s.true('a test shows what came and what it would give', page.status == 200 and all(
        words in page.body for words in ('A.Clerk@clacks.example', 'finance', 'accountant',
                                         'budget holder', 'asked for there')), page.body)
    s.same('and changes nothing', (change(place, count), admin.signed_in()), (before, True))
    stranger = Browser(server.port)
    s.same('a stranger tests nothing', stranger.get('/council/login/test').location, '/login')
    s.same('it is turned on', admin.post('/council/login/on', {}, page='/council/login').location,
           '/council/login')
    s.true('the page to sign in says so', '/login/with/CLK' in stranger.get('/login').body)


def ways_there(s, server, provider):
    who = Browser(server.port)
    way = who.post('/login', {'login': 'a.clerk@Clacks.Example', 'password': ''}, page='/login')
    path = re.search(r'href="(/login/with/CLK\?address=[^"]+)"', way.body)
    s.true('an address leads to the login of its council', way.status == 200 and path, way.body)
    sent, asked = set_out(who, path.group(1))
    s.true('and is taken along', sent.location.startswith(provider.issuer + '/authorize?p=1&') and
           asked['login_hint'] == 'a.clerk@Clacks.Example', sent.location)
    s.same('with PKCE, to one place back', (
        asked['response_type'], asked['client_id'], asked['code_challenge_method'],
        len(asked['code_challenge']), 'openid' in asked['scope'].split(), asked['redirect_uri']),
        ('code', CLIENT, 'S256', 43, True, 'http://127.0.0.1:%d/login/back/CLK' % server.port))
    for address in ('x@sti.example', 'x@notclacks.example', '@clacks.example', 'clacks.example@'):
        s.same('no council: %s' % address, who.post('/login', {'login': address, 'password': ''},
                                                    page='/login').status, 422)
    return who


def refusals(s, server, place, provider):
    count = 'SELECT count(*) FROM account; SELECT count(*) FROM session'
    before = change(place, count)
    for fault, words in (
            ('signature', 'signature of its token is wrong'), ('changed', 'signature'),
            ('its own key', 'signature'), ('none', 'no signed token'),
            ('shared secret', 'not signed with RS256'), ('unknown key', 'does not publish'),
            ('issuer', 'somebody else'), ('audience', 'another program'),
            ('two audiences', 'another program'), ('party', 'another program'),
            ('expired', 'is over'), ('exp in words', 'is over'), ('future', 'not issued just now'),
            ('old', 'not issued just now'), ('not yet', 'not issued just now'),
            ('nonce', 'another sign-in'), ('no nonce', 'another sign-in'),
            ('no subject', 'who it is')):
        provider.wrong = {fault}
        who = Browser(server.port)
        got = through(who, provider, groups=['finance'])
        s.true('refused: %s' % fault, got.status == 403 and words in got.body and
               not who.signed_in(), '%d %s' % (got.status, got.body))
    provider.wrong = set()
    who = Browser(server.port)
    got = through(who, provider, groups=['others'])
    s.true('no group, no role, no account', got.status == 403 and 'no role' in got.body)
    s.same('nobody was let in', change(place, count), before)


def states(s, server, provider, other):
    """What comes back must be what set out, from that browser, once; `other` is a second server."""
    who, thief = Browser(server.port), Browser(server.port)
    thief.get('/login')
    _, asked = set_out(who)
    state = asked['state']

    def code():
        return provider.code(asked['nonce'], asked['code_challenge'], sub='u9',
                             groups=['finance'])
    asked_before = len(provider.asked)
    last = state[:-1] + ('0' if state[-1] != '0' else '1')
    for words, browser, told in (
            ('in another browser', thief, state), ('in one without a cookie',
                                                   Browser(server.port), state),
            ('with another end', who, last), ('as a test', who, 't' + state[1:]),
            ('cut', who, state[:-1]), ('with none', who, ''),
            ('from long ago', who, state[0] + '0' * 12 + state[13:]),
            ('with capitals', who, state.upper())):
        got = come_back(browser, code(), told)
        s.true('a state %s is refused' % words, got.status == 403 and not browser.signed_in(),
               got.body)
    s.same('and the login is not even asked', len(provider.asked), asked_before)
    got = come_back(who, code(), state, iss='http://127.0.0.1:1')
    s.true('an answer of another issuer is refused', got.status == 403 and 'somebody else' in
           got.body)
    for words, given in (('of a person who was refused there', {'error': 'access_denied'}),
                         ('without a code', {'code': ''})):
        _, asked = set_out(who)
        got = who.get('/login/back/CLK?' + urllib.parse.urlencode(dict(given,
                                                                       state=asked['state'])))
        s.true('an answer %s' % words, got.status == 403 and 'did not let you in' in got.body)
    _, asked = set_out(who)
    once = code()
    cookie = who.cookie
    s.same('what is right is let in', come_back(who, once, asked['state']).location, '/')
    for where in (server, other):
        again = Browser(where.port, cookie)
        got = come_back(again, code(), asked['state'])
        s.true('a state is taken once, on whichever server', got.status == 403 and
               'used already' in got.body, got.body)
    _, asked = set_out(who)
    got = come_back(who, once, asked['state'])
    s.true('a code once', got.status == 403 and 'answers 400' in got.body, got.body)


def rollover(s, server, place, provider):
    provider.keys.append(Key('next'))
    asked = provider.asked.count('/keys')
    change(place, 'UPDATE oidc_provider SET keys_at = keys_at - 61000')
    s.same('a new key is fetched when a token names it', through(
        Browser(server.port), provider, groups=['finance']).location, '/')
    provider.wrong = {'unknown key'}
    for _ in range(3):
        through(Browser(server.port), provider, groups=['finance'])
    s.same('once a minute, whoever asks', provider.asked.count('/keys'), asked + 1)
    provider.wrong = {'no key name'}
    s.same('a token without a key name, of two keys', through(
        Browser(server.port), provider, groups=['finance']).status, 403)
    provider.wrong = set()


def people(s, server, place, admin, provider):
    who = Browser(server.port)
    planted = who.token() and who.cookie
    s.same('somebody comes in', through(who, provider, groups=['finance']).location, '/')
    home = who.get('/').body
    s.true('as whom it says, with what the groups give', 'a.clerk' in home and
           'accountant' in home and 'budget holder' in home and 'auditor' not in home, home)
    s.true('in a session of another id', who.cookie != planted)
    number = re.search(r'href="(/people/\d+)">a\.clerk<', admin.get('/people').body).group(1)
    s.true('until a day', re.search(r'accountant, from \d{4}-\d\d-\d\d to \d{4}',
                                    admin.get(number).body))
    admin.post('/people/roles', {'login': 'a.clerk', 'role': 'clerk', 'starts': '2020-01-01',
                                 'ends': ''}, page='/people')
    through(Browser(server.port), provider, groups=['audit'])
    home = who.get('/').body
    s.true('a group that is lost ends its roles, in sessions that there are, too',
           'accountant' not in home and 'auditor' in home, home)
    s.true('and not what people gave', 'committee clerk' in home, home)
    same = Browser(server.port)
    through(same, provider, sub='u2', groups=['audit'])
    s.true('another of the same name is another', 'a.clerk.2' in same.get('/').body)
    s.true('who comes in so has no password here to change', 'Change your password there' in
           same.get('/account/password').body and same.post(
               '/account/password', {'present': '', 'password': PASSWORD, 'again': PASSWORD},
               page='/account/password').status == 422)
    provider.wrong = {'post'}
    admin.post('/council/login', settings(provider, secret='', asks_second=''),
               page='/council/login')
    s.same('saved again it is off', Browser(server.port).get('/login/with/CLK').location, '/login')
    through(admin, provider, '/council/login/test', groups=['finance'])
    admin.post('/council/login/on', {}, page='/council/login')
    weak, strong = Browser(server.port), Browser(server.port)
    admin.post('/council/login/rules', {'rule': 'everybody', 'local': 'yes'},
               page='/council/login')
    s.same('with the secret in the form', through(weak, provider, sub='u2',
                                                  groups=['audit']).location, '/')
    s.true('who was not asked for a second factor there has no role here',
           'do not count yet' in weak.get('/').body, weak.get('/').body)
    through(strong, provider, sub='u2', groups=['audit'], amr=['pwd', 'mfa'])
    s.true('who was has', 'do not count yet' not in strong.get('/').body)
    leaver(s, server, admin, provider, number)


def leaver(s, server, admin, provider, number):
    who = Browser(server.port)
    through(who, provider, groups=['audit'], amr=['mfa'])
    s.true('somebody is there', who.signed_in())
    s.same('and leaves', admin.post(number + '/close', {}, page='/people').location, '/people')
    s.true('every right has ended', not who.signed_in())
    got = through(Browser(server.port), provider, groups=['audit'])
    s.true('and the login gives none back', got.status == 403 and 'was closed' in got.body,
           got.body)
    s.same('nor another account', admin.get('/people').body.count('>a.clerk'), 2)


def linking(s, server, place, admin, provider):
    """An account with a password, and somebody at the council's login: one, once it is confirmed."""
    number = let_in(server, admin, 'm.linked')
    admin.post('/people/roles', {'login': 'm.linked', 'role': 'clerk', 'starts': '2020-01-01',
                                 'ends': ''}, page='/people')
    who = Browser(server.port)
    who.sign_in('m.linked')
    path, go = '/account/council-login', '/account/council-login/go'

    def come(sub='u7', by=who, **claims):
        return through(by, provider, go, sub=sub, preferred_username='m.linked@clacks.example',
                       **claims)
    s.true('not linked', 'Not linked' in who.get(path).body)
    s.same('nothing to confirm', who.post(path, {'present': PASSWORD}, page='/').status, 400)
    stranger, state = Browser(server.port), set_out(who, go)[1]
    got = come_back(stranger, provider.code(state['nonce'], state['code_challenge'], sub='u7'),
                    state['state'])
    s.same('in another browser it is not brought back', got.status, 403)
    got = come('u2')
    s.true('who has an account here is not linked to another', got.status == 403 and
           'an account of its own' in got.body, got.body)
    s.same('somebody else comes back, to the page', come().location, path)
    page = who.get(path).body
    s.true('which says as whom', 'm.linked@clacks.example' in page and 'Link the two' in page, page)
    rows = change(place, 'SELECT * FROM login_link_offer')
    s.true('it is sealed', 'm.linked' not in rows)
    wrong = who.post(path, {'present': 'not that one'}, page=path)
    s.true('without the password it is not confirmed', wrong.status == 422 and
           'password is wrong' in wrong.body and 'Link the two' in wrong.body, wrong.body)
    early = through(Browser(server.port), provider, sub='u7', groups=['others'])
    s.same('nor is anybody let in by it', early.status, 403)
    s.same('with it it is', who.post(path, {'present': PASSWORD}, page=path).location, path)
    s.same('once', who.post(path, {'present': PASSWORD}, page=path).status, 400)
    other = Browser(server.port)
    s.same('it lets in', through(other, provider, sub='u7', groups=['audit'],
                                 amr=['mfa']).location, '/')
    home = other.get('/').body
    s.true('as the account that there was, with the roles of both', 'm.linked' in home and
           'committee clerk' in home and 'auditor' in home, home)
    s.same('linked twice is refused', come('u8').status, 403)
    wrong = who.post(path + '/end', {'present': 'not that one'}, page=path)
    s.same('it is not ended without the password', wrong.status, 422)
    s.same('and ended with it', who.post(path + '/end', {'present': PASSWORD},
                                         page=path).location, path)
    s.same('ended is not linked', who.post(path + '/end', {'present': PASSWORD},
                                           page=path).status, 404)
    come()
    who.post(path, {'present': PASSWORD}, page=path)
    s.same("an administrator ends it, too, and its sessions", (admin.post(
        number + '/council-login/end', {}, page='/people').location, who.signed_in()),
        ('/people', False))
    who.sign_in('m.linked')
    come()
    who.post(path, {'present': PASSWORD}, page=path)
    admin.post(number + '/close', {}, page='/people')
    s.same('who leaves does not come back by it', through(
        Browser(server.port), provider, sub='u7', groups=['audit']).status, 403)
    s.same('nor is unlinked any more', admin.post(number + '/council-login/end', {},
                                                  page='/people').status, 404)
    told = admin.get('/trail/export').body
    for action in ('login.link', 'login.link.refuse', 'login.unlink', 'login.unlink.refuse'):
        s.true('the trail tells %s' % action, '"action":"%s"' % action in told)


def invited(s, server, admin, provider):
    """An administrator's link, and somebody at the council's login: one, without any password."""
    made = admin.post('/people', {'invite': 'n.linked'}, page='/people')
    link = re.search(r'/password/[0-9a-f]{64}', made.body).group(0)
    number = re.search(r'href="(/people/\d+)">n.linked<', admin.get('/people').body).group(1)
    admin.post('/people/roles', {'login': 'n.linked', 'role': 'clerk', 'starts': '2020-01-01',
                                 'ends': ''}, page='/people')
    who = Browser(server.port)
    s.true('the link offers it', link + '/go' in who.get(link).body, who.get(link).body)
    kept = {}

    def there(by, sub='u30', held=None):
        """Out by the link and back; what the browser holds beside its id comes along."""
        sent, asked = set_out(by, link + '/go')
        cookies = [value.split(';')[0] for name, value in sent.headers if name == 'Set-Cookie' and
                   'invite' in value]
        kept['invite'] = cookies[0] if cookies else ''
        code = provider.code(asked['nonce'], asked['code_challenge'], sub=sub,
                             preferred_username='n.linked@clacks.example')
        return by.get('/login/back/CLK?' + urllib.parse.urlencode(
            {'code': code, 'state': asked['state']}), Cookie='%s=%s%s' % (
                COOKIE, by.cookie, '; ' + kept['invite'] if held is None else held))

    def confirm(by, page, **more):
        offer = re.search(r'name="offer" value="(\w*)"', page.body)
        return by.post(link + '/login', dict({'offer': offer.group(1) if offer else ''}, **more),
                       page='/login')
    who.get('/login')
    s.same('without what the browser holds nobody comes back', there(who, held='').status, 403)
    s.same('nor as somebody who has an account', there(who, sub='u2').status, 403)
    page = there(who)
    s.true('it asks whether that is you', page.status == 200 and all(words in page.body for words in (
        'n.linked@clacks.example', 'n.linked<', 'Link the two')), page.body)
    s.same('until then nobody is let in by it', through(
        Browser(server.port), provider, sub='u30', groups=['others']).status, 403)
    s.same('what is made up is refused', [confirm(who, page, offer=offer).status for offer in (
        '', 'x', '00' * 40)], 3 * [400])
    stranger = Browser(server.port)
    s.same('another browser sends nothing', stranger.post(link + '/login', {'offer': re.search(
        r'name="offer" value="(\w*)"', page.body).group(1)}, token='0' * 64).status, 403)
    done_there = confirm(who, page)
    s.same('confirmed, the two are one', (done_there.status, done_there.location), (303, '/login'))
    s.same('and the link is used', [who.get(link).status, who.get(link + '/go').status,
                                    confirm(who, page).status], 3 * [404])
    came = Browser(server.port)
    s.same('it lets in, without a group', through(came, provider, sub='u30', amr=['mfa'],
                                                  groups=['others']).location, '/')
    s.true('as that account', 'n.linked' in came.get('/').body and
           'committee clerk' in came.get('/').body, came.get('/').body)
    made = admin.post(number + '/link', {}, page='/people')
    link = re.search(r'/password/[0-9a-f]{64}', made.body).group(0)
    s.same('an account that is linked has no such way', (
        link + '/go' in who.get(link).body, who.get(link + '/go').status), (False, 404))
    Browser(server.port).post(link, {'password': PASSWORD, 'again': PASSWORD}, page=link)
    admin.post(number + '/close', {}, page='/people')


def passwords(s, server, admin, provider):
    let_in(server, admin, 'l.local')
    s.same('passwords go on', sign_in(server, 'l.local', '')[1].status, 303)
    admin.post('/council/login/rules', {'rule': 'roles'}, page='/council/login')
    s.same('until they are not wanted', sign_in(server, 'l.local', '')[1].status, 422)
    s.same('of this council', sign_in(server, 's.first', '')[1].status, 303)
    s.same('off, the login gives them back', (admin.post(
        '/council/login/off', {}, page='/council/login').location,
        sign_in(server, 'l.local', '')[1].status), ('/council/login', 303))
    s.same('without it they cannot be turned off', admin.post(
        '/council/login/rules', {'rule': 'roles'}, page='/council/login').status, 400)


def break_glass(s, server, place, admin, other_admin, provider):
    through(admin, provider, '/council/login/test', groups=['finance'])
    admin.post('/council/login/on', {}, page='/council/login')
    admin.post('/council/login/rules', {'rule': 'everybody'}, page='/council/login')
    for name in ('X', 'first.clk'):
        s.same('no break-glass account is called %s' % name, admin.post(
            '/council/login/break-glass', {'glass': name}, page='/council/login').status, 422)
    made = admin.post('/council/login/break-glass', {'glass': 'emergency.clk'},
                      page='/council/login')
    link = re.search(r'/password/[0-9a-f]{64}', made.body).group(0)
    s.same('a council has one', admin.post('/council/login/break-glass', {'glass': 'another'},
                                           page='/council/login').status, 400)
    Browser(server.port).post(link, {'password': PASSWORD, 'again': PASSWORD}, page=link)
    admin.post('/people/roles', {'login': 'emergency.clk', 'role': 'head-of-service',
                                 'starts': '2020-01-01', 'ends': ''}, page='/people')
    who, came = sign_in(server, 'emergency.clk', '')
    s.same('it comes in when passwords do not', (came.location, sign_in(
        server, 'l.local', '')[1].status), ('/', 422))
    s.same('mends how people sign in', (who.post('/council/login/off', {},
                                                 page='/council/login').location,
                                        sign_in(server, 'l.local', '')[1].status),
           ('/council/login', 303))
    absent = who.get('/no/such/page').alike()
    s.same('and does nothing else, whatever was granted', [who.get(path).alike() for path in (
        '/risks', '/trail', '/jobs', '/council/key')], 4 * [absent])
    s.same('nor acts for a council anew', who.post('/acting', {'council': 'CLK'},
                                                   page='/').status, 404)
    for words, browser in (('its own', admin), ('the other', other_admin)):
        home = browser.get('/').body
        s.true("it is on the first page of %s council's administrators" % words,
               'Break-glass accounts were used' in home and 'Clackmannanshire: ' in home, home)
        s.true('and in the trail that it reads',
               '"action":"login.break_glass"' in browser.get('/trail/export').body)
    change(place, "UPDATE session SET made_at = made_at - 1800000 WHERE account IN "
                  "(SELECT id FROM account WHERE break_glass)")
    s.true('after half an hour it is over', not who.signed_in())


def own_login(s, server, place, admin, other_admin, second):
    with Provider() as provider:
        saved(s, admin, provider)
        s.same('the other council cannot have its domains', other_admin.post(
            '/council/login', settings(provider), page='/council/login').status, 422)
        tested(s, server, place, admin, provider)
        ways_there(s, server, provider)
        if s.engine == 'SQLite':
            refusals(s, server, place, provider)
        states(s, server, provider, second)
        rollover(s, server, place, provider)
        people(s, server, place, admin, provider)
        linking(s, server, place, admin, provider)
        invited(s, server, admin, provider)
        passwords(s, server, admin, provider)
        break_glass(s, server, place, admin, other_admin, provider)
        s.true('the other council knows nothing of it', 'Only local login is on.' in
               other_admin.get('/council/login').body)
        told = admin.get('/trail/export').body
        for action in ('oidc.save', 'oidc.on', 'oidc.off', 'oidc.group.add', 'login.setting'):
            s.true('the trail tells %s' % action, '"action":"%s"' % action in told)
        stored = change(place, 'SELECT * FROM oidc_provider')
        s.true('the secret is neither in store, trail nor log', not any(
            SECRET in text for text in (stored, told, server.said())))


# --- and a real one ---

def real_visit(who, login, council, name, path=None):
    sent = who.get(path or '/login/with/' + council)
    back = urllib.parse.urlsplit(login.visit(sent.location, name))
    return who.get('%s?%s' % (back.path, back.query))


def real_login(s, server, admin, login, council, name):
    """Debian's glewlwyd, set up as a council's own login."""
    got = admin.post('/council/login', {
        'issuer': login.issuer, 'client': glewlwyd.CLIENT, 'secret': glewlwyd.SECRET,
        'name_claim': 'preferred_username', 'groups_claim': 'groups', 'domains': '',
        'asks_second': 'yes'}, page='/council/login')
    s.same('glewlwyd is saved', got.location, '/council/login')
    for group, role in (('finance', 'accountant'), ('audit', 'auditor')):
        admin.post('/council/login/groups', {'group': group, 'role': role}, page='/council/login')
    login.add(name, ['finance', 'staff'])
    page = real_visit(admin, login, council, name, '/council/login/test')
    s.true('tested', page.status == 200 and all(words in page.body for words in (
        name, 'finance', 'staff', 'accountant')), page.body)
    s.same('turned on', admin.post('/council/login/on', {}, page='/council/login').status, 303)
    who = Browser(server.port)
    s.same('somebody comes in through it', real_visit(who, login, council, name).location, '/')
    home = who.get('/').body
    s.true('with the role of the group', name in home and 'accountant' in home, home)
    login.change(name, ['audit'])
    real_visit(Browser(server.port), login, council, name)
    home = who.get('/').body
    s.true('and without it when the group is lost', 'accountant' not in home and
           'auditor' in home, home)
    return who


def real_ones(t, server, folder, admins):
    s = Suite(t, 'glewlwyd')
    if not glewlwyd.there():
        s.true('is installed (scripts/install-needed test)', False)
        return
    back = 'http://127.0.0.1:%d/login/back/' % server.port
    with glewlwyd.Glewlwyd(os.path.join(folder, 'clk'), back + 'CLK') as clk, \
            glewlwyd.Glewlwyd(os.path.join(folder, 'sti'), back + 'STI') as sti:
        one = real_login(s, server, admins[0], clk, 'CLK', 'c.finance')
        other = real_login(s, server, admins[1], sti, 'STI', 's.finance')
        s.true("each is its own council's", 'Stirling' not in one.get('/').body and
               'Clackmannanshire' not in other.get('/').body)
        sent = one.get('/login/with/CLK').location
        code = urllib.parse.urlsplit(clk.visit(sent, 'c.finance')).query
        s.same('what comes back to the wrong council is refused', one.get(
            '/login/back/STI?' + code).status, 403)


# --- the whole ---

def one_engine(t, build, engine, folder, owner_url, url):
    s = Suite(t, engine)
    place = owner_url or os.path.join(folder, 'ochil.db')
    links = Served(build, folder, owner_url).init('--second-factor', 'roles',
                                                  *(['--role', 'ochil_app'] if url else []))
    with Served(build, folder, url) as server:
        admin, other = Browser(server.port), Browser(server.port)
        admin.become_first(links[0], 'first.clk')
        other.become_first(links[1], 's.first')
        secrets = second_factor(s, server, place, admin, other)
        told = admin.get('/trail/export').body + server.said()
        s.true('no secret in the trail or the log', not any(word in told for word in secrets))
        change(place, "UPDATE session SET strong = TRUE")
        change(place, "DELETE FROM login_attempt")
        if not url:
            own_login(s, server, place, admin, other, server)
            real_ones(t, server, folder, (admin, other))
            return
        with Served(build, folder, url) as second:
            own_login(s, server, place, admin, other, second)


def main():
    _, build = engines.options()
    return engines.both(tap.Tap(), build, one_engine)


if __name__ == '__main__':
    sys.exit(main())
