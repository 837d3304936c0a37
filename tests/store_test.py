#!/usr/bin/env python3
"""store_test.py -- the store's whole suite on SQLite and on PostgreSQL, and ochil-server.

    store_test.py [--ochil PATH]

The server is started here, in a temporary folder; without one the test fails. Both engines must
run the same tests of the common list, so that none is left out for one of them. The hash of every
migration is compared with tests/migrations.txt: one that was released is never edited.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

import postgres
import tap

PROGRAMS = ('db_test', 'trail_log_test', 'trail_guard_io_test', 'trail_export_test',
            'trail_audit_test', 'evidence_store_test', 'backup_test', 'backup_load_test',
            'backup_drill_test', 'backup_fault_test', 'job_test', 'job_runner_test',
            'council_export_test', 'identity_test', 'two_key_store_test', 'governance_risk_test',
            'server_schema_test')
TRAIL_CHECK = os.path.join(tap.HERE, '..', 'tools', 'trail_check.py')
SECONDS_MOST = 120
TEST = re.compile(r'^(not )?ok \d+ - (.*)$')


def run_program(build, program, url, folder):
    """(names of passed tests by group, failures, all it said)."""
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT='TAP', OCHIL_TEST_EXPORTS=folder)
    env.pop('OCHIL_TEST_DB', None)
    if url is not None:
        env['OCHIL_TEST_DB'] = url
    try:
        done = subprocess.run([os.path.join(build, 'tests', program)], env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS_MOST)
    except subprocess.TimeoutExpired as late:
        return [], ['does not end'], (late.stdout or b'').decode('utf-8', 'replace')
    said = done.stdout.decode('utf-8', 'replace')
    groups, failures = [], []
    for line in said.splitlines():
        match = TEST.match(line)
        if line.startswith('1..'):
            groups.append([])
        elif match and match.group(1):
            failures.append(match.group(2))
        elif match:
            groups[-1].append(match.group(2))
    if done.returncode != 0 and not failures:
        failures.append('ended with %d' % done.returncode)
    return groups, failures, said


def show(t, engine, program, result):
    groups, failures, said = result
    for name in (name for group in groups for name in group):
        t.check('%s: %s: %s' % (engine, program, name))
    for name in failures:
        t.check('%s: %s: %s' % (engine, program, name), said[-3000:])


def both_engines(t, build, url, folder):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # The server's programs one after the other: each drops its schema.
        server = pool.submit(lambda: [run_program(build, name, url, folder)
                                     for name in PROGRAMS])
        file = pool.submit(lambda: [run_program(build, name, None, folder)
                                   for name in PROGRAMS])
    for program, on_server, on_file in zip(PROGRAMS, server.result(), file.result()):
        show(t, 'PostgreSQL', program, on_server)
        show(t, 'SQLite', program, on_file)
        same = on_server[0] and on_file[0] and on_server[0][0] == on_file[0][0]
        t.check('%s: the same list on both' % program, None if same else 'it differs')
    return server.result()[-1][2]


def exported_trails(t, build, folder):
    """What trail_export_test left there, verified by the program and by who shares no code."""
    ochil = (os.path.join(build, 'ochil'), 'trail', 'verify')
    for engine in ('postgres', 'sqlite'):
        keys = ['--key=%s/%s-%s.pub' % (folder, engine, who) for who in ('server', 'CLK', 'STI')]
        names = sorted(name for name in os.listdir(folder)
                       if name.startswith(engine) and name.endswith('.jsonl'))
        t.check('%s: exports for both councils, the machine and all, whole and in part' % engine,
                None if len(names) == 8 else names)
        for name in names:
            for verifier in (ochil, (TRAIL_CHECK,)):
                expect(t, '%s verifies %s' % (os.path.basename(verifier[0]), name),
                       run_words(*verifier, os.path.join(folder, name), *keys), 0, '')


def run_words(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)
    return done.returncode, done.stdout


def run_server(build, *words):
    return run_words(os.path.join(build, 'ochil-server'), *words)


def expect(t, description, got, code, words):
    good = got[0] == code and words in got[1]
    t.check(description, None if good else 'exit %d: %s' % got)


def change(build, url, sql):
    """Past the program, as a stranger would."""
    tool = ['psql', '-qX', url, '-c', sql] if url.startswith('postgres') else ['sqlite3', url, sql]
    env = dict(os.environ, PGOPTIONS='-c client_min_messages=error')
    subprocess.run(tool, check=True, stdout=subprocess.DEVNULL, env=env)


def the_program(t, build, engine, url, folder, no_store):
    newest = len(kept_hashes())
    councils = ('--council', 'CLK=Clackmannanshire', '--council', 'STI=Stirling')
    store = ('--db', url, '--keys', os.path.join(folder, engine))
    expect(t, engine + ': without a store nothing is migrated',
           run_server(build, 'migrate', *store), *no_store)
    expect(t, engine + ': one council alone shares nothing',
           run_server(build, 'init', *councils[:2], *store), 2, '2 to 32 councils')
    expect(t, engine + ': a code that no file could be named by',
           run_server(build, 'init', *councils[:2], '--council', '../x=Name', *store), 2,
           'no code of a council')
    t.check(engine + ': what was refused left nothing', None if not os.path.exists(store[3])
            else os.listdir(store[3]))
    expect(t, engine + ': a store is begun', run_server(build, 'init', *councils, *store), 0,
           'STI  Stirling')
    modes = {name: oct(os.stat(os.path.join(store[3], name)).st_mode & 0o777)
             for name in sorted(os.listdir(store[3]))}
    t.check(engine + ': its keys are for its owner alone',
            None if modes == dict.fromkeys(('CLK.master', 'STI.master', 'server.key',
                                            'server.pub'), '0o600') else modes)
    expect(t, engine + ': it is begun once', run_server(build, 'init', *councils, *store), 7,
           'begun already')
    the_trail(t, build, engine, url, folder)
    expect(t, engine + ': a second time nothing is done',
           run_server(build, 'migrate', '--db', url), 0, '(it was at %d)' % newest)
    change(build, url, "INSERT INTO schema_migration (version, name, sha256, applied_at) "
           "VALUES (%d, 'later', '%s', 1)" % (newest + 1, 'a' * 64))
    expect(t, engine + ': a newer schema is refused', run_server(build, 'migrate', '--db', url),
           4, 'does not know')
    change(build, url, 'DELETE FROM schema_migration WHERE version > %d' % newest)
    change(build, url, "UPDATE schema_migration SET sha256 = '%s'" % ('a' * 64))
    expect(t, engine + ': a changed migration is refused',
           run_server(build, 'migrate', '--db', url), 4, 'never be changed')


def doctor(build, *words):
    """What it says of each thing, and its exit code."""
    code, said = run_server(build, 'doctor', '--json', *words)
    found = json.loads(said[:said.rindex('}') + 1])
    return code, {row['about']: (row['verdict'], row['said']) for row in found['findings']}


def the_doctor(t, build, engine, url, folder):
    """A sound store, then one thing wrong after another; what it says, and of what."""
    keys = os.path.join(folder, 'keys-of-' + engine)
    store = ('--db', url, '--keys', keys)
    run_server(build, 'init', '--council', 'CLK=C', '--council', 'STI=S', *store)
    code, found = doctor(build, *store)
    # The test's own role is a superuser.
    bad = {about for about, (verdict, _) in found.items() if verdict == 'bad'}
    t.check(engine + ': a new store is well', None if bad == ({'postgres'} if engine ==
            'PostgreSQL' else set()) and code == (4 if bad else 0) else str(found))
    for about, said, spoil, mend in (
            ('keys', 'chmod go=', lambda: os.chmod(keys, 0o755), lambda: os.chmod(keys, 0o700)),
            ('keys', 'no key of STI', lambda: os.rename(keys + '/STI.master', keys + '/aside'),
             lambda: os.rename(keys + '/aside', keys + '/STI.master')),
            ('file', 'chmod go=', lambda: os.chmod(url, 0o644), lambda: os.chmod(url, 0o600)),
            ('store', 'begun', lambda: change(build, url, 'DELETE FROM store_identity'),
             lambda: None)):
        if about == 'file' and engine == 'PostgreSQL':
            continue
        spoil()
        code, found = doctor(build, *store)
        t.check('%s: doctor: %s: %s' % (engine, about, said), None if code == 4 and
                found[about][0] == 'bad' and said in found[about][1] else str(found))
        mend()
    code, found = doctor(build, *store, '--listen', '0.0.0.0:80', '--origin', 'http://x.example')
    t.check(engine + ': doctor: an open door', None if found['serving'][0] == 'bad' else
            str(found))


def the_trail(t, build, engine, url, folder):
    """Its verbs, with CLK's key made away from the server."""
    ochil = os.path.join(build, 'ochil')
    room = os.path.join(folder, engine + '-clk')
    os.mkdir(room)
    key, made, export = (os.path.join(room, name) for name in ('clk.key', 'one.checkpoint',
                                                               'trail.jsonl'))
    store = ('--db', url, '--keys', os.path.join(folder, engine))
    kept = os.path.join(folder, engine, 'last-checkpoint')
    run_words(ochil, 'keygen', '--out', key, '--no-password')
    with open(key + '.pub', encoding='utf-8') as file:
        public = file.read().splitlines()[1]
    done = run_words(ochil, 'checkpoint', 'make', made, *store)
    expect(t, engine + ': a checkpoint is made', done, 0, ' entries, signed by the server')
    size = int(re.search(r'(\d+) entries', done[1]).group(1)) if done[0] == 0 else 0
    expect(t, engine + ': minisign verifies it',
           run_words('minisign', '-V', '-p', os.path.join(folder, engine, 'server.pub'), '-m',
                     made, '-x', made + '.server.minisig'), 0, 'verified')
    expect(t, engine + ': what is there is not replaced',
           run_words(ochil, 'checkpoint', 'make', made, *store), 3, made)
    expect(t, engine + ': nobody has signed', run_words(ochil, 'checkpoint', 'take', made, *store),
           6, 'no council')
    expect(t, engine + ': the trail is exported',
           run_words(ochil, 'trail', 'export', export, *store), 0, '1 checkpoints')
    expect(t, engine + ': CLK signs', run_words(ochil, 'checkpoint', 'sign', made, '--key', key,
                                                '--trail', export), 0, 'CLK')
    expect(t, engine + ': a council without a key',
           run_words(ochil, 'checkpoint', 'take', made, *store), 6, 'named no key')
    change(build, url, "INSERT INTO council_key (council, public_key, added_at) "
           "SELECT id, '%s', 1 FROM council WHERE code = 'CLK'" % public)
    expect(t, engine + ': CLK\'s signature is taken in',
           run_words(ochil, 'checkpoint', 'take', made, *store), 0, 'of CLK')
    with open(kept, encoding='utf-8') as file, open(made, encoding='utf-8') as other:
        t.check(engine + ': the checkpoint is kept beside the keys',
                None if file.read() == other.read() else 'another text')
    expect(t, engine + ': a second time it is there',
           run_words(ochil, 'checkpoint', 'take', made, *store), 0, 'already')
    expect(t, engine + ': an export that CLK has signed verifies',
           run_words(ochil, 'trail', 'export', export, '--force', *store), 0,
           'entries 1 to %d' % (size + 1))
    expect(t, engine + ': with its key', run_words(ochil, 'trail', 'verify', export, '--key',
                                                   key + '.pub', '--since', made), 0, 'CLK')
    expect(t, engine + ': in part', run_words(ochil, 'trail', 'export', export, '--force',
                                              '--from', '2', *store), 0,
           'entries 2 to %d' % (size + 1))
    expect(t, engine + ': beyond its end', run_words(ochil, 'trail', 'export', export, '--force',
                                                     '--from', str(size + 3), *store), 2,
           '%d entries' % (size + 1))
    said = run_words(ochil, 'doctor', *store)[1]    # whatever else is amiss on this machine
    t.check(engine + ': the doctor finds it whole', None if 'every checkpoint' in said else said)
    os.rename(kept, kept + '.away')
    expect(t, engine + ': without the file the doctor says so',
           run_words(ochil, 'doctor', *store), 4, 'is gone')
    expect(t, engine + ': and no checkpoint is made',
           run_words(ochil, 'checkpoint', 'make', made + '2', *store), 4, 'is gone')
    expect(t, engine + ': it is brought again',
           run_words(ochil, 'checkpoint', 'take', made, *store), 0, 'already')
    expect(t, engine + ': then another is made',
           run_words(ochil, 'checkpoint', 'make', made + '2', *store), 0,
           '%d entries' % (size + 2))


