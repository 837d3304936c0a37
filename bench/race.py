"""What the benchmarks of this folder share: the generated ledgers, one run and what it cost, the
figures promised. bench/close and bench/convert use it.
"""
import fcntl
import os
import platform
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
CACHE = os.path.join(TOP, "build-bench")
SEED = 1
MIB = 1024          # KiB in a MiB


def size_name(lines):
    for unit, letter in ((1_000_000, " M"), (1_000, " k")):
        if lines % unit == 0:
            return f"{lines // unit}{letter}"
    return str(lines)


def say(text):
    print(text, file=sys.stderr, flush=True)


def path_of(name):
    """Where a contestant's output goes."""
    return os.path.join(CACHE, "run", name)


def alone():
    """Two runs at once would spoil each other's figures and files: the second waits."""
    os.makedirs(CACHE, exist_ok=True)
    lock = open(os.path.join(CACHE, "lock"), "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another run to end")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


# -- what is made once ----------------------------------------------------------------------------

def build_tool(name, *libraries):
    source, program = os.path.join(HERE, name + ".c"), os.path.join(CACHE, name)
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        subprocess.run(["cc", "-O2", "-o", program, source, *libraries], check=True)
    return program


def build_tools():
    for name in ("generate", "measure"):
        build_tool(name)


def kept(name, maker):
    """Something that takes long to make, in CACHE: made once, and again when its maker is newer.
    Gives its path, and whether it has to be made; say stamp() when it is."""
    stamped = os.path.join(CACHE, name + ".stamp")
    return os.path.join(CACHE, name), not (
        os.path.exists(stamped) and os.path.getmtime(stamped) >= os.path.getmtime(maker))


def stamp(name):
    open(os.path.join(CACHE, name + ".stamp"), "w", encoding="utf-8").close()


def generated(lines, partners, shuffled=False):
    """A partnership folder, written once: its name in CACHE, and where it is."""
    name = f"{partners}x{lines}" + ("-shuffled" if shuffled else "")
    generator = os.path.join(CACHE, "generate")
    folder, missing = kept(name, generator)
    if missing:
        say(f"generating {name}")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([generator, folder, str(lines), str(partners), str(SEED)]
                       + ["--shuffled-ids"] * shuffled, check=True)
        stamp(name)
    return name, folder


def warm(paths):
    """Into the page cache."""
    for path in paths:
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass


def closing(binary, folder, out, *options):
    return [binary, "close", folder, "--out", out, *options]


# -- measuring ------------------------------------------------------------------------------------

class Cost:
    """Wall and processor time in milliseconds, peak memory in MiB."""

    def __init__(self, wall, cpu, peak):
        self.wall, self.cpu, self.peak = wall, cpu, peak


class Runs:
    def __init__(self):
        self.costs, self.verdict = [], ""

    def wall(self):
        return min(cost.wall for cost in self.costs)

    def cpu(self):
        return min(cost.cpu for cost in self.costs)

    def peak(self):
        return max(cost.peak for cost in self.costs)

    def median(self):
        return statistics.median(cost.wall for cost in self.costs)


def run(command, what):
    report, log = path_of("report"), path_of("log")
    with open(log, "wb") as output:
        code = subprocess.run([os.path.join(CACHE, "measure"), report, *command], stdout=output,
                              stderr=output, stdin=subprocess.DEVNULL).returncode
    if code:
        with open(log, encoding="utf-8", errors="replace") as file:
            sys.exit(f"bench: {what} ended with {code}:\n{file.read()[-2000:]}")
    with open(report, encoding="utf-8") as file:
        wall, user, system, peak = map(int, file.read().split())
    return Cost(wall / 1000, (user + system) / 1000, peak / MIB)


# -- what is printed ------------------------------------------------------------------------------

class Promises:
    """The figures promised, and what was measured."""

    def __init__(self):
        self.rows = []

    def most(self, what, found, limit, unit="", aim=None):
        self.add(what, found, found <= limit, f"at most {limit:g}{unit}", unit, aim)

    def least(self, what, found, limit, unit="", aim=None):
        self.add(what, found, found >= limit, f"at least {limit:g}{unit}", unit, aim)

    def add(self, what, found, kept, limit, unit, aim):
        aimed = f" (aim {aim:g})" if aim else ""
        self.rows.append((what, f"{found:.2f}{unit}", limit + aimed, "PASS" if kept else "over"))

    def print(self):
        if not self.rows:
            return
        print("\nPromised\n")
        for what, found, limit, kept in self.rows:
            print(f"{kept:5} {what:66} {found:>10}   {limit}")


def version(command):
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False)
        return ((text.stdout or text.stderr).splitlines() or ["?"])[0].strip()
    except FileNotFoundError:
        return "not installed"


def print_machine(tools):
    """Processor, load and the versions of the tools, each given as a command."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")),
                     platform.machine())
    print(f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, "
          f"load {os.getloadavg()[0]:.2f} at the start")
    for command in tools:
        print(f"  {command[0]}: {version(command)[:60]}")
