#!/usr/bin/env python3
"""wire_test.py -- the served store as a service: under systemd, behind nginx, among slow clients.

    wire_test.py [--ochil PATH] [--only PART] [--slow N] [--asked N] [--even-ms N]

Parts: unit (the service's sandbox), systemd (its socket, readiness, end), nginx (the example in
front, TLS), shapes (hostile requests, to the server, to nginx and to nginx in front: nobody reads
two requests where the other reads one), slow (N clients that take their time; bench/slow measures
it), and by hand alone, as root: `--only boot`, the service under a systemd that is process 1, in
its whole sandbox, where a system call that its filter does not know ends it.
"""
import argparse
import concurrent.futures
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import tap
from booted import Booted
from served import PASSWORD, Browser, Served

ROOT = os.path.dirname(tap.HERE)
NAME = 'ochil.example.org'
ORIGIN = 'https://' + NAME


class Suite:
    def __init__(self, t):
        self.t = t

    def same(self, what, got, wanted):
        self.t.check(what, None if got == wanted else 'got %r\nwanted %r' % (got, wanted))

    def true(self, what, good, said=''):
        self.t.check(what, None if good else 'it is not\n%s' % (said,))


# --- the service ---

def unit(s, build):
    """The unit as it is installed, judged by systemd itself."""
    done = subprocess.run(['systemd-analyze', 'security', '--offline=true',
                           os.path.join(build, 'ochil.service')], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
    found = re.search(r'exposure level for ochil\.service: ([\d.]+)', done.stdout)
    s.true('the sandbox scores at most 1.0', found and float(found.group(1)) <= 1.0, done.stdout)


class Behind(Served):
    """A server on a Unix socket, for a web server in front; the socket its own, or systemd's."""

    def __init__(self, build, folder):
        super().__init__(build, folder)
        self.socket = os.path.join(folder, 'http.sock')

    def start(self, systemd=False):
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        self.bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bell = os.path.join(self.folder, 'notify%d' % time.monotonic_ns())
        self.bell.bind(bell)
        self.bell.settimeout(10)
        words = ['--origin', ORIGIN, *self.where]
        if systemd:
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(self.socket)
            listening.listen(128)
            command = ['sh', '-c', 'LISTEN_PID=$$ exec "$@" 3<&%d' % listening.fileno(), 'sh',
                       self.program, 'serve', '--listen', 'systemd', *words]
            given = {'pass_fds': (listening.fileno(),)}
        else:
            command = [self.program, 'serve', '--listen', 'unix:' + self.socket, *words]
            given = {}
        self.process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env=dict(os.environ, NOTIFY_SOCKET=bell, LISTEN_FDS='1'), **given)
        if systemd:
            listening.close()
        return self

    def told(self):
        try:
            return self.bell.recv(100)
        except socket.timeout:
            return b'nothing'

    def requests(self, since=0):
        """(method, route, status) of every request it has read."""
        return re.findall(r'method=(\S+) route=(\S+) status=(\d+)', self.said()[since:])


def connect(where, seconds):
    """A Unix socket's path, or a port."""
    link = socket.socket(socket.AF_UNIX if isinstance(where, str) else socket.AF_INET)
    link.settimeout(seconds)
    link.connect(where if isinstance(where, str) else ('127.0.0.1', where))
    return link


def raw(where, data, seconds=1.0):
    """What comes back until the connection is closed or nothing comes any more."""
    got = b''
    try:
        with connect(where, seconds) as link:
            link.sendall(data)
            while True:
                piece = link.recv(65536)
                if not piece:
                    return got
                got += piece
    except OSError:
        return got


ALIVE = b'GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' % NAME.encode()


