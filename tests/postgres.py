"""postgres.py -- a PostgreSQL server of a test's own, in a temporary folder, on a Unix socket."""
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time

# What a test server need not do: last. (The store's faults on a disk are tested on SQLite.)
SETTINGS = {'listen_addresses': '', 'fsync': 'off', 'full_page_writes': 'off',
            'max_connections': '40', 'shared_buffers': '32MB', 'lc_messages': 'C',
            'dynamic_shared_memory_type': 'mmap', 'autovacuum': 'off'}
SECONDS_TO_START = 30


class NoServer(Exception):
    """It does not start; the words say why."""


def programs():
    """The folder of initdb and postgres: the newest that Debian has here."""
    folders = sorted(glob.glob('/usr/lib/postgresql/*/bin'),
                     key=lambda folder: int(folder.split('/')[4]))
    if not folders:
        raise NoServer('PostgreSQL is not installed (scripts/install-needed test)')
    return folders[-1]


class Server:
    """with Server() as url: ...   The server does not run as root: as `postgres` then."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ochil-pg-', dir='/tmp')
        self.process = None
        self.who = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam('postgres')
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.who = {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}

    def run(self, *words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=self.folder, **self.who)
        if done.returncode != 0:
            raise NoServer('%s\n%s' % (words[0], done.stdout))

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def start(self):
        data = os.path.join(self.folder, 'data')
        self.run(os.path.join(programs(), 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust',
                 '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync')
        words = [os.path.join(programs(), 'postgres'), '-D', data, '-k', self.folder]
        for name, value in SETTINGS.items():
            words += ['-c', '%s=%s' % (name, value)]
        with open(os.path.join(self.folder, 'log'), 'wb') as log:
            # In the group of this test, so that it ends if the test is ended.
            self.process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder,
                                            **self.who)
        late = time.monotonic() + SECONDS_TO_START
        while subprocess.run([os.path.join(programs(), 'pg_isready'), '-q', '-h', self.folder]
                             ).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > late:
                raise NoServer(self.log())
            time.sleep(0.05)
        return 'postgres://postgres@/postgres?host=' + self.folder

    def log(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as file:
            return ''.join(file.readlines()[-40:])

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()        # waits for clients
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
