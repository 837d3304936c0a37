"""soak_served.py -- servers killed at random moments while clients record risks over HTTP, and the
oracle outside.

Each client sends POST /api/v1/risks with an Idempotency-Key, and sends the same again, to any of
the servers, until it is answered or it gives up. What is answered with 201 is on the disk before
the client goes on. Afterwards, past the program: every acknowledged key is one risk, under the
number it was told; every other one is one risk or none; each risk has its history and its one
entry of the trail; the numbers of the register have no gap.
"""
import collections
import http.client
import json
import os
import random
import signal
import threading
import time

from served import Browser, Served
from soak_store import ask

CLIENTS = 4
RISK = {'description': 'Both councils pay late.', 'cause': '', 'effect': '', 'category': 'finance',
        'inherent_likelihood': '4', 'inherent_impact': '4', 'current_likelihood': '3',
        'current_impact': '3', 'target_likelihood': '', 'target_impact': '',
        'owner_post': 'Head of Finance', 'controls': '', 'review_due': '2030-04-01'}


class Client(threading.Thread):
    def __init__(self, soak, number):
        super().__init__()
        self.soak, self.number = soak, number
        self.chance = random.Random('%s-%d' % (soak.seed, number))

    def run(self):
        count = 0
        while not self.soak.ending:
            count += 1
            self.record('key-%d-%d' % (self.number, count))

    def record(self, key):
        """Until it is answered; now and then not, and now and then once more."""
        self.soak.sent.add(key)
        for _ in range(200):
            if self.soak.ending:
                return
            answer = self.post(key)
            if answer is not None:
                self.soak.acknowledge(key, answer)
                if self.chance.random() < 0.2:
                    self.soak.compare(key, answer, self.post(key))
                return
            if self.chance.random() < 0.05:
                return
            time.sleep(0.01)

    def post(self, key):
        """The risk's number; None: no answer, or none that says what was done."""
        link = http.client.HTTPConnection('127.0.0.1', self.chance.choice(self.soak.servers).port,
                                          timeout=10)
        try:
            link.request('POST', '/api/v1/risks', json.dumps(dict(RISK, title=key)),
                         {'Authorization': 'Bearer ' + self.soak.bearer, 'Idempotency-Key': key,
                          'Content-Type': 'application/json'})
            response = link.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        if response.status == 201:
            return json.loads(body)['risk']
        if response.status != 503:
            self.soak.faults.append('%s: %d %s' % (key, response.status, body[:200]))
        return None


class Soak:
    """with the store at `url` (or a file in `folder`), begun here; `count` servers over it."""

    def __init__(self, build, folder, url, seed, count):
        self.seed, self.url = seed, url or os.path.join(folder, 'ochil.db')
        self.sent, self.acknowledged, self.faults = set(), {}, []
        self.ending, self.kills, self.lock = False, 0, threading.Lock()
        self.file = open(os.path.join(folder, 'acknowledged'), 'a', encoding='ascii')
        self.servers = [Served(build, folder, url) for _ in range(count)]
        links = self.servers[0].init()
        for server in self.servers:
            server.start()
        who = Browser(self.servers[0].port)
        who.become_first(links[0], 'first.clk')
        ends = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 30 * 86400))
        made = who.post('/tokens', {'name': 'soak', 'ends': ends, 'write': 'yes'}, page='/tokens')
        self.bearer = made.body[made.body.index('ochil_'):][:70]

    def acknowledge(self, key, number):
        with self.lock:
            self.file.write('%s %s\n' % (key, number))
            self.file.flush()
            os.fsync(self.file.fileno())
            self.acknowledged[key] = number

    def compare(self, key, first, again):
        if again is not None and again != first:
            self.faults.append('%s is %s, and sent again %s' % (key, first, again))

    def run(self, enough):
        clients = [Client(self, number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            self.kill_until(enough)
        finally:
            self.ending = True
            for client in clients:
                client.join()
            for server in self.servers:
                server.stop()
        self.judge()

    def kill_until(self, enough):
        chance = random.Random(self.seed)
        while not enough():
            time.sleep(chance.uniform(0.02, 0.3))
            chance.choice(self.servers).stop(signal.SIGKILL)
            self.kills += 1
            for server in self.servers:
                if server.process is None:
                    server.start()

    def judge(self):
        rows = ask(self.url, 'SELECT title, number FROM risk ORDER BY number')
        there = collections.Counter(title for title, _ in rows)
        numbers = {title: 'CLK-' + number for title, number in rows}
        for key, number in self.acknowledged.items():
            if there[key] != 1 or numbers[key] != number:
                self.faults.append('%s was acknowledged as %s: %d times, as %s' % (
                    key, number, there[key], numbers.get(key)))
        for key, count in there.items():
            if key not in self.sent or count != 1:
                self.faults.append('%s is there %d times' % (key, count))
        if [int(number) for _, number in rows] != list(range(1, len(rows) + 1)):
            self.faults.append('the numbers have gaps')
        lines = [json.loads(text) for text, in ask(
            self.url, 'SELECT text FROM trail_text ORDER BY sequence')]
        told = collections.Counter(line['subject'][1] for line in lines
                                   if line['action'] == 'risk.make')
        history = collections.Counter('CLK-' + number for number, in ask(
            self.url, "SELECT entry FROM entry_change WHERE register = 'risk' AND field = 'title' "
            'ORDER BY id'))
        wanted = collections.Counter(numbers.values())
        for what, found in (('entries of the trail', told), ('histories', history)):
            if found != wanted:
                self.faults.append('%s: %s instead of one each' % (what, (found - wanted) +
                                                                   (wanted - found)))
        self.there = len(rows)

    def problem(self):
        """None, or the first faults."""
        return '\n'.join(self.faults[:20]) if self.faults else None

    def __str__(self):
        return '%d kills, %d acknowledged of %d sent, %d there' % (
            self.kills, len(self.acknowledged), len(self.sent), self.there)
