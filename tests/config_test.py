#!/usr/bin/env python3
"""config_test.py -- where a setting comes from, and what is wrong with a file of settings.

    config_test.py [--ochil PATH]
"""
import argparse
import os
import subprocess
import sys
import tempfile

import tap

# Options, variables, ochil.conf, a file for --config, what `config --origin` must say of it.
PLACES = [
    ((), {}, None, None, 'db = ochil.db   (usual)'),
    ((), {}, 'db = here.db\n', None, 'db = here.db   (ochil.conf, line 1)'),
    ((), {'OCHIL_DB': 'own.db'}, 'db = here.db\n', None, 'db = own.db   (OCHIL_DB)'),
    (('--db', 'said.db'), {'OCHIL_DB': 'own.db'}, 'db = here.db\n', None,
     'db = said.db   (--db)'),
    ((), {'OCHIL_DB': ''}, 'db = here.db\n', None, 'db = here.db   (ochil.conf, line 1)'),
    ((), {}, 'db = here.db\n', 'db = named.db\n', 'db = named.db   (other.conf, line 1)'),
    ((), {}, 'db = here.db\n', 'keys = k\n', 'db = ochil.db   (usual)'),
    ((), {}, '# a note\n\n  keys=  my keys  \n', None, 'keys = my keys   (ochil.conf, line 3)'),
    ((), {}, None, None, 'origin =    (none)'),
    ((), {'OCHIL_DB': 'postgres://a:secret@h/n'}, None, None,
     'db = postgres://a:...@h/n   (OCHIL_DB)'),
    ((), {'OCHIL_DB': 'postgres://a@h/n?password=secret&x=1'}, None, None,
     'db = postgres://a@h/n?password=...&x=1   (OCHIL_DB)'),
]

# A file of settings, and what is said of it.
REFUSED = [
    ('lisen = x\n', "ochil.conf, line 1: 'lisen' is no setting: perhaps 'listen'"),
    ('keys = k\n\nsomething\n', "ochil.conf, line 3: not 'name = value'"),
    ('db = \n', 'ochil.conf, line 1: db has no value'),
    ('db = a\ndb = b\n', 'ochil.conf, line 2: db stands there twice'),
    ('= x\n', "ochil.conf, line 1: '' is no setting"),
]


def ask(ochil, folder, options, variables, here, other):
    for name, text in (('ochil.conf', here), ('other.conf', other)):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.remove(path)
        if text is not None:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
    words = [ochil, 'config', '--origin', *options]
    if other is not None:
        words += ['--config', 'other.conf']
    env = {name: value for name, value in os.environ.items() if not name.startswith('OCHIL_')}
    done = subprocess.run(words, cwd=folder, env=dict(env, **variables), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=20)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine())
    ochil = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    with tempfile.TemporaryDirectory(prefix='ochil-') as folder:
        for options, variables, here, other, wanted in PLACES:
            code, said = ask(ochil, folder, options, variables, here, other)
            t.check(wanted, None if code == 0 and wanted in said.splitlines() else
                    'exit %d: %s' % (code, said))
            t.check('no password is shown', None if 'secret' not in said else said)
        for text, wanted in REFUSED:
            code, said = ask(ochil, folder, (), {}, text, None)
            t.check(wanted, None if code == 4 and wanted in said else
                    'exit %d: %s' % (code, said))
        code, said = ask(ochil, folder, ('--config', 'none.conf'), {}, None, None)
        t.check('a named file must be there', None if code == 3 and 'none.conf' in said else said)
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
