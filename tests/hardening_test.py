#!/usr/bin/env python3
"""Both programs are linked as hard as they were meant to be, and to nothing beyond what is
allowed: `ochil` stays slim, `ochil-server` has the databases as well."""

import argparse
import os
import subprocess
import sys

import tap

ALLOWED = ('libgmp.so.', 'libzstd.so.', 'libsodium.so.', 'libzip.so.', 'libcrypto.so.',
           'libz.so.', 'liblzma.so.',
           'libc.so.', 'libm.so.', 'libpthread.so.', 'ld-linux')
ALLOWED_SERVER = ALLOWED + ('libsqlite3.so.', 'libpq.so.', 'libmicrohttpd.so.', 'libjansson.so.',
                            'libcurl-gnutls.so.', 'libqrencode.so.', 'librhonabwy.so.',
                            'libcairo.so.', 'libpango-1.0.so.', 'libpangocairo-1.0.so.',
                            'libgobject-2.0.so.')


def readelf(program, *options):
    return subprocess.run(['readelf', '-W', *options, program], text=True, check=True,
                          stdout=subprocess.PIPE, env={'LC_ALL': 'C', 'PATH': '/usr/bin:/bin'}
                          ).stdout


def unless(good, text):
    return None if good else text


def look_at(test, program, allowed):
    name = os.path.basename(program)
    header = readelf(program, '-h')
    segments = readelf(program, '-l').splitlines()
    dynamic = readelf(program, '-d')
    symbols = readelf(program, '--dyn-syms')

    test.check(name + ': it is loaded where the system likes (PIE)', unless(
        'Type:' in header and 'DYN (Position-Independent Executable file)' in header and
        '(FLAGS_1)' in dynamic and ' PIE' in dynamic, header + dynamic))
    test.check(name + ': what is relocated becomes read-only (RELRO)', unless(
        any('GNU_RELRO' in line for line in segments), '\n'.join(segments)))
    test.check(name + ': everything is bound at the start (BIND_NOW)', unless(
        'BIND_NOW' in dynamic or 'Flags: NOW' in dynamic, dynamic))
    stack = [line.split() for line in segments if 'GNU_STACK' in line]
    test.check(name + ': the stack cannot be executed', unless(
        len(stack) == 1 and 'E' not in stack[0][-2], '\n'.join(segments)))
    both = [line for line in segments if ' LOAD ' in line and 'RWE' in line.replace(' ', '')]
    test.check(name + ': no memory can be both written and executed', unless(not both, '\n'.join(both)))
    test.check(name + ': no text relocations', unless('TEXTREL' not in dynamic, dynamic))
    test.check(name + ': no search path of libraries', unless(
        'RPATH' not in dynamic and 'RUNPATH' not in dynamic, dynamic))
    test.check(name + ': stacks are guarded', unless('__stack_chk_fail' in symbols, symbols))
    test.check(name + ': calls of libc are fortified', unless('_chk@' in symbols, symbols))

    needed = [line.split('[')[1].rstrip(']') for line in dynamic.splitlines()
              if '(NEEDED)' in line]
    beyond = [name for name in needed if not name.startswith(allowed)]
    test.check(name + ': it needs no library beyond the allowed ones', unless(
        needed and not beyond, 'needs %s' % ', '.join(beyond or ['nothing at all'])))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default='build/ochil')
    program = parser.parse_args().ochil
    test = tap.Tap()
    look_at(test, program, ALLOWED)
    look_at(test, os.path.join(os.path.dirname(program), 'ochil-server'), ALLOWED_SERVER)
    return test.done()


if __name__ == '__main__':
    sys.exit(main())
