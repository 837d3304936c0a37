#!/usr/bin/env python3
"""tests/run must catch every way in which a suite can fail or lie: each is planted here."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Why; what a suite prints; its exit code (or a signal's name); passed; failed.
EXAMPLES = [
    ('two tests that pass', '1..2\nok 1 - a\nok 2 - b\n', '0', 2, 0),
    ('the plan may stand behind', 'ok 1 - a\nok 2 - b\n1..2\n', '0', 2, 0),
    ('numbers and names may be missing', '1..2\nok\nok - b\n', '0', 2, 0),
    ('two groups, each with a plan', '1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n', '0', 3, 0),
    ('a failing test', '1..2\nok 1 - a\nnot ok 2 - b\n# why\n', '1', 1, 1),
    ('a failing test that is called expected', '1..1\nnot ok 1 - b # TO' 'DO later\n', '0', 0, 1),
    ('failing with exit code 0', '1..1\nnot ok 1 - b\n', '0', 0, 1),
    ('a plan that promises more', '1..3\nok 1 - a\nok 2 - b\n', '0', 2, 1),
    ('a plan that promises less', '1..1\nok 1 - a\nok 2 - b\n', '0', 2, 1),
    ('a plan behind that lies', 'ok 1 - a\n1..2\n', '0', 1, 1),
    ('the first of two plans lies', '1..2\nok 1 - a\n1..1\nok 1 - b\n', '0', 2, 1),
    ('the last of two plans lies', '1..1\nok 1 - a\n1..2\nok 1 - b\n', '0', 2, 1),
    ('no plan', 'ok 1 - a\n', '0', 1, 1),
    ('no test', '1..0\n', '0', 0, 1),
    ('a skipped suite', '1..0 # SKIP no tool\n', '0', 0, 1),
    ('a skipped test', '1..2\nok 1 - a\nok 2 - b # SKIP no tool\n', '0', 1, 1),
    ('nothing said', '', '0', 0, 1),
    ('words, but no test', 'all is well\n', '0', 0, 1),
    ('a number twice', '1..2\nok 1 - a\nok 1 - b\n', '0', 2, 1),
    ('bailing out', '1..1\nok 1 - a\nBail out! disk\n', '0', 1, 1),
    ('passing, then exit code 3', '1..1\nok 1 - a\n', '3', 1, 1),
    ('dying between two tests', '1..2\nok 1 - a\n', 'SEGV', 1, 2),
    ('dying before the plan', '', 'ABRT', 0, 2),
    ('dying after the last test', '1..1\nok 1 - a\n', 'KILL', 1, 1),
]


def run(folder, lines, *options, before=None):
    path = os.path.join(folder, 'list')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')
    done = subprocess.run([os.path.join(HERE, 'run'), *options, path], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          preexec_fn=before)
    return done.returncode, done.stdout


def plant(folder, number, output, code):
    path = os.path.join(folder, 'suite%d' % number)
    with open(path, 'w', encoding='utf-8') as file:
        end = 'exit ' + code if code.isdigit() else 'kill -s %s $$' % code
        file.write("#!/bin/sh\ncat <<'END'\n%sEND\n%s\n" % (output, end))
    os.chmod(path, 0o755)
    return "part: '%s'" % path


def closing(passed, failed):
    return '%d passed, %d failed' % (passed, failed)


def check_examples(folder):
    for number, (why, output, code, passed, failed) in enumerate(EXAMPLES):
        exit_code, said = run(folder, [plant(folder, number, output, code)])
        wanted = 0 if failed == 0 else 1
        yield why, exit_code == wanted and said.splitlines()[-1] == closing(passed, failed), said


def check_lists(folder):
    good = plant(folder, 900, '1..1\nok 1 - a\n', '0')
    bad = plant(folder, 901, '1..1\nnot ok 1 - bad\n# the reason\n', '1')
    missing = 'part: %s/nothing-here' % folder

    exit_code, said = run(folder, [good, bad, good], '--jobs', '2')
    yield ('suites are added up', exit_code == 1 and said.endswith(closing(2, 1) + '\n'), said)
    yield 'the reason is shown', 'the reason' in said and 'failed: bad' in said, said

    exit_code, said = run(folder, [missing])
    yield ('a suite that does not start', exit_code == 1 and said.endswith(closing(0, 1) + '\n'),
           said)

    trapped = plant(folder, 902, '1..1\nok 1 - a\n', 'INT')
    exit_code, said = run(folder, [trapped], before=lambda: signal.signal(signal.SIGINT,
                                                                          signal.SIG_IGN))
    yield ('suites hear signals that the runner was told to ignore', 'SIGINT' in said, said)

    exit_code, said = run(folder, ['# no suite'])
    yield 'an empty list fails', exit_code == 1 and said.endswith(closing(0, 0) + '\n'), said

    exit_code, said = run(folder, [bad, 'need', good])
    yield ('"need" stops after a failure', exit_code == 1 and said.endswith(closing(0, 1) + '\n'),
           said)

    exit_code, said = run(folder, [good, 'need', good, 'wait', bad, 'wait', good])
    yield '"wait" goes on', exit_code == 1 and said.endswith(closing(3, 1) + '\n'), said


def check_tap(folder):
    tap = os.path.join(os.path.dirname(HERE), 'scripts', 'tap')
    exit_code, said = run(folder, ["part: '%s' yes true" % tap])
    yield 'scripts/tap passes', exit_code == 0 and said.endswith(closing(1, 0) + '\n'), said
    exit_code, said = run(folder, ["part: '%s' no sh -c 'echo because; exit 1'" % tap])
    yield ('scripts/tap fails and says why',
           exit_code == 1 and 'because' in said and said.endswith(closing(0, 1) + '\n'), said)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', help='not used: the runner tests itself')
    parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix='ochil run test ') as folder:
        for check in (check_examples, check_lists, check_tap):
            results += check(folder)
    print('1..%d' % len(results))
    for number, (why, passed, said) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if passed else 'not ok', number, why))
        if not passed:
            print(''.join('# %s\n' % line for line in said.splitlines()), end='')
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