def the_backups(t, build, url, folder):
    """A file, sealed, onto a bare machine's server; from there back into a file."""
    def at(name):
        return os.path.join(folder, name)
    source = ('--db', at('backed-up.db'), '--keys', at('backed-up.keys'))
    public = at('backed-up.keys/server.pub')
    server = ('--db', url, '--keys', at('bare.keys'))
    again = ('--db', at('again.db'), '--keys', at('bare.keys'))
    run_server(build, 'init', '--council', 'CLK=C', '--council', 'STI=S', *source)
    for said, code, words, *verb in (
            ('a key pair is made', 0, 'away from the server',
             'backup', 'key', '--out', at('backup.key')),
            ('a backup is sealed', 0, 'tables, a trail of',
             'backup', '--out', at('one'), '--to', at('backup.key.pub'), *source),
            ('it is checked without its key', 0, 'is whole',
             'backup', 'check', at('one'), '--server-key', public),
            ('it is tried out', 0, 'The drill passed',
             'restore', at('one'), '--drill', at('drill'), '--key', at('backup.key'),
             '--keys', at('backed-up.keys')),
            ('without its key it is not restored', 6, 'is sealed',
             'restore', at('one'), '--server-key', public, *server),
            ('onto a server', 0, 'Its keys are restored',
             'restore', at('one'), '--server-key', public, '--key', at('backup.key'), *server),
            ('not a second time', 7, 'is not empty',
             'restore', at('one'), '--server-key', public, '--key', at('backup.key'), *server),
            ('a backup of the server', 0, 'keys are not in it', 'backup', '--out', at('two'),
             *server),
            ('back into a file', 0, 'is restored to', 'restore', at('two'), *again),
            ('an operator exports what is nobody\'s', 0, 'are not in it',
             'export', '--out', at('exported'), *again)):
        expect(t, 'backups: ' + said, run_server(build, *verb), code, words)
    with open(at('two/store.db'), 'r+b') as file:
        file.seek(3 * 4096 + 17)
        file.write(b'x')
    expect(t, 'backups: a damaged block is named', run_server(
        build, 'backup', 'check', at('two'), '--server-key', public), 4, 'store.db: block 3 (')


