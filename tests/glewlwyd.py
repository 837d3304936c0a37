"""glewlwyd.py -- a real login (OpenID Connect) on loopback: Debian's glewlwyd, in a folder of its
own over SQLite, set up through its API. No service of the machine is touched.

    with Glewlwyd(folder, back) as login:
        login.add('a.clerk', ['finance'])
        location = login.visit(address, 'a.clerk')
"""
import gzip
import http.cookiejar
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

# (It takes a secret as it stands in HTTP Basic, where RFC 6749 has it percent-encoded.)
CLIENT, SECRET, PASSWORD = 'ochil', 'kept-between-the-two', 'four words of theirs'
SCHEMA = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz'
MODULES = '/usr/lib/glewlwyd'
SECONDS_TO_START = 20


def there():
    return shutil.which('glewlwyd') is not None and os.path.exists(SCHEMA)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Person:
    """A browser that keeps glewlwyd's cookie."""

    def __init__(self, base):
        self.base = base
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar),
                                                  NoRedirect)

    def ask(self, method, address, body=None):
        """Status and where it leads."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, {'Content-Type': 'application/json'},
                                         method=method)
        try:
            answer = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read().decode()
        return answer.status, answer.headers.get('Location'), text

    def api(self, method, path, body=None):
        status, _, text = self.ask(method, self.base + '/api' + path, body)
        if status != 200:
            raise RuntimeError('glewlwyd: %s %s: %d %s' % (method, path, status, text))

    def sign_in(self, name, password):
        self.api('POST', '/auth/', {'username': name, 'password': password})


class Glewlwyd:
    def __init__(self, folder, back):
        self.folder, self.back = folder, back
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.base = 'http://127.0.0.1:%d' % self.port
        self.issuer = self.base + '/api/oidc'

    def __enter__(self):
        os.makedirs(self.folder)
        place = os.path.join(self.folder, 'glewlwyd.db')
        store = sqlite3.connect(place)
        with gzip.open(SCHEMA, 'rt') as schema:
            store.executescript(schema.read())
        store.close()
        config = os.path.join(self.folder, 'glewlwyd.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write('port=%d\nbind_address="127.0.0.1"\nexternal_url="%s"\n'
                       'login_url="login.html"\napi_prefix="api"\nlog_mode="console"\n'
                       'log_level="WARNING"\ncookie_secure=0\nhash_algorithm="SHA512"\n'
                       'session_key="GLEWLWYD2_SESSION_ID"\nadmin_scope="g_admin"\n'
                       'profile_scope="g_profile"\nuser_module_path="%s/user"\n'
                       'client_module_path="%s/client"\nuser_auth_scheme_module_path="%s/scheme"\n'
                       'plugin_module_path="%s/plugin"\n'
                       'database = { type = "sqlite3"; path = "%s"; };\n' % (
                           self.port, self.base, MODULES, MODULES, MODULES, MODULES, place))
        self.log = open(os.path.join(self.folder, 'log'), 'wb')
        self.process = subprocess.Popen(['glewlwyd', '--config-file=' + config],
                                        stdout=self.log, stderr=self.log)
        try:
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def wait(self):
        for _ in range(SECONDS_TO_START * 10):
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError('glewlwyd does not start')

    def set_up(self):
        self.wait()
        self.admin = Person(self.base)
        self.admin.sign_in('admin', 'password')     # its own default, on a store of this moment
        key = subprocess.run(['openssl', 'genrsa', '2048'], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL).stdout
        public = subprocess.run(['openssl', 'rsa', '-pubout'], input=key, check=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        claims = [{'name': name, 'user-property': of, 'type': 'string', 'mandatory': True,
                   'on-demand': False} for name, of in (('groups', 'groups'),
                                                        ('preferred_username', 'username'))]
        self.admin.api('POST', '/mod/plugin/', {
            'module': 'oidc', 'name': 'oidc', 'display_name': 'x', 'parameters': {
                'iss': self.issuer, 'jwt-type': 'rsa', 'jwt-key-size': '256',
                'key': key.decode(), 'cert': public.decode(), 'access-token-duration': 600,
                'refresh-token-duration': 600, 'code-duration': 60, 'allow-non-oidc': False,
                'refresh-token-rolling': False, 'auth-type-code-enabled': True,
                'auth-type-token-enabled': False, 'auth-type-id-token-enabled': False,
                'auth-type-none-enabled': False, 'auth-type-password-enabled': False,
                'auth-type-client-enabled': False, 'auth-type-refresh-enabled': False,
                'auth-type-device-enabled': False, 'subject-type': 'public',
                'pkce-allowed': True, 'pkce-method-plain-allowed': False, 'pkce-required': True,
                'claims': claims, 'name-claim': 'no', 'email-claim': 'no', 'scope-claim': 'no',
                'allowed-scope': ['openid'], 'jwks-show': True, 'service-documentation': '',
                'op-policy-uri': '', 'op-tos-uri': '', 'client-pubkey-parameter': '',
                'request-parameter-allow': False}})
        self.admin.api('PUT', '/mod/user/database', {
            'module': 'database', 'order': 0, 'name': 'database', 'display_name': 'x',
            'readonly': False, 'parameters': {'use-glewlwyd-connection': True, 'data-format': {
                'groups': {'multiple': True, 'read': True, 'write': True}}}})
        self.admin.api('PUT', '/mod/user/database/reset')
        self.admin.api('POST', '/client/', {
            'client_id': CLIENT, 'name': 'x', 'password': SECRET, 'confidential': True,
            'enabled': True, 'scope': [], 'redirect_uri': [self.back],
            'authorization_type': ['code'], 'token_endpoint_auth_method': ['client_secret_basic']})

    def person(self, name, groups):
        return {'username': name, 'name': name, 'password': PASSWORD, 'enabled': True,
                'scope': ['openid', 'g_profile'], 'groups': groups}

    def add(self, name, groups):
        self.admin.api('POST', '/user/', self.person(name, groups))

    def change(self, name, groups):
        self.admin.api('PUT', '/user/' + name, self.person(name, groups))

    def visit(self, address, name):
        """Somebody comes with the address that Ochil sent, signs in, agrees, and is sent back: to
        where?"""
        person = Person(self.base)
        person.sign_in(name, PASSWORD)
        person.api('PUT', '/auth/grant/' + CLIENT, {'scope': 'openid'})
        return person.ask('GET', address + '&g_continue')[1]
