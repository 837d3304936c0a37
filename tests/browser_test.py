#!/usr/bin/env python3
"""browser_test.py -- every page in Chromium: tests/browser/walk.mjs.

    browser_test.py [--ochil PATH] [--all] [--shots FOLDER]

First as somebody who begins a store, then every page that docs/policy.txt has, on a sample store,
by somebody who may see it. At 1280, 375 and 320 pixels, light and dark: axe-core finds nothing, the
HTML is valid, the policy is not hurt, and the rules of the house hold. (Each day other pages: a
quarter everywhere, a quarter at 320 pixels, of the other half the rules of the house at 320 pixels
and the HTML; --all looks everywhere.)
"""
import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import every_page
import tap
from browser_packages import INSTALLED, SOURCE, install
from decide_test import Office
from served import PASSWORD, Browser, Served


def people():
    office = Office()
    for name, council, role in (('legal.clk', 'CLK', 'legal-officer'),
                                ('chief.clk', 'CLK', 'chief-executive'),
                                ('chief.sti', 'STI', 'chief-executive')):
        office.add(name, council, (council, role))
    return office


def seed(folder, office):
    """A job, and people of both councils, put there past the server."""
    store = sqlite3.connect(os.path.join(folder, 'ochil.db'), timeout=10)
    with store:
        for line in office.sql:
            store.execute(line)
        store.execute("INSERT INTO job (id, council, kind, priority, state, not_before, added_at, "
                      "attempt, token, cancel_wanted) VALUES (7000, 1, 'extract.take', 5, 'queued', "
                      "4000000000000, 1400000000000, 0, 0, FALSE)")
        store.execute("INSERT INTO job_detail (job, council, asked_by, arguments, checkpoint, "
                      "progress_at, progress_done, progress_of, progress_words, outcome, result) "
                      "VALUES (7000, 1, 'first.clk', '{}', '', 1400000005000, 3, 4, "
                      "'lines of stirling-2014-06.csv', '', '')")
        store.execute("INSERT INTO kept_form (id, council, account, session, acting, path, fields, "
                      "kept_at) VALUES (7, 1, 1, 1, 1, '/risks', x'00', 4000000000000)")
    store.close()


def walk(server, folder, link, every, shots, everywhere):
    pages = Browser(server.port).get('/help').body
    office = people()
    told = {'base': 'http://localhost:%d' % server.port, 'first': link, 'password': PASSWORD,
            'help': sorted(set(re.findall(r'href="(/help/[a-z-]+)"', pages.split('<main')[1].split(
                '<footer')[0]))),
            'tomorrow': time.strftime('%Y-%m-%d', time.gmtime(time.time() + 86400)),
            'today': time.strftime('%Y-%m-%d', time.gmtime()), 'office': office.secret,
            'shots': shots, 'every': every, 'all': everywhere,
            'day': time.gmtime().tm_yday}
    shutil.copy(os.path.join(SOURCE, 'walk.mjs'), INSTALLED)
    process = subprocess.Popen(['node', 'walk.mjs', json.dumps(told)], cwd=INSTALLED, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for line in process.stdout:
        if line == '# seed\n':
            seed(folder, office)
            process.stdin.write('\n')
            process.stdin.flush()
        else:
            sys.stdout.write(line)
    return process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    parser.add_argument('--all', action='store_true',
                        help='every page at every width and in the dark')
    parser.add_argument('--shots', help='a folder for screenshots of every page')
    options = parser.parse_args()
    build = os.path.dirname(tap.find_engine(options.ochil))
    install()
    with tempfile.TemporaryDirectory(prefix='ochil-browser-') as folder:
        server, sample = Served(build, folder), Served(build, os.path.join(folder, 'sample'))
        links = server.init()
        os.mkdir(sample.folder)
        sample.run('init', '--sample')
        with server, sample:
            shots = options.shots and os.path.abspath(options.shots)
            return walk(server, folder, links[0], every_page.Pages(sample).all(), shots,
                        options.all)


if __name__ == '__main__':
    sys.exit(main())