def under_systemd(s, server):
    """The socket is handed over, readiness and end are told, what has begun is ended."""
    server.start(systemd=True)
    s.same('it says that it is ready', server.told(), b'READY=1')
    s.true('on the socket that systemd gave', raw(server.socket, ALIVE).endswith(b'ok\n'))
    begun = connect(server.socket, 5)
    body = b'login=first.clk&password=x'
    begun.sendall(b'POST /login HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-'
                  b'urlencoded\r\nContent-Length: %d\r\n\r\n%s' % (NAME.encode(), len(body),
                                                                   body[:9]))
    raw(server.socket, ALIVE)       # so the head above was read
    server.process.send_signal(signal.SIGTERM)
    s.same('it says that it ends', server.told(), b'STOPPING=1')
    for _ in range(100):
        if not raw(server.socket, ALIVE, 0.3):
            break
        time.sleep(0.02)
    s.same('then no new request is taken', raw(server.socket, ALIVE, 0.3), b'')
    begun.sendall(body[9:])
    s.true('one that has begun is answered', begun.recv(100).startswith(b'HTTP/1.1 403 '))
    begun.close()
    s.same('and it ends well', server.stop(), 0)
    os.unlink(server.socket)


# --- the service, begun by systemd ---

SAMPLE_PASSWORD = 'ochil sample password'
# docs/serve.md, "As a service", with a sample in the store.
INSTALL = (
    'systemd-sysusers',
    'install -d -m 0755 /etc/ochil',
    'echo "origin = {origin}" >/etc/ochil/ochil.conf',
    'install -d -m 0700 -o ochil -g ochil /var/lib/ochil',
    'cd /var/lib/ochil && runuser -u ochil -- ochil init --sample',
    'mkdir -p /etc/systemd/system/ochil.service.d',
    # Beyond the unit: what the filter does not let through ends the server, instead of failing.
    'printf "[Service]\\nSystemCallErrorNumber=kill\\n"'
    ' >/etc/systemd/system/ochil.service.d/kill.conf',
    'systemctl daemon-reload',
    'systemctl enable --quiet --now ochil.socket ochil.service',
)
PAPERS = '/money/2014-15/P13/documents'
CRAWLERS = ('finance.clk', 'accounts.sti', 'admin.clk', 'programme.sti', 'audit.clk')


def sandbox(s, machine):
    """What the kernel says of the process."""
    main = machine.shows('ochil.service', 'MainPID')['MainPID']
    said = machine.run('sh', '-c', 'cat /proc/%s/status; grep " / / " /proc/%s/mountinfo; '
                       'nsenter --net --target %s cat /proc/net/dev; '
                       'readlink /proc/%s/ns/user /proc/1/ns/user' % (4 * (main,)))
    for what, wanted in (('system calls are filtered', r'^Seccomp:\t2$'),
                         ('it gains no right', r'^NoNewPrivs:\t1$'),
                         ('and has none', r'^CapEff:\t0+$'),
                         ('nor could have any', r'^CapBnd:\t0+$'),
                         ('it does not run as root', r'^Uid:\t[1-9]'),
                         ('its files are not to be written', r' / / ro[, ]')):
        s.true(what, re.search(wanted, said, re.M), said)
    networks = re.findall(r'^ +(\w+): ', said[said.index('Inter-'):], re.M)
    s.same('it sees no network', networks, ['lo'])
    users = re.findall(r'user:\[\d+\]', said)
    s.true('and has users of its own', len(set(users)) == 2, said)


def crawl(who, most):
    """What the pages link to, as far as that: [(path, status)] of what went wrong, how many were
    read, and of which media."""
    left, seen, wrong, read, media = ['/', PAPERS], {'/', PAPERS}, [], 0, set()
    while left and read < most:
        path = left.pop(0)
        read += 1
        page = who.get(path)
        media.add(dict(page.headers).get('Content-Type', '').partition(';')[0])
        if page.status >= 500 or page.status < 200:
            wrong.append((path, page.status))
        for link in re.findall(r'href="(/[^"#]*)"', page.body):
            link = link.replace('&amp;', '&')
            if link not in seen and not link.startswith('/help'):
                seen.add(link)
                left.append(link)
    return wrong, read, media


def job_done(who):
    """The file that a job has packed, when it is there."""
    for _ in range(200):
        found = re.search(r'href="(/exports/\d+/file)"', who.get('/exports').body)
        if found:
            return who.get(found.group(1)).bytes
        time.sleep(0.1)
    return b'no file'


