"""engines.py -- one list of tests on both engines: the main part of tests over a served store."""
import argparse
import os
import subprocess
import tempfile

import postgres
import tap


def options(**flags):
    """What the command line says: --ochil, and these flags, each with its help. And the build."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    for name, words in flags.items():
        parser.add_argument('--' + name, action='store_true', help=words)
    given = parser.parse_args()
    return given, os.path.dirname(tap.find_engine(given.ochil))


def folder():
    return tempfile.TemporaryDirectory(prefix='ochil-')


def both(t, build, one_engine, *more, file=False, behind=None):
    """one_engine(t, build, engine, folder, the owner's URL, the serving role's, *more): on SQLite,
    where there are no URLs, then on a PostgreSQL of its own, unless `file`; then
    behind(folder, owner's URL, serving URL, what one_engine gave). The exit code."""
    with folder() as place:
        one_engine(t, build, 'SQLite', place, None, None, *more)
    if file:
        return t.done()
    try:
        with postgres.Server() as url, folder() as place:
            subprocess.run(['psql', '-qX', url, '-c', 'CREATE ROLE ochil_app LOGIN'], check=True)
            serving = url.replace('postgres@', 'ochil_app@')
            found = one_engine(t, build, 'PostgreSQL', place, url, serving, *more)
            if behind:
                behind(place, url, serving, found)
    except postgres.NoServer as trouble:
        t.check('a PostgreSQL server starts', str(trouble))
    return t.done()
