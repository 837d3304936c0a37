#!/usr/bin/env python3
"""A program over libochil's public header: tests/example/close_in_memory.c prints its bill, uses
no other header of Ochil, and stands on what the header promises."""

import argparse
import os
import re
import subprocess
import sys

import tap

SOURCE = os.path.join(tap.HERE, 'example', 'close_in_memory.c')
BILL = 'service,from,to,amount\nall,CLK,STI,353.89\n'


def run_fault(program):
    done = subprocess.run([program], text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode == 0 and done.stdout == BILL and done.stderr == '':
        return None
    return 'exit code %d\n%s%s' % (done.returncode, done.stdout, done.stderr)


def header_fault():
    with open(SOURCE, encoding='utf-8') as file:
        included = re.findall(r'#include "([^"]+)"', file.read())
    return None if included == ['engine/ochil.h'] else 'it includes %s' % ', '.join(included)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default='build/ochil')
    build = os.path.dirname(os.path.abspath(parser.parse_args().ochil))
    test = tap.Tap()
    test.check('the example closes in memory and prints the bill',
               run_fault(os.path.join(build, 'tests', 'close_in_memory')))
    test.check('the public header is all that it includes', header_fault())
    return test.done()


if __name__ == '__main__':
    sys.exit(main())