def at_work(s, machine, folder):
    """People at it, through nginx: pages, files of all kinds, jobs, uploads."""
    count, media = 0, set()
    with Nginx(folder, machine.path('/run/ochil/http.sock')) as nginx:
        for login in CRAWLERS:
            who = Encrypted(nginx.tls)
            s.same('%s signs in' % login,
                   who.sign_in(login + '@demo.example', SAMPLE_PASSWORD).status, 303)
            wrong, read, kinds = crawl(who, 150)
            s.same('%s: no page fails' % login, wrong, [])
            count, media = count + read, media | kinds
            if login == 'admin.clk':
                s.same('a job is asked for', who.post('/exports', {}, page='/exports').status, 303)
                s.true('and done', job_done(who).startswith(b'PK'))
            if login == 'programme.sti':
                rows = [b'Title,Description\r\n'] + [b'Late %d,Of pay\r\n' % row
                                                     for row in range(300)]
                sent = who.send('/risks/import/new', headers={'Origin': ORIGIN}, files=[
                    ('file', 'risks.csv', 'text/csv', b''.join(rows))])
                s.same('a file is taken in', sent.status, 303)
    print('# %d pages and files read: %s' % (count, ', '.join(sorted(media))))
    s.true('among them files of every kind', {
        'text/html', 'text/csv', 'application/json', 'application/atom+xml', 'application/pdf',
        'application/vnd.oasis.opendocument.spreadsheet',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'} <= media, repr(media))
    said = journal(machine)
    s.true('no failure was logged', 'level=error' not in said, said[-2000:])


def journal(machine):
    return machine.run('journalctl', '--no-pager', '--unit=ochil.service', '--output=cat')


def alive(machine):
    return raw(machine.path('/run/ochil/http.sock'), ALIVE, 20).endswith(b'ok\n')


def boot(s, build):
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder, Booted() as machine:
        os.chmod(folder, 0o755)
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir',
                        machine.path('/')], check=True)
        for line in INSTALL:
            machine.run('sh', '-c', line.replace('{origin}', ORIGIN))
        said = machine.run('systemd-analyze', 'verify', 'ochil.service', 'ochil.socket', fails=True)
        s.true('systemd finds no fault with the units', 'ochil' not in said, said)
        shown = machine.shows('ochil.service', 'ActiveState', 'SubState', 'Result')
        s.same('it has begun, and told so', shown, {'ActiveState': 'active', 'SubState': 'running',
                                                    'Result': 'success'})
        s.true('it answers', alive(machine))
        sandbox(s, machine)
        at_work(s, machine, folder)
        main = machine.shows('ochil.service', 'MainPID', 'NRestarts')
        s.same('and was never ended', main['NRestarts'], '0')
        machine.run('kill', '-9', main['MainPID'])
        s.true('killed, it is begun anew while a request waits', alive(machine))
        machine.run('systemctl', 'stop', 'ochil.service')
        s.same('it ends well', machine.shows('ochil.service', 'Result')['Result'], 'success')
        s.true('and begins again when somebody asks', alive(machine))


# --- behind nginx ---

