#!/usr/bin/env python3
"""soak_test.py -- a few seconds of tools/soak on both engines, and whether its oracle sees.

    soak_test.py [--ochil PATH] [--kills N] [--seed N]

Servers are killed and stopped at random moments; one is stopped just after it took a job, for
longer than its lease, and may change nothing when it goes on. Then what a lost, a doubled and a
halved piece of work would look like is made by hand, and the oracle must name each.
"""
import argparse
import concurrent.futures
import os
import signal
import subprocess
import sys
import tempfile
import time

import postgres
import soak_served
import soak_store
import tap

SECONDS_MOST = 60
LEASE_MS = 2400     # of the one that is stopped: before its first beat
# What each would be if it happened: (what, done by hand, undone, words of the oracle). The first
# job is not number 1 if its making was tried twice.
DAMAGE = [
    ('work done twice', 'INSERT INTO soak_done SELECT min(job), 7 FROM soak_done',
     'DELETE FROM soak_done WHERE token = 7', 'end of job FIRST: 2 times'),
    ('a piece done twice', 'INSERT INTO soak_piece SELECT min(job), 3 FROM soak_piece',
     'DELETE FROM soak_piece WHERE job = (SELECT min(job) FROM soak_piece) AND piece = 3',
     'piece 3 of job FIRST: 2 times'),
    ('a piece that is lost', 'SELECT 1', 'SELECT 1', 'piece 3 of job FIRST: 0 times'),
    ('an entry that is lost', "UPDATE soak_entry SET key = 'server0-x' WHERE key = 'server0-1'",
     "UPDATE soak_entry SET key = 'server0-1' WHERE key = 'server0-x'",
     'row of server0-1: 0 times'),
    ('an entry by half', "INSERT INTO soak_entry (key) VALUES ('half')",
     "DELETE FROM soak_entry WHERE key = 'half'", 'entry of the trail of half: 0 times'),
    ('a hash of the trail that is another', 'INSERT INTO trail_entry (sequence, content, hash) '
     'SELECT sequence + 1, content, hash FROM trail_entry ORDER BY sequence DESC LIMIT 1', None,
     'hashes for'),
]
# The same for risks; each stays.
SERVED_DAMAGE = [
    ('a risk that is lost', "UPDATE risk SET title = 'key-x' WHERE number = 1", '0 times, as None'),
    ('a risk that nobody sent', 'SELECT 1', 'key-x is there 1 times'),
    ('a title that two have', "UPDATE risk SET title = 'key-x' WHERE number = 3",
     'key-x is there 2 times'),
]


def kills(t, store, folder, options, servers):
    path = os.path.join(folder, 'acknowledged-' + store.name)
    soak = soak_store.Soak(store, path, options.seed, servers)
    late = time.monotonic() + SECONDS_MOST
    problem = soak.run(lambda: soak.kills >= options.kills or time.monotonic() > late)
    verdict = soak.verdict()
    t.check('%s: %d kills and %d stops, %d acknowledged: nothing is lost or doubled' %
            (store.name, soak.kills, soak.stops, len(soak.acknowledged.wrote)),
            problem or verdict.problem())
    tried = len(soak.acknowledged.wrote) > 0 and verdict.jobs > 0 and soak.kills > 0
    t.check(store.name + ': something was tried', None if tried else 'nothing was')
    return soak


