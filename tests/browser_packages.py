"""What the tests in Chromium need from npm: pinned in tests/browser, installed once, into
build/npm-browser; that needs the network."""
import fcntl
import filecmp
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, 'browser')
INSTALLED = os.path.join(os.path.dirname(HERE), 'build', 'npm-browser')
LOCK = 'package-lock.json'


def install():
    """What is pinned, unless it is there; one test at a time."""
    os.makedirs(os.path.dirname(INSTALLED), exist_ok=True)
    with open(INSTALLED + '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_alone()


def install_alone():
    kept = os.path.join(INSTALLED, LOCK)
    if os.path.isdir(os.path.join(INSTALLED, 'node_modules')) and os.path.exists(kept) and \
            filecmp.cmp(kept, os.path.join(SOURCE, LOCK), shallow=False):
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    os.makedirs(INSTALLED)
    for name in ('package.json', LOCK):
        shutil.copy(os.path.join(SOURCE, name), INSTALLED)
    subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund',
                    '--loglevel=error'], cwd=INSTALLED, check=True, stdout=sys.stderr)