class Nginx:
    """The example as it is, but for places and ports: with TLS in front of the server, the same
    without encryption, and nginx alone, which answers all it understands with 200."""

    def __init__(self, folder, upstream):
        self.folder = folder
        self.tls, self.plain, self.alone = (free_port() for _ in range(3))
        os.chmod(folder, 0o755)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=' + NAME,
                        '-addext', 'subjectAltName=DNS:' + NAME, '-keyout', self.at('key'), '-out',
                        self.at('cert')], check=True, stderr=subprocess.DEVNULL)
        with open(os.path.join(ROOT, 'packaging', 'nginx.conf'), encoding='utf-8') as file:
            site = file.read()
        for was, now in (('/run/ochil/http.sock', upstream),
                         ('/etc/ssl/certs/%s.pem' % NAME, self.at('cert')),
                         ('/etc/ssl/private/%s.key' % NAME, self.at('key')),
                         ('listen 80;', 'listen 127.0.0.1:%d;' % free_port()),
                         ('listen 443 ssl', 'listen 127.0.0.1:%d ssl' % self.tls)):
            assert was in site, was
            site = site.replace(was, now)
        site = re.sub(r'^ *listen \[::\].*\n', '', site, flags=re.M)
        plain = re.sub(r'^ *ssl_.*\n', '', site[site.index('server {\n    listen 127.0.0.1:%d ssl'
                                                           % self.tls):], flags=re.M)
        plain = plain.replace('%d ssl http2' % self.tls, '%d' % self.plain)
        with open(self.at('conf'), 'w', encoding='utf-8') as file:
            file.write('worker_processes 1; daemon off; pid %s; error_log %s;\n'
                       'events { worker_connections 4096; }\nhttp {\nlog_format told '
                       '\'$server_port $request_method $uri $status "$upstream_addr"\';\n'
                       'access_log %s told;\n%s\n%s\n%s\nserver { listen 127.0.0.1:%d; '
                       'location / { return 200 "read\\n"; } }\n}\n' % (
                           self.at('pid'), self.at('error'), self.at('access'),
                           '\n'.join('%s_temp_path %s;' % (kind, self.at(kind)) for kind in (
                               'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi')),
                           site, plain, self.alone))

    def at(self, name):
        return os.path.join(self.folder, name)

    def __enter__(self):
        user = ['-g', 'user root;'] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(['nginx', '-c', self.at('conf'), '-e', self.at('error'),
                                         *user], stderr=subprocess.DEVNULL)
        for _ in range(100):
            if raw(self.alone, ALIVE):
                break
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def said(self, name='access'):
        with open(self.at(name), encoding='utf-8', errors='replace') as file:
            return file.read()

    def handed_on(self, since):
        """(method, path) of what went to the server behind."""
        return [(method, path) for _, method, path, _, upstream in re.findall(
            r'^(\d+) (\S+) (\S+) (\d+) "(.*)"$', self.said()[since:], re.M) if upstream != '-']


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Encrypted(Browser):
    """A browser at https://ochil.example.org."""

    def link(self):
        return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=20,
                                           context=ssl._create_unverified_context())

    def origin(self):
        return ORIGIN


def in_front(s, nginx, links):
    """People at the example."""
    who = Encrypted(nginx.tls)
    made = who.become_first(links[0], 'first.clk')
    s.same('signed in through nginx', (made.status, made.location), (303, '/'))
    home = who.get('/')
    s.same('a page', home.status, 200)
    s.true('browsers are told to keep to https', dict(home.headers).get(
        'Strict-Transport-Security', '').startswith('max-age='), repr(home.headers))
    s.same('no figures', who.get('/metrics').status, 404)
    s.same('another name is not ours', who.get('/', Host='evil.example').status, 421)
    forged = who.post('/logout', {}, page='/', headers={'X-Forwarded-For': '10.0.0.1'})
    s.same('a form', forged.status, 303)
    # Ten guesses, each from "another address" that the client made up.
    guesser = Encrypted(nginx.tls)
    token = guesser.token()
    statuses = [guesser.post('/login', {'login': 'first.clk', 'password': 'guess'}, token=token,
                             headers={'X-Forwarded-For': '10.0.0.%d' % number}).status
                for number in range(11)]
    s.same('who makes up addresses is counted as one', statuses, 10 * [422] + [429])


def failures(s, server, nginx):
    """Something is wrong within: a page with a number, and the log knows it."""
    def change(sql):
        subprocess.run(['sqlite3', os.path.join(server.folder, 'ochil.db'), '.timeout 5000', sql],
                       check=True)
    who = Encrypted(nginx.tls)
    who.sign_in('first.clk')
    change('ALTER TABLE risk RENAME TO risk_away')
    page = who.get('/risks')
    change('ALTER TABLE risk_away RENAME TO risk')
    number = re.search(r'number ([0-9a-f]{32})', page.body)
    s.true('a failure has a number', page.status == 500 and number, page.body)
    s.true('and says nothing of the inside', not re.search(
        r'no such|SQL|risk_away|\.c:', page.body), page.body)
    s.true('the log knows it by the number', number and re.search(
        'level=error request=%s .*trouble="[^"]*no such table' % number.group(1), server.said()),
           server.said()[-400:])
    s.same('and all is well again', who.get('/risks').status, 200)


