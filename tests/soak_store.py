"""soak_store.py -- servers over a store, killed and stopped at random, and the oracle outside.

The servers are tests/store_worker.c. What they say they have committed is written to a file that
is synced before anything else happens to them. Afterwards every key that was acknowledged is in
the store exactly once -- its row, its entry of the trail, its job -- and every other one wholly or
not at all; every job is done, each of its pieces once; every file of evidence that was kept is
there once, with its entry; and the chain of the trail holds, by tools/trail_check.py, which shares
no code with the program. (Whether every byte of evidence opens, only the program can say.)
"""
import collections
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import tap

sys.path.insert(0, os.path.join(tap.HERE, '..', 'tools'))
import trail_check  # noqa: E402

TABLES = ('CREATE TABLE soak_entry (key TEXT NOT NULL)',
          'CREATE TABLE soak_piece (job BIGINT NOT NULL, piece BIGINT NOT NULL)',
          'CREATE TABLE soak_done (job BIGINT NOT NULL, token BIGINT NOT NULL)')
PIECES = 3
SECONDS_TO_DRAIN = 120      # without a word: after a long soak there are thousands of jobs to do
SECONDS_TO_AUDIT = 1800


def ask(url, sql):
    """Past the program, as a stranger would. The rows, as texts."""
    if url.startswith('postgres'):
        words = ['psql', '-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', url, '-c', sql]
    else:
        words = ['sqlite3', '-batch', '-noheader', '-separator', '\t', '-cmd', '.timeout 20000',
                 url, sql]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    return [line.split('\t') for line in done.stdout.decode('utf-8').splitlines()]


class Store:
    """A store that was begun by `ochil-server init`, and the tables of the soak beside it."""

    def __init__(self, build, url, folder):
        self.build, self.url = build, url
        self.name = 'PostgreSQL' if url.startswith('postgres') else 'SQLite'
        subprocess.run([os.path.join(build, 'ochil-server'), 'init', '--council', 'CLK=One',
                        '--council', 'STI=Two', '--db', url, '--keys',
                        os.path.join(folder, 'keys-' + self.name)], check=True,
                       stdout=subprocess.DEVNULL)
        for table in TABLES:
            self.ask(table)

    def ask(self, sql):
        return ask(self.url, sql)