def words_of_the_program(t, build, folder):
    expect(t, '--version', run_server(build, '--version'), 0, 'ochil 0.')
    expect(t, '--help', run_server(build, 'migrate', '--help'), 0, '--db URL')
    for words, said in (((), 'migrate'), (('closed',), 'can do'), (('migrate', '--db'), '--db URL'),
                        (('migrate', '--x'), 'no option'), (('migrate', 'twice'), 'twice'),
                        (('migrate', '--db', 'mysql://x'), 'postgres://')):
        expect(t, 'wrong words: ' + ' '.join(words), run_server(build, *words), 2, said)
    t.check('ochil starts the server with the same words', None if
            run_words(os.path.join(build, 'ochil'), 'config', '--db', 'x') ==
            run_server(build, 'config', '--db', 'x') else 'it does not')
    expect(t, 'no such folder', run_server(build, 'migrate', '--db', folder + '/none/x.db'), 3,
           'unable to open')
    expect(t, 'no such server', run_server(build, 'migrate', '--db',
                                           'postgres://u:secret@/d?host=%s/none' % folder), 3,
           'No such file')


def kept_hashes():
    """The lines of tests/migrations.txt."""
    with open(os.path.join(tap.HERE, 'migrations.txt'), encoding='utf-8') as file:
        return {line.strip() for line in file if line.strip() and not line.startswith('#')}


