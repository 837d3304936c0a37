#!/usr/bin/env python3
"""month_test.py -- two councils close a month in the browser: tests/browser/month.mjs.

    month_test.py [--ochil PATH]

The sample's ledgers are withdrawn first, so that the month begins with its extracts. The packages of
the browser are those of browser_packages.py.
"""
import argparse
import csv
import decimal
import json
import os
import shutil
import subprocess
import sys
import tempfile

import tap
from browser_packages import INSTALLED, SOURCE, install
from money_test import PASSWORD
from served import Browser, Served

HERE = os.path.dirname(os.path.abspath(__file__))
LEDGERS = os.path.join(HERE, 'examples', 'clackmannanshire-stirling-2014-15', 'ledger')


def extract(name):
    """An extract with what the ledger system would say of it."""
    path = os.path.join(LEDGERS, name)
    with open(path, newline='', encoding='utf-8') as file:
        amounts = [decimal.Decimal(row['amount']) for row in csv.DictReader(file)]
    return {'path': path, 'lines': str(len(amounts)), 'amount': str(sum(amounts))}


def withdraw(server, login, place):
    who = Browser(server.port)
    who.sign_in(login, PASSWORD)
    assert who.post(place + '/withdraw', {'why': 'to be taken in again'}, page=place).status == 303


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    options = parser.parse_args()
    build = os.path.dirname(tap.find_engine(options.ochil))
    install()
    with tempfile.TemporaryDirectory(prefix='ochil-month-') as folder:
        server = Served(build, folder)
        server.run('init', '--sample')
        with server:
            withdraw(server, 'accounts.clk@demo.example', '/money/imports/1')
            withdraw(server, 'accounts.sti@demo.example', '/money/imports/2')
            told = {'base': 'http://localhost:%d' % server.port, 'password': PASSWORD,
                    'extracts': {'CLK': extract('clackmannanshire.csv'),
                                 'STI': extract('stirling.csv')}}
            shutil.copy(os.path.join(SOURCE, 'month.mjs'), INSTALLED)
            return subprocess.run(['node', 'month.mjs', json.dumps(told)], cwd=INSTALLED,
                                  check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
