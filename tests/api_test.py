#!/usr/bin/env python3
"""api_test.py -- the API as programs meet it: by its own document, page and commands.

    api_test.py [--ochil PATH] [--walk]

The document is valid OpenAPI 3.1, as a validator of others says (npm, pinned in tests/browser).
curl does what the page /api shows, word for word, and each answer is as the document says. Then the
commands: `ochil risk list` and its like, over TCP and over a Unix socket. With --walk PATH is
ochil-server, and nothing else is there.
"""
import argparse
import csv
import html
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

import api_schema
import browser_packages
import tap
from served import Browser, Served
from web_test import Suite, change

MADE = ("--title 'By command' --description 'Two\nlines' --category finance "
        "--inherent-likelihood 4 --inherent-impact 4 --current-likelihood 3 --current-impact 3 "
        "--owner-post 'Head of Finance' --review-due 2030-04-01")


def make_token(who, folder, name, write):
    """Its file, as curl takes it."""
    ends = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 9 * 86400))
    fields = {'name': name, 'ends': ends, **({'write': 'yes'} if write else {})}
    page = who.post('/tokens', fields, page='/tokens').body
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 'w', encoding='ascii') as file:
        file.write('Authorization: Bearer %s\n' % re.search(r'ochil_[0-9a-f]{64}', page).group(0))
    return path


class Program:
    """Somebody's token; what it asks for stands under `root`."""

    def __init__(self, who, folder, name, root=''):
        self.who, self.root = who, '/api/v1' + root
        with open(make_token(who, folder, name, True), encoding='ascii') as file:
            self.secret = file.read().split()[-1]

    def __call__(self, method, path, form=None, **headers):
        answer = Browser(self.who.port).ask(
            method, self.root + path, None if form is None else json.dumps(form),
            {'Authorization': 'Bearer ' + self.secret, 'Content-Type': 'application/json',
             **headers})
        answer.said = json.loads(answer.body) if 'json' in str(answer.headers) else None
        return answer

    def until(self, path, ready):
        for _ in range(300):
            said = self('GET', path).said
            if ready(said):
                break
            time.sleep(0.03)
        return said


def told(answer):
    """A status, and what a refusal is about."""
    said = answer.said or {}
    return answer.status, [error['pointer'] for error in said.get('errors', [])] or \
        said.get('state') or said.get('detail')


# --- the document ---