def hashes(t, said):
    """Migrations that were released are as they were."""
    found = set(re.findall(r'# migration (\d{4} \S+ [0-9a-f]{64})', said))
    kept = kept_hashes()
    t.check('every migration has the hash in tests/migrations.txt', None if found and
            found == kept else 'found %s\nkept  %s' % (sorted(found), sorted(kept)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--programs', action='store_true', help='names the programs run, and ends')
    options = parser.parse_args()
    if options.programs:
        print(*PROGRAMS)
        return 0
    build = os.path.dirname(tap.find_engine(options.ochil))
    t = tap.Tap()
    try:
        with postgres.Server() as url, tempfile.TemporaryDirectory(prefix='ochil-') as folder:
            exports = os.path.join(folder, 'exports')
            os.mkdir(exports)
            hashes(t, both_engines(t, build, url, exports))
            exported_trails(t, build, exports)
            change(build, url, 'DROP SCHEMA public CASCADE')
            change(build, url, 'CREATE SCHEMA public')
            the_program(t, build, 'PostgreSQL', url, folder, (6, 'ochil init begins one'))
            the_program(t, build, 'SQLite', os.path.join(folder, 'store.db'), folder,
                        (3, 'unable to open'))
            change(build, url, 'DROP SCHEMA public CASCADE')
            change(build, url, 'CREATE SCHEMA public')
            the_doctor(t, build, 'PostgreSQL', url, folder)
            the_doctor(t, build, 'SQLite', os.path.join(folder, 'well.db'), folder)
            change(build, url, 'DROP SCHEMA public CASCADE')
            change(build, url, 'CREATE SCHEMA public')
            the_backups(t, build, url, folder)
            change(build, url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 "
                   "LOCALE 'C'")
            expect(t, 'a database that is not UTF-8 is refused',
                   run_server(build, 'migrate', '--db', url.replace('/postgres?', '/latin?')), 4,
                   'UTF8')
            words_of_the_program(t, build, folder)
            change(build, url, "CREATE DATABASE german TEMPLATE template0 LOCALE_PROVIDER icu "
                   "ICU_LOCALE 'de' LOCALE 'C.UTF-8'")
            expect(t, 'a database that does not sort by bytes is refused',
                   run_server(build, 'migrate', '--db', url.replace('/postgres?', '/german?')), 4,
                   'C.UTF-8')
    except postgres.NoServer as trouble:
        t.check('a PostgreSQL server starts', str(trouble))
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