def stopped(t, store, folder):
    """One takes a job, is stopped beyond its lease, and goes on after another has done it."""
    store.ask("INSERT INTO job (council, kind, priority, state, not_before, added_at, attempt, "
              "token, cancel_wanted) VALUES (0, 'soak.count', 5, 'queued', 0, 0, 0, 0, FALSE)")
    (job,), = store.ask('SELECT max(id) FROM job')
    store.ask("INSERT INTO job_detail (job, council, asked_by, arguments, checkpoint, "
              "progress_at, progress_done, progress_of, progress_words, outcome, result) "
              "VALUES (%s, 0, 'soak', '', '', 0, 0, 0, '', '', '')" % job)
    acknowledged = soak_store.Acknowledged(os.path.join(folder, 'stopped-' + store.name))
    sleeper = soak_store.Worker(store, acknowledged, 'sleeper', 'hold', LEASE_MS)
    began = sleeper.wait_for('began ' + job)
    sleeper.signal(signal.SIGSTOP)
    other = soak_store.Worker(store, acknowledged, 'other', 'drain', LEASE_MS).end()
    before = store.ask('SELECT token FROM soak_done WHERE job = ' + job)
    sleeper.signal(signal.SIGCONT)
    lost = sleeper.wait_for('lost ' + job)
    end = sleeper.end()
    after = store.ask('SELECT token FROM soak_done WHERE job = ' + job)
    pieces = store.ask('SELECT count(*) FROM soak_piece WHERE job = ' + job)
    seen = (began, other, before, lost, end, after, pieces)
    good = (True, (0, ''), [['2']], True, (0, ''), [['2']], [['3']])
    t.check(store.name + ': who was stopped beyond the lease changes nothing',
            None if seen == good else '%s\nexpected %s' % (seen, good))
    store.ask('DELETE FROM soak_piece WHERE job = ' + job)
    store.ask('DELETE FROM soak_done WHERE job = ' + job)
    store.ask('DELETE FROM job_detail WHERE job = ' + job)
    store.ask('DELETE FROM job WHERE id = ' + job)


def oracle(t, store, soak):
    first = store.ask('SELECT min(job) FROM soak_done')[0][0]
    for what, done, undone, words in DAMAGE:
        words = words.replace('FIRST', first)
        store.ask(done)
        said = '\n'.join(soak.verdict().faults)
        t.check('%s: the oracle sees %s' % (store.name, what), None if words in said else said)
        if undone is not None:
            store.ask(undone)


def served(t, name, folder, url, options, servers):
    """`ochil serve` is killed while clients record risks over HTTP."""
    place = os.path.join(folder, 'served-' + name)
    os.mkdir(place)
    soak = soak_served.Soak(options.build, place, url, options.seed, servers)
    late = time.monotonic() + SECONDS_MOST
    soak.run(lambda: soak.kills >= options.served or time.monotonic() > late)
    t.check('%s, served: %s: nothing is lost or doubled' % (name, soak), soak.problem())
    tried = soak.kills > 0 and len(soak.acknowledged) > 0
    t.check(name + ', served: something was tried', None if tried else 'nothing was')
    for what, done, words in SERVED_DAMAGE:
        soak_store.ask(soak.url, done)
        soak.faults = []
        soak.judge()
        said = '\n'.join(soak.faults)
        t.check('%s, served: the oracle sees %s' % (name, what), None if words in said else said)


def other_database(url):
    """Beside the one of the other tests, on the same server."""
    subprocess.run(['psql', '-qX', url, '-c', 'CREATE DATABASE served'], check=True)
    return url.replace('/postgres?', '/served?')


def one_engine(url, folder, options, servers):
    """The lines are kept until both engines have ended."""
    lines = []
    kept = type('Kept', (), {'check': lambda self, *words: lines.append(words)})()
    store = soak_store.Store(options.build, url, folder)
    soak = kills(kept, store, folder, options, servers)
    stopped(kept, store, folder)
    oracle(kept, store, soak)
    served(kept, store.name, folder, other_database(url) if servers > 1 else None, options,
           servers)
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--kills', type=int, default=12)
    parser.add_argument('--served', type=int, default=4, help='kills of servers over HTTP')
    parser.add_argument('--seed', type=int, default=2014)
    options = parser.parse_args()
    options.build = os.path.dirname(tap.find_engine(options.ochil))
    t = tap.Tap()
    try:
        with postgres.Server() as url, tempfile.TemporaryDirectory(prefix='ochil-') as folder, \
                concurrent.futures.ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(one_engine, os.path.join(folder, 'store.db'), folder, options, 1),
                    pool.submit(one_engine, url, folder, options, 2)]
            for run in runs:
                for words in run.result():
                    t.check(*words)
    except postgres.NoServer as trouble:
        t.check('a PostgreSQL server starts', str(trouble))
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
