#!/usr/bin/env python3
"""differential_test.py -- the engine against the independent check, byte for byte.

    differential_test.py [--ochil PATH] [--seed N] [--count N] [--plant]

Random partnerships (a third of them faulty), and the examples with their expected output. A
folder on which the two differ is kept and named. With --plant one byte of everything the engine
wrote is altered: every test must then fail.
"""
import argparse
import os
import shutil
import sys
import tempfile

import random_partnership  # also finds recheck, in tools
import recheck
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "examples")
EXAMPLE_ARGUMENTS = {"late": {"through": "2014-15/P04"}}


def altered(data):
    """The same bytes but for one bit of one of them."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:] if data else b"\n"


def problem_with(engine, folder, expected, refused, arguments, plant):
    """How the engine differs from the expected output files, or None."""
    return tap.engine_problem(engine, folder, expected, refused, arguments,
                              altered if plant else None)


def test_random(t, engine, seed, plant):
    made = random_partnership.random_partnership(seed)
    folder = tempfile.mkdtemp(prefix="differential-%d-" % seed)
    random_partnership.write_folder(made.files, folder)
    arguments = random_partnership.closing_arguments(made)
    expected, refused = recheck.close_folder(folder, made.book, made.through)
    problem = problem_with(engine, folder, expected, refused, arguments, plant)
    if problem:
        problem += "\nseed %d, kept in %s, closed with %s, faults put in: %s" % (
            seed, folder, " ".join(arguments) or "no options", ", ".join(made.faults) or "none")
    else:
        shutil.rmtree(folder)
    t.check("random partnership %d, %s" % (seed, "refused" if refused else "closed"), problem)


def test_example(t, engine, name, plant):
    folder = os.path.join(EXAMPLES, name)
    options = EXAMPLE_ARGUMENTS.get(name, {})
    arguments = [word for key in options for word in ("--" + key, options[key])]
    expected = tap.read_directory(os.path.join(folder, "expected"))
    ours, refused = recheck.close_folder(folder, "ledger", options.get("through"))
    t.check("example %s, by the independent check" % name, recheck.compare(expected, ours))
    t.check("example %s, by the engine" % name,
            problem_with(engine, folder, expected, refused, arguments, plant))


def test_planted_byte(t, engine):
    """A comparison that cannot fail is worth nothing: alter one byte of each file in turn."""
    folder = os.path.join(EXAMPLES, "tiny")
    expected = tap.read_directory(os.path.join(folder, "expected"))
    _, files, _ = tap.engine_close(engine, folder)
    for name in sorted(files):
        found = recheck.compare(expected, dict(files, **{name: altered(files[name])}))
        t.check("a byte altered in %s is found" % name,
                None if found and found.startswith(name) else "found: %s" % found)
    found = recheck.compare(expected, {name: files[name] for name in list(files)[1:]})
    t.check("a file left out is found", None if found else "not found")


def main():
    parser = argparse.ArgumentParser(description="The engine against the independent check.")
    parser.add_argument("--ochil", default=tap.default_engine(), help="the engine to test")
    parser.add_argument("--seed", type=int, default=2014, help="of the first random partnership")
    parser.add_argument("--count", type=int, default=300, help="random partnerships")
    parser.add_argument("--plant", action="store_true", help="alter a byte: everything must fail")
    given = parser.parse_args()
    engine = tap.find_engine(given.ochil)
    print("# seed %d" % given.seed)
    t = tap.Tap()
    for name in sorted(os.listdir(EXAMPLES)):
        if os.path.isdir(os.path.join(EXAMPLES, name)):
            test_example(t, engine, name, given.plant)
    test_planted_byte(t, engine)
    for number in range(given.count):
        test_random(t, engine, given.seed + number, given.plant)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