# --- hostile requests ---

HOST = b'Host: %s\r\n' % NAME.encode()
GET = b'GET /login HTTP/1.1\r\n' + HOST
POST = b'POST /login HTTP/1.1\r\n' + HOST + b'Content-Type: application/x-www-form-urlencoded\r\n'
NEXT = b'GET /healthz HTTP/1.1\r\n' + HOST + b'Connection: close\r\n\r\n'
CHUNKED = POST + b'Transfer-Encoding: chunked\r\n\r\n'

# Each is followed by NEXT, which must be its own request for everybody, part of the body for
# everybody, or nothing for anybody.
SHAPES = [
    ('plain', GET + b'\r\n'),
    ('plain, with a body', POST + b'Content-Length: 3\r\n\r\na=b'),
    ('a body longer than said', POST + b'Content-Length: 3\r\n\r\na=bcdef'),
    ('a body that is the next request', POST + b'Content-Length: %d\r\n\r\n' % len(NEXT)),
    ('a body of a GET', GET + b'Content-Length: %d\r\n\r\n' % len(NEXT)),
    ('length, then chunks', POST + b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'
     b'0\r\n\r\n'),
    ('chunks, then length', POST + b'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n'
     b'0\r\n\r\n'),
    ('two lengths', POST + b'Content-Length: 3\r\nContent-Length: 0\r\n\r\na=b'),
    ('the same length twice', POST + b'Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b'),
    ('lengths in a list', POST + b'Content-Length: 3, 3\r\n\r\na=b'),
    ('length +3', POST + b'Content-Length: +3\r\n\r\na=b'),
    ('length -1', POST + b'Content-Length: -1\r\n\r\n'),
    ('length 0x3', POST + b'Content-Length: 0x3\r\n\r\na=b'),
    ('length 3 and a blank within', POST + b'Content-Length: 3 0\r\n\r\na=b'),
    ('an empty length', POST + b'Content-Length:\r\n\r\n'),
    ('a length beyond 64 bits', POST + b'Content-Length: 18446744073709551619\r\n\r\na=b'),
    ('chunks', CHUNKED + b'3\r\na=b\r\n0\r\n\r\n'),
    ('a chunk with an extension', CHUNKED + b'3;x=y\r\na=b\r\n0\r\n\r\n'),
    ('a chunk extension with a bare LF', CHUNKED + b'3;x\na=b\r\n0\r\n\r\n'),
    ('a chunk that ends in LF', CHUNKED + b'3\r\na=b\n0\r\n\r\n'),
    ('a chunk size 0x3', CHUNKED + b'0x3\r\na=b\r\n0\r\n\r\n'),
    ('a chunk size -1', CHUNKED + b'-1\r\na=b\r\n0\r\n\r\n'),
    ('a chunk size beyond 64 bits', CHUNKED + b'10000000000000003\r\na=b\r\n0\r\n\r\n'),
    ('a chunk size that is none', CHUNKED + b'xyz\r\na=b\r\n0\r\n\r\n'),
    ('a trailer', CHUNKED + b'3\r\na=b\r\n0\r\nContent-Length: 9\r\n\r\n'),
    ('Transfer-Encoding: xchunked', POST + b'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'),
    ('Transfer-Encoding: chunked, identity', POST + b'Transfer-Encoding: chunked, identity\r\n\r\n'
     b'0\r\n\r\n'),
    ('Transfer-Encoding: identity, and a length', POST + b'Transfer-Encoding: identity\r\n'
     b'Content-Length: 3\r\n\r\na=b'),
    ('Transfer-Encoding twice', POST + b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'
     b'\r\n\r\n0\r\n\r\n'),
    ('Transfer-Encoding behind a tab', POST + b'Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n'),
    ('Transfer-Encoding with a vertical tab', POST + b'Transfer-Encoding:\x0bchunked\r\n\r\n'
     b'0\r\n\r\n'),
    ('Transfer-Encoding before a blank and a colon', POST + b'Transfer-Encoding : chunked\r\n'
     b'Content-Length: 3\r\n\r\na=b'),
    ('Transfer_Encoding', POST + b'Transfer_Encoding: chunked\r\nContent-Length: 3\r\n\r\na=b'),
    ('Transfer-Encoding folded', POST + b'Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n'
     b'\r\na=b'),
    ('Transfer-Encoding in 1.0', POST.replace(b'1.1', b'1.0', 1) + b'Transfer-Encoding: chunked\r\n'
     b'Connection: keep-alive\r\n\r\n0\r\n\r\n'),
    ('Content-Length before a blank and a colon', POST + b'Content-Length : 3\r\n\r\na=b'),
    ('Content_Length', POST + b'Content_Length: 3\r\n\r\na=b'),
    ('a folded header', GET + b'X: y\r\n Content-Length: %d\r\n\r\n' % len(NEXT)),
    ('a bare LF behind a header', GET + b'X: y\nContent-Length: %d\r\n\r\n' % len(NEXT)),
    ('a bare LF at the end', GET + b'\n'),
    ('a bare CR in a value', GET + b'X: y\rContent-Length: %d\r\n\r\n' % len(NEXT)),
    ('a NUL in a value', GET + b'X: y\0z\r\n\r\n'),
    ('a NUL in a name', GET + b'X\0: y\r\n\r\n'),
    ('a header without a name', GET + b': y\r\n\r\n'),
    ('a header without a colon', GET + b'X\r\n\r\n'),
    ('a blank in a name', GET + b'X Y: z\r\n\r\n'),
    ('a blank before the first header', b'GET /login HTTP/1.1\r\n ' + HOST + b'\r\n'),
    ('an empty line in front', b'\r\n' + GET + b'\r\n'),
    ('no Host', b'GET /login HTTP/1.1\r\n\r\n'),
    ('two Hosts', GET + b'Host: evil.example\r\n\r\n'),
    ('a Host with a path', b'GET /login HTTP/1.1\r\nHost: %s/x\r\n\r\n' % NAME.encode()),
    ('an absolute target', b'GET http://%s/login HTTP/1.1\r\n' % NAME.encode() + HOST + b'\r\n'),
    ('an absolute target of somebody else', b'GET http://evil.example/login HTTP/1.1\r\n' + HOST +
     b'\r\n'),
    ('a target that is *', b'OPTIONS * HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a target without a slash', b'GET login HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a target with a fragment', b'GET /login#x HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a target with a NUL', b'GET /login\0 HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a target with an encoded NUL', b'GET /login%00 HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a target with bytes above 127', b'GET /login\xff HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('up and out', b'GET /../../etc/passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('up and out, encoded', b'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('up and out, encoded twice', b'GET /%252e%252e/etc/passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('up and out with a backslash', b'GET /..\\..\\etc\\passwd HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('two blanks behind the method', GET.replace(b' ', b'  ', 1) + b'\r\n'),
    ('a tab in the request line', GET.replace(b' ', b'\t', 1) + b'\r\n'),
    ('a blank in the target', b'GET /login x HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('HTTP/0.9', b'GET /login\r\n'),
    ('HTTP/1.2', GET.replace(b'1.1', b'1.2', 1) + b'\r\n'),
    ('HTTP/2.0', GET.replace(b'1.1', b'2.0', 1) + b'\r\n'),
    ('HTTP/1.10', GET.replace(b'1.1', b'1.10', 1) + b'\r\n'),
    ('the preface of HTTP/2', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    ('an upgrade to h2c', GET + b'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n'
     b'HTTP2-Settings: AAMAAABk\r\n\r\n'),
    ('a method in small letters', GET.replace(b'GET', b'get', 1) + b'\r\n'),
    ('a method that is none', GET.replace(b'GET', b'BREW', 1) + b'\r\n'),
    ('CONNECT', b'CONNECT %s:443 HTTP/1.1\r\n' % NAME.encode() + HOST + b'\r\n'),
    ('TRACE', GET.replace(b'GET', b'TRACE', 1) + b'\r\n'),
    ('Expect: something', POST + b'Expect: 200-maybe\r\nContent-Length: 3\r\n\r\na=b'),
    ('Connection: Content-Length', POST + b'Connection: Content-Length\r\nContent-Length: 3\r\n\r\n'
     b'a=b'),
    ('a header of 20 KB', GET + b'X: ' + b'a' * 20000 + b'\r\n\r\n'),
    ('a header of 40 KB', GET + b'X: ' + b'a' * 40000 + b'\r\n\r\n'),
    ('a target of 40 KB', b'GET /' + b'a' * 40000 + b' HTTP/1.1\r\n' + HOST + b'\r\n'),
    ('a thousand headers', GET + b'X: y\r\n' * 1000 + b'\r\n'),
    ('no request at all', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
]


def statuses(got):
    """Of the answers in what came back."""
    return [int(status) for status in re.findall(rb'HTTP/1\.[01] (\d\d\d) ', got)]


def refused(got):
    """The first request was: an error, or nothing, and nothing after it."""
    found = statuses(got)
    return not found or (found[0] >= 400 and 200 not in found)


GUARD = ('Content-Security-Policy', 'X-Content-Type-Options', 'Referrer-Policy',
         'Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy', 'Cache-Control',
         'Strict-Transport-Security')


def guard_lacking(got):
    """(answer, header) of those that are not there just once."""
    heads = re.findall(rb'^HTTP/1\.[01] .*?\r\n\r\n', got, re.M | re.S)
    return [(head[:60], name) for head in heads for name in GUARD
            if head.count(b'\r\n%s: ' % name.encode()) != 1]


def shapes(s, server, nginx):
    """Nobody reads two requests where another reads one; the server refuses what nginx refuses."""
    def direct(shape):
        return raw(server.socket, shape[1] + NEXT, 0.6)

    def alone(shape):
        return raw(nginx.alone, shape[1] + NEXT, 0.6)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        by_server, by_nginx = list(pool.map(direct, SHAPES)), list(pool.map(alone, SHAPES))
    for (words, _), ours, theirs in zip(SHAPES, by_server, by_nginx):
        s.true('%s: refused if nginx refuses it' % words, refused(ours) or not refused(theirs),
               'nginx: %r\nochil: %r' % (theirs[:300], ours[:300]))
        if os.environ.get('SHOW'):
            print('# %-46s nginx %-14s ochil %s' % (words, statuses(theirs), statuses(ours)))
    bare = [words for (words, _), got in zip(SHAPES, by_server)
            if got and b'\r\nContent-Security-Policy: ' not in got]
    echoed = [words for (words, _), got in zip(SHAPES, by_server)
              if words in bare and re.search(rb'login|example|aaaa|[Xx]: |etc', got)]
    s.true('answers without the headers of all others are few, and repeat nothing of what was sent',
           len(bare) < 25 and not echoed, repr((bare, echoed)))
    if os.environ.get('SHOW'):
        print('# answered by the library itself: %s' % ', '.join(bare))
    for words, data in SHAPES:
        since, told = len(server.said()), len(nginx.said())
        lacking = guard_lacking(raw(nginx.plain, data + NEXT, 0.3))
        s.true('%s: through nginx, every answer has every header, once' % words, not lacking,
               repr(lacking))
        after = raw(nginx.plain, ALIVE, 5)
        for _ in range(100):
            handed, read = nginx.handed_on(told), server.requests(since)
            if handed and handed[-1][1] == '/healthz' and len(read) >= len(handed):
                break
            time.sleep(0.02)
        # A path that matches no route, and a head that is refused, are logged without one.
        alike = len(handed) == len(read) and all(
            how == method or how == '-' for (method, _), (how, _, _) in zip(handed, read)) and all(
                route in (path, '-') for (_, path), (_, route, _) in zip(handed, read))
        s.true('%s: through nginx, both read the same' % words, alike and
               after.endswith(b'\r\n\r\nok\n') and statuses(after) == [200],
               'nginx handed on %r\nochil read %r\nthe next one got %r' % (handed, read, after[:200]))


# --- slow clients ---

def latencies(port, count):
    """Seconds that a page took, each time on a connection of its own, and what went wrong."""
    found, wrong = [], []
    for _ in range(count):
        begun = time.monotonic()
        got = raw(port, b'GET /login HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n'
                  % port, 20)
        found.append(time.monotonic() - begun)
        if statuses(got) != [200]:
            wrong.append(got[:200])
    return sorted(found), wrong


def p99(found):
    return found[len(found) * 99 // 100]


def slow_clients(s, build, folder, count, asked, even_ms):
    """More than the server has places for; healthy ones hardly notice."""
    with Served(build, folder) as server:
        quiet, _ = latencies(server.port, asked)
        crowd = subprocess.Popen([sys.executable, os.path.join(tap.HERE, 'slow_clients.py'),
                                  str(server.port), str(count), '127.0.0.1:%d' % server.port],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        s.same('%d slow clients stand at the door' % count, crowd.stdout.readline(), 'standing\n')
        busy, wrong = latencies(server.port, asked)
        figures = raw(server.port, b'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: '
                      b'close\r\n\r\n' % server.port, 20).decode()
        said = crowd.communicate('')[0]
        with open('/proc/%d/status' % server.process.pid, encoding='ascii') as file:
            memory = int(re.search(r'VmHWM:\s+(\d+)', file.read()).group(1)) // 1024
        told = '%squiet: half %.1f ms, p99 %.1f; busy: half %.1f, p99 %.1f; %d MiB\n%s' % (
            said, *(1000 * seconds for seconds in (
                quiet[len(quiet) // 2], p99(quiet), busy[len(busy) // 2], p99(busy))), memory,
            '\n'.join(re.findall(r'^ochil_conn.*$', figures, re.M)))
        print('# ' + told.replace('\n', '\n# '))
        s.true('all healthy ones are answered', not wrong, '%s\n%r' % (told, wrong))
        s.true('p99 of healthy ones is under twice its quiet value, or %d ms' % even_ms,
               p99(busy) < max(2 * p99(quiet), even_ms / 1000), told)
        s.true('the server stays small', memory <= 96, told)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--slow', type=int, default=1200, help='clients')
    parser.add_argument('--asked', type=int, default=200, help='requests of a healthy one')
    # A machine that runs other tests is not so even; without room for the healthy it is 20 s.
    parser.add_argument('--even-ms', type=int, default=1000, help='p99 that is good in any case')
    parser.add_argument('--only')
    options = parser.parse_args()
    build = os.path.dirname(tap.find_engine(options.ochil))
    t = tap.Tap()
    s = Suite(t)

    def wanted(part):
        return options.only in (None, part)
    if options.only == 'boot':
        boot(s, build)
        return t.done()
    if wanted('unit'):
        unit(s, build)
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        server = Behind(build, folder)
        links = server.init()
        if wanted('systemd'):
            under_systemd(s, server)
        place = os.path.join(folder, 'nginx')
        os.mkdir(place)
        os.chmod(folder, 0o755)
        server.start()
        s.same('on a socket of its own it is ready, too', server.told(), b'READY=1')
        try:
            with Nginx(place, server.socket) as nginx:
                if wanted('nginx'):
                    in_front(s, nginx, links)
                    # Those guesses were counted.
                    subprocess.run(['sqlite3', os.path.join(folder, 'ochil.db'), '.timeout 5000',
                                    'DELETE FROM login_attempt'], check=True)
                    failures(s, server, nginx)
                if wanted('shapes'):
                    shapes(s, server, nginx)
        finally:
            server.stop()
        if wanted('slow'):
            slow_clients(s, build, folder, options.slow, options.asked, options.even_ms)
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