def validator(s, folder, document):
    browser_packages.install()
    path = os.path.join(folder, 'openapi.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(document, file)
    tool = os.path.join(browser_packages.INSTALLED, 'node_modules', '.bin', 'validate-api')
    done = subprocess.run(['node', tool, path], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    s.true('the document is valid', '"valid": true' in done.stdout and document['openapi'] ==
           '3.1.0', done.stdout)


def complete(s, document, build):
    """Every row of the API is in it, and nothing else."""
    rows = subprocess.run([os.path.join(build, 'tests', 'policy_rows')], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()[1:]
    rows = [row.split('\t') for row in rows]
    wanted = {(row[1].lower(), re.sub(r':\w+', '', row[2])) for row in rows
              if row[2].startswith('/api/v1/')}
    told = {(method, path) for path, row in document['paths'].items() for method in row}
    s.same('every call is in the document', told, wanted)
    names = [row['operationId'] for path in document['paths'].values() for row in path.values()]
    s.same('each has a name of its own', len(set(names)), len(names))


# --- the page, by curl ---

def curl(folder, lines):
    done = subprocess.run(['bash', '-c', lines.replace('curl ', 'curl -sS --max-time 20 -i ', 1)],
                          cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    head, _, body = done.stdout.decode('utf-8', 'replace').partition('\r\n\r\n')
    lines = head.split('\r\n')
    answer = type('Answer', (), {})()
    answer.status = int(lines[0].split()[1])
    answer.headers = [tuple(line.split(': ', 1)) for line in lines[1:]]
    answer.body = body
    return answer


def examples(s, server, folder, document):
    """A page is read from the top; what an example makes, a later one finds."""
    page = Browser(server.port).get('/api').body
    found = [html.unescape(re.sub(r'<[^>]+>', '', text))
             for text in re.findall(r'<pre[^>]*>(.*?)</pre>', page, re.S)]
    found = [text for text in found if text.startswith('curl ')]
    calls = [row for path in document['paths'].values() for row in path.values()]
    s.same('the page has an example of each call', len(found), len(calls))
    judge = api_schema.Document(document)
    # To make comes before to show, and to change it between them; its life goes on at last.
    for text in sorted(found, key=lambda text: ('--data' not in text and '--json' not in text,
                                                'If-Match' in text, 'PUT' not in text)):
        method = re.search(r'-X (\w+)', text)
        sends = '--json' in text or '--data' in text
        method = method.group(1) if method else 'POST' if sends else 'GET'
        path = re.search(r"http://[^/]+(/[^\s']+)", text).group(1)
        answer = curl(folder, text)
        s.same('curl does: %s %s' % (method, path),
               judge.answer_faults(method, path, answer), [])
        # No register is called "A register", nobody "A login", the only administrator stays one,
        # no file is called CLK-1, no export is number 1, no view is kept, and an administrator has
        # no part in proposals. No column of the file is one of a register's. No year has begun, "A
        # year" is none, nothing is imported, worked out or paid, and "A words" is no profile.
        absent = any(part in path for part in (
            'evidence/', 'exports/', 'proposals/', '/files/', '/views/', '/years/', '/maps/',
            'v1/imports/', 'v1/documents', 'v1/runs/', 'v1/what-ifs/', 'v1/payments/',
            'v1/restatements/')) or \
            (path in ('/api/v1/years', '/api/v1/proposals', '/api/v1/what-ifs') and sends) or \
            path == '/api/v1/profiles/1'
        unfit = '/imports?' in path or (
            sends and path.endswith(('/views', '/profiles', '/basis-files/1/read')))
        wanted = (400,) if 'grants' in path else (422,) if unfit else \
            (404,) if absent else \
            (200, 409, 412) if path.endswith(('/state', '/sharing')) else (200, 201, 202)
        s.true('and is let: %s %s' % (method, path), answer.status in wanted, answer.body)
    s.true('no page of another site may call', not any(
        name.lower().startswith('access-control') for name, _ in curl(
            folder, 'curl -H @token -H "Origin: https://elsewhere.example" '
            'http://127.0.0.1:%d/api/v1/session' % server.port).headers))


def anchors(s, server):
    page = Browser(server.port).get('/api').body
    ids = re.findall(r' id="([^"]+)"', page)
    s.true('a problem is told where its type says', 'not-found' in ids and json.loads(
        Browser(server.port).get('/api/v1/x').body)['type'] == '/api#who' and 'who' in ids, ids)


# --- commands ---

class Commands:
    def __init__(self, program, folder, server, token):
        self.ochil, self.folder = program, folder
        self.environment = dict(os.environ, OCHIL_SERVER=server, OCHIL_TOKEN_FILE=token)

    def __call__(self, line, **environment):
        """Its exit code, what it printed, what it said."""
        try:
            done = subprocess.run([self.ochil] + shlex.split(line), cwd=self.folder, text=True,
                                  env=dict(self.environment, **environment), timeout=20,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except subprocess.TimeoutExpired:
            return 'it does not end', '', ''
        return done.returncode, done.stdout, done.stderr


def commands(s, who, run):
    before = len(run('risk list --json')[1].splitlines())
    dry = run('risk make %s --dry-run' % MADE)
    s.true('a dry run tells what would be sent', dry[0] == 0 and 'title: By command\n' in dry[1]
           and 'description: Two lines\n' in dry[1] and 'Nothing was sent' in dry[2], dry)
    s.same('and sends nothing', len(run('risk list --json')[1].splitlines()), before)
    made = run('risk make ' + MADE)
    s.true('a risk is made, and its number printed', made[0] == 0 and
           re.fullmatch(r'CLK-\d+\n', made[1]), made)
    number = made[1].strip()
    shown = json.loads(run('risk show %s --json' % number)[1])
    s.same('JSON is what the API gives', shown, json.loads(
        who.get('/api/v1/risks/' + number).body))
    rows = list(csv.DictReader(io.StringIO(run('risk list --csv --q command')[1])))
    s.same('CSV has the same fields', (len(rows), list(rows[0]), rows[0]['description']),
           (1, list(shown), 'Two\nlines'))
    s.true('for people a line each', re.search(r'^current_score +9$', run(
        'risk show ' + number)[1], re.M))
    lines = run('risk list --q command')[1].splitlines()
    s.true('a list is a table', len(lines) == 2 and lines[0].startswith('risk ') and
           lines[1].startswith(number), lines)
    s.same('a change changes what is named', run(
        'risk change %s --title Other --escalated yes --why bought' % number)[:2],
           (0, number + '\n'))
    after = json.loads(run('risk show %s --json' % number)[1])
    s.same('and nothing else', {key for key in after if after[key] != shown[key]},
           {'title', 'escalated', 'version', 'changed_at'})
    s.same('a field is emptied', (run('risk change %s --clear escalated' % number)[0], json.loads(
        run('risk show %s --json' % number)[1])['escalated']), (0, False))
    s.same('a dry run tells what becomes different',
           run('risk change %s --title Third --dry-run' % number)[1],
           'PUT /api/v1/risks/%s\ntitle: Third (now: Other)\n' % number)
    step = 'risk state %s --event treat --why "It is insured"' % number
    s.same('a dry run tells of a step, too', run(step + ' --dry-run')[1],
           'POST /api/v1/risks/%s/state\nevent: treat\nwhy: It is insured\n' % number)
    s.same('it is taken a step further', (run(step)[:2], json.loads(
        run('risk show %s --json' % number)[1])['state']), ((0, number + '\n'), 'treating'))
    s.same('and shared', (run('risk share %s --sharing shared' % number)[0], json.loads(
        run('risk show %s --json' % number)[1])['sharing']), (0, 'shared'))
    s.same('nothing is found: no line, and it says so', run('risk list --q nosuchword')[1:],
           ('', 'None is there, or none is yours to see.\n'))
    for path in ('trail.jsonl', None):
        got = run('trail download' + (' --out ' + path if path else ''))
        if path:
            with open(os.path.join(run.folder, path), encoding='utf-8') as file:
                got = (got[0], file.read())
        s.true('a file is downloaded' + (' into a file' if path else ''), got[0] == 0 and
               got[1].startswith('{"ochil":"trail export 1"'), got)
    s.same('nothing is written over', run('trail download --out trail.jsonl')[0], 3)


def roles(s, who, run):
    """What a role would see: told, without a record, and kept in the trail."""
    clerk, member = who.get('/roles/clerk').body, who.get('/roles/member').body
    s.true('a clerk keeps files and sees no trail', 'Keep files' in clerk and
           'Records: ' in clerk.replace('\n', '') and 'Trail' not in clerk.split('<main')[1],
           clerk.split('<main')[1])
    s.true('a member has nothing yet', 'This role gives nothing yet' in member)
    s.same('there is no such role', who.get('/roles/nobody').alike(), who.get('/no/such').alike())
    trail = [json.loads(line).get('entry', {}) for line in
             run('trail download')[1].splitlines()]
    s.same('who looked stands in the trail', [
        (entry['actor'], entry['after']) for entry in trail
        if entry.get('action') == 'role.preview'], [('first.clk', 'clerk'), ('first.clk', 'member')])


def uploads(s, run):
    path = os.path.join(run.folder, 'FILE')
    s.true('a dry run of a file', run('evidence take FILE --name a.txt --dry-run')[:2] == (
        0, 'POST /api/v1/evidence?name=a.txt\nFILE\n'))
    taken = run('evidence take FILE --name "a b.txt" --personal no')
    s.true('a file is sent', taken[0] == 0 and re.fullmatch(r'[0-9a-f]{32}\n', taken[1]), taken)
    got = run('evidence fetch %s --out back' % taken[1].strip())
    with open(path, 'rb') as sent, open(os.path.join(run.folder, 'back'), 'rb') as back:
        s.true('and comes back as it was', got[0] == 0 and sent.read() == back.read(), got)
    s.true('it is listed', taken[1].strip() in run('evidence list')[1])
    s.same('what is not there cannot be sent', run('evidence take nowhere --name x')[0], 3)


def pages(s, who, run):
    """A list is asked for to its end."""
    ends = json.loads(run('risk show CLK-1 --json')[1])
    for _ in range(52):
        Browser(who.port, who.cookie).post('/risks', {
            name: '' if value is None else value for name, value in ends.items()
            if name in ('title', 'description', 'category', 'owner_post', 'review_due') or
            name.endswith(('likelihood', 'impact'))}, token=pages.token)
    got = run('risk list --json')
    s.true('more than a page is listed', got[0] == 0 and len(got[1].splitlines()) > 52, got[0])


def refusals(s, server, run, reader):
    s.same('exit codes: not fit', run('risk change CLK-1 --current-impact 9')[0], 1)
    s.same('no such word', run('risk list --state x')[0], 2)
    s.same('not found', run('risk show CLK-999')[0], 6)
    s.true('in words', 'Not found' in run('risk show CLK-999')[2])
    s.same('a token that reads only', run('risk change CLK-1 --title x',
                                          OCHIL_TOKEN_FILE=reader)[0], 5)
    s.same('no server', run('risk list', OCHIL_SERVER='http://127.0.0.1:1')[0], 8)
    s.same('no token', run('risk list', OCHIL_TOKEN_FILE='')[0], 2)
    far = run('risk list', OCHIL_SERVER='http://ochil.example.org')
    s.true('a token does not travel in the clear', far[0] == 2 and 'https' in far[2], far)
    open_file = os.path.join(run.folder, 'open')
    with open(os.open(open_file, os.O_WRONLY | os.O_CREAT, 0o644), 'w', encoding='ascii') as file:
        file.write('ochil_' + 64 * '0')
    s.same('nor is one taken that others can read', run('risk list', OCHIL_TOKEN_FILE=open_file)[0],
           5)
    os.chmod(open_file, 0o600)
    s.same("nobody's token", run('risk list', OCHIL_TOKEN_FILE=open_file)[0], 5)
    s.true('the nearest verb', all("Did you mean '%s'" % wanted in run(typed)[2] for typed, wanted
                                   in (('risk lst', 'risk list'), ('clsoe', 'close'))))
    s.true('the nearest option', "'--state'" in run('risk list --stat open')[2])
    s.true('help and manual know the verbs', 'risk list' in run('help')[1] and '--owner-post' in
           run('help risk make')[1] and 'risk show' in run('completion bash')[1] and
           'ochil-risk-change' in run('manual risk change')[1])
    with open(os.path.join(run.folder, 'token'), encoding='ascii') as file:
        secret = file.read().split()[-1]
    s.true('a token by a descriptor', 'CLK' in subprocess.run(
        [run.ochil, 'session', 'show', '--token-file', '/dev/fd/0'], input=secret, text=True,
        stdout=subprocess.PIPE, env=run.environment).stdout)
    s.true('no token is logged', secret not in server.said())


def over_socket(s, program, build, folder):
    path = os.path.join(folder, 'socket')
    process = subprocess.Popen([os.path.join(build, 'ochil-server'), 'serve', '--listen',
                                'unix:' + path, '--origin', 'https://ochil.example.org', '--db',
                                os.path.join(folder, 'ochil.db'), '--keys',
                                os.path.join(folder, 'ochil.keys')],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    run = Commands(program, folder, 'unix:' + path, os.path.join(folder, 'token'))
    s.true('over a Unix socket', run('session show')[1].startswith('login'), run('session show'))
    process.terminate()
    process.wait()
    process.stdout.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--walk', action='store_true', help='only what ochil-server does')
    options = parser.parse_args()
    program = tap.find_engine(options.ochil)
    build = os.path.dirname(program)
    t = tap.Tap()
    s = Suite(t, 'API')
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        server = Served(build, folder)
        links = server.init()
        with server:
            who = Browser(server.port)
            who.become_first(links[0], 'first.clk')
            # Whoever administers sees no evidence.
            change(os.path.join(folder, 'ochil.db'), "INSERT INTO role_grant (id, council, "
                   "account, role, starts, made_at) SELECT 9001, 1, id, 'accountant', "
                   "'2020-01-01', 1 FROM account WHERE login = 'first.clk'")
            with open(os.path.join(folder, 'FILE'), 'wb') as file:
                file.write(b'A file of a thousand lines\n' * 1000)
            token = make_token(who, folder, 'token', True)
            reader = make_token(who, folder, 'reader', False)
            pages.token = who.token('/new-risk')
            document = json.loads(who.get('/api/openapi.json').body)
            if not options.walk:
                validator(s, folder, document)
                complete(s, document, build)
            examples(s, server, folder, document)
            anchors(s, server)
            run = Commands(program, folder, 'http://127.0.0.1:%d' % server.port, token)
            with api_schema.watched(server) as faults:
                commands(s, who, run)
                uploads(s, run)
            s.same('every call was answered as the document says', faults, [])
            roles(s, who, run)
            pages(s, who, run)
            refusals(s, server, run, reader)
        over_socket(s, program, build, folder)
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
