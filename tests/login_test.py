#!/usr/bin/env python3
"""login_test.py -- signing in with more than a password, at a served store.

    login_test.py [--ochil PATH]

A second factor, from the picture on the page to the last recovery code; what counts without it;
the administrator who takes one away. On SQLite and PostgreSQL.
"""
import argparse
import base64
import hashlib
import hmac
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

import postgres
import tap
from served import PASSWORD, Browser, Served


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
           and 'otpauth://totp/Ochil:m.reid?secret=' + secret in page.body and '<svg' in page.body,
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
    used = sign_in(server, 'm.reid', code_of(secret))[1]
    s.same('the code that confirmed it is used', used.status, 422)
    who, came = sign_in(server, 'm.reid', code_of(secret, 1))
    s.same('the next one lets in', (came.status, who.get('/people').status), (303, 200))
    again = sign_in(server, 'm.reid', code_of(secret, 1))[1]
    s.same('once', again.status, 422)
    refused = {words: sign_in(server, 'm.reid', code, password) for words, code, password in (
        ('no code', '', PASSWORD), ('another code', '123456', PASSWORD),
        ('an old code', code_of(secret, -3), PASSWORD), ('a wrong password', codes[0], 'x' * 12))}
    strip = re.compile(r'value="[^"]*"')
    s.same('whatever is wrong, it is refused in the same words',
           {(answer.status, strip.sub('', answer.body)) for _, answer in refused.values()},
           {(422, strip.sub('', again.body))})
    who, came = sign_in(server, 'm.reid', codes[0].upper().replace('-', ' '))
    s.same('a recovery code lets in, as well', (came.status, who.get('/people').status),
           (303, 200))
    s.true('and is then one less', ' 9 ' in who.get('/second-factor').body)
    s.same('once', sign_in(server, 'm.reid', codes[0])[1].status, 422)
    change(place, 'DELETE FROM login_attempt')
    new = codes_on(who.post('/second-factor/codes', {}, page='/second-factor').body)
    s.same('new ones are made', len(set(new) - set(codes)), 10)
    s.same('and the old ones are none', (sign_in(server, 'm.reid', codes[1])[1].status,
                                         sign_in(server, 'm.reid', new[1])[1].status), (422, 303))
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
    statuses = [sign_in(server, 'm.reid', '%06d' % number)[1].status for number in range(11)]
    s.same('guessed codes are counted like passwords', statuses, 10 * [422] + [429])
    change(place, 'DELETE FROM login_attempt')


def let_in(server, admin, login):
    made = admin.post('/people', {'invite': login}, page='/people')
    link = re.search(r'/password/[0-9a-f]{64}', made.body).group(0)
    Browser(server.port).post(link, {'password': PASSWORD, 'again': PASSWORD}, page=link)
    number = re.search(r'href="(/people/\d+)">%s<' % re.escape(login),
                       admin.get('/people').body).group(1)
    return number


def taken_away(s, server, place, admin, other):
    """Somebody's telephone is lost; an administrator of the same council helps, no other."""
    person = let_in(server, admin, 'k.loser')
    none = admin.post(person + '/second-factor/end', {}, page='/people')
    s.true('who has none cannot lose it', none.status == 400 and 'no second factor' in none.body)
    who = Browser(server.port)
    who.sign_in('k.loser')
    secret = secret_on(who.post('/second-factor', {}, page='/second-factor').body)
    who.post('/second-factor/confirm', {'code': code_of(secret)}, page='/second-factor')
    s.same('the other council does not take it', other.post(person + '/second-factor/end', {},
                                                            page='/').status, 404)
    s.same('nor who has it', who.post(person + '/second-factor/end', {}, page='/').status, 404)
    s.true('still signed in', who.signed_in())
    own = re.search(r'href="(/people/\d+)">m.reid<', admin.get('/people').body).group(1)
    s.same('an administrator not the own one', admin.post(own + '/second-factor/end', {},
                                                          page='/people').status, 400)
    taken = admin.post(person + '/second-factor/end', {}, page='/people')
    s.same('it is taken away', taken.location, '/people')
    s.true('and every session with it', not who.signed_in())
    s.same('the password alone lets in', sign_in(server, 'k.loser', '')[1].status, 303)
    told = admin.get('/trail/export').body
    for action in ('second.begin', 'second.codes', 'second.recover', 'second.reset'):
        s.true('the trail tells %s' % action, '"action":"%s"' % action in told)


# --- the whole ---

def one_engine(t, build, engine, folder, owner_url, url):
    s = Suite(t, engine)
    place = owner_url or os.path.join(folder, 'ochil.db')
    links = Served(build, folder, owner_url).init('--second-factor', 'roles',
                                                  *(['--role', 'ochil_app'] if url else []))
    with Served(build, folder, url) as server:
        admin, other = Browser(server.port), Browser(server.port)
        admin.become_first(links[0], 'm.reid')
        other.become_first(links[1], 's.first')
        secrets = second_factor(s, server, place, admin, other)
        told = admin.get('/trail/export').body + server.said()
        s.true('no secret in the trail or the log', not any(word in told for word in secrets))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    build = os.path.dirname(tap.find_engine(parser.parse_args().ochil))
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        one_engine(t, build, 'SQLite', folder, None, None)
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
