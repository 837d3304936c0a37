"""tap.py -- the test output format (TAP), and running the engine, for the tests in this folder."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
import recheck  # noqa: E402


class Tap:
    """Prints `ok` and `not ok` lines; the plan comes last, as TAP allows."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def check(self, description, problem=None):
        """`problem` None: ok. Else its text is shown as the diagnostics."""
        self.number += 1
        self.failed += problem is not None
        print("%s %d - %s" % ("ok" if problem is None else "not ok", self.number,
                              description.replace("#", "")))
        for line in (problem or "").splitlines():
            print("# " + line)
        sys.stdout.flush()
        return problem is None

    def done(self):
        print("1..%d" % self.number)
        if self.failed:
            print("# %d of %d failed" % (self.failed, self.number))
        return 1 if self.failed else 0


def ochil_of(build):
    """The program without the server; beside a server with a planted fault there is none."""
    beside = os.path.join(build, 'ochil')
    return beside if os.path.exists(beside) else os.path.join(HERE, '..', 'build', 'ochil')


def find_engine(path):
    """The engine's absolute path, or the end of the test."""
    if not os.access(path, os.X_OK) or os.path.isdir(path):
        print("Bail out! no engine at " + path)
        sys.exit(1)
    return os.path.abspath(path)


def default_engine():
    return os.path.join(HERE, "..", "build", "ochil")


def read_directory(folder):
    files = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as stream:
            files[name] = stream.read()
    return files


def engine_close(engine, folder, arguments=()):
    """Close a folder with the engine. Gives exit code, output files and standard error."""
    scratch = tempfile.mkdtemp(prefix="closing-")
    try:
        out = os.path.join(scratch, "out")
        run = subprocess.run([engine, "close", folder, "--out", out, "--no-certificate"]
                             + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=120)
        files = read_directory(out) if os.path.isdir(out) else {}
        return run.returncode, files, run.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return -1, {}, "did not end within two minutes"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def engine_problem(engine, folder, expected, refused, arguments=(), plant=None):
    """How the engine's output differs from the expected files, or None. `plant` spoils a file."""
    code, files, trouble = engine_close(engine, folder, arguments)
    if plant and files:
        files[sorted(files)[0]] = plant(files[sorted(files)[0]])
    if code != (1 if refused else 0):
        shown = "\n".join(trouble.strip().splitlines()[:12])
        more = files.get("errors.csv", b"").decode("utf-8", "replace").splitlines()[:6]
        return "exit code %d, should be %d\n%s\n%s" % (code, 1 if refused else 0, shown,
                                                      "\n".join(more))
    return recheck.compare(expected, files)
