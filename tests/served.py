"""served.py -- a served store for tests: `ochil-server serve` on a free port, and a browser that
keeps its cookie and reads its forms. It is HTTP as Python's own library speaks it."""
import hashlib
import http.client
import os
import re
import signal
import subprocess
import urllib.parse

COOKIE = '__Host-ochil'
PASSWORD = 'four words are enough'
BOUNDARY = '----canary7'


def key_hash(kind, text):
    return hashlib.sha256(('ochil %s 1\n%s' % (kind, text)).encode()).hexdigest()


class Served:
    """with Served(build, folder, url) as server: ...   `folder` holds keys and, for a file, the
    store."""

    def __init__(self, build, folder, url=None, keys='ochil.keys'):
        self.program = os.path.join(build, 'ochil-server')
        self.folder, self.process, self.port = folder, None, None
        self.where = ['--db', url or os.path.join(folder, 'ochil.db'),
                      '--keys', os.path.join(folder, keys)]

    def run(self, *words):
        done = subprocess.run([self.program, *words, *self.where], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60)
        if done.returncode != 0:
            raise RuntimeError('%s: %d %s' % (words[0], done.returncode, done.stdout))
        return done.stdout

    def init(self, *words):
        """Begins the store; the path of each council's link."""
        said = self.run('init', '-c', 'CLK=Clackmannanshire', '-c', 'STI=Stirling',
                        *(words if '--second-factor' in words else
                          ('--second-factor', 'off', *words)))
        return re.findall(r'(/first/[0-9a-f]{64})', said)

    def start(self):
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        self.process = subprocess.Popen(
            [self.program, 'serve', '--listen', '127.0.0.1:%d' % (self.port or 0), *self.where],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        match = re.match(r'Listening on http://127\.0\.0\.1:(\d+)$', line)
        if not match:
            self.stop()
            raise RuntimeError('it does not serve: %s%s' % (line, self.said()))
        self.port = int(match.group(1))
        return self

    def stop(self, how=signal.SIGTERM):
        """Its exit code."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        try:
            code = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdout.close()
        self.process = None
        self.log.close()
        return code

    def said(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as file:
            return file.read()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Answer:
    def __init__(self, response, body):
        self.status, self.body = response.status, body.decode('utf-8', 'replace')
        self.bytes = body
        self.headers = response.getheaders()
        self.location = response.getheader('Location')

    def alike(self):
        """All there is, but for the time of day and what is left of a token's calls."""
        return self.status, [h for h in self.headers if h[0] not in ('Date', 'RateLimit')], re.sub(
            r' data-(left|whole)="\d+"', '', self.body)


class Browser:
    """Somebody at a server. `cookie` is the id it holds."""

    def __init__(self, port, cookie=None):
        self.port, self.cookie = port, cookie
        self.set_cookie = None

    def link(self):
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)

    def origin(self):
        return 'http://127.0.0.1:%d' % self.port

    def ask(self, method, path, body=None, headers=None, host='127.0.0.1'):
        link = self.link()
        given = {'Host': self.origin().split('/')[2].replace('127.0.0.1', host)}
        if self.cookie:
            given['Cookie'] = '%s=%s' % (COOKIE, self.cookie)
        given.update(headers or {})
        link.request(method, path, body, {k: v for k, v in given.items() if v is not None})
        response = link.getresponse()
        answer = Answer(response, response.read())
        self.set_cookie = response.getheader('Set-Cookie')
        if self.set_cookie:
            found = re.search(COOKIE + '=([0-9a-f]*)', self.set_cookie)
            self.cookie = (found.group(1) or None) if found else self.cookie
        link.close()
        return answer

    def raw(self, path):
        """The bytes of a page."""
        link = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        link.request('GET', path, None, {'Host': '127.0.0.1:%d' % self.port,
                                         'Cookie': '%s=%s' % (COOKIE, self.cookie)})
        body = link.getresponse().read()
        link.close()
        return body

    def get(self, path, **headers):
        return self.ask('GET', path, headers=headers)

    def token(self, path='/login'):
        """What the forms of a page carry."""
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(path).body)
        return found.group(1) if found else None

    def post(self, path, fields, token=None, page=None, headers=None):
        """Sends a form as a browser does, with the token of `page` unless one is given."""
        if token is None and page is not None:
            token = self.token(page)
        if token is not None:
            fields = dict(fields, form_token=token)
        given = {'Content-Type': 'application/x-www-form-urlencoded',
                 'Origin': self.origin(), 'Sec-Fetch-Site': 'same-origin'}
        given.update(headers or {})
        return self.ask('POST', path, urllib.parse.urlencode(fields), given)

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

    def become_first(self, link, login):
        return self.post(link, {'login': login, 'password': PASSWORD, 'again': PASSWORD},
                         page=link)

    def sign_in(self, login, password=PASSWORD):
        return self.post('/login', {'login': login, 'password': password}, page='/login')

    def signed_in(self):
        return self.get('/').status == 200
