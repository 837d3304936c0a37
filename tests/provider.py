"""provider.py -- a login (OpenID Connect) of the tests' own, on loopback, that can be told to lie.

    with Provider() as provider:
        code = provider.code(nonce, challenge, sub='1', groups=['finance'])

It gives a code to whoever asks the test for one; what it then says is right but for `wrong`, a set
of words that each name one fault. Keys come from openssl, signatures from Python's own arithmetic.
"""
import base64
import hashlib
import http.server
import json
import re
import subprocess
import threading
import time
import urllib.parse

CLIENT, SECRET = 'ochil', 'kept between: the two & no%body else'
PREFIX = bytes.fromhex('3031300d060960864801650304020105000420')     # RFC 8017, 9.2: SHA-256


def packed(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b'=').decode()


class Key:
    """An RSA key with a name."""

    def __init__(self, name, bits=2048):
        text = subprocess.run(['openssl', 'genrsa', str(bits)], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout
        told = subprocess.run(['openssl', 'rsa', '-noout', '-text'], input=text, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()

        def number(word):
            digits = re.search(word + r':\s*\n((?:\s+[0-9a-f:]+\n)+)', told).group(1)
            return int(re.sub(r'[\s:]', '', digits), 16)
        self.name, self.size = name, bits // 8
        self.modulus, self.secret = number('modulus'), number('privateExponent')

    def public(self):
        return {'kty': 'RSA', 'use': 'sig', 'alg': 'RS256', 'kid': self.name, 'e': 'AQAB',
                'n': packed(self.modulus.to_bytes(self.size, 'big'))}

    def sign(self, header, claims):
        text = '.'.join(packed(json.dumps(part).encode()) for part in (header, claims))
        digest = PREFIX + hashlib.sha256(text.encode()).digest()
        block = b'\0\1' + b'\xff' * (self.size - len(digest) - 3) + b'\0' + digest
        made = pow(int.from_bytes(block, 'big'), self.secret, self.modulus)
        return text + '.' + packed(made.to_bytes(self.size, 'big'))


class Provider:
    def __init__(self):
        self.keys, self.other = [Key('one')], Key('two')
        self.wrong, self.codes, self.asked = set(), {}, []

        class Handler(http.server.BaseHTTPRequestHandler):
            provider = self

            def do_GET(self):
                self.provider.answer(self, None)

            def do_POST(self):
                size = int(self.headers['Content-Length'])
                self.provider.answer(self, self.rfile.read(size).decode())

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.issuer = 'http://127.0.0.1:%d' % self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    # --- what it says ---

    def discovery(self):
        said = {'issuer': self.issuer, 'authorization_endpoint': self.issuer + '/authorize?p=1',
                'token_endpoint': self.issuer + '/token', 'jwks_uri': self.issuer + '/keys'}
        if 'another name' in self.wrong:
            said['issuer'] = self.issuer + '/'
        if 'a place elsewhere' in self.wrong:
            said['token_endpoint'] = 'https://192.0.2.1/token'
        if 'a place inside' in self.wrong:
            said['jwks_uri'] = 'http://10.0.0.1/keys'
        if 'post' in self.wrong:
            said['token_endpoint_auth_methods_supported'] = ['client_secret_post']
        return said

    def answer(self, handler, form):
        path = handler.path.split('?')[0]
        self.asked.append(path)
        body, status, headers = b'{}', 200, {}
        if path == '/.well-known/openid-configuration':
            body = json.dumps(self.discovery()).encode()
            if 'huge' in self.wrong:
                body += b' ' * 300000
            if 'slow' in self.wrong:
                time.sleep(7)
            if 'moved' in self.wrong:
                status, headers = 302, {'Location': self.issuer + '/keys'}
            if 'no JSON' in self.wrong:
                body = b'<html>'
        elif path == '/keys':
            body = json.dumps({'keys': [{'kty': 'none of these'}] +
                               [key.public() for key in self.keys]}).encode()
        elif path == '/token':
            body, status = self.token(handler, dict(urllib.parse.parse_qsl(form)))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header('Content-Length', str(len(body)))
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            pass

    def code(self, nonce, challenge, **claims):
        code = 'c%d &+' % len(self.codes)
        now = int(time.time())
        token = {'iss': self.issuer, 'aud': CLIENT, 'exp': now + 300, 'iat': now, 'nonce': nonce}
        token.update(claims)
        self.codes[code] = [challenge, token]
        return code

    def knows(self, handler, form):
        if 'post' in self.wrong:
            return (form.get('client_id'), form.get('client_secret')) == (CLIENT, SECRET)
        given = handler.headers.get('Authorization', 'Basic ').split()[1]
        return base64.b64decode(given).decode() == '%s:%s' % (
            urllib.parse.quote(CLIENT, ''), urllib.parse.quote(SECRET, ''))

    def token(self, handler, form):
        challenge, claims = self.codes.pop(form.get('code'), (None, None))
        told = packed(hashlib.sha256(form.get('code_verifier', '').encode()).digest())
        if not self.knows(handler, form) or challenge is None or challenge != told:
            return b'{"error":"invalid_grant"}', 400
        return json.dumps({'access_token': 'x', 'token_type': 'Bearer',
                           'id_token': self.signed(claims)}).encode(), 200

    def signed(self, claims):
        now = int(time.time())
        for fault, claim, value in (
                ('issuer', 'iss', self.issuer + '/x'), ('audience', 'aud', 'another'),
                ('two audiences', 'aud', [CLIENT, 'another']), ('party', 'azp', 'another'),
                ('expired', 'exp', now - 61), ('future', 'iat', now + 120),
                ('old', 'iat', now - 700), ('not yet', 'nbf', now + 120),
                ('nonce', 'nonce', '0' * 64), ('no nonce', 'nonce', None),
                ('no subject', 'sub', ''), ('exp in words', 'exp', 'tomorrow')):
            if fault in self.wrong:
                claims[claim] = value
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[-1]
        header = {'alg': 'RS256', 'typ': 'JWT', 'kid': key.name}
        if 'its own key' in self.wrong:
            header['jwk'], key = self.other.public(), self.other
        if 'no key name' in self.wrong:
            del header['kid']
        if 'unknown key' in self.wrong:
            header['kid'] = 'three'
        if 'none' in self.wrong:
            header['alg'] = 'none'
            return key.sign(header, claims).rsplit('.', 1)[0] + '.'
        if 'shared secret' in self.wrong:
            header['alg'] = 'HS256'
        token = key.sign(header, claims)
        if 'signature' in self.wrong:
            head, body, mac = token.split('.')
            token = '.'.join((head, body, mac[:-8] + ('A' * 8 if mac[-8:] != 'A' * 8 else 'B' * 8)))
        if 'changed' in self.wrong:
            head, _, mac = token.split('.')
            token = '.'.join((head, packed(json.dumps(dict(claims, sub='boss')).encode()), mac))
        return token
