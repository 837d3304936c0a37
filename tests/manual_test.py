#!/usr/bin/env python3
"""Every manual page can be made from the program's tables, and man(1) has no complaint."""

import argparse
import os
import subprocess
import sys
import tempfile

import tap

MAN_PAGES = os.path.join(tap.HERE, '..', 'scripts', 'man-pages')


def complaint(page):
    """What man says while it lays the page out, or None."""
    done = subprocess.run(['man', '--warnings=w', '-l', page], text=True, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'MANWIDTH': '80'})
    if done.returncode != 0 or done.stderr:
        return done.stderr or 'exit code %d' % done.returncode
    return None if 'NAME' in done.stdout else 'no NAME in it:\n' + done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default='build/ochil')
    ochil = os.path.abspath(parser.parse_args().ochil)
    test = tap.Tap()
    with tempfile.TemporaryDirectory(prefix='ochil manual ') as folder:
        made = subprocess.run([MAN_PAGES, ochil, folder], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        test.check('the pages are made', made.stdout or None if made.returncode == 0 else
                   'exit code %d\n%s' % (made.returncode, made.stdout))
        pages = sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder)
                       for name in names)
        test.check('ochil(1) is among them', None if any(
            page.endswith('/man1/ochil.1') for page in pages) else '\n'.join(pages))
        for page in pages:
            test.check('%s is in order' % os.path.basename(page), complaint(page))
    return test.done()


if __name__ == '__main__':
    sys.exit(main())