class Acknowledged:
    """What was said to be committed; on the disk before anybody acts upon it."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.file = open(path, 'ab')
        self.wrote, self.done, self.kept, self.refused = [], [], [], 0

    def take(self, line):
        word, what = line.split()
        with self.lock:
            if word in ('wrote', 'done', 'kept'):
                self.file.write(line.encode() + b'\n')
                self.file.flush()
                os.fsync(self.file.fileno())
            if word == 'wrote':
                self.wrote.append(what)
            elif word == 'done':
                self.done.append(what)
            elif word == 'kept':
                self.kept.append(what)
            elif word == 'lost':
                self.refused += 1


class Worker:
    """One server. `name` goes on from the first number that was not acknowledged."""

    def __init__(self, store, acknowledged, name, mode='run', lease_ms=400):
        first = 1 + sum(key.startswith(name + '-') for key in acknowledged.wrote)
        self.acknowledged, self.lines = acknowledged, []
        self.said = threading.Condition()
        self.process = subprocess.Popen(
            [os.path.join(store.build, 'tests', 'store_worker'), store.url, mode, name,
             str(first), str(lease_ms)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if line.endswith(b'\n'):        # what was cut by the kill was not said
                text = line.decode('ascii').rstrip('\n')
                self.acknowledged.take(text)
                with self.said:
                    self.lines.append(text)
                    self.said.notify_all()

    def wait_for(self, word, seconds=20):
        """Whether it says so in time."""
        with self.said:
            return self.said.wait_for(
                lambda: any(line.startswith(word) for line in self.lines), seconds)

    def signal(self, number):
        self.process.send_signal(number)

    def wait_to_end(self, seconds):
        """Whether it ends by itself, saying something every so many seconds until then."""
        said = -1
        while len(self.lines) > said:
            said = len(self.lines)
            try:
                self.process.wait(seconds)
                return True
            except subprocess.TimeoutExpired:
                pass
        return False

    def end(self, seconds=SECONDS_TO_DRAIN):
        """Its exit code and what it complained of, when it has ended."""
        if not self.wait_to_end(seconds):
            self.signal(signal.SIGKILL)
        self.reader.join()
        complaint = self.process.stderr.read().decode('utf-8', 'replace')
        self.process.stderr.close()
        self.process.stdout.close()
        return self.process.wait(), complaint

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.end()


class Soak:
    """Kills and stops servers over one store."""

    def __init__(self, store, path, seed, processes):
        self.store, self.random = store, random.Random(seed)
        self.acknowledged = Acknowledged(path)
        self.names = ['server%d' % n for n in range(processes)]
        self.kills = self.stops = 0

    def start(self, name):
        return Worker(self.store, self.acknowledged, name)

    def run(self, enough):
        """Until `enough()` says so, and then until no job is left. What goes wrong, or None."""
        workers = {name: self.start(name) for name in self.names}
        while not enough():
            time.sleep(self.random.uniform(0.01, 0.4) / len(self.names))
            name = self.random.choice(self.names)
            if self.random.random() < 0.1:
                self.stop_for_a_while(workers[name])
                continue
            code, complaint = workers[name].kill()
            if code != -signal.SIGKILL:
                return '%s ended by itself: %d\n%s' % (name, code, complaint)
            self.kills += 1
            workers[name] = self.start(name)
        for worker in workers.values():
            worker.kill()
            self.kills += 1
        for mode, seconds in (('drain', SECONDS_TO_DRAIN), ('audit', SECONDS_TO_AUDIT)):
            code, complaint = Worker(self.store, self.acknowledged, 'last', mode).end(seconds)
            if code != 0:
                return 'the last one (%s) ended with %d\n%s' % (mode, code, complaint)
        return None

    def stop_for_a_while(self, worker):
        """Longer than its lease: others take its jobs over, then it goes on."""
        worker.signal(signal.SIGSTOP)
        time.sleep(0.6)
        worker.signal(signal.SIGCONT)
        self.stops += 1

    def verdict(self):
        return Verdict(self.store, self.acknowledged)


class Verdict:
    """What the store has, against what was acknowledged."""

    def __init__(self, store, acknowledged):
        self.acknowledged = acknowledged
        self.faults = []
        entries = collections.Counter(key for key, in store.ask('SELECT key FROM soak_entry'))
        jobs = store.ask('SELECT id, idempotency, state FROM job')
        trail = store.ask('SELECT trail_text.text FROM trail_text ORDER BY sequence')
        self.keys, self.jobs = len(entries), len(jobs)
        self.lost = self.doubled = 0
        lines = [json.loads(line) for line, in trail]
        self.judge_keys(entries, collections.Counter(key for _, key, _ in jobs), lines)
        self.judge_jobs(store, jobs, lines)
        self.judge_files(store, lines)
        self.judge_chain(store, [line for line, in trail])

    def expect_once(self, what, count):
        self.lost += count == 0
        self.doubled += count > 1
        if count != 1:
            self.faults.append('%s: %d times' % (what, count))

    def judge_keys(self, entries, jobs, lines):
        written = collections.Counter(line['subject'][1] for line in lines
                                      if line['action'] == 'soak.write')
        for key in sorted(set(self.acknowledged.wrote) | set(entries) | set(jobs) | set(written)):
            for what, counter in (('row', entries), ('job', jobs), ('entry of the trail', written)):
                self.expect_once('%s of %s' % (what, key), counter[key])

    def judge_jobs(self, store, jobs, lines):
        told = collections.Counter((line['action'], line['subject'][1]) for line in lines)
        pieces = collections.Counter((job, piece) for job, piece in
                                     store.ask('SELECT job, piece FROM soak_piece'))
        done = collections.Counter(job for job, _ in store.ask('SELECT job, token FROM soak_done'))
        known = {job for job, _, _ in jobs}
        for job, _, state in jobs:
            if state != 'done':
                self.faults.append('job %s is %s' % (job, state))
            self.expect_once('end of job %s' % job, done[job])
            for action in ('job.add', 'job.done'):
                self.expect_once('%s of %s' % (action, job), told[action, job])
            for piece in range(1, PIECES + 1):
                self.expect_once('piece %d of job %s' % (piece, job), pieces[job, str(piece)])
        for job in set(self.acknowledged.done) | set(done):
            if job not in known:
                self.lost += 1
                self.faults.append('job %s is not there' % job)

    def judge_files(self, store, lines):
        rows = store.ask('SELECT id, name FROM evidence')
        names = collections.Counter(name for _, name in rows)
        taken = collections.Counter(line['subject'][1] for line in lines
                                    if line['action'] == 'evidence.take')
        for name in set(self.acknowledged.kept) | set(names):
            self.expect_once('file %s' % name, names[name])
        for number in {number for number, _ in rows} | set(taken):
            self.expect_once('evidence.take of %s' % number, taken[number])
        self.files = len(rows)

    def judge_chain(self, store, canonical):
        (name,), = store.ask('SELECT store FROM store_identity')
        hashes = [bytes.fromhex(text) for text, in store.ask(
            'SELECT %s FROM trail_entry ORDER BY sequence' %
            ('hex(hash)' if store.name == 'SQLite' else "encode(hash, 'hex')"))]
        expected = trail_check.chain_start(name)
        if len(hashes) != len(canonical):
            self.faults.append('%d hashes for %d entries' % (len(hashes), len(canonical)))
        for number, (text, found) in enumerate(zip(canonical, hashes), 1):
            expected = trail_check.entry_hash(number, expected,
                                              trail_check.content_of(text.encode('utf-8')))
            if found != expected:
                self.faults.append('the chain breaks at entry %d' % number)
                break

    def problem(self):
        """None, or the first faults."""
        return '\n'.join(self.faults[:20]) if self.faults else None
